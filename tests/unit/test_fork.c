/* SPDX-License-Identifier: MIT */
/* Children: of fork, raw clone, vfork and exec.  Each has a ring of its own, at its first event. */
#include "config.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "emitter/state.h"
#include "tests/support/fixture.h"

/* Looks at the ring of process `pid`; false when there is none. */
static bool ring_of(const struct acd_fixture *f, int pid, struct acd_peek *ret_peek)
{
    char path[400];
    for (unsigned i = 0; acd_scratch_ring(&f->dir, i, path, sizeof path); i++) {
        if (!acd_peek_open(ret_peek, path))
            continue;
        if (ret_peek->identity->pid == (uint32_t)pid)
            return true;
        acd_peek_close(ret_peek);
    }
    return false;
}

static unsigned rings(const struct acd_fixture *f)
{
    return acd_scratch_count(&f->dir, ".acr");
}

static int child_of_fork(int (*run)(void), int *ret_pid)
{
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0)
        _exit(run());
    *ret_pid = pid;
    return acd_scratch_wait(pid);
}

/* ---- fork ---- */

static int emit_some(void)
{
    char path[400];
    errno = 4711;
    acdebug_log(1, "in the child", ACDEBUG_UINT("n", 1));
    if (errno != 4711)
        return 2;
    acdebug_cache_hit("prompt", "k");
    strcpy(path, acdebug_ring_path());
    return path[0] ? 0 : 3;
}

static void a_child_has_a_ring_of_its_own(void **state)
{
    struct acd_fixture *f = *state;
    struct acd_peek child;
    int pid;
    acdebug_log(1, "in the parent");
    acdebug_cache_hit("prompt", "k");
    uint64_t records = acd_peek_records(&f->peek);
    assert_int_equal(child_of_fork(emit_some, &pid), 0);
    assert_int_equal(rings(f), 2);
    assert_int_equal(acd_peek_records(&f->peek), records);
    assert_true(ring_of(f, pid, &child));
    assert_int_equal(child.identity->parent_pid, getpid());
    assert_string_equal(child.identity->app, "fixture");
    assert_int_equal(acd_peek_find(&child, ACD_KIND_LOG, "in the child", NULL), 1);
    assert_int_equal(acd_peek_find(&child, ACD_KIND_LOG, "in the parent", NULL), 0);
    assert_int_equal(acd_peek_find(&child, ACD_KIND_START, NULL, NULL), 1);
    struct acd_peek_cache c;
    acd_peek_cache(&child, "prompt", "", &c);
    assert_int_equal(c.outcome[ACD_OUTCOME_HIT], 1);
    acd_peek_close(&child);
    acdebug_log(1, "the parent goes on");
    assert_int_equal(acd_peek_records(&f->peek), records + 1);
}

static int say_nothing(void)
{
    return 0;
}

static int close_only(void)
{
    acdebug_close();
    acdebug_log(1, "x");
    return acdebug_level();
}

static int exit_in_good_order(void)
{
    exit(0);
}

static void a_child_without_events_makes_no_file(void **state)
{
    struct acd_fixture *f = *state;
    int pid;
    assert_int_equal(child_of_fork(say_nothing, &pid), 0);
    assert_int_equal(child_of_fork(close_only, &pid), 0);
    assert_int_equal(child_of_fork(exit_in_good_order, &pid), 0);
    assert_int_equal(rings(f), 1);
    assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_STOP, NULL, NULL), 0);
}

static int count_only(void)
{
    acdebug_cache_hit("prompt", "k");
    return acdebug_level();
}

static void a_child_of_a_silent_server_still_counts(void **state)
{
    struct acd_fixture *f = *state;
    struct acd_peek child;
    struct acd_peek_cache c;
    int pid;
    assert_int_equal(acd_fixture_at_level(f, 0), 0);
    unsigned before = rings(f);
    assert_int_equal(child_of_fork(count_only, &pid), 0);
    assert_int_equal(rings(f), before + 1);
    assert_true(ring_of(f, pid, &child));
    acd_peek_cache(&child, "prompt", "", &c);
    assert_int_equal(c.outcome[ACD_OUTCOME_HIT], 1);
    acd_peek_close(&child);
}

