/* SPDX-License-Identifier: MIT */
/* tui/app/openmetrics: what Prometheus reads is what the rings counted. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/model.h"
#include "tui/app/openmetrics.h"

/* A fleet, and what is written of it. */
struct stage {
    struct acd_test_model model;
    struct acd_openmetrics metrics;
    char *text;
    size_t bytes;
};

static void set(struct stage *s, enum acd_openmetrics_form form)
{
    memset(s, 0, sizeof *s);
    acd_test_model_init(&s->model);
    s->metrics =
        (struct acd_openmetrics){.form = form, .fleet = &s->model.fleet, .source = s->model.source};
}

static void write_all(struct stage *s)
{
    free(s->text);
    s->metrics.stream = open_memstream(&s->text, &s->bytes);
    assert_non_null(s->metrics.stream);
    acd_openmetrics_write(&s->metrics);
    acd_openmetrics_end(&s->metrics);
    assert_int_equal(fclose(s->metrics.stream), 0);
}

static void strike(struct stage *s)
{
    free(s->text);
    acd_test_model_fini(&s->model);
}

/* What stands after `series` on its line; NULL: there is no such line. */
static const char *value_of(const struct stage *s, const char *series)
{
    static char value[64];
    size_t length = strlen(series);
    for (const char *line = s->text; *line; line = strchr(line, '\n') + 1) {
        if (strncmp(line, series, length) != 0 || line[length] != ' ')
            continue;
        snprintf(value, sizeof value, "%.*s", (int)strcspn(line + length + 1, "\n"),
                 line + length + 1);
        return value;
    }
    return NULL;
}

#define WHO "server=\"llm-proxy\",pid=\"4121\",ring=\"ring\""

static void counters_gauges_and_info_are_the_servers_own_numbers(void **state)
{
    (void)state;
    struct stage s;
    set(&s, ACD_OPENMETRICS_1_0);
    acd_test_model_proxy(&s.model);
    write_all(&s);
    assert_string_equal(value_of(&s, "acdebug_server_alive{" WHO "}"), "1");
    assert_string_equal(value_of(&s, "acdebug_events_total{" WHO "}"), "120345");
    assert_string_equal(
        value_of(&s, "acdebug_cache_lookups_total{" WHO ",cache=\"prompt\",outcome=\"hit\"}"),
        "1700");
    assert_string_equal(
        value_of(&s, "acdebug_cache_lookups_total{" WHO ",cache=\"prompt\",outcome=\"miss\"}"),
        "180");
    assert_string_equal(value_of(&s, "acdebug_cache_cached_tokens_total{" WHO ",cache=\"prompt\"}"),
                        "7100000");
    assert_string_equal(value_of(&s, "acdebug_cache_capacity_bytes{" WHO ",cache=\"prompt\"}"),
                        "1073741824");
    assert_null(value_of(&s, "acdebug_cache_capacity_bytes{" WHO ",cache=\"kv\"}"));
    assert_string_equal(value_of(&s, "acdebug_timer_running{" WHO ",timer=\"chat_completion\"}"),
                        "3");
    assert_string_equal(
        value_of(&s, "acdebug_timer_max_seconds{" WHO ",timer=\"chat_completion\"}"),
        "9.100000000");
    assert_non_null(strstr(s.text, "# TYPE acdebug_server info\n"));
    assert_non_null(strstr(s.text, "\nacdebug_server_info{" WHO));
    assert_string_equal(s.text + s.bytes - 6, "# EOF\n");
    strike(&s);
}

static void a_histogram_counts_each_value_below_its_bound_once(void **state)
{
    (void)state;
    struct stage s;
    set(&s, ACD_OPENMETRICS_1_0);
    acd_test_model_proxy(&s.model);
    write_all(&s);
    /* 48 at 31 ms, 44 at 90 ms, 4 at 120 ms, 0 at 300 ms: see the fixture. */
    const struct {
        const char *le, *count;
    } expected[] = {{"0.025", "0"}, {"0.05", "48"}, {"0.1", "92"},    {"0.25", "96"},
                    {"0.5", "96"},  {"1.0", "96"},  {"1000.0", "96"}, {"+Inf", "96"}};
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        char series[256];
        snprintf(series, sizeof series,
                 "acdebug_timer_duration_seconds_bucket{" WHO ",timer=\"embed\",le=\"%s\"}",
                 expected[i].le);
        assert_string_equal(value_of(&s, series), expected[i].count);
    }
    assert_string_equal(
        value_of(&s, "acdebug_timer_duration_seconds_count{" WHO ",timer=\"embed\"}"), "96");
    assert_string_equal(value_of(&s, "acdebug_timer_duration_seconds_sum{" WHO ",timer=\"embed\"}"),
                        "2.976000000");
    assert_string_equal(value_of(&s,
                                 "acdebug_checkpoint_duration_seconds_count{" WHO
                                 ",timer=\"chat_completion\",checkpoint=\"inference_complete\"}"),
                        "809");
    strike(&s);
}

