/* SPDX-License-Identifier: MIT */
/*
 * `acdebug-top tail`: events as they come, one a line, gaps said.  Each line is flushed, so that a
 * pipe sees it at once.
 */
#include "config.h"

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "tui/app/cmd.h"
#include "tui/app/jsonout.h"
#include "tui/app/pace.h"
#include "tui/app/say.h"
#include "tui/model/decode.h"
#include "tui/model/filter.h"
#include "tui/view/eventtext.h"

#define SECOND UINT64_C(1000000000)
#define DRAIN_MOST 20000 /* of 100,000 that the scroll-back holds: each is printed before it goes */

struct tail {
    struct acd_cmd cmd;
    const struct acd_args *args;
    struct acd_filter filter;
    uint64_t next;  /* sequence of the entry to print next */
    uint64_t lines; /* printed */
    bool broken;    /* nobody reads us any more */
};

/* ---------------------------------------------------------------- JSON */

static const struct acd_field *named_by(const struct acd_event_parts *parts, unsigned kind)
{
    const char *key = NULL;
    switch (kind) {
    case ACD_KIND_CACHE:
    case ACD_KIND_REUSE:
    case ACD_KIND_EVICTION: key = ACD_KEY_CACHE_TYPE; break;
    case ACD_KIND_TIMER_START:
    case ACD_KIND_TIMER_CHECKPOINT:
    case ACD_KIND_TIMER_END:
    case ACD_KIND_TIMER_FAIL:
    case ACD_KIND_PERFORMANCE: key = ACD_KEY_TIMER; break;
    case ACD_KIND_ERROR: key = ACD_KEY_ERROR_TYPE; break;
    case ACD_KIND_LOGGER: key = ACD_KEY_LOGGER; break;
    default: return NULL;
    }
    const struct acd_field *f = acd_event_find(&parts->view, key);
    return f && f->type == ACD_TYPE_STR && !f->secret ? f : NULL;
}

static bool is_key(const struct acd_field *f, const char *key)
{
    return f->key.length == strlen(key) && memcmp(f->key.bytes, key, f->key.length) == 0;
}

/* One level for all categories is a number, else an object by category. */
static void put_levels(struct acd_jsonout *json, uint64_t levels)
{
    unsigned first = acd_levels_get(levels, 0);
    if ((uint32_t)levels == acd_levels_all(first)) {
        acd_jsonout_uint(json, NULL, first);
        return;
    }
    acd_jsonout_begin(json, NULL, '{');
    for (unsigned c = 0; c < ACD_CATEGORIES; c++)
        acd_jsonout_uint(json, acd_category_name(c), acd_levels_get(levels, c));
    acd_jsonout_end(json, '}');
}

static void put_value(struct acd_jsonout *json, const struct acd_field *f)
{
    if (f->secret) {
        acd_jsonout_text(json, NULL, "[REDACTED]");
        return;
    }
    if (f->type == ACD_TYPE_UINT && is_key(f, ACD_KEY_CACHE_OUTCOME)) {
        acd_jsonout_text(json, NULL, acd_outcome_name((unsigned)f->number.u));
        return;
    }
    if (f->type == ACD_TYPE_UINT &&
        (is_key(f, ACD_KEY_LEVEL_FROM) || is_key(f, ACD_KEY_LEVEL_TO))) {
        put_levels(json, f->number.u);
        return;
    }
    switch (f->type) {
    case ACD_TYPE_INT: acd_jsonout_int(json, NULL, f->number.i); break;
    case ACD_TYPE_UINT: acd_jsonout_uint(json, NULL, f->number.u); break;
    case ACD_TYPE_BOOL: acd_jsonout_bool(json, NULL, f->number.u != 0); break;
    case ACD_TYPE_DOUBLE: acd_jsonout_double(json, NULL, f->number.d); break;
    case ACD_TYPE_JSON: acd_jsonout_json(json, NULL, f->text.bytes, f->text.length); break;
    default: acd_jsonout_textn(json, NULL, f->text.bytes, f->text.length);
    }
}

static void put_fields(struct acd_jsonout *json, const struct acd_event_view *view)
{
    acd_jsonout_begin(json, "fields", '{');
    for (unsigned i = 0; i < view->count; i++) {
        acd_jsonout_keyn(json, view->field[i].key.bytes, view->field[i].key.length);
        put_value(json, &view->field[i]);
    }
    acd_jsonout_end(json, '}');
}

