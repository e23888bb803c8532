/* SPDX-License-Identifier: MIT */
/* Golden screens of the Files list and the JSON tree, from files written here, with keys played. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/filestage.h"
#include "tests/support/golden.h"
#include "tests/support/layout.h"
#include "tui/app/act_json.h"
#include "tui/app/actions.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void strange_files(struct acd_filestage *s)
{
    char path[400];
    snprintf(path, sizeof path, "%s/anyclaude-debug-1-link00.json", s->directory);
    assert_int_equal(symlink("/etc/passwd", path), 0);
    snprintf(path, sizeof path, "%s/anyclaude-debug-2-fifo00.json", s->directory);
    assert_int_equal(mkfifo(path, 0600), 0);
}

static const struct screen {
    const char *name;
    const char *keys;
    bool open_to_others, alone;
} screens[] = {
    {"files", "F", false, false},
    {"json", "F Enter", false, false},
    {"json-open", "F Enter * G", true, false},
    {"json-folded", "F Enter _", false, false},
    {"json-wrap", "F Enter * w G Up Up", false, false},
    {"json-raw", "F Enter r", false, false},
    {"json-inner", "F Enter * G Up Enter", false, false},
    {"json-find", "F Enter / n o o n Enter", false, false},
    {"json-typing", "F Enter / t o o", false, false},
    {"json-broken", "F Down Enter", false, false},
    {"json-broken-raw", "F Down Enter r", false, false},
    {"json-bytes", "F G Enter", false, false},
    {"json-alone", "F Enter", true, true},
};

static void show(struct acd_filestage *s, const struct screen *screen)
{
    char path[400];
    snprintf(path, sizeof path, "%s/anyclaude-debug-1773489601000-a1b2c3.json", s->directory);
    if (screen->open_to_others)
        assert_int_equal(chmod(path, 0644), 0);
    acd_filestage_play(s, screen->keys);
    s->m.ui.alone = screen->alone;
    acd_filestage_draw(s);
}

static bool shows(const struct acd_filestage *s, const char *text)
{
    static char drawn[1 << 18];
    acd_grid_dump(&s->grid, drawn, sizeof drawn);
    return strstr(drawn, text) != NULL;
}

static void screens_look_as_they_did(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(screens); i++) {
        for (size_t k = 0; k < 2 * ACD_TEST_SIZES; k++) {
            struct acd_filestage s;
            acd_filestage_begin(&s, acd_test_sizes[k / 2].w, acd_test_sizes[k / 2].h,
                                k % 2 ? ACD_GLYPHS_BLOCKS : ACD_GLYPHS_ASCII);
            show(&s, &screens[i]);
            acd_golden_compare(screens[i].name, &s.grid);
            acd_filestage_end(&s);
        }
    }
}

static void no_screen_shows_a_secret(void **state)
{
    (void)state;
    static const char *const secrets[] = {"abcdefghijklmnop", "user:pass", "hunter2", "a=b",
                                          "sk-0123456789ab"};
    for (size_t i = 0; i < COUNT(screens); i++) {
        struct acd_filestage s;
        acd_filestage_begin(&s, 200, 60, ACD_GLYPHS_BLOCKS);
        show(&s, &screens[i]);
        for (size_t k = 0; k < COUNT(secrets); k++)
            if (shows(&s, secrets[k]))
                fail_msg("%s shows %s", screens[i].name, secrets[k]);
        acd_filestage_end(&s);
    }
}

static void what_is_no_file_of_ours_is_listed_and_never_opened(void **state)
{
    (void)state;
    struct acd_filestage s;
    acd_filestage_begin(&s, 120, 24, ACD_GLYPHS_ASCII);
    strange_files(&s);
    acd_filestage_play(&s, "F");
    assert_true(shows(&s, "skipped: a symbolic link, not followed"));
    assert_true(shows(&s, "skipped: a fifo, not followed"));
    assert_false(shows(&s, "other.json"));
    acd_filestage_play(&s, "G Enter");
    assert_int_equal(s.m.ui.view, ACD_VIEW_FILES);
    assert_true(strstr(s.m.ui.message, "skipped") || strstr(s.m.ui.message, "not a regular"));
    acd_filestage_play(&s, "Up Enter");
    assert_int_equal(s.m.ui.view, ACD_VIEW_FILES);
    acd_filestage_end(&s);
}

static void escape_leads_out_one_step_at_a_time(void **state)
{
    (void)state;
    struct acd_filestage s;
    acd_filestage_begin(&s, 80, 24, ACD_GLYPHS_ASCII);
    acd_filestage_play(&s, "F Enter * G Up Enter");
    assert_non_null(s.d.json.tree->outer);
    acd_filestage_play(&s, "Esc");
    assert_ptr_equal(s.d.json.tree, &s.d.root);
    acd_filestage_play(&s, "r Esc");
    assert_false(s.d.root.raw);
    acd_filestage_play(&s, "Esc");
    assert_int_equal(s.m.ui.view, ACD_VIEW_FILES);
    acd_filestage_play(&s, "Esc");
    assert_int_equal(s.m.ui.view, ACD_VIEW_OVERVIEW);
    acd_filestage_end(&s);
}

static void values_and_paths_are_copied_secrets_are_not(void **state)
{
    (void)state;
    struct acd_filestage s;
    acd_filestage_begin(&s, 80, 24, ACD_GLYPHS_ASCII);
    acd_filestage_play(&s, "F Enter / n o o n Enter y");
    assert_string_equal(s.copied, "caf\xc3\xa9 \xe2\x80\xae at\nnoon");
    acd_filestage_play(&s, "Y");
    assert_string_equal(s.copied, "$.request.body.messages[0].content");
    acd_filestage_play(&s, "/ A u t h Enter y");
    assert_string_equal(s.copied, "$.request.body.messages[0].content");
    assert_non_null(strstr(s.m.ui.message, "hidden"));
    acd_filestage_play(&s, "Left y");
    assert_non_null(strstr(s.copied, "\"Authorization\": \"[REDACTED]\""));
    assert_null(strstr(s.copied, "abcdefgh"));
    acd_filestage_end(&s);
}

/* Hiding makes it longer than it was: "a://b@" becomes "a://[REDACTED]@". */
static void a_text_that_hiding_makes_longer_is_copied_whole(void **state)
{
    (void)state;
    char json[1500] = "[\"";
    struct acd_filestage s;
    for (int i = 0; i < 200; i++)
        memcpy(json + 2 + 7 * i, "a://b@ ", 7);
    memcpy(json + 2 + 7 * 200, "\"]", 3);
    acd_filestage_begin(&s, 80, 24, ACD_GLYPHS_BLOCKS);
    acd_filestage_put(&s, "anyclaude-debug-1773489602000-b1b2b3.json", json, 0);
    acd_filestage_play(&s, "F Enter j y");
    assert_int_equal(strlen(s.copied), 200 * strlen("a://[REDACTED]@ "));
    assert_null(strstr(s.copied, "//b@"));
    acd_filestage_end(&s);
}

