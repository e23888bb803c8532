/* SPDX-License-Identifier: MIT */
/* Catching stderr, see capture.h. */
#include "config.h"

#include "tests/support/capture.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static void need(int good, const char *what)
{
    if (!good) {
        perror(what);
        abort();
    }
}

void capture_begin(struct capture *ret_capture)
{
    struct capture c = {.text = NULL};
    fflush(stderr);
    c.file = memfd_create("capture", MFD_CLOEXEC);
    need(c.file >= 0, "memfd_create");
    /* As a terminal or a pipe: each write goes behind the one before. */
    need(fcntl(c.file, F_SETFL, O_APPEND) == 0, "fcntl");
    c.before = dup(STDERR_FILENO);
    need(c.before >= 0 && dup2(c.file, STDERR_FILENO) == STDERR_FILENO, "dup2");
    *ret_capture = c;
}

void capture_end(struct capture *capture)
{
    struct stat st;
    fflush(stderr);
    need(dup2(capture->before, STDERR_FILENO) == STDERR_FILENO, "dup2");
    close(capture->before);
    need(fstat(capture->file, &st) == 0, "fstat");
    capture->bytes = (size_t)st.st_size;
    capture->text = calloc(1, capture->bytes + 1);
    need(capture->text != NULL, "calloc");
    need(pread(capture->file, capture->text, capture->bytes, 0) == (ssize_t)capture->bytes,
         "pread");
    close(capture->file);
}

void capture_free(struct capture *capture)
{
    free(capture->text);
    capture->text = NULL;
}

/* Is it "[dddd-dd-dd dd:dd:dd]"? */
static int is_time(const char *p)
{
    static const char form[] = "[dddd-dd-dd dd:dd:dd]";
    for (size_t i = 0; form[i]; i++)
        if (form[i] == 'd' ? !isdigit((unsigned char)p[i]) : p[i] != form[i])
            return 0;
    return 1;
}

/* The length of "d.ddms" at p, 0 when it isn't there. */
static size_t ms_length(const char *p)
{
    size_t n = strspn(p, "0123456789");
    if (n == 0 || p[n] != '.' || !isdigit((unsigned char)p[n + 1]) ||
        !isdigit((unsigned char)p[n + 2]) || strncmp(p + n + 3, "ms", 2) != 0)
        return 0;
    return n + 5;
}

static void normalise(char *text, int with_ms)
{
    char *out = text;
    for (const char *p = text; *p;) {
        size_t ms = with_ms ? ms_length(p) : 0;
        if (is_time(p)) {
            memcpy(out, "[time]", 6);
            out += 6;
            p += 21;
        } else if (ms > 0) {
            memcpy(out, "Nms", 3);
            out += 3;
            p += ms;
        } else {
            *out++ = *p++;
        }
    }
    *out = '\0';
}

void capture_normalise(char *text)
{
    normalise(text, 1);
}

void capture_normalise_times(char *text)
{
    normalise(text, 0);
}