/* Texts that did not fit whole: how long they were. */
static void put_cuts(struct acd_jsonout *json, const struct acd_event_view *view)
{
    bool any = false;
    for (unsigned i = 0; i < view->count; i++) {
        const struct acd_field *f = &view->field[i];
        if ((f->type != ACD_TYPE_STR && f->type != ACD_TYPE_JSON) || f->secret ||
            f->text.length == f->text.full_length)
            continue;
        if (!any)
            acd_jsonout_begin(json, "cut", '{');
        any = true;
        acd_jsonout_keyn(json, f->key.bytes, f->key.length);
        acd_jsonout_uint(json, NULL, f->text.full_length);
    }
    if (any)
        acd_jsonout_end(json, '}');
}

static void put_texts(struct acd_jsonout *json, const struct acd_entry *entry,
                      const struct acd_event_parts *parts)
{
    const struct acd_field *name = named_by(parts, entry->kind);
    const struct acd_field *message = acd_event_find(&parts->view, ACD_KEY_MESSAGE);
    if (name)
        acd_jsonout_textn(json, "name", name->text.bytes, name->text.length);
    else
        acd_jsonout_null(json, "name");
    if (message && message->type == ACD_TYPE_STR && !message->secret)
        acd_jsonout_textn(json, "message", message->text.bytes, message->text.length);
    else if (parts->site)
        acd_jsonout_textn(json, "message", parts->site->message.bytes, parts->site->message.length);
    else
        acd_jsonout_null(json, "message");
}

static void put_request(struct acd_jsonout *json, const struct acd_request *request)
{
    if (request->kind == ACD_REQUEST_NUMBER)
        acd_jsonout_uint(json, "request", request->number);
    else if (request->kind == ACD_REQUEST_TEXT)
        acd_jsonout_textn(json, "request", request->text.bytes, request->text.length);
    else
        acd_jsonout_null(json, "request");
}

static void put_origin(struct acd_jsonout *json, const struct acd_entry *entry,
                       const struct acd_server *server)
{
    acd_jsonout_begin(json, NULL, '{');
    acd_jsonout_time(json, "time", entry->time_ns);
    acd_jsonout_text(json, "server", server ? server->app : "");
    acd_jsonout_uint(json, "pid", server ? server->pid : 0);
}

static void print_json(const struct tail *tail, const struct acd_entry *entry)
{
    struct acd_jsonout json = {.stream = stdout};
    if (entry->type == ACD_ENTRY_GAP) {
        put_origin(&json, entry, acd_fleet_at(&tail->cmd.fleet, entry->server));
        acd_jsonout_text(&json, "kind", "lost");
        acd_jsonout_uint(&json, "count", entry->lost);
        acd_jsonout_text(&json, "cause", acd_store_cause_name(entry->cause));
    } else {
        struct acd_event_parts parts;
        acd_eventtext_open(&parts, &tail->cmd.fleet, entry);
        put_origin(&json, entry, parts.server);
        acd_jsonout_uint(&json, "thread", entry->thread);
        acd_jsonout_uint(&json, "level", entry->level);
        acd_jsonout_text(&json, "kind", acd_kind_name(entry->kind));
        put_texts(&json, entry, &parts);
        put_request(&json, &parts.view.request);
        put_fields(&json, &parts.view);
        put_cuts(&json, &parts.view);
        if (parts.malformed)
            acd_jsonout_bool(&json, "damaged", true);
    }
    acd_jsonout_end(&json, '}');
    putc('\n', stdout);
}

/* ---------------------------------------------------------------- text */

static void print_time(uint64_t time_ns)
{
    time_t seconds = (time_t)(time_ns / SECOND);
    struct tm tm;
    char text[40] = "?";
    if (localtime_r(&seconds, &tm))
        strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &tm);
    printf("%s.%03u ", text, (unsigned)(time_ns / 1000000 % 1000));
}

