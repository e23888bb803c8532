/* SPDX-License-Identifier: MIT */
/*
 * What the emitter keeps outside the file: one process-wide state, one block a ring, one a thread.
 * A ring's block is made at open and never freed, as are the addresses it names: a thread that races
 * with close, or a child of fork, finds zero pages there and harms nobody.
 */
#ifndef ACD_STATE_H
#define ACD_STATE_H

#include <stdint.h>

#include <acdebug.h>
#include "emitter/clock.h"
#include "emitter/format/layout.h"
#include "emitter/ring.h"
#include "emitter/walltime.h"

#define ACD_LANES_MAX 160
#define ACD_DATA_CHUNKS_MAX 8192 /* 128 MiB of file */
#define ACD_NO_GENERATION 1      /* a thread that has no ring yet; rings count from 2 */

#define ACD_RATE_LIMIT_MAX 1024 /* debug files in ten seconds */

/* What holds for debug files. */
struct acd_file_settings {
    char directory[256];
    uint64_t file_bytes, total_bytes;
    uint32_t count, max_age_s;
    uint32_t rate; /* in ten seconds; UINT32_MAX: any number */
};

/* Sizes that options and environment settled. */
struct acd_settings {
    char app[64];
    char directory[256]; /* "" : the platform's */
    char temp_directory[256];
    uint32_t start_level;
    uint32_t flags;
    uint64_t budget_bytes;
    uint64_t big_cells, small_cells; /* powers of two */
    uint32_t big_lanes, small_lanes;
    struct acd_file_settings files;
};

/* The hashes of a table's names, so that a look-up compares few of them; 0: not ready. */
struct acd_names {
    acd_word hash[ACD_ERRORS + 1];
};

struct acd_ring {
    /* read on every emit */
    uint64_t generation;
    enum acd_clock_kind clock;
    struct acd_control *control; /* stays mapped for ever */
    acd_word control_seen;       /* the control word whose change was taken over */
    acd_word check_ticks;        /* from then on an emit looks at deadline and anchor */
    struct acd_shared *shared;
    acd_word rate; /* ns a tick << 32, see acd_clock_rate() */
    acd_word text_level;

    /* the mapped file */
    struct acd_identity *identity; /* unmapped at close */
    char *data;                    /* from the first section after the control page */
    uint64_t data_offset, data_bytes;
    uint64_t identity_bytes;
    acd_word *directory;
    acd_word *site_index;
    char *arena;
    struct acd_cache_entry *caches;
    struct acd_timer_entry *timers;
    struct acd_histogram *histograms;
    struct acd_running_entry *running;
    struct acd_error_entry *errors;
    struct acd_lane *overflow; /* NULL: there was no room */
    struct acd_section section[ACD_SEC_COUNT];

    /* allocation on first use */
    acd_word budget_left;
    uint64_t first_bytes; /* allocated at open */
    acd_word chunk_ready[ACD_DATA_CHUNKS_MAX / 64];
    char path[400];
    uint64_t device, inode;
    /* As in the identity, which close may unmap while another thread collects. */
    char app[64], boot_id[40];

    struct acd_lane_writer overflow_writer; /* under the lock in overflow->owner */
    struct acd_anchor opened;
    acd_word rate_anchor_ticks; /* when `rate` was taken */
    uint64_t start_levels;
    uint32_t pid;
    acd_word lanes_exhausted; /* the next allocation would fail */

    struct acd_file_settings files;
    acd_word file_tickets;                   /* debug files begun */
    acd_word file_times[ACD_RATE_LIMIT_MAX]; /* when, by ticket; monotonic ns */
    acd_word file_warned;                    /* that one failed has been said */

    struct acd_names cache_names, timer_names, error_names;
    acd_word label_hash[ACD_TIMERS + 1][ACD_TIMER_LABELS];
    acd_word reason_hash[ACD_CACHE_ROWS][ACD_REASONS_TEXT];
};

enum acd_phase {
    ACD_PHASE_CLOSED,
    ACD_PHASE_OPENING,
    ACD_PHASE_OPEN,
    ACD_PHASE_CHILD, /* of fork: a ring is due at the first call */
    ACD_PHASE_CLOSING
};

/* On a page that a child of fork, even of a raw clone, finds zeroed. */
struct acd_wipe {
    acd_word generation; /* of the open ring; 0: none, or not this process's */
};

struct acd_state {
    acd_word phase;
    _Atomic(void *) wipe; /* struct acd_wipe; set once, before the first ring is published */
    _Atomic(void *) ring; /* struct acd_ring of the newest open */
    acd_word rings;       /* generations given out */
    acd_word early_dropped;
    acd_word hooks_installed;
    acd_word text; /* enum acd_text_mode */
    struct acd_walltime walltime;
    struct acd_settings settings; /* written while OPENING only */
    char tried[400];              /* the directory that gave no ring */
};
extern struct acd_state acd_state;

