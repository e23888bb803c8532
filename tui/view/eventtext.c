/* SPDX-License-Identifier: MIT */
/* Events in words, see eventtext.h.  Pure. */
#include "config.h"

#include "tui/view/eventtext.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tui/model/decode.h"
#include "tui/model/jsonhide.h"
#include "tui/model/redact.h"
#include "tui/model/tracked.h"
#include "tui/view/misswords.h"

#define SECOND UINT64_C(1000000000)
#define VALUE_BYTES 400 /* of one field's text; a prompt must not push out the other fields */

/* ---------------------------------------------------------------- a bounded text */

struct out {
    char *text;
    size_t size, used;
};

static void put(struct out *o, const char *bytes, size_t length)
{
    size_t room = o->size - o->used - 1;
    size_t n = length < room ? length : room;
    memcpy(o->text + o->used, bytes, n);
    o->used += n;
    o->text[o->used] = '\0';
}

static void say(struct out *o, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void say(struct out *o, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(o->text + o->used, o->size - o->used, format, arguments);
    va_end(arguments);
    if (n > 0)
        o->used += (size_t)n < o->size - o->used ? (size_t)n : o->size - o->used - 1;
}

#define CHARACTER_BYTES 4

/* `most` bytes of a longer text, less what would be a part of a character. */
static size_t whole(const char *text, size_t most)
{
    size_t least = most > 3 ? most - 3 : 0, n = most;
    while (n > least && ((unsigned char)text[n] & 0xc0) == 0x80)
        n--;
    return n;
}

/* ---------------------------------------------------------------- fields */

/* What of a text is shown. */
static size_t shown_of(const struct acd_text *text)
{
    return text->length > VALUE_BYTES ? whole(text->bytes, VALUE_BYTES) : text->length;
}

static const struct acd_field *field(const struct acd_event_parts *parts, const char *key)
{
    return acd_decode_field(&parts->view, key);
}

static const struct acd_field *text_field(const struct acd_event_parts *parts, const char *key)
{
    return acd_decode_text(&parts->view, key);
}

static bool number_field(const struct acd_event_parts *parts, const char *key, uint64_t *ret)
{
    return acd_decode_number(&parts->view, key, ret);
}

/* The same, but not an empty one. */
static const struct acd_field *filled_field(const struct acd_event_parts *parts, const char *key)
{
    const struct acd_field *f = text_field(parts, key);
    return f && f->text.length > 0 ? f : NULL;
}

static bool put_text_field(struct out *o, const struct acd_event_parts *parts, const char *key)
{
    const struct acd_field *f = filled_field(parts, key);
    if (!f)
        return false;
    if (o->used > 0)
        put(o, " ", 1);
    put(o, f->text.bytes, shown_of(&f->text));
    return true;
}

/* The beginning of a JSON text, without the values whose names say that they are secrets. */
static void put_json(struct out *o, const char *text, size_t length)
{
    struct acd_json json;
    acd_json_init(&json, text, length, 0);
    while (acd_json_step(&json, length) == ACD_JSON_MORE)
        continue;
    for (uint64_t at = 0; at < length;) {
        struct acd_jsonhide_span secret = acd_jsonhide_next(&json, at, length);
        uint64_t end = secret.bytes > 0 && secret.at >= at ? secret.at : length;
        put(o, text + at, (size_t)(end - at));
        if (end < length)
            say(o, "%s", ACD_REDACTED);
        at = end + (end < length ? secret.bytes : 0);
    }
    acd_json_fini(&json);
}

static void put_value(struct out *o, const struct acd_field *f)
{
    switch (f->type) {
    case ACD_TYPE_INT: say(o, "%" PRId64, f->number.i); break;
    case ACD_TYPE_UINT: say(o, "%" PRIu64, f->number.u); break;
    case ACD_TYPE_BOOL: say(o, "%s", f->number.u ? "true" : "false"); break;
    case ACD_TYPE_DOUBLE: say(o, "%.6g", f->number.d); break;
    default: {
        bool whole = f->text.length <= VALUE_BYTES && f->text.length == f->text.full_length;
        bool quoted = f->type == ACD_TYPE_STR &&
                      (f->text.length == 0 || memchr(f->text.bytes, ' ', f->text.length));
        size_t shown = shown_of(&f->text);
        put(o, "\"", quoted);
        if (f->type == ACD_TYPE_JSON)
            put_json(o, f->text.bytes, shown);
        else
            put(o, f->text.bytes, shown);
        if (!whole)
            say(o, "... (%" PRIu32 " bytes)", f->text.full_length);
        put(o, "\"", quoted);
    }
    }
}

/* The standard names, said shorter; a user's own are shown as they are. */
static const struct {
    const char *key, *word;
} words[] = {
    {ACD_KEY_INPUT_TOKENS, "input"},
    {ACD_KEY_CACHED_TOKENS, "cached"},
    {ACD_KEY_CREATED_TOKENS, "created"},
    {ACD_KEY_MODEL, "model"},
    {ACD_KEY_PROVIDER, "provider"},
    {ACD_KEY_CACHE_SIZE, "bytes"},
    {ACD_KEY_CACHE_AGE, "age_ns"},
    {ACD_KEY_THREAD_NAME, "name"},
    {ACD_KEY_CACHE_SHARED, "shared"},
    {ACD_KEY_CACHE_CLOSEST, "closest"},
    {ACD_KEY_CACHE_CLOSEST_REQUEST, "closest_request"},
    {ACD_KEY_CACHE_PREDICTED, "predicted"},
};

static struct acd_text short_key(const struct acd_text *key)
{
    static const char ours[] = "acdebug.";
    const size_t length = sizeof ours - 1;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strlen(words[i].key) == key->length && !memcmp(words[i].key, key->bytes, key->length))
            return (struct acd_text){words[i].word, (uint32_t)strlen(words[i].word), 0};
    if (key->length > length && memcmp(key->bytes, ours, length) == 0)
        return (struct acd_text){key->bytes + length, key->length - (uint32_t)length, 0};
    return *key;
}

