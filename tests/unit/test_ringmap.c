/* SPDX-License-Identifier: MIT */
/* Opening and mapping: what isn't a readable ring gets a sentence, what is one gives no address
 * outside of it, and nothing in a file ends the reader. */
#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/support/built.h"
#include "tui/reader/control.h"
#include "tui/reader/follow.h"
#include "tui/reader/guard.h"
#include "tui/reader/liveness.h"
#include "tui/reader/totals.h"

#define NOBODY 65534

static int opens(const char *path, struct acd_problem *why)
{
    struct acd_ringmap *ring = NULL;
    memset(why, 0, sizeof *why);
    int r = acd_ringmap_open(&ring, AT_FDCWD, path, 0, why);
    if (r < 0) {
        assert_null(ring);
        assert_int_not_equal(why->code, ACD_PROBLEM_NONE);
        assert_true(strlen(why->text) > 10);
    }
    acd_ringmap_close(ring);
    return r;
}

static void assert_refused(const char *path, enum acd_problem_code code, const char *text)
{
    struct acd_problem why;
    assert_true(opens(path, &why) < 0);
    assert_int_equal(why.code, code);
    if (!strstr(why.text, text))
        fail_msg("says: %s", why.text);
}

static int nothing(void *context, const struct acd_item *item)
{
    struct acd_event_view event;
    uint64_t *sum = context;
    if (item->kind == ACD_ITEM_RECORD) {
        acd_record_decode(&event, &item->record, item->site ? &item->site->site : NULL);
        *sum += event.count;
    }
    return 0;
}

/* Everything that a viewer asks of a ring. */
static void read_all(const struct acd_ringmap *ring)
{
    struct acd_follow *follow;
    struct acd_totals totals = {0};
    struct acd_now now;
    struct acd_control_state control;
    uint64_t sum = 0;
    static uint64_t bucket[ACD_HISTOGRAM_BUCKETS];
    assert_int_equal(acd_follow_new(&follow, ring, ACD_CURSOR_OLDEST), 0);
    for (int i = 0; i < 4; i++)
        acd_follow_drain(follow, 1000, nothing, &sum);
    acd_follow_free(follow);
    assert_int_equal(acd_totals_read(&totals, ring), 0);
    for (size_t i = 0; i < totals.timer_count; i++)
        acd_totals_histogram(ring, totals.timer[i].name, NULL, bucket);
    acd_totals_fini(&totals);
    acd_control_now(&now);
    acd_control_read(ring, &now, &control);
    acd_liveness_of(ring);
}

/* A ring with something in every part. */
static void fill(struct acd_ringbuild *rb)
{
    static const struct acd_ringbuild_key keys[] = {{5, 0, "path"}, {1, 0, "bytes"}};
    struct acd_ringbuild_site site = {.kind = 1,
                                      .level = 1,
                                      .line = 7,
                                      .message = "request",
                                      .file = "a.c",
                                      .fields = 2,
                                      .key = keys};
    unsigned number = acd_ringbuild_register(rb, &site);
    for (unsigned slot = 0; slot < 3; slot++) {
        struct acd_ringbuild_writer w;
        acd_ringbuild_lane(&w, rb, slot < 2 ? slot : RB_OVERFLOW_SLOT, 100 + slot);
        for (uint64_t i = 0; i < 40; i++) {
            struct acd_ringbuild_payload p = {.count = 0};
            if (slot == 2)
                acd_ringbuild_put(&p, 77);
            acd_ringbuild_put_text(&p, "/v1/chat/completions");
            acd_ringbuild_put(&p, i);
            acd_ringbuild_write(&w, 2000 + i * 10 + slot,
                                RB_SITE(number) | (slot == 2 ? RB_THREAD : 0), &p);
        }
        acd_ringbuild_set(rb, acd_ringbuild_lane_counts(w.slot, 0), 9);
    }
    acd_ringbuild_cache(rb, 0, "prompt", "m");
    uint64_t timer = acd_ringbuild_timer(rb, 0, "chat");
    acd_ringbuild_set(rb, timer + 96 + 24, 1);
    acd_ringbuild_set(rb, acd_ringbuild_label(rb, timer, 0, "loaded") + 24, 2);
    struct acd_ringbuild_error e = {.type = "HTTP", .status = 502, .count = 3, .file = "/tmp/x"};
    acd_ringbuild_error(rb, 0, &e);
}

