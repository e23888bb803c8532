/* SPDX-License-Identifier: MIT */
/*
 * Every read of a mapped ring, and the one CAS that a viewer may do.  The only file of the viewer with
 * atomic operations; the writer's half of each pair is in emitter/ring.h.  What is copied out here is
 * untrusted still: parse the copy, never the mapping.
 */
#ifndef ACD_READER_SHARED_H
#define ACD_READER_SHARED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "emitter/format/layout.h"

/*
 * A word that publishes what was written before it.  Acquire; pairs with acd_publish() (a final stamp,
 * `next`, `records`, a directory word, a site's index word, a sequence, `ack`, `closed`, a counter that
 * follows its denominator), acd_mark() (a ready bitmap), acd_add_release() and acd_swap_if() (the index
 * of a histogram) in emitter/ring.h.
 */
static inline uint64_t acd_shared_acquire(const acd_word *word)
{
    return atomic_load_explicit(word, memory_order_acquire);
}

/*
 * A word that stands for itself, or payload between two loads of its stamp.  Relaxed; pairs with
 * acd_set() and acd_add() in emitter/ring.h, for payload made safe by acd_shared_fence().
 */
static inline uint64_t acd_shared_relaxed(const acd_word *word)
{
    return atomic_load_explicit(word, memory_order_relaxed);
}

/*
 * Between the copy of payload and the second load of its stamp or sequence.  Acquire; pairs with the
 * release fence in acd_lane_begin(), between the `writing` marks and the payload, and with
 * acd_fence_release() after a sequence became odd, in emitter/ring.h: if any copied word was a newer
 * one's, the second load sees that mark.
 */
static inline void acd_shared_fence(void)
{
#if defined(__SANITIZE_THREAD__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wtsan" /* all data that it orders is atomic: nothing to misjudge */
#endif
    atomic_thread_fence(memory_order_acquire);
#if defined(__SANITIZE_THREAD__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif
}

/* Payload words of one cell, from word `from` to its last. Relaxed, as acd_shared_relaxed(). */
static inline void acd_shared_copy_cell(uint64_t *to, const struct acd_cell *cell, unsigned from)
{
    for (unsigned i = from; i < ACD_CELL_WORDS; i++)
        to[i - from] = atomic_load_explicit(&cell->word[i], memory_order_relaxed);
}

static inline void acd_shared_copy_words(uint64_t *to, const acd_word *from, size_t count)
{
    for (size_t i = 0; i < count; i++)
        to[i] = atomic_load_explicit(&from[i], memory_order_relaxed);
}

/*
 * Bytes that never change once the word that publishes them was seen by acd_shared_acquire(): names,
 * sites.  A writer that changes them all the same makes a wrong copy, not a wrong length.
 */
static inline void acd_shared_copy_bytes(void *to, const void *from, size_t bytes)
{
    memcpy(to, from, bytes);
}

/*
 * The control word.  Acquire-release, acquire on failure: what the emitter reads after this change
 * (who made it) is at least as new as the change; pairs with acd_see() in acd_levels_check(), which
 * takes a change over, and with acd_swap_if() when a lease ends.
 */
static inline bool acd_shared_change(acd_word *word, uint64_t *expected, uint64_t desired)
{
    return atomic_compare_exchange_strong_explicit(word, expected, desired, memory_order_acq_rel,
                                                   memory_order_acquire);
}

/* What stands beside the control word: who, resume. Relaxed; published by the CAS after it, which
 * acd_see() in acd_levels_check() sees. */
static inline void acd_shared_tell(acd_word *word, uint64_t value)
{
    atomic_store_explicit(word, value, memory_order_relaxed);
}

#endif
