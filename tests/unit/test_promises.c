/* SPDX-License-Identifier: MIT */
/*
 * What the header promises of every emit: with text off no system call, no allocation, no lock; errno
 * kept; defined in handlers, children, exit functions and destructors.  Each proof has its control.
 */
#include "config.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include <cmocka.h>

#include "emitter/format/kinds.h"
#include "tests/support/fixture.h"
#include "tests/support/sanitized.h"

#define SANITIZED (ACD_ASAN || ACD_TSAN)

/* ---- every call that emits ---- */

static void emit_all(void)
{
    acdebug_timer t;
    acdebug_lookup l = ACDEBUG_LOOKUP_INIT;
    acdebug_error_context c = ACDEBUG_ERROR_INIT;
    acdebug_field f[] = {acdebug_field_str("note", "Bearer x"), acdebug_field_double("d", 1.5)};
    acdebug_request_set(7);
    acdebug_log(1, "plain");
    acdebug_log(3, "fields", ACDEBUG_INT("i", -1), ACDEBUG_STR("s", "text"),
                ACDEBUG_STR("api_key", "x"));
    acdebug_log_to(ACDEBUG_USER0, 2, "mine");
    acdebug_log_fields(ACDEBUG_LOG, 2, "run time", f, 2);
    acdebug_request_set_str("r-1");
    acdebug_cache_hit("prompt", "k");
    acdebug_cache_miss("prompt", "k", "cold");
    l.type = "kv";
    l.outcome = ACDEBUG_PARTIAL;
    l.input_tokens = 10;
    l.cached_tokens = 5;
    acdebug_cache_lookup(&l);
    acdebug_cache_lookup_exclusive(&l);
    acdebug_cache_evict("kv", NULL, 1, "full");
    acdebug_cache_inventory("kv", NULL, 1, 2, 3);
    acdebug_timer_start(&t, "t");
    (void)acdebug_timer_checkpoint(&t, "half");
    (void)acdebug_timer_end(&t);
    acdebug_timer_start(&t, "t");
    (void)acdebug_timer_fail(&t, "Error");
    acdebug_timer_add("t", 1000, NULL);
    acdebug_timer_add("t", 1000, "Error");
    acdebug_performance("p", 1.5, f, 2);
    c.message = "with sk-x";
    c.fields = f;
    c.fields_count = 2;
    acdebug_error("HTTP", 500, &c);
    (void)acdebug_level();
    (void)acdebug_enabled(2);
    (void)acdebug_enabled_for(ACDEBUG_CACHE, 1);
    acdebug_request_clear();
}

/* ---- no system call ---- */

/* From here on any system call but exit kills; clock_gettime() is let through where `clock`. */
static void forbid_calls(bool clock)
{
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_exit_group, 2, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, clock ? __NR_clock_gettime : __NR_exit_group, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
    struct sock_fprog program = {sizeof filter / sizeof filter[0], filter};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
        _exit(98);
}

struct silence {
    struct acd_fixture *fixture;
    bool call;
};

static int emit_in_silence(void *context)
{
    struct silence *s = context;
    struct acd_fixture *f = s->fixture;
    f->peek.base = NULL;
    if (acd_fixture_at_level(f, 3) != 0)
        return 97;
    for (int i = 0; i < 3; i++)
        emit_all(); /* the thread's lane, the sites and the tables' first names */
    usleep(5000);   /* and the second anchor */
    emit_all();
    forbid_calls(f->peek.identity->clock_kind == ACD_CLOCK_MONOTONIC_NS);
    for (int i = 0; i < 2000; i++) /* past a lane's end */
        emit_all();
    if (s->call)
        (void)syscall(SYS_getppid);
    _exit(0);
}

/* Valgrind runs the program inside itself: its calls are this process's. */
static bool in_valgrind(void)
{
    const char *preload = getenv("LD_PRELOAD");
    return preload && strstr(preload, "vgpreload");
}

static bool no_seccomp; /* here: the whole program says so, see main() */

