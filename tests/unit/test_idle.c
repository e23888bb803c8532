/* SPDX-License-Identifier: MIT */
/* tui/app/idle: no key is without an answer, on any screen. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/keys.h"
#include "tests/support/model.h"
#include "tui/app/act.h"
#include "tui/app/act_json.h"
#include "tui/app/actions.h"
#include "tui/app/documents.h"
#include "tui/app/finder.h"
#include "tui/app/numbers.h"
#include "tui/model/roster.h"

struct stage {
    struct acd_test_model m;
    struct acd_act act;
    struct acd_documents documents;
    struct acd_finder finder;
    struct acd_numbers numbers;
    struct acd_roster roster;
    struct acd_grid grid;
    char before[2 * 80 * 24 * 4], after[2 * 80 * 24 * 4];
};

static int set_level(void *context, uint32_t number, uint32_t levels, uint32_t lease_s,
                     struct acd_problem *why)
{
    (void)context, (void)number, (void)levels, (void)lease_s, (void)why;
    return 0;
}

static int copy(void *context, const char *bytes, size_t length)
{
    (void)context, (void)bytes, (void)length;
    return 0;
}

/* What the loop does before and after a key. */
static void draw(struct stage *s, char *ret_dump, size_t size)
{
    struct acd_ui *ui = &s->m.ui;
    const struct acd_rect body = acd_view_body(ui, s->grid.w, s->grid.h);
    const struct acd_scene scene = {&s->m.fleet, &s->m.digest, ui, acd_actions_table,
                                    acd_actions_count};
    while (acd_finder_work(&s->finder) == ACD_FINDER_BUSY)
        continue;
    acd_documents_work(&s->documents, ui->view);
    acd_documents_settle(&s->documents, ui->view, body);
    while (acd_act_settle(&s->act, body))
        continue;
    acd_view_draw(&s->grid, &scene);
    size_t used = acd_grid_dump(&s->grid, ret_dump, size);
    acd_grid_dump_styles(&s->grid, ret_dump + used, size - used);
}

static void begin(struct stage *s, bool busy)
{
    memset(s, 0, sizeof *s);
    acd_test_model_init(&s->m);
    if (busy)
        acd_test_model_requests(&s->m, acd_test_model_proxy(&s->m));
    acd_test_model_renew(&s->m);
    assert_int_equal(acd_finder_init(&s->finder, &s->m.ui, &s->m.fleet), 0);
    acd_documents_init(&s->documents, "/nonexistent", 0);
    s->m.ui.closeup = &s->m.closeup;
    s->m.ui.files = &s->documents.files;
    s->m.ui.json = &s->documents.json;
    s->m.ui.roster = &s->roster;
    s->m.ui.page = 20;
    s->numbers.source = s->m.source;
    s->act = (struct acd_act){.ui = &s->m.ui,
                              .fleet = &s->m.fleet,
                              .digest = &s->m.digest,
                              .set_levels = set_level,
                              .documents = &s->documents,
                              .finder = &s->finder,
                              .closeup = &s->m.closeup,
                              .numbers = &s->numbers,
                              .copy = copy};
    assert_int_equal(acd_grid_init(&s->grid, 80, 24, ACD_GLYPHS_ASCII), 0);
}

static void end(struct stage *s)
{
    acd_grid_fini(&s->grid);
    acd_raised_fini(&s->act.raised);
    acd_numbers_fini(&s->numbers);
    acd_documents_fini(&s->documents);
    acd_finder_fini(&s->finder);
    acd_test_model_fini(&s->m);
}

static enum acd_act_result press(struct stage *s, const char *name)
{
    struct acd_key key;
    assert_int_equal(acd_key_parse(name, &key), 0);
    return acd_act_key(&s->act, key);
}

static void play(struct stage *s, const char *keys)
{
    for (struct acd_key key; acd_keys_take(&keys, &key);) {
        acd_act_key(&s->act, key);
        draw(s, s->before, sizeof s->before);
    }
}

