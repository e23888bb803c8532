/* SPDX-License-Identifier: MIT */
/* A tracker's fields, see tracked.h. */
#include "config.h"

#include "tui/model/tracked.h"

#include <string.h>

#include "tui/model/decode.h"
#include "tui/model/jsonindex.h"
#include "tui/model/redact.h"

static void take_number(struct acd_gauge *to, const struct acd_event_view *view, const char *key)
{
    to->set = acd_decode_number(view, key, &to->value);
}

void acd_tracked_read(struct acd_tracked *ret, const struct acd_event_view *view)
{
    uint64_t predicted = 0;
    memset(ret, 0, sizeof *ret);
    acd_decode_number(view, ACD_KEY_CACHE_PREDICTED, &predicted);
    ret->predicted = predicted != 0;
    take_number(&ret->shared, view, ACD_KEY_CACHE_SHARED);
    take_number(&ret->closest, view, ACD_KEY_CACHE_CLOSEST);
    take_number(&ret->span_offset, view, ACD_KEY_CACHE_SPAN_OFFSET);
    take_number(&ret->changed_old, view, ACD_KEY_CACHE_CHANGED_OLD);
    take_number(&ret->changed_new, view, ACD_KEY_CACHE_CHANGED_NEW);
    acd_decode_copy(ret->span, sizeof ret->span, view, ACD_KEY_CACHE_SPAN);
    acd_decode_copy(ret->change, sizeof ret->change, view, ACD_KEY_CACHE_CHANGE);
    acd_decode_copy(ret->looks_like, sizeof ret->looks_like, view, ACD_KEY_CACHE_LOOKS_LIKE);
    acd_decode_copy(ret->closest_request, sizeof ret->closest_request, view,
                    ACD_KEY_CACHE_CLOSEST_REQUEST);
}

static uint64_t less(uint64_t a, uint64_t b)
{
    return a > b ? a - b : 0;
}

/* What both have behind the change, as far as one of them reaches; unrelated ones have nothing. */
static uint64_t behind_change(const struct acd_tracked *t, uint64_t input)
{
    if (!t->closest.set || !t->changed_old.set || !t->changed_new.set)
        return 0;
    uint64_t here = less(less(input, t->shared.value), t->changed_new.value);
    uint64_t there = less(less(t->closest.value, t->shared.value), t->changed_old.value);
    return here < there ? here : there;
}

bool acd_tracked_lost(const struct acd_tracked *t, const char *reason, struct acd_tokens tokens,
                      uint64_t *ret_lost)
{
    uint64_t computed = tokens.input - tokens.cached, lost = 0;
    if (!t->shared.set)
        return false;
    if (strcmp(reason, "prefix_diverged") == 0)
        lost = behind_change(t, tokens.input);
    else if (strcmp(reason, "cold") != 0)
        lost = less(t->shared.value, tokens.cached);
    *ret_lost = lost < computed ? lost : computed;
    return true;
}

/* ---------------------------------------------------------------- lists of pairs */

