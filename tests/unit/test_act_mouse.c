/* SPDX-License-Identifier: MIT */
/* tui/app/act_mouse: clicks and the wheel, played against a picture of a model. */
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

#include "tests/support/model.h"
#include "tui/app/act_mouse.h"
#include "tui/app/actions.h"
#include "tui/app/keymap.h"
#include "tui/app/numbers.h"
#include "tui/model/roster.h"
#include "tui/view/prompt.h"

struct stage {
    struct acd_test_model m;
    struct acd_act act;
    struct acd_grid grid;
};

static void draw(struct stage *s)
{
    const struct acd_scene scene = {&s->m.fleet, &s->m.digest, &s->m.ui,
                                    s->act.actions ? s->act.actions : acd_actions_table,
                                    acd_actions_count};
    acd_act_settle(&s->act, acd_view_body(&s->m.ui, s->grid.w, s->grid.h));
    acd_view_draw(&s->grid, &scene);
}

static int set_stage(void **state)
{
    static struct stage s;
    memset(&s, 0, sizeof s);
    acd_test_model_init(&s.m);
    acd_test_model_proxy(&s.m);
    acd_test_model_renew(&s.m);
    s.act = (struct acd_act){.ui = &s.m.ui, .fleet = &s.m.fleet, .digest = &s.m.digest};
    assert_int_equal(acd_grid_init(&s.grid, 80, 24, ACD_GLYPHS_ASCII), 0);
    s.m.ui.page = 20;
    draw(&s);
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

/* Where a word stands in the picture. */
static struct acd_key at_word(const struct stage *s, const char *word)
{
    static char dump[80 * 24 * 4];
    struct acd_key key = {.code = ACD_KEY_MOUSE_PRESS};
    acd_grid_dump(&s->grid, dump, sizeof dump);
    const char *found = strstr(dump, word), *line = dump;
    assert_non_null(found);
    for (const char *at = dump; at < found; at++) {
        if (*at == '\n') {
            line = at + 1;
            key.y++;
        }
    }
    key.x = (int16_t)(found - line);
    return key;
}

static enum acd_act_result click(struct stage *s, const char *word)
{
    enum acd_act_result result = acd_act_mouse(&s->act, at_word(s, word), &s->grid);
    draw(s);
    return result;
}

static void assert_shown(struct stage *s, const char *word)
{
    at_word(s, word);
}

static void a_click_on_a_row_selects_it(void **state)
{
    struct stage *s = *state;
    assert_shown(s, ">chat_completion");
    assert_int_equal(click(s, " embed"), ACD_ACT_DRAW);
    assert_shown(s, ">embed");
    click(s, " chat_completion");
    assert_shown(s, ">chat_completion");
    acd_act_do(&s->act, ACD_ACTION_CACHE);
    draw(s);
    assert_shown(s, ">prompt");
    click(s, " kv ");
    assert_shown(s, ">kv");
}

static void what_belongs_to_the_row_above_and_events_are_no_rows_to_select(void **state)
{
    struct stage *s = *state;
    assert_int_equal(click(s, "model_loaded"), ACD_ACT_NOTHING);
    assert_int_equal(click(s, "Events ("), ACD_ACT_NOTHING);
    struct acd_key event = at_word(s, "Events (");
    event.y = (int16_t)(event.y + 1);
    assert_int_equal(acd_act_mouse(&s->act, event, &s->grid), ACD_ACT_NOTHING);
    assert_shown(s, ">chat_completion");
}

static void a_click_on_a_word_of_the_footer_does_what_its_key_does(void **state)
{
    struct stage *s = *state;
    assert_int_equal(click(s, "Help"), ACD_ACT_DRAW);
    assert_int_equal(s->m.ui.view, ACD_VIEW_HELP);
    click(s, "F1 Help");
    assert_int_equal(s->m.ui.view, ACD_VIEW_OVERVIEW);
    assert_int_equal(click(s, "F10 Quit"), ACD_ACT_QUIT);
    struct acd_key beside = {.code = ACD_KEY_MOUSE_PRESS, .x = 79, .y = 23};
    assert_int_equal(acd_act_mouse(&s->act, beside, &s->grid), ACD_ACT_NOTHING);
}

static void the_footer_goes_by_the_users_keys(void **state)
{
    struct stage *s = *state;
    static struct acd_keymap map;
    acd_keymap_init(&map);
    acd_keymap_clear(&map, acd_keymap_find("help"));
    acd_keymap_clear(&map, acd_keymap_find("quit"));
    assert_int_equal(acd_keymap_add(&map, acd_keymap_find("quit"), (struct acd_key){.code = 'Z'}),
                     0);
    s->act.actions = map.action;
    draw(s);
    assert_shown(s, "Z Quit");
    assert_int_equal(click(s, "Z Quit"), ACD_ACT_QUIT);
    struct acd_key first = {.code = ACD_KEY_MOUSE_PRESS, .x = 0, .y = 23};
    acd_act_mouse(&s->act, first, &s->grid);
    assert_int_not_equal(s->m.ui.view, ACD_VIEW_HELP);
}

static void the_wheel_scrolls(void **state)
{
    struct stage *s = *state;
    acd_test_model_logs(&s->m, s->m.fleet.server[0], 100, 10);
    acd_act_do(&s->act, ACD_ACTION_EVENTS);
    assert_int_equal(acd_act_mouse(&s->act, (struct acd_key){.code = ACD_KEY_WHEEL_UP}, &s->grid),
                     ACD_ACT_DRAW);
    assert_true(s->m.ui.events.scrolled);
    for (int i = 0; i < 2; i++)
        acd_act_mouse(&s->act, (struct acd_key){.code = ACD_KEY_WHEEL_DOWN}, &s->grid);
    assert_false(s->m.ui.events.scrolled);
}

static void places_outside_the_picture_and_releases_mean_nothing(void **state)
{
    struct stage *s = *state;
    static const int16_t places[][2] = {{-1, 5}, {5, -1}, {80, 5}, {5, 24}, {32767, 32767}};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        struct acd_key key = {.code = ACD_KEY_MOUSE_PRESS, .x = places[i][0], .y = places[i][1]};
        assert_int_equal(acd_act_mouse(&s->act, key, &s->grid), ACD_ACT_NOTHING);
    }
    struct acd_key release = at_word(s, "F10 Quit");
    release.code = ACD_KEY_MOUSE_RELEASE;
    assert_true(acd_act_mouse_is(release));
    assert_int_equal(acd_act_mouse(&s->act, release, &s->grid), ACD_ACT_NOTHING);
    assert_false(acd_act_mouse_is((struct acd_key){.code = 'q'}));
}