static void print_text(const struct tail *tail, const struct acd_entry *entry)
{
    char body[ACD_EVENTTEXT_BYTES], id[72];
    const struct acd_server *server = acd_fleet_at(&tail->cmd.fleet, entry->server);
    print_time(entry->time_ns);
    acd_say_text(stdout, "%s[%" PRIu32 "] ", server ? server->app : "?", server ? server->pid : 0);
    if (entry->type == ACD_ENTRY_GAP) {
        acd_eventtext_gap(body, sizeof body, entry);
        acd_say_text(stdout, "---- %s ----", body);
    } else {
        struct acd_event_parts parts;
        acd_eventtext_open(&parts, &tail->cmd.fleet, entry);
        acd_eventtext_body(body, sizeof body, entry, &parts);
        acd_decode_request(id, sizeof id, &parts.view.request);
        acd_say_text(stdout, "%u %-6s %s%s%s", entry->level, acd_eventtext_kind(entry->kind), body,
                     id[0] ? "  req " : "", id);
    }
    putc('\n', stdout);
}

/* ---------------------------------------------------------------- the command */

static bool is_done(const struct tail *tail)
{
    return tail->broken || (tail->args->count > 0 && tail->lines >= tail->args->count);
}

static void print_new(struct tail *tail)
{
    const struct acd_store *store = tail->cmd.fleet.store;
    struct acd_entry entry;
    while (!is_done(tail) && acd_filter_from(&tail->filter, store, tail->next, &entry)) {
        tail->next = entry.sequence + 1;
        if (tail->args->json)
            print_json(tail, &entry);
        else
            print_text(tail, &entry);
        tail->broken = fflush(stdout) != 0;
        tail->lines++;
    }
    tail->next = acd_store_next(store);
}

/* Only rings that can't go on: a server of that name may start again, a file may not. */
static bool nothing_will_come(const struct tail *tail)
{
    for (size_t i = 0; i < tail->args->target_count; i++)
        if (tail->args->target[i].kind == ACD_TARGET_NAME)
            return false;
    return tail->args->target_count > 0 && acd_collect_finished(tail->cmd.collect);
}

static uint64_t monotonic_ns(void)
{
    struct acd_now now;
    acd_control_now(&now);
    return now.monotonic_ns;
}

static void follow(struct tail *tail)
{
    struct acd_pace pace;
    uint64_t sampled_ns = 0;
    acd_pace_init(&pace, monotonic_ns());
    while (!is_done(tail) && !nothing_will_come(tail)) {
        uint64_t overrun = acd_collect_overrun(tail->cmd.collect);
        size_t n = acd_collect_drain(tail->cmd.collect, DRAIN_MOST);
        overrun = acd_collect_overrun(tail->cmd.collect) - overrun;
        uint64_t now = monotonic_ns();
        print_new(tail);
        if (now - sampled_ns >= ACD_PACE_IDLE_NS) {
            if (acd_collect_scan(tail->cmd.collect))
                acd_pace_wake(&pace, now);
            acd_collect_sample(tail->cmd.collect);
            sampled_ns = now;
        }
        if (acd_collect_more(tail->cmd.collect))
            continue;
        poll(NULL, 0, (int)(acd_pace_next(&pace, n + overrun, now) / 1000000));
    }
}

int acd_cmd_tail_run(const struct acd_args *args)
{
    struct tail tail = {.args = args, .filter = ACD_FILTER_INIT};
    const struct acd_collect_options options = {
        .dead = args->all ? ACD_COLLECT_ALL : ACD_COLLECT_LIVE,
        .start = args->from_start ? ACD_CURSOR_OLDEST : ACD_CURSOR_NOW};
    if (args->level >= 0)
        tail.filter.level = (unsigned)args->level;
    int r = acd_cmd_open(&tail.cmd, args, options);
    if (r != ACD_EXIT_GOOD)
        return r;
    if (tail.cmd.fleet.count == 0 && args->target_count > 0 &&
        args->target[0].kind != ACD_TARGET_NAME) {
        r = acd_cmd_nothing(&tail.cmd, args);
    } else {
        if (tail.cmd.fleet.count == 0)
            acd_say_error("%s", tail.cmd.fleet.notice);
        acd_collect_sample(tail.cmd.collect);
        follow(&tail);
        r = acd_cmd_end(&tail.cmd, tail.broken ? ACD_EXIT_FAILED : acd_say_end());
    }
    acd_cmd_close(&tail.cmd);
    return r;
}
