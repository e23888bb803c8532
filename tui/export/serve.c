/* SPDX-License-Identifier: MIT */
/* The HTTP side, see serve.h. */
#include "config.h"

#include "tui/export/serve.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <microhttpd.h>

#include "tui/export/accept.h"

#define CLIENTS 64u
#define CLIENT_BYTES ((size_t)16 * 1024) /* of a request's head: longer ones get a 431 */
#define CLIENT_S 20                      /* idle, or for one request and its answer */
#define SHARED_NS UINT64_C(250000000)    /* so long one text serves all who ask */
#define FORMS 2

struct client {
    struct client *next;
    int fd;
    uint64_t since_ns; /* when it came, or had its last answer */
};

struct acd_serve {
    struct MHD_Daemon *daemon;
    struct acd_scrape *scrape;
    struct client *clients; /* newest first */
    unsigned client_count;
    struct MHD_Response *shared[FORMS]; /* by form */
    uint64_t shared_ns[FORMS];
};

static uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * UINT64_C(1000000000) + (uint64_t)t.tv_nsec;
}

/* ---- clients ---- */

/* MHD sees the end of the stream, and closes. */
static void send_away(struct client *c)
{
    shutdown(c->fd, SHUT_RDWR);
    c->since_ns = UINT64_MAX; /* once is enough */
}

static struct client *longest(const struct acd_serve *s)
{
    struct client *found = NULL;
    for (struct client *c = s->clients; c; c = c->next)
        if (c->since_ns != UINT64_MAX && (!found || c->since_ns <= found->since_ns))
            found = c;
    return found;
}

static struct client *find_client(const struct acd_serve *s, int fd)
{
    for (struct client *c = s->clients; c; c = c->next)
        if (c->fd == fd)
            return c;
    return NULL;
}

static void add_client(struct acd_serve *s, int fd)
{
    struct client *c = malloc(sizeof *c);
    if (!c) {
        shutdown(fd, SHUT_RDWR);
        return;
    }
    *c = (struct client){.next = s->clients, .fd = fd, .since_ns = now_ns()};
    s->clients = c;
    if (++s->client_count >= CLIENTS - 8 && (c = longest(s)))
        send_away(c);
}

static void remove_client(struct acd_serve *s, int fd)
{
    for (struct client **at = &s->clients; *at; at = &(*at)->next) {
        struct client *c = *at;
        if (c->fd == fd) {
            *at = c->next;
            free(c);
            s->client_count--;
            return;
        }
    }
}

static int fd_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info ? info->connect_fd : -1;
}

static void on_connection(void *context, struct MHD_Connection *connection, void **client,
                          enum MHD_ConnectionNotificationCode code)
{
    (void)client;
    if (code == MHD_CONNECTION_NOTIFY_STARTED)
        add_client(context, fd_of(connection));
    else
        remove_client(context, fd_of(connection));
}

static void on_completed(void *context, struct MHD_Connection *connection, void **request,
                         enum MHD_RequestTerminationCode code)
{
    struct client *c = find_client(context, fd_of(connection));
    (void)request;
    (void)code;
    if (c && c->since_ns != UINT64_MAX)
        c->since_ns = now_ns();
}

/* ---- answers ---- */

static enum MHD_Result answer(struct MHD_Connection *connection, unsigned status,
                              const char *header, const char *value, const char *text)
{
    /* MHD only reads a persistent text; its interface is older than const. */
    union {
        const char *text;
        void *bytes;
    } body = {text};
    struct MHD_Response *r =
        MHD_create_response_from_buffer(strlen(text), body.bytes, MHD_RESPMEM_PERSISTENT);
    if (!r)
        return MHD_NO;
    MHD_add_response_header(r, header, value);
    enum MHD_Result result = MHD_queue_response(connection, status, r);
    MHD_destroy_response(r);
    return result;
}

/* A text that was made a moment ago, or a new one; NULL: no memory. */
static struct MHD_Response *metrics(struct acd_serve *s, enum acd_openmetrics_form form)
{
    uint64_t now = now_ns();
    char *text;
    size_t bytes;
    if (s->shared[form] && now - s->shared_ns[form] < SHARED_NS)
        return s->shared[form];
    if (acd_scrape_text(s->scrape, form, &text, &bytes) < 0)
        return NULL;
    struct MHD_Response *r = MHD_create_response_from_buffer(bytes, text, MHD_RESPMEM_MUST_FREE);
    if (!r) {
        free(text);
        return NULL;
    }
    MHD_add_response_header(r, "Content-Type", acd_openmetrics_content_type(form));
    MHD_add_response_header(r, "Vary", "Accept");
    if (s->shared[form])
        MHD_destroy_response(s->shared[form]); /* lives on while it is sent */
    s->shared[form] = r;
    s->shared_ns[form] = now;
    return r;
}

