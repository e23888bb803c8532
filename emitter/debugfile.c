/* SPDX-License-Identifier: MIT */
/*
 * The debug file of a failed request: one JSON object without secrets.  cJSON holds the envelope; bodies,
 * headers and texts go in as JSON that json.c wrote, because cJSON would lose big numbers and let bad
 * UTF-8 through.  The only file of the emitter that knows cJSON.
 */
#include "config.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include <cjson/cJSON.h>

#include "emitter/buffer.h"
#include "emitter/debugfolder.h"
#include "emitter/emit.h"
#include "emitter/json.h"
#include "emitter/line.h"
#include "emitter/number.h"
#include "emitter/redact.h"
#include "emitter/format/secrets.h"
#include "emitter/shmfile.h"
#include "emitter/text.h"
#include "emitter/walltime.h"

#define RATE_MS 10000
#define TICKET_BITS 24
#define NOTE_BYTES 80      /* for what is said of a text that was cut */
#define ENVELOPE_BYTES 512 /* the keys, the status codes, the time */
#define METHOD_BYTES 256

/* ---- how many ---- */

/*
 * Tickets go round `rate` slots; a slot holds the milliseconds of its newest ticket and that ticket's
 * low bits.  The oldest of the last `rate` files stands in the next ticket's slot.
 */
static bool may_write(struct acd_ring *ring)
{
    const uint64_t mask = (UINT64_C(1) << TICKET_BITS) - 1;
    uint64_t now_ms = acd_sys_monotonic_ns() / 1000000;
    if (ring->files.rate == UINT32_MAX)
        return true;
    for (;;) {
        uint64_t ticket = acd_see(&ring->file_tickets);
        acd_word *slot = &ring->file_times[ticket % ring->files.rate];
        uint64_t seen = acd_see(slot);
        if (seen != 0 && (seen & mask) == ((ticket + 1) & mask)) { /* taken, not yet passed on */
            (void)acd_swap_if(&ring->file_tickets, &ticket, ticket + 1);
            continue;
        }
        /* Another thread's look at the clock may be later than this one's. */
        if (seen != 0 && now_ms < (seen >> TICKET_BITS) + RATE_MS) {
            if (acd_see(&ring->file_tickets) == ticket)
                return false;
        } else if (acd_swap_if(slot, &seen, now_ms << TICKET_BITS | ((ticket + 1) & mask))) {
            (void)acd_swap_if(&ring->file_tickets, &ticket, ticket + 1);
            return true;
        }
    }
}

/* ---- texts ---- */

/* A string of at most `most` bytes of JSON, which says so where it was cut. */
static void put_string(struct acd_buffer *b, const char *text, size_t bytes,
                       enum acd_secrets_form form, size_t most)
{
    char note[NOTE_BYTES] = "... [cut: ", number[ACD_NUMBER_BYTES];
    acd_sink_text(&b->sink, "\"");
    size_t whole = b->most, here = b->used + (most > NOTE_BYTES ? most - NOTE_BYTES : 0);
    b->most = here < whole ? here : whole;
    acd_json_text(&b->sink, text, bytes, form);
    b->most = whole;
    if (b->cut) {
        b->cut = b->sink.full = false;
        (void)acd_number_uint(number, bytes);
        strcat(strcat(note, number), " bytes in all]");
        acd_sink_text(&b->sink, note);
    }
    acd_sink_text(&b->sink, "\"");
}

static bool is_secret_header(const char *name)
{
    size_t n = strlen(name);
    for (; n > 0 && (*name == ' ' || *name == '\t'); name++)
        n--;
    while (n > 0 && (name[n - 1] == ' ' || name[n - 1] == '\t' || name[n - 1] == ':'))
        n--;
    return acd_secrets_name(name, n);
}

static void put_header(struct acd_buffer *b, const acdebug_header *h, size_t most)
{
    const char *name = h->name ? h->name : "", *value = h->value ? h->value : "";
    put_string(b, name, strlen(name), ACD_SECRETS_TEXT, most / 4);
    acd_sink_text(&b->sink, ":");
    if (is_secret_header(name))
        acd_sink_text(&b->sink, "\"" ACD_REDACTED "\"");
    else
        put_string(b, value, strlen(value), ACD_SECRETS_TEXT, most / 2);
}

static void put_headers(struct acd_buffer *b, const acdebug_header *headers, size_t count,
                        size_t most)
{
    size_t begin = b->used;
    acd_sink_text(&b->sink, "{");
    for (size_t i = 0; headers && i < count; i++) {
        size_t used = b->used - begin;
        if (i > 0)
            acd_sink_text(&b->sink, ",");
        if (used + NOTE_BYTES > most) {
            acd_sink_text(&b->sink, "\"...\":\"[more headers were left out]\"");
            break;
        }
        put_header(b, &headers[i], most - used);
    }
    acd_sink_text(&b->sink, "}");
}

/* ---- bodies ---- */

struct body {
    const char *text;
    size_t bytes;
    enum acd_secrets_form form;
};

