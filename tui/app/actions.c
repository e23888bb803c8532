/* SPDX-License-Identifier: MIT */
/* The table of actions, see actions.h.  The order is the footer's and the help screen's. */
#include "config.h"

#include "tui/app/actions.h"

#include <string.h>

const struct acd_action acd_actions_table[] = {
    {ACD_ACTION_HELP, "help", "F1 ?", ACD_SCOPE_SCREENS, "Help", "this help, and back"},
    {ACD_ACTION_FIND, "find", "F3 /", ACD_SCOPE_LOOKUP, "Find",
     "find an event: a word, or as a filter says it"},
    {ACD_ACTION_FIND_NEXT, "find-next", "n", ACD_SCOPE_LOOKUP, NULL, "the next one, newer"},
    {ACD_ACTION_FIND_PREVIOUS, "find-previous", "N", ACD_SCOPE_LOOKUP, NULL,
     "the one before, older"},
    {ACD_ACTION_FILTER, "filter", "F4 \\", ACD_SCOPE_LOOKUP, "Filter",
     "show only events like level<=2 kind:cache key~sys ms>500"},
    {ACD_ACTION_CONTEXT, "filter-context", "&", ACD_SCOPE_LOOKUP, NULL,
     "keep 1, 3, 9 or no events around what the filter shows"},
    {ACD_ACTION_INVERT, "filter-invert", "!", ACD_SCOPE_LOOKUP, NULL,
     "show what the filter leaves out"},
    {ACD_ACTION_FOLLOW_REQUEST, "follow-request", "f", ACD_SCOPE_LOOKUP, NULL,
     "follow the request of the selected event, timer or miss, on every screen"},
    {ACD_ACTION_MARK, "mark", "m", ACD_SCOPE_LOOKUP, NULL,
     "set a mark: all numbers count from now on; again: from the beginning"},
    {ACD_ACTION_UNMARK, "unmark", "M", ACD_SCOPE_LOOKUP, NULL, "take the mark away"},
    {ACD_ACTION_SORT, "sort", "s", ACD_SCOPE_LOOKUP, NULL,
     "sort the list by its next column, which gets a mark"},
    {ACD_ACTION_SORT_REVERSE, "sort-reverse", "S", ACD_SCOPE_LOOKUP, NULL, "turn the order round"},
    {ACD_ACTION_COPY, "copy", "y", ACD_SCOPE_LOOKUP, NULL,
     "copy the selected event to the clipboard"},
    {ACD_ACTION_COPY_REQUEST, "copy-request", "Y", ACD_SCOPE_LOOKUP, NULL, "copy its request's id"},
    {ACD_ACTION_EDIT, "edit", "v", ACD_SCOPE_LOOKUP, NULL,
     "open its debug file in $VISUAL or $EDITOR"},
    {ACD_ACTION_SERVERS, "servers", "F5 A", ACD_SCOPE_SCREENS, "Servers",
     "servers: alive, dead, skipped; which ones are shown"},
    {ACD_ACTION_LEVEL_DOWN, "level-down", "F7 -", ACD_SCOPE_LEVELS, "Level-",
     "lower the server's level"},
    {ACD_ACTION_LEVEL_UP, "level-up", "F8 +", ACD_SCOPE_LEVELS, "Level+",
     "raise the server's level; asks before 3 trace"},
    {ACD_ACTION_VIEW_LEVEL_1, "view-level-1", "1", ACD_SCOPE_LEVELS, NULL,
     "show events of level 1 basic"},
    {ACD_ACTION_VIEW_LEVEL_2, "view-level-2", "2", ACD_SCOPE_LEVELS, NULL,
     "show events up to level 2 verbose"},
    {ACD_ACTION_VIEW_LEVEL_3, "view-level-3", "3", ACD_SCOPE_LEVELS, NULL,
     "show events up to level 3 trace"},
    {ACD_ACTION_PAUSE, "pause", "Space", ACD_SCOPE_MOVING, "Pause",
     "hold the picture still while collecting goes on"},
    {ACD_ACTION_OVERVIEW, "overview", "O o", ACD_SCOPE_SCREENS, "Overview",
     "overview: caches, timers, errors, events"},
    {ACD_ACTION_EVENTS, "events", "E e", ACD_SCOPE_SCREENS, "Events", "events, with scroll-back"},
    {ACD_ACTION_CACHE, "cache", "C c", ACD_SCOPE_SCREENS, "Cache",
     "caches: hit rates, why lookups missed; Enter: into them"},
    {ACD_ACTION_TIMERS, "timers", "T t", ACD_SCOPE_SCREENS, "Timers",
     "timers: percentiles, checkpoints, slow and running requests"},
    {ACD_ACTION_ERRORS, "errors", "X x", ACD_SCOPE_SCREENS, "Errors",
     "errors in groups; Enter: the newest debug file, or event"},
    {ACD_ACTION_FILES, "files", "F", ACD_SCOPE_SCREENS, "Files",
     "debug files that errors left; Enter opens one as a tree"},
    {ACD_ACTION_NEWEST_FILE, "newest-file", "J", ACD_SCOPE_SCREENS, NULL,
     "the newest error's debug file"},
    {ACD_ACTION_LEFT, "previous-screen", "Left h", ACD_SCOPE_SCREENS, NULL, "the screen before"},
    {ACD_ACTION_RIGHT, "next-screen", "Right l", ACD_SCOPE_SCREENS, NULL, "the next screen"},
    {ACD_ACTION_NEXT_SERVER, "next-server", "Tab", ACD_SCOPE_SCREENS, NULL,
     "the next server, then all of them"},
    {ACD_ACTION_PREVIOUS_SERVER, "previous-server", "S-Tab", ACD_SCOPE_SCREENS, NULL,
     "the server before"},
    {ACD_ACTION_UP, "up", "Up k", ACD_SCOPE_MOVING, NULL, "up: the timer or event before"},
    {ACD_ACTION_DOWN, "down", "Down j", ACD_SCOPE_MOVING, NULL, "down: the next timer or event"},
    {ACD_ACTION_PAGE_UP, "page-up", "PgUp ^B", ACD_SCOPE_MOVING, NULL, "a page up"},
    {ACD_ACTION_PAGE_DOWN, "page-down", "PgDn ^F", ACD_SCOPE_MOVING, NULL, "a page down"},
    {ACD_ACTION_HALF_UP, "half-page-up", "^U", ACD_SCOPE_MOVING, NULL, "half a page up"},
    {ACD_ACTION_HALF_DOWN, "half-page-down", "^D", ACD_SCOPE_MOVING, NULL, "half a page down"},
    {ACD_ACTION_HOME, "home", "g Home", ACD_SCOPE_MOVING, NULL, "the oldest event, the first row"},
    {ACD_ACTION_END, "end", "G End", ACD_SCOPE_MOVING, NULL, "the newest event, and follow"},
    {ACD_ACTION_ENTER, "enter", "Enter", ACD_SCOPE_MOVING, "Open",
     "into what is selected; of an event: all that it holds"},
    {ACD_ACTION_BACK, "back", "Esc", ACD_SCOPE_MOVING, "Back", "one step back; never quits"},
    {ACD_ACTION_RECORD, "record", "r", ACD_SCOPE_PLAYING, NULL,
     "record all servers into a file here; again: end it"},
    {ACD_ACTION_PLAY_FORWARD, "play-forward", ">", ACD_SCOPE_PLAYING, NULL,
     "replay: ten seconds on; Space halts it"},
    {ACD_ACTION_PLAY_BACK, "play-back", "<", ACD_SCOPE_PLAYING, NULL, "replay: ten seconds back"},
    {ACD_ACTION_PLAY_STEP, "play-step", ".", ACD_SCOPE_PLAYING, NULL,
     "replay: halt, and take the next change"},
    {ACD_ACTION_PLAY_FASTER, "play-faster", "}", ACD_SCOPE_PLAYING, NULL, "replay: twice as fast"},
    {ACD_ACTION_PLAY_SLOWER, "play-slower", "{", ACD_SCOPE_PLAYING, NULL, "replay: half as fast"},
    {ACD_ACTION_JSON_OPEN, "json-open", "Right l", ACD_SCOPE_JSON, "Open",
     "open what is folded, then its first value"},
    {ACD_ACTION_JSON_FOLD, "json-fold", "Left h", ACD_SCOPE_JSON, "Fold",
     "fold, then what it stands in; Enter does either"},
    {ACD_ACTION_JSON_OPEN_ALL, "json-open-all", "*", ACD_SCOPE_JSON, NULL, "open all"},
    {ACD_ACTION_JSON_FOLD_ALL, "json-fold-all", "_", ACD_SCOPE_JSON, NULL, "fold all"},
    {ACD_ACTION_JSON_SEARCH, "json-search", "/ F3", ACD_SCOPE_JSON, "Find",
     "find in keys and values, folded ones too"},
    {ACD_ACTION_JSON_NEXT, "json-next", "n", ACD_SCOPE_JSON, "Next", "the next match"},
    {ACD_ACTION_JSON_PREVIOUS, "json-previous", "N", ACD_SCOPE_JSON, NULL, "the match before"},
    {ACD_ACTION_JSON_COPY, "json-copy", "y", ACD_SCOPE_JSON, "Copy",
     "copy the value to the clipboard; secrets stay hidden"},
    {ACD_ACTION_JSON_COPY_PATH, "json-copy-path", "Y", ACD_SCOPE_JSON, NULL,
     "copy the path, $.request.body"},
    {ACD_ACTION_JSON_WRAP, "json-wrap", "w", ACD_SCOPE_JSON, "Wrap",
     "wrap long values, or cut them"},
    {ACD_ACTION_JSON_RAW, "json-raw", "r", ACD_SCOPE_JSON, "Raw", "the text as it is, or the tree"},
    {ACD_ACTION_JSON_RELOAD, "json-reload", "R", ACD_SCOPE_JSON, NULL, "read it anew"},
    {ACD_ACTION_JSON_EDIT, "json-edit", "v", ACD_SCOPE_JSON, NULL,
     "open the file in $VISUAL or $EDITOR"},
    {ACD_ACTION_ATTACH, "attach", "Space Enter", ACD_SCOPE_SERVERS, "Attach",
     "show the server under the cursor, or leave it out; + - set its level"},
    {ACD_ACTION_REDRAW, "redraw", "^L", ACD_SCOPE_PROGRAM, NULL, "draw the screen afresh"},
    {ACD_ACTION_SUSPEND, "suspend", "^Z", ACD_SCOPE_PROGRAM, NULL, "to the shell; fg comes back"},
    {ACD_ACTION_QUIT, "quit", "F10 q", ACD_SCOPE_PROGRAM, "Quit", "end acdebug-top"},
};
const size_t acd_actions_count = sizeof acd_actions_table / sizeof acd_actions_table[0];

