/* SPDX-License-Identifier: MIT */
/* tui/app/conf, confread, conftable, confprint: the tables, what is wrong with a text, and back. */
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

#include "tui/app/actions.h"
#include "tui/app/conf.h"
#include "tui/app/confread.h"
#include "tui/model/store.h"

/* Reads a text over the defaults; what was printed is the caller's to free. */
static char *read_text(struct acd_conf *conf, const char *text)
{
    const struct acd_source source = {"top.yaml", text, strlen(text)};
    struct acd_complaints complaints = {0};
    char *out = NULL;
    size_t size = 0;
    acd_conf_init(conf);
    assert_int_equal(acd_confread_text(conf, &source, &complaints), 0);
    acd_conf_settle(conf);
    FILE *stream = open_memstream(&out, &size);
    assert_non_null(stream);
    acd_complaints_print(stream, &complaints, &source);
    fclose(stream);
    acd_complaints_fini(&complaints);
    return out;
}

static void assert_good(struct acd_conf *conf, const char *text)
{
    char *out = read_text(conf, text);
    assert_string_equal(out, "");
    free(out);
}

/* The text is refused with exactly this. */
static void assert_refused(const char *text, const char *expected)
{
    struct acd_conf conf;
    char *out = read_text(&conf, text);
    assert_string_equal(out, expected);
    free(out);
}

static void every_key_is_complete_and_its_default_is_a_value_of_it(void **state)
{
    (void)state;
    for (int id = 0; id < ACD_CONF_KEYS; id++) {
        const struct acd_conf_key *key = acd_conftable_key((enum acd_conf_id)id);
        char expects[160], written[64];
        uint64_t value, again;
        assert_int_equal(key->id, id);
        assert_true(strlen(key->name) > 0 && strlen(key->help) > 0);
        assert_ptr_equal(acd_conftable_find(key->section, key->name), key);
        assert_int_equal(acd_conftable_parse(key, key->fallback, &value), 0);
        acd_conftable_format(key, value, written, sizeof written);
        assert_int_equal(acd_conftable_parse(key, written, &again), 0);
        assert_int_equal(value, again);
        acd_conftable_expects(key, expects, sizeof expects);
        assert_true(strlen(expects) > 0 && strlen(expects) < sizeof expects - 1);
    }
}

