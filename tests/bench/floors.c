/* SPDX-License-Identifier: MIT */
/* The floors, see floors.h: the same stores into a private lane, and no promise. */
#include "config.h"

#include "tests/bench/floors.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/bench.h"

#define CELLS 16384u

const char bench_text[25] = "abcdefghijklmnopqrstuvwx";
static _Atomic uint64_t word_floor = 1;

struct floor_lane {
    uint64_t word[CELLS * 8];
    uint64_t next;
};
static _Thread_local struct floor_lane *lane;

void bench_floor_branch(long n)
{
    for (long i = 0; i < n; i++)
        if (__builtin_expect(atomic_load_explicit(&word_floor, memory_order_relaxed) == 7, 0))
            bench_keep(&n);
}

void bench_floor_counter(long n)
{
    static _Thread_local _Atomic uint64_t counter[8];
    for (long i = 0; i < n; i++) {
        atomic_store_explicit(&counter[0],
                              atomic_load_explicit(&counter[0], memory_order_relaxed) + 1,
                              memory_order_relaxed);
        bench_keep(&counter[0]);
    }
}

void bench_floor_clock(long n)
{
    for (long i = 0; i < n; i++) {
        uint64_t now = bench_ticks();
        bench_keep(&now);
    }
}

static uint64_t *floor_cells(unsigned cells)
{
    if (!lane)
        lane = calloc(1, sizeof *lane);
    if (!lane)
        abort();
    uint64_t *w = &lane->word[(lane->next * 8) & (CELLS * 8 - 1)];
    lane->next += cells;
    return w;
}

void bench_floor_small(long n)
{
    for (long i = 0; i < n; i++) {
        uint64_t *w = floor_cells(1);
        w[0] = lane->next;
        w[1] = bench_ticks();
        w[2] = 7;
        w[3] = (uint64_t)i;
        bench_keep(w);
    }
}

void bench_floor_text(long n)
{
    for (long i = 0; i < n; i++) {
        uint64_t *w = floor_cells(2);
        double d = (double)i * 0.5;
        w[0] = lane->next;
        w[1] = bench_ticks();
        w[2] = 7;
        w[3] = (uint64_t)i;
        memcpy(&w[4], &d, 8);
        w[5] = 24;
        memcpy(&w[6], bench_text, 16);
        w[8] = lane->next;
        memcpy(&w[9], bench_text + 16, 8);
        bench_keep(w);
    }
}

void bench_floor_json(long n)
{
    static char json[40 + 18 * 56];
    for (long i = 0; i < n; i++)
        for (unsigned cell = 0; cell < 19; cell++) {
            uint64_t *w = floor_cells(1);
            w[0] = lane->next;
            if (cell == 0)
                w[1] = bench_ticks();
            if (cell == 0)
                memcpy(&w[3], json, 40);
            else
                memcpy(&w[1], json + 40 + (cell - 1) * 56, 56);
            bench_keep(w);
        }
}

void bench_floor_done(void)
{
    free(lane);
    lane = NULL;
}
