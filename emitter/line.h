/* SPDX-License-Identifier: MIT */
/*
 * One text on stderr: `[YYYY-MM-DD HH:MM:SS] [name] LEVEL: ` and what follows, put together on the stack
 * and written at once as long as it fits PIPE_BUF, so that lines of several threads and processes stay
 * whole.  Longer ones go in parts that end at line ends where there are any.  Async-signal-safe.
 */
#ifndef ACD_LINE_H
#define ACD_LINE_H

#include <stddef.h>
#include <stdint.h>

#include <acdebug.h>
#include "emitter/sink.h"

#define ACD_LINE_BYTES 4096 /* PIPE_BUF */

/* Before another sink: control characters but \n and \t come out as \xNN. */
struct acd_line_clean {
    struct acd_sink sink;
    struct acd_sink *behind;
};

struct acd_line {
    struct acd_line_clean clean; /* takes the text */
    struct acd_sink raw;
    int fd;
    size_t used;
    char bytes[ACD_LINE_BYTES];
};

struct acd_line_clean acd_line_clean_begin(struct acd_sink *behind);

const char *acd_line_severity(enum acdebug_severity severity);
/* Time, name and severity, as each line begins. */
void acd_line_head(struct acd_sink *sink, const char *name, enum acdebug_severity severity);
void acd_line_begin(struct acd_line *line, int fd, const char *name,
                    enum acdebug_severity severity);
/* Ends the line and writes it. */
void acd_line_end(struct acd_line *line);

/* ---- a sink before another: so many characters, then `...` ---- */

struct acd_line_cut {
    struct acd_sink sink;
    struct acd_sink *behind;
    size_t left; /* characters */
};

struct acd_line_cut acd_line_cut_begin(struct acd_sink *behind, size_t characters);

#endif