/* How one comes to a screen from the overview, where there is something to come to. */
static const struct {
    const char *name, *keys;
    bool busy; /* only where something happened */
} screens[] = {
    {"overview", "O", false},  {"events", "E", false},         {"an event", "E Up", true},
    {"caches", "C", false},    {"lookups", "C Enter", true},   {"a miss", "C Enter Enter", true},
    {"timers", "T", false},    {"a timer", "T Enter", true},   {"a request", "T Enter Enter", true},
    {"errors", "X", false},    {"files", "F", false},          {"servers", "A", false},
    {"help", "?", false},      {"a tree", "E Up Enter", true}, {"a value", "E Up Enter Down", true},
    {"the level?", "+", true}, {"paused", "E Space", true},    {"a text", "E Up Enter r", true},
};

/* Then a key is a character, or none. */
static bool is_typing(const struct stage *s)
{
    return s->m.ui.prompt == ACD_PROMPT_FILTER || s->m.ui.prompt == ACD_PROMPT_FIND ||
           s->documents.json.typing;
}

/* The first key of each action, twice: the second may be the one that has nothing left to do.
 * @return how many of them neither changed the picture nor said a word */
static unsigned press_all(struct stage *s, size_t screen)
{
    unsigned silent = 0;
    for (size_t i = 0; i < acd_actions_count; i++) {
        char name[16];
        const char *keys = acd_actions_table[i].keys;
        snprintf(name, sizeof name, "%.*s", (int)strcspn(keys, " "), keys);
        begin(s, screens[screen].busy);
        play(s, screens[screen].keys);
        for (unsigned turn = 0; turn < 2 && !is_typing(s); turn++) {
            s->m.ui.message[0] = '\0';
            draw(s, s->before, sizeof s->before);
            enum acd_act_result result = press(s, name);
            if (result == ACD_ACT_RENEW)
                acd_test_model_renew(&s->m);
            draw(s, s->after, sizeof s->after);
            bool shown = strcmp(s->before, s->after) != 0 || result > ACD_ACT_RENEW;
            if (!shown)
                print_message("silent on %s: %s (%s)\n", screens[screen].name, name,
                              acd_actions_table[i].name);
            silent += !shown;
        }
        end(s);
    }
    return silent;
}

static void every_key_of_the_help_has_an_answer_on_every_screen(void **state)
{
    static struct stage s;
    unsigned silent = 0;
    (void)state;
    for (size_t i = 0; i < sizeof screens / sizeof screens[0]; i++)
        silent += press_all(&s, i);
    assert_int_equal(silent, 0);
}

static void a_key_that_is_none_says_so_and_what_a_terminal_sends_does_not(void **state)
{
    static struct stage s;
    (void)state;
    begin(&s, true);
    press(&s, "z");
    assert_string_equal(s.m.ui.message, "This key does nothing here: F1 lists them");
    s.m.ui.message[0] = '\0';
    assert_int_equal(acd_act_key(&s.act, (struct acd_key){.code = 'z', .mods = ACD_KEY_PASTED}),
                     ACD_ACT_NOTHING);
    assert_string_equal(s.m.ui.message, "");
    end(&s);
}

static void the_words_are_those_of_the_screen(void **state)
{
    static const struct {
        const char *keys, *message;
    } cases[] = {
        {"E s", "Events stay in the order in which they came"},
        {"C Enter Enter Enter", "This is all of the lookup: Esc goes back"},
        {"M", "There is no mark: m sets one"},
        {"O Esc Esc", "Nothing to go back to: F10 quits"},
        {"F Enter", "No debug file here: errors leave them from level 1 on"},
        {"C Up", "Nothing above"},
        {"C End End", "Nothing below"},
        {"E End", "This is the newest: what comes is shown"},
    };
    static struct stage s;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin(&s, true);
        play(&s, cases[i].keys);
        assert_string_equal(s.m.ui.message, cases[i].message);
        end(&s);
    }
}

static void a_key_that_did_something_is_not_commented(void **state)
{
    static struct stage s;
    (void)state;
    begin(&s, true);
    play(&s, "C Down");
    assert_string_equal(s.m.ui.message, "");
    play(&s, "E Up Up Down 1");
    assert_string_equal(s.m.ui.message, "");
    play(&s, "E Up Enter Down Left Right");
    assert_string_equal(s.m.ui.message, "");
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_of_the_help_has_an_answer_on_every_screen),
        cmocka_unit_test(a_key_that_is_none_says_so_and_what_a_terminal_sends_does_not),
        cmocka_unit_test(the_words_are_those_of_the_screen),
        cmocka_unit_test(a_key_that_did_something_is_not_commented),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
