/* SPDX-License-Identifier: MIT */
/* What a JSON object means, see mapping.h. */
#include "config.h"

#include "emitter/tools/mapping.h"

#include <string.h>
#include <strings.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define NO_OUTCOME 99

/* ---- the tables ---- */

static const struct kind {
    const char *name;
    enum acd_mapping_kind kind;
    unsigned outcome; /* of a cache lookup, when the name tells */
    const char *needs;
} kinds[] = {
    {"log", ACD_MAPPING_LOG, NO_OUTCOME, ""},
    {"cache", ACD_MAPPING_CACHE, NO_OUTCOME, "type; outcome, or hit true or false"},
    {"cache_hit", ACD_MAPPING_CACHE, ACDEBUG_HIT, "type"},
    {"cache_partial", ACD_MAPPING_CACHE, ACDEBUG_PARTIAL, "type"},
    {"cache_miss", ACD_MAPPING_CACHE, ACDEBUG_MISS, "type"},
    {"cache_bypass", ACD_MAPPING_CACHE, ACDEBUG_BYPASS, "type"},
    {"cache_evict", ACD_MAPPING_EVICT, NO_OUTCOME, "type"},
    {"cache_inventory", ACD_MAPPING_INVENTORY, NO_OUTCOME, "type"},
    {"timer", ACD_MAPPING_TIMER, NO_OUTCOME, "name, duration_ms"},
    {"performance", ACD_MAPPING_TIMER, NO_OUTCOME, "name, duration_ms"},
    {"timer_start", ACD_MAPPING_TIMER_START, NO_OUTCOME, "name"},
    {"timer_checkpoint", ACD_MAPPING_TIMER_CHECKPOINT, NO_OUTCOME, "name, label"},
    {"timer_end", ACD_MAPPING_TIMER_END, NO_OUTCOME, "name"},
    {"timer_fail", ACD_MAPPING_TIMER_FAIL, NO_OUTCOME, "name"},
    {"error", ACD_MAPPING_ERROR, NO_OUTCOME, ""},
};

#define IN(kind) (1u << (kind))
#define LOGS IN(ACD_MAPPING_LOG)
#define ERRORS IN(ACD_MAPPING_ERROR)
#define LOOKUPS IN(ACD_MAPPING_CACHE)
#define CACHES (LOOKUPS | IN(ACD_MAPPING_EVICT) | IN(ACD_MAPPING_INVENTORY))
#define TIMERS                                                                                     \
    (IN(ACD_MAPPING_TIMER) | IN(ACD_MAPPING_TIMER_START) | IN(ACD_MAPPING_TIMER_CHECKPOINT) |      \
     IN(ACD_MAPPING_TIMER_END) | IN(ACD_MAPPING_TIMER_FAIL))
#define ENDS (IN(ACD_MAPPING_TIMER) | IN(ACD_MAPPING_TIMER_END) | IN(ACD_MAPPING_TIMER_FAIL))

enum role {
    ROLE_LEVEL,
    ROLE_MESSAGE,
    ROLE_LOGGER,
    ROLE_REQUEST,
    ROLE_TYPE,
    ROLE_KEY,
    ROLE_OUTCOME,
    ROLE_HIT,
    ROLE_REASON,
    ROLE_MODEL,
    ROLE_INPUT,
    ROLE_CACHED,
    ROLE_CREATED,
    ROLE_CACHED_APART,
    ROLE_CREATED_APART,
    ROLE_DIVERGED,
    ROLE_SIZE,
    ROLE_AGE_MS,
    ROLE_COUNT,
    ROLE_ENTRIES,
    ROLE_BYTES,
    ROLE_CAPACITY,
    ROLE_NAME,
    ROLE_LABEL,
    ROLE_TIMER_ID,
    ROLE_MS,
    ROLE_S,
    ROLE_NS,
    ROLE_ERROR_TYPE,
    ROLE_STATUS,
    ROLE_PROVIDER,
    ROLE_FILE,
    ROLES
};

