/* SPDX-License-Identifier: MIT */
/* Chats and how their prompts are written, see chat.h. */
#include "config.h"

#include "tests/track/chat.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SECOND UINT64_C(1000000000)
#define EPOCH 1763848445 /* what the clock of these prompts begins with */
#define VALUE 64
#define BEHIND 160 /* bytes that stay the same behind a sentence that is changed */

/* ---- system prompts ---- */

/* Text around a value, with which a line ends that has a point behind it. */
static const struct {
    enum acd_cause header;
    const char *before, *after;
    enum { NO_TIME, DAY_AND_TIME, ISO, CLOCK, SECONDS } time;
    const char *looks;
} formats[] = {
    {ACD_CAUSE_TIME, "Current time: ", "\n", DAY_AND_TIME, "time"},
    {ACD_CAUSE_TIME, "date=", ";\n", ISO, "time"},
    {ACD_CAUSE_TIME, "It is ", " here\n", CLOCK, "time"},
    {ACD_CAUSE_TIME, "ts: ", "\n", SECONDS, "time"},
    {ACD_CAUSE_TIME, "Today's session began ", ".\n", DAY_AND_TIME, "time"},
    {ACD_CAUSE_UUID, "Session ", "\n", NO_TIME, "uuid"},
    {ACD_CAUSE_UUID, "{\"trace_id\": \"", "\"}\n", NO_TIME, "uuid"},
    {ACD_CAUSE_HASH, "x-billing-header: version=2.1; cch=", ";\n", NO_TIME, "hash"},
    {ACD_CAUSE_HASH, "build ", " of the agent\n", NO_TIME, "hash"},
    {ACD_CAUSE_COUNTER, "This is request ", " of today\n", NO_TIME, "number"},
};
#define FORMATS (sizeof formats / sizeof formats[0])

static void add_key(struct acd_prose *key, uint64_t *random, unsigned number)
{
    static const char *const names[ACD_CHAT_KEYS] = {"name", "description", "returns", "timeout",
                                                     "example"};
    char line[64];
    snprintf(line, sizeof line, "    \"%s\": ", names[number]);
    acd_prose_add_string(key, line);
    if (number == 3) {
        snprintf(line, sizeof line, "%" PRIu64, 10 + acd_prose_random(random, 9000));
        acd_prose_add_string(key, line);
        return;
    }
    acd_prose_add_string(key, "\"");
    for (uint64_t n = number == 0 ? 1 : 6 + acd_prose_random(random, 12); n > 0; n--) {
        acd_prose_word(key, random);
        acd_prose_add_string(key, n > 1 ? " " : "");
    }
    acd_prose_add_string(key, "\"");
}

void acd_system_make(struct acd_system *system, uint64_t *random, enum acd_cause header)
{
    *system = (struct acd_system){.header = header};
    do
        system->format = (unsigned)acd_prose_random(random, FORMATS);
    while (header != ACD_CAUSE_COLD && formats[system->format].header != header);
    system->hash_length = 8 + 4 * (unsigned)acd_prose_random(random, 9);
    /* a few words at least, so that systems with the same header part before it */
    acd_prose_sentences(&system->before, random,
                        acd_prose_random(random, 3) > 0 ? 3 + (unsigned)acd_prose_random(random, 60)
                                                        : 3);
    acd_prose_sentences(&system->after, random, 40 + (unsigned)acd_prose_random(random, 120));
    if (acd_prose_random(random, 3) == 0)
        return;
    system->tools = 5 + (unsigned)acd_prose_random(random, ACD_CHAT_TOOLS - 4);
    system->keys = 3 + (unsigned)acd_prose_random(random, ACD_CHAT_KEYS - 2);
    for (unsigned t = 0; t < system->tools; t++)
        for (unsigned k = 0; k < system->keys; k++)
            add_key(&system->key[t][k], random, k);
}

void acd_system_free(struct acd_system *system)
{
    acd_prose_free(&system->before);
    acd_prose_free(&system->after);
    for (unsigned t = 0; t < system->tools; t++)
        for (unsigned k = 0; k < system->keys; k++)
            acd_prose_free(&system->key[t][k]);
}

const char *acd_chat_looks(const struct acd_system *system)
{
    return formats[system->format].looks;
}

/* ---- what is done to a chat ---- */

void acd_chat_say(struct acd_chat *chat, uint64_t *random, unsigned words)
{
    if (chat->messages < ACD_CHAT_MESSAGES)
        acd_prose_sentences(&chat->message[chat->messages++], random, words);
}

