/* SPDX-License-Identifier: MIT */
/*
 * Golden screens of what a user does: keys played against a model, and the picture behind the last
 * of them, at three sizes.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/golden.h"
#include "tests/support/layout.h"
#include "tests/support/stage.h"
#include "tui/app/act.h"
#include "tui/app/finder.h"
#include "tui/app/numbers.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* A word that is a key's name is pressed, one in quotes is typed. */
static const struct screen {
    const char *name, *keys;
    unsigned later; /* events that come in behind the keys */
} screens[] = {
    {"filter-typed", "e \\ 'kind:cache ms>5'", 0},
    {"filter-fault", "e \\ 'level<=2 kind:cahce' Enter", 0},
    {"filtered", "e \\ 'kind:timer or kind:cache' Enter", 3},
    {"filtered-context", "e \\ 'kind:cache' Enter &", 0},
    {"filtered-inverted", "e \\ 'kind:log' Enter !", 3},
    {"filtered-nothing", "e \\ 'nowhere' Enter", 0},
    {"filtered-overview", "\\ 'kind:timer' Enter", 0},
    {"find-typed", "e F3 'checkpoint'", 0},
    {"found", "e / 'model_loaded' Enter", 3},
    {"found-nothing", "e / 'nowhere' Enter", 0},
    {"followed", "e / 'model_loaded' Enter f o", 0},
    {"marked", "m", 5},
    {"sorted", "s s s s s", 0},
    {"sorted-errors", "x s s S", 0},
    {"marked-events", "m e", 5},
    {"followed-events", "e / 'model_loaded' Enter f", 0},
    {"overwritten", "e Space", 996},
    {"overwritten-all", "e Space", 2000},
};

struct stage {
    struct acd_test_model m;
    struct acd_finder finder;
    struct acd_numbers numbers;
    struct acd_act act;
};

static void settle(struct stage *s)
{
    while (acd_finder_work(&s->finder) == ACD_FINDER_BUSY)
        continue;
}

static void play(struct stage *s, const char *keys)
{
    while (*keys) {
        size_t n = *keys == '\'' ? strcspn(keys + 1, "'") + 2 : strcspn(keys, " ");
        if (*keys == '\'') {
            for (size_t i = 1; i + 1 < n; i++)
                acd_act_key(&s->act, (struct acd_key){.code = (unsigned char)keys[i]});
        } else {
            char name[32];
            struct acd_key key;
            snprintf(name, sizeof name, "%.*s", (int)n, keys);
            assert_int_equal(acd_key_parse(name, &key), 0);
            acd_act_key(&s->act, key);
        }
        settle(s);
        keys += n + (keys[n] == ' ');
    }
}

/* The model's histograms, and two chats more once they were counted. */
static bool chatted;

static void add_histogram(void *context, const struct acd_server *server, const char *timer,
                          const char *label, uint64_t ret_bucket[ACD_HISTOGRAM_BUCKETS])
{
    const struct acd_histogram_source *source = context;
    source->add(source->context, server, timer, label, ret_bucket);
    if (chatted && !label && strcmp(timer, "chat_completion") == 0) {
        ret_bucket[acd_histogram_index(2 * ACD_TEST_SECOND)]++;
        ret_bucket[acd_histogram_index(3 * ACD_TEST_SECOND)]++;
    }
}

/* What happens behind the keys: nothing in the cache kv, nor to one of the two kinds of errors. */
static void count_more(struct acd_totals *t)
{
    t->cache[0].outcome[ACD_OUTCOME_HIT] += 30;
    t->cache[0].outcome[ACD_OUTCOME_MISS] += 10;
    t->cache[0].reason[ACD_REASON_COLD] += 10;
    t->cache[0].input_tokens += 4000;
    t->cache[0].cached_tokens += 1000;
    t->cache[0].token_lookups += 40;
    t->timer[0].timing.count += 2;
    t->timer[0].timing.sum_ns += 5 * ACD_TEST_SECOND;
    t->timer[0].started += 2;
    t->timer[1].timing.count += 4;
    t->timer[1].timing.sum_ns += 100;
    t->timer[1].timing.max_ns += 100 * ACD_TEST_SECOND;
    t->error[0].count += 3;
    t->error[0].last_ticks += 70 * ACD_TEST_SECOND;
    t->events.emitted += 500;
    t->events.written += 500;
}

static void make(struct stage *s, const struct screen *screen, int h)
{
    memset(s, 0, sizeof *s);
    acd_test_model_init(&s->m);
    struct acd_server *server = acd_test_model_proxy(&s->m);
    acd_test_model_renew(&s->m);
    assert_int_equal(acd_finder_init(&s->finder, &s->m.ui, &s->m.fleet), 0);
    s->m.ui.page = h > 4 ? (size_t)h - 3 : 1;
    s->numbers.source = (struct acd_histogram_source){add_histogram, &s->m.source};
    chatted = false;
    s->act = (struct acd_act){.ui = &s->m.ui,
                              .fleet = &s->m.fleet,
                              .digest = &s->m.digest,
                              .finder = &s->finder,
                              .numbers = &s->numbers};
    play(s, screen->keys);
    acd_test_model_logs(&s->m, server, screen->later, 1);
    s->m.ui.now_ns += 72 * ACD_TEST_SECOND;
    count_more(&server->totals);
    chatted = true;
    settle(s);
    assert_int_equal(acd_numbers_renew(&s->numbers, &s->m.digest, &s->m.ui, &s->m.fleet,
                                       acd_finder_request(&s->finder)),
                     0);
}

