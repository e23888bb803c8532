/* SPDX-License-Identifier: MIT */
/*
 * libmicrohttpd's callbacks. A request is one struct exchange, made when its headers have come and
 * freed when it is over; a stream is one struct stream, made with its response and freed with it.
 * The chat of an answer has ended before the client sees the answer's last byte, so that a client
 * that then asks for the counts finds its own request in them.
 */
#include "http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <microhttpd.h>

#include "chat.h"
#include "embed.h"
#include "strbuf.h"

#define IDLE_TIMEOUT_S 60U
#define STREAM_BLOCK_BYTES 4096
#define HEADER_BYTES 160
#define MODELS_MAX 16
#define HEADERS_MAX 32

struct acd_http {
    struct acd_engine *engine;
    struct acd_http_options options;
    struct MHD_Daemon *daemon;
};

struct exchange {
    struct acd_strbuf body;
    bool is_too_large;
};

struct stream {
    struct acd_chat *chat; /* NULL when it has ended */
    char *event;           /* the one that is being sent */
    size_t event_bytes;
    size_t sent_bytes;
    bool is_done; /* the event is the last */
};

static const struct acd_failure no_memory = {500, "out of memory"};

/* ---------------------------------------------------------------- answers */

static void add_cache_header(struct MHD_Response *response, const char *name,
                             const struct acd_cache_result *result)
{
    static const char *const outcomes[] = {"hit", "partial", "miss", "bypass"};
    char value[HEADER_BYTES];

    snprintf(value, sizeof(value), "%s; input=%zu; cached=%zu; created=%zu",
             outcomes[result->outcome], result->input_tokens, result->cached_tokens,
             result->created_tokens);
    MHD_add_response_header(response, name, value);
}

static void add_lookups(struct MHD_Response *response, const struct acd_chat_lookups *lookups)
{
    if (lookups->has_prompt) {
        add_cache_header(response, "X-Prompt-Cache", &lookups->prompt);
    }
    if (lookups->has_session) {
        add_cache_header(response, "X-KV-Cache", &lookups->session);
    }
}

/* Queues the response and lets go of it. A response that could not be made closes the connection. */
static enum MHD_Result queue(struct MHD_Connection *connection, int status,
                             struct MHD_Response *response, const char *content_type)
{
    enum MHD_Result result;

    if (response == NULL) {
        return MHD_NO;
    }
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, content_type);
    result = MHD_queue_response(connection, (unsigned)status, response);
    MHD_destroy_response(response);
    return result;
}

/* Takes the text over; NULL is the memory that there was not. */
static struct MHD_Response *text_response(char *text)
{
    struct MHD_Response *response = NULL;

    if (text != NULL) {
        response = MHD_create_response_from_buffer(strlen(text), text, MHD_RESPMEM_MUST_FREE);
    }
    if (response == NULL) {
        free(text);
    }
    return response;
}

static enum MHD_Result answer_json(struct MHD_Connection *connection, int status, char *text)
{
    return queue(connection, status, text_response(text), "application/json");
}

/* An answer to what never reached the engine. */
static enum MHD_Result refuse(struct acd_http *http, struct MHD_Connection *connection,
                              const struct acd_incoming *request, int status, const char *message)
{
    const struct acd_failure failure = {status, message};

    acd_engine_refuse(http->engine, request, &failure, NULL);
    return answer_json(connection, status, acd_wire_failure(&failure));
}

/* ---------------------------------------------------------------- streams */

/* Makes the next event: a token, then the end with its usage, then the mark that all is sent. */
static char *next_event(struct stream *stream)
{
    struct acd_strbuf event = {0};
    struct acd_wire_answer answer;
    const char *token;
    size_t token_bytes;
    char *json;

    if (stream->chat == NULL) {
        stream->is_done = true;
        acd_strbuf_format(&event, "data: [DONE]\n\n");
        return acd_strbuf_take(&event);
    }
    if (acd_chat_next(stream->chat, &token, &token_bytes)) {
        answer = acd_chat_answer(stream->chat);
        answer.text = token;
        answer.text_bytes = token_bytes;
        answer.finish_reason = NULL; /* it comes by itself, after the last token */
        json = acd_wire_chunk(&answer);
    } else {
        answer = acd_chat_answer(stream->chat);
        json = acd_wire_chunk(&answer);
        acd_chat_end(stream->chat);
        stream->chat = NULL;
    }
    if (json != NULL) {
        acd_strbuf_format(&event, "data: %s\n\n", json);
    }
    free(json);
    return json != NULL ? acd_strbuf_take(&event) : NULL;
}