/* ---- what is refused ---- */

static void a_file_that_is_no_ring_gets_a_sentence(void **state)
{
    (void)state;
    struct acd_built b;
    acd_built_make(&b, NULL);
    memcpy(b.rb.base, "\177ELF", 4);
    assert_refused(b.path, ACD_PROBLEM_NOT_A_RING,
                   "'built.1.acr' is not an acdebug ring (magic 7f454c46). Hint: acdebug-top list");
    assert_int_equal(truncate(b.path, 0), 0);
    assert_refused(b.path, ACD_PROBLEM_EMPTY, "'built.1.acr' is empty");
    assert_int_equal(unlink(b.path), 0);
    assert_refused(b.path, ACD_PROBLEM_NOT_FOUND, "does not exist");
    acd_built_remove(&b);
}

static void what_is_no_regular_file_is_not_opened(void **state)
{
    (void)state;
    struct acd_built b;
    char path[256];
    acd_built_make(&b, NULL);
    snprintf(path, sizeof path, "%s/link.acr", b.dir.path);
    assert_int_equal(symlink(b.path, path), 0);
    assert_refused(path, ACD_PROBLEM_SYMLINK, "is a symbolic link");
    snprintf(path, sizeof path, "%s/fifo.acr", b.dir.path);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_refused(path, ACD_PROBLEM_NOT_REGULAR, "it is a fifo, not a regular file");
    assert_refused(b.dir.path, ACD_PROBLEM_NOT_REGULAR, "it is a directory");
    assert_refused("/dev/null", ACD_PROBLEM_NOT_REGULAR, "it is a device");
    acd_built_remove(&b);
}

/* Root makes a file of somebody else's; others find one of root's. */
static void another_owners_file_is_refused_unless_allowed(void **state)
{
    (void)state;
    struct acd_built b;
    struct acd_problem why;
    acd_built_make(&b, NULL);
    if (geteuid() != 0) {
        assert_refused("/etc/passwd", ACD_PROBLEM_OTHER_OWNER, "owner uid 0, you are");
    } else {
        assert_int_equal(chown(b.path, NOBODY, NOBODY), 0);
        assert_refused(b.path, ACD_PROBLEM_OTHER_OWNER,
                       "owner uid 65534, you are 0. Hint: run as that user");
        assert_int_equal(acd_ringmap_open(&b.ring, AT_FDCWD, b.path, ACD_RINGMAP_ANY_OWNER, &why),
                         0);
    }
    acd_built_remove(&b);
}

static void a_file_without_permission_is_named(void **state)
{
    (void)state;
    struct acd_built b;
    bool root = geteuid() == 0;
    acd_built_make(&b, NULL);
    assert_int_equal(chmod(b.path, 0), 0);
    if (root) {
        assert_int_equal(chown(b.path, NOBODY, NOBODY), 0);
        assert_int_equal(chmod(b.dir.path, 0755), 0);
        assert_int_equal(seteuid(NOBODY), 0);
    }
    assert_refused(b.path, ACD_PROBLEM_NOT_PERMITTED, "permission denied");
    if (root)
        assert_int_equal(seteuid(0), 0);
    acd_built_remove(&b);
}

static void a_ring_cut_short_is_named_wherever_it_is_cut(void **state)
{
    (void)state;
    struct acd_built b;
    struct acd_problem why;
    acd_built_make(&b, NULL);
    fill(&b.rb);
    uint64_t bytes = b.rb.bytes;
    assert_int_equal(opens(b.path, &why), 0);
    for (uint64_t n = (bytes - 1) / 512 * 512; n > 0; n -= 512) {
        assert_int_equal(truncate(b.path, (off_t)n), 0);
        assert_refused(b.path, ACD_PROBLEM_CUT_SHORT, "is cut short");
    }
    acd_built_remove(&b);
}

