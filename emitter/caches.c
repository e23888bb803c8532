/* SPDX-License-Identifier: MIT */
/*
 * Cache lookups: counted in the lane at every level, an event at level 1.  A row is a type with a model;
 * rows beyond the table count under (other).
 */
#include "config.h"

#include <string.h>

#include "emitter/emit.h"
#include "emitter/format/kinds.h"
#include "emitter/names.h"

#define HINT_BITS 8

struct row_name {
    const char *type, *model;
    size_t type_bytes, model_bytes;
};

static struct acd_table table(struct acd_ring *ring)
{
    struct acd_shared *s = ring->shared;
    return (struct acd_table){ring->cache_names.hash, &s->caches_used, &s->caches_ready,
                              &s->caches_full, ACD_CACHE_TYPES};
}

/* `kept`: with the lengths that a row keeps. */
static bool is_row(const struct acd_cache_entry *e, const struct row_name *kept)
{
    return acd_names_holds(e->type, kept->type, kept->type_bytes) &&
           acd_names_holds(e->model, kept->model, kept->model_bytes);
}

static unsigned other_row(struct acd_ring *ring, const struct acd_table *t)
{
    acd_add(t->full, 1);
    if (acd_see(&t->hash[ACD_CACHE_TYPES]) == 0 &&
        acd_emitter_ensure(ring, &ring->caches[ACD_CACHE_TYPES], sizeof *ring->caches)) {
        acd_names_store_other(ring->caches[ACD_CACHE_TYPES].type, ACD_NAME_BYTES);
        acd_names_show(t, ACD_CACHE_TYPES, 1);
    }
    return ACD_CACHE_TYPES;
}

static unsigned find_row(struct acd_ring *ring, const struct row_name *name)
{
    struct acd_table t = table(ring);
    uint64_t hash = acd_names_hash(0, name->type, name->type_bytes);
    if (name->model_bytes > 0)
        hash = acd_names_hash(hash, name->model, name->model_bytes);
    struct row_name kept = {name->type, name->model,
                            acd_names_kept(name->type, name->type_bytes, ACD_NAME_BYTES),
                            acd_names_kept(name->model, name->model_bytes, ACD_NAME_BYTES)};
    unsigned count = acd_names_count(&t);
    for (unsigned i = 0; i < count; i++)
        if (acd_see(&t.hash[i]) == hash && is_row(&ring->caches[i], &kept))
            return i;
    unsigned i = acd_names_take(&t);
    if (i == ACD_CACHE_TYPES)
        return other_row(ring, &t);
    struct acd_cache_entry *e = &ring->caches[i];
    if (!acd_emitter_ensure(ring, e, sizeof *e))
        return other_row(ring, &t);
    acd_names_store(e->type, kept.type, kept.type_bytes);
    acd_names_store(e->model, kept.model, kept.model_bytes);
    acd_names_show(&t, i, hash);
    return i;
}

/* The row that this call site had last time, if the type is still the same; else ACD_CACHE_TYPES. */
static inline unsigned row_hinted(const struct acd_ring *ring, const struct acdebug_priv_site *site,
                                  const char *type, size_t bytes)
{
    uint64_t hint = acd_site_cache_get(&site->hint);
    unsigned row = (unsigned)(hint & ((1u << HINT_BITS) - 1));
    bool right = hint >> HINT_BITS == ring->generation && row < ACD_CACHE_TYPES &&
                 acd_names_surely(ring->caches[row].type, ACD_NAME_BYTES, type, bytes);
    return right ? row : ACD_CACHE_TYPES;
}

static unsigned row_of_site(struct acd_ring *ring, struct acdebug_priv_site *site, const char *type,
                            size_t bytes)
{
    unsigned row = row_hinted(ring, site, type, bytes);
    if (ACD_LIKELY(row < ACD_CACHE_TYPES))
        return row;
    struct row_name name = {type, "", bytes, 0};
    row = find_row(ring, &name);
    acd_site_cache_set(&site->hint, ring->generation << HINT_BITS | row);
    return row;
}

/* ---- reasons ---- */

