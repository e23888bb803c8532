/* SPDX-License-Identifier: MIT */
/* Sliding windows, see windows.h.  A slot holds increases, which saturate. */
#include "config.h"

#include "tui/model/windows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SECOND UINT64_C(1000000000)

/* Samples come a little late now and then: up to so many slots, an increase is of the newest. */
#define LATE_SLOTS 3

const struct acd_window_span acd_windows_span[ACD_WINDOWS] = {
    [ACD_WINDOW_1M] = {"1m", SECOND},
    [ACD_WINDOW_5M] = {"5m", 5 * SECOND},
    [ACD_WINDOW_1H] = {"1h", 60 * SECOND},
};

struct acd_windows_store {
    size_t counters;
    uint64_t newest[ACD_WINDOWS]; /* number of the newest slot: time / slot_ns */
    uint64_t increase[];          /* [window][slot number % SLOTS][counter] */
};

static uint64_t *slot_at(struct acd_windows_store *s, size_t window, uint64_t number)
{
    size_t at = window * ACD_WINDOW_SLOTS + (size_t)(number % ACD_WINDOW_SLOTS);
    return s->increase + at * s->counters;
}

static const uint64_t *slot_read(const struct acd_windows_store *s, size_t window, uint64_t number)
{
    size_t at = window * ACD_WINDOW_SLOTS + (size_t)(number % ACD_WINDOW_SLOTS);
    return s->increase + at * s->counters;
}

static struct acd_windows_store *make_store(size_t counters, uint64_t now_ns)
{
    size_t cells = (size_t)ACD_WINDOWS * ACD_WINDOW_SLOTS * counters;
    struct acd_windows_store *s = calloc(1, sizeof *s + cells * sizeof s->increase[0]);
    if (!s)
        return NULL;
    s->counters = counters;
    for (size_t w = 0; w < ACD_WINDOWS; w++)
        s->newest[w] = now_ns / acd_windows_span[w].slot_ns;
    return s;
}

/* Clears the slots between the newest and `number`, which becomes the newest. */
static void advance(struct acd_windows_store *s, size_t window, uint64_t number)
{
    if (number <= s->newest[window])
        return;
    uint64_t steps = number - s->newest[window];
    if (steps > ACD_WINDOW_SLOTS)
        steps = ACD_WINDOW_SLOTS;
    for (uint64_t i = 0; i < steps; i++)
        memset(slot_at(s, window, number - i), 0, s->counters * sizeof s->increase[0]);
    s->newest[window] = number;
}

/* The clock was set back to the slot `number`: those after it are to come again. */
static void retreat(struct acd_windows_store *s, size_t window, uint64_t number)
{
    for (uint64_t i = 0; i < ACD_WINDOW_SLOTS && s->newest[window] > number + i; i++)
        memset(slot_at(s, window, s->newest[window] - i), 0, s->counters * sizeof s->increase[0]);
    s->newest[window] = number;
}

static void add_saturated(uint64_t *cell, uint64_t more)
{
    uint64_t sum = *cell + more;
    *cell = sum < more ? UINT64_MAX : sum;
}

static void add_to_slot(struct acd_windows_store *s, size_t window, uint64_t number,
                        const uint64_t *increase)
{
    uint64_t *cells = slot_at(s, window, number);
    for (size_t i = 0; i < s->counters; i++)
        add_saturated(&cells[i], increase[i]);
}

/* Of `whole`, what falls to `part` of `of`: rounded up, and all of it to all. */
static uint64_t share(uint64_t whole, uint64_t part, uint64_t of)
{
    __extension__ typedef unsigned __int128 wide;
    return of ? (uint64_t)(((wide)whole * part + of - 1) / of) : 0;
}

/* What falls to the newest `back` of so many slots.  The first counter is shared out evenly, the others as
 * the first one: the time of requests falls where their ends do. */