/* `wait_ns=720000000` is `wait=720ms`. */
static bool put_duration(struct out *o, const struct acd_text *key, const struct acd_field *f)
{
    bool is_time = key->length > 3 && memcmp(key->bytes + key->length - 3, "_ns", 3) == 0 &&
                   (f->type == ACD_TYPE_UINT || (f->type == ACD_TYPE_INT && f->number.i >= 0));
    if (is_time) {
        put(o, key->bytes, key->length - 3);
        say(o, "=%s", acd_text_duration_ns(f->number.u).s);
    }
    return is_time;
}

static bool is_one_of(const struct acd_text *key, const char *const *keys)
{
    for (; *keys; keys++)
        if (strlen(*keys) == key->length && memcmp(*keys, key->bytes, key->length) == 0)
            return true;
    return false;
}

/* key=value of all fields that the short form did not say already. */
static void put_rest(struct out *o, const struct acd_event_parts *parts, const char *const *said)
{
    for (unsigned i = 0; i < parts->view.count; i++) {
        const struct acd_field *f = &parts->view.field[i];
        if (is_one_of(&f->key, said))
            continue;
        if (o->used > 0)
            put(o, " ", 1);
        struct acd_text key = short_key(&f->key);
        if (!f->secret && put_duration(o, &key, f))
            continue;
        put(o, key.bytes, key.length);
        put(o, "=", 1);
        if (f->secret)
            say(o, "%s", ACD_REDACTED);
        else
            put_value(o, f);
    }
    if (parts->view.left_out > 0)
        say(o, " (%u more fields)", parts->view.left_out);
    if (parts->malformed)
        say(o, " (damaged)");
}

/* ---------------------------------------------------------------- kinds */

static void put_message(struct out *o, const struct acd_event_parts *parts)
{
    const struct acd_text *m = &parts->site->message;
    if (!put_text_field(o, parts, ACD_KEY_MESSAGE))
        put(o, m->bytes, m->length);
}

static void log_body(struct out *o, const struct acd_event_parts *parts)
{
    static const char *const said[] = {ACD_KEY_MESSAGE, ACD_KEY_LOGGER, NULL};
    const struct acd_field *logger = text_field(parts, ACD_KEY_LOGGER);
    if (logger && logger->text.length > 0) {
        put(o, logger->text.bytes, logger->text.length);
        put(o, ":", 1);
    }
    put_message(o, parts);
    put_rest(o, parts, said);
}

