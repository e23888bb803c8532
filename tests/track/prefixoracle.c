/* SPDX-License-Identifier: MIT */
/*
 * The judge of prefix trackers, see prefixoracle.h.  A block is what it and all before it say: a node of a
 * tree, found by comparing.  A cache is the list of its nodes, the last used first; a prompt's nodes go to
 * its front, the prompt's start before its end, and what does not fit any more is cut off.
 */
#include "config.h"

#include "tests/track/prefixoracle.h"

#include <stdlib.h>
#include <string.h>

#include "tests/track/beside.h"
#include "tests/support/scratch.h"

#define NONE UINT32_MAX
#define MAIN ACD_ORACLE_SIZES /* the cache of the options, behind the others */
#define CACHES (ACD_ORACLE_SIZES + 1)

struct node {
    const void *units; /* of this block */
    uint32_t child, sibling;
    uint32_t slots;     /* seen on these */
    uint32_t cached_by; /* caches that hold it */
    uint64_t last_use_ns;
};

struct cache {
    uint32_t *list; /* nodes, the last used first */
    uint64_t count, room;
    uint64_t cached; /* units that it has had of all prompts */
};

struct acd_oracle {
    struct acd_oracle_options options;
    struct acd_oracle_asked *prompt; /* those that are remembered */
    uint64_t *number;                /* of each among all that were judged */
    uint64_t prompts, judged, input;
    struct node *node; /* 0 is the root */
    uint32_t nodes;
    struct cache cache[CACHES];
};

static void *grown(void *array, uint64_t count, size_t bytes)
{
    if ((count & (count - 1)) != 0)
        return array;
    array = realloc(array, (count > 0 ? 2 * count : 1) * bytes);
    if (!array)
        acd_scratch_die("no memory");
    return array;
}

static uint64_t whole(const struct acd_oracle *o, uint64_t units)
{
    return units - units % o->options.block;
}

static bool same_model(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "") == 0;
}

static bool is_below(const struct acd_oracle *o, const struct acd_oracle_asked *asked)
{
    return asked->count < o->options.minimum || asked->count < o->options.block;
}

/* ---- blocks ---- */

static uint32_t add_node(struct acd_oracle *o, uint32_t parent, const void *units)
{
    o->node = grown(o->node, o->nodes, sizeof *o->node);
    o->node[o->nodes] = (struct node){.units = units, .child = NONE, .sibling = NONE};
    if (parent != NONE) {
        o->node[o->nodes].sibling = o->node[parent].child;
        o->node[parent].child = o->nodes;
    }
    return o->nodes++;
}

static uint32_t child_of(const struct acd_oracle *o, uint32_t parent, const void *units)
{
    uint32_t n = o->node[parent].child;
    while (n != NONE &&
           memcmp(o->node[n].units, units, o->options.block * o->options.unit_bytes) != 0)
        n = o->node[n].sibling;
    return n;
}

/* The root of a model: a child of node 0 that has its name for units. */
static uint32_t root_of(const struct acd_oracle *o, const char *model)
{
    uint32_t n = o->node[0].child;
    while (n != NONE && !same_model(o->node[n].units, model))
        n = o->node[n].sibling;
    return n;
}

/* The nodes of the prompt's whole blocks, as far as there are such: to be freed. */
static uint32_t *chain_of(const struct acd_oracle *o, const struct acd_oracle_asked *asked,
                          uint64_t *ret_count)
{
    uint64_t blocks = asked->count / o->options.block, n = 0;
    uint32_t *chain = malloc((blocks + 1) * sizeof *chain), at = root_of(o, asked->model);
    if (!chain)
        acd_scratch_die("no memory");
    while (at != NONE && n < blocks) {
        at = child_of(o, at,
                      (const char *)asked->units + n * o->options.block * o->options.unit_bytes);
        if (at != NONE)
            chain[n++] = at;
    }
    *ret_count = n;
    return chain;
}