static unsigned free_reason(struct acd_ring *ring, unsigned row, const char *reason, size_t bytes)
{
    if (row == ACD_CACHE_TYPES)
        return ACD_REASON_OTHER;
    struct acd_cache_entry *e = &ring->caches[row];
    acd_word full_unused;
    struct acd_table t = {ring->reason_hash[row], &e->reasons_used, &e->reasons_ready, &full_unused,
                          ACD_REASONS_TEXT};
    uint64_t hash = acd_names_hash(0, reason, bytes);
    uint64_t kept = acd_names_kept(reason, bytes, sizeof e->reason[0]);
    unsigned count = acd_names_count(&t);
    for (unsigned i = 0; i < count; i++)
        if (acd_see(&t.hash[i]) == hash && acd_names_holds(e->reason[i], reason, kept))
            return ACD_REASONS_KNOWN + i;
    unsigned i = acd_names_take(&t);
    if (i == ACD_REASONS_TEXT)
        return ACD_REASON_OTHER;
    acd_names_store(e->reason[i], reason, kept);
    acd_names_show(&t, i, hash);
    return ACD_REASONS_KNOWN + i;
}

static void count_reason(const struct acd_turn *turn, unsigned row, const char *reason,
                         size_t bytes)
{
    if (bytes == 0)
        return;
    int known = acd_reason_find(reason, bytes);
    unsigned i = known >= 0 ? (unsigned)known : free_reason(turn->ring, row, reason, bytes);
    acd_turn_count_after(turn, &acd_turn_counts(turn, row)->reason[i], 1);
}

/* ---- hit and miss ---- */

static __attribute__((noinline)) void count_slowly(struct acdebug_priv_site *site, const char *type,
                                                   size_t type_bytes, unsigned outcome,
                                                   const char *reason)
{
    struct acd_turn turn;
    if (!acd_turn_begin(&turn))
        return;
    unsigned row = row_of_site(turn.ring, site, type, type_bytes);
    acd_turn_count(&turn, &acd_turn_counts(&turn, row)->outcome[outcome % 5], 1);
    if (outcome != ACD_OUTCOME_HIT && reason)
        count_reason(&turn, row, reason, strlen(reason));
    if (ACD_UNLIKELY(acd_get(&turn.ring->control->word) != acd_get(&turn.ring->control_seen)))
        (void)acd_turn_now(&turn); /* answers for the level, though nothing is due here */
    acd_turn_end(&turn);
}

/* A hit on a thread with its lane, nothing due: the rest goes count_slowly(), from the start. */
void acdebug_priv_cache_count(struct acdebug_priv_site *site, const char *type, size_t type_bytes,
                              unsigned outcome, const char *reason)
{
    struct acd_thread *t = &acd_thread;
    if (ACD_LIKELY(outcome == ACD_OUTCOME_HIT && !acd_get(&t->busy))) {
        acd_set(&t->busy, 1);
        acd_signal_fence();
        ACD_PAUSE(ACD_PAUSE_BUSY);
        struct acd_ring *ring = t->ring;
        bool done = false;
        if (ACD_LIKELY(t->generation == acd_get(acd_generation()) && t->writer.cells &&
                       acd_get(&ring->control->word) == acd_get(&ring->control_seen))) {
            unsigned row = row_hinted(ring, site, type, type_bytes);
            done = row < ACD_CACHE_TYPES;
            if (ACD_LIKELY(done))
                acd_add_own(&t->writer.lane->cache[row].outcome[ACD_OUTCOME_HIT], 1);
        }
        acd_signal_fence();
        acd_set(&t->busy, 0);
        if (ACD_LIKELY(done))
            return;
    }
    count_slowly(site, type, type_bytes, outcome, reason);
}

void acdebug_priv_cache(struct acdebug_priv_site *site, const struct acdebug_priv_value *values)
{
    struct acd_turn turn;
    const char *type = (const char *)(uintptr_t)values[0].bits;
    const char *reason = (const char *)(uintptr_t)values[3].bits;
    if (!acd_turn_begin(&turn))
        return;
    unsigned row = row_of_site(turn.ring, site, type, values[0].bytes);
    acd_turn_count(&turn, &acd_turn_counts(&turn, row)->outcome[values[2].bits % 5], 1);
    count_reason(&turn, row, reason, values[3].bytes);
    uint64_t now = acd_turn_now(&turn);
    if (acd_turn_on(&turn, ACD_CATEGORY_CACHE, 1)) {
        struct acd_emission e = {.site = site, .values = values};
        acd_turn_record(&turn, &e, now);
    }
    acd_turn_end(&turn);
}