/* Where a tracker saw that it parts from the closest earlier prompt, and how. */
static void put_change(struct out *o, const struct acd_event_parts *parts)
{
    struct acd_tracked t;
    char text[ACD_MISSWORDS_CHANGE];
    acd_tracked_read(&t, &parts->view);
    if (t.span_offset.set && t.span[0])
        say(o, " in %s+%" PRIu64, t.span, t.span_offset.value);
    acd_misswords_change(text, sizeof text, &t);
    if (text[0])
        say(o, ", %s", text);
}

static void cache_body(struct out *o, const struct acd_event_parts *parts)
{
    static const char *const said[] = {ACD_KEY_CACHE_OUTCOME,       ACD_KEY_CACHE_TYPE,
                                       ACD_KEY_CACHE_KEY,           ACD_KEY_CACHE_REASON,
                                       ACD_KEY_CACHE_DIVERGED,      ACD_KEY_INPUT_TOKENS,
                                       ACD_KEY_CACHED_TOKENS,       ACD_KEY_CACHE_SPAN,
                                       ACD_KEY_CACHE_SPAN_OFFSET,   ACD_KEY_CACHE_CHANGE,
                                       ACD_KEY_CACHE_CHANGED_OLD,   ACD_KEY_CACHE_CHANGED_NEW,
                                       ACD_KEY_CACHE_LOOKS_LIKE,    ACD_KEY_CACHE_SPANS,
                                       ACD_KEY_CACHE_CLOSEST_SPANS, NULL};
    uint64_t outcome = 0, at = 0, input = 0, cached = 0;
    const struct acd_text *m = &parts->site->message;
    if (number_field(parts, ACD_KEY_CACHE_OUTCOME, &outcome))
        say(o, "%s", acd_outcome_name((unsigned)(outcome < 5 ? outcome : 5)));
    else
        put(o, m->bytes, m->length);
    put_text_field(o, parts, ACD_KEY_CACHE_TYPE);
    put_text_field(o, parts, ACD_KEY_CACHE_KEY);
    put_text_field(o, parts, ACD_KEY_CACHE_REASON);
    bool has_input = number_field(parts, ACD_KEY_INPUT_TOKENS, &input);
    if (number_field(parts, ACD_KEY_CACHE_DIVERGED, &at)) {
        say(o, " at %" PRIu64, at);
        if (has_input)
            say(o, " of %" PRIu64, input);
    } else if (number_field(parts, ACD_KEY_CACHED_TOKENS, &cached)) {
        say(o, " cached %" PRIu64, cached);
        if (has_input)
            say(o, " of %" PRIu64, input);
    } else if (has_input) {
        say(o, " input %" PRIu64, input);
    }
    put_change(o, parts);
    put_rest(o, parts, said);
}

/* What caches of other sizes would have had of all prompts; the cache's own has a mark. */
static void reuse_body(struct out *o, const struct acd_event_parts *parts)
{
    static const char *const said[] = {ACD_KEY_CACHE_TYPE,  ACD_KEY_CACHE_CAPACITY,
                                       ACD_KEY_CACHE_REACH, ACD_KEY_INPUT_TOKENS,
                                       ACD_KEY_CACHE_REUSE, NULL};
    static const char *const unsaid[] = {ACD_KEY_CACHE_TYPE, NULL};
    struct acd_reuse r;
    put_text_field(o, parts, ACD_KEY_CACHE_TYPE);
    if (!acd_tracked_reuse(&r, &parts->view, 0)) {
        put_rest(o, parts, unsaid);
        return;
    }
    say(o, " of %s tokens", acd_text_count(r.input).s);
    for (size_t i = 0; i < r.count; i++)
        say(o, "%s %s%s in %s", i ? "," : "",
            acd_text_percent(r.point[i].cached, r.input, ACD_GLYPHS_ASCII).s,
            r.capacity.set && r.capacity.value == r.point[i].size ? " (now)" : "",
            acd_text_count(r.point[i].size).s);
    put_rest(o, parts, said);
}

static void eviction_body(struct out *o, const struct acd_event_parts *parts)
{
    static const char *const said[] = {ACD_KEY_CACHE_TYPE, ACD_KEY_CACHE_COUNT,
                                       ACD_KEY_CACHE_REASON, NULL};
    uint64_t count = 1;
    number_field(parts, ACD_KEY_CACHE_COUNT, &count);
    say(o, "%" PRIu64 " evicted from", count);
    put_text_field(o, parts, ACD_KEY_CACHE_TYPE);
    put_text_field(o, parts, ACD_KEY_CACHE_REASON);
    put_rest(o, parts, said);
}

