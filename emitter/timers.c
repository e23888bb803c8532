/* SPDX-License-Identifier: MIT */
/*
 * Timers: counted at every level, whole and checkpoint by checkpoint, in histograms of the process;
 * running ones stand in a table, so that a viewer sees what is slow before it ends.
 */
#include "config.h"

#include <string.h>

#include "emitter/emit.h"
#include "emitter/errors.h"
#include "emitter/format/histogram.h"
#include "emitter/format/kinds.h"
#include "emitter/format/record.h"
#include "emitter/names.h"
#include "emitter/scrub.h"
#include "emitter/text.h"

#define NO_SLOT UINT32_MAX

/* What acdebug_timer.priv holds. */
struct timer {
    uint64_t generation;  /* of the ring it was started in; 0: not running */
    uint64_t start, last; /* ticks */
    uint64_t id;
    uint32_t index; /* in the timers' table */
    uint32_t slot;  /* in the running table */
    uint32_t level;
    uint32_t name_bytes;
    struct acd_request_id request;
    char name[ACD_NAME_BYTES];
};
static_assert(sizeof(struct timer) <= sizeof(acdebug_timer), "a timer fits its storage");

static const struct acdebug_priv_key start_keys[] = {{ACD_KEY_TIMER, ACD_TYPE_STR},
                                                     {ACD_KEY_TIMER_ID, ACD_TYPE_UINT}};
static const struct acdebug_priv_key checkpoint_keys[] = {{ACD_KEY_TIMER, ACD_TYPE_STR},
                                                          {ACD_KEY_TIMER_ID, ACD_TYPE_UINT},
                                                          {ACD_KEY_TIMER_LABEL, ACD_TYPE_STR},
                                                          {ACD_KEY_TIMER_ELAPSED, ACD_TYPE_UINT},
                                                          {ACD_KEY_TIMER_SINCE, ACD_TYPE_UINT}};
static const struct acdebug_priv_key end_keys[] = {{ACD_KEY_TIMER, ACD_TYPE_STR},
                                                   {ACD_KEY_TIMER_ID, ACD_TYPE_UINT},
                                                   {ACD_KEY_TIMER_ELAPSED, ACD_TYPE_UINT}};
static const struct acdebug_priv_key fail_keys[] = {{ACD_KEY_TIMER, ACD_TYPE_STR},
                                                    {ACD_KEY_TIMER_ID, ACD_TYPE_UINT},
                                                    {ACD_KEY_TIMER_ELAPSED, ACD_TYPE_UINT},
                                                    {ACD_KEY_ERROR_TYPE, ACD_TYPE_STR}};
/* From level 2 on, and never at one at which the timer's end would be missing. */
static struct acdebug_priv_site start_sites[2] = {
    ACD_LIBRARY_SITE_INIT(ACD_KIND_TIMER_START, ACD_CATEGORY_TIMER, 2, "start", start_keys),
    ACD_LIBRARY_SITE_INIT(ACD_KIND_TIMER_START, ACD_CATEGORY_TIMER, 3, "start", start_keys)};
static struct acdebug_priv_site checkpoint_sites[2] = {
    ACD_LIBRARY_SITE_INIT(ACD_KIND_TIMER_CHECKPOINT, ACD_CATEGORY_TIMER, 2, "checkpoint",
                          checkpoint_keys),
    ACD_LIBRARY_SITE_INIT(ACD_KIND_TIMER_CHECKPOINT, ACD_CATEGORY_TIMER, 3, "checkpoint",
                          checkpoint_keys)};
static struct acdebug_priv_site end_sites[3] = {
    ACD_LIBRARY_SITE_INIT(ACD_KIND_TIMER_END, ACD_CATEGORY_TIMER, 1, "end", end_keys),
    ACD_LIBRARY_SITE_INIT(ACD_KIND_TIMER_END, ACD_CATEGORY_TIMER, 2, "end", end_keys),
    ACD_LIBRARY_SITE_INIT(ACD_KIND_TIMER_END, ACD_CATEGORY_TIMER, 3, "end", end_keys)};
