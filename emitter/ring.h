/* SPDX-License-Identifier: MIT */
/*
 * The write side's atomics: every atomic operation of the emitter stands in this file or in ring.c,
 * with its ordering and the line it pairs with.  The lane protocol (emitter/FORMAT.md, "Writing";
 * modelled in tests/model) is acd_lane_begin / _put / _end below; its readers are in
 * tui/reader/shared.h.  A lane writer is used by its thread alone, or under the overflow lane's lock.
 */
#ifndef ACD_RING_H
#define ACD_RING_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "emitter/format/layout.h"
#include "emitter/pause.h"

#define ACD_LIKELY(x) __builtin_expect(!!(x), 1)
#define ACD_UNLIKELY(x) __builtin_expect(!!(x), 0)
#define ACD_ALWAYS_INLINE static inline __attribute__((always_inline))

/* ---- words ---- */

/* Relaxed: a word that stands alone, or that a later fence or release orders. */
static inline uint64_t acd_get(const acd_word *w)
{
    return atomic_load_explicit(w, memory_order_relaxed);
}
static inline void acd_set(acd_word *w, uint64_t value)
{
    atomic_store_explicit(w, value, memory_order_relaxed);
}

/* Acquire: pairs with acd_publish() or acd_mark() of the thread that made what the word tells of. */
static inline uint64_t acd_see(const acd_word *w)
{
    return atomic_load_explicit(w, memory_order_acquire);
}

/* Release: what was written before is visible to whoever sees the value (acd_see(); in a reader,
 * acd_shared_acquire()). */
static inline void acd_publish(acd_word *w, uint64_t value)
{
    atomic_store_explicit(w, value, memory_order_release);
}

/* Release: as acd_publish(), for one bit of a word that several threads set. */
static inline uint64_t acd_mark(acd_word *w, uint64_t bits)
{
    return atomic_fetch_or_explicit(w, bits, memory_order_acq_rel);
}
static inline void acd_unmark(acd_word *w, uint64_t bits)
{
    atomic_fetch_and_explicit(w, ~bits, memory_order_acq_rel);
}

/* Relaxed: totals and numbers to give out; nothing is read through them. */
static inline uint64_t acd_add(acd_word *w, uint64_t n)
{
    return atomic_fetch_add_explicit(w, n, memory_order_relaxed);
}

/* Release: as acd_add(), and what came before is seen by who sees the sum. */
static inline void acd_add_release(acd_word *w, uint64_t n)
{
    atomic_fetch_add_explicit(w, n, memory_order_release);
}

/* A counter with one writer, so no locked instruction is needed. */
static inline void acd_add_own(acd_word *w, uint64_t n)
{
    acd_set(w, acd_get(w) + n);
}

/* Acquire on success: takes what acd_publish() gave up; release: shows what came before. */
static inline bool acd_swap_if(acd_word *w, uint64_t *expected, uint64_t desired)
{
    return atomic_compare_exchange_strong_explicit(w, expected, desired, memory_order_acq_rel,
                                                   memory_order_acquire);
}

/* The next owner of a lane or of the overflow lane's lock: counted, so that a thread's number that comes
 * back does not look like the old one's. */
static inline uint64_t acd_owner_word(uint64_t before, uint32_t thread)
{
    return ((before >> 32) + 1) << 32 | thread;
}

/* The greater of the word and `value` stays. */
static inline void acd_raise(acd_word *w, uint64_t value)
{
    uint64_t seen = acd_get(w);
    while (seen < value && !atomic_compare_exchange_weak_explicit(
                               w, &seen, value, memory_order_relaxed, memory_order_relaxed)) {}
}

/* Release fence of a sequence: what follows stays behind the odd number; pairs with the reader's acquire
 * fence before its second look (acd_shared_fence()). */
static inline void acd_fence_release(void)
{
    atomic_thread_fence(memory_order_release);
}

/* Orders this thread against its own signal handlers; costs nothing. */
static inline void acd_signal_fence(void)
{
    atomic_signal_fence(memory_order_seq_cst);
}

/* The caller's site cache and hint: plain words in the public header, atomic here. */
static inline uint64_t acd_site_cache_get(const uint64_t *word)
{
    return __atomic_load_n(word, __ATOMIC_ACQUIRE); /* pairs with acd_site_cache_set() */
}
static inline void acd_site_cache_set(uint64_t *word, uint64_t value)
{
    __atomic_store_n(word, value, __ATOMIC_RELEASE); /* the site's shape comes before */
}
/* Relaxed: ordered by the site's cache word. */
static inline uint64_t acd_site_shape_get(const uint64_t *word)
{
    return __atomic_load_n(word, __ATOMIC_RELAXED);
}
static inline void acd_site_shape_set(uint64_t *word, uint64_t value)
{
    __atomic_store_n(word, value, __ATOMIC_RELAXED);
}
/* Relaxed: the public pointer to the control word; both pages that it may name stay mapped. */
static inline const uint64_t *acd_plain(const acd_word *word)
{
    return (const uint64_t *)(uintptr_t)word;
}
static inline void acd_control_point(const uint64_t **pointer, const uint64_t *word)
{
    __atomic_store_n(pointer, word, __ATOMIC_RELAXED);
}

