/* SPDX-License-Identifier: MIT */
/*
 * Fuzz target: a tracker and what it is told.  The input is a head of 8 bytes (the options) and steps of 12
 * (struct step): prompts made from the one before by changing it, tokens or bytes, with spans in no order
 * and far outside, any slot, clocks that jump, answers that can't be.  Whatever they are, each call ends,
 * and what is found fits the prompt.
 */
#include "config.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <acdebug.h>
#include "tests/fuzz/replay.h"
#include "tests/support/scratch.h"

#define HEAD_BYTES 8
#define STEP_BYTES 12
#define STEPS_MOST 400
#define UNITS_MOST 6000
#define SPANS_MOST 48
#define SECOND UINT64_C(1000000000)

/* How one prompt is made from the one before. */
struct step {
    unsigned how; /* byte 0: bits 0..2, enum how; bit 3: bytes; bit 4: no lookup */
    bool bytes, plain;
    uint32_t slot;    /* byte 1; 255: none */
    uint64_t length;  /* bytes 2..3: units that a new one has, or a change */
    uint64_t at;      /* bytes 4..5 */
    uint32_t value;   /* byte 6 */
    int64_t later_ns; /* byte 7: seconds, less 64 */
    unsigned answer;  /* byte 8: 0 none, 255 what can't be, else parts of 254 */
    unsigned spans;   /* byte 9: bits 0..5 how many, bits 6..7 in which order */
    unsigned model;   /* byte 10: bits 0..1; bits 2..4 an outcome; bit 5: a reason */
    unsigned size;    /* byte 11: another cache, 4096 units each */
};
enum how { SAME, NEW, REPLACED, INSERTED, REMOVED, REVERSED, SHORTER, LONGER };

struct told {
    acdebug_tracker *tracker;
    uint64_t block;
    uint32_t unit[UNITS_MOST];
    uint64_t count, now_ns;
    bool asked[2]; /* with tokens, with bytes: a tracker takes those that it had first */
};

static struct acd_scratch dir;

static void must(int holds, const char *claim)
{
    if (holds)
        return;
    fprintf(stderr, "does not hold: %s\n", claim);
    abort();
}

static void leave(void)
{
    acdebug_close();
    acd_scratch_remove(&dir);
}

/* A ring at level 3, so that all that is said is written, too. */
static void begin(void)
{
    static bool begun;
    if (begun)
        return;
    begun = true;
    acd_scratch_make(&dir);
    acdebug_options o = acd_scratch_options(&dir, 3);
    must(acdebug_open("fuzz", &o) == 0, "there is a ring");
    atexit(leave);
}

static struct step step_of(const uint8_t *d)
{
    return (struct step){.how = d[0] & 7,
                         .bytes = d[0] & 8,
                         .plain = d[0] & 16,
                         .slot = d[1] == 255 ? ACDEBUG_NO_SLOT : d[1],
                         .length = d[2] | (unsigned)d[3] << 8,
                         .at = d[4] | (unsigned)d[5] << 8,
                         .value = d[6],
                         .later_ns = ((int64_t)d[7] - 64) * (int64_t)SECOND,
                         .answer = d[8],
                         .spans = d[9],
                         .model = d[10],
                         .size = d[11]};
}

/* ---- prompts ---- */

static void fill(struct told *t, uint64_t from, uint64_t count, uint32_t value)
{
    for (uint64_t i = 0; i < count && from + i < UNITS_MOST; i++)
        t->unit[from + i] = value * 7919u + (uint32_t)i * (value % 5);
}

static void reverse(struct told *t, uint64_t from, uint64_t count)
{
    for (uint64_t i = 0; i < count / 2; i++) {
        uint32_t kept = t->unit[from + i];
        t->unit[from + i] = t->unit[from + count - 1 - i];
        t->unit[from + count - 1 - i] = kept;
    }
}

