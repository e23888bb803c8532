/* SPDX-License-Identifier: MIT */
/* A text on stderr, see line.h. */
#include "config.h"

#include "emitter/line.h"

#include <stdint.h>

#include "emitter/redact.h"
#include "emitter/shmfile.h"
#include "emitter/state.h"
#include "emitter/walltime.h"

const char *acd_line_severity(enum acdebug_severity severity)
{
    static const char *const names[] = {"DEBUG", "INFO", "WARNING", "ERROR"};
    return (unsigned)severity < 4 ? names[severity] : "ERROR";
}

/* Writes what is there, if possible as far as a line's end. */
static void flush(struct acd_line *line)
{
    size_t n = line->used;
    while (n > 0 && line->bytes[n - 1] != '\n')
        n--;
    if (n == 0)
        n = line->used;
    (void)acd_sys_write(line->fd, line->bytes, n);
    line->used -= n;
    memmove(line->bytes, line->bytes + n, line->used);
}

static void put_whole(struct acd_line *line, const char *bytes, size_t count)
{
    while (count > 0) {
        if (line->used == sizeof line->bytes)
            flush(line);
        size_t room = sizeof line->bytes - line->used;
        size_t n = count < room ? count : room;
        memcpy(line->bytes + line->used, bytes, n);
        line->used += n;
        bytes += n;
        count -= n;
    }
}

static void put(struct acd_sink *sink, const char *bytes, size_t count)
{
    const size_t before = offsetof(struct acd_line, raw);
    put_whole((struct acd_line *)(void *)((char *)sink - before), bytes, count);
}

void acd_line_head(struct acd_sink *sink, const char *name, enum acdebug_severity severity)
{
    char time[ACD_WALLTIME_BYTES];
    acd_walltime_local(&acd_state.walltime, acd_sys_realtime_ns(), time);
    acd_sink_text(sink, "[");
    acd_sink_text(sink, time);
    acd_sink_text(sink, "] [");
    acd_sink_text(sink, name);
    acd_sink_text(sink, "] ");
    acd_sink_text(sink, acd_line_severity(severity));
    acd_sink_text(sink, ": ");
}

void acd_line_begin(struct acd_line *line, int fd, const char *name, enum acdebug_severity severity)
{
    line->raw = (struct acd_sink){put, false};
    line->clean = acd_line_clean_begin(&line->raw);
    line->fd = fd;
    line->used = 0;
    acd_line_head(&line->clean.sink, name, severity);
}

void acd_line_end(struct acd_line *line)
{
    put_whole(line, "\n", 1);
    (void)acd_sys_write(line->fd, line->bytes, line->used);
}

/* ---- filters ---- */

static bool is_control(unsigned char c)
{
    return (c < 0x20 && c != '\n' && c != '\t') || c == 0x7f;
}

static void put_clean(struct acd_sink *sink, const char *bytes, size_t count)
{
    static const char digits[] = "0123456789abcdef";
    struct acd_sink *behind = ((struct acd_line_clean *)(void *)sink)->behind;
    size_t done = 0;
    for (size_t i = 0; i < count; i++) {
        unsigned char c = (unsigned char)bytes[i];
        if (!is_control(c))
            continue;
        char escape[4] = {'\\', 'x', digits[c >> 4], digits[c & 15]};
        acd_sink_put(behind, bytes + done, i - done);
        acd_sink_put(behind, escape, sizeof escape);
        done = i + 1;
    }
    acd_sink_put(behind, bytes + done, count - done);
    sink->full = behind->full;
}

struct acd_line_clean acd_line_clean_begin(struct acd_sink *behind)
{
    return (struct acd_line_clean){{put_clean, behind->full}, behind};
}

static void put_cut(struct acd_sink *sink, const char *bytes, size_t count)
{
    struct acd_line_cut *cut = (struct acd_line_cut *)(void *)sink;
    size_t n = 0;
    for (; n < count; n++) {
        if (((unsigned char)bytes[n] & 0xc0) == 0x80)
            continue; /* goes with the character that it is in */
        if (cut->left == 0)
            break;
        cut->left--;
    }
    acd_sink_put(cut->behind, bytes, n);
    if (n == count)
        return;
    acd_sink_text(cut->behind, "...");
    sink->full = true;
}

struct acd_line_cut acd_line_cut_begin(struct acd_sink *behind, size_t characters)
{
    return (struct acd_line_cut){{put_cut, false}, behind, characters};
}