static void an_emit_makes_no_system_call(void **state)
{
    if (SANITIZED || in_valgrind())
        skip(); /* both make calls of their own */
    struct silence s = {*state, false};
    int r = acd_scratch_child(emit_in_silence, &s);
    no_seccomp = r == 98;
    if (no_seccomp)
        skip();
    assert_int_equal(r, 0);
    s.call = true;
    assert_int_equal(acd_scratch_child(emit_in_silence, &s), 1000 + SIGSYS);
}

/* ---- no allocation, no lock ---- */

static unsigned allocations, locks;
static bool watching;

#if !SANITIZED
void *__libc_malloc(size_t bytes);
void *__libc_calloc(size_t count, size_t bytes);
void *__libc_realloc(void *old, size_t bytes);

void *malloc(size_t bytes)
{
    allocations += watching;
    return __libc_malloc(bytes);
}

void *calloc(size_t count, size_t bytes)
{
    allocations += watching;
    return __libc_calloc(count, bytes);
}

void *realloc(void *old, size_t bytes)
{
    allocations += watching;
    return __libc_realloc(old, bytes);
}

int pthread_mutex_lock(pthread_mutex_t *mutex)
{
    static int (*real)(pthread_mutex_t *);
    locks += watching;
    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "pthread_mutex_lock");
    return real(mutex);
}
#endif

static void an_emit_allocates_nothing_and_takes_no_lock(void **state)
{
    struct acd_fixture *f = *state;
    assert_int_equal(acd_fixture_at_level(f, 3), 0);
    watching = true;
    for (int i = 0; i < 500; i++)
        emit_all(); /* the first ones too: a lane and all names are made without malloc */
    watching = false;
    unsigned counted = allocations, taken = locks;
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    watching = true;
    void *volatile block = malloc(10);
    pthread_mutex_lock(&mutex);
    watching = false;
    pthread_mutex_unlock(&mutex);
    free(block);
    if (allocations == counted || locks == taken)
        skip(); /* sanitizers and valgrind bring an allocator of their own */
    assert_int_equal(counted, 0);
    assert_int_equal(taken, 0);
}

/* ---- errno, with text on too ---- */

static void with_text_on_errno_is_kept_even_when_the_write_fails(void **state)
{
    struct acd_fixture *f = *state;
    acdebug_options o = acd_scratch_options(&f->dir, 3);
    o.flags = ACDEBUG_NO_COLLECT;
    int before = dup(STDERR_FILENO), full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    assert_int_equal(acd_fixture_reopen(f, &o), 0);
    dup2(full, STDERR_FILENO);
    errno = 77;
    emit_all();
    int kept = errno;
    dup2(before, STDERR_FILENO);
    close(before);
    close(full);
    assert_int_equal(kept, 77);
}

/* ---- where it is called from ---- */

static volatile sig_atomic_t handled;

static void emit_in_handler(int number)
{
    (void)number;
    emit_all();
    handled++;
}

static void run_with_handler(unsigned flags, struct acd_fixture *f)
{
    struct sigaction action = {.sa_handler = emit_in_handler, .sa_flags = SA_RESTART};
    struct itimerval soon = {{0, 0}, {0, 300}}, never = {{0, 0}, {0, 0}};
    acdebug_options o = acd_scratch_options(&f->dir, 3);
    o.flags = ACDEBUG_NO_COLLECT | flags;
    assert_int_equal(acd_fixture_reopen(f, &o), 0);
    handled = 0;
    sigaction(SIGALRM, &action, NULL);
    unsigned emitted = 0;
    sig_atomic_t armed = -1;
    for (; handled < 100 && emitted < 2000000; emitted++) {
        if (armed != handled) { /* one at a time: a slow machine gets on as well */
            armed = handled;
            setitimer(ITIMER_REAL, &soon, NULL);
        }
        emit_all();
    }
    setitimer(ITIMER_REAL, &never, NULL);
    signal(SIGALRM, SIG_IGN); /* one may be on its way still */
    struct acd_peek_cache cache;
    acd_peek_cache(&f->peek, "prompt", "", &cache);
    assert_true(handled > 0);
    assert_int_equal(cache.outcome[ACD_OUTCOME_HIT], emitted + (unsigned)handled);
    assert_int_equal(cache.outcome[ACD_OUTCOME_MISS], emitted + (unsigned)handled);
    assert_int_equal(acd_peek_timer_count(&f->peek, "t"), 4 * (emitted + (unsigned)handled));
}

