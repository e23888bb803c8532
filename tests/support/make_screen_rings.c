/* SPDX-License-Identifier: MIT */
/*
 * Makes the rings that tests/screen/test_ring_screens draws: a proxy before a model server in the midst
 * of its work, and a server that ended.  By hand, with a clock of its own, so that every run makes the
 * same bytes.  Run it, into the source tree, when the screens have something new to show:
 *
 *     make tests/support/make_screen_rings && tests/support/make_screen_rings tests/support/rings
 *     make golden
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "emitter/format/kinds.h"
#include "tests/support/ringbuild.h"
#include "tests/support/ringhex.h"
#include "tests/support/scratch.h"

#define MS UINT64_C(1000000)
#define SECOND (1000 * MS)
/* The picture is of 2026-03-14 12:00:02 UTC. */
#define NOW (UINT64_C(1773489602) * SECOND)
#define UP (7980 * SECOND)           /* since acdebug_open() */
#define OPENED_TICKS (1000 * SECOND) /* which are nanoseconds */

/* ---------------------------------------------------------------- sites */

enum {
    LOG,
    LOOKUP,
    EVICTION,
    START,
    CHECKPOINT,
    END,
    FAIL,
    ERROR,
    PERFORMANCE,
    LEVEL,
    THREAD,
    SITES
};

#define TEXT(key)                                                                                  \
    {                                                                                              \
        ACD_TYPE_STR, 0, key                                                                       \
    }
#define NUMBER(key)                                                                                \
    {                                                                                              \
        ACD_TYPE_UINT, 0, key                                                                      \
    }

static const struct acd_ringbuild_key log_keys[] = {
    TEXT("path"), NUMBER("bytes"), {ACD_TYPE_STR, 1, "authorization"}};
static const struct acd_ringbuild_key lookup_keys[] = {
    TEXT(ACD_KEY_CACHE_TYPE), TEXT(ACD_KEY_CACHE_KEY), NUMBER(ACD_KEY_CACHE_OUTCOME),
    TEXT(ACD_KEY_CACHE_REASON)};
static const struct acd_ringbuild_key eviction_keys[] = {
    TEXT(ACD_KEY_CACHE_TYPE), NUMBER(ACD_KEY_CACHE_COUNT), TEXT(ACD_KEY_CACHE_REASON)};
static const struct acd_ringbuild_key timer_keys[] = {TEXT(ACD_KEY_TIMER), NUMBER(ACD_KEY_TIMER_ID),
                                                      NUMBER(ACD_KEY_TIMER_ELAPSED),
                                                      TEXT(ACD_KEY_ERROR_TYPE)};
static const struct acd_ringbuild_key checkpoint_keys[] = {
    TEXT(ACD_KEY_TIMER), NUMBER(ACD_KEY_TIMER_ID), TEXT(ACD_KEY_TIMER_LABEL),
    NUMBER(ACD_KEY_TIMER_ELAPSED), NUMBER(ACD_KEY_TIMER_SINCE)};
static const struct acd_ringbuild_key error_keys[] = {
    TEXT(ACD_KEY_ERROR_TYPE), {ACD_TYPE_INT, 0, ACD_KEY_STATUS}, TEXT(ACD_KEY_MESSAGE)};
static const struct acd_ringbuild_key performance_keys[] = {
    TEXT(ACD_KEY_TIMER), {ACD_TYPE_DOUBLE, 0, ACD_KEY_DURATION_MS}};
static const struct acd_ringbuild_key level_keys[] = {NUMBER(ACD_KEY_LEVEL_FROM),
                                                      NUMBER(ACD_KEY_LEVEL_TO), TEXT(ACD_KEY_WHO)};
static const struct acd_ringbuild_key thread_keys[] = {NUMBER(ACD_KEY_THREAD),
                                                       TEXT(ACD_KEY_THREAD_NAME)};

