/* SPDX-License-Identifier: MIT */
/* The guide's calls on the emitter, see calls.h.  One at a level that is off tests a word and returns. */
#include "config.h"

#define Py_LIMITED_API 0x030A0000
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <math.h>

#include "emitter/python/calls.h"
#include "emitter/python/core.h"
#include "emitter/python/shapes.h"
#include "emitter/python/values.h"

#define ARGUMENTS_MAX 4

/* ---- arguments ---- */

struct signature {
    const char *name;
    unsigned count, needed;
    const char *argument[ARGUMENTS_MAX];
};

static bool keyword(const struct signature *s, PyObject *name, PyObject *value, PyObject **slot)
{
    unsigned i = 0;
    while (i < s->count && PyUnicode_CompareWithASCIIString(name, s->argument[i]) != 0)
        i++;
    if (i < s->count && !slot[i]) {
        slot[i] = value;
        return true;
    }
    PyErr_Format(PyExc_TypeError,
                 i == s->count ? "%s() got an unexpected keyword argument '%U'"
                               : "%s() got multiple values for argument '%U'",
                 s->name, name);
    return false;
}

/* Positional and keyword arguments into slots; false with a TypeError. */
static bool take(const struct signature *s, PyObject *const *args, Py_ssize_t n, PyObject *names,
                 PyObject **slot)
{
    if (n > (Py_ssize_t)s->count) {
        PyErr_Format(PyExc_TypeError, "%s() takes at most %u arguments (%zd given)", s->name,
                     s->count, n);
        return false;
    }
    for (unsigned i = 0; i < s->count; i++)
        slot[i] = (Py_ssize_t)i < n ? args[i] : NULL;
    Py_ssize_t keywords = names ? PyTuple_Size(names) : 0;
    for (Py_ssize_t k = 0; k < keywords; k++)
        if (!keyword(s, PyTuple_GetItem(names, k), args[n + k], slot))
            return false;
    for (unsigned i = 0; i < s->needed; i++)
        if (!slot[i]) {
            PyErr_Format(PyExc_TypeError, "%s() missing required argument: '%s'", s->name,
                         s->argument[i]);
            return false;
        }
    return true;
}

/* What was good for nothing has been cleared; what the caller must see is set. */
static PyObject *finish(struct acd_values *values)
{
    acd_values_release(values);
    if (acd_values_must_raise())
        return NULL;
    Py_RETURN_NONE;
}

/* What int() makes of it, or `otherwise` when that is nothing; false with an exception that the caller
 * must see. */
static bool number(PyObject *object, long otherwise, long *ret_number)
{
    *ret_number = otherwise;
    if (!object || object == Py_None)
        return true;
    PyObject *made = NULL;
    if (!PyLong_Check(object))
        object = made = PyNumber_Long(object);
    long l = object ? PyLong_AsLong(object) : -1;
    Py_XDECREF(made);
    if (l == -1 && PyErr_Occurred())
        return !acd_values_must_raise();
    *ret_number = l;
    return true;
}

/* May an event of this level go by its data's shape?  Not when it is printed, which lets others run
 * who may change the data.  The request is set here: finding it may run the caller's code. */
static bool shaped(unsigned level)
{
    return level > acd_core.text_level && acd_core_request();
}

/* ---- debug ---- */

/* The usual case; false, perhaps with an exception, when it is none. */
static bool log_shape(unsigned level, const char *message, PyObject *data)
{
    struct acdebug_priv_value values[ACD_SHAPES_VALUES];
    if (!shaped(level))
        return false;
    struct acdebug_priv_site *site = acd_shapes_find(ACD_SHAPES_LOG_1 + level - 1, data, values);
    if (!site)
        return false;
    values[0] = acdebug_priv_str(message);
    acdebug_priv_emit(site, values);
    return true;
}