static struct acdebug_priv_site fail_site =
    ACD_LIBRARY_SITE_INIT(ACD_KIND_TIMER_FAIL, ACD_CATEGORY_TIMER, 1, "fail", fail_keys);

static struct timer *inside(acdebug_timer *timer)
{
    return (struct timer *)(void *)timer->priv;
}

/* ---- the table ---- */

static struct acd_table table(struct acd_ring *ring)
{
    struct acd_shared *s = ring->shared;
    return (struct acd_table){ring->timer_names.hash, &s->timers_used, s->timers_ready,
                              &s->timers_full, ACD_TIMERS};
}

static unsigned other_timer(struct acd_ring *ring, const struct acd_table *t)
{
    acd_add(t->full, 1);
    struct acd_timer_entry *e = &ring->timers[ACD_TIMERS];
    if (acd_see(&t->hash[ACD_TIMERS]) == 0) {
        if (!acd_emitter_ensure(ring, e, sizeof *e))
            return ACD_TIMERS + 1;
        acd_names_store_other(e->name, sizeof e->name);
        acd_names_show(t, ACD_TIMERS, 1);
    }
    return ACD_TIMERS;
}

/* ACD_TIMERS + 1: there is not even room for (other). */
static unsigned find_timer(struct acd_ring *ring, const char *name, uint64_t bytes, uint64_t kept)
{
    struct acd_table t = table(ring);
    uint64_t hash = acd_names_hash(0, name, bytes);
    unsigned count = acd_names_count(&t);
    for (unsigned i = 0; i < count; i++)
        if (acd_see(&t.hash[i]) == hash && acd_names_holds(ring->timers[i].name, name, kept))
            return i;
    unsigned i = acd_names_take(&t);
    if (i == ACD_TIMERS || !acd_emitter_ensure(ring, &ring->timers[i], sizeof *ring->timers))
        return other_timer(ring, &t);
    acd_names_store(ring->timers[i].name, name, kept);
    acd_names_show(&t, i, hash);
    return i;
}

static struct acd_timer_label *find_label(struct acd_ring *ring, unsigned timer, const char *name,
                                          uint64_t bytes)
{
    struct acd_timer_entry *e = &ring->timers[timer];
    acd_word no_full = 0;
    struct acd_table t = {ring->label_hash[timer], &e->labels_used, &e->labels_ready, &no_full,
                          ACD_TIMER_LABELS};
    uint64_t hash = acd_names_hash(0, name, bytes);
    uint64_t kept = acd_names_kept(name, bytes, sizeof e->label[0].name);
    /* However many there are: that number shares its line with what all threads count. */
    for (unsigned i = 0; i < ACD_TIMER_LABELS; i++)
        if (acd_see(&t.hash[i]) == hash && acd_names_holds(e->label[i].name, name, kept))
            return &e->label[i];
    unsigned i = acd_names_take(&t);
    struct acd_timer_label *label = &e->label[i];
    if (i == ACD_TIMER_LABELS) {
        acd_names_store_other(label->name, sizeof label->name);
        acd_mark(&e->labels_ready, UINT64_C(1) << i);
    } else {
        acd_names_store(label->name, name, kept);
        acd_names_show(&t, i, hash);
    }
    return label;
}

/* ---- counting ---- */

static struct acd_histogram *histogram_of(struct acd_ring *ring, struct acd_timing *timing)
{
    uint64_t number = acd_see(&timing->histogram);
    if (ACD_LIKELY(number != 0))
        return number <= ACD_HISTOGRAMS ? &ring->histograms[number - 1] : NULL;
    if (acd_get(&ring->shared->histograms_used) >= ACD_HISTOGRAMS)
        return NULL;
    uint64_t taken = acd_add(&ring->shared->histograms_used, 1);
    uint64_t none = 0;
    bool room = taken < ACD_HISTOGRAMS &&
                acd_emitter_ensure(ring, &ring->histograms[taken], sizeof *ring->histograms);
    /* Beyond the table: this timing does without, and doesn't ask again. */
    if (!acd_swap_if(&timing->histogram, &none, room ? taken + 1 : UINT64_MAX))
        return histogram_of(ring, timing);
    return room ? &ring->histograms[taken] : NULL;
}

