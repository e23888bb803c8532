/* SPDX-License-Identifier: MIT */
/*
 * From Python's objects to the emitter's texts and fields.  What fails in the caller's objects is
 * replaced, never raised, unless it is no Exception: KeyboardInterrupt goes on to the caller.
 */
#ifndef ACD_PYTHON_VALUES_H
#define ACD_PYTHON_VALUES_H

#include <stdbool.h>
#include <stddef.h>

#include <acdebug.h>

typedef struct _object PyObject;

#define ACD_VALUES_FIELDS 16
/* A field keeps its key and its value, and what was made of them; a call a few texts more. */
#define ACD_VALUES_KEPT (8 * ACD_VALUES_FIELDS + 16)

/* What has to live until the emit.  Not initialised but for the count. */
struct acd_values {
    unsigned count;
    PyObject *object[ACD_VALUES_KEPT];
};

static inline void acd_values_init(struct acd_values *values)
{
    values->count = 0;
}
void acd_values_release(struct acd_values *values);

/* Takes over the reference; false, and the reference is gone, when there is no room. */
bool acd_values_keep(struct acd_values *values, PyObject *owned);

/* The same with a reference of its own. */
bool acd_values_borrow(struct acd_values *values, PyObject *borrowed);

/* Is there an exception that the caller must see?  Others are cleared. */
bool acd_values_must_raise(void);

/* Anything as UTF-8 without a NUL inside: a str as it is, else its str(); "" for NULL and None.  The
 * object must live until the emit, as arguments do.  False with an exception that the caller must see. */
bool acd_values_text(struct acd_values *values, PyObject *object, const char **ret_text);

/* A flat small dict as a field an item; anything else as one field without a name.  An exception that
 * the caller must see is left set. */
size_t acd_values_fields(struct acd_values *values, PyObject *data,
                         acdebug_field ret_fields[ACD_VALUES_FIELDS]);

#endif