/* ---- what is damaged ---- */

static void flip_and_read(struct acd_built *b, uint64_t bit)
{
    struct acd_problem why;
    b->rb.base[bit / 8] ^= (unsigned char)(1u << bit % 8);
    int r = acd_ringmap_open(&b->ring, AT_FDCWD, b->path, 0, &why);
    if (r == 0)
        read_all(b->ring);
    else
        assert_int_equal(r, -EBADMSG);
    acd_ringmap_close(b->ring);
    b->ring = NULL;
    b->rb.base[bit / 8] ^= (unsigned char)(1u << bit % 8);
}

static void any_bit_of_the_header_may_be_wrong(void **state)
{
    (void)state;
    struct acd_built b;
    acd_built_make(&b, NULL);
    fill(&b.rb);
    for (uint64_t bit = 0; bit < sizeof(struct acd_identity) * 8; bit++)
        flip_and_read(&b, bit);
    acd_built_remove(&b);
}

static void any_bit_behind_it_may_be_wrong(void **state)
{
    (void)state;
    struct acd_built b;
    uint64_t seed = 4;
    acd_built_make(&b, NULL);
    fill(&b.rb);
    for (uint64_t i = 0; i < acd_scratch_scaled(2000, 100); i++)
        flip_and_read(&b, acd_scratch_random(&seed) % (b.rb.bytes * 8));
    acd_built_remove(&b);
}

static uint64_t number_from(const char *variable, uint64_t otherwise)
{
    const char *text = getenv(variable);
    return text ? strtoull(text, NULL, 10) : otherwise;
}

/* Every bit of the file, a part at a time: ACD_FLIP_COUNT of them from ACD_FLIP_FROM on, each
 * ACD_FLIP_STEP-th. */
static void every_bit_may_be_wrong(void **state)
{
    (void)state;
    struct acd_built b;
    uint64_t bit = number_from("ACD_FLIP_FROM", 0), step = number_from("ACD_FLIP_STEP", 1);
    uint64_t count = number_from("ACD_FLIP_COUNT", 64), flipped = 0;
    acd_built_make(&b, NULL);
    fill(&b.rb);
    uint64_t bits = b.rb.bytes * 8;
    for (; flipped < count && bit < bits; bit += step, flipped++)
        flip_and_read(&b, bit);
    printf("%llu of %llu bits flipped\n", (unsigned long long)flipped, (unsigned long long)bits);
    acd_built_remove(&b);
}

static void bytes_at_random_never_end_the_reader(void **state)
{
    (void)state;
    struct acd_built b;
    uint64_t seed = 11;
    acd_built_make(&b, NULL);
    fill(&b.rb);
    for (uint64_t i = 0; i < acd_scratch_scaled(200, 20); i++) {
        for (int n = 0; n < 64; n++) {
            uint64_t at = 4096 + acd_scratch_random(&seed) % (b.rb.bytes - 4096);
            b.rb.base[at] = (unsigned char)acd_scratch_random(&seed);
        }
        acd_built_map(&b);
        read_all(b.ring);
        acd_ringmap_close(b.ring);
        b.ring = NULL;
    }
    acd_built_remove(&b);
}

/* ---- lanes ---- */

