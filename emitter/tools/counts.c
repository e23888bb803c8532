/* SPDX-License-Identifier: MIT */
/* What became of the lines, see counts.h. */
#include "config.h"

#include "emitter/tools/counts.h"

#include <inttypes.h>

bool acd_counts_trouble(const struct acd_counts *c)
{
    return c->bad + c->too_long + c->incomplete + c->unmatched + c->left_out + c->no_end +
               c->unwritten_bytes >
           0;
}

static void part(FILE *stream, uint64_t n, const char *what)
{
    if (n > 0)
        fprintf(stream, ", %" PRIu64 " %s", n, what);
}

void acd_counts_say(const struct acd_counts *c, FILE *stream)
{
    fprintf(stream, "acdebug-emit: %" PRIu64 " lines: %" PRIu64 " events", c->lines, c->events);
    part(stream, c->text, "plain text");
    part(stream, c->bad, "begin like JSON and are none");
    if (c->first_bad > 0)
        fprintf(stream, " (the first is line %" PRIu64 ")", c->first_bad);
    part(stream, c->no_memory, "of those for want of memory");
    part(stream, c->too_long, "too long");
    if (c->first_too_long > 0)
        fprintf(stream, " (the first is line %" PRIu64 "; --max-line)", c->first_too_long);
    part(stream, c->incomplete, "events lack a key that their kind needs (--help-keys)");
    part(stream, c->unmatched, "are of timers that were not started");
    part(stream, c->left_out, "events had more fields than fit");
    part(stream, c->no_end, "timers never ended");
    part(stream, c->unwritten_bytes, "bytes not written to standard output");
    putc('\n', stream);
}
