/* SPDX-License-Identifier: MIT */
/*
 * A table of ns a call: all subjects interleaved in one run, medians of the rounds, each beside its
 * floor.  Two ways: saturated, and bursts of 1,000 after 4 ms idle.  Nothing here asserts; a shared
 * machine is noisy, so compare within one run only.
 */
#ifndef ACD_TESTS_BENCH_TABLE_H
#define ACD_TESTS_BENCH_TABLE_H

#include <stddef.h>

struct bench_subject {
    const char *name;
    void (*run)(long n);
    int floor;   /* index of its floor; -1: is one */
    int setting; /* given to `set` when it differs from the one before */
    long slower; /* so many times fewer calls; 0: 1 */
};

struct bench_table {
    const struct bench_subject *subject;
    size_t count;             /* BENCH_SUBJECTS_MAX at most */
    void (*set)(int setting); /* NULL: nothing to set */
    void (*done)(void);       /* on each thread, after a subject; NULL: nothing */
};

#define BENCH_SUBJECTS_MAX 32

/* Measures with so many threads (16 at most) and prints. */
void bench_table(const struct bench_table *table, unsigned threads);

#endif
