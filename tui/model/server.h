/* SPDX-License-Identifier: MIT */
/*
 * One server as the viewer knows it: who it is, whether it lives, its levels, its totals and what
 * happened in the last minutes.  Filled by the collector from a ring, or by a test by hand; nothing
 * here reads a ring or a clock.  The fields are for everybody to read; owned by the fleet.
 */
#ifndef ACD_TUI_MODEL_SERVER_H
#define ACD_TUI_MODEL_SERVER_H

#include <stdbool.h>
#include <stdint.h>

#include "tui/model/windows.h"
#include "tui/reader/clockmap.h"
#include "tui/reader/control.h"
#include "tui/reader/follow.h"
#include "tui/reader/liveness.h"
#include "tui/reader/totals.h"

/* Which counter of a row stands where in its windows. */
enum acd_cache_window {
    ACD_CACHE_WINDOW_LOOKUPS, /* hits, partial hits and misses; the first, see windows.h */
    ACD_CACHE_WINDOW_FOUND,   /* hits and partial hits */
    ACD_CACHE_WINDOW_CACHED,  /* tokens */
    ACD_CACHE_WINDOW_INPUT,
    ACD_CACHE_WINDOW_EVICTED,
    ACD_CACHE_WINDOW_COUNTERS
};
enum acd_timer_window {
    ACD_TIMER_WINDOW_COUNT,
    ACD_TIMER_WINDOW_SUM_US,
    ACD_TIMER_WINDOW_COUNTERS
};

/* The windows of the row of that name; rows may change their place, never their name. */
struct acd_row_windows {
    uint64_t name_hash;
    struct acd_windows windows;
};

struct acd_window_table {
    struct acd_row_windows *row;
    size_t count, room;
};

struct acd_server {
    uint32_t number; /* in the fleet, never given twice */

    /* who */
    char app[64];
    char host[64];
    char ring[256]; /* the ring's file name */
    uint32_t pid, parent_pid, uid;
    uint16_t format_major, format_minor;
    uint64_t opened_ns; /* since the epoch */
    struct acd_clockmap clock;

    /* how it is */
    enum acd_liveness liveness;
    uint64_t died_ns;  /* when it was first seen dead; 0 alive */
    uint64_t alive_ns; /* when it was last seen alive; 0 never */
    uint64_t event_ns; /* time of its newest event; 0 none yet */
    char trouble[512]; /* why it is no longer read, ready to show; "" it is read */

    /* levels */
    struct acd_control_state control;
    uint32_t acked_levels; /* what the server is known to work at */

    /* what it counted, and how much of its events we have seen */
    struct acd_totals totals;
    struct acd_follow_stats seen;
    uint64_t behind;      /* events written that we have not come to, when last looked at */
    bool detached;        /* the user left it out: neither followed nor shown */
    bool sampled;         /* totals were read at least once */
    uint64_t fingerprint; /* of all that a screen shows of it: changes when anything does */
    struct acd_window_table cache_windows, timer_windows, error_windows;
    struct acd_windows event_windows;

    /* Sites by number, NULL: unknown.  What they point to outlives the server. */
    const struct acd_site_info **site;
    size_t site_room;
};

void acd_server_init(struct acd_server *server, uint32_t number);
void acd_server_fini(struct acd_server *server);

/** Takes the ring's identity over. */
void acd_server_identify(struct acd_server *server, const char *ring,
                         const struct acd_identity *identity);

/** Takes a new state of the control word over. @return did anything change? */
bool acd_server_set_control(struct acd_server *server, const struct acd_control_state *control);

/** Takes a new liveness over. @return did it change? */
bool acd_server_set_liveness(struct acd_server *server, enum acd_liveness liveness,
                             uint64_t now_ns);

/**
 * Feeds the windows from `totals`, after each reading of them.
 * @return 0, -ENOMEM: some windows miss an increase
 */
int acd_server_sample(struct acd_server *server, uint64_t now_ns);

/** Nothing was counted up to then: see acd_windows_stood_still(). */
void acd_server_stood_still(struct acd_server *server, uint64_t now_ns);

/** Remembers a site by `info->number`. @return 0, -ENOMEM */
int acd_server_learn_site(struct acd_server *server, const struct acd_site_info *info);
const struct acd_site_info *acd_server_site(const struct acd_server *server, uint32_t number);

/** The windows of a row, NULL when it has none. */
const struct acd_windows *acd_server_cache_windows(const struct acd_server *server,
                                                   const struct acd_cache_total *row);
const struct acd_windows *acd_server_timer_windows(const struct acd_server *server,
                                                   const char *name);

const struct acd_windows *acd_server_error_windows(const struct acd_server *server,
                                                   const struct acd_error_total *row);

/** The newest sign of life that is known of it. */
uint64_t acd_server_last_sign_ns(const struct acd_server *server);

/** Is there somebody to set a level for, and to count among the living? */
bool acd_server_is_live(const struct acd_server *server);

/** The level of the log category, 0..3, and whether other categories differ. */
unsigned acd_server_level(uint32_t levels, bool *ret_mixed);

/** Has the emitter taken the newest change over?  A level that did not change needs no answer. */
bool acd_server_acked(const struct acd_server *server);

/** Events that a reader can't have: overrun since we attached, and dropped by the emitter. */
uint64_t acd_server_lost(const struct acd_server *server);

#endif
