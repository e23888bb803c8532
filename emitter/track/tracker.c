/* SPDX-License-Identifier: MIT */
/*
 * Why did a prompt miss: the calls.  A prompt is hashed, looked up, compared with the closest earlier one,
 * reported and then remembered; what is a hit, and the reasons, are as TRACKING.md has them.
 */
#include "config.h"

#include "emitter/track/tracker.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "emitter/format/kinds.h"
#include "emitter/format/record.h"
#include "emitter/names.h"
#include "emitter/number.h"
#include "emitter/shmfile.h"
#include "emitter/state.h"
#include "emitter/track/chain.h"

#define BLOCK_DEFAULT 16
#define BLOCK_MOST 65536
#define BUDGET_LEAST (UINT64_C(256) << 10)
#define BUDGET_MOST (UINT64_C(4) << 30)
#define BUDGET_DEFAULT (UINT64_C(16) << 20)
#define BYTES_A_TOKEN 9 /* a block's and its part of the tables', over its tokens */
#define CHAIN_ON_STACK 512

static uint64_t budget_of(const acdebug_tracker_options *o)
{
    const uint64_t least = UINT64_C(4) << 20, most = UINT64_C(64) << 20;
    uint64_t bytes;
    if (o->budget_bytes != 0)
        return o->budget_bytes;
    if (o->capacity_tokens == 0)
        return BUDGET_DEFAULT;
    if (o->capacity_tokens > most / (4 * BYTES_A_TOKEN))
        return most;
    bytes = o->capacity_tokens * 4 * BYTES_A_TOKEN;
    return bytes > least ? bytes : least;
}

/* A caller built against an older header has a shorter struct: the rest is the default. */
static bool complete_options(acdebug_tracker_options *ret_options,
                             const acdebug_tracker_options *options)
{
    acdebug_tracker_options whole = ACDEBUG_TRACKER_OPTIONS_INIT;
    if (options) {
        if (options->size < offsetof(acdebug_tracker_options, block_tokens))
            return false;
        memcpy(&whole, options, options->size < sizeof whole ? options->size : sizeof whole);
    }
    if (!whole.type)
        whole.type = "prompt";
    if (whole.block_tokens == 0)
        whole.block_tokens = BLOCK_DEFAULT;
    whole.budget_bytes = budget_of(&whole);
    *ret_options = whole;
    return whole.block_tokens <= BLOCK_MOST && whole.budget_bytes >= BUDGET_LEAST &&
           whole.budget_bytes <= BUDGET_MOST && (whole.flags & ~ACDEBUG_TRACK_SNIPPETS) == 0;
}

static size_t grain_units(size_t block_tokens)
{
    const size_t grain = ACD_GRAIN_BYTES / sizeof(uint32_t);
    return block_tokens > grain ? block_tokens : grain;
}

int acdebug_tracker_new(acdebug_tracker **ret_tracker, const acdebug_tracker_options *options)
{
    acdebug_tracker_options o;
    acdebug_tracker *tracker;
    int saved = errno, result;
    if (!ret_tracker || !complete_options(&o, options))
        return -EINVAL;
    tracker = calloc(1, sizeof *tracker);
    if (!tracker) {
        errno = saved;
        return -ENOMEM;
    }
    acd_names_store(tracker->type, o.type,
                    acd_names_kept(o.type, strlen(o.type), sizeof tracker->type));
    tracker->options = o;
    tracker->options.type = tracker->type;
    tracker->minimum_units = o.minimum_tokens > o.block_tokens ? o.minimum_tokens : o.block_tokens;
    tracker->limits.capacity_units = o.capacity_tokens != 0 ? o.capacity_tokens : UINT64_MAX;
    tracker->limits.ttl_ms = o.ttl_ns != 0 ? o.ttl_ns / 1000000 : UINT64_MAX;
    acd_sys_random(&tracker->seed);
    result = acd_track_memory_init(&tracker->memory, o.budget_bytes, grain_units(o.block_tokens));
    if (result < 0)
        free(tracker);
    else
        *ret_tracker = tracker;
    errno = saved;
    return result;
}

void acdebug_tracker_free(acdebug_tracker *tracker)
{
    int saved = errno;
    if (tracker)
        acd_track_memory_fini(&tracker->memory);
    free(tracker);
    errno = saved;
}

/* ---- what was found ---- */

