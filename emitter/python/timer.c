/* SPDX-License-Identifier: MIT */
/*
 * PerformanceTimer: the emitter's timer as a context manager.  It keeps a clock of its own, so that its
 * milliseconds are right where there is no ring and in a fork child of its start.  The emitter's timer is
 * one thread's at a time: what goes on without the interpreter's lock goes on with a copy, so that threads
 * may share an object.
 */
#include "config.h"

#define Py_LIMITED_API 0x030A0000
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <structmember.h>
#include <time.h>

#include "emitter/python/core.h"
#include "emitter/python/timer.h"
#include "emitter/python/values.h"

struct timer {
    PyObject ob_base;
    acdebug_timer timer;
    struct timespec start;
    uint64_t runs;  /* that were begun */
    PyObject *name; /* a str */
    int log_level;
    char running;
};

static struct timer *inside(PyObject *self)
{
    return (struct timer *)(void *)self;
}

static unsigned level_of(const struct timer *t)
{
    return t->log_level < 1 ? 1u : t->log_level > 3 ? 3u : (unsigned)t->log_level;
}

/* From where on its start and its checkpoints are printed. */
static unsigned step_level(const struct timer *t)
{
    return level_of(t) > 2 ? 3 : 2;
}

static double own_ms(const struct timer *t)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - t->start.tv_sec) * 1e3 +
           (double)(now.tv_nsec - t->start.tv_nsec) * 1e-6;
}

/* ---- making ---- */

static PyObject *name_of(PyObject *object)
{
    PyObject *text = PyUnicode_Check(object) ? (Py_INCREF(object), object) : PyObject_Str(object);
    if (!text && !acd_values_must_raise())
        text = PyUnicode_FromString("<unprintable>");
    return text;
}

static bool parse(PyObject *args, PyObject *keywords, PyObject **ret_name, int *ret_level)
{
    static char name_word[] = "name", level_word[] = "log_level";
    static char *known[] = {name_word, level_word, NULL};
    if (!keywords && PyTuple_Size(args) == 1) {
        *ret_name = PyTuple_GetItem(args, 0);
        return true;
    }
    return PyArg_ParseTupleAndKeywords(args, keywords, "O|i:PerformanceTimer", known, ret_name,
                                       ret_level);
}

static int timer_init(PyObject *self, PyObject *args, PyObject *keywords)
{
    struct timer *t = inside(self);
    PyObject *name;
    int level = 2;
    if (!parse(args, keywords, &name, &level))
        return -1;
    name = name_of(name);
    if (!name)
        return -1;
    PyObject *old = t->name;
    t->name = name;
    t->log_level = level;
    Py_XDECREF(old);
    return 0;
}

/* The run that goes on is the caller's. */
static acdebug_timer take_run(struct timer *t)
{
    t->running = 0;
    return t->timer;
}

static void end_failed(struct timer *t, const char *error_type)
{
    acdebug_timer run = take_run(t);
    void *state = acd_core_leave(ACD_CORE_ALWAYS);
    (void)acdebug_timer_fail(&run, error_type);
    acd_core_return(state);
}

static void end_well(struct timer *t)
{
    acdebug_timer run = take_run(t);
    void *state = acd_core_leave(level_of(t));
    (void)acdebug_timer_end(&run);
    acd_core_return(state);
}

/* A timer that nobody can end any more is not running.  The reader of what it prints may be a thread of this
 * process, so that others run meanwhile, as everywhere. */
static void timer_dealloc(PyObject *self)
{
    struct timer *t = inside(self);
    PyTypeObject *type = Py_TYPE(self);
    freefunc tp_free = (freefunc)(uintptr_t)PyType_GetSlot(type, Py_tp_free);
    if (t->running)
        end_failed(t, "abandoned");
    Py_XDECREF(t->name);
    tp_free(self);
    Py_DECREF(type);
}

/* ---- running ---- */

/* Entered again, or by another thread while this one begins: the run before ends here. */
static void begin(struct timer *t, const char *name)
{
    const unsigned level = level_of(t);
    acdebug_timer run;
    struct timespec start;
    if (t->running)
        end_well(t);
    void *state = acd_core_leave(step_level(t));
    clock_gettime(CLOCK_MONOTONIC, &start);
    acdebug_timer_start_level(&run, name, level);
    acd_core_return(state);
    while (t->running)
        end_well(t);
    t->timer = run;
    t->start = start;
    t->runs++;
    t->running = 1;
}

static double mark(struct timer *t, const char *label)
{
    const uint64_t runs = t->runs;
    acdebug_timer run = t->timer;
    void *state = acd_core_leave(step_level(t));
    double ms = acdebug_timer_checkpoint(&run, label);
    acd_core_return(state);
    if (t->running && t->runs == runs)
        t->timer = run;
    return ms;
}

static PyObject *timer_enter(PyObject *self, PyObject *none)
{
    struct timer *t = inside(self);
    struct acd_values values;
    const char *name;
    (void)none;
    if (!t->name) {
        PyErr_SetString(PyExc_ValueError, "the PerformanceTimer was not made: call its __init__()");
        return NULL;
    }
    acd_core_ready();
    acd_values_init(&values);
    bool good = acd_values_borrow(&values, t->name) && acd_values_text(&values, t->name, &name) &&
                acd_core_request();
    if (good)
        begin(t, name);
    acd_values_release(&values);
    if (!good)
        return NULL;
    Py_INCREF(self);
    return self;
}

