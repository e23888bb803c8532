/* SPDX-License-Identifier: MIT */
/*
 * Loggers: a line on stderr and in a file, a record in the ring, and warnings and errors as error groups.
 * A message's secrets are replaced before it goes anywhere.  Not async-signal-safe: stdio formats.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emitter/buffer.h"
#include "emitter/emit.h"
#include "emitter/errors.h"
#include "emitter/format/kinds.h"
#include "emitter/format/utf8.h"
#include "emitter/line.h"
#include "emitter/redact.h"
#include "emitter/shmfile.h"
#include "emitter/text.h"

#define MESSAGE_MAX 65536 /* of a logger's line, which is cut behind it */
#define MESSAGE_WHOLE (MESSAGE_MAX + ACD_UTF8_AHEAD)
#define VLOG_MAX 4096

struct acdebug_logger {
    char name[64];
    enum acdebug_severity threshold;
    int file;         /* -1: none */
    acd_word failing; /* the file takes no lines, and that has been said */
};

static const struct acdebug_priv_key logger_keys[] = {{ACD_KEY_LOGGER, ACD_TYPE_STR},
                                                      {ACD_KEY_SEVERITY, ACD_TYPE_STR},
                                                      {ACD_KEY_MESSAGE, ACD_TYPE_STR}};
/* Debug lines are an event at level 2, the others at level 1. */
static struct acdebug_priv_site debug_site =
    ACD_LIBRARY_SITE_INIT(ACD_KIND_LOGGER, ACD_CATEGORY_LOGGER, 2, "logger", logger_keys);
static struct acdebug_priv_site logger_site =
    ACD_LIBRARY_SITE_INIT(ACD_KIND_LOGGER, ACD_CATEGORY_LOGGER, 1, "logger", logger_keys);

/* ---- one message to the ring ---- */

/* The text is clean and NUL-terminated. */
struct message {
    const char *logger, *text;
    size_t bytes;
    enum acdebug_severity severity;
    const acdebug_field *fields;
    size_t fields_count;
};

static struct acdebug_priv_site *site_of(enum acdebug_severity severity)
{
    return severity == ACDEBUG_SEV_DEBUG ? &debug_site : &logger_site;
}

static void count_error(const struct message *m)
{
    struct acd_error error = {.type = acd_line_severity(m->severity), .message = m->text};
    struct acd_turn turn;
    if (!acd_turn_begin(&turn))
        return;
    acd_errors_count(turn.ring, &error, acd_turn_now(&turn));
    acd_turn_end(&turn);
}

static void to_ring(const struct message *m)
{
    const struct acdebug_priv_value values[] = {acdebug_priv_str(m->logger),
                                                acdebug_priv_str(acd_line_severity(m->severity)),
                                                acdebug_priv_strn(m->text, m->bytes)};
    struct acd_emission e = {.site = site_of(m->severity),
                             .values = values,
                             .fields = m->fields,
                             .fields_count = m->fields_count};
    if (m->severity >= ACDEBUG_SEV_WARNING)
        count_error(m);
    if (acdebug_priv_on(ACD_CATEGORY_LOGGER, e.site->level))
        acd_emit(&e);
}

/* ---- formatting ---- */

static bool is_severity(enum acdebug_severity severity)
{
    return (unsigned)severity <= ACDEBUG_SEV_ERROR;
}

/* As much as fits; the length of all of it. */
ACDEBUG_PRINTF(3, 0)
static size_t format_into(char *ret_text, size_t size, const char *format, va_list arguments)
{
    static const char bad[] = "(a message that could not be formatted)";
    ret_text[0] = '\0';
    int n = format ? vsnprintf(ret_text, size, format, arguments) : 0;
    if (n < 0) {
        memcpy(ret_text, bad, sizeof bad);
        return sizeof bad - 1;
    }
    return (size_t)n;
}

/* The formatted message in `small` or on the heap; what doesn't fit either is cut. */
ACDEBUG_PRINTF(3, 0)
static char *format_whole(char *small, size_t size, const char *format, va_list arguments)
{
    va_list again;
    int saved = errno; /* %m */
    va_copy(again, arguments);
    size_t bytes = format_into(small, size, format, arguments);
    char *text = small;
    if (bytes >= size) {
        size_t most = size - 1 - ACD_UTF8_AHEAD;
        size_t room = (bytes < MESSAGE_WHOLE ? bytes : MESSAGE_WHOLE) + 1;
        char *heap = malloc(room);
        if (heap) {
            errno = saved;
            (void)format_into(heap, room, format, again);
            text = heap;
            size = room;
            most = MESSAGE_MAX;
        }
        text[acd_utf8_cut(text, size - 1, most)] = '\0';
    }
    va_end(again);
    return text;
}

/* ---- the line ---- */

static void warn_of_file(struct acdebug_logger *logger, int error)
{
    uint64_t good = 0;
    struct acd_line line;
    if (!acd_swap_if(&logger->failing, &good, 1) || !acd_text_on())
        return;
    acd_line_begin(&line, 2, logger->name, ACDEBUG_SEV_WARNING);
    acd_sink_text(&line.clean.sink, "acdebug: this logger's file takes no more lines: ");
    acd_sink_text(&line.clean.sink, strerror(-error));
    acd_line_end(&line);
}

