/* SPDX-License-Identifier: MIT */
/*
 * What it costs to track a prompt, beside hashing the same bytes in one go with XXH3 as the floor: ns a
 * token, by a prompt's length, for what was never seen, what was seen before, and what parts in the middle;
 * and the memory that a token takes.  All rows interleaved in one run; medians.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#include <acdebug.h>

#include "tests/bench/bench.h"

#define ROUNDS 7
#define TOKENS (UINT64_C(1) << 20) /* of a round, each thread */
#define THREADS_MAX 2
#define BUDGET (UINT64_C(64) << 20)

static const size_t lengths[] = {1000, 10000, 100000};
#define LENGTHS (sizeof lengths / sizeof lengths[0])

struct job {
    acdebug_tracker *tracker;
    uint32_t *tokens;
    size_t length;
    uint64_t random;
    pthread_barrier_t *start;
    double (*run)(struct job *job); /* ns of a round */
    double ns;
    uint64_t asked, refused; /* -EAGAIN */
};

/* Numbers as of a vocabulary of 128 Ki; other ones each time. */
static void make_new(struct job *job, size_t from)
{
    for (size_t i = from; i < job->length; i++) {
        job->random = job->random * UINT64_C(6364136223846793005) + 1442695040888963407u;
        job->tokens[i] = (uint32_t)(job->random >> 47);
    }
}

static double track(struct job *job)
{
    acdebug_prompt prompt = ACDEBUG_PROMPT_INIT;
    prompt.tokens = job->tokens;
    prompt.tokens_count = job->length;
    double before = bench_ns();
    int r = acdebug_track(job->tracker, &prompt, NULL, NULL);
    double ns = bench_ns() - before;
    if (r != 0 && r != -EAGAIN)
        exit(1);
    job->asked++;
    job->refused += r != 0;
    return ns;
}

static size_t prompts(const struct job *job)
{
    return TOKENS / job->length;
}

static double hash(struct job *job)
{
    double ns = 0;
    for (size_t i = 0; i < prompts(job); i++) {
        make_new(job, 0);
        double before = bench_ns();
        uint64_t sum = XXH3_64bits(job->tokens, job->length * sizeof *job->tokens);
        bench_keep(&sum);
        ns += bench_ns() - before;
    }
    return ns;
}

static double track_new(struct job *job)
{
    double ns = 0;
    for (size_t i = 0; i < prompts(job); i++) {
        make_new(job, 0);
        ns += track(job);
    }
    return ns;
}

static double track_again(struct job *job)
{
    double ns = 0;
    make_new(job, 0);
    (void)track(job);
    for (size_t i = 0; i < prompts(job); i++)
        ns += track(job);
    return ns;
}

static double track_diverging(struct job *job)
{
    double ns = 0;
    make_new(job, 0);
    (void)track(job);
    for (size_t i = 0; i < prompts(job); i++) {
        make_new(job, job->length / 2);
        ns += track(job);
    }
    return ns;
}

/* A header that differs: the rest is the same, and is found again behind it. */
static double track_changed(struct job *job)
{
    double ns = 0;
    make_new(job, 0);
    (void)track(job);
    for (size_t i = 0; i < prompts(job); i++) {
        job->tokens[100] += 1u << 20;
        ns += track(job);
    }
    return ns;
}

static const struct {
    const char *name;
    double (*run)(struct job *job);
} rows[] = {{"floor: XXH3_64bits of the prompt", hash},
            {"never seen", track_new},
            {"seen before, all of it", track_again},
            {"seen before, other from the middle", track_diverging},
            {"seen before, one token at 100 differs", track_changed}};
#define ROWS (sizeof rows / sizeof rows[0])

static void *work(void *context)
{
    struct job *job = context;
    pthread_barrier_wait(job->start);
    job->ns = job->run(job) / (double)(prompts(job) * job->length);
    return NULL;
}

/* ns a token, of the threads' mean. */
static double measure(struct job *jobs, unsigned threads, size_t row, size_t length)
{
    pthread_t id[THREADS_MAX];
    pthread_barrier_t start;
    double sum = 0;
    pthread_barrier_init(&start, NULL, threads);
    for (unsigned i = 0; i < threads; i++) {
        jobs[i].start = &start;
        jobs[i].length = lengths[length];
        jobs[i].run = rows[row].run;
        if (pthread_create(&id[i], NULL, work, &jobs[i]) != 0)
            exit(1);
    }
    for (unsigned i = 0; i < threads; i++) {
        pthread_join(id[i], NULL);
        sum += jobs[i].ns / threads;
    }
    pthread_barrier_destroy(&start);
    return sum;
}

