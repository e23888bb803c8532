/* SPDX-License-Identifier: MIT */
/* The queue to the terminal: never waits, never mixes, and leaves others' descriptors alone. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/pty.h"
#include "tui/term/output.h"

struct fixture {
    struct pty pty;
    struct acd_output output;
    char out[1 << 18];
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));

    assert_non_null(f);
    pty_open(&f->pty, 80, 24);
    assert_int_equal(acd_output_open(&f->output, f->pty.line), 0);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    acd_output_close(&f->output);
    pty_close(&f->pty);
    free(f);
    return 0;
}

/* More than a terminal takes that nobody reads. */
static void queue_much(struct fixture *f)
{
    char line[1000];

    memset(line, 'x', sizeof(line));
    for (int i = 0; i < 200; i++)
        acd_frame_add(&f->output.queue, line, sizeof(line));
    acd_frame_string(&f->output.queue, "end");
}

static void only_our_own_description_does_not_wait(void **state)
{
    struct fixture *f = *state;

    assert_false(fcntl(f->pty.line, F_GETFL) & O_NONBLOCK);
    assert_true(fcntl(f->output.fd, F_GETFL) & O_NONBLOCK);
    assert_true(fcntl(f->output.fd, F_GETFD) & FD_CLOEXEC);
}

static void what_fits_is_one_write(void **state)
{
    struct fixture *f = *state;

    acd_frame_string(&f->output.queue, "one ");
    acd_frame_string(&f->output.queue, "two");
    assert_int_equal(acd_output_flush(&f->output), 0);
    assert_int_equal(acd_output_flush(&f->output), 0);
    assert_int_equal(f->output.writes, 1);
    assert_int_equal(f->output.bytes, 7);
    pty_take(&f->pty, f->out, sizeof(f->out));
    assert_string_equal(f->out, "one two");
}

static void what_does_not_fit_waits_in_order(void **state)
{
    struct fixture *f = *state;
    size_t used = 0;
    int error;

    queue_much(f);
    assert_int_equal(acd_output_flush(&f->output), -EAGAIN);
    assert_true(acd_output_pending(&f->output));
    do {
        used += pty_take(&f->pty, f->out + used, sizeof(f->out) - used);
        error = acd_output_flush(&f->output);
    } while (error == -EAGAIN);
    assert_int_equal(error, 0);
    used += pty_take(&f->pty, f->out + used, sizeof(f->out) - used);
    assert_int_equal(used, 200003);
    assert_int_equal(strspn(f->out, "x"), 200000);
    assert_string_equal(f->out + 200000, "end");
}

static void draining_gives_up_and_says_so(void **state)
{
    struct fixture *f = *state;

    queue_much(f);
    assert_false(acd_output_drain(&f->output, 1));
    assert_false(acd_output_pending(&f->output));
    pty_take(&f->pty, f->out, sizeof(f->out));
    acd_frame_string(&f->output.queue, "short");
    assert_true(acd_output_drain(&f->output, 1000));
}

static void a_queue_without_memory_is_not_sent(void **state)
{
    struct fixture *f = *state;

    acd_frame_string(&f->output.queue, "half of a seq");
    f->output.queue.failed = true;
    assert_int_equal(acd_output_flush(&f->output), -ENOMEM);
    assert_false(acd_output_pending(&f->output));
    assert_int_equal(pty_take(&f->pty, f->out, sizeof(f->out)), 0);
}

static void a_terminal_that_went_away_is_an_error(void **state)
{
    struct fixture *f = *state;

    close(f->pty.glass);
    f->pty.glass = -1;
    acd_frame_string(&f->output.queue, "hello?");
    assert_int_equal(acd_output_flush(&f->output), -EIO);
}

int main(void)
{
#define OUTPUT_TEST(claim) cmocka_unit_test_setup_teardown(claim, setup, teardown)
    const struct CMUnitTest tests[] = {
        OUTPUT_TEST(only_our_own_description_does_not_wait),
        OUTPUT_TEST(what_fits_is_one_write),
        OUTPUT_TEST(what_does_not_fit_waits_in_order),
        OUTPUT_TEST(draining_gives_up_and_says_so),
        OUTPUT_TEST(a_queue_without_memory_is_not_sent),
        OUTPUT_TEST(a_terminal_that_went_away_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
