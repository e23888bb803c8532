/* SPDX-License-Identifier: MIT */
/*
 * A server that does what its stdin says and nothing else, so that a test knows all its numbers:
 *
 *     known_server NAME LEVEL
 *
 * One command a line, answered by "done": `requests N`, `running`, `tracked`, `everything` (each kind of event
 * and of number), `many timers`, `overlap`, `secrets`, `hostile`, `close`.  The end of the input ends
 * it without closing its ring, as a crash would.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <acdebug.h>

static unsigned long requests; /* so far */

static void look_up(unsigned long i)
{
    acdebug_lookup lookup = ACDEBUG_LOOKUP_INIT;
    lookup.type = "prompt";
    lookup.key = "sys_42";
    lookup.input_tokens = 100;
    lookup.outcome = i % 4 == 0 ? ACDEBUG_MISS : i % 4 == 1 ? ACDEBUG_PARTIAL : ACDEBUG_HIT;
    lookup.cached_tokens = i % 4 == 0 ? 0 : i % 4 == 1 ? 40 : 100;
    lookup.reason = i % 8 == 0 ? "cold" : "evicted";
    acdebug_cache_lookup(&lookup);
}

static void embed(void)
{
    ACDEBUG_TIMED_SCOPE("embed");
    acdebug_log(1, "embedding", ACDEBUG_UINT("inputs", 3));
}

static void request(unsigned long i)
{
    acdebug_timer timer;
    acdebug_request_set(i + 1);
    acdebug_timer_start(&timer, "chat");
    look_up(i);
    acdebug_timer_checkpoint(&timer, "cache_check");
    if (i % 5 == 0)
        embed();
    acdebug_timer_checkpoint(&timer, "inference");
    if (i % 50 == 49) {
        acdebug_error_context context = ACDEBUG_ERROR_INIT;
        context.message = "upstream timeout";
        context.provider = "openai";
        context.model = "gpt-4o";
        acdebug_error("HTTP", 502, &context);
        acdebug_timer_fail(&timer, "Timeout");
    } else {
        acdebug_timer_end(&timer);
    }
    acdebug_request_clear();
}

static void leave_running(void)
{
    static acdebug_timer timer;
    acdebug_request_set_str("still here");
    acdebug_timer_start(&timer, "stuck");
    acdebug_timer_checkpoint(&timer, "waiting");
    acdebug_request_clear();
}

/* One timer inside another, then two of which neither is in the other. */
static void overlap(void)
{
    acdebug_timer outer, inner;
    acdebug_request_set_str("overlap");
    acdebug_timer_start(&outer, "outer");
    acdebug_timer_start(&inner, "inner");
    acdebug_timer_end(&inner);
    acdebug_timer_end(&outer);
    acdebug_timer_start(&outer, "first");
    acdebug_timer_start(&inner, "second");
    acdebug_timer_end(&outer);
    acdebug_timer_end(&inner);
    acdebug_request_clear();
}

/* More names than a ring has rows for. */
static void start_many_timers(void)
{
    for (int i = 0; i < 100; i++) {
        acdebug_timer timer;
        char name[32];
        snprintf(name, sizeof name, "request %d", i);
        acdebug_timer_start(&timer, name);
        acdebug_timer_end(&timer);
    }
}

static void fill_a_cache(void)
{
    acdebug_lookup lookup = ACDEBUG_LOOKUP_INIT;
    lookup.type = "kv";
    lookup.model = "gpt-4o";
    lookup.outcome = ACDEBUG_HIT;
    lookup.input_tokens = 10;
    lookup.cached_tokens = 8;
    lookup.created_tokens = 2;
    acdebug_cache_lookup(&lookup);
    acdebug_cache_evict("kv", "gpt-4o", 3, "full");
    acdebug_cache_inventory("kv", "gpt-4o", 7, 7000, 10000);
}

