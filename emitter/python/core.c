/* SPDX-License-Identifier: MIT */
/*
 * The module acdebug._core: opening, levels and request ids; the other files' calls are in its table.
 * On the stable ABI of Python 3.10.  The emitter is one a process, so it is one interpreter's.
 */
#include "config.h"

#define Py_LIMITED_API 0x030A0000
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "emitter/python/calls.h"
#include "emitter/python/core.h"
#include "emitter/python/errorfile.h"
#include "emitter/python/timer.h"
#include "emitter/python/tracker.h"
#include "emitter/python/values.h"

#define NAME_BYTES 256 /* of the program; acdebug_open() cuts it where a character ends */

struct acd_core acd_core;

/* Keeps a reference of its own.  The old object's end may run any code, and finds the new one there. */
static void replace(PyObject **slot, PyObject *borrowed)
{
    PyObject *old = *slot;
    Py_INCREF(borrowed);
    *slot = borrowed;
    Py_XDECREF(old);
}

/* ---- opening ---- */

static void copy_name(char *ret_name, size_t bytes, const char *text, size_t count)
{
    if (count >= bytes)
        count = bytes - 1;
    memcpy(ret_name, text, count);
    ret_name[count] = '\0';
}

/* The script without its path and ending; of a package that runs as a program, the package. */
static void name_of_path(char *ret_name, size_t bytes, const char *path)
{
    const char *end = path + strlen(path);
    const char *base = strrchr(path, '/');
    base = base ? base + 1 : path;
    if (strcmp(base, "__main__.py") == 0 && base > path) {
        end = base - 1;
        base = end;
        while (base > path && base[-1] != '/')
            base--;
    } else if (end - base > 3 && strcmp(end - 3, ".py") == 0) {
        end -= 3;
    }
    copy_name(ret_name, bytes, base, (size_t)(end - base));
}

static void program_name(char *ret_name, size_t bytes)
{
    struct acd_values values;
    const char *path = "";
    PyObject *argv = PySys_GetObject("argv"); /* borrowed */
    acd_values_init(&values);
    if (argv && PyList_Check(argv) && PyList_Size(argv) > 0)
        (void)acd_values_text(&values, PyList_GetItem(argv, 0), &path);
    name_of_path(ret_name, bytes, path[0] && path[0] != '-' ? path : "python");
    acd_values_release(&values);
}

int acd_core_open(const char *name)
{
    char own[NAME_BYTES];
    acd_core.opened = true;
    if (!name || !name[0]) {
        program_name(own, sizeof own);
        name = own;
    }
    int r = acdebug_open(name, NULL);
    acd_core.text_level = (unsigned)acdebug_level();
    return r;
}

static PyObject *open_ring(PyObject *self, PyObject *name)
{
    struct acd_values values;
    const char *text;
    (void)self;
    if (acd_core.opened)
        Py_RETURN_FALSE;
    acd_values_init(&values);
    bool good = acd_values_text(&values, name, &text);
    int r = good ? acd_core_open(text) : 0;
    acd_values_release(&values);
    if (!good)
        return NULL;
    return PyBool_FromLong(r == 0);
}

static PyObject *is_open(PyObject *self, PyObject *none)
{
    (void)self, (void)none;
    return PyBool_FromLong(acd_core.opened);
}

static PyObject *ring_path(PyObject *self, PyObject *none)
{
    (void)self, (void)none;
    acd_core_ready();
    return PyUnicode_DecodeFSDefault(acdebug_ring_path());
}

void *acd_core_leave_now(void)
{
    return PyEval_SaveThread();
}

void acd_core_return_now(void *state)
{
    PyEval_RestoreThread(state);
}

/* ---- levels ---- */

static PyObject *get_debug_level(PyObject *self, PyObject *none)
{
    (void)self, (void)none;
    acd_core_ready();
    return PyLong_FromLong(acdebug_level());
}

static PyObject *is_enabled(int level)
{
    acd_core_ready();
    return PyBool_FromLong(acdebug_enabled(level));
}

static PyObject *is_debug_enabled(PyObject *self, PyObject *none)
{
    (void)self, (void)none;
    return is_enabled(1);
}

static PyObject *is_verbose_debug_enabled(PyObject *self, PyObject *none)
{
    (void)self, (void)none;
    return is_enabled(2);
}

static PyObject *is_trace_debug_enabled(PyObject *self, PyObject *none)
{
    (void)self, (void)none;
    return is_enabled(3);
}

static PyObject *is_logger_enabled(PyObject *self, PyObject *level)
{
    (void)self;
    long l = PyLong_AsLong(level);
    if (l == -1 && PyErr_Occurred())
        return NULL;
    if (!acd_core.opened)
        (void)acd_core_open(NULL);
    return PyBool_FromLong(l >= 1 && l <= 3 && acdebug_enabled_for(ACDEBUG_LOGGER, (int)l));
}

