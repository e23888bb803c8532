/* SPDX-License-Identifier: MIT */
/* Texts and fields from objects, see values.h. */
#include "config.h"

#define Py_LIMITED_API 0x030A0000
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "emitter/python/core.h"
#include "emitter/python/values.h"

#define UNPRINTABLE "<unprintable>"

/* ---- keeping ---- */

bool acd_values_keep(struct acd_values *values, PyObject *owned)
{
    if (values->count == ACD_VALUES_KEPT) {
        Py_DECREF(owned);
        return false;
    }
    values->object[values->count++] = owned;
    return true;
}

bool acd_values_borrow(struct acd_values *values, PyObject *borrowed)
{
    Py_INCREF(borrowed);
    return acd_values_keep(values, borrowed);
}

/* An exception that is set meanwhile stays. */
void acd_values_release(struct acd_values *values)
{
    if (values->count == 0)
        return;
    PyObject *type = NULL, *value = NULL, *traceback = NULL;
    bool raised = PyErr_Occurred() != NULL;
    if (__builtin_expect(raised, 0))
        PyErr_Fetch(&type, &value, &traceback);
    for (unsigned i = 0; i < values->count; i++)
        Py_DECREF(values->object[i]);
    if (__builtin_expect(raised, 0))
        PyErr_Restore(type, value, traceback);
    values->count = 0;
}

bool acd_values_must_raise(void)
{
    if (__builtin_expect(!PyErr_Occurred(), 1))
        return false;
    if (!PyErr_ExceptionMatches(PyExc_Exception))
        return true;
    PyErr_Clear();
    return false;
}

/* ---- texts ---- */

/* The str's UTF-8; lone surrogates as \udcxx. */
static bool utf8(struct acd_values *values, PyObject *text, const char **ret_text,
                 Py_ssize_t *ret_bytes)
{
    *ret_text = PyUnicode_AsUTF8AndSize(text, ret_bytes);
    if (__builtin_expect(*ret_text != NULL, 1))
        return true;
    PyErr_Clear();
    PyObject *bytes = PyUnicode_AsEncodedString(text, "utf-8", "backslashreplace");
    if (!bytes || !acd_values_keep(values, bytes))
        return false;
    *ret_text = PyBytes_AsString(bytes);
    *ret_bytes = PyBytes_Size(bytes);
    return *ret_text != NULL;
}

/* The emitter's texts end at a NUL: one inside is shown, so that it hides nothing. */
static bool without_nul(struct acd_values *values, const char **text, Py_ssize_t bytes)
{
    PyObject *whole = PyUnicode_DecodeUTF8(*text, bytes, "replace");
    PyObject *nul = PyUnicode_FromStringAndSize("\0", 1);
    PyObject *shown = PyUnicode_FromString("\\x00");
    PyObject *clean = whole && nul && shown ? PyUnicode_Replace(whole, nul, shown, -1) : NULL;
    Py_XDECREF(whole);
    Py_XDECREF(nul);
    Py_XDECREF(shown);
    return clean && acd_values_keep(values, clean) && utf8(values, clean, text, &bytes);
}

static bool any_text(struct acd_values *values, PyObject *object, const char **ret_text)
{
    Py_ssize_t bytes;
    if (!PyUnicode_Check(object)) {
        object = PyObject_Str(object);
        if (!object || !acd_values_keep(values, object))
            return false;
    }
    return utf8(values, object, ret_text, &bytes) &&
           (strlen(*ret_text) == (size_t)bytes || without_nul(values, ret_text, bytes));
}

bool acd_values_text(struct acd_values *values, PyObject *object, const char **ret_text)
{
    *ret_text = "";
    if (!object || object == Py_None)
        return true;
    if (__builtin_expect(any_text(values, object, ret_text), 1))
        return true;
    *ret_text = UNPRINTABLE;
    return !acd_values_must_raise();
}

/* ---- fields ---- */

