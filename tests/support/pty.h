/* SPDX-License-Identifier: MIT */
/*
 * A terminal for tests: a pair of descriptors, the one that a program under test sees and the one
 * that plays the person and the glass. For single-threaded tests that write less than the kernel
 * holds before they read.
 */
#ifndef ACD_TESTS_SUPPORT_PTY_H
#define ACD_TESTS_SUPPORT_PTY_H

#include <stddef.h>

struct pty {
    int glass; /* what the program wrote is read here, what is typed is written here */
    int line;  /* the program's terminal */
};

/* Opens a terminal of w × h cells; fails the test if it can't. */
void pty_open(struct pty *ret_pty, int w, int h);
void pty_close(struct pty *pty);

void pty_resize(const struct pty *pty, int w, int h);

void pty_type(const struct pty *pty, const char *bytes, size_t len);

/* Takes what the program has written so far, at most size - 1 bytes, NUL-terminated. */
size_t pty_take(const struct pty *pty, char *out, size_t size);

#endif