static const struct key {
    const char *name;
    enum role role;
    unsigned kinds;
} keys[] = {
    {"level", ROLE_LEVEL, LOGS},
    {"severity", ROLE_LEVEL, LOGS},
    {"levelname", ROLE_LEVEL, LOGS},
    {"lvl", ROLE_LEVEL, LOGS},
    {"log.level", ROLE_LEVEL, LOGS},
    {"message", ROLE_MESSAGE, LOGS | ERRORS},
    {"msg", ROLE_MESSAGE, LOGS | ERRORS},
    {"logger", ROLE_LOGGER, LOGS},
    {"logger_name", ROLE_LOGGER, LOGS},
    {"name", ROLE_LOGGER, LOGS},
    {"request_id", ROLE_REQUEST, ~0u},
    {"requestId", ROLE_REQUEST, ~0u},
    {"req_id", ROLE_REQUEST, ~0u},
    {"type", ROLE_TYPE, CACHES},
    {"cache_type", ROLE_TYPE, CACHES},
    {"key", ROLE_KEY, LOOKUPS},
    {"cache_key", ROLE_KEY, LOOKUPS},
    {"outcome", ROLE_OUTCOME, LOOKUPS},
    {"hit", ROLE_HIT, LOOKUPS},
    {"reason", ROLE_REASON, LOOKUPS | IN(ACD_MAPPING_EVICT)},
    {"model", ROLE_MODEL, CACHES | ERRORS},
    {"gen_ai.request.model", ROLE_MODEL, CACHES | ERRORS},
    {"input_tokens", ROLE_INPUT, LOOKUPS},
    {"prompt_tokens", ROLE_INPUT, LOOKUPS},
    {"gen_ai.usage.input_tokens", ROLE_INPUT, LOOKUPS},
    {"cached_tokens", ROLE_CACHED, LOOKUPS},
    {"gen_ai.usage.cache_read.input_tokens", ROLE_CACHED, LOOKUPS},
    {"created_tokens", ROLE_CREATED, LOOKUPS},
    {"gen_ai.usage.cache_creation.input_tokens", ROLE_CREATED, LOOKUPS},
    {"cache_read_input_tokens", ROLE_CACHED_APART, LOOKUPS},
    {"cache_creation_input_tokens", ROLE_CREATED_APART, LOOKUPS},
    {"diverged_at", ROLE_DIVERGED, LOOKUPS},
    {"size_bytes", ROLE_SIZE, LOOKUPS},
    {"age_ms", ROLE_AGE_MS, LOOKUPS},
    {"count", ROLE_COUNT, IN(ACD_MAPPING_EVICT)},
    {"entries", ROLE_ENTRIES, IN(ACD_MAPPING_INVENTORY)},
    {"bytes", ROLE_BYTES, IN(ACD_MAPPING_INVENTORY)},
    {"capacity_bytes", ROLE_CAPACITY, IN(ACD_MAPPING_INVENTORY)},
    {"name", ROLE_NAME, TIMERS},
    {"timer", ROLE_NAME, TIMERS},
    {"label", ROLE_LABEL, IN(ACD_MAPPING_TIMER_CHECKPOINT)},
    {"checkpoint", ROLE_LABEL, IN(ACD_MAPPING_TIMER_CHECKPOINT)},
    {"timer_id", ROLE_TIMER_ID, TIMERS},
    {"duration_ms", ROLE_MS, ENDS},
    {"duration_s", ROLE_S, ENDS},
    {"duration_ns", ROLE_NS, ENDS},
    {"error_type", ROLE_ERROR_TYPE, ENDS | ERRORS},
    {"error.type", ROLE_ERROR_TYPE, ENDS | ERRORS},
    {"type", ROLE_ERROR_TYPE, ERRORS},
    {"status", ROLE_STATUS, ERRORS},
    {"status_code", ROLE_STATUS, ERRORS},
    {"statusCode", ROLE_STATUS, ERRORS},
    {"provider", ROLE_PROVIDER, ERRORS},
    {"gen_ai.provider.name", ROLE_PROVIDER, ERRORS},
    {"debug_file", ROLE_FILE, ERRORS},
};

static const struct {
    const char *name;
    enum acd_mapping_severity severity;
} severities[] = {
    {"trace", ACD_MAPPING_TRACE},      {"debug", ACD_MAPPING_DEBUG},
    {"verbose", ACD_MAPPING_DEBUG},    {"info", ACD_MAPPING_INFO},
    {"information", ACD_MAPPING_INFO}, {"notice", ACD_MAPPING_INFO},
    {"warn", ACD_MAPPING_WARNING},     {"warning", ACD_MAPPING_WARNING},
    {"error", ACD_MAPPING_ERRORS},     {"err", ACD_MAPPING_ERRORS},
    {"critical", ACD_MAPPING_ERRORS},  {"crit", ACD_MAPPING_ERRORS},
    {"fatal", ACD_MAPPING_ERRORS},     {"alert", ACD_MAPPING_ERRORS},
    {"emerg", ACD_MAPPING_ERRORS},     {"emergency", ACD_MAPPING_ERRORS},
    {"panic", ACD_MAPPING_ERRORS},     {"dpanic", ACD_MAPPING_ERRORS},
};

