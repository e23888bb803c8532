/* SPDX-License-Identifier: MIT */
/*
 * The load generator. A conversation is a list of messages that grows by a question and an answer a
 * turn, until it is long; then another takes its place.
 */
#include "load.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "strbuf.h"
#include "wire.h"

#define CONVERSATIONS 4
#define MESSAGES_MAX 25 /* the system's, and twelve turns */
#define SYSTEM_PROMPTS 4
#define SYSTEM_BYTES 6000
#define PASSAGE_BYTES 1600
#define CHAT_PATH "/v1/chat/completions"
#define EMBED_PATH "/v1/embeddings"

/* What a client does next, and how often, in thousandths; the rest is going on. */
enum action {
    ACTION_BEGIN,
    ACTION_CHANGE,
    ACTION_AGAIN,
    ACTION_SHORT,
    ACTION_UNCACHED,
    ACTION_EMBED,
    ACTION_WRONG,
    ACTION_GO_ON
};
static const unsigned weights[ACTION_GO_ON] = {
    [ACTION_BEGIN] = 110,   [ACTION_CHANGE] = 40, [ACTION_AGAIN] = 60, [ACTION_SHORT] = 40,
    [ACTION_UNCACHED] = 20, [ACTION_EMBED] = 80,  [ACTION_WRONG] = 25,
};

static const char *const chat_models[] = {"example-8b",  "example-8b",  "example-8b", "example-8b",
                                          "example-14b", "example-14b", "example-70b"};
static const char *const wrong_bodies[] = {
    "{\"model\":\"example-8b\",\"messages\":[{\"role\":\"user\",",
    "{\"model\":\"example-8b\"}",
    "{\"model\":\"example-9000b\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello?\"}]}",
    "{\"model\":\"example-8b\",\"max_tokens\":0,\"messages\":[]}",
};
static const char *const short_questions[] = {"Hi", "Thanks!", "And now?"};

struct conversation {
    char name[48];
    const char *model;
    size_t message_count;
    char *contents[MESSAGES_MAX]; /* the system's, then question and answer in turn */
};

struct acd_load {
    const struct acd_texts *texts;
    uint64_t random;
    unsigned client;
    unsigned begun;
    unsigned clock_s; /* of the time stamps */
    struct conversation conversations[CONVERSATIONS];
    struct conversation *current; /* the one that waits for an answer; NULL: none does */
};

/* ---------------------------------------------------------------- random */

