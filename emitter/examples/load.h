/* SPDX-License-Identifier: MIT */
/*
 * A client's side of the conversations: which request comes next. Conversations go on, begin anew,
 * are changed in the middle, or are asked again; some requests are too short to be cached, some ask
 * for embeddings, a few are wrong. A seed decides everything. One client is one struct acd_load and
 * one thread; they share the texts, and so their system prompts.
 */
#ifndef ACD_EXAMPLES_LOAD_H
#define ACD_EXAMPLES_LOAD_H

#include <stdbool.h>

#include "texts.h"

struct acd_load;

struct acd_load_request {
    const char *path; /* "/v1/chat/completions" or "/v1/embeddings" */
    bool is_embedding;
    char *body;
    size_t bytes;
    bool is_stream;
    size_t leave_after; /* go away after so many tokens; 0: stay */
};

/* client: a number that no other client of the run has; it is part of the conversations' names.
 * The texts must outlive the load. NULL when there is no memory. */
struct acd_load *acd_load_new(const struct acd_texts *texts, uint64_t seed, unsigned client);
void acd_load_free(struct acd_load *load);

/* 0, or -ENOMEM with ret_request untouched. */
int acd_load_next(struct acd_load *load, struct acd_load_request *ret_request);

/* Takes the server's answer into the conversation (NULL: there was none, the question is taken
 * back), and frees the request. */
void acd_load_done(struct acd_load *load, struct acd_load_request *request, const char *answer);

/* A random number below limit, from the same seed: for the client's pace. */
uint64_t acd_load_random(struct acd_load *load, uint64_t limit);

#endif