static void count_time(struct acd_ring *ring, struct acd_timing *timing, uint64_t ns)
{
    struct acd_histogram *h = histogram_of(ring, timing);
    acd_add(&timing->count, 1);
    acd_add(&timing->sum_ns, ns);
    acd_raise(&timing->max_ns, ns);
    if (h)
        acd_add(&h->bucket[acd_histogram_index(ns)], 1);
}

/* ---- running timers ---- */

static uint32_t take_slot(struct acd_ring *ring)
{
    if (!acd_emitter_ensure(ring, ring->running, ACD_RUNNING * sizeof *ring->running))
        return NO_SLOT;
    for (uint32_t w = 0; w < ACD_RUNNING / 64; w++) {
        acd_word *word = &ring->shared->running_taken[w];
        uint64_t taken = acd_get(word);
        while (taken != UINT64_MAX) {
            uint32_t bit = (uint32_t)__builtin_ctzll(~taken);
            if (acd_swap_if(word, &taken, taken | UINT64_C(1) << bit))
                return w * 64 + bit;
        }
    }
    acd_add(&ring->shared->running_full, 1);
    return NO_SLOT;
}

/* Changes are made under an odd sequence, which the reader's second look sees. */
static void begin_change(struct acd_running_entry *e)
{
    acd_set(&e->sequence, acd_get(&e->sequence) | 1);
    acd_fence_release();
}

static void end_change(struct acd_running_entry *e)
{
    acd_publish(&e->sequence, (acd_get(&e->sequence) | 1) + 1);
}

static void show_running(struct acd_ring *ring, const struct timer *t, uint32_t thread)
{
    if (t->slot == NO_SLOT)
        return;
    struct acd_running_entry *e = &ring->running[t->slot];
    const struct acd_request_id *r = &t->request;
    const char *text;
    uint32_t length = acd_request_text(r, &text);
    begin_change(e);
    acd_set(&e->id, t->id);
    acd_set(&e->start_ticks, t->start);
    acd_set(&e->checkpoint_ticks, t->start);
    acd_set(&e->timer, t->index);
    acd_set(&e->checkpoint, 0);
    acd_set(&e->thread, thread);
    acd_set(&e->request, r->head & ACD_W2_REQUEST_U64 ? r->number : 0);
    acd_text_store(e->request_text, ACD_REQUEST_TEXT_WORDS, text, length);
    end_change(e);
}

static void free_slot(struct acd_ring *ring, struct timer *t)
{
    if (t->slot == NO_SLOT)
        return;
    struct acd_running_entry *e = &ring->running[t->slot];
    begin_change(e);
    acd_set(&e->id, 0);
    end_change(e);
    acd_unmark(&ring->shared->running_taken[t->slot / 64], UINT64_C(1) << t->slot % 64);
    t->slot = NO_SLOT;
}

/* ---- the calls ---- */

static void record(const struct acd_turn *turn, const struct timer *t,
                   struct acdebug_priv_site *site, const struct acdebug_priv_value *values,
                   uint64_t now)
{
    if (!acd_turn_on(turn, ACD_CATEGORY_TIMER, site->level))
        return;
    struct acd_emission e = {.site = site, .values = values, .request = &t->request};
    acd_turn_record(turn, &e, now);
}

void acdebug_timer_start(acdebug_timer *timer, const char *name)
{
    acdebug_timer_start_level(timer, name, 2);
}

