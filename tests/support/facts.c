/* SPDX-License-Identifier: MIT */
/* A ring as text, see facts.h. */
#include "config.h"

#include "tests/support/facts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct facts {
    const struct acd_peek *peek;
    FILE *to;
};

static struct facts begin(const struct acd_peek *peek, char **text, size_t *bytes)
{
    struct facts f = {peek, open_memstream(text, bytes)};
    if (!f.to)
        abort();
    return f;
}

/* ---- events ---- */

static bool is_volatile(const struct acd_text *key)
{
    static const char *const keys[] = {ACD_KEY_TIMER_ID, ACD_KEY_TIMER_ELAPSED,
                                       ACD_KEY_TIMER_SINCE};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (acd_peek_is(key, keys[i]))
            return true;
    return false;
}

static void put_text(const struct facts *f, const struct acd_text *text, const char *quote)
{
    fprintf(f->to, "%s%.*s%s", quote, (int)text->length, text->bytes, quote);
    if (text->full_length > text->length)
        fprintf(f->to, "(cut of %" PRIu32 ")", text->full_length);
}

static void put_value(const struct facts *f, const struct acd_field *field)
{
    switch (field->type) {
    case ACD_TYPE_INT: fprintf(f->to, "%" PRId64, field->number.i); break;
    case ACD_TYPE_UINT: fprintf(f->to, "%" PRIu64, field->number.u); break;
    case ACD_TYPE_DOUBLE: fprintf(f->to, "%g", field->number.d); break;
    case ACD_TYPE_BOOL: fputs(field->number.u ? "true" : "false", f->to); break;
    case ACD_TYPE_JSON: put_text(f, &field->text, ""); break;
    default: put_text(f, &field->text, "\"");
    }
}

static void put_field(const struct facts *f, const struct acd_field *field)
{
    fputc(' ', f->to);
    put_text(f, &field->key, "");
    fputc('=', f->to);
    if (field->secret)
        fputs("(secret)", f->to);
    else if (is_volatile(&field->key))
        fputc('*', f->to);
    else
        put_value(f, field);
}

static int put_event(void *context, const struct acd_peek_event *event)
{
    const struct facts *f = context;
    const struct acd_request *request = &event->view.request;
    unsigned kind = event->has_site ? event->site.kind : 0;
    if (kind == ACD_KIND_START || kind == ACD_KIND_STOP || kind == ACD_KIND_THREAD)
        return 0;
    fprintf(f->to, "%s %u ", acd_kind_name(kind), event->site.level);
    put_text(f, &event->site.message, "");
    for (unsigned i = 0; i < event->view.count; i++)
        put_field(f, &event->view.field[i]);
    if (request->kind == ACD_REQUEST_NUMBER)
        fprintf(f->to, " request=%" PRIu64, request->number);
    if (request->kind == ACD_REQUEST_TEXT) {
        fputs(" request=", f->to);
        put_text(f, &request->text, "\"");
    }
    fputs(event->malformed ? " MALFORMED\n" : "\n", f->to);
    return 0;
}

char *acd_facts_events(const struct acd_peek *peek)
{
    char *text = NULL;
    size_t bytes;
    struct facts f = begin(peek, &text, &bytes);
    acd_peek_each(peek, put_event, &f);
    fclose(f.to);
    return text;
}

/* ---- counts ---- */

static bool is_ready(const acd_word *words, unsigned i)
{
    return acd_peek_word(&words[i / 64]) >> i % 64 & 1;
}

static void put_number(const struct facts *f, const char *name, uint64_t number)
{
    if (number != 0)
        fprintf(f->to, " %s=%" PRIu64, name, number);
}

static void put_gauge(const struct facts *f, const char *name, const acd_word *word)
{
    if (acd_peek_word(word) != 0)
        fprintf(f->to, " %s=%" PRIu64, name, acd_peek_word(word) - 1);
}

static void put_cache(const struct facts *f, const struct acd_cache_entry *e)
{
    struct acd_peek_cache sum;
    acd_peek_cache(f->peek, e->type, e->model, &sum);
    fprintf(f->to, "cache %s", e->type);
    if (e->model[0])
        fprintf(f->to, "/%s", e->model);
    for (unsigned i = 0; i < 5; i++)
        put_number(f, acd_outcome_name(i), sum.outcome[i]);
    put_number(f, "evictions", sum.evictions);
    if (sum.token_lookups > 0)
        fprintf(f->to, " tokens=%" PRIu64 "/%" PRIu64, sum.cached_tokens, sum.input_tokens);
    put_number(f, "created", sum.created_tokens);
    for (unsigned i = 0; i < ACD_REASONS_KNOWN; i++)
        put_number(f, acd_reason_name(i), sum.reason[i]);
    for (unsigned i = 0; i < ACD_REASONS_TEXT; i++)
        put_number(f, e->reason[i], sum.reason[ACD_REASONS_KNOWN + i]);
    put_gauge(f, "entries", &e->entries);
    put_gauge(f, "bytes", &e->bytes);
    put_gauge(f, "capacity", &e->capacity_bytes);
    fputc('\n', f->to);
}

static void put_timer(const struct facts *f, struct acd_timer_entry *e)
{
    uint64_t count = acd_peek_word(&e->timing.count);
    fprintf(f->to, "timer %s count=%" PRIu64 " failed=%" PRIu64 " running=%" PRIu64, e->name, count,
            acd_peek_word(&e->failed), acd_peek_word(&e->started) - count);
    for (unsigned i = 0; i <= ACD_TIMER_LABELS; i++)
        if (is_ready(&e->labels_ready, i))
            put_number(f, e->label[i].name, acd_peek_word(&e->label[i].timing.count));
    fputc('\n', f->to);
}

static void put_error(const struct facts *f, const struct acd_error_entry *e)
{
    char file[24 * 8 + 1];
    acd_peek_text(e->file, 24, file);
    fprintf(f->to, "error %s %" PRId64 " ", e->type, e->status);
    if (e->provider[0] || e->model[0])
        fprintf(f->to, "%s/%s ", e->provider, e->model);
    fprintf(f->to, "\"%s\" count=%" PRIu64, e->message, acd_peek_word(&e->count));
    if (file[0])
        fprintf(f->to, " file=%s", file);
    fputc('\n', f->to);
}

char *acd_facts_counts(const struct acd_peek *peek)
{
    const struct acd_shared *shared = acd_peek_shared(peek);
    char *text = NULL;
    size_t bytes;
    struct facts f = begin(peek, &text, &bytes);
    for (unsigned i = 0; i < ACD_CACHE_ROWS; i++)
        if (is_ready(&shared->caches_ready, i))
            put_cache(&f, acd_peek_at(peek, ACD_SEC_CACHES, i));
    for (unsigned i = 0; i <= ACD_TIMERS; i++)
        if (is_ready(shared->timers_ready, i))
            put_timer(&f, acd_peek_at(peek, ACD_SEC_TIMERS, i));
    for (unsigned i = 0; i <= ACD_ERRORS; i++)
        if (is_ready(shared->errors_ready, i))
            put_error(&f, acd_peek_at(peek, ACD_SEC_ERRORS, i));
    fclose(f.to);
    return text;
}
