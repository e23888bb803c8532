/* SPDX-License-Identifier: MIT */
/* A model made by hand, see model.h.  Running out of memory ends the test. */
#include "config.h"

#include "tests/support/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define MS UINT64_C(1000000)

static void need(int good)
{
    if (!good)
        abort();
}

/* ---------------------------------------------------------------- sites and events */

enum site {
    LOG,
    CACHE,
    CHECKPOINT,
    TIMER_END,
    ERROR,
    LEVEL,
    START,
    FAILURE,
    LOOKUP,
    REUSE,
    RUN_START,
    RUN_CHECKPOINT,
    RUN_END,
    RUN_FAIL,
    SITES
};

struct key {
    const char *name;
    uint8_t type;
};

static const struct {
    uint8_t kind, category, level;
    const char *message;
    struct key key[8];
} site_table[SITES] = {
    [LOG] = {ACD_KIND_LOG,
             ACD_CATEGORY_LOG,
             1,
             "request received",
             {{"path", ACD_TYPE_STR}, {"bytes", ACD_TYPE_INT}}},
    [CACHE] = {ACD_KIND_CACHE,
               ACD_CATEGORY_CACHE,
               1,
               "miss",
               {{ACD_KEY_CACHE_TYPE, ACD_TYPE_STR},
                {ACD_KEY_CACHE_KEY, ACD_TYPE_STR},
                {ACD_KEY_CACHE_OUTCOME, ACD_TYPE_UINT},
                {ACD_KEY_CACHE_REASON, ACD_TYPE_STR},
                {ACD_KEY_CACHE_DIVERGED, ACD_TYPE_UINT},
                {ACD_KEY_INPUT_TOKENS, ACD_TYPE_UINT}}},
    [CHECKPOINT] = {ACD_KIND_TIMER_CHECKPOINT,
                    ACD_CATEGORY_TIMER,
                    2,
                    "checkpoint",
                    {{ACD_KEY_TIMER, ACD_TYPE_STR},
                     {ACD_KEY_TIMER_LABEL, ACD_TYPE_STR},
                     {ACD_KEY_TIMER_ELAPSED, ACD_TYPE_UINT},
                     {ACD_KEY_TIMER_SINCE, ACD_TYPE_UINT}}},
    [TIMER_END] = {ACD_KIND_TIMER_END,
                   ACD_CATEGORY_TIMER,
                   2,
                   "end",
                   {{ACD_KEY_TIMER, ACD_TYPE_STR}, {ACD_KEY_TIMER_ELAPSED, ACD_TYPE_UINT}}},
    [ERROR] = {ACD_KIND_ERROR,
               ACD_CATEGORY_ERROR,
               0,
               "error",
               {{ACD_KEY_ERROR_TYPE, ACD_TYPE_STR},
                {ACD_KEY_STATUS, ACD_TYPE_INT},
                {ACD_KEY_MESSAGE, ACD_TYPE_STR},
                {"authorization", ACD_TYPE_STR}}},
    [LEVEL] = {ACD_KIND_LEVEL,
               ACD_CATEGORY_LOG,
               0,
               "level",
               {{ACD_KEY_LEVEL_FROM, ACD_TYPE_UINT},
                {ACD_KEY_LEVEL_TO, ACD_TYPE_UINT},
                {ACD_KEY_WHO, ACD_TYPE_STR}}},
    [FAILURE] = {ACD_KIND_ERROR,
                 ACD_CATEGORY_ERROR,
                 0,
                 "error",
                 {{ACD_KEY_ERROR_TYPE, ACD_TYPE_STR},
                  {ACD_KEY_STATUS, ACD_TYPE_INT},
                  {ACD_KEY_PROVIDER, ACD_TYPE_STR},
                  {ACD_KEY_MODEL, ACD_TYPE_STR},
                  {ACD_KEY_MESSAGE, ACD_TYPE_STR},
                  {ACD_KEY_DEBUG_FILE, ACD_TYPE_STR}}},
    [START] = {ACD_KIND_START, ACD_CATEGORY_LOG, 0, "server started", {{NULL, 0}}},
    [LOOKUP] = {ACD_KIND_CACHE,
                ACD_CATEGORY_CACHE,
                1,
                "lookup",
                {{ACD_KEY_CACHE_TYPE, ACD_TYPE_STR},
                 {ACD_KEY_CACHE_KEY, ACD_TYPE_STR},
                 {ACD_KEY_CACHE_OUTCOME, ACD_TYPE_UINT},
                 {ACD_KEY_CACHE_REASON, ACD_TYPE_STR}}},
    [REUSE] = {ACD_KIND_REUSE, ACD_CATEGORY_CACHE, 1, "reuse", {{NULL, 0}}},
    [RUN_START] = {ACD_KIND_TIMER_START,
                   ACD_CATEGORY_TIMER,
                   2,
                   "start",
                   {{ACD_KEY_TIMER, ACD_TYPE_STR}, {ACD_KEY_TIMER_ID, ACD_TYPE_UINT}}},
    [RUN_CHECKPOINT] = {ACD_KIND_TIMER_CHECKPOINT,
                        ACD_CATEGORY_TIMER,
                        2,
                        "checkpoint",
                        {{ACD_KEY_TIMER, ACD_TYPE_STR},
                         {ACD_KEY_TIMER_ID, ACD_TYPE_UINT},
                         {ACD_KEY_TIMER_LABEL, ACD_TYPE_STR},
                         {ACD_KEY_TIMER_ELAPSED, ACD_TYPE_UINT},
                         {ACD_KEY_TIMER_SINCE, ACD_TYPE_UINT}}},
    [RUN_END] = {ACD_KIND_TIMER_END,
                 ACD_CATEGORY_TIMER,
                 2,
                 "end",
                 {{ACD_KEY_TIMER, ACD_TYPE_STR},
                  {ACD_KEY_TIMER_ID, ACD_TYPE_UINT},
                  {ACD_KEY_TIMER_ELAPSED, ACD_TYPE_UINT}}},
    [RUN_FAIL] = {ACD_KIND_TIMER_FAIL,
                  ACD_CATEGORY_TIMER,
                  1,
                  "fail",
                  {{ACD_KEY_TIMER, ACD_TYPE_STR},
                   {ACD_KEY_TIMER_ID, ACD_TYPE_UINT},
                   {ACD_KEY_TIMER_ELAPSED, ACD_TYPE_UINT},
                   {ACD_KEY_ERROR_TYPE, ACD_TYPE_STR}}},
};

