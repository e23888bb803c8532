/* SPDX-License-Identifier: MIT */
/*
 * What a key can do.  The table itself is the application's (tui/app/actions.c); footer and help
 * screen are drawn from it, keys are looked up in it, and nothing else says which key does what.
 */
#ifndef ACD_TUI_VIEW_ACTION_H
#define ACD_TUI_VIEW_ACTION_H

#include <stddef.h>

enum acd_action_id {
    ACD_ACTION_NONE,
    ACD_ACTION_HELP,
    ACD_ACTION_OVERVIEW,
    ACD_ACTION_EVENTS,
    ACD_ACTION_CACHE,
    ACD_ACTION_TIMERS,
    ACD_ACTION_ERRORS,
    ACD_ACTION_SERVERS,
    ACD_ACTION_FILES,
    ACD_ACTION_NEWEST_FILE,
    ACD_ACTION_NEXT_SERVER,
    ACD_ACTION_PREVIOUS_SERVER,
    ACD_ACTION_LEVEL_DOWN,
    ACD_ACTION_LEVEL_UP,
    ACD_ACTION_VIEW_LEVEL_1,
    ACD_ACTION_VIEW_LEVEL_2,
    ACD_ACTION_VIEW_LEVEL_3,
    ACD_ACTION_PAUSE,
    ACD_ACTION_UP,
    ACD_ACTION_DOWN,
    ACD_ACTION_LEFT,
    ACD_ACTION_RIGHT,
    ACD_ACTION_PAGE_UP,
    ACD_ACTION_PAGE_DOWN,
    ACD_ACTION_HALF_UP,
    ACD_ACTION_HALF_DOWN,
    ACD_ACTION_HOME,
    ACD_ACTION_END,
    ACD_ACTION_ENTER,
    /* looking for events */
    ACD_ACTION_FIND,
    ACD_ACTION_FIND_NEXT,
    ACD_ACTION_FIND_PREVIOUS,
    ACD_ACTION_FILTER,
    ACD_ACTION_CONTEXT,
    ACD_ACTION_INVERT,
    ACD_ACTION_FOLLOW_REQUEST,
    ACD_ACTION_MARK,
    ACD_ACTION_UNMARK,
    ACD_ACTION_SORT,
    ACD_ACTION_SORT_REVERSE,
    ACD_ACTION_COPY,
    ACD_ACTION_COPY_REQUEST,
    ACD_ACTION_EDIT,
    /* on the screens Files and JSON */
    ACD_ACTION_JSON_OPEN,
    ACD_ACTION_JSON_FOLD,
    ACD_ACTION_JSON_OPEN_ALL,
    ACD_ACTION_JSON_FOLD_ALL,
    ACD_ACTION_JSON_SEARCH,
    ACD_ACTION_JSON_NEXT,
    ACD_ACTION_JSON_PREVIOUS,
    ACD_ACTION_JSON_COPY,
    ACD_ACTION_JSON_COPY_PATH,
    ACD_ACTION_JSON_WRAP,
    ACD_ACTION_JSON_RAW,
    ACD_ACTION_JSON_RELOAD,
    ACD_ACTION_JSON_EDIT,
    /* recordings */
    ACD_ACTION_RECORD,
    ACD_ACTION_PLAY_STEP,
    ACD_ACTION_PLAY_FORWARD,
    ACD_ACTION_PLAY_BACK,
    ACD_ACTION_PLAY_FASTER,
    ACD_ACTION_PLAY_SLOWER,
    /* on the Servers screen */
    ACD_ACTION_ATTACH,
    ACD_ACTION_BACK,
    ACD_ACTION_REDRAW,
    ACD_ACTION_SUSPEND,
    ACD_ACTION_QUIT,
    ACD_ACTIONS
};

/* Where an action is at home; the help screen groups by it. */
enum acd_scope {
    ACD_SCOPE_SCREENS,
    ACD_SCOPE_LEVELS,
    ACD_SCOPE_LOOKUP, /* looking for events, and following them */
    ACD_SCOPE_MOVING,
    ACD_SCOPE_PLAYING, /* recordings */
    ACD_SCOPE_JSON,    /* Files and JSON: there, these come before all others */
    ACD_SCOPE_SERVERS, /* the screen of that name: there, these come before all others */
    ACD_SCOPE_PROGRAM,
    ACD_SCOPES
};

struct acd_action {
    enum acd_action_id id;
    const char *name; /* as configuration spells it */
    const char *keys; /* names of keys, one blank apart; the first is the footer's */
    enum acd_scope scope;
    const char *footer; /* the word in the footer; NULL: not there */
    const char *help;   /* a line for help and manual */
};

#endif
