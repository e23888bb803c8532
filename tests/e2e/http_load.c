/* SPDX-License-Identifier: MIT */
/*
 * Clients of the example server, over HTTP: several threads that each hold conversations over real
 * texts, and count what the server's answers say. At the end one JSON object on stdout:
 *
 *     http_load URL [--clients N] [--requests N] [--seed N] [FOLDER OF TEXTS...]
 *
 * Exit 0 when every request got an answer, 1 when one did not, 2 for bad arguments.
 */
#include <getopt.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "emitter/examples/load.h"
#include "emitter/examples/strbuf.h"
#include "emitter/examples/wire.h"

#define CLIENTS_MAX 64
#define STATUSES_MAX 600

/* What the answers' X-Prompt-Cache and X-KV-Cache headers add up to. */
struct cache_counts {
    uint64_t hits, partial, misses, bypass;
    uint64_t input_tokens, cached_tokens, created_tokens;
};

struct counts {
    uint64_t requests, unanswered, chats, chats_done, embeddings_done, streams;
    uint64_t statuses[STATUSES_MAX];
    struct cache_counts prompt, kv;
    struct acd_usage chat_usage;
};

struct options {
    const char *url;
    unsigned clients;
    unsigned requests;
    uint64_t seed;
};

struct client {
    const struct options *options;
    struct acd_load *load;
    CURL *curl;
    struct acd_strbuf body; /* of the answer that is coming in */
    struct counts counts;
    bool has_failed;
    pthread_t thread;
};

/* ---------------------------------------------------------------- one answer */

/* The number after name, 0 when there is none. */
static uint64_t number_after(const char *value, const char *name)
{
    const char *found = strstr(value, name);

    return found != NULL ? strtoull(found + strlen(name), NULL, 10) : 0;
}

static bool is_outcome(const char *value, const char *outcome)
{
    const char *start = value + strspn(value, " ");

    return strncmp(start, outcome, strlen(outcome)) == 0;
}

static void count_lookup(struct cache_counts *counts, const char *value)
{
    if (is_outcome(value, "bypass")) {
        counts->bypass++;
        return;
    }
    counts->hits += is_outcome(value, "hit");
    counts->partial += is_outcome(value, "partial");
    counts->misses += is_outcome(value, "miss");
    counts->input_tokens += number_after(value, "input=");
    counts->cached_tokens += number_after(value, "cached=");
    counts->created_tokens += number_after(value, "created=");
}

/* libcurl hands over a header at a time, with its line end. */
static size_t take_header(char *bytes, size_t size, size_t count, void *closure)
{
    static const char prompt[] = "X-Prompt-Cache:";
    static const char kv[] = "X-KV-Cache:";
    struct client *client = closure;
    char line[256];

    snprintf(line, sizeof(line), "%.*s", (int)(size * count), bytes);
    if (strncmp(line, prompt, sizeof(prompt) - 1) == 0) {
        count_lookup(&client->counts.prompt, line + sizeof(prompt) - 1);
    } else if (strncmp(line, kv, sizeof(kv) - 1) == 0) {
        count_lookup(&client->counts.kv, line + sizeof(kv) - 1);
    }
    return size * count;
}

static size_t take_body(char *bytes, size_t size, size_t count, void *closure)
{
    struct client *client = closure;

    acd_strbuf_add(&client->body, bytes, size * count);
    return size * count;
}

static void count_usage(struct client *client, const char *json, size_t length)
{
    struct acd_usage usage;

    if (acd_wire_read_usage(&usage, json, length)) {
        client->counts.chat_usage.prompt_tokens += usage.prompt_tokens;
        client->counts.chat_usage.cached_tokens += usage.cached_tokens;
        client->counts.chat_usage.completion_tokens += usage.completion_tokens;
    }
}

/* The texts of a stream's events, joined; their usage is counted. */
static char *read_stream(struct client *client, const char *body)
{
    static const char field[] = "data: ";
    struct acd_strbuf text = {0};

    for (const char *event = strstr(body, field); event != NULL; event = strstr(event + 1, field)) {
        const char *json = event + sizeof(field) - 1;
        const size_t length = strcspn(json, "\n");
        char *piece = acd_wire_read_text(json, length);

        if (piece != NULL) {
            acd_strbuf_add(&text, piece, strlen(piece));
        }
        free(piece);
        count_usage(client, json, length);
    }
    return acd_strbuf_take(&text);
}

