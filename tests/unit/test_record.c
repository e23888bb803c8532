/* SPDX-License-Identifier: MIT */
/* Decoding of sites and records: what is right comes out whole, what is wrong is named, nothing is
 * read beyond the copy. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include "emitter/format/kinds.h"
#include "emitter/format/record.h"
#include "tests/support/scratch.h"

/* Words under construction. */
struct words {
    uint64_t word[512];
    size_t count;
};

static void put(struct words *w, uint64_t word)
{
    w->word[w->count++] = word;
}

static void put_bytes(struct words *w, const char *s, size_t n)
{
    char *to = (char *)&w->word[w->count];
    memset(to, 0, acd_padded(n));
    memcpy(to, s, n);
    w->count += acd_padded(n) / 8;
}

static void put_text(struct words *w, const char *s)
{
    put(w, acd_string_word((uint32_t)strlen(s), (uint32_t)strlen(s)));
    put_bytes(w, s, strlen(s));
}

/* A site with one field a type, the last one secret. */
static struct words a_site(void)
{
    static const char texts[] = "messagefile.cintuintdoubleboolstrjsoncookie";
    static const uint8_t types[] = {ACD_TYPE_INT, ACD_TYPE_UINT, ACD_TYPE_DOUBLE, ACD_TYPE_BOOL,
                                    ACD_TYPE_STR, ACD_TYPE_JSON, ACD_TYPE_STR};
    static const uint8_t lengths[] = {3, 4, 6, 4, 3, 4, 6};
    struct acd_site head = {
        .kind = ACD_KIND_LOG, .category = 6, .level = 2, .fields = 7, .line = 4711};
    struct words w = {.count = 0};
    put(&w, acd_site_word0(&head));
    put(&w, 7 | 6 << 16);
    for (unsigned i = 0; i < 7; i++)
        put(&w,
            types[i] | (uint64_t)(i == 6 ? ACD_FIELD_SECRET : 0) << 8 | (uint64_t)lengths[i] << 16);
    put_bytes(&w, texts, sizeof texts - 1);
    return w;
}

static struct words a_payload(void)
{
    struct words w = {.count = 0};
    double d = -2.5;
    uint64_t bits;
    memcpy(&bits, &d, 8);
    put(&w, (uint64_t)INT64_C(-3));
    put(&w, UINT64_MAX);
    put(&w, bits);
    put(&w, 1);
    put_text(&w, "nine byte");
    put(&w, acd_string_word(2, 99));
    put_bytes(&w, "{}", 2);
    return w;
}

static struct acd_record record_of(const struct words *w, uint64_t flags)
{
    struct acd_record r = {.flags = flags, .payload = w->word};
    r.payload_bytes = (uint32_t)w->count * 8;
    return r;
}

static void a_site_comes_out_as_it_went_in(void **state)
{
    struct words w = a_site();
    struct acd_site s;
    (void)state;
    assert_int_equal(acd_site_parse(&s, w.word, w.count * 8), 0);
    assert_int_equal(s.kind, ACD_KIND_LOG);
    assert_int_equal(s.category, 6);
    assert_int_equal(s.level, 2);
    assert_int_equal(s.line, 4711);
    assert_int_equal(s.fields, 7);
    assert_memory_equal(s.message.bytes, "message", 7);
    assert_memory_equal(s.file.bytes, "file.c", 6);
    assert_memory_equal(s.key[5].name.bytes, "json", 4);
    assert_int_equal(s.key[6].flags, ACD_FIELD_SECRET);
}

static void a_site_that_contradicts_itself_is_refused(void **state)
{
    struct acd_site s = {.line = 1};
    (void)state;
    struct words good = a_site();
    for (size_t bytes = 0; bytes < good.count * 8; bytes++)
        if (bytes + 8 <= good.count * 8 - 8 || bytes % 8 != 0)
            assert_int_not_equal(acd_site_parse(&s, good.word, bytes), 0);
    struct words w = good;
    w.word[0] = good.word[0] | UINT64_C(0xff) << 8; /* category 255 */
    assert_int_not_equal(acd_site_parse(&s, w.word, w.count * 8), 0);
    w.word[0] = good.word[0] | UINT64_C(4) << 16; /* level 6 */
    assert_int_not_equal(acd_site_parse(&s, w.word, w.count * 8), 0);
    w.word[0] = good.word[0] | UINT64_C(0xff) << 24; /* 255 fields */
    assert_int_not_equal(acd_site_parse(&s, w.word, w.count * 8), 0);
    w = good;
    w.word[1] = 0xffff; /* a message beyond the end */
    assert_int_not_equal(acd_site_parse(&s, w.word, w.count * 8), 0);
    w = good;
    w.word[2] |= UINT64_C(0xffff) << 16; /* a key beyond the end */
    assert_int_not_equal(acd_site_parse(&s, w.word, w.count * 8), 0);
    w = good;
    w.word[2] &= ~UINT64_C(0xff); /* a field of no type */
    assert_int_not_equal(acd_site_parse(&s, w.word, w.count * 8), 0);
    assert_int_not_equal(acd_site_parse(&s, good.word, ACD_SITE_BYTES_MAX + 8), 0);
    assert_int_equal(s.line, 1); /* untouched on failure */
}

