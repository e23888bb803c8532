/* SPDX-License-Identifier: MIT */
/*
 * Every call that the emitter makes fails in turn, with each error, at its N-th time, once and from then
 * on: while it opens, at a thread's first events, in a child's first events, while dead rings are
 * collected, while it closes, while it writes a debug file, at loggers and long messages.  What must come
 * of it: a documented error or none, one warning, nothing left behind, errno kept, every event counted,
 * and a later try that works.
 *
 * Runs itself again with libacd-shim.so preloaded.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <acdebug.h>
#include "tests/fault/preload.h"
#include "tests/support/peek.h"
#include "tests/support/scratch.h"

static struct acd_shim shim;

#define NTH_MAX 60u
#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            complain(#condition, __LINE__);                                                        \
    } while (0)

static struct acd_shim_plan plan;
static const char *scenario_name;
static unsigned complaints;
static int told; /* stderr as it was */

static void complain(const char *condition, int line)
{
    if (complaints++ < 20)
        dprintf(told, "%s, %s number %u with %s%s: line %d: %s\n", scenario_name, plan.call,
                plan.nth, strerror(plan.error), plan.from_then_on ? " from then on" : "", line,
                condition);
}

/* ---- what is said on stderr ---- */

static int said_fd[2];

static void listen_to_stderr(void)
{
    told = fcntl(2, F_DUPFD_CLOEXEC, 10);
    if (pipe2(said_fd, O_CLOEXEC | O_NONBLOCK) != 0 || dup2(said_fd[1], 2) != 2)
        acd_scratch_die("pipe");
}

static unsigned lines_said(void)
{
    char text[4096];
    unsigned lines = 0;
    for (ssize_t n; (n = read(said_fd[0], text, sizeof text)) > 0;)
        for (ssize_t i = 0; i < n; i++)
            lines += text[i] == '\n';
    return lines;
}

/* ---- what a process holds ---- */

struct holdings {
    unsigned descriptors, mappings, files;
};

static struct acd_scratch dir;

static struct holdings holdings(void)
{
    struct holdings h;
    h.files = acd_scratch_count(&dir, "");
    h.descriptors = acd_scratch_descriptors();
    h.mappings = acd_scratch_mappings();
    return h;
}

/* ---- events ---- */

#define EVENTS 9u

static void emit_some(void)
{
    acdebug_timer t;
    acdebug_lookup lookup = ACDEBUG_LOOKUP_INIT;
    lookup.type = "kv";
    lookup.outcome = ACDEBUG_HIT;
    acdebug_log(1, "a log", ACDEBUG_STR("s", "text"));
    acdebug_cache_hit("prompt", "k");
    acdebug_cache_miss("prompt", "k", "a reason");
    acdebug_cache_lookup(&lookup);
    acdebug_timer_start(&t, "timer");
    acdebug_timer_checkpoint(&t, "label");
    acdebug_timer_end(&t);
    acdebug_performance("p", 1, NULL, 0);
    acdebug_error("HTTP", 500, NULL);
}

static uint64_t events_of(const struct acd_peek *peek)
{
    const struct acd_shared *s = acd_peek_shared(peek);
    return acd_peek_records(peek) + acd_peek_word(&s->dropped_busy) +
           acd_peek_word(&s->dropped_no_room);
}

static uint64_t lookups_of(const struct acd_peek *peek)
{
    uint64_t sum = 0;
    for (unsigned row = 0; row < ACD_CACHE_ROWS; row++)
        for (unsigned outcome = 0; outcome < 5; outcome++) {
            sum += acd_peek_word(&acd_peek_shared(peek)->cache[row].outcome[outcome]);
            for (unsigned i = 0; i < acd_peek_lanes(peek); i++) {
                const struct acd_lane *lane = acd_peek_lane(peek, i);
                sum += lane ? acd_peek_word(&lane->cache[row].outcome[outcome]) : 0;
            }
        }
    return sum;
}

static int open_ring(unsigned flags)
{
    acdebug_options o = acd_scratch_options(&dir, 3);
    o.flags = ACDEBUG_NO_TEXT | flags;
    o.lane_bytes = o.small_lane_bytes = 16 << 10;
    return acdebug_open("faulty", &o);
}

/* A ring that works, whatever failed before. */
static void check_works(void)
{
    struct acd_peek peek;
    if (!acd_peek_open(&peek, acdebug_ring_path())) {
        complain("the ring can be read", __LINE__);
        return;
    }
    uint64_t before = events_of(&peek);
    emit_some();
    CHECK(events_of(&peek) - before == EVENTS);
    acd_peek_close(&peek);
}

