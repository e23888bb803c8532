/* SPDX-License-Identifier: MIT */
/*
 * One acdebug-top (or another program) run to its end, with a fault that libacd-shim.so gives: on pipes,
 * or on a terminal where keys are typed one by one, each once the screen has answered the one before,
 * and the last three again and again.
 * One run at a time in a process; SIGCHLD is this module's.
 */
#ifndef ACD_TEST_VIEWER_RUN_H
#define ACD_TEST_VIEWER_RUN_H

#include <stdbool.h>
#include <stddef.h>

#define ACD_RUN_WORDS 8

struct acd_run {
    const char *word[ACD_RUN_WORDS]; /* the program, its arguments; NULL behind them */
    const char *keys;                /* NULL: no terminal */
    const char *fault;               /* for ACD_SHIM; NULL: none */
    const char *folder;              /* where it runs and its output is kept */
    int patience_ms;
};

#define ACD_RAN_HANGS (-1)
#define ACD_RAN_SIGNAL 1000

struct acd_ran {
    int status;     /* exit code, ACD_RAN_SIGNAL + a signal, ACD_RAN_HANGS */
    bool in_curses; /* the fault was given to a library of curses */
    bool given;     /* the fault */
    bool restored;  /* the terminal's modes are those from before */
    size_t out_bytes, err_bytes;
    char out[1 << 18], err[1 << 14]; /* NUL at the end; a terminal has no err */
};

/** Preloads this shim from now on, with that ring directory. */
void acd_run_begin(const char *shim, const char *rings);

void acd_run(struct acd_ran *ret, const struct acd_run *run);

#endif
