/* SPDX-License-Identifier: MIT */
/* The live screen, see loop.h: for now, what it says where there can be none. */
#include "config.h"

#include "tui/app/loop.h"

#include "tui/app/say.h"

int acd_loop_run(const struct acd_args *args)
{
    (void)args;
    acd_say_error("not a terminal. Hint: use 'acdebug-top snapshot' or 'acdebug-top tail'");
    return ACD_EXIT_USAGE;
}