static const struct acd_ringbuild_site sites[SITES] = {
    [LOG] = {ACD_KIND_LOG, ACD_CATEGORY_LOG, 1, 210, "request received", "proxy.c", 3, log_keys},
    [LOOKUP] = {ACD_KIND_CACHE, ACD_CATEGORY_CACHE, 1, 0, "lookup", "", 4, lookup_keys},
    [EVICTION] = {ACD_KIND_EVICTION, ACD_CATEGORY_CACHE, 2, 0, "eviction", "", 3, eviction_keys},
    [START] = {ACD_KIND_TIMER_START, ACD_CATEGORY_TIMER, 2, 0, "start", "", 2, timer_keys},
    [CHECKPOINT] = {ACD_KIND_TIMER_CHECKPOINT, ACD_CATEGORY_TIMER, 2, 0, "checkpoint", "", 5,
                    checkpoint_keys},
    [END] = {ACD_KIND_TIMER_END, ACD_CATEGORY_TIMER, 2, 0, "end", "", 3, timer_keys},
    [FAIL] = {ACD_KIND_TIMER_FAIL, ACD_CATEGORY_TIMER, 1, 0, "fail", "", 4, timer_keys},
    [ERROR] = {ACD_KIND_ERROR, ACD_CATEGORY_ERROR, 1, 0, "error", "", 3, error_keys},
    [PERFORMANCE] = {ACD_KIND_PERFORMANCE, ACD_CATEGORY_PERFORMANCE, 2, 0, "performance", "", 2,
                     performance_keys},
    [LEVEL] = {ACD_KIND_LEVEL, ACD_CATEGORY_LOG, 0, 0, "level", "", 3, level_keys},
    [THREAD] = {ACD_KIND_THREAD, ACD_CATEGORY_LOG, 0, 0, "thread", "", 2, thread_keys},
};

struct story {
    struct acd_ringbuild rb;
    unsigned site[SITES];
    struct acd_ringbuild_writer lane[2];
    struct acd_ringbuild_payload payload; /* of the record in the making */
};

static uint64_t ticks_before(uint64_t ms)
{
    return OPENED_TICKS + UP - ms * MS;
}

static void put(struct story *s, uint64_t word)
{
    acd_ringbuild_put(&s->payload, word);
}

static void put_text(struct story *s, const char *text)
{
    acd_ringbuild_put_text(&s->payload, text);
}

/* A record begins with its request's id; NULL: it has none. */
static void begin(struct story *s, const char *request)
{
    s->payload.count = 0;
    if (request)
        put_text(s, request);
}

static void write_record(struct story *s, unsigned lane, unsigned site, uint64_t ms_before,
                         bool of_request)
{
    acd_ringbuild_write(&s->lane[lane], ticks_before(ms_before),
                        RB_SITE(s->site[site]) | (of_request ? RB_REQUEST_TEXT : 0), &s->payload);
}

/* ---------------------------------------------------------------- events */

static void put_known(struct story *s, const char *key, uint64_t value)
{
    if (value == UINT64_MAX)
        return;
    acd_ringbuild_put_key(&s->payload, ACD_TYPE_UINT, 0, key);
    put(s, value);
}

static void put_named(struct story *s, const char *key, const char *text)
{
    if (!text[0])
        return;
    acd_ringbuild_put_key(&s->payload, ACD_TYPE_STR, 0, key);
    put_text(s, text);
}

static void put_json(struct story *s, const char *key, const char *text)
{
    acd_ringbuild_put_key(&s->payload, ACD_TYPE_JSON, 0, key);
    put_text(s, text);
}

/* What a tracker found (emitter/TRACKING.md). */
struct found {
    const char *closest_request, *span, *change, *looks_like, *spans, *closest_spans;
    uint64_t closest, span_offset, changed_old, changed_new;
};

struct lookup {
    const char *type, *model, *key, *reason;
    unsigned outcome;
    uint64_t input, cached, created, diverged; /* UINT64_MAX: not known */
    const struct found *found;                 /* NULL: the prompt is not tracked */
};

struct request {
    const char *id;
    unsigned lane;
    uint64_t before_ms; /* when it began */
    struct lookup lookup;
    uint64_t timer_id;
    struct {
        const char *label;
        uint64_t at_ms;
    } checkpoint[3];
    uint64_t elapsed_ms; /* 0: it runs */
    const char *error;   /* NULL: it ended well */
};

#define NONE UINT64_MAX

static const struct found
    time_changed = {"req-7ef3",
                    "system",
                    "replaced",
                    "time",
                    "[[\"tools\",0],[\"system\",40320],[\"messages[0]\",44710]]",
                    "[[\"tools\",0],[\"system\",40320],[\"messages[0]\",44710]]",
                    61200,
                    52,
                    17,
                    17},
    history_cut = {
        "req-7ef8",
        "messages[1]",
        "removed",
        "",
        "[[\"tools\",0],[\"system\",9216],[\"messages[0]\",21900],[\"messages[1]\",40376],"
        "[\"messages[2]\",52210]]",
        "[[\"tools\",0],[\"system\",9216],[\"messages[0]\",21900],[\"messages[1]\",40376],"
        "[\"messages[2]\",47312],[\"messages[3]\",59146]]",
        70110,
        5,
        6936,
        0};