static int has_key(const char *keys, struct acd_key wanted)
{
    while (*keys) {
        char name[32];
        size_t length = strcspn(keys, " ");
        struct acd_key key;
        if (length < sizeof name) {
            memcpy(name, keys, length);
            name[length] = '\0';
            if (acd_key_parse(name, &key) == 0 && acd_key_equal(key, wanted))
                return 1;
        }
        keys += length + (keys[length] == ' ');
    }
    return 0;
}

/* Does an action count on every screen? */
static int is_common(const struct acd_action *action)
{
    return action->scope != ACD_SCOPE_JSON && action->scope != ACD_SCOPE_SERVERS;
}

bool acd_actions_rival(const struct acd_action *a, const struct acd_action *b)
{
    return (is_common(a) && is_common(b)) || a->scope == b->scope;
}

enum acd_action_id acd_actions_look_up(const struct acd_action *table, struct acd_key key,
                                       enum acd_scope scope)
{
    const struct acd_action *action = table ? table : acd_actions_table;
    for (size_t i = 0; i < acd_actions_count; i++)
        if (action[i].scope == scope && has_key(action[i].keys, key))
            return action[i].id;
    for (size_t i = 0; i < acd_actions_count; i++)
        if (is_common(&action[i]) && has_key(action[i].keys, key))
            return action[i].id;
    return ACD_ACTION_NONE;
}

bool acd_actions_always(enum acd_action_id id)
{
    return id == ACD_ACTION_REDRAW || id == ACD_ACTION_SUSPEND || id == ACD_ACTION_QUIT;
}

enum acd_action_id acd_actions_find(struct acd_key key)
{
    return acd_actions_look_up(NULL, key, ACD_SCOPES);
}

enum acd_action_id acd_actions_find_in(struct acd_key key, enum acd_scope scope)
{
    return acd_actions_look_up(NULL, key, scope);
}