static uint64_t order_of(const struct acd_chat *chat)
{
    uint64_t sum = 1;
    for (unsigned t = 0; t < chat->system->tools; t++)
        sum = sum * 64 + chat->order[t] * 8 + chat->turned[t];
    return sum;
}

static bool had_order(struct acd_chat *chat, uint64_t order)
{
    for (unsigned i = 0; i < chat->orders_count; i++)
        if (chat->orders[i] == order)
            return true;
    return false;
}

static void reorder_once(struct acd_chat *chat, uint64_t *random, bool keys)
{
    unsigned tools = chat->system->tools, a = (unsigned)acd_prose_random(random, tools);
    if (keys) {
        chat->turned[a] = (chat->turned[a] + 1) % chat->system->keys;
        return;
    }
    unsigned b = (unsigned)acd_prose_random(random, tools), kept = chat->order[a];
    chat->order[a] = chat->order[b];
    chat->order[b] = kept;
}

bool acd_chat_reorder(struct acd_chat *chat, uint64_t *random, bool keys)
{
    if (chat->system->tools == 0 || chat->orders_count + 1 >= ACD_CHAT_ORDERS)
        return false;
    if (chat->orders_count == 0)
        chat->orders[chat->orders_count++] = order_of(chat);
    do
        for (uint64_t n = keys ? 1 : 1 + acd_prose_random(random, 6); n > 0; n--)
            reorder_once(chat, random, keys);
    while (had_order(chat, order_of(chat)));
    chat->orders[chat->orders_count++] = order_of(chat);
    return true;
}

void acd_chat_cut(struct acd_chat *chat, unsigned messages)
{
    for (unsigned i = 0; i < messages; i++)
        acd_prose_free(&chat->message[i]);
    chat->messages -= messages;
    memmove(chat->message, chat->message + messages, chat->messages * sizeof chat->message[0]);
    memset(chat->message + chat->messages, 0, messages * sizeof chat->message[0]);
}

/* The end of the sentence that begins there: behind its point. */
static size_t sentence_end(const struct acd_prose *text, size_t begin)
{
    while (begin < text->count && text->at[begin] != '.' && text->at[begin] != '!')
        begin++;
    return begin + 1;
}

/* What is put in begins and ends as no other sentence does, so that where it begins is known. */
static void add_new_sentence(struct acd_prose *text, uint64_t *random)
{
    acd_prose_add_string(text, "Z");
    for (uint64_t n = 1 + acd_prose_random(random, 30); n > 0; n--) {
        acd_prose_word(text, random);
        acd_prose_add_string(text, n > 1 ? " " : "!");
    }
}

bool acd_chat_edit(struct acd_chat *chat, unsigned message, enum acd_chat_edit edit,
                   uint64_t *random, uint64_t *ret_offset)
{
    struct acd_prose *text = &chat->message[message], changed = {0};
    size_t begin = 0, end = sentence_end(text, 0);
    if (text->count < BEHIND)
        return false;
    for (uint64_t n = acd_prose_random(random, 8); n > 0 && end + 1 + BEHIND < text->count; n--) {
        begin = end + 1;
        end = sentence_end(text, begin);
    }
    if (end + 1 + BEHIND >= text->count || text->at[begin] == 'Z' || text->at[end + 1] == 'Z')
        return false;
    acd_prose_add(&changed, text->at, begin);
    if (edit != ACD_CHAT_STRIP)
        add_new_sentence(&changed, random);
    if (edit == ACD_CHAT_INSERT)
        acd_prose_add_string(&changed, " ");
    size_t rest = edit == ACD_CHAT_INSERT ? begin : edit == ACD_CHAT_REPLACE ? end : end + 1;
    acd_prose_add(&changed, text->at + rest, text->count - rest);
    acd_prose_free(text);
    *text = changed;
    *ret_offset = begin;
    return true;
}

void acd_chat_end(struct acd_chat *chat)
{
    acd_chat_cut(chat, chat->messages);
    if (chat->owns_system) {
        acd_system_free(chat->system);
        free(chat->system);
    }
    *chat = (struct acd_chat){0};
}

/* ---- the prompt ---- */

static void hex(char *to, unsigned digits, uint64_t *random)
{
    for (unsigned i = 0; i < digits; i++)
        to[i] = "0123456789abcdef"[acd_prose_random(random, 16)];
    to[digits] = '\0';
}

