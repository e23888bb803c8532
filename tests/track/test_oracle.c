/* SPDX-License-Identifier: MIT */
/* The judge of prefix trackers on cases small enough to be done by hand: letters are tokens, four a block. */
#include "config.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "tests/track/beside.h"
#include "tests/track/prefixoracle.h"

#define BLOCK 4
#define PROMPTS 64
#define SECOND UINT64_C(1000000000)

struct said {
    struct acd_oracle *oracle;
    uint32_t *units[PROMPTS];
    unsigned count;
    uint64_t now_ns;
    uint32_t slot;
    const char *model;
    uint64_t answer;
};

static void begin(struct said *s, const struct acd_oracle_options *options)
{
    struct acd_oracle_options o = *options;
    o.unit_bytes = 4;
    o.block = BLOCK;
    *s = (struct said){.oracle = acd_oracle_new(&o),
                       .now_ns = SECOND,
                       .slot = ACD_ORACLE_NO_SLOT,
                       .answer = ACDEBUG_UNKNOWN};
}

static void end(struct said *s)
{
    acd_oracle_free(s->oracle);
    for (unsigned i = 0; i < s->count; i++)
        free(s->units[i]);
}

static struct acd_oracle_verdict say(struct said *s, const char *text)
{
    struct acd_oracle_verdict v;
    size_t length = strlen(text);
    uint32_t *units = s->units[s->count++] = malloc((length + 1) * sizeof *units);
    assert_non_null(units);
    for (size_t i = 0; i < length; i++)
        units[i] = (unsigned char)text[i];
    struct acd_oracle_asked asked = {units, length, s->model, s->slot, s->now_ns, s->answer};
    acd_oracle_judge(s->oracle, &asked, &v);
    return v;
}

static void assert_reason(const struct acd_oracle_verdict *v, enum acdebug_outcome outcome,
                          const char *reason, uint64_t cached, uint64_t diverged_at)
{
    assert_int_equal(v->outcome, outcome);
    assert_string_equal(v->reason ? v->reason : "", reason);
    assert_int_equal(v->cached, cached);
    assert_int_equal(v->diverged_at, diverged_at);
}

static void text_is_cold_repeated_continued_or_diverges(void **state)
{
    struct said s;
    (void)state;
    begin(&s, &(struct acd_oracle_options){0});
    struct acd_oracle_verdict v = say(&s, "aaaabbbbcc");
    assert_reason(&v, ACDEBUG_MISS, "cold", 0, ACDEBUG_UNKNOWN);
    assert_int_equal(v.closest, ACDEBUG_UNKNOWN);
    v = say(&s, "aaaabbbbcc");
    assert_reason(&v, ACDEBUG_HIT, "", 8, ACDEBUG_UNKNOWN);
    v = say(&s, "aaaabbbbccddee");
    assert_reason(&v, ACDEBUG_PARTIAL, "cold", 8, ACDEBUG_UNKNOWN);
    assert_int_equal(v.closest, 1); /* the newest of two that share as much */
    assert_int_equal(v.shared, 10);
    v = say(&s, "aaaabbXX");
    assert_reason(&v, ACDEBUG_PARTIAL, "prefix_diverged", 4, 6);
    assert_string_equal(v.change, "unrelated");
    assert_int_equal(v.closest, 2);
    v = say(&s, "aXXX");
    assert_reason(&v, ACDEBUG_MISS, "cold", 0, ACDEBUG_UNKNOWN); /* it shares less than a block */
    assert_int_equal(v.shared, 1);
    v = say(&s, "aaaabb");
    assert_reason(&v, ACDEBUG_HIT, "", 4, ACDEBUG_UNKNOWN);
    end(&s);
}

static void a_short_prompt_is_below_the_minimum_and_forgotten(void **state)
{
    struct said s;
    (void)state;
    begin(&s, &(struct acd_oracle_options){.minimum = 8});
    struct acd_oracle_verdict v = say(&s, "aaaabbb");
    assert_reason(&v, ACDEBUG_MISS, "below_minimum", 0, ACDEBUG_UNKNOWN);
    v = say(&s, "aaaabbbb");
    assert_reason(&v, ACDEBUG_MISS, "cold", 0, ACDEBUG_UNKNOWN);
    v = say(&s, "aaaabbb");
    assert_reason(&v, ACDEBUG_MISS, "below_minimum", 0, ACDEBUG_UNKNOWN);
    v = say(&s, "");
    assert_reason(&v, ACDEBUG_MISS, "below_minimum", 0, ACDEBUG_UNKNOWN);
    assert_int_equal(acd_oracle_input(s.oracle), 22);
    end(&s);
}

