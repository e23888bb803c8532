/* SPDX-License-Identifier: MIT */
/* Screens to draw, see scenes.h: servers, events, errors, questions. */
#include "config.h"

#include "tests/support/scenes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/model/raised.h"
#include "tui/model/roster.h"

/* A sentence that does not fit on a line. */
static void refused(struct acd_test_model *m)
{
    acd_test_model_proxy(m);
    acd_ui_say(&m->ui, ACD_STYLE_ERROR,
               "there is no file '/var/tmp/llm-proxy/anyclaude-debug-1773489598000-x1y2z3.json' "
               "(any more)");
}

static void nobody(struct acd_test_model *m)
{
    snprintf(m->fleet.notice, sizeof m->fleet.notice,
             "No server yet: waiting for one to start in /dev/shm/acdebug-1000.");
}

static void proxy(struct acd_test_model *m)
{
    acd_test_model_proxy(m);
}

static void dead(struct acd_test_model *m)
{
    struct acd_server *s = acd_test_model_proxy(m);
    acd_server_set_liveness(s, ACD_LIVENESS_DEAD, ACD_TEST_NOW - 12 * ACD_TEST_SECOND);
}

static void ended(struct acd_test_model *m)
{
    struct acd_server *s = acd_test_model_proxy(m);
    acd_server_set_liveness(s, ACD_LIVENESS_CLOSED, ACD_TEST_NOW - 90 * ACD_TEST_SECOND);
}

static void shrunk(struct acd_test_model *m)
{
    struct acd_server *s = acd_test_model_proxy(m);
    snprintf(s->trouble, sizeof s->trouble,
             "ring 'srv-812' shrank from 4194304 to 0 bytes; detached, 18,201 events kept");
}

static void asked(struct acd_test_model *m)
{
    struct acd_server *s = acd_test_model_proxy(m);
    struct acd_control_state c = s->control;
    c.levels = acd_levels_all(3);
    c.leased = true;
    c.lease_until_realtime_ns = ACD_TEST_NOW + 58 * ACD_TEST_SECOND;
    acd_server_set_control(s, &c);
}

static void leased(struct acd_test_model *m)
{
    asked(m);
    struct acd_control_state c = m->fleet.server[0]->control;
    c.acked = true;
    acd_server_set_control(m->fleet.server[0], &c);
    m->ui.filter.level = 1;
}

static void question(struct acd_test_model *m)
{
    acd_test_model_proxy(m);
    m->ui.prompt = ACD_PROMPT_LEVEL;
    m->ui.prompt_level = 3;
    m->ui.prompt_choice = ACD_LEASE_USUAL;
    m->ui.prompt_choices = ACD_LEASES;
    snprintf(m->ui.prompt_whom, sizeof m->ui.prompt_whom, "llm-proxy[4121]");
}

static void question_at_exit(struct acd_test_model *m)
{
    acd_test_model_proxy(m);
    m->ui.prompt = ACD_PROMPT_EXIT;
    m->ui.prompt_choice = 1;
    m->ui.prompt_choices = 2;
    snprintf(m->ui.prompt_whom, sizeof m->ui.prompt_whom,
             "llm-proxy[4121]: 3 trace, was 1 basic, 2 more");
}

static void raised(struct acd_test_model *m)
{
    struct acd_server *s = acd_test_model_proxy(m);
    struct acd_control_state c = s->control;
    c.levels = acd_levels_all(3);
    c.acked = true;
    snprintf(c.who, sizeof c.who, "ada@gpu-1 (acdebug-top)");
    acd_server_set_control(s, &c);
}

static void raised_for_a_while(struct acd_test_model *m)
{
    raised(m);
    struct acd_control_state c = m->fleet.server[0]->control;
    c.leased = true;
    c.lease_until_realtime_ns = ACD_TEST_NOW + 58 * ACD_TEST_SECOND;
    acd_server_set_control(m->fleet.server[0], &c);
}

static void raised_until_quit(struct acd_test_model *m)
{
    static struct acd_raised_row row;
    static const struct acd_raised ours = {&row, 1, 1};
    raised(m);
    struct acd_control_state c = m->fleet.server[0]->control;
    c.leased = true;
    c.lease_until_realtime_ns = ACD_TEST_NOW + 100 * ACD_TEST_SECOND;
    acd_server_set_control(m->fleet.server[0], &c);
    row = (struct acd_raised_row){0, acd_levels_all(2), acd_levels_all(3), acd_levels_all(2),
                                  ACD_RAISED_UNTIL_QUIT};
    m->ui.raised = &ours;
}

