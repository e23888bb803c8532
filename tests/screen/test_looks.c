/* SPDX-License-Identifier: MIT */
/* Screens as the user set them up: columns that are left out, thresholds, the window of trends. */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/golden.h"
#include "tests/support/model.h"
#include "tui/app/actions.h"
#include "tui/app/keymap.h"
#include "tui/model/roster.h"
#include "tui/view/overview.h"
#include "tui/view/files.h"
#include "tui/view/look.h"

struct stage {
    struct acd_test_model m;
    struct acd_look look;
    const struct acd_action *actions;
    struct acd_grid grid;
};

static int set_stage(void **state)
{
    static struct stage s;
    memset(&s, 0, sizeof s);
    acd_test_model_init(&s.m);
    acd_test_model_proxy(&s.m);
    acd_test_model_renew(&s.m);
    s.look = acd_look_default;
    s.actions = acd_actions_table;
    s.m.ui.look = &s.look;
    *state = &s;
    return 0;
}

static int clear_stage(void **state)
{
    struct stage *s = *state;
    acd_grid_fini(&s->grid);
    acd_test_model_fini(&s->m);
    return 0;
}

/* The overview, as text. */
static const char *drawn(struct stage *s, int w, int h)
{
    static char dump[200 * 60 * 4];
    const struct acd_scene scene = {&s->m.fleet, &s->m.digest, &s->m.ui, s->actions,
                                    acd_actions_count};
    acd_grid_fini(&s->grid);
    assert_int_equal(acd_grid_init(&s->grid, w, h, ACD_GLYPHS_ASCII), 0);
    acd_view_draw(&s->grid, &scene);
    acd_grid_dump(&s->grid, dump, sizeof dump);
    return dump;
}

static uint32_t all_but(enum acd_look_table table, const char *const *names)
{
    uint32_t hidden = UINT32_MAX;
    for (size_t i = 0; acd_look_column_name(table, i); i++)
        for (size_t k = 0; names[k]; k++)
            if (strcmp(acd_look_column_name(table, i), names[k]) == 0)
                hidden &= ~(UINT32_C(1) << i);
    return hidden;
}

static void the_default_is_what_it_is_without_a_look(void **state)
{
    struct stage *s = *state;
    char *with = strdup(drawn(s, 200, 60));
    s->m.ui.look = NULL;
    assert_string_equal(drawn(s, 200, 60), with);
    free(with);
}

static void columns_that_are_left_out_give_their_room_to_others(void **state)
{
    struct stage *s = *state;
    static const char *const caches[] = {"tokens", "evicted", NULL};
    static const char *const timers[] = {"count", "mean", "oldest", NULL};
    s->look.hidden[ACD_LOOK_CACHE] = all_but(ACD_LOOK_CACHE, caches);
    s->look.hidden[ACD_LOOK_TIMERS] = all_but(ACD_LOOK_TIMERS, timers);
    const char *text = drawn(s, 80, 24);
    assert_non_null(strstr(text, "longest running"));
    assert_non_null(strstr(text, "evicted"));
    assert_null(strstr(text, "p95"));
    assert_null(strstr(text, "by request"));
    acd_golden_compare("columns", &s->grid);
}

static void give_files_and_servers(struct stage *s)
{
    static struct acd_files_row file[2];
    static struct acd_roster_row server[2];
    static struct acd_files files = {.directory = "/tmp", .row = file, .count = 2};
    static struct acd_roster roster = {.row = server, .count = 2};
    for (int i = 0; i < 2; i++) {
        file[i] = (struct acd_files_row){.name = "anyclaude-debug-1-a.json",
                                         .bytes = 1234,
                                         .modified_ns = ACD_TEST_NOW - 7 * ACD_TEST_SECOND,
                                         .known = i == 0,
                                         .about = {.status = 502,
                                                   .is_debug = true,
                                                   .method = "POST",
                                                   .url = "https://host/v1",
                                                   .model = "m"}};
        server[i] = (struct acd_roster_row){.app = "llm-proxy",
                                            .ring = "llm-proxy.abc.acr",
                                            .pid = 4121,
                                            .state = i ? ACD_ROSTER_SKIPPED : ACD_ROSTER_SHOWN,
                                            .liveness = ACD_LIVENESS_ALIVE,
                                            .major = 1,
                                            .opened_ns = ACD_TEST_NOW - 9 * ACD_TEST_SECOND};
    }
    snprintf(file[1].why, sizeof file[1].why, "a reason");
    snprintf(server[1].why, sizeof server[1].why, "no ring at all");
    s->m.ui.files = &files;
    s->m.ui.roster = &roster;
}

