/* SPDX-License-Identifier: MIT */
/*
 * What the program says on stderr and stdout outside the live screen: made safe for a terminal,
 * with the program's name before a complaint.
 */
#ifndef ACD_TUI_APP_SAY_H
#define ACD_TUI_APP_SAY_H

#include <stdio.h>

/* Exit codes, as the manual has them. */
enum acd_exit {
    ACD_EXIT_GOOD = 0,
    ACD_EXIT_FAILED = 1, /* at run time */
    ACD_EXIT_USAGE = 2,  /* usage or terminal */
    ACD_EXIT_BAD_INPUT = 3
};

/** `acdebug-top: ...` and a line feed on stderr. */
void acd_say_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** Text made safe, to any stream. */
void acd_say_text(FILE *stream, const char *format, ...) __attribute__((format(printf, 2, 3)));

/**
 * How text is made safe for a stream, of enum acd_text_flag: a terminal that takes no UTF-8 would obey
 * some of its bytes, which are controls there.  What a pipe gets is the same everywhere.
 */
unsigned acd_say_flags(FILE *stream);

/** Flushes stdout: ACD_EXIT_GOOD, or ACD_EXIT_FAILED when not all could be written. */
int acd_say_end(void);

#endif
