/* SPDX-License-Identifier: MIT */
/*
 * Fuzz target: the search for secrets in text, in JSON and in URLs.  Whatever stands around it, a planted
 * secret never comes out; redacting again settles; JSON that was redacted is JSON.
 * Built with a fuzzer, main() is the fuzzer's; else it replays the files it is given.
 */
#include "config.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emitter/buffer.h"
#include "emitter/format/secrets.h"
#include "emitter/json.h"
#include "emitter/redact.h"
#include "tests/fuzz/replay.h"

#define SECRET "zQ7fuzzSecret7Qz"
#define SIZE_MOST 65536
#define PASSES 8

static void must(bool holds, const char *claim, const struct acd_buffer *shown)
{
    if (holds)
        return;
    fprintf(stderr, "does not hold: %s\n", claim);
    fwrite(shown->bytes, 1, shown->used, stderr);
    abort();
}

static struct acd_buffer buffer_new(void)
{
    static char none[4]
                    [1]; /* what a buffer begins with: no room, so that all of it is on the heap */
    static unsigned used;
    struct acd_buffer b;
    acd_buffer_init(&b, none[used++ % 4], 1, 8 * SIZE_MOST);
    return b;
}

static bool holds_secret(const char *text, size_t bytes)
{
    return bytes >= strlen(SECRET) && memmem(text, bytes, SECRET, strlen(SECRET)) != NULL;
}

static bool same(const struct acd_buffer *a, const struct acd_buffer *b)
{
    return a->used == b->used && memcmp(a->bytes, b->bytes, a->used) == 0;
}

/* ---- text and URLs ---- */

static struct acd_buffer redacted(const char *text, size_t bytes, enum acd_secrets_form form)
{
    struct acd_buffer b = buffer_new();
    acd_redact_put(&b.sink, text, bytes, form);
    if (b.error)
        abort();
    return b;
}

/* The walk in steps and the walk from secret to secret find the same. */
static void check_walks(const char *text, size_t bytes, enum acd_secrets_form form,
                        const struct acd_buffer *once)
{
    struct acd_secrets_scan scan = acd_secrets_begin(text, bytes, form);
    struct acd_buffer b = buffer_new();
    size_t begin, end, copied = 0;
    while (acd_secrets_next(&scan, &begin, &end)) {
        must(begin >= copied && end > begin && end <= bytes, "secrets are in order", once);
        acd_sink_put(&b.sink, text + copied, begin - copied);
        acd_sink_text(&b.sink, ACD_REDACTED);
        copied = end;
    }
    acd_sink_put(&b.sink, text + copied, bytes - copied);
    must(same(&b, once), "two walks agree", once);
    acd_buffer_fini(&b);
}

static void check_form(const char *text, size_t bytes, enum acd_secrets_form form)
{
    struct acd_buffer now = redacted(text, bytes, form);
    bool settled = false;
    check_walks(text, bytes, form, &now);
    /* A mark in a secret's place may join what stood apart, so that the next pass takes more. */
    for (int pass = 0; pass < PASSES && !settled; pass++) {
        must(!holds_secret(now.bytes, now.used), "no planted secret comes out", &now);
        struct acd_buffer next = redacted(now.bytes, now.used, form);
        settled = same(&now, &next);
        acd_buffer_fini(&now);
        now = next;
    }
    must(settled, "what is redacted again settles", &now);
    acd_buffer_fini(&now);
}

/* ---- plants ---- */

struct plant {
    enum acd_secrets_form form;
    const char *text;
};

