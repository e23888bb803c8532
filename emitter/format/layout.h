/* SPDX-License-Identifier: MIT */
/*
 * The ring file's layout: what the emitter writes and a reader maps.  Only offsets, sizes and word
 * packing stand here; no function touches shared memory.  emitter/FORMAT.md says the same in prose;
 * the static assertions below hold both to it.  All integers are in the writer's byte order, which
 * the identity page tells.  Words that change after the file became visible are _Atomic uint64_t.
 */
#ifndef ACD_FORMAT_LAYOUT_H
#define ACD_FORMAT_LAYOUT_H

#include <assert.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#define ACD_FORMAT_MAJOR 1
#define ACD_FORMAT_MINOR 0
#define ACD_MAGIC "ACDRING\n" /* 8 bytes, no NUL stored */
#define ACD_BYTE_ORDER_MARK UINT32_C(0x01020304)
#define ACD_FILE_SUFFIX ".acr"

/* Everything that is allocated on first use is allocated in chunks of this size and alignment. */
#define ACD_CHUNK_BYTES 16384u
#define ACD_CELL_BYTES 64u
#define ACD_CELL_WORDS 8u

typedef _Atomic uint64_t acd_word;
static_assert(sizeof(acd_word) == 8 && ATOMIC_LLONG_LOCK_FREE == 2,
              "the ring needs lock-free 64-bit atomics");

/* ---- identity page: written before the file becomes visible, constant afterwards ---- */

/* Compatible flags. */
#define ACD_COMPATIBLE_LOCKED UINT64_C(1) /* the writer holds the lock that liveness is told by */
#define ACD_COMPATIBLE_RESUME UINT64_C(2) /* it ends a lease with the control page's `resume` */

/* One part of the file: `count` entries, `stride` bytes apart, from `offset`. */
struct acd_section {
    uint64_t offset;
    uint64_t bytes;
    uint32_t count;
    uint32_t stride;
};

enum acd_section_id {
    ACD_SEC_CONTROL,     /* struct acd_control */
    ACD_SEC_SHARED,      /* struct acd_shared */
    ACD_SEC_DIRECTORY,   /* a word a lane slot: 0 not allocated, 1 allocated; big lanes first */
    ACD_SEC_SITE_INDEX,  /* a word a site: see ACD_SITE_* */
    ACD_SEC_SITE_ARENA,  /* site descriptions, `stride` 8 */
    ACD_SEC_CACHES,      /* struct acd_cache_entry, the last one is (other) */
    ACD_SEC_TIMERS,      /* struct acd_timer_entry, the last one is (other) */
    ACD_SEC_HISTOGRAMS,  /* struct acd_histogram */
    ACD_SEC_RUNNING,     /* struct acd_running_entry */
    ACD_SEC_ERRORS,      /* struct acd_error_entry, the last one is (other) */
    ACD_SEC_OVERFLOW,    /* one lane slot, shared by all under a try-lock */
    ACD_SEC_LANES_BIG,   /* lane slots of the first threads */
    ACD_SEC_LANES_SMALL, /* lane slots of the later threads */
    ACD_SEC_COUNT,
    ACD_SEC_ROOM = 24 /* sections that fit in the identity page */
};

/* One moment on three clocks. */
struct acd_anchor {
    uint64_t ticks;        /* the ring's clock, see clock_kind */
    uint64_t monotonic_ns; /* CLOCK_MONOTONIC */
    uint64_t realtime_ns;  /* CLOCK_REALTIME, since the epoch */
};

enum acd_clock_kind { ACD_CLOCK_MONOTONIC_NS = 1, ACD_CLOCK_TSC = 2, ACD_CLOCK_ARM_VIRTUAL = 3 };

struct acd_identity {
    char magic[8];
    uint32_t byte_order;
    uint16_t major, minor;
    uint64_t compatible_flags;   /* unknown bits may be ignored */
    uint64_t incompatible_flags; /* an unknown bit: refuse the file */
    uint64_t file_bytes;
    uint32_t identity_bytes; /* length of this page, a multiple of the writer's page size */
    uint32_t lane_header_bytes;
    uint32_t pid;
    uint32_t uid;
    uint64_t pid_namespace; /* inode of /proc/self/ns/pid, 0 unknown */
    uint64_t start_time;    /* field 22 of /proc/self/stat, 0 unknown */
    uint64_t generation;    /* this process's n-th ring */
    uint32_t clock_kind;    /* enum acd_clock_kind */
    uint32_t start_levels;  /* 2 bits a category, as in the control word */
    uint32_t parent_pid;    /* of a fork child's ring; 0: not one */
    uint32_t section_count;
    struct acd_anchor opened;
    char boot_id[40];
    char app[64];
    char host[64];
    struct acd_section section[ACD_SEC_ROOM];
};
static_assert(offsetof(struct acd_identity, byte_order) == 8, "FORMAT.md, identity");
static_assert(offsetof(struct acd_identity, file_bytes) == 32, "FORMAT.md, identity");
static_assert(offsetof(struct acd_identity, pid) == 48, "FORMAT.md, identity");
static_assert(offsetof(struct acd_identity, clock_kind) == 80, "FORMAT.md, identity");
static_assert(offsetof(struct acd_identity, opened) == 96, "FORMAT.md, identity");
static_assert(offsetof(struct acd_identity, boot_id) == 120, "FORMAT.md, identity");
static_assert(offsetof(struct acd_identity, section) == 288, "FORMAT.md, identity");
static_assert(sizeof(struct acd_identity) == 288 + ACD_SEC_ROOM * 24, "FORMAT.md, identity");

