/* SPDX-License-Identifier: MIT */
/* The ring's file: which directory is taken, what is refused, how much it takes, what is collected. */
#include "config.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/fixture.h"

/* What acdebug_open() says to stderr, and what it returns. */
struct opening {
    int result;
    char text[1000];
};

static struct opening open_with(const acdebug_options *options)
{
    struct opening o;
    int fd[2], saved = dup(2);
    assert_int_equal(pipe(fd), 0);
    dup2(fd[1], 2);
    o.result = acdebug_open("x", options);
    dup2(saved, 2);
    close(saved);
    close(fd[1]);
    ssize_t n = read(fd[0], o.text, sizeof o.text - 1);
    close(fd[0]);
    o.text[n > 0 ? n : 0] = '\0';
    return o;
}

static unsigned lines(const char *text)
{
    unsigned count = 0;
    for (; *text; text++)
        count += *text == '\n';
    return count;
}

/* The server runs on: one line, no ring, calls that do nothing, and a later open that works. */
static void assert_runs_on(struct acd_fixture *f, const char *directory, int expected)
{
    acdebug_options o = acd_scratch_options(&f->dir, 3);
    unsigned descriptors = acd_scratch_descriptors(), mappings = acd_scratch_mappings();
    o.directory = directory;
    for (unsigned i = 0; i < 5; i++) {
        struct opening opening = open_with(&o);
        assert_int_equal(opening.result, expected);
        assert_int_equal(lines(opening.text), 1);
        assert_string_equal(acdebug_ring_path(), "");
        acdebug_log(1, "nobody hears");
        acdebug_close();
        assert_int_equal(acd_scratch_descriptors(), descriptors);
        assert_true(acd_scratch_mappings() <= mappings + 2);
    }
    o.directory = f->dir.path;
    struct opening opening = open_with(&o);
    assert_int_equal(opening.result, 0);
    assert_string_equal(opening.text, "");
    acdebug_close();
}

static const char *in(const struct acd_fixture *f, const char *name)
{
    static char path[400];
    snprintf(path, sizeof path, "%s/%s", f->dir.path, name);
    return path;
}

static void a_directory_is_made_for_its_user_alone(void **state)
{
    struct acd_fixture *f = *state;
    struct stat st;
    acd_fixture_close(f);
    acdebug_options o = acd_scratch_options(&f->dir, 1);
    o.directory = in(f, "new");
    mode_t mask = umask(0);
    assert_int_equal(acd_fixture_open(f, &o), 0);
    umask(mask);
    assert_int_equal(stat(in(f, "new"), &st), 0);
    assert_int_equal(st.st_mode & 07777, 0700);
    assert_int_equal(stat(acdebug_ring_path(), &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_int_equal(unlink(acdebug_ring_path()), 0);
    acd_fixture_close(f);
    assert_int_equal(rmdir(in(f, "new")), 0);
}

static void the_names_of_rings_are_equally_long(void **state)
{
    struct acd_fixture *f = *state;
    for (unsigned i = 0; i < 64; i++) {
        acdebug_options o = acd_scratch_options(&f->dir, 0);
        assert_int_equal(acd_fixture_reopen(f, &o), 0);
        const char *random = acdebug_ring_path() + strlen(f->dir.path) + strlen("/fixture.");
        assert_int_equal(strspn(random, "0123456789abcdef"), 12);
        assert_string_equal(random + 12, ".acr");
    }
}

static void a_symbolic_link_is_not_followed(void **state)
{
    struct acd_fixture *f = *state;
    struct acd_scratch target;
    acd_fixture_close(f);
    acd_scratch_make(&target);
    assert_int_equal(symlink(target.path, in(f, "link")), 0);
    assert_runs_on(f, in(f, "link"), -ENOTDIR);
    assert_int_equal(acd_scratch_count(&target, ""), 0);
    acd_scratch_remove(&target);
}

static void a_directory_open_to_others_is_refused(void **state)
{
    static const mode_t modes[] = {0777, 01777, 0755, 0710, 0701, 0740};
    struct acd_fixture *f = *state;
    acd_fixture_close(f);
    assert_int_equal(mkdir(in(f, "loose"), 0700), 0);
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        assert_int_equal(chmod(in(f, "loose"), modes[i]), 0);
        assert_runs_on(f, in(f, "loose"), -EPERM);
    }
}

static void another_users_directory_is_refused(void **state)
{
    struct acd_fixture *f = *state;
    acd_fixture_close(f);
    if (geteuid() != 0) { /* then the root directory is one */
        assert_runs_on(f, "/", -EPERM);
        return;
    }
    assert_int_equal(mkdir(in(f, "other"), 0700), 0);
    assert_int_equal(chown(in(f, "other"), 12345, 12345), 0);
    assert_runs_on(f, in(f, "other"), -EPERM);
}

static void what_is_no_directory_is_refused(void **state)
{
    struct acd_fixture *f = *state;
    acd_fixture_close(f);
    int fd = open(in(f, "file"), O_CREAT | O_WRONLY, 0600);
    close(fd);
    assert_runs_on(f, in(f, "file"), -ENOTDIR);
    assert_int_equal(mkfifo(in(f, "fifo"), 0600), 0);
    assert_runs_on(f, in(f, "fifo"), -ENOTDIR);
    assert_runs_on(f, "/proc/self/no/such/directory", -ENOENT);
}

/* ---- limits ---- */

static void a_limit_on_file_sizes_makes_no_ring_and_no_signal(void **state)
{
    struct acd_fixture *f = *state;
    struct rlimit before, low = {1 << 20, 0};
    acd_fixture_close(f);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    low.rlim_max = before.rlim_max;
    acdebug_options o = acd_scratch_options(&f->dir, 3);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &low), 0);
    struct opening opening = open_with(&o);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(opening.result, -EFBIG);
    assert_int_equal(lines(opening.text), 1);
    /* A limit between the smallest ring and the usual one: a smaller ring. */
    low.rlim_cur = 14 << 20;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &low), 0);
    int r = acd_fixture_open(f, &o);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(r, 0);
    assert_true(f->peek.bytes <= 14 << 20);
    for (unsigned i = 0; i < 10000; i++)
        acdebug_log(1, "in a small ring", ACDEBUG_UINT("n", i));
    assert_true(acd_peek_find(&f->peek, ACD_KIND_LOG, NULL, NULL) > 10);
}

