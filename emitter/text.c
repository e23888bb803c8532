/* SPDX-License-Identifier: MIT */
/* The texts on stderr, see text.h; DESIGN's table of them is the functions below, one a kind. */
#include "config.h"

#include "emitter/text.h"

#include <errno.h>
#include <string.h>

#include "emitter/format/kinds.h"
#include "emitter/json.h"
#include "emitter/line.h"
#include "emitter/number.h"
#include "emitter/redact.h"
#include "emitter/format/secrets.h"

#define STDERR 2
#define DATA_CHARACTERS 200 /* at levels 1 and 2 */

static void put_text(struct acd_sink *sink, const struct acdebug_priv_value *v)
{
    const char *text = (const char *)(uintptr_t)v->bits;
    if (text)
        acd_redact_put(sink, text, v->bytes, ACD_SECRETS_TEXT);
}

static void put_string(struct acd_sink *sink, const char *text)
{
    acd_redact_put(sink, text ? text : "", text ? strlen(text) : 0, ACD_SECRETS_TEXT);
}

static void put_ms(struct acd_sink *sink, uint64_t ns)
{
    char number[ACD_NUMBER_BYTES];
    acd_sink_put(sink, number, acd_number_ms(number, ns));
    acd_sink_text(sink, "ms");
}

/* ---- data: the fields as one JSON object ---- */

struct data {
    struct acd_sink *sink;
    enum acd_json_style style;
    unsigned count;
};

static void put_number(struct acd_sink *sink, unsigned type, uint64_t bits)
{
    char number[ACD_NUMBER_BYTES];
    size_t n = 0;
    double d;
    if (type == ACD_TYPE_INT) {
        n = acd_number_int(number, (int64_t)bits);
    } else if (type == ACD_TYPE_DOUBLE) {
        memcpy(&d, &bits, sizeof d);
        n = acd_number_double(number, d);
        if (d - d != 0) { /* NaN, infinity: JSON has neither */
            acd_sink_text(sink, "null");
            return;
        }
    } else {
        n = acd_number_uint(number, bits);
    }
    acd_sink_put(sink, number, n);
}

static void put_value(const struct data *data, unsigned type, const struct acdebug_priv_value *v,
                      unsigned level)
{
    const char *text = (const char *)(uintptr_t)v->bits;
    if (type == ACD_TYPE_STR)
        acd_json_string(data->sink, text ? text : "", v->bytes);
    else if (type == ACD_TYPE_JSON && v->bytes > 0)
        acd_json_copy(data->sink, text, v->bytes, data->style, level);
    else if (type == ACD_TYPE_JSON)
        acd_sink_text(data->sink, "null");
    else if (type == ACD_TYPE_BOOL)
        acd_sink_text(data->sink, v->bits ? "true" : "false");
    else
        put_number(data->sink, type, v->bits);
}

static bool is_request(unsigned type)
{
    return type == ACD_TYPE_REQUEST || type == ACD_TYPE_REQUEST_STR;
}

static void put_field(struct data *data, const acdebug_field *f)
{
    if (is_request(f->type) || data->sink->full)
        return;
    acd_sink_text(data->sink, data->count++ == 0 ? "{" : ",");
    acd_json_break(data->sink, data->style, 1);
    acd_json_string(data->sink, f->key ? f->key : "", f->key_bytes);
    acd_sink_text(data->sink, data->style == ACD_JSON_COMPACT ? ":" : ": ");
    if (acd_secrets_name(f->key, f->key_bytes))
        acd_sink_text(data->sink, "\"" ACD_REDACTED "\"");
    else
        put_value(data, f->type, &f->value, 1);
}

/* A field without a name is all of the data: a binding's list, number or text. */
static bool put_bare(struct data *data, const struct acd_emission *e, unsigned site_fields)
{
    if (site_fields > 0 || e->fields_count != 1 || e->fields[0].key_bytes > 0)
        return false;
    put_value(data, e->fields[0].type, &e->fields[0].value, 0);
    return true;
}

