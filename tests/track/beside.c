/* SPDX-License-Identifier: MIT */
/* Where two texts meet again, see beside.h. */
#include "config.h"

#include "tests/track/beside.h"

#include <stdlib.h>
#include <string.h>

#include <acdebug.h>

#include "tests/support/scratch.h"

#define WORD_TOKENS 8u /* a word has fewer */
#define BUCKETS (1u << 16)

static uint64_t run_of(const struct acd_beside *b)
{
    return b->unit_bytes == 4 ? ACD_BESIDE_TOKENS : ACD_BESIDE_BYTES;
}

static uint32_t unit(const void *units, unsigned unit_bytes, uint64_t at)
{
    return unit_bytes == 4 ? ((const uint32_t *)units)[at] : ((const uint8_t *)units)[at];
}

static const void *at(const void *units, unsigned unit_bytes, uint64_t index)
{
    return (const char *)units + index * unit_bytes;
}

static uint64_t windowed(uint64_t count)
{
    return count < ACD_BESIDE_WINDOW ? count : ACD_BESIDE_WINDOW;
}

static bool same_run(const struct acd_beside *b, uint64_t old_at, uint64_t new_at)
{
    uint64_t run = run_of(b);
    return old_at + run <= windowed(b->old_count) && new_at + run <= windowed(b->new_count) &&
           memcmp(at(b->old_units, b->unit_bytes, old_at), at(b->new_units, b->unit_bytes, new_at),
                  run * b->unit_bytes) == 0;
}

static uint32_t bucket_of(const struct acd_beside *b, const void *units, uint64_t from)
{
    uint64_t sum = 0;
    for (uint64_t i = 0; i < run_of(b); i++)
        sum = (sum + unit(units, b->unit_bytes, from + i) + 1) * UINT64_C(0x9e3779b97f4a7c15);
    return (uint32_t)(sum >> 40) % BUCKETS;
}

/* The places of both at which the same run begins, the nearest: their sum is the least. */
static bool nearest(const struct acd_beside *b, uint64_t *ret_old, uint64_t *ret_new)
{
    uint64_t run = run_of(b), olds = windowed(b->old_count), news = windowed(b->new_count);
    uint64_t best = UINT64_MAX;
    if (olds < run || news < run)
        return false;
    uint32_t *head = calloc(BUCKETS, sizeof *head), *next = calloc(olds, sizeof *next);
    if (!head || !next)
        acd_scratch_die("no memory");
    for (uint64_t i = olds - run + 1; i-- > 0;) { /* so that each bucket begins with the least */
        uint32_t bucket = bucket_of(b, b->old_units, i);
        next[i] = head[bucket];
        head[bucket] = (uint32_t)i + 1;
    }
    for (uint64_t j = 0; j + run <= news && j < best; j++)
        for (uint32_t i = head[bucket_of(b, b->new_units, j)]; i > 0; i = next[i - 1])
            if (i - 1 + j < best && same_run(b, i - 1, j)) {
                best = i - 1 + j;
                *ret_old = i - 1;
                *ret_new = j;
            }
    free(next);
    free(head);
    return best != UINT64_MAX;
}

/* A table of how much oftener each unit stands in the old text. */
struct tally {
    uint32_t value[2 * BUCKETS];
    int32_t more[2 * BUCKETS];
    bool used[2 * BUCKETS];
    uint64_t uneven;
};

static void count(struct tally *t, uint32_t value, int by)
{
    uint32_t at = (value * UINT32_C(2654435761)) >> 15;
    while (t->used[at] && t->value[at] != value)
        at = (at + 1) % (2 * BUCKETS);
    t->used[at] = true;
    t->value[at] = value;
    t->uneven -= t->more[at] != 0;
    t->more[at] += by;
    t->uneven += t->more[at] != 0;
}

static bool is_word(uint32_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_' || c == '.' || c == ':' || c == '+' || c == '/';
}

/* One word whose letters happen to be another's ("12:30", "30:12") is replaced. */
static bool more_than_a_word(const struct acd_beside *b, uint64_t length)
{
    if (b->unit_bytes != 1)
        return length >= WORD_TOKENS;
    for (uint64_t i = 0; i < length; i++)
        if (!is_word(unit(b->old_units, 1, i)))
            return true;
    return false;
}