static void a_limit_that_comes_after_open_raises_no_signal(void **state)
{
    struct acd_fixture *f = *state;
    struct rlimit before, low = {4096, 0};
    acdebug_options o = acd_scratch_options(&f->dir, 0);
    assert_int_equal(acd_fixture_reopen(f, &o), 0);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    low.rlim_max = before.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &low), 0);
    /* All of these allocate: rows, timers, histograms, error groups. */
    acdebug_timer t;
    acdebug_timer_start(&t, "t");
    acdebug_timer_checkpoint(&t, "label");
    acdebug_timer_end(&t);
    acdebug_cache_hit("prompt", "k");
    acdebug_error("HTTP", 500, NULL);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    struct acd_peek_cache c;
    acd_peek_cache(&f->peek, "prompt", "", &c);
    assert_int_equal(c.outcome[ACD_OUTCOME_HIT], 1);
}

static void without_descriptors_there_is_no_ring_and_later_calls_need_none(void **state)
{
    struct acd_fixture *f = *state;
    struct rlimit before, low;
    acd_fixture_close(f);
    acdebug_options o = acd_scratch_options(&f->dir, 3);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    low = before;
    int saved = dup(2), pipe_fd[2];
    assert_int_equal(pipe(pipe_fd), 0);
    dup2(pipe_fd[1], 2);
    low.rlim_cur = 3;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
    int r = acdebug_open("x", &o);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    dup2(saved, 2);
    close(saved);
    close(pipe_fd[0]);
    close(pipe_fd[1]);
    assert_int_equal(r, -EMFILE);
    assert_int_equal(acd_fixture_open(f, &o), 0);
    low.rlim_cur = 3;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
    acdebug_timer t;
    acdebug_timer_start(&t, "t");
    acdebug_timer_end(&t);
    acdebug_cache_hit("prompt", "k");
    acdebug_error("HTTP", 500, NULL);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    struct acd_peek_cache c;
    acd_peek_cache(&f->peek, "prompt", "", &c);
    assert_int_equal(c.outcome[ACD_OUTCOME_HIT] + c.rows, 2);
}

