/* SPDX-License-Identifier: MIT */
/* One run step by step, see waterfall.h. */
#include "config.h"

#include "tui/model/waterfall.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tui/model/decode.h"
#include "tui/model/eventparts.h"

/* Events of a server stand in the order of their time but for what two threads wrote at once. */
#define DISORDER_NS UINT64_C(2000000000)
/* An end may be counted before its event is read. */
#define PATIENCE_NS UINT64_C(1000000000)
/* Times are rounded to whole ns one by one. */
#define ROUNDING_NS 1000

#define TIMER_KINDS                                                                                \
    (1u << ACD_KIND_TIMER_START | 1u << ACD_KIND_TIMER_CHECKPOINT | 1u << ACD_KIND_TIMER_END |     \
     1u << ACD_KIND_TIMER_FAIL)

/* ---------------------------------------------------------------- events */

static void take_mark(struct acd_waterfall *w, const struct acd_event_view *view)
{
    struct acd_mark mark = {.since_ns = 0};
    if (!acd_decode_number(view, ACD_KEY_TIMER_ELAPSED, &mark.elapsed_ns))
        return;
    mark.since_ns = mark.elapsed_ns;
    acd_decode_number(view, ACD_KEY_TIMER_SINCE, &mark.since_ns);
    acd_decode_copy(mark.label, sizeof mark.label, view, ACD_KEY_TIMER_LABEL);
    if (mark.elapsed_ns > w->mark_last_ns)
        w->mark_last_ns = mark.elapsed_ns;
    if (w->marks == ACD_WATERFALL_MARKS) {
        w->marks_left_out++;
        return;
    }
    size_t at = w->marks++;
    for (; at > 0 && w->mark[at - 1].elapsed_ns > mark.elapsed_ns; at--)
        w->mark[at] = w->mark[at - 1];
    w->mark[at] = mark;
}

static void take_end(struct acd_waterfall *w, const struct acd_entry *entry,
                     const struct acd_event_view *view)
{
    bool failed = entry->kind == ACD_KIND_TIMER_FAIL;
    w->run.state = failed ? ACD_RUN_FAILED : ACD_RUN_ENDED;
    w->run.sequence = entry->sequence;
    acd_decode_number(view, ACD_KEY_TIMER_ELAPSED, &w->run.elapsed_ns);
    w->run.at[0] = '\0';
    if (failed)
        acd_decode_copy(w->run.at, sizeof w->run.at, view, ACD_KEY_ERROR_TYPE);
}

/* Most events are another run's: their words don't hold the id, and nothing is decoded. */
static bool may_be_of(const struct acd_entry *entry, uint64_t id)
{
    for (uint32_t i = 0; i < entry->payload_bytes / 8; i++)
        if (entry->payload[i] == id)
            return true;
    return false;
}

static bool is_timer_event(const struct acd_entry *entry)
{
    return entry->kind < 32 && (TIMER_KINDS >> entry->kind & 1u) != 0;
}

/* An event of this run. @return false: it is another's, or none of a timer */
static bool take_own(struct acd_waterfall *w, const struct acd_fleet *fleet,
                     const struct acd_entry *entry)
{
    struct acd_event_parts parts;
    uint64_t id = 0;
    if (!is_timer_event(entry) || !may_be_of(entry, w->run.id.id))
        return false;
    acd_eventparts_open(&parts, fleet, entry);
    if (!acd_decode_number(&parts.view, ACD_KEY_TIMER_ID, &id) || id != w->run.id.id)
        return false;
    acd_decode_request(w->run.request, sizeof w->run.request, &parts.view.request);
    if (entry->kind == ACD_KIND_TIMER_CHECKPOINT)
        take_mark(w, &parts.view);
    else if (entry->kind != ACD_KIND_TIMER_START)
        take_end(w, entry, &parts.view);
    return true;
}

/* A text begins at a word: the first one is compared before all. */
static bool may_hold(const struct acd_entry *entry, const char *text)
{
    const uint32_t words = entry->payload_bytes / 8;
    size_t length = strlen(text), least = length < 8 ? length : 8;
    uint64_t first = 0, mask = 0;
    memcpy(&first, text, least);
    memset(&mask, 0xff, least);
    for (uint32_t i = 0; i < words; i++)
        if ((entry->payload[i] & mask) == first && (size_t)(words - i) * 8 >= length &&
            memcmp(&entry->payload[i], text, length) == 0)
            return true;
    return false;
}

