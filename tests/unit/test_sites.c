/* SPDX-License-Identifier: MIT */
/* Registration of sites: once a ring, whole, and what happens when the table or the arena is full. */
#include "config.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "tests/support/fixture.h"

static uint64_t sites_used(const struct acd_fixture *f)
{
    return acd_peek_word(&acd_peek_shared(&f->peek)->sites_used);
}

static void a_site_is_registered_once(void **state)
{
    struct acd_fixture *f = *state;
    uint64_t before = sites_used(f);
    for (unsigned i = 0; i < 100; i++)
        acdebug_log(1, "one place", ACDEBUG_UINT("n", i));
    assert_int_equal(sites_used(f), before + 1);
    assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_LOG, "one place", NULL), 100);
    acdebug_log(1, "one place", ACDEBUG_UINT("n", 1));
    assert_int_equal(sites_used(f), before + 2);
}

static void first_place(unsigned n)
{
    acdebug_log(1, "the first place", ACDEBUG_UINT("n", n));
}

static void second_place(unsigned n)
{
    acdebug_log(1, "the second place", ACDEBUG_UINT("n", n));
}

static void a_site_has_another_number_in_the_next_ring(void **state)
{
    struct acd_fixture *f = *state;
    acdebug_options o = acd_scratch_options(&f->dir, 1);
    first_place(1);
    second_place(1);
    assert_int_equal(acd_fixture_reopen(f, &o), 0);
    second_place(2);
    first_place(2);
    first_place(2);
    assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_LOG, "the first place", NULL), 2);
    assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_LOG, "the second place", NULL), 1);
}

static void number_zero_is_nobodys(void **state)
{
    struct acd_fixture *f = *state;
    assert_true(acd_peek_word(acd_peek_at(&f->peek, ACD_SEC_SITE_INDEX, 0)) == 0);
    assert_true(sites_used(f) >= 1);
}

static void the_end_of_a_long_path_and_the_begin_of_a_long_message_are_kept(void **state)
{
    struct acd_fixture *f = *state;
    static char message[3000], path[1000];
    memset(message, 'm', sizeof message - 1);
    memset(path, 'p', sizeof path - 1);
    memcpy(path + sizeof path - 7, "last.c", 6);
    static const struct acdebug_priv_key key = {"k", ACDEBUG_PRIV_UINT};
    struct acdebug_priv_site site = {.kind = ACD_KIND_LOG,
                                     .level = 1,
                                     .fields = 1,
                                     .line = 7,
                                     .message = message,
                                     .file = path,
                                     .keys = &key};
    struct acdebug_priv_value value = acdebug_priv_uint(42);
    const struct acd_peek_event *e = NULL;
    acdebug_priv_emit(&site, &value);
    assert_true(acd_peek_find(&f->peek, ACD_KIND_LOG, NULL, &e) > 0);
    assert_true(e->site.message.length >= 200 && e->site.message.length <= 1024);
    assert_true(e->site.file.length >= 64);
    assert_memory_equal(e->site.file.bytes + e->site.file.length - 6, "last.c", 6);
    assert_true(e->view.field[0].number.u == 42);
}

/* Many places, as a generator of code would make them. */
struct place {
    struct acdebug_priv_site site;
    char message[40];
};

static struct place *places(unsigned count, uint8_t fields)
{
    static const struct acdebug_priv_key keys[] = {{"number", ACDEBUG_PRIV_UINT},
                                                   {"password", ACDEBUG_PRIV_STR},
                                                   {"cookie", ACDEBUG_PRIV_STR}};
    struct place *p = calloc(count, sizeof *p);
    for (unsigned i = 0; i < count; i++) {
        snprintf(p[i].message, sizeof p[i].message, "place %u", i);
        p[i].site = (struct acdebug_priv_site){.kind = ACD_KIND_LOG,
                                               .level = 1,
                                               .line = i,
                                               .category = ACD_CATEGORY_USER0,
                                               .fields = fields,
                                               .message = p[i].message,
                                               .file = "places.c",
                                               .keys = keys};
    }
    return p;
}

static void events_beyond_the_table_keep_message_fields_and_secrets(void **state)
{
    struct acd_fixture *f = *state;
    enum { COUNT = ACD_SITES + 100 };
    struct place *p = places(COUNT, 3);
    uint64_t records = acd_peek_records(&f->peek);
    for (unsigned i = 0; i < COUNT; i++) {
        struct acdebug_priv_value values[] = {acdebug_priv_uint(i), acdebug_priv_str("open"),
                                              acdebug_priv_str("hush")};
        acdebug_priv_emit(&p[i].site, values);
    }
    const struct acd_peek_event *e = NULL;
    assert_int_equal(acd_peek_records(&f->peek) - records, COUNT);
    assert_true(acd_peek_find(&f->peek, ACD_KIND_LOG, NULL, &e) > 0);
    assert_true(e->record.site != 0);
    assert_int_equal(e->site.category, ACD_CATEGORY_USER0);
    assert_true(acd_peek_is(&acd_event_find(&e->view, ACD_KEY_MESSAGE)->text, "place 4195"));
    assert_true(acd_event_find(&e->view, "number")->number.u == COUNT - 1);
    assert_true(acd_peek_is(&acd_event_find(&e->view, "password")->text, "open"));
    assert_true(acd_event_find(&e->view, "cookie")->secret);
    assert_null(memmem(f->peek.base, f->peek.bytes, "hush", 4));
    uint64_t full = acd_peek_word(&acd_peek_shared(&f->peek)->sites_full);
    assert_true(full >= 100 && full <= 200); /* the library's own take some of the table */
    free(p);
}

