/* SPDX-License-Identifier: MIT */
/* What the benchmarks share: clocks, medians, the machine's description. */
#ifndef ACD_TESTS_BENCH_H
#define ACD_TESTS_BENCH_H

#include <stddef.h>
#include <stdint.h>

/* The compiler must suppose that `p`'s object is read and changed here. */
static inline void bench_keep(const void *p)
{
    __asm__ volatile("" : : "r"(p) : "memory");
}

#if defined(__x86_64__)
#include <x86intrin.h>
static inline uint64_t bench_ticks(void)
{
    return __rdtsc();
}
#else
uint64_t bench_ticks(void); /* CLOCK_MONOTONIC, in ns */
#endif

double bench_ns(void); /* CLOCK_MONOTONIC */
double bench_ticks_a_ns(void);
/* Sorts in place. */
double bench_median(double *values, size_t count);
void bench_sort(uint64_t *values, size_t count);
/* A line that names what is measured, machine, compiler and clock source. */
void bench_machine(const char *what);

#endif
