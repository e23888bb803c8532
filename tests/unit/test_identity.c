/* SPDX-License-Identifier: MIT */
/* What a header may say: every contradiction is named, what is new and harmless is read. */
#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include "tests/support/built.h"
#include "tui/reader/identity.h"

/* A ring's first bytes, to be changed by a test. */
struct head {
    unsigned char byte[sizeof(struct acd_identity)];
    uint64_t file_bytes;
};

static struct head a_head(void)
{
    struct acd_built b;
    struct head h;
    acd_built_make(&b, NULL);
    memcpy(h.byte, b.rb.base, sizeof h.byte);
    h.file_bytes = b.rb.bytes;
    acd_built_remove(&b);
    return h;
}

static int check(const struct head *h, struct acd_problem *why)
{
    struct acd_identity id;
    struct acd_identity_source source = {h->byte, sizeof h->byte, h->file_bytes, "srv.1.acr"};
    memset(why, 0, sizeof *why);
    return acd_identity_check(&id, &source, why);
}

static void put(struct head *h, size_t at, uint64_t value, size_t bytes)
{
    memcpy(h->byte + at, &value, bytes); /* little endian hosts, as the ring of the test */
}

#define SECTION(i) (288 + (size_t)(i)*24)

static void the_documents_ring_is_read(void **state)
{
    (void)state;
    struct head h = a_head();
    struct acd_problem why;
    assert_int_equal(check(&h, &why), 0);
}

static void each_fault_of_the_header_is_named(void **state)
{
    (void)state;
    static const struct {
        size_t at;
        uint64_t value;
        size_t bytes;
        enum acd_problem_code code;
        const char *text;
    } faults[] = {
        {0, 0x464c457f, 4, ACD_PROBLEM_NOT_A_RING,
         "'srv.1.acr' is not an acdebug ring (magic 7f454c46). Hint: acdebug-top list"},
        {8, 0x04030201, 4, ACD_PROBLEM_BYTE_ORDER, "the other byte order"},
        {8, 0x01020305, 4, ACD_PROBLEM_BAD_HEADER, "byte order mark 01020305"},
        {12, 3 | 1 << 16, 4, ACD_PROBLEM_NEWER_FORMAT,
         "ring 'srv.1.acr' uses format 3.1, this viewer reads 1.x. Hint: upgrade acdebug-top. "
         "Other rings stay visible."},
        {12, 0, 2, ACD_PROBLEM_NEWER_FORMAT, "format 0.0"},
        {24, 4, 8, ACD_PROBLEM_UNKNOWN_FLAG, "flags 4"},
        {32, UINT64_C(1) << 40, 8, ACD_PROBLEM_CUT_SHORT, "cut short"},
        {32, UINT64_MAX, 8, ACD_PROBLEM_CUT_SHORT, "cut short"},
        {32, 4000, 8, ACD_PROBLEM_BAD_HEADER, "identity bytes 4096"},
        {40, 800, 4, ACD_PROBLEM_BAD_HEADER, "identity bytes 800"},
        {44, 64, 4, ACD_PROBLEM_BAD_HEADER, "lane header bytes 64"},
        {44, 0xffffffc0, 4, ACD_PROBLEM_BAD_SECTION, "too small lanes"},
        {92, 25, 4, ACD_PROBLEM_BAD_HEADER, "sections 25"},
        {92, 1, 4, ACD_PROBLEM_BAD_SECTION, "'shared' is missing"},
        {92, 0, 4, ACD_PROBLEM_BAD_SECTION, "'control' is missing"},
        {SECTION(1), UINT64_MAX - 63, 8, ACD_PROBLEM_BAD_SECTION, "'shared' is outside the file"},
        {SECTION(1) + 8, UINT64_MAX, 8, ACD_PROBLEM_BAD_SECTION, "'shared' is outside the file"},
        {SECTION(1), 0, 8, ACD_PROBLEM_BAD_SECTION, "'shared' is outside the file"},
        {SECTION(5), 8196, 8, ACD_PROBLEM_BAD_SECTION, "'caches' is not aligned"},
        {SECTION(6) + 20, 0, 4, ACD_PROBLEM_BAD_SECTION, "'timers' is of too small entries"},
        {SECTION(6) + 20, 1480, 4, ACD_PROBLEM_BAD_SECTION, "'timers' is of too small entries"},
        {SECTION(9) + 16, UINT32_MAX, 4, ACD_PROBLEM_BAD_SECTION, "more entries than fit"},
        {SECTION(9) + 20, UINT32_MAX - 7, 4, ACD_PROBLEM_BAD_SECTION, "more entries than fit"},
        {SECTION(2) + 16, 1, 4, ACD_PROBLEM_BAD_HEADER, "lanes without a directory word 2"},
        {SECTION(5), 8192, 8, ACD_PROBLEM_BAD_SECTION, "'shared' and 'caches' overlap"},
    };
    struct head good = a_head();
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        struct head h = good;
        struct acd_problem why;
        put(&h, faults[i].at, faults[i].value, faults[i].bytes);
        assert_int_equal(check(&h, &why), -EBADMSG);
        if (!strstr(why.text, faults[i].text))
            fail_msg("fault %zu says: %s", i, why.text);
        assert_int_equal(why.code, faults[i].code);
    }
}

