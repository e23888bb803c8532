/* SPDX-License-Identifier: MIT */
/*
 * What is looked at from near beside the digest's rows: the lookups of one cache, the runs of one timer,
 * the steps of one run.  Owned and renewed by the application; views see it const.
 */
#ifndef ACD_TUI_MODEL_CLOSEUP_H
#define ACD_TUI_MODEL_CLOSEUP_H

#include "tui/model/lookups.h"
#include "tui/model/runs.h"
#include "tui/model/waterfall.h"

struct acd_closeup {
    struct acd_lookups lookups;
    struct acd_runs runs;
    struct acd_waterfall waterfall;
};

#endif