static struct acd_text text(const char *s)
{
    uint32_t length = (uint32_t)strlen(s);
    return (struct acd_text){s, length, length};
}

static struct acd_site_info infos[SITES];

static const struct acd_site_info *make_site(enum site which)
{
    struct acd_site_info *info = &infos[which];
    struct acd_site *s = &info->site;
    info->number = info->same_as = (uint32_t)which;
    s->kind = site_table[which].kind;
    s->category = site_table[which].category;
    s->level = site_table[which].level;
    s->message = text(site_table[which].message);
    s->file = text("proxy.c");
    s->fields = 0;
    for (size_t i = 0; i < COUNT(site_table[which].key) && site_table[which].key[i].name; i++) {
        struct acd_site_key *k = &s->key[s->fields++];
        k->name = text(site_table[which].key[i].name);
        k->type = site_table[which].key[i].type;
        if (strcmp(site_table[which].key[i].name, "authorization") == 0)
            k->flags = ACD_FIELD_SECRET;
    }
    return info;
}

/* A payload in the making. */
struct payload {
    uint64_t word[512];
    uint32_t words;
};

static void number(struct payload *p, uint64_t value)
{
    need(p->words < COUNT(p->word));
    p->word[p->words++] = value;
}

static void string(struct payload *p, const char *value)
{
    uint32_t length = (uint32_t)strlen(value), words = (uint32_t)acd_padded(length) / 8;
    number(p, acd_string_word(length, length));
    need(p->words + words <= COUNT(p->word));
    memset(&p->word[p->words], 0, 8 * words);
    memcpy(&p->word[p->words], value, length);
    p->words += words;
}

static void append(struct acd_test_model *m, const struct acd_server *server, enum site which,
                   uint64_t time_ns, const struct payload *p)
{
    const struct acd_entry e = {.time_ns = time_ns,
                                .server = server->number,
                                .thread = server->pid,
                                .kind = site_table[which].kind,
                                .level = site_table[which].level,
                                .category = site_table[which].category,
                                .site = (uint32_t)which,
                                .flags = ACD_W2_REQUEST_STR,
                                .payload_bytes = 8 * p->words,
                                .payload = p->word};
    need(acd_store_append(m->fleet.store, &e) == 0);
}