static void a_child_begins_at_the_start_level(void **state)
{
    struct acd_fixture *f = *state;
    int pid;
    assert_int_equal(acd_fixture_at_level(f, 1), 0);
    atomic_store(&acd_peek_control(&f->peek)->word,
                 acd_levels_all(3) | UINT64_C(1) << ACD_CONTROL_CHANGE_SHIFT);
    assert_int_equal(acdebug_level(), 3);
    assert_int_equal(child_of_fork(count_only, &pid), 1);
    assert_int_equal(acdebug_level(), 3);
}

static unsigned evaluated;
static int count_evaluation(void)
{
    evaluated++;
    return 1;
}

static int emit_what_is_off(void)
{
    acdebug_log(2, "off", ACDEBUG_INT("n", count_evaluation()));
    acdebug_log(3, "off", ACDEBUG_INT("n", count_evaluation()));
    return (int)evaluated;
}

static void what_is_off_evaluates_nothing_in_a_child_either(void **state)
{
    struct acd_fixture *f = *state;
    int pid;
    assert_int_equal(acd_fixture_at_level(f, 1), 0);
    assert_int_equal(child_of_fork(emit_what_is_off, &pid), 0);
}

static int fork_again(void)
{
    int pid;
    acdebug_log(1, "in the child");
    int first = child_of_fork(emit_some, &pid);
    acdebug_log(1, "in the child");
    return first;
}

static void grandchildren_too(void **state)
{
    struct acd_fixture *f = *state;
    struct acd_peek child;
    int pid;
    assert_int_equal(child_of_fork(fork_again, &pid), 0);
    assert_int_equal(rings(f), 3);
    assert_true(ring_of(f, pid, &child));
    assert_int_equal(acd_peek_find(&child, ACD_KIND_LOG, "in the child", NULL), 2);
    acd_peek_close(&child);
}

static int fork_before_any_event(void)
{
    int pid;
    return child_of_fork(emit_some, &pid);
}

static void a_grandchild_of_a_silent_child_too(void **state)
{
    struct acd_fixture *f = *state;
    int pid;
    assert_int_equal(child_of_fork(fork_before_any_event, &pid), 0);
    assert_int_equal(rings(f), 2);
}

static acdebug_timer crossing;
static int end_the_parents_timer(void)
{
    if (acdebug_timer_checkpoint(&crossing, "x") != 0 || acdebug_timer_end(&crossing) != 0)
        return 1;
    acdebug_timer_start(&crossing, "own");
    return acdebug_timer_end(&crossing) >= 0 ? 0 : 2;
}

static void a_timer_that_the_parent_started_stays_the_parents(void **state)
{
    struct acd_fixture *f = *state;
    struct acd_peek child;
    int pid;
    acdebug_timer_start(&crossing, "parents");
    assert_int_equal(child_of_fork(end_the_parents_timer, &pid), 0);
    assert_true(ring_of(f, pid, &child));
    assert_null(acd_peek_timer(&child, "parents"));
    assert_int_equal(acd_peek_word(&acd_peek_timer(&child, "own")->timing.count), 1);
    acd_peek_close(&child);
    acdebug_timer_end(&crossing);
    assert_int_equal(acd_peek_word(&acd_peek_timer(&f->peek, "parents")->timing.count), 1);
}

static struct acd_scratch *new_directory;
static int open_anew(void)
{
    acdebug_options o = acd_scratch_options(new_directory, 2);
    if (acdebug_open("worker", &o) != 0 || acdebug_level() != 2)
        return 1;
    acdebug_log(1, "worker's");
    acdebug_close();
    return 0;
}

static void a_child_may_open_under_its_own_name(void **state)
{
    struct acd_fixture *f = *state;
    struct acd_scratch dir;
    struct acd_peek child;
    char path[400];
    int pid;
    acd_scratch_make(&dir);
    new_directory = &dir;
    assert_int_equal(child_of_fork(open_anew, &pid), 0);
    assert_int_equal(acd_scratch_count(&dir, ".acr"), 1);
    assert_int_equal(rings(f), 1);
    assert_true(acd_scratch_ring(&dir, 0, path, sizeof path) && acd_peek_open(&child, path));
    assert_int_equal(child.identity->parent_pid, getpid());
    acd_peek_close(&child);
    acd_scratch_remove(&dir);
}

static void a_fork_of_a_closed_server_has_no_ring(void **state)
{
    struct acd_fixture *f = *state;
    int pid;
    acdebug_close();
    assert_int_equal(child_of_fork(emit_some, &pid), 3);
    assert_int_equal(rings(f), 1);
}