static ssize_t read_stream(void *closure, uint64_t position, char *buffer, size_t max)
{
    struct stream *stream = closure;
    size_t bytes;

    (void)position;
    if (stream->sent_bytes == stream->event_bytes) {
        if (stream->is_done) {
            return MHD_CONTENT_READER_END_OF_STREAM;
        }
        free(stream->event);
        stream->event = next_event(stream);
        stream->sent_bytes = 0;
        stream->event_bytes = stream->event != NULL ? strlen(stream->event) : 0;
        if (stream->event == NULL) {
            return MHD_CONTENT_READER_END_WITH_ERROR;
        }
    }
    bytes = stream->event_bytes - stream->sent_bytes;
    bytes = bytes < max ? bytes : max;
    memcpy(buffer, stream->event + stream->sent_bytes, bytes);
    stream->sent_bytes += bytes;
    return (ssize_t)bytes;
}

static void free_stream(void *closure)
{
    struct stream *stream = closure;

    acd_chat_end(stream->chat);
    free(stream->event);
    free(stream);
}

/* Takes the chat over, also when it fails. */
static struct MHD_Response *stream_response(struct acd_chat *chat)
{
    struct stream *stream = calloc(1, sizeof(*stream));
    struct MHD_Response *response;

    if (stream == NULL) {
        acd_chat_end(chat);
        return NULL;
    }
    stream->chat = chat;
    response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK_BYTES, read_stream,
                                                 stream, free_stream);
    if (response == NULL) {
        free_stream(stream);
    }
    return response;
}

/* ---------------------------------------------------------------- paths */

/* Makes the whole answer, ends the chat. */
static struct MHD_Response *whole_response(struct acd_chat *chat)
{
    char *text = acd_chat_rest(chat);
    struct acd_wire_answer answer = acd_chat_answer(chat);
    struct MHD_Response *response = NULL;

    if (text != NULL) {
        answer.text = text;
        answer.text_bytes = strlen(text);
        response = text_response(acd_wire_completion(&answer));
    }
    free(text);
    acd_chat_end(chat);
    return response;
}

static enum MHD_Result post_chat(struct acd_http *http, struct MHD_Connection *connection,
                                 const struct acd_incoming *request)
{
    struct acd_chat_lookups lookups;
    struct MHD_Response *response;
    struct acd_failure failure;
    int status = MHD_HTTP_OK;
    bool is_stream = false;
    struct acd_chat *chat = acd_chat_begin(http->engine, request, &lookups, &failure);

    if (chat == NULL) {
        status = failure.status;
        response = text_response(acd_wire_failure(&failure));
    } else {
        is_stream = acd_chat_is_stream(chat);
        response = is_stream ? stream_response(chat) : whole_response(chat);
    }
    if (response != NULL) {
        add_lookups(response, &lookups);
    }
    return queue(connection, status, response,
                 is_stream ? "text/event-stream" : "application/json");
}

static enum MHD_Result post_embeddings(struct acd_http *http, struct MHD_Connection *connection,
                                       const struct acd_incoming *request)
{
    struct acd_failure failure;
    char *answer = acd_embed_answer(http->engine, request, &failure);

    if (answer == NULL) {
        return answer_json(connection, failure.status, acd_wire_failure(&failure));
    }
    return answer_json(connection, MHD_HTTP_OK, answer);
}

static enum MHD_Result get_models(struct acd_http *http, struct MHD_Connection *connection,
                                  const struct acd_incoming *request)
{
    const char *names[MODELS_MAX];
    const size_t count = acd_engine_models(names, MODELS_MAX);

    (void)http;
    (void)request;
    return answer_json(connection, MHD_HTTP_OK, acd_wire_models(names, count));
}

static enum MHD_Result get_counts(struct acd_http *http, struct MHD_Connection *connection,
                                  const struct acd_incoming *request)
{
    (void)request;
    return answer_json(connection, MHD_HTTP_OK, acd_engine_counts(http->engine));
}

static enum MHD_Result get_health(struct acd_http *http, struct MHD_Connection *connection,
                                  const struct acd_incoming *request)
{
    (void)http;
    (void)request;
    return answer_json(connection, MHD_HTTP_OK, strdup("{\"status\":\"ok\"}"));
}

static const struct route {
    const char *method;
    const char *path;
    enum MHD_Result (*answer)(struct acd_http *http, struct MHD_Connection *connection,
                              const struct acd_incoming *request);
} routes[] = {
    {"POST", "/v1/chat/completions", post_chat},
    {"POST", "/v1/embeddings", post_embeddings},
    {"GET", "/v1/models", get_models},
    {"GET", "/counts", get_counts},
    {"GET", "/health", get_health},
};