static void a_question_is_answered_where_its_answers_stand_and_nowhere_else(void **state)
{
    struct stage *s = *state;
    struct acd_key quit = at_word(s, "F10 Quit");
    s->m.ui.prompt = ACD_PROMPT_EXIT;
    s->m.ui.prompt_choices = 2;
    draw(s);
    assert_int_equal(acd_act_mouse(&s->act, quit, &s->grid), ACD_ACT_NOTHING);
    assert_int_equal(click(s, "You raised a level"), ACD_ACT_NOTHING);
    assert_int_equal(click(s, "takes it"), ACD_ACT_NOTHING);
    struct acd_key beside = at_word(s, "2 leave it");
    beside.x = 1;
    assert_int_equal(acd_act_mouse(&s->act, beside, &s->grid), ACD_ACT_NOTHING);
    assert_int_equal(s->m.ui.prompt_choice, 0);
    /* The first click chooses, the second one takes it. */
    assert_int_equal(click(s, "2 leave it"), ACD_ACT_DRAW);
    assert_int_equal(s->m.ui.prompt_choice, 1);
    assert_int_equal(s->m.ui.prompt, ACD_PROMPT_EXIT);
    assert_int_equal(click(s, "2 leave it"), ACD_ACT_QUIT);
    assert_int_equal(s->m.ui.prompt, ACD_PROMPT_NONE);
    assert_false(s->act.restore);
}

/* Whatever is left out for want of room, a click finds the answer that is drawn there. */
static void answers_are_found_at_every_height(void **state)
{
    struct stage *s = *state;
    s->m.ui.prompt = ACD_PROMPT_LEVEL;
    s->m.ui.prompt_level = 3;
    s->m.ui.prompt_choices = ACD_LEASES;
    snprintf(s->m.ui.prompt_whom, sizeof s->m.ui.prompt_whom, "whom");
    for (int h = 8; h <= 24; h++) {
        acd_grid_resize(&s->grid, 80, h);
        for (size_t i = 0; i < ACD_LEASES; i++) {
            char label[32];
            s->m.ui.prompt_choice = i;
            draw(s);
            snprintf(label, sizeof label, "%zu %s", i + 1, acd_ui_leases[i].label);
            const struct acd_key key = at_word(s, label);
            size_t found = SIZE_MAX;
            const struct acd_rect at = {key.x, key.y, 1, 1};
            assert_true(acd_prompt_answer_at(&s->grid, &s->m.ui, at, &found));
            assert_int_equal(found, i);
        }
    }
}

static void a_click_finds_its_row_among_many(void **state)
{
    struct stage *s = *state;
    acd_test_model_failures(&s->m, s->m.fleet.server[0], 20);
    acd_test_model_renew(&s->m);
    acd_act_do(&s->act, ACD_ACTION_ERRORS);
    draw(s);
    size_t top = s->m.ui.errors.top, selected = s->m.ui.errors.selected;
    struct acd_key key = {.code = ACD_KEY_MOUSE_PRESS, .x = 4, .y = 6};
    acd_act_mouse(&s->act, key, &s->grid);
    assert_int_equal(s->m.ui.errors.top, top);
    size_t there = s->m.ui.errors.selected;
    assert_int_not_equal(there, selected);
    draw(s);
    key.y = 4;
    acd_act_mouse(&s->act, key, &s->grid);
    assert_int_equal(s->m.ui.errors.selected, there - 2);
}