static const char *const outcomes[] = {"hit", "partial", "miss", "bypass", "unknown"};

/* ---- values ---- */

static bool take_text(const char **text, const struct acd_member *m)
{
    if (m->type != ACD_OBJECT_TEXT)
        return false;
    *text = m->text;
    return true;
}

static bool take_uint(uint64_t *number, const struct acd_member *m)
{
    bool fits = (m->type == ACD_OBJECT_INT && m->number.i >= 0) || m->type == ACD_OBJECT_UINT;
    if (fits)
        *number = m->number.u;
    return fits;
}

/* A time in units of so many nanoseconds. */
static bool take_time(uint64_t *ret_ns, const struct acd_member *m, double unit_ns)
{
    double value = m->type == ACD_OBJECT_DOUBLE ? m->number.d
                   : m->type == ACD_OBJECT_INT  ? (double)m->number.i
                                                : -1;
    double ns = value * unit_ns;
    if (!(ns >= 0 && ns < 9e18))
        return false;
    *ret_ns = (uint64_t)(ns + 0.5);
    return true;
}

static bool take_severity(enum acd_mapping_severity *severity, const struct acd_member *m)
{
    if (m->type == ACD_OBJECT_INT) {
        /* 10 to 60 as pino and bunyan write them, 0 to 7 as syslog does. */
        int64_t n = m->number.i;
        if (n < 0 || n > 70 || (n > 7 && n < 10))
            return false;
        if (n <= 7)
            *severity = n <= 3   ? ACD_MAPPING_ERRORS
                        : n == 4 ? ACD_MAPPING_WARNING
                        : n <= 6 ? ACD_MAPPING_INFO
                                 : ACD_MAPPING_DEBUG;
        else
            *severity = n < 20   ? ACD_MAPPING_TRACE
                        : n < 30 ? ACD_MAPPING_DEBUG
                        : n < 40 ? ACD_MAPPING_INFO
                        : n < 50 ? ACD_MAPPING_WARNING
                                 : ACD_MAPPING_ERRORS;
        return true;
    }
    for (size_t i = 0; m->type == ACD_OBJECT_TEXT && i < COUNT(severities); i++) {
        if (strcasecmp(m->text, severities[i].name) == 0) {
            *severity = severities[i].severity;
            return true;
        }
    }
    return false;
}

static bool take_outcome(enum acdebug_outcome *outcome, const struct acd_member *m)
{
    for (unsigned i = 0; m->type == ACD_OBJECT_TEXT && i < COUNT(outcomes); i++) {
        if (strcasecmp(m->text, outcomes[i]) == 0) {
            *outcome = (enum acdebug_outcome)i;
            return true;
        }
    }
    return false;
}

static bool take_hit(enum acdebug_outcome *outcome, const struct acd_member *m)
{
    if (m->type != ACD_OBJECT_BOOL)
        return false;
    *outcome = m->number.b ? ACDEBUG_HIT : ACDEBUG_MISS;
    return true;
}

static bool take_status(int *status, const struct acd_member *m)
{
    if (m->type != ACD_OBJECT_INT || m->number.i < 0 || m->number.i > 999)
        return false;
    *status = (int)m->number.i;
    return true;
}

/* ---- members ---- */

static bool take_cache(struct acd_mapping *x, enum role role, const struct acd_member *m)
{
    acdebug_lookup *l = &x->lookup;
    switch (role) {
    case ROLE_TYPE: return take_text(&l->type, m);
    case ROLE_KEY: return take_text(&l->key, m);
    case ROLE_OUTCOME: return take_outcome(&l->outcome, m);
    case ROLE_HIT: return take_hit(&l->outcome, m);
    case ROLE_REASON: return take_text(&l->reason, m);
    case ROLE_MODEL: return take_text(&l->model, m);
    case ROLE_INPUT: return take_uint(&l->input_tokens, m);
    case ROLE_CACHED: return take_uint(&l->cached_tokens, m);
    case ROLE_CREATED: return take_uint(&l->created_tokens, m);
    case ROLE_CACHED_APART: return take_uint(&l->cached_tokens, m) && (x->exclusive = true);
    case ROLE_CREATED_APART: return take_uint(&l->created_tokens, m) && (x->exclusive = true);
    case ROLE_DIVERGED: return take_uint(&l->diverged_at, m);
    case ROLE_SIZE: return take_uint(&l->size_bytes, m);
    case ROLE_AGE_MS: return take_time(&l->age_ns, m, 1e6);
    case ROLE_COUNT: return take_uint(&x->count, m);
    case ROLE_ENTRIES: return take_uint(&x->entries, m);
    case ROLE_BYTES: return take_uint(&x->bytes, m);
    case ROLE_CAPACITY: return take_uint(&x->capacity, m);
    default: return false;
    }
}