static void remove_rings(void)
{
    char path[400];
    while (acd_scratch_ring(&dir, 0, path, sizeof path))
        (void)unlink(path);
}

/* ---- scenarios: each returns whether the fault was given ---- */

static bool while_it_opens(void)
{
    struct holdings before = holdings();
    shim.arm(&plan);
    int r = open_ring(ACDEBUG_NO_COLLECT);
    bool hit = shim.disarm() > 0;
    unsigned lines = lines_said();
    if (r == 0) {
        CHECK(lines == 0);
        check_works();
        acdebug_close();
    } else {
        struct holdings after = holdings();
        CHECK(r == -plan.error || r == -ENOMEM);
        CHECK(lines == (strcmp(plan.call, "write") != 0));
        CHECK(acdebug_ring_path()[0] == '\0');
        CHECK(after.files == before.files);
        CHECK(after.descriptors == before.descriptors);
        CHECK(after.mappings <= before.mappings);
        emit_some();
        CHECK(open_ring(ACDEBUG_NO_COLLECT) == 0);
        check_works();
        acdebug_close();
    }
    struct holdings end = holdings();
    CHECK(end.descriptors == before.descriptors);
    (void)lines_said();
    remove_rings();
    return hit;
}

static bool first_hit;

static void *first_events(void *unused)
{
    shim.arm(&plan);
    errno = 4711;
    emit_some();
    CHECK(errno == 4711);
    first_hit = shim.disarm() > 0;
    for (unsigned i = 0; i < 3; i++)
        emit_some();
    CHECK(errno == 4711);
    return unused;
}

static bool at_a_threads_first_events(void)
{
    struct acd_peek peek;
    pthread_t thread;
    if (open_ring(ACDEBUG_NO_COLLECT) != 0 || !acd_peek_open(&peek, acdebug_ring_path()))
        acd_scratch_die("open");
    struct holdings before = holdings();
    uint64_t events = events_of(&peek);
    unsigned threads = acd_peek_find(&peek, ACD_KIND_THREAD, NULL, NULL);
    if (pthread_create(&thread, NULL, first_events, NULL) != 0 || pthread_join(thread, NULL) != 0)
        acd_scratch_die("thread");
    threads = acd_peek_find(&peek, ACD_KIND_THREAD, NULL, NULL) - threads;
    CHECK(threads <= 1);
    CHECK(events_of(&peek) - events == 4 * EVENTS + threads);
    CHECK(lookups_of(&peek) == 4 * 3);
    CHECK(lines_said() == 0);
    struct holdings after = holdings();
    CHECK(after.descriptors == before.descriptors);
    acd_peek_close(&peek);
    acdebug_close();
    remove_rings();
    return first_hit;
}

static int child_hit;

static int child(void *unused)
{
    unsigned descriptors = acd_scratch_descriptors();
    (void)unused;
    shim.arm(&plan);
    errno = 4711;
    emit_some();
    CHECK(errno == 4711);
    bool hit = shim.disarm() > 0;
    emit_some();
    CHECK(acd_scratch_descriptors() == descriptors);
    acdebug_close();
    return complaints ? 3 : hit;
}

static bool at_a_childs_first_events(void)
{
    if (open_ring(0) != 0)
        acd_scratch_die("open");
    child_hit = acd_scratch_child(child, NULL);
    CHECK(child_hit == 0 || child_hit == 1);
    check_works();
    acdebug_close();
    CHECK(lines_said() <= 1);
    remove_rings();
    return child_hit == 1;
}

static int leave_a_ring(void *unused)
{
    (void)unused;
    return open_ring(ACDEBUG_NO_COLLECT) == 0 ? 0 : 1;
}

static bool while_dead_rings_are_collected(void)
{
    while (acd_scratch_count(&dir, ".acr") < 10)
        if (acd_scratch_child(leave_a_ring, NULL) != 0)
            acd_scratch_die("a dead ring");
    struct holdings before = holdings();
    struct acd_shim_plan later = plan;
    later.nth += 5; /* behind open's own, for most of the calls */
    shim.arm(&later);
    int r = open_ring(0);
    bool hit = shim.disarm() > 0;
    if (r == 0) {
        check_works();
        acdebug_close();
    }
    CHECK(acd_scratch_descriptors() == before.descriptors);
    (void)lines_said();
    return hit;
}