static const struct request requests[] = {
    {"req-7f01",
     0,
     31000,
     {"prompt", "gpt-4o", "sys_40", "cold", ACDEBUG_MISS, 1200, 0, 1200, NONE, NULL},
     0xa101,
     {{"cache_check", 12}, {"model_loaded", 3012}, {"inference_complete", 9090}},
     9100,
     NULL},
    {"req-7f02",
     1,
     22400,
     {"kv", "", "blk_7", "prefix_diverged", ACDEBUG_MISS, 67584, 0, NONE, 40381, &time_changed},
     0xa102,
     {{"cache_check", 15}, {"model_loaded", 240}, {NULL, 0}},
     3000,
     "TimeoutError"},
    {"req-7f03",
     0,
     15200,
     {"prompt", "gpt-4o", "sys_41", "", ACDEBUG_HIT, 8000, 8000, 0, NONE, NULL},
     0xa103,
     {{"cache_check", 11}, {"model_loaded", 231}, {"inference_complete", 1890}},
     1900,
     NULL},
    {"req-7f04",
     1,
     9600,
     {"prompt", "gpt-4o", "caf\xc3\xa9 \xe6\x97\xa5\xe6\x9c\xac", "prefix_diverged",
      ACDEBUG_PARTIAL, 67584, 40381, 27203, 40381, &history_cut},
     0xa104,
     {{"cache_check", 92}, {"model_loaded", 310}, {"inference_complete", 2410}},
     2420,
     NULL},
    {"req-7f05",
     0,
     7000,
     {"kv", "", "blk_9", "", ACDEBUG_HIT, 4096, 4096, NONE, NONE, NULL},
     0xb105,
     {{"cache_check", 14}, {"model_loaded", 1254}, {NULL, 0}},
     0,
     NULL},
    {"req-7f06",
     1,
     1400,
     {"prompt", "gpt-4o", "Bearer 0123456789abcdef", "disabled", ACDEBUG_BYPASS, NONE, NONE, NONE,
      NONE, NULL},
     0xb106,
     {{"cache_check", 9}, {NULL, 0}, {NULL, 0}},
     0,
     NULL},
};
#define REQUESTS (sizeof requests / sizeof requests[0])

static void put_found(struct story *s, const struct lookup *l)
{
    const struct found *f = l->found;
    if (!f)
        return;
    put_known(s, ACD_KEY_CACHE_SHARED, l->diverged);
    put_known(s, ACD_KEY_CACHE_CLOSEST, f->closest);
    put_named(s, ACD_KEY_CACHE_CLOSEST_REQUEST, f->closest_request);
    put_named(s, ACD_KEY_CACHE_SPAN, f->span);
    put_known(s, ACD_KEY_CACHE_SPAN_OFFSET, f->span_offset);
    put_named(s, ACD_KEY_CACHE_CHANGE, f->change);
    put_known(s, ACD_KEY_CACHE_CHANGED_OLD, f->changed_old);
    put_known(s, ACD_KEY_CACHE_CHANGED_NEW, f->changed_new);
    put_named(s, ACD_KEY_CACHE_LOOKS_LIKE, f->looks_like);
    put_json(s, ACD_KEY_CACHE_SPANS, f->spans);
    put_json(s, ACD_KEY_CACHE_CLOSEST_SPANS, f->closest_spans);
}

static void write_lookup(struct story *s, const struct request *r)
{
    const struct lookup *l = &r->lookup;
    begin(s, r->id);
    put_text(s, l->type);
    put_text(s, l->key);
    put(s, l->outcome);
    put_text(s, l->reason);
    put_named(s, ACD_KEY_MODEL, l->model);
    put_known(s, ACD_KEY_INPUT_TOKENS, l->input);
    put_known(s, ACD_KEY_CACHED_TOKENS, l->cached);
    put_known(s, ACD_KEY_CREATED_TOKENS, l->created);
    put_known(s, ACD_KEY_CACHE_DIVERGED, l->diverged);
    put_found(s, l);
    write_record(s, r->lane, LOOKUP, r->before_ms - 8, true);
}

static void begin_timer(struct story *s, const struct request *r)
{
    begin(s, r->id);
    put_text(s, "chat_completion");
    put(s, r->timer_id);
}

