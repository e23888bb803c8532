/* SPDX-License-Identifier: MIT */
/*
 * PrefixTracker: the emitter's tracker of a prompt cache.  The interpreter's lock is let go while a prompt
 * is tracked; `detokenize` takes it again for its own time.
 */
#include "config.h"

#define Py_LIMITED_API 0x030A0000
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <errno.h>
#include <math.h>

#include "emitter/python/core.h"
#include "emitter/python/prompts.h"
#include "emitter/python/tracker.h"
#include "emitter/python/values.h"

#define SLOTS 32

struct tracker {
    PyObject ob_base;
    acdebug_tracker *tracker; /* NULL: __init__ failed or was not called */
    PyObject *detokenize;     /* NULL: none */
};

static PyObject *finding_type; /* the package's Finding, for good */

static struct tracker *inside(PyObject *self)
{
    return (struct tracker *)(void *)self;
}

/* ---- the text of tokens ---- */

static PyObject *call_detokenize(PyObject *function, const uint32_t *tokens, size_t count)
{
    PyObject *list = PyList_New((Py_ssize_t)count), *text = NULL;
    bool good = list != NULL;
    for (size_t i = 0; good && i < count; i++) {
        PyObject *token = PyLong_FromUnsignedLong(tokens[i]);
        good = token && PyList_SetItem(list, (Py_ssize_t)i, token) == 0;
    }
    if (good)
        text = PyObject_CallFunctionObjArgs(function, list, NULL);
    Py_XDECREF(list);
    if (text && PyUnicode_Check(text)) {
        PyObject *bytes = PyUnicode_AsEncodedString(text, "utf-8", "backslashreplace");
        Py_DECREF(text);
        text = bytes;
    }
    return text;
}

/*
 * With what this thread let the interpreter's lock go.  PyGILState_Ensure() would make it anew, of an
 * interpreter that is gone when the thread is a daemon and the program has ended.
 */
static _Thread_local void *left;

/* An exception that the caller must see stays set until track() returns; others count as no text. */
static size_t detokenize(void *context, const uint32_t *tokens, size_t count, char *ret_text,
                         size_t room)
{
    size_t used = 0;
    acd_core_return_now(left);
    if (!PyErr_Occurred()) {
        PyObject *text = call_detokenize(context, tokens, count);
        if (text && PyBytes_Check(text)) {
            used = (size_t)PyBytes_Size(text);
            used = used < room ? used : room;
            memcpy(ret_text, PyBytes_AsString(text), used);
        }
        Py_XDECREF(text);
        (void)acd_values_must_raise();
    }
    left = acd_core_leave_now();
    return used;
}

/* ---- making ---- */

static bool duration_ns(double seconds, uint64_t *ret_ns)
{
    if (!(seconds >= 0 && seconds < 1e9)) {
        PyErr_SetString(PyExc_ValueError, "ttl_s must be a number of seconds, not negative");
        return false;
    }
    *ret_ns = (uint64_t)(seconds * 1e9);
    return true;
}

static int make(struct tracker *t, const acdebug_tracker_options *options)
{
    int r;
    if (t->tracker) {
        PyErr_SetString(PyExc_ValueError, "a PrefixTracker is made once");
        return -1;
    }
    r = acdebug_tracker_new(&t->tracker, options);
    if (r == -ENOMEM)
        PyErr_NoMemory();
    else if (r < 0)
        PyErr_SetString(PyExc_ValueError,
                        "PrefixTracker: block_tokens goes to 65536, budget_bytes from 256 KiB to "
                        "4 GiB, and the budget must have room for some blocks");
    return r < 0 ? -1 : 0;
}

