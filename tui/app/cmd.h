/* SPDX-License-Identifier: MIT */
/*
 * The commands beside the live screen, one file each, and what they share: opening the model for the
 * targets of the command line.  Each returns the program's exit code.
 */
#ifndef ACD_TUI_APP_CMD_H
#define ACD_TUI_APP_CMD_H

#include "tui/app/args.h"
#include "tui/app/collect.h"

int acd_cmd_list_run(const struct acd_args *args);
int acd_cmd_level_run(const struct acd_args *args);
int acd_cmd_snapshot_run(const struct acd_args *args);
int acd_cmd_tail_run(const struct acd_args *args);
int acd_cmd_doctor_run(const struct acd_args *args);
int acd_cmd_record_run(const struct acd_args *args);
int acd_cmd_trace_run(const struct acd_args *args);

/* The model of a command. */
struct acd_cmd {
    struct acd_fleet fleet;
    struct acd_collect *collect;
    int failure; /* as acd_collect_failure(), of what was made of it */
};

/**
 * Attaches to the targets; says on stderr what is wrong.
 * @param options  all but directory and targets, which come from `args`
 * @return an exit code; when it is good, acd_cmd_close() is due
 */
int acd_cmd_open(struct acd_cmd *cmd, const struct acd_args *args,
                 struct acd_collect_options options);
void acd_cmd_close(struct acd_cmd *cmd);

/** Both without a word, for a screen that is up. @return as above, and `why` where it is not good */
int acd_cmd_try(struct acd_cmd *cmd, const struct acd_args *args,
                struct acd_collect_options options, struct acd_problem *why);
void acd_cmd_drop(struct acd_cmd *cmd);

/** What a command that printed its answer ends with: says so when not all of it could be read.
 * @param code  what it would end with @return an exit code */
int acd_cmd_end(const struct acd_cmd *cmd, int code);

/** Complains that no server matches. @return an exit code */
int acd_cmd_nothing(const struct acd_cmd *cmd, const struct acd_args *args);

/** The attached servers' numbers on stdout, as `snapshot` prints them. */
void acd_cmd_snapshot_print(struct acd_cmd *cmd, bool as_json);

#endif
