/* SPDX-License-Identifier: MIT */
/* The demo: it makes a ring and fills it until it is stopped, by a call or by a signal. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <acdebug.h>

#include "emitter/examples/demo.h"
#include "tests/support/peek.h"
#include "tests/support/scratch.h"

static const struct acd_demo_options quick = {.clients = 3, .seed = 1, .think_ms = 1};

static int make_directory(void **state)
{
    static struct acd_scratch directory;

    acd_scratch_make(&directory);
    *state = &directory;
    return setenv("ACDEBUG_DIR", directory.path, 1);
}

static int remove_directory(void **state)
{
    acd_scratch_remove(*state);
    return 0;
}

static void nap(void)
{
    const struct timespec a_millisecond = {.tv_nsec = 1000000};

    nanosleep(&a_millisecond, NULL);
}

/* 0: a debug file has that text; 1: none has. */
static int grep(const struct acd_scratch *directory, const char *text)
{
    char command[400];
    int status;

    snprintf(command, sizeof(command), "grep -qF '%s' '%s'/anyclaude-debug-*.json", text,
             directory->path);
    status = system(command);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void it_serves_until_it_is_stopped(void **state)
{
    struct acd_demo *demo;
    struct acd_peek peek;

    (void)state;
    assert_int_equal(acd_demo_start(&demo, &quick), 0);
    assert_true(acd_peek_open(&peek, acdebug_ring_path()));
    assert_string_equal(peek.identity->app, "demo-server");
    /* The alarm in main() ends this loop when nothing ever comes. */
    while (acd_peek_timer(&peek, "chat_completion") == NULL) {
        nap();
    }
    acd_demo_stop(demo);
    assert_string_equal(acdebug_ring_path(), "");
    acd_peek_close(&peek);
}

static void its_errors_leave_files_without_secrets_where_it_is_told(void **state)
{
    const struct acd_scratch *directory = *state;
    struct acd_demo_options options = quick;
    struct acd_demo *demo;

    options.files = directory->path;
    assert_int_equal(setenv("ANYCLAUDE_DEBUG", "1", 1), 0);
    assert_int_equal(acd_demo_start(&demo, &options), 0);
    while (acd_scratch_count(directory, ".json") == 0) {
        nap();
    }
    acd_demo_stop(demo);
    assert_int_equal(unsetenv("ANYCLAUDE_DEBUG"), 0);
    assert_int_equal(grep(directory, "\"authorization\":\"[REDACTED]\""), 0);
    assert_int_equal(grep(directory, "/v1/"), 0);
    assert_int_not_equal(grep(directory, "sk-demo"), 0);
}

static void it_can_be_started_again(void **state)
{
    struct acd_demo *demo;

    (void)state;
    for (int i = 0; i < 3; i++) {
        assert_int_equal(acd_demo_start(&demo, &quick), 0);
        acd_demo_stop(demo);
    }
}

static void a_signal_ends_a_process_that_runs_it(void **state)
{
    const struct acd_scratch *directory = *state;
    int status = 0;
    const pid_t child = fork();

    if (child == 0) {
        _exit(acd_demo_run(&quick) == 0 ? EXIT_SUCCESS : EXIT_FAILURE);
    }
    assert_true(child > 0);
    while (acd_scratch_count(directory, ".acr") == 0) {
        nap();
    }
    assert_int_equal(kill(child, SIGTERM), 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), EXIT_SUCCESS);
}

static void too_many_clients_are_refused(void **state)
{
    const struct acd_demo_options crowd = {.clients = 65};
    struct acd_demo *demo;

    (void)state;
    assert_true(acd_demo_start(&demo, &crowd) < 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(it_serves_until_it_is_stopped, make_directory,
                                        remove_directory),
        cmocka_unit_test_setup_teardown(its_errors_leave_files_without_secrets_where_it_is_told,
                                        make_directory, remove_directory),
        cmocka_unit_test_setup_teardown(it_can_be_started_again, make_directory, remove_directory),
        cmocka_unit_test_setup_teardown(a_signal_ends_a_process_that_runs_it, make_directory,
                                        remove_directory),
        cmocka_unit_test_setup_teardown(too_many_clients_are_refused, make_directory,
                                        remove_directory),
    };

    alarm(60);
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
