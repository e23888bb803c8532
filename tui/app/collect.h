/* SPDX-License-Identifier: MIT */
/*
 * From rings to the model: finds servers, attaches to those that are wanted and to those that start
 * later, follows their events, reads their totals, sets their levels.  Never waits.  One owner.
 */
#ifndef ACD_TUI_APP_COLLECT_H
#define ACD_TUI_APP_COLLECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/app/target.h"
#include "tui/model/digest.h"
#include "tui/model/fleet.h"
#include "tui/reader/cursor.h"
#include "tui/reader/discover.h"
#include "tui/reader/problem.h"

struct acd_now;

/* What to do with rings of servers that are dead already. */
enum acd_collect_dead {
    ACD_COLLECT_LIVE,         /* leave them, unless a target means one of them alone */
    ACD_COLLECT_LIVE_OR_LAST, /* the newest one, when none lives */
    ACD_COLLECT_ALL
};

struct acd_collect_options {
    const char *directory; /* NULL: by the rule */
    const struct acd_target *targets;
    size_t target_count; /* 0: every server */
    enum acd_collect_dead dead;
    enum acd_cursor_start start; /* of servers that were there at the beginning */
    bool no_events;              /* totals only */
    unsigned open_flags;         /* ACD_RINGMAP_ANY_OWNER */
    const struct acd_now *clock; /* what it says is the time; NULL: this machine's */
};

struct acd_collect;
struct acd_replayer;

/**
 * Opens the targets that are paths, and looks for the others.
 * @return 0; a path that is no readable ring: -errno and `why`; -ENOMEM
 */
int acd_collect_new(struct acd_collect **ret, struct acd_fleet *fleet,
                    const struct acd_collect_options *options, struct acd_problem *why);
void acd_collect_free(struct acd_collect *collect);

/** Looks for servers that came or died. @return did the fleet change? */
bool acd_collect_scan(struct acd_collect *collect);

/**
 * Looks anew which of the directory's rings live, those too that are not attached: for who shows them.
 * @return did any change?
 */
bool acd_collect_look(struct acd_collect *collect);

/** The directory's rings, as of the last scan. */
const struct acd_discover *acd_collect_rings(const struct acd_collect *collect);

/** What is wrong with the ring directory, or with the recording; "" nothing. */
const char *acd_collect_trouble(const struct acd_collect *collect);

/** What went wrong first on our side, so that events, numbers or a server are missing: -errno, 0. */
int acd_collect_failure(const struct acd_collect *collect);

/** The number in the fleet of the server behind that entry; ACD_FLEET_NONE when none is attached. */
uint32_t acd_collect_server(const struct acd_collect *collect, const struct acd_ring_entry *entry);

/**
 * Attaches one more ring of the directory, whatever the targets are: from its oldest event on.
 * @return 0; -ENOENT when it is gone meanwhile, else as acd_ringmap_open(), and `why`
 */
int acd_collect_attach(struct acd_collect *collect, uint64_t serial, struct acd_problem *why);

/** Leaves a server out, or takes it in again: from its newest event on.  What was collected stays in
 * the scroll-back; its totals and level go on being read. */
void acd_collect_detach(struct acd_collect *collect, uint32_t number, bool detached);

/** Takes up to about `max` events into the scroll-back, of large ones fewer: what fills half of it, so
 * that none is gone before it was looked at. @return how many, gaps included */
size_t acd_collect_drain(struct acd_collect *collect, size_t max);

/** Did the last drain stop though there may be more to take at once? */
bool acd_collect_more(const struct acd_collect *collect);

/** How many events were overwritten before they were taken, of all servers so far: with them, a drain
 * tells how fast events come. */
uint64_t acd_collect_overrun(const struct acd_collect *collect);

/** Reads totals and levels. @return did any number change? */
bool acd_collect_sample(struct acd_collect *collect);

/** Where acd_digest_renew() gets its histograms from. */
struct acd_histogram_source acd_collect_histograms(struct acd_collect *collect);

/**
 * Asks a server for other levels.
 * @param lease_s  for how long; 0 for good
 * @return 0, -errno and `why`
 */
int acd_collect_set_levels(struct acd_collect *collect, uint32_t number, uint32_t levels,
                           uint32_t lease_s, struct acd_problem *why);

/** Has the server taken that change over, or a later one?  Unlike its levels, which may be what they
 * were, this tells an answer from silence. */
bool acd_collect_acked(struct acd_collect *collect, uint32_t number, unsigned change);

/** Is the rest of this ring read to its end, and will nothing more come? */
bool acd_collect_finished(const struct acd_collect *collect);

/** The ring behind a server; NULL when there is none.  Lives as long as the server. */
const struct acd_ringmap *acd_collect_ring(const struct acd_collect *collect, uint32_t number);

/* ---- recordings: a target may be one, alone; drain plays it on ---- */

/** The clock of what is shown: a recording's own. */
void acd_collect_now(struct acd_collect *collect, struct acd_now *ret_now);

/** NULL: rings that live. */
const struct acd_replayer *acd_collect_replay(const struct acd_collect *collect);

/** When the next change of the recording is; false at its end. */
bool acd_collect_play_next(const struct acd_collect *collect, uint64_t *ret_realtime_ns);

/** How far draining plays, on the recording's clock; to begin with, to the end. */
void acd_collect_play_until(struct acd_collect *collect, uint64_t realtime_ns);

/** "user@host (acdebug-top)": who sets a level. */
void acd_collect_who(char *out, size_t size);

#endif
