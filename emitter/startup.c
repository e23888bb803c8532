/* SPDX-License-Identifier: MIT */
/* The lines with which a server says that it is being debugged, and how to watch. */
#include "config.h"

#include <errno.h>

#include "emitter/format/kinds.h"
#include "emitter/line.h"
#include "emitter/number.h"
#include "emitter/shmfile.h"
#include "emitter/text.h"

static void say(const char *what, const char *value, const char *more)
{
    struct acd_line line;
    acd_line_begin(&line, 2, ACD_TEXT_LOGGER, ACDEBUG_SEV_INFO);
    acd_sink_text(&line.clean.sink, what);
    acd_sink_text(&line.clean.sink, value);
    acd_sink_text(&line.clean.sink, more);
    acd_line_end(&line);
}

static void say_level(unsigned level)
{
    char text[40], number[ACD_NUMBER_BYTES];
    (void)acd_number_uint(number, level);
    text[0] = '\0';
    strcat(strcat(strcat(strcat(text, number), " ("), acd_level_name(level)), ")");
    say("Debug level: ", text, "");
}

void acdebug_display_startup(void)
{
    unsigned level = (unsigned)acdebug_level();
    const struct acd_ring *ring = acd_emitter_ring();
    unsigned start = ring ? (unsigned)acd_get(&ring->text_level) : 0;
    if (!ring || level < 1 || start < 1)
        return;
    int saved = errno;
    char pid[ACD_NUMBER_BYTES];
    (void)acd_number_uint(pid, ring->pid);
    say_level(level);
    say("Debug files: ", ring->files.directory, "/anyclaude-debug-*.json");
    say("Error log: ", ring->files.directory, "/anyclaude-errors.log");
    say("Ring: ", ring->path, "");
    say("Watch: acdebug-top ", pid, "");
    errno = saved;
}