static void timer_body(struct out *o, const struct acd_entry *entry,
                       const struct acd_event_parts *parts)
{
    static const char *const said[] = {ACD_KEY_TIMER,
                                       ACD_KEY_TIMER_ID,
                                       ACD_KEY_TIMER_LABEL,
                                       ACD_KEY_TIMER_ELAPSED,
                                       ACD_KEY_TIMER_SINCE,
                                       ACD_KEY_ERROR_TYPE,
                                       NULL};
    uint64_t elapsed = 0, since = 0;
    const struct acd_text *m = &parts->site->message;
    if (!put_text_field(o, parts, ACD_KEY_TIMER))
        put(o, m->bytes, m->length);
    if (entry->kind == ACD_KIND_TIMER_CHECKPOINT) {
        say(o, " @");
        put_text_field(o, parts, ACD_KEY_TIMER_LABEL);
    }
    bool has_elapsed = number_field(parts, ACD_KEY_TIMER_ELAPSED, &elapsed);
    const struct acd_label time = acd_text_duration_ns(elapsed);
    switch (entry->kind) {
    case ACD_KIND_TIMER_START: say(o, " starts"); break;
    case ACD_KIND_TIMER_END: say(o, has_elapsed ? " completed in %s" : " completed", time.s); break;
    case ACD_KIND_TIMER_FAIL:
        say(o, has_elapsed ? " failed after %s:" : " failed:", time.s);
        put_text_field(o, parts, ACD_KEY_ERROR_TYPE);
        break;
    default:
        if (has_elapsed)
            say(o, " %s", time.s);
        bool has_since = number_field(parts, ACD_KEY_TIMER_SINCE, &since);
        const struct acd_label step = acd_text_duration_ns(since);
        if (has_since && strcmp(step.s, time.s) != 0)
            say(o, " (+%s)", step.s);
    }
    put_rest(o, parts, said);
}

static void error_body(struct out *o, const struct acd_event_parts *parts)
{
    static const char *const said[] = {ACD_KEY_ERROR_TYPE,
                                       ACD_KEY_STATUS,
                                       ACD_KEY_MESSAGE,
                                       ACD_KEY_PROVIDER,
                                       ACD_KEY_MODEL,
                                       ACD_KEY_DEBUG_FILE,
                                       NULL};
    uint64_t status = 0;
    const struct acd_field *type = text_field(parts, ACD_KEY_ERROR_TYPE);
    bool has_status = number_field(parts, ACD_KEY_STATUS, &status) && status > 0;
    if (has_status)
        say(o, "HTTP %" PRIu64, status);
    /* "HTTP" is said already. */
    if (!has_status || !type || type->text.length != 4 || memcmp(type->text.bytes, "HTTP", 4) != 0)
        put_text_field(o, parts, ACD_KEY_ERROR_TYPE);
    put_text_field(o, parts, ACD_KEY_MESSAGE);
    const struct acd_field *provider = filled_field(parts, ACD_KEY_PROVIDER);
    const struct acd_field *model = filled_field(parts, ACD_KEY_MODEL);
    if (provider || model) {
        say(o, " (");
        if (provider)
            put(o, provider->text.bytes, provider->text.length);
        put(o, "/", provider && model);
        if (model)
            put(o, model->text.bytes, model->text.length);
        say(o, ")");
    }
    put_rest(o, parts, said);
    const struct acd_field *file = filled_field(parts, ACD_KEY_DEBUG_FILE);
    if (file) {
        say(o, " file=");
        put(o, file->text.bytes, file->text.length);
    }
}

static void performance_body(struct out *o, const struct acd_event_parts *parts)
{
    static const char *const said[] = {ACD_KEY_MESSAGE, ACD_KEY_TIMER, ACD_KEY_DURATION_MS, NULL};
    const struct acd_field *ms = field(parts, ACD_KEY_DURATION_MS);
    if (!put_text_field(o, parts, ACD_KEY_TIMER))
        put_message(o, parts);
    if (ms && ms->type == ACD_TYPE_DOUBLE && ms->number.d >= 0 && ms->number.d < 1e12)
        say(o, " took %s", acd_text_duration_ns((uint64_t)(ms->number.d * 1e6)).s);
    put_rest(o, parts, said);
}

