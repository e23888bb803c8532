/* SPDX-License-Identifier: MIT */
/* write_error_file: what _files.py made of the guide's dicts, as the emitter takes it. */
#include "config.h"

#define Py_LIMITED_API 0x030A0000
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "emitter/python/core.h"
#include "emitter/python/errorfile.h"
#include "emitter/python/values.h"

#define PATH_BYTES 4096

/* A list of pairs of str; the texts live as long as the list. */
static acdebug_header *headers_of(PyObject *list, size_t *ret_count)
{
    size_t count = (size_t)PyList_Size(list);
    acdebug_header *headers = PyMem_Malloc((count + 1) * sizeof *headers);
    if (!headers) {
        PyErr_NoMemory();
        return NULL;
    }
    for (size_t i = 0; i < count; i++)
        if (!PyArg_ParseTuple(PyList_GetItem(list, (Py_ssize_t)i), "ss", &headers[i].name,
                              &headers[i].value)) {
            PyMem_Free(headers);
            return NULL;
        }
    *ret_count = count;
    return headers;
}

struct parts {
    PyObject *request_headers, *response, *response_headers;
    acdebug_header *request_list, *response_list;
};

static bool parse(PyObject *args, acdebug_exchange *x, struct parts *p)
{
    Py_ssize_t bytes = 0;
    if (!PyArg_ParseTuple(args, "issO!z#O:write_error_file", &x->status, &x->method, &x->url,
                          &PyList_Type, &p->request_headers, &x->request_body, &bytes,
                          &p->response))
        return false;
    x->request_body_bytes = (size_t)bytes;
    p->request_list = headers_of(p->request_headers, &x->request_headers_count);
    x->request_headers = p->request_list;
    if (!p->request_list || p->response == Py_None)
        return p->request_list != NULL;
    bytes = 0;
    if (!PyArg_ParseTuple(p->response, "iO!z#", &x->response_status, &PyList_Type,
                          &p->response_headers, &x->response_body, &bytes))
        return false;
    x->response_body_bytes = (size_t)bytes;
    p->response_list = headers_of(p->response_headers, &x->response_headers_count);
    x->response_headers = p->response_list;
    x->has_response = true;
    return p->response_list != NULL;
}

PyObject *acd_errorfile_write(PyObject *self, PyObject *args)
{
    acdebug_exchange exchange = ACDEBUG_EXCHANGE_INIT;
    struct parts parts = {NULL, NULL, NULL, NULL, NULL};
    char path[PATH_BYTES];
    int r = -1;
    (void)self;
    acd_core_ready();
    if (parse(args, &exchange, &parts)) {
        void *state = acd_core_leave_now(); /* it waits for the disk */
        r = acdebug_write_error_file(&exchange, path, sizeof path);
        acd_core_return_now(state);
    }
    PyMem_Free(parts.request_list);
    PyMem_Free(parts.response_list);
    if (acd_values_must_raise())
        return NULL;
    if (r != 0)
        Py_RETURN_NONE;
    return PyUnicode_DecodeFSDefault(path);
}