static void several(struct acd_test_model *m)
{
    acd_test_model_proxy(m);
    struct acd_server *s = acd_test_model_server(m, "embedder", 77);
    struct acd_control_state c = {.levels = acd_levels_all(0), .acked = true};
    acd_server_set_control(s, &c);
    acd_test_model_events(m, s);
}

static void paused(struct acd_test_model *m)
{
    struct acd_server *s = acd_test_model_proxy(m);
    m->ui.paused = true;
    m->ui.paused_at = acd_store_next(m->fleet.store);
    acd_test_model_logs(m, s, 900, 1);
}

static void events(struct acd_test_model *m)
{
    struct acd_server *s = acd_test_model_proxy(m);
    acd_test_model_logs(m, s, 3, 10);
    m->ui.view = ACD_VIEW_EVENTS;
}

static void scrolled(struct acd_test_model *m)
{
    events(m);
    acd_test_model_logs(m, m->fleet.server[0], 500, 1);
    m->ui.events = (struct acd_event_place){true, 8, 8};
}

static void events_of_several(struct acd_test_model *m)
{
    several(m);
    m->ui.view = ACD_VIEW_EVENTS;
}

static void events_at_level_0(struct acd_test_model *m)
{
    struct acd_server *s = acd_test_model_server(m, "quiet", 9);
    struct acd_control_state c = {.levels = acd_levels_all(0), .acked = true};
    acd_server_set_control(s, &c);
    m->ui.view = ACD_VIEW_EVENTS;
}

static void errors(struct acd_test_model *m)
{
    acd_test_model_proxy(m);
    m->ui.view = ACD_VIEW_ERRORS;
}

static void errors_of_many_kinds(struct acd_test_model *m)
{
    acd_test_model_failures(m, acd_test_model_server(m, "llm-proxy", 4121), 26);
    acd_test_model_renew(m);
    m->ui.view = ACD_VIEW_ERRORS;
    m->ui.error_group = m->digest.errors.hash[15];
}

static void no_errors(struct acd_test_model *m)
{
    acd_test_model_server(m, "quiet", 9);
    m->ui.view = ACD_VIEW_ERRORS;
}

static void error_chosen(struct acd_test_model *m)
{
    acd_test_model_proxy(m);
    acd_test_model_renew(m);
    m->ui.in_errors = true;
    m->ui.error_group = m->digest.errors.hash[1];
}

static struct acd_roster roster;

static struct acd_roster_row *ring(const char *app, uint32_t pid, enum acd_roster_state row_state,
                                   enum acd_liveness liveness)
{
    struct acd_roster_row *row = acd_roster_add(&roster);
    if (!row)
        abort();
    row->state = row_state;
    row->liveness = liveness;
    snprintf(row->app, sizeof row->app, "%s", app);
    snprintf(row->host, sizeof row->host, "gpu-1");
    snprintf(row->ring, sizeof row->ring, "%s.%x.acr", app, pid);
    row->pid = pid;
    row->major = 1;
    row->opened_ns = ACD_TEST_NOW - (2 * 3600 + 13 * 60) * ACD_TEST_SECOND;
    row->file_bytes = UINT64_C(26) << 20;
    row->serial = roster.count;
    row->id = acd_roster_id(row->ring, pid);
    return row;
}

static void skip_file(const char *file, const char *why)
{
    struct acd_roster_row *row = ring("", 0, ACD_ROSTER_SKIPPED, ACD_LIVENESS_UNKNOWN);
    snprintf(row->ring, sizeof row->ring, "%s", file);
    snprintf(row->why, sizeof row->why, "%s", why);
    row->id = acd_roster_id(file, 0);
}

