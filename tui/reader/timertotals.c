/* SPDX-License-Identifier: MIT */
/*
 * Timers, labels, histograms and running timers as plain numbers, see totals.h.  Rows and labels of
 * equal name (two threads raced) count as one.
 */
#include "config.h"

#include "tui/reader/timertotals.h"

#include <errno.h>
#include <string.h>

#include "tui/reader/ringmap.h"
#include "tui/reader/rows.h"
#include "tui/reader/shared.h"

/* A published row of the timers' table, NULL when there is none. */
static const struct acd_timer_entry *row_at(const struct acd_ringmap *ring, uint64_t row)
{
    if (row >= acd_rows_count(ring, ACD_SEC_TIMERS, ACD_TIMERS + 1) ||
        !acd_rows_ready(acd_ringmap_shared(ring)->timers_ready, (unsigned)row))
        return NULL;
    return acd_ringmap_entry(ring, ACD_SEC_TIMERS, row);
}

static bool has_label(const struct acd_timer_entry *timer, uint64_t label)
{
    return label <= ACD_TIMER_LABELS && acd_rows_ready(&timer->labels_ready, (unsigned)label);
}

static void label_name(char ret_name[48], const struct acd_timer_entry *timer, uint64_t label)
{
    acd_rows_name(ret_name, timer->label[label].name, sizeof timer->label[label].name);
}

/* ---- totals ---- */

static void add_timing(struct acd_timing_total *into, const struct acd_timing *from)
{
    uint64_t max = acd_shared_relaxed(&from->max_ns);
    into->count += acd_shared_acquire(&from->count);
    into->sum_ns += acd_shared_relaxed(&from->sum_ns);
    into->max_ns = max > into->max_ns ? max : into->max_ns;
    uint64_t histogram = acd_shared_relaxed(&from->histogram);
    into->has_histogram |= histogram != 0 && histogram <= ACD_HISTOGRAMS;
}

static void add_label(struct acd_timer_total *t, const struct acd_timer_entry *from, unsigned index)
{
    char name[sizeof t->label[0].name];
    label_name(name, from, index);
    unsigned i = 0;
    while (i < t->label_count && strcmp(t->label[i].name, name) != 0)
        i++;
    if (i > ACD_TIMER_LABELS)
        return; /* rows that were merged have more labels than one row holds */
    if (i == t->label_count)
        memcpy(t->label[t->label_count++].name, name, sizeof name);
    add_timing(&t->label[i].timing, &from->label[index].timing);
}

/* What failed has ended, what has ended was started: read in that order. */
static void add_row(struct acd_timer_total *t, const struct acd_timer_entry *from)
{
    const unsigned labels = ACD_TIMER_LABELS + 1;
    for (unsigned i = acd_rows_next(&from->labels_ready, labels, 0); i < labels;
         i = acd_rows_next(&from->labels_ready, labels, i + 1))
        add_label(t, from, i);
    t->failed += acd_shared_acquire(&from->failed);
    add_timing(&t->timing, &from->timing);
    t->started += acd_shared_acquire(&from->started);
}

static struct acd_timer_total *find_or_add(struct acd_totals *t, const char *name)
{
    for (size_t i = 0; i < t->timer_count; i++)
        if (strcmp(t->timer[i].name, name) == 0)
            return &t->timer[i];
    void *array = t->timer;
    struct acd_timer_total *to = acd_rows_add(&array, &t->timer_room, t->timer_count, sizeof *to);
    t->timer = array;
    if (to) {
        t->timer_count++;
        memcpy(to->name, name, sizeof to->name);
    }
    return to;
}

static int read_timers(struct acd_totals *t, const struct acd_ringmap *ring)
{
    unsigned count = acd_rows_count(ring, ACD_SEC_TIMERS, ACD_TIMERS + 1);
    const acd_word *ready = acd_ringmap_shared(ring)->timers_ready;
    for (unsigned i = acd_rows_next(ready, count, 0); i < count;
         i = acd_rows_next(ready, count, i + 1)) {
        const struct acd_timer_entry *row = acd_ringmap_entry(ring, ACD_SEC_TIMERS, i);
        char name[ACD_NAME_BYTES];
        acd_rows_name(name, row->name, sizeof name);
        struct acd_timer_total *to = find_or_add(t, name);
        if (!to)
            return -ENOMEM;
        add_row(to, row);
    }
    return 0;
}

/* ---- running ---- */

/* A consistent copy; false: it changes at this moment. */
static bool copy_running(struct acd_running_entry *ret_copy, const struct acd_running_entry *entry)
{
    uint64_t words[sizeof *entry / 8];
    uint64_t sequence = acd_shared_acquire(&entry->sequence);
    acd_shared_copy_words(words, &entry->sequence, sizeof *entry / 8);
    acd_shared_fence();
    if (sequence & 1 || acd_shared_relaxed(&entry->sequence) != sequence)
        return false;
    memcpy(ret_copy, words, sizeof *ret_copy);
    return true;
}

