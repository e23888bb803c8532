/* SPDX-License-Identifier: MIT */
/* acdebug-emit's command line: one table, from which parsing and --help come.  The manual has each, too. */
#ifndef ACD_EMITTER_TOOLS_OPTIONS_H
#define ACD_EMITTER_TOOLS_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum acd_options_task { ACD_OPTIONS_PIPE, ACD_OPTIONS_HELP, ACD_OPTIONS_KEYS, ACD_OPTIONS_VERSION };

struct acd_options {
    enum acd_options_task task;
    const char *name;      /* NULL: the program's */
    const char *directory; /* NULL: the platform's */
    int level;             /* 0 to 3; -1: ANYCLAUDE_DEBUG, else 3 */
    bool pass_all;
    bool quiet;
    size_t line_most;
};

/** @return 0; -EINVAL with a sentence in `ret_error` */
int acd_options_parse(struct acd_options *ret_options, int argc, char *const *argv, char *ret_error,
                      size_t size);
void acd_options_help(FILE *stream);

#endif