static void every_column_can_be_left_out_but_the_first(void **state)
{
    struct stage *s = *state;
    static const struct {
        enum acd_view_id view;
        const char *stays;
    } shown[ACD_LOOK_TABLES] = {
        [ACD_LOOK_CACHE] = {ACD_VIEW_OVERVIEW, " kv"},
        [ACD_LOOK_TIMERS] = {ACD_VIEW_OVERVIEW, " embed"},
        [ACD_LOOK_ERRORS] = {ACD_VIEW_ERRORS, " HTTP 502"},
        [ACD_LOOK_SERVERS] = {ACD_VIEW_ATTACH, "[x] llm-proxy"},
        [ACD_LOOK_FILES] = {ACD_VIEW_FILES, " 7s"},
    };
    give_files_and_servers(s);
    for (size_t table = 0; table < ACD_LOOK_TABLES; table++) {
        s->m.ui.view = shown[table].view;
        char *before = strdup(drawn(s, 200, 60));
        for (size_t i = 0; acd_look_column_name(table, i); i++) {
            s->look.hidden[table] = UINT32_C(1) << i;
            assert_int_equal(strcmp(drawn(s, 200, 60), before) == 0, i == 0);
        }
        s->look.hidden[table] = UINT32_MAX;
        assert_non_null(strstr(drawn(s, 200, 60), shown[table].stays));
        s->look.hidden[table] = 0;
        free(before);
    }
}

/* A reason takes the place of what it left out, wherever that would be. */
static void reasons_are_read_whatever_columns_are_left_out(void **state)
{
    struct stage *s = *state;
    give_files_and_servers(s);
    for (uint32_t hidden = 0; hidden < 128; hidden++) {
        s->look.hidden[ACD_LOOK_FILES] = s->look.hidden[ACD_LOOK_SERVERS] = hidden;
        s->m.ui.view = ACD_VIEW_FILES;
        assert_non_null(strstr(drawn(s, 200, 60), "skipped: a reason"));
        s->m.ui.view = ACD_VIEW_ATTACH;
        assert_non_null(strstr(drawn(s, 200, 60), "no ring at all"));
    }
}

static void beyond_a_threshold_there_is_a_mark_and_not_only_a_colour(void **state)
{
    struct stage *s = *state;
    assert_null(strstr(drawn(s, 80, 24), "%!"));
    s->look.hit_rate = 92;
    s->look.running_ns = 1000000;
    assert_non_null(strstr(drawn(s, 80, 24), "91%!"));
    assert_null(strstr(drawn(s, 80, 24), "93%!"));
    assert_non_null(strstr(drawn(s, 80, 24), "!3 "));
    acd_golden_compare("thresholds", &s->grid);
    assert_non_null(strstr(drawn(s, 40, 8), "91%!"));
    s->look.hit_rate = 91;
    s->look.running_ns = 0;
    assert_null(strstr(drawn(s, 80, 24), "91%!"));
    assert_null(strstr(drawn(s, 80, 24), "!3 "));
}

static void the_window_of_trends_is_said_in_their_headings(void **state)
{
    struct stage *s = *state;
    s->look.window = ACD_WINDOW_1H;
    s->m.digest.window = ACD_WINDOW_1H;
    acd_test_model_renew(&s->m);
    assert_non_null(strstr(drawn(s, 200, 60), " 1h mean"));
    assert_null(strstr(drawn(s, 200, 60), "1m mean"));
}