/* For loggers, which no call of acdebug stands behind.  A lease that ran out ends here too. */
static PyObject *notice(PyObject *self, PyObject *none)
{
    (void)self, (void)none;
    if (acd_core.opened) {
        (void)acdebug_enabled_for(ACDEBUG_LOGGER, 1);
        acd_core_notice();
    }
    Py_RETURN_NONE;
}

static PyObject *open_and_notice(PyObject *self, PyObject *none)
{
    if (!acd_core.opened)
        (void)acd_core_open(NULL);
    return notice(self, none);
}

static int raise_kept(void *exception)
{
    PyErr_SetObject((PyObject *)Py_TYPE((PyObject *)exception), exception);
    Py_DECREF((PyObject *)exception);
    return -1;
}

/* Clears the exception that is set; the interpreter raises it before it goes on with the caller. */
static void raise_soon(void)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    Py_XDECREF(type);
    Py_XDECREF(traceback);
    if (value && Py_AddPendingCall(raise_kept, value) != 0)
        Py_DECREF(value);
}

/* The followers run none of the caller's code, but its signal handlers may run in them. */
void acd_core_notice_now(uint64_t word)
{
    acd_core.word = word;
    PyObject *done = PyObject_CallNoArgs(acd_core.changed);
    Py_XDECREF(done);
    if (!done && acd_values_must_raise())
        raise_soon();
}

static PyObject *on_change(PyObject *self, PyObject *callback)
{
    (void)self;
    replace(&acd_core.changed, callback);
    Py_RETURN_NONE;
}

static PyObject *display_debug_startup(PyObject *self, PyObject *none)
{
    (void)self, (void)none;
    acd_core_ready();
    void *state = acd_core_leave(ACD_CORE_ALWAYS);
    acdebug_display_startup();
    acd_core_return(state);
    Py_RETURN_NONE;
}

/* ---- the request that this context belongs to ---- */

static bool set_request(PyObject *id)
{
    struct acd_values values;
    const char *text;
    if (PyLong_Check(id)) {
        unsigned long long number = PyLong_AsUnsignedLongLong(id);
        if (number != (unsigned long long)-1 || !PyErr_Occurred()) {
            acdebug_request_set(number);
            return true;
        }
        PyErr_Clear(); /* negative, or of a UUID: its digits */
    }
    acd_values_init(&values);
    bool good = acd_values_text(&values, id, &text);
    if (good)
        acdebug_request_set_str(text);
    acd_values_release(&values);
    return good;
}

/* When this thread's emitter was told a request.  The thread that told the last one has nothing to tell
 * while it goes on with it; any other may have an old one. */
static _Thread_local uint64_t told;

static bool tell_request(PyObject *id)
{
    if (id == Py_None)
        acdebug_request_clear();
    else if (!set_request(id))
        return false;
    told = ++acd_core.request_serial;
    replace(&acd_core.request_told, id); /* kept, so that no other id gets its address */
    return true;
}

bool acd_core_request_now(void)
{
    PyObject *id = PyObject_CallNoArgs(acd_core.request_get);
    if (!id)
        return !acd_values_must_raise();
    bool known = id == acd_core.request_told && told == acd_core.request_serial;
    bool good = known || tell_request(id);
    Py_DECREF(id);
    return good;
}

static PyObject *use_request(PyObject *self, PyObject *get)
{
    (void)self;
    replace(&acd_core.request_get, get);
    Py_RETURN_NONE;
}

/* ---- the module ---- */

#define FUNCTION(f) ((PyCFunction)(void (*)(void))(f))
#define CALL (METH_FASTCALL | METH_KEYWORDS)