static acdebug_tracker *new_tracker(uint64_t block_tokens)
{
    acdebug_tracker_options o = ACDEBUG_TRACKER_OPTIONS_INIT;
    acdebug_tracker *tracker = NULL;
    o.budget_bytes = BUDGET;
    o.block_tokens = block_tokens;
    if (acdebug_tracker_new(&tracker, &o) != 0)
        exit(1);
    return tracker;
}

static void make_jobs(struct job jobs[THREADS_MAX], acdebug_tracker *tracker)
{
    for (unsigned i = 0; i < THREADS_MAX; i++) {
        jobs[i] = (struct job){.tracker = tracker, .random = i + 1};
        jobs[i].tokens = malloc(lengths[LENGTHS - 1] * sizeof(uint32_t));
        if (!jobs[i].tokens)
            exit(1);
    }
}

static void table(struct job *jobs, unsigned threads)
{
    static double ns[ROWS][LENGTHS][ROUNDS];
    double median[ROWS][LENGTHS];
    for (int r = 0; r < ROUNDS; r++)
        for (size_t row = 0; row < ROWS; row++)
            for (size_t l = 0; l < LENGTHS; l++)
                ns[row][l][r] = measure(jobs, threads, row, l);
    printf("\n%u thread%s, one tracker: ns a token, medians of %d interleaved rounds\n%-38s",
           threads, threads == 1 ? "" : "s", ROUNDS, "tokens a prompt");
    for (size_t l = 0; l < LENGTHS; l++)
        printf(" %9zu  x floor", lengths[l]);
    for (size_t row = 0; row < ROWS; row++) {
        printf("\n%-38s", rows[row].name);
        for (size_t l = 0; l < LENGTHS; l++) {
            median[row][l] = bench_median(ns[row][l], ROUNDS);
            printf(" %9.3f", median[row][l]);
            if (row > 0)
                printf(" %8.2f", median[row][l] / median[0][l]);
            else
                printf(" %8s", "");
        }
    }
    uint64_t asked = 0, refused = 0;
    for (unsigned i = 0; i < threads; i++) {
        asked += jobs[i].asked;
        refused += jobs[i].refused;
    }
    printf("\n%" PRIu64 " of %" PRIu64 " prompts not tracked (-EAGAIN)\n", refused, asked);
}

static double resident_bytes(void)
{
    long pages = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    if (!f || fscanf(f, "%*d %ld", &pages) != 1)
        exit(1);
    fclose(f);
    return (double)pages * (double)sysconf(_SC_PAGESIZE);
}

/* A quarter of what fits is new, so that nothing is forgotten yet. */
static void memory(struct job *job)
{
    static const uint64_t blocks[] = {1, 16, 64, 256};
    printf("\nmemory, bytes a token that was never seen (4 of them are the token)\n%-38s",
           "tokens a block");
    for (size_t b = 0; b < sizeof blocks / sizeof blocks[0]; b++)
        printf(" %9llu", (unsigned long long)blocks[b]);
    printf("\n%-38s", "resident, as prompts of 1000 came");
    for (size_t b = 0; b < sizeof blocks / sizeof blocks[0]; b++) {
        uint64_t told = 0;
        acdebug_tracker *kept = job->tracker;
        job->tracker = new_tracker(blocks[b]);
        job->length = lengths[0];
        double before = resident_bytes();
        for (; told < BUDGET / 64; told += job->length) {
            make_new(job, 0);
            (void)track(job);
        }
        printf(" %9.2f", (resident_bytes() - before) / (double)told);
        acdebug_tracker_free(job->tracker);
        job->tracker = kept;
    }
    putchar('\n');
}

int main(void)
{
    struct job jobs[THREADS_MAX];
    acdebug_options o = ACDEBUG_OPTIONS_INIT;
    o.level = 1;
    o.flags = ACDEBUG_NO_TEXT;
    if (acdebug_open("bench", &o) != 0)
        return 1;
    bench_machine("track");
    acdebug_tracker *tracker = new_tracker(0);
    make_jobs(jobs, tracker);
    for (size_t i = 0; i < 24; i++) /* so that its memory is full, and it forgets as it learns */
        (void)measure(jobs, 1, 1, 2);
    for (unsigned threads = 1; threads <= THREADS_MAX; threads++)
        table(jobs, threads);
    memory(&jobs[0]);
    for (unsigned i = 0; i < THREADS_MAX; i++)
        free(jobs[i].tokens);
    acdebug_tracker_free(tracker);
    acdebug_close();
    return 0;
}