PyObject *acd_calls_debug(PyObject *self, PyObject *const *args, Py_ssize_t n, PyObject *names)
{
    static const struct signature s = {"debug", 3, 2, {"level", "message", "data"}};
    PyObject *slot[3];
    long level;
    (void)self;
    if (!take(&s, args, n, names, slot))
        return NULL;
    acd_core_ready();
    if (!number(slot[0], 0, &level))
        return NULL;
    if (level < 1 || level > 3 || !acdebug_priv_on(ACDEBUG_LOG, (unsigned)level))
        Py_RETURN_NONE;
    struct acd_values values;
    const char *message;
    acd_values_init(&values);
    if (acd_values_text(&values, slot[1], &message) &&
        !log_shape((unsigned)level, message, slot[2]) && !acd_values_must_raise()) {
        acdebug_field fields[ACD_VALUES_FIELDS];
        size_t count = acd_values_fields(&values, slot[2], fields);
        if (!PyErr_Occurred() && acd_core_request()) {
            void *state = acd_core_leave((unsigned)level);
            acdebug_log_fields(ACDEBUG_LOG, (unsigned)level, message, fields, count);
            acd_core_return(state);
        }
    }
    return finish(&values);
}

/* ---- caches ---- */

/* The usual case of an event; false, perhaps with an exception, when it is none. */
static bool lookup_shape(const acdebug_lookup *lookup, PyObject *metadata)
{
    struct acdebug_priv_value values[ACD_SHAPES_VALUES];
    if (!shaped(1))
        return false;
    struct acdebug_priv_site *site = acd_shapes_find(ACD_SHAPES_CACHE, metadata, values);
    if (!site)
        return false;
    values[0] = acdebug_priv_str(lookup->type);
    values[1] = acdebug_priv_str(lookup->key);
    values[2] = acdebug_priv_uint((uint64_t)lookup->outcome);
    values[3] = acdebug_priv_str(lookup->reason);
    acdebug_priv_cache(site, values);
    return true;
}

/* `exclusive`: the input's tokens are counted without the cached and created ones. */
static void count_lookup(const acdebug_lookup *lookup, bool exclusive)
{
    if (exclusive)
        acdebug_cache_lookup_exclusive(lookup);
    else
        acdebug_cache_lookup(lookup);
}

/* The data of a lookup that is an event; false with an exception that the caller must see. */
static bool lookup_event(struct acd_values *values, acdebug_lookup *lookup, PyObject *metadata,
                         bool exclusive)
{
    acdebug_field fields[ACD_VALUES_FIELDS];
    lookup->fields = fields;
    lookup->fields_count = acd_values_fields(values, metadata, fields);
    if (PyErr_Occurred() || !acd_core_request())
        return false;
    void *state = acd_core_leave(1);
    count_lookup(lookup, exclusive);
    acd_core_return(state);
    return true;
}

/* A hit or a miss.  At a level that is off it is counted, and its data is not looked at. */
static PyObject *look_up(enum acdebug_outcome outcome, PyObject *const slot[3], PyObject *reason,
                         PyObject *metadata)
{
    static struct acdebug_priv_site counted[ACDEBUG_OUTCOME_UNKNOWN]; /* for their hints */
    acdebug_lookup lookup = ACDEBUG_LOOKUP_INIT;
    struct acd_values values;
    acd_core_ready();
    acd_values_init(&values);
    lookup.outcome = outcome;
    if (!acd_values_text(&values, slot[0], &lookup.type) ||
        !acd_values_text(&values, reason, &lookup.reason))
        return finish(&values);
    if (!acdebug_priv_on(ACDEBUG_CACHE, 1))
        acdebug_priv_cache_count(&counted[outcome], lookup.type, strlen(lookup.type), outcome,
                                 lookup.reason);
    else if (acd_values_text(&values, slot[1], &lookup.key) && !lookup_shape(&lookup, metadata) &&
             !acd_values_must_raise())
        (void)lookup_event(&values, &lookup, metadata, false);
    return finish(&values);
}

PyObject *acd_calls_cache_hit(PyObject *self, PyObject *const *args, Py_ssize_t n, PyObject *names)
{
    static const struct signature s = {"log_cache_hit", 3, 2, {"cache_type", "key", "metadata"}};
    PyObject *slot[3];
    (void)self;
    return take(&s, args, n, names, slot) ? look_up(ACDEBUG_HIT, slot, NULL, slot[2]) : NULL;
}

