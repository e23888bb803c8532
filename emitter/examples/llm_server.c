/* SPDX-License-Identifier: MIT */
/*
 * A server to watch: it answers like a server of language models, with a real prompt cache and made
 * up words, and links acdebug as any server would. Try it:
 *
 *     cc -o llm_server *.c $(pkg-config --cflags --libs acdebug libmicrohttpd libcjson) -pthread
 *     ./llm_server --port 8080
 *     curl -s http://127.0.0.1:8080/v1/chat/completions -d '{"model":"example-8b",
 *         "messages":[{"role":"user","content":"Why is the sky blue?"}]}'
 *
 * with acdebug-top in a second terminal.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include <acdebug.h>

#include "engine.h"
#include "http.h"

#define NS_PER_US 1000
#define NS_PER_MS 1000000
#define BODY_BYTES_MAX ((size_t)4 * 1024 * 1024)

/* Options are numbers, all but the name; each has a line in the table below. */
enum option_id {
    OPTION_PORT,
    OPTION_BLOCKS,
    OPTION_SESSIONS,
    OPTION_US_PER_TOKEN,
    OPTION_US_PER_OUTPUT_TOKEN,
    OPTION_LOAD_MS,
    OPTION_THREADS,
    OPTION_LIMIT,
    OPTION_FAIL_EVERY,
    OPTION_FILES,
    OPTION_FILE_RATE,
    OPTION_COUNT
};

struct number_option {
    const char *name;
    uint64_t value; /* the default, until it is set */
    uint64_t min, max;
    const char *help;
};

static const struct number_option default_options[OPTION_COUNT] = {
    [OPTION_PORT] = {"port", 8080, 0, 65535, "listen here, on 127.0.0.1; 0: any port that is free"},
    [OPTION_BLOCKS] = {"blocks", 4096, 1, 10000000, "blocks of 16 tokens in the prompt cache"},
    [OPTION_SESSIONS] = {"sessions", 64, 1, 1000000, "conversations in the kv cache"},
    [OPTION_US_PER_TOKEN] = {"us-per-token", 20, 0, 1000000,
                             "time for a token of the prompt that is not cached"},
    [OPTION_US_PER_OUTPUT_TOKEN] = {"us-per-output-token", 1000, 0, 10000000,
                                    "time for a token of the answer"},
    [OPTION_LOAD_MS] = {"load-ms", 50, 0, 100000, "time to load the smallest model"},
    [OPTION_THREADS] = {"threads", 64, 1, 1000, "connections at once, a thread each"},
    [OPTION_LIMIT] = {"limit", 64, 1, 1000, "chats at once; more get a 429"},
    [OPTION_FAIL_EVERY] = {"fail-every", 0, 0, 1000000000,
                           "each so-many-th chat fails with 502, 500 or 503; 0: none"},
    [OPTION_FILES] = {"files", 100, 1, 1000000, "debug files of failed requests that are kept"},
    [OPTION_FILE_RATE] = {"file-rate", 20, 0, 1000, "debug files in ten seconds; 0: no limit"},
};

static void print_help(const struct number_option *options)
{
    puts("Usage: llm_server [OPTION]...\n"
         "A server that answers like one of language models, made to be watched.\n"
         "Prints the address that it listens on, runs until SIGINT or SIGTERM.\n\n"
         "  --name NAME                its name for acdebug-top (llm-server)\n"
         "  --help                     this text");
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        printf("  --%-24s %s (%" PRIu64 ")\n", options[i].name, options[i].help, options[i].value);
    }
}

static bool read_number(struct number_option *option, const char *text)
{
    char *end;
    unsigned long long value;

    errno = 0;
    value = strtoull(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || text[0] == '-' || value < option->min ||
        value > option->max) {
        fprintf(stderr, "llm_server: --%s '%s' is not a number from %" PRIu64 " to %" PRIu64 "\n",
                option->name, text, option->min, option->max);
        return false;
    }
    option->value = value;
    return true;
}

/* -1: go on; else the status to exit with. */
static int read_arguments(int argc, char **argv, struct number_option *options,
                          const char **ret_name)
{
    struct option long_options[OPTION_COUNT + 3] = {
        [OPTION_COUNT] = {"name", required_argument, NULL, 'n'},
        [OPTION_COUNT + 1] = {"help", no_argument, NULL, 'h'},
    };
    int index = 0;
    int found;

    for (size_t i = 0; i < OPTION_COUNT; i++) {
        long_options[i] = (struct option){options[i].name, required_argument, NULL, 0};
    }
    while ((found = getopt_long(argc, argv, "", long_options, &index)) != -1) {
        if (found == 'h') {
            print_help(options);
            return EXIT_SUCCESS;
        }
        if (found == 'n') {
            *ret_name = optarg;
        } else if (found != 0 || !read_number(&options[index], optarg)) {
            return 2;
        }
    }
    if (optind < argc) {
        fprintf(stderr, "llm_server: '%s' is one argument too many\n", argv[optind]);
        return 2;
    }
    return -1;
}