static void share_out(uint64_t *ret_sum, const uint64_t *increase, size_t counters, uint64_t back,
                      uint64_t slots)
{
    ret_sum[0] = share(increase[0], back, slots);
    for (size_t i = 1; i < counters; i++)
        ret_sum[i] = increase[0] ? share(increase[i], ret_sum[0], increase[0])
                                 : share(increase[i], back, slots);
}

/* @param slots  that passed since the sample before, the newest one included */
static void record(struct acd_windows_store *s, size_t window, uint64_t number, uint64_t slots,
                   const uint64_t *increase)
{
    uint64_t before[ACD_WINDOW_COUNTERS] = {0}, sum[ACD_WINDOW_COUNTERS], part[ACD_WINDOW_COUNTERS];
    if (number < s->newest[window])
        retreat(s, window, number);
    advance(s, window, number);
    if (slots <= LATE_SLOTS) {
        add_to_slot(s, window, number, increase);
        return;
    }
    for (uint64_t back = 0; back < slots && back < ACD_WINDOW_SLOTS && back <= number; back++) {
        share_out(sum, increase, s->counters, back + 1, slots);
        for (size_t i = 0; i < s->counters; i++)
            part[i] = sum[i] - before[i];
        memcpy(before, sum, sizeof before);
        add_to_slot(s, window, number - back, part);
    }
}

static void record_all(struct acd_windows_store *s, uint64_t last_ns, uint64_t now_ns,
                       const uint64_t *increase)
{
    for (size_t w = 0; w < ACD_WINDOWS; w++) {
        uint64_t slot_ns = acd_windows_span[w].slot_ns, number = now_ns / slot_ns;
        uint64_t slots = last_ns > 0 && last_ns < now_ns ? number - last_ns / slot_ns : 1;
        record(s, w, number, slots, increase);
    }
}

int acd_windows_sample(struct acd_windows *windows, uint64_t now_ns, const uint64_t *totals,
                       size_t count)
{
    uint64_t increase[ACD_WINDOW_COUNTERS] = {0};
    bool any = false;
    if (count > ACD_WINDOW_COUNTERS)
        return -EINVAL;
    for (size_t i = 0; i < count; i++) {
        if (windows->seeded && totals[i] > windows->last[i])
            increase[i] = totals[i] - windows->last[i];
        any = any || increase[i] > 0;
        windows->last[i] = totals[i];
    }
    uint64_t last_ns = windows->last_ns;
    windows->seeded = true;
    windows->last_ns = now_ns;
    if (!any)
        return 0;
    if (!windows->store)
        windows->store = make_store(count, now_ns);
    if (!windows->store)
        return -ENOMEM;
    record_all(windows->store, last_ns, now_ns, increase);
    return 0;
}

void acd_windows_seed_zero(struct acd_windows *windows)
{
    memset(windows->last, 0, sizeof windows->last);
    windows->seeded = true;
}

void acd_windows_stood_still(struct acd_windows *windows, uint64_t now_ns)
{
    if (windows->seeded)
        windows->last_ns = now_ns;
}

void acd_windows_add(const struct acd_windows *windows, enum acd_window_id id, size_t counter,
                     uint64_t now_ns, struct acd_window_slots *slots)
{
    const struct acd_windows_store *s = windows->store;
    if (!s || counter >= s->counters)
        return;
    uint64_t last = now_ns / acd_windows_span[id].slot_ns;
    for (uint64_t i = 0; i < ACD_WINDOW_SLOTS && i <= last; i++) {
        uint64_t number = last - i;
        /* Kept are the newest slot and the 59 before it. */
        if (number > s->newest[id] || number + ACD_WINDOW_SLOTS <= s->newest[id])
            continue;
        slots->slot[ACD_WINDOW_SLOTS - 1 - i] += slot_read(s, id, number)[counter];
    }
}

uint64_t acd_windows_sum(const struct acd_window_slots *slots)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < ACD_WINDOW_SLOTS; i++)
        sum += slots->slot[i];
    return sum;
}

void acd_windows_fini(struct acd_windows *windows)
{
    free(windows->store);
    memset(windows, 0, sizeof *windows);
}
