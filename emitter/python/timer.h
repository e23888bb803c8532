/* SPDX-License-Identifier: MIT */
/* The type PerformanceTimer. */
#ifndef ACD_PYTHON_TIMER_H
#define ACD_PYTHON_TIMER_H

typedef struct _object PyObject;

/* A new reference, or NULL with an exception. */
PyObject *acd_timer_type(void);

#endif