static struct payload begin(const char *request)
{
    struct payload p = {.words = 0};
    string(&p, request);
    return p;
}

static void append_gap(struct acd_test_model *m, const struct acd_server *server, uint64_t time_ns)
{
    const struct acd_entry e = {.type = ACD_ENTRY_GAP,
                                .server = server->number,
                                .time_ns = time_ns,
                                .cause = ACD_LOSS_OVERRUN,
                                .lost = 312};
    need(acd_store_append(m->fleet.store, &e) == 0);
}

void acd_test_model_events(struct acd_test_model *model, const struct acd_server *server)
{
    const uint64_t start = ACD_TEST_NOW - 1500 * MS;
    struct payload p = begin("88e");
    append(model, server, START, start - 7980 * ACD_TEST_SECOND, &p);
    string(&p, "/v1/chat/completions");
    number(&p, 4096);
    append(model, server, LOG, start + 1 * MS, &p);
    p = begin("88f");
    string(&p, "prompt");
    string(&p, "sys_42");
    number(&p, ACD_OUTCOME_MISS);
    string(&p, "prefix_diverged");
    number(&p, 40381);
    number(&p, 67584);
    append(model, server, CACHE, start + 704 * MS, &p);
    p = begin("88f");
    string(&p, "chat_completion");
    string(&p, "model_loaded");
    number(&p, 232 * MS);
    number(&p, 220 * MS);
    append(model, server, CHECKPOINT, start + 877 * MS, &p);
    append_gap(model, server, start + 900 * MS);
    p = begin("88e");
    string(&p, "chat_completion");
    number(&p, 1900 * MS);
    append(model, server, TIMER_END, start + 950 * MS, &p);
    p = begin("890");
    string(&p, "Proxy");
    number(&p, 502);
    string(&p, "upstream timeout at https://me:pw@host/ with Bearer 0123456789abcdef");
    append(model, server, ERROR, start + 1100 * MS, &p);
    p = begin("");
    number(&p, acd_levels_all(1));
    number(&p, acd_levels_all(2));
    string(&p, "ada@host (acdebug-top)");
    append(model, server, LEVEL, start + 1200 * MS, &p);
}

/* ---------------------------------------------------------------- requests */

static void dynamic_key(struct payload *p, unsigned type, const char *key)
{
    uint32_t length = (uint32_t)strlen(key), words = (uint32_t)acd_padded(length) / 8;
    number(p, acd_dynamic_word(type, 0, length));
    need(p->words + words <= COUNT(p->word));
    memset(&p->word[p->words], 0, 8 * words);
    memcpy(&p->word[p->words], key, length);
    p->words += words;
}

static const struct acd_test_lookup lookups[] = {
    {"prompt", "", "sys_40", "88a", "cold", ACD_OUTCOME_MISS, 9100, 1200, 0, 1200, UINT64_MAX},
    {"kv", "", "blk_7", "88b", "prefix_diverged", ACD_OUTCOME_MISS, 7000, 67584, 0, UINT64_MAX,
     40381},
    {"prompt", "", "sys_41", "88c", "", ACD_OUTCOME_HIT, 5200, 8000, 8000, 0, UINT64_MAX},
    {"prompt", "", "sys_42", "88f", "prefix_diverged", ACD_OUTCOME_PARTIAL, 4000, 67584, 40381,
     27203, 40381},
    {"prompt", "", "Bearer 0123456789abcdef", "890", "", ACD_OUTCOME_BYPASS, 1000, UINT64_MAX,
     UINT64_MAX, UINT64_MAX, UINT64_MAX},
};

static void add_fields(struct payload *p, const struct acd_test_field *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        dynamic_key(p, fields[i].text ? fields[i].type : ACD_TYPE_UINT, fields[i].key);
        if (fields[i].text)
            string(p, fields[i].text);
        else
            number(p, fields[i].number);
    }
}

void acd_test_model_reuse(struct acd_test_model *model, const struct acd_server *server,
                          const struct acd_test_field *fields, size_t count)
{
    struct payload p = begin("");
    add_fields(&p, fields, count);
    append(model, server, REUSE, ACD_TEST_NOW - 100 * MS, &p);
}

void acd_test_model_lookup(struct acd_test_model *model, const struct acd_server *server,
                           const struct acd_test_lookup *lookup)
{
    acd_test_model_tracked(model, server, lookup, NULL, 0);
}

