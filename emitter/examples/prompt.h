/* SPDX-License-Identifier: MIT */
/*
 * A prompt as the caches see it: how many tokens it has, and the chain of its blocks' names. Made
 * once a request, before any cache is asked. The name of the model goes in front of the chain,
 * because what one model computed is of no use to another. Owned by one thread at a time.
 */
#ifndef ACD_EXAMPLES_PROMPT_H
#define ACD_EXAMPLES_PROMPT_H

#include "block_id.h"

struct acd_prompt_rules {
    struct acd_block_key key;
    size_t block_tokens; /* tokens a block, at least 1 */
};

struct acd_prompt {
    size_t tokens;       /* all of them, also those after the last full block */
    size_t block_tokens; /* as in the rules */
    size_t block_count;  /* full blocks only: an unfinished one may still change */
    struct acd_block_id *blocks;
};

/* 0, or -ENOMEM with ret_prompt untouched. */
int acd_prompt_init(struct acd_prompt *ret_prompt, const struct acd_prompt_rules *rules,
                    const char *model, const char *text, size_t length);
void acd_prompt_fini(struct acd_prompt *prompt);

#endif
