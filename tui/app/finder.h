/* SPDX-License-Identifier: MIT */
/*
 * What is looked for among the events: owns the queries that the user typed and the sieves that
 * judge by them, and works on them in slices, so that a key never waits for a million events.  The
 * screen's state (acd_ui.lookup) points to what stands here.  One owner: the loop.
 */
#ifndef ACD_TUI_APP_FINDER_H
#define ACD_TUI_APP_FINDER_H

#include <stdbool.h>
#include <stdint.h>

#include "tui/view/ui.h"

struct acd_finder {
    struct acd_ui *ui;
    const struct acd_fleet *fleet;
    struct acd_query *filter, *find; /* NULL: none */
    struct acd_sieve *rows;          /* what the lists of events show */
    struct acd_sieve *request;       /* the followed request, whatever the filter */
    bool request_on, was_busy;
};

/** Zeroed memory is a finder that finds nothing. @return 0, -ENOMEM */
int acd_finder_init(struct acd_finder *finder, struct acd_ui *ui, const struct acd_fleet *fleet);
void acd_finder_fini(struct acd_finder *finder);

/**
 * Takes ui->lookup.line as the filter, or as what to search for; empty: none.
 * @return false when it is no query; ui->lookup.fault says why
 */
bool acd_finder_take_filter(struct acd_finder *finder);
bool acd_finder_take_find(struct acd_finder *finder);

/** Takes filter and search away. @return was there one? */
bool acd_finder_drop_filter(struct acd_finder *finder);
bool acd_finder_drop_find(struct acd_finder *finder);

/** Looks for what ui->lookup says anew: the finder that made it is gone, and what it was made from. */
void acd_finder_resume(struct acd_finder *finder);

/** Shows what the filter leaves out, or again what it lets pass. */
void acd_finder_invert(struct acd_finder *finder);

/* From the row under the cursor; the nearest is that row or a newer one, or without a cursor the
 * newest that there is. */
enum acd_finder_way { ACD_FINDER_NEWER, ACD_FINDER_OLDER, ACD_FINDER_NEAREST };
void acd_finder_search(struct acd_finder *finder, enum acd_finder_way way);

/** Stops what is going on. @return was anything? */
bool acd_finder_stop(struct acd_finder *finder);

enum acd_finder_step {
    ACD_FINDER_IDLE,
    ACD_FINDER_NEWS, /* something came to its end: to be drawn at once */
    ACD_FINDER_BUSY  /* there is more to do at once */
};

/** Some milliseconds of work, after what the user changed is taken over. */
enum acd_finder_step acd_finder_work(struct acd_finder *finder);

/** The sieve of the followed request's events; NULL when none is followed. */
const struct acd_sieve *acd_finder_request(const struct acd_finder *finder);

#endif