/* ---- whole lookups ---- */

static const struct acdebug_priv_key lookup_keys[] = {{ACD_KEY_CACHE_TYPE, ACD_TYPE_STR},
                                                      {ACD_KEY_CACHE_KEY, ACD_TYPE_STR},
                                                      {ACD_KEY_CACHE_OUTCOME, ACD_TYPE_UINT},
                                                      {ACD_KEY_CACHE_REASON, ACD_TYPE_STR}};
static struct acdebug_priv_site lookup_site =
    ACD_LIBRARY_SITE_INIT(ACD_KIND_CACHE, ACD_CATEGORY_CACHE, 1, "lookup", lookup_keys);
static const struct acdebug_priv_key evict_keys[] = {{ACD_KEY_CACHE_TYPE, ACD_TYPE_STR},
                                                     {ACD_KEY_CACHE_COUNT, ACD_TYPE_UINT},
                                                     {ACD_KEY_CACHE_REASON, ACD_TYPE_STR}};
static struct acdebug_priv_site evict_site =
    ACD_LIBRARY_SITE_INIT(ACD_KIND_EVICTION, ACD_CATEGORY_CACHE, 2, "eviction", evict_keys);

/* Denominator before numerator: whoever sees the cached tokens sees the input they are part of. */
static void count_tokens(const struct acd_turn *turn, struct acd_cache_counts *c,
                         const acdebug_lookup *l)
{
    if (l->created_tokens != ACDEBUG_UNKNOWN) {
        acd_turn_count(turn, &c->created_lookups, 1);
        acd_turn_count(turn, &c->created_tokens, l->created_tokens);
    }
    if (l->input_tokens == ACDEBUG_UNKNOWN || l->cached_tokens == ACDEBUG_UNKNOWN)
        return;
    uint64_t cached = l->cached_tokens < l->input_tokens ? l->cached_tokens : l->input_tokens;
    acd_turn_count(turn, &c->token_lookups, 1);
    acd_turn_count(turn, &c->input_tokens, l->input_tokens);
    acd_turn_count_after(turn, &c->cached_tokens, cached);
}

/* What is known, as fields; the caller's own come last. */
static size_t lookup_fields(const acdebug_lookup *l, acdebug_field fields[], size_t room)
{
    const struct {
        const char *key;
        uint64_t value;
    } known[] = {
        {ACD_KEY_INPUT_TOKENS, l->input_tokens},     {ACD_KEY_CACHED_TOKENS, l->cached_tokens},
        {ACD_KEY_CREATED_TOKENS, l->created_tokens}, {ACD_KEY_CACHE_DIVERGED, l->diverged_at},
        {ACD_KEY_CACHE_SIZE, l->size_bytes},         {ACD_KEY_CACHE_AGE, l->age_ns}};
    size_t n = 0;
    if (l->model && l->model[0])
        fields[n++] = acdebug_field_str(ACD_KEY_MODEL, l->model);
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (known[i].value != ACDEBUG_UNKNOWN)
            fields[n++] = acdebug_field_uint(known[i].key, known[i].value);
    for (size_t i = 0; l->fields && i < l->fields_count && n < room; i++)
        fields[n++] = l->fields[i];
    return n;
}

static struct row_name name_of(const char *type, const char *model)
{
    struct row_name name = {type ? type : "", model ? model : "", type ? strlen(type) : 0,
                            model ? strlen(model) : 0};
    return name;
}