static void a_timer_without_a_histogram_keeps_its_count_and_sum(void **state)
{
    (void)state;
    struct stage s;
    set(&s, ACD_OPENMETRICS_1_0);
    acd_test_model_proxy(&s.model)->totals.timer[1].timing.has_histogram = false;
    write_all(&s);
    assert_null(
        value_of(&s, "acdebug_timer_duration_seconds_bucket{" WHO ",timer=\"embed\",le=\"0.5\"}"));
    assert_string_equal(
        value_of(&s, "acdebug_timer_duration_seconds_bucket{" WHO ",timer=\"embed\",le=\"+Inf\"}"),
        "96");
    strike(&s);
}

static void messages_are_no_labels_and_their_errors_are_summed(void **state)
{
    (void)state;
    struct stage s;
    set(&s, ACD_OPENMETRICS_1_0);
    struct acd_server *server = acd_test_model_proxy(&s.model);
    struct acd_error_total *e = server->totals.error;
    strcpy(e[1].type, e[0].type);
    e[1].status = e[0].status;
    strcpy(e[1].provider, e[0].provider);
    strcpy(e[1].model, e[0].model);
    write_all(&s);
    assert_string_equal(
        value_of(&s, "acdebug_errors_total{" WHO
                     ",type=\"Proxy\",status=\"502\",provider=\"openai\",model=\"gpt-4o\"}"),
        "14");
    assert_null(strstr(s.text, "reset by peer"));
    strike(&s);
}

static void label_values_are_escaped_made_safe_and_hide_secrets(void **state)
{
    (void)state;
    struct stage s;
    set(&s, ACD_OPENMETRICS_1_0);
    struct acd_server *server = acd_test_model_proxy(&s.model);
    strcpy(server->totals.cache[0].type, "a\"b\\c\nd\033[1m\xff");
    strcpy(server->totals.cache[1].type, "Bearer 0123456789abcdef");
    write_all(&s);
    assert_non_null(strstr(s.text, "cache=\"a\\\"b\\\\c\xe2\x9f\xa8U+000A\xe2\x9f\xa9"
                                   "d"));
    assert_null(strchr(s.text, '\033'));
    assert_null(strstr(s.text, "0123456789abcdef"));
    strike(&s);
}

static void the_older_form_names_counters_whole_and_has_no_end(void **state)
{
    (void)state;
    struct stage s;
    set(&s, ACD_OPENMETRICS_TEXT_0_0_4);
    acd_test_model_proxy(&s.model);
    write_all(&s);
    assert_non_null(strstr(s.text, "# TYPE acdebug_events_total counter\n"));
    assert_non_null(strstr(s.text, "# TYPE acdebug_server_info gauge\nacdebug_server_info{"));
    assert_null(strstr(s.text, "# UNIT"));
    assert_null(strstr(s.text, "# EOF"));
    strike(&s);
}

static void servers_that_died_long_ago_are_left_out(void **state)
{
    (void)state;
    struct stage s;
    set(&s, ACD_OPENMETRICS_1_0);
    struct acd_server *server = acd_test_model_proxy(&s.model);
    acd_server_set_liveness(server, ACD_LIVENESS_DEAD, ACD_TEST_NOW);
    s.metrics.died_since_ns = ACD_TEST_NOW;
    write_all(&s);
    assert_string_equal(value_of(&s, "acdebug_server_alive{" WHO "}"), "0");
    s.metrics.died_since_ns = ACD_TEST_NOW + 1;
    write_all(&s);
    assert_null(strstr(s.text, "llm-proxy"));
    strike(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counters_gauges_and_info_are_the_servers_own_numbers),
        cmocka_unit_test(a_histogram_counts_each_value_below_its_bound_once),
        cmocka_unit_test(a_timer_without_a_histogram_keeps_its_count_and_sum),
        cmocka_unit_test(messages_are_no_labels_and_their_errors_are_summed),
        cmocka_unit_test(label_values_are_escaped_made_safe_and_hide_secrets),
        cmocka_unit_test(the_older_form_names_counters_whole_and_has_no_end),
        cmocka_unit_test(servers_that_died_long_ago_are_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