static void values_are_read_with_their_units_and_bounds(void **state)
{
    (void)state;
    const struct acd_conf_key *refresh = acd_conftable_key(ACD_CONF_REFRESH);
    const struct acd_conf_key *memory = acd_conftable_key(ACD_CONF_MEMORY);
    const struct acd_conf_key *running = acd_conftable_key(ACD_CONF_RUNNING);
    uint64_t v = 0;
    assert_int_equal(acd_conftable_parse(refresh, "1s", &v), 0);
    assert_int_equal(v, 1000000000);
    assert_int_equal(acd_conftable_parse(refresh, "250 ms", &v), 0);
    assert_int_equal(v, 250000000);
    assert_int_equal(acd_conftable_parse(running, "0", &v), 0);
    assert_int_equal(v, 0);
    assert_int_equal(acd_conftable_parse(memory, "1GiB", &v), 0);
    assert_int_equal(v, 1u << 30);
    static const char *const bad[] = {"",
                                      "1",
                                      "1x",
                                      "1h",
                                      "19ms",
                                      "11s",
                                      "s",
                                      "-1s",
                                      "1.5s",
                                      "99999999999999999999s",
                                      "1000000000000000000s"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(acd_conftable_parse(refresh, bad[i], &v), -EINVAL);
}

static void what_is_written_counts(void **state)
{
    (void)state;
    struct acd_conf conf;
    assert_good(&conf, "refresh: 1s\ntheme: light\nmouse: yes\nscreen: events\n"
                       "level: {allow_change: false, confirm_at: never, on_exit: restore}\n"
                       "thresholds:\n  hit_rate: 80%\n"
                       "colours: {ok: black on 46}\nkeys: {pause: p, help: [F1]}\n");
    assert_int_equal(conf.value[ACD_CONF_REFRESH], 1000000000);
    assert_int_equal(conf.value[ACD_CONF_MOUSE], 1);
    assert_int_equal(conf.value[ACD_CONF_HIT_RATE], 80);
    assert_string_equal(conf.theme.name, "light");
    assert_int_equal(conf.theme.shades[ACD_STYLE_OK].bg256, 46);
    assert_int_equal(conf.theme.shades[ACD_STYLE_BAD].fg256,
                     acd_style_theme("light")->shades[ACD_STYLE_BAD].fg256);
    assert_false(conf.policy.allow_change);
    assert_int_equal(conf.policy.confirm_at, ACD_POLICY_CONFIRM_NEVER);
    assert_int_equal(conf.policy.on_exit, ACD_POLICY_RESTORE);
    assert_string_equal(conf.keymap.action[acd_keymap_find("pause")].keys, "p");
    assert_string_equal(conf.keymap.action[acd_keymap_find("help")].keys, "F1");
    assert_int_equal(conf.value[ACD_CONF_EVENTS], 100000);
}

static void the_defaults_are_those_of_the_code(void **state)
{
    (void)state;
    const struct acd_policy policy = ACD_POLICY_INIT;
    struct acd_conf conf;
    assert_good(&conf, "");
    assert_int_equal(conf.policy.allow_change, policy.allow_change);
    assert_int_equal(conf.policy.confirm_at, policy.confirm_at);
    assert_int_equal(conf.policy.on_exit, policy.on_exit);
    assert_int_equal(conf.value[ACD_CONF_EVENTS], ACD_STORE_ENTRIES_DEFAULT);
    assert_int_equal(conf.value[ACD_CONF_MEMORY], ACD_STORE_BYTES_DEFAULT);
    assert_string_equal(conf.theme.name, "default");
}

static void what_is_not_understood_is_said_with_line_and_caret(void **state)
{
    (void)state;
    assert_refused("a:\n",
                   "top.yaml:1:1: error: unknown key 'a'. Hint: acdebug-top --print-config\n"
                   "  a:\n  ^\n");
    assert_refused("theme: light\n\n\nrefesh: 1s\n",
                   "top.yaml:4:1: error: unknown key 'refesh' (did you mean 'refresh'?)\n"
                   "  refesh: 1s\n  ^\n");
    assert_refused("a\n", "top.yaml:1:1: error: a configuration is keys and values, such as "
                          "'refresh: 100ms'\n  a\n  ^\n");
    assert_refused("hit_rate: 3\n",
                   "top.yaml:1:1: error: unknown key 'hit_rate' (it belongs under 'thresholds')\n"
                   "  hit_rate: 3\n  ^\n");
    assert_refused("mouse: true\nmouse: false\n",
                   "top.yaml:2:1: error: duplicate key 'mouse', first at 1:1\n"
                   "  mouse: false\n  ^\n");
    assert_refused("? [a]\n: 1\n", "top.yaml:1:3: error: a key is a word, not a list\n"
                                   "  ? [a]\n    ^\n");
    assert_refused("level: 3\n", "top.yaml:1:8: error: 'level' takes keys and values, not a single "
                                 "value\n  level: 3\n         ^\n");
    assert_refused("\n\n\n\n\nlevel:\n  \ttheme: light\n",
                   "top.yaml:7:3: error: found a tab where spaces are required\n"
                   "     theme: light\n    ^\n");
}

static void values_that_do_not_fit_are_said_with_what_does(void **state)
{
    (void)state;
    assert_refused("refresh: fast\n", "top.yaml:1:10: error: 'refresh' can't be 'fast'; it takes a "
                                      "time from 20ms to 10s\n  refresh: fast\n           ^\n");
    assert_refused("theme: ligth\n", "top.yaml:1:8: error: 'theme' can't be 'ligth' (did you mean "
                                     "'light'?)\n  theme: ligth\n         ^\n");
    assert_refused("theme: 9\n",
                   "top.yaml:1:8: error: 'theme' can't be '9'; it takes default, light, monochrome "
                   "or high-contrast\n  theme: 9\n         ^\n");
    assert_refused("mouse: [a]\n", "top.yaml:1:8: error: 'mouse' takes true or false, not a list\n"
                                   "  mouse: [a]\n         ^\n");
    assert_refused("view_level: {}\n",
                   "top.yaml:1:13: error: 'view_level' takes a number from 1 to 3, not keys and "
                   "values\n  view_level: {}\n              ^\n");
    assert_refused("theme:\n",
                   "top.yaml:1:7: error: 'theme' has no value; it takes default, light, "
                   "monochrome or high-contrast\n  theme:\n        ^\n");
    assert_refused("colours: {ok: gren bold}\n",
                   "top.yaml:1:15: error: 'gren' is no colour (did you mean 'green'?)\n"
                   "  colours: {ok: gren bold}\n                ^\n");
    assert_refused("colours: {ok: '#12'}\n",
                   "top.yaml:1:15: error: '#12' is no colour. Hint: 'green', '#d08770', '109', "
                   "'black on yellow bold'\n  colours: {ok: '#12'}\n                ^\n");
    assert_refused("colours: {okay: red}\n",
                   "top.yaml:1:11: error: unknown role 'okay' (did you mean 'ok'?)\n"
                   "  colours: {okay: red}\n            ^\n");
    assert_refused("colours: {ok: *x, bad: &y red}\n",
                   "top.yaml:1:15: error: aliases have no use here: '*x'\n"
                   "  colours: {ok: *x, bad: &y red}\n                ^\n"
                   "top.yaml:1:24: error: anchors have no use here: '&y'\n"
                   "  colours: {ok: *x, bad: &y red}\n                         ^\n");
}

static void columns_are_chosen_by_name(void **state)
{
    (void)state;
    struct acd_conf conf;
    assert_good(&conf, "columns: {timers: [count, p95], cache: []}\nthresholds: {running: 5s}\n"
                       "windows: {trend: 5m}\n");
    assert_string_equal(acd_look_column_name(ACD_LOOK_TIMERS, 2), "count");
    assert_int_equal(conf.look.hidden[ACD_LOOK_TIMERS] & 31, 31 & ~(1u | 1u << 2 | 1u << 4));
    assert_int_equal(conf.look.hidden[ACD_LOOK_CACHE] & 3, 2);
    assert_int_equal(conf.look.running_ns, UINT64_C(5000000000));
    assert_int_equal(conf.look.window, ACD_WINDOW_5M);
    assert_good(&conf, "");
    assert_int_equal(conf.look.hidden[ACD_LOOK_TIMERS], acd_look_default.hidden[ACD_LOOK_TIMERS]);
    assert_int_equal(conf.look.hit_rate, acd_look_default.hit_rate);
    assert_int_equal(conf.look.running_ns, acd_look_default.running_ns);
    assert_int_equal(conf.look.window, acd_look_default.window);
    assert_refused("columns: {timers: [p5]}\n",
                   "top.yaml:1:20: error: unknown column 'p5' (did you mean 'p50'?)\n"
                   "  columns: {timers: [p5]}\n                     ^\n");
    assert_refused("columns: {timer: [p50]}\n",
                   "top.yaml:1:11: error: unknown table 'timer' (did you mean 'timers'?)\n"
                   "  columns: {timer: [p50]}\n            ^\n");
    assert_refused("columns: {cache: tokens}\n",
                   "top.yaml:1:18: error: 'cache' takes a list of columns\n"
                   "  columns: {cache: tokens}\n                   ^\n");
}

static void wrong_keys_and_conflicts_are_said_with_their_place(void **state)
{
    (void)state;
    assert_refused("keys: {pasue: x}\n",
                   "top.yaml:1:8: error: unknown action 'pasue' (did you mean 'pause'?)\n"
                   "  keys: {pasue: x}\n         ^\n");
    assert_refused("keys: {pause: Spaec}\n",
                   "top.yaml:1:15: error: 'Spaec' is no key (did you mean 'Space'?)\n"
                   "  keys: {pause: Spaec}\n                ^\n");
    assert_refused("keys: {pause: frobnicate}\n",
                   "top.yaml:1:15: error: 'frobnicate' is no key. Hint: a character, F1 to F12, "
                   "Space, PgUp, ^L, M-x\n  keys: {pause: frobnicate}\n                ^\n");
    assert_refused("keys: {pause: [p, p]}\n", "top.yaml:1:19: error: key 'p' stands there twice\n"
                                              "  keys: {pause: [p, p]}\n                    ^\n");
    assert_refused("keys: {pause: {a: b}}\n",
                   "top.yaml:1:15: error: 'pause' takes a key or a list of keys, not keys and "
                   "values\n  keys: {pause: {a: b}}\n                ^\n");
    assert_refused("keys: {pause: [[p]]}\n",
                   "top.yaml:1:16: error: a key takes a name such as 'F8', not a list\n"
                   "  keys: {pause: [[p]]}\n                 ^\n");
    assert_refused("keys:\n  pause: q\n",
                   "top.yaml:2:10: error: key 'q' is bound to 'quit' already. Hint: give 'quit' "
                   "another key\n    pause: q\n           ^\n");
    assert_refused("keys:\n  pause: p\n  quit: [F10, p]\n",
                   "top.yaml:3:15: error: key 'p' is bound to 'pause' already, at 2:10\n"
                   "    quit: [F10, p]\n                ^\n");
}

static void keys_may_change_places_and_a_screens_own_may_be_those_of_others(void **state)
{
    (void)state;
    struct acd_conf conf;
    assert_good(&conf, "keys: {pause: q, quit: [F10, Space], json-wrap: E, redraw: []}\n");
    assert_string_equal(conf.keymap.action[acd_keymap_find("redraw")].keys, "");
}

static void all_errors_come_in_one_pass_and_what_is_right_counts(void **state)
{
    (void)state;
    struct acd_conf conf;
    char *out = read_text(&conf, "refesh: 1\ntheme: x\nmouse: true\ncolours: {ok: x, nope: red}\n"
                                 "keys: {a: b}\nlevel: {x: y}\n");
    size_t errors = 0;
    for (const char *at = out; (at = strstr(at, ": error: ")); at++)
        errors++;
    assert_int_equal(errors, 6);
    assert_int_equal(conf.value[ACD_CONF_MOUSE], 1);
    free(out);
}

static void an_error_that_may_be_about_levels_locks_them(void **state)
{
    (void)state;
    static const char *const locking[] = {"level: {allow_change: flase}",
                                          "levle: {}",
                                          "level: {x: 1}",
                                          "theme: [",
                                          "a: 1",
                                          "a: 1\n---\n"};
    static const char *const others[] = {"theme: x", "colours: {ok: x}", "keys: {x: y}",
                                         "thresholds: {x: 1}"};
    struct acd_conf conf;
    for (size_t i = 0; i < sizeof locking / sizeof locking[0]; i++) {
        free(read_text(&conf, locking[i]));
        assert_false(conf.policy.allow_change);
    }
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        free(read_text(&conf, others[i]));
        assert_true(conf.policy.allow_change);
    }
}

