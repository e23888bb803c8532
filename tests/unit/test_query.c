/* SPDX-License-Identifier: MIT */
/* tui/model/query: the filter language says yes and no where its text says so. */
#include "config.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/model/query.h"

static struct acd_text text(const char *s)
{
    struct acd_text t = {s, (uint32_t)strlen(s), (uint32_t)strlen(s)};
    return t;
}

static struct acd_field text_field(const char *key, const char *value)
{
    struct acd_field f = {.key = text(key), .type = ACD_TYPE_STR, .text = text(value)};
    return f;
}

static struct acd_field real_field(const char *key, double value)
{
    struct acd_field f = {.key = text(key), .type = ACD_TYPE_DOUBLE};
    f.number.d = value;
    return f;
}

static struct acd_field number_field(const char *key, uint64_t value)
{
    struct acd_field f = {.key = text(key), .type = ACD_TYPE_UINT};
    f.number.u = value;
    return f;
}

/* A miss of request 0x88f that took 620 ms, at level 2. */
static bool passes(const char *filter)
{
    struct acd_event_view event = {
        .count = 10,
        .request = {.kind = ACD_REQUEST_NUMBER, .number = 0x88f},
        .field = {text_field(ACD_KEY_CACHE_KEY, "sys_42"),
                  text_field(ACD_KEY_CACHE_REASON, "evicted"),
                  number_field(ACD_KEY_TIMER_ELAPSED, 620000000), number_field("tokens", 1500),
                  text_field("authorization", "hidden"),
                  number_field(ACD_KEY_CACHE_OUTCOME, ACD_OUTCOME_PARTIAL),
                  number_field("status", 502), number_field("serial", UINT64_MAX),
                  real_field("share", 0.25), real_field("nothing", NAN)}};
    event.field[4].secret = true;
    struct acd_query_subject subject = {.level = 2,
                                        .kind = ACD_KIND_CACHE,
                                        .category = ACD_CATEGORY_CACHE,
                                        .thread = 41,
                                        .server = text("llm-proxy"),
                                        .message = text("Prompt miss"),
                                        .event = &event};
    struct acd_query *query = NULL;
    struct acd_query_fault fault = {0};
    if (acd_query_new(&query, filter, &fault) != 0)
        fail_msg("'%s': %s at %zu", filter, fault.text, fault.at);
    bool yes = acd_query_matches(query, &subject);
    acd_query_free(query);
    return yes;
}

static void filters_pass_what_they_describe(void **state)
{
    (void)state;
    static const char *const yes[] = {
        "", "   ", "miss", "prompt", "Prompt", "evict", "SYS or sys", "level<=2", "level=2",
        "level:verbose", "kind:cache", "kind:cac", "kind!=perf", "cat=cache", "key~sys",
        "key~^sys_[0-9]+$", "key=sys_42", "ms>500", "ms<=620", "s<1", "us>=620000", "req=2191",
        "req!=2192", "req~^21", "server=llm-proxy", "thread=41", "tokens>1000", "tokens!=1501",
        "acdebug.cache.key=sys_42", "not error", "!error", "!level=3", "!(level=3 or hit)",
        "level<=2 kind:cache key~sys ms>500 req=2191 miss", "level=3 or miss",
        "(level=3 or miss) evicted", "not (level=3 or hit)", "\"prompt miss\"", "/m.ss/",
        "miss and evicted", "kind!=error", "reason!=cold", "msg~miss", "kind!=timer", "tokens~^15",
        "partial", "outcome=partial", "/^part/", "502", "/^50[0-9]$/", "2191",
        /* a number is text to an expression */
        "status~502", "status~5", "status!~503", "level~2", "thread~1$", "share~^0.25", "req~2191",
        /* and a number to a comparison */
        "req>900", "req<=2191", "req<1e4", "share<1e0", "share=.25", "serial=18446744073709551615",
        "nothing!=5", "ms>1e2", "/(5|6)[0-9]{2}/", "/[]a\\1]|miss/", "/^[0-9a-f]{0,64}/"};
    for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++)
        if (!passes(yes[i]))
            fail_msg("'%s' should pass", yes[i]);
}

