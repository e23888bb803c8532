/* SPDX-License-Identifier: MIT */
/* The demo: a slow engine, and client threads that think between their requests. */
#define _POSIX_C_SOURCE 200809L
#include "demo.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include <acdebug.h>

#include "chat.h"
#include "embed.h"
#include "load.h"
#include "texts.h"

#define CLIENTS_MAX 64
#define CLIENTS_DEFAULT 16
#define THINK_MS_DEFAULT 900
#define NS_PER_MS UINT64_C(1000000)
#define NS_PER_S UINT64_C(1000000000)

/* What a client of a server behind HTTP sends along; no debug file may show the key. */
static const acdebug_header client_headers[] = {
    {"content-type", "application/json"},
    {"authorization", "Bearer sk-demo-0123456789abcdef"},
};

struct client {
    struct acd_demo *demo;
    struct acd_load *load;
    pthread_t thread;
};

struct acd_demo {
    struct acd_delay *delay;
    struct acd_engine *engine;
    struct acd_texts *texts;
    uint64_t think_ns;
    bool has_files;
    unsigned client_count;
    struct client clients[CLIENTS_MAX];
};

/* Prompts of a few thousand tokens take from a tenth of a second to a few seconds, and the caches
 * are small enough to have to let something go. */
static struct acd_engine_options slow_engine(struct acd_delay *delay)
{
    struct acd_engine_options engine = acd_engine_options_default(delay);

    engine.block_count = 3000;
    engine.session_count = 56;
    engine.session_ttl_ns = 12 * NS_PER_S;
    engine.resident_models = 3;
    engine.model_load_ns = 180 * NS_PER_MS;
    engine.prefill_ns = 150000;
    engine.decode_ns = 8 * NS_PER_MS;
    engine.fail_every = 37;
    return engine;
}

/* The answer's text, NULL when the client did not stay for it. */
static char *read_answer(struct acd_chat *chat, size_t leave_after)
{
    const char *piece;
    size_t bytes;

    if (leave_after == 0) {
        return acd_chat_rest(chat);
    }
    while (leave_after-- > 0 && acd_chat_next(chat, &piece, &bytes)) {}
    return NULL;
}

static char *serve(const struct acd_demo *demo, const struct acd_load_request *request)
{
    struct acd_engine *engine = demo->engine;
    const struct acd_incoming asked = {
        .method = "POST",
        .url = demo->has_files ? request->path : NULL,
        .headers = client_headers,
        .header_count = sizeof(client_headers) / sizeof(client_headers[0]),
        .body = request->body,
        .bytes = request->bytes,
    };
    struct acd_chat_lookups lookups;
    struct acd_failure failure;
    struct acd_chat *chat;
    char *answer = NULL;

    if (request->is_embedding) {
        free(acd_embed_answer(engine, &asked, &failure));
        return NULL;
    }
    chat = acd_chat_begin(engine, &asked, &lookups, &failure);
    if (chat != NULL) {
        answer = read_answer(chat, request->leave_after);
    }
    acd_chat_end(chat);
    return answer;
}

static void *run_client(void *argument)
{
    const struct client *client = argument;
    struct acd_demo *demo = client->demo;
    struct acd_load_request request;

    while (!acd_delay_is_stopped(demo->delay) && acd_load_next(client->load, &request) == 0) {
        char *answer = serve(demo, &request);

        acd_load_done(client->load, &request, answer);
        free(answer);
        acd_delay_for(demo->delay, acd_load_random(client->load, demo->think_ns));
    }
    return NULL;
}

static void stop_clients(struct acd_demo *demo)
{
    acd_delay_stop(demo->delay);
    for (unsigned i = 0; i < demo->client_count; i++) {
        pthread_join(demo->clients[i].thread, NULL);
        acd_load_free(demo->clients[i].load);
    }
}

static int start_client(struct acd_demo *demo, uint64_t seed)
{
    struct client *client = &demo->clients[demo->client_count];
    int result;

    client->demo = demo;
    client->load = acd_load_new(demo->texts, seed, demo->client_count);
    if (client->load == NULL) {
        return -ENOMEM;
    }
    result = pthread_create(&client->thread, NULL, run_client, client);
    if (result != 0) {
        acd_load_free(client->load);
        return -result;
    }
    demo->client_count++;
    return 0;
}

/* All that the clients need, without the clients. */
static int make_demo(struct acd_demo **ret_demo, const struct acd_demo_options *options)
{
    struct acd_demo *demo = calloc(1, sizeof(*demo));
    struct acd_engine_options engine;
    int result = -ENOMEM;

    if (demo == NULL) {
        return -ENOMEM;
    }
    demo->think_ns = (options->think_ms > 0 ? options->think_ms : THINK_MS_DEFAULT) * NS_PER_MS;
    demo->has_files = options->files != NULL;
    demo->delay = acd_delay_new();
    if (demo->delay == NULL) {
        goto fail;
    }
    demo->texts = acd_texts_new(NULL, 0);
    if (demo->texts == NULL) {
        goto fail_delay;
    }
    engine = slow_engine(demo->delay);
    result = acd_engine_new(&demo->engine, &engine);
    if (result < 0) {
        goto fail_texts;
    }
    *ret_demo = demo;
    return 0;

fail_texts:
    acd_texts_free(demo->texts);
fail_delay:
    acd_delay_free(demo->delay);
fail:
    free(demo);
    return result;
}

static void free_demo(struct acd_demo *demo)
{
    acd_engine_free(demo->engine);
    acd_texts_free(demo->texts);
    acd_delay_free(demo->delay);
    free(demo);
}

int acd_demo_start(struct acd_demo **ret_demo, const struct acd_demo_options *options)
{
    const unsigned clients = options->clients > 0 ? options->clients : CLIENTS_DEFAULT;
    acdebug_options acdebug = ACDEBUG_OPTIONS_INIT;
    struct acd_demo *demo;
    int result;

    if (clients > CLIENTS_MAX) {
        return -EINVAL;
    }
    result = make_demo(&demo, options);
    if (result < 0) {
        return result;
    }
    /* The demo is watched with the viewer: lines on stderr would only be in its way. */
    acdebug.flags = ACDEBUG_NO_TEXT;
    acdebug.temp_directory = options->files;
    result = acdebug_open(options->name != NULL ? options->name : "demo-server", &acdebug);
    if (result < 0) {
        free_demo(demo);
        return result;
    }
    while (demo->client_count < clients && result == 0) {
        result = start_client(demo, options->seed);
    }
    if (result < 0) {
        acd_demo_stop(demo);
        return result;
    }
    *ret_demo = demo;
    return 0;
}

void acd_demo_stop(struct acd_demo *demo)
{
    if (demo == NULL) {
        return;
    }
    stop_clients(demo);
    acdebug_close();
    free_demo(demo);
}

int acd_demo_run(const struct acd_demo_options *options)
{
    struct acd_demo *demo;
    sigset_t signals;
    int result;
    int signal_number;

    /* Before there are threads, so that only sigwait() gets them. */
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    result = acd_demo_start(&demo, options);
    if (result < 0) {
        return result;
    }
    if (options->started_fd > 0 && write(options->started_fd, "", 1) != 1) {
        acd_demo_stop(demo);
        return -EPIPE;
    }
    sigwait(&signals, &signal_number);
    acd_demo_stop(demo);
    return 0;
}
