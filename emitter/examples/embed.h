/* SPDX-License-Identifier: MIT */
/* Embeddings: a request in, an answer out. Any thread. */
#ifndef ACD_EXAMPLES_EMBED_H
#define ACD_EXAMPLES_EMBED_H

#include "engine.h"

/* The answer to a request as JSON, the caller's to free(). NULL: ret_failure says why, and has been
 * counted. */
char *acd_embed_answer(struct acd_engine *engine, const struct acd_incoming *request,
                       struct acd_failure *ret_failure);

#endif