static void filters_leave_out_the_rest(void **state)
{
    (void)state;
    static const char *const no[] = {"hit",
                                     "PROMPT",
                                     "level<2",
                                     "level>2",
                                     "kind:error",
                                     "kind:evict",
                                     "kind!=cac",
                                     "kind:timer",
                                     "key~SYS",
                                     "key!~sys",
                                     "key=sys",
                                     "ms>620",
                                     "s>=1",
                                     "req=88f",
                                     "req!=2191",
                                     "tokens<1000",
                                     "nofield=1",
                                     "nofield!=1",
                                     "not miss",
                                     "!miss",
                                     "miss error",
                                     "level=3 or hit",
                                     "\"miss prompt\"",
                                     "hidden",
                                     "authorization=hidden",
                                     "authorization!=x",
                                     "evicted and hit",
                                     "model=x",
                                     "cket=sys_42",
                                     "thread=4",
                                     "outcome=hit",
                                     "503",
                                     "starts",
                                     "hidden",
                                     "status~503",
                                     "status!~502",
                                     "level~3",
                                     "req<900",
                                     "req>1e4",
                                     "nothing=5",
                                     "nothing<=5",
                                     "status=nan",
                                     "serial=18446744073709551614"};
    for (size_t i = 0; i < sizeof no / sizeof no[0]; i++)
        if (passes(no[i]))
            fail_msg("'%s' should not pass", no[i]);
}

static void faults_say_where_and_why(void **state)
{
    (void)state;
    static const struct {
        const char *filter, *fault;
        size_t at;
    } row[] = {{"level<=x", "a level is a number from 0 to 3, or its name", 7},
               {"thread=x", "expected a number", 7},
               {"kind:ca", "there is no such kind of event", 5},
               {"cat:x", "there is no such category", 4},
               {"(a", "expected ')'", 2},
               {"a)", "there is no '(' for this ')'", 1},
               {"a or", "expected a word", 4},
               {"ms>", "expected a value", 3},
               {"\"abc", "the quote is not closed", 0},
               {"/abc", "the / is not closed", 0},
               {"not", "expected a word", 3},
               {"(", "expected a word", 1},
               {"((((", "expected a word", 4},
               {"(a (", "expected a word", 4},
               {"a and", "expected a word", 5},
               {"(a and)", "expected a word", 6},
               {"level<7", "a level is a number from 0 to 3, or its name", 6},
               {"level=1.5", "a level is a number from 0 to 3, or its name", 6},
               {"ms>nan", "expected a number", 3},
               {"ms>0x10", "expected a number", 3},
               {"thread=inf", "expected a number", 7},
               {"ms~5", "a duration is compared with = != < <= > >=", 3},
               {"key~\"abc", "the quote is not closed", 4},
               {"key~", "expected a value", 4}};
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct acd_query *query = NULL;
        struct acd_query_fault fault = {0};
        /* In memory of its own, so that what reads on behind its end is seen to. */
        char *filter = strdup(row[i].filter);
        assert_non_null(filter);
        assert_int_equal(acd_query_new(&query, filter, &fault), -EINVAL);
        free(filter);
        assert_null(query);
        assert_string_equal(fault.text, row[i].fault);
        assert_int_equal(fault.at, row[i].at);
    }
}

static void an_expression_that_never_ends_is_refused(void **state)
{
    (void)state;
    static const char reference[] = "a filter has no back-references";
    static const char repeats[] = "the expression repeats too much";
    static const struct {
        const char *filter, *fault;
        size_t at;
    } row[] = {{"/(.*)(.*)\\1x/", reference, 0},
               {"miss key~/(a)\\1/", reference, 9},
               {"/((a{99}){99}){99}/", repeats, 0},
               {"/a{50}{50}/", repeats, 0},
               {"/a{50}*{50}/", repeats, 0},
               {"/(.?){2000}x/", repeats, 0},
               {"/((((((((((a+)+)+)+)+)+)+)+)+)+/", repeats, 0},
               {"/a{200}/ or /b{200}/", repeats, 12},
               {"/a{30000,}/", repeats, 0}};
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct acd_query *query = NULL;
        struct acd_query_fault fault = {0};
        if (acd_query_new(&query, row[i].filter, &fault) == 0)
            fail_msg("'%s' was taken", row[i].filter);
        assert_string_equal(fault.text, row[i].fault);
        assert_int_equal(fault.at, row[i].at);
    }
}

