/* SPDX-License-Identifier: MIT */
/* The debug file of a failed request. */
#ifndef ACD_PYTHON_ERRORFILE_H
#define ACD_PYTHON_ERRORFILE_H

typedef struct _object PyObject;

/* METH_VARARGS: status, method, url, [(name, value)], body, None or (status, [(name, value)], body) */
PyObject *acd_errorfile_write(PyObject *self, PyObject *args);

#endif