static void change(struct told *t, const struct step *s)
{
    uint64_t at = t->count > 0 ? s->at % t->count : 0, left = t->count - at;
    uint64_t part = s->length % 512 < left ? s->length % 512 : left;
    uint64_t more =
        s->length % 512 < UNITS_MOST - t->count ? s->length % 512 : UNITS_MOST - t->count;
    switch ((enum how)s->how) {
    case SAME: break;
    case NEW:
        t->count = s->length % (UNITS_MOST + 1);
        fill(t, 0, t->count, s->value);
        break;
    case REPLACED: fill(t, at, part, s->value); break;
    case INSERTED:
        memmove(&t->unit[at + more], &t->unit[at], left * sizeof t->unit[0]);
        fill(t, at, more, s->value);
        t->count += more;
        break;
    case REMOVED:
        memmove(&t->unit[at], &t->unit[at + part], (left - part) * sizeof t->unit[0]);
        t->count -= part;
        break;
    case REVERSED: reverse(t, at, part); break;
    case SHORTER: t->count -= part; break;
    case LONGER: fill(t, t->count, more, s->value); t->count += more;
    }
}

static size_t write_spans(const struct step *s, acdebug_span span[SPANS_MOST])
{
    static const char *const names[] = {
        "system", "tools", "messages[3]", "",
        "a name that is longer than what a finding has room for, by far"};
    size_t count = (s->spans & 63) % (SPANS_MOST + 1);
    for (size_t i = 0; i < count; i++) {
        uint64_t begin = i * 97;
        switch (s->spans >> 6) {
        case 1: begin = (count - i) * 97; break;
        case 2: begin = UINT64_MAX - i * s->at; break;
        case 3: begin = (i * 2654435761u) % 4096; break;
        default: break;
        }
        span[i] = (acdebug_span){names[(i + s->value) % 5], begin};
    }
    return count;
}

static acdebug_lookup lookup_of(const struct step *s, uint64_t count)
{
    static const char *const models[] = {NULL, "", "small", "large"};
    acdebug_lookup l = ACDEBUG_LOOKUP_INIT;
    l.model = models[s->model & 3];
    if (s->answer > 0)
        l.cached_tokens = s->answer == 255 ? UINT64_MAX - 1 - s->at : count * s->answer / 254;
    if (s->model >> 2 & 1)
        l.outcome = (enum acdebug_outcome)((s->model >> 3 & 3) + (s->model >> 5 & 1));
    if (s->model >> 6 & 1)
        l.reason = "evicted";
    return l;
}

/* ---- what is found ---- */

static bool is_one_of(const char *word, const char *const *words)
{
    for (; *words; words++)
        if (strcmp(word, *words) == 0)
            return true;
    return false;
}

static void check(const acdebug_finding *f, uint64_t count, bool predicted)
{
    static const char *const changes[] = {"replaced",  "inserted",  "removed",
                                          "reordered", "unrelated", NULL};
    static const char *const looks[] = {"time", "uuid", "hash", "number", NULL};
    bool closest = f->closest_tokens != ACDEBUG_UNKNOWN, known = f->changed_old != ACDEBUG_UNKNOWN;
    must((unsigned)f->outcome <= ACDEBUG_OUTCOME_UNKNOWN, "an outcome is one of them");
    must(f->shared_tokens <= count, "no more is shared than there is");
    /* the closest may be forgotten when its blocks are not yet */
    must(!closest || f->shared_tokens <= f->closest_tokens, "nor than the closest has");
    must(!predicted || f->cached_tokens <= count, "no more is predicted than there is");
    must(!predicted || (f->outcome == ACDEBUG_HIT) == (f->reason == NULL), "a miss has a reason");
    must(memchr(f->closest_request, 0, sizeof f->closest_request) != NULL, "a request ends");
    must(memchr(f->span, 0, sizeof f->span) != NULL, "a name ends");
    must(!f->change || is_one_of(f->change, changes), "a change is one of them");
    must(!f->looks_like || is_one_of(f->looks_like, looks), "looks are some of them");
    must(!f->reason || !f->change || f->diverged_at <= count, "it parts inside");
    must(!f->change || !known || f->changed_new <= count, "no more is new than there is");
    must(!f->change || !known || f->changed_old <= f->closest_tokens, "nor old");
}

