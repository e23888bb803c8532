/* SPDX-License-Identifier: MIT */
/*
 * What a terminal understands, read from terminfo once: strings without padding, owned by this
 * struct, so that nothing points into curses. For tui/term only.
 */
#ifndef ACD_TUI_TERM_CAPS_H
#define ACD_TUI_TERM_CAPS_H

#include <stdbool.h>
#include <stddef.h>

struct acd_caps {
    /* "" where the terminal has none; cup and clear are always there. */
    const char *cup, *hpa, *cuf, *cub, *clear, *el, *sgr0;
    const char *csr, *ind; /* both or none; csr as ANSI has it */
    const char *bold, *dim, *underline, *reverse, *setaf, *setab;
    const char *civis, *cnorm, *smcup, *rmcup, *smkx, *rmkx;
    const char *title_start, *title_end;
    bool plain_moves; /* CR goes to the first column, LF straight down, BS back */
    int colours;
    int height, width; /* what terminfo says, 0 if nothing */
    bool xterm;        /* understands xterm's private modes and title stack */
    bool mouse;        /* reports the mouse as xterm does */
    bool clipboard;    /* OSC 52 */
    bool last_cell;    /* can be written at the end of its last row and does not scroll */
    char text[2048];   /* the strings */
    size_t text_used;
};

/*
 * Looks `term` up. 0; -ENOENT if terminfo has no such terminal or none at all, -ENODEV if it can't
 * place the cursor. Leaves curses without a terminal, as it was before. Never exits.
 */
int acd_caps_load(struct acd_caps *ret_caps, const char *term, int fd);

#endif