/* What a timer is from its start on, all but its time and its place in the running table. */
static void name_timer(const struct acd_turn *turn, struct timer *t, const char *name)
{
    struct acd_ring *ring = turn->ring;
    name = name ? name : "";
    uint64_t bytes = strlen(name), kept = acd_names_kept(name, bytes, sizeof t->name);
    acd_names_store(t->name, name, kept);
    t->name_bytes = (uint32_t)kept;
    t->index = find_timer(ring, name, bytes, kept);
    t->slot = NO_SLOT;
    t->request = turn->thread->request;
    t->generation = ring->generation;
    if (t->index <= ACD_TIMERS)
        acd_add(&ring->timers[t->index].started, 1);
}

void acdebug_timer_start_level(acdebug_timer *timer, const char *name, unsigned level)
{
    struct timer *t = inside(timer);
    struct acd_turn turn;
    memset(timer, 0, sizeof *timer);
    if (!acd_turn_begin(&turn))
        return;
    struct acd_ring *ring = turn.ring;
    name_timer(&turn, t, name);
    t->level = level < 1 ? 1 : level > 3 ? 3 : level;
    if (t->index <= ACD_TIMERS)
        t->slot = take_slot(ring);
    t->start = t->last = acd_turn_now(&turn);
    t->id = t->start ^ (uint64_t)turn.thread->id << 44;
    show_running(ring, t, turn.thread->id);
    struct acdebug_priv_value values[] = {acdebug_priv_strn(t->name, t->name_bytes),
                                          acdebug_priv_uint(t->id)};
    record(&turn, t, t->level > 2 ? &start_sites[1] : &start_sites[0], values, t->start);
    acd_turn_end(&turn);
}

/* The turn of a timer that this process's ring knows; false: nothing to do. */
static bool resume(struct acd_turn *turn, const struct timer *t)
{
    if (t->generation == 0 || !acd_turn_begin(turn))
        return false;
    if (turn->ring->generation == t->generation)
        return true;
    acd_turn_end(turn); /* started before a fork or another open */
    return false;
}

static double milliseconds(uint64_t ns)
{
    return (double)ns / 1e6;
}

double acdebug_timer_checkpoint(acdebug_timer *timer, const char *label)
{
    struct timer *t = inside(timer);
    struct acd_turn turn;
    if (!resume(&turn, t))
        return 0;
    struct acd_ring *ring = turn.ring;
    label = label ? label : "";
    uint64_t now = acd_turn_now(&turn), rate = acd_get(&ring->rate);
    uint64_t elapsed = acd_clock_ns(now - t->start, rate);
    uint64_t since = acd_clock_ns(now - t->last, rate);
    t->last = now;
    if (t->index <= ACD_TIMERS) {
        struct acd_timer_label *l = find_label(ring, t->index, label, strlen(label));
        count_time(ring, &l->timing, since);
        if (t->slot != NO_SLOT) {
            struct acd_running_entry *e = &ring->running[t->slot];
            begin_change(e);
            acd_set(&e->checkpoint_ticks, now);
            acd_set(&e->checkpoint, 1 + (uint64_t)(l - ring->timers[t->index].label));
            end_change(e);
        }
    }
    struct acdebug_priv_value values[] = {acdebug_priv_strn(t->name, t->name_bytes),
                                          acdebug_priv_uint(t->id), acdebug_priv_str(label),
                                          acdebug_priv_uint(elapsed), acdebug_priv_uint(since)};
    record(&turn, t, t->level > 2 ? &checkpoint_sites[1] : &checkpoint_sites[0], values, now);
    acd_turn_end(&turn);
    return milliseconds(elapsed);
}

/* The common part of all ends: counts and frees, before the record. */
static void finish(const struct acd_turn *turn, struct timer *t, uint64_t elapsed, bool failed)
{
    struct acd_ring *ring = turn->ring;
    free_slot(ring, t);
    if (t->index <= ACD_TIMERS) {
        count_time(ring, &ring->timers[t->index].timing, elapsed);
        if (failed)
            acd_add_release(&ring->timers[t->index].failed, 1);
    }
    t->generation = 0;
}

