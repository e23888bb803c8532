/* SPDX-License-Identifier: MIT */
/* Filters and searches at work, see finder.h. */
#include "config.h"

#include "tui/app/finder.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tui/app/slice.h"
#include "tui/app/suggest.h"

#define ENTRIES_AT_FIRST 8u /* of a slice, before it is known how long one takes */

int acd_finder_init(struct acd_finder *finder, struct acd_ui *ui, const struct acd_fleet *fleet)
{
    uint32_t entries = acd_store_capacity(fleet->store);
    memset(finder, 0, sizeof *finder);
    finder->ui = ui;
    finder->fleet = fleet;
    int r = acd_sieve_new(&finder->rows, entries);
    return r < 0 ? r : acd_sieve_new(&finder->request, entries);
}

void acd_finder_fini(struct acd_finder *finder)
{
    acd_query_free(finder->filter);
    acd_query_free(finder->find);
    acd_sieve_free(finder->rows);
    acd_sieve_free(finder->request);
    /* A recording that can't be played again ends twice. */
    finder->filter = finder->find = NULL;
    finder->rows = finder->request = NULL;
}

const struct acd_sieve *acd_finder_request(const struct acd_finder *finder)
{
    return finder->request_on ? finder->request : NULL;
}

/* ---------------------------------------------------------------- what the user asks for */

/* ... (did you mean 'cache'?) */
static void suggest(struct acd_lookup *lookup, const struct acd_query_fault *fault)
{
    const char *names[32];
    size_t count = 0;
    while (count < sizeof names / sizeof names[0] &&
           (names[count] = acd_query_choice_at(fault->choice, (unsigned)count)))
        count++;
    const char *near = acd_suggest_nearest(fault->value, names, count);
    if (near)
        snprintf(lookup->fault, sizeof lookup->fault, "%s (did you mean '%s'?)", fault->text, near);
    else
        snprintf(lookup->fault, sizeof lookup->fault, "%s", fault->text);
    lookup->fault_at = fault->at;
}

/* The line as a query; NULL for an empty one. */
static bool take_line(struct acd_finder *f, struct acd_query **ret_query)
{
    struct acd_lookup *l = &f->ui->lookup;
    struct acd_query_fault fault = {0};
    struct acd_query *query = NULL;
    int r = acd_query_new(&query, l->line, &fault);
    if (r == -EINVAL)
        suggest(l, &fault);
    else if (r < 0)
        snprintf(l->fault, sizeof l->fault, "%s", strerror(-r));
    if (r < 0)
        return false;
    if (acd_query_is_blank(query)) {
        acd_query_free(query);
        query = NULL;
    }
    *ret_query = query;
    return true;
}

/* The search's words stand out, else the filter's. */
static void choose_mark(struct acd_finder *f)
{
    struct acd_lookup *l = &f->ui->lookup;
    l->mark = f->find ? f->find : l->invert ? NULL : f->filter;
}

bool acd_finder_take_filter(struct acd_finder *finder)
{
    struct acd_lookup *l = &finder->ui->lookup;
    struct acd_query *query = NULL;
    if (!take_line(finder, &query))
        return false;
    if (!query) {
        acd_finder_drop_filter(finder);
        return true;
    }
    acd_query_free(finder->filter);
    finder->filter = query;
    memcpy(l->filter, l->line, sizeof l->filter);
    memcpy(l->last_filter, l->line, sizeof l->last_filter);
    l->sieve = NULL; /* judged by a query that is no more */
    choose_mark(finder);
    return true;
}

bool acd_finder_drop_filter(struct acd_finder *finder)
{
    struct acd_lookup *l = &finder->ui->lookup;
    bool had = finder->filter != NULL;
    acd_query_free(finder->filter);
    finder->filter = NULL;
    l->filter[0] = '\0';
    l->invert = false;
    l->context = 0;
    l->sieve = NULL;
    choose_mark(finder);
    return had;
}

void acd_finder_invert(struct acd_finder *finder)
{
    finder->ui->lookup.invert = !finder->ui->lookup.invert;
    choose_mark(finder);
}

bool acd_finder_take_find(struct acd_finder *finder)
{
    struct acd_lookup *l = &finder->ui->lookup;
    struct acd_query *query = NULL;
    if (!take_line(finder, &query))
        return false;
    acd_finder_drop_find(finder);
    finder->find = query;
    if (query) {
        memcpy(l->find, l->line, sizeof l->find);
        memcpy(l->last_find, l->line, sizeof l->last_find);
    }
    choose_mark(finder);
    return true;
}

bool acd_finder_drop_find(struct acd_finder *finder)
{
    struct acd_lookup *l = &finder->ui->lookup;
    bool had = finder->find != NULL;
    acd_query_free(finder->find);
    finder->find = NULL;
    l->find[0] = '\0';
    l->searching = false;
    l->search.state = ACD_EVENTFIND_IDLE;
    choose_mark(finder);
    return had;
}

void acd_finder_resume(struct acd_finder *finder)
{
    struct acd_lookup *l = &finder->ui->lookup;
    const struct acd_lookup before = *l;
    l->sieve = NULL;
    l->searching = false;
    l->search = (struct acd_eventfind){.query = NULL};
    memcpy(l->line, before.filter, sizeof l->line);
    acd_finder_take_filter(finder);
    l->invert = before.invert;
    l->context = before.context;
    memcpy(l->line, before.find, sizeof l->line);
    acd_finder_take_find(finder);
    memcpy(l->line, before.line, sizeof l->line);
}