static char *print_of(const struct acd_conf *conf)
{
    char *out = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&out, &size);
    assert_non_null(stream);
    acd_conf_print(stream, conf);
    fclose(stream);
    return out;
}

static void what_is_printed_reads_back_to_the_same(void **state)
{
    (void)state;
    struct acd_conf conf, again;
    assert_good(
        &conf, "refresh: 1500ms\ntheme: light\nno_colour: true\nglyphs: braille\n"
               "thresholds: {running: 0, hit_rate: 1}\nscrollback: {memory: 300KiB}\n"
               "level: {confirm_at: never}\ncolours: {ok: 'black on #112233 bold'}\n"
               "keys: {filter: F4, pause: ['\"', '\\', \"'\"], redraw: [], json-wrap: ['#', é]}\n");
    char *first = print_of(&conf);
    assert_good(&again, first);
    char *second = print_of(&again);
    assert_string_equal(first, second);
    assert_memory_equal(conf.value, again.value, sizeof conf.value);
    assert_memory_equal(conf.colour, again.colour, sizeof conf.colour);
    assert_memory_equal(conf.keymap.keys, again.keymap.keys, sizeof conf.keymap.keys);
    free(first);
    free(second);
}

static void one_setting_is_read_like_a_text(void **state)
{
    (void)state;
    struct acd_conf conf;
    struct acd_complaints c = {0};
    const struct acd_source good = {"--set", "keys.pause=[p, P]", 17};
    const struct acd_source bad = {"--set", "theme=ligth", 11};
    const struct acd_source none = {"--set", "theme=", 6}, unknown = {"--set", "x.y=1", 5};
    acd_conf_init(&conf);
    assert_int_equal(acd_confread_setting(&conf, "keys.pause", &good, 11, &c), 0);
    assert_int_equal(c.count, 0);
    assert_string_equal(conf.keymap.action[acd_keymap_find("pause")].keys, "p P");
    assert_int_equal(acd_confread_setting(&conf, "theme", &bad, 6, &c), 0);
    assert_string_equal(c.complaint[0].text, "'theme' can't be 'ligth' (did you mean 'light'?)");
    assert_int_equal(c.complaint[0].at.column, 7);
    acd_complaints_fini(&c);
    assert_int_equal(acd_confread_setting(&conf, "theme", &none, 6, &c), 0);
    assert_string_equal(c.complaint[0].text, "'theme' has no value");
    acd_complaints_fini(&c);
    assert_int_equal(acd_confread_setting(&conf, "x.y", &unknown, 4, &c), 0);
    assert_string_equal(c.complaint[0].text, "unknown key 'x.y'. Hint: acdebug-top --print-config");
    acd_complaints_fini(&c);
}