static void complete(struct acd_oracle *o, const struct acd_oracle_asked *asked, uint32_t *chain,
                     uint64_t known)
{
    uint32_t parent = known > 0 ? chain[known - 1] : root_of(o, asked->model);
    if (parent == NONE)
        parent = add_node(o, 0, asked->model);
    for (uint64_t i = known; i < asked->count / o->options.block; i++)
        chain[i] = parent = add_node(
            o, parent, (const char *)asked->units + i * o->options.block * o->options.unit_bytes);
}

/* ---- caches ---- */

static void use(struct acd_oracle *o, unsigned index, const uint32_t *chain, uint64_t count)
{
    struct cache *c = &o->cache[index];
    uint32_t bit = 1u << index;
    uint64_t n = 0, room = c->count + count;
    uint32_t *list = malloc((room + 1) * sizeof *list);
    if (!list)
        acd_scratch_die("no memory");
    for (uint64_t i = 0; i < c->count; i++)
        o->node[c->list[i]].cached_by |= bit;
    for (uint64_t i = 0; i < count; i++) {
        list[n++] = chain[i];
        o->node[chain[i]].cached_by &= ~bit; /* so that it is not taken again from the old list */
    }
    for (uint64_t i = 0; i < c->count; i++)
        if (o->node[c->list[i]].cached_by & bit)
            list[n++] = c->list[i];
    for (uint64_t i = 0; i < n; i++) {
        o->node[list[i]].cached_by &= ~bit;
        if (i < c->room)
            o->node[list[i]].cached_by |= bit;
    }
    free(c->list);
    c->list = list;
    c->count = n < c->room ? n : c->room;
}

static bool evicted(const struct acd_oracle *o, uint32_t node)
{
    return o->options.capacity > 0 && !(o->node[node].cached_by & 1u << MAIN);
}

static bool expired(const struct acd_oracle *o, uint32_t node, uint64_t now_ns)
{
    return o->options.ttl_ns > 0 && now_ns - o->node[node].last_use_ns > o->options.ttl_ns;
}

static bool elsewhere(const struct acd_oracle *o, uint32_t node, uint32_t slot)
{
    return slot != ACD_ORACLE_NO_SLOT && !(o->node[node].slots >> slot & 1);
}

uint64_t acd_oracle_predict(const struct acd_oracle *oracle, const struct acd_oracle_asked *asked)
{
    uint64_t count = 0, there = 0;
    if (is_below(oracle, asked))
        return 0;
    uint32_t *chain = chain_of(oracle, asked, &count);
    while (there < count && !elsewhere(oracle, chain[there], asked->slot) &&
           !expired(oracle, chain[there], asked->now_ns) && !evicted(oracle, chain[there]))
        there++;
    free(chain);
    return there * oracle->options.block;
}

/* ---- earlier prompts ---- */

static uint64_t common(const struct acd_oracle *o, const struct acd_oracle_asked *a,
                       const struct acd_oracle_asked *b)
{
    uint64_t n = 0, most = a->count < b->count ? a->count : b->count;
    if (o->options.unit_bytes == 4)
        while (n < most && ((const uint32_t *)a->units)[n] == ((const uint32_t *)b->units)[n])
            n++;
    else
        while (n < most && ((const uint8_t *)a->units)[n] == ((const uint8_t *)b->units)[n])
            n++;
    return n;
}

/* Behind `shared` units: do both go on, and how do they differ?  False when they don't meet again. */
static bool meets(const struct acd_oracle *o, const struct acd_oracle_asked *old,
                  const struct acd_oracle_asked *asked, uint64_t shared,
                  struct acd_beside_change *ret_change)
{
    const uint64_t skip = shared * o->options.unit_bytes;
    const struct acd_beside beside = {o->options.unit_bytes, (const char *)old->units + skip,
                                      (const char *)asked->units + skip, old->count - shared,
                                      asked->count - shared};
    return shared < old->count && shared < asked->count && acd_beside_meet(&beside, ret_change);
}

/* Those that share the most runs. */
struct near {
    uint64_t *shared; /* by prompt */
    uint64_t run, runs;
    int64_t newest, farthest; /* -1: none */
};