static void typed_fields_come_out_as_they_went_in(void **state)
{
    struct words sw = a_site(), pw = a_payload();
    struct acd_site s;
    struct acd_event_view e;
    (void)state;
    assert_int_equal(acd_site_parse(&s, sw.word, sw.count * 8), 0);
    struct acd_record r = record_of(&pw, 0);
    assert_int_equal(acd_record_decode(&e, &r, &s), ACD_RECORD_OK);
    assert_int_equal(e.count, 7);
    assert_true(acd_event_find(&e, "int")->number.i == -3);
    assert_true(acd_event_find(&e, "uint")->number.u == UINT64_MAX);
    assert_true(acd_event_find(&e, "double")->number.d == -2.5);
    assert_true(acd_event_find(&e, "bool")->number.u == 1);
    assert_memory_equal(acd_event_find(&e, "str")->text.bytes, "nine byte", 9);
    assert_int_equal(acd_event_find(&e, "json")->text.full_length, 99);
    assert_true(acd_event_find(&e, "cookie")->secret);
    assert_null(acd_event_find(&e, "cooki"));
}

static void thread_request_and_runtime_fields_stand_around_them(void **state)
{
    struct words w = {.count = 0};
    struct acd_event_view e;
    struct acd_site none = {0};
    (void)state;
    put(&w, 77);
    put_text(&w, "req-1");
    put(&w, acd_dynamic_word(ACD_TYPE_UINT, 0, 3));
    put_bytes(&w, "key", 3);
    put(&w, 5);
    put(&w, acd_dynamic_word(ACD_TYPE_STR, ACD_FIELD_SECRET, 6));
    put_bytes(&w, "cookie", 6);
    put(&w, acd_dynamic_word(ACD_TYPE_REQUEST, 0, 0));
    put(&w, 4242);
    struct acd_record r = record_of(&w, ACD_W2_THREAD | ACD_W2_REQUEST_STR);
    assert_int_equal(acd_record_decode(&e, &r, &none), ACD_RECORD_OK);
    assert_int_equal(e.thread, 77);
    assert_int_equal(e.count, 2);
    assert_true(e.field[1].secret);
    assert_int_equal(e.request.kind, ACD_REQUEST_NUMBER); /* the event's own wins */
    assert_true(e.request.number == 4242);
    assert_int_equal(acd_record_decode(&e, &r, NULL), ACD_RECORD_OK);
    assert_int_equal(e.request.kind, ACD_REQUEST_TEXT);
    assert_int_equal(e.count, 0);
}

static void more_fields_than_are_kept_are_counted(void **state)
{
    struct words w = {.count = 0};
    struct acd_event_view e;
    struct acd_site none = {0};
    (void)state;
    for (unsigned i = 0; i < ACD_FIELDS_MAX + 9; i++) {
        put(&w, acd_dynamic_word(ACD_TYPE_UINT, 0, 1));
        put_bytes(&w, "k", 1);
        put(&w, i);
    }
    struct acd_record r = record_of(&w, 0);
    assert_int_equal(acd_record_decode(&e, &r, &none), ACD_RECORD_OK);
    assert_int_equal(e.count, ACD_FIELDS_MAX);
    assert_int_equal(e.left_out, 9);
}

/* Every cut of a payload, each in a block of exactly its size: a read beyond it is the sanitizer's. */
static void a_payload_cut_anywhere_is_malformed_and_stays_inside(void **state)
{
    struct words sw = a_site(), pw = a_payload();
    struct acd_site s;
    struct acd_event_view e;
    (void)state;
    assert_int_equal(acd_site_parse(&s, sw.word, sw.count * 8), 0);
    for (size_t words = 0; words < pw.count; words++) {
        uint64_t *copy = malloc(words * 8 + 1);
        memcpy(copy, pw.word, words * 8);
        struct acd_record r = {.payload = copy, .payload_bytes = (uint32_t)words * 8};
        assert_int_equal(acd_record_decode(&e, &r, &s), ACD_RECORD_MALFORMED);
        assert_true(e.count < 7);
        free(copy);
    }
}

static void random_words_never_lead_outside(void **state)
{
    uint64_t seed = 1;
    unsigned good = 0;
    (void)state;
    for (unsigned round = 0; round < 20000; round++) {
        size_t words = 2 + acd_scratch_random(&seed) % 30;
        uint64_t *copy = malloc(words * 8);
        for (size_t i = 0; i < words; i++) {
            copy[i] = acd_scratch_random(&seed);
            copy[i] >>= acd_scratch_random(&seed) % 64; /* small numbers are the likely lengths */
        }
        struct acd_site s;
        if (acd_site_parse(&s, copy, words * 8) == 0) {
            struct acd_record r = {.payload = copy,
                                   .payload_bytes = (uint32_t)words * 8,
                                   .flags = acd_scratch_random(&seed)};
            struct acd_event_view e;
            (void)acd_record_decode(&e, &r, &s);
            assert_true(e.count <= ACD_FIELDS_MAX);
            for (unsigned i = 0; i < e.count; i++)
                for (uint32_t b = 0; b < e.field[i].text.length; b++)
                    good += e.field[i].text.bytes[b] != 0;
        }
        free(copy);
    }
    assert_true(good > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_site_comes_out_as_it_went_in),
        cmocka_unit_test(a_site_that_contradicts_itself_is_refused),
        cmocka_unit_test(typed_fields_come_out_as_they_went_in),
        cmocka_unit_test(thread_request_and_runtime_fields_stand_around_them),
        cmocka_unit_test(more_fields_than_are_kept_are_counted),
        cmocka_unit_test(a_payload_cut_anywhere_is_malformed_and_stays_inside),
        cmocka_unit_test(random_words_never_lead_outside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