/* ---- control page: the one page a viewer may write ---- */

#define ACD_CATEGORIES 16
/* Control word: levels in bits 0..31, change number 32..39, deadline 40..62, attention 63. */
#define ACD_CONTROL_LEVELS UINT64_C(0xffffffff)

/* The levels that stand once the lease of `word` has ended.  A `resume` that belongs to another
 * change counts for nothing: then it is the start levels. */
static inline uint64_t acd_control_after(uint64_t word, uint64_t resume, uint64_t start_levels)
{
    return ((resume ^ word) & ~ACD_CONTROL_LEVELS) == 0 ? resume & ACD_CONTROL_LEVELS
                                                        : start_levels;
}
#define ACD_CONTROL_CHANGE_SHIFT 32
#define ACD_CONTROL_CHANGE_MASK UINT64_C(0xff)
#define ACD_CONTROL_DEADLINE_SHIFT 40
#define ACD_CONTROL_DEADLINE_MASK UINT64_C(0x7fffff)
/* Only ever set in a fork child's private page: call in before you evaluate anything. */
#define ACD_CONTROL_ATTENTION (UINT64_C(1) << 63)

struct acd_control {
    acd_word word;   /* CAS by viewers and, when a lease ends, by the emitter */
    acd_word resume; /* `word` with the levels that stand once its lease has ended */
    acd_word pad0[6];
    acd_word ack;    /* emitter only: 1 + change number last taken over; 0 none yet */
    acd_word closed; /* emitter only: 1 after acdebug_close */
    acd_word pad1[6];
    acd_word who[8]; /* text, NUL-padded: who made the newest change; informative only */
};
static_assert(offsetof(struct acd_control, resume) == 8, "FORMAT.md, control");
static_assert(offsetof(struct acd_control, ack) == 64, "FORMAT.md, control");
static_assert(offsetof(struct acd_control, who) == 128, "FORMAT.md, control");

/* ---- counters ---- */

enum acd_reason {
    ACD_REASON_COLD,
    ACD_REASON_PREFIX_DIVERGED,
    ACD_REASON_BELOW_MINIMUM,
    ACD_REASON_EVICTED,
    ACD_REASON_EXPIRED,
    ACD_REASON_KEY_MISMATCH,
    ACD_REASON_OTHER_REPLICA,
    ACD_REASON_NOT_STORED,
    ACD_REASON_DISABLED,
    ACD_REASON_ERROR,
    ACD_REASON_UNKNOWN,
    ACD_REASONS_KNOWN,
    ACD_REASONS_TEXT = 16, /* free text, a type */
    ACD_REASON_OTHER = ACD_REASONS_KNOWN + ACD_REASONS_TEXT,
    ACD_REASONS
};

#define ACD_CACHE_TYPES 32
#define ACD_CACHE_ROWS (ACD_CACHE_TYPES + 1) /* and (other) */

/* One cache row's totals in one lane.  `input_tokens` and `cached_tokens` cover only the lookups
 * whose both counts are known; `token_lookups` says how many those were. */
struct acd_cache_counts {
    acd_word outcome[5]; /* enum acd_outcome: hit, partial, miss, bypass, unknown */
    acd_word evictions;
    acd_word token_lookups, input_tokens, cached_tokens;
    acd_word created_lookups, created_tokens;
    acd_word reserved;
    acd_word reason[ACD_REASONS];
};
static_assert(sizeof(struct acd_cache_counts) == 8 * (12 + ACD_REASONS), "FORMAT.md, counters");

enum acd_outcome {
    ACD_OUTCOME_HIT,
    ACD_OUTCOME_PARTIAL,
    ACD_OUTCOME_MISS,
    ACD_OUTCOME_BYPASS,
    ACD_OUTCOME_UNKNOWN
};

/* ---- lanes ---- */

