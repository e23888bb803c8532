/* SPDX-License-Identifier: MIT */
/*
 * The guide's calls, as the module's table lists them.  None raises but for a wrong number or name of
 * arguments, and for what is no Exception.
 */
#ifndef ACD_PYTHON_CALLS_H
#define ACD_PYTHON_CALLS_H

#include <sys/types.h>

typedef struct _object PyObject;

/* METH_FASTCALL | METH_KEYWORDS */
PyObject *acd_calls_debug(PyObject *self, PyObject *const *args, ssize_t n, PyObject *names);
PyObject *acd_calls_cache_hit(PyObject *self, PyObject *const *args, ssize_t n, PyObject *names);
PyObject *acd_calls_cache_miss(PyObject *self, PyObject *const *args, ssize_t n, PyObject *names);
PyObject *acd_calls_performance(PyObject *self, PyObject *const *args, ssize_t n, PyObject *names);
PyObject *acd_calls_error(PyObject *self, PyObject *const *args, ssize_t n, PyObject *names);

/* METH_VARARGS | METH_KEYWORDS */
PyObject *acd_calls_cache_lookup(PyObject *self, PyObject *args, PyObject *keywords);

/* METH_FASTCALL: severity, logger, message, fields */
PyObject *acd_calls_record(PyObject *self, PyObject *const *args, ssize_t n);

/* METH_O */
PyObject *acd_calls_redact(PyObject *self, PyObject *text);

#endif