static void a_search_without_a_match_says_so_until_the_next_key(void **state)
{
    (void)state;
    struct acd_filestage s;
    acd_filestage_begin(&s, 80, 24, ACD_GLYPHS_ASCII);
    acd_filestage_play(&s, "F Enter / z z Enter");
    assert_true(shows(&s, "/zz  is not in it"));
    acd_filestage_play(&s, "Down");
    assert_false(shows(&s, "is not in it"));
    acd_filestage_end(&s);
}

static void a_file_that_changed_or_went_says_so_and_is_read_anew(void **state)
{
    (void)state;
    struct acd_filestage s;
    acd_filestage_begin(&s, 80, 24, ACD_GLYPHS_ASCII);
    acd_filestage_play(&s, "F Enter");
    acd_filestage_put(&s, "anyclaude-debug-1773489601000-a1b2c3.json", "[1,2]", 0);
    assert_true(acd_documents_watch(&s.d));
    acd_filestage_draw(&s);
    assert_true(shows(&s, "changed on the disk"));
    acd_filestage_play(&s, "R");
    assert_int_equal(s.d.root.index.count, 3);
    unlink(s.d.path);
    assert_true(acd_documents_watch(&s.d));
    assert_false(acd_documents_watch(&s.d));
    acd_filestage_end(&s);
}

