/* SPDX-License-Identifier: MIT */
/* tui/app/act_events and finder: keys on events, played against a model, without a terminal. */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/keys.h"
#include "tests/support/model.h"
#include "tui/app/act.h"
#include "tui/app/finder.h"
#include "tui/app/keymap.h"

struct stage {
    struct acd_test_model m;
    struct acd_act act;
    struct acd_finder finder;
    char copied[2000];
};

static int copy(void *context, const char *bytes, size_t length)
{
    struct stage *s = context;
    if (length > 1500)
        return -E2BIG;
    memcpy(s->copied, bytes, length);
    s->copied[length] = '\0';
    return 0;
}

static int set_stage(void **state)
{
    static struct stage s;
    memset(&s, 0, sizeof s);
    acd_test_model_init(&s.m);
    assert_int_equal(acd_finder_init(&s.finder, &s.m.ui, &s.m.fleet), 0);
    s.act = (struct acd_act){.ui = &s.m.ui,
                             .fleet = &s.m.fleet,
                             .digest = &s.m.digest,
                             .context = &s,
                             .copy = copy,
                             .finder = &s.finder};
    *state = &s;
    return 0;
}

static int strike_stage(void **state)
{
    struct stage *s = *state;
    acd_finder_fini(&s->finder);
    acd_test_model_fini(&s->m);
    return 0;
}

static void settle(struct stage *s)
{
    while (acd_finder_work(&s->finder) == ACD_FINDER_BUSY)
        continue;
}

static enum acd_act_result press(struct stage *s, const char *name)
{
    struct acd_key key;
    assert_int_equal(acd_key_parse(name, &key), 0);
    return acd_act_key(&s->act, key);
}

static void play(struct stage *s, const char *keys)
{
    for (struct acd_key key; acd_keys_take(&keys, &key);)
        acd_act_key(&s->act, key);
    settle(s);
}

/* Letter by letter, then Enter. */
static void type(struct stage *s, const char *text)
{
    for (; *text; text++)
        acd_act_key(&s->act, (struct acd_key){.code = (unsigned char)*text});
    play(s, "Enter");
}

static uint64_t matches(const struct stage *s)
{
    assert_non_null(s->m.ui.lookup.sieve);
    return acd_sieve_matches(s->m.ui.lookup.sieve, s->m.fleet.store, 0, UINT64_MAX);
}

/* ---------------------------------------------------------------- moving */

static void events_scroll_back_and_follow_again_at_the_end(void **state)
{
    struct stage *s = *state;
    struct acd_server *server = acd_test_model_server(&s->m, "a", 1);
    acd_test_model_logs(&s->m, server, 100, 1);
    s->m.ui.view = ACD_VIEW_EVENTS;
    s->m.ui.page = 10;
    play(s, "Up");
    assert_true(s->m.ui.events.scrolled);
    assert_int_equal(s->m.ui.events.bottom, 99); /* the list stands still, the cursor moves */
    assert_int_equal(s->m.ui.events.selected, 98);
    play(s, "PgUp");
    assert_int_equal(s->m.ui.events.bottom, 90);
    assert_int_equal(s->m.ui.events.selected, 89);
    play(s, "Up Up");
    assert_int_equal(s->m.ui.events.selected, 87);
    assert_int_equal(s->m.ui.events.bottom, 90);
    play(s, "^U ^U");
    assert_int_equal(s->m.ui.events.selected, 79);
    assert_int_equal(s->m.ui.events.bottom, 82);
    play(s, "g");
    assert_int_equal(s->m.ui.events.selected, 0);
    assert_int_equal(s->m.ui.events.bottom, 9); /* the oldest stands in the first row */
    play(s, "Up PgUp ^U");
    assert_int_equal(s->m.ui.events.bottom, 9);
    /* What comes in does not move it. */
    acd_test_model_logs(&s->m, server, 50, 1);
    assert_int_equal(s->m.ui.events.bottom, 9);
    play(s, "^D");
    assert_int_equal(s->m.ui.events.bottom, 13);
    assert_int_equal(s->m.ui.events.selected, 4);
    play(s, "G");
    assert_false(s->m.ui.events.scrolled);
    play(s, "Up Down");
    assert_true(s->m.ui.events.scrolled);
    play(s, "Down");
    assert_false(s->m.ui.events.scrolled);
    play(s, "k Esc");
    assert_false(s->m.ui.events.scrolled);
    assert_int_equal(s->m.ui.view, ACD_VIEW_EVENTS);
}

