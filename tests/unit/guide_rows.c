/* SPDX-License-Identifier: MIT */
/* The guide's calls and what comes of them, see guide_rows.h. */
#include "config.h"

#include "tests/unit/guide_rows.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct guide guide;

/* ---- what is called ---- */

const char *guide_path(const char *name)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", guide.fixture->dir.path, name);
    return path;
}

static void log_standard_lines(enum acdebug_severity threshold)
{
    acdebug_logger *logger = NULL;
    assert_int_equal(acdebug_logger_new(&logger, "my_server", threshold, guide_path("server.log")),
                     0);
    acdebug_logger_log(logger, ACDEBUG_SEV_DEBUG, "Debug message");
    acdebug_logger_log(logger, ACDEBUG_SEV_INFO, "Application started on port %d", 8080);
    acdebug_logger_log(logger, ACDEBUG_SEV_WARNING, "This might be an issue");
    acdebug_logger_log(logger, ACDEBUG_SEV_ERROR, "Something went wrong");
    acdebug_logger_free(logger);
}

static void use_logger(void)
{
    log_standard_lines(ACDEBUG_SEV_INFO);
}

static void use_logger_for_all(void)
{
    log_standard_lines(ACDEBUG_SEV_DEBUG);
}

static void use_debug(void)
{
    acdebug_log(1, "Basic debug info", ACDEBUG_STR("key", "value"));
    acdebug_log(1, "Message");
    acdebug_log(2, "Detailed info", ACDEBUG_INT("n", -1), ACDEBUG_BOOL("ok", 1),
                ACDEBUG_DOUBLE("ms", 1.5));
    acdebug_log(3, "Full trace", ACDEBUG_JSON("data", "{\"messages\": [{\"role\": \"user\"}]}"));
}

#define TEN "0123456789"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

/* {"s":"..."} of 200 characters, and of 201. */
static void debug_long_data(void)
{
    acdebug_log(1, "fits", ACDEBUG_STR("s", HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN "ab"));
    acdebug_log(1, "cut", ACDEBUG_STR("s", HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN "abc"));
}

static void debug_secrets(void)
{
    acdebug_log(1, "with Bearer s3cret", ACDEBUG_STR("Authorization", "Basic s3cret"),
                ACDEBUG_INT("api_key", 53), ACDEBUG_INT("max_tokens", 9));
}

static void use_timer(void)
{
    acdebug_timer t;
    acdebug_timer_start(&t, "Operation name");
    double first = acdebug_timer_checkpoint(&t, "halfway point");
    double second = acdebug_timer_end(&t);
    assert_true(first > 0 && second >= first);
}

static void fail_timer(void)
{
    acdebug_timer t;
    acdebug_timer_start(&t, "Operation name");
    (void)acdebug_timer_fail(&t, "ValueError");
}

static void leave_timer_running(void)
{
    static acdebug_timer t;
    acdebug_timer_start(&t, "Operation name");
    (void)acdebug_timer_checkpoint(&t, "halfway point");
}

static void time_at_own_levels(void)
{
    acdebug_timer t;
    acdebug_timer_start_level(&t, "first", 1);
    (void)acdebug_timer_end(&t);
    acdebug_timer_start_level(&t, "third", 3);
    (void)acdebug_timer_end(&t);
}

static void my_function(void)
{
    ACDEBUG_TIMED_SCOPE("my_function");
    return;
}

static void use_performance(void)
{
    acdebug_field details[] = {acdebug_field_int("tokens", 12)};
    acdebug_performance("embed", 12.345, details, 1);
    acdebug_performance("plain", 1500, NULL, 0);
}

static void use_caches(void)
{
    acdebug_cache_hit("prompt", "system_prompt_hash_123", ACDEBUG_INT("size_tokens", 1500),
                      ACDEBUG_INT("age_seconds", 45));
    acdebug_cache_miss("kv_cache", "session_xyz", "new_session");
    acdebug_cache_miss("kv_cache", "session_xyz", NULL);
}