PyObject *acd_calls_cache_miss(PyObject *self, PyObject *const *args, Py_ssize_t n, PyObject *names)
{
    static const struct signature s = {"log_cache_miss", 3, 2, {"cache_type", "key", "reason"}};
    PyObject *slot[3];
    (void)self;
    return take(&s, args, n, names, slot) ? look_up(ACDEBUG_MISS, slot, slot[2], NULL) : NULL;
}

static int outcome_of(const char *name)
{
    static const char *const names[] = {"hit", "partial", "miss", "bypass", "unknown"};
    for (int i = 0; i < 5; i++)
        if (strcmp(name, names[i]) == 0)
            return i;
    PyErr_Format(PyExc_ValueError,
                 "outcome: '%s' is none of 'hit', 'partial', 'miss', 'bypass', 'unknown'", name);
    return -1;
}

static bool amount(PyObject *object, uint64_t *ret_amount)
{
    long l;
    if (!number(object, -1, &l))
        return false;
    *ret_amount = l < 0 ? ACDEBUG_UNKNOWN : (uint64_t)l;
    return true;
}

PyObject *acd_calls_cache_lookup(PyObject *self, PyObject *args, PyObject *keywords)
{
    static char w0[] = "cache_type", w1[] = "key", w2[] = "outcome", w3[] = "reason",
                w4[] = "metadata", w5[] = "model", w6[] = "input_tokens", w7[] = "cached_tokens",
                w8[] = "created_tokens", w9[] = "diverged_at", w10[] = "size_bytes",
                w11[] = "exclusive";
    static char *known[] = {w0, w1, w2, w3, w4, w5, w6, w7, w8, w9, w10, w11, NULL};
    acdebug_lookup l = ACDEBUG_LOOKUP_INIT;
    PyObject *type, *key, *reason = NULL, *metadata = NULL, *model = NULL, *count[5] = {NULL};
    const char *outcome;
    int exclusive = 0;
    (void)self;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "OOs|OO$OOOOOOp:log_cache_lookup", known,
                                     &type, &key, &outcome, &reason, &metadata, &model, &count[0],
                                     &count[1], &count[2], &count[3], &count[4], &exclusive))
        return NULL;
    int number_of = outcome_of(outcome);
    if (number_of < 0)
        return NULL;
    struct acd_values values;
    acd_core_ready();
    acd_values_init(&values);
    l.outcome = (enum acdebug_outcome)number_of;
    if (acd_values_text(&values, type, &l.type) && acd_values_text(&values, model, &l.model) &&
        acd_values_text(&values, reason, &l.reason) && amount(count[0], &l.input_tokens) &&
        amount(count[1], &l.cached_tokens) && amount(count[2], &l.created_tokens) &&
        amount(count[3], &l.diverged_at) && amount(count[4], &l.size_bytes)) {
        if (!acdebug_priv_on(ACDEBUG_CACHE, 1))
            count_lookup(&l, exclusive != 0);
        else if (acd_values_text(&values, key, &l.key))
            (void)lookup_event(&values, &l, metadata, exclusive != 0);
    }
    return finish(&values);
}

/* ---- performance ---- */

/* NaN when it is no number; false with an exception that the caller must see. */
static bool duration(PyObject *object, double *ret_ms)
{
    *ret_ms = PyFloat_AsDouble(object);
    if (*ret_ms != -1.0 || !PyErr_Occurred())
        return true;
    *ret_ms = (double)NAN;
    return !acd_values_must_raise();
}

PyObject *acd_calls_performance(PyObject *self, PyObject *const *args, Py_ssize_t n,
                                PyObject *names)
{
    static const struct signature s = {"log_performance", 3, 2, {"name", "duration_ms", "details"}};
    PyObject *slot[3];
    (void)self;
    if (!take(&s, args, n, names, slot))
        return NULL;
    acd_core_ready();
    if (!acdebug_priv_on(ACDEBUG_PERFORMANCE, 2))
        Py_RETURN_NONE;
    double ms;
    if (!duration(slot[1], &ms))
        return NULL;
    struct acd_values values;
    acdebug_field fields[ACD_VALUES_FIELDS];
    const char *name;
    acd_values_init(&values);
    if (acd_values_text(&values, slot[0], &name)) {
        size_t count = acd_values_fields(&values, slot[2], fields);
        if (!PyErr_Occurred() && acd_core_request()) {
            void *state = acd_core_leave(2);
            acdebug_performance(name, ms, fields, count);
            acd_core_return(state);
        }
    }
    return finish(&values);
}