static void an_answer_decides_and_is_explained(void **state)
{
    struct said s;
    (void)state;
    begin(&s, &(struct acd_oracle_options){0});
    s.answer = 0;
    struct acd_oracle_verdict v = say(&s, "aaaabbbbcccc");
    assert_reason(&v, ACDEBUG_MISS, "cold", 0, ACDEBUG_UNKNOWN);
    v = say(&s, "aaaabbbbcccc");
    assert_reason(&v, ACDEBUG_MISS, "not_stored", 0, 0);
    assert_int_equal(v.predicted, 12);
    s.answer = 8;
    v = say(&s, "aaaabbbbcccc"); /* the last token is always computed */
    assert_reason(&v, ACDEBUG_HIT, "", 8, ACDEBUG_UNKNOWN);
    s.answer = 4;
    v = say(&s, "aaaabbbbccccd");
    assert_reason(&v, ACDEBUG_PARTIAL, "not_stored", 4, 4);
    s.answer = 7; /* of a server that keeps single tokens */
    v = say(&s, "aaaabbbXcccc");
    assert_reason(&v, ACDEBUG_PARTIAL, "prefix_diverged", 7, 7);
    end(&s);
}

static void another_slot_has_not_seen_it(void **state)
{
    struct said s;
    (void)state;
    begin(&s, &(struct acd_oracle_options){0});
    s.slot = 0;
    (void)say(&s, "aaaabbbbcccc");
    s.slot = 1;
    struct acd_oracle_verdict v = say(&s, "aaaabbbbdddd");
    assert_reason(&v, ACDEBUG_MISS, "other_replica", 0, 0);
    v = say(&s, "aaaabbbbcccc");
    assert_reason(&v, ACDEBUG_PARTIAL, "other_replica", 8, 8);
    s.slot = ACD_ORACLE_NO_SLOT;
    v = say(&s, "aaaabbbbcccc");
    assert_reason(&v, ACDEBUG_HIT, "", 12, ACDEBUG_UNKNOWN);
    end(&s);
}

static void what_was_idle_too_long_has_expired(void **state)
{
    struct said s;
    (void)state;
    begin(&s, &(struct acd_oracle_options){.ttl_ns = 10 * SECOND});
    (void)say(&s, "aaaabbbb");
    s.now_ns += 10 * SECOND;
    struct acd_oracle_verdict v = say(&s, "aaaacccc"); /* uses the first block again */
    assert_reason(&v, ACDEBUG_PARTIAL, "prefix_diverged", 4, 4);
    s.now_ns += 1;
    v = say(&s, "aaaabbbb");
    assert_reason(&v, ACDEBUG_PARTIAL, "expired", 4, 4);
    s.now_ns += 11 * SECOND;
    v = say(&s, "aaaabbbb");
    assert_reason(&v, ACDEBUG_MISS, "expired", 0, 0);
    end(&s);
}

/* Three blocks of room: what is used last stays, and of one prompt its start. */
static void what_was_used_longest_ago_is_evicted(void **state)
{
    struct said s;
    (void)state;
    begin(&s, &(struct acd_oracle_options){.capacity = 12, .size = {8, 12, 16, 20}});
    (void)say(&s, "aaaabbbb");
    (void)say(&s, "ccccdddd"); /* c d a, then b */
    struct acd_oracle_verdict v = say(&s, "aaaabbbb");
    assert_reason(&v, ACDEBUG_PARTIAL, "evicted", 4, 4); /* a b c, then d */
    v = say(&s, "ccccdddd");
    assert_reason(&v, ACDEBUG_PARTIAL, "evicted", 4, 4); /* c d a, then b */
    v = say(&s, "eeeeffffgggg");
    assert_reason(&v, ACDEBUG_MISS, "cold", 0, ACDEBUG_UNKNOWN);
    v = say(&s, "ccccdddd");
    assert_reason(&v, ACDEBUG_MISS, "evicted", 0, 0);
    assert_int_equal(acd_oracle_cached(s.oracle, 0), 0);         /* two blocks of room */
    assert_int_equal(acd_oracle_cached(s.oracle, 1), 2 * BLOCK); /* three: a, then c */
    assert_int_equal(acd_oracle_cached(s.oracle, 2), 5 * BLOCK); /* four: a b, c d, c */
    assert_int_equal(acd_oracle_cached(s.oracle, 3), 6 * BLOCK); /* five: and d */
    assert_int_equal(acd_oracle_distinct(s.oracle), 7 * BLOCK);
    end(&s);
}

