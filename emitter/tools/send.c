/* SPDX-License-Identifier: MIT */
/* Mapped lines on their way into the ring, see send.h. */
#include "config.h"

#include "emitter/tools/send.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ---- logs ---- */

static void send_log(const struct acd_mapping *x)
{
    static const enum acdebug_severity severity[] = {
        [ACD_MAPPING_DEBUG] = ACDEBUG_SEV_DEBUG,
        [ACD_MAPPING_INFO] = ACDEBUG_SEV_INFO,
        [ACD_MAPPING_WARNING] = ACDEBUG_SEV_WARNING,
        [ACD_MAPPING_ERRORS] = ACDEBUG_SEV_ERROR,
    };
    if (x->severity == ACD_MAPPING_NO_SEVERITY && !x->logger)
        acdebug_log_fields(ACDEBUG_LOG, 1, x->message, x->field, x->field_count);
    else if (x->severity == ACD_MAPPING_TRACE)
        acdebug_log_fields(ACDEBUG_LOGGER, 3, x->message, x->field, x->field_count);
    else
        acdebug_log_message(x->severity == ACD_MAPPING_NO_SEVERITY ? ACDEBUG_SEV_INFO
                                                                   : severity[x->severity],
                            x->logger, x->message, x->field, x->field_count);
}

/* ---- caches, errors ---- */

static void send_cache(struct acd_mapping *x)
{
    const acdebug_lookup *l = &x->lookup;
    x->lookup.fields = x->field;
    x->lookup.fields_count = x->field_count;
    if (x->kind == ACD_MAPPING_EVICT)
        acdebug_cache_evict(l->type, l->model, x->count, l->reason);
    else if (x->kind == ACD_MAPPING_INVENTORY)
        acdebug_cache_inventory(l->type, l->model, x->entries, x->bytes, x->capacity);
    else if (x->exclusive)
        acdebug_cache_lookup_exclusive(l);
    else
        acdebug_cache_lookup(l);
}

static void send_error(const struct acd_mapping *x)
{
    acdebug_error_context context = ACDEBUG_ERROR_INIT;
    context.message = x->message;
    context.provider = x->provider;
    context.model = x->lookup.model;
    context.debug_file = x->file;
    context.fields = x->field;
    context.fields_count = x->field_count;
    acdebug_error(x->error_type ? x->error_type : "error", x->status, &context);
}

/* ---- timers ---- */

static void write_id(const struct acd_mapping *x, char *ret_id, size_t size)
{
    const struct acd_member *r = x->request;
    if (x->timer_id[0] || !r)
        snprintf(ret_id, size, "%s\n%s", x->name, x->timer_id);
    else if (r->type == ACD_OBJECT_TEXT)
        snprintf(ret_id, size, "%s\n\n%s", x->name, r->text);
    else
        snprintf(ret_id, size, "%s\n\n#%" PRIu64, x->name, r->number.u);
}

/* The newest of that id, for timers of one name and no id may be nested. */
static struct acd_send_timer *find_running(struct acd_send *send, const char *id)
{
    struct acd_send_timer *found = NULL;
    for (size_t i = 0; i < ACD_SEND_TIMERS; i++) {
        struct acd_send_timer *t = &send->timer[i];
        if (t->started > (found ? found->started : 0) && strcmp(t->id, id) == 0)
            found = t;
    }
    return found;
}

/* A free place; where there is none, the oldest's: its end hasn't come in a long time. */
static struct acd_send_timer *take_place(struct acd_send *send)
{
    struct acd_send_timer *oldest = &send->timer[0];
    for (size_t i = 0; i < ACD_SEND_TIMERS && oldest->started > 0; i++)
        if (send->timer[i].started < oldest->started)
            oldest = &send->timer[i];
    if (oldest->started > 0) {
        (void)acdebug_timer_fail(&oldest->timer, "no_end");
        send->no_end++;
    }
    oldest->started = ++send->started;
    return oldest;
}

static int send_timer(struct acd_send *send, const struct acd_mapping *x)
{
    char id[sizeof send->timer[0].id];
    const char *error =
        x->kind == ACD_MAPPING_TIMER_FAIL && !x->error_type ? "error" : x->error_type;
    struct acd_send_timer *t;
    if (x->kind == ACD_MAPPING_TIMER) {
        acdebug_timer_add(x->name, x->elapsed_ns, error);
        return 0;
    }
    write_id(x, id, sizeof id);
    if (x->kind == ACD_MAPPING_TIMER_START) {
        t = take_place(send);
        memcpy(t->id, id, sizeof id);
        acdebug_timer_start(&t->timer, x->name);
        return 0;
    }
    t = find_running(send, id);
    if (!t)
        return -ENOENT;
    if (x->kind == ACD_MAPPING_TIMER_CHECKPOINT) {
        (void)acdebug_timer_checkpoint(&t->timer, x->label);
        return 0;
    }
    t->started = 0;
    if (error)
        (void)acdebug_timer_fail(&t->timer, error);
    else
        (void)acdebug_timer_end(&t->timer);
    return 0;
}

/* Nobody saw it start: its own word for how long it took counts; without one it is a log line. */
static int send_lost_timer(struct acd_mapping *x)
{
    char message[200];
    if (x->kind != ACD_MAPPING_TIMER_CHECKPOINT && x->elapsed_ns != ACDEBUG_UNKNOWN) {
        const char *failed = x->kind == ACD_MAPPING_TIMER_FAIL ? "error" : NULL;
        acdebug_timer_add(x->name, x->elapsed_ns, x->error_type ? x->error_type : failed);
        return 0;
    }
    snprintf(message, sizeof message, "%s of timer %s, which was not started%s%s",
             x->label ? "checkpoint" : "end", x->name, x->label ? ": " : "",
             x->label ? x->label : "");
    acdebug_log_fields(ACDEBUG_TIMER, 1, message, x->field, x->field_count);
    return -ENOENT;
}

/* ---- any ---- */

static void set_request(const struct acd_member *request)
{
    if (!request)
        acdebug_request_clear();
    else if (request->type == ACD_OBJECT_TEXT)
        acdebug_request_set_str(request->text);
    else
        acdebug_request_set(request->number.u);
}

int acd_send_event(struct acd_send *send, struct acd_mapping *mapping)
{
    int r = 0;
    set_request(mapping->request);
    switch (mapping->kind) {
    case ACD_MAPPING_LOG: send_log(mapping); break;
    case ACD_MAPPING_ERROR: send_error(mapping); break;
    case ACD_MAPPING_CACHE:
    case ACD_MAPPING_EVICT:
    case ACD_MAPPING_INVENTORY: send_cache(mapping); break;
    default:
        r = send_timer(send, mapping);
        if (r == -ENOENT)
            r = send_lost_timer(mapping);
        break;
    }
    acdebug_request_clear();
    return r;
}