/* A whole number without a sign. */
static bool number_of(const struct acd_json *json, uint32_t node, uint64_t *ret)
{
    const char *bytes;
    if (node == ACD_JSON_NONE || acd_json_type(&json->node[node]) != ACD_JSON_NUMBER)
        return false;
    uint64_t length = acd_json_value(json, node, &bytes), value = 0;
    for (uint64_t i = 0; i < length; i++) {
        unsigned digit = (unsigned)bytes[i] - '0';
        if (digit > 9 || value > (UINT64_MAX - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    *ret = value;
    return true;
}

/* The two nodes of a pair. */
static bool pair_of(const struct acd_json *json, uint32_t node, uint32_t ret_node[2])
{
    if (acd_json_type(&json->node[node]) != ACD_JSON_ARRAY)
        return false;
    ret_node[0] = acd_json_child(json, node);
    ret_node[1] =
        ret_node[0] == ACD_JSON_NONE ? ACD_JSON_NONE : acd_json_sibling(json, ret_node[0]);
    return ret_node[1] != ACD_JSON_NONE;
}

/* Calls `take` for each element of the list, for as long as it returns true. */
static void each(const struct acd_field *f, bool (*take)(void *, const struct acd_json *, uint32_t),
                 void *context)
{
    struct acd_json json;
    if (!f || f->type != ACD_TYPE_JSON)
        return;
    acd_json_init(&json, f->text.bytes, f->text.length, 0);
    while (acd_json_step(&json, f->text.length) == ACD_JSON_MORE)
        continue;
    if (json.state == ACD_JSON_DONE && acd_json_type(&json.node[0]) == ACD_JSON_ARRAY)
        for (uint32_t n = acd_json_child(&json, 0); n != ACD_JSON_NONE;
             n = acd_json_sibling(&json, n))
            if (!take(context, &json, n))
                break;
    acd_json_fini(&json);
}

static bool take_span(void *context, const struct acd_json *json, uint32_t node)
{
    struct acd_prompt_spans *spans = context;
    uint32_t pair[2];
    uint64_t begin = 0;
    const char *bytes;
    char name[4 * sizeof spans->span[0].name];
    if (spans->count == ACD_PROMPT_SPANS || !pair_of(json, node, pair) ||
        acd_json_type(&json->node[pair[0]]) != ACD_JSON_STRING || !number_of(json, pair[1], &begin))
        return false;
    if (spans->count > 0 && begin < spans->span[spans->count - 1].begin)
        return false;
    uint64_t length = acd_json_value(json, pair[0], &bytes);
    uint64_t all = acd_json_unescape(name, sizeof name, bytes + 1, length - 2);
    struct acd_prompt_span *span = &spans->span[spans->count++];
    acd_redact_text(span->name, sizeof span->name, name, all < sizeof name ? all : sizeof name);
    span->begin = begin;
    return true;
}

void acd_tracked_spans(struct acd_prompt_spans *ret, const struct acd_event_view *view,
                       const char *key)
{
    ret->count = 0;
    each(acd_decode_text(view, key), take_span, ret);
}

/* ---------------------------------------------------------------- reuse */

static bool take_point(void *context, const struct acd_json *json, uint32_t node)
{
    struct acd_reuse *reuse = context;
    struct acd_reuse_point point;
    uint32_t pair[2];
    if (reuse->count == ACD_REUSE_POINTS || !pair_of(json, node, pair) ||
        !number_of(json, pair[0], &point.size) || !number_of(json, pair[1], &point.cached) ||
        point.cached > reuse->input)
        return false;
    reuse->point[reuse->count++] = point;
    return true;
}

bool acd_tracked_reuse(struct acd_reuse *ret, const struct acd_event_view *view, uint64_t time_ns)
{
    struct acd_reuse found = {.time_ns = time_ns ? time_ns : 1};
    if (!acd_decode_number(view, ACD_KEY_INPUT_TOKENS, &found.input))
        return false;
    take_number(&found.capacity, view, ACD_KEY_CACHE_CAPACITY);
    take_number(&found.reach, view, ACD_KEY_CACHE_REACH);
    each(acd_decode_text(view, ACD_KEY_CACHE_REUSE), take_point, &found);
    if (found.count == 0)
        return false;
    *ret = found;
    return true;
}

static uint64_t distance(uint64_t a, uint64_t b)
{
    return a > b ? a - b : b - a;
}

const struct acd_reuse_point *acd_reuse_near(const struct acd_reuse *reuse, uint64_t size)
{
    const struct acd_reuse_point *best = NULL;
    for (size_t i = 0; i < reuse->count; i++) {
        const struct acd_reuse_point *p = &reuse->point[i];
        if (distance(p->size, size) <= size / 8 &&
            (!best || distance(p->size, size) < distance(best->size, size)))
            best = p;
    }
    return best;
}
