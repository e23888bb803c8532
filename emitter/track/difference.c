/* SPDX-License-Identifier: MIT */
/*
 * Where two texts meet again, see difference.h.  Windows of the old text stand in a table by a rolling
 * hash (Karp and Rabin, "Efficient randomized pattern-matching algorithms", 1987); the new text's are
 * looked up there, as rsync does it (Tridgell and Mackerras, 1996).  The area grows fourfold while nothing is found, so
 * that a small change costs little.
 */
#include "config.h"

#include "emitter/track/difference.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_AREA 256
#define AREA_GROWTH 4
#define BASE UINT64_C(0x9e3779b97f4a7c15) /* odd, so that no power of it vanishes */
#define REORDERED_FROM 8                  /* units: shorter ones are the same by chance */

struct meeting {
    bool found;
    size_t old_units, new_units;
};

/* Places of windows of half the wanted length, one behind the other: whatever run is long enough has a
 * whole one of them inside.  By hash, the first place stays; open addressing, at most half full.  A bit
 * says that a hash may be there: eight to a slot, so that what isn't is known from the nearest cache. */
struct windows {
    uint32_t *place; /* + 1; 0 empty */
    uint64_t *hash;
    uint64_t *bit;
    uint64_t mask;
};

struct roll {
    uint64_t hash, leaving; /* BASE^length */
    size_t length;
};

static struct roll roll_begin(const uint32_t *unit, size_t length)
{
    struct roll r = {.leaving = 1, .length = length};
    for (size_t i = 0; i < length; i++) {
        r.hash = r.hash * BASE + unit[i] + 1;
        r.leaving *= BASE;
    }
    return r;
}

/* One unit on: `unit` is where the window stood. */
static void roll_on(struct roll *r, const uint32_t *unit)
{
    r->hash = r->hash * BASE + (unit[r->length] + 1 - (unit[0] + UINT64_C(1)) * r->leaving);
}

/* The hash's low bits are those of the units alone: the high ones tell. */
static uint64_t slot_of(const struct windows *w, uint64_t hash)
{
    return (hash ^ hash >> 32) & w->mask;
}

static uint64_t bit_of(const struct windows *w, uint64_t hash)
{
    return hash >> 32 & (w->mask * 8 + 7);
}

static void windows_put(struct windows *w, uint64_t hash, size_t place)
{
    uint64_t slot = slot_of(w, hash);
    for (; w->place[slot] != 0; slot = (slot + 1) & w->mask)
        if (w->hash[slot] == hash)
            return; /* the first place stays */
    w->bit[bit_of(w, hash) / 64] |= UINT64_C(1) << bit_of(w, hash) % 64;
    w->place[slot] = (uint32_t)place + 1;
    w->hash[slot] = hash;
}

static uint32_t windows_find(const struct windows *w, uint64_t hash)
{
    uint64_t slot;
    if ((w->bit[bit_of(w, hash) / 64] >> bit_of(w, hash) % 64 & 1) == 0)
        return 0;
    slot = slot_of(w, hash);
    while (w->place[slot] != 0 && w->hash[slot] != hash)
        slot = (slot + 1) & w->mask;
    return w->place[slot];
}

static void windows_free(const struct windows *w)
{
    free(w->place);
    free(w->hash);
    free(w->bit);
}

