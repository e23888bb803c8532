/* SPDX-License-Identifier: MIT */
/* An event as JSON, see eventout.h. */
#include "config.h"

#include "tui/app/eventout.h"

#include <string.h>

#include "tui/app/jsonout.h"
#include "tui/model/decode.h"
#include "tui/view/eventtext.h"

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

void acd_eventout_json(FILE *stream, const struct acd_fleet *fleet, const struct acd_entry *entry)
{
    struct acd_jsonout json = {.stream = stream};
    if (entry->type == ACD_ENTRY_GAP) {
        put_origin(&json, entry, acd_fleet_at(fleet, entry->server));
        acd_jsonout_text(&json, "kind", "lost");
        acd_jsonout_uint(&json, "count", entry->lost);
        acd_jsonout_text(&json, "cause", acd_store_cause_name(entry->cause));
    } else {
        struct acd_event_parts parts;
        acd_eventtext_open(&parts, fleet, entry);
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
}
