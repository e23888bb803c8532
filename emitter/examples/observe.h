/* SPDX-License-Identifier: MIT */
/*
 * Where the server tells acdebug what it does. If you came to see how a server is made observable,
 * read observe.c. Each function also adds to the server's own tally, which a real server would not
 * need: it is what the tests hold acdebug's counts against. Any thread.
 */
#ifndef ACD_EXAMPLES_OBSERVE_H
#define ACD_EXAMPLES_OBSERVE_H

#include <acdebug.h>

#include "cache_result.h"
#include "incoming.h"
#include "tally.h"
#include "wire.h"

/* A timer under way; one thread at a time. */
struct acd_observe_timer {
    struct acd_tally *tally;
    const char *name;
    acdebug_timer timer;
};

void acd_observe_start(struct acd_observe_timer *timer, struct acd_tally *tally, const char *name);
void acd_observe_mark(struct acd_observe_timer *timer, const char *label);
void acd_observe_end(struct acd_observe_timer *timer);
void acd_observe_fail(struct acd_observe_timer *timer, const char *error_type);

/* A cache was asked; key may be NULL. */
void acd_observe_lookup(const char *type, const char *key, const char *model,
                        const struct acd_cache_result *result);

/*
 * The prompt cache was asked: the tracker adds why it had no more, where the prompt parts from the closest
 * earlier one, and what changed there. The cache knows whether a block was evicted; what it takes for cold
 * may be another conversation's prompt with one line changed, and there the tracker says the reason. The
 * tally counts the misses' reasons as they are told, "miss.prompt.cold".
 */
void acd_observe_prompt(acdebug_tracker *tracker, struct acd_tally *tally,
                        const struct acd_chat_request *request,
                        const struct acd_cache_result *result);

/* The tracker's `detokenize`. */
size_t acd_observe_detokenize(void *context, const uint32_t *tokens, size_t count, char *ret_text,
                              size_t room);

/* Something was timed that has no checkpoints. */
void acd_observe_performance(const char *name, uint64_t duration_ns, size_t tokens);

/* A request got an error for an answer, which leaves a debug file. Status 0: it got no answer at all.
 * Model and request may be NULL. */
void acd_observe_error(struct acd_tally *tally, const char *type, const struct acd_failure *failure,
                       const char *model, const struct acd_incoming *request);

#endif
