/* SPDX-License-Identifier: MIT */
/* tui/app/statusline: one line, true and harmless. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/model.h"
#include "tui/app/statusline.h"

static char line[512];

static const char *line_of(struct acd_test_model *m)
{
    acd_test_model_renew(m);
    acd_statusline_write(line, sizeof line, &m->fleet, &m->digest);
    return line;
}

static void it_tells_of_the_busiest_cache_and_the_slowest_timer(void **state)
{
    (void)state;
    struct acd_test_model m;
    acd_test_model_init(&m);
    acd_test_model_proxy(&m);
    assert_string_equal(line_of(&m), "llm-proxy L2 | prompt 91% req 93% tok | "
                                     "chat_completion p95 4.1s run 3 | errors 14");
    acd_test_model_fini(&m);
}

static void several_servers_are_counted_and_added(void **state)
{
    (void)state;
    struct acd_test_model m;
    acd_test_model_init(&m);
    acd_test_model_proxy(&m);
    struct acd_server *second = acd_test_model_proxy(&m);
    second->control.levels = acd_levels_all(3);
    second->totals.events.dropped = 7;
    m.ui.selection = (struct acd_selection){ACD_SELECT_ALL, 0};
    acd_server_set_liveness(second, ACD_LIVENESS_DEAD, ACD_TEST_NOW);
    assert_string_equal(line_of(&m), "2 servers L2+ 1 dead | prompt 91% req 93% tok | "
                                     "chat_completion p95 4.1s run 6 | errors 28 | dropped 7");
    acd_test_model_fini(&m);
}

static void nothing_is_no_number(void **state)
{
    (void)state;
    struct acd_test_model m;
    acd_test_model_init(&m);
    assert_string_equal(line_of(&m), "no server");
    struct acd_server *s = acd_test_model_server(&m, "new", 1);
    s->totals.cache = calloc(1, sizeof s->totals.cache[0]);
    s->totals.cache_count = s->totals.cache_room = 1;
    strcpy(s->totals.cache[0].type, "prompt");
    assert_string_equal(line_of(&m), "new L2 | prompt - req - tok");
    acd_test_model_fini(&m);
}

static void names_cannot_command_a_prompt(void **state)
{
    (void)state;
    struct acd_test_model m;
    acd_test_model_init(&m);
    acd_test_model_server(&m, "#[fg=red]$(id)`id`%n\033[1m", 1);
    assert_null(strpbrk(line_of(&m), "#$`%\\\033"));
    acd_test_model_fini(&m);
}

static void a_small_buffer_holds_what_fits(void **state)
{
    (void)state;
    struct acd_test_model m;
    acd_test_model_init(&m);
    acd_test_model_proxy(&m);
    acd_test_model_renew(&m);
    char small[12];
    acd_statusline_write(small, sizeof small, &m.fleet, &m.digest);
    assert_string_equal(small, "llm-proxy L");
    acd_test_model_fini(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_tells_of_the_busiest_cache_and_the_slowest_timer),
        cmocka_unit_test(several_servers_are_counted_and_added),
        cmocka_unit_test(nothing_is_no_number),
        cmocka_unit_test(names_cannot_command_a_prompt),
        cmocka_unit_test(a_small_buffer_holds_what_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