static struct acd_engine_options engine_options(const struct number_option *options,
                                                struct acd_delay *delay)
{
    struct acd_engine_options engine = acd_engine_options_default(delay);
    struct acd_block_key key;

    /* Without randomness the key stays the default one, which is good enough for an example. */
    if (getrandom(&key, sizeof(key), 0) == (ssize_t)sizeof(key)) {
        engine.key = key;
    }
    engine.block_count = options[OPTION_BLOCKS].value;
    engine.session_count = options[OPTION_SESSIONS].value;
    engine.prefill_ns = options[OPTION_US_PER_TOKEN].value * NS_PER_US;
    engine.decode_ns = options[OPTION_US_PER_OUTPUT_TOKEN].value * NS_PER_US;
    engine.model_load_ns = options[OPTION_LOAD_MS].value * NS_PER_MS;
    engine.concurrency_max = options[OPTION_LIMIT].value;
    engine.fail_every = (unsigned)options[OPTION_FAIL_EVERY].value;
    return engine;
}

static void open_acdebug(const char *name, const struct number_option *options)
{
    acdebug_options acdebug = ACDEBUG_OPTIONS_INIT;
    const uint64_t rate = options[OPTION_FILE_RATE].value;

    acdebug.debug_file_limit = (uint32_t)options[OPTION_FILES].value;
    acdebug.debug_rate_limit = rate > 0 ? (uint32_t)rate : UINT32_MAX;
    /* Without a ring the server runs on; acdebug has said why on stderr. */
    acdebug_open(name, &acdebug);
    acdebug_display_startup();
}

/* Serves until one of the signals comes. */
static int serve(struct acd_engine *engine, const struct number_option *options,
                 const sigset_t *signals, struct acd_delay *delay, acdebug_logger *logger)
{
    const struct acd_http_options http_options = {
        .port = (uint16_t)options[OPTION_PORT].value,
        .connections = (unsigned)options[OPTION_THREADS].value,
        .body_bytes = BODY_BYTES_MAX,
    };
    struct acd_http *http;
    const int result = acd_http_start(&http, engine, &http_options);
    int signal_number;

    if (result < 0) {
        acdebug_logger_log(logger, ACDEBUG_SEV_ERROR, "Cannot listen on port %" PRIu64 ": %s",
                           options[OPTION_PORT].value, strerror(-result));
        return EXIT_FAILURE;
    }
    acdebug_logger_log(logger, ACDEBUG_SEV_INFO, "Listening on port %u",
                       (unsigned)acd_http_port(http));
    /* Last: who has read the address may rely on a server that emits nothing until it is called. */
    printf("http://127.0.0.1:%u\n", (unsigned)acd_http_port(http));
    fflush(stdout);
    sigwait(signals, &signal_number);
    acdebug_logger_log(logger, ACDEBUG_SEV_INFO, "Stopping: %s", strsignal(signal_number));
    acd_delay_stop(delay);
    acd_http_stop(http);
    return EXIT_SUCCESS;
}

/* Blocked before there are threads, so that only sigwait() gets them. */
static void block_signals(sigset_t *ret_signals)
{
    sigemptyset(ret_signals);
    sigaddset(ret_signals, SIGINT);
    sigaddset(ret_signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, ret_signals, NULL);
    signal(SIGPIPE, SIG_IGN);
}

static int run(const char *name, const struct number_option *options)
{
    struct acd_delay *delay = acd_delay_new();
    const struct acd_engine_options engine_opts = engine_options(options, delay);
    struct acd_engine *engine = NULL;
    acdebug_logger *logger = NULL;
    sigset_t signals;
    int status;

    block_signals(&signals);
    if (delay == NULL || acd_engine_new(&engine, &engine_opts) < 0) {
        fputs("llm_server: out of memory\n", stderr);
        acd_delay_free(delay);
        return EXIT_FAILURE;
    }
    open_acdebug(name, options);
    acdebug_logger_new(&logger, name, ACDEBUG_SEV_INFO, NULL); /* one that is NULL says nothing */
    status = serve(engine, options, &signals, delay, logger);
    acdebug_logger_free(logger);
    acdebug_close();
    acd_engine_free(engine);
    acd_delay_free(delay);
    return status;
}

int main(int argc, char **argv)
{
    struct number_option options[OPTION_COUNT];
    const char *name = "llm-server";
    int status;

    memcpy(options, default_options, sizeof(options));
    status = read_arguments(argc, argv, options, &name);
    return status >= 0 ? status : run(name, options);
}
