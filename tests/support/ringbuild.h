/* SPDX-License-Identifier: MIT */
/*
 * Makes ring files by hand, written from emitter/FORMAT.md alone: it includes nothing of the emitter,
 * so that the reader is tested against the text and the text against the emitter.  Offsets are from the
 * start of the file.  Every step of a writer can be made by itself, and any word set to anything.
 */
#ifndef ACD_TEST_RINGBUILD_H
#define ACD_TEST_RINGBUILD_H

#include <stddef.h>
#include <stdint.h>

#define ACD_RINGBUILD_LANE_HEAD 10752u /* what lane_header_bytes says: not what the emitter uses */

enum acd_ringbuild_section {
    RB_CONTROL,
    RB_SHARED,
    RB_DIRECTORY,
    RB_SITE_INDEX,
    RB_SITE_ARENA,
    RB_CACHES,
    RB_TIMERS,
    RB_HISTOGRAMS,
    RB_RUNNING,
    RB_ERRORS,
    RB_OVERFLOW,
    RB_LANES_BIG,
    RB_LANES_SMALL,
    RB_SECTIONS
};

/* Zero means the default, which is small. */
struct acd_ringbuild_options {
    const char *app;
    unsigned big_lanes, small_lanes; /* 1, 1 */
    uint64_t big_cells, small_cells; /* 64, 64; the overflow lane has small_cells */
    unsigned sites, timers, histograms, running, errors; /* 32, 4, 4, 4, 4 */
    unsigned caches;                                     /* 33 */
    uint32_t clock_kind;                                 /* 1: ticks are ns */
    uint32_t start_levels;
    uint64_t opened[3]; /* ticks, monotonic, realtime; 1000, 1000, 10^18 */
};

struct acd_ringbuild {
    unsigned char *base;
    uint64_t bytes;
    uint64_t offset[RB_SECTIONS];
    uint64_t stride[RB_SECTIONS];
    uint64_t arena_used;
    unsigned sites_used;
    uint64_t lane_cells[2]; /* big, small */
    unsigned big_lanes;
};

/* Makes the file, mode 0600, and maps it; ends the test program when it can't. */
void acd_ringbuild_make(struct acd_ringbuild *rb, const char *path,
                        const struct acd_ringbuild_options *options);
/* Maps one that is there, to change its words. */
void acd_ringbuild_open(struct acd_ringbuild *rb, const char *path);
void acd_ringbuild_close(struct acd_ringbuild *rb);

/* ---- words ---- */

uint64_t acd_ringbuild_get(const struct acd_ringbuild *rb, uint64_t offset);
void acd_ringbuild_set(struct acd_ringbuild *rb, uint64_t offset, uint64_t value); /* release */
void acd_ringbuild_add(struct acd_ringbuild *rb, uint64_t offset, uint64_t value);
void acd_ringbuild_set32(struct acd_ringbuild *rb, uint64_t offset, uint32_t value);
void acd_ringbuild_text(struct acd_ringbuild *rb, uint64_t offset, size_t room, const char *text);
/* Offset of entry `index` of a section. */
uint64_t acd_ringbuild_at(const struct acd_ringbuild *rb, enum acd_ringbuild_section section,
                          uint64_t index);

/* ---- sites and payload ---- */

struct acd_ringbuild_key {
    unsigned type, flags;
    const char *name;
};
struct acd_ringbuild_site {
    unsigned kind, category, level, line;
    const char *message, *file;
    unsigned fields;
    const struct acd_ringbuild_key *key;
};

/* Registers it, from number 1 on. */
unsigned acd_ringbuild_register(struct acd_ringbuild *rb, const struct acd_ringbuild_site *site);

struct acd_ringbuild_payload {
    uint64_t word[8192];
    uint64_t count;
};
void acd_ringbuild_put(struct acd_ringbuild_payload *p, uint64_t word);
void acd_ringbuild_put_text(struct acd_ringbuild_payload *p, const char *text);
void acd_ringbuild_put_key(struct acd_ringbuild_payload *p, unsigned type, unsigned flags,
                           const char *key);

/* ---- lanes ---- */

struct acd_ringbuild_writer {
    struct acd_ringbuild *rb;
    uint64_t slot; /* offset */
    uint64_t cells;
    uint64_t position, ordinal;
};

/* Word 2 without payload bytes and ordinal. */
#define RB_SITE(number) ((uint64_t)(number) << 17)
#define RB_REQUEST_NUMBER (UINT64_C(1) << 29)
#define RB_REQUEST_TEXT (UINT64_C(1) << 30)
#define RB_THREAD (UINT64_C(1) << 31)

/* Allocates lane `slot` of the directory (RB_OVERFLOW_SLOT: the overflow lane) for `thread`. */
#define RB_OVERFLOW_SLOT UINT32_MAX
void acd_ringbuild_lane(struct acd_ringbuild_writer *ret_writer, struct acd_ringbuild *rb,
                        unsigned slot, uint32_t thread);

uint64_t acd_ringbuild_cells_of(uint64_t payload_words);

/* A record in all its steps; the steps by themselves. */
void acd_ringbuild_write(struct acd_ringbuild_writer *w, uint64_t ticks, uint64_t word2,
                         const struct acd_ringbuild_payload *payload);
void acd_ringbuild_mark(struct acd_ringbuild_writer *w, uint64_t payload_words);
void acd_ringbuild_fill(struct acd_ringbuild_writer *w, uint64_t ticks, uint64_t word2,
                        const struct acd_ringbuild_payload *payload);
void acd_ringbuild_stamp(struct acd_ringbuild_writer *w, uint64_t payload_words);
void acd_ringbuild_publish(struct acd_ringbuild_writer *w, uint64_t payload_words);

/* Offset of a word of the cell at a position. */
uint64_t acd_ringbuild_cell(const struct acd_ringbuild_writer *w, uint64_t position, unsigned word);

/* ---- tables ---- */

/* Offset of counts[row] of the shared block, or of a lane slot at `slot`. */
uint64_t acd_ringbuild_shared_counts(const struct acd_ringbuild *rb, unsigned row);
uint64_t acd_ringbuild_lane_counts(uint64_t slot, unsigned row);

/* Name a row, mark it ready, give its offset. */
uint64_t acd_ringbuild_cache(struct acd_ringbuild *rb, unsigned row, const char *type,
                             const char *model);
uint64_t acd_ringbuild_timer(struct acd_ringbuild *rb, unsigned row, const char *name);
/* Of a timer at `timer`: the offset of the label's timing. */
uint64_t acd_ringbuild_label(struct acd_ringbuild *rb, uint64_t timer, unsigned label,
                             const char *name);

struct acd_ringbuild_error {
    const char *type, *provider, *model, *message, *file;
    int64_t status;
    uint64_t count, first, last;
};
void acd_ringbuild_error(struct acd_ringbuild *rb, unsigned row,
                         const struct acd_ringbuild_error *error);

#endif
