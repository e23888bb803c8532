/* SPDX-License-Identifier: MIT */
/*
 * The inside of a screen, shared by screen.c and keys.c and by nobody else.
 */
#ifndef ACD_TUI_TERM_PRIVATE_H
#define ACD_TUI_TERM_PRIVATE_H

#include <stdbool.h>
#include <stdio.h>
#include <termios.h>

#define NCURSES_NOMACROS
#include <curses.h>

#include "tui/term/caps.h"
#include "tui/term/frame.h"
#include "tui/term/output.h"
#include "tui/term/restore.h"
#include "tui/term/screen.h"

/* Input that has begun and may go on later. */
struct acd_keys {
    enum { ACD_KEYS_PLAIN, ACD_KEYS_ESC, ACD_KEYS_CSI, ACD_KEYS_SS3, ACD_KEYS_X10 } state;
    char bytes[32]; /* of a sequence after its ESC [, or of a character of several bytes */
    size_t len;
    bool alt;      /* the character that has begun came after an ESC */
    bool pasting;  /* between the marks around pasted text */
    unsigned vain; /* times in a row that there was something to read and it couldn't be */
};

struct acd_screen {
    int in_fd, out_fd; /* the caller's */
    bool taken;        /* the terminal is ours; signal handlers read it */
    bool stale;        /* what the terminal shows is not `shown` */
    bool mouse;
    int w, h;
    char title[200];
    uint64_t frames, skipped;

    struct acd_caps caps;
    struct acd_restore restore;
    struct termios ours;
    FILE *in, *out; /* for curses, which writes to `out` only at open */
    SCREEN *curses;
    WINDOW *pad; /* keys are read through it: reading from a pad draws nothing */

    struct acd_output output;
    struct acd_pen pen;
    struct acd_grid shown;
    struct acd_grid unscrolled; /* `shown` before lines were moved, until that is sent */
    struct acd_keys keys;
};

/* The codes under which curses gives us the marks around pasted text. */
#define ACD_PASTE_BEGIN (KEY_MAX + 5000)
#define ACD_PASTE_END (KEY_MAX + 5001)

#endif