static void scrolling_steps_over_what_is_not_shown(void **state)
{
    struct stage *s = *state;
    struct acd_server *server = acd_test_model_proxy(&s->m);
    (void)server;
    s->m.ui.view = ACD_VIEW_EVENTS;
    s->m.ui.page = 2;
    s->m.ui.filter.level = 1; /* hides the two timer events at level 2 */
    play(s, "Up Up");
    assert_int_equal(s->m.ui.events.selected, 4);
    assert_int_equal(s->m.ui.events.bottom, 6);
    play(s, "Up");
    assert_int_equal(s->m.ui.events.selected, 2);
    assert_int_equal(s->m.ui.events.bottom, 4);
}

static void scrolling_an_empty_list_does_nothing(void **state)
{
    struct stage *s = *state;
    s->m.ui.view = ACD_VIEW_EVENTS;
    play(s, "Up PgUp g Down G");
    assert_false(s->m.ui.events.scrolled);
}

static void pausing_keeps_the_events_that_were_there(void **state)
{
    struct stage *s = *state;
    struct acd_server *server = acd_test_model_server(&s->m, "a", 1);
    acd_test_model_logs(&s->m, server, 10, 1);
    play(s, "Space");
    acd_test_model_logs(&s->m, server, 5, 1);
    assert_true(s->m.ui.paused);
    assert_int_equal(acd_ui_end(&s->m.ui, s->m.fleet.store), 10);
    s->m.ui.view = ACD_VIEW_EVENTS;
    s->m.ui.page = 3;
    play(s, "Up");
    assert_int_equal(s->m.ui.events.selected, 8);
    assert_int_equal(s->m.ui.events.bottom, 9);
    play(s, "Down Down");
    assert_false(s->m.ui.events.scrolled);
    play(s, "Up Up");
    assert_true(s->m.ui.events.scrolled);
    const struct acd_key space = {.code = ' '};
    assert_int_equal(acd_act_key(&s->act, space), ACD_ACT_RENEW);
    assert_false(s->m.ui.events.scrolled); /* going on is following again */
    assert_int_equal(acd_ui_end(&s->m.ui, s->m.fleet.store), 15);
}

/* ---------------------------------------------------------------- filters */

static void a_filter_is_typed_taken_and_cleared(void **state)
{
    struct stage *s = *state;
    acd_test_model_proxy(&s->m);
    play(s, "\\");
    assert_int_equal(s->m.ui.prompt, ACD_PROMPT_FILTER);
    type(s, "kind:timer q"); /* letters are text, not commands */
    assert_int_equal(s->m.ui.prompt, ACD_PROMPT_NONE);
    assert_string_equal(s->m.ui.lookup.filter, "kind:timer q");
    assert_int_equal(matches(s), 0);
    play(s, "F4 ^W Enter");
    assert_string_equal(s->m.ui.lookup.filter, "kind:timer ");
    assert_int_equal(matches(s), 2);
    play(s, "\\ ^U Enter");
    assert_string_equal(s->m.ui.lookup.filter, "");
    assert_null(s->m.ui.lookup.sieve);
    play(s, "\\ Up Enter"); /* the last one comes back */
    assert_int_equal(matches(s), 2);
}

/* As the loop does it when a recording is played anew. */
static void what_was_looked_for_is_looked_for_by_the_next_finder(void **state)
{
    struct stage *s = *state;
    acd_test_model_proxy(&s->m);
    play(s, "\\");
    type(s, "kind:timer");
    play(s, "! /");
    type(s, "end");
    acd_finder_fini(&s->finder);
    assert_int_equal(acd_finder_init(&s->finder, &s->m.ui, &s->m.fleet), 0);
    acd_finder_resume(&s->finder);
    settle(s);
    assert_string_equal(s->m.ui.lookup.filter, "kind:timer");
    assert_string_equal(s->m.ui.lookup.find, "end");
    assert_true(s->m.ui.lookup.invert);
    assert_ptr_equal(s->m.ui.lookup.mark, s->finder.find);
    const uint64_t others = matches(s);
    play(s, "!");
    assert_int_equal(matches(s), 2);
    assert_true(others > 2);
    /* And nothing where nothing was looked for. */
    play(s, "\\ ^U Enter / ^U Enter");
    acd_finder_fini(&s->finder);
    assert_int_equal(acd_finder_init(&s->finder, &s->m.ui, &s->m.fleet), 0);
    acd_finder_resume(&s->finder);
    settle(s);
    assert_null(s->m.ui.lookup.sieve);
    assert_null(s->m.ui.lookup.mark);
}