void acd_test_model_tracked(struct acd_test_model *model, const struct acd_server *server,
                            const struct acd_test_lookup *lookup,
                            const struct acd_test_field *fields, size_t count)
{
    const struct acd_test_lookup *l = lookup;
    struct payload p = begin(l->request);
    string(&p, l->type);
    string(&p, l->key);
    number(&p, l->outcome);
    string(&p, l->reason);
    if (l->model[0]) {
        dynamic_key(&p, ACD_TYPE_STR, ACD_KEY_MODEL);
        string(&p, l->model);
    }
    const struct acd_test_field known[] = {{ACD_KEY_INPUT_TOKENS, l->input, NULL, 0},
                                           {ACD_KEY_CACHED_TOKENS, l->cached, NULL, 0},
                                           {ACD_KEY_CREATED_TOKENS, l->created, NULL, 0},
                                           {ACD_KEY_CACHE_DIVERGED, l->diverged, NULL, 0}};
    for (size_t i = 0; i < COUNT(known); i++)
        if (known[i].number != UINT64_MAX)
            add_fields(&p, &known[i], 1);
    add_fields(&p, fields, count);
    append(model, server, LOOKUP, ACD_TEST_NOW - l->ms * MS, &p);
}

static const struct acd_test_run runs[] = {
    {ACD_TEST_RUN_SLOW,
     "88a",
     NULL,
     9400,
     9100,
     {{"cache_check", 12}, {"model_loaded", 3012}, {"inference_complete", 9090}},
     0},
    {ACD_TEST_RUN_FAILED,
     "88b",
     "TimeoutError",
     5200,
     3000,
     {{"cache_check", 15}, {"model_loaded", 240}, {NULL, 0}},
     0},
    {ACD_TEST_RUN_QUICK,
     "88c",
     NULL,
     2100,
     1900,
     {{"cache_check", 11}, {"model_loaded", 231}, {"inference_complete", 1900}},
     0},
    {ACD_TEST_RUN_RUNNING + 1,
     "901",
     NULL,
     4000,
     0,
     {{"cache_check", 92}, {"model_loaded", 1232}, {NULL, 0}},
     0},
};

static struct payload begin_run(const struct acd_test_run *r)
{
    struct payload p = begin(r->request);
    string(&p, "chat_completion");
    number(&p, r->id);
    return p;
}

static void append_checkpoints(struct acd_test_model *m, const struct acd_server *server,
                               const struct acd_test_run *r, uint64_t start)
{
    uint64_t last_ms = 0;
    for (size_t i = 0; i < COUNT(r->checkpoint) && r->checkpoint[i].label; i++) {
        uint64_t at = r->checkpoint[i].at_ms;
        struct payload p = begin_run(r);
        string(&p, r->checkpoint[i].label);
        number(&p, at * MS);
        number(&p, (at - last_ms) * MS);
        last_ms = at;
        if ((r->unseen >> (1 + i) & 1u) == 0)
            append(m, server, RUN_CHECKPOINT, start + at * MS, &p);
    }
}

void acd_test_model_run(struct acd_test_model *model, const struct acd_server *server,
                        const struct acd_test_run *run)
{
    uint64_t start = ACD_TEST_NOW - run->started_ms * MS;
    struct payload p = begin_run(run);
    if ((run->unseen & 1u) == 0)
        append(model, server, RUN_START, start, &p);
    append_checkpoints(model, server, run, start);
    if (run->elapsed_ms == 0 || (run->unseen & 16u) != 0)
        return;
    number(&p, run->elapsed_ms * MS);
    if (run->error)
        string(&p, run->error);
    append(model, server, run->error ? RUN_FAIL : RUN_END, start + run->elapsed_ms * MS, &p);
}

void acd_test_model_requests(struct acd_test_model *model, const struct acd_server *server)
{
    for (size_t i = 0; i < COUNT(lookups); i++)
        acd_test_model_lookup(model, server, &lookups[i]);
    for (size_t i = 0; i < COUNT(runs); i++)
        acd_test_model_run(model, server, &runs[i]);
}

void acd_test_model_logs(struct acd_test_model *model, const struct acd_server *server,
                         unsigned count, unsigned ms)
{
    for (unsigned i = 0; i < count; i++) {
        char path[32];
        struct payload p = begin("");
        snprintf(path, sizeof path, "/n/%u", i);
        string(&p, path);
        number(&p, i);
        append(model, server, LOG, model->ui.now_ns - (count - 1 - i) * (uint64_t)ms * MS, &p);
    }
}