static void sentences_name_the_users_keys(void **state)
{
    struct stage *s = *state;
    static struct acd_keymap map;
    size_t enter = acd_keymap_find("enter");
    s->m.ui.prompt = ACD_PROMPT_LEVEL;
    s->m.ui.prompt_level = 3;
    assert_non_null(strstr(drawn(s, 80, 24), "Enter sets it, Esc leaves it"));
    acd_keymap_init(&map);
    acd_keymap_clear(&map, enter);
    s->actions = map.action;
    assert_non_null(strstr(drawn(s, 80, 24), "no key sets it, Esc leaves it"));
    assert_int_equal(acd_keymap_add(&map, enter, (struct acd_key){.code = 'Z'}), 0);
    assert_non_null(strstr(drawn(s, 80, 24), "Z sets it, Esc leaves it"));
    s->m.ui.prompt = ACD_PROMPT_FIND;
    assert_non_null(strstr(drawn(s, 80, 24), "then n newer, N older"));
    acd_keymap_clear(&map, acd_keymap_find("find-next"));
    assert_int_equal(
        acd_keymap_add(&map, acd_keymap_find("find-next"), (struct acd_key){.code = '}'}), 0);
    assert_non_null(strstr(drawn(s, 80, 24), "then } newer, N older"));
    s->m.ui.prompt = ACD_PROMPT_NONE;
    snprintf(s->m.fleet.notice, sizeof s->m.fleet.notice, "Every server is left out.");
    s->m.fleet.server[0]->detached = true;
    assert_non_null(strstr(drawn(s, 80, 24), "Hint: F5, then Space on one of them"));
    acd_keymap_clear(&map, acd_keymap_find("attach"));
    assert_non_null(strstr(drawn(s, 80, 24), "Hint: F5, then no key on one of them"));
    s->m.fleet.server[0]->detached = false;
    s->m.fleet.notice[0] = '\0';
    s->m.ui.view = ACD_VIEW_HELP;
    assert_non_null(strstr(drawn(s, 200, 60), " Z                into what is selected"));
}

static void who_set_a_level_is_named_whole(void **state)
{
    struct stage *s = *state;
    struct acd_control_state *control = &s->m.fleet.server[0]->control;
    control->start_levels = 0;
    /* Where neither LOGNAME nor USER is set, there is a blank in it. */
    snprintf(control->who, sizeof control->who, "uid 0@host (acdebug-top)");
    assert_non_null(strstr(drawn(s, 200, 60), "by uid 0@host "));
    snprintf(control->who, sizeof control->who, "ada@host (acdebug-top)");
    assert_non_null(strstr(drawn(s, 200, 60), "by ada@host "));
}

static void a_notice_says_its_cure_where_there_are_rows(void **state)
{
    struct stage *s = *state;
    const struct acd_rect body = {0, 1, 80, 22};
    snprintf(s->m.fleet.notice, sizeof s->m.fleet.notice,
             "ring directory '/srv/llm/logs/rings-of-mine' has mode 0755, it must be 0700. Hint: "
             "chmod 700 /srv/llm/logs/rings-of-mine");
    const struct acd_scene scene = {.fleet = &s->m.fleet, .digest = &s->m.digest, .ui = &s->m.ui};
    int events = acd_overview_events_row(body, &scene);
    const char *text = drawn(s, 80, 24);
    assert_non_null(strstr(text, "chmod 700 /srv/llm/logs/rings-of-mine\n"));
    for (int y = 0; y < events && text; y++)
        text = strchr(text, '\n') ? strchr(text, '\n') + 1 : NULL;
    assert_non_null(text);
    assert_memory_equal(text, "Events", 6); /* where a click looks for them */
    /* Few rows are for numbers. */
    assert_null(strstr(drawn(s, 40, 8), "chmod"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_stage, clear_stage)
    const struct CMUnitTest tests[] = {
        TEST(who_set_a_level_is_named_whole),
        TEST(a_notice_says_its_cure_where_there_are_rows),
        TEST(the_default_is_what_it_is_without_a_look),
        TEST(columns_that_are_left_out_give_their_room_to_others),
        TEST(every_column_can_be_left_out_but_the_first),
        TEST(reasons_are_read_whatever_columns_are_left_out),
        TEST(beyond_a_threshold_there_is_a_mark_and_not_only_a_colour),
        TEST(the_window_of_trends_is_said_in_their_headings),
        TEST(sentences_name_the_users_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