/* The name alone would fill what there is, and what is wrong would not be read. */
static void a_fault_is_said_whatever_the_files_name(void **state)
{
    (void)state;
    static const char *const names[] = {
        "anyclaude-debug-of-a-server-with-a-name-that-has-no-end-and-"
        "goes-on-and-on-and-on-up-to-here-1.json",
        "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
        "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
        "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
        "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9.json"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct acd_filestage s;
        struct acd_problem why;
        char path[300];
        acd_filestage_begin(&s, 80, 24, i == 0 ? ACD_GLYPHS_ASCII : ACD_GLYPHS_BLOCKS);
        acd_filestage_put(&s, names[i], "{\"a\":1,", 1);
        snprintf(path, sizeof path, "%s/%s", s.directory, names[i]);
        assert_int_equal(acd_documents_open(&s.d, path, 0, &why), 0);
        s.m.ui.view = ACD_VIEW_JSON;
        acd_filestage_settle(&s);
        acd_filestage_draw(&s);
        assert_true(shows(&s, ".json:1:8: expected a key in quotes") ||
                    shows(&s, ".json:1:8: the text ends"));
        assert_true(shows(&s, "writer may have been killed"));
        assert_false(shows(&s, "\xe2\x9f\xa8"
                               "C3"));
        acd_filestage_end(&s);
    }
}

static void notes_name_keys_as_they_are_configured(void **state)
{
    (void)state;
    struct acd_action actions[ACD_ACTIONS];
    struct acd_filestage s;
    memcpy(actions, acd_actions_table, acd_actions_count * sizeof actions[0]);
    for (size_t i = 0; i < acd_actions_count; i++) {
        if (actions[i].id == ACD_ACTION_JSON_RELOAD)
            actions[i].keys = "F11";
        if (actions[i].id == ACD_ACTION_JSON_RAW)
            actions[i].keys = "F9";
    }
    acd_filestage_begin(&s, 80, 24, ACD_GLYPHS_ASCII);
    s.d.actions = s.act.actions = actions;
    acd_filestage_put(&s, "anyclaude-debug-1773489601000-a1b2c3.json", "nothing", 0);
    acd_filestage_play(&s, "F Enter");
    assert_true(strstr(s.d.json.note[0], "F9 shows the text as it is") != NULL);
    acd_filestage_put(&s, "anyclaude-debug-1773489601000-a1b2c3.json", "[1,2]", 0);
    assert_true(acd_documents_watch(&s.d));
    acd_filestage_draw(&s);
    assert_true(shows(&s, "Hint: F11 reads it anew"));
    acd_filestage_end(&s);
}

static void what_is_typed_to_be_found_stays_in_sight(void **state)
{
    (void)state;
    struct acd_filestage s;
    const struct acd_key pasted_enter = {.code = ACD_KEY_ENTER, .mods = ACD_KEY_PASTED};
    const struct acd_key quit = {.code = ACD_KEY_F1 + 9};
    acd_filestage_begin(&s, 40, 12, ACD_GLYPHS_ASCII);
    acd_filestage_play(&s, "F Enter / a b c d e f g h i j a b c d e f g h i j "
                           "a b c d e f g h i j a b c d e f g h i j a b c d e f g h i j x y z");
    assert_true(shows(&s, "hijxyz"));
    /* A line feed in what is pasted is none of Enter; what leaves the program does. */
    acd_act_key(&s.act, pasted_enter);
    assert_true(s.d.json.typing);
    assert_non_null(strstr(s.d.json.find.text, "xyz "));
    assert_int_equal(acd_act_key(&s.act, quit), ACD_ACT_QUIT);
    acd_filestage_end(&s);
}

static void an_event_opens_as_a_tree_with_all_that_it_holds(void **state)
{
    (void)state;
    struct acd_filestage s;
    acd_filestage_begin(&s, 80, 24, ACD_GLYPHS_ASCII);
    acd_test_model_proxy(&s.m);
    acd_test_model_renew(&s.m);
    acd_filestage_play(&s, "E Enter");
    assert_int_equal(s.m.ui.view, ACD_VIEW_EVENTS); /* it follows: none is chosen */
    assert_non_null(strstr(s.m.ui.message, "Choose an event first"));
    acd_filestage_play(&s, "Up Enter");
    assert_true(shows(&s, "event of ") && shows(&s, "server: \"llm-proxy\"") &&
                shows(&s, "fields {"));
    assert_null(acd_documents_path(&s.d, ACD_VIEW_JSON));
    /* It is no file: nothing to edit, nothing to read anew. */
    acd_filestage_play(&s, "v");
    assert_non_null(strstr(s.m.ui.message, "is no file"));
    acd_filestage_play(&s, "R");
    assert_non_null(strstr(s.m.ui.message, "stays as it was"));
    assert_false(acd_documents_watch(&s.d));
    acd_filestage_play(&s, "/ p r o x y Enter y");
    assert_string_equal(s.copied, "llm-proxy");
    acd_filestage_play(&s, "Esc Esc");
    assert_int_equal(s.m.ui.view, ACD_VIEW_EVENTS);
    assert_true(s.m.ui.events.scrolled);
    acd_filestage_end(&s);
}

