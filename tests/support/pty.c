/* SPDX-License-Identifier: MIT */
/* A terminal for tests, by posix_openpt(). */
#include "config.h"

#include "tests/support/pty.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>

void pty_open(struct pty *ret_pty, int w, int h)
{
    char path[64];
    int glass = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);

    assert_true(glass >= 0);
    assert_int_equal(grantpt(glass), 0);
    assert_int_equal(unlockpt(glass), 0);
    assert_int_equal(ptsname_r(glass, path, sizeof(path)), 0);
    int line = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
    assert_true(line >= 0);
    *ret_pty = (struct pty){.glass = glass, .line = line};
    pty_resize(ret_pty, w, h);
}

void pty_close(struct pty *pty)
{
    if (pty->line >= 0)
        close(pty->line);
    if (pty->glass >= 0)
        close(pty->glass);
    *pty = (struct pty){-1, -1};
}

void pty_resize(const struct pty *pty, int w, int h)
{
    struct winsize size = {.ws_col = (unsigned short)w, .ws_row = (unsigned short)h};

    assert_int_equal(ioctl(pty->glass, TIOCSWINSZ, &size), 0);
}

void pty_type(const struct pty *pty, const char *bytes, size_t len)
{
    assert_int_equal(write(pty->glass, bytes, len), (ssize_t)len);
}

size_t pty_take(const struct pty *pty, char *out, size_t size)
{
    struct pollfd readable = {.fd = pty->glass, .events = POLLIN};
    size_t used = 0;

    /* The kernel hands bytes over in its own time: wait a little for the first, and for more. */
    while (used + 1 < size && poll(&readable, 1, 20) == 1) {
        ssize_t got = read(pty->glass, out + used, size - 1 - used);
        if (got <= 0)
            break;
        used += (size_t)got;
    }
    out[used] = '\0';
    return used;
}
