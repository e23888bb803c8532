/* SPDX-License-Identifier: MIT */
/* Scrolling: the selected row is always on the screen. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tui/view/list.h"

static void assert_list(const struct acd_list *list, size_t top, size_t selected)
{
    assert_int_equal(list->top, top);
    assert_int_equal(list->selected, selected);
}

static struct acd_list make(size_t count, size_t height)
{
    struct acd_list list = {0};

    acd_list_update(&list, count, height);
    return list;
}

static void moving_scrolls_only_at_the_edges(void **state)
{
    struct acd_list list = make(20, 5);

    (void)state;
    acd_list_move(&list, 4);
    assert_list(&list, 0, 4);
    acd_list_move(&list, 1);
    assert_list(&list, 1, 5);
    acd_list_move(&list, -4);
    assert_list(&list, 1, 1);
    acd_list_move(&list, -1);
    assert_list(&list, 0, 0);
    acd_list_move(&list, PTRDIFF_MIN);
    assert_list(&list, 0, 0);
    acd_list_move(&list, PTRDIFF_MAX);
    assert_list(&list, 15, 19);
}

static void pages_keep_one_row_and_the_place_on_the_screen(void **state)
{
    struct acd_list list = make(20, 5);

    (void)state;
    acd_list_select(&list, 2);
    acd_list_page(&list, 1);
    assert_list(&list, 4, 6);
    acd_list_half_page(&list, 1);
    assert_list(&list, 6, 8);
    acd_list_page(&list, -1);
    assert_list(&list, 2, 4);
    acd_list_page(&list, 100);
    assert_list(&list, 15, 19);
    acd_list_page(&list, -100);
    assert_list(&list, 0, 0);
}

static void home_and_end_go_to_the_ends(void **state)
{
    struct acd_list list = make(20, 5);

    (void)state;
    acd_list_end(&list, false);
    assert_list(&list, 15, 19);
    acd_list_home(&list);
    assert_list(&list, 0, 0);
}

static void following_stays_on_the_last_row_until_left(void **state)
{
    struct acd_list list = make(20, 5);

    (void)state;
    acd_list_end(&list, true);
    acd_list_update(&list, 30, 5);
    assert_list(&list, 25, 29);
    acd_list_move(&list, 1);
    assert_true(list.follow);
    acd_list_move(&list, -1);
    assert_false(list.follow);
    acd_list_update(&list, 40, 5);
    assert_list(&list, 25, 28);
}

static void shrinking_keeps_the_selection_inside(void **state)
{
    struct acd_list list = make(20, 5);

    (void)state;
    acd_list_end(&list, false);
    acd_list_update(&list, 7, 5);
    assert_list(&list, 2, 6);
    acd_list_update(&list, 7, 2);
    assert_list(&list, 5, 6);
    acd_list_update(&list, 7, 50);
    assert_list(&list, 0, 6);
    acd_list_update(&list, 0, 50);
    assert_list(&list, 0, 0);
}

static void dropping_rows_in_front_keeps_the_same_row(void **state)
{
    struct acd_list list = make(20, 5);

    (void)state;
    acd_list_select(&list, 10);
    assert_list(&list, 6, 10);
    acd_list_drop(&list, 4);
    assert_list(&list, 2, 6);
    acd_list_drop(&list, 9);
    assert_list(&list, 0, 0);
    assert_int_equal(list.count, 7);
    acd_list_drop(&list, 100);
    assert_int_equal(list.count, 0);
}

static void empty_lists_and_windows_do_no_harm(void **state)
{
    struct acd_list list = make(0, 0);

    (void)state;
    acd_list_move(&list, 3);
    acd_list_page(&list, -2);
    acd_list_half_page(&list, 2);
    acd_list_end(&list, true);
    acd_list_select(&list, 9);
    assert_list(&list, 0, 0);
    acd_list_update(&list, 3, 0);
    assert_list(&list, 2, 2);
    acd_list_move(&list, -1);
    assert_list(&list, 1, 1);
}

static void selection_is_visible_whatever_happens(void **state)
{
    struct acd_list list = {0};
    uint32_t seed = 3;

    (void)state;
    for (int round = 0; round < 100000; round++) {
        seed = seed * 1664525u + 1013904223u;
        uint32_t r = seed >> 8;
        switch (r % 8) {
        case 0: acd_list_update(&list, r / 8 % 40, r / 512 % 12); break;
        case 1: acd_list_move(&list, (ptrdiff_t)(r / 8 % 9) - 4); break;
        case 2: acd_list_page(&list, (int)(r / 8 % 5) - 2); break;
        case 3: acd_list_half_page(&list, (int)(r / 8 % 5) - 2); break;
        case 4: acd_list_home(&list); break;
        case 5: acd_list_end(&list, r & 8); break;
        case 6: acd_list_drop(&list, r / 8 % 5); break;
        default: acd_list_select(&list, r / 8 % 50); break;
        }
        assert_true(list.selected < list.count || (list.count == 0 && list.selected == 0));
        assert_true(list.top <= list.selected);
        assert_true(list.selected - list.top < (list.height > 0 ? list.height : 1));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moving_scrolls_only_at_the_edges),
        cmocka_unit_test(pages_keep_one_row_and_the_place_on_the_screen),
        cmocka_unit_test(home_and_end_go_to_the_ends),
        cmocka_unit_test(following_stays_on_the_last_row_until_left),
        cmocka_unit_test(shrinking_keeps_the_selection_inside),
        cmocka_unit_test(dropping_rows_in_front_keeps_the_same_row),
        cmocka_unit_test(empty_lists_and_windows_do_no_harm),
        cmocka_unit_test(selection_is_visible_whatever_happens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