static void record_lookup(const struct acd_turn *turn, const acdebug_lookup *l)
{
    acdebug_field fields[32];
    struct acdebug_priv_value values[] = {acdebug_priv_str(l->type), acdebug_priv_str(l->key),
                                          acdebug_priv_uint((uint64_t)l->outcome),
                                          acdebug_priv_str(l->reason)};
    uint64_t now = acd_turn_now(turn);
    if (!acd_turn_on(turn, ACD_CATEGORY_CACHE, 1))
        return;
    size_t n = lookup_fields(l, fields, sizeof fields / sizeof fields[0]);
    struct acd_emission e = {
        .site = &lookup_site, .values = values, .fields = fields, .fields_count = n};
    acd_turn_record(turn, &e, now);
}

static void look_up(const acdebug_lookup *l)
{
    struct acd_turn turn;
    if ((unsigned)l->outcome > ACD_OUTCOME_UNKNOWN || !acd_turn_begin(&turn))
        return;
    struct row_name name = name_of(l->type, l->model);
    unsigned row = find_row(turn.ring, &name);
    struct acd_cache_counts *c = acd_turn_counts(&turn, row);
    acd_turn_count(&turn, &c->outcome[l->outcome], 1);
    count_tokens(&turn, c, l);
    /* Misses by reason: a partial hit is none, so that the reasons add up to the misses. */
    if (l->reason && l->outcome == ACDEBUG_MISS)
        count_reason(&turn, row, l->reason, strlen(l->reason));
    record_lookup(&turn, l);
    acd_turn_end(&turn);
}

/* A caller built against an older header has a shorter struct; what it lacks is not known. */
static bool complete(acdebug_lookup *ret_lookup, const acdebug_lookup *l)
{
    acdebug_lookup whole = ACDEBUG_LOOKUP_INIT;
    if (!l || l->size < offsetof(acdebug_lookup, input_tokens))
        return false;
    memcpy(&whole, l, l->size < sizeof whole ? l->size : sizeof whole);
    *ret_lookup = whole;
    return true;
}

void acdebug_cache_lookup(const acdebug_lookup *lookup)
{
    acdebug_lookup l;
    if (lookup && lookup->size == sizeof l) /* the usual caller needs no copy */
        look_up(lookup);
    else if (complete(&l, lookup))
        look_up(&l);
}

void acdebug_cache_lookup_exclusive(const acdebug_lookup *lookup)
{
    acdebug_lookup l;
    if (!complete(&l, lookup))
        return;
    if (l.input_tokens != ACDEBUG_UNKNOWN) {
        if (l.cached_tokens != ACDEBUG_UNKNOWN)
            l.input_tokens += l.cached_tokens;
        if (l.created_tokens != ACDEBUG_UNKNOWN)
            l.input_tokens += l.created_tokens;
    }
    look_up(&l);
}

void acdebug_cache_evict(const char *type, const char *model, uint64_t count, const char *reason)
{
    struct acd_turn turn;
    if (!acd_turn_begin(&turn))
        return;
    struct row_name name = name_of(type, model);
    unsigned row = find_row(turn.ring, &name);
    acd_turn_count(&turn, &acd_turn_counts(&turn, row)->evictions, count);
    uint64_t now = acd_turn_now(&turn);
    if (acd_turn_on(&turn, ACD_CATEGORY_CACHE, evict_site.level)) {
        struct acdebug_priv_value values[] = {acdebug_priv_str(type), acdebug_priv_uint(count),
                                              acdebug_priv_str(reason)};
        struct acd_emission e = {.site = &evict_site, .values = values};
        acd_turn_record(&turn, &e, now);
    }
    acd_turn_end(&turn);
}

void acdebug_cache_inventory(const char *type, const char *model, uint64_t entries, uint64_t bytes,
                             uint64_t capacity_bytes)
{
    struct acd_turn turn;
    if (!acd_turn_begin(&turn))
        return;
    struct row_name name = name_of(type, model);
    unsigned row = find_row(turn.ring, &name);
    if (row != ACD_CACHE_TYPES) { /* what is held by several types together says nothing */
        struct acd_cache_entry *e = &turn.ring->caches[row];
        acd_set(&e->entries, entries + 1);
        acd_set(&e->bytes, bytes + 1);
        acd_set(&e->capacity_bytes, capacity_bytes + 1);
    }
    acd_turn_end(&turn);
}
