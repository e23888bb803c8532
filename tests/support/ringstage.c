/* SPDX-License-Identifier: MIT */
/* From golden rings to a picture, see ringstage.h.  Offsets are those of emitter/FORMAT.md. */
#include "config.h"

#include "tests/support/ringstage.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/filestage.h"
#include "tests/support/keys.h"
#include "tests/support/ringhex.h"
#include "tui/app/actions.h"
#include "tui/app/rings.h"
#include "tui/view/look.h"

#define MINUTE 60
#define UP_S 7980 /* how long the server has been up in the golden ring */
#define OPENED_MONOTONIC (1000 * ACD_TEST_SECOND)

/* ---------------------------------------------------------------- the files */

static void unpack(const struct acd_ringstage *s, const char *name, const char *as,
                   char ret_path[256])
{
    const char *top = getenv("top_srcdir");
    char hex[512];
    snprintf(hex, sizeof hex, "%s/tests/support/rings/%s.hex", top ? top : ".", name);
    snprintf(ret_path, 256, "%s/%s", s->dir.path, as);
    acd_ringhex_unpack(hex, ret_path);
    assert_int_equal(chmod(ret_path, 0600), 0);
}

/* As its server does, see FORMAT.md, "Alive or dead". */
static int hold_lock(const char *path)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int fd = open(path, O_RDWR | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(fcntl(fd, F_OFD_SETLK, &lock), 0);
    return fd;
}

static void make_files(struct acd_ringstage *s)
{
    char path[256];
    acd_scratch_make(&s->dir);
    acd_filestage_write(s->dir.path);
    unpack(s, "screen-ended-1.0", "embedder.77.acr", path);
    struct acd_ringbuild newer;
    unpack(s, "screen-ended-1.0", "srv-812.1.acr", path);
    acd_ringbuild_open(&newer, path);
    newer.base[12] = 3; /* a major version that is not known yet */
    acd_ringbuild_close(&newer);
    unpack(s, "screen-proxy-1.0", "llm-proxy.5f3a.acr", path);
    s->lock_fd = hold_lock(path);
    acd_ringbuild_open(&s->rb, path);
}

/* ---------------------------------------------------------------- the minute */

static void keep_words(struct acd_ringstage *s, uint64_t at, size_t count)
{
    for (size_t i = 0; i < count; i++, at += 8) {
        uint64_t value = acd_ringbuild_get(&s->rb, at);
        if (value == 0)
            continue;
        assert_true(s->words < ACD_RINGSTAGE_WORDS);
        s->word[s->words].at = at;
        s->word[s->words++].value = value;
    }
}

/* What the caches, timers and errors of the golden ring have counted. */
static void keep_counters(struct acd_ringstage *s)
{
    const enum acd_ringbuild_section lanes[] = {RB_LANES_BIG, RB_LANES_SMALL};
    for (size_t i = 0; i < 2; i++)
        for (unsigned row = 0; row < 2; row++)
            keep_words(s, acd_ringbuild_lane_counts(s->rb.offset[lanes[i]], row), 40);
    for (unsigned row = 0; row < 2; row++) {
        uint64_t timer = acd_ringbuild_at(&s->rb, RB_TIMERS, row);
        keep_words(s, timer + 72, 1);
        keep_words(s, timer + 96, 2);
    }
    for (unsigned row = 0; row < 3; row++)
        keep_words(s, acd_ringbuild_at(&s->rb, RB_ERRORS, row), 1);
}

/* Some counters grow evenly and others slower and slower, so that rates change. */
static void set_counters(struct acd_ringstage *s, uint64_t left)
{
    for (size_t i = 0; i < s->words; i++) {
        uint64_t value = s->word[i].value;
        uint64_t less = s->word[i].at / 8 % 2 ? value * left * left / (MINUTE * MINUTE * 10)
                                              : value * left / (MINUTE * 10);
        acd_ringbuild_set(&s->rb, s->word[i].at, value - less);
    }
}

/* A second of the loop's. */
static void live_on(struct acd_ringstage *s, uint64_t left)
{
    set_counters(s, left);
    s->now.monotonic_ns = OPENED_MONOTONIC + (UP_S - left) * ACD_TEST_SECOND;
    s->now.realtime_ns = ACD_TEST_NOW - left * ACD_TEST_SECOND;
    acd_collect_scan(s->collect);
    while (acd_collect_drain(s->collect, 1000) > 0) {}
    acd_collect_sample(s->collect);
}