static bool holds(const char *text, const char *part)
{
    while (*text && strncasecmp(text, part, strlen(part)) != 0)
        text++;
    return *text != '\0';
}

static enum acd_secrets_form form_of(const acdebug_header *headers, size_t count)
{
    for (size_t i = 0; headers && i < count; i++)
        if (headers[i].name && headers[i].value &&
            strcasecmp(headers[i].name, "content-type") == 0 &&
            holds(headers[i].value, "x-www-form-urlencoded"))
            return ACD_SECRETS_URL;
    return ACD_SECRETS_TEXT;
}

/* JSON stays JSON if it fits; all else is a string. */
static void put_body(struct acd_buffer *b, const struct body *body, size_t most)
{
    size_t begin = b->used, whole = b->most;
    if (!body->text || body->bytes == 0) {
        acd_sink_text(&b->sink, "null");
        return;
    }
    if (body->bytes <= most && acd_json_valid(body->text, body->bytes)) {
        b->most = begin + most < whole ? begin + most : whole;
        acd_json_copy(&b->sink, body->text, body->bytes, ACD_JSON_COMPACT, 0);
        b->most = whole;
        if (!b->cut)
            return;
        b->cut = b->sink.full = false;
        b->used = begin;
    }
    put_string(b, body->text, body->bytes, body->form, most);
}

/* ---- the object ---- */

/* One side of the exchange in storage of its own: JSON texts, NUL-terminated. */
struct side {
    struct acd_buffer headers, body;
    char headers_storage[1024], body_storage[1024];
};

struct exchange {
    const acdebug_exchange *given;
    struct acd_buffer method, url;
    char method_storage[METHOD_BYTES], url_storage[1024];
    struct side request, response;
};

static void init_side(struct side *s, size_t most)
{
    acd_buffer_init(&s->headers, s->headers_storage, sizeof s->headers_storage, most);
    acd_buffer_init(&s->body, s->body_storage, sizeof s->body_storage, most);
}

static void fini_exchange(struct exchange *e)
{
    acd_buffer_fini(&e->url);
    acd_buffer_fini(&e->method);
    acd_buffer_fini(&e->request.headers);
    acd_buffer_fini(&e->request.body);
    acd_buffer_fini(&e->response.headers);
    acd_buffer_fini(&e->response.body);
}

static bool failed(const struct exchange *e)
{
    return e->url.error || e->method.error || e->request.headers.error || e->request.body.error ||
           e->response.headers.error || e->response.body.error;
}

/* The smaller body first, at most half of what is left; the other one gets the rest. */
static void write_bodies(struct exchange *e, size_t most)
{
    const acdebug_exchange *g = e->given;
    const struct body request = {g->request_body, g->request_body_bytes,
                                 form_of(g->request_headers, g->request_headers_count)};
    const struct body response = {g->response_body, g->response_body_bytes,
                                  form_of(g->response_headers, g->response_headers_count)};
    bool request_first = request.bytes <= response.bytes;
    struct acd_buffer *first = request_first ? &e->request.body : &e->response.body;
    struct acd_buffer *second = request_first ? &e->response.body : &e->request.body;
    put_body(first, request_first ? &request : &response, most / 2);
    put_body(second, request_first ? &response : &request,
             most > first->used ? most - first->used : 0);
}

static void write_exchange(struct exchange *e, const acdebug_exchange *g, size_t most)
{
    const char *method = g->method ? g->method : "", *url = g->url ? g->url : "";
    e->given = g;
    acd_buffer_init(&e->method, e->method_storage, sizeof e->method_storage, METHOD_BYTES - 1);
    acd_buffer_init(&e->url, e->url_storage, sizeof e->url_storage, most);
    init_side(&e->request, most);
    init_side(&e->response, most);
    put_string(&e->method, method, strlen(method), ACD_SECRETS_TEXT, METHOD_BYTES / 2);
    put_string(&e->url, url, strlen(url), ACD_SECRETS_URL, most / 8);
    put_headers(&e->request.headers, g->request_headers, g->request_headers_count, most / 8);
    put_headers(&e->response.headers, g->response_headers, g->response_headers_count, most / 8);
    size_t used = ENVELOPE_BYTES + e->method.used + e->url.used + e->request.headers.used +
                  e->response.headers.used;
    write_bodies(e, most > used ? most - used : 0);
}

static bool add_raw(cJSON *object, const char *key, const struct acd_buffer *json)
{
    return cJSON_AddRawToObject(object, key, json->bytes) != NULL;
}

static bool add_response(cJSON *file, const struct exchange *e)
{
    if (!e->given->has_response)
        return cJSON_AddNullToObject(file, "response") != NULL;
    cJSON *response = cJSON_AddObjectToObject(file, "response");
    return response && cJSON_AddNumberToObject(response, "statusCode", e->given->response_status) &&
           add_raw(response, "headers", &e->response.headers) &&
           add_raw(response, "body", &e->response.body);
}