/* A pointer that is published once whole: pairs with acd_pointer_see(). */
static inline void acd_pointer_publish(_Atomic(void *) *pointer, void *value)
{
    atomic_store_explicit(pointer, value, memory_order_release);
}
static inline void *acd_pointer_see(_Atomic(void *) *pointer)
{
    return atomic_load_explicit(pointer, memory_order_acquire);
}

/* Relaxed: a pointer to what is zero from the start, whichever of its values is seen. */
static inline void *acd_pointer_get(_Atomic(void *) *pointer)
{
    return atomic_load_explicit(pointer, memory_order_relaxed);
}

/* ---- the lane protocol ---- */

struct acd_lane_writer {
    struct acd_cell *cells;
    uint64_t mask;     /* cells - 1 */
    uint64_t position; /* of the next record's first cell */
    uint64_t ordinal;  /* of the next record */
    struct acd_lane *lane;
    uint64_t payload_max; /* bytes, a multiple of 8 */
};

/* Where the payload's next word goes, and where its cell ends. */
struct acd_pen {
    acd_word *word, *edge;
    bool alone; /* a record of one cell meets no edge; known when compiling, where it matters */
};

static inline struct acd_cell *acd_lane_cells(struct acd_lane *lane)
{
    return (struct acd_cell *)(void *)((char *)lane + ACD_LANE_HEADER_BYTES);
}

static inline uint64_t acd_cells_needed(uint64_t payload_bytes)
{
    uint64_t words = payload_bytes / 8;
    if (words <= ACD_FIRST_PAYLOAD_WORDS)
        return 1;
    if (words <= ACD_FIRST_PAYLOAD_WORDS + ACD_CONT_PAYLOAD_WORDS)
        return 2;
    return 1 +
           (words - ACD_FIRST_PAYLOAD_WORDS + ACD_CONT_PAYLOAD_WORDS - 1) / ACD_CONT_PAYLOAD_WORDS;
}

/* Marks the record's cells as being written.  The release fence keeps every payload store behind the
 * marks: a reader that copied one such word sees, after its acquire fence (acd_shared_fence() in
 * tui/reader/shared.h), a stamp that is not the one it began with. */
ACD_ALWAYS_INLINE struct acd_pen acd_lane_begin(const struct acd_lane_writer *w, uint64_t cells,
                                                uint64_t ticks, uint64_t word2)
{
    uint64_t position = w->position;
    acd_word *first = w->cells[position & w->mask].word;
    acd_set(first, ACD_STAMP(position, ACD_CELL_WRITING));
    ACD_PAUSE(ACD_PAUSE_MARKED);
    for (uint64_t i = 1; i < cells; i++) {
        acd_set(w->cells[(position + i) & w->mask].word, ACD_STAMP(position + i, ACD_CELL_WRITING));
        ACD_PAUSE(ACD_PAUSE_MARKED);
    }
    atomic_thread_fence(memory_order_release);
    ACD_PAUSE(ACD_PAUSE_FENCED);
    acd_set(&first[1], ticks);
    acd_set(&first[2], word2 | w->ordinal << ACD_W2_ORDINAL_SHIFT);
    struct acd_pen pen = {first + 3, first + ACD_CELL_WORDS, cells == 1};
    return pen;
}

ACD_ALWAYS_INLINE void acd_lane_put(const struct acd_lane_writer *w, struct acd_pen *pen,
                                    uint64_t word)
{
    if (!pen->alone && pen->word == pen->edge) {
        if (pen->word == w->cells[w->mask].word + ACD_CELL_WORDS)
            pen->word = w->cells[0].word;
        pen->edge = pen->word + ACD_CELL_WORDS;
        pen->word++; /* past the stamp */
    }
    acd_set(pen->word++, word);
    ACD_PAUSE(ACD_PAUSE_PAYLOAD);
}

/* Stamps the continuations, then the first cell, then moves the lane on.  Release stores: a reader
 * that sees a final stamp (acd_shared_acquire()) sees payload at least as new. */
ACD_ALWAYS_INLINE void acd_lane_end(struct acd_lane_writer *w, uint64_t cells)
{
    uint64_t position = w->position, ordinal = w->ordinal + 1;
    for (uint64_t i = cells - 1; i > 0; i--) {
        acd_publish(w->cells[(position + i) & w->mask].word,
                    ACD_STAMP(position + i, ACD_CELL_CONTINUATION));
        ACD_PAUSE(ACD_PAUSE_STAMPED);
    }
    acd_publish(w->cells[position & w->mask].word, ACD_STAMP(position, ACD_CELL_FIRST));
    ACD_PAUSE(ACD_PAUSE_FIRST_STAMPED);
    w->position = position + cells;
    w->ordinal = ordinal;
    acd_publish(&w->lane->next, position + cells);
    ACD_PAUSE(ACD_PAUSE_NEXT);
    acd_publish(&w->lane->records, ordinal);
    ACD_PAUSE(ACD_PAUSE_RECORDS);
}

/* Points a writer at a lane that its caller owns, behind whatever an owner before left unfinished. */
void acd_lane_attach(struct acd_lane_writer *ret_writer, struct acd_lane *lane,
                     struct acd_cell *cells, uint64_t count);

/* The newest anchor: three words under a sequence; gives up when another thread is at it. */
void acd_anchor_store(struct acd_live_anchor *anchor, const struct acd_anchor *now);

/* Text into words that readers may look at meanwhile: NUL-padded, cut to fit. */
void acd_text_store(acd_word *words, unsigned count, const char *text, uint64_t length);

#endif