static bool while_it_closes(void)
{
    if (open_ring(ACDEBUG_NO_COLLECT) != 0)
        acd_scratch_die("open");
    struct holdings before = holdings();
    shim.arm(&plan);
    acdebug_close();
    bool hit = shim.disarm() > 0;
    emit_some();
    CHECK(acdebug_ring_path()[0] == '\0');
    CHECK(acd_scratch_descriptors() == before.descriptors);
    CHECK(open_ring(ACDEBUG_NO_COLLECT) == 0);
    check_works();
    acdebug_close();
    remove_rings();
    return hit;
}

/* ---- the calls that allocate ---- */

static char long_text[6000]; /* longer than what any of them has on its stack */

/* Level 1 with its text, debug files beside the rings, of which two are kept. */
static void open_for_files(void)
{
    acdebug_options o = acd_scratch_options(&dir, 1);
    o.flags = ACDEBUG_NO_COLLECT;
    o.temp_directory = dir.path;
    o.debug_file_limit = 2;
    o.debug_rate_limit = UINT32_MAX;
    if (acdebug_open("faulty", &o) != 0)
        acd_scratch_die("open");
}

static int write_file(char *ret_path, size_t bytes)
{
    acdebug_header headers[40];
    acdebug_exchange e = ACDEBUG_EXCHANGE_INIT;
    for (unsigned i = 0; i < 40; i++)
        headers[i] = (acdebug_header){"x-header", "some value that takes its room"};
    e.status = 500;
    e.method = "POST";
    e.url = long_text;
    e.request_headers = e.response_headers = headers;
    e.request_headers_count = e.response_headers_count = 40;
    e.request_body = "{\"api_key\":\"x\"}";
    e.request_body_bytes = strlen(e.request_body);
    e.has_response = true;
    e.response_status = 500;
    e.response_body = long_text;
    e.response_body_bytes = sizeof long_text - 1;
    return acdebug_write_error_file(&e, ret_path, bytes);
}

static bool is_whole(const char *path)
{
    char first = 0, last = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool good = fd >= 0 && read(fd, &first, 1) == 1 && lseek(fd, -1, SEEK_END) > 0 &&
                read(fd, &last, 1) == 1 && first == '{' && last == '}';
    close(fd);
    return good;
}

static void remove_files(void)
{
    acd_scratch_remove(&dir);
    acd_scratch_make(&dir);
}

static bool while_it_writes_a_debug_file(void)
{
    char path[512] = "before";
    open_for_files();
    for (unsigned i = 0; i < 2; i++)
        CHECK(write_file(path, sizeof path) == 0);
    struct holdings before = holdings();
    long allocations = shim.live();
    shim.arm(&plan);
    errno = 4711;
    int r = write_file(path, sizeof path);
    CHECK(errno == 4711);
    bool hit = shim.disarm() > 0;
    CHECK(shim.live() == allocations);
    CHECK(lines_said() <= 1);
    CHECK(acd_scratch_descriptors() == before.descriptors);
    if (r == 0) {
        CHECK(is_whole(path));
    } else {
        CHECK(r == -plan.error || r == -ENOMEM);
        CHECK(path[0] == '\0');
        CHECK(acd_scratch_count(&dir, ".json") == 2);
        CHECK(acd_scratch_count(&dir, "") == before.files || strcmp(plan.call, "unlinkat") == 0);
    }
    CHECK(write_file(path, sizeof path) == 0 && is_whole(path));
    CHECK(acd_scratch_count(&dir, ".json") == 2);
    acdebug_close();
    remove_files();
    return hit;
}

/* Loggers, messages and errors with more text than the stack holds. */
static int call_cold_ones(const char *path)
{
    acdebug_logger *logger = NULL;
    acdebug_error_context c = ACDEBUG_ERROR_INIT;
    int r = acdebug_logger_new(&logger, "faulty", ACDEBUG_SEV_INFO, path);
    CHECK((r == 0) == (logger != NULL));
    acdebug_logger_log(logger, ACDEBUG_SEV_ERROR, "%s", long_text);
    acdebug_logger_log(logger, ACDEBUG_SEV_INFO, "short");
    acdebug_logger_free(logger);
    acdebug_log_message(ACDEBUG_SEV_WARNING, "c", long_text, NULL, 0);
    c.message = long_text;
    acdebug_error("HTTP", 500, &c);
    acdebug_display_startup();
    return r;
}

