/* SPDX-License-Identifier: MIT */
/* emitter/scrub.c: error records lose their secrets, and what storage can't take is hidden whole. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "emitter/scrub.h"

#define R "[REDACTED]"

static void assert_field(const acdebug_field *field, const char *text)
{
    assert_int_equal(field->value.bytes, strlen(text));
    assert_memory_equal((const char *)(uintptr_t)field->value.bits, text, strlen(text));
}

static void clean_texts_stay_where_they_are(void **state)
{
    (void)state;
    struct acd_scrub scrub = {.used = 0};
    const char *clean = "connection refused";
    acdebug_field field = acdebug_field_str("why", clean), number = acdebug_field_int("n", 5);
    assert_ptr_equal(acd_scrub_text(&scrub, clean), clean);
    assert_null(acd_scrub_text(&scrub, NULL));
    acd_scrub_field(&scrub, &field);
    acd_scrub_field(&scrub, &number);
    assert_ptr_equal((const char *)(uintptr_t)field.value.bits, clean);
    assert_int_equal(number.value.bits, 5);
    assert_int_equal(scrub.used, 0);
}

static void secrets_are_hidden_in_texts_and_in_json(void **state)
{
    (void)state;
    struct acd_scrub scrub = {.used = 0};
    acdebug_field text = acdebug_field_str("why", "no: Bearer abc");
    acdebug_field json = acdebug_field_json("body", "{\"api_key\": \"abc\", \"n\": 1}");
    assert_string_equal(acd_scrub_text(&scrub, "key sk-abc"), "key " R);
    acd_scrub_field(&scrub, &text);
    assert_field(&text, "no: Bearer " R);
    acd_scrub_field(&scrub, &json);
    assert_field(&json, "{\"api_key\":\"" R "\",\"n\":1}");
}

/* Half of a JSON text is none; half of another text is still worth something. */
static void a_text_too_long_is_cut_and_json_is_hidden_whole(void **state)
{
    (void)state;
    char words[4000] = "Bearer abc ", json[4000] = "{\"api_key\":1,\"s\":\"";
    struct acd_scrub scrub = {.used = 0};
    memset(json + strlen(json), 'x', 3000);
    strcat(json, "\"}");
    acdebug_field field = acdebug_field_json("body", json);
    acd_scrub_field(&scrub, &field);
    assert_field(&field, "\"" R "\"");
    memset(words + strlen(words), 'x', 3000);
    const char *text = acd_scrub_text(&scrub, words);
    assert_memory_equal(text, "Bearer " R " xxx", 21);
    assert_true(strlen(text) < sizeof scrub.storage);
    assert_null(strstr(text, "abc"));
}

static void without_storage_all_of_it_is_hidden(void **state)
{
    (void)state;
    struct acd_scrub scrub = {.used = sizeof scrub.storage - 10};
    acdebug_field json = acdebug_field_json("body", "{\"cookie\":\"abc\"}");
    assert_string_equal(acd_scrub_text(&scrub, "sk-abc"), R);
    acd_scrub_field(&scrub, &json);
    assert_field(&json, "\"" R "\"");
    assert_int_equal(scrub.used, sizeof scrub.storage - 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clean_texts_stay_where_they_are),
        cmocka_unit_test(secrets_are_hidden_in_texts_and_in_json),
        cmocka_unit_test(a_text_too_long_is_cut_and_json_is_hidden_whole),
        cmocka_unit_test(without_storage_all_of_it_is_hidden),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