static const struct plant plants[] = {
    {ACD_SECRETS_TEXT, "\nAuthorization: Basic " SECRET "\n"},
    {ACD_SECRETS_TEXT, "\r\ncookie: a=1; b=" SECRET "\r\n"},
    {ACD_SECRETS_TEXT, "\nthe api_key=" SECRET " was\n"},
    {ACD_SECRETS_TEXT, "\n{\"x-api-key\":\"" SECRET "\"}\n"},
    {ACD_SECRETS_TEXT, "\n'Set-Cookie': '" SECRET "'\n"},
    {ACD_SECRETS_TEXT, "\n[[\"Authorization\", \"" SECRET "\"]]\n"},
    {ACD_SECRETS_TEXT, "\n{\"name\": \"api-key\", \"value\": \"" SECRET "\"}\n"},
    {ACD_SECRETS_TEXT, "\na Bearer " SECRET " b\n"},
    {ACD_SECRETS_TEXT, "\nkey sk-" SECRET "\n"},
    {ACD_SECRETS_TEXT, "\nhttps://u:" SECRET "@host/\n"},
    {ACD_SECRETS_TEXT, "\ncurl --api-key=" SECRET " -v\n"},
    {ACD_SECRETS_JSON_STRING, "\\nAuthorization: Basic " SECRET "\\n"},
    {ACD_SECRETS_JSON_STRING, "\\n\\\"api\\u005fkey\\\": \\\"" SECRET "\\\""},
    {ACD_SECRETS_JSON_STRING, "\\nBearer " SECRET "\\n"},
    {ACD_SECRETS_URL, "&api_key=" SECRET "&"},
    {ACD_SECRETS_URL, "&api%5Fkey=" SECRET "&"},
    {ACD_SECRETS_URL, "&h=Bearer%20" SECRET "&"},
};
#define PLANTS (sizeof plants / sizeof plants[0])

/* The plant in the middle of the text. */
static void check_plant(const struct plant *plant, const char *text, size_t bytes, size_t at)
{
    size_t length = strlen(plant->text);
    char *all = malloc(bytes + length);
    if (!all)
        abort();
    memcpy(all, text, at);
    memcpy(all + at, plant->text, length);
    memcpy(all + at + length, text + at, bytes - at);
    check_form(all, bytes + length, plant->form);
    free(all);
}

/* ---- JSON ---- */

static struct acd_buffer copied(const struct acd_buffer *json)
{
    struct acd_buffer b = buffer_new();
    acd_json_copy(&b.sink, json->bytes, json->used, ACD_JSON_COMPACT, 0);
    if (b.error)
        abort();
    return b;
}

/* `value` is JSON; beside it stand secrets in every form that JSON has for them. */
static void check_json(const char *value, size_t bytes)
{
    struct acd_buffer json = buffer_new();
    acd_sink_text(&json.sink, "{\"x\":");
    acd_sink_put(&json.sink, value, bytes);
    acd_sink_text(&json.sink,
                  ",\"Cookie\":{\"y\":[\"" SECRET "\"]},\"t\":\"a Bearer " SECRET
                  "\",\"api\\u005fkey\":\"" SECRET "\",\"h\":[[\"Authorization\",\"" SECRET
                  "\"]],\"n\":{\"name\":\"api-key\",\"value\":\"" SECRET
                  "\"},\"m\":{\"value\":\"" SECRET "\",\"key\":\"Cookie\"},\"x\":");
    acd_sink_put(&json.sink, value, bytes);
    acd_sink_text(&json.sink, "}");
    must(acd_json_valid(json.bytes, json.used), "the test's JSON is JSON", &json);
    bool settled = false;
    for (int pass = 0; pass < PASSES && !settled; pass++) {
        struct acd_buffer next = copied(&json);
        must(acd_json_valid(next.bytes, next.used), "redacted JSON is JSON", &next);
        must(!holds_secret(next.bytes, next.used), "no secret comes out of JSON", &next);
        settled = same(&json, &next);
        acd_buffer_fini(&json);
        json = next;
    }
    must(settled, "JSON that is redacted again settles", &json);
    acd_buffer_fini(&json);
}

/* The text as a JSON string, and as JSON where it is. */
static void check_as_json(const char *text, size_t bytes)
{
    struct acd_buffer string = buffer_new();
    acd_json_string(&string.sink, text, bytes);
    must(acd_json_valid(string.bytes, string.used), "any bytes become a JSON string", &string);
    check_json(string.bytes, string.used);
    acd_buffer_fini(&string);
    if (acd_json_valid(text, bytes))
        check_json(text, bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    if (size > SIZE_MOST || holds_secret(text, size))
        return 0;
    for (enum acd_secrets_form form = ACD_SECRETS_TEXT; form <= ACD_SECRETS_URL; form++)
        check_form(text, size, form);
    size_t sum = size;
    for (size_t i = 0; i < size; i++)
        sum = sum * 31 + data[i];
    for (size_t i = 0; i < PLANTS; i++)
        check_plant(&plants[i], text, size, i & 1 ? size : sum / (i + 1) % (size + 1));
    check_as_json(text, size);
    return 0;
}
