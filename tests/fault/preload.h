/* SPDX-License-Identifier: MIT */
/* How a test program gets the shim (shim.h) beneath its own calls.  For main(), before anything else. */
#ifndef ACD_TEST_PRELOAD_H
#define ACD_TEST_PRELOAD_H

#include "tests/fault/shim.h"

struct acd_shim {
    acd_shim_arm_function *arm;
    acd_shim_disarm_function *disarm;
    acd_shim_slow_function *slow;
    acd_shim_live_function *live;
};

/* Runs the program once more with the shim, unless it is there; ends it when that can't be. */
void acd_preload(struct acd_shim *ret_shim, char **argv);

#endif
