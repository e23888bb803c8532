/* SPDX-License-Identifier: MIT */
/*
 * The dicts that a program's calls pass have few shapes: the same keys with values of the same types.
 * Each shape that comes again gets a site, so that its keys stand in the ring once instead of in every
 * record.  Shapes are recognised by their keys' addresses, which are those of interned names that the
 * shape keeps.  Under the interpreter's lock; runs none of the caller's code and raises nothing.
 */
#ifndef ACD_PYTHON_SHAPES_H
#define ACD_PYTHON_SHAPES_H

#include <acdebug.h>

typedef struct _object PyObject;

/* What stands before the dict's fields: LOG's message; CACHE's type, key, outcome and reason. */
enum acd_shapes_head {
    ACD_SHAPES_LOG_1,
    ACD_SHAPES_LOG_2,
    ACD_SHAPES_LOG_3,
    ACD_SHAPES_CACHE,
    ACD_SHAPES_HEADS
};
#define ACD_SHAPES_HEAD_MAX 4
#define ACD_SHAPES_FIELDS 16
#define ACD_SHAPES_VALUES (ACD_SHAPES_HEAD_MAX + ACD_SHAPES_FIELDS)

/*
 * The site of a dict, or of None, behind that head; its values into ret_values behind the head's, which
 * are the caller's to fill.  They last until any of the caller's code runs.  NULL: nothing of this kind.
 */
struct acdebug_priv_site *acd_shapes_find(enum acd_shapes_head head, PyObject *data,
                                          struct acdebug_priv_value ret_values[ACD_SHAPES_VALUES]);

#endif
