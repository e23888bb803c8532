/* SPDX-License-Identifier: MIT */
/*
 * A second reader of rings, for tests: written from the layout alone, slow, and only for rings at
 * rest.  It shares nothing with tui/reader, so that one mistake is not made in both.
 */
#ifndef ACD_TEST_PEEK_H
#define ACD_TEST_PEEK_H

#include <stdbool.h>
#include <stdint.h>

#include "emitter/format/kinds.h"
#include "emitter/format/layout.h"
#include "emitter/format/record.h"

struct acd_peek {
    char *base; /* the whole file, mapped shared and writable: some tests change it */
    uint64_t bytes;
    const struct acd_identity *identity;
};

/* false: no such file, or not a ring at all. */
bool acd_peek_open(struct acd_peek *ret_peek, const char *path);
void acd_peek_close(struct acd_peek *peek);

void *acd_peek_at(const struct acd_peek *peek, enum acd_section_id section, uint64_t index);
struct acd_shared *acd_peek_shared(const struct acd_peek *peek);
struct acd_control *acd_peek_control(const struct acd_peek *peek);
/* Lane slots, the overflow lane last; NULL when that slot is not allocated. */
unsigned acd_peek_lanes(const struct acd_peek *peek);
struct acd_lane *acd_peek_lane(const struct acd_peek *peek, unsigned lane);
struct acd_cell *acd_peek_cells(struct acd_lane *lane);

/* One record with what its site says. */
struct acd_peek_event {
    unsigned lane;
    bool overflow;
    bool has_site;
    bool malformed;
    struct acd_record record;
    struct acd_site site;
    struct acd_event_view view;
    uint64_t site_words[ACD_SITE_BYTES_MAX / 8];
    uint64_t payload[ACD_RECORD_BYTES_MAX / 8 + 8];
};

/* Calls `each` for every whole record of a lane, oldest first. Not 0 stops. */
typedef int acd_peek_take(void *context, const struct acd_peek_event *event);
void acd_peek_each_of(const struct acd_peek *peek, unsigned lane, acd_peek_take *each,
                      void *context);
void acd_peek_each(const struct acd_peek *peek, acd_peek_take *each, void *context);

/* The newest record of that kind, and message unless it is NULL; returns how many there are.  The
 * address is the program's one and good until the next call. */
unsigned acd_peek_find(const struct acd_peek *peek, enum acd_kind kind, const char *message,
                       const struct acd_peek_event **ret_event);

/* Complete records of all lanes, as the lanes count them. */
uint64_t acd_peek_records(const struct acd_peek *peek);
uint64_t acd_peek_cut(const struct acd_peek *peek);

/* One cache's numbers over all lanes and the shared block, rows of equal name summed. */
struct acd_peek_cache {
    unsigned rows;
    uint64_t outcome[5];
    uint64_t evictions;
    uint64_t token_lookups, input_tokens, cached_tokens, created_lookups, created_tokens;
    uint64_t reason[ACD_REASONS];
};
void acd_peek_cache(const struct acd_peek *peek, const char *type, const char *model,
                    struct acd_peek_cache *ret_cache);
/* The misses for one reason, by its name. */
uint64_t acd_peek_reason(const struct acd_peek *peek, const char *type, const char *reason);

/* The first entry of that name, NULL when there is none. */
struct acd_timer_entry *acd_peek_timer(const struct acd_peek *peek, const char *name);
/* All rows of that name: who takes a name while another does leaves it twice. */
uint64_t acd_peek_timer_count(const struct acd_peek *peek, const char *name);
struct acd_timer_label *acd_peek_label(struct acd_timer_entry *timer, const char *label);
/* What stands in a histogram; 0 when the timing has none. */
uint64_t acd_peek_histogram(const struct acd_peek *peek, const struct acd_timing *timing);
struct acd_error_entry *acd_peek_error(const struct acd_peek *peek, const char *type);
struct acd_running_entry *acd_peek_running(const struct acd_peek *peek, unsigned index);

/* A word that may change; acquire, since the processes that wrote it may live. */
static inline uint64_t acd_peek_word(const acd_word *word)
{
    return atomic_load_explicit(word, memory_order_acquire);
}

/* Words with a NUL-padded text. */
void acd_peek_text(const acd_word *words, unsigned count, char *ret_text);
bool acd_peek_is(const struct acd_text *text, const char *expected);

#endif