/* The head of a lane slot; the cells follow at lane_header_bytes.  Written by the owner only. */
struct acd_lane {
    acd_word owner; /* thread id | incarnation << 32; id 0 free.  Overflow lane: its try-lock */
    acd_word cells; /* a power of two, set when the lane is allocated */
    acd_word cut;   /* records whose text did not fit whole */
    acd_word pad0[5];
    acd_word next;    /* position after the newest complete record */
    acd_word records; /* complete records, which is the next one's ordinal */
    acd_word pad1[6];
    struct acd_cache_counts cache[ACD_CACHE_ROWS];
};
static_assert(offsetof(struct acd_lane, next) == 64, "FORMAT.md, lane");
static_assert(offsetof(struct acd_lane, cache) == 128, "FORMAT.md, lane");
static_assert(sizeof(struct acd_lane) <= ACD_CHUNK_BYTES, "a lane's head fits its chunk");
#define ACD_LANE_HEADER_BYTES ACD_CHUNK_BYTES

/* A cell is eight words; word 0 is the stamp: position << 2 | state. */
struct acd_cell {
    acd_word word[ACD_CELL_WORDS];
};
static_assert(sizeof(struct acd_cell) == ACD_CELL_BYTES, "FORMAT.md, cell");

enum acd_cell_state {
    ACD_CELL_EMPTY = 0,
    ACD_CELL_WRITING = 1,
    ACD_CELL_FIRST = 2,
    ACD_CELL_CONTINUATION = 3
};
#define ACD_STAMP(position, state) (((uint64_t)(position) << 2) + (uint64_t)(state))
#define ACD_FIRST_PAYLOAD_WORDS 5u
#define ACD_CONT_PAYLOAD_WORDS 7u
#define ACD_RECORD_BYTES_MAX 65536u

/* Word 2 of a first cell. */
#define ACD_W2_BYTES_MASK UINT64_C(0x1ffff)
#define ACD_W2_SITE_SHIFT 17
#define ACD_W2_SITE_MASK UINT64_C(0xfff)
#define ACD_W2_REQUEST_U64 (UINT64_C(1) << 29)
#define ACD_W2_REQUEST_STR (UINT64_C(1) << 30)
#define ACD_W2_THREAD (UINT64_C(1) << 31)
#define ACD_W2_ORDINAL_SHIFT 32

/* ---- process-wide block ---- */

/* Under a sequence word: odd while one writer is at it; a writer that finds it odd goes without. */
struct acd_live_anchor {
    acd_word sequence;
    acd_word ticks, monotonic_ns, realtime_ns;
};

struct acd_shared {
    struct acd_live_anchor anchor; /* the newest one; the first is in the identity page */
    acd_word dropped_busy;         /* events: overflow lane taken */
    acd_word dropped_no_room;      /* events: no lane at all, or no overflow lane */
    acd_word sites_used;           /* site numbers given out, 0 included; may exceed the table */
    acd_word arena_used;           /* bytes given out; may exceed the arena */
    acd_word sites_full;           /* registrations that found no room */
    acd_word histograms_used;      /* may exceed the table */
    acd_word caches_used, timers_used, errors_used; /* may exceed the tables */
    acd_word caches_ready;                          /* bit i: row i may be read */
    acd_word timers_ready[2];
    acd_word errors_ready[5];
    acd_word running_taken[4]; /* bit i: running entry i is in use */
    acd_word running_full;     /* timers that started while the table was full */
    acd_word caches_full, timers_full, errors_full; /* calls that went under (other) */
    acd_word allocated_bytes;                       /* of the file */
    acd_word lanes_shared; /* threads that found no lane and share the overflow lane */
    acd_word files_written, files_suppressed, files_failed; /* debug files */
    acd_word reserved[17];
    struct acd_cache_counts cache[ACD_CACHE_ROWS]; /* calls without a lane; fetch_add */
};
static_assert(offsetof(struct acd_shared, dropped_busy) == 32, "FORMAT.md, shared block");
static_assert(offsetof(struct acd_shared, caches_ready) == 104, "FORMAT.md, shared block");
static_assert(offsetof(struct acd_shared, running_taken) == 168, "FORMAT.md, shared block");
static_assert(offsetof(struct acd_shared, allocated_bytes) == 232, "FORMAT.md, shared block");
static_assert(offsetof(struct acd_shared, files_written) == 248, "FORMAT.md, shared block");
static_assert(offsetof(struct acd_shared, cache) == 408, "FORMAT.md, shared block");
static_assert(sizeof(struct acd_shared) <= ACD_CHUNK_BYTES,
              "the process-wide block fits its chunk");

/* ---- sites ---- */