static void write_checkpoints(struct story *s, const struct request *r)
{
    uint64_t last_ms = 0;
    for (size_t i = 0; i < 3 && r->checkpoint[i].label; i++) {
        uint64_t at = r->checkpoint[i].at_ms;
        begin_timer(s, r);
        put_text(s, r->checkpoint[i].label);
        put(s, at * MS);
        put(s, (at - last_ms) * MS);
        last_ms = at;
        write_record(s, r->lane, CHECKPOINT, r->before_ms - at, true);
    }
}

static void write_request(struct story *s, const struct request *r)
{
    begin(s, r->id);
    put_text(s, "/v1/chat/completions");
    put(s, 4096);
    write_record(s, r->lane, LOG, r->before_ms + 1, true);
    begin_timer(s, r);
    write_record(s, r->lane, START, r->before_ms, true);
    write_lookup(s, r);
    write_checkpoints(s, r);
    if (r->elapsed_ms == 0)
        return;
    begin_timer(s, r);
    put(s, r->elapsed_ms * MS);
    if (r->error)
        put_text(s, r->error);
    write_record(s, r->lane, r->error ? FAIL : END, r->before_ms - r->elapsed_ms, true);
}

static void write_error(struct story *s, unsigned lane, const char *request,
                        const struct acd_ringbuild_error *e, uint64_t before_ms)
{
    begin(s, request);
    put_text(s, e->type);
    put(s, (uint64_t)e->status);
    put_text(s, e->message);
    put_named(s, ACD_KEY_PROVIDER, e->provider);
    put_named(s, ACD_KEY_MODEL, e->model);
    put_named(s, ACD_KEY_DEBUG_FILE, e->file);
    write_record(s, lane, ERROR, before_ms, true);
}

static const struct acd_ringbuild_error errors[] = {
    {"HTTP", "openai", "gpt-4o", "upstream timeout at https://me:pw@gpu-3/ after 3,000 ms",
     "/tmp/anyclaude-debug-1773489601000-a1b2c3.json", 502, 11, 0, 0},
    {"Streaming", "", "", "connection reset by peer", "", 0, 3, 0, 0},
    {"RateLimit", "anthropic", "large-1", "try again in 20 s",
     "/tmp/anyclaude-debug-1773489542000-d4e5f6.json", 429, 24, 0, 0},
};
#define ERRORS (sizeof errors / sizeof errors[0])
static const uint64_t first_ms[ERRORS] = {3600000, 7200000, 1800000};
static const uint64_t last_ms[ERRORS] = {4100, 61000, 60000};

static void write_others(struct story *s)
{
    static const double index_ms = 12.5;
    uint64_t bits;
    memcpy(&bits, &index_ms, sizeof bits);
    begin(s, NULL);
    put_text(s, "index");
    put(s, bits);
    write_record(s, 1, PERFORMANCE, 3300, false);
    begin(s, "req-7f04");
    put_text(s, "prompt");
    put(s, 3);
    put_text(s, "full");
    write_record(s, 1, EVICTION, 3200, true);
    begin(s, NULL);
    put(s, UINT64_C(0x55555555));
    put(s, UINT64_C(0xaaaaaaaa));
    put_text(s, "ada@gpu-1 (acdebug-top)");
    write_record(s, 1, LEVEL, 2500, false);
}

/* Lane by lane in the order of time: a lane is one thread's. */
static void write_events(struct story *s)
{
    for (unsigned lane = 0; lane < 2; lane++) {
        begin(s, NULL);
        put(s, 4122 + lane);
        put_text(s, lane == 0 ? "worker-1" : "worker-2");
        write_record(s, lane, THREAD, 70000, false);
    }
    write_error(s, 0, "req-7ef0", &errors[1], last_ms[1]);
    write_error(s, 1, "req-7ef1", &errors[2], last_ms[2]);
    for (size_t i = 0; i < 4; i++)
        write_request(s, &requests[i]);
    s->lane[0].ordinal += 312; /* overwritten before anybody looked */
    write_error(s, 1, "req-7f02", &errors[0], last_ms[0]);
    write_others(s);
    for (size_t i = 4; i < REQUESTS; i++)
        write_request(s, &requests[i]);
}

/* ---------------------------------------------------------------- counters */