static void lookups_beyond_the_table_keep_their_own_fields(void **state)
{
    struct acd_fixture *f = *state;
    struct place *p = places(ACD_SITES, 0);
    for (unsigned i = 0; i < ACD_SITES; i++)
        acdebug_priv_emit(&p[i].site, NULL);
    acdebug_field own = acdebug_field_uint("own", 5);
    acdebug_lookup l = ACDEBUG_LOOKUP_INIT;
    l.type = "prompt";
    l.key = "a key";
    l.outcome = ACDEBUG_HIT;
    l.input_tokens = 10;
    l.cached_tokens = 9;
    l.fields = &own;
    l.fields_count = 1;
    acdebug_cache_lookup(&l);
    const struct acd_peek_event *e = NULL;
    struct acd_peek_cache sum;
    acd_peek_cache(&f->peek, "prompt", "", &sum);
    assert_int_equal(sum.outcome[ACD_OUTCOME_HIT], 1);
    if (acd_peek_find(&f->peek, ACD_KIND_CACHE, NULL, &e) == 0)
        assert_true(acd_peek_find(&f->peek, ACD_KIND_LOG, NULL, &e) > 0);
    assert_true(acd_peek_is(&acd_event_find(&e->view, ACD_KEY_CACHE_KEY)->text, "a key"));
    assert_non_null(acd_event_find(&e->view, "own"));
    assert_true(acd_event_find(&e->view, "own")->number.u == 5);
    assert_true(acd_event_find(&e->view, ACD_KEY_INPUT_TOKENS)->number.u == 10);
    free(p);
}

static void a_full_arena_is_the_same_as_a_full_table(void **state)
{
    struct acd_fixture *f = *state;
    uint64_t bytes = f->peek.identity->section[ACD_SEC_SITE_ARENA].bytes;
    /* As if longer texts than any had come: the next registration finds the arena's end. */
    atomic_store(&acd_peek_shared(&f->peek)->arena_used, bytes - 8);
    acdebug_log(1, "no room for this text", ACDEBUG_UINT("n", 9));
    const struct acd_peek_event *e = NULL;
    assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_LOG, NULL, &e), 1);
    assert_true(
        acd_peek_is(&acd_event_find(&e->view, ACD_KEY_MESSAGE)->text, "no room for this text"));
    assert_int_equal(acd_peek_word(&acd_peek_shared(&f->peek)->sites_full), 1);
}

static void a_site_with_more_fields_than_fit_does_no_harm(void **state)
{
    struct acd_fixture *f = *state;
    struct acdebug_priv_key keys[255];
    struct acdebug_priv_value values[255];
    for (unsigned i = 0; i < 255; i++) {
        keys[i] = (struct acdebug_priv_key){"k", ACDEBUG_PRIV_UINT};
        values[i] = acdebug_priv_uint(i);
    }
    struct acdebug_priv_site site = {.kind = ACD_KIND_LOG,
                                     .level = 1,
                                     .fields = 255,
                                     .message = "wide",
                                     .file = "f.c",
                                     .keys = keys};
    for (unsigned i = 0; i < 3; i++)
        acdebug_priv_emit(&site, values);
    const struct acd_peek_event *e = NULL;
    assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_LOG, NULL, &e), 3);
    assert_true(acd_peek_is(&acd_event_find(&e->view, ACD_KEY_MESSAGE)->text, "wide"));
    assert_true(e->view.count <= ACD_FIELDS_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ACD_FIXTURE_TEST(a_site_is_registered_once),
        ACD_FIXTURE_TEST(a_site_has_another_number_in_the_next_ring),
        ACD_FIXTURE_TEST(number_zero_is_nobodys),
        ACD_FIXTURE_TEST(the_end_of_a_long_path_and_the_begin_of_a_long_message_are_kept),
        ACD_FIXTURE_TEST(events_beyond_the_table_keep_message_fields_and_secrets),
        ACD_FIXTURE_TEST(lookups_beyond_the_table_keep_their_own_fields),
        ACD_FIXTURE_TEST(a_full_arena_is_the_same_as_a_full_table),
        ACD_FIXTURE_TEST(a_site_with_more_fields_than_fit_does_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
