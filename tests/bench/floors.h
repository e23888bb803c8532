/* SPDX-License-Identifier: MIT */
/* What nothing that writes an event can be faster than, each a subject of table.h. */
#ifndef ACD_TESTS_BENCH_FLOORS_H
#define ACD_TESTS_BENCH_FLOORS_H

extern const char bench_text[25]; /* 24 bytes and a NUL */

void bench_floor_branch(long n);  /* an atomic load and a branch that is not taken */
void bench_floor_counter(long n); /* load, add and store of a thread's counter */
void bench_floor_clock(long n);   /* the processor's time stamp */
void bench_floor_small(long n);   /* one cell: stamp, time, head, an integer */
void bench_floor_text(long n);    /* two: the same with a double and 24 bytes of text */
void bench_floor_json(long n);    /* 19: the same with 1 KiB of text */
/* Frees the thread's lane of the floors, if it has one. */
void bench_floor_done(void);

#endif
