/* SPDX-License-Identifier: MIT */
/*
 * The life of one chat completion: admitted, looked up in the caches, prefilled, then asked for its
 * tokens one by one, as a stream needs them. One thread at a time; it need not stay the same one.
 */
#ifndef ACD_EXAMPLES_CHAT_H
#define ACD_EXAMPLES_CHAT_H

#include <stdbool.h>

#include "engine.h"

struct acd_chat;

/* What the caches said; which of them were asked depends on the request and on how far it came. */
struct acd_chat_lookups {
    bool has_prompt, has_session;
    struct acd_cache_result prompt;
    struct acd_cache_result session;
};

/* Does all that comes before the first token, and waits as long as that takes. NULL: ret_failure
 * says why, and has been counted. ret_lookups is set in either case. */
struct acd_chat *acd_chat_begin(struct acd_engine *engine, const struct acd_incoming *request,
                                struct acd_chat_lookups *ret_lookups,
                                struct acd_failure *ret_failure);

/* Makes the next token. False: there is none, the answer is complete. The text is part of chat. */
bool acd_chat_next(struct acd_chat *chat, const char **ret_text, size_t *ret_bytes);

/* Makes all tokens there are, into one text that is the caller's to free(); NULL: no memory. */
char *acd_chat_rest(struct acd_chat *chat);

bool acd_chat_is_stream(const struct acd_chat *chat);

/* Id, model and usage so far; finish_reason when the answer is complete, else NULL; no text. */
struct acd_wire_answer acd_chat_answer(const struct acd_chat *chat);

/* Ends it. When its answer is not complete, the client has gone away. NULL works. */
void acd_chat_end(struct acd_chat *chat);

#endif
