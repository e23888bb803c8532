/* SPDX-License-Identifier: MIT */
/* Golden screens of the Files list and the JSON tree, from files written here, with keys played. */
#include "config.h"

#include <fcntl.h>
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

#include "tests/support/golden.h"
#include "tests/support/model.h"
#include "tui/app/act.h"
#include "tui/app/act_json.h"
#include "tui/app/actions.h"
#include "tui/app/documents.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const char whole[] =
    "{\n  \"timestamp\": \"2026-03-14T12:00:01+00:00\",\n  \"writer\": \"acdebug\",\n"
    "  \"statusCode\": 502,\n  \"request\": {\n    \"method\": \"POST\",\n"
    "    \"url\": \"https://user:pass@api.example.com/v1/messages\",\n    \"headers\": {\n"
    "      \"Authorization\": \"Bearer abcdefghijklmnop\",\n"
    "      \"content-type\": \"application/json\"\n    },\n    \"body\": {\n"
    "      \"model\": \"large-1\",\n      \"max_tokens\": 1024,\n"
    "      \"seed\": 123456789012345678901234567890,\n      \"seed\": 2,\n"
    "      \"messages\": [{\"role\": \"user\", \"content\": \"caf\\u00e9 \\u202e at\\nnoon\"},\n"
    "        {\"role\": \"tool\", \"content\": \"{\\\"rows\\\": [1, 2], "
    "\\\"api_key\\\": \\\"hunter2hunter2\\\"}\"}]\n    }\n  },\n  \"response\": null\n}\n";
static const char broken[] =
    "{\n  \"statusCode\": 500,\n  \"request\": {\"method\": \"POST\",\n"
    "    \"headers\": {\"cookie\": \"a=b\" \"x-api-key\": \"sk-0123456789ab\"";
static const char older[] = "{\"timestamp\": \"2026-03-14T11:00:00Z\", \"request\": {\"method\": "
                            "\"GET\", \"url\": \"http://localhost:8000/v1/models\"}, "
                            "\"response\": {\"statusCode\": 404}}";
static const char bytes[] = "{\"name\": \"\xff\xfe caf\xc3\xa9\", \"esc\": \"\x1b[31m\"}";

struct stage {
    struct acd_test_model m;
    struct acd_documents d;
    struct acd_act act;
    struct acd_grid grid;
    char directory[64];
    char copied[4096];
};