static void use_lookups(void)
{
    acdebug_lookup l = ACDEBUG_LOOKUP_INIT;
    l.type = "prompt";
    l.key = "sys_42";
    l.outcome = ACDEBUG_PARTIAL;
    l.reason = "prefix_diverged";
    l.input_tokens = 100;
    l.cached_tokens = 60;
    l.diverged_at = 60;
    acdebug_cache_lookup(&l);
    l.outcome = ACDEBUG_HIT;
    l.reason = NULL;
    l.input_tokens = 5; /* beside the cached ones: 65 in all */
    l.diverged_at = ACDEBUG_UNKNOWN;
    acdebug_cache_lookup_exclusive(&l);
    acdebug_cache_evict("prompt", NULL, 3, "full");
    acdebug_cache_inventory("prompt", NULL, 7, 4096, 8192);
}

static void report_errors(void)
{
    acdebug_error_context c = ACDEBUG_ERROR_INIT;
    c.message = "upstream timeout";
    c.provider = "mlx";
    c.model = "qwen2.5";
    c.debug_file = "/tmp/x.json";
    acdebug_error("HTTP", 500, &c);
    c.provider = c.model = c.debug_file = NULL;
    c.message = "reset by peer";
    acdebug_error("Streaming", 502, &c);
    acdebug_error("HTTP", 404, NULL);
}

/* The guide's third example. */
static void fail_exchange(int status)
{
    static const char body[] = "{ \"model\": \"qwen2.5\", \"max_tokens\": 10, \"api_key\": \"k\" }";
    static const acdebug_header headers[] = {{"content-type", "application/json"},
                                             {"Authorization", "Bearer s3cret"}};
    acdebug_exchange e = ACDEBUG_EXCHANGE_INIT;
    e.status = status;
    e.method = "POST";
    e.url = "/v1/chat/completions?api_key=s3cret";
    e.request_headers = headers;
    e.request_headers_count = 2;
    e.request_body = body;
    e.request_body_bytes = sizeof body - 1;
    e.has_response = status != 0;
    e.response_status = status;
    e.response_body = "CUDA out of memory";
    e.response_body_bytes = strlen("CUDA out of memory");
    int r = acdebug_write_error_file(&e, guide.debug_file, sizeof guide.debug_file);
    assert_int_equal(r, acdebug_level() == 0 ? -ECANCELED : status == 399 ? -EINVAL : 0);
    acdebug_error_context c = ACDEBUG_ERROR_INIT;
    c.provider = "mlx";
    c.model = "qwen2.5";
    c.debug_file = r == 0 ? guide.debug_file : NULL;
    acdebug_error("HTTP", status, &c);
}

static void fail_with_500(void)
{
    fail_exchange(500);
}

static void fail_with_400(void)
{
    fail_exchange(400);
}

static void fail_with_399(void)
{
    fail_exchange(399);
}

static void fail_outside_of_http(void)
{
    fail_exchange(0);
}

static void set_levels(uint64_t levels, unsigned change)
{
    atomic_store_explicit(&acd_peek_control(&guide.fixture->peek)->word,
                          levels | (uint64_t)change << ACD_CONTROL_CHANGE_SHIFT,
                          memory_order_relaxed);
}

static void emit_each_level(void)
{
    acdebug_log(1, "one");
    acdebug_log(2, "two");
    acdebug_log(3, "three");
}

static void raise_then_lower(void)
{
    set_levels(acd_levels_all(3), 1);
    assert_int_equal(acdebug_level(), 3);
    emit_each_level();
    set_levels(acd_levels_all(1), 2);
    emit_each_level();
    set_levels(acd_levels_all(0), 3);
    emit_each_level();
}

static void quiet_the_cache_alone(void)
{
    set_levels(acd_levels_with(acd_levels_all(2), ACD_CATEGORY_CACHE, 0), 1);
    acdebug_cache_hit("prompt", "k");
    acdebug_log(2, "two");
    acdebug_log_to(ACDEBUG_USER0, 1, "mine");
}

/* ---- the table ---- */

#define OPERATION "acdebug.timer.name=\"Operation name\" acdebug.timer.id=*"
#define STARTED_AT(level, name)                                                                    \
    "timer_start " level " start acdebug.timer.name=\"" name "\" acdebug.timer.id=*\n"
