/* SPDX-License-Identifier: MIT */
/* Debug files to draw screens of, see filestage.h. */
#include "config.h"

#include "tests/support/filestage.h"

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

#include "tests/support/keys.h"
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

static void put_file(const char *directory, const char *name, const char *text, unsigned age_s)
{
    char path[400];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    time_t then = (time_t)(ACD_TEST_NOW / ACD_TEST_SECOND) - (time_t)age_s;
    const struct timespec times[2] = {{then, 0}, {then, 0}};
    assert_int_equal(futimens(fd, times), 0);
    close(fd);
}

void acd_filestage_put(struct acd_filestage *s, const char *name, const char *text, unsigned age_s)
{
    put_file(s->directory, name, text, age_s);
}

void acd_filestage_write(const char *directory)
{
    put_file(directory, "anyclaude-debug-1773489601000-a1b2c3.json", whole, 1);
    put_file(directory, "anyclaude-debug-1773489542000-d4e5f6.json", broken, 60);
    put_file(directory, "anyclaude-debug-1773486000000-0a0a0a.json", older, 3602);
    put_file(directory, "anyclaude-debug-1773400000000-ffffff.json", bytes, 89602);
}

static int copy(void *context, const char *text, size_t length)
{
    struct acd_filestage *s = context;
    assert_true(length < sizeof s->copied);
    memcpy(s->copied, text, length);
    s->copied[length] = '\0';
    return 0;
}

void acd_filestage_begin(struct acd_filestage *s, int w, int h, enum acd_glyphs glyphs)
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
    acd_filestage_write(s->directory);
    acd_filestage_put(s, "other.json", "{}", 1);
}

void acd_filestage_end(struct acd_filestage *s)
{
    char command[128];
    acd_documents_fini(&s->d);
    acd_grid_fini(&s->grid);
    acd_test_model_fini(&s->m);
    snprintf(command, sizeof command, "rm -r '%s'", s->directory);
    assert_int_equal(system(command), 0);
}

void acd_filestage_settle(struct acd_filestage *s)
{
    while (acd_documents_work(&s->d, s->m.ui.view) == ACD_DOCUMENTS_BUSY) {}
    snprintf(s->d.files.directory, sizeof s->d.files.directory, "/tmp");
    acd_documents_settle(&s->d, s->m.ui.view, acd_view_body(&s->m.ui, s->grid.w, s->grid.h));
}

void acd_filestage_draw(struct acd_filestage *s)
{
    const struct acd_scene scene = acd_test_scene_of(&s->m);
    acd_filestage_settle(s);
    acd_view_draw(&s->grid, &scene);
}

void acd_filestage_play(struct acd_filestage *s, const char *keys)
{
    for (struct acd_key key; acd_keys_take(&keys, &key);) {
        acd_act_key(&s->act, key);
        acd_filestage_draw(s);
    }
}
