/* SPDX-License-Identifier: MIT */
/*
 * Rings of every format version that was ever released read as they did then.  The rings stand in
 * tests/support/rings as text (ringhex.h), beside what the reader makes of them.  With ACD_REGENERATE=1
 * the expected texts are written anew: read the difference.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>

#include "tests/support/ringdump.h"
#include "tests/support/ringhex.h"
#include "tests/support/scratch.h"

static void path_of(char ret_path[512], const char *name, const char *ending)
{
    const char *top = getenv("top_srcdir");
    snprintf(ret_path, 512, "%s/tests/support/rings/%s.%s", top ? top : ".", name, ending);
}

/* The first line that differs, so that a failure can be read. */
static void assert_same_lines(const char *name, const char *given, const char *wanted)
{
    for (int line = 1; *given || *wanted; line++) {
        size_t g = strcspn(given, "\n"), w = strcspn(wanted, "\n");
        if (g != w || memcmp(given, wanted, g) != 0)
            fail_msg("%s, line %d:\n  given  %.*s\n  wanted %.*s", name, line, (int)g, given,
                     (int)w, wanted);
        given += g + (given[g] == '\n');
        wanted += w + (wanted[w] == '\n');
    }
}

static char *dump_of(const char *name)
{
    struct acd_scratch dir;
    struct acd_ringmap *ring;
    struct acd_problem why;
    char hex[512], path[256], *text = NULL;
    size_t bytes;
    acd_scratch_make(&dir);
    path_of(hex, name, "hex");
    snprintf(path, sizeof path, "%s/%s.acr", dir.path, name);
    acd_ringhex_unpack(hex, path);
    if (acd_ringmap_open(&ring, AT_FDCWD, path, 0, &why) < 0)
        fail_msg("%s", why.text);
    FILE *f = open_memstream(&text, &bytes);
    assert_non_null(f);
    acd_ringdump(f, ring);
    fclose(f);
    acd_ringmap_close(ring);
    acd_scratch_remove(&dir);
    return text;
}

static void check(const char *name)
{
    char path[512], *given = dump_of(name);
    path_of(path, name, "txt");
    if (getenv("ACD_REGENERATE")) {
        FILE *f = fopen(path, "w");
        assert_non_null(f);
        fputs(given, f);
        assert_int_equal(fclose(f), 0);
    }
    char *wanted = acd_scratch_read(path, NULL);
    assert_same_lines(name, given, wanted);
    free(wanted);
    free(given);
}

static void a_ring_made_by_hand_reads_as_format_1_0_says(void **state)
{
    (void)state;
    check("built-1.0");
}

static void a_ring_of_the_emitter_of_format_1_0_reads_the_same_for_ever(void **state)
{
    (void)state;
    check("emitter-1.0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ring_made_by_hand_reads_as_format_1_0_says),
        cmocka_unit_test(a_ring_of_the_emitter_of_format_1_0_reads_the_same_for_ever),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