static void put_file(struct stage *s, const char *name, const char *text, unsigned age_s)
{
    char path[400];
    snprintf(path, sizeof path, "%s/%s", s->directory, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    time_t then = (time_t)(ACD_TEST_NOW / ACD_TEST_SECOND) - (time_t)age_s;
    const struct timespec times[2] = {{then, 0}, {then, 0}};
    assert_int_equal(futimens(fd, times), 0);
    close(fd);
}

static int copy(void *context, const char *text, size_t length)
{
    struct stage *s = context;
    assert_true(length < sizeof s->copied);
    memcpy(s->copied, text, length);
    s->copied[length] = '\0';
    return 0;
}

static void begin(struct stage *s, int w, int h, enum acd_glyphs glyphs)
{
    memset(s, 0, sizeof *s);
    acd_test_model_init(&s->m);
    snprintf(s->directory, sizeof s->directory, "/tmp/acdebug-test-XXXXXX");
    assert_non_null(mkdtemp(s->directory));
    assert_int_equal(acd_grid_init(&s->grid, w, h, glyphs), 0);
    acd_documents_init(&s->d, s->directory, s->grid.text_flags);
    s->m.ui.files = &s->d.files;
    s->m.ui.json = &s->d.json;
    s->act = (struct acd_act){.ui = &s->m.ui,
                              .fleet = &s->m.fleet,
                              .digest = &s->m.digest,
                              .context = s,
                              .documents = &s->d,
                              .copy = copy};
    put_file(s, "anyclaude-debug-1773489601000-a1b2c3.json", whole, 1);
    put_file(s, "anyclaude-debug-1773489542000-d4e5f6.json", broken, 60);
    put_file(s, "anyclaude-debug-1773486000000-0a0a0a.json", older, 3602);
    put_file(s, "anyclaude-debug-1773400000000-ffffff.json", bytes, 89602);
    put_file(s, "other.json", "{}", 1);
}

static void end(struct stage *s)
{
    char command[128];
    acd_documents_fini(&s->d);
    acd_grid_fini(&s->grid);
    acd_test_model_fini(&s->m);
    snprintf(command, sizeof command, "rm -r '%s'", s->directory);
    assert_int_equal(system(command), 0);
}

static void draw(struct stage *s)
{
    const struct acd_scene scene = {&s->m.fleet, &s->m.digest, &s->m.ui, acd_actions_table,
                                    acd_actions_count};
    while (acd_documents_work(&s->d, s->m.ui.view) == ACD_DOCUMENTS_BUSY) {}
    snprintf(s->d.files.directory, sizeof s->d.files.directory, "/tmp");
    acd_documents_settle(&s->d, s->m.ui.view, acd_view_body(&s->m.ui, s->grid.w, s->grid.h));
    acd_view_draw(&s->grid, &scene);
}

static void play(struct stage *s, const char *keys)
{
    char words[200];
    char *rest = words;
    snprintf(words, sizeof words, "%s", keys);
    for (char *name; (name = strtok_r(rest, " ", &rest));) {
        struct acd_key key;
        assert_int_equal(acd_key_parse(name, &key), 0);
        acd_act_key(&s->act, key);
        draw(s);
    }
}

static void strange_files(struct stage *s)
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

static const struct {
    int w, h;
} sizes[] = {{40, 8}, {80, 24}, {200, 60}};

static void show(struct stage *s, const struct screen *screen)
{
    char path[400];
    snprintf(path, sizeof path, "%s/anyclaude-debug-1773489601000-a1b2c3.json", s->directory);
    if (screen->open_to_others)
        assert_int_equal(chmod(path, 0644), 0);
    play(s, screen->keys);
    s->m.ui.alone = screen->alone;
    draw(s);
}

static bool shows(const struct stage *s, const char *text)
{
    static char drawn[1 << 18];
    acd_grid_dump(&s->grid, drawn, sizeof drawn);
    return strstr(drawn, text) != NULL;
}

static void screens_look_as_they_did(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(screens); i++) {
        for (size_t k = 0; k < COUNT(sizes) * 2; k++) {
            struct stage s;
            begin(&s, sizes[k / 2].w, sizes[k / 2].h, k % 2 ? ACD_GLYPHS_BLOCKS : ACD_GLYPHS_ASCII);
            show(&s, &screens[i]);
            acd_golden_compare(screens[i].name, &s.grid);
            end(&s);
        }
    }
}

static void no_screen_shows_a_secret(void **state)
{
    (void)state;
    static const char *const secrets[] = {"abcdefghijklmnop", "user:pass", "hunter2", "a=b",
                                          "sk-0123456789ab"};
    for (size_t i = 0; i < COUNT(screens); i++) {
        struct stage s;
        begin(&s, 200, 60, ACD_GLYPHS_BLOCKS);
        show(&s, &screens[i]);
        for (size_t k = 0; k < COUNT(secrets); k++)
            if (shows(&s, secrets[k]))
                fail_msg("%s shows %s", screens[i].name, secrets[k]);
        end(&s);
    }
}

static void what_is_no_file_of_ours_is_listed_and_never_opened(void **state)
{
    (void)state;
    struct stage s;
    begin(&s, 120, 24, ACD_GLYPHS_ASCII);
    strange_files(&s);
    play(&s, "F");
    assert_true(shows(&s, "skipped: a symbolic link, not followed"));
    assert_true(shows(&s, "skipped: a fifo, not followed"));
    assert_false(shows(&s, "other.json"));
    play(&s, "G Enter");
    assert_int_equal(s.m.ui.view, ACD_VIEW_FILES);
    assert_true(strstr(s.m.ui.message, "skipped") || strstr(s.m.ui.message, "not a regular"));
    play(&s, "Up Enter");
    assert_int_equal(s.m.ui.view, ACD_VIEW_FILES);
    end(&s);
}