static void write_line(struct acdebug_logger *logger, const struct message *m)
{
    char storage[2048];
    struct acd_buffer line;
    acd_buffer_init(&line, storage, sizeof storage, 4 * MESSAGE_MAX + 256);
    struct acd_line_clean clean = acd_line_clean_begin(&line.sink);
    acd_line_head(&clean.sink, logger->name, m->severity);
    acd_sink_put(&clean.sink, m->text, m->bytes);
    acd_sink_text(&clean.sink, "\n");
    if (line.error && line.used > 0)
        line.bytes[line.used - 1] = '\n'; /* as much of it as there was memory for */
    if (acd_text_on())
        (void)acd_sys_write(2, line.bytes, line.used);
    if (logger->file >= 0) {
        int r = acd_sys_append(logger->file, line.bytes, line.used);
        if (r != 0)
            warn_of_file(logger, r);
        else
            acd_set(&logger->failing, 0);
    }
    acd_buffer_fini(&line);
}

/* ---- the calls ---- */

int acdebug_logger_new(acdebug_logger **ret_logger, const char *name,
                       enum acdebug_severity threshold, const char *file)
{
    if (!ret_logger || !is_severity(threshold))
        return -EINVAL;
    int saved = errno;
    acdebug_logger *logger = calloc(1, sizeof *logger);
    int r = logger ? 0 : -ENOMEM;
    if (r == 0) {
        logger->threshold = threshold;
        logger->file = -1;
        (void)acd_redact_store(logger->name, sizeof logger->name, name ? name : "",
                               name ? strlen(name) : 0);
        if (file)
            r = acd_sys_open_append(file, false, &logger->file);
    }
    if (r == 0)
        *ret_logger = logger;
    else
        free(logger);
    errno = saved;
    return r;
}

void acdebug_logger_free(acdebug_logger *logger)
{
    int saved = errno;
    if (logger)
        acd_sys_close(logger->file);
    free(logger);
    errno = saved;
}

void acdebug_logger_vlog(acdebug_logger *logger, enum acdebug_severity severity, const char *format,
                         va_list arguments)
{
    if (!logger || !is_severity(severity) || severity < logger->threshold ||
        acd_see(&acd_state.text) == ACD_TEXT_CLOSED)
        return;
    int saved = errno;
    char small[1024], storage[1024];
    char *text = format_whole(small, sizeof small, format, arguments);
    struct acd_buffer clean;
    acd_buffer_init(&clean, storage, sizeof storage, MESSAGE_MAX);
    acd_redact_put(&clean.sink, text, strlen(text), ACD_SECRETS_TEXT);
    struct message m = {logger->name, clean.bytes, clean.used, severity, NULL, 0};
    write_line(logger, &m);
    to_ring(&m);
    acd_buffer_fini(&clean);
    if (text != small)
        free(text);
    errno = saved;
}

void acdebug_logger_log(acdebug_logger *logger, enum acdebug_severity severity, const char *format,
                        ...)
{
    va_list arguments;
    va_start(arguments, format);
    acdebug_logger_vlog(logger, severity, format, arguments);
    va_end(arguments);
}

void acdebug_vlog(enum acdebug_severity severity, const char *component, const char *format,
                  va_list arguments)
{
    if (!is_severity(severity) || (severity < ACDEBUG_SEV_WARNING &&
                                   !acdebug_priv_on(ACD_CATEGORY_LOGGER, site_of(severity)->level)))
        return;
    int saved = errno;
    char text[VLOG_MAX + ACD_UTF8_AHEAD], clean[VLOG_MAX];
    size_t n = format_into(text, sizeof text, format, arguments);
    n = acd_utf8_cut(text, n < sizeof text ? n : sizeof text - 1, VLOG_MAX - 1);
    while (n > 0 && (text[n - 1] == '\n' || text[n - 1] == '\r')) /* callbacks get whole lines */
        n--;
    struct message m = {component ? component : "", clean, 0, severity, NULL, 0};
    m.bytes = acd_redact_store(clean, sizeof clean, text, n);
    to_ring(&m);
    errno = saved;
}

void acdebug_log_message(enum acdebug_severity severity, const char *component, const char *message,
                         const acdebug_field *fields, size_t n)
{
    if (!is_severity(severity) || (severity < ACDEBUG_SEV_WARNING &&
                                   !acdebug_priv_on(ACD_CATEGORY_LOGGER, site_of(severity)->level)))
        return;
    int saved = errno;
    char storage[1024];
    size_t bytes = message ? strlen(message) : 0;
    struct message m = {component ? component : "",
                        message ? message : "",
                        bytes,
                        severity,
                        fields,
                        fields ? n : 0};
    struct acd_buffer clean;
    bool needed = acd_secrets_any(message, bytes);
    if (needed) {
        acd_buffer_init(&clean, storage, sizeof storage, MESSAGE_MAX);
        acd_redact_put(&clean.sink, message, bytes, ACD_SECRETS_TEXT);
        m.text = clean.bytes;
        m.bytes = clean.used;
    }
    to_ring(&m);
    if (needed)
        acd_buffer_fini(&clean);
    errno = saved;
}

size_t acdebug_redact(char *ret_text, size_t size, const char *text, size_t bytes)
{
    return acd_redact_store(ret_text, size, text ? text : "", text ? bytes : 0);
}