/* ---------------------------------------------------------------- totals */

struct made_timing {
    const char *timer, *label;
    uint64_t count, p50_ms, p95_ms, p99_ms, max_ms;
};

static const struct made_timing timings[] = {
    {"chat_completion", NULL, 812, 1900, 4200, 7700, 9100},
    {"chat_completion", "cache_check", 812, 12, 40, 88, 210},
    {"chat_completion", "model_loaded", 812, 220, 900, 2100, 3000},
    {"chat_completion", "inference_complete", 809, 1600, 3900, 6800, 8000},
    {"embed", NULL, 96, 31, 90, 120, 300},
};

/* Nearest rank: the first half at p50, then up to 95 and 99 in a hundred, the rest at the maximum. */
static void fill_histogram(const struct made_timing *t, uint64_t *bucket)
{
    uint64_t half = (t->count + 1) / 2, most = (t->count * 95 + 99) / 100;
    uint64_t nearly = (t->count * 99 + 99) / 100;
    bucket[acd_histogram_index(t->p50_ms * MS)] += half;
    bucket[acd_histogram_index(t->p95_ms * MS)] += most - half;
    bucket[acd_histogram_index(t->p99_ms * MS)] += nearly - most;
    bucket[acd_histogram_index(t->max_ms * MS)] += t->count - nearly;
}

static void add_histogram(void *context, const struct acd_server *server, const char *timer,
                          const char *label, uint64_t ret_bucket[ACD_HISTOGRAM_BUCKETS])
{
    (void)context;
    (void)server;
    for (size_t i = 0; i < COUNT(timings); i++) {
        const char *l = timings[i].label;
        if (strcmp(timings[i].timer, timer) == 0 && (l && label ? !strcmp(l, label) : l == label))
            fill_histogram(&timings[i], ret_bucket);
    }
}

static struct acd_timing_total timing_total(const struct made_timing *t, uint64_t count)
{
    return (struct acd_timing_total){count, count * t->p50_ms * MS, t->max_ms * MS, true};
}

static void make_caches(struct acd_totals *t)
{
    t->cache = calloc(2, sizeof t->cache[0]);
    need(t->cache != NULL);
    t->cache_count = t->cache_room = 2;
    struct acd_cache_total *prompt = &t->cache[0], *kv = &t->cache[1];
    strcpy(prompt->type, "prompt");
    memcpy(prompt->outcome, (const uint64_t[5]){1700, 120, 180, 12, 3}, sizeof prompt->outcome);
    prompt->input_tokens = 7600000;
    prompt->cached_tokens = 7100000;
    prompt->token_lookups = 2000;
    prompt->evictions = 411;
    strcpy(prompt->reason_name[ACD_REASON_EVICTED], "evicted");
    prompt->reason[ACD_REASON_EVICTED] = 110;
    strcpy(prompt->reason_name[ACD_REASON_COLD], "cold");
    prompt->reason[ACD_REASON_COLD] = 70;
    prompt->entries = (struct acd_gauge){true, 2048};
    prompt->bytes = (struct acd_gauge){true, UINT64_C(900) << 20};
    prompt->capacity_bytes = (struct acd_gauge){true, UINT64_C(1) << 30};
    strcpy(kv->type, "kv");
    memcpy(kv->outcome, (const uint64_t[5]){940, 0, 560, 0, 0}, sizeof kv->outcome);
    kv->input_tokens = 1900000;
    kv->cached_tokens = 1100000;
    kv->token_lookups = 1500;
    strcpy(kv->reason_name[ACD_REASON_PREFIX_DIVERGED], "prefix_diverged");
    kv->reason[ACD_REASON_PREFIX_DIVERGED] = 448;
    strcpy(kv->reason_name[ACD_REASON_COLD], "cold");
    kv->reason[ACD_REASON_COLD] = 112;
}

