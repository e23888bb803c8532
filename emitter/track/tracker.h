/* SPDX-License-Identifier: MIT */
/* A tracker and one prompt's way through it, shared by the files of this folder.  Any thread. */
#ifndef ACD_TRACK_TRACKER_H
#define ACD_TRACK_TRACKER_H

#include <acdebug.h>
#include "emitter/track/difference.h"
#include "emitter/track/memory.h"

struct acdebug_tracker {
    char type[64];
    acdebug_tracker_options options; /* `type` is the copy above */
    uint64_t minimum_units;          /* a block at least */
    struct acd_track_limits limits;
    uint64_t seed;
    struct acd_track_memory memory;
};

/* One call of acdebug_track(). */
struct acd_track_job {
    acdebug_tracker *tracker;
    const acdebug_prompt *asked;
    struct acd_track_prompt prompt;
    acdebug_lookup lookup; /* the answer, filled up */
    bool has_answer;
    uint64_t now_ns;
    struct acd_track_seen seen;
    struct acd_track_closest closest;
    struct acd_difference difference; /* from closest.shared on, in units */
    acdebug_finding finding;
};

/* ---- detail.c ---- */
/* How the prompt and the closest differ, and what that looks like: into difference and finding.
 * 0 or -ENOMEM. */
int acd_track_compare(struct acd_track_job *job);
/* In which named part `at` lies, and where a change begins that is so many units before it. */
void acd_track_locate(struct acd_track_job *job, uint64_t at, uint64_t before);

/* ---- report.c ---- */
/* Counts and emits the lookup. */
void acd_track_report(struct acd_track_job *job);
/* Emits how a cache of other sizes would have done, when it is time. */
void acd_track_report_reuse(struct acd_track_job *job);
/* Units in blocks that a cache with such a capacity would have had.  Under the lock. */
uint64_t acd_track_reused(const struct acd_track_memory *memory, uint64_t capacity_units);

/* ---- texts.c ---- */
/* Units around a point as text. */
struct acd_track_text {
    char *text; /* malloc() */
    size_t bytes;
    size_t begin, end; /* of the units that differ, in bytes */
};
/* Of this prompt (old: false) or of the closest one: the units that differ, at most `most` of them, and
 * `around` before and behind.  0 or -ENOMEM; text NULL when tokens stay numbers and numbers aren't
 * wanted. */
struct acd_track_range {
    bool old;
    size_t around, most;
    bool numbers;
};
int acd_track_text_of(const struct acd_track_job *job, const struct acd_track_range *range,
                      struct acd_track_text *ret_text);
/* How much text so many tokens of this prompt are, 64 at most; with a detokenizer. */
size_t acd_track_text_bytes(const struct acd_track_job *job, size_t begin, size_t count);

#endif