/* What the server answered to a chat, NULL when that was an error. */
static char *read_chat(struct client *client, const struct acd_load_request *request, long status,
                       const char *body)
{
    if (status != 200) {
        return NULL;
    }
    client->counts.chats_done++;
    if (request->is_stream) {
        client->counts.streams++;
        return read_stream(client, body);
    }
    count_usage(client, body, strlen(body));
    return acd_wire_read_text(body, strlen(body));
}

/* ---------------------------------------------------------------- one client */

static bool send_request(struct client *client, const struct acd_load_request *request,
                         long *ret_status)
{
    struct acd_strbuf url = {0};
    char *address;
    bool is_answered;

    acd_strbuf_format(&url, "%s%s", client->options->url, request->path);
    address = acd_strbuf_take(&url);
    is_answered =
        address != NULL && curl_easy_setopt(client->curl, CURLOPT_URL, address) == CURLE_OK &&
        curl_easy_setopt(client->curl, CURLOPT_POSTFIELDS, request->body) == CURLE_OK &&
        curl_easy_setopt(client->curl, CURLOPT_POSTFIELDSIZE, (long)request->bytes) == CURLE_OK &&
        curl_easy_perform(client->curl) == CURLE_OK &&
        curl_easy_getinfo(client->curl, CURLINFO_RESPONSE_CODE, ret_status) == CURLE_OK;
    free(address);
    return is_answered;
}

static void ask(struct client *client, struct acd_load_request *request)
{
    struct counts *counts = &client->counts;
    char *answer = NULL;
    long status = 0;
    char *body;

    counts->requests++;
    if (!send_request(client, request, &status)) {
        counts->unanswered++;
    }
    body = acd_strbuf_take(&client->body);
    if (status > 0 && status < STATUSES_MAX) {
        counts->statuses[status]++;
    }
    if (request->is_embedding) {
        counts->embeddings_done += status == 200;
    } else {
        counts->chats++;
        answer = read_chat(client, request, status, body != NULL ? body : "");
    }
    acd_load_done(client->load, request, answer);
    free(answer);
    free(body);
}

static void *run_client(void *argument)
{
    struct client *client = argument;
    struct acd_load_request request;

    for (unsigned i = 0; i < client->options->requests; i++) {
        if (acd_load_next(client->load, &request) < 0) {
            client->has_failed = true;
            break;
        }
        ask(client, &request);
    }
    return NULL;
}

