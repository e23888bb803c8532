/* SPDX-License-Identifier: MIT */
/* The type PrefixTracker. */
#ifndef ACD_PYTHON_TRACKER_H
#define ACD_PYTHON_TRACKER_H

typedef struct _object PyObject;

/* A new reference, or NULL with an exception.  What it finds it gives to the package's Finding. */
PyObject *acd_tracker_type(void);

#endif