static void put_object(struct data *data, const struct acd_emission *e, unsigned skip)
{
    const struct acdebug_priv_site *site = e->site;
    unsigned own = site->fields > skip ? site->fields - skip : 0;
    if (put_bare(data, e, own))
        return;
    for (unsigned i = skip; i < site->fields; i++) {
        acdebug_field f = acdebug_priv_field(site->keys[i].name, site->keys[i].type, e->values[i]);
        put_field(data, &f);
    }
    for (size_t i = 0; i < e->fields_count; i++)
        put_field(data, &e->fields[i]);
    if (data->count == 0)
        return;
    acd_json_break(data->sink, data->style, 0);
    acd_sink_text(data->sink, "}");
}

static bool has_data(const struct acd_emission *e, unsigned skip)
{
    for (unsigned i = skip; i < e->site->fields; i++)
        if (!is_request(e->site->keys[i].type))
            return true;
    for (size_t i = 0; i < e->fields_count; i++)
        if (!is_request(e->fields[i].type))
            return true;
    return false;
}

/* What the server shows now: the level it started with, or the live one where that is lower. */
static unsigned shown_level(const struct acd_ring *ring, unsigned category)
{
    unsigned live = acd_levels_get(acd_get(&ring->control->word), category);
    unsigned start = (unsigned)acd_get(&ring->text_level);
    return live < start ? live : start;
}

/* A blank and the fields behind the first `skip` of the site's, if there are any. */
static void put_data(struct acd_sink *sink, const struct acd_ring *ring,
                     const struct acd_emission *e, unsigned skip)
{
    if (!has_data(e, skip))
        return;
    acd_sink_text(sink, " ");
    if (shown_level(ring, e->site->category) >= 3) {
        struct data whole = {sink, ACD_JSON_INDENTED, 0};
        put_object(&whole, e, skip);
        return;
    }
    struct acd_line_cut cut = acd_line_cut_begin(sink, DATA_CHARACTERS);
    struct data data = {&cut.sink, ACD_JSON_COMPACT, 0};
    put_object(&data, e, skip);
}

/* ---- one function a kind ---- */

/* <message> <data> */
static void put_log(struct acd_sink *sink, const struct acd_ring *ring,
                    const struct acd_emission *e)
{
    const struct acdebug_priv_site *site = e->site;
    bool run_time = site->message[0] == '\0' && site->fields > 0 &&
                    strcmp(site->keys[0].name, ACD_KEY_MESSAGE) == 0;
    if (run_time)
        put_text(sink, &e->values[0]);
    else
        put_string(sink, site->message);
    put_data(sink, ring, e, run_time ? 1 : 0);
}

static void put_reason(struct acd_sink *sink, const struct acdebug_priv_value *reason)
{
    if (reason->bytes == 0)
        return;
    acd_sink_text(sink, " (");
    put_text(sink, reason);
    acd_sink_text(sink, ")");
}

/* [Cache] MISS - <type>: <key> (<reason>) <data> */
static void put_cache(struct acd_sink *sink, const struct acd_ring *ring,
                      const struct acd_emission *e)
{
    static const char *const outcomes[] = {"HIT", "PARTIAL", "MISS", "BYPASS", "UNKNOWN"};
    acd_sink_text(sink, "[Cache] ");
    acd_sink_text(sink, outcomes[e->values[2].bits % 5]);
    acd_sink_text(sink, " - ");
    put_text(sink, &e->values[0]);
    acd_sink_text(sink, ": ");
    put_text(sink, &e->values[1]);
    put_reason(sink, &e->values[3]);
    put_data(sink, ring, e, 4);
}

/* [Cache] EVICTED - <type>: <count> (<reason>) */
static void put_eviction(struct acd_sink *sink, const struct acd_emission *e)
{
    acd_sink_text(sink, "[Cache] EVICTED - ");
    put_text(sink, &e->values[0]);
    acd_sink_text(sink, ": ");
    put_number(sink, ACD_TYPE_UINT, e->values[1].bits);
    put_reason(sink, &e->values[2]);
}

static void put_timer(struct acd_sink *sink, const struct acd_emission *e)
{
    unsigned kind = e->site->kind;
    acd_sink_text(sink, kind == ACD_KIND_TIMER_START ? "[Timer] Starting: " : "[Timer] ");
    put_text(sink, &e->values[0]);
    if (kind == ACD_KIND_TIMER_CHECKPOINT) {
        acd_sink_text(sink, " @ ");
        put_text(sink, &e->values[2]);
        acd_sink_text(sink, ": ");
        put_ms(sink, e->values[3].bits);
    } else if (kind == ACD_KIND_TIMER_END) {
        acd_sink_text(sink, " completed in ");
        put_ms(sink, e->values[2].bits);
    }
}