static void a_click_below_the_list_selects_nothing_in_it(void **state)
{
    struct stage *s = *state;
    s->act.closeup = &s->m.closeup;
    static struct acd_numbers numbers;
    numbers.source = s->m.source;
    s->act.numbers = &numbers;
    acd_test_model_requests(&s->m, s->m.fleet.server[0]);
    s->m.ui.view = ACD_VIEW_CACHE;
    draw(s);
    click(s, " kv ");
    assert_shown(s, ">kv");
    assert_int_equal(click(s, "blk_7"), ACD_ACT_NOTHING);
    s->m.ui.view = ACD_VIEW_TIMERS;
    draw(s);
    assert_int_equal(click(s, "TimeoutError"), ACD_ACT_NOTHING);
    click(s, ">chat_completion");
    assert_int_equal(s->m.ui.view, ACD_VIEW_TIMER);
    assert_int_equal(click(s, "^p50"), ACD_ACT_NOTHING);
    click(s, "TimeoutError");
    assert_int_equal(s->m.ui.run.id, ACD_TEST_RUN_FAILED);
    click(s, "TimeoutError");
    assert_int_equal(s->m.ui.view, ACD_VIEW_RUN);
}

static void what_is_known_of_the_selected_row_is_no_row_of_its_list(void **state)
{
    struct stage *s = *state;
    static const enum acd_action_id screens[] = {ACD_ACTION_CACHE, ACD_ACTION_TIMERS,
                                                 ACD_ACTION_ERRORS};
    for (size_t i = 0; i < sizeof screens / sizeof screens[0]; i++) {
        acd_act_do(&s->act, screens[i]);
        draw(s);
        for (int16_t y = 10; y < 23; y++) {
            struct acd_key key = {.code = ACD_KEY_MOUSE_PRESS, .x = 4, .y = y};
            assert_int_equal(acd_act_mouse(&s->act, key, &s->grid), ACD_ACT_NOTHING);
        }
    }
}

static void error_groups_are_rows_and_their_details_are_not(void **state)
{
    struct stage *s = *state;
    acd_act_do(&s->act, ACD_ACTION_ERRORS);
    draw(s);
    assert_shown(s, ">HTTP 502");
    click(s, " Streaming");
    assert_shown(s, ">Streaming");
    assert_int_equal(click(s, " when "), ACD_ACT_NOTHING);
    assert_int_equal(click(s, "count"), ACD_ACT_NOTHING);
    click(s, " HTTP 502");
    assert_shown(s, ">HTTP 502");
}

static unsigned toggled;

static int toggle(void *context, const struct acd_roster_row *row, bool on, struct acd_problem *why)
{
    (void)context;
    (void)row;
    (void)on;
    (void)why;
    toggled++;
    return 0;
}

static void a_click_on_the_chosen_server_attaches_it(void **state)
{
    struct stage *s = *state;
    struct acd_roster roster = {.count = 0};
    for (unsigned i = 0; i < 3; i++) {
        struct acd_roster_row *row = acd_roster_add(&roster);
        assert_non_null(row);
        snprintf(row->app, sizeof row->app, "server%u", i);
        row->id = 1 + i;
    }
    s->m.ui.roster = &roster;
    s->act.attach = toggle;
    toggled = 0;
    acd_act_do(&s->act, ACD_ACTION_SERVERS);
    draw(s);
    click(s, "server1");
    assert_int_equal(s->m.ui.ring, 2);
    assert_int_equal(toggled, 0);
    click(s, "server1");
    assert_int_equal(toggled, 1);
    assert_int_equal(click(s, "format"), ACD_ACT_NOTHING);
    assert_int_equal(s->m.ui.ring, 2);
    s->m.ui.roster = NULL;
    acd_roster_fini(&roster);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_stage, clear_stage)
    const struct CMUnitTest tests[] = {
        TEST(a_click_on_a_row_selects_it),
        TEST(what_belongs_to_the_row_above_and_events_are_no_rows_to_select),
        TEST(a_click_on_a_word_of_the_footer_does_what_its_key_does),
        TEST(the_footer_goes_by_the_users_keys),
        TEST(the_wheel_scrolls),
        TEST(places_outside_the_picture_and_releases_mean_nothing),
        TEST(a_question_is_answered_where_its_answers_stand_and_nowhere_else),
        TEST(answers_are_found_at_every_height),
        TEST(a_click_finds_its_row_among_many),
        TEST(what_is_known_of_the_selected_row_is_no_row_of_its_list),
        TEST(a_click_below_the_list_selects_nothing_in_it),
        TEST(error_groups_are_rows_and_their_details_are_not),
        TEST(a_click_on_the_chosen_server_attaches_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