#define STARTED(name) STARTED_AT("2", name)
#define ENDED(level, name)                                                                         \
    "timer_end " level " end acdebug.timer.name=\"" name                                           \
    "\" acdebug.timer.id=* acdebug.timer.elapsed_ns=*\n"
#define LOGGED(level, severity, message)                                                           \
    "logger " level " logger acdebug.logger=\"my_server\" acdebug.severity=\"" severity            \
    "\" message=\"" message "\"\n"
#define THREE_LINES                                                                                \
    S "INFO: Application started on port 8080\n" S "WARNING: This might be an issue\n" S           \
      "ERROR: Something went wrong\n"
#define THREE_RECORDS                                                                              \
    LOGGED("1", "INFO", "Application started on port 8080")                                        \
    LOGGED("1", "WARNING", "This might be an issue") LOGGED("1", "ERROR", "Something went wrong")
#define TWO_GROUPS                                                                                 \
    "error WARNING 0 \"This might be an issue\" count=1\n"                                         \
    "error ERROR 0 \"Something went wrong\" count=1\n"
#define TENS TEN TEN TEN TEN TEN TEN TEN TEN TEN
#define TIMED "timer Operation name count=1 failed=0 running=0 halfway point=1\n"
#define FAILED                                                                                     \
    "timer Operation name count=1 failed=1 running=0\n"                                            \
    "error ValueError 0 \"Operation name\" count=1\n"
#define FAILED_LINE A "ERROR: [Timer] Operation name failed after Nms: ValueError\n"
#define FAILED_RECORD                                                                              \
    "timer_fail 1 fail " OPERATION " acdebug.timer.elapsed_ns=* error.type=\"ValueError\"\n"
#define BOTH_TIMERS                                                                                \
    "timer first count=1 failed=0 running=0\ntimer third count=1 failed=0 running=0\n"
#define LOOKED_UP "cache prompt hit=1\ncache kv_cache miss=2 new_session=1\n"
#define LOOKUP_RECORDS                                                                             \
    "cache 1 hit acdebug.cache.type=\"prompt\" acdebug.cache.key=\"system_prompt_hash_123\" "      \
    "acdebug.cache.outcome=0 acdebug.cache.reason=\"\" size_tokens=1500 age_seconds=45\n"          \
    "cache 1 miss acdebug.cache.type=\"kv_cache\" acdebug.cache.key=\"session_xyz\" "              \
    "acdebug.cache.outcome=2 acdebug.cache.reason=\"new_session\"\n"                               \
    "cache 1 miss acdebug.cache.type=\"kv_cache\" acdebug.cache.key=\"session_xyz\" "              \
    "acdebug.cache.outcome=2 acdebug.cache.reason=\"\"\n"
#define MISS_LINES                                                                                 \
    A "DEBUG: [Cache] MISS - kv_cache: session_xyz (new_session)\n" A                              \
      "DEBUG: [Cache] MISS - kv_cache: session_xyz\n"
#define TOKENS                                                                                     \
    "cache prompt hit=1 partial=1 evictions=3 tokens=120/165 entries=7 bytes=4096 capacity=8192\n"
#define TOKEN_LINES                                                                                \
    A "DEBUG: [Cache] PARTIAL - prompt: sys_42 (prefix_diverged) {\"gen_ai.usage.input_tokens\":"  \
      "100,\"gen_ai.usage.cache_read.input_tokens\":60,\"acdebug.cache.diverged_at\":60}\n" A      \
      "DEBUG: [Cache] HIT - prompt: sys_42 {\"gen_ai.usage.input_tokens\":65,"                     \
      "\"gen_ai.usage.cache_read.input_tokens\":60}\n"
