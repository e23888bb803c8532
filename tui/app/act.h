/* SPDX-License-Identifier: MIT */
/*
 * What actions do: to the screen's state, and through one callback to a server's level.  Knows no
 * terminal and no clock, so that tests can play keys.
 */
#ifndef ACD_TUI_APP_ACT_H
#define ACD_TUI_APP_ACT_H

#include <stdbool.h>
#include <stdint.h>

#include "tui/app/player.h"
#include "tui/app/policy.h"
#include "tui/model/raised.h"
#include "tui/reader/problem.h"
#include "tui/view/action.h"
#include "tui/view/keyname.h"
#include "tui/view/view.h"

struct acd_closeup;
struct acd_documents;
struct acd_roster_row;
struct acd_finder;
struct acd_numbers;

struct acd_act {
    struct acd_ui *ui;
    const struct acd_fleet *fleet;
    const struct acd_digest *digest;
    const struct acd_action *actions; /* with the user's keys; NULL: with their own */
    int (*set_levels)(void *context, uint32_t number, uint32_t levels, uint32_t lease_s,
                      struct acd_problem *why);
    /* Shows a row of the roster, or leaves it out. */
    int (*attach)(void *context, const struct acd_roster_row *row, bool on,
                  struct acd_problem *why);
    const struct acd_policy *policy; /* NULL: the usual one */
    struct acd_raised raised;        /* what this viewer raised */
    bool restore;                    /* the user said so, of all that was raised */
    void *context;
    /* Files and JSON; NULL: there are no such screens. */
    struct acd_documents *documents;
    struct acd_finder *finder;   /* filter and search; NULL: none */
    struct acd_closeup *closeup; /* NULL: nothing is looked at from near */
    struct acd_numbers *numbers; /* marks; NULL: none */
    int (*copy)(void *context, const char *bytes, size_t length); /* as acd_screen_copy() */
    uint64_t copy_most; /* bytes; 0: what terminals take at once */
    void (*edit)(void *context, const char *path);
    /* Recordings; NULL: there are none.  Is there something new to show? */
    bool (*play)(void *context, enum acd_play_command command);
};

/* What is left for the loop to do. */
enum acd_act_result {
    ACD_ACT_NOTHING, /* the key means nothing here */
    ACD_ACT_DRAW,
    ACD_ACT_RENEW,  /* other numbers are to be shown */
    ACD_ACT_REDRAW, /* everything, whatever the terminal shows */
    ACD_ACT_SUSPEND,
    ACD_ACT_QUIT
};

enum acd_act_result acd_act_key(struct acd_act *act, struct acd_key key);
enum acd_act_result acd_act_do(struct acd_act *act, enum acd_action_id id);
/** The same of somebody who waits for an answer: where nothing came of it, why is said. */
enum acd_act_result acd_act_press(struct acd_act *act, enum acd_action_id id);

/** The first of an action's keys, as the user has them. */
struct acd_label acd_act_key_of(const struct acd_act *act, enum acd_action_id id);

/** Puts a text into the clipboard of the terminal's user, and says so.  It must be safe to paste. */
void acd_act_copy(struct acd_act *act, const char *bytes, size_t length, const char *what);

/**
 * Before each drawing: brings lists in line with the numbers and the size of the screen's body.
 * @return there is more to read, in a later call: this one took its time
 */
bool acd_act_settle(struct acd_act *act, struct acd_rect body);

#endif