static bool at_the_cold_calls(void)
{
    char path[200];
    struct acd_peek peek;
    snprintf(path, sizeof path, "%s/server.log", dir.path);
    open_for_files();
    if (!acd_peek_open(&peek, acdebug_ring_path()))
        acd_scratch_die("open");
    CHECK(call_cold_ones(path) == 0); /* sites and groups are known from here on */
    long allocations = shim.live();
    unsigned descriptors = acd_scratch_descriptors();
    uint64_t events = events_of(&peek);
    shim.arm(&plan);
    errno = 4711;
    int r = call_cold_ones(path);
    CHECK(errno == 4711);
    bool hit = shim.disarm() > 0;
    CHECK(r == 0 || r == -plan.error || r == -ENOMEM);
    CHECK(shim.live() == allocations);
    CHECK(acd_scratch_descriptors() == descriptors);
    CHECK(events_of(&peek) - events == (r == 0 ? 4 : 2)); /* two are the logger's */
    (void)lines_said();
    acd_peek_close(&peek);
    acdebug_close();
    remove_files();
    return hit;
}

/* ---- what a file system or a kernel may lack ---- */

static const struct acd_shim_plan lacks[] = {
    {"fallocate", 1, EOPNOTSUPP, true}, /* a file system without it */
    {"openat", 1, EOPNOTSUPP, false},   /* without O_TMPFILE */
    {"openat", 1, EISDIR, false},       /* a kernel before 3.11 */
    {"access", 1, ENOENT, true},        /* no /proc */
    {"fcntl", 1, EINVAL, true},         /* no open-file-description locks */
    {"getrandom", 1, ENOSYS, true},     /* a kernel before 3.17 */
    {"madvise", 1, EINVAL, true},       /* none of its advice known */
    {"read", 1, EACCES, true},          /* nothing in /proc and /sys may be read */
    {"gethostname", 1, EPERM, true},    {"stat", 1, ENOENT, true},
};

static int open_lacking(void *context)
{
    plan = *(const struct acd_shim_plan *)context;
    scenario_name = "where it is lacking";
    listen_to_stderr();
    acd_scratch_make(&dir);
    shim.arm(&plan);
    CHECK(open_ring(ACDEBUG_NO_COLLECT) == 0);
    check_works();
    CHECK(acd_scratch_count(&dir, "") == 1); /* the temporary name has gone */
    acdebug_close();
    CHECK(shim.disarm() > 0);
    CHECK(lines_said() == 0);
    remove_rings();
    acd_scratch_remove(&dir);
    return complaints != 0;
}

#define RACERS 4
#define NAMES 40

static pthread_barrier_t together;

/* All come to the same new names at the same time. */
static void *count_names(void *unused)
{
    for (unsigned i = 0; i < NAMES; i++) {
        char name[20];
        acdebug_timer t;
        snprintf(name, sizeof name, "name %u", i);
        pthread_barrier_wait(&together);
        acdebug_timer_start(&t, name);
        acdebug_error(name, (int)i, NULL);
        acdebug_timer_checkpoint(&t, "label");
        acdebug_timer_end(&t);
    }
    return unused;
}

static uint64_t timers_counted(const struct acd_peek *peek, uint64_t *ret_in_histograms)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i <= ACD_TIMERS; i++) {
        if (!(acd_peek_word(&acd_peek_shared(peek)->timers_ready[i / 64]) >> i % 64 & 1))
            continue;
        const struct acd_timer_entry *e = acd_peek_at(peek, ACD_SEC_TIMERS, i);
        sum += acd_peek_word(&e->timing.count);
        *ret_in_histograms += acd_peek_histogram(peek, &e->timing);
    }
    return sum;
}

/* A file system without fallocate: what one thread has written another's zeros must not cover. */
static int race_for_new_blocks(void *context)
{
    pthread_t thread[RACERS];
    struct acd_peek peek;
    uint64_t in_histograms = 0;
    plan = lacks[0];
    scenario_name = "threads without fallocate";
    (void)context;
    listen_to_stderr();
    acd_scratch_make(&dir);
    if (open_ring(ACDEBUG_NO_COLLECT) != 0 || !acd_peek_open(&peek, acdebug_ring_path()))
        acd_scratch_die("open");
    pthread_barrier_init(&together, NULL, RACERS);
    shim.arm(&plan);
    shim.slow("pwrite");
    for (unsigned i = 0; i < RACERS; i++)
        if (pthread_create(&thread[i], NULL, count_names, NULL) != 0)
            acd_scratch_die("thread");
    for (unsigned i = 0; i < RACERS; i++)
        pthread_join(thread[i], NULL);
    shim.slow(NULL);
    CHECK(shim.disarm() > 0);
    CHECK(timers_counted(&peek, &in_histograms) == RACERS * NAMES);
    CHECK(in_histograms == RACERS * NAMES);
    uint64_t errors = 0;
    for (unsigned i = 0; i < ACD_ERRORS; i++)
        if (acd_peek_word(&acd_peek_shared(&peek)->errors_ready[i / 64]) >> i % 64 & 1) {
            const struct acd_error_entry *e = acd_peek_at(&peek, ACD_SEC_ERRORS, i);
            errors += acd_peek_word(&e->count);
            CHECK(e->type[0] != '\0');
        }
    CHECK(errors == RACERS * NAMES);
    acd_peek_close(&peek);
    acdebug_close();
    remove_rings();
    acd_scratch_remove(&dir);
    return complaints != 0;
}