static int tracker_init(PyObject *self, PyObject *args, PyObject *keywords)
{
    static char w0[] = "cache_type", w1[] = "block_tokens", w2[] = "minimum_tokens",
                w3[] = "capacity_tokens", w4[] = "ttl_s", w5[] = "budget_bytes", w6[] = "snippets",
                w7[] = "detokenize";
    static char *known[] = {w0, w1, w2, w3, w4, w5, w6, w7, NULL};
    acdebug_tracker_options o = ACDEBUG_TRACKER_OPTIONS_INIT;
    struct tracker *t = inside(self);
    PyObject *amount[4] = {NULL}, *function = NULL;
    double ttl_s = 0;
    int snippets = 0;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "|s$OOOdOpO:PrefixTracker", known, &o.type,
                                     &amount[0], &amount[1], &amount[2], &ttl_s, &amount[3],
                                     &snippets, &function) ||
        !acd_prompts_amount(amount[0], &o.block_tokens) ||
        !acd_prompts_amount(amount[1], &o.minimum_tokens) ||
        !acd_prompts_amount(amount[2], &o.capacity_tokens) ||
        !acd_prompts_amount(amount[3], &o.budget_bytes) || !duration_ns(ttl_s, &o.ttl_ns))
        return -1;
    if (snippets)
        o.flags |= ACDEBUG_TRACK_SNIPPETS;
    if (function && function != Py_None) {
        if (!PyCallable_Check(function)) {
            PyErr_SetString(PyExc_TypeError, "detokenize must be callable");
            return -1;
        }
        o.detokenize = detokenize;
        o.context = function;
    }
    if (make(t, &o) < 0)
        return -1;
    if (o.context) {
        Py_INCREF(function);
        t->detokenize = function;
    }
    return 0;
}

/* A server often holds its tracker, and `detokenize` the server. */
static int tracker_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(inside(self)->detokenize);
    return 0;
}

static int tracker_clear(PyObject *self)
{
    struct tracker *t = inside(self);
    acdebug_tracker_free(t->tracker);
    t->tracker = NULL;
    Py_CLEAR(t->detokenize);
    return 0;
}

static void tracker_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    freefunc tp_free = (freefunc)(uintptr_t)PyType_GetSlot(type, Py_tp_free);
    PyObject_GC_UnTrack(self);
    (void)tracker_clear(self);
    tp_free(self);
    Py_DECREF(type);
}

static bool is_made(const struct tracker *t)
{
    if (!t->tracker)
        PyErr_SetString(PyExc_ValueError, "the PrefixTracker was not made: call its __init__()");
    return t->tracker != NULL;
}

/* ---- what was found ---- */

static PyObject *text_or_none(const char *text)
{
    if (text && text[0])
        return PyUnicode_DecodeUTF8(text, (Py_ssize_t)strlen(text), "replace");
    Py_RETURN_NONE;
}

static PyObject *number_or_none(uint64_t number)
{
    if (number != ACDEBUG_UNKNOWN)
        return PyLong_FromUnsignedLongLong(number);
    Py_RETURN_NONE;
}

static PyObject *finding(const acdebug_finding *f)
{
    static const char *const outcomes[] = {"hit", "partial", "miss", "bypass", "unknown"};
    const bool parts = f->diverged_at != ACDEBUG_UNKNOWN;
    PyObject *item[] = {
        text_or_none(
            outcomes[f->outcome <= ACDEBUG_OUTCOME_UNKNOWN ? f->outcome : ACDEBUG_OUTCOME_UNKNOWN]),
        text_or_none(f->reason),
        number_or_none(f->cached_tokens),
        number_or_none(f->diverged_at),
        number_or_none(f->shared_tokens),
        number_or_none(f->closest_tokens),
        text_or_none(f->closest_request),
        parts ? text_or_none(f->span) : text_or_none(NULL),
        number_or_none(parts ? f->span_offset : ACDEBUG_UNKNOWN),
        text_or_none(f->change),
        number_or_none(f->changed_old),
        number_or_none(f->changed_new),
        text_or_none(f->looks_like),
    };
    const Py_ssize_t count = sizeof item / sizeof item[0];
    PyObject *all = PyTuple_New(count), *made = NULL;
    bool good = all != NULL;
    for (Py_ssize_t i = 0; i < count; i++) {
        good = good && item[i];
        if (!all)
            Py_XDECREF(item[i]);
        else
            (void)PyTuple_SetItem(all, i, item[i]);
    }
    if (good)
        made = PyObject_CallObject(finding_type, all);
    Py_XDECREF(all);
    return made;
}