static void models_share_room_but_no_prefix(void **state)
{
    struct said s;
    (void)state;
    begin(&s, &(struct acd_oracle_options){.capacity = 8});
    s.model = "small";
    (void)say(&s, "aaaabbbb");
    s.model = "large";
    struct acd_oracle_verdict v = say(&s, "aaaabbbb");
    assert_reason(&v, ACDEBUG_MISS, "cold", 0, ACDEBUG_UNKNOWN);
    assert_int_equal(v.closest, ACDEBUG_UNKNOWN);
    s.model = "small";
    v = say(&s, "aaaabbbb");
    assert_reason(&v, ACDEBUG_MISS, "evicted", 0, 0);
    end(&s);
}

/* What the closest and the new prompt are behind a common start, and what that is called. */
static void changes_are_named(void **state)
{
#define ALIKE "the rest that both have in common"
    static const struct {
        const char *old_text, *new_text, *change;
        uint64_t old_units, new_units;
    } cases[] = {
        {"aaaa 1234 " ALIKE, "aaaa 98765 " ALIKE, "replaced", 4, 5},
        {"aaaa " ALIKE, "aaaa not so fast " ALIKE, "inserted", 0, 12},
        {"aaaa not so fast " ALIKE, "aaaa " ALIKE, "removed", 12, 0},
        {"aaaa first second " ALIKE, "aaaa second first " ALIKE, "reordered", 12, 12},
        {"aaaa " ALIKE, "aaaa something else altogether", "unrelated", ACDEBUG_UNKNOWN,
         ACDEBUG_UNKNOWN},
        {"aa 1 " ALIKE, "aa 2 " ALIKE, "replaced", 1, 1}, /* less than a block, but they meet */
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct said s;
        begin(&s, &(struct acd_oracle_options){0});
        (void)say(&s, cases[i].old_text);
        struct acd_oracle_verdict v = say(&s, cases[i].new_text);
        assert_string_equal(v.reason, "prefix_diverged");
        assert_string_equal(v.change, cases[i].change);
        assert_int_equal(v.changed_old, cases[i].old_units);
        assert_int_equal(v.changed_new, cases[i].new_units);
        end(&s);
    }
}

/* 64 bytes in a row, not 63; and within the window. */
static void texts_meet_where_they_should(void **state)
{
    static char a[20000], b[20000];
    struct acd_beside_change change;
    (void)state;
    for (unsigned i = 0; i < sizeof a; i++) {
        a[i] = (char)(i * 7 % 251);
        b[i] = (char)(1 + i * 11 % 241 + i / 241);
    }
    memcpy(b + 40, a + 30, 63);
    struct acd_beside beside = {1, a, b, 100, 200};
    assert_false(acd_beside_meet(&beside, &change));
    assert_string_equal(change.name, "unrelated");
    memcpy(b + 40, a + 30, 64);
    assert_true(acd_beside_meet(&beside, &change));
    assert_string_equal(change.name, "replaced");
    assert_int_equal(change.old_units, 30);
    assert_int_equal(change.new_units, 40);
    memset(a, 'a', sizeof a);
    memset(b, 'b', sizeof b);
    memset(b + ACD_BESIDE_WINDOW - 64, 'a', 64);
    beside = (struct acd_beside){1, a, b, sizeof a, sizeof b};
    assert_true(acd_beside_meet(&beside, &change));
    assert_int_equal(change.new_units, ACD_BESIDE_WINDOW - 64);
    memset(b, 'b', sizeof b);
    memset(b + ACD_BESIDE_WINDOW - 63, 'a', 64);
    assert_false(acd_beside_meet(&beside, &change));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_cold_repeated_continued_or_diverges),
        cmocka_unit_test(a_short_prompt_is_below_the_minimum_and_forgotten),
        cmocka_unit_test(an_answer_decides_and_is_explained),
        cmocka_unit_test(another_slot_has_not_seen_it),
        cmocka_unit_test(what_was_idle_too_long_has_expired),
        cmocka_unit_test(what_was_used_longest_ago_is_evicted),
        cmocka_unit_test(models_share_room_but_no_prefix),
        cmocka_unit_test(changes_are_named),
        cmocka_unit_test(texts_meet_where_they_should),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