static struct near find_near(const struct acd_oracle *o, const struct acd_oracle_asked *asked)
{
    struct near near = {.newest = -1,
                        .farthest = -1,
                        .shared = malloc((o->prompts + 1) * sizeof *near.shared),
                        .run = o->options.unit_bytes == 4 ? ACD_BESIDE_TOKENS : ACD_BESIDE_BYTES};
    if (!near.shared)
        acd_scratch_die("no memory");
    for (uint64_t i = 0; i < o->prompts; i++) {
        near.shared[i] = 0;
        if (!same_model(o->prompt[i].model, asked->model))
            continue;
        near.shared[i] = common(o, &o->prompt[i], asked);
        if (near.newest < 0 || near.shared[i] / near.run >= near.runs) {
            near.runs = near.shared[i] / near.run;
            near.newest = (int64_t)i;
        }
        if (near.farthest < 0 || near.shared[i] >= near.shared[near.farthest])
            near.farthest = (int64_t)i;
    }
    return near;
}

/* The newest that goes on with text that this one has, too; -1: none. */
static int64_t find_related(const struct acd_oracle *o, const struct acd_oracle_asked *asked,
                            const struct near *near)
{
    const unsigned bytes = o->options.unit_bytes;
    const uint64_t start = near->runs * near->run;
    struct acd_beside_index *index = acd_beside_index_new(
        bytes, (const char *)asked->units + start * bytes, asked->count - start);
    int64_t i = near->newest;
    for (; i >= 0; i--) {
        const struct acd_oracle_asked *old = &o->prompt[i];
        const uint64_t shared = near->shared[i];
        if (same_model(old->model, asked->model) && shared / near->run == near->runs &&
            acd_beside_index_shares(index, shared - start,
                                    (const char *)old->units + shared * bytes, old->count - shared))
            break;
    }
    acd_beside_index_free(index);
    return i;
}

/* Its index, or -1. */
static int64_t find_closest(const struct acd_oracle *o, const struct acd_oracle_asked *asked,
                            struct acd_oracle_verdict *v)
{
    struct near near = find_near(o, asked);
    int64_t best = near.newest;
    if (best >= 0) {
        v->longest = near.shared[near.farthest];
        if (near.shared[best] < asked->count)
            best = find_related(o, asked, &near);
        if (best < 0)
            best = near.farthest;
        v->shared = near.shared[best];
    }
    free(near.shared);
    return best;
}

/* ---- the verdict ---- */

static enum acdebug_outcome outcome_of(const struct acd_oracle *o,
                                       const struct acd_oracle_asked *asked, uint64_t cached)
{
    uint64_t all =
        asked->answer == ACDEBUG_UNKNOWN || asked->count == 0 ? asked->count : asked->count - 1;
    if (cached == 0)
        return ACDEBUG_MISS;
    return cached >= whole(o, all) ? ACDEBUG_HIT : ACDEBUG_PARTIAL;
}

/* The prefix was there before, and was not used: NULL when it was not. */
static const char *why_not_used(const struct acd_oracle *o, const struct acd_oracle_asked *asked,
                                const struct acd_oracle_verdict *v)
{
    uint64_t usable = v->longest, count = 0;
    if (asked->answer != ACDEBUG_UNKNOWN && usable > asked->count - 1)
        usable = asked->count - 1;
    if (v->cached >= whole(o, usable))
        return NULL;
    uint32_t *chain = chain_of(o, asked, &count), block = chain[v->cached / o->options.block];
    free(chain);
    return elsewhere(o, block, asked->slot)   ? "other_replica"
           : expired(o, block, asked->now_ns) ? "expired"
           : evicted(o, block)                ? "evicted"
                                              : "not_stored";
}

static void judge_text(const struct acd_oracle *o, const struct acd_oracle_asked *asked,
                       int64_t closest, struct acd_oracle_verdict *v)
{
    struct acd_beside_change change = {0};
    v->reason = "cold";
    if (closest < 0 || v->shared >= asked->count || v->shared >= v->closest_tokens)
        return;
    if (!meets(o, &o->prompt[closest], asked, v->shared, &change) && v->shared < o->options.block)
        return;
    v->reason = "prefix_diverged";
    v->diverged_at = v->shared;
    v->change = change.name;
    v->changed_old = change.old_units;
    v->changed_new = change.new_units;
}

