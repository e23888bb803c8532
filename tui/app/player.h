/* SPDX-License-Identifier: MIT */
/*
 * The live screen's recordings: the clock of one that is replayed, which runs at any speed, halts, steps
 * and jumps; and one that is made with a key.  The loop's own.
 */
#ifndef ACD_TUI_APP_PLAYER_H
#define ACD_TUI_APP_PLAYER_H

#include <stdbool.h>
#include <stdint.h>

#include "tui/app/collect.h"
#include "tui/reader/recorder.h"
#include "tui/view/ui.h"

enum acd_play_command {
    ACD_PLAY_STEP,
    ACD_PLAY_FORWARD,
    ACD_PLAY_BACK,
    ACD_PLAY_FASTER,
    ACD_PLAY_SLOWER,
    ACD_PLAY_RECORD
};

/* Zeroed memory is one that neither plays nor records. */
struct acd_player {
    bool on;
    double speed;
    uint64_t at_ns;        /* the recording's time that has come */
    uint64_t monotonic_ns; /* ours at that moment */
    uint64_t back_to_ns;   /* not 0: what was played is to be played anew up to there */
    struct acd_recorder *recorder;
    char file[64];
};

/** Begins where the recording does. */
void acd_player_begin(struct acd_player *player, struct acd_collect *collect, double speed,
                      uint64_t monotonic_ns);

/** Lets the time pass that did, unless `halted`; says in `ui` what the header is to show. */
void acd_player_advance(struct acd_player *player, struct acd_collect *collect, struct acd_ui *ui,
                        uint64_t monotonic_ns);

/** What a key asks for; says in `ui` what came of it. @return is there something new to show? */
bool acd_player_do(struct acd_player *player, enum acd_play_command command,
                   struct acd_collect *collect, struct acd_ui *ui);

/** Records what is new, while a recording is made. */
void acd_player_record(struct acd_player *player, const struct acd_fleet *fleet,
                       struct acd_collect *collect, struct acd_ui *ui);

void acd_player_fini(struct acd_player *player);

#endif
