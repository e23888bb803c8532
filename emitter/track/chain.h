/* SPDX-License-Identifier: MIT */
/*
 * Names of prefixes: a 64-bit hash (XXH3) over a piece of units, seeded with the name of all that stands
 * before it, so that equal names mean equal prompts up to there.  Pure functions, any thread.
 */
#ifndef ACD_TRACK_CHAIN_H
#define ACD_TRACK_CHAIN_H

#include <stddef.h>
#include <stdint.h>

#define ACD_GRAIN_BYTES 64 /* hashed at a time: 16 tokens */

/* Where the prompts of a model begin. */
uint64_t acd_chain_root(const char *model, size_t bytes, uint64_t seed);

/* The name of what ends behind this piece, at most a grain. */
uint64_t acd_chain_piece(uint64_t before, const char *units, size_t bytes);

/* The same for a whole block, grain by grain. */
uint64_t acd_chain_block(uint64_t before, const char *units, size_t bytes);

#endif