/* ---------------------------------------------------------------- the loop's state */

static void make_act(struct acd_ringstage *s, enum acd_glyphs glyphs)
{
    acd_ui_init(&s->ui);
    acd_documents_init(&s->documents, s->dir.path, glyphs == ACD_GLYPHS_ASCII ? ACD_TEXT_ASCII : 0);
    s->numbers.source = acd_collect_histograms(s->collect);
    assert_int_equal(acd_finder_init(&s->finder, &s->ui, &s->fleet), 0);
    s->ui.roster = &s->roster;
    s->ui.closeup = &s->closeup;
    s->ui.raised = &s->act.raised;
    s->ui.files = &s->documents.files;
    s->ui.json = &s->documents.json;
    s->ui.now_ns = ACD_TEST_NOW;
    s->ui.page = s->grid.h > 4 ? (size_t)s->grid.h - 3 : 1;
    s->digest.window = acd_ui_look(&s->ui)->window;
    s->act = (struct acd_act){.ui = &s->ui,
                              .fleet = &s->fleet,
                              .digest = &s->digest,
                              .context = s,
                              .documents = &s->documents,
                              .finder = &s->finder,
                              .closeup = &s->closeup,
                              .numbers = &s->numbers};
}

void acd_ringstage_begin(struct acd_ringstage *s, const struct acd_test_size *size,
                         enum acd_glyphs glyphs)
{
    struct acd_problem why = {0};
    memset(s, 0, sizeof *s);
    make_files(s);
    const struct acd_collect_options options = {.directory = s->dir.path,
                                                .dead = ACD_COLLECT_LIVE_OR_LAST,
                                                .start = ACD_CURSOR_OLDEST,
                                                .clock = &s->now};
    assert_int_equal(acd_fleet_init(&s->fleet, ACD_STORE_ENTRIES_DEFAULT, ACD_STORE_BYTES_DEFAULT),
                     0);
    if (acd_collect_new(&s->collect, &s->fleet, &options, &why) < 0)
        fail_msg("%s", why.text);
    assert_int_equal(acd_grid_init(&s->grid, size->w, size->h, glyphs), 0);
    make_act(s, glyphs);
    keep_counters(s);
    for (uint64_t left = MINUTE + 1; left-- > 0;)
        live_on(s, left);
}

void acd_ringstage_end(struct acd_ringstage *s)
{
    acd_grid_fini(&s->grid);
    acd_documents_fini(&s->documents);
    acd_digest_fini(&s->digest);
    acd_roster_fini(&s->roster);
    acd_finder_fini(&s->finder);
    acd_misses_fini(&s->closeup.misses);
    acd_numbers_fini(&s->numbers);
    acd_collect_free(s->collect);
    acd_fleet_fini(&s->fleet);
    acd_ringbuild_close(&s->rb);
    close(s->lock_fd);
    acd_scratch_remove(&s->dir);
}

/* What the loop does before it draws; where the test's files lie is nothing to show. */
static void settle(struct acd_ringstage *s)
{
    const struct acd_rect body = acd_view_body(&s->ui, s->grid.w, s->grid.h);
    while (acd_documents_work(&s->documents, s->ui.view) == ACD_DOCUMENTS_BUSY) {}
    while (acd_finder_work(&s->finder) == ACD_FINDER_BUSY) {}
    assert_int_equal(acd_numbers_renew(&s->numbers, &s->digest, &s->ui, &s->fleet,
                                       acd_finder_request(&s->finder)),
                     0);
    snprintf(s->documents.files.directory, sizeof s->documents.files.directory, "/tmp");
    acd_documents_settle(&s->documents, s->ui.view, body);
    assert_int_equal(acd_rings_fill(&s->roster, s->collect, &s->fleet), 0);
    snprintf(s->roster.directory, sizeof s->roster.directory, "/dev/shm/acdebug-1000");
    acd_act_settle(&s->act, body);
}

void acd_ringstage_draw(struct acd_ringstage *s)
{
    const struct acd_scene scene = {&s->fleet, &s->digest, &s->ui, acd_actions_table,
                                    acd_actions_count};
    settle(s);
    acd_view_draw(&s->grid, &scene);
}

void acd_ringstage_play(struct acd_ringstage *s, const char *keys)
{
    settle(s);
    for (struct acd_key key; acd_keys_take(&keys, &key);) {
        acd_act_key(&s->act, key);
        settle(s);
    }
}
