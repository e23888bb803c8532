/* SPDX-License-Identifier: MIT */
/* emitter/track/blocks: distances and what is forgotten, against a plain list. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "emitter/track/blocks.h"

#define ROOM 37 /* few, so that places are renumbered often */
#define NAMES 90
#define USES 20000
#define UNIT_BYTES 8

/* The newest first. */
struct plain {
    uint64_t name[NAMES];
    uint32_t count;
};

static uint32_t plain_find(const struct plain *list, uint64_t name)
{
    uint32_t i = 0;
    while (i < list->count && list->name[i] != name)
        i++;
    return i;
}

static void plain_use(struct plain *list, uint64_t name)
{
    uint32_t at = plain_find(list, name);
    if (at == list->count && list->count < ROOM)
        list->count++;
    if (at == list->count)
        at--; /* the oldest goes */
    memmove(&list->name[1], &list->name[0], at * sizeof list->name[0]);
    list->name[0] = name;
}

static struct acd_blocks make_blocks(uint32_t room)
{
    struct acd_blocks blocks;
    void *storage = calloc(1, acd_blocks_bytes(room, UNIT_BYTES));
    assert_non_null(storage);
    acd_blocks_init(&blocks, storage, room, UNIT_BYTES);
    return blocks;
}

static void assert_same(const struct acd_blocks *blocks, const struct plain *list)
{
    for (uint64_t name = 0; name < NAMES; name++) {
        const uint32_t at = plain_find(list, name), index = acd_blocks_find(blocks, name);
        assert_int_equal(index != ACD_BLOCK_NONE, at < list->count);
        if (index != ACD_BLOCK_NONE) {
            assert_int_equal(acd_blocks_distance(blocks, index), at);
            assert_memory_equal(acd_blocks_units(blocks, index), &name, UNIT_BYTES);
        }
    }
}

static void distances_and_what_is_forgotten_are_those_of_a_plain_list(void **state)
{
    struct acd_blocks blocks = make_blocks(ROOM);
    struct plain list = {.count = 0};
    uint32_t random = 1;
    (void)state;
    for (unsigned i = 0; i < USES; i++) {
        random = random * 1664525 + 1013904223;
        /* A few names often, the others now and then. */
        const uint64_t name = (random >> 28) < 10 ? (random >> 8) % 11 : (random >> 8) % NAMES;
        acd_blocks_use(&blocks, name, (const char *)&name);
        plain_use(&list, name);
        if (i % 64 == 0)
            assert_same(&blocks, &list);
    }
    assert_same(&blocks, &list);
    assert_int_equal(blocks.used, ROOM);
    free(blocks.block);
}

static void a_used_block_keeps_what_is_said_of_it(void **state)
{
    struct acd_blocks blocks = make_blocks(ROOM);
    const uint64_t units = 7;
    (void)state;
    const uint32_t index = acd_blocks_use(&blocks, 7, (const char *)&units);
    blocks.block[index].newest = 12;
    assert_int_equal(acd_blocks_use(&blocks, 7, (const char *)&units), index);
    assert_int_equal(blocks.block[index].newest, 12);
    acd_blocks_clear(&blocks);
    assert_int_equal(acd_blocks_find(&blocks, 7), ACD_BLOCK_NONE);
    free(blocks.block);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(distances_and_what_is_forgotten_are_those_of_a_plain_list),
        cmocka_unit_test(a_used_block_keeps_what_is_said_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
