/* SPDX-License-Identifier: MIT */
/* All that the reader makes of a ring, as text: for golden files.  Links the reader. */
#ifndef ACD_TEST_RINGDUMP_H
#define ACD_TEST_RINGDUMP_H

#include <stdio.h>

#include "tui/reader/ringmap.h"

void acd_ringdump(FILE *to, const struct acd_ringmap *ring);

#endif
