/* SPDX-License-Identifier: MIT */
/* Output outside the live screen, see say.h. */
#include "config.h"

#include "tui/app/say.h"

#include <errno.h>
#include <langinfo.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "tui/view/text.h"

unsigned acd_say_flags(FILE *stream)
{
    bool other = strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
    return other && isatty(fileno(stream)) ? ACD_TEXT_ASCII : 0;
}

static void put(FILE *stream, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));
static void put(FILE *stream, const char *format, va_list arguments)
{
    char raw[2048], safe[8192];
    vsnprintf(raw, sizeof raw, format, arguments);
    acd_text_sanitise(safe, sizeof safe, raw, strlen(raw), acd_say_flags(stream));
    fputs(safe, stream);
}

void acd_say_error(const char *format, ...)
{
    va_list arguments;
    fputs("acdebug-top: ", stderr);
    va_start(arguments, format);
    put(stderr, format, arguments);
    va_end(arguments);
    putc('\n', stderr);
}

void acd_say_text(FILE *stream, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    put(stream, format, arguments);
    va_end(arguments);
}

int acd_say_end(void)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return ACD_EXIT_GOOD;
    if (errno != EPIPE)
        acd_say_error("cannot write to standard output: %s", strerror(errno));
    return ACD_EXIT_FAILED;
}