static void write_time(unsigned format, uint64_t now_ns, char value[VALUE])
{
    time_t seconds = EPOCH + (time_t)(now_ns / SECOND);
    struct tm when;
    gmtime_r(&seconds, &when);
    switch (formats[format].time) {
    case ISO: strftime(value, VALUE, "%Y-%m-%dT%H:%M:%SZ", &when); break;
    case CLOCK: strftime(value, VALUE, "%H:%M:%S", &when); break;
    case SECONDS: snprintf(value, VALUE, "%lld", (long long)seconds); break;
    default: strftime(value, VALUE, "%Y-%m-%d %H:%M:%S", &when);
    }
}

static void write_value(const struct acd_system *s, uint64_t *random, uint64_t now_ns,
                        char value[VALUE])
{
    switch (s->header) {
    case ACD_CAUSE_TIME: write_time(s->format, now_ns, value); break;
    case ACD_CAUSE_UUID:
        hex(value, 36, random);
        value[8] = value[13] = value[18] = value[23] = '-';
        value[14] = '4';
        break;
    case ACD_CAUSE_HASH:
        hex(value, s->hash_length, random);
        value[s->hash_length / 2] = 'd'; /* not a number alone */
        break;
    default: snprintf(value, VALUE, "%" PRIu64, 1000 + now_ns / SECOND);
    }
}

static void write_header(const struct acd_system *s, uint64_t *random, uint64_t now_ns,
                         struct acd_prose *text, struct acd_chat_places *places)
{
    char value[VALUE];
    if (s->header == ACD_CAUSE_COLD)
        return;
    write_value(s, random, now_ns, value);
    acd_prose_add_string(text, formats[s->format].before);
    places->header = text->count;
    acd_prose_add_string(text, value);
    places->header_end = text->count;
    acd_prose_add_string(text, formats[s->format].after);
}

static void write_tools(const struct acd_chat *chat, struct acd_prose *text,
                        struct acd_chat_places *places)
{
    const struct acd_system *s = chat->system;
    places->tools = text->count;
    acd_prose_add_string(text, "<|tools|>\n[\n");
    for (unsigned t = 0; t < s->tools; t++) {
        unsigned tool = chat->order[t];
        acd_prose_add_string(text, "  {\n");
        for (unsigned k = 0; k < s->keys; k++) {
            const struct acd_prose *key = &s->key[tool][(k + chat->turned[tool]) % s->keys];
            acd_prose_add(text, key->at, key->count);
            acd_prose_add_string(text, k + 1 < s->keys ? ",\n" : "\n");
        }
        acd_prose_add_string(text, t + 1 < s->tools ? "  },\n" : "  }\n");
    }
    places->tools_end = text->count;
    acd_prose_add_string(text, "]\n");
}

static void begin_span(struct acd_chat_places *places, const char *name, uint64_t begin)
{
    if (places->spans == ACD_MADE_SPANS)
        return;
    struct acd_made_span *span = &places->span[places->spans++];
    snprintf(span->name, sizeof span->name, "%s", name);
    span->begin = begin;
}

void acd_chat_write(const struct acd_chat *chat, uint64_t *random, uint64_t now_ns,
                    struct acd_prose *ret_text, struct acd_chat_places *ret_places)
{
    const struct acd_system *s = chat->system;
    char name[24];
    *ret_places = (struct acd_chat_places){0};
    begin_span(ret_places, "system", 0);
    acd_prose_add_string(ret_text, "<|system|>\n");
    acd_prose_add(ret_text, s->before.at, s->before.count);
    write_header(s, random, now_ns, ret_text, ret_places);
    acd_prose_add(ret_text, s->after.at, s->after.count);
    if (s->tools > 0) {
        begin_span(ret_places, "tools", ret_text->count);
        write_tools(chat, ret_text, ret_places);
    }
    for (unsigned i = 0; i < chat->messages; i++) {
        ret_places->message[i] = ret_text->count;
        snprintf(name, sizeof name, "messages[%u]", i);
        begin_span(ret_places, name, ret_text->count);
        acd_prose_add_string(ret_text, i % 2 == 0 ? "<|user|>\n" : "<|assistant|>\n");
        acd_prose_add(ret_text, chat->message[i].at, chat->message[i].count);
    }
    acd_prose_add_string(ret_text, "<|assistant|>\n");
}