static void a_filter_that_is_none_is_refused_where_it_is_wrong(void **state)
{
    struct stage *s = *state;
    acd_test_model_proxy(&s->m);
    play(s, "\\");
    type(s, "miss");
    assert_int_equal(matches(s), 1);
    play(s, "\\ ^U");
    type(s, "kind:cahce");
    assert_int_equal(s->m.ui.prompt, ACD_PROMPT_FILTER);
    assert_int_equal(s->m.ui.lookup.fault_at, 5);
    assert_non_null(strstr(s->m.ui.lookup.fault, "did you mean 'cache'?"));
    assert_string_equal(s->m.ui.lookup.filter, "miss"); /* goes on */
    play(s, "BackSpace");
    assert_string_equal(s->m.ui.lookup.fault, "");
    play(s, "Esc");
    assert_int_equal(s->m.ui.prompt, ACD_PROMPT_NONE);
    assert_int_equal(matches(s), 1);
}

static void what_asks_for_a_filter_is_named_by_its_configured_key(void **state)
{
    struct stage *s = *state;
    static struct acd_keymap keymap;
    struct acd_key key;
    acd_keymap_init(&keymap);
    acd_keymap_clear(&keymap, acd_keymap_find("filter"));
    assert_int_equal(acd_key_parse("z", &key), 0);
    assert_int_equal(acd_keymap_add(&keymap, acd_keymap_find("filter"), key), 0);
    s->act.actions = keymap.action;
    acd_act_do(&s->act, ACD_ACTION_CONTEXT);
    assert_string_equal(s->m.ui.message, "Context of what? z asks for a filter first");
    acd_act_do(&s->act, ACD_ACTION_INVERT);
    assert_string_equal(s->m.ui.message, "Nothing to turn round: z asks for a filter first");
    acd_act_do(&s->act, ACD_ACTION_FIND_NEXT);
    assert_string_equal(s->m.ui.message, "Nothing to search for yet: F3 asks");
}

static void context_and_inversion_belong_to_a_filter(void **state)
{
    struct stage *s = *state;
    acd_test_model_proxy(&s->m);
    play(s, "&");
    assert_non_null(strstr(s->m.ui.message, "filter first"));
    play(s, "!");
    assert_non_null(strstr(s->m.ui.message, "filter first"));
    assert_false(s->m.ui.lookup.invert);
    play(s, "\\");
    type(s, "kind:cache");
    const unsigned steps[] = {1, 3, 9, 0, 1};
    for (size_t i = 0; i < 5; i++) {
        play(s, "&");
        assert_int_equal(s->m.ui.lookup.context, steps[i]);
    }
    const struct acd_shown shown = acd_ui_shown(&s->m.ui, &s->m.fleet);
    struct acd_entry e;
    assert_true(acd_shown_from(&shown, 0, &e));
    assert_int_equal(e.sequence, 1); /* the one before the match */
    play(s, "!");
    assert_int_equal(matches(s), 6);
    assert_null(s->m.ui.lookup.mark);
    play(s, "!");
    assert_int_equal(matches(s), 1);
    play(s, "\\ ^U Enter");
    assert_int_equal(s->m.ui.lookup.context, 0);
}

static void a_filter_goes_with_the_view_level_and_the_servers(void **state)
{
    struct stage *s = *state;
    acd_test_model_proxy(&s->m);
    acd_test_model_events(&s->m, acd_test_model_server(&s->m, "b", 2));
    play(s, "\\");
    type(s, "kind:timer or kind:cache");
    assert_int_equal(matches(s), 6);
    play(s, "1");
    assert_int_equal(matches(s), 2);
    play(s, "3 Tab");
    assert_int_equal(matches(s), 3);
}

