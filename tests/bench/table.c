/* SPDX-License-Identifier: MIT */
/* Interleaved rounds and their medians, see table.h. */
#include "config.h"

#include "tests/bench/table.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/bench/bench.h"

#define ROUNDS 5
#define SATURATED 1000000
/* Of the saturated calls: what another process takes of the core is in few of them. */
#define CHUNKS 50
#define BURST 1000
#define BURSTS 40
#define THREADS_MAX 16

struct job {
    const struct bench_subject *subject;
    void (*done)(void);
    pthread_barrier_t *start;
    double saturated, bursts; /* ns a call */
};

static void *work(void *argument)
{
    struct job *job = argument;
    long slower = job->subject->slower > 0 ? job->subject->slower : 1;
    long calls = SATURATED / CHUNKS / slower, burst = BURST / slower > 0 ? BURST / slower : 1;
    double chunk[CHUNKS], bursts[BURSTS];
    job->subject->run(20000 / slower);
    pthread_barrier_wait(job->start);
    for (int i = 0; i < CHUNKS; i++) {
        double before = bench_ns();
        job->subject->run(calls);
        chunk[i] = (bench_ns() - before) / (double)calls;
    }
    for (int i = 0; i < BURSTS; i++) {
        usleep(4000);
        double before = bench_ns();
        job->subject->run(burst);
        bursts[i] = (bench_ns() - before) / (double)burst;
    }
    job->saturated = bench_median(chunk, CHUNKS);
    job->bursts = bench_median(bursts, BURSTS);
    if (job->done)
        job->done();
    return NULL;
}

static void measure(const struct bench_table *table, size_t subject, unsigned threads,
                    double ret_ns[2])
{
    pthread_t id[THREADS_MAX];
    struct job job[THREADS_MAX];
    pthread_barrier_t start;
    pthread_barrier_init(&start, NULL, threads);
    for (unsigned i = 0; i < threads; i++) {
        job[i] = (struct job){&table->subject[subject], table->done, &start, 0, 0};
        if (pthread_create(&id[i], NULL, work, &job[i]) != 0)
            abort();
    }
    ret_ns[0] = ret_ns[1] = 0;
    for (unsigned i = 0; i < threads; i++) {
        pthread_join(id[i], NULL);
        ret_ns[0] += job[i].saturated / threads;
        ret_ns[1] += job[i].bursts / threads;
    }
    pthread_barrier_destroy(&start);
}

static void print(const struct bench_table *table, double median[][2])
{
    printf("%-38s %10s %8s %10s %8s\n", "", "saturated", "x floor", "bursts", "x floor");
    for (size_t s = 0; s < table->count; s++) {
        int f = table->subject[s].floor;
        printf("%-38s %10.2f", table->subject[s].name, median[s][0]);
        if (f >= 0)
            printf(" %8.2f %10.2f %8.2f\n", median[s][0] / median[f][0], median[s][1],
                   median[s][1] / median[f][1]);
        else
            printf(" %8s %10.2f\n", "", median[s][1]);
    }
}

void bench_table(const struct bench_table *table, unsigned threads)
{
    static double saturated[BENCH_SUBJECTS_MAX][ROUNDS], bursts[BENCH_SUBJECTS_MAX][ROUNDS];
    double median[BENCH_SUBJECTS_MAX][2];
    int setting = -1;
    if (table->count > BENCH_SUBJECTS_MAX || threads > THREADS_MAX)
        abort();
    for (int r = 0; r < ROUNDS; r++)
        for (size_t s = 0; s < table->count; s++) {
            double ns[2];
            if (table->set && table->subject[s].setting != setting)
                table->set(setting = table->subject[s].setting);
            measure(table, s, threads, ns);
            saturated[s][r] = ns[0];
            bursts[s][r] = ns[1];
        }
    for (size_t s = 0; s < table->count; s++) {
        median[s][0] = bench_median(saturated[s], ROUNDS);
        median[s][1] = bench_median(bursts[s], ROUNDS);
    }
    printf("\n%u thread%s: ns a call, medians of %d interleaved rounds, each of %d chunks and %d "
           "bursts\n",
           threads, threads == 1 ? "" : "s", ROUNDS, CHUNKS, BURSTS);
    print(table, median);
}
