/* SPDX-License-Identifier: MIT */
/*
 * What the binding's files share: the module's state and the way into the emitter.  All of it under the
 * interpreter's lock, which is let go only around an emit that may print.  Python.h is not needed here.
 */
#ifndef ACD_PYTHON_CORE_H
#define ACD_PYTHON_CORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <acdebug.h>

typedef struct _object PyObject;

#define ACD_CORE_ALWAYS 0 /* the level of what is printed at every level */

struct acd_core {
    PyObject *json_text;     /* of the package's _json: object -> str */
    PyObject *request_get;   /* the context variable's get; NULL until a request id was set */
    PyObject *request_told;  /* the id that the emitter was told last, by any thread */
    uint64_t request_serial; /* how often it was told one */
    PyObject *changed;       /* called after a change of level; NULL until a logger follows it */
    uint64_t word;           /* the control word that `changed` knows of */
    unsigned text_level;     /* events to this level may print */
    bool opened;
};
extern struct acd_core acd_core;

/* Opens the ring under the program's name, or a given one; 0 or -errno. */
int acd_core_open(const char *name);
void acd_core_notice_now(uint64_t word);

/* Tells the followers of the level. */
static inline void acd_core_notice(void)
{
    uint64_t word = acdebug_priv_word();
    if (__builtin_expect(word != acd_core.word && acd_core.changed, 0))
        acd_core_notice_now(word);
}

/* Before each call of the emitter. */
static inline void acd_core_ready(void)
{
    if (__builtin_expect(!acd_core.opened, 0))
        (void)acd_core_open(NULL);
    acd_core_notice();
}

/* Sets the emitter's request to the context's; false with an exception that the caller must see. */
bool acd_core_request_now(void);
static inline bool acd_core_request(void)
{
    return __builtin_expect(!acd_core.request_get, 1) || acd_core_request_now();
}

/* Around an emit of `level`: lets other threads run when it may wait for stderr's reader. */
void *acd_core_leave_now(void);
void acd_core_return_now(void *state);
static inline void *acd_core_leave(unsigned level)
{
    return __builtin_expect(level > acd_core.text_level, 1) ? NULL : acd_core_leave_now();
}
static inline void acd_core_return(void *state)
{
    if (__builtin_expect(state != NULL, 0))
        acd_core_return_now(state);
}

#endif