static void judge_reason(const struct acd_oracle *o, const struct acd_oracle_asked *asked,
                         int64_t closest, struct acd_oracle_verdict *v)
{
    if (is_below(o, asked)) {
        v->reason = "below_minimum";
        return;
    }
    v->reason = why_not_used(o, asked, v);
    if (v->reason)
        v->diverged_at = v->cached;
    else
        judge_text(o, asked, closest, v);
}

static void remember(struct acd_oracle *o, const struct acd_oracle_asked *asked)
{
    uint64_t known = 0, blocks = asked->count / o->options.block;
    uint32_t *chain = chain_of(o, asked, &known);
    for (unsigned c = 0; c < CACHES; c++)
        for (uint64_t i = 0; i < known && o->node[chain[i]].cached_by & 1u << c; i++)
            o->cache[c].cached += o->options.block;
    complete(o, asked, chain, known);
    for (unsigned c = 0; c < CACHES; c++)
        if (o->cache[c].room > 0)
            use(o, c, chain, blocks);
    for (uint64_t i = 0; i < blocks; i++) {
        o->node[chain[i]].last_use_ns = asked->now_ns;
        if (asked->slot != ACD_ORACLE_NO_SLOT)
            o->node[chain[i]].slots |= 1u << asked->slot;
    }
    free(chain);
    o->prompt = grown(o->prompt, o->prompts, sizeof *o->prompt);
    o->number = grown(o->number, o->prompts, sizeof *o->number);
    o->number[o->prompts] = o->judged;
    o->prompt[o->prompts++] = *asked;
}

void acd_oracle_judge(struct acd_oracle *oracle, const struct acd_oracle_asked *asked,
                      struct acd_oracle_verdict *ret_verdict)
{
    struct acd_oracle_verdict v = {.diverged_at = ACDEBUG_UNKNOWN,
                                   .closest = ACDEBUG_UNKNOWN,
                                   .closest_tokens = ACDEBUG_UNKNOWN,
                                   .changed_old = ACDEBUG_UNKNOWN,
                                   .changed_new = ACDEBUG_UNKNOWN};
    int64_t closest = find_closest(oracle, asked, &v);
    if (closest >= 0) {
        v.closest = oracle->number[closest];
        v.closest_tokens = oracle->prompt[closest].count;
    }
    v.predicted = acd_oracle_predict(oracle, asked);
    v.cached = asked->answer == ACDEBUG_UNKNOWN ? v.predicted : asked->answer;
    v.outcome = outcome_of(oracle, asked, v.cached);
    if (v.outcome != ACDEBUG_HIT)
        judge_reason(oracle, asked, closest, &v);
    if (!is_below(oracle, asked))
        remember(oracle, asked);
    oracle->judged++;
    oracle->input += asked->count;
    *ret_verdict = v;
}

/* ---- begin, end, sums ---- */

struct acd_oracle *acd_oracle_new(const struct acd_oracle_options *options)
{
    struct acd_oracle *o = calloc(1, sizeof *o);
    if (!o)
        acd_scratch_die("no memory");
    o->options = *options;
    for (unsigned c = 0; c < CACHES; c++)
        o->cache[c].room = (c == MAIN ? options->capacity : options->size[c]) / options->block;
    add_node(o, NONE, NULL);
    return o;
}

void acd_oracle_free(struct acd_oracle *oracle)
{
    if (!oracle)
        return;
    for (unsigned c = 0; c < CACHES; c++)
        free(oracle->cache[c].list);
    free(oracle->node);
    free(oracle->number);
    free(oracle->prompt);
    free(oracle);
}

uint64_t acd_oracle_cached(const struct acd_oracle *oracle, unsigned index)
{
    return oracle->cache[index].cached;
}

uint64_t acd_oracle_input(const struct acd_oracle *oracle)
{
    return oracle->input;
}

uint64_t acd_oracle_distinct(const struct acd_oracle *oracle)
{
    uint64_t roots = 0;
    for (uint32_t n = oracle->node[0].child; n != NONE; n = oracle->node[n].sibling)
        roots++;
    return (oracle->nodes - 1 - roots) * oracle->options.block;
}