static uint64_t whole(const struct acd_track_job *job, uint64_t units)
{
    return units - units % job->tracker->options.block_tokens;
}

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* What a cache with the options would have had. */
static uint64_t predict(const struct acd_track_job *job)
{
    if (job->seen.held < job->seen.blocks)
        return job->seen.held * job->prompt.block_units;
    return whole(job, job->closest.longest);
}

static enum acdebug_outcome outcome_of(const struct acd_track_job *job, uint64_t cached)
{
    const uint64_t count = job->prompt.count;
    const uint64_t all = job->has_answer ? whole(job, count - 1) : whole(job, count);
    if (cached == 0)
        return ACDEBUG_MISS;
    return cached >= all ? ACDEBUG_HIT : ACDEBUG_PARTIAL;
}

/* The prefix was there before, and was not used. */
static const char *unused_reason(const struct acd_track_use *use)
{
    if (use->other_slot)
        return "other_replica";
    if (use->expired)
        return "expired";
    return use->evicted ? "evicted" : "not_stored";
}

static bool has_parted(const struct acd_track_job *job)
{
    const struct acd_track_closest *c = &job->closest;
    if (c->number == 0 || c->shared >= c->units || c->shared >= job->prompt.count)
        return false;
    return c->shared >= job->tracker->options.block_tokens ||
           job->difference.change != ACD_CHANGE_UNRELATED;
}

/* Only what is said to diverge has a change. */
static void unsay_change(acdebug_finding *f)
{
    f->change = NULL;
    f->looks_like = NULL;
    f->changed_old = f->changed_new = ACDEBUG_UNKNOWN;
    if (f->diverged_at == ACDEBUG_UNKNOWN) {
        f->span[0] = '\0';
        f->span_offset = 0;
    }
}

static void explain(struct acd_track_job *job)
{
    acdebug_finding *f = &job->finding;
    const uint64_t shared = job->closest.shared, longest = job->closest.longest;
    const uint64_t most = job->has_answer ? least(longest, job->prompt.count - 1) : longest;
    if (f->outcome == ACDEBUG_HIT) {
        unsay_change(f);
        return;
    }
    if (f->cached_tokens < whole(job, most)) {
        f->reason = unused_reason(&job->seen.at);
        f->diverged_at = f->cached_tokens;
        acd_track_locate(job, f->diverged_at, 0);
    } else if (has_parted(job)) {
        f->reason = "prefix_diverged";
        f->diverged_at = shared;
    } else {
        f->reason = "cold";
    }
    if (f->diverged_at != shared || strcmp(f->reason, "prefix_diverged") != 0)
        unsay_change(f);
}

static void name_closest(struct acd_track_job *job)
{
    acdebug_finding *f = &job->finding;
    f->shared_tokens = job->closest.shared;
    if (job->closest.number == 0)
        return;
    f->closest_tokens = job->closest.units;
    memcpy(f->closest_request, job->closest.entry.request, sizeof f->closest_request);
}

static void conclude(struct acd_track_job *job)
{
    acdebug_finding *f = &job->finding;
    f->cached_tokens = job->has_answer ? job->lookup.cached_tokens : predict(job);
    f->outcome = job->lookup.outcome;
    if (f->outcome == ACDEBUG_OUTCOME_UNKNOWN)
        f->outcome = outcome_of(job, f->cached_tokens);
    name_closest(job);
    explain(job);
}

/* Too short for the cache: neither looked up nor remembered. */
static void conclude_short(struct acd_track_job *job)
{
    acdebug_finding *f = &job->finding;
    f->cached_tokens = job->has_answer ? job->lookup.cached_tokens : 0;
    f->outcome = job->lookup.outcome;
    if (f->outcome == ACDEBUG_OUTCOME_UNKNOWN)
        f->outcome = f->cached_tokens > 0 ? ACDEBUG_PARTIAL : ACDEBUG_MISS;
    if (f->outcome != ACDEBUG_HIT)
        f->reason = "below_minimum";
}

/* ---- one prompt ---- */

static void take_request(char *ret_text)
{
    const struct acd_request_id *r = &acd_thread.request;
    char text[ACD_NUMBER_BYTES] = "";
    const char *id;
    uint32_t length = acd_request_text(r, &id);
    if (r->head & ACD_W2_REQUEST_U64)
        acd_number_uint(text, r->number);
    else
        memcpy(text, id, length < sizeof text ? length : sizeof text - 1);
    memcpy(ret_text, text, ACD_PROMPT_REQUEST_BYTES);
}

