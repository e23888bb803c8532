/* SPDX-License-Identifier: MIT */
/* Prompts and their named parts, from Python's objects. */
#include "config.h"

#define Py_LIMITED_API 0x030A0000
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "emitter/python/prompts.h"

bool acd_prompts_amount(PyObject *object, uint64_t *ret_number)
{
    if (!object || object == Py_None)
        return true;
    PyObject *index = PyNumber_Index(object);
    if (!index)
        return false;
    const unsigned long long n = PyLong_AsUnsignedLongLong(index);
    Py_DECREF(index);
    if (n == (unsigned long long)-1 && PyErr_Occurred())
        return false;
    *ret_number = n;
    return true;
}

/* ---- tokens ---- */

static bool put_token(uint32_t *to, uint64_t token)
{
    if (token > UINT32_MAX) {
        PyErr_SetString(PyExc_ValueError, "prompt: a token id must fit into 32 bits");
        return false;
    }
    *to = (uint32_t)token;
    return true;
}

static bool make_room(struct acd_prompts *prompts, Py_ssize_t count)
{
    prompts->tokens = PyMem_Malloc(((size_t)count + 1) * sizeof *prompts->tokens);
    if (!prompts->tokens) {
        PyErr_NoMemory();
        return false;
    }
    prompts->prompt.tokens = prompts->tokens;
    prompts->prompt.tokens_count = (size_t)count;
    return true;
}

static bool from_items(struct acd_prompts *prompts, PyObject *list)
{
    PyObject *items = PySequence_Tuple(list);
    bool good = items && make_room(prompts, PyTuple_Size(items));
    for (size_t i = 0; good && i < prompts->prompt.tokens_count; i++) {
        uint64_t token = UINT64_MAX;
        good = acd_prompts_amount(PyTuple_GetItem(items, (Py_ssize_t)i), &token) &&
               put_token(&prompts->tokens[i], token);
    }
    Py_XDECREF(items);
    return good;
}

static uint64_t item_of(const char *at, size_t size)
{
    uint64_t wide;
    uint32_t usual;
    uint16_t narrow;
    if (size == sizeof wide)
        return memcpy(&wide, at, sizeof wide), wide;
    if (size == sizeof usual)
        return memcpy(&usual, at, sizeof usual), usual;
    return memcpy(&narrow, at, sizeof narrow), narrow;
}

static bool from_array(struct acd_prompts *prompts, PyObject *raw, size_t size)
{
    const char *at = PyBytes_AsString(raw);
    bool good = at && make_room(prompts, PyBytes_Size(raw) / (Py_ssize_t)size);
    for (size_t i = 0; good && i < prompts->prompt.tokens_count; i++)
        good = put_token(&prompts->tokens[i], item_of(at + i * size, size));
    return good;
}

/* ---- bytes, and arrays of whatever is one ---- */

static void take_bytes(struct acd_prompts *prompts, PyObject *owned)
{
    prompts->bytes = owned;
    prompts->prompt.bytes = PyBytes_AsString(owned);
    prompts->prompt.bytes_count = (size_t)PyBytes_Size(owned);
}

/* The size of an item, negative for bytes; 0 with a TypeError for what is no whole number. */
static long item_size(PyObject *view)
{
    PyObject *size = PyObject_GetAttrString(view, "itemsize");
    PyObject *format = size ? PyObject_GetAttrString(view, "format") : NULL;
    PyObject *name = format ? PyUnicode_AsASCIIString(format) : NULL;
    const char *text = name ? PyBytes_AsString(name) : NULL;
    long bytes = 0;
    if (text) {
        const char *kind = text + strspn(text, "@=<");
        bytes = PyLong_AsLong(size);
        if (kind[0] == '\0' || kind[1] != '\0' || !strchr("bBchHiIlLqQnN", kind[0])) {
            PyErr_Format(PyExc_TypeError, "prompt: an array of whole numbers, not of format '%s'",
                         text);
            bytes = 0;
        }
    }
    Py_XDECREF(size);
    Py_XDECREF(format);
    Py_XDECREF(name);
    return bytes == 1 ? -1 : bytes;
}

static bool from_buffer(struct acd_prompts *prompts, PyObject *object)
{
    PyObject *view = PyMemoryView_FromObject(object);
    if (!view) {
        PyErr_Clear();
        PyErr_SetString(PyExc_TypeError, "prompt: str, bytes, a list of ints, or an array of them");
        return false;
    }
    const long size = item_size(view);
    PyObject *raw = size != 0 ? PyObject_CallMethod(view, "tobytes", NULL) : NULL;
    bool good = raw != NULL;
    if (good && size < 0)
        take_bytes(prompts, (Py_INCREF(raw), raw));
    else if (good)
        good = from_array(prompts, raw, (size_t)size);
    Py_XDECREF(raw);
    Py_DECREF(view);
    return good;
}

static bool take_prompt(struct acd_prompts *prompts, PyObject *object)
{
    if (PyBytes_CheckExact(object)) {
        take_bytes(prompts, (Py_INCREF(object), object));
        return true;
    }
    if (PyUnicode_Check(object)) {
        PyObject *bytes = PyUnicode_AsEncodedString(object, "utf-8", "surrogatepass");
        if (bytes)
            take_bytes(prompts, bytes);
        return bytes != NULL;
    }
    if (PyList_Check(object) || PyTuple_Check(object))
        return from_items(prompts, object);
    return from_buffer(prompts, object);
}

/* ---- named parts ---- */

static bool take_span(struct acd_prompts *prompts, PyObject *pair)
{
    const size_t i = prompts->prompt.spans_count;
    PyObject *both = PySequence_Tuple(pair);
    PyObject *name = both && PyTuple_Size(both) == 2 ? PyTuple_GetItem(both, 0) : NULL;
    uint64_t begin = 0;
    bool good = name && PyUnicode_Check(name) && PyTuple_GetItem(both, 1) != Py_None;
    if (!good && !PyErr_Occurred())
        PyErr_SetString(PyExc_TypeError, "spans: each is a name and where it begins");
    good = good && acd_prompts_amount(PyTuple_GetItem(both, 1), &begin);
    prompts->name[i] = good ? PyUnicode_AsEncodedString(name, "utf-8", "backslashreplace") : NULL;
    Py_XDECREF(both);
    if (!prompts->name[i])
        return false;
    prompts->span[i] = (acdebug_span){PyBytes_AsString(prompts->name[i]), begin};
    prompts->prompt.spans_count++;
    return true;
}

static bool take_spans(struct acd_prompts *prompts, PyObject *spans)
{
    if (!spans || spans == Py_None)
        return true;
    PyObject *all = PySequence_Tuple(spans);
    bool good = all != NULL;
    for (Py_ssize_t i = 0; good && i < PyTuple_Size(all) && i < ACD_PROMPTS_SPANS; i++)
        good = take_span(prompts, PyTuple_GetItem(all, i));
    Py_XDECREF(all);
    prompts->prompt.spans = prompts->span;
    return good;
}

bool acd_prompts_init(struct acd_prompts *prompts, PyObject *prompt, PyObject *spans)
{
    const acdebug_prompt empty = ACDEBUG_PROMPT_INIT;
    prompts->prompt = empty;
    prompts->bytes = NULL;
    prompts->tokens = NULL;
    return take_prompt(prompts, prompt) && take_spans(prompts, spans);
}

void acd_prompts_release(struct acd_prompts *prompts)
{
    for (size_t i = 0; i < prompts->prompt.spans_count; i++)
        Py_DECREF(prompts->name[i]);
    Py_XDECREF(prompts->bytes);
    PyMem_Free(prompts->tokens);
}