static int windows_new(struct windows *ret_windows, size_t count)
{
    struct windows w = {.mask = 8};
    while (w.mask < 2 * count)
        w.mask *= 2;
    w.place = calloc(w.mask, sizeof *w.place);
    w.hash = malloc(w.mask * sizeof *w.hash);
    w.bit = calloc(w.mask / 8, sizeof *w.bit);
    if (!w.place || !w.hash || !w.bit) {
        windows_free(&w);
        return -ENOMEM;
    }
    w.mask--;
    *ret_windows = w;
    return 0;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static void windows_fill(struct windows *w, const struct acd_side *side, size_t places,
                         size_t length)
{
    for (size_t i = 0; i < places && i + length <= side->count; i += length)
        windows_put(w, roll_begin(side->unit + i, length).hash, i);
}

/* The run of equal units around two places: true when it is long enough; they become its start. */
static bool run_around(const struct acd_side *a, const struct acd_side *b, size_t *i, size_t *j,
                       size_t length)
{
    size_t end = 0, begin = 0;
    while (*i + end < a->count && *j + end < b->count && end < length &&
           a->unit[*i + end] == b->unit[*j + end])
        end++;
    while (begin < *i && begin < *j && a->unit[*i - begin - 1] == b->unit[*j - begin - 1])
        begin++;
    *i -= begin;
    *j -= begin;
    return begin + end >= length;
}

/* The nearest meeting of which a window stands among the first `area` places of both. */
static int meet_within(struct meeting *ret_meeting, const struct acd_side *a,
                       const struct acd_side *b, size_t length, size_t area)
{
    const size_t half = length / 2, news = least(area + half, b->count - half + 1);
    struct windows w;
    struct meeting best = {0};
    struct roll r = roll_begin(b->unit, half);
    if (windows_new(&w, area / half + 2) < 0)
        return -ENOMEM;
    windows_fill(&w, a, area + half, half);
    for (size_t j = 0; j < news; j++) {
        const uint32_t place = windows_find(&w, r.hash);
        if (place != 0) {
            size_t i = place - 1, k = j;
            if (run_around(a, b, &i, &k, length) &&
                (!best.found || i + k < best.old_units + best.new_units))
                best = (struct meeting){true, i, k};
        }
        /* What begins later than this has a greater sum. */
        if (best.found && j >= best.old_units + best.new_units + half)
            break;
        if (j + 1 < news)
            roll_on(&r, b->unit + j);
    }
    windows_free(&w);
    *ret_meeting = best;
    return 0;
}

static int meet(struct meeting *ret_meeting, const struct acd_side *a, const struct acd_side *b,
                size_t length)
{
    struct meeting m = {0};
    const size_t longest = a->count > b->count ? a->count : b->count;
    size_t area = FIRST_AREA;
    if (a->count >= length && b->count >= length)
        for (;; area *= AREA_GROWTH) {
            const int result = meet_within(&m, a, b, length, area);
            if (result < 0)
                return result;
            if ((m.found && m.old_units + m.new_units <= area) || area >= longest)
                break;
        }
    *ret_meeting = m;
    return 0;
}

static uint64_t mixed(uint64_t unit)
{
    const uint64_t x = (unit + 1) * BASE;
    return (x ^ x >> 29) * UINT64_C(0xbf58476d1ce4e5b9); /* as SplitMix64 does it */
}

/*
 * What only stands in another order takes as many units on both sides, and the same ones: the sums of
 * their hashes are equal where the two, at the same place, are the same again.
 */
static void find_reordered(struct acd_difference *difference, const struct acd_side *a,
                           const struct acd_side *b, size_t length)
{
    const size_t count = least(a->count, b->count);
    size_t equal = 0;
    uint64_t balance = 0;
    for (size_t i = 0; i < count; i++) {
        balance += mixed(a->unit[i]) - mixed(b->unit[i]);
        equal = a->unit[i] == b->unit[i] ? equal + 1 : 0;
        if (equal < length || balance != 0)
            continue;
        const size_t units = i + 1 - length;
        if (units >= REORDERED_FROM)
            *difference = (struct acd_difference){ACD_CHANGE_REORDERED, units, units};
        return;
    }
}

static enum acd_change change_of(const struct meeting *m)
{
    if (!m->found)
        return ACD_CHANGE_UNRELATED;
    if (m->old_units == 0)
        return ACD_CHANGE_INSERTED;
    return m->new_units == 0 ? ACD_CHANGE_REMOVED : ACD_CHANGE_REPLACED;
}

int acd_difference_find(struct acd_difference *ret_difference, const struct acd_side *old_side,
                        const struct acd_side *new_side, size_t meeting)
{
    const size_t most = ACD_DIFFERENCE_UNITS + meeting;
    const struct acd_side a = {old_side->unit, least(old_side->count, most)};
    const struct acd_side b = {new_side->unit, least(new_side->count, most)};
    struct acd_difference found = {0};
    struct meeting m;
    int result;
    if (a.count > 0 && b.count > 0) {
        result = meet(&m, &a, &b, meeting);
        if (result < 0)
            return result;
        found = (struct acd_difference){change_of(&m), m.old_units, m.new_units};
        find_reordered(&found, &a, &b, meeting);
    }
    *ret_difference = found;
    return 0;
}

const char *acd_change_name(enum acd_change change)
{
    static const char *const names[] = {
        [ACD_CHANGE_REPLACED] = "replaced",   [ACD_CHANGE_INSERTED] = "inserted",
        [ACD_CHANGE_REMOVED] = "removed",     [ACD_CHANGE_REORDERED] = "reordered",
        [ACD_CHANGE_UNRELATED] = "unrelated",
    };
    return names[change];
}