/* ---- the walk ---- */

static const struct {
    const char *name;
    bool (*run)(void);
} scenarios[] = {{"while it opens", while_it_opens},
                 {"at a thread's first events", at_a_threads_first_events},
                 {"at a child's first events", at_a_childs_first_events},
                 {"while dead rings are collected", while_dead_rings_are_collected},
                 {"while it closes", while_it_closes},
                 {"while it writes a debug file", while_it_writes_a_debug_file},
                 {"at the cold calls", at_the_cold_calls}};

static const char *const calls[] = {
#define X(name) #name,
    ACD_SHIM_CALLS(X)
#undef X
};
static const int errors[] = {EINTR, ENOSPC, EMFILE, EACCES, ENOMEM, EIO};

/* In a process of its own, so that a crash is one complaint and mappings do not pile up. */
struct walk {
    unsigned scenario, call;
    int reached; /* a pipe to say how many faults were given */
};

static int walk(void *context)
{
    const struct walk *w = context;
    unsigned reached = 0;
    listen_to_stderr();
    acd_scratch_make(&dir);
    memset(long_text, 'x', sizeof long_text - 1);
    memcpy(long_text, "Bearer s3cret ", strlen("Bearer s3cret "));
    scenario_name = scenarios[w->scenario].name;
    plan = (struct acd_shim_plan){.call = "none"};
    (void)while_it_opens(); /* what the first open ever makes is made */
    long allocations = shim.live();
    bool malloc_fails = strcmp(calls[w->call], "malloc") == 0;
    for (size_t e = 0; e < sizeof errors / sizeof errors[0]; e++)
        for (unsigned from = 0; from <= 1; from++) {
            if (malloc_fails && errors[e] != ENOMEM)
                continue;
            unsigned nth = 0;
            do {
                plan = (struct acd_shim_plan){calls[w->call], ++nth, errors[e], from != 0};
                reached++;
            } while (scenarios[w->scenario].run() && nth < NTH_MAX);
            reached--;
            CHECK(nth < NTH_MAX); /* else there are more of them */
        }
    remove_rings();
    acd_scratch_remove(&dir);
    CHECK(shim.live() <= allocations + 2); /* libc keeps the time zone's name and the like */
    if (write(w->reached, &reached, sizeof reached) != sizeof reached)
        return 9;
    return complaints != 0;
}

int main(int argc, char **argv)
{
    unsigned given = 0, failed = 0;
    (void)argc;
    acd_preload(&shim, argv);
    for (unsigned s = 0; s < sizeof scenarios / sizeof scenarios[0]; s++) {
        unsigned here = 0;
        for (unsigned c = 0; c < sizeof calls / sizeof calls[0]; c++) {
            int fd[2];
            unsigned reached = 0;
            if (pipe(fd) != 0)
                acd_scratch_die("pipe");
            struct walk w = {s, c, fd[1]};
            int status = acd_scratch_child(walk, &w);
            close(fd[1]);
            if (status != 0 || read(fd[0], &reached, sizeof reached) != sizeof reached) {
                printf("FAILED: %s, %s: %d\n", scenarios[s].name, calls[c], status);
                failed++;
            }
            close(fd[0]);
            here += reached;
        }
        printf("%s: %u faults\n", scenarios[s].name, here);
        given += here;
    }
    for (unsigned i = 0; i < sizeof lacks / sizeof lacks[0]; i++) {
        struct acd_shim_plan lack = lacks[i];
        failed += acd_scratch_child(open_lacking, &lack) != 0;
    }
    for (unsigned i = 0; i < 5; i++)
        failed += acd_scratch_child(race_for_new_blocks, NULL) != 0;
    printf("%u faults given, %u walks failed\n", given, failed);
    return failed == 0 && given > 500 ? 0 : 1;
}