/* ---- errors ---- */

/* What the context says of the group, NULL where it says nothing. */
static bool known_text(struct acd_values *values, PyObject *context, const char *key,
                       const char **ret_text)
{
    PyObject *value = context && PyDict_Check(context) ? PyDict_GetItemString(context, key) : NULL;
    *ret_text = NULL;
    if (!value || value == Py_None)
        return true;
    return acd_values_borrow(values, value) && acd_values_text(values, value, ret_text);
}

/* The fields without those that the group has already. */
static size_t other_fields(acdebug_field *fields, size_t count)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        const acdebug_field *f = &fields[i];
        if ((f->key_bytes == 8 && memcmp(f->key, "provider", 8) == 0) ||
            (f->key_bytes == 5 && memcmp(f->key, "model", 5) == 0) ||
            (f->key_bytes == 7 && memcmp(f->key, "message", 7) == 0))
            continue;
        fields[n++] = *f;
    }
    return n;
}

PyObject *acd_calls_error(PyObject *self, PyObject *const *args, Py_ssize_t n, PyObject *names)
{
    static const struct signature s = {
        "log_debug_error", 4, 2, {"error_type", "status_code", "debug_file", "context"}};
    acdebug_error_context c = ACDEBUG_ERROR_INIT;
    struct acd_values values;
    acdebug_field fields[ACD_VALUES_FIELDS];
    PyObject *slot[4];
    const char *type;
    long status;
    (void)self;
    if (!take(&s, args, n, names, slot))
        return NULL;
    acd_core_ready();
    if (!number(slot[1], 0, &status))
        return NULL;
    acd_values_init(&values);
    if (acd_values_text(&values, slot[0], &type) &&
        acd_values_text(&values, slot[2], &c.debug_file) &&
        known_text(&values, slot[3], "provider", &c.provider) &&
        known_text(&values, slot[3], "model", &c.model) &&
        known_text(&values, slot[3], "message", &c.message)) {
        c.fields = fields;
        c.fields_count = other_fields(fields, acd_values_fields(&values, slot[3], fields));
        if (!c.debug_file[0])
            c.debug_file = NULL;
        if (!PyErr_Occurred() && acd_core_request()) {
            void *state = acd_core_leave(1);
            acdebug_error(type, (int)status, &c);
            acd_core_return(state);
        }
    }
    return finish(&values);
}

/* ---- loggers ---- */

PyObject *acd_calls_record(PyObject *self, PyObject *const *args, Py_ssize_t n)
{
    static const struct signature s = {
        "log_record", 4, 4, {"severity", "logger", "message", "fields"}};
    struct acd_values values;
    acdebug_field fields[ACD_VALUES_FIELDS];
    PyObject *slot[4];
    const char *logger, *message;
    long severity;
    (void)self;
    if (!take(&s, args, n, NULL, slot) || !number(slot[0], ACDEBUG_SEV_INFO, &severity))
        return NULL;
    acd_core_ready();
    acd_values_init(&values);
    if (acd_values_text(&values, slot[1], &logger) && acd_values_text(&values, slot[2], &message)) {
        size_t count = acd_values_fields(&values, slot[3], fields);
        if (!PyErr_Occurred() && acd_core_request())
            acdebug_log_message((enum acdebug_severity)severity, logger, message, fields, count);
    }
    return finish(&values);
}

PyObject *acd_calls_redact(PyObject *self, PyObject *object)
{
    struct acd_values values;
    const char *text;
    PyObject *clean = NULL;
    (void)self;
    acd_values_init(&values);
    if (acd_values_text(&values, object, &text)) {
        size_t bytes = strlen(text),
               room = 4 * bytes + 64; /* more than what replaces can make of it */
        char small[4096];
        char *copy = room <= sizeof small ? small : PyMem_Malloc(room);
        if (copy)
            clean = PyUnicode_DecodeUTF8(copy, (Py_ssize_t)acdebug_redact(copy, room, text, bytes),
                                         "replace");
        else
            PyErr_NoMemory();
        if (copy != small)
            PyMem_Free(copy);
    }
    acd_values_release(&values);
    return clean;
}