#define TOKEN_RECORDS                                                                              \
    "cache 1 lookup acdebug.cache.type=\"prompt\" acdebug.cache.key=\"sys_42\" "                   \
    "acdebug.cache.outcome=1 acdebug.cache.reason=\"prefix_diverged\" "                            \
    "gen_ai.usage.input_tokens=100 gen_ai.usage.cache_read.input_tokens=60 "                       \
    "acdebug.cache.diverged_at=60\n"                                                               \
    "cache 1 lookup acdebug.cache.type=\"prompt\" acdebug.cache.key=\"sys_42\" "                   \
    "acdebug.cache.outcome=0 acdebug.cache.reason=\"\" gen_ai.usage.input_tokens=65 "              \
    "gen_ai.usage.cache_read.input_tokens=60\n"
#define ERROR_GROUPS                                                                               \
    "error HTTP 500 mlx/qwen2.5 \"upstream timeout\" count=1 file=/tmp/x.json\n"                   \
    "error Streaming 502 \"reset by peer\" count=1\nerror HTTP 404 \"\" count=1\n"
#define ERROR_RECORD(status, rest)                                                                 \
    "error 1 error error.type=\"HTTP\" http.response.status_code=" status " message=\"\" "         \
    "gen_ai.provider.name=\"mlx\" gen_ai.request.model=\"qwen2.5\"" rest "\n"
#define FILE_RECORD(status) ERROR_RECORD(status, " acdebug.debug_file=\"FILE\"")
#define FILE_LINE A "ERROR: HTTP error (mlx/qwen2.5) - Debug info written to: FILE\n"
#define REQUEST                                                                                    \
    "\"request\":{\"method\":\"POST\",\"url\":\"/v1/chat/completions?api_key=[REDACTED]\","        \
    "\"headers\":{\"content-type\":\"application/json\",\"Authorization\":\"[REDACTED]\"},"        \
    "\"body\":{\"model\":\"qwen2.5\",\"max_tokens\":10,\"api_key\":\"[REDACTED]\"}}"
#define CONTENT(status)                                                                            \
    "\"statusCode\":" status "," REQUEST ",\"response\":{\"statusCode\":" status                   \
    ",\"headers\":{},\"body\":\"CUDA out of memory\"}}"
#define LEVELS(from, to)                                                                           \
    "level 0 level acdebug.level.from=" from " acdebug.level.to=" to " acdebug.level.who=\"\"\n"
#define ALL_1 "1431655765"
#define ALL_2 "2863311530"
#define ALL_3 "4294967295"

