/* SPDX-License-Identifier: MIT */
/*
 * Manual pages and completions, written from the tables of commands, options, actions and
 * configuration keys.  Only the generator calls this; what it prints is committed.
 */
#ifndef ACD_TUI_APP_MANUAL_H
#define ACD_TUI_APP_MANUAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "tui/app/args.h"

void acd_manual_top_page(FILE *stream);    /* acdebug-top.1 */
void acd_manual_config_page(FILE *stream); /* acdebug-top.yaml.5 */
void acd_manual_bash(FILE *stream);
void acd_manual_zsh(FILE *stream);
void acd_manual_fish(FILE *stream);

/* What can stand in the place of an option's value. */
enum acd_manual_kind {
    ACD_MANUAL_NOTHING, /* it takes none */
    ACD_MANUAL_ANYTHING,
    ACD_MANUAL_FILES,
    ACD_MANUAL_DIRECTORIES,
    ACD_MANUAL_WORDS
};

/** @param words  those that are likely, one blank apart */
enum acd_manual_kind acd_manual_values(const struct acd_args_option *option, char *words,
                                       size_t size);

/** Does the option go with the command? */
bool acd_manual_goes(const struct acd_args_option *option, const struct acd_args_command *command);

#endif