static void a_handler_may_emit_inside_an_emit(void **state)
{
    run_with_handler(ACDEBUG_NO_TEXT, *state);
}

static void a_handler_may_emit_inside_an_emit_with_text(void **state)
{
    int before = dup(STDERR_FILENO), null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    dup2(null, STDERR_FILENO);
    run_with_handler(0, *state);
    dup2(before, STDERR_FILENO);
    close(before);
    close(null);
}

/* Counts that a child leaves in its own ring, seen when it has ended. */
static uint64_t hits_in_rings(const struct acd_fixture *f)
{
    uint64_t hits = 0;
    char path[512];
    for (unsigned i = 0; acd_scratch_ring(&f->dir, i, path, sizeof path); i++) {
        struct acd_peek peek;
        struct acd_peek_cache cache;
        assert_true(acd_peek_open(&peek, path));
        acd_peek_cache(&peek, "prompt", "", &cache);
        hits += cache.outcome[ACD_OUTCOME_HIT];
        acd_peek_close(&peek);
    }
    return hits;
}

static int emit_before_open_and_after_close(void *context)
{
    struct acd_fixture *f = context;
    acd_fixture_close(f);
    f->peek.base = NULL;
    emit_all();
    if (acd_fixture_at_level(f, 3) != 0)
        return 1;
    emit_all();
    acdebug_close();
    emit_all();
    return 0;
}

static void before_open_and_after_close_nothing_is_counted(void **state)
{
    assert_int_equal(acd_scratch_child(emit_before_open_and_after_close, *state), 0);
    assert_int_equal(hits_in_rings(*state), 1);
}

static int emit_in_child(void *context)
{
    (void)context;
    emit_all();
    return 0;
}

static void a_fork_child_counts_in_a_ring_of_its_own(void **state)
{
    struct acd_fixture *f = *state;
    emit_all();
    assert_int_equal(acd_scratch_child(emit_in_child, NULL), 0);
    assert_int_equal(hits_in_rings(f), 2);
    assert_int_equal(acd_scratch_count(&f->dir, ".acr"), 2);
}

static pthread_key_t key;

static void emit_in_destructor(void *value)
{
    (void)value;
    emit_all();
}

static void *thread_with_destructor(void *unused)
{
    (void)unused;
    pthread_setspecific(key, &key);
    return NULL;
}

static int emit_at_the_end(void *context)
{
    pthread_t thread;
    (void)context;
    if (pthread_key_create(&key, emit_in_destructor) != 0 ||
        pthread_create(&thread, NULL, thread_with_destructor, NULL) != 0)
        return 1;
    pthread_join(thread, NULL);
    atexit(emit_all);
    exit(0);
}

static void thread_destructors_and_exit_functions_may_emit(void **state)
{
    assert_int_equal(acd_scratch_child(emit_at_the_end, NULL), 0);
    assert_int_equal(hits_in_rings(*state), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ACD_FIXTURE_TEST(an_emit_makes_no_system_call),
        ACD_FIXTURE_TEST(an_emit_allocates_nothing_and_takes_no_lock),
        ACD_FIXTURE_TEST(with_text_on_errno_is_kept_even_when_the_write_fails),
        ACD_FIXTURE_TEST(a_handler_may_emit_inside_an_emit),
        ACD_FIXTURE_TEST(a_handler_may_emit_inside_an_emit_with_text),
        ACD_FIXTURE_TEST(before_open_and_after_close_nothing_is_counted),
        ACD_FIXTURE_TEST(a_fork_child_counts_in_a_ring_of_its_own),
        ACD_FIXTURE_TEST(thread_destructors_and_exit_functions_may_emit),
    };
    if (cmocka_run_group_tests(tests, NULL, NULL) != 0)
        return 1;
    if (no_seccomp)
        puts("SKIP: no seccomp, to see that an emit makes no system call");
    return no_seccomp ? 77 : 0;
}