static uint64_t elapsed_of(const struct acd_turn *turn, const struct timer *t, uint64_t now)
{
    return acd_clock_ns(now - t->start, acd_get(&turn->ring->rate));
}

static void end(const struct acd_turn *turn, struct timer *t, uint64_t now, uint64_t elapsed)
{
    finish(turn, t, elapsed, false);
    struct acdebug_priv_value values[] = {acdebug_priv_strn(t->name, t->name_bytes),
                                          acdebug_priv_uint(t->id), acdebug_priv_uint(elapsed)};
    record(turn, t, &end_sites[t->level - 1], values, now);
}

/* Ends the turn too: text may block. */
static void fail(const struct acd_turn *turn, struct timer *t, uint64_t now, uint64_t elapsed,
                 const char *error_type)
{
    finish(turn, t, elapsed, true);
    struct acd_scrub scrub = {.used = 0};
    error_type = acd_scrub_text(&scrub, error_type);
    struct acdebug_priv_value values[] = {acdebug_priv_strn(t->name, t->name_bytes),
                                          acdebug_priv_uint(t->id), acdebug_priv_uint(elapsed),
                                          acdebug_priv_str(error_type)};
    record(turn, t, &fail_site, values, now);
    struct acd_error error = {.type = error_type, .message = acd_scrub_text(&scrub, t->name)};
    acd_errors_count(turn->ring, &error, now);
    acd_turn_end(turn);
    acd_text_timer_failed(t->name, elapsed, error_type);
}

double acdebug_timer_end(acdebug_timer *timer)
{
    struct timer *t = inside(timer);
    struct acd_turn turn;
    if (!resume(&turn, t))
        return 0;
    uint64_t now = acd_turn_now(&turn), elapsed = elapsed_of(&turn, t, now);
    end(&turn, t, now, elapsed);
    acd_turn_end(&turn);
    return milliseconds(elapsed);
}

double acdebug_timer_fail(acdebug_timer *timer, const char *error_type)
{
    struct timer *t = inside(timer);
    struct acd_turn turn;
    if (!resume(&turn, t))
        return 0;
    uint64_t now = acd_turn_now(&turn), elapsed = elapsed_of(&turn, t, now);
    fail(&turn, t, now, elapsed, error_type);
    return milliseconds(elapsed);
}

void acdebug_priv_timer_cleanup(acdebug_timer *timer)
{
    (void)acdebug_timer_end(timer);
}

/* ---- timed elsewhere ---- */

void acdebug_timer_add(const char *name, uint64_t elapsed_ns, const char *error_type)
{
    struct timer t = {.level = 2};
    struct acd_turn turn;
    if (!acd_turn_begin(&turn))
        return;
    name_timer(&turn, &t, name);
    uint64_t now = acd_turn_now(&turn);
    t.id = now ^ (uint64_t)turn.thread->id << 44;
    if (error_type) {
        fail(&turn, &t, now, elapsed_ns, error_type);
        return;
    }
    end(&turn, &t, now, elapsed_ns);
    acd_turn_end(&turn);
}

static const struct acdebug_priv_key performance_keys[] = {{ACD_KEY_TIMER, ACD_TYPE_STR},
                                                           {ACD_KEY_DURATION_MS, ACD_TYPE_DOUBLE}};
static struct acdebug_priv_site performance_site = ACD_LIBRARY_SITE_INIT(
    ACD_KIND_PERFORMANCE, ACD_CATEGORY_PERFORMANCE, 2, "performance", performance_keys);

void acdebug_performance(const char *name, double duration_ms, const acdebug_field *details,
                         size_t n)
{
    if (!acdebug_priv_on(ACDEBUG_PERFORMANCE, performance_site.level))
        return;
    struct acdebug_priv_value values[] = {acdebug_priv_str(name), acdebug_priv_double(duration_ms)};
    struct acd_emission e = {.site = &performance_site,
                             .values = values,
                             .fields = details,
                             .fields_count = details ? n : 0};
    acd_emit(&e);
}