/* The open ring's generation, on the page that children find zeroed. */
static inline acd_word *acd_generation(void)
{
    return &((struct acd_wipe *)acd_pointer_get(&acd_state.wipe))->generation;
}

/* A request id.  `head` is what it adds to a record's word 2: its payload's bytes and the flag of its
 * kind; 0 when there is none. */
#define ACD_REQUEST_TEXT_WORDS 5
struct acd_request_id {
    uint64_t head;
    uint64_t number;
    uint64_t length;
    uint64_t text[ACD_REQUEST_TEXT_WORDS]; /* padded with NUL */
};

/* A text's length and its text, NUL-terminated; 0 for what is no text. */
static inline uint32_t acd_request_text(const struct acd_request_id *r, const char **ret_text)
{
    *ret_text = (const char *)r->text;
    return r->head & ACD_W2_REQUEST_STR ? (uint32_t)r->length : 0;
}

struct acd_thread {
    uint64_t generation;
    acd_word busy; /* an emit is under way on this thread */
    struct acd_ring *ring;
    struct acd_lane_writer writer; /* cells NULL: shares the overflow lane */
    uint64_t site_base;            /* what a site's cache word holds beside the number */
    uint32_t id;
    uint32_t retry; /* emits until the next try to get a lane */
    struct acd_request_id request;
};
extern _Thread_local struct acd_thread acd_thread;

/* ---- emitter.c ---- */
/* The ring to use now, opening a fork child's first; NULL: none. */
struct acd_ring *acd_emitter_ring(void);
/* Makes [at, at + bytes) of the data sections usable; false: no room.  Async-signal-safe. */
bool acd_emitter_ensure(struct acd_ring *ring, const void *at, uint64_t bytes);
/* A new anchor, and with it a better rate. */
void acd_emitter_anchor(struct acd_ring *ring);

/* ---- file.c ---- */
int acd_file_open(struct acd_ring *ring, const struct acd_settings *settings, uint32_t parent);
void acd_file_close(struct acd_ring *ring);
void acd_file_collect(const struct acd_ring *ring);

/* ---- lanes.c ---- */
/* Gives the thread a lane of its own if there is one; under `busy`. */
void acd_lanes_claim(struct acd_thread *thread, struct acd_ring *ring);

/* ---- sites.c ---- */
/* A site's cache word: the ring's generation, and the number where a record's word 2 has it. */
#define ACD_SITE_CACHE_SHIFT 29
static_assert(ACD_W2_SITE_MASK >> (ACD_SITE_CACHE_SHIFT - ACD_W2_SITE_SHIFT) == 0,
              "the number ends where the generation begins");
/* A site's shape: bit i of 0..19, field i is text, and the bit behind the last field; of 21..40, it is
 * secret and not written; from 41 on the number of fields written, each of which takes a word and a text
 * more: their bytes are what lies from 38 on, where no field is secret. */
#define ACD_SHAPE_TEXTS UINT64_C(0x1fffff)
#define ACD_SHAPE_SECRET_SHIFT 21
#define ACD_SHAPE_SECRETS (UINT64_C(0xfffff) << ACD_SHAPE_SECRET_SHIFT)
#define ACD_SHAPE_WORDS_SHIFT 41
#define ACD_SHAPE_BYTES_SHIFT (ACD_SHAPE_WORDS_SHIFT - 3)
/* A field is secret; the site's events have a text on stderr.  To the common case such a record is too
 * long. */
#define ACD_SHAPE_UNUSUAL (UINT64_C(1) << 62)
#define ACD_SHAPE_SHOWN (UINT64_C(1) << 63)
static_assert(ACD_SITE_FIELDS_MAX <= 20, "a bit a field");

static inline bool acd_shape_secret(uint64_t shape, unsigned field)
{
    return (shape >> (ACD_SHAPE_SECRET_SHIFT + field) & 1) != 0;
}

uint32_t acd_sites_register(struct acd_ring *ring, struct acdebug_priv_site *site);

/* The site's number in the ring, 0 when there is no room for it; registers it at its first use. */
static inline uint32_t acd_sites_number(struct acd_ring *ring, struct acdebug_priv_site *site)
{
    uint64_t cache = acd_site_cache_get(&site->cache);
    if (ACD_LIKELY(cache >> ACD_SITE_CACHE_SHIFT == ring->generation))
        return (uint32_t)(cache >> ACD_W2_SITE_SHIFT & ACD_W2_SITE_MASK);
    return acd_sites_register(ring, site);
}

#endif