static bool take_request(struct acd_mapping *x, const struct acd_member *m)
{
    uint64_t number;
    if (m->type != ACD_OBJECT_TEXT && !take_uint(&number, m))
        return false;
    x->request = m;
    return true;
}

static bool take(struct acd_mapping *x, enum role role, const struct acd_member *m)
{
    switch (role) {
    case ROLE_LEVEL: return take_severity(&x->severity, m);
    case ROLE_MESSAGE: return take_text(&x->message, m);
    case ROLE_LOGGER: return take_text(&x->logger, m);
    case ROLE_REQUEST: return take_request(x, m);
    case ROLE_NAME: return take_text(&x->name, m);
    case ROLE_LABEL: return take_text(&x->label, m);
    case ROLE_TIMER_ID: return take_text(&x->timer_id, m);
    case ROLE_MS: return take_time(&x->elapsed_ns, m, 1e6);
    case ROLE_S: return take_time(&x->elapsed_ns, m, 1e9);
    case ROLE_NS: return take_uint(&x->elapsed_ns, m);
    case ROLE_ERROR_TYPE: return take_text(&x->error_type, m);
    case ROLE_STATUS: return take_status(&x->status, m);
    case ROLE_PROVIDER: return take_text(&x->provider, m);
    case ROLE_FILE: return take_text(&x->file, m);
    default: return take_cache(x, role, m);
    }
}

static void add_field(struct acd_mapping *x, const struct acd_member *m)
{
    if (x->field_count == ACD_MAPPING_FIELDS) {
        x->left_out = true;
        return;
    }
    acdebug_field *f = &x->field[x->field_count++];
    switch (m->type) {
    case ACD_OBJECT_INT: *f = acdebug_field_int(m->key, m->number.i); break;
    case ACD_OBJECT_UINT: *f = acdebug_field_uint(m->key, m->number.u); break;
    case ACD_OBJECT_DOUBLE: *f = acdebug_field_double(m->key, m->number.d); break;
    case ACD_OBJECT_BOOL: *f = acdebug_field_bool(m->key, m->number.b); break;
    case ACD_OBJECT_TEXT: *f = acdebug_field_strn(m->key, m->text, m->text_bytes); break;
    case ACD_OBJECT_JSON:
        *f = acdebug_priv_field(m->key, ACDEBUG_PRIV_JSON,
                                acdebug_priv_strn(m->text, m->text_bytes));
        break;
    }
    f->key_bytes = m->key_bytes;
}

static const struct key *find_key(const char *name, enum acd_mapping_kind kind)
{
    for (size_t i = 0; i < COUNT(keys); i++)
        if ((keys[i].kinds & IN(kind)) && strcmp(keys[i].name, name) == 0)
            return &keys[i];
    return NULL;
}

/* ---- the kind ---- */

static bool same_word(const char *text, const char *word)
{
    for (; *text && *word; text++, word++) {
        char c = *text == '.' || *text == '-' || *text == ':' || *text == ' ' ? '_' : *text;
        if ((c | 32) != (*word | 32))
            return false;
    }
    return *text == *word;
}

/* The member that names the kind, and which one; NULL: none does. */
static const struct acd_member *find_kind(const struct acd_object *object,
                                          const struct kind **ret_kind)
{
    for (size_t i = 0; i < object->count; i++) {
        const struct acd_member *m = &object->member[i];
        if (m->type != ACD_OBJECT_TEXT ||
            (strcmp(m->key, "event") != 0 && strcmp(m->key, "kind") != 0))
            continue;
        for (size_t k = 0; k < COUNT(kinds); k++) {
            if (same_word(m->text, kinds[k].name)) {
                *ret_kind = &kinds[k];
                return m;
            }
        }
    }
    return NULL;
}

