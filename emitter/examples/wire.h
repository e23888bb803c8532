/* SPDX-License-Identifier: MIT */
/*
 * What goes over the wire: requests read from JSON and checked, answers written as JSON, in the
 * form that OpenAI's API made common. wire_read.c reads, wire.c writes. Pure functions, any
 * thread. Texts that are returned are the caller's to free(); NULL: no memory.
 */
#ifndef ACD_EXAMPLES_WIRE_H
#define ACD_EXAMPLES_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cache_result.h"
#include "tally.h"

/* Why a request got no answer: message has static storage and names no value of the request, so
 * that equal errors are told by equal messages. */
struct acd_failure {
    int status;
    const char *message;
};

/* A part of the prompt: it ends where the next begins. */
struct acd_wire_part {
    char name[32]; /* "system", "tools", "messages[3]" */
    size_t begin;  /* in bytes */
};

struct acd_chat_request {
    char *model;
    char *conversation; /* "prompt_cache_key"; NULL: none */
    char *prompt;       /* tools and messages in one text, as the model would see them */
    size_t prompt_bytes;
    struct acd_wire_part *parts; /* of the prompt, in its order */
    size_t part_count;
    size_t question_at; /* where in the prompt the last message's content stands */
    size_t question_bytes;
    size_t max_tokens; /* 0: not said */
    bool is_stream;
    bool is_cached; /* "cache_prompt", true when not said */
};

/* 0; -EINVAL for a bad request and -ENOMEM, with ret_failure set. */
int acd_wire_read_chat(struct acd_chat_request *ret_request, const char *body, size_t bytes,
                       struct acd_failure *ret_failure);
void acd_wire_chat_fini(struct acd_chat_request *request);

struct acd_embed_request {
    char *model;
    char *input;
    size_t input_bytes;
};

/* As acd_wire_read_chat(). */
int acd_wire_read_embed(struct acd_embed_request *ret_request, const char *body, size_t bytes,
                        struct acd_failure *ret_failure);
void acd_wire_embed_fini(struct acd_embed_request *request);

struct acd_usage {
    size_t prompt_tokens;
    size_t cached_tokens;
    size_t completion_tokens;
};

struct acd_wire_answer {
    uint64_t id;
    const char *model;
    const char *text; /* NULL in the last chunk of a stream */
    size_t text_bytes;
    const char *finish_reason; /* NULL in all but the last chunk */
    struct acd_usage usage;    /* in a stream: in the last chunk only */
};

char *acd_wire_completion(const struct acd_wire_answer *answer);
char *acd_wire_chunk(const struct acd_wire_answer *answer);
char *acd_wire_embedding(const char *model, const double *vector, size_t length, size_t tokens);
char *acd_wire_failure(const struct acd_failure *failure);
char *acd_wire_models(const char *const *names, size_t count);

/* The server's own counts, {"caches":[…],"tally":{…}}. */
struct acd_wire_cache {
    const char *type;
    struct acd_cache_totals totals;
};
char *acd_wire_counts(const struct acd_wire_cache *caches, size_t cache_count,
                      const struct acd_tally_entry *entries, size_t entry_count);

/* For a client: one message of a conversation, and the request that asks for the next. */
struct acd_wire_message {
    const char *role;
    const char *content;
};
struct acd_wire_question {
    const char *model;
    const char *conversation;
    const struct acd_wire_message *messages;
    size_t message_count;
    size_t max_tokens; /* at least 1 */
    bool is_stream;
    bool is_cached;
};
char *acd_wire_chat_body(const struct acd_wire_question *question);
char *acd_wire_embed_body(const char *model, const char *input);

/* For a client: what an answer's or a last chunk's "usage" says. False when there is none. */
bool acd_wire_read_usage(struct acd_usage *ret_usage, const char *body, size_t bytes);

/* For a client: the text of an answer or of a chunk; NULL when there is none. */
char *acd_wire_read_text(const char *body, size_t bytes);

#endif