static void a_fault_offers_what_could_stand_there(void **state)
{
    (void)state;
    struct acd_query *query = NULL;
    struct acd_query_fault fault = {0};
    assert_int_equal(acd_query_new(&query, "kind:cahce", &fault), -EINVAL);
    assert_int_equal(fault.choice, ACD_QUERY_KINDS);
    assert_string_equal(fault.value, "cahce");
    bool has_cache = false, has_timer = false;
    const char *name;
    for (unsigned i = 0; (name = acd_query_choice_at(fault.choice, i)); i++) {
        has_cache = has_cache || strcmp(name, "cache") == 0;
        has_timer = has_timer || strcmp(name, "timer") == 0;
    }
    assert_true(has_cache && has_timer);
    assert_int_equal(acd_query_new(&query, "level>loud", &fault), -EINVAL);
    assert_int_equal(fault.choice, ACD_QUERY_LEVELS);
    assert_string_equal(acd_query_choice_at(fault.choice, 3), "trace");
    assert_null(acd_query_choice_at(fault.choice, 4));
    assert_int_equal(acd_query_new(&query, "\"", &fault), -EINVAL);
    assert_int_equal(fault.choice, ACD_QUERY_ANYTHING);
    assert_null(acd_query_choice_at(fault.choice, 0));
}

/* The words that stand out of `line`, in brackets, one after the other. */
static void check_spans(const char *filter, const char *line, const char *expected)
{
    struct acd_query *query = NULL;
    struct acd_query_fault fault;
    struct acd_query_span span[8];
    struct acd_text t = text(line);
    char got[200] = "";
    assert_int_equal(acd_query_new(&query, filter, &fault), 0);
    size_t n = acd_query_spans(query, &t, span, 8);
    for (size_t i = 0; i < n; i++) {
        assert_true(span[i].at + span[i].bytes <= t.length && span[i].bytes > 0);
        snprintf(got + strlen(got), sizeof got - strlen(got), "[%.*s]", (int)span[i].bytes,
                 line + span[i].at);
    }
    assert_string_equal(got, expected);
    acd_query_free(query);
}

static void the_words_that_were_asked_for_stand_out(void **state)
{
    (void)state;
    check_spans("miss", "Miss prompt miss", "[Miss][miss]");
    check_spans("Miss", "Miss prompt miss", "[Miss]");
    check_spans("prompt or miss", "a miss, a prompt", "[prompt][miss]");
    check_spans("/m[a-z]+/", "miss meets 1", "[miss][meets]");
    check_spans("key~^sys", "sys sys", "[sys]");
    check_spans("kind:cache", "1 cache miss", "[cache]");
    check_spans("level<=2 ms>5", "2 level 5", "");
    check_spans("not miss", "miss", "");
    check_spans("!(a or b) c", "a b c", "[c]");
    check_spans("/x*/", "aaa", "");
    check_spans("a", "aaaaaaaaaaaa", "[a][a][a][a][a][a][a][a]");
    check_spans("", "anything", "");
    check_spans("longer", "long", "");
}

static void a_bad_expression_is_a_fault(void **state)
{
    (void)state;
    struct acd_query *query = NULL;
    struct acd_query_fault fault = {0};
    assert_int_equal(acd_query_new(&query, "key~(", &fault), -EINVAL);
    assert_int_equal(acd_query_new(&query, "/[/", &fault), -EINVAL);
    assert_true(fault.text[0] != '\0');
}

static void long_and_deep_filters_end_in_a_fault(void **state)
{
    (void)state;
    char filter[2048];
    struct acd_query *query = NULL;
    struct acd_query_fault fault = {0};
    memset(filter, '(', 600);
    filter[600] = '\0';
    assert_int_equal(acd_query_new(&query, filter, &fault), -EINVAL);
    for (size_t i = 0; i < 900; i++)
        filter[i] = i % 2 ? ' ' : 'a';
    filter[900] = '\0';
    assert_int_equal(acd_query_new(&query, filter, &fault), -EINVAL);
    assert_string_equal(fault.text, "the filter is too long");
    memset(filter, '!', 600);
    filter[600] = 'a';
    filter[601] = '\0';
    assert_int_equal(acd_query_new(&query, filter, &fault), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(filters_pass_what_they_describe),
        cmocka_unit_test(filters_leave_out_the_rest),
        cmocka_unit_test(faults_say_where_and_why),
        cmocka_unit_test(a_fault_offers_what_could_stand_there),
        cmocka_unit_test(the_words_that_were_asked_for_stand_out),
        cmocka_unit_test(a_bad_expression_is_a_fault),
        cmocka_unit_test(an_expression_that_never_ends_is_refused),
        cmocka_unit_test(long_and_deep_filters_end_in_a_fault),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