/* splitmix64 */
static uint64_t next_random(struct acd_load *load)
{
    uint64_t z = load->random += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

uint64_t acd_load_random(struct acd_load *load, uint64_t limit)
{
    return (next_random(load) >> 11) % limit;
}

static enum action next_action(struct acd_load *load)
{
    uint64_t dice = acd_load_random(load, 1000);
    int action;

    for (action = 0; action < ACTION_GO_ON && dice >= weights[action]; action++) {
        dice -= weights[action];
    }
    return (enum action)action;
}

/* ---------------------------------------------------------------- conversations */

static char *own_text(const char *before, struct acd_texts_slice slice)
{
    struct acd_strbuf text = {0};

    acd_strbuf_add(&text, before, strlen(before));
    acd_strbuf_add(&text, slice.bytes, slice.length);
    return acd_strbuf_take(&text);
}

/* Takes content over; NULL is the memory that there was not. */
static int add_message(struct conversation *conversation, char *content)
{
    if (content == NULL) {
        return -ENOMEM;
    }
    conversation->contents[conversation->message_count++] = content;
    return 0;
}

static void drop_messages(struct conversation *conversation, size_t keep)
{
    while (conversation->message_count > keep) {
        free(conversation->contents[--conversation->message_count]);
    }
}

/* One client in four has one system prompt, and says the time in it, new in each request: a prompt cache is of
 * little use to it, for a reason that can be found. */
static bool stamps_always(const struct acd_load *load)
{
    return load->client % 4 == 1;
}

static int add_system(struct acd_load *load, struct conversation *conversation, const char *before)
{
    const size_t any = (size_t)acd_load_random(load, SYSTEM_PROMPTS);
    const size_t number = stamps_always(load) ? load->client % SYSTEM_PROMPTS : any;

    return add_message(
        conversation,
        own_text(before, acd_texts_beginning(load->texts, number, SYSTEM_BYTES >> number % 3)));
}

static int add_question(struct acd_load *load, struct conversation *conversation)
{
    const size_t max = 200 + (size_t)acd_load_random(load, PASSAGE_BYTES);

    return add_message(conversation,
                       own_text("What does this say, in plain words?\n\n",
                                acd_texts_passage(load->texts, next_random(load), max)));
}

static const char system_text[] = "You answer questions about the document that follows.\n\n";

static int begin(struct acd_load *load, struct conversation *conversation)
{
    const size_t models = sizeof(chat_models) / sizeof(chat_models[0]);

    drop_messages(conversation, 0);
    snprintf(conversation->name, sizeof(conversation->name), "conv-%u-%u", load->client,
             ++load->begun);
    conversation->model = chat_models[acd_load_random(load, models)];
    return add_system(load, conversation, system_text);
}

/* Puts a new time stamp in front of the system prompt, where there was one in its place. */
static int change(struct acd_load *load, struct conversation *conversation)
{
    const char *rest = conversation->contents[0];
    struct acd_strbuf text = {0};
    char *system;

    if (rest[0] == '[') {
        rest = strchr(rest, '\n') + 1;
    }
    load->clock_s += 1 + (unsigned)acd_load_random(load, 240);
    acd_strbuf_format(&text, "[2026-11-22 %02u:%02u:%02u]\n%s", load->clock_s / 3600 % 24,
                      load->clock_s / 60 % 60, load->clock_s % 60, rest);
    system = acd_strbuf_take(&text);
    if (system == NULL) {
        return -ENOMEM;
    }
    free(conversation->contents[0]);
    conversation->contents[0] = system;
    return 0;
}

/* Makes the conversation one that has room for a question and an answer, and asks. */
static int take_turn(struct acd_load *load, struct conversation *conversation, enum action action)
{
    const bool is_new = conversation->message_count == 0 || action == ACTION_BEGIN ||
                        conversation->message_count + 2 > MESSAGES_MAX;
    int result = is_new ? begin(load, conversation) : 0;

    if (result == 0 && (action == ACTION_CHANGE || stamps_always(load))) {
        result = change(load, conversation);
    }
    if (result == 0 && action == ACTION_AGAIN && conversation->message_count >= 3) {
        drop_messages(conversation, conversation->message_count - 1);
        return 0;
    }
    return result == 0 ? add_question(load, conversation) : result;
}

/* ---------------------------------------------------------------- requests */

static int chat_request(struct acd_load *load, const struct conversation *conversation,
                        bool is_cached, struct acd_load_request *ret_request)
{
    struct acd_wire_message messages[MESSAGES_MAX];
    const struct acd_wire_question question = {
        .model = conversation->model,
        .conversation = conversation->name,
        .messages = messages,
        .message_count = conversation->message_count,
        .max_tokens = 8 + (size_t)acd_load_random(load, 56),
        .is_stream = acd_load_random(load, 2) == 0,
        .is_cached = is_cached,
    };
    const bool leaves = question.is_stream && acd_load_random(load, 40) == 0;

    for (size_t i = 0; i < conversation->message_count; i++) {
        messages[i].role = i == 0 ? "system" : i % 2 == 1 ? "user" : "assistant";
        messages[i].content = conversation->contents[i];
    }
    ret_request->path = CHAT_PATH;
    ret_request->body = acd_wire_chat_body(&question);
    ret_request->is_stream = question.is_stream;
    ret_request->leave_after = leaves ? 4 : 0;
    return ret_request->body != NULL ? 0 : -ENOMEM;
}

static int short_request(struct acd_load *load, struct acd_load_request *ret_request)
{
    const size_t questions = sizeof(short_questions) / sizeof(short_questions[0]);
    const struct acd_wire_message message = {"user",
                                             short_questions[acd_load_random(load, questions)]};
    const struct acd_wire_question question = {
        .model = chat_models[0],
        .messages = &message,
        .message_count = 1,
        .max_tokens = 8,
        .is_cached = true,
    };

    ret_request->path = CHAT_PATH;
    ret_request->body = acd_wire_chat_body(&question);
    return ret_request->body != NULL ? 0 : -ENOMEM;
}

static int embed_request(struct acd_load *load, struct acd_load_request *ret_request)
{
    char *input = own_text("", acd_texts_passage(load->texts, next_random(load), PASSAGE_BYTES));

    if (input == NULL) {
        return -ENOMEM;
    }
    ret_request->path = EMBED_PATH;
    ret_request->is_embedding = true;
    ret_request->body = acd_wire_embed_body("example-embed", input);
    free(input);
    return ret_request->body != NULL ? 0 : -ENOMEM;
}

static int wrong_request(struct acd_load *load, struct acd_load_request *ret_request)
{
    const size_t bodies = sizeof(wrong_bodies) / sizeof(wrong_bodies[0]);

    ret_request->path = CHAT_PATH;
    ret_request->body = strdup(wrong_bodies[acd_load_random(load, bodies)]);
    return ret_request->body != NULL ? 0 : -ENOMEM;
}

int acd_load_next(struct acd_load *load, struct acd_load_request *ret_request)
{
    struct conversation *conversation = &load->conversations[acd_load_random(load, CONVERSATIONS)];
    const enum action action = next_action(load);
    struct acd_load_request request = {0};
    int result;

    load->current = NULL;
    if (action == ACTION_SHORT) {
        result = short_request(load, &request);
    } else if (action == ACTION_EMBED) {
        result = embed_request(load, &request);
    } else if (action == ACTION_WRONG) {
        result = wrong_request(load, &request);
    } else {
        result = take_turn(load, conversation, action);
        if (result == 0) {
            load->current = conversation;
            result = chat_request(load, conversation, action != ACTION_UNCACHED, &request);
        }
    }
    if (result < 0) {
        return result;
    }
    request.bytes = strlen(request.body);
    *ret_request = request;
    return 0;
}

void acd_load_done(struct acd_load *load, struct acd_load_request *request, const char *answer)
{
    struct conversation *conversation = load->current;

    free(request->body);
    *request = (struct acd_load_request){0};
    load->current = NULL;
    if (conversation == NULL) {
        return;
    }
    if (answer == NULL || add_message(conversation, strdup(answer)) < 0) {
        drop_messages(conversation, conversation->message_count - 1);
    }
}

struct acd_load *acd_load_new(const struct acd_texts *texts, uint64_t seed, unsigned client)
{
    struct acd_load *load = calloc(1, sizeof(*load));

    if (load != NULL) {
        load->texts = texts;
        load->client = client;
        load->random = seed ^ (uint64_t)client << 32;
        next_random(load);
    }
    return load;
}

void acd_load_free(struct acd_load *load)
{
    if (load == NULL) {
        return;
    }
    for (size_t i = 0; i < CONVERSATIONS; i++) {
        drop_messages(&load->conversations[i], 0);
    }
    free(load);
}