/* ---- track ---- */

/* Splits what track() knows from what goes into the event as it is. */
static bool split(PyObject *keywords, PyObject *known, PyObject *metadata)
{
    static const char *const names[] = {"prompt", "key", "model", "cached_tokens", "spans", "slot"};
    PyObject *name, *value;
    Py_ssize_t at = 0;
    while (keywords && PyDict_Next(keywords, &at, &name, &value)) {
        bool is_known = false;
        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
            is_known = is_known || PyUnicode_CompareWithASCIIString(name, names[i]) == 0;
        if (PyDict_SetItem(is_known ? known : metadata, name, value) < 0)
            return false;
    }
    return true;
}

struct call {
    PyObject *prompt, *key, *model, *cached, *spans, *slot;
};

static bool parse(struct call *call, PyObject *args, PyObject *keywords)
{
    static char w0[] = "prompt", w1[] = "key", w2[] = "model", w3[] = "cached_tokens",
                w4[] = "spans", w5[] = "slot";
    static char *known[] = {w0, w1, w2, w3, w4, w5, NULL};
    *call = (struct call){0};
    return PyArg_ParseTupleAndKeywords(args, keywords, "O|O$OOOO:track", known, &call->prompt,
                                       &call->key, &call->model, &call->cached, &call->spans,
                                       &call->slot);
}

static bool take_slot(PyObject *object, uint32_t *ret_slot)
{
    uint64_t slot = ACDEBUG_NO_SLOT;
    if (!acd_prompts_amount(object, &slot))
        return false;
    if (slot >= SLOTS && slot != ACDEBUG_NO_SLOT) {
        PyErr_SetString(PyExc_ValueError, "slot goes from 0 to 31");
        return false;
    }
    *ret_slot = (uint32_t)slot;
    return true;
}

static PyObject *conclude(int result, const acdebug_finding *found)
{
    if (PyErr_Occurred()) /* of detokenize, and no Exception */
        return NULL;
    if (result == -EINVAL) {
        PyErr_SetString(PyExc_ValueError, "a PrefixTracker takes token ids or bytes, one of them "
                                          "for all its prompts");
        return NULL;
    }
    if (result < 0)
        Py_RETURN_NONE;
    return finding(found);
}

/* What was made of the arguments lives until the emit. */
static PyObject *emit(struct tracker *t, const struct call *call, PyObject *metadata,
                      struct acd_prompts *prompts)
{
    acdebug_field fields[ACD_VALUES_FIELDS];
    acdebug_lookup lookup = ACDEBUG_LOOKUP_INIT;
    acdebug_finding found = {.size = sizeof found};
    struct acd_values values;
    PyObject *made = NULL;
    acd_values_init(&values);
    if (acd_prompts_amount(call->cached, &lookup.cached_tokens) &&
        take_slot(call->slot, &prompts->prompt.slot) &&
        acd_values_text(&values, call->key, &lookup.key) &&
        acd_values_text(&values, call->model, &lookup.model)) {
        lookup.key = lookup.key[0] != '\0' ? lookup.key : NULL;
        lookup.model = lookup.model[0] != '\0' ? lookup.model : NULL;
        if (acdebug_priv_on(ACDEBUG_CACHE, 1) && PyDict_Size(metadata) > 0) {
            lookup.fields = fields;
            lookup.fields_count = acd_values_fields(&values, metadata, fields);
        }
        if (!PyErr_Occurred() && acd_core_request()) {
            left = acd_core_leave_now();
            const int result = acdebug_track(t->tracker, &prompts->prompt, &lookup, &found);
            acd_core_return_now(left);
            made = conclude(result, &found);
        }
    }
    acd_values_release(&values);
    return made;
}