static void a_filter_works_while_paused_and_scrolled(void **state)
{
    struct stage *s = *state;
    struct acd_server *server = acd_test_model_server(&s->m, "a", 1);
    acd_test_model_logs(&s->m, server, 300, 1);
    s->m.ui.page = 10;
    play(s, "e Space PgUp PgUp");
    uint64_t bottom = s->m.ui.events.bottom;
    acd_test_model_logs(&s->m, server, 300, 1);
    play(s, "\\");
    type(s, "/7$/");
    assert_int_equal(s->m.ui.events.bottom, bottom);
    const struct acd_shown shown = acd_ui_shown(&s->m.ui, &s->m.fleet);
    struct acd_entry e;
    assert_true(acd_shown_before(&shown, bottom + 1, &e));
    assert_int_equal(e.sequence % 10, 7);
    assert_true(acd_shown_before(&shown, UINT64_MAX, &e));
    assert_int_equal(e.sequence, 297); /* not what came behind the pause */
    play(s, "Space");
    const struct acd_shown live = acd_ui_shown(&s->m.ui, &s->m.fleet);
    assert_true(acd_shown_before(&live, UINT64_MAX, &e));
    assert_int_equal(e.sequence, 597);
}

static void escape_stops_a_scan_and_keeps_what_was_found(void **state)
{
    struct stage *s = *state;
    struct acd_server *server = acd_test_model_server(&s->m, "a", 1);
    acd_test_model_logs(&s->m, server, 900, 1);
    s->m.ui.view = ACD_VIEW_EVENTS;
    play(s, "\\");
    for (const char *c = "/n/"; *c; c++)
        acd_act_key(&s->act, (struct acd_key){.code = (unsigned char)*c});
    press(s, "Enter");
    /* A slice of it only. */
    const struct acd_sieve_rules rules = {.filter = ACD_FILTER_INIT, .query = s->finder.filter};
    acd_sieve_begin(s->finder.rows, &rules, 900);
    s->m.ui.lookup.sieve = s->finder.rows;
    acd_sieve_step(s->finder.rows, &s->m.fleet, 100);
    press(s, "Esc");
    settle(s);
    assert_int_equal(acd_sieve_state(s->finder.rows, s->m.fleet.store), ACD_SIEVE_STOPPED);
    assert_true(matches(s) >= 50 && matches(s) <= 100);
    assert_string_equal(s->m.ui.lookup.filter, "/n/");
    play(s, "Esc"); /* nothing goes on any more: the filter is the next step */
    assert_string_equal(s->m.ui.lookup.filter, "");
    assert_int_equal(s->m.ui.view, ACD_VIEW_EVENTS);
    play(s, "Esc");
    assert_int_equal(s->m.ui.view, ACD_VIEW_OVERVIEW);
}

/* ---------------------------------------------------------------- searching */

static void a_search_finds_the_newest_then_steps_both_ways(void **state)
{
    struct stage *s = *state;
    struct acd_server *server = acd_test_model_server(&s->m, "a", 1);
    acd_test_model_logs(&s->m, server, 300, 1);
    s->m.ui.page = 10;
    play(s, "/");
    type(s, "bytes=50 or bytes=250");
    assert_int_equal(s->m.ui.view, ACD_VIEW_EVENTS);
    assert_int_equal(s->m.ui.events.selected, 250);
    assert_true(s->m.ui.events.scrolled && s->m.ui.events.bottom >= 250);
    play(s, "N");
    assert_int_equal(s->m.ui.events.selected, 50);
    assert_true(s->m.ui.events.bottom >= 50 && s->m.ui.events.bottom < 60);
    assert_string_equal(s->m.ui.message, "");
    play(s, "N");
    assert_int_equal(s->m.ui.events.selected, 250);
    assert_non_null(strstr(s->m.ui.message, "Searched around"));
    play(s, "n");
    assert_int_equal(s->m.ui.events.selected, 50);
    play(s, "n");
    assert_int_equal(s->m.ui.events.selected, 250);
    play(s, "Esc Esc n");
    assert_non_null(strstr(s->m.ui.message, "Nothing to search for"));
}

static void what_is_not_there_is_said(void **state)
{
    struct stage *s = *state;
    acd_test_model_proxy(&s->m);
    play(s, "/");
    type(s, "nowhere");
    assert_non_null(strstr(s->m.ui.message, "No event has 'nowhere'"));
    assert_false(s->m.ui.events.scrolled);
    play(s, "/");
    type(s, "(");
    assert_int_equal(s->m.ui.prompt, ACD_PROMPT_FIND);
    assert_true(s->m.ui.lookup.fault[0] != '\0');
}

static void a_search_looks_at_what_the_filter_shows(void **state)
{
    struct stage *s = *state;
    acd_test_model_proxy(&s->m);
    play(s, "\\");
    type(s, "kind:timer");
    play(s, "/");
    type(s, "kind:cache");
    assert_non_null(strstr(s->m.ui.message, "No event has"));
    play(s, "/");
    type(s, "model_loaded");
    assert_int_equal(s->m.ui.events.selected, 3);
}

