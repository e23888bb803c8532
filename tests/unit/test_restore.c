/* SPDX-License-Identifier: MIT */
/* Giving the terminal back, as a signal handler would. */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/pty.h"
#include "tui/term/output.h"
#include "tui/term/restore.h"

static const struct acd_caps caps = {.csr = "",
                                     .sgr0 = "<0>",
                                     .rmkx = "<rmkx>",
                                     .cnorm = "<cnorm>",
                                     .rmcup = "<rmcup>",
                                     .mouse = true};

struct fixture {
    struct pty pty;
    struct acd_restore restore;
    char out[1 << 16];
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));

    assert_non_null(f);
    pty_open(&f->pty, 80, 24);
    assert_int_equal(acd_restore_make(&f->restore, f->pty.line, f->pty.line, &caps), 0);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    pty_close(&f->pty);
    free(f);
    return 0;
}

static void make_raw(int fd)
{
    struct termios modes;

    assert_int_equal(tcgetattr(fd, &modes), 0);
    cfmakeraw(&modes);
    assert_int_equal(tcsetattr(fd, TCSANOW, &modes), 0);
}

static bool is_restored(const struct fixture *f)
{
    struct termios modes;

    return tcgetattr(f->pty.line, &modes) == 0 && modes.c_lflag == f->restore.saved.c_lflag &&
           modes.c_iflag == f->restore.saved.c_iflag && modes.c_oflag == f->restore.saved.c_oflag;
}

static void modes_and_string_come_back_and_errno_stays(void **state)
{
    struct fixture *f = *state;

    make_raw(f->pty.line);
    assert_false(is_restored(f));
    errno = 4711;
    acd_restore_run(&f->restore, false);
    assert_int_equal(errno, 4711);
    assert_true(is_restored(f));
    pty_take(&f->pty, f->out, sizeof(f->out));
    assert_string_equal(f->out, "\033[?1006;1000l<0><rmkx><cnorm><rmcup>");
}

static void a_sequence_that_was_cut_is_cancelled_first(void **state)
{
    struct fixture *f = *state;

    acd_restore_run(&f->restore, true);
    pty_take(&f->pty, f->out, sizeof(f->out));
    assert_int_equal(f->out[0], '\030');
}

/* In the background, with a terminal that stops such writers, it must neither stop nor hang. */
static void it_works_from_the_background(void **state)
{
    struct fixture *f = *state;

    make_raw(f->pty.line);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        setsid();
        if (ioctl(f->pty.line, TIOCSCTTY, 0) != 0)
            _exit(1);
        pid_t background = fork();
        if (background == 0) {
            setpgid(0, 0);
            acd_restore_run(&f->restore, false);
            _exit(is_restored(f) ? 0 : 2);
        }
        int status;
        if (waitpid(background, &status, WUNTRACED) != background || WIFSTOPPED(status)) {
            kill(background, SIGKILL);
            _exit(3);
        }
        _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 4);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void a_terminal_that_takes_nothing_does_not_hold_it_up(void **state)
{
    struct fixture *f = *state;
    struct acd_output output;
    char line[4096];

    assert_int_equal(acd_output_open(&output, f->pty.line), 0);
    f->restore.write_fd = output.fd;
    memset(line, 'x', sizeof(line));
    while (write(output.fd, line, sizeof(line)) > 0)
        ;
    make_raw(f->pty.line);
    acd_restore_run(&f->restore, true);
    assert_true(is_restored(f));
    acd_output_close(&output);
}

static void strings_that_are_too_long_are_left_out_whole(void **state)
{
    struct fixture *f = *state;
    struct acd_restore restore;
    struct acd_caps long_caps = caps;
    char text[300];

    memset(text, 'x', sizeof(text));
    text[sizeof(text) - 1] = '\0';
    long_caps.rmkx = text;
    assert_int_equal(acd_restore_make(&restore, f->pty.line, f->pty.line, &long_caps), 0);
    assert_true(restore.len < sizeof(restore.leave));
    assert_null(memchr(restore.leave, 'x', restore.len));
    assert_memory_equal(restore.leave + restore.len - 7, "<rmcup>", 7);
}

static void what_is_no_terminal_is_an_error(void **state)
{
    struct fixture *f = *state;
    struct acd_restore restore = {.fd = -7};
    int fds[2];

    (void)f;
    assert_int_equal(pipe(fds), 0);
    assert_int_equal(acd_restore_make(&restore, fds[0], fds[1], &caps), -ENOTTY);
    assert_int_equal(restore.fd, -7);
    close(fds[0]);
    close(fds[1]);
}

int main(void)
{
#define RESTORE_TEST(claim) cmocka_unit_test_setup_teardown(claim, setup, teardown)
    const struct CMUnitTest tests[] = {
        RESTORE_TEST(modes_and_string_come_back_and_errno_stays),
        RESTORE_TEST(a_sequence_that_was_cut_is_cancelled_first),
        RESTORE_TEST(it_works_from_the_background),
        RESTORE_TEST(a_terminal_that_takes_nothing_does_not_hold_it_up),
        RESTORE_TEST(strings_that_are_too_long_are_left_out_whole),
        RESTORE_TEST(what_is_no_terminal_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
