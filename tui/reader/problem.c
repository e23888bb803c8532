/* SPDX-License-Identifier: MIT */
/* Sentences for what could not be read, see problem.h.  Any thread. */
#include "config.h"

#include "tui/reader/problem.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int acd_problem_set(struct acd_problem *problem, enum acd_problem_code code, int error,
                    const char *format, ...)
{
    if (problem) {
        va_list arguments;
        va_start(arguments, format);
        problem->code = code;
        problem->error = error;
        vsnprintf(problem->text, sizeof problem->text, format, arguments);
        va_end(arguments);
        for (char *c = problem->text; *c; c++)
            if ((unsigned char)*c < 0x20 || *c == 0x7f)
                *c = '?';
    }
    return error ? -error : -EBADMSG;
}

int acd_problem_set_errno(struct acd_problem *problem, int error, const char *what,
                          const char *name)
{
    switch (error) {
    case ENOENT:
        return acd_problem_set(problem, ACD_PROBLEM_NOT_FOUND, error,
                               "'%s' does not exist. Hint: acdebug-top list", name);
    case EACCES:
    case EPERM:
        return acd_problem_set(problem, ACD_PROBLEM_NOT_PERMITTED, error,
                               "cannot %s '%s': permission denied. Hint: run as its owner", what,
                               name);
    case ELOOP:
        return acd_problem_set(problem, ACD_PROBLEM_SYMLINK, error,
                               "skipped '%s': it is a symbolic link. Hint: name the file itself",
                               name);
    case EMFILE:
    case ENFILE:
        return acd_problem_set(problem, ACD_PROBLEM_SYSTEM, error,
                               "cannot %s '%s': too many open files. Hint: ulimit -n 4096", what,
                               name);
    default:
        return acd_problem_set(problem, ACD_PROBLEM_SYSTEM, error, "cannot %s '%s': %s", what, name,
                               strerror(error));
    }
}

/* 18201 as "18,201". */
static void group_digits(char *ret_text, size_t bytes, uint64_t number)
{
    char plain[24];
    int digits = snprintf(plain, sizeof plain, "%" PRIu64, number);
    size_t out = 0;
    for (int i = 0; i < digits && out + 2 < bytes; i++) {
        if (i > 0 && (digits - i) % 3 == 0)
            ret_text[out++] = ',';
        ret_text[out++] = plain[i];
    }
    ret_text[out] = '\0';
}

void acd_problem_set_shrank(struct acd_problem *problem, const char *name, const uint64_t bytes[2],
                            uint64_t kept)
{
    char events[40];
    group_digits(events, sizeof events, kept);
    acd_problem_set(problem, ACD_PROBLEM_SHRANK, 0,
                    "ring '%s' shrank from %" PRIu64 " to %" PRIu64
                    " bytes; detached, %s events kept",
                    name, bytes[0], bytes[1], events);
}