static bool start_client(struct client *client, const struct options *options,
                         const struct acd_texts *texts, unsigned number)
{
    client->options = options;
    client->load = acd_load_new(texts, options->seed, number);
    client->curl = curl_easy_init();
    return client->load != NULL && client->curl != NULL &&
           curl_easy_setopt(client->curl, CURLOPT_HEADERFUNCTION, take_header) == CURLE_OK &&
           curl_easy_setopt(client->curl, CURLOPT_HEADERDATA, client) == CURLE_OK &&
           curl_easy_setopt(client->curl, CURLOPT_WRITEFUNCTION, take_body) == CURLE_OK &&
           curl_easy_setopt(client->curl, CURLOPT_WRITEDATA, client) == CURLE_OK &&
           curl_easy_setopt(client->curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(client->curl, CURLOPT_PROXY, "") == CURLE_OK &&
           pthread_create(&client->thread, NULL, run_client, client) == 0;
}

/* ---------------------------------------------------------------- all of them */

static void add_cache_counts(struct cache_counts *sum, const struct cache_counts *counts)
{
    sum->hits += counts->hits;
    sum->partial += counts->partial;
    sum->misses += counts->misses;
    sum->bypass += counts->bypass;
    sum->input_tokens += counts->input_tokens;
    sum->cached_tokens += counts->cached_tokens;
    sum->created_tokens += counts->created_tokens;
}

static void add_counts(struct counts *sum, const struct counts *counts)
{
    sum->requests += counts->requests;
    sum->unanswered += counts->unanswered;
    sum->chats += counts->chats;
    sum->chats_done += counts->chats_done;
    sum->embeddings_done += counts->embeddings_done;
    sum->streams += counts->streams;
    for (size_t i = 0; i < STATUSES_MAX; i++) {
        sum->statuses[i] += counts->statuses[i];
    }
    add_cache_counts(&sum->prompt, &counts->prompt);
    add_cache_counts(&sum->kv, &counts->kv);
    sum->chat_usage.prompt_tokens += counts->chat_usage.prompt_tokens;
    sum->chat_usage.cached_tokens += counts->chat_usage.cached_tokens;
    sum->chat_usage.completion_tokens += counts->chat_usage.completion_tokens;
}

static void print_cache_counts(const char *name, const struct cache_counts *counts)
{
    printf("\"%s\":{\"hits\":%" PRIu64 ",\"partial\":%" PRIu64 ",\"misses\":%" PRIu64
           ",\"bypass\":%" PRIu64 ",\"input_tokens\":%" PRIu64 ",\"cached_tokens\":%" PRIu64
           ",\"created_tokens\":%" PRIu64 "},",
           name, counts->hits, counts->partial, counts->misses, counts->bypass,
           counts->input_tokens, counts->cached_tokens, counts->created_tokens);
}

static void print_counts(const struct counts *counts)
{
    const char *separator = "";

    printf("{\"requests\":%" PRIu64 ",\"unanswered\":%" PRIu64 ",\"chats\":%" PRIu64
           ",\"chats_done\":%" PRIu64 ",\"embeddings_done\":%" PRIu64 ",\"streams\":%" PRIu64 ",",
           counts->requests, counts->unanswered, counts->chats, counts->chats_done,
           counts->embeddings_done, counts->streams);
    print_cache_counts("prompt", &counts->prompt);
    print_cache_counts("kv", &counts->kv);
    printf("\"usage\":{\"prompt_tokens\":%zu,\"cached_tokens\":%zu,\"completion_tokens\":%zu},",
           counts->chat_usage.prompt_tokens, counts->chat_usage.cached_tokens,
           counts->chat_usage.completion_tokens);
    printf("\"statuses\":{");
    for (size_t i = 0; i < STATUSES_MAX; i++) {
        if (counts->statuses[i] > 0) {
            printf("%s\"%zu\":%" PRIu64, separator, i, counts->statuses[i]);
            separator = ",";
        }
    }
    puts("}}");
}

static int run(const struct options *options, const struct acd_texts *texts)
{
    struct client *clients = calloc(options->clients, sizeof(*clients));
    struct counts sum = {0};
    bool has_failed = clients == NULL;
    unsigned started = 0;

    while (!has_failed && started < options->clients) {
        has_failed = !start_client(&clients[started], options, texts, started);
        started += !has_failed;
    }
    for (unsigned i = 0; i < started; i++) {
        pthread_join(clients[i].thread, NULL);
        has_failed = has_failed || clients[i].has_failed;
        add_counts(&sum, &clients[i].counts);
        curl_easy_cleanup(clients[i].curl);
        acd_load_free(clients[i].load);
    }
    free(clients);
    print_counts(&sum);
    return has_failed || sum.unanswered > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

static bool read_arguments(int argc, char **argv, struct options *options)
{
    static const struct option long_options[] = {{"clients", required_argument, NULL, 'c'},
                                                 {"requests", required_argument, NULL, 'n'},
                                                 {"seed", required_argument, NULL, 's'},
                                                 {0}};
    int found;

    while ((found = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
        if (found == 'c') {
            options->clients = (unsigned)strtoul(optarg, NULL, 10);
        } else if (found == 'n') {
            options->requests = (unsigned)strtoul(optarg, NULL, 10);
        } else if (found == 's') {
            options->seed = strtoull(optarg, NULL, 10);
        } else {
            return false;
        }
    }
    options->url = optind < argc ? argv[optind++] : NULL;
    return options->url != NULL && options->clients > 0 && options->clients <= CLIENTS_MAX;
}

int main(int argc, char **argv)
{
    struct options options = {.clients = 4, .requests = 100, .seed = 1};
    struct acd_texts *texts;
    int status;

    if (!read_arguments(argc, argv, &options)) {
        fputs("Usage: http_load URL [--clients N] [--requests N] [--seed N] [FOLDER...]\n", stderr);
        return 2;
    }
    texts = acd_texts_new((const char *const *)argv + optind, (size_t)(argc - optind));
    if (texts == NULL || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        fputs("http_load: out of memory\n", stderr);
        acd_texts_free(texts);
        return EXIT_FAILURE;
    }
    status = run(&options, texts);
    curl_global_cleanup();
    acd_texts_free(texts);
    return status;
}