/* Performance: <name> took <ms>ms <data> */
static void put_performance(struct acd_sink *sink, const struct acd_ring *ring,
                            const struct acd_emission *e)
{
    char number[ACD_NUMBER_BYTES];
    double ms;
    memcpy(&ms, &e->values[1].bits, sizeof ms);
    acd_sink_text(sink, "Performance: ");
    put_text(sink, &e->values[0]);
    acd_sink_text(sink, " took ");
    acd_sink_put(sink, number, acd_number_fixed2(number, ms));
    acd_sink_text(sink, "ms");
    put_data(sink, ring, e, 2);
}

static const struct acdebug_priv_value *field(const struct acd_emission *e, const char *key)
{
    for (size_t i = 0; i < e->fields_count; i++)
        if (e->fields[i].key_bytes == strlen(key) &&
            memcmp(e->fields[i].key, key, strlen(key)) == 0)
            return &e->fields[i].value;
    return NULL;
}

/* <type> error (<provider>/<model>) - Debug info written to: <file> */
static void put_error(struct acd_sink *sink, const struct acd_emission *e)
{
    const struct acdebug_priv_value *provider = field(e, ACD_KEY_PROVIDER);
    const struct acdebug_priv_value *model = field(e, ACD_KEY_MODEL);
    const struct acdebug_priv_value *file = field(e, ACD_KEY_DEBUG_FILE);
    put_text(sink, &e->values[0]);
    acd_sink_text(sink, " error ");
    if (provider && model) {
        acd_sink_text(sink, "(");
        put_text(sink, provider);
        acd_sink_text(sink, "/");
        put_text(sink, model);
        acd_sink_text(sink, ")");
    } else {
        put_number(sink, ACD_TYPE_INT, e->values[1].bits);
    }
    if (file) {
        acd_sink_text(sink, " - Debug info written to: ");
        put_text(sink, file);
    } else if (e->values[2].bytes > 0) {
        acd_sink_text(sink, " - ");
        put_text(sink, &e->values[2]);
    }
}

static void put_record(struct acd_sink *sink, const struct acd_ring *ring,
                       const struct acd_emission *e)
{
    switch (e->site->kind) {
    case ACD_KIND_LOG: put_log(sink, ring, e); break;
    case ACD_KIND_CACHE: put_cache(sink, ring, e); break;
    case ACD_KIND_EVICTION: put_eviction(sink, e); break;
    case ACD_KIND_PERFORMANCE: put_performance(sink, ring, e); break;
    case ACD_KIND_ERROR: put_error(sink, e); break;
    default: put_timer(sink, e); break;
    }
}

void acd_text_record(const struct acd_ring *ring, const struct acd_emission *e)
{
    unsigned kind = e->site->kind;
    /* Failed timers have a text at every level, loggers have theirs; how a cache of another size had done is
     * for viewers. */
    if (kind == ACD_KIND_TIMER_FAIL || kind == ACD_KIND_LOGGER || kind == ACD_KIND_REUSE)
        return;
    int saved = errno;
    struct acd_line line;
    acd_line_begin(&line, STDERR, ACD_TEXT_LOGGER,
                   kind == ACD_KIND_ERROR ? ACDEBUG_SEV_ERROR : ACDEBUG_SEV_DEBUG);
    put_record(&line.clean.sink, ring, e);
    acd_line_end(&line);
    errno = saved;
}

/* [Timer] <name> failed after <ms>ms: <type> */
void acd_text_timer_failed(const char *name, uint64_t elapsed_ns, const char *error_type)
{
    if (!acd_text_on())
        return;
    int saved = errno;
    struct acd_line line;
    acd_line_begin(&line, STDERR, ACD_TEXT_LOGGER, ACDEBUG_SEV_ERROR);
    acd_sink_text(&line.clean.sink, "[Timer] ");
    put_string(&line.clean.sink, name);
    acd_sink_text(&line.clean.sink, " failed after ");
    put_ms(&line.clean.sink, elapsed_ns);
    acd_sink_text(&line.clean.sink, ": ");
    put_string(&line.clean.sink, error_type);
    acd_line_end(&line);
    errno = saved;
}
