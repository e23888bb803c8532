/* SPDX-License-Identifier: MIT */
/*
 * What is looked at from near beside the digest's rows: why lookups missed, the lookups of one cache and
 * one of them, the runs of one timer, the steps of one run.  Owned and renewed by the application; views see it const.
 */
#ifndef ACD_TUI_MODEL_CLOSEUP_H
#define ACD_TUI_MODEL_CLOSEUP_H

#include "tui/model/lookups.h"
#include "tui/model/misses.h"
#include "tui/model/onemiss.h"
#include "tui/model/runs.h"
#include "tui/model/waterfall.h"

struct acd_closeup {
    struct acd_misses misses; /* the owner calls acd_misses_fini() */
    struct acd_lookups lookups;
    struct acd_onemiss miss;
    struct acd_runs runs;
    struct acd_waterfall waterfall;
};

#endif