static PyObject *tracker_track(PyObject *self, PyObject *args, PyObject *keywords)
{
    struct tracker *t = inside(self);
    struct acd_prompts prompts;
    struct call call;
    PyObject *known = PyDict_New(), *metadata = PyDict_New(), *made = NULL;
    if (known && metadata && is_made(t) && split(keywords, known, metadata) &&
        parse(&call, args, known)) {
        acd_core_ready();
        if (acd_prompts_init(&prompts, call.prompt, call.spans))
            made = emit(t, &call, metadata, &prompts);
        acd_prompts_release(&prompts);
    }
    Py_XDECREF(known);
    Py_XDECREF(metadata);
    return made;
}

static PyObject *tracker_reuse(PyObject *self, PyObject *capacity)
{
    struct tracker *t = inside(self);
    uint64_t size = 0, cached, input;
    if (!is_made(t) || !acd_prompts_amount(capacity, &size))
        return NULL;
    const int r = acdebug_tracker_reuse(t->tracker, size, &cached, &input);
    if (r == -ERANGE) {
        PyErr_SetString(PyExc_ValueError, "capacity_tokens is beyond the tracker's memory");
        return NULL;
    }
    if (r < 0) {
        errno = -r;
        return PyErr_SetFromErrno(PyExc_OSError);
    }
    return Py_BuildValue("(KK)", (unsigned long long)cached, (unsigned long long)input);
}

/* ---- the type ---- */

#define FUNCTION(f) ((PyCFunction)(void (*)(void))(f))

static PyMethodDef methods[] = {
    {"track", FUNCTION(tracker_track), METH_VARARGS | METH_KEYWORDS,
     "track($self, prompt, key=None, *, model=None, cached_tokens=None, spans=None, slot=None, "
     "**metadata)\n--\n\n"
     "A prompt was looked up, with cached_tokens of it found (None: predict it).  Counts and emits\n"
     "the lookup with why it was not more; the Finding, or None when there was no memory for one."},
    {"reuse", tracker_reuse, METH_O,
     "reuse($self, capacity_tokens, /)\n--\n\n"
     "(cached, input): how much of all prompts a cache of this size would have had."},
    {NULL, NULL, 0, NULL}};

static char doc[] =
    "PrefixTracker(cache_type='prompt', *, block_tokens=16, minimum_tokens=0, capacity_tokens=0, "
    "ttl_s=0, budget_bytes=0, snippets=False, detokenize=None)\n--\n\n"
    "Remembers the recent prompts of a cache, to say of the next why it missed.";

/* A slot takes functions as object pointers, as POSIX has them. */
#define SLOT(f) ((void *)(uintptr_t)(f))

static PyType_Slot slots[] = {{Py_tp_doc, doc},
                              {Py_tp_init, SLOT(tracker_init)},
                              {Py_tp_new, SLOT(PyType_GenericNew)},
                              {Py_tp_traverse, SLOT(tracker_traverse)},
                              {Py_tp_clear, SLOT(tracker_clear)},
                              {Py_tp_dealloc, SLOT(tracker_dealloc)},
                              {Py_tp_methods, methods},
                              {0, NULL}};
static PyType_Spec spec = {"acdebug.PrefixTracker", sizeof(struct tracker), 0,
                           Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC, slots};

PyObject *acd_tracker_type(void)
{
    PyObject *package = PyImport_ImportModule("acdebug._finding");
    PyObject *type = package ? PyObject_GetAttrString(package, "Finding") : NULL;
    PyObject *old = finding_type;
    Py_XDECREF(package);
    if (!type)
        return NULL;
    finding_type = type;
    Py_XDECREF(old);
    return PyType_FromSpec(&spec);
}