static int remember(struct acd_track_job *job)
{
    const acdebug_prompt *asked = job->asked;
    struct acd_prompt_entry entry = {.units = job->prompt.count, .root = job->prompt.root};
    struct acd_prompt_span spans[ACD_PROMPT_SPANS] = {0};
    take_request(entry.request);
    for (size_t i = 0; asked->spans && i < asked->spans_count && i < ACD_PROMPT_SPANS; i++) {
        const char *name = asked->spans[i].name;
        spans[i].begin = asked->spans[i].begin;
        if (name)
            acd_names_store(spans[i].name, name,
                            acd_names_kept(name, strlen(name), sizeof spans[i].name));
        entry.spans++;
    }
    return acd_track_remember(&job->tracker->memory, &job->prompt, &entry, spans, &job->closest);
}

static void hash_blocks(struct acd_track_prompt *p)
{
    const size_t bytes = p->block_units * p->unit_bytes;
    uint64_t before = p->root;
    for (size_t i = 0; i < p->blocks; i++)
        p->chain[i] = before = acd_chain_block(before, p->units + i * bytes, bytes);
}

static int track_with(struct acd_track_job *job, uint64_t *chain)
{
    struct acd_track_memory *memory = &job->tracker->memory;
    struct acd_track_prompt *p = &job->prompt;
    int result;
    p->chain = chain;
    hash_blocks(p);
    result = acd_track_look(memory, p, &job->tracker->limits,
                            job->has_answer ? job->lookup.cached_tokens / p->block_units : SIZE_MAX,
                            &job->seen);
    if (result == 0)
        result = acd_track_find_closest(memory, p, job->seen.blocks, &job->closest);
    if (result == 0)
        result = acd_track_compare(job);
    if (result < 0)
        return result;
    conclude(job);
    acd_track_report(job);
    remember(job); /* or not, when too many are at it: the next prompt finds an older one */
    return 0;
}

static int track(struct acd_track_job *job)
{
    struct acd_track_prompt *p = &job->prompt;
    uint64_t on_stack[CHAIN_ON_STACK], *chain = on_stack;
    size_t longest;
    int result = acd_track_memory_settle(&job->tracker->memory, p->unit_bytes, p->process);
    if (result < 0)
        return result;
    p->block_units = job->tracker->memory.block_units;
    longest = acd_track_memory_longest(&job->tracker->memory);
    p->blocks = p->count / p->block_units < longest ? p->count / p->block_units : longest;
    if (p->blocks > CHAIN_ON_STACK) {
        chain = malloc(p->blocks * sizeof *chain);
        if (!chain)
            return -ENOMEM;
    }
    result = track_with(job, chain);
    acd_track_closest_fini(&job->closest);
    if (chain != on_stack)
        free(chain);
    return result;
}

/* Of the lookup's model, or of the one that a field of it names: who gives that keeps one row for all. */
static uint64_t root_of(const struct acd_track_job *job)
{
    static const char key[] = ACD_KEY_MODEL;
    const acdebug_lookup *l = &job->lookup;
    const uint64_t seed = job->tracker->seed;
    if (l->model)
        return acd_chain_root(l->model, strlen(l->model), seed);
    for (size_t i = 0; l->fields && i < l->fields_count; i++) {
        const acdebug_field *f = &l->fields[i];
        if (f->type == ACDEBUG_PRIV_STR && f->key_bytes == sizeof key - 1 &&
            memcmp(f->key, key, sizeof key - 1) == 0)
            return acd_chain_root((const char *)(uintptr_t)f->value.bits, f->value.bytes, seed);
    }
    return acd_chain_root("", 0, seed);
}