struct header_list {
    acdebug_header header[HEADERS_MAX];
    size_t count;
};

static enum MHD_Result add_header(void *closure, enum MHD_ValueKind kind, const char *name,
                                  const char *value)
{
    struct header_list *list = closure;

    (void)kind;
    if (list->count == HEADERS_MAX) {
        return MHD_NO;
    }
    list->header[list->count++] = (acdebug_header){name, value};
    return MHD_YES;
}

static enum MHD_Result route(struct acd_http *http, struct MHD_Connection *connection,
                             const struct acd_incoming *request)
{
    bool is_known = false;

    for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
        if (strcmp(routes[i].path, request->url) != 0) {
            continue;
        }
        if (strcmp(routes[i].method, request->method) == 0) {
            return routes[i].answer(http, connection, request);
        }
        is_known = true;
    }
    return is_known ? refuse(http, connection, request, 405, "no such method for this path")
                    : refuse(http, connection, request, 404, "no such path");
}

static enum MHD_Result answer(struct acd_http *http, struct MHD_Connection *connection,
                              const char *method, const char *path, const struct exchange *exchange)
{
    struct header_list headers = {.count = 0};
    struct acd_incoming request = {
        .method = method,
        .url = path,
        .headers = headers.header,
        .body = exchange->body.bytes,
        .bytes = exchange->body.length,
    };

    MHD_get_connection_values(connection, MHD_HEADER_KIND, add_header, &headers);
    request.header_count = headers.count;
    if (exchange->is_too_large) {
        return refuse(http, connection, &request, 413, "the body is too large");
    }
    if (exchange->body.has_failed) {
        return refuse(http, connection, &request, no_memory.status, no_memory.message);
    }
    return route(http, connection, &request);
}

/* ---------------------------------------------------------------- callbacks */

/* Called when the headers have come, for each part of the body, and at its end. A body that is too
 * large is read to its end, so that the client reads our answer, but it is not kept. */
static enum MHD_Result handle(void *closure, struct MHD_Connection *connection, const char *path,
                              const char *method, const char *version, const char *data,
                              size_t *data_bytes, void **state)
{
    struct acd_http *http = closure;
    struct exchange *exchange = *state;

    (void)version;
    if (exchange == NULL) {
        *state = calloc(1, sizeof(*exchange));
        return *state != NULL ? MHD_YES : MHD_NO;
    }
    if (*data_bytes == 0) {
        return answer(http, connection, method, path, exchange);
    }
    if (exchange->body.length + *data_bytes > http->options.body_bytes) {
        exchange->is_too_large = true;
        acd_strbuf_fini(&exchange->body);
    } else if (!exchange->is_too_large) {
        acd_strbuf_add(&exchange->body, data, *data_bytes);
    }
    *data_bytes = 0;
    return MHD_YES;
}

static void end_exchange(void *closure, struct MHD_Connection *connection, void **state,
                         enum MHD_RequestTerminationCode code)
{
    struct exchange *exchange = *state;

    (void)closure;
    (void)connection;
    (void)code;
    if (exchange != NULL) {
        acd_strbuf_fini(&exchange->body);
        free(exchange);
        *state = NULL;
    }
}

int acd_http_start(struct acd_http **ret_http, struct acd_engine *engine,
                   const struct acd_http_options *options)
{
    const struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons(options->port),
        .sin_addr = {htonl(INADDR_LOOPBACK)},
    };
    struct acd_http *http = calloc(1, sizeof(*http));

    if (http == NULL) {
        return -ENOMEM;
    }
    http->engine = engine;
    http->options = *options;
    errno = 0;
    http->daemon = MHD_start_daemon(MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD,
                                    options->port, NULL, NULL, handle, http, MHD_OPTION_SOCK_ADDR,
                                    &address, MHD_OPTION_NOTIFY_COMPLETED, end_exchange, NULL,
                                    MHD_OPTION_CONNECTION_LIMIT, options->connections,
                                    MHD_OPTION_CONNECTION_TIMEOUT, IDLE_TIMEOUT_S, MHD_OPTION_END);
    if (http->daemon == NULL) {
        const int reason = errno;

        free(http);
        return reason > 0 ? -reason : -EIO;
    }
    *ret_http = http;
    return 0;
}

uint16_t acd_http_port(const struct acd_http *http)
{
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_BIND_PORT);

    return info != NULL ? info->port : http->options.port;
}

void acd_http_stop(struct acd_http *http)
{
    if (http != NULL) {
        MHD_stop_daemon(http->daemon);
        free(http);
    }
}