const struct guide_row guide_rows[] = {
    {.rule = "setup_logger: lines at every level, in the file too; no event at level 0",
     .levels = "0",
     .call = use_logger,
     .text = THREE_LINES,
     .counts = TWO_GROUPS,
     .logged = THREE_LINES},
    {.rule = "setup_logger: from level 1 its lines are events too",
     .levels = "123",
     .call = use_logger,
     .text = THREE_LINES,
     .events = THREE_RECORDS,
     .counts = TWO_GROUPS,
     .logged = THREE_LINES},
    {.rule = "setup_logger(level=DEBUG): debug lines are lines, and events from level 2",
     .levels = "1",
     .call = use_logger_for_all,
     .text = S "DEBUG: Debug message\n" THREE_LINES,
     .events = THREE_RECORDS,
     .counts = TWO_GROUPS,
     .logged = S "DEBUG: Debug message\n" THREE_LINES},
    {.rule = "the same at level 2",
     .levels = "23",
     .call = use_logger_for_all,
     .text = S "DEBUG: Debug message\n" THREE_LINES,
     .events = LOGGED("2", "DEBUG", "Debug message") THREE_RECORDS,
     .counts = TWO_GROUPS,
     .logged = S "DEBUG: Debug message\n" THREE_LINES},

    {.rule = "debug: nothing at level 0", .levels = "0", .call = use_debug},
    {.rule = "debug(1)",
     .levels = "1",
     .call = use_debug,
     .text = A "DEBUG: Basic debug info {\"key\":\"value\"}\n" A "DEBUG: Message\n",
     .events = "log 1 Basic debug info key=\"value\"\nlog 1 Message\n"},
    {.rule = "debug(2)",
     .levels = "2",
     .call = use_debug,
     .text = A "DEBUG: Basic debug info {\"key\":\"value\"}\n" A "DEBUG: Message\n" A
               "DEBUG: Detailed info {\"n\":-1,\"ok\":true,\"ms\":1.5}\n",
     .events = "log 1 Basic debug info key=\"value\"\nlog 1 Message\n"
               "log 2 Detailed info n=-1 ok=true ms=1.5\n"},
    {.rule = "debug(3): all of it is indented",
     .levels = "3",
     .call = use_debug,
     .text = A "DEBUG: Basic debug info {\n  \"key\": \"value\"\n}\n" A "DEBUG: Message\n" A
               "DEBUG: Detailed info {\n  \"n\": -1,\n  \"ok\": true,\n  \"ms\": 1.5\n}\n" A
               "DEBUG: Full trace {\n  \"data\": {\n    \"messages\": [\n      {\n"
               "        \"role\": \"user\"\n      }\n    ]\n  }\n}\n",
     .events = "log 1 Basic debug info key=\"value\"\nlog 1 Message\n"
               "log 2 Detailed info n=-1 ok=true ms=1.5\n"
               "log 3 Full trace data={\"messages\": [{\"role\": \"user\"}]}\n"},
    {.rule = "data is cut to 200 characters at levels 1 and 2; the ring has all of it",
     .levels = "12",
     .call = debug_long_data,
     .text = A "DEBUG: fits {\"s\":\"" HUNDRED TENS "ab\"}\n" A "DEBUG: cut {\"s\":\"" HUNDRED TENS
               "abc\"...\n",
     .events = "log 1 fits s=\"" HUNDRED TENS "ab\"\nlog 1 cut s=\"" HUNDRED TENS "abc\"\n"},
    {.rule = "data is whole at level 3",
     .levels = "3",
     .call = debug_long_data,
     .text = A "DEBUG: fits {\n  \"s\": \"" HUNDRED TENS "ab\"\n}\n" A
               "DEBUG: cut {\n  \"s\": \"" HUNDRED TENS "abc\"\n}\n",
     .events = "log 1 fits s=\"" HUNDRED TENS "ab\"\nlog 1 cut s=\"" HUNDRED TENS "abc\"\n"},
    {.rule = "values of secret names are written nowhere, secrets in texts are not printed",
     .levels = "12",
     .call = debug_secrets,
     .text = A "DEBUG: with Bearer [REDACTED] {\"Authorization\":\"[REDACTED]\",\"api_key\":"
               "\"[REDACTED]\",\"max_tokens\":9}\n",
     .events = "log 1 with Bearer s3cret Authorization=(secret) api_key=(secret) max_tokens=9\n"},

    {.rule = "PerformanceTimer: counted below its level",
     .levels = "01",
     .call = use_timer,
     .counts = TIMED},
    {.rule = "PerformanceTimer: shown from level 2",
     .levels = "23",
     .call = use_timer,
     .text = A "DEBUG: [Timer] Starting: Operation name\n" A
               "DEBUG: [Timer] Operation name @ halfway point: Nms\n" A
               "DEBUG: [Timer] Operation name completed in Nms\n",
     .events =
         STARTED("Operation name") "timer_checkpoint 2 checkpoint " OPERATION
                                   " acdebug.timer.label=\"halfway point\" "
                                   "acdebug.timer.elapsed_ns=* acdebug.timer.since_ns=*\n" ENDED(
                                       "2", "Operation name"),
     .counts = TIMED},
    {.rule = "a timer's failure is printed and counted at level 0",
     .levels = "0",
     .call = fail_timer,
     .text = FAILED_LINE,
     .counts = FAILED},
    {.rule = "a timer's failure is an event at level 1",
     .levels = "1",
     .call = fail_timer,
     .text = FAILED_LINE,
     .events = FAILED_RECORD,
     .counts = FAILED},
    {.rule = "a timer's failure at level 2",
     .levels = "23",
     .call = fail_timer,
     .text = A "DEBUG: [Timer] Starting: Operation name\n" FAILED_LINE,
     .events = STARTED("Operation name") FAILED_RECORD,
     .counts = FAILED},
    {.rule = "a running timer is counted as running",
     .levels = "01",
     .call = leave_timer_running,
     .counts = "timer Operation name count=0 failed=0 running=1 halfway point=1\n"},
    {.rule = "PerformanceTimer(log_level=1) and (log_level=3), below both",
     .levels = "0",
     .call = time_at_own_levels,
     .counts = BOTH_TIMERS},
    {.rule = "PerformanceTimer(log_level=1): its completion at level 1",
     .levels = "1",
     .call = time_at_own_levels,
     .text = A "DEBUG: [Timer] first completed in Nms\n",
     .events = ENDED("1", "first"),
     .counts = BOTH_TIMERS},
    {.rule = "PerformanceTimer(log_level=3): not at level 2",
     .levels = "2",
     .call = time_at_own_levels,
     .text = A "DEBUG: [Timer] Starting: first\n" A "DEBUG: [Timer] first completed in Nms\n",
     .events = STARTED("first") ENDED("1", "first"),
     .counts = BOTH_TIMERS},
    {.rule = "PerformanceTimer(log_level=3): at level 3",
     .levels = "3",
     .call = time_at_own_levels,
     .text = A "DEBUG: [Timer] Starting: first\n" A "DEBUG: [Timer] first completed in Nms\n" A
               "DEBUG: [Timer] Starting: third\n" A "DEBUG: [Timer] third completed in Nms\n",
     .events = STARTED("first") ENDED("1", "first") STARTED_AT("3", "third") ENDED("3", "third"),
     .counts = BOTH_TIMERS},
    {.rule = "timing_decorator: counted below level 2",
     .levels = "01",
     .call = my_function,
     .counts = "timer my_function count=1 failed=0 running=0\n"},
    {.rule = "timing_decorator: shown from level 2",
     .levels = "23",
     .call = my_function,
     .text = A "DEBUG: [Timer] Starting: my_function\n" A
               "DEBUG: [Timer] my_function completed in Nms\n",
     .events = STARTED("my_function") ENDED("2", "my_function"),
     .counts = "timer my_function count=1 failed=0 running=0\n"},
    {.rule = "log_performance: nothing below level 2", .levels = "01", .call = use_performance},
    {.rule = "log_performance: two decimals, details as JSON",
     .levels = "2",
     .call = use_performance,
     .text = A "DEBUG: Performance: embed took 12.35ms {\"tokens\":12}\n" A
               "DEBUG: Performance: plain took 1500.00ms\n",
     .events = "performance 2 performance acdebug.timer.name=\"embed\" acdebug.duration_ms=12.345 "
               "tokens=12\n"
               "performance 2 performance acdebug.timer.name=\"plain\" acdebug.duration_ms=1500\n"},

    {.rule = "log_cache_hit and _miss: counted at level 0",
     .levels = "0",
     .call = use_caches,
     .counts = LOOKED_UP},
    {.rule = "log_cache_hit and _miss: shown from level 1",
     .levels = "12",
     .call = use_caches,
     .text = A "DEBUG: [Cache] HIT - prompt: system_prompt_hash_123 "
               "{\"size_tokens\":1500,\"age_seconds\":45}\n" MISS_LINES,
     .events = LOOKUP_RECORDS,
     .counts = LOOKED_UP},
    {.rule = "log_cache_hit and _miss: indented at level 3",
     .levels = "3",
     .call = use_caches,
     .text = A "DEBUG: [Cache] HIT - prompt: system_prompt_hash_123 {\n  \"size_tokens\": 1500,\n"
               "  \"age_seconds\": 45\n}\n" MISS_LINES,
     .events = LOOKUP_RECORDS,
     .counts = LOOKED_UP},
    {.rule = "lookups with tokens, evictions, inventory: counted at level 0",
     .levels = "0",
     .call = use_lookups,
     .counts = TOKENS},
    {.rule = "lookups are shown from level 1",
     .levels = "1",
     .call = use_lookups,
     .text = TOKEN_LINES,
     .events = TOKEN_RECORDS,
     .counts = TOKENS},
    {.rule = "evictions are shown from level 2",
     .levels = "2",
     .call = use_lookups,
     .text = TOKEN_LINES A "DEBUG: [Cache] EVICTED - prompt: 3 (full)\n",
     .events = TOKEN_RECORDS "eviction 2 eviction acdebug.cache.type=\"prompt\" "
                             "acdebug.cache.count=3 acdebug.cache.reason=\"full\"\n",
     .counts = TOKENS},

    {.rule = "log_debug_error: counted at level 0",
     .levels = "0",
     .call = report_errors,
     .counts = ERROR_GROUPS},
    {.rule = "log_debug_error: shown from level 1",
     .levels = "123",
     .call = report_errors,
     .text = A "ERROR: HTTP error (mlx/qwen2.5) - Debug info written to: /tmp/x.json\n" A
               "ERROR: Streaming error 502 - reset by peer\n" A "ERROR: HTTP error 404\n",
     .events = "error 1 error error.type=\"HTTP\" http.response.status_code=500 "
               "message=\"upstream timeout\" gen_ai.provider.name=\"mlx\" "
               "gen_ai.request.model=\"qwen2.5\" acdebug.debug_file=\"/tmp/x.json\"\n"
               "error 1 error error.type=\"Streaming\" http.response.status_code=502 "
               "message=\"reset by peer\"\n"
               "error 1 error error.type=\"HTTP\" http.response.status_code=404 message=\"\"\n",
     .counts = ERROR_GROUPS},
    {.rule = "write_error_debug_file: nothing at level 0, counted all the same",
     .levels = "0",
     .call = fail_with_500,
     .counts = "error HTTP 500 mlx/qwen2.5 \"\" count=1\n"},
    {.rule = "write_error_debug_file(500)",
     .levels = "123",
     .call = fail_with_500,
     .text = FILE_LINE,
     .events = FILE_RECORD("500"),
     .counts = "error HTTP 500 mlx/qwen2.5 \"\" count=1 file=FILE\n",
     .file = CONTENT("500")},
    {.rule = "write_error_debug_file(400)",
     .levels = "1",
     .call = fail_with_400,
     .text = FILE_LINE,
     .events = FILE_RECORD("400"),
     .counts = "error HTTP 400 mlx/qwen2.5 \"\" count=1 file=FILE\n",
     .file = CONTENT("400")},
    {.rule = "write_error_debug_file(399): is no error",
     .levels = "1",
     .call = fail_with_399,
     .text = A "ERROR: HTTP error (mlx/qwen2.5)\n",
     .events = ERROR_RECORD("399", ""),
     .counts = "error HTTP 399 mlx/qwen2.5 \"\" count=1\n"},
    {.rule = "write_error_debug_file(0): not HTTP's, without an answer",
     .levels = "1",
     .call = fail_outside_of_http,
     .text = FILE_LINE,
     .events = FILE_RECORD("0"),
     .counts = "error HTTP 0 mlx/qwen2.5 \"\" count=1 file=FILE\n",
     .file = "\"statusCode\":0," REQUEST ",\"response\":null}"},

    {.rule = "text: the start level decides, a lowered one quiets, a raised one fills the ring",
     .levels = "2",
     .call = raise_then_lower,
     .text = A "DEBUG: one\n" A "DEBUG: two\n" A "DEBUG: one\n",
     .events = LEVELS(ALL_2, ALL_3) "log 1 one\nlog 2 two\nlog 3 three\n" LEVELS(
         ALL_3, ALL_1) "log 1 one\n"},
    {.rule = "text: none for who started at level 0",
     .levels = "0",
     .call = raise_then_lower,
     .events = LEVELS("0", ALL_3) "log 1 one\nlog 2 two\nlog 3 three\n" LEVELS(
         ALL_3, ALL_1) "log 1 one\n"},
    {.rule = "a category that is off is quiet and counts, the others go on",
     .levels = "2",
     .call = quiet_the_cache_alone,
     .text = A "DEBUG: two\n" A "DEBUG: mine\n",
     .events = LEVELS(ALL_2, "2863311522") "log 2 two\nlog 1 mine\n",
     .counts = "cache prompt hit=1\n"},
};
const size_t guide_rows_count = sizeof guide_rows / sizeof guide_rows[0];
