/* SPDX-License-Identifier: MIT */
/* Names of blocks: SipHash-2-4-128 against known values, and what a chain depends on. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "emitter/examples/block_id.h"

/* Bytes 0 to 15, as in the paper. */
static const struct acd_block_key paper_key = {UINT64_C(0x0706050403020100),
                                               UINT64_C(0x0f0e0d0c0b0a0908)};

static void counting_bytes(char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        bytes[i] = (char)i;
    }
}

static void names_are_siphash_128(void **state)
{
    char bytes[35];
    struct acd_block_id id;

    (void)state;
    counting_bytes(bytes, sizeof(bytes));
    id = acd_block_id_of(&paper_key, bytes, 0);
    assert_true(id.low == UINT64_C(0xe6a825ba047f81a3));
    assert_true(id.high == UINT64_C(0x930255c71472f66d));
    id = acd_block_id_of(&paper_key, bytes, 15);
    assert_true(id.low == UINT64_C(0x11a8b03399e99354));
    assert_true(id.high == UINT64_C(0xd9c3cf970fec087e));
}

static void a_child_is_named_after_parent_and_bytes(void **state)
{
    char bytes[35];
    /* The 16 bytes 0 to 15 as the parent, the rest as the block: one hash over all of them. */
    const struct acd_block_id parent = {paper_key.k0, paper_key.k1};
    struct acd_block_id id;

    (void)state;
    counting_bytes(bytes, sizeof(bytes));
    id = acd_block_id_after(&paper_key, parent, bytes + 16, 19);
    assert_true(acd_block_id_equal(id, acd_block_id_of(&paper_key, bytes, 35)));
}

static void parent_key_and_bytes_all_count(void **state)
{
    const struct acd_block_key other_key = {paper_key.k0, paper_key.k1 + 1};
    const struct acd_block_id parent = {1, 2};
    const struct acd_block_id other_parent = {1, 3};
    const struct acd_block_id id = acd_block_id_after(&paper_key, parent, "block", 5);

    (void)state;
    assert_true(acd_block_id_equal(id, acd_block_id_after(&paper_key, parent, "block", 5)));
    assert_false(acd_block_id_equal(id, acd_block_id_after(&other_key, parent, "block", 5)));
    assert_false(acd_block_id_equal(id, acd_block_id_after(&paper_key, other_parent, "block", 5)));
    assert_false(acd_block_id_equal(id, acd_block_id_after(&paper_key, parent, "block\0", 6)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_siphash_128),
        cmocka_unit_test(a_child_is_named_after_parent_and_bytes),
        cmocka_unit_test(parent_key_and_bytes_all_count),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
