/* SPDX-License-Identifier: MIT */
/*
 * How the terminal was before us, and the one string that leads back there. Made before the
 * terminal is touched and constant from then on, so that a signal handler can use it at any time.
 * For tui/term only.
 */
#ifndef ACD_TUI_TERM_RESTORE_H
#define ACD_TUI_TERM_RESTORE_H

#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

#include "tui/term/caps.h"

struct acd_restore {
    int fd;       /* for the modes */
    int write_fd; /* for the string */
    struct termios saved;
    size_t len;
    char leave[256];
};

/* Reads the modes of `fd` and makes the string. 0 or -errno. */
int acd_restore_make(struct acd_restore *ret_restore, int fd, int write_fd,
                     const struct acd_caps *caps);

/*
 * Async-signal-safe: sets the modes and writes the string, after what ends a sequence if the
 * terminal may stand `inside` one. Waits at most half a second. Keeps errno.
 */
void acd_restore_run(const struct acd_restore *restore, bool inside);

/* What takes a terminal of `caps` over, the opposite of the string above, without the mouse. */
#define ACD_RESTORE_PASTE_ON "\033[?2004h"
#define ACD_RESTORE_XTERM_ENTER "\033[22;2t" ACD_RESTORE_PASTE_ON
/* Mouse reports in xterm's private modes. */
#define ACD_RESTORE_MOUSE_ON "\033[?1006;1000h"
#define ACD_RESTORE_MOUSE_OFF "\033[?1006;1000l"

#endif