static bool may_be_of_request(const struct acd_entry *entry, const struct acd_followed *request)
{
    if (request->kind == ACD_REQUEST_NUMBER)
        return may_be_of(entry, request->number);
    return request->kind == ACD_REQUEST_TEXT && may_hold(entry, request->text);
}

/* From a little before its start to a little after its end: an id may come again another day. */
static bool is_in_time(const struct acd_waterfall *w, const struct acd_entry *entry)
{
    uint64_t end = w->run.start_ns + w->run.elapsed_ns + DISORDER_NS;
    return entry->time_ns + DISORDER_NS >= w->run.start_ns &&
           (w->run.state == ACD_RUN_RUNNING || entry->time_ns <= end);
}

static void take_related(struct acd_waterfall *w, const struct acd_fleet *fleet,
                         const struct acd_entry *entry)
{
    struct acd_event_parts parts;
    if (!is_in_time(w, entry) || !may_be_of_request(entry, &w->run.followed))
        return;
    acd_eventparts_open(&parts, fleet, entry);
    if (!acd_followed_takes(&w->run.followed, &parts.view.request))
        return;
    if (w->related_count < ACD_WATERFALL_RELATED)
        w->related[w->related_count++] = entry->sequence;
    else
        w->related_left_out++;
}

static void take_entry(struct acd_waterfall *w, const struct acd_fleet *fleet,
                       const struct acd_entry *entry)
{
    if (entry->type == ACD_ENTRY_EVENT && entry->server == w->run.id.server &&
        !take_own(w, fleet, entry))
        take_related(w, fleet, entry);
}

/* Back to the first entry that can be of this run. @return how many more may be looked at */
static unsigned seek(struct acd_waterfall *w, const struct acd_fleet *fleet, unsigned most)
{
    struct acd_entry entry;
    for (; w->seeking && most > 0; most--) {
        bool kept = w->next > 0 && acd_store_get(fleet->store, w->next - 1, &entry);
        w->seeking = kept && (entry.type != ACD_ENTRY_EVENT || entry.server != w->run.id.server ||
                              entry.time_ns + DISORDER_NS >= w->run.start_ns);
        w->next -= w->seeking;
    }
    return most;
}

/* @return are there more? */
static bool read_entries(struct acd_waterfall *w, const struct acd_fleet *fleet, uint64_t end)
{
    struct acd_entry entry;
    unsigned most = seek(w, fleet, ACD_WATERFALL_ENTRIES);
    if (w->seeking)
        return true;
    if (w->next < acd_store_first(fleet->store))
        w->next = acd_store_first(fleet->store);
    for (; most > 0 && w->next < end && acd_store_get(fleet->store, w->next, &entry); most--) {
        take_entry(w, fleet, &entry);
        w->next++;
    }
    return w->next < end && w->next < acd_store_next(fleet->store);
}

void acd_waterfall_open(struct acd_waterfall *waterfall, const struct acd_timer_run *run,
                        const char *timer, uint64_t end)
{
    memset(waterfall, 0, sizeof *waterfall);
    waterfall->run = *run;
    snprintf(waterfall->timer, sizeof waterfall->timer, "%s", timer);
    waterfall->seeking = true;
    waterfall->next = end;
}

/* ---------------------------------------------------------------- steps */

static uint64_t usual_of(const struct acd_waterfall *w, const char *label)
{
    for (size_t i = 0; i < w->usual_count; i++)
        if (strcmp(w->usual[i].label, label) == 0)
            return w->usual[i].p95_ns;
    return 0;
}

static struct acd_step *add_step(struct acd_waterfall *w, enum acd_step_kind kind, uint64_t from_ns,
                                 uint64_t to_ns)
{
    struct acd_step *step = &w->step[w->count++];
    *step = (struct acd_step){.kind = kind, .from_ns = from_ns, .to_ns = to_ns};
    return step;
}

/* A checkpoint, and before it what was not seen, if anything. @return where the next step begins */
static uint64_t add_mark(struct acd_waterfall *w, const struct acd_mark *mark, uint64_t at_ns)
{
    uint64_t from = mark->elapsed_ns > mark->since_ns ? mark->elapsed_ns - mark->since_ns : 0;
    if (from > at_ns + ROUNDING_NS)
        add_step(w, ACD_STEP_UNSEEN, at_ns, from);
    else
        from = at_ns;
    struct acd_step *step = add_step(w, ACD_STEP_DONE, from, mark->elapsed_ns);
    memcpy(step->label, mark->label, sizeof step->label);
    step->p95_ns = usual_of(w, mark->label);
    step->over =
        step->p95_ns > 0 && acd_quantile_exceeds(step->to_ns - step->from_ns, step->p95_ns);
    return mark->elapsed_ns;
}