/* ---- in the middle of an emit ---- */

static int emit_nested_then_end_it(void)
{
    /* What a handler does that forked; then the emit that it had interrupted goes on. */
    acdebug_log(1, "in the handler");
    struct acd_ring *old = acd_thread.ring;
    memset(old->data + (old->section[ACD_SEC_LANES_BIG].offset - old->data_offset), 1, 4096);
    acd_set(&acd_thread.busy, 0);
    acdebug_log(1, "after it");
    return 0;
}

static void a_fork_inside_an_emit_lets_both_go_on(void **state)
{
    struct acd_fixture *f = *state;
    struct acd_peek child;
    int pid;
    acdebug_log(1, "a lane");
    acd_set(&acd_thread.busy, 1);
    int r = child_of_fork(emit_nested_then_end_it, &pid);
    acd_set(&acd_thread.busy, 0);
    assert_int_equal(r, 0);
    assert_true(ring_of(f, pid, &child));
    assert_int_equal(acd_peek_find(&child, ACD_KIND_LOG, "in the handler", NULL), 1);
    assert_int_equal(acd_peek_find(&child, ACD_KIND_LOG, "after it", NULL), 1);
    acd_peek_close(&child);
    acdebug_log(1, "in the parent");
    assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_LOG, "in the parent", NULL), 1);
}

/* ---- raw clone ---- */

static int child_of_clone(int (*run)(void), int *ret_pid)
{
    fflush(NULL);
    long pid = syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);
    if (pid == 0)
        _exit(run());
    *ret_pid = (int)pid;
    return acd_scratch_wait((int)pid);
}

static void a_child_of_a_raw_clone_has_a_ring_of_its_own(void **state)
{
    struct acd_fixture *f = *state;
    struct acd_peek child;
    int pid;
    acdebug_log(1, "in the parent");
    uint64_t records = acd_peek_records(&f->peek);
    assert_int_equal(child_of_clone(emit_some, &pid), 0);
    assert_int_equal(rings(f), 2);
    assert_int_equal(acd_peek_records(&f->peek), records);
    assert_true(ring_of(f, pid, &child));
    assert_int_equal(child.identity->parent_pid, getpid());
    assert_int_equal(acd_peek_find(&child, ACD_KIND_LOG, "in the child", NULL), 1);
    acd_peek_close(&child);
}

static void a_child_of_a_raw_clone_leaves_the_parents_ring_open(void **state)
{
    struct acd_fixture *f = *state;
    int pid;
    assert_int_equal(child_of_clone(close_only, &pid), 0);
    assert_int_equal(rings(f), 1);
    assert_int_equal(acd_peek_word(&acd_peek_control(&f->peek)->closed), 0);
    acdebug_log(1, "still open");
    assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_LOG, "still open", NULL), 1);
}

/* ---- vfork, exec, daemonize ---- */

static void a_child_of_vfork_may_emit_into_its_parents_ring(void **state)
{
    struct acd_fixture *f = *state;
    int status = 1;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    pid_t pid = vfork();
#pragma GCC diagnostic pop
    if (pid == 0) {
        acdebug_log(1, "between vfork and exec");
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_LOG, "between vfork and exec", NULL), 1);
    acdebug_log(1, "after vfork");
    assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_LOG, "after vfork", NULL), 1);
    assert_int_equal(rings(f), 1);
}

static int descriptors_after_exec(void)
{
    char *const arguments[] = {"sh", "-c",
                               "n=0; for f in /proc/self/fd/*; do n=$((n+1)); done; exit $n", NULL};
    acdebug_log(1, "before exec");
    execv("/bin/sh", arguments);
    return 255;
}

static void no_descriptor_survives_exec(void **state)
{
    struct acd_fixture *f = *state;
    int pid;
    int open_ring = child_of_fork(descriptors_after_exec, &pid);
    assert_int_equal(rings(f), 2);
    acd_fixture_close(f);
    int closed_ring = child_of_fork(descriptors_after_exec, &pid);
    assert_true(open_ring > 0 && open_ring < 100);
    assert_int_equal(open_ring, closed_ring);
}

static int write_locked(const char *path)
{
    struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    int r = fcntl(fd, F_OFD_GETLK, &lock);
    close(fd);
    return r == 0 ? lock.l_type != F_UNLCK : -1;
}

