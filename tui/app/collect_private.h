/* SPDX-License-Identifier: MIT */
/* What collect.c and collect_play.c share; nobody else includes it. */
#ifndef ACD_TUI_APP_COLLECT_PRIVATE_H
#define ACD_TUI_APP_COLLECT_PRIVATE_H

#include "tui/app/batch.h"
#include "tui/app/collect.h"
#include "tui/reader/follow.h"
#include "tui/reader/replayer.h"

struct link {
    uint32_t server;
    uint64_t serial; /* of the directory's entry; 0: opened by path */
    size_t image;    /* of a recording */
    struct acd_ringmap *ring;
    struct acd_follow *follow;
    bool finished; /* nothing more will come of it */
    bool sampled_dead;
    uint64_t dropped;         /* that the scroll-back has a gap for */
    uint64_t play_sampled_ns; /* on the recording's clock */
};

struct acd_collect {
    struct acd_fleet *fleet;
    struct acd_collect_options options;
    struct acd_discover *discover;
    struct link *link; /* by ascending server number */
    size_t count, room;
    uint64_t newest_serial; /* entries up to here were looked at */
    bool scanned;
    bool
        again; /* some entry could not be attached for lack of what we need: the next scan tries again */
    struct acd_problem trouble; /* of the last scan, or of the recording */
    int failure;                /* see acd_collect_failure() */
    uint64_t overrun;           /* events of all servers, since the beginning */
    struct acd_batch batch;
    size_t taken_bytes; /* by the last drain, as the scroll-back counts them */
    bool more;          /* see acd_collect_more() */
    struct acd_now now;
    struct acd_replayer *replay; /* NULL: rings that live */
    uint64_t play_until_ns;
    bool played;
};

/** Follows one more ring, which is the link's then. @return 0, -ENOMEM */
int acd_collect_make_link(struct acd_collect *c, struct acd_ringmap *ring, uint64_t serial,
                          enum acd_cursor_start start);

/** Reads the totals and the level of one. @return did any number change? */
bool acd_collect_sample_link(struct acd_collect *c, struct link *link, struct acd_server *server);

/** Opens a recording and plays it as far as its first ring. @return 0, -errno and `why` */
int acd_collect_play_open(struct acd_collect *c, const char *path, struct acd_problem *why);

/** Sets c->now by the recording's clock, which goes on while nothing changes: between two frames it is as late
 * as it was played. */
void acd_collect_play_now(struct acd_collect *c);

/** Plays one frame; false at the end, or where the recording makes no sense: c->trouble says so. */
bool acd_collect_play_step(struct acd_collect *c);

#endif
