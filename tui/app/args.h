/* SPDX-License-Identifier: MIT */
/*
 * The command line: one table of commands and one of options, from which parsing, --help and the
 * hints of error messages come.  Pure but for what acd_args_help() prints.
 */
#ifndef ACD_TUI_APP_ARGS_H
#define ACD_TUI_APP_ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "tui/app/target.h"

enum acd_command {
    ACD_COMMAND_LIVE,
    ACD_COMMAND_LIST,
    ACD_COMMAND_LEVEL,
    ACD_COMMAND_SNAPSHOT,
    ACD_COMMAND_TAIL,
    ACD_COMMAND_DOCTOR,
    ACD_COMMAND_RECORD,
    ACD_COMMAND_REPLAY,
    ACD_COMMAND_TRACE,
    ACD_COMMAND_VIEW,
    ACD_COMMAND_HELP,
    ACD_COMMAND_VERSION,
    ACD_COMMANDS
};

#define ACD_ARGS_TARGETS 64
#define ACD_ARGS_SETTINGS 32

/* What the configuration is to be other than its files say. */
struct acd_args_setting {
    const char *flag; /* as it was given, for complaints */
    const char *key;  /* NULL: `value` is KEY=VALUE */
    const char *value;
};

struct acd_conf;

struct acd_args {
    enum acd_command command;
    bool demo, json, openmetrics, line, all, from_start, ascii, no_colour;
    const char *directory;
    const char *files;   /* where debug files are, of the demo; NULL: the temp directory */
    const char *fail_if; /* an expression of gate.h; NULL none */
    const char *file;    /* of record */
    uint64_t max_bytes;  /* of it */
    bool redact;
    double speed;   /* of replay */
    int level;      /* -1 not given */
    int category;   /* -1 all */
    uint32_t for_s; /* 0 for good */
    uint64_t count; /* 0 no end */
    struct acd_target target[ACD_ARGS_TARGETS];
    size_t target_count;
    const char *config; /* a file beside the usual ones; NULL none */
    bool check_config, print_config;
    struct acd_args_setting setting[ACD_ARGS_SETTINGS];
    size_t setting_count;
    const struct acd_conf *conf; /* for commands that go by it: set by main, else NULL */
};

struct acd_args_command {
    const char *name, *arguments, *help; /* the first has no name: the live screen */
    enum acd_command id;
};

struct acd_args_option {
    unsigned id;
    char letter; /* 0 none */
    const char *name, *value, *help;
    unsigned commands; /* a bit each: those that it goes with */
};

/** The tables, for manual and completions; NULL past the last. */
const struct acd_args_command *acd_args_command_at(size_t index);
const struct acd_args_option *acd_args_option_at(size_t index);

/** The command that a target's name may have been meant for, NULL when none is near. */
const char *acd_args_command_near(const char *target);

struct acd_args_error {
    char text[256];
};

/** @return 0, -EINVAL and `ret_error`, a sentence with a hint */
int acd_args_parse(struct acd_args *ret_args, int argc, char *const *argv,
                   struct acd_args_error *ret_error);

/** "60", "60s", "10m", "2h", "1d" in seconds. @return 0, -EINVAL */
int acd_args_duration(const char *text, uint32_t *ret_seconds);

void acd_args_help(FILE *stream);

#endif