static void begin(struct acd_track_job *job)
{
    const acdebug_prompt *asked = job->asked;
    const bool tokens = asked->tokens != NULL;
    job->now_ns = asked->now_ns != 0 ? asked->now_ns : acd_sys_monotonic_ns();
    job->prompt = (struct acd_track_prompt){
        .units = tokens ? (const char *)asked->tokens : asked->bytes,
        .count = tokens         ? asked->tokens_count
                 : asked->bytes ? asked->bytes_count
                                : 0,
        .unit_bytes = tokens ? sizeof(uint32_t) : 1,
        .root = root_of(job),
        .slot = asked->slot,
        .now_ms = (uint32_t)(job->now_ns / 1000000),
        .process = acd_sys_pid(),
    };
    if (!job->lookup.type)
        job->lookup.type = job->tracker->type;
    job->has_answer = job->lookup.cached_tokens != ACDEBUG_UNKNOWN;
    job->finding = (acdebug_finding){.size = sizeof(acdebug_finding),
                                     .diverged_at = ACDEBUG_UNKNOWN,
                                     .closest_tokens = ACDEBUG_UNKNOWN,
                                     .changed_old = ACDEBUG_UNKNOWN,
                                     .changed_new = ACDEBUG_UNKNOWN};
}

/* 0 when there is a finding. */
static int find(struct acd_track_job *job)
{
    int result;
    begin(job);
    if (job->lookup.outcome == ACDEBUG_BYPASS) {
        job->finding.outcome = ACDEBUG_BYPASS;
        acdebug_cache_lookup(&job->lookup);
        return 0;
    }
    result = acd_track_count(&job->tracker->memory, job->prompt.count, job->prompt.process);
    if (result < 0) {
        acdebug_cache_lookup(&job->lookup);
        return result;
    }
    if (job->prompt.count < job->tracker->minimum_units) {
        conclude_short(job);
        acd_track_report(job);
    } else {
        result = track(job);
    }
    if (result < 0)
        acdebug_cache_lookup(&job->lookup);
    else
        acd_track_report_reuse(job);
    return result;
}

/* A caller built against an older header has shorter structs. */
static bool complete(struct acd_track_job *job, acdebug_prompt *ret_prompt,
                     const acdebug_prompt *prompt, const acdebug_lookup *lookup)
{
    const acdebug_prompt empty = ACDEBUG_PROMPT_INIT;
    const acdebug_lookup unknown = ACDEBUG_LOOKUP_INIT;
    *ret_prompt = empty;
    job->lookup = unknown;
    if (!prompt || prompt->size < offsetof(acdebug_prompt, spans))
        return false;
    memcpy(ret_prompt, prompt, prompt->size < sizeof empty ? prompt->size : sizeof empty);
    ret_prompt->size = sizeof empty;
    if (!lookup)
        return true;
    if (lookup->size < offsetof(acdebug_lookup, input_tokens))
        return false;
    memcpy(&job->lookup, lookup, lookup->size < sizeof unknown ? lookup->size : sizeof unknown);
    job->lookup.size = sizeof unknown;
    return true;
}

static void give(const struct acd_track_job *job, acdebug_finding *ret_finding)
{
    const size_t size = ret_finding->size;
    memcpy(ret_finding, &job->finding, size < sizeof job->finding ? size : sizeof job->finding);
    ret_finding->size = size;
}

int acdebug_track(acdebug_tracker *tracker, const acdebug_prompt *prompt,
                  const acdebug_lookup *lookup, acdebug_finding *ret_finding)
{
    struct acd_track_job job = {.tracker = tracker};
    acdebug_prompt asked;
    const int saved = errno;
    int result = -EINVAL;
    if (!tracker || !complete(&job, &asked, prompt, lookup) ||
        (unsigned)job.lookup.outcome > ACDEBUG_OUTCOME_UNKNOWN) {
        if (lookup)
            acdebug_cache_lookup(lookup);
        return -EINVAL;
    }
    job.asked = &asked;
    result = find(&job);
    if (result == 0 && ret_finding)
        give(&job, ret_finding);
    errno = saved;
    return result;
}

int acdebug_tracker_reuse(acdebug_tracker *tracker, uint64_t capacity_tokens, uint64_t *ret_cached,
                          uint64_t *ret_input)
{
    struct acd_track_memory *m;
    int result = -ERANGE;
    if (!tracker || !ret_cached || !ret_input)
        return -EINVAL;
    m = &tracker->memory;
    if (!acd_track_lock(m, acd_sys_pid()))
        return -EAGAIN;
    if (m->unit_bytes == 0 || capacity_tokens <= (uint64_t)m->blocks.room * m->block_units) {
        *ret_cached = m->unit_bytes == 0 ? 0 : acd_track_reused(m, capacity_tokens);
        *ret_input = m->input_units;
        result = 0;
    }
    acd_track_unlock(m);
    return result;
}