static void servers(struct acd_test_model *m)
{
    acd_roster_clear(&roster);
    several(m);
    struct acd_control_state c = m->fleet.server[0]->control;
    c.levels = acd_levels_all(3);
    c.leased = true;
    c.lease_until_realtime_ns = ACD_TEST_NOW + 58 * ACD_TEST_SECOND;
    acd_server_set_control(m->fleet.server[0], &c);
    m->fleet.server[0]->behind = 1204;
    m->fleet.server[1]->detached = true;
    snprintf(m->fleet.server[0]->control.who, sizeof m->fleet.server[0]->control.who,
             "ada@gpu-1 (acdebug-top)");
    snprintf(roster.directory, sizeof roster.directory, "/dev/shm/acdebug-1000");
    ring("llm-proxy", 4121, ACD_ROSTER_SHOWN, ACD_LIVENESS_ALIVE)->server = 0;
    ring("embedder", 77, ACD_ROSTER_HIDDEN, ACD_LIVENESS_ALIVE)->server = 1;
    ring("worker", 4200, ACD_ROSTER_HIDDEN, ACD_LIVENESS_UNKNOWN)->parent_pid = 4121;
    ring("llm-proxy", 3999, ACD_ROSTER_HIDDEN, ACD_LIVENESS_DEAD);
    ring("batch", 3100, ACD_ROSTER_HIDDEN, ACD_LIVENESS_CLOSED);
    skip_file("srv-812.1.acr", "ring 'srv-812.1.acr' uses format 3.1, this viewer reads 1.x. Hint: "
                               "upgrade acdebug-top. Other rings stay visible.");
    skip_file("srv-9.2.acr", "skipped '/dev/shm/acdebug-1000/srv-9.2.acr': owner uid 1002, you are "
                             "1000. Hint: run as that user");
    skip_file("x.3.acr",
              "'x.3.acr' is not an acdebug ring (magic 7f454c46). Hint: acdebug-top list");
    acd_roster_sort(&roster);
    m->ui.roster = &roster;
    m->ui.view = ACD_VIEW_ATTACH;
    m->ui.ring = acd_roster_id("llm-proxy.1019.acr", 4121);
}

static void server_skipped(struct acd_test_model *m)
{
    servers(m);
    m->ui.ring = acd_roster_id("srv-9.2.acr", 0);
}

static void server_left_out(struct acd_test_model *m)
{
    servers(m);
    m->ui.ring = acd_roster_id("worker.1068.acr", 4200);
}

static void servers_of_a_lost_directory(struct acd_test_model *m)
{
    servers(m);
    snprintf(roster.notice, sizeof roster.notice,
             "ring directory '/dev/shm/acdebug-1000' has mode 0755, it must be 0700. Hint: chmod "
             "700 '/dev/shm/acdebug-1000'");
}

static void no_servers(struct acd_test_model *m)
{
    acd_roster_clear(&roster);
    nobody(m);
    snprintf(roster.notice, sizeof roster.notice,
             "ring directory '/dev/shm/acdebug-1000' has mode 0755, it must be 0700. Hint: chmod "
             "700 '/dev/shm/acdebug-1000'");
    m->ui.roster = &roster;
    m->ui.view = ACD_VIEW_ATTACH;
}

static void help(struct acd_test_model *m)
{
    acd_test_model_proxy(m);
    m->ui.view = ACD_VIEW_HELP;
}

const struct acd_test_scene acd_test_scenes[] = {
    {"nobody", nobody, false},
    {"proxy", proxy, true},
    {"refused", refused, false},
    {"dead", dead, false},
    {"ended", ended, false},
    {"shrunk", shrunk, false},
    {"asked", asked, false},
    {"leased", leased, false},
    {"question", question, true},
    {"question-at-exit", question_at_exit, false},
    {"raised", raised, false},
    {"raised-for-a-while", raised_for_a_while, false},
    {"raised-until-quit", raised_until_quit, false},
    {"several", several, false},
    {"paused", paused, false},
    {"events", events, false},
    {"scrolled", scrolled, true},
    {"events-of-several", events_of_several, false},
    {"events-at-level-0", events_at_level_0, false},
    {"errors", errors, false},
    {"errors-many", errors_of_many_kinds, true},
    {"errors-none", no_errors, false},
    {"error-chosen", error_chosen, false},
    {"servers", servers, true},
    {"server-skipped", server_skipped, false},
    {"server-left-out", server_left_out, false},
    {"servers-directory", servers_of_a_lost_directory, false},
    {"servers-none", no_servers, false},
    {"help", help, true},
};

const size_t acd_test_scene_count = sizeof acd_test_scenes / sizeof acd_test_scenes[0];

void acd_test_scenes_fini(void)
{
    acd_roster_fini(&roster);
}

void acd_test_scene_make(struct acd_test_model *model, const struct acd_test_scene *scene)
{
    acd_test_model_init(model);
    scene->make(model);
    acd_test_model_renew(model);
}
