/* SPDX-License-Identifier: MIT */
/*
 * Cuts a text into blocks of tokens and names them. Two passes over the text: the first counts, so
 * that the second writes into an array of exactly the right size.
 */
#include "prompt.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "token.h"

static size_t block_length(const char *text, size_t length, size_t block_tokens)
{
    size_t at = 0;

    for (size_t i = 0; i < block_tokens && at < length; i++) {
        at += acd_token_length(text + at, length - at);
    }
    return at;
}

int acd_prompt_init(struct acd_prompt *ret_prompt, const struct acd_prompt_rules *rules,
                    const char *model, const char *text, size_t length)
{
    struct acd_prompt prompt = {
        .tokens = acd_token_count(text, length),
        .block_tokens = rules->block_tokens,
    };
    struct acd_block_id parent = acd_block_id_of(&rules->key, model, strlen(model));
    size_t at = 0;

    prompt.block_count = prompt.tokens / rules->block_tokens;
    if (prompt.block_count > 0) {
        prompt.blocks = calloc(prompt.block_count, sizeof(*prompt.blocks));
        if (prompt.blocks == NULL) {
            return -ENOMEM;
        }
    }
    for (size_t i = 0; i < prompt.block_count; i++) {
        const size_t bytes = block_length(text + at, length - at, rules->block_tokens);

        parent = acd_block_id_after(&rules->key, parent, text + at, bytes);
        prompt.blocks[i] = parent;
        at += bytes;
    }
    *ret_prompt = prompt;
    return 0;
}

void acd_prompt_fini(struct acd_prompt *prompt)
{
    free(prompt->blocks);
    *prompt = (struct acd_prompt){0};
}