static void make_timers(struct acd_totals *t)
{
    t->timer = calloc(2, sizeof t->timer[0]);
    t->running = calloc(3, sizeof t->running[0]);
    need(t->timer && t->running);
    t->timer_count = t->timer_room = 2;
    t->running_count = t->running_room = 3;
    for (size_t i = 0; i < COUNT(timings); i++) {
        struct acd_timer_total *timer = &t->timer[strcmp(timings[i].timer, "embed") == 0];
        if (!timings[i].label) {
            strcpy(timer->name, timings[i].timer);
            timer->timing = timing_total(&timings[i], timings[i].count);
            timer->started = timings[i].count;
            continue;
        }
        struct acd_label_total *label = &timer->label[timer->label_count++];
        strcpy(label->name, timings[i].label);
        label->timing = timing_total(&timings[i], timings[i].count);
    }
    t->timer[0].started += 3;
    t->timer[0].failed = 2;
    for (unsigned i = 0; i < 3; i++) {
        strcpy(t->running[i].timer, "chat_completion");
        strcpy(t->running[i].checkpoint, i == 1 ? "model_loaded" : "");
        t->running[i].id = ACD_TEST_RUN_RUNNING + i;
        t->running[i].thread = 4122 + i;
        t->running[i].request_kind = ACD_REQUEST_NUMBER;
        t->running[i].request = 900 + i;
        t->running[i].checkpoint_ticks = ACD_TEST_NOW - (1 + 3 * i) * ACD_TEST_SECOND;
        if (i == 1)
            t->running[i].checkpoint_ticks += 1232 * MS;
        t->running[i].start_ticks = ACD_TEST_NOW - (1 + 3 * i) * ACD_TEST_SECOND;
    }
}

static void make_errors(struct acd_totals *t)
{
    t->error = calloc(2, sizeof t->error[0]);
    need(t->error != NULL);
    t->error_count = t->error_room = 2;
    struct acd_error_total *http = &t->error[0], *reset = &t->error[1];
    strcpy(http->type, "Proxy");
    http->status = 502;
    strcpy(http->provider, "openai");
    strcpy(http->model, "gpt-4o");
    strcpy(http->message, "upstream timeout");
    http->count = 11;
    http->first_ticks = ACD_TEST_NOW - 3600 * ACD_TEST_SECOND;
    http->last_ticks = ACD_TEST_NOW - 4 * ACD_TEST_SECOND;
    strcpy(http->file, "/tmp/anyclaude-debug-1773489598000-x1y2z3.json");
    strcpy(reset->type, "Streaming");
    strcpy(reset->message, "reset by peer");
    reset->count = 3;
    reset->first_ticks = ACD_TEST_NOW - 7200 * ACD_TEST_SECOND;
    reset->last_ticks = ACD_TEST_NOW - 61 * ACD_TEST_SECOND;
}

/* A minute of samples that lead up to the totals: the hit rate and the mean time go up. */
static void make_minute(struct acd_server *s)
{
    struct acd_totals *t = &s->totals;
    struct acd_cache_total prompt = t->cache[0], kv = t->cache[1];
    struct acd_timing_total chat = t->timer[0].timing, embed = t->timer[1].timing;
    for (uint64_t left = 60; left-- > 0;) {
        t->cache[0].outcome[ACD_OUTCOME_HIT] = prompt.outcome[ACD_OUTCOME_HIT] - left * left / 9;
        t->cache[0].outcome[ACD_OUTCOME_MISS] = prompt.outcome[ACD_OUTCOME_MISS] - left * 2;
        t->cache[1].outcome[ACD_OUTCOME_HIT] = kv.outcome[ACD_OUTCOME_HIT] - left / 3;
        t->cache[1].outcome[ACD_OUTCOME_MISS] = kv.outcome[ACD_OUTCOME_MISS] - left / 2;
        t->timer[0].timing.count = chat.count - left;
        t->timer[0].timing.sum_ns = chat.sum_ns - left * (120 - left) * 20 * MS;
        t->timer[1].timing.count = embed.count - left / 20;
        t->timer[1].timing.sum_ns = embed.sum_ns - left / 20 * 40 * MS;
        need(acd_server_sample(s, ACD_TEST_NOW - left * ACD_TEST_SECOND) == 0);
    }
}

/* ---------------------------------------------------------------- many failures */

static void append_failure(struct acd_test_model *m, const struct acd_server *s,
                           const struct acd_error_total *e, uint64_t time_ns, unsigned number_)
{
    char message[240], request[16];
    snprintf(request, sizeof request, "%u", 100 + number_);
    snprintf(message, sizeof message, "upstream %.1s said no after %u ms",
             e->message + strlen("upstream "), number_);
    struct payload p = begin(request);
    string(&p, e->type);
    number(&p, (uint64_t)e->status);
    string(&p, e->provider);
    string(&p, e->model);
    string(&p, message);
    string(&p, e->file);
    append(m, s, FAILURE, time_ns, &p);
}