static void put_step(struct out *o, unsigned from, unsigned to)
{
    say(o, "L%u %s to L%u %s", from, acd_level_name(from), to, acd_level_name(to));
}

/* Of all categories at once, or each that has another level now. */
static void put_levels(struct out *o, uint32_t from, uint32_t to)
{
    bool mixed[2];
    const char *before = "";
    unsigned a = acd_server_level(from, &mixed[0]), b = acd_server_level(to, &mixed[1]);
    if ((!mixed[0] && !mixed[1]) || from == to) {
        put_step(o, a, b);
        return;
    }
    for (unsigned i = 0; i < ACD_CATEGORIES; i++) {
        unsigned was = acd_levels_get(from, i), is = acd_levels_get(to, i);
        if (was == is)
            continue;
        say(o, "%s%s ", before, acd_category_name(i));
        put_step(o, was, is);
        before = ", ";
    }
}

static void level_body(struct out *o, const struct acd_event_parts *parts)
{
    static const char *const said[] = {ACD_KEY_LEVEL_FROM, ACD_KEY_LEVEL_TO, ACD_KEY_WHO, NULL};
    uint64_t from = 0, to = 0;
    if (number_field(parts, ACD_KEY_LEVEL_FROM, &from) &&
        number_field(parts, ACD_KEY_LEVEL_TO, &to))
        put_levels(o, (uint32_t)from, (uint32_t)to);
    const struct acd_field *who = text_field(parts, ACD_KEY_WHO);
    if (who && who->text.length > 0) {
        say(o, " by");
        put_text_field(o, parts, ACD_KEY_WHO);
    }
    put_rest(o, parts, said);
}

static void body_of(struct out *o, const struct acd_entry *entry,
                    const struct acd_event_parts *parts)
{
    switch (entry->kind) {
    case ACD_KIND_CACHE: cache_body(o, parts); break;
    case ACD_KIND_EVICTION: eviction_body(o, parts); break;
    case ACD_KIND_REUSE: reuse_body(o, parts); break;
    case ACD_KIND_TIMER_START:
    case ACD_KIND_TIMER_CHECKPOINT:
    case ACD_KIND_TIMER_END:
    case ACD_KIND_TIMER_FAIL: timer_body(o, entry, parts); break;
    case ACD_KIND_ERROR: error_body(o, parts); break;
    case ACD_KIND_PERFORMANCE: performance_body(o, parts); break;
    case ACD_KIND_LEVEL: level_body(o, parts); break;
    default: log_body(o, parts);
    }
}

/* ---------------------------------------------------------------- the module's face */

void acd_eventtext_open(struct acd_event_parts *ret_parts, const struct acd_fleet *fleet,
                        const struct acd_entry *entry)
{
    acd_eventparts_open(ret_parts, fleet, entry);
}

const char *acd_eventtext_kind(unsigned kind)
{
    switch (kind) {
    case ACD_KIND_EVICTION: return "evict";
    case ACD_KIND_TIMER_START:
    case ACD_KIND_TIMER_CHECKPOINT:
    case ACD_KIND_TIMER_END:
    case ACD_KIND_TIMER_FAIL: return "timer";
    case ACD_KIND_PERFORMANCE: return "perf";
    default: return acd_kind_name(kind);
    }
}

size_t acd_eventtext_body(char *out, size_t size, const struct acd_entry *entry,
                          const struct acd_event_parts *parts)
{
    static const char cut[] = "...";
    char raw[4 * ACD_EVENTTEXT_BYTES] = "";
    char clean[ACD_EVENTTEXT_BYTES + CHARACTER_BYTES]; /* one more tells that there is more */
    struct out o = {raw, sizeof raw, 0};
    if (size > ACD_EVENTTEXT_BYTES)
        size = ACD_EVENTTEXT_BYTES;
    if (size == 0)
        return 0;
    if (parts->site)
        body_of(&o, entry, parts);
    else
        say(&o, "(site %" PRIu32 " is not known)", entry->site);
    size_t skip = raw[0] == ' '; /* a part that was first after all */
    size_t length = acd_redact_text(clean, size + CHARACTER_BYTES, raw + skip, o.used - skip);
    if (length >= size) {
        bool dots = size > sizeof cut;
        length = whole(clean, size - (dots ? sizeof cut : 1));
        strcpy(clean + length, dots ? cut : "");
        length += strlen(clean + length);
    }
    memcpy(out, clean, length + 1);
    return length;
}

