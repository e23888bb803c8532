/* SPDX-License-Identifier: MIT */
/* Room in the ring that two want at once: whoever comes second finds it, and it is paid for once. */
#include "config.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "emitter/pause.h"
#include "emitter/state.h"
#include "tests/support/fixture.h"

static struct {
    const void *at;
    uint64_t bytes;
    unsigned calls;
} other;

static struct acd_ring *ring_now(void)
{
    return acd_pointer_see(&acd_state.ring);
}

/* Another thread's whole call, between the look of this one and its payment. */
static void come_between(enum acd_pause_point point)
{
    if (point != ACD_PAUSE_NO_ROOM || other.calls > 0)
        return;
    other.calls++;
    assert_true(acd_emitter_ensure(ring_now(), other.at, other.bytes));
}

static bool ensure_while_other_does(const void *at, uint64_t bytes)
{
    other.at = at;
    other.bytes = bytes;
    other.calls = 0;
    acd_pause_hook = come_between;
    bool good = acd_emitter_ensure(ring_now(), at, bytes);
    acd_pause_hook = NULL;
    assert_int_equal(other.calls, 1);
    return good;
}

static uint64_t paid(uint64_t left_before)
{
    return left_before - acd_get(&ring_now()->budget_left);
}

static void room_that_another_made_meanwhile_is_room(void **state)
{
    (void)state;
    struct acd_ring *ring = ring_now();
    uint64_t left = acd_get(&ring->budget_left);
    assert_true(ensure_while_other_does(ring->running, ACD_CHUNK_BYTES));
    assert_int_equal(paid(left), ACD_CHUNK_BYTES);
}

static void room_is_there_though_the_budget_paid_for_it_once(void **state)
{
    (void)state;
    struct acd_ring *ring = ring_now();
    acd_set(&ring->budget_left, ACD_CHUNK_BYTES);
    assert_true(ensure_while_other_does(ring->running, ACD_CHUNK_BYTES));
    assert_int_equal(acd_get(&ring->budget_left), 0);
}

static void without_budget_there_is_no_room(void **state)
{
    (void)state;
    struct acd_ring *ring = ring_now();
    acd_set(&ring->budget_left, ACD_CHUNK_BYTES - 1);
    assert_false(acd_emitter_ensure(ring, ring->running, ACD_CHUNK_BYTES));
    assert_int_equal(acd_get(&ring->budget_left), ACD_CHUNK_BYTES - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ACD_FIXTURE_TEST(room_that_another_made_meanwhile_is_room),
        ACD_FIXTURE_TEST(room_is_there_though_the_budget_paid_for_it_once),
        ACD_FIXTURE_TEST(without_budget_there_is_no_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