static void ask_of_sizes(const struct told *t, const struct step *s)
{
    uint64_t cached[2] = {0, 0}, input[2] = {0, 0}, size = s->size * UINT64_C(4096);
    int small = acdebug_tracker_reuse(t->tracker, size / 2, &cached[0], &input[0]);
    int large = acdebug_tracker_reuse(t->tracker, size, &cached[1], &input[1]);
    must(small == 0 || small == -ERANGE, "a size is within reach or not");
    must(large == 0 || large == -ERANGE, "so is a larger one");
    must(large != 0 || (small == 0 && input[0] == input[1] && cached[0] <= cached[1]),
         "a larger cache has no less");
    must(large != 0 || cached[1] <= input[1], "and no more than all");
}

static void run(struct told *t, const struct step *s)
{
    acdebug_span span[SPANS_MOST];
    acdebug_finding f;
    acdebug_prompt p = ACDEBUG_PROMPT_INIT;
    memset(&f, 0xa5, sizeof f);
    f.size = sizeof f;
    change(t, s);
    t->now_ns += (uint64_t)s->later_ns;
    p.spans = span;
    p.spans_count = write_spans(s, span);
    p.slot = s->slot;
    p.now_ns = t->now_ns;
    p.tokens = s->bytes ? NULL : t->unit;
    p.tokens_count = s->bytes ? 0 : t->count;
    p.bytes = s->bytes ? t->unit : NULL;
    p.bytes_count = s->bytes ? t->count : 0;
    acdebug_lookup l = lookup_of(s, t->count);
    acdebug_request_set(s->at);
    int r = acdebug_track(t->tracker, &p, s->plain ? NULL : &l, &f);
    bool bad_slot = s->slot != ACDEBUG_NO_SLOT && s->slot > 31;
    t->asked[s->bytes] = true;
    must(r == 0 || (r == -EINVAL && (bad_slot || t->asked[!s->bytes])), "it is tracked");
    bool bypass = !s->plain && l.outcome == ACDEBUG_BYPASS;
    if (r == 0 && !bypass)
        check(&f, t->count,
              s->plain || (l.cached_tokens == ACDEBUG_UNKNOWN && !l.reason &&
                           l.outcome == ACDEBUG_OUTCOME_UNKNOWN));
    ask_of_sizes(t, s);
}

/* Text that isn't: of any length up to the room, with what no text has. */
static size_t write_text(void *context, const uint32_t *tokens, size_t count, char *ret_text,
                         size_t room)
{
    size_t n = 0;
    (void)context;
    must(count <= 64, "64 tokens or fewer");
    for (size_t i = 0; i < count; i++)
        for (uint32_t k = 0; k < tokens[i] % 7 && n < room; k++)
            ret_text[n++] = (char)(tokens[i] >> 8 * (k % 4));
    return n;
}

static int start(struct told *t, const uint8_t *head)
{
    static const uint64_t blocks[] = {0, 1, 2, 16, 64, 256, 65536, 65537};
    acdebug_tracker_options o = ACDEBUG_TRACKER_OPTIONS_INIT;
    o.block_tokens = blocks[head[0] & 7];
    o.minimum_tokens = head[1] * UINT64_C(8);
    o.capacity_tokens = (head[2] | (uint64_t)head[3] << 8) * 4;
    o.ttl_ns = head[4] * SECOND;
    o.budget_bytes = 256 * 1024 + head[5] * UINT64_C(4096);
    o.flags = head[6] & 1 ? ACDEBUG_TRACK_SNIPPETS : 0;
    o.detokenize = head[6] & 2 ? write_text : NULL;
    t->now_ns = SECOND * 1000;
    return acdebug_tracker_new(&t->tracker, &o);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct told t;
    memset(&t, 0, sizeof t);
    begin();
    if (size < HEAD_BYTES)
        return 0;
    int r = start(&t, data);
    must((r == 0) == (t.tracker != NULL), "a tracker is given or not");
    must(r == 0 || (r == -EINVAL && (data[0] & 7) >= 6), "only what can't be is refused");
    for (size_t i = 0; r == 0 && i < STEPS_MOST && HEAD_BYTES + (i + 1) * STEP_BYTES <= size; i++) {
        struct step s = step_of(data + HEAD_BYTES + i * STEP_BYTES);
        run(&t, &s);
    }
    acdebug_tracker_free(t.tracker);
    return 0;
}
