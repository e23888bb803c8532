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
/* Stands in a branch that is not to become a conditional move, on whose condition all that follows would
 * wait. */
#define ACD_KEEP_BRANCH() __asm__ volatile("")

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
    uint64_t mask;          /* cells - 1 */
    uint64_t position;      /* of the next record's first cell */
    struct acd_cell *first; /* that cell */
    uint64_t lap;           /* position of the lane's last cell, this time round */
    struct acd_lane *lane;
    uint64_t ordinal;     /* of the next record */
    uint64_t payload_max; /* bytes, a multiple of 8 */
};

/* What ACD_STAMP(position + i, state) is, with one shift for all of a record's cells. */
static inline uint64_t acd_stamp_of_cell(uint64_t position, uint64_t i, uint64_t state)
{
    return ACD_STAMP(position, 0) + ACD_STAMP(i, state);
}

/* A record that is being written.  It holds copies of what it needs of its writer: behind an atomic store
 * a compiler reads memory anew. */
struct acd_pen {
    acd_word *first;       /* the record's first cell */
    acd_word *word, *edge; /* where the payload's next word goes, where that cell ends */
    struct acd_cell *cells;
    uint64_t mask, position;
    uint64_t count; /* of the record's cells */
    bool row;       /* they lie in a row, and the lane goes on behind them */
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

/* Do the next record's cells lie in a row, with another one behind them?  All but one record in a lane's
 * turn. */
ACD_ALWAYS_INLINE bool acd_lane_row(const struct acd_lane_writer *w, uint64_t cells)
{
    return w->position + cells <= w->lap;
}

/* The record's cell `i`. */
ACD_ALWAYS_INLINE acd_word *acd_pen_cell(const struct acd_pen *pen, uint64_t i)
{
    return pen->row ? pen->first + i * ACD_CELL_WORDS
                    : pen->cells[(pen->position + i) & pen->mask].word;
}

/* Marks the record's cells as being written.  The release fence keeps every payload store behind the
 * marks: a reader that copied one such word sees, after its acquire fence (acd_shared_fence() in
 * tui/reader/shared.h), a stamp that is not the one it began with.  `row` is what acd_lane_row() says,
 * or false; `cells` and `row` are known when compiling, where it matters. */
ACD_ALWAYS_INLINE struct acd_pen acd_lane_begin(const struct acd_lane_writer *w, uint64_t cells,
                                                bool row, uint64_t ticks, uint64_t word2)
{
    uint64_t position = w->position;
    acd_word *first = w->first->word;
    struct acd_pen pen = {first, first + 3, first + ACD_CELL_WORDS, w->cells, w->mask, position,
                          cells, row};
    word2 |= w->ordinal << ACD_W2_ORDINAL_SHIFT;
    for (uint64_t i = 0; i < cells; i++) {
        acd_set(acd_pen_cell(&pen, i), acd_stamp_of_cell(position, i, ACD_CELL_WRITING));
        ACD_PAUSE(ACD_PAUSE_MARKED);
    }
    atomic_thread_fence(memory_order_release);
    ACD_PAUSE(ACD_PAUSE_FENCED);
    acd_set(&first[1], ticks);
    acd_set(&first[2], word2);
    return pen;
}

/* On to the next cell. */
ACD_ALWAYS_INLINE void acd_pen_step(struct acd_pen *pen)
{
    if (!pen->row && pen->word == pen->cells[pen->mask].word + ACD_CELL_WORDS)
        pen->word = pen->cells[0].word;
    if (!pen->row || pen->count > 2)
        pen->edge = pen->word + ACD_CELL_WORDS;
    pen->word++; /* past the stamp */
}

ACD_ALWAYS_INLINE void acd_lane_put_in_cell(struct acd_pen *pen, uint64_t word)
{
    acd_set(pen->word++, word);
    ACD_PAUSE(ACD_PAUSE_PAYLOAD);
}

/* A record of one cell meets no edge, one of two cells meets one. */
ACD_ALWAYS_INLINE void acd_lane_put(struct acd_pen *pen, uint64_t word)
{
    if (pen->count > 1 && pen->word == pen->edge) {
        ACD_KEEP_BRANCH();
        acd_pen_step(pen);
    }
    acd_lane_put_in_cell(pen, word);
}

static inline uint64_t acd_word_at(const char *s)
{
    uint64_t word;
    memcpy(&word, s, 8);
    return word;
}

/* A whole cell of text, where the pen stands at an edge. */
ACD_ALWAYS_INLINE void acd_lane_put_cell(struct acd_pen *pen, const char *s)
{
    static_assert(ACD_CONT_PAYLOAD_WORDS == 7, "a cell's words, one by one");
    acd_pen_step(pen);
    acd_lane_put_in_cell(pen, acd_word_at(s));
    acd_lane_put_in_cell(pen, acd_word_at(s + 8));
    acd_lane_put_in_cell(pen, acd_word_at(s + 16));
    acd_lane_put_in_cell(pen, acd_word_at(s + 24));
    acd_lane_put_in_cell(pen, acd_word_at(s + 32));
    acd_lane_put_in_cell(pen, acd_word_at(s + 40));
    acd_lane_put_in_cell(pen, acd_word_at(s + 48));
}

/* Stamps the continuations, then the first cell, then moves the lane on.  Release stores: a reader
 * that sees a final stamp (acd_shared_acquire()) sees payload at least as new. */
ACD_ALWAYS_INLINE void acd_lane_end(struct acd_lane_writer *w, const struct acd_pen *pen)
{
    uint64_t position = pen->position, next = position + pen->count, ordinal = w->ordinal + 1;
    for (uint64_t i = pen->count - 1; i > 0; i--) {
        acd_publish(acd_pen_cell(pen, i), acd_stamp_of_cell(position, i, ACD_CELL_CONTINUATION));
        ACD_PAUSE(ACD_PAUSE_STAMPED);
    }
    acd_publish(pen->first, ACD_STAMP(position, ACD_CELL_FIRST));
    ACD_PAUSE(ACD_PAUSE_FIRST_STAMPED);
    struct acd_lane *lane = w->lane;
    w->position = next;
    if (pen->row) {
        w->first += pen->count;
    } else {
        w->first = &pen->cells[next & pen->mask];
        w->lap = next | pen->mask;
    }
    w->ordinal = ordinal;
    acd_publish(&lane->next, next);
    ACD_PAUSE(ACD_PAUSE_NEXT);
    acd_publish(&lane->records, ordinal);
    ACD_PAUSE(ACD_PAUSE_RECORDS);
}

/* Points a writer at a lane that its caller owns, behind whatever an owner before left unfinished. */
void acd_lane_attach(struct acd_lane_writer *ret_writer, struct acd_lane *lane,
                     struct acd_cell *cells, uint64_t count);

/* The newest anchor: three words under a sequence; gives up when another thread is at it. */
void acd_anchor_store(struct acd_live_anchor *anchor, const struct acd_anchor *now);

/* Text into words that readers may look at meanwhile: NUL-padded.  What is longer is cut anywhere:
 * acd_utf8_cut() comes before. */
void acd_text_store(acd_word *words, unsigned count, const char *text, uint64_t length);

#endif
