/* SPDX-License-Identifier: MIT */
/* Screens to draw, see scenes.h: a cache, a timer, one request from near. */
#include "config.h"

#include "tests/support/scenes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/scenes_miss.h"
#include "tests/support/stage.h"

static void cache(struct acd_test_model *m)
{
    acd_test_model_requests(m, acd_test_model_proxy(m));
    m->ui.view = ACD_VIEW_CACHE;
}

static void cache_below(struct acd_test_model *m)
{
    cache(m);
    strcpy(m->ui.cache.type, "kv");
}

static void many_caches_at_level_0(struct acd_test_model *m)
{
    struct acd_server *s = acd_test_model_server(m, "quiet", 9);
    struct acd_control_state control = {.levels = 0, .acked = true};
    s->totals.cache = calloc(33, sizeof s->totals.cache[0]);
    if (!s->totals.cache)
        abort();
    s->totals.cache_count = s->totals.cache_room = 33;
    for (unsigned i = 0; i < 33; i++) {
        struct acd_cache_total *c = &s->totals.cache[i];
        snprintf(c->type, sizeof c->type, "%s", i == 32 ? ACD_OTHER_NAME : "prefix");
        if (i < 32)
            snprintf(c->model, sizeof c->model, "model-%u", i);
        c->outcome[ACD_OUTCOME_HIT] = i;
        c->outcome[ACD_OUTCOME_MISS] = 2 * i;
        c->reason[ACD_REASON_COLD] = i;
        strcpy(c->reason_name[ACD_REASON_COLD], "cold");
    }
    acd_server_set_control(s, &control);
    m->ui.view = ACD_VIEW_CACHE;
    strcpy(m->ui.cache.type, "prefix");
    strcpy(m->ui.cache.model, "model-20");
}

static void no_caches(struct acd_test_model *m)
{
    acd_test_model_server(m, "quiet", 9);
    m->ui.view = ACD_VIEW_CACHE;
}

static void timers(struct acd_test_model *m)
{
    acd_test_model_requests(m, acd_test_model_proxy(m));
    m->ui.view = ACD_VIEW_TIMERS;
}

static void no_timers(struct acd_test_model *m)
{
    acd_test_model_server(m, "quiet", 9);
    m->ui.view = ACD_VIEW_TIMERS;
}

static void timer(struct acd_test_model *m)
{
    timers(m);
    m->ui.view = ACD_VIEW_TIMER;
    m->ui.run_index = 3;
}

static void timer_at_level_0(struct acd_test_model *m)
{
    struct acd_server *s = acd_test_model_proxy(m);
    struct acd_control_state control = {.levels = 0, .acked = true};
    acd_server_set_control(s, &control);
    m->ui.view = ACD_VIEW_TIMER;
}

/* As if it had been chosen in the list. */
static void choose(struct acd_test_model *m, uint64_t id)
{
    acd_test_model_renew(m);
    acd_test_settle(m, 80, 24);
    m->ui.view = ACD_VIEW_RUN;
    m->ui.run = (struct acd_run_id){0, id};
}

static void run_that_ended(struct acd_test_model *m)
{
    timer(m);
    choose(m, ACD_TEST_RUN_SLOW);
}

static void run_that_failed(struct acd_test_model *m)
{
    timer(m);
    choose(m, ACD_TEST_RUN_FAILED);
}

static void run_that_runs(struct acd_test_model *m)
{
    timer(m);
    choose(m, ACD_TEST_RUN_RUNNING + 1);
}

static void run_without_events(struct acd_test_model *m)
{
    timer_at_level_0(m);
    choose(m, ACD_TEST_RUN_RUNNING + 1);
}

const struct acd_test_scene acd_test_near_scenes[] = {
    {"cache", cache, true},
    {"cache-below", cache_below, false},
    {"misses", acd_test_scene_misses, true},
    {"misses-overview", acd_test_scene_misses_overview, false},
    {"misses-chosen", acd_test_scene_misses_chosen, false},
    {"misses-evicted", acd_test_scene_misses_evicted, false},
    {"miss", acd_test_scene_miss, true},
    {"miss-without-texts", acd_test_scene_miss_without_texts, false},
    {"miss-untracked", acd_test_scene_miss_untracked, false},
    {"many-caches-at-level-0", many_caches_at_level_0, false},
    {"no-caches", no_caches, false},
    {"timers", timers, true},
    {"no-timers", no_timers, false},
    {"timer", timer, true},
    {"timer-at-level-0", timer_at_level_0, false},
    {"run-that-ended", run_that_ended, false},
    {"run-that-failed", run_that_failed, false},
    {"run-that-runs", run_that_runs, true},
    {"run-without-events", run_without_events, false},
};

const size_t acd_test_near_scene_count =
    sizeof acd_test_near_scenes / sizeof acd_test_near_scenes[0];
