/* SPDX-License-Identifier: MIT */
/* Bytes as lines: every byte once, whatever the reads, and a bound on what is kept. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "emitter/tools/lines.h"

/* All pieces, each with a mark behind it: | a line, + a piece of a long one, ! its last. */
struct heard {
    char text[4096];
    size_t used;
};

static void hear(void *context, const struct acd_lines_piece *piece)
{
    struct heard *h = context;
    memcpy(h->text + h->used, piece->text, piece->bytes);
    h->used += piece->bytes;
    h->text[h->used++] = !piece->too_long ? '|' : piece->ends_line ? '!' : '+';
    h->text[h->used] = '\0';
}

static void feed_in_steps(struct heard *h, const char *text, size_t most, size_t step)
{
    struct acd_lines lines = {.most = most};
    size_t bytes = strlen(text);
    *h = (struct heard){.used = 0};
    for (size_t at = 0; at < bytes; at += step)
        acd_lines_feed(&lines, text + at, bytes - at < step ? bytes - at : step, hear, h);
    acd_lines_end(&lines, hear, h);
    acd_lines_fini(&lines);
}

static void lines_are_the_same_however_the_reads_cut_them(void **state)
{
    struct heard h;
    (void)state;
    for (size_t step = 1; step < 24; step++) {
        feed_in_steps(&h, "one\n\ntwo words\r\nlast", 100, step);
        assert_string_equal(h.text, "one\n|\n|two words\r\n|last|");
    }
}

static void a_line_as_long_as_the_limit_is_whole(void **state)
{
    struct heard h;
    (void)state;
    for (size_t step = 1; step < 12; step++) {
        feed_in_steps(&h, "12345\n12345", 5, step);
        assert_string_equal(h.text, "12345\n|12345|");
    }
}

/* What remains of the pieces without their marks. */
static void without_marks(struct heard *h)
{
    size_t n = 0;
    for (size_t i = 0; i < h->used; i++)
        if (!strchr("+!|", h->text[i]))
            h->text[n++] = h->text[i];
    h->text[n] = '\0';
}

static void a_longer_line_comes_in_pieces_and_whole(void **state)
{
    struct heard h;
    (void)state;
    for (size_t step = 1; step < 24; step++) {
        feed_in_steps(&h, "123456\nshort\nabcdefghij", 5, step);
        assert_non_null(strstr(h.text, "!short\n|"));
        assert_int_equal(h.text[h.used - 1], '!');
        without_marks(&h);
        assert_string_equal(h.text, "123456\nshort\nabcdefghij");
    }
}

static void an_end_without_text_is_no_line(void **state)
{
    struct heard h;
    (void)state;
    feed_in_steps(&h, "", 5, 1);
    assert_string_equal(h.text, "");
    feed_in_steps(&h, "a\n", 5, 1);
    assert_string_equal(h.text, "a\n|");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_the_same_however_the_reads_cut_them),
        cmocka_unit_test(a_line_as_long_as_the_limit_is_whole),
        cmocka_unit_test(a_longer_line_comes_in_pieces_and_whole),
        cmocka_unit_test(an_end_without_text_is_no_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
