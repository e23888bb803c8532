/* SPDX-License-Identifier: MIT */
/*
 * What it costs to track a prompt, beside hashing the same bytes in one go with XXH3 as the floor: ns a
 * token, by a prompt's length, for what was never seen, what was seen before, and what parts in the middle;
 * and the memory that a token takes.  All rows interleaved in one run; medians of single calls, so that
 * those in which another process had the core don't count.
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
#define SAMPLES (ROUNDS * (TOKENS / 1000 + 1))
#define BUDGET (UINT64_C(64) << 20)

static const size_t lengths[] = {1000, 10000, 100000};
#define LENGTHS (sizeof lengths / sizeof lengths[0])

struct job {
    acdebug_tracker *tracker;
    uint32_t *tokens;
    size_t length;
    uint64_t random;
    pthread_barrier_t *start;
    void (*run)(struct job *job); /* a round */
    double *sample;               /* ns a token, of each call */
    size_t samples;
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

static void take(struct job *job, double ns)
{
    if (job->samples < SAMPLES)
        job->sample[job->samples++] = ns / (double)job->length;
}

static void track(struct job *job, bool counts)
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
    if (counts)
        take(job, ns);
}

static size_t prompts(const struct job *job)
{
    return TOKENS / job->length;
}

static void hash(struct job *job)
{
    for (size_t i = 0; i < prompts(job); i++) {
        make_new(job, 0);
        double before = bench_ns();
        uint64_t sum = XXH3_64bits(job->tokens, job->length * sizeof *job->tokens);
        bench_keep(&sum);
        take(job, bench_ns() - before);
    }
}

static void track_new(struct job *job)
{
    for (size_t i = 0; i < prompts(job); i++) {
        make_new(job, 0);
        track(job, true);
    }
}

static void track_again(struct job *job)
{
    make_new(job, 0);
    track(job, false);
    for (size_t i = 0; i < prompts(job); i++)
        track(job, true);
}

static void track_diverging(struct job *job)
{
    make_new(job, 0);
    track(job, false);
    for (size_t i = 0; i < prompts(job); i++) {
        make_new(job, job->length / 2);
        track(job, true);
    }
}

/* A header that differs: the rest is the same, and is found again behind it. */
static void track_changed(struct job *job)
{
    make_new(job, 0);
    track(job, false);
    for (size_t i = 0; i < prompts(job); i++) {
        job->tokens[100] += 1u << 20;
        track(job, true);
    }
}

static const struct {
    const char *name;
    void (*run)(struct job *job);
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
    job->run(job);
    return NULL;
}

/* One round of a row. */
static void measure(struct job *jobs, unsigned threads, size_t row, size_t length)
{
    pthread_t id[THREADS_MAX];
    pthread_barrier_t start;
    pthread_barrier_init(&start, NULL, threads);
    for (unsigned i = 0; i < threads; i++) {
        jobs[i].start = &start;
        jobs[i].length = lengths[length];
        jobs[i].run = rows[row].run;
        if (pthread_create(&id[i], NULL, work, &jobs[i]) != 0)
            exit(1);
    }
    for (unsigned i = 0; i < threads; i++)
        pthread_join(id[i], NULL);
    pthread_barrier_destroy(&start);
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

static double sample[THREADS_MAX][ROWS][LENGTHS][SAMPLES];

/* All rounds of a row and a length go into one series, each thread its own. */
static void measure_all(struct job *jobs, unsigned threads, double ret_median[ROWS][LENGTHS])
{
    size_t taken[ROWS][LENGTHS] = {{0}};
    for (int r = 0; r < ROUNDS; r++)
        for (size_t row = 0; row < ROWS; row++)
            for (size_t l = 0; l < LENGTHS; l++) {
                for (unsigned i = 0; i < threads; i++) {
                    jobs[i].sample = sample[i][row][l];
                    jobs[i].samples = taken[row][l];
                }
                measure(jobs, threads, row, l);
                for (unsigned i = 1; i < threads; i++) /* some may lack those that were refused */
                    if (jobs[i].samples < jobs[0].samples)
                        jobs[0].samples = jobs[i].samples;
                taken[row][l] = jobs[0].samples;
            }
    for (size_t row = 0; row < ROWS; row++)
        for (size_t l = 0; l < LENGTHS; l++) {
            ret_median[row][l] = 0;
            for (unsigned i = 0; i < threads; i++)
                ret_median[row][l] += bench_median(sample[i][row][l], taken[row][l]) / threads;
        }
}

static void table(struct job *jobs, unsigned threads)
{
    double median[ROWS][LENGTHS];
    measure_all(jobs, threads, median);
    printf(
        "\n%u thread%s, one tracker: ns a token, medians of all calls of %d interleaved rounds\n%-38s",
        threads, threads == 1 ? "" : "s", ROUNDS, "tokens a prompt");
    for (size_t l = 0; l < LENGTHS; l++)
        printf(" %9zu  x floor", lengths[l]);
    for (size_t row = 0; row < ROWS; row++) {
        printf("\n%-38s", rows[row].name);
        for (size_t l = 0; l < LENGTHS; l++) {
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
            track(job, false);
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
    jobs[0].length = lengths[LENGTHS - 1];
    for (size_t i = 0; i < 24 * prompts(jobs); i++) { /* it is full, and forgets as it learns */
        make_new(jobs, 0);
        track(jobs, false);
    }
    for (unsigned threads = 1; threads <= THREADS_MAX; threads++)
        table(jobs, threads);
    memory(&jobs[0]);
    for (unsigned i = 0; i < THREADS_MAX; i++)
        free(jobs[i].tokens);
    acdebug_tracker_free(tracker);
    acdebug_close();
    return 0;
}