/* The file's text, from cJSON's allocator; NULL: no memory. */
static char *print(const struct exchange *e, const char *timestamp)
{
    char *text = NULL;
    cJSON *file = cJSON_CreateObject();
    bool good = file && cJSON_AddStringToObject(file, "timestamp", timestamp) &&
                cJSON_AddStringToObject(file, "writer", "acdebug") &&
                cJSON_AddNumberToObject(file, "statusCode", e->given->status);
    cJSON *request = good ? cJSON_AddObjectToObject(file, "request") : NULL;
    good = request && add_raw(request, "method", &e->method) && add_raw(request, "url", &e->url) &&
           add_raw(request, "headers", &e->request.headers) &&
           add_raw(request, "body", &e->request.body) && add_response(file, e);
    if (good)
        text = cJSON_PrintUnformatted(file);
    cJSON_Delete(file);
    return text;
}

static int make_text(const acdebug_exchange *g, const char *timestamp, size_t most, char **ret_text)
{
    struct exchange e;
    write_exchange(&e, g, most);
    char *text = failed(&e) ? NULL : print(&e, timestamp);
    fini_exchange(&e);
    if (!text)
        return -ENOMEM;
    *ret_text = text;
    return 0;
}

/* ---- the calls ---- */

/* [<timestamp>] HTTP <status> - Debug: <path> */
static int write_log(const struct acd_ring *ring, const char *timestamp, int status,
                     const char *path)
{
    char storage[512], number[ACD_NUMBER_BYTES];
    struct acd_buffer line;
    acd_buffer_init(&line, storage, sizeof storage, sizeof storage - 1);
    struct acd_line_clean clean = acd_line_clean_begin(&line.sink);
    (void)acd_number_int(number, status);
    const char *const parts[] = {"[", timestamp, "] HTTP ", number, " - Debug: ", path};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        acd_sink_text(&clean.sink, parts[i]);
    for (size_t i = 0; i < line.used; i++) /* a folder's name may hold what ends a line */
        line.bytes[i] = line.bytes[i] == '\n' ? '?' : line.bytes[i];
    acd_sink_text(&line.sink, "\n");
    return acd_debugfolder_log(&ring->files, line.bytes, line.used);
}

/* Once a ring: what is wrong does not mend itself between two errors. */
static void warn(struct acd_ring *ring, const char *what, int error)
{
    uint64_t none = 0;
    struct acd_line line;
    if (!acd_swap_if(&ring->file_warned, &none, 1) || !acd_text_on())
        return;
    acd_line_begin(&line, 2, ACD_TEXT_LOGGER, ACDEBUG_SEV_WARNING);
    const char *const parts[] = {"acdebug: ",
                                 what,
                                 " not written in '",
                                 ring->files.directory,
                                 "': ",
                                 strerror(-error),
                                 "; the server goes on without"};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        acd_sink_text(&line.clean.sink, parts[i]);
    acd_line_end(&line);
}

static int write_file(struct acd_ring *ring, const acdebug_exchange *g, char *ret_path,
                      size_t path_bytes)
{
    char path[ACD_DEBUGFOLDER_PATH_BYTES], timestamp[ACD_WALLTIME_BYTES], *text = NULL;
    uint64_t now = acd_sys_realtime_ns(), most = ring->files.file_bytes;
    if (acd_debugfolder_path_length(&ring->files, now) >= path_bytes)
        return -ENAMETOOLONG;
    if (!may_write(ring)) {
        acd_add(&ring->shared->files_suppressed, 1);
        return -EAGAIN;
    }
    acd_walltime_utc(now, timestamp);
    int r = make_text(g, timestamp, (size_t)most, &text);
    if (r == 0)
        r = acd_debugfolder_write(&ring->files, now, text, strlen(text), path);
    cJSON_free(text);
    if (r != 0) {
        acd_add(&ring->shared->files_failed, 1);
        warn(ring, "a debug file was", r);
        return r;
    }
    acd_add(&ring->shared->files_written, 1);
    strcpy(ret_path, path);
    r = write_log(ring, timestamp, g->status, path);
    if (r != 0)
        warn(ring, "the error log was", r);
    return 0;
}

int acdebug_write_error_file(const acdebug_exchange *exchange, char *ret_path, size_t path_bytes)
{
    acdebug_exchange g = ACDEBUG_EXCHANGE_INIT;
    if (ret_path && path_bytes > 0)
        ret_path[0] = '\0';
    if (!exchange || !ret_path || exchange->size < offsetof(acdebug_exchange, request_headers))
        return -EINVAL;
    memcpy(&g, exchange, exchange->size < sizeof g ? exchange->size : sizeof g);
    if (g.status != 0 && g.status < 400)
        return -EINVAL;
    int saved = errno;
    struct acd_ring *ring = acdebug_enabled_for(ACDEBUG_ERROR, 1) ? acd_emitter_ring() : NULL;
    int r = ring ? write_file(ring, &g, ret_path, path_bytes) : -ECANCELED;
    errno = saved;
    return r;
}
