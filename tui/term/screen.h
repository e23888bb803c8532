/* SPDX-License-Identifier: MIT */
/*
 * The terminal: taken over at open, given back at close and on every other way out, and shown one
 * grid after the other. One screen a process (curses keeps state of its own), one thread.
 *
 * Signals are the program's: their handlers set flags, and the loop calls resize, suspend or
 * resume. Only acd_screen_emergency_restore() may be called from a handler.
 */
#ifndef ACD_TUI_TERM_SCREEN_H
#define ACD_TUI_TERM_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/view/grid.h"

struct acd_screen;

struct acd_screen_options {
    int in_fd, out_fd;             /* both must be terminals; they stay the caller's */
    const char *term;              /* $TERM; NULL or "" is an error */
    const struct acd_theme *theme; /* NULL: the default */
    bool no_colour;                /* attributes only, for NO_COLOR */
    bool mouse;                    /* report the mouse from the start, if the terminal can */
    int esc_delay_ms;              /* how long an ESC waits for the rest of a key; 0: 25 */
};

struct acd_screen_error {
    char text[256]; /* a sentence and a hint, safe to print */
};

/*
 * Takes the terminal over: alternate screen, no echo, keys one by one, no cursor.
 * 0, or without a byte written: -ENOTTY (not a terminal), -EINVAL (TERM not set), -ENOENT (TERM
 * unknown), -ENODEV (can't place a cursor), -ENOMEM or what the system said; then `ret_error` says
 * it in words.
 */
int acd_screen_open(const struct acd_screen_options *options, struct acd_screen **ret_screen,
                    struct acd_screen_error *ret_error);

/* Gives the terminal back as it was found, and frees. NULL is fine. */
void acd_screen_close(struct acd_screen *screen);

/* The size in cells, at most that of the largest grid. */
void acd_screen_size(const struct acd_screen *screen, int *ret_w, int *ret_h);

/*
 * Asks the terminal for its size, after SIGWINCH; another size means that all will be drawn anew.
 * 0 or -ENOMEM, and the size stays.
 */
int acd_screen_resize(struct acd_screen *screen);

/*
 * Shows `grid`, which must have the screen's size: writes what differs from the last one shown, in
 * one write, and nothing if nothing differs. Never waits. 0; -EAGAIN if the terminal takes no more
 * now, and the frame is left out (push the next one when writable, see acd_screen_pending());
 * -EINVAL for another size, -ENOMEM, or -EIO when the terminal is gone. While suspended it does
 * nothing.
 */
int acd_screen_push(struct acd_screen *screen, const struct acd_grid *grid);

/* Whether bytes wait for the terminal to become writable; then poll acd_screen_fd() for POLLOUT and
 * call acd_screen_flush(). */
bool acd_screen_pending(const struct acd_screen *screen);
int acd_screen_fd(const struct acd_screen *screen);

/* Writes what waits, as far as it goes. 0 when all is out, -EAGAIN, or -EIO. */
int acd_screen_flush(struct acd_screen *screen);

/* The next push draws everything, whatever the terminal shows: ^L. */
void acd_screen_redraw(struct acd_screen *screen);

/* Gives the terminal back for a while (SIGTSTP, an editor), and takes it again; one that is ours
 * still has its modes set anew (SIGCONT after a SIGSTOP). */
void acd_screen_suspend(struct acd_screen *screen);
void acd_screen_resume(struct acd_screen *screen);

/*
 * Async-signal-safe: gives the terminal back with nothing but tcsetattr() and write(), for handlers
 * of fatal signals. Waits at most half a second for a terminal that takes nothing. Keeps errno.
 */
void acd_screen_emergency_restore(const struct acd_screen *screen);

void acd_screen_set_theme(struct acd_screen *screen, const struct acd_theme *theme, bool no_colour);

/* Turns mouse reports on or off. 0, -ENOTSUP if the terminal has none, or -ENOMEM. */
int acd_screen_mouse(struct acd_screen *screen, bool on);

/* Sets the window's title, made safe and cut at 200 bytes; restored at the end. 0,
 * -ENOTSUP or -ENOMEM. */
int acd_screen_title(struct acd_screen *screen, const char *title);

/*
 * Puts `len` bytes into the clipboard of the terminal's user (OSC 52). 0; -E2BIG if longer than
 * `limit`, -ENOTSUP if the terminal has no such thing, -ENOMEM. That the terminal may refuse can't
 * be seen from here.
 */
int acd_screen_copy(struct acd_screen *screen, const char *bytes, size_t len, size_t limit);

struct acd_screen_stats {
    uint64_t frames;  /* pictures of which something was written */
    uint64_t skipped; /* left out because the terminal was slow */
    uint64_t writes;  /* write calls that took something */
    uint64_t bytes;
};

struct acd_screen_stats acd_screen_stats(const struct acd_screen *screen);

#endif
