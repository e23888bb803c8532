/* SPDX-License-Identifier: MIT */
/* What changed where two prompts part: how much, of which kind, in which named part. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "emitter/names.h"
#include "emitter/track/anchors.h"
#include "emitter/track/chain.h"
#include "emitter/track/looks.h"
#include "emitter/track/tracker.h"

#define AROUND_BYTES 256
#define AROUND_TOKENS 24    /* a word has fewer */
#define LOOKED_AT_BYTES 512 /* what is longer looks like nothing */
#define LOOKED_AT_TOKENS 48

/* Units as numbers, as many as are looked at. */
static int widen_units(const char *units, size_t count, size_t unit_bytes, uint32_t **ret_unit)
{
    uint32_t *unit = malloc((count + 1) * sizeof *unit);
    if (!unit)
        return -ENOMEM;
    if (unit_bytes == sizeof *unit)
        memcpy(unit, units, count * sizeof *unit);
    else
        for (size_t i = 0; i < count; i++)
            unit[i] = (unsigned char)units[i];
    *ret_unit = unit;
    return 0;
}

static int find_difference(struct acd_track_job *job, size_t meeting)
{
    const struct acd_track_prompt *p = &job->prompt;
    const struct acd_track_closest *c = &job->closest;
    const size_t most = ACD_DIFFERENCE_UNITS + ACD_ANCHOR_BYTES, at = (size_t)c->shared;
    const size_t olds = c->from + c->old_count - at, news = p->count - at;
    struct acd_side a = {.count = olds < most ? olds : most};
    struct acd_side b = {.count = news < most ? news : most};
    uint32_t *old_unit = NULL, *new_unit = NULL;
    int result = widen_units(c->old_units + (at - c->from) * p->unit_bytes, a.count, p->unit_bytes,
                             &old_unit);
    if (result == 0)
        result = widen_units(p->units + at * p->unit_bytes, b.count, p->unit_bytes, &new_unit);
    if (result == 0) {
        a.unit = old_unit;
        b.unit = new_unit;
        result = acd_difference_find(&job->difference, &a, &b, meeting / p->unit_bytes);
    }
    free(old_unit);
    free(new_unit);
    return result;
}

/* Both go on, differently. */
static bool both_go_on(const struct acd_track_job *job)
{
    const struct acd_track_closest *c = &job->closest;
    return c->number != 0 && c->shared < c->units && c->shared < job->prompt.count &&
           c->from + c->old_count > c->shared;
}

/* Into job->difference; `ret_related`: do they have ACD_ANCHOR_BYTES in a row in common, too? */
static int differ(struct acd_track_job *job, bool *ret_related)
{
    struct acd_difference difference = {0};
    int result = 0;
    *ret_related = false;
    job->difference = difference;
    if (both_go_on(job))
        result = find_difference(job, ACD_GRAIN_BYTES);
    difference = job->difference;
    if (result < 0 || difference.change == ACD_CHANGE_NONE ||
        difference.change == ACD_CHANGE_UNRELATED)
        return result;
    result = find_difference(job, ACD_ANCHOR_BYTES);
    *ret_related = result == 0 && job->difference.change != ACD_CHANGE_UNRELATED;
    job->difference = difference;
    return result;
}

/* Takes the other in the closest's place, when it is related to this prompt or `wanted` anyway. */
static int try_other(struct acd_track_job *job, enum acd_track_other which, bool wanted,
                     bool *ret_taken)
{
    const struct acd_track_closest before = job->closest;
    const struct acd_difference difference = job->difference;
    struct acd_track_closest other = {0};
    bool related = false;
    int result = acd_track_find_other(&job->tracker->memory, &job->prompt, &before, which, &other);
    if (result == 0 && other.number != 0) {
        job->closest = other;
        result = differ(job, &related);
    }
    *ret_taken = result == 0 && other.number != 0 && (related || wanted);
    if (*ret_taken) {
        acd_track_closest_fini(&before);
        return 0;
    }
    acd_track_closest_fini(&other);
    job->closest = before;
    job->difference = difference;
    return result;
}

/* The newest, the newest that is related to this prompt, or the one that shares the longest start. */
static int settle_closest(struct acd_track_job *job)
{
    bool settled;
    int result = differ(job, &settled);
    if (job->closest.shared >= job->prompt.count)
        settled = true;
    if (result == 0 && !settled)
        result = try_other(job, ACD_TRACK_ANCHORED, false, &settled);
    if (result == 0 && !settled)
        result = try_other(job, ACD_TRACK_FARTHEST, true, &settled);
    return result;
}

static int texts_of_both(const struct acd_track_job *job, struct acd_track_text *ret_old,
                         struct acd_track_text *ret_new)
{
    const bool bytes = job->prompt.unit_bytes == 1;
    struct acd_track_range range = {.old = true,
                                    .around = bytes ? AROUND_BYTES : AROUND_TOKENS,
                                    .most = bytes ? ACD_DIFFERENCE_UNITS : LOOKED_AT_TOKENS};
    int result = acd_track_text_of(job, &range, ret_old);
    range.old = false;
    if (result == 0)
        result = acd_track_text_of(job, &range, ret_new);
    return result;
}

