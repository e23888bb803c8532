/* SPDX-License-Identifier: MIT */
/*
 * One emit's turn on its thread: which ring, which lane, which counters.  Between acd_turn_begin() and
 * acd_turn_end() the thread is `busy`: an emit from a signal handler in between sees that and goes to
 * the overflow lane and the shared counters, so a lane and its counters have one writer.
 */
#ifndef ACD_EMIT_H
#define ACD_EMIT_H

#include "emitter/state.h"

struct acd_turn {
    struct acd_thread *thread;
    struct acd_ring *ring;
    bool nested; /* inside another emit of this thread */
    bool own;    /* the thread's own lane and its counters */
};

/* A record to be: the values of the site's fields, then fields with run-time keys. */
struct acd_emission {
    struct acdebug_priv_site *site;
    const struct acdebug_priv_value *values;
    const acdebug_field *fields;
    size_t fields_count;
    const struct acd_request_id *request; /* NULL: the thread's current one */
};

bool acd_turn_begin_nested(struct acd_turn *turn);
bool acd_turn_begin_new(struct acd_turn *turn);

/* false: no ring, nothing to end. */
static inline bool acd_turn_begin(struct acd_turn *turn)
{
    struct acd_thread *t = &acd_thread;
    turn->thread = t;
    if (ACD_UNLIKELY(acd_get(&t->busy)))
        return acd_turn_begin_nested(turn);
    acd_set(&t->busy, 1);
    acd_signal_fence();
    ACD_PAUSE(ACD_PAUSE_BUSY);
    /* Relaxed is enough: equal means this thread saw the ring's block before. */
    if (ACD_UNLIKELY(t->generation != acd_get(acd_generation())))
        return acd_turn_begin_new(turn);
    turn->ring = t->ring;
    turn->nested = false;
    turn->own = t->writer.cells != NULL;
    return true;
}

static inline void acd_turn_end(const struct acd_turn *turn)
{
    acd_signal_fence();
    if (!turn->nested)
        acd_set(&turn->thread->busy, 0);
}

/* Counters of this turn: the lane's, with plain stores, or the shared ones. */
static inline struct acd_cache_counts *acd_turn_counts(const struct acd_turn *turn, unsigned row)
{
    return turn->own ? &turn->thread->writer.lane->cache[row] : &turn->ring->shared->cache[row];
}
static inline void acd_turn_count(const struct acd_turn *turn, acd_word *counter, uint64_t n)
{
    if (turn->own)
        acd_add_own(counter, n);
    else
        acd_add(counter, n);
}
/* The same for a numerator: what was counted before is seen by who sees it. */
static inline void acd_turn_count_after(const struct acd_turn *turn, acd_word *counter, uint64_t n)
{
    ACD_PAUSE(ACD_PAUSE_COUNTED);
    if (turn->own)
        acd_publish(counter, acd_get(counter) + n);
    else
        acd_add_release(counter, n);
}

/* The clock, and with it whatever is due: a changed level, a lease that ran out, an anchor. */
uint64_t acd_turn_now(const struct acd_turn *turn);
/* Is the site's level on, after acd_turn_now()? */
bool acd_turn_on(const struct acd_turn *turn, unsigned category, unsigned level);
/* Writes the record, or counts it as dropped. */
void acd_turn_record(const struct acd_turn *turn, const struct acd_emission *e, uint64_t now);

/* The whole of a function-form emit: turn, level test, record. */
void acd_emit(const struct acd_emission *e);

/* ---- the ring's own records ---- */
/* The library's sites, before the ring is published. */
void acd_emit_register(struct acd_ring *ring);
void acd_emit_start(void);
void acd_emit_stop(void);
/* `thread` took a lane; under its busy flag. */
void acd_emit_thread(const struct acd_turn *turn);
void acd_emit_level(const struct acd_turn *turn, uint64_t from, uint64_t to, const char *who);

/* ---- levels.c ---- */
/* Takes over a changed control word, ends a lease that ran out, renews the anchor when due. */
void acd_levels_check(const struct acd_turn *turn, uint64_t now);

#define ACD_LIBRARY_SITE_INIT(kind_, category_, level_, message_, keys_)                           \
    {                                                                                              \
        .kind = (kind_), .category = (category_), .level = (level_),                               \
        .fields = sizeof(keys_) / sizeof(keys_)[0], .message = (message_), .file = "",             \
        .keys = (keys_)                                                                            \
    }

#endif