static void fill_running(struct acd_running_total *to, const struct acd_running_entry *copy,
                         const struct acd_timer_entry *timer)
{
    acd_rows_name(to->timer, timer->name, sizeof to->timer);
    uint64_t label = acd_shared_relaxed(&copy->checkpoint);
    if (label > 0 && has_label(timer, label - 1))
        label_name(to->checkpoint, timer, label - 1);
    to->id = acd_shared_relaxed(&copy->id);
    to->start_ticks = acd_shared_relaxed(&copy->start_ticks);
    to->checkpoint_ticks = acd_shared_relaxed(&copy->checkpoint_ticks);
    to->thread = acd_shared_relaxed(&copy->thread);
    to->request = acd_shared_relaxed(&copy->request);
    acd_rows_text(to->request_text, sizeof to->request_text, copy->request_text, 5);
    to->request_kind = to->request_text[0] ? ACD_REQUEST_TEXT
                       : to->request       ? ACD_REQUEST_NUMBER
                                           : ACD_REQUEST_NONE;
}

static int read_running_entry(struct acd_totals *t, const struct acd_ringmap *ring, unsigned index)
{
    const struct acd_running_entry *entry = acd_ringmap_entry(ring, ACD_SEC_RUNNING, index);
    struct acd_running_entry copy;
    bool good = false;
    for (int tries = 0; tries < 4 && !good; tries++)
        good = copy_running(&copy, entry);
    if (!good || acd_shared_relaxed(&copy.id) == 0)
        return 0; /* taken this moment, or given back */
    const struct acd_timer_entry *timer = row_at(ring, acd_shared_relaxed(&copy.timer));
    if (!timer)
        return 0;
    void *array = t->running;
    struct acd_running_total *to =
        acd_rows_add(&array, &t->running_room, t->running_count, sizeof *to);
    t->running = array;
    if (!to)
        return -ENOMEM;
    t->running_count++;
    fill_running(to, &copy, timer);
    return 0;
}

static int read_running(struct acd_totals *t, const struct acd_ringmap *ring)
{
    unsigned count = acd_rows_count(ring, ACD_SEC_RUNNING, ACD_RUNNING);
    const acd_word *taken = acd_ringmap_shared(ring)->running_taken;
    int r = 0;
    for (unsigned i = acd_rows_next(taken, count, 0); i < count && r == 0;
         i = acd_rows_next(taken, count, i + 1))
        r = read_running_entry(t, ring, i);
    return r;
}

int acd_timertotals_read(struct acd_totals *totals, const struct acd_ringmap *ring)
{
    int r = read_timers(totals, ring);
    return r < 0 ? r : read_running(totals, ring);
}

/* ---- histograms ---- */

static uint64_t add_histogram(const struct acd_ringmap *ring, const struct acd_timing *timing,
                              uint64_t ret_bucket[ACD_HISTOGRAM_BUCKETS])
{
    uint64_t number = acd_shared_acquire(&timing->histogram), sum = 0;
    const struct acd_histogram *h =
        number > 0 ? acd_ringmap_entry(ring, ACD_SEC_HISTOGRAMS, number - 1) : NULL;
    for (unsigned i = 0; h && i < ACD_HISTOGRAM_BUCKETS; i++) {
        uint64_t n = acd_shared_relaxed(&h->bucket[i]);
        ret_bucket[i] += n;
        sum += n;
    }
    return sum;
}

uint64_t acd_timertotals_histogram(const struct acd_ringmap *ring, const char *timer,
                                   const char *label, uint64_t ret_bucket[ACD_HISTOGRAM_BUCKETS])
{
    uint64_t sum = 0;
    for (unsigned i = 0; i <= ACD_TIMERS; i++) {
        const struct acd_timer_entry *row = row_at(ring, i);
        char name[ACD_NAME_BYTES];
        if (row)
            acd_rows_name(name, row->name, sizeof name);
        if (!row || strcmp(name, timer) != 0)
            continue;
        if (!label)
            sum += add_histogram(ring, &row->timing, ret_bucket);
        for (unsigned l = 0; label && l <= ACD_TIMER_LABELS; l++) {
            char of_label[sizeof row->label[0].name] = "";
            if (has_label(row, l))
                label_name(of_label, row, l);
            if (has_label(row, l) && strcmp(of_label, label) == 0)
                sum += add_histogram(ring, &row->label[l].timing, ret_bucket);
        }
    }
    return sum;
}