static void the_lock_lives_as_long_as_the_process_and_is_not_the_childs(void **state)
{
    struct acd_fixture *f = *state;
    int go[2];
    char path[400], byte = 0;
    strcpy(path, acdebug_ring_path());
    assert_int_equal(write_locked(path), 1);
    /* A child that outlives close holds no lock on its parent's ring. */
    assert_int_equal(pipe(go), 0);
    pid_t pid = fork();
    if (pid == 0)
        _exit(read(go[0], &byte, 1) == 1 ? 0 : 1);
    assert_int_equal(write_locked(path), 1);
    acdebug_close();
    assert_int_equal(write_locked(path), 0);
    assert_true(write(go[1], &byte, 1) == 1);
    assert_int_equal(acd_scratch_wait(pid), 0);
    close(go[0]);
    close(go[1]);
    (void)f;
}

static int close_all_then_emit(void)
{
    char path[400];
    acdebug_log(1, "in the child");
    strcpy(path, acdebug_ring_path());
    for (int fd = 3; fd < 1024; fd++)
        close(fd);
    /* Whatever is opened now gets the numbers that the ring's files had. */
    int mine = open("/dev/null", O_RDWR);
    if (mine < 0 || write_locked(path) != 1)
        return 1;
    acdebug_timer t;
    for (unsigned i = 0; i < 40; i++) { /* new rows: all these allocate */
        char name[20];
        snprintf(name, sizeof name, "timer %u", i);
        acdebug_timer_start(&t, name);
        acdebug_timer_end(&t);
    }
    if (fcntl(mine, F_GETFD) < 0 || acd_scratch_descriptors() != 4)
        return 2;
    acdebug_close();
    return fcntl(mine, F_GETFD) < 0 ? 3 : 0;
}

static void closing_every_descriptor_breaks_nothing(void **state)
{
    struct acd_fixture *f = *state;
    struct acd_peek child;
    int pid;
    assert_int_equal(child_of_fork(close_all_then_emit, &pid), 0);
    assert_true(ring_of(f, pid, &child));
    assert_int_equal(acd_peek_word(&acd_peek_timer(&child, "timer 39")->timing.count), 1);
    acd_peek_close(&child);
}

static int daemonize(void)
{
    acdebug_log(1, "before the last fork");
    pid_t pid = fork();
    if (pid != 0)
        return acd_scratch_wait(pid);
    setsid();
    if (chdir("/") != 0)
        return 1;
    acdebug_log(1, "the daemon");
    return acdebug_ring_path()[0] ? 0 : 1;
}

static void a_daemon_has_a_ring(void **state)
{
    struct acd_fixture *f = *state;
    int pid;
    assert_int_equal(child_of_fork(daemonize, &pid), 0);
    assert_int_equal(rings(f), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ACD_FIXTURE_TEST(a_child_has_a_ring_of_its_own),
        ACD_FIXTURE_TEST(a_child_without_events_makes_no_file),
        ACD_FIXTURE_TEST(a_child_of_a_silent_server_still_counts),
        ACD_FIXTURE_TEST(a_child_begins_at_the_start_level),
        ACD_FIXTURE_TEST(what_is_off_evaluates_nothing_in_a_child_either),
        ACD_FIXTURE_TEST(grandchildren_too),
        ACD_FIXTURE_TEST(a_grandchild_of_a_silent_child_too),
        ACD_FIXTURE_TEST(a_timer_that_the_parent_started_stays_the_parents),
        ACD_FIXTURE_TEST(a_child_may_open_under_its_own_name),
        ACD_FIXTURE_TEST(a_fork_of_a_closed_server_has_no_ring),
        ACD_FIXTURE_TEST(a_fork_inside_an_emit_lets_both_go_on),
        ACD_FIXTURE_TEST(a_child_of_a_raw_clone_has_a_ring_of_its_own),
        ACD_FIXTURE_TEST(a_child_of_a_raw_clone_leaves_the_parents_ring_open),
        ACD_FIXTURE_TEST(a_child_of_vfork_may_emit_into_its_parents_ring),
        ACD_FIXTURE_TEST(no_descriptor_survives_exec),
        ACD_FIXTURE_TEST(the_lock_lives_as_long_as_the_process_and_is_not_the_childs),
        ACD_FIXTURE_TEST(closing_every_descriptor_breaks_nothing),
        ACD_FIXTURE_TEST(a_daemon_has_a_ring),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