#define ACD_SITES 4096
/* A site index word: valid bit 63, bytes in 32..62, offset in the arena in 0..31. */
#define ACD_SITE_VALID (UINT64_C(1) << 63)
#define ACD_SITE_OFFSET_MASK UINT64_C(0xffffffff)
#define ACD_SITE_BYTES_SHIFT 32
#define ACD_SITE_BYTES_MASK UINT64_C(0x7fffffff)
#define ACD_SITE_BYTES_MAX 4096u
#define ACD_SITE_FIELDS_MAX 20u
/*
 * A site in the arena, words:
 *   0: kind 0..7, category 8..15, level 16..23, number of fields 24..31, line 32..63
 *   1: length of message 0..15, of file 16..31
 *   then a word a field: type 0..7, flags 8..15, length of key 16..31
 *   then the bytes of message, file and keys, one after another, padded to 8
 */
#define ACD_FIELD_SECRET 1u /* the value is not in the payload */

/* ---- process-wide tables ---- */

#define ACD_NAME_BYTES 64
struct acd_cache_entry {
    char type[ACD_NAME_BYTES];               /* NUL-terminated, cut to fit */
    char model[ACD_NAME_BYTES];              /* "" when the caller gave none */
    acd_word entries, bytes, capacity_bytes; /* gauges + 1; 0 never set */
    acd_word reasons_used;                   /* free-text reasons given out; may exceed the table */
    acd_word reasons_ready;                  /* bit i: reason[i] may be read */
    acd_word pad[3];
    char reason[ACD_REASONS_TEXT][48];
};
static_assert(offsetof(struct acd_cache_entry, entries) == 128, "FORMAT.md, caches");
static_assert(offsetof(struct acd_cache_entry, reason) == 192, "FORMAT.md, caches");
static_assert(sizeof(struct acd_cache_entry) == 960, "FORMAT.md, caches");

#define ACD_TIMERS 64
#define ACD_TIMER_LABELS 16
/* One timed thing: a whole timer, or the time from one checkpoint label's predecessor to it. */
struct acd_timing {
    acd_word count, sum_ns, max_ns;
    acd_word histogram; /* 1 + index; 0: none, there was no room */
};
struct acd_timer_label {
    char name[48];
    struct acd_timing timing;
};
struct acd_timer_entry {
    char name[ACD_NAME_BYTES];
    acd_word failed;
    acd_word started; /* started - timing.count = running or abandoned */
    acd_word labels_used, labels_ready;
    struct acd_timing timing;
    struct acd_timer_label label[ACD_TIMER_LABELS + 1]; /* the last one is (other) */
};
static_assert(offsetof(struct acd_timer_entry, timing) == 96, "FORMAT.md, timers");
static_assert(offsetof(struct acd_timer_entry, label) == 128, "FORMAT.md, timers");
static_assert(sizeof(struct acd_timer_entry) == 128 + 80 * 17, "FORMAT.md, timers");

/* Log-linear: 32 buckets below 1024 ns, then 32 an octave up to 2^41 ns; error at most 1/64. */
#define ACD_HISTOGRAM_BUCKETS 1024
struct acd_histogram {
    acd_word bucket[ACD_HISTOGRAM_BUCKETS];
};
#define ACD_HISTOGRAMS ((ACD_TIMERS + 1) * (ACD_TIMER_LABELS + 2))

#define ACD_RUNNING 256
struct acd_running_entry {
    acd_word sequence; /* odd while it changes */
    acd_word id;       /* the timer's id, as in its events */
    acd_word start_ticks, checkpoint_ticks;
    acd_word timer;      /* index in the timers' table */
    acd_word checkpoint; /* 1 + label index of the newest checkpoint; 0 none yet */
    acd_word thread;
    acd_word request;         /* the number; 0 when request_text is used */
    acd_word request_text[5]; /* NUL-padded, cut */
    acd_word pad[3];
};
static_assert(offsetof(struct acd_running_entry, request_text) == 64, "FORMAT.md, running");
static_assert(sizeof(struct acd_running_entry) == 128, "FORMAT.md, running");

#define ACD_ERRORS 256
struct acd_error_entry {
    acd_word count, first_ticks, last_ticks;
    acd_word file_sequence; /* odd while `file` changes */
    int64_t status;
    char type[48];
    char provider[48];
    char model[64];
    char message[200];
    acd_word file[24]; /* path of the newest debug file, NUL-padded */
    acd_word pad[6];
};
static_assert(offsetof(struct acd_error_entry, type) == 40, "FORMAT.md, errors");
static_assert(offsetof(struct acd_error_entry, file) == 400, "FORMAT.md, errors");
static_assert(sizeof(struct acd_error_entry) == 640, "FORMAT.md, errors");

#endif
