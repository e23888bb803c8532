/* SPDX-License-Identifier: MIT */
/* The load generator: the same seed asks the same, conversations grow, and all kinds occur. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "emitter/examples/load.h"
#include "emitter/examples/wire.h"

static const char *const no_folder[] = {"/nonexistent"};

static int make_texts(void **state)
{
    *state = acd_texts_new(no_folder, 1);
    return *state == NULL;
}

static int free_texts(void **state)
{
    acd_texts_free(*state);
    return 0;
}

static void without_files_there_are_texts_of_our_own(void **state)
{
    const struct acd_texts *texts = *state;

    assert_in_range(acd_texts_count(texts), 1, 100);
    assert_in_range(acd_texts_beginning(texts, 1000, 50).length, 1, 50);
    for (uint64_t i = 0; i < 100; i++) {
        const uint64_t random = i * UINT64_C(0x9e3779b97f4a7c15);

        assert_in_range(acd_texts_passage(texts, random, 300).length, 1, 300);
    }
}

static void a_seed_decides_everything(void **state)
{
    struct acd_load *a = acd_load_new(*state, 7, 1);
    struct acd_load *b = acd_load_new(*state, 7, 1);

    for (int i = 0; i < 200; i++) {
        struct acd_load_request asked_a;
        struct acd_load_request asked_b;

        assert_int_equal(acd_load_next(a, &asked_a), 0);
        assert_int_equal(acd_load_next(b, &asked_b), 0);
        assert_string_equal(asked_a.path, asked_b.path);
        assert_string_equal(asked_a.body, asked_b.body);
        acd_load_done(a, &asked_a, "answer");
        acd_load_done(b, &asked_b, "answer");
    }
    acd_load_free(a);
    acd_load_free(b);
}

static void clients_hold_different_conversations(void **state)
{
    struct acd_load *a = acd_load_new(*state, 7, 1);
    struct acd_load *b = acd_load_new(*state, 7, 2);
    int different = 0;

    for (int i = 0; i < 20; i++) {
        struct acd_load_request asked_a;
        struct acd_load_request asked_b;

        assert_int_equal(acd_load_next(a, &asked_a), 0);
        assert_int_equal(acd_load_next(b, &asked_b), 0);
        different += strcmp(asked_a.body, asked_b.body) != 0;
        acd_load_done(a, &asked_a, "answer");
        acd_load_done(b, &asked_b, "answer");
    }
    assert_in_range(different, 15, 20);
    acd_load_free(a);
    acd_load_free(b);
}

/* Good, bad, embeddings, uncached, streams, early leavers: each of them within a thousand. */
static void all_kinds_of_requests_occur(void **state)
{
    struct acd_load *load = acd_load_new(*state, 1, 0);
    int embeddings = 0;
    int wrong = 0;
    int uncached = 0;
    int nameless = 0;
    int streams = 0;
    int leavers = 0;
    size_t longest = 0;

    for (int i = 0; i < 1000; i++) {
        struct acd_load_request asked;
        struct acd_chat_request chat;
        struct acd_failure failure;

        assert_int_equal(acd_load_next(load, &asked), 0);
        embeddings += asked.is_embedding;
        streams += asked.is_stream;
        leavers += asked.leave_after > 0;
        if (!asked.is_embedding) {
            if (acd_wire_read_chat(&chat, asked.body, asked.bytes, &failure) < 0) {
                wrong++;
            } else {
                uncached += !chat.is_cached;
                nameless += chat.conversation == NULL;
                longest = chat.prompt_bytes > longest ? chat.prompt_bytes : longest;
                acd_wire_chat_fini(&chat);
            }
        }
        acd_load_done(load, &asked, i % 10 == 0 ? NULL : "An answer of a few words.");
    }
    assert_in_range(embeddings, 40, 160);
    assert_in_range(wrong, 5, 60);
    assert_in_range(uncached, 5, 60);
    assert_in_range(nameless, 15, 100);
    assert_in_range(streams, 300, 600);
    assert_in_range(leavers, 1, 50);
    assert_in_range(longest, 3000, 100000);
    acd_load_free(load);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_files_there_are_texts_of_our_own),
        cmocka_unit_test(a_seed_decides_everything),
        cmocka_unit_test(clients_hold_different_conversations),
        cmocka_unit_test(all_kinds_of_requests_occur),
    };

    return cmocka_run_group_tests(tests, make_texts, free_texts) != 0;
}