static void escape_leads_out_one_step_at_a_time(void **state)
{
    (void)state;
    struct stage s;
    begin(&s, 80, 24, ACD_GLYPHS_ASCII);
    play(&s, "F Enter * G Up Enter");
    assert_non_null(s.d.json.tree->outer);
    play(&s, "Esc");
    assert_ptr_equal(s.d.json.tree, &s.d.root);
    play(&s, "r Esc");
    assert_false(s.d.root.raw);
    play(&s, "Esc");
    assert_int_equal(s.m.ui.view, ACD_VIEW_FILES);
    play(&s, "Esc");
    assert_int_equal(s.m.ui.view, ACD_VIEW_OVERVIEW);
    end(&s);
}

static void values_and_paths_are_copied_secrets_are_not(void **state)
{
    (void)state;
    struct stage s;
    begin(&s, 80, 24, ACD_GLYPHS_ASCII);
    play(&s, "F Enter / n o o n Enter y");
    assert_string_equal(s.copied, "caf\xc3\xa9 \xe2\x80\xae at\nnoon");
    play(&s, "Y");
    assert_string_equal(s.copied, "$.request.body.messages[0].content");
    play(&s, "/ A u t h Enter y");
    assert_string_equal(s.copied, "$.request.body.messages[0].content");
    assert_non_null(strstr(s.m.ui.message, "hidden"));
    play(&s, "Left y");
    assert_non_null(strstr(s.copied, "\"Authorization\": \"[REDACTED]\""));
    assert_null(strstr(s.copied, "abcdefgh"));
    end(&s);
}

static void a_search_without_a_match_says_so_until_the_next_key(void **state)
{
    (void)state;
    struct stage s;
    begin(&s, 80, 24, ACD_GLYPHS_ASCII);
    play(&s, "F Enter / z z Enter");
    assert_true(shows(&s, "/zz  is not in it"));
    play(&s, "Down");
    assert_false(shows(&s, "is not in it"));
    end(&s);
}

static void a_file_that_changed_or_went_says_so_and_is_read_anew(void **state)
{
    (void)state;
    struct stage s;
    begin(&s, 80, 24, ACD_GLYPHS_ASCII);
    play(&s, "F Enter");
    put_file(&s, "anyclaude-debug-1773489601000-a1b2c3.json", "[1,2]", 0);
    assert_true(acd_documents_watch(&s.d));
    draw(&s);
    assert_true(shows(&s, "changed on the disk"));
    play(&s, "R");
    assert_int_equal(s.d.root.index.count, 3);
    unlink(s.d.path);
    assert_true(acd_documents_watch(&s.d));
    assert_false(acd_documents_watch(&s.d));
    end(&s);
}

static void the_tree_alone_has_no_other_screens(void **state)
{
    (void)state;
    struct stage s;
    begin(&s, 80, 24, ACD_GLYPHS_ASCII);
    show(&s, &screens[COUNT(screens) - 1]);
    play(&s, "Esc O F10 E F F7 Space Tab");
    assert_int_equal(s.m.ui.view, ACD_VIEW_JSON);
    play(&s, "F1 Right");
    assert_int_equal(s.m.ui.view, ACD_VIEW_HELP);
    play(&s, "Esc");
    assert_int_equal(s.m.ui.view, ACD_VIEW_JSON);
    end(&s);
}

static void every_size_can_be_drawn(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(screens); i++) {
        struct stage s;
        begin(&s, 80, 24, ACD_GLYPHS_BLOCKS);
        show(&s, &screens[i]);
        for (int h = 1; h <= 40; h += h < 12 ? 1 : 9) {
            for (int w = 1; w <= 130; w += w < 42 ? 3 : 17) {
                assert_int_equal(acd_grid_resize(&s.grid, w, h), 0);
                draw(&s);
            }
        }
        end(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(screens_look_as_they_did),
        cmocka_unit_test(no_screen_shows_a_secret),
        cmocka_unit_test(what_is_no_file_of_ours_is_listed_and_never_opened),
        cmocka_unit_test(escape_leads_out_one_step_at_a_time),
        cmocka_unit_test(values_and_paths_are_copied_secrets_are_not),
        cmocka_unit_test(a_search_without_a_match_says_so_until_the_next_key),
        cmocka_unit_test(a_file_that_changed_or_went_says_so_and_is_read_anew),
        cmocka_unit_test(the_tree_alone_has_no_other_screens),
        cmocka_unit_test(every_size_can_be_drawn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