static void a_setting_that_is_mistyped_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *key, *says;
    } row[] = {
        {"refesh", "unknown key 'refesh' (did you mean 'refresh'?)"},
        {"keys.qiut", "unknown key 'keys.qiut' (did you mean 'keys.quit'?)"},
        {"confirm_at", "unknown key 'confirm_at' (did you mean 'level.confirm_at'?)"},
        {"levl.confirm_at", "unknown key 'levl.confirm_at'. Hint: acdebug-top --print-config"}};
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct acd_conf conf;
        struct acd_complaints c = {0};
        char text[40];
        snprintf(text, sizeof text, "%s=1", row[i].key);
        const struct acd_source source = {"--set", text, strlen(text)};
        acd_conf_init(&conf);
        assert_int_equal(acd_confread_setting(&conf, row[i].key, &source, strlen(text) - 1, &c), 0);
        assert_int_equal(c.count, 1);
        assert_string_equal(c.complaint[0].text, row[i].says);
        assert_int_equal(c.complaint[0].at.column, 1);
        assert_true(conf.locked);
        acd_complaints_fini(&c);
    }
}

/* ACDEBUG_TOP_LEVEL_ALLOW_CHANGE='"false' forbade something. */
static void what_is_no_value_of_a_level_locks_them(void **state)
{
    (void)state;
    static const char *const values[] = {"\"false", "", "*a", "[", "maybe", "a: b: c", "!!x"};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        struct acd_conf conf;
        struct acd_complaints c = {0};
        const struct acd_source source = {"VARIABLE", values[i], strlen(values[i])};
        acd_conf_init(&conf);
        assert_int_equal(acd_confread_setting(&conf, "level.allow_change", &source, 0, &c), 0);
        if (c.count == 0 || !conf.locked)
            fail_msg("'%s': %zu complaints, locked %d", values[i], c.count, conf.locked);
        acd_complaints_fini(&c);
        acd_conf_init(&conf);
        assert_int_equal(acd_confread_setting(&conf, "theme", &source, 0, &c), 0);
        if (c.count == 0 || conf.locked)
            fail_msg("theme '%s': %zu complaints, locked %d", values[i], c.count, conf.locked);
        acd_complaints_fini(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_is_complete_and_its_default_is_a_value_of_it),
        cmocka_unit_test(values_are_read_with_their_units_and_bounds),
        cmocka_unit_test(what_is_written_counts),
        cmocka_unit_test(the_defaults_are_those_of_the_code),
        cmocka_unit_test(what_is_not_understood_is_said_with_line_and_caret),
        cmocka_unit_test(values_that_do_not_fit_are_said_with_what_does),
        cmocka_unit_test(columns_are_chosen_by_name),
        cmocka_unit_test(wrong_keys_and_conflicts_are_said_with_their_place),
        cmocka_unit_test(keys_may_change_places_and_a_screens_own_may_be_those_of_others),
        cmocka_unit_test(all_errors_come_in_one_pass_and_what_is_right_counts),
        cmocka_unit_test(an_error_that_may_be_about_levels_locks_them),
        cmocka_unit_test(what_is_printed_reads_back_to_the_same),
        cmocka_unit_test(one_setting_is_read_like_a_text),
        cmocka_unit_test(a_setting_that_is_mistyped_is_named),
        cmocka_unit_test(what_is_no_value_of_a_level_locks_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