static void what_a_newer_minor_adds_is_passed_over(void **state)
{
    (void)state;
    struct head h = a_head();
    struct acd_problem why;
    put(&h, 14, 7, 2);                   /* minor */
    put(&h, 16, UINT64_MAX, 8);          /* compatible flags */
    put(&h, 92, 14, 4);                  /* a section that we don't know */
    put(&h, SECTION(13), UINT64_MAX, 8); /* and can't check */
    put(&h, SECTION(13) + 16, UINT32_MAX, 4);
    assert_int_equal(check(&h, &why), 0);
}

static void tables_that_are_missing_are_absent(void **state)
{
    (void)state;
    struct head h = a_head();
    struct acd_problem why;
    for (unsigned i = 2; i < 13; i++) {
        put(&h, SECTION(i), UINT64_MAX, 8);
        put(&h, SECTION(i) + 16, 0, 4);
    }
    assert_int_equal(check(&h, &why), 0);
}

static void texts_end_even_if_the_file_says_otherwise(void **state)
{
    (void)state;
    struct head h = a_head();
    struct acd_problem why = {0};
    struct acd_identity id;
    memset(h.byte + 120, 'x', 168);
    struct acd_identity_source source = {h.byte, sizeof h.byte, h.file_bytes, "x"};
    assert_int_equal(acd_identity_check(&id, &source, &why), 0);
    assert_int_equal(strlen(id.boot_id), 39);
    assert_int_equal(strlen(id.app), 63);
    assert_int_equal(strlen(id.host), 63);
}

static void a_file_shorter_than_a_header_is_named(void **state)
{
    (void)state;
    struct head h = a_head();
    for (size_t n = 0; n < sizeof h.byte; n++) {
        struct acd_problem why = {0};
        struct acd_identity id;
        struct acd_identity_source source = {h.byte, n, n, "x"};
        assert_int_equal(acd_identity_check(&id, &source, &why), -EBADMSG);
        assert_int_equal(why.code, n == 0 ? ACD_PROBLEM_EMPTY : ACD_PROBLEM_CUT_SHORT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_documents_ring_is_read),
        cmocka_unit_test(each_fault_of_the_header_is_named),
        cmocka_unit_test(what_a_newer_minor_adds_is_passed_over),
        cmocka_unit_test(tables_that_are_missing_are_absent),
        cmocka_unit_test(texts_end_even_if_the_file_says_otherwise),
        cmocka_unit_test(a_file_shorter_than_a_header_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