/* The label, by position or by its name: NULL with a TypeError. */
static PyObject *label_of(PyObject *const *args, Py_ssize_t n, PyObject *names)
{
    Py_ssize_t keywords = names ? PyTuple_Size(names) : 0;
    if (n + keywords == 1 &&
        (n == 1 || PyUnicode_CompareWithASCIIString(PyTuple_GetItem(names, 0), "label") == 0))
        return args[0];
    PyErr_SetString(PyExc_TypeError, "checkpoint() takes one argument: 'label'");
    return NULL;
}

static PyObject *timer_checkpoint(PyObject *self, PyObject *const *args, Py_ssize_t n,
                                  PyObject *names)
{
    struct timer *t = inside(self);
    struct acd_values values;
    const char *text;
    PyObject *label = label_of(args, n, names);
    if (!label)
        return NULL;
    if (!t->running)
        return PyFloat_FromDouble(0);
    acd_core_ready();
    acd_values_init(&values);
    bool good = acd_values_text(&values, label, &text);
    /* A label's own code may have ended it. */
    double ms = good && t->running ? mark(t, text) : 0;
    acd_values_release(&values);
    if (!good)
        return NULL;
    return PyFloat_FromDouble(ms > 0 || !t->running ? ms : own_ms(t));
}

static bool fail_with(struct timer *t, PyObject *type)
{
    struct acd_values values;
    const char *text = "Exception";
    acd_values_init(&values);
    PyObject *name = PyObject_GetAttrString(type, "__name__");
    bool good = name ? acd_values_keep(&values, name) && acd_values_text(&values, name, &text)
                     : !acd_values_must_raise();
    if (t->running) /* after the type's own code, too */
        end_failed(t, text);
    acd_values_release(&values);
    return good;
}

static PyObject *timer_exit(PyObject *self, PyObject *const *args, Py_ssize_t n)
{
    struct timer *t = inside(self);
    if (!t->running)
        Py_RETURN_FALSE;
    acd_core_ready();
    if (n > 0 && args[0] != Py_None) {
        if (!fail_with(t, args[0]))
            return NULL;
        Py_RETURN_FALSE;
    }
    end_well(t);
    Py_RETURN_FALSE;
}

static PyObject *timer_elapsed(PyObject *self, void *unused)
{
    struct timer *t = inside(self);
    (void)unused;
    return PyFloat_FromDouble(t->running ? own_ms(t) : 0);
}

/* ---- the type ---- */

#define FUNCTION(f) ((PyCFunction)(void (*)(void))(f))

static PyMethodDef methods[] = {
    {"__enter__", timer_enter, METH_NOARGS, "Start."},
    {"__exit__", FUNCTION(timer_exit), METH_FASTCALL,
     "End; as failed when an exception goes through."},
    {"start", timer_enter, METH_NOARGS,
     "start($self)\n--\n\nStart without a with block; returns self."},
    {"stop", FUNCTION(timer_exit), METH_FASTCALL,
     "stop($self, error_type=None, /)\n--\n\nEnd without a with block."},
    {"checkpoint", FUNCTION(timer_checkpoint), METH_FASTCALL | METH_KEYWORDS,
     "checkpoint($self, label)\n--\n\nMark a label; the milliseconds since the start."},
    {NULL, NULL, 0, NULL}};
static PyMemberDef members[] = {
    {"name", T_OBJECT, offsetof(struct timer, name), READONLY, "The timer's name."},
    {"log_level", T_INT, offsetof(struct timer, log_level), READONLY,
     "The level from which its end is logged."},
    {"running", T_BOOL, offsetof(struct timer, running), READONLY, "Between start and end?"},
    {NULL, 0, 0, 0, NULL}};
static PyGetSetDef properties[] = {
    {"elapsed_ms", timer_elapsed, NULL, "Milliseconds since the start; 0 when not running.", NULL},
    {NULL, NULL, NULL, NULL, NULL}};

static char doc[] =
    "PerformanceTimer(name, log_level=2)\n--\n\n"
    "Times a with block, and each checkpoint in it.  Counted at every level; its end is logged from "
    "log_level on, start and checkpoints from there on too but not below 2.";

/* A slot takes functions as object pointers, as POSIX has them. */
#define SLOT(f) ((void *)(uintptr_t)(f))

static PyType_Slot slots[] = {{Py_tp_doc, doc},
                              {Py_tp_init, SLOT(timer_init)},
                              {Py_tp_new, SLOT(PyType_GenericNew)},
                              {Py_tp_dealloc, SLOT(timer_dealloc)},
                              {Py_tp_methods, methods},
                              {Py_tp_members, members},
                              {Py_tp_getset, properties},
                              {0, NULL}};
static PyType_Spec spec = {"acdebug.PerformanceTimer", sizeof(struct timer), 0,
                           Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, slots};

PyObject *acd_timer_type(void)
{
    return PyType_FromSpec(&spec);
}
