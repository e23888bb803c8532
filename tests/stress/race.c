/* SPDX-License-Identifier: MIT */
/*
 * Forks, raw clones, closes and opens raced by threads that emit, and by a timer's signals that emit
 * and fork wherever they catch the program.  No address may fault, no child hang, no descriptor stay,
 * and every child that emitted has a ring of its own.
 *
 *   race [FORKS]     default 100 by ACD_TEST_SCALE, of fork, clone, vfork and a signal's fork each
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <acdebug.h>
#include "emitter/ring.h"
#include "tests/support/peek.h"
#include "tests/support/scratch.h"

#define THREADS 8
#define PREFORK 8

static struct acd_scratch dir;
static acd_word stop, loops;

static void emit_one_of_each(uint64_t n)
{
    acdebug_timer t;
    acdebug_timer_start(&t, "raced");
    acdebug_log(1, "raced", ACDEBUG_UINT("n", n), ACDEBUG_STR("s", "a text of some length"));
    acdebug_cache_hit("prompt", "k");
    acdebug_cache_miss("prompt", "k", "a reason");
    acdebug_timer_checkpoint(&t, "label");
    acdebug_timer_end(&t);
    acdebug_error("HTTP", 500, NULL);
}

static void *emit_until_told(void *unused)
{
    for (uint64_t n = 0; !acd_see(&stop); n++) {
        emit_one_of_each(n);
        acd_add(&loops, 1);
    }
    return unused;
}

/* ---- children ---- */

static int child(void)
{
    errno = 4711;
    for (unsigned i = 0; i < 20; i++)
        emit_one_of_each(i);
    if (errno != 4711)
        return 2;
    /* Its own ring, with all of its events and nobody else's. */
    struct acd_peek peek;
    if (!acd_peek_open(&peek, acdebug_ring_path()))
        return 3;
    unsigned found = acd_peek_find(&peek, ACD_KIND_LOG, "raced", NULL);
    bool mine = peek.identity->pid == (uint32_t)getpid();
    acd_peek_close(&peek);
    acdebug_close();
    return !mine ? 4 : found != 20 ? 5 : 0;
}

static int wait_or_say(pid_t pid, const char *how)
{
    int status = acd_scratch_wait(pid);
    if (status != 0)
        printf("a child of %s ended with %d\n", how, status);
    return status != 0;
}

static int by_fork(void)
{
    pid_t pid = fork();
    if (pid == 0)
        _exit(child());
    return wait_or_say(pid, "fork");
}

static int by_clone(void)
{
    long pid = syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);
    if (pid == 0)
        _exit(child());
    return wait_or_say((pid_t)pid, "raw clone");
}

static int by_vfork(void)
{
    static char *const arguments[] = {"true", NULL};
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    pid_t pid = vfork();
#pragma GCC diagnostic pop
    if (pid == 0) {
        acdebug_log(1, "between vfork and exec");
        execv("/bin/true", arguments);
        _exit(9);
    }
    return wait_or_say(pid, "vfork and exec");
}

static int prefork(void)
{
    pid_t pid[PREFORK];
    int failed = 0;
    for (unsigned i = 0; i < PREFORK; i++) {
        pid[i] = fork();
        if (pid[i] == 0)
            _exit(child());
    }
    for (unsigned i = 0; i < PREFORK; i++)
        failed += wait_or_say(pid[i], "prefork");
    return failed;
}

/* ---- a signal that forks in the middle of whatever runs ---- */

static acd_word handled, forked, failed_in_handler;

static void handler(int signal)
{
    int saved = errno;
    (void)signal;
    acd_add(&handled, 1);
    acdebug_log(1, "in a handler");
    acdebug_cache_hit("prompt", "h");
    pid_t pid = fork();
    if (pid == 0) {
        acdebug_log(1, "forked in a handler");
        acdebug_log(1, "and again");
        _exit(unlink(acdebug_ring_path()) == 0 ? 0 : 6);
    }
    acd_add(&forked, 1);
    acd_add(&failed_in_handler, acd_scratch_wait(pid) != 0);
    errno = saved;
}