static void a_ring_that_was_unlinked_goes_on(void **state)
{
    struct acd_fixture *f = *state;
    assert_int_equal(unlink(acdebug_ring_path()), 0);
    acdebug_timer t;
    acdebug_timer_start(&t, "after the file has gone");
    acdebug_timer_end(&t);
    acdebug_error("HTTP", 500, NULL);
    acdebug_cache_hit("prompt", "k");
    struct acd_peek_cache c;
    acd_peek_cache(&f->peek, "prompt", "", &c);
    assert_int_equal(c.outcome[ACD_OUTCOME_HIT], 1);
}

static void a_stranger_in_the_rings_place_is_never_written(void **state)
{
    char path[400];
    struct stat st;
    (void)state;
    strcpy(path, acdebug_ring_path());
    assert_int_equal(unlink(path), 0);
    int fd = open(path, O_CREAT | O_EXCL | O_RDWR, 0600);
    assert_true(fd >= 0);
    acdebug_timer t;
    acdebug_timer_start(&t, "t");
    acdebug_timer_checkpoint(&t, "l");
    acdebug_timer_end(&t);
    acdebug_error("HTTP", 500, NULL);
    assert_int_equal(fstat(fd, &st), 0);
    assert_true(st.st_size == 0 && st.st_blocks == 0);
    close(fd);
}

/* ---- memory ---- */

static void a_server_of_one_thread_takes_at_most_1_8_mib(void **state)
{
    struct acd_fixture *f = *state;
    static const char *const labels[] = {"cache_check", "model_loaded", "first_token", "complete"};
    char name[40];
    struct stat st;
    for (unsigned round = 0; round < 2000; round++) {
        for (unsigned i = 0; i < 8; i++) {
            acdebug_timer t;
            snprintf(name, sizeof name, "timer %u", i);
            acdebug_timer_start(&t, name);
            for (unsigned j = 0; j < 4; j++)
                acdebug_timer_checkpoint(&t, labels[j]);
            acdebug_timer_end(&t);
        }
        for (unsigned i = 0; i < 4; i++) {
            snprintf(name, sizeof name, "cache %u", i);
            acdebug_cache_miss(name, "key", "cold");
        }
        acdebug_error("HTTP", 500 + (int)round % 5, NULL);
    }
    assert_int_equal(stat(acdebug_ring_path(), &st), 0);
    uint64_t bytes = (uint64_t)st.st_blocks * 512;
    uint64_t counted = acd_peek_word(&acd_peek_shared(&f->peek)->allocated_bytes);
    printf("8 timers of 4 checkpoints, 4 caches, 5 errors: %.2f MiB of shared memory\n",
           (double)bytes / 1048576);
    assert_true(bytes <= (uint64_t)(1.8 * 1048576));
    assert_int_equal(bytes, counted);
}

/* ---- what others left ---- */

static int leave_a_ring(void *context)
{
    struct acd_fixture *f = context;
    acdebug_options o = acd_scratch_options(&f->dir, 1);
    if (acdebug_open("collected", &o) != 0)
        return 1;
    acdebug_log(1, "last words");
    return 0; /* _exit: as if killed, the ring is not closed */
}

static void the_newest_eight_dead_rings_of_an_application_are_kept(void **state)
{
    struct acd_fixture *f = *state;
    acd_fixture_close(f); /* the fixture's own: another application's, so left alone */
    unsigned others = acd_scratch_count(&f->dir, ".acr");
    for (unsigned i = 0; i < 20; i++)
        assert_int_equal(acd_scratch_child(leave_a_ring, f), 0);
    assert_int_equal(acd_scratch_count(&f->dir, ".acr"), others + 20);
    int fifo = mkfifo(in(f, "collected.fifo.acr"), 0600);
    assert_int_equal(fifo, 0);
    assert_int_equal(symlink("/etc/passwd", in(f, "collected.link.acr")), 0);
    acdebug_options o = acd_scratch_options(&f->dir, 1);
    o.flags = ACDEBUG_NO_TEXT;
    assert_int_equal(acdebug_open("collected", &o), 0);
    acdebug_close();
    /* Eight, this one, and what is no ring of ours. */
    assert_int_equal(acd_scratch_count(&f->dir, ".acr"), others + 8 + 1 + 2);
}

static int leave_a_ring_as_a_child(void *context)
{
    acdebug_log(1, "in the child");
    return context ? 0 : 1;
}