static void make_steps(struct acd_waterfall *w)
{
    uint64_t at = 0;
    w->count = 0;
    for (size_t i = 0; i < w->marks; i++)
        at = add_mark(w, &w->mark[i], at);
    if (w->mark_last_ns > at) {
        struct acd_step *step = add_step(w, ACD_STEP_MORE, at, w->mark_last_ns);
        snprintf(step->label, sizeof step->label, "%" PRIu64, w->marks_left_out);
        at = w->mark_last_ns;
    }
    bool runs = w->run.state == ACD_RUN_RUNNING;
    if (runs && w->run.checkpoint_ns > at + ROUNDING_NS) {
        struct acd_step *step = add_step(w, ACD_STEP_UNSEEN, at, w->run.checkpoint_ns);
        memcpy(step->label, w->run.at, sizeof step->label);
        at = w->run.checkpoint_ns;
    }
    if (runs)
        add_step(w, ACD_STEP_OPEN, at, w->run.elapsed_ns > at ? w->run.elapsed_ns : at);
    else if (w->run.elapsed_ns > at + ROUNDING_NS || w->count == 0)
        add_step(w, w->run.state == ACD_RUN_LOST ? ACD_STEP_UNSEEN : ACD_STEP_REST, at,
                 w->run.elapsed_ns > at ? w->run.elapsed_ns : at);
}

/* ---------------------------------------------------------------- renewing */

static const struct acd_running_row *running_row(const struct acd_digest *digest,
                                                 struct acd_run_id id)
{
    for (size_t i = 0; i < digest->running_count; i++)
        if (digest->running[i].server == id.server && digest->running[i].total.id == id.id)
            return &digest->running[i];
    return NULL;
}

static void take_running(struct acd_waterfall *w, const struct acd_digest *digest)
{
    const struct acd_running_row *row = running_row(digest, w->run.id);
    if (w->run.state == ACD_RUN_ENDED || w->run.state == ACD_RUN_FAILED)
        return;
    if (row) {
        w->run.state = ACD_RUN_RUNNING;
        w->run.elapsed_ns = row->elapsed_ns;
        w->run.checkpoint_ns = row->checkpoint_ns;
        memcpy(w->run.at, row->total.checkpoint, sizeof w->run.at);
        w->gone_ns = 0;
        return;
    }
    if (w->gone_ns == 0)
        w->gone_ns = digest->now_ns;
    if (digest->now_ns > w->gone_ns + PATIENCE_NS)
        w->run.state = ACD_RUN_LOST;
}

static void take_usual(struct acd_waterfall *w, const struct acd_digest *digest)
{
    size_t at = acd_digest_find_timer(digest, w->timer);
    w->usual_count = 0;
    w->whole = (struct acd_quantiles){0};
    if (at == digest->timer_count)
        return;
    const struct acd_timer_row *timer = &digest->timer[at];
    w->whole = timer->quantiles;
    for (size_t i = 0; i < timer->label_count && w->usual_count < ACD_WATERFALL_USUAL; i++) {
        const struct acd_label_row *row = &digest->label[timer->label_first + i];
        struct acd_usual *usual = &w->usual[w->usual_count];
        if (row->quantiles.count == 0)
            continue;
        snprintf(usual->label, sizeof usual->label, "%s", row->name);
        usual->p95_ns = row->quantiles.p95_ns;
        w->usual_count++;
    }
}

bool acd_waterfall_renew(struct acd_waterfall *waterfall, const struct acd_fleet *fleet,
                         const struct acd_digest *digest, uint64_t end)
{
    struct acd_waterfall *w = waterfall;
    if (w->run.id.id == 0)
        return false;
    bool more = read_entries(w, fleet, end);
    take_running(w, digest);
    if (!w->alone)
        take_usual(w, digest);
    w->over = w->whole.count > 0 && acd_quantile_exceeds(w->run.elapsed_ns, w->whole.p95_ns);
    w->now_ns = digest->now_ns;
    make_steps(w);
    return more;
}