static bool text_field(struct acd_values *values, PyObject *text, unsigned type,
                       acdebug_field *field)
{
    const char *bytes;
    Py_ssize_t count;
    if (!utf8(values, text, &bytes, &count))
        return false;
    field->type = type;
    field->value = acdebug_priv_strn(bytes, (size_t)count);
    return true;
}

static bool json_field(struct acd_values *values, PyObject *object, acdebug_field *field)
{
    PyObject *text = PyObject_CallFunctionObjArgs(acd_core.json_text, object, NULL);
    return text && acd_values_keep(values, text) && PyUnicode_Check(text) &&
           text_field(values, text, ACDEBUG_PRIV_JSON, field);
}

static bool int_field(struct acd_values *values, PyObject *object, acdebug_field *field)
{
    int overflow = 0;
    long long i = PyLong_AsLongLongAndOverflow(object, &overflow);
    if (overflow != 0)
        return json_field(values, object, field); /* all of its digits */
    if (i == -1 && PyErr_Occurred())
        return false;
    field->type = ACDEBUG_PRIV_INT;
    field->value = acdebug_priv_int(i);
    return true;
}

/* A scalar as its type; everything else as JSON. */
static bool typed(struct acd_values *values, PyObject *object, acdebug_field *field)
{
    if (PyUnicode_Check(object))
        return text_field(values, object, ACDEBUG_PRIV_STR, field);
    if (object == Py_True || object == Py_False) {
        field->type = ACDEBUG_PRIV_BOOL;
        field->value = acdebug_priv_uint(object == Py_True);
        return true;
    }
    if (PyLong_Check(object))
        return int_field(values, object, field);
    if (PyFloat_Check(object)) {
        field->type = ACDEBUG_PRIV_DOUBLE;
        field->value = acdebug_priv_double(PyFloat_AsDouble(object));
        return true;
    }
    return json_field(values, object, field);
}

/* False with an exception that the caller must see. */
static bool value_field(struct acd_values *values, PyObject *object, acdebug_field *field)
{
    if (__builtin_expect(acd_values_borrow(values, object) && typed(values, object, field), 1))
        return true;
    field->type = ACDEBUG_PRIV_STR;
    field->value = acdebug_priv_str(UNPRINTABLE);
    return !acd_values_must_raise();
}

/* The names that JSON has for keys that are no text. */
static const char *name_of_constant(PyObject *key)
{
    return key == Py_None ? "null" : key == Py_True ? "true" : key == Py_False ? "false" : NULL;
}

static bool key_of(struct acd_values *values, PyObject *key, acdebug_field *field)
{
    const char *text;
    Py_ssize_t bytes;
    if (__builtin_expect(PyUnicode_Check(key) && acd_values_borrow(values, key) &&
                             utf8(values, key, &text, &bytes),
                         1)) {
        field->key = text;
        field->key_bytes = (size_t)bytes;
        return true;
    }
    if (acd_values_must_raise() || !acd_values_borrow(values, key))
        return false;
    text = name_of_constant(key);
    if (!text && !acd_values_text(values, key, &text))
        return false;
    field->key = text;
    field->key_bytes = strlen(text);
    return true;
}

size_t acd_values_fields(struct acd_values *values, PyObject *data,
                         acdebug_field ret_fields[ACD_VALUES_FIELDS])
{
    PyObject *key, *value;
    Py_ssize_t position = 0;
    size_t n = 0;
    if (!data || data == Py_None)
        return 0;
    if (!PyDict_Check(data) || PyDict_Size(data) > ACD_VALUES_FIELDS) {
        ret_fields[0].key = "";
        ret_fields[0].key_bytes = 0;
        return value_field(values, data, &ret_fields[0]) ? 1 : 0;
    }
    /* A value's own code may change the dict: then what is seen of it is what is reported. */
    while (n < ACD_VALUES_FIELDS && PyDict_Next(data, &position, &key, &value)) {
        Py_INCREF(value); /* a key's own code may drop it */
        bool good =
            key_of(values, key, &ret_fields[n]) && value_field(values, value, &ret_fields[n]);
        Py_DECREF(value);
        if (!good)
            break;
        n++;
    }
    return n;
}
