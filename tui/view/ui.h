/* SPDX-License-Identifier: MIT */
/*
 * What the user did to the screen: which one, what is selected, how far scrolled, whether paused.
 * Plain data, owned and changed by the application only; views see it const, so that the same model
 * and the same state draw the same screen.
 */
#ifndef ACD_TUI_VIEW_UI_H
#define ACD_TUI_VIEW_UI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/model/eventfind.h"
#include "tui/model/filter.h"
#include "tui/model/fleet.h"
#include "tui/model/followed.h"
#include "tui/model/order.h"
#include "tui/model/runs.h"
#include "tui/model/shown.h"
#include "tui/view/list.h"
#include "tui/view/style.h"

enum acd_view_id {
    ACD_VIEW_OVERVIEW,
    ACD_VIEW_EVENTS,
    ACD_VIEW_CACHE,
    ACD_VIEW_TIMERS,
    ACD_VIEW_ERRORS,
    ACD_VIEW_FILES,
    ACD_VIEW_ATTACH,
    ACD_VIEW_JSON,
    ACD_VIEW_TIMER, /* these three and JSON show what was chosen on another screen */
    ACD_VIEW_RUN,
    ACD_VIEW_MISS,
    ACD_VIEW_HELP,
    ACD_VIEWS
};

struct acd_closeup;
struct acd_files;
struct acd_look;
struct acd_raised;
struct acd_roster;
struct acd_jsonview;

/* A question that stands over the screen. */
enum acd_prompt {
    ACD_PROMPT_NONE,
    ACD_PROMPT_LEVEL, /* for how long is it to be raised? */
    ACD_PROMPT_EXIT,  /* is what was raised to be put back? */
    ACD_PROMPT_FILTER,
    ACD_PROMPT_FIND
};

/* For how long a raised level can be asked for. */
struct acd_lease {
    const char *label;
    uint32_t seconds; /* 0: for good */
    bool until_quit;  /* as long as this viewer runs */
};
#define ACD_LEASES 5
#define ACD_LEASE_USUAL 1u
extern const struct acd_lease acd_ui_leases[ACD_LEASES];

/* Where one is in the events: at the newest, or at an entry that stays put. */
struct acd_event_place {
    bool scrolled;
    uint64_t bottom;   /* sequence of the lowest entry shown, when scrolled */
    uint64_t selected; /* of the entry under the cursor, when scrolled */
};

#define ACD_LOOKUP_BYTES 256

/* What is looked for among the events, in the filter language of tui/model/query.h. */
struct acd_lookup {
    char filter[ACD_LOOKUP_BYTES]; /* "" none */
    bool invert;
    unsigned context;
    char find[ACD_LOOKUP_BYTES]; /* what was searched for; "" nothing */
    char last_filter[ACD_LOOKUP_BYTES], last_find[ACD_LOOKUP_BYTES]; /* for typing them again */
    const struct acd_query *mark;  /* whose words stand out; NULL none */
    const struct acd_sieve *sieve; /* NULL: the filter of levels and servers alone decides */
    struct acd_eventfind search;
    bool searching; /* and an answer is to come */
    /* the prompt */
    char line[ACD_LOOKUP_BYTES];
    size_t cursor;
    char fault[160]; /* why it is no filter; "" it is, as far as known */
    size_t fault_at;
};

struct acd_ui {
    enum acd_view_id view;
    enum acd_view_id back; /* where help returns to */
    uint64_t now_ns;       /* since the epoch: what ages are measured from */
    int32_t utc_offset_s;

    char replay[24]; /* how a recording is replayed, for the header; "" it lives */
    bool paused;
    uint64_t paused_at; /* entries from this sequence on came after the pause */
    struct acd_selection selection;
    struct acd_filter filter;
    uint64_t mark_ns;                        /* numbers are those since then; 0: all of them */
    uint64_t mark_sequence;                  /* of the next event then */
    struct acd_order order[ACD_ORDER_LISTS]; /* of the lists' rows */
    struct acd_followed followed;            /* every screen shows of this request only */

    char timer[64]; /* the selected one; "" the slowest */
    struct {
        char type[64], model[64];
    } cache; /* the selected row; one that is not there: the first */
    struct {
        bool inside;       /* among that cache's lookups, else among the caches */
        uint64_t sequence; /* of the selected lookup */
        size_t index;      /* where it stands, or stood when it is gone */
    } missed;
    struct acd_run_id run; /* the selected run of that timer */
    bool run_chosen;       /* else it is the one at run_index */
    size_t run_index;      /* where it stands, or stood when it is gone */
    size_t step_top;       /* the first step shown of it */
    struct acd_event_place events;
    uint64_t list_end; /* lists that follow show what came before this sequence; 0: everything */
    struct acd_lookup lookup;
    uint64_t error_group; /* hash of the chosen one; 0 the newest */
    bool in_errors;       /* on the overview, what is chosen is an error, not a timer */
    struct acd_list errors;
    uint64_t ring; /* id of the chosen row of the roster; 0 the first */
    struct acd_list servers;
    const struct acd_roster *roster; /* NULL: none */
    size_t page;                     /* rows that one page moves */
    size_t help_top;                 /* first line of the help screen */

    const struct acd_closeup *closeup; /* of what is selected; NULL: none */
    const struct acd_files *files;     /* NULL: none */
    const struct acd_jsonview *json;   /* NULL: none */
    bool alone;                        /* the JSON screen is all that there is */

    const struct acd_look *look; /* NULL: as it is by default */

    enum acd_prompt prompt;
    unsigned prompt_level;
    size_t prompt_choice, prompt_choices;
    char prompt_whom[120];           /* whom the question is about */
    const struct acd_raised *raised; /* what this viewer raised; NULL: nothing */

    char message[512]; /* one sentence in the footer's place; "" none */
    enum acd_style message_style;
    uint64_t message_until_ns;
};

void acd_ui_init(struct acd_ui *ui);

/** What the user set up, or the default; never NULL. */
const struct acd_look *acd_ui_look(const struct acd_ui *ui);

/** Puts a sentence on the screen for some seconds. */
void acd_ui_say(struct acd_ui *ui, enum acd_style style, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** The entries that may be shown end before this sequence: those that came before the pause. */
uint64_t acd_ui_end(const struct acd_ui *ui, const struct acd_store *store);

/** The filter of the selected servers and view level. */
struct acd_filter acd_ui_filter(const struct acd_ui *ui, const struct acd_fleet *fleet);

/** The rows of the lists of events. */
struct acd_shown acd_ui_shown(const struct acd_ui *ui, const struct acd_fleet *fleet);

/** The entry under the cursor of the Events screen.  There is none while it follows. */
bool acd_ui_event(const struct acd_ui *ui, const struct acd_fleet *fleet,
                  struct acd_entry *ret_entry);

#endif