static void count_caches(struct story *s)
{
    /* In the order of FORMAT.md, "Cache rows". */
    static const uint64_t prompt[] = {1700, 120,     180,     12,  3,     411,
                                      2000, 7600000, 7100000, 180, 499000},
                          kv[] = {940, 0, 560, 0, 0, 0, 1500, 1900000, 1100000};
    static const uint64_t prompt_reasons[] = {70, 0, 0, 104, 0, 6}, kv_reasons[] = {112, 448};
    struct acd_ringbuild *rb = &s->rb;
    uint64_t row = acd_ringbuild_cache(rb, 0, "prompt", "gpt-4o");
    acd_ringbuild_set(rb, row + 128, 2048 + 1);
    acd_ringbuild_set(rb, row + 136, (UINT64_C(900) << 20) + 1);
    acd_ringbuild_set(rb, row + 144, (UINT64_C(1) << 30) + 1);
    acd_ringbuild_cache(rb, 1, "kv", "");
    uint64_t at = acd_ringbuild_lane_counts(s->lane[0].slot, 0);
    for (size_t i = 0; i < sizeof prompt / sizeof prompt[0]; i++)
        acd_ringbuild_set(rb, at + 8 * i, prompt[i]);
    for (size_t i = 0; i < sizeof prompt_reasons / sizeof prompt_reasons[0]; i++)
        acd_ringbuild_set(rb, at + 96 + 8 * i, prompt_reasons[i]);
    at = acd_ringbuild_lane_counts(s->lane[1].slot, 1);
    for (size_t i = 0; i < sizeof kv / sizeof kv[0]; i++)
        acd_ringbuild_set(rb, at + 8 * i, kv[i]);
    for (size_t i = 0; i < sizeof kv_reasons / sizeof kv_reasons[0]; i++)
        acd_ringbuild_set(rb, at + 96 + 8 * i, kv_reasons[i]);
}

/* How long it took `count` times: least, and the 50th, 95th, 99th and last of a hundred. */
struct timing {
    uint64_t count, ms[5];
};

static uint64_t bucket_of(uint64_t ns)
{
    unsigned e = 63 - (unsigned)__builtin_clzll(ns | 1);
    return ns < 1024 ? ns / 32 : (e - 9) * 32 + ((ns >> (e - 5)) & 31);
}

static uint64_t duration_of(const struct timing *t, uint64_t i)
{
    static const uint64_t share[] = {0, 5000, 9500, 9900, 10000};
    uint64_t part = t->count > 1 ? i * 10000 / (t->count - 1) : 5000;
    unsigned k = 1;
    while (k < 4 && part > share[k])
        k++;
    uint64_t from = t->ms[k - 1] * MS, to = t->ms[k] * MS;
    return from + (to - from) * (part - share[k - 1]) / (share[k] - share[k - 1]);
}

/* `at`: the four words of a timing. */
static void count_timing(struct story *s, uint64_t at, const struct timing *t, unsigned histogram)
{
    uint64_t sum = 0;
    for (uint64_t i = 0; i < t->count; i++) {
        uint64_t ns = duration_of(t, i);
        sum += ns;
        acd_ringbuild_add(
            &s->rb, acd_ringbuild_at(&s->rb, RB_HISTOGRAMS, histogram) + 8 * bucket_of(ns), 1);
    }
    acd_ringbuild_set(&s->rb, at, t->count);
    acd_ringbuild_set(&s->rb, at + 8, sum);
    acd_ringbuild_set(&s->rb, at + 16, t->ms[4] * MS);
    acd_ringbuild_set(&s->rb, at + 24, histogram + 1);
}

static void count_timers(struct story *s)
{
    static const struct timing chat = {812, {400, 1900, 4200, 7700, 9100}},
                               embed = {96, {9, 31, 90, 120, 300}};
    static const struct {
        const char *label;
        struct timing timing;
    } labels[] = {{"cache_check", {812, {2, 12, 40, 88, 210}}},
                  {"model_loaded", {812, {90, 220, 900, 2100, 3000}}},
                  {"inference_complete", {809, {300, 1600, 3900, 6800, 8000}}}};
    struct acd_ringbuild *rb = &s->rb;
    uint64_t timer = acd_ringbuild_timer(rb, 0, "chat_completion");
    acd_ringbuild_set(rb, timer + 64, 2);
    acd_ringbuild_set(rb, timer + 72, 814);
    count_timing(s, timer + 96, &chat, 0);
    for (unsigned i = 0; i < 3; i++)
        count_timing(s, acd_ringbuild_label(rb, timer, i, labels[i].label), &labels[i].timing,
                     1 + i);
    timer = acd_ringbuild_timer(rb, 1, "embed");
    acd_ringbuild_set(rb, timer + 72, 96);
    count_timing(s, timer + 96, &embed, 4);
    acd_ringbuild_set(rb, rb->offset[RB_SHARED] + 72, 5);
}

