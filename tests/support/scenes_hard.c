/* SPDX-License-Identifier: MIT */
/* Screens to draw, see scenes.h: names as long as they can be, numbers as large, many of everything. */
#include "config.h"

#include "tests/support/scenes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/stage.h"
#include "tui/model/roster.h"

#define COUNT 12
/* What a counter of a server that ran for years may have. */
#define LARGE (UINT64_MAX / 4096)
#define PID_MOST 4194304u

static struct acd_roster roster;

/* Fills the field to its end: with letters, wide characters or words, in turn. */
static void fill(char *field, size_t size, unsigned turn)
{
    static const char *const pieces[] = {"name-", "\xe6\x97\xa5\xe6\x9c\xac", "id-12345 "};
    const char *piece = pieces[turn % 3];
    size_t used = 0, length = strlen(piece);
    for (; used + length < size; used += length)
        memcpy(field + used, piece, length);
    memset(field + used, 'z', size - 1 - used);
    field[size - 1] = '\0';
}

static void *rows_of(size_t size)
{
    void *rows = calloc(COUNT, size);
    if (!rows)
        abort();
    return rows;
}

static void make_caches(struct acd_totals *t)
{
    t->cache = rows_of(sizeof t->cache[0]);
    t->cache_count = t->cache_room = COUNT;
    for (unsigned i = 0; i < COUNT; i++) {
        struct acd_cache_total *c = &t->cache[i];
        fill(c->type, sizeof c->type, i);
        fill(c->model, sizeof c->model, i + 1);
        for (unsigned k = 0; k < 5; k++)
            c->outcome[k] = LARGE - i - k;
        c->evictions = c->token_lookups = LARGE;
        c->input_tokens = LARGE;
        c->cached_tokens = LARGE - 1;
        c->created_lookups = c->created_tokens = LARGE - i;
        for (unsigned k = 0; k < ACD_REASONS; k++) {
            c->reason[k] = LARGE / ACD_REASONS - k;
            fill(c->reason_name[k], sizeof c->reason_name[k], k);
        }
        c->entries = (struct acd_gauge){true, UINT64_MAX - i};
        c->bytes = c->capacity_bytes = (struct acd_gauge){true, LARGE};
    }
}

static struct acd_timing_total large_timing(unsigned turn)
{
    const uint64_t hours = 100 * 3600 * ACD_TEST_SECOND;
    return (struct acd_timing_total){LARGE / hours, LARGE, hours + turn, true};
}

static void make_timers(struct acd_totals *t)
{
    t->timer = rows_of(sizeof t->timer[0]);
    t->running = rows_of(sizeof t->running[0]);
    t->timer_count = t->timer_room = t->running_count = t->running_room = COUNT;
    for (unsigned i = 0; i < COUNT; i++) {
        struct acd_timer_total *timer = &t->timer[i];
        struct acd_running_total *running = &t->running[i];
        fill(timer->name, sizeof timer->name, i);
        snprintf(timer->name, 3, "%02u", i);
        timer->name[2] = '_';
        timer->started = timer->failed = LARGE;
        timer->timing = large_timing(i);
        timer->label_count = i == 0 ? ACD_TIMER_LABELS : 1;
        for (unsigned k = 0; k < timer->label_count; k++) {
            fill(timer->label[k].name, sizeof timer->label[k].name, k);
            timer->label[k].timing = large_timing(k);
        }
        memcpy(running->timer, t->timer[0].name, sizeof running->timer);
        fill(running->checkpoint, sizeof running->checkpoint, i);
        fill(running->request_text, sizeof running->request_text, i);
        running->request_kind = ACD_REQUEST_TEXT;
        running->id = i + 1;
        running->thread = PID_MOST;
        running->start_ticks = running->checkpoint_ticks = ACD_TEST_NOW - 7000 * ACD_TEST_SECOND;
    }
}

static void make_errors(struct acd_totals *t)
{
    t->error = rows_of(sizeof t->error[0]);
    t->error_count = t->error_room = COUNT;
    for (unsigned i = 0; i < COUNT; i++) {
        struct acd_error_total *e = &t->error[i];
        fill(e->type, sizeof e->type, i);
        fill(e->provider, sizeof e->provider, i + 1);
        fill(e->model, sizeof e->model, i + 2);
        fill(e->message, sizeof e->message, i);
        fill(e->file, 150, i); /* a path that is cut may end in the midst of a character */
        e->status = i % 2 ? INT64_MIN : INT64_MAX;
        e->count = LARGE;
        e->first_ticks = 0;
        e->last_ticks = ACD_TEST_NOW - i * 3600 * ACD_TEST_SECOND;
    }
}

static void make_events(struct acd_test_model *m, const struct acd_server *s)
{
    char text[200];
    fill(text, sizeof text, 1);
    for (unsigned i = 0; i < COUNT; i++) {
        const struct acd_test_lookup lookup = {text,     text,  text,  text,  text, i % 5,
                                               1000 * i, LARGE, LARGE, LARGE, LARGE};
        acd_test_model_lookup(m, s, &lookup);
    }
    acd_test_model_logs(m, s, 30, 1);
}