static bool is_complete(const struct acd_mapping *x)
{
    switch (x->kind) {
    case ACD_MAPPING_CACHE:
    case ACD_MAPPING_EVICT:
    case ACD_MAPPING_INVENTORY: return x->lookup.type != NULL;
    case ACD_MAPPING_TIMER: return x->name != NULL && x->elapsed_ns != ACDEBUG_UNKNOWN;
    case ACD_MAPPING_TIMER_CHECKPOINT: return x->name != NULL && x->label != NULL;
    case ACD_MAPPING_TIMER_START:
    case ACD_MAPPING_TIMER_END:
    case ACD_MAPPING_TIMER_FAIL: return x->name != NULL;
    default: return true;
    }
}

/* ---- the whole ---- */

/* `named` says the kind and is no field; NULL: a log line. */
static void map_as(struct acd_mapping *x, const struct acd_object *object,
                   enum acd_mapping_kind kind, const struct acd_member *named)
{
    uint64_t taken = 0; /* one bit a role: the first member has it */
    *x = (struct acd_mapping){.kind = kind,
                              .left_out = object->more,
                              .timer_id = "",
                              .elapsed_ns = ACDEBUG_UNKNOWN,
                              .count = 1,
                              .entries = ACDEBUG_UNKNOWN,
                              .bytes = ACDEBUG_UNKNOWN,
                              .capacity = ACDEBUG_UNKNOWN,
                              .lookup = ACDEBUG_LOOKUP_INIT};
    _Static_assert(ROLES <= 64, "a bit a role");
    for (size_t i = 0; i < object->count; i++) {
        const struct acd_member *m = &object->member[i];
        const struct key *key = find_key(m->key, kind);
        if (m == named)
            continue;
        if (key && !(taken >> key->role & 1) && take(x, key->role, m))
            taken |= UINT64_C(1) << key->role;
        else
            add_field(x, m);
    }
}

/* structlog's message is called `event`. */
static void message_from_event(struct acd_mapping *x)
{
    for (size_t i = 0; !x->message && i < x->field_count; i++) {
        acdebug_field *f = &x->field[i];
        if (strcmp(f->key, "event") != 0 || f->type != ACDEBUG_PRIV_STR)
            continue;
        x->message = (const char *)(uintptr_t)f->value.bits;
        memmove(f, f + 1, (x->field_count - i - 1) * sizeof *f);
        x->field_count--;
    }
    if (!x->message)
        x->message = "(no message)";
}

void acd_mapping_make(struct acd_mapping *ret_mapping, const struct acd_object *object)
{
    const struct kind *kind = NULL;
    const struct acd_member *named = find_kind(object, &kind);
    map_as(ret_mapping, object, kind ? kind->kind : ACD_MAPPING_LOG, named);
    if (kind && kind->outcome != NO_OUTCOME)
        ret_mapping->lookup.outcome = (enum acdebug_outcome)kind->outcome;
    if (!is_complete(ret_mapping)) {
        map_as(ret_mapping, object, ACD_MAPPING_LOG, NULL);
        ret_mapping->incomplete = true;
    }
    if (ret_mapping->kind == ACD_MAPPING_LOG)
        message_from_event(ret_mapping);
}

/* ---- help ---- */

static void help_keys(FILE *stream, enum acd_mapping_kind kind)
{
    enum role last = ROLES;
    for (size_t i = 0; i < COUNT(keys); i++) {
        if (!(keys[i].kinds & IN(kind)))
            continue;
        fprintf(stream, "%s%s",
                keys[i].role == last ? " | "
                : last == ROLES      ? ""
                                     : ", ",
                keys[i].name);
        last = keys[i].role;
    }
}

void acd_mapping_help(FILE *stream)
{
    fputs("An object's `event` or `kind` says what it is; without one it is a log line.\n"
          "Keys that are not listed become fields; so do listed ones with values of another type.\n"
          "`a | b` are two names of the same.\n",
          stream);
    for (size_t i = 0; i < COUNT(kinds); i++) {
        fprintf(stream, "\n%s\n", kinds[i].name);
        if (kinds[i].needs[0])
            fprintf(stream, "    needs  %s\n", kinds[i].needs);
        if (i + 1 < COUNT(kinds) && kinds[i + 1].kind == kinds[i].kind)
            continue;
        fputs("    keys   ", stream);
        help_keys(stream, kinds[i].kind);
        putc('\n', stream);
    }
}
