/* SPDX-License-Identifier: MIT */
/* Units around the point where prompts part, as text: bytes as they are, tokens by the server's own
 * detokenizer. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "emitter/number.h"
#include "emitter/track/tracker.h"

#define TOKENS_AT_ONCE 64
#define PIECE_BYTES 2048 /* of so many tokens */

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t put_numbers(const uint32_t *tokens, size_t count, char *text, size_t room)
{
    size_t used = 0;
    for (size_t i = 0; i < count && used + ACD_NUMBER_BYTES < room; i++) {
        used += acd_number_uint(text + used, tokens[i]);
        text[used++] = ' ';
    }
    return used;
}

/* Appends units; tokens may stand at any address. */
static void append(const struct acd_track_job *job, struct acd_track_text *text, const char *units,
                   size_t count)
{
    const acdebug_tracker_options *o = &job->tracker->options;
    uint32_t tokens[TOKENS_AT_ONCE];
    if (job->prompt.unit_bytes == 1) {
        memcpy(text->text + text->bytes, units, count);
        text->bytes += count;
        return;
    }
    count = least(count, TOKENS_AT_ONCE);
    memcpy(tokens, units, count * sizeof *tokens);
    char *to = text->text + text->bytes;
    if (o->detokenize)
        text->bytes +=
            least(o->detokenize(o->context, tokens, count, to, PIECE_BYTES), PIECE_BYTES);
    else
        text->bytes += put_numbers(tokens, count, to, PIECE_BYTES);
}

int acd_track_text_of(const struct acd_track_job *job, const struct acd_track_range *range,
                      struct acd_track_text *ret_text)
{
    const struct acd_track_prompt *p = &job->prompt;
    const struct acd_track_closest *c = &job->closest;
    const struct acd_difference *d = &job->difference;
    const size_t unit = p->unit_bytes, at = (size_t)c->shared;
    const size_t before = least(at, range->around);
    const char *units = range->old ? c->old_units + (at - c->from) * unit : p->units + at * unit;
    const size_t left = range->old ? c->from + c->old_count - at : p->count - at;
    const size_t differs =
        least(least(range->old ? d->old_units : d->new_units, range->most), left);
    struct acd_track_text text = {0};
    *ret_text = text;
    if (unit > 1 && !job->tracker->options.detokenize && !range->numbers)
        return 0;
    text.text = malloc(unit == 1 ? before + differs + range->around + 1 : 3 * PIECE_BYTES);
    if (!text.text)
        return -ENOMEM;
    append(job, &text, p->units + (at - before) * unit, before);
    text.begin = text.bytes;
    append(job, &text, units, differs);
    text.end = text.bytes;
    append(job, &text, units + differs * unit, least(left - differs, range->around));
    *ret_text = text;
    return 0;
}

size_t acd_track_text_bytes(const struct acd_track_job *job, size_t begin, size_t count)
{
    const acdebug_tracker_options *o = &job->tracker->options;
    uint32_t tokens[TOKENS_AT_ONCE];
    char text[PIECE_BYTES];
    count = least(count, TOKENS_AT_ONCE);
    memcpy(tokens, job->prompt.units + begin * sizeof *tokens, count * sizeof *tokens);
    return count > 0
               ? least(o->detokenize(o->context, tokens, count, text, sizeof text), sizeof text)
               : 0;
}
