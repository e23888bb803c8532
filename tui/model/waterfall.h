/* SPDX-License-Identifier: MIT */
/*
 * One run of a timer, step by step: its events in the scroll-back, found by the timer's id, and what
 * the ring's running table says while it runs; and which other events are of the same request.  What no event tells is a step of its own ("unseen"),
 * so that the steps together always are the whole time.  Copies: a run stays as it was seen when the
 * scroll-back has long forgotten it.  Renewing reads only what came since.  Plain state, one owner.
 */
#ifndef ACD_TUI_MODEL_WATERFALL_H
#define ACD_TUI_MODEL_WATERFALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/model/digest.h"
#include "tui/model/runs.h"

#define ACD_WATERFALL_RELATED 128
#define ACD_WATERFALL_MARKS 256    /* checkpoints; more are counted */
#define ACD_WATERFALL_USUAL 32     /* a timer has 17 labels; several servers may have more */
#define ACD_WATERFALL_ENTRIES 2048 /* are looked at in one renewal */

enum acd_step_kind {
    ACD_STEP_DONE,   /* what led to the checkpoint `label` */
    ACD_STEP_OPEN,   /* since the newest checkpoint, and it goes on */
    ACD_STEP_REST,   /* from the last checkpoint to the end */
    ACD_STEP_UNSEEN, /* no event tells; `label`: the checkpoint that it led to, "" not known */
    ACD_STEP_MORE    /* the checkpoints that are only counted */
};

/* From and to: since the start. */
struct acd_step {
    enum acd_step_kind kind;
    bool over; /* longer than 95 % of all at this checkpoint */
    char label[48];
    uint64_t from_ns, to_ns;
    uint64_t p95_ns; /* 0: not known */
};

struct acd_mark {
    char label[48];
    uint64_t elapsed_ns, since_ns;
};

/* What 95 % of all runs took at most up to a checkpoint, since the one before. */
struct acd_usual {
    char label[48];
    uint64_t p95_ns;
};

/* Zeroed memory shows nothing. */
struct acd_waterfall {
    struct acd_timer_run
        run; /* its id, what is known of the whole; state LOST: it runs no more, and how
                           it ended was not recorded */
    char timer[ACD_NAME_BYTES];
    struct acd_quantiles whole; /* of all runs of this timer; count 0: not known */
    bool over;                  /* longer than 95 % of them */
    size_t usual_count;
    struct acd_usual usual[ACD_WATERFALL_USUAL];
    /* Set by the caller: the digest counts one request only.  Then what is known of all runs stays: a
     * request that is compared with itself is never slow. */
    bool alone;
    uint64_t now_ns; /* when it was renewed */
    size_t count;
    struct acd_step step[2 * ACD_WATERFALL_MARKS + 4];
    /* What else the server did for this request while it ran: sequences of entries, oldest first. */
    size_t related_count;
    uint64_t related[ACD_WATERFALL_RELATED];
    uint64_t related_left_out;
    /* what it is made from */
    bool seeking;  /* back from `next` on to where the run began */
    uint64_t next; /* events before this sequence were read */
    uint64_t gone_ns;
    size_t marks;
    uint64_t marks_left_out, mark_last_ns;
    struct acd_mark mark[ACD_WATERFALL_MARKS];
};

/** Another run is looked at from now on, as far as `end`. */
void acd_waterfall_open(struct acd_waterfall *waterfall, const struct acd_timer_run *run,
                        const char *timer, uint64_t end);

/**
 * Takes in the entries before `end`, as many as are looked at in one renewal, and what the digest
 * says of it.
 * @return are there more?
 */
bool acd_waterfall_renew(struct acd_waterfall *waterfall, const struct acd_fleet *fleet,
                         const struct acd_digest *digest, uint64_t end);

#endif
