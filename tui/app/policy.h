/* SPDX-License-Identifier: MIT */
/*
 * What this viewer may do to a server's level, as the configuration says it: plain data, filled in
 * before the screen opens.  Where the configuration is wrong about it, nothing may be changed.
 */
#ifndef ACD_TUI_APP_POLICY_H
#define ACD_TUI_APP_POLICY_H

#include <stdbool.h>

/* What becomes of the levels that this viewer raised, when it ends. */
enum acd_policy_exit {
    ACD_POLICY_ASK,
    ACD_POLICY_KEEP,   /* they stay, until their time is over */
    ACD_POLICY_RESTORE /* back to what they were */
};

#define ACD_POLICY_CONFIRM_NEVER 4u /* above every level */

struct acd_policy {
    bool allow_change;   /* false: no level is set from here */
    unsigned confirm_at; /* raising to this level, or above, asks first */
    enum acd_policy_exit on_exit;
    bool locked; /* errors in the configuration are why allow_change is false */
};

#define ACD_POLICY_INIT                                                                            \
    {                                                                                              \
        true, 3, ACD_POLICY_ASK, false                                                             \
    }

#endif
