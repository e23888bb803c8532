/* SPDX-License-Identifier: MIT */
/* emitter/track/promptlog and prefixes: bounded, the oldest goes first. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "emitter/track/prefixes.h"
#include "emitter/track/promptlog.h"

#define LOG_BYTES (ACD_PROMPT_NUMBERS * 8 + 4096)

static void the_newest_prompts_are_found_and_the_overwritten_are_not(void **state)
{
    struct acd_promptlog log;
    struct acd_prompt_entry prompt = {.blocks = 30, .tail_bytes = 5, .spans = 1};
    void *storage = calloc(1, LOG_BYTES);
    (void)state;
    assert_non_null(storage);
    acd_promptlog_init(&log, storage, LOG_BYTES);
    for (unsigned i = 1; i <= 100; i++) {
        prompt.units = i;
        struct acd_prompt_entry *entry = acd_promptlog_add(&log, &prompt);
        assert_non_null(entry);
        acd_prompt_entry_chain(entry)[29] = i;
        memset(acd_prompt_entry_tail(entry), (int)i, 5);
    }
    for (unsigned i = 100; i > 95; i--) {
        struct acd_prompt_entry *entry = acd_promptlog_find(&log, i);
        assert_non_null(entry);
        assert_int_equal(entry->units, i);
        assert_int_equal(acd_prompt_entry_chain(entry)[29], i);
        assert_int_equal(acd_prompt_entry_tail(entry)[4], i);
    }
    assert_null(acd_promptlog_find(&log, 1));
    assert_null(acd_promptlog_find(&log, 0));
    assert_null(acd_promptlog_find(&log, 101));
    prompt.blocks = 4096; /* longer than the log */
    assert_null(acd_promptlog_add(&log, &prompt));
    assert_int_equal(log.newest, 101);
    assert_null(acd_promptlog_find(&log, 101));
    acd_promptlog_clear(&log);
    assert_null(acd_promptlog_find(&log, 100));
    free(storage);
}

static void a_prefix_gives_its_newest_prompt_and_the_oldest_makes_room(void **state)
{
    struct acd_prefixes prefixes;
    void *storage = calloc(1, 64); /* one set of four */
    (void)state;
    assert_non_null(storage);
    acd_prefixes_init(&prefixes, storage, 64);
    assert_int_equal(acd_prefixes_find(&prefixes, 77), 0);
    for (uint32_t i = 1; i <= 5; i++)
        acd_prefixes_put(&prefixes, 1000 + i, i, 7 * i);
    assert_int_equal(acd_prefixes_find(&prefixes, 1001), 0);
    assert_int_equal(acd_prefixes_find(&prefixes, 1002), 2);
    acd_prefixes_put(&prefixes, 1002, 9, 63);
    assert_int_equal(acd_prefixes_get(&prefixes, 1002)->block, 63);
    assert_int_equal(acd_prefixes_find(&prefixes, 1002), 9);
    acd_prefixes_clear(&prefixes);
    assert_int_equal(acd_prefixes_find(&prefixes, 1002), 0);
    free(storage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_newest_prompts_are_found_and_the_overwritten_are_not),
        cmocka_unit_test(a_prefix_gives_its_newest_prompt_and_the_oldest_makes_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