static void children_that_come_and_go_leave_eight_rings_and_no_more(void **state)
{
    struct acd_fixture *f = *state;
    acd_fixture_close(f);
    unsigned others = acd_scratch_count(&f->dir, ".acr");
    acdebug_options o = acd_scratch_options(&f->dir, 1);
    o.flags = ACDEBUG_NO_TEXT;
    assert_int_equal(acdebug_open("forks for each request", &o), 0);
    for (unsigned i = 0; i < 40; i++)
        assert_int_equal(acd_scratch_child(leave_a_ring_as_a_child, f), 0);
    acdebug_log(1, "the parent's is not touched");
    assert_int_equal(access(acdebug_ring_path(), F_OK), 0);
    acdebug_close();
    /* The parent's, the eight that the last child left, and its own. */
    assert_int_equal(acd_scratch_count(&f->dir, ".acr"), others + 1 + 8 + 1);
}

static int hold_a_ring(void *context)
{
    int *fd = context;
    char byte = 0;
    struct acd_scratch dir;
    if (read(fd[0], dir.path, sizeof dir.path) != sizeof dir.path)
        return 1;
    acdebug_options o = acd_scratch_options(&dir, 1);
    if (acdebug_open("collected", &o) != 0)
        return 2;
    if (write(fd[3], &byte, 1) != 1 || read(fd[0], &byte, 1) != 1)
        return 3;
    return 0;
}

static void a_living_ring_is_never_collected_however_old(void **state)
{
    struct acd_fixture *f = *state;
    int fd[4];
    char byte = 0, path[400];
    acd_fixture_close(f);
    assert_int_equal(unlink(in(f, "x")) == 0 || errno == ENOENT, 1);
    assert_int_equal(pipe(fd) | pipe(fd + 2), 0);
    pid_t pid = fork();
    if (pid == 0)
        _exit(hold_a_ring(fd));
    assert_true(write(fd[1], f->dir.path, sizeof f->dir.path) == sizeof f->dir.path);
    assert_true(read(fd[2], &byte, 1) == 1);
    bool found = false;
    for (unsigned i = 0; !found && acd_scratch_ring(&f->dir, i, path, sizeof path); i++)
        found = strstr(path, "/collected.") != NULL;
    assert_true(found);
    struct timespec old[2] = {{1000, 0}, {1000, 0}};
    assert_int_equal(utimensat(AT_FDCWD, path, old, 0), 0);
    for (unsigned i = 0; i < 12; i++)
        assert_int_equal(acd_scratch_child(leave_a_ring, f), 0);
    acdebug_options o = acd_scratch_options(&f->dir, 1);
    o.flags = ACDEBUG_NO_TEXT;
    assert_int_equal(acdebug_open("collected", &o), 0);
    acdebug_close();
    assert_int_equal(access(path, F_OK), 0);
    assert_true(write(fd[1], &byte, 1) == 1);
    assert_int_equal(acd_scratch_wait(pid), 0);
    for (unsigned i = 0; i < 4; i++)
        close(fd[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ACD_FIXTURE_TEST(a_directory_is_made_for_its_user_alone),
        ACD_FIXTURE_TEST(the_names_of_rings_are_equally_long),
        ACD_FIXTURE_TEST(a_symbolic_link_is_not_followed),
        ACD_FIXTURE_TEST(a_directory_open_to_others_is_refused),
        ACD_FIXTURE_TEST(another_users_directory_is_refused),
        ACD_FIXTURE_TEST(what_is_no_directory_is_refused),
        ACD_FIXTURE_TEST(a_limit_on_file_sizes_makes_no_ring_and_no_signal),
        ACD_FIXTURE_TEST(a_limit_that_comes_after_open_raises_no_signal),
        ACD_FIXTURE_TEST(without_descriptors_there_is_no_ring_and_later_calls_need_none),
        ACD_FIXTURE_TEST(a_ring_that_was_unlinked_goes_on),
        ACD_FIXTURE_TEST(a_stranger_in_the_rings_place_is_never_written),
        ACD_FIXTURE_TEST(a_server_of_one_thread_takes_at_most_1_8_mib),
        ACD_FIXTURE_TEST(the_newest_eight_dead_rings_of_an_application_are_kept),
        ACD_FIXTURE_TEST(children_that_come_and_go_leave_eight_rings_and_no_more),
        ACD_FIXTURE_TEST(a_living_ring_is_never_collected_however_old),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
