/* SPDX-License-Identifier: MIT */
/* Misses and their causes, see scenes_miss.h. */
#include "config.h"

#include "tests/support/scenes_miss.h"

#include <stdio.h>
#include <string.h>

#include "tests/support/stage.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define NONE UINT64_MAX

/* A request `n` whose time differs from the one before; `texts`: with what stands around it. */
static void diverge(struct acd_test_model *m, const struct acd_server *s, unsigned n, bool texts)
{
    char request[16], closest[16], old[120], now[120];
    snprintf(request, sizeof request, "r%u", n);
    snprintf(closest, sizeof closest, "r%u", n - 1);
    snprintf(old, sizeof old,
             "You are a careful assistant.\nThe time is 2026-03-14T12:00:%02uZ.\n"
             "Answer in English.",
             n - 1);
    snprintf(now, sizeof now,
             "You are a careful assistant.\nThe time is 2026-03-14T12:00:%02uZ.\n"
             "Answer in English.",
             n);
    const struct acd_test_lookup lookup = {
        "prompt", "",    "sys_42", request, "prefix_diverged", ACD_OUTCOME_PARTIAL, 3000 - 100 * n,
        67584,    12064, NONE,     12066};
    const struct acd_test_field fields[] = {
        {ACD_KEY_CACHE_SHARED, 12066, NULL, 0},
        {ACD_KEY_CACHE_CLOSEST, 67590, NULL, 0},
        {ACD_KEY_CACHE_CLOSEST_REQUEST, 0, closest, ACD_TYPE_STR},
        {ACD_KEY_CACHE_SPAN, 0, "system", ACD_TYPE_STR},
        {ACD_KEY_CACHE_SPAN_OFFSET, 38, NULL, 0},
        {ACD_KEY_CACHE_CHANGE, 0, "replaced", ACD_TYPE_STR},
        {ACD_KEY_CACHE_CHANGED_OLD, 17, NULL, 0},
        {ACD_KEY_CACHE_CHANGED_NEW, 17, NULL, 0},
        {ACD_KEY_CACHE_LOOKS_LIKE, 0, "time", ACD_TYPE_STR},
        {ACD_KEY_CACHE_SPANS, 0,
         "[[\"tools\",0],[\"system\",12014],[\"messages[0]\",40381],[\"messages[1]\",61002]]",
         ACD_TYPE_JSON},
        {ACD_KEY_CACHE_CLOSEST_SPANS, 0,
         "[[\"tools\",0],[\"system\",12014],[\"messages[0]\",40381]]", ACD_TYPE_JSON},
        {ACD_KEY_CACHE_CLOSEST_SNIPPET, 0, old, ACD_TYPE_STR},
        {ACD_KEY_CACHE_SNIPPET, 0, now, ACD_TYPE_STR},
    };
    const struct acd_test_run run = {0xc10000000000u + n, request,     NULL, 3010 - 100 * n,
                                     2400 + 10 * n,       {{NULL, 0}}, 0};
    acd_test_model_tracked(m, s, &lookup, fields, COUNT(fields) - (texts ? 0 : 2));
    acd_test_model_run(m, s, &run);
}

static void look_up(struct acd_test_model *m, const struct acd_server *s, unsigned n,
                    const char *reason)
{
    char request[16];
    snprintf(request, sizeof request, "q%u", n);
    const struct acd_test_lookup lookup = {
        "prompt", "",     "sys_42",
        request,  reason, reason[0] ? ACD_OUTCOME_MISS : ACD_OUTCOME_HIT,
        3100,     67584,  reason[0] ? 0 : 67568,
        NONE,     NONE};
    const struct acd_test_run run = {0xc20000000000u + n, request, NULL, 3110, 220, {{NULL, 0}}, 0};
    acd_test_model_lookup(m, s, &lookup);
    acd_test_model_run(m, s, &run);
}

static void fill(struct acd_test_model *m, bool texts)
{
    const struct acd_server *s = acd_test_model_proxy(m);
    for (unsigned i = 0; i < 4; i++)
        look_up(m, s, i, i < 2 ? "cold" : "");
    for (unsigned i = 1; i <= 12; i++)
        diverge(m, s, i, texts);
    m->ui.view = ACD_VIEW_CACHE;
}

void acd_test_misses(struct acd_test_model *m)
{
    fill(m, true);
}

void acd_test_scene_misses(struct acd_test_model *m)
{
    fill(m, true);
}

void acd_test_scene_misses_overview(struct acd_test_model *m)
{
    fill(m, true);
    m->ui.view = ACD_VIEW_OVERVIEW;
}

/* As if a key had been pressed there. */
static void choose(struct acd_test_model *m, size_t index)
{
    acd_test_model_renew(m);
    acd_test_settle(m, 80, 24);
    m->ui.missed.inside = true;
    m->ui.missed.index = index;
    m->ui.missed.sequence = m->closeup.lookups.row[index].sequence;
}

void acd_test_scene_misses_chosen(struct acd_test_model *m)
{
    fill(m, true);
    choose(m, 6);
}

void acd_test_scene_misses_evicted(struct acd_test_model *m)
{
    const struct acd_server *s = acd_test_model_proxy(m);
    const struct acd_test_field fields[] = {
        {ACD_KEY_CACHE_TYPE, 0, "prompt", ACD_TYPE_STR},
        {ACD_KEY_CACHE_CAPACITY, 65536, NULL, 0},
        {ACD_KEY_CACHE_REACH, 262144, NULL, 0},
        {ACD_KEY_INPUT_TOKENS, 7600000, NULL, 0},
        {ACD_KEY_CACHE_REUSE, 0, "[[32768,2200000],[65536,4636000],[131072,5624000]]",
         ACD_TYPE_JSON},
    };
    for (unsigned i = 0; i < 9; i++)
        look_up(m, s, i, "evicted");
    acd_test_model_reuse(m, s, fields, COUNT(fields));
    m->ui.view = ACD_VIEW_CACHE;
}

static void open_miss(struct acd_test_model *m, size_t index)
{
    choose(m, index);
    acd_onemiss_open(&m->closeup.miss, &m->closeup.lookups.row[index], &m->fleet);
    m->ui.view = ACD_VIEW_MISS;
}

void acd_test_scene_miss(struct acd_test_model *m)
{
    fill(m, true);
    open_miss(m, 0);
}

void acd_test_scene_miss_without_texts(struct acd_test_model *m)
{
    fill(m, false);
    open_miss(m, 0);
}

void acd_test_scene_miss_untracked(struct acd_test_model *m)
{
    acd_test_model_requests(m, acd_test_model_proxy(m));
    m->ui.view = ACD_VIEW_CACHE;
    open_miss(m, 1);
}