static void a_group_without_a_file_opens_its_newest_event(void **state)
{
    (void)state;
    struct acd_filestage s;
    acd_filestage_begin(&s, 80, 24, ACD_GLYPHS_ASCII);
    struct acd_server *server = acd_test_model_proxy(&s.m);
    acd_test_model_failures(&s.m, server, 3);
    for (size_t i = 0; i < server->totals.error_count; i++)
        server->totals.error[i].file[0] = '\0';
    acd_test_model_renew(&s.m);
    acd_filestage_play(&s, "X Enter");
    assert_int_equal(s.m.ui.view, ACD_VIEW_JSON);
    assert_true(shows(&s, "kind: \"error\""));
    assert_non_null(strstr(s.m.ui.message, "its newest event"));
    acd_filestage_play(&s, "Esc");
    assert_int_equal(s.m.ui.view, ACD_VIEW_ERRORS);
    acd_filestage_play(&s, "v"); /* opens files only */
    assert_int_equal(s.m.ui.view, ACD_VIEW_ERRORS);
    acd_filestage_end(&s);
}

static void the_tree_alone_has_no_other_screens(void **state)
{
    (void)state;
    struct acd_filestage s;
    acd_filestage_begin(&s, 80, 24, ACD_GLYPHS_ASCII);
    show(&s, &screens[COUNT(screens) - 1]);
    acd_filestage_play(&s, "Esc O F10 E F F7 Space Tab");
    assert_int_equal(s.m.ui.view, ACD_VIEW_JSON);
    acd_filestage_play(&s, "F1 Right");
    assert_int_equal(s.m.ui.view, ACD_VIEW_HELP);
    acd_filestage_play(&s, "Esc");
    assert_int_equal(s.m.ui.view, ACD_VIEW_JSON);
    acd_filestage_end(&s);
}

static void check_sizes(const struct screen *screen, int step)
{
    struct acd_filestage s;
    struct acd_test_size size = {0, 0};
    acd_filestage_begin(&s, 80, 24, ACD_GLYPHS_ASCII);
    show(&s, screen);
    const struct acd_scene scene = acd_test_scene_of(&s.m);
    while (acd_layout_next_size(&size)) {
        if ((size.w + size.h) % step != 0)
            continue;
        assert_int_equal(acd_grid_resize(&s.grid, size.w, size.h), 0);
        acd_filestage_settle(&s);
        const char *fault = acd_layout_draw(&s.grid, &scene);
        if (fault)
            fail_msg("%s %s", screen->name, fault);
        if (!s.d.root.raw && size.w >= ACD_VIEW_MIN_WIDTH && size.h >= ACD_VIEW_MIN_HEIGHT &&
            !acd_layout_has_focus(&s.grid))
            fail_msg("%s %dx%d shows nothing as selected", screen->name, size.w, size.h);
    }
    acd_filestage_end(&s);
}

/* The list and the tree at all of them, what else the tree can be at every seventh. */
static void at_every_size_nothing_overlaps_and_focus_shows(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(screens); i++)
        check_sizes(&screens[i], i < 2 ? 1 : 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(screens_look_as_they_did),
        cmocka_unit_test(no_screen_shows_a_secret),
        cmocka_unit_test(what_is_no_file_of_ours_is_listed_and_never_opened),
        cmocka_unit_test(escape_leads_out_one_step_at_a_time),
        cmocka_unit_test(values_and_paths_are_copied_secrets_are_not),
        cmocka_unit_test(a_text_that_hiding_makes_longer_is_copied_whole),
        cmocka_unit_test(a_search_without_a_match_says_so_until_the_next_key),
        cmocka_unit_test(a_file_that_changed_or_went_says_so_and_is_read_anew),
        cmocka_unit_test(a_fault_is_said_whatever_the_files_name),
        cmocka_unit_test(notes_name_keys_as_they_are_configured),
        cmocka_unit_test(what_is_typed_to_be_found_stays_in_sight),
        cmocka_unit_test(an_event_opens_as_a_tree_with_all_that_it_holds),
        cmocka_unit_test(a_group_without_a_file_opens_its_newest_event),
        cmocka_unit_test(the_tree_alone_has_no_other_screens),
        cmocka_unit_test(at_every_size_nothing_overlaps_and_focus_shows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