void acd_finder_search(struct acd_finder *finder, enum acd_finder_way way)
{
    const struct acd_ui *ui = finder->ui;
    struct acd_lookup *l = &finder->ui->lookup;
    const struct acd_shown shown = acd_ui_shown(ui, finder->fleet);
    struct acd_entry cursor;
    uint64_t from = shown.end;
    if (!finder->find)
        return;
    if (way == ACD_FINDER_NEAREST && !ui->events.scrolled)
        way = ACD_FINDER_OLDER;
    else if (acd_ui_event(ui, finder->fleet, &cursor))
        from = cursor.sequence;
    l->search.query = finder->find;
    acd_eventfind_begin(&l->search, &shown, from, way == ACD_FINDER_OLDER);
    if (way == ACD_FINDER_NEAREST)
        l->search.at = from;
    l->searching = true;
}

bool acd_finder_stop(struct acd_finder *finder)
{
    struct acd_lookup *l = &finder->ui->lookup;
    if (l->searching) {
        l->searching = false;
        return true;
    }
    bool more =
        l->sieve && acd_sieve_state(l->sieve, finder->fleet->store) == ACD_SIEVE_MORE &&
        acd_sieve_low(l->sieve, finder->fleet->store) > acd_store_first(finder->fleet->store);
    if (more)
        acd_sieve_stop(finder->rows);
    return more;
}

/* ---------------------------------------------------------------- work */

static bool same_rules(const struct acd_sieve_rules *a, const struct acd_sieve_rules *b)
{
    return a->filter.level == b->filter.level && a->filter.kinds == b->filter.kinds &&
           a->filter.server == b->filter.server && a->query == b->query && a->invert == b->invert &&
           acd_followed_equal(&a->followed, &b->followed);
}

static void settle_rows(struct acd_finder *f)
{
    struct acd_lookup *l = &f->ui->lookup;
    const struct acd_sieve_rules rules = {.filter = acd_ui_filter(f->ui, f->fleet),
                                          .followed = f->ui->followed,
                                          .query = f->filter,
                                          .invert = l->invert,
                                          .context = l->context};
    bool on = f->filter || f->ui->followed.kind != ACD_REQUEST_NONE;
    if (on && l->sieve && same_rules(acd_sieve_rules(f->rows), &rules)) {
        acd_sieve_set_context(f->rows, l->context);
    } else if (on) {
        uint64_t end = acd_ui_end(f->ui, f->fleet->store);
        if (f->ui->events.scrolled && f->ui->events.bottom < end)
            end = f->ui->events.bottom + 1;
        acd_sieve_begin(f->rows, &rules, end);
    }
    l->sieve = on ? f->rows : NULL;
}

static void settle_request(struct acd_finder *f)
{
    struct acd_sieve_rules rules = {.filter = ACD_FILTER_INIT, .followed = f->ui->followed};
    bool on = f->ui->followed.kind != ACD_REQUEST_NONE;
    if (on && !(f->request_on && same_rules(acd_sieve_rules(f->request), &rules)))
        acd_sieve_begin(f->request, &rules, acd_store_next(f->fleet->store));
    f->request_on = on;
}

/* The row that was found comes under the cursor; one that is out of sight, into the middle. */
static void go(struct acd_finder *f, uint64_t found)
{
    struct acd_ui *ui = f->ui;
    const struct acd_shown shown = acd_ui_shown(ui, f->fleet);
    struct acd_entry e;
    uint64_t bottom = ui->events.scrolled ? ui->events.bottom : shown.end;
    uint64_t top = acd_shown_up(&shown, bottom < UINT64_MAX ? bottom + 1 : bottom, ui->page);
    if (found < top || found > bottom) {
        bottom = found;
        for (size_t i = 0; i < ui->page / 2 && acd_shown_from(&shown, bottom + 1, &e); i++)
            bottom = e.sequence;
    } else if (!ui->events.scrolled && acd_shown_before(&shown, shown.end, &e)) {
        bottom = e.sequence;
    }
    ui->events = (struct acd_event_place){true, bottom, found};
}

static void end_search(struct acd_finder *f)
{
    struct acd_lookup *l = &f->ui->lookup;
    l->searching = false;
    if (l->search.state == ACD_EVENTFIND_NOTHING) {
        acd_ui_say(f->ui, ACD_STYLE_WARN, "No event has '%s'", l->find);
        return;
    }
    go(f, l->search.found);
    if (l->search.around)
        acd_ui_say(f->ui, ACD_STYLE_DIM, "Searched around the %s",
                   l->search.backwards ? "oldest event" : "newest event");
}

/* @return what there was to do, in entries */
static size_t work_once(struct acd_finder *f, size_t most)
{
    struct acd_lookup *l = &f->ui->lookup;
    size_t judged = 0;
    if (l->sieve)
        judged += acd_sieve_step(f->rows, f->fleet, most);
    if (f->request_on)
        judged += acd_sieve_step(f->request, f->fleet, most);
    /* A search looks through rows that are known. */
    if (judged > 0 || !l->searching)
        return judged;
    const struct acd_shown shown = acd_ui_shown(f->ui, f->fleet);
    if (acd_eventfind_step(&l->search, &shown, f->fleet, most) != ACD_EVENTFIND_MORE)
        end_search(f);
    return most;
}

enum acd_finder_step acd_finder_work(struct acd_finder *finder)
{
    struct acd_slice slice = {0};
    bool searched = finder->ui->lookup.searching;
    size_t n, batch = ENTRIES_AT_FIRST;
    settle_rows(finder);
    settle_request(finder);
    acd_slice_over(&slice);
    while ((n = work_once(finder, batch)) > 0 && !acd_slice_over(&slice))
        batch = acd_slice_batch(batch, slice.took_ns);
    bool was_busy = finder->was_busy || searched != finder->ui->lookup.searching;
    finder->was_busy = n > 0;
    return n > 0 ? ACD_FINDER_BUSY : was_busy ? ACD_FINDER_NEWS : ACD_FINDER_IDLE;
}
