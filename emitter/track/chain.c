/* SPDX-License-Identifier: MIT */
/* Names of prefixes, see chain.h.  The hash is compiled in: no server links a library more for it. */
#include "config.h"

#include "emitter/track/chain.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

uint64_t acd_chain_root(const char *model, size_t bytes, uint64_t seed)
{
    return XXH3_64bits_withSeed(model, bytes, seed);
}

uint64_t acd_chain_piece(uint64_t before, const char *units, size_t bytes)
{
    return XXH3_64bits_withSeed(units, bytes, before);
}

uint64_t acd_chain_block(uint64_t before, const char *units, size_t bytes)
{
    for (; bytes > ACD_GRAIN_BYTES; bytes -= ACD_GRAIN_BYTES, units += ACD_GRAIN_BYTES)
        before = acd_chain_piece(before, units, ACD_GRAIN_BYTES);
    return acd_chain_piece(before, units, bytes);
}
