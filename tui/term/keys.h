/* SPDX-License-Identifier: MIT */
/*
 * What was typed. Curses takes escape sequences apart, with the terminal's own table; here they
 * become keys that have names, bytes become characters, and what is neither is dropped instead of
 * being taken for commands.
 */
#ifndef ACD_TUI_TERM_KEYS_H
#define ACD_TUI_TERM_KEYS_H

#include "tui/term/screen.h"
#include "tui/view/keyname.h"

/*
 * Takes the next key without waiting, but for the rest of a sequence that has begun (25 ms unless
 * the screen was opened with another delay). 1 and `*ret_key`; 0 if there is none now; -EPIPE when
 * the terminal has gone away. Call until 0 when the screen's in_fd is readable.
 */
int acd_keys_next(struct acd_screen *screen, struct acd_key *ret_key);

#endif