static void do_everything(void)
{
    static char text[100000];
    acdebug_error_context context = ACDEBUG_ERROR_INIT;
    acdebug_logger *logger = NULL;
    fill_a_cache();
    context.message = "cannot parse";
    context.debug_file = "/tmp/anyclaude-debug-1773489598000-x1y2z3.json";
    acdebug_error("Parse", 0, &context);
    memset(text, 'x', sizeof text - 1);
    acdebug_log(1, "long", ACDEBUG_STR("text", text), ACDEBUG_BOOL("truth", true),
                ACDEBUG_DOUBLE("half", 0.5), ACDEBUG_INT("minus", -1),
                ACDEBUG_JSON("json", "{\"a\":[1,null]}"));
    acdebug_performance("resize", 1.5, NULL, 0);
    if (acdebug_logger_new(&logger, "http", ACDEBUG_SEV_DEBUG, NULL) == 0)
        acdebug_logger_log(logger, ACDEBUG_SEV_INFO, "listening");
    acdebug_logger_free(logger);
}

static void tell_secrets(void)
{
    acdebug_log(1, "the prompt", ACDEBUG_STR("prompt", "my diary of yesterday"),
                ACDEBUG_STR("authorization", "Bearer 0123456789abcdef"), ACDEBUG_UINT("tokens", 7),
                ACDEBUG_JSON("body", "{\"messages\":[\"my diary of yesterday\"]}"));
    acdebug_log_fields(ACDEBUG_LOG, 1, "said: my diary of yesterday", NULL, 0);
}

static void be_hostile(void)
{
    acdebug_timer timer;
    acdebug_timer_start(&timer, "a\"b\\c\033[31m\xff \xe2\x80\xae#[fg=red] %n");
    acdebug_timer_end(&timer);
    acdebug_cache_hit("kv\nx", "k\033]0;t\007");
}

/* Prompts that differ in a time near their begin, and a cache too small for them. */
static void track_prompts(void)
{
    static const acdebug_span spans[] = {{"system", 0}, {"messages[0]", 900}};
    acdebug_tracker_options options = ACDEBUG_TRACKER_OPTIONS_INIT;
    acdebug_tracker *tracker = NULL;
    options.type = "tracked";
    options.capacity_tokens = 4096;
    if (acdebug_tracker_new(&tracker, &options) < 0)
        return;
    for (unsigned i = 0; i < 12; i++) {
        acdebug_prompt prompt = ACDEBUG_PROMPT_INIT;
        char text[2000];
        int begin = snprintf(text, sizeof text, "You are careful. It is 12:00:%02u.\n", i);
        for (size_t k = (size_t)begin; k < sizeof text; k++)
            text[k] = (char)('a' + k * k % 23);
        prompt.bytes = text;
        prompt.bytes_count = sizeof text;
        prompt.spans = spans;
        prompt.spans_count = 2;
        acdebug_track(tracker, &prompt, NULL, NULL);
    }
    acdebug_tracker_free(tracker);
}

static int obey(const char *line)
{
    unsigned long n = 0;
    if (sscanf(line, "requests %lu", &n) == 1) {
        while (n-- > 0)
            request(requests++);
    } else if (strcmp(line, "tracked\n") == 0) {
        track_prompts();
    } else if (strcmp(line, "running\n") == 0) {
        leave_running();
    } else if (strcmp(line, "everything\n") == 0) {
        do_everything();
    } else if (strcmp(line, "many timers\n") == 0) {
        start_many_timers();
    } else if (strcmp(line, "overlap\n") == 0) {
        overlap();
    } else if (strcmp(line, "secrets\n") == 0) {
        tell_secrets();
    } else if (strcmp(line, "hostile\n") == 0) {
        be_hostile();
    } else if (strcmp(line, "close\n") == 0) {
        acdebug_close();
    } else {
        fprintf(stderr, "known_server: what is '%s'?\n", line);
        return -1;
    }
    return 0;
}

int main(int argc, char **argv)
{
    acdebug_options options = ACDEBUG_OPTIONS_INIT;
    char line[80];
    if (argc != 3)
        return 2;
    options.level = atoi(argv[2]);
    options.flags = ACDEBUG_NO_TEXT;
    if (acdebug_open(argv[1], &options) < 0)
        return 1;
    puts("done");
    fflush(stdout);
    while (fgets(line, sizeof line, stdin)) {
        if (obey(line) < 0)
            return 2;
        puts("done");
        fflush(stdout);
    }
    _exit(0);
}