void acd_eventtext_line(char *out, size_t size, const struct acd_fleet *fleet,
                        const struct acd_entry *entry, int32_t utc_offset_s)
{
    char body[ACD_EVENTTEXT_BYTES], id[72];
    struct acd_event_parts parts;
    if (entry->type == ACD_ENTRY_GAP) {
        acd_eventtext_gap(out, size, entry);
        return;
    }
    acd_eventparts_open(&parts, fleet, entry);
    acd_eventtext_body(body, sizeof body, entry, &parts);
    acd_decode_request(id, sizeof id, &parts.view.request);
    snprintf(out, size, "%s %u %s %s%s%s",
             acd_eventtext_time(entry->time_ns, entry->time_ns, utc_offset_s).s, entry->level,
             acd_eventtext_kind(entry->kind), body, id[0] ? "  req " : "", id);
}

void acd_eventtext_gap(char *out, size_t size, const struct acd_entry *entry)
{
    snprintf(out, size, "%s event%s lost here (%s)", acd_text_exact(entry->lost).s,
             entry->lost == 1 ? "" : "s", acd_store_cause_name(entry->cause));
}

enum acd_style acd_eventtext_style(const struct acd_entry *entry,
                                   const struct acd_event_parts *parts)
{
    uint64_t outcome = ACD_OUTCOME_UNKNOWN;
    switch (entry->kind) {
    case ACD_KIND_ERROR:
    case ACD_KIND_TIMER_FAIL: return ACD_STYLE_ERROR;
    case ACD_KIND_LEVEL:
    case ACD_KIND_START:
    case ACD_KIND_STOP: return ACD_STYLE_ACCENT;
    case ACD_KIND_CACHE:
        number_field(parts, ACD_KEY_CACHE_OUTCOME, &outcome);
        if (outcome == ACD_OUTCOME_HIT)
            return ACD_STYLE_OK;
        return outcome == ACD_OUTCOME_MISS || outcome == ACD_OUTCOME_PARTIAL ? ACD_STYLE_WARN
                                                                             : ACD_STYLE_NORMAL;
    default: return ACD_STYLE_NORMAL;
    }
}

/* Days since the epoch to a date of the Gregorian calendar, by eras of 400 years. */
static void date_of(int64_t day, unsigned *ret_month, unsigned *ret_day)
{
    int64_t z = day + 719468;
    uint64_t in_era = (uint64_t)(z - (z >= 0 ? z : z - 146096) / 146097 * 146097);
    uint64_t year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    uint64_t of_year = in_era - (365 * year + year / 4 - year / 100);
    uint64_t month = (5 * of_year + 2) / 153;
    *ret_day = (unsigned)(of_year - (153 * month + 2) / 5 + 1);
    *ret_month = (unsigned)(month < 10 ? month + 3 : month - 9);
}

static int64_t local_seconds(uint64_t time_ns, int32_t utc_offset_s)
{
    return (int64_t)(time_ns / SECOND) + utc_offset_s;
}

struct acd_label acd_eventtext_time(uint64_t time_ns, uint64_t now_ns, int32_t utc_offset_s)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    int64_t seconds = local_seconds(time_ns, utc_offset_s);
    int64_t day = seconds >= 0 ? seconds / 86400 : -1;
    unsigned of_day = (unsigned)(seconds >= 0 ? seconds % 86400 : 0);
    struct acd_label label;
    if (now_ns && local_seconds(now_ns, utc_offset_s) / 86400 != day) {
        unsigned month = 1, date = 1;
        date_of(day, &month, &date);
        snprintf(label.s, sizeof label.s, "%.3s%02u %02u:%02u", months + (size_t)3 * (month - 1),
                 date % 100, of_day / 3600 % 24, of_day / 60 % 60);
    } else {
        snprintf(label.s, sizeof label.s, "%02u:%02u:%02u.%03u", of_day / 3600 % 24,
                 of_day / 60 % 60, of_day % 60, (unsigned)(time_ns / 1000000 % 1000));
    }
    return label;
}
