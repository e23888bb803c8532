/* SPDX-License-Identifier: MIT */
/*
 * Prompts as Python programs hold them: text, bytes, lists of token ids, arrays of them.  What is made of
 * one is a copy that no other thread can change, so that the interpreter's lock may be let go.
 */
#ifndef ACD_PYTHON_PROMPTS_H
#define ACD_PYTHON_PROMPTS_H

#include <stdbool.h>

#include <acdebug.h>

typedef struct _object PyObject;

#define ACD_PROMPTS_SPANS 32

struct acd_prompts {
    acdebug_prompt prompt;
    acdebug_span span[ACD_PROMPTS_SPANS];
    PyObject *bytes; /* NULL: tokens of our own */
    uint32_t *tokens;
    PyObject *name[ACD_PROMPTS_SPANS]; /* as bytes */
};

/* False with a TypeError or ValueError; to be released in either case. */
bool acd_prompts_init(struct acd_prompts *prompts, PyObject *prompt, PyObject *spans);
void acd_prompts_release(struct acd_prompts *prompts);

/* A number that is not negative, `ret_number` untouched for NULL and None.  False with an exception. */
bool acd_prompts_amount(PyObject *object, uint64_t *ret_number);

#endif