/* The sample before makes the counts increases of the last hour. */
void acd_test_model_failures(struct acd_test_model *model, struct acd_server *server,
                             unsigned count)
{
    struct acd_totals *t = &server->totals;
    need(count <= 26);
    free(t->error);
    t->error = calloc(count, sizeof t->error[0]);
    need(t->error != NULL);
    t->error_count = t->error_room = count;
    for (unsigned i = 0; i < count; i++) {
        struct acd_error_total *e = &t->error[i];
        strcpy(e->type, i % 2 ? "Streaming" : "Proxy");
        e->status = i % 2 ? 0 : 500 + i;
        strcpy(e->provider, "openai");
        strcpy(e->model, "gpt-4o");
        snprintf(e->message, sizeof e->message, "upstream %c said no after %u ms", 'a' + (char)i,
                 i);
        if (i % 3 == 0)
            snprintf(e->file, sizeof e->file, "/tmp/anyclaude-debug-1773489598%03u-x1y2z3.json", i);
        e->first_ticks = ACD_TEST_NOW - 3600 * ACD_TEST_SECOND;
        e->last_ticks = ACD_TEST_NOW - (3 + i) * ACD_TEST_SECOND;
    }
    for (unsigned minute = 60; minute-- > 0;) {
        for (unsigned i = 0; i < count; i++)
            t->error[i].count += (minute + i) % 7 == 0 ? 1 + i % 3 : 0;
        need(acd_server_sample(server, ACD_TEST_NOW - minute * 60 * ACD_TEST_SECOND) == 0);
    }
    for (unsigned round = 2; round-- > 0;)
        for (unsigned i = count; i-- > 0;)
            append_failure(model, server, &t->error[i],
                           t->error[i].last_ticks - round * 20 * ACD_TEST_SECOND, 100 * round + i);
}

/* ---------------------------------------------------------------- the model */

void acd_test_model_init(struct acd_test_model *model)
{
    memset(model, 0, sizeof *model);
    need(acd_fleet_init(&model->fleet, 1000, ACD_STORE_BYTES_DEFAULT) == 0);
    acd_ui_init(&model->ui);
    model->ui.now_ns = ACD_TEST_NOW;
    model->ui.page = 20;
    model->ui.closeup = &model->closeup;
    model->source = (struct acd_histogram_source){add_histogram, NULL};
}

void acd_test_model_fini(struct acd_test_model *model)
{
    acd_misses_fini(&model->closeup.misses);
    acd_digest_fini(&model->digest);
    acd_fleet_fini(&model->fleet);
}

struct acd_server *acd_test_model_server(struct acd_test_model *model, const char *app,
                                         uint32_t pid)
{
    struct acd_server *s = acd_fleet_add(&model->fleet);
    need(s != NULL);
    struct acd_identity id = {.pid = pid,
                              .uid = 1000,
                              .major = 1,
                              .clock_kind = ACD_CLOCK_MONOTONIC_NS,
                              .start_levels = acd_levels_all(2)};
    const uint64_t opened = ACD_TEST_NOW - (2 * 3600 + 13 * 60) * ACD_TEST_SECOND;
    id.opened = (struct acd_anchor){opened, opened, opened};
    snprintf(id.app, sizeof id.app, "%s", app);
    acd_server_identify(s, "ring.acr", &id);
    acd_server_set_liveness(s, ACD_LIVENESS_ALIVE, ACD_TEST_NOW);
    for (int i = 0; i < SITES; i++)
        need(acd_server_learn_site(s, make_site((enum site)i)) == 0);
    return s;
}

struct acd_server *acd_test_model_proxy(struct acd_test_model *model)
{
    struct acd_server *s = acd_test_model_server(model, "llm-proxy", 4121);
    make_caches(&s->totals);
    make_timers(&s->totals);
    make_errors(&s->totals);
    s->totals.events.written = s->totals.events.emitted = 120345;
    s->totals.events.in_ring = 16000;
    make_minute(s);
    s->seen.overrun = 312;
    s->event_ns = ACD_TEST_NOW - 300 * MS;
    acd_test_model_events(model, s);
    return s;
}

void acd_test_model_renew(struct acd_test_model *model)
{
    need(acd_digest_renew(&model->digest, &model->fleet, model->ui.selection, model->ui.now_ns,
                          &model->source) == 0);
}