/* The shortest stretch of both that has the same units, and behind which they go on alike. */
static uint64_t permuted(const struct acd_beside *b)
{
    uint64_t most = windowed(b->old_count), found = 0;
    if (windowed(b->new_count) < most)
        most = windowed(b->new_count);
    struct tally *t = calloc(1, sizeof *t);
    if (!t)
        acd_scratch_die("no memory");
    for (uint64_t i = 0; i < most && found == 0; i++) {
        count(t, unit(b->old_units, b->unit_bytes, i), 1);
        count(t, unit(b->new_units, b->unit_bytes, i), -1);
        if (t->uneven == 0 && same_run(b, i + 1, i + 1))
            found = i + 1;
    }
    free(t);
    return found > 0 && more_than_a_word(b, found) ? found : 0;
}

bool acd_beside_meet(const struct acd_beside *beside, struct acd_beside_change *ret_change)
{
    uint64_t olds = 0, news = 0, length = permuted(beside);
    if (length > 0) {
        *ret_change = (struct acd_beside_change){"reordered", length, length};
        return true;
    }
    if (!nearest(beside, &olds, &news)) {
        *ret_change = (struct acd_beside_change){"unrelated", ACDEBUG_UNKNOWN, ACDEBUG_UNKNOWN};
        return false;
    }
    const char *name = olds == 0 ? "inserted" : news == 0 ? "removed" : "replaced";
    *ret_change = (struct acd_beside_change){name, olds, news};
    return true;
}

/* ---- long runs ---- */

struct acd_beside_index {
    unsigned unit_bytes;
    const void *units;
    uint64_t count, window;
    uint32_t head[BUCKETS];
    uint32_t *next;
};

static uint32_t window_bucket(const struct acd_beside_index *x, const void *units, uint64_t from)
{
    uint64_t sum = 0;
    for (uint64_t i = 0; i < x->window; i++)
        sum = (sum + unit(units, x->unit_bytes, from + i) + 1) * UINT64_C(0x9e3779b97f4a7c15);
    return (uint32_t)(sum >> 40) % BUCKETS;
}

struct acd_beside_index *acd_beside_index_new(unsigned unit_bytes, const void *units,
                                              uint64_t count)
{
    struct acd_beside_index *x = calloc(1, sizeof *x);
    if (!x || !(x->next = calloc(count + 1, sizeof *x->next)))
        acd_scratch_die("no memory");
    x->unit_bytes = unit_bytes;
    x->units = units;
    x->count = count;
    x->window = (unit_bytes == 4 ? ACD_BESIDE_TOKENS : ACD_BESIDE_BYTES) * ACD_BESIDE_RUNS / 2;
    for (uint64_t i = 0; i + x->window <= count; i++) {
        uint32_t bucket = window_bucket(x, units, i);
        x->next[i] = x->head[bucket];
        x->head[bucket] = (uint32_t)i + 1;
    }
    return x;
}

void acd_beside_index_free(struct acd_beside_index *index)
{
    if (index)
        free(index->next);
    free(index);
}

/* A window of the index and one of another text. */
struct pair {
    const void *units;
    uint64_t count;
    uint64_t in_index, in_other;
};

/* The run around them, in the index not before `from`. */
static uint64_t run_length(const struct acd_beside_index *x, uint64_t from, const struct pair *p)
{
    const unsigned bytes = x->unit_bytes;
    uint64_t begin = 0, end = 0, i = p->in_index, j = p->in_other;
    while (i - begin > from && j > begin &&
           unit(x->units, bytes, i - begin - 1) == unit(p->units, bytes, j - begin - 1))
        begin++;
    while (i + end < x->count && j + end < p->count &&
           unit(x->units, bytes, i + end) == unit(p->units, bytes, j + end))
        end++;
    return begin + end;
}

bool acd_beside_index_shares(const struct acd_beside_index *index, uint64_t from, const void *units,
                             uint64_t count)
{
    struct pair p = {.units = units, .count = count};
    /* A run of twice the window has a whole one that begins at a multiple of it. */
    for (; p.in_other + index->window <= count; p.in_other += index->window)
        for (uint32_t n = index->head[window_bucket(index, units, p.in_other)]; n > 0;
             n = index->next[n - 1]) {
            p.in_index = n - 1;
            if (p.in_index >= from && run_length(index, from, &p) >= 2 * index->window)
                return true;
        }
    return false;
}