static struct acd_server *server(struct acd_test_model *m)
{
    struct acd_server *s = acd_test_model_server(m, "x", PID_MOST);
    struct acd_control_state c = s->control;
    fill(s->app, sizeof s->app, 0);
    fill(s->host, sizeof s->host, 1);
    fill(s->ring, sizeof s->ring, 2);
    fill(c.who, sizeof c.who, 1);
    c.levels = UINT32_C(0x1b1b1b1b); /* each category another */
    c.leased = true;
    c.lease_until_realtime_ns = ACD_TEST_NOW + 4000000 * ACD_TEST_SECOND;
    acd_server_set_control(s, &c);
    make_caches(&s->totals);
    make_timers(&s->totals);
    make_errors(&s->totals);
    s->totals.events = (struct acd_event_totals){.written = LARGE, .emitted = LARGE};
    s->seen.overrun = s->behind = LARGE;
    make_events(m, s);
    return s;
}

static void overview(struct acd_test_model *m)
{
    server(m);
}

static void overview_error(struct acd_test_model *m)
{
    server(m);
    acd_test_model_renew(m);
    m->ui.in_errors = true;
    m->ui.error_group = m->digest.errors.hash[COUNT - 1];
}

static void overview_trouble(struct acd_test_model *m)
{
    struct acd_server *s = server(m);
    fill(s->trouble, sizeof s->trouble, 1);
    m->ui.paused = true;
    acd_test_model_logs(m, s, 2000, 1);
}

/* All that the first line may say at once. */
static void overview_all_said(struct acd_test_model *m)
{
    overview_trouble(m);
    m->ui.mark_ns = ACD_TEST_NOW - 59 * ACD_TEST_SECOND;
    m->ui.followed = (struct acd_followed){.kind = ACD_REQUEST_TEXT, .cut = true};
    fill(m->ui.followed.text, sizeof m->ui.followed.text, 0);
    snprintf(m->ui.lookup.filter, sizeof m->ui.lookup.filter, "level>=0");
}

static void events(struct acd_test_model *m)
{
    server(m);
    server(m);
    m->ui.view = ACD_VIEW_EVENTS;
    m->ui.events = (struct acd_event_place){true, 20, 3};
}

static void cache(struct acd_test_model *m)
{
    const struct acd_server *s = server(m);
    m->ui.view = ACD_VIEW_CACHE;
    memcpy(m->ui.cache.type, s->totals.cache[7].type, sizeof m->ui.cache.type);
    memcpy(m->ui.cache.model, s->totals.cache[7].model, sizeof m->ui.cache.model);
}

static void timers(struct acd_test_model *m)
{
    const struct acd_server *s = server(m);
    m->ui.view = ACD_VIEW_TIMERS;
    memcpy(m->ui.timer, s->totals.timer[COUNT - 1].name, sizeof m->ui.timer);
}

static void timer(struct acd_test_model *m)
{
    const struct acd_server *s = server(m);
    m->ui.view = ACD_VIEW_TIMER;
    memcpy(m->ui.timer, s->totals.timer[0].name, sizeof m->ui.timer);
    m->ui.run_index = COUNT - 1;
}

static void run(struct acd_test_model *m)
{
    timer(m);
    acd_test_model_renew(m);
    acd_test_settle(m, 80, 24);
    m->ui.view = ACD_VIEW_RUN;
}

static void errors(struct acd_test_model *m)
{
    server(m);
    m->ui.view = ACD_VIEW_ERRORS;
}

static void servers(struct acd_test_model *m)
{
    const struct acd_server *s = server(m);
    acd_roster_clear(&roster);
    for (unsigned i = 0; i < COUNT; i++) {
        struct acd_roster_row *row = acd_roster_add(&roster);
        if (!row)
            abort();
        memcpy(row->app, s->app, sizeof row->app);
        memcpy(row->host, s->host, sizeof row->host);
        fill(row->ring, sizeof row->ring, i);
        fill(row->why, i > 8 ? sizeof row->why : 1, i);
        row->server = i == 0 ? 0 : ACD_ROSTER_NOBODY;
        row->state = i == 0 ? ACD_ROSTER_SHOWN : i > 8 ? ACD_ROSTER_SKIPPED : ACD_ROSTER_HIDDEN;
        row->pid = row->parent_pid = PID_MOST - i;
        row->major = 1;
        row->minor = 12;
        row->opened_ns = ACD_TEST_NOW - UINT64_C(40000000) * ACD_TEST_SECOND;
        row->file_bytes = LARGE;
        row->id = i + 1;
    }
    fill(roster.directory, sizeof roster.directory, 0);
    m->ui.roster = &roster;
    m->ui.view = ACD_VIEW_ATTACH;
    m->ui.ring = 1;
}

static void question(struct acd_test_model *m)
{
    server(m);
    m->ui.prompt = ACD_PROMPT_LEVEL;
    m->ui.prompt_level = 3;
    m->ui.prompt_choices = ACD_LEASES;
    fill(m->ui.prompt_whom, sizeof m->ui.prompt_whom, 1);
}

const struct acd_test_scene acd_test_hard_scenes[] = {
    {"hard-overview", overview, false},
    {"hard-overview-error", overview_error, false},
    {"hard-overview-trouble", overview_trouble, false},
    {"hard-overview-all-said", overview_all_said, false},
    {"hard-events", events, false},
    {"hard-cache", cache, false},
    {"hard-timers", timers, false},
    {"hard-timer", timer, false},
    {"hard-run", run, false},
    {"hard-errors", errors, false},
    {"hard-servers", servers, false},
    {"hard-question", question, false},
};

const size_t acd_test_hard_scene_count =
    sizeof acd_test_hard_scenes / sizeof acd_test_hard_scenes[0];

void acd_test_hard_scenes_fini(void)
{
    acd_roster_fini(&roster);
}