/* ---------------------------------------------------------------- following, copying */

static void following_narrows_to_the_request_of_the_selected_event(void **state)
{
    struct stage *s = *state;
    acd_test_model_proxy(&s->m);
    play(s, "e f");
    assert_non_null(strstr(s->m.ui.message, "Choose an event first"));
    play(s, "/");
    type(s, "model_loaded");
    assert_int_equal(press(s, "f"), ACD_ACT_RENEW);
    settle(s);
    assert_string_equal(s->m.ui.followed.text, "88f");
    assert_int_equal(matches(s), 2);
    assert_int_equal(press(s, "f"), ACD_ACT_RENEW);
    settle(s);
    assert_null(s->m.ui.lookup.sieve);
    play(s, "f");
    assert_int_equal(s->m.ui.followed.kind, ACD_REQUEST_TEXT);
    play(s, "Esc"); /* first to the newest events */
    assert_false(s->m.ui.events.scrolled);
    assert_int_equal(press(s, "Esc"), ACD_ACT_RENEW);
    assert_int_equal(s->m.ui.followed.kind, ACD_REQUEST_NONE);
}

static void on_the_overview_the_oldest_running_request_is_followed(void **state)
{
    struct stage *s = *state;
    struct acd_server *server = acd_test_model_proxy(&s->m);
    acd_test_model_renew(&s->m);
    for (unsigned i = 0; i < 3; i++)
        server->totals.running[i].request_kind = ACD_REQUEST_NONE;
    play(s, "f");
    assert_non_null(strstr(s->m.ui.message, "No request of this timer runs"));
    for (unsigned i = 0; i < 3; i++) {
        server->totals.running[i].request_kind = ACD_REQUEST_NUMBER;
        server->totals.running[i].request = 100 + i;
    }
    play(s, "f");
    assert_int_equal(s->m.ui.followed.number, 102);
    play(s, "f Down f"); /* of "embed" none runs */
    assert_int_equal(s->m.ui.followed.kind, ACD_REQUEST_NONE);
}

static void an_event_and_its_request_are_copied_as_they_are_shown(void **state)
{
    struct stage *s = *state;
    acd_test_model_proxy(&s->m);
    play(s, "e y");
    assert_non_null(strstr(s->m.ui.message, "Choose an event first"));
    play(s, "/");
    type(s, "model_loaded");
    play(s, "y");
    assert_non_null(strstr(s->copied, "2 timer chat_completion @ model_loaded"));
    assert_non_null(strstr(s->copied, "req 88f"));
    play(s, "Y");
    assert_string_equal(s->copied, "88f");
    play(s, "/");
    type(s, "kind:error");
    play(s, "y");
    assert_non_null(strstr(s->copied, "upstream timeout"));
    assert_null(strstr(s->copied, "0123456789abcdef")); /* no secret */
    assert_null(strstr(s->copied, "me:pw"));
    play(s, "Down Y");
    assert_non_null(strstr(s->m.ui.message, "no request"));
}

int main(void)
{
#define STAGED(test) cmocka_unit_test_setup_teardown(test, set_stage, strike_stage)
    const struct CMUnitTest tests[] = {
        STAGED(events_scroll_back_and_follow_again_at_the_end),
        STAGED(scrolling_steps_over_what_is_not_shown),
        STAGED(scrolling_an_empty_list_does_nothing),
        STAGED(pausing_keeps_the_events_that_were_there),
        STAGED(a_filter_is_typed_taken_and_cleared),
        STAGED(what_was_looked_for_is_looked_for_by_the_next_finder),
        STAGED(a_filter_that_is_none_is_refused_where_it_is_wrong),
        STAGED(what_asks_for_a_filter_is_named_by_its_configured_key),
        STAGED(context_and_inversion_belong_to_a_filter),
        STAGED(a_filter_goes_with_the_view_level_and_the_servers),
        STAGED(a_filter_works_while_paused_and_scrolled),
        STAGED(escape_stops_a_scan_and_keeps_what_was_found),
        STAGED(a_search_finds_the_newest_then_steps_both_ways),
        STAGED(what_is_not_there_is_said),
        STAGED(a_search_looks_at_what_the_filter_shows),
        STAGED(following_narrows_to_the_request_of_the_selected_event),
        STAGED(on_the_overview_the_oldest_running_request_is_followed),
        STAGED(an_event_and_its_request_are_copied_as_they_are_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