static void fork_from_signals(uint64_t count)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART}, before;
    uint64_t seed = acd_scratch_seed(3), n = 0;
    sigaction(SIGALRM, &action, &before);
    for (uint64_t i = 0; i < count; i++) {
        /* Once each time, or a slow machine would be in the handler for ever. */
        struct itimerval once = {{0, 0}, {0, (long)(100 + acd_scratch_random(&seed) % 400)}};
        setitimer(ITIMER_REAL, &once, NULL);
        while (acd_see(&handled) == i)
            emit_one_of_each(n++);
    }
    sigaction(SIGALRM, &before, NULL);
}

/* ---- the race ---- */

static void clean(void)
{
    char path[400];
    while (acd_scratch_ring(&dir, 20, path, sizeof path))
        if (strcmp(path, acdebug_ring_path()) == 0 || unlink(path) != 0)
            break;
}

static int reopen(void)
{
    acdebug_options o = acd_scratch_options(&dir, 3);
    o.lane_bytes = o.small_lane_bytes = 64 << 10;
    acdebug_close();
    int r = acdebug_open("raced", &o);
    clean();
    return r;
}

static int race(uint64_t forks)
{
    pthread_t thread[THREADS];
    int failed = 0;
    acd_set(&stop, 0);
    for (unsigned i = 0; i < THREADS; i++)
        if (pthread_create(&thread[i], NULL, emit_until_told, NULL) != 0)
            acd_scratch_die("pthread_create");
    for (uint64_t i = 0; i < forks && failed < 5; i++) {
        failed += by_fork() + by_clone() + by_vfork();
        if (i % 50 == 0)
            failed += prefork();
        if (i % 10 == 9 && reopen() != 0)
            failed++;
    }
    acd_publish(&stop, 1);
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(thread[i], NULL);
    return failed;
}

/* Children that find a ring half open or half closed: whatever they get, they live and end. */
static void *open_and_close(void *unused)
{
    while (!acd_see(&stop))
        (void)reopen();
    return unused;
}

static int any_child(pid_t pid, const char *how)
{
    if (pid == 0) {
        for (unsigned i = 0; i < 20; i++)
            emit_one_of_each(i);
        acdebug_close();
        _exit(0);
    }
    return wait_or_say(pid, how);
}

static int fork_while_it_opens_and_closes(uint64_t forks)
{
    pthread_t thread[3];
    int failed = 0;
    acd_set(&stop, 0);
    for (unsigned i = 0; i < 3; i++)
        if (pthread_create(&thread[i], NULL, i == 0 ? open_and_close : emit_until_told, NULL) != 0)
            acd_scratch_die("pthread_create");
    for (uint64_t i = 0; i < forks && failed < 5; i++) {
        failed += any_child(fork(), "fork while it opens and closes");
        failed += any_child((pid_t)syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL),
                            "raw clone while it opens and closes");
    }
    acd_publish(&stop, 1);
    for (unsigned i = 0; i < 3; i++)
        pthread_join(thread[i], NULL);
    return failed;
}

int main(int argc, char **argv)
{
    uint64_t forks = argc > 1 ? strtoull(argv[1], NULL, 10) : acd_scratch_scaled(100, 20);
    acd_scratch_make(&dir);
    unsigned descriptors = acd_scratch_descriptors();
    int failed = reopen() != 0;
    failed += race(forks);
    failed += fork_while_it_opens_and_closes(forks);
    failed += reopen() != 0;
    fork_from_signals(forks);
    failed += (int)acd_see(&failed_in_handler);
    acdebug_close();
    int leaked = (int)acd_scratch_descriptors() - (int)descriptors;
    printf(
        "%llu forks, raw clones and vforks each among %d emitting threads, which went round %llu "
        "times; %llu forks inside signal handlers; %d failed, %d descriptors left\n",
        (unsigned long long)forks, THREADS, (unsigned long long)acd_see(&loops),
        (unsigned long long)acd_see(&forked), failed, leaked);
    acd_scratch_remove(&dir);
    return failed == 0 && leaked == 0 ? 0 : 1;
}
