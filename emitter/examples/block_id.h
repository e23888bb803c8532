/* SPDX-License-Identifier: MIT */
/*
 * The name of a block of tokens: 128 bits of SipHash-2-4 over the name of the block before it and
 * the block's own bytes. Equal names mean equal text from the start of the prompt to the end of the
 * block; with a secret key, a client cannot make two prompts collide. Pure functions, any thread.
 */
#ifndef ACD_EXAMPLES_BLOCK_ID_H
#define ACD_EXAMPLES_BLOCK_ID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct acd_block_id {
    uint64_t low;
    uint64_t high;
};

struct acd_block_key {
    uint64_t k0;
    uint64_t k1;
};

/* The name of bytes on their own: a model, a conversation. */
struct acd_block_id acd_block_id_of(const struct acd_block_key *key, const char *bytes,
                                    size_t length);

/* The name of bytes that follow parent. */
struct acd_block_id acd_block_id_after(const struct acd_block_key *key, struct acd_block_id parent,
                                       const char *bytes, size_t length);

bool acd_block_id_equal(struct acd_block_id a, struct acd_block_id b);

#endif