static PyMethodDef functions[] = {
    {"get_debug_level", get_debug_level, METH_NOARGS,
     "get_debug_level()\n--\n\nThe live level, 0 to 3: what the viewer set counts at the next call."},
    {"is_debug_enabled", is_debug_enabled, METH_NOARGS,
     "is_debug_enabled()\n--\n\nIs the live level 1 or more?"},
    {"is_verbose_debug_enabled", is_verbose_debug_enabled, METH_NOARGS,
     "is_verbose_debug_enabled()\n--\n\nIs the live level 2 or more?"},
    {"is_trace_debug_enabled", is_trace_debug_enabled, METH_NOARGS,
     "is_trace_debug_enabled()\n--\n\nIs the live level 3?"},
    {"debug", FUNCTION(acd_calls_debug), CALL,
     "debug(level, message, data=None)\n--\n\nAn event, if the level is enabled now."},
    {"log_cache_hit", FUNCTION(acd_calls_cache_hit), CALL,
     "log_cache_hit(cache_type, key, metadata=None)\n--\n\n"
     "A cache lookup that found all it asked for.  Counted at every level."},
    {"log_cache_miss", FUNCTION(acd_calls_cache_miss), CALL,
     "log_cache_miss(cache_type, key, reason=None)\n--\n\n"
     "A cache lookup that found nothing.  Counted at every level."},
    {"log_cache_lookup", FUNCTION(acd_calls_cache_lookup), METH_VARARGS | METH_KEYWORDS,
     "log_cache_lookup(cache_type, key, outcome, reason=None, metadata=None, *, model=None, "
     "input_tokens=None, cached_tokens=None, created_tokens=None, diverged_at=None, "
     "size_bytes=None, exclusive=False)\n--\n\n"
     "A lookup with all that is known of it; outcome: 'hit', 'partial', 'miss', 'bypass', "
     "'unknown'."},
    {"log_performance", FUNCTION(acd_calls_performance), CALL,
     "log_performance(name, duration_ms, details=None)\n--\n\n"
     "An operation that was timed elsewhere; an event at level 2."},
    {"log_debug_error", FUNCTION(acd_calls_error), CALL,
     "log_debug_error(error_type, status_code, debug_file=None, context=None)\n--\n\n"
     "Counts an error at every level, with or without a debug file."},
    {"log_record", FUNCTION(acd_calls_record), METH_FASTCALL,
     "log_record(severity, logger, message, fields, /)\n--\n\nA log record into the ring alone."},
    {"redact", acd_calls_redact, METH_O, "redact(text, /)\n--\n\nThe text without its secrets."},
    {"write_error_file", acd_errorfile_write, METH_VARARGS,
     "write_error_file(status, method, url, headers, body, response, /)\n--\n\nThe path, or None."},
    {"display_debug_startup", display_debug_startup, METH_NOARGS,
     "display_debug_startup()\n--\n\n"
     "Prints, at level 1 or more: the level, the paths, and the command to watch."},
    {"open_ring", open_ring, METH_O,
     "open_ring(name, /)\n--\n\n"
     "Opens the ring under a name instead of the program's.  False when it is open already, or "
     "there is no room."},
    {"is_open", is_open, METH_NOARGS, "is_open()\n--\n\nWas there a first call?"},
    {"ring_path", ring_path, METH_NOARGS, "ring_path()\n--\n\nThe ring's file, '' without one."},
    {"is_logger_enabled", is_logger_enabled, METH_O,
     "is_logger_enabled(level, /)\n--\n\nIs the level enabled for loggers' records?"},
    {"notice", notice, METH_NOARGS,
     "notice()\n--\n\nTakes over a change of level, if the ring is open."},
    {"open_and_notice", open_and_notice, METH_NOARGS,
     "open_and_notice()\n--\n\nThe same; opens the ring if it is not."},
    {"on_change", on_change, METH_O,
     "on_change(callback, /)\n--\n\nCalled after a change of level."},
    {"use_request", use_request, METH_O,
     "use_request(get, /)\n--\n\nWhere the request id comes from."},
    {NULL, NULL, 0, NULL}};

/* Two interpreters would share one ring and one level, and this state. */
static bool is_main_interpreter(void)
{
    if (PyInterpreterState_GetID(PyInterpreterState_Get()) == 0)
        return true;
    PyErr_SetString(PyExc_ImportError, "acdebug works in the main interpreter only, not in a "
                                       "subinterpreter. Hint: use threads or processes");
    return false;
}

static int fill(PyObject *module)
{
    if (!is_main_interpreter())
        return -1;
    PyObject *json = PyImport_ImportModule("acdebug._json");
    PyObject *text = json ? PyObject_GetAttrString(json, "text") : NULL;
    PyObject *timer = text ? acd_timer_type() : NULL;
    PyObject *tracker = timer ? acd_tracker_type() : NULL;
    int r = tracker && PyModule_AddObjectRef(module, "PrefixTracker", tracker) == 0
                ? PyModule_AddObjectRef(module, "PerformanceTimer", timer)
                : -1;
    Py_XDECREF(json);
    Py_XDECREF(timer);
    Py_XDECREF(tracker);
    Py_XDECREF(acd_core.json_text); /* of an import before this one */
    acd_core.json_text = text;
    return r;
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, (void *)(uintptr_t)fill}, {0, NULL}};
static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT,
                                        "acdebug._core",
                                        "The emitter's calls.",
                                        0,
                                        functions,
                                        slots,
                                        NULL,
                                        NULL,
                                        NULL};

PyMODINIT_FUNC PyInit__core(void);
PyMODINIT_FUNC PyInit__core(void)
{
    return PyModuleDef_Init(&definition);
}