static enum MHD_Result answer_metrics(struct acd_serve *s, struct MHD_Connection *connection)
{
    const char *wanted = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Accept");
    struct MHD_Response *r = metrics(s, acd_accept_form(wanted));
    if (!r)
        return answer(connection, MHD_HTTP_SERVICE_UNAVAILABLE, "Retry-After", "10",
                      "out of memory\n");
    return MHD_queue_response(connection, MHD_HTTP_OK, r);
}

/* Called for the head of a request, and again for its body. */
static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *upload_data,
                              size_t *upload_bytes, void **request)
{
    (void)version;
    (void)upload_data;
    if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)
        return answer(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "Allow", "GET, HEAD",
                      "only GET and HEAD\n");
    if (!*request) { /* an answer to a GET waits for the end of its head */
        *request = connection;
        return MHD_YES;
    }
    if (*upload_bytes > 0) {
        *upload_bytes = 0;
        return MHD_YES;
    }
    if (strcmp(url, "/metrics") == 0)
        return answer_metrics(context, connection);
    if (strcmp(url, "/") == 0)
        return answer(connection, MHD_HTTP_OK, "Content-Type", "text/plain; charset=utf-8",
                      "acdebug-export: the numbers are at /metrics\n");
    return answer(connection, MHD_HTTP_NOT_FOUND, "Content-Type", "text/plain; charset=utf-8",
                  "not found; the numbers are at /metrics\n");
}

/* ---- the whole ---- */

static int open_socket(const struct sockaddr_storage *address, socklen_t bytes, int *ret_fd)
{
    const int one = 1;
    int fd = socket(address->ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -errno;
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, (const struct sockaddr *)address, bytes) < 0 || listen(fd, (int)CLIENTS) < 0) {
        int r = -errno;
        close(fd);
        return r;
    }
    *ret_fd = fd;
    return 0;
}

int acd_serve_open(struct acd_serve **ret_serve, struct acd_scrape *scrape,
                   const struct sockaddr_storage *address, socklen_t bytes)
{
    int fd = -1;
    int r = open_socket(address, bytes, &fd);
    if (r < 0)
        return r;
    struct acd_serve *s = calloc(1, sizeof *s);
    if (!s) {
        close(fd);
        return -ENOMEM;
    }
    s->scrape = scrape;
    errno = 0;
    s->daemon = MHD_start_daemon(
        MHD_USE_EPOLL, 0, NULL, NULL, handle, s, MHD_OPTION_LISTEN_SOCKET, fd,
        MHD_OPTION_CONNECTION_LIMIT, CLIENTS, MHD_OPTION_CONNECTION_MEMORY_LIMIT, CLIENT_BYTES,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)CLIENT_S, MHD_OPTION_NOTIFY_CONNECTION,
        on_connection, s, MHD_OPTION_NOTIFY_COMPLETED, on_completed, s, MHD_OPTION_END);
    if (!s->daemon) {
        r = errno > 0 ? -errno : -EIO;
        close(fd);
        free(s);
        return r;
    }
    *ret_serve = s;
    return 0;
}

void acd_serve_close(struct acd_serve *serve)
{
    if (!serve)
        return;
    MHD_stop_daemon(serve->daemon);
    for (int form = 0; form < FORMS; form++)
        if (serve->shared[form])
            MHD_destroy_response(serve->shared[form]);
    while (serve->clients)
        remove_client(serve, serve->clients->fd);
    free(serve);
}

uint16_t acd_serve_port(const struct acd_serve *serve)
{
    const union MHD_DaemonInfo *info =
        MHD_get_daemon_info(serve->daemon, MHD_DAEMON_INFO_BIND_PORT);
    if (info && info->port > 0)
        return info->port;
    struct sockaddr_storage address;
    socklen_t bytes = sizeof address;
    info = MHD_get_daemon_info(serve->daemon, MHD_DAEMON_INFO_LISTEN_FD);
    if (!info || getsockname(info->listen_fd, (struct sockaddr *)&address, &bytes) < 0)
        return 0;
    /* The port stands at the same place in both families. */
    return ntohs(((const struct sockaddr_in *)&address)->sin_port);
}

int acd_serve_fd(const struct acd_serve *serve)
{
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(serve->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    return info ? info->epoll_fd : -1;
}

int acd_serve_timeout_ms(const struct acd_serve *serve)
{
    MHD_UNSIGNED_LONG_LONG ms;
    if (MHD_get_timeout(serve->daemon, &ms) == MHD_YES && ms < 1000)
        return (int)ms;
    return serve->client_count > 0 ? 1000 : -1;
}

void acd_serve_run(struct acd_serve *serve)
{
    uint64_t now = now_ns();
    for (struct client *c = serve->clients; c; c = c->next)
        if (c->since_ns != UINT64_MAX && now - c->since_ns > CLIENT_S * UINT64_C(1000000000))
            send_away(c);
    MHD_run(serve->daemon);
}