static bool is_short(const struct acd_track_job *job)
{
    const struct acd_difference *d = &job->difference;
    const size_t most = job->prompt.unit_bytes == 1 ? LOOKED_AT_BYTES : LOOKED_AT_TOKENS;
    return d->old_units <= most && d->new_units <= most;
}

/* A token may bring the blank before a word, and what differs first in tokens may be alike in bytes. */
static void narrow(struct acd_change_text *a, struct acd_change_text *b)
{
    while (a->begin < a->end && b->begin < b->end && a->text[a->begin] == b->text[b->begin]) {
        a->begin++;
        b->begin++;
    }
    while (a->begin < a->end && b->begin < b->end && a->text[a->end - 1] == b->text[b->end - 1]) {
        a->end--;
        b->end--;
    }
}

/* Bytes are widened to whole words; returns how far to the front. */
static size_t widen_bytes(struct acd_track_job *job, struct acd_change_text *a,
                          struct acd_change_text *b)
{
    const size_t begin = b->begin;
    acd_looks_widen(a, b);
    job->finding.changed_old = a->end - a->begin;
    job->finding.changed_new = b->end - b->begin;
    return begin - b->begin;
}

/* How many tokens next to a point hold so many bytes: before it, or behind. */
static size_t tokens_in(const struct acd_track_job *job, size_t point, bool before, size_t bytes)
{
    const struct acd_track_prompt *p = &job->prompt;
    size_t most = before ? point : p->count - point, count = 0;
    most = most < AROUND_TOKENS ? most : AROUND_TOKENS;
    while (count < most && acd_track_text_bytes(job, before ? point - count : point, count) < bytes)
        count++;
    return count;
}

/*
 * A word that was replaced is several tokens, of which the first may be the same: the change is widened to
 * the tokens that hold the word, on both sides by the same ones.  Returns how far to the front.
 */
static size_t widen_tokens(struct acd_track_job *job, struct acd_change_text *a,
                           struct acd_change_text *b)
{
    const struct acd_difference *d = &job->difference;
    const size_t begin = b->begin, end = b->end, at = (size_t)job->closest.shared;
    size_t before = 0, behind = 0;
    narrow(a, b);
    acd_looks_widen(a, b);
    if (b->begin < begin)
        before = tokens_in(job, at, true, begin - b->begin);
    if (b->end > end)
        behind = tokens_in(job, at + d->new_units, false, b->end - end);
    job->finding.changed_old = before + d->old_units + behind;
    job->finding.changed_new = before + d->new_units + behind;
    return before;
}

static size_t look_at_texts(struct acd_track_job *job, const struct acd_track_text *old_text,
                            const struct acd_track_text *new_text)
{
    struct acd_change_text a = {old_text->text, old_text->bytes, old_text->begin, old_text->end};
    struct acd_change_text b = {new_text->text, new_text->bytes, new_text->begin, new_text->end};
    enum acd_change *change = &job->difference.change;
    size_t before = 0;
    if (!a.text || !b.text)
        return 0;
    /* The digits of a word may happen to be the same ones in another order. */
    if (*change == ACD_CHANGE_REORDERED && acd_looks_one_word(&a) && acd_looks_one_word(&b))
        *change = ACD_CHANGE_REPLACED;
    if (*change == ACD_CHANGE_REORDERED)
        return 0;
    if (job->prompt.unit_bytes == 1)
        before = widen_bytes(job, &a, &b);
    if (!is_short(job) || *change != ACD_CHANGE_REPLACED)
        return before;
    if (job->prompt.unit_bytes > 1)
        before = widen_tokens(job, &a, &b);
    narrow(&a, &b);
    job->finding.looks_like = acd_looks_like(&a, &b);
    return before;
}

int acd_track_compare(struct acd_track_job *job)
{
    struct acd_track_text old_text = {0}, new_text = {0};
    const struct acd_track_closest *c = &job->closest;
    size_t before = 0;
    int result = settle_closest(job);
    if (result < 0 || !both_go_on(job))
        return result;
    if (job->difference.change != ACD_CHANGE_UNRELATED) {
        job->finding.changed_old = job->difference.old_units;
        job->finding.changed_new = job->difference.new_units;
        result = texts_of_both(job, &old_text, &new_text);
        if (result == 0)
            before = look_at_texts(job, &old_text, &new_text);
    }
    free(old_text.text);
    free(new_text.text);
    if (result < 0)
        return result;
    job->finding.change = acd_change_name(job->difference.change);
    acd_track_locate(job, c->shared, before);
    return 0;
}

void acd_track_locate(struct acd_track_job *job, uint64_t at, uint64_t before)
{
    const acdebug_prompt *asked = job->asked;
    acdebug_finding *f = &job->finding;
    uint64_t begin = 0;
    memset(f->span, 0, sizeof f->span);
    for (size_t i = 0; asked->spans && i < asked->spans_count; i++) {
        const char *name = asked->spans[i].name;
        if (asked->spans[i].begin <= at && asked->spans[i].begin >= begin && name) {
            begin = asked->spans[i].begin;
            acd_names_store(f->span, name, acd_names_kept(name, strlen(name), sizeof f->span));
        }
    }
    f->span_offset = at - begin > before ? at - begin - before : 0;
}
