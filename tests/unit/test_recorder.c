/* SPDX-License-Identifier: MIT */
/* Recordings, redacted and not, through recorder and replayer: numbers and kinds of names stay, texts go. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "emitter/format/kinds.h"
#include "tests/support/built.h"
#include "tui/reader/follow.h"
#include "tui/reader/recorder.h"
#include "tui/reader/replayer.h"
#include "tui/reader/totals.h"

#define EVENTS 40

struct seen {
    unsigned records, lost;
    char prompt[64], timer[64];
    uint64_t sum;
};

/* A ring of events with a text, a timer's name and a number, and an error's message. */
static void fill(struct acd_built *b)
{
    static const struct acd_ringbuild_key keys[] = {
        {ACD_TYPE_STR, 0, "prompt"}, {ACD_TYPE_STR, 0, ACD_KEY_TIMER}, {ACD_TYPE_UINT, 0, "n"}};
    const struct acd_ringbuild_site site = {.kind = ACD_KIND_LOG,
                                            .category = ACD_CATEGORY_LOG,
                                            .level = 1,
                                            .message = "said",
                                            .file = "a.c",
                                            .fields = 3,
                                            .key = keys};
    struct acd_ringbuild_error error = {
        .type = "HTTP", .message = "my diary", .file = "/tmp/mine.json", .status = 502, .count = 3};
    struct acd_ringbuild_writer w;
    static struct acd_ringbuild_payload p;
    acd_built_new(b);
    unsigned number = acd_ringbuild_register(&b->rb, &site);
    acd_ringbuild_lane(&w, &b->rb, 0, 7);
    for (uint64_t i = 0; i < EVENTS; i++) {
        p.count = 0;
        acd_ringbuild_put_text(&p, "my diary");
        acd_ringbuild_put_text(&p, "chat");
        acd_ringbuild_put(&p, i);
        acd_ringbuild_write(&w, 2000 + i, RB_SITE(number), &p);
    }
    acd_ringbuild_error(&b->rb, 0, &error);
}

static void copy_text(char *to, size_t room, const struct acd_event_view *e, const char *key)
{
    const struct acd_field *f = acd_event_find(e, key);
    assert_non_null(f);
    snprintf(to, room, "%.*s", (int)f->text.length, f->text.bytes);
}

static int take(void *context, const struct acd_item *item)
{
    struct seen *s = context;
    struct acd_event_view e;
    if (item->kind != ACD_ITEM_RECORD) {
        s->lost += (unsigned)item->count;
        return 0;
    }
    assert_non_null(item->site);
    assert_int_equal(acd_record_decode(&e, &item->record, &item->site->site), ACD_RECORD_OK);
    s->records++;
    s->sum += acd_event_find(&e, "n")->number.u;
    copy_text(s->prompt, sizeof s->prompt, &e, "prompt");
    copy_text(s->timer, sizeof s->timer, &e, ACD_KEY_TIMER);
    return 0;
}

static void record(struct acd_built *b, const char *path, uint64_t flags)
{
    struct acd_recorder *recorder = NULL;
    struct acd_problem why = {0};
    assert_int_equal(acd_recorder_new(&recorder, path, flags, 1 << 20, &why), 0);
    int n = acd_recorder_poll(recorder, 1, b->ring, ACD_LIVENESS_DEAD);
    assert_true(n >= EVENTS / 2);
    uint64_t bytes = acd_recorder_bytes(recorder);
    assert_int_equal(acd_recorder_poll(recorder, 1, b->ring, ACD_LIVENESS_DEAD), 0);
    assert_int_equal(acd_recorder_bytes(recorder), bytes); /* nothing new, nothing written */
    assert_int_equal(acd_recorder_records(recorder), n);
    assert_int_equal(acd_recorder_close(recorder), 0);
}

static void play(const char *path, struct seen *ret, struct acd_totals *totals)
{
    struct acd_replayer *replayer = NULL;
    struct acd_ringmap *ring = NULL;
    struct acd_follow *follow = NULL;
    struct acd_problem why = {0};
    size_t index = 9;
    assert_int_equal(acd_replayer_open(&replayer, path, &why), 0);
    assert_int_equal(acd_replayer_step(replayer, &index, &why), ACD_REPLAYER_RING);
    assert_int_equal(index, 0);
    while (acd_replayer_step(replayer, &index, &why) == ACD_REPLAYER_CHANGE) {
        if (!ring) {
            assert_int_equal(acd_replayer_ring(replayer, 0, &ring, &why), 0);
            assert_int_equal(acd_follow_new(&follow, ring, ACD_CURSOR_OLDEST), 0);
        }
        acd_follow_drain(follow, SIZE_MAX, take, ret);
    }
    assert_int_equal(acd_replayer_torn(replayer), 0);
    assert_int_equal(acd_replayer_liveness(replayer, 0), ACD_LIVENESS_DEAD);
    assert_int_equal(acd_totals_read(totals, ring), 0);
    acd_follow_free(follow);
    acd_ringmap_close(ring);
    acd_replayer_close(replayer);
}

static void check(uint64_t flags, const char *prompt, const char *message, const char *file)
{
    struct acd_built b;
    struct seen seen = {0}, live = {0};
    struct acd_totals totals = {0};
    struct acd_follow *follow = NULL;
    char path[192];
    fill(&b);
    assert_int_equal(acd_follow_new(&follow, b.ring, ACD_CURSOR_OLDEST), 0);
    acd_follow_drain(follow, SIZE_MAX, take, &live);
    acd_follow_free(follow);
    snprintf(path, sizeof path, "%s/a.acdrec", b.dir.path);
    record(&b, path, flags);
    play(path, &seen, &totals);
    assert_int_equal(seen.records, live.records);
    assert_int_equal(seen.lost, live.lost);
    assert_int_equal(seen.sum, live.sum);
    assert_string_equal(seen.prompt, prompt);
    assert_string_equal(seen.timer, "chat");
    assert_int_equal(totals.error_count, 1);
    assert_int_equal(totals.error[0].count, 3);
    assert_string_equal(totals.error[0].type, "HTTP");
    assert_string_equal(totals.error[0].message, message);
    assert_string_equal(totals.error[0].file, file);
    acd_totals_fini(&totals);
    acd_built_remove(&b);
}

static void a_replayed_ring_says_what_the_ring_said(void **state)
{
    (void)state;
    check(0, "my diary", "my diary", "/tmp/mine.json");
}

static void a_redacted_one_keeps_numbers_and_names_and_no_texts(void **state)
{
    (void)state;
    check(ACD_RECFILE_REDACTED, "********", "[REDACTED]", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_replayed_ring_says_what_the_ring_said),
        cmocka_unit_test(a_redacted_one_keeps_numbers_and_names_and_no_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