static void a_lane_is_there_once_the_directory_says_so(void **state)
{
    (void)state;
    struct acd_built b;
    struct acd_lane_map lane;
    struct acd_ringbuild_writer w;
    const struct acd_ringmap *ring = acd_built_new(&b);
    assert_int_equal(acd_ringmap_lanes(ring), 3);
    assert_false(acd_ringmap_lane(ring, 0, &lane));
    acd_ringbuild_set(&b.rb, acd_ringbuild_at(&b.rb, RB_DIRECTORY, 0), 2); /* being made */
    assert_false(acd_ringmap_lane(ring, 0, &lane));
    acd_ringbuild_lane(&w, &b.rb, 0, 5);
    assert_true(acd_ringmap_lane(ring, 0, &lane));
    assert_int_equal(lane.cell_count, 64);
    assert_false(lane.overflow);
    assert_false(acd_ringmap_lane(ring, 1, &lane));
    assert_true(acd_ringmap_lane(ring, 2, &lane));
    assert_true(lane.overflow);
    assert_false(acd_ringmap_lane(ring, 3, &lane));
    acd_built_remove(&b);
}

static void a_lane_of_impossible_size_is_not_there(void **state)
{
    (void)state;
    static const uint64_t sizes[] = {0, 3, 63, 65, 128, UINT64_C(1) << 40, UINT64_MAX};
    struct acd_built b;
    struct acd_lane_map lane;
    struct acd_ringbuild_writer w;
    const struct acd_ringmap *ring = acd_built_new(&b);
    acd_ringbuild_lane(&w, &b.rb, 0, 5);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        acd_ringbuild_set(&b.rb, w.slot + 8, sizes[i]);
        assert_false(acd_ringmap_lane(ring, 0, &lane));
    }
    acd_ringbuild_set(&b.rb, w.slot + 8, 32); /* fewer than fit is a writer's right */
    assert_true(acd_ringmap_lane(ring, 0, &lane));
    acd_built_remove(&b);
}

/* ---- while it is mapped ---- */

static void a_ring_that_shrinks_reads_as_zeros_and_says_so(void **state)
{
    (void)state;
    struct acd_built b;
    uint64_t bytes[2];
    struct acd_problem why;
    assert_int_equal(acd_guard_install(), 0);
    acd_built_make(&b, NULL);
    fill(&b.rb);
    acd_built_map(&b);
    assert_false(acd_ringmap_shrank(b.ring, bytes));
    uint64_t before = b.rb.bytes;
    assert_int_equal(truncate(b.path, 0), 0);
    read_all(b.ring);
    assert_true(acd_ringmap_shrank(b.ring, bytes));
    assert_int_equal(bytes[0], before);
    assert_int_equal(bytes[1], 0);
    acd_problem_set_shrank(&why, "srv-812", (const uint64_t[2]){4194304, 0}, 18201);
    assert_string_equal(
        why.text, "ring 'srv-812' shrank from 4194304 to 0 bytes; detached, 18,201 events kept");
    /* Grown again, it is still not what it was. */
    assert_int_equal(truncate(b.path, (off_t)before), 0);
    assert_true(acd_ringmap_shrank(b.ring, bytes));
    acd_built_remove(&b);
}

static void control_characters_of_names_do_not_reach_a_sentence(void **state)
{
    (void)state;
    struct acd_problem why;
    assert_int_equal(opens("/nowhere/\033[2J\n.acr", &why), -ENOENT);
    assert_non_null(strstr(why.text, "?[2J?.acr"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_that_is_no_ring_gets_a_sentence),
        cmocka_unit_test(what_is_no_regular_file_is_not_opened),
        cmocka_unit_test(another_owners_file_is_refused_unless_allowed),
        cmocka_unit_test(a_file_without_permission_is_named),
        cmocka_unit_test(a_ring_cut_short_is_named_wherever_it_is_cut),
        cmocka_unit_test(any_bit_of_the_header_may_be_wrong),
        cmocka_unit_test(any_bit_behind_it_may_be_wrong),
        cmocka_unit_test(every_bit_may_be_wrong),
        cmocka_unit_test(bytes_at_random_never_end_the_reader),
        cmocka_unit_test(a_lane_is_there_once_the_directory_says_so),
        cmocka_unit_test(a_lane_of_impossible_size_is_not_there),
        cmocka_unit_test(a_ring_that_shrinks_reads_as_zeros_and_says_so),
        cmocka_unit_test(control_characters_of_names_do_not_reach_a_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
