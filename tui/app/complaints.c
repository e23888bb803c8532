/* SPDX-License-Identifier: MIT */
/* Complaints about a text, see complaints.h. */
#include "config.h"

#include "tui/app/complaints.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "tui/app/say.h"
#include "tui/view/text.h"

/* Of a longer line, so many bytes before and after the place are shown. */
#define SHOWN 120

void acd_complaints_add(struct acd_complaints *complaints, struct acd_place at, const char *format,
                        ...)
{
    va_list arguments;
    complaints->count++;
    if (!complaints->complaint)
        complaints->complaint = calloc(ACD_COMPLAINTS_MOST, sizeof *complaints->complaint);
    if (!complaints->complaint || complaints->kept == ACD_COMPLAINTS_MOST)
        return;
    struct acd_complaint *new = &complaints->complaint[complaints->kept++];
    new->at = at;
    va_start(arguments, format);
    vsnprintf(new->text, sizeof new->text, format, arguments);
    va_end(arguments);
}

void acd_complaints_fini(struct acd_complaints *complaints)
{
    free(complaints->complaint);
    memset(complaints, 0, sizeof *complaints);
}

/* ---------------------------------------------------------------- printing */

static int by_place(const void *a, const void *b)
{
    const struct acd_complaint *x = a, *y = b;
    if (x->at.line != y->at.line)
        return x->at.line < y->at.line ? -1 : 1;
    if (x->at.column != y->at.column)
        return x->at.column < y->at.column ? -1 : 1;
    return strcmp(x->text, y->text);
}

/* The line's bytes; a line ends as in YAML, by line feed or carriage return. */
static const char *find_line(const struct acd_source *source, uint32_t line, size_t *ret_length)
{
    const char *at = source->text, *end = source->text + source->length;
    for (; line > 1 && at < end; line--) {
        while (at < end && *at != '\n' && *at != '\r')
            at++;
        if (at < end)
            at += *at == '\r' && at + 1 < end && at[1] == '\n' ? 2 : 1;
    }
    *ret_length = 0;
    while (at + *ret_length < end && at[*ret_length] != '\n' && at[*ret_length] != '\r')
        (*ret_length)++;
    return at;
}

/* Bytes before the character that stands in `column`. */
static size_t bytes_before(const char *line, size_t length, uint32_t column)
{
    size_t at = 0;
    uint32_t cp;
    for (; column > 1 && at < length; column--)
        at += acd_text_decode(line + at, length - at, &cp);
    return at;
}

static void print_line(FILE *stream, const struct acd_source *source, struct acd_place at)
{
    size_t length, from = 0;
    char safe[16 * SHOWN];
    unsigned flags = acd_say_flags(stream) | ACD_TEXT_BLANKS;
    const char *line = find_line(source, at.line, &length);
    size_t before = bytes_before(line, length, at.column);
    if (before > SHOWN) {
        from = before - SHOWN;
        while (from < before && ((unsigned char)line[from] & 0xc0u) == 0x80)
            from++;
    }
    if (length > before + SHOWN)
        length = before + SHOWN;
    acd_text_sanitise(safe, sizeof safe, line + from, length - from, flags);
    fprintf(stream, "  %s\n", safe);
    size_t columns = acd_text_sanitise(safe, sizeof safe, line + from, before - from, flags);
    fprintf(stream, "  %*s^\n", (int)columns, "");
}

void acd_complaints_print(FILE *stream, struct acd_complaints *complaints,
                          const struct acd_source *source)
{
    if (complaints->kept > 0)
        qsort(complaints->complaint, complaints->kept, sizeof *complaints->complaint, by_place);
    for (size_t i = 0; i < complaints->kept; i++) {
        const struct acd_complaint *c = &complaints->complaint[i];
        if (c->at.line == 0) {
            acd_say_text(stream, "%s: error: %s", source->path, c->text);
            fputc('\n', stream);
            continue;
        }
        acd_say_text(stream, "%s:%" PRIu32 ":%" PRIu32 ": error: %s", source->path, c->at.line,
                     c->at.column, c->text);
        fputc('\n', stream);
        print_line(stream, source, c->at);
    }
    if (complaints->count > complaints->kept)
        acd_say_text(stream, "%s: %zu more errors", source->path,
                     complaints->count - complaints->kept);
    if (complaints->count > complaints->kept)
        fputc('\n', stream);
}
