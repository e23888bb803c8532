/* SPDX-License-Identifier: MIT */
/*
 * A server full of secrets, for no_secrets.py.  Those of plants.h may leave it nowhere; wv01Qz to
 * wv12Qz stand in texts and names that the ring holds as they are, and that nobody may show; wv99Qz is
 * none, and has to be seen.  Prints its pid, and runs until its stdin ends.
 */
#include "config.h"

#include <stdio.h>
#include <unistd.h>

#include "tests/stress/plants.h"

#define FILLERS 64

static void emit_texts(void)
{
    acdebug_log(1, "seen-plain-text", ACDEBUG_STR("control", "wv99Qz"),
                ACDEBUG_STR("note", "Bearer wv01Qzabcdef"),
                ACDEBUG_STR("url", "https://u:wv02Qz@host/path"),
                ACDEBUG_STR("text", "it said api_key=wv03Qz; then no more"),
                ACDEBUG_JSON("body", "{\"cookie\":\"wv04Qz\",\"n\":1}"));
    acdebug_log_fields(ACDEBUG_LOG, 1, "Authorization: Basic wv05Qz", NULL, 0);
    acdebug_request_set_str("sk-wv11Qzabcdef");
    acdebug_log(1, "for a request", ACDEBUG_STR("header", "x-api-key: wv12Qz"));
    acdebug_request_clear();
}

static void emit_names(void)
{
    acdebug_timer timer;
    acdebug_cache_hit("prompt", "sk-wv06Qzabcdef");
    acdebug_cache_miss("prompt", "a key", "api_key: wv07Qz");
    acdebug_cache_miss("Bearer wv08Qzabcdef", "a key", "cold");
    acdebug_timer_start(&timer, "call sk-wv09Qzabcdef");
    (void)acdebug_timer_checkpoint(&timer, "Bearer wv10Qzabcdef");
    (void)acdebug_timer_end(&timer);
}

int main(void)
{
    acdebug_options options = ACDEBUG_OPTIONS_INIT;
    acdebug_logger *logger = NULL;
    char path[512];
    static acdebug_timer running;
    options.level = 3;
    if (acdebug_open("planter", &options) != 0 ||
        acdebug_logger_new(&logger, "planter", ACDEBUG_SEV_DEBUG, "server.log") != 0)
        return 1;
    for (unsigned kind = 0; kind < 6; kind++) {
        acdebug_exchange exchange = acd_plants_exchange(kind);
        if (acdebug_write_error_file(&exchange, path, sizeof path) != 0)
            return 1;
        acd_plants_emit(logger, path);
    }
    emit_texts();
    emit_names();
    acdebug_request_set_str("sk-wv11Qzabcdef");
    acdebug_timer_start(&running, "runs sk-wv09Qzabcdef");
    for (unsigned i = 0; i < FILLERS; i++)
        acdebug_log(1, "filler"); /* so that who reads a hundred events has read those above */
    printf("%d\n", (int)getpid());
    fflush(stdout);
    while (getchar() != EOF) {}
    acdebug_logger_free(logger);
    acdebug_close();
    return 0;
}