/* Those of the requests that did not end. */
static void count_running(struct story *s)
{
    struct acd_ringbuild *rb = &s->rb;
    uint64_t taken = 0;
    for (unsigned i = 0; i < REQUESTS; i++) {
        const struct request *r = &requests[i];
        if (r->elapsed_ms > 0)
            continue;
        unsigned row = r->lane, label = r->checkpoint[1].label ? 2 : 1;
        uint64_t at = acd_ringbuild_at(rb, RB_RUNNING, row);
        acd_ringbuild_set(rb, at, 2);
        acd_ringbuild_set(rb, at + 8, r->timer_id);
        acd_ringbuild_set(rb, at + 16, ticks_before(r->before_ms));
        acd_ringbuild_set(rb, at + 24, ticks_before(r->before_ms - r->checkpoint[label - 1].at_ms));
        acd_ringbuild_set(rb, at + 40, label);
        acd_ringbuild_set(rb, at + 48, 4122 + r->lane);
        acd_ringbuild_text(rb, at + 64, 40, r->id);
        taken |= UINT64_C(1) << row;
    }
    acd_ringbuild_set(rb, rb->offset[RB_SHARED] + 168, taken);
}

static void count_errors(struct story *s)
{
    for (unsigned i = 0; i < ERRORS; i++) {
        struct acd_ringbuild_error e = errors[i];
        e.first = ticks_before(first_ms[i]);
        e.last = ticks_before(last_ms[i]);
        acd_ringbuild_error(&s->rb, i, &e);
    }
}

/* ---------------------------------------------------------------- rings */

static void open_ring(struct story *s, const char *path, const char *app, uint32_t pid)
{
    const struct acd_ringbuild_options o = {.app = app,
                                            .big_cells = 128,
                                            .small_cells = 128,
                                            .sites = 128,
                                            .histograms = 5,
                                            .start_levels = 0x55555555,
                                            .opened = {OPENED_TICKS, OPENED_TICKS, NOW - UP}};
    memset(s, 0, sizeof *s);
    acd_ringbuild_make(&s->rb, path, &o);
    acd_ringbuild_set(&s->rb, 16, 1); /* its writer holds a lock: the test does */
    acd_ringbuild_set32(&s->rb, 48, pid);
    for (unsigned i = 0; i < SITES; i++)
        s->site[i] = acd_ringbuild_register(&s->rb, &sites[i]);
    for (unsigned lane = 0; lane < 2; lane++) {
        acd_ringbuild_lane(&s->lane[lane], &s->rb, lane, pid + 1 + lane);
        /* It went round many times before. */
        s->lane[lane].position = 128 * 1000;
        s->lane[lane].ordinal = 60000;
    }
}

/* Level 2, for good, by a viewer, and taken over. */
static void set_level(struct story *s)
{
    uint64_t control = s->rb.offset[RB_CONTROL];
    acd_ringbuild_set(&s->rb, control, UINT64_C(0xaaaaaaaa) | UINT64_C(1) << 32);
    acd_ringbuild_set(&s->rb, control + 64, 2);
    acd_ringbuild_text(&s->rb, control + 128, 64, "ada@gpu-1 (acdebug-top)");
}

static void close_ring(struct story *s, const char *path, const char *directory, const char *name)
{
    char hex[512];
    acd_ringbuild_close(&s->rb);
    snprintf(hex, sizeof hex, "%s/%s.hex", directory, name);
    acd_ringhex_pack(path, hex);
    printf("%s\n", hex);
}

int main(int argc, char **argv)
{
    static struct story story;
    struct acd_scratch dir;
    char path[256];
    if (argc != 2) {
        fprintf(stderr, "usage: make_screen_rings DIRECTORY\n");
        return 2;
    }
    acd_scratch_make(&dir);
    snprintf(path, sizeof path, "%s/screen.acr", dir.path);
    open_ring(&story, path, "llm-proxy", 4121);
    write_events(&story);
    count_caches(&story);
    count_timers(&story);
    count_running(&story);
    count_errors(&story);
    set_level(&story);
    close_ring(&story, path, argv[1], "screen-proxy-1.0");
    open_ring(&story, path, "embedder", 77);
    acd_ringbuild_set(&story.rb, story.rb.offset[RB_CONTROL] + 72, 1); /* closed */
    close_ring(&story, path, argv[1], "screen-ended-1.0");
    acd_scratch_remove(&dir);
    return 0;
}