static void strike(struct stage *s)
{
    acd_finder_fini(&s->finder);
    acd_numbers_fini(&s->numbers);
    acd_test_model_fini(&s->m);
}

static void draw(struct stage *s, struct acd_grid *grid, int w, int h)
{
    const struct acd_scene scene = acd_test_scene_of(&s->m);
    assert_int_equal(acd_grid_init(grid, w, h, ACD_GLYPHS_ASCII), 0);
    acd_view_draw(grid, &scene);
}

static void screens_look_as_they_did(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(screens); i++) {
        for (size_t k = 0; k < ACD_TEST_SIZES; k++) {
            struct stage s;
            struct acd_grid grid;
            make(&s, &screens[i], acd_test_sizes[k].h);
            draw(&s, &grid, acd_test_sizes[k].w, acd_test_sizes[k].h);
            acd_golden_compare(screens[i].name, &grid);
            acd_grid_fini(&grid);
            strike(&s);
        }
    }
}

/* How many cells of the grid have a style. */
static unsigned cells_of(const struct acd_grid *grid, enum acd_style style, int y)
{
    unsigned count = 0;
    for (int x = 0; x < grid->w; x++)
        count += acd_grid_at(grid, x, y)->style == style;
    return count;
}

/* The row of the grid that begins with `text` in column `x`; -1 none. */
static int row_of(const struct acd_grid *grid, const char *text)
{
    static char dump[200000];
    char *rest = dump;
    acd_grid_dump(grid, dump, sizeof dump);
    for (int y = 0; y < grid->h; y++)
        if (strstr(strsep(&rest, "\n"), text))
            return y;
    return -1;
}

static void what_was_found_stands_out(void **state)
{
    (void)state;
    struct stage s;
    struct acd_grid grid;
    const struct screen found = {"", "e / 'model_loaded' Enter", 0};
    make(&s, &found, 24);
    draw(&s, &grid, 80, 24);
    int y = row_of(&grid, "@ model_loaded");
    assert_true(y > 0);
    assert_int_equal(cells_of(&grid, ACD_STYLE_MATCH, y), strlen("model_loaded"));
    assert_true(cells_of(&grid, ACD_STYLE_SELECTED, y) > 40);
    assert_int_equal(cells_of(&grid, ACD_STYLE_SELECTED, y - 1), 0);
    acd_grid_fini(&grid);
    strike(&s);
}

static void context_is_dim_and_matches_are_not(void **state)
{
    (void)state;
    struct stage s;
    struct acd_grid grid;
    const struct screen context = {"", "e \\ 'kind:cache' Enter &", 0};
    make(&s, &context, 24);
    draw(&s, &grid, 80, 24);
    int match = row_of(&grid, "miss prompt"), around = row_of(&grid, "@ model_loaded");
    assert_true(match > 0 && around == match + 1);
    assert_int_equal(cells_of(&grid, ACD_STYLE_MATCH, match), strlen("cache"));
    unsigned normal = cells_of(&grid, ACD_STYLE_NORMAL, around);
    assert_int_equal(normal + cells_of(&grid, ACD_STYLE_DIM, around), 80);
    assert_true(normal <= 1); /* the margin */
    acd_grid_fini(&grid);
    strike(&s);
}

static void sorting_a_paused_picture_keeps_its_numbers(void **state)
{
    (void)state;
    struct stage s;
    const struct screen paused = {"", "Space", 0};
    make(&s, &paused, 24);
    uint64_t before = s.m.digest.timer[0].count;
    s.m.fleet.server[0]->totals.timer[0].timing.count += 100;
    s.m.ui.order[ACD_ORDER_TIMERS] = (struct acd_order){ACD_ORDER_FOUND, false};
    play(&s, "s S"); /* by name, from the end */
    assert_string_equal(s.m.digest.timer[0].name, "embed");
    assert_int_equal(s.m.digest.timer[1].count, before);
    strike(&s);
}

static void check_sizes(const struct screen *screen, int step)
{
    struct stage s;
    struct acd_grid grid;
    struct acd_test_size size = {0, 0};
    make(&s, screen, 24);
    const struct acd_scene scene = acd_test_scene_of(&s.m);
    assert_int_equal(acd_grid_init(&grid, 1, 1, ACD_GLYPHS_ASCII), 0);
    while (acd_layout_next_size(&size)) {
        if ((size.w + size.h) % step != 0)
            continue;
        assert_int_equal(acd_grid_resize(&grid, size.w, size.h), 0);
        const char *fault = acd_layout_draw(&grid, &scene);
        if (fault)
            fail_msg("%s %s", screen->name, fault);
        if (s.m.ui.prompt != ACD_PROMPT_NONE && size.w >= ACD_VIEW_MIN_WIDTH &&
            size.h >= ACD_VIEW_MIN_HEIGHT && !acd_layout_has_focus(&grid))
            fail_msg("%s %dx%d shows no cursor", screen->name, size.w, size.h);
    }
    acd_grid_fini(&grid);
    strike(&s);
}

/* What is typed at all of them, what came of it at every seventh. */
static void at_every_size_nothing_overlaps_and_the_cursor_shows(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(screens); i++)
        check_sizes(&screens[i], strcmp(screens[i].name, "filter-fault") == 0 ? 1 : 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(screens_look_as_they_did),
        cmocka_unit_test(what_was_found_stands_out),
        cmocka_unit_test(context_is_dim_and_matches_are_not),
        cmocka_unit_test(sorting_a_paused_picture_keeps_its_numbers),
        cmocka_unit_test(at_every_size_nothing_overlaps_and_the_cursor_shows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
