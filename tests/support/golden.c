/* SPDX-License-Identifier: MIT */
/* Golden screens, see golden.h. */
#include "config.h"

#include "tests/support/golden.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FILE_MOST (1 << 18)

static void path_of(char *out, size_t size, const char *name, const struct acd_grid *grid)
{
    const char *srcdir = getenv("srcdir");
    snprintf(out, size, "%s/tests/screen/golden/%s-%dx%d%s.txt", srcdir ? srcdir : ".", name,
             grid->w, grid->h, grid->glyphs == ACD_GLYPHS_ASCII ? "" : "-utf8");
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static char *read_file(const char *path)
{
    FILE *file = fopen(path, "r");
    if (!file)
        return NULL;
    char *text = calloc(1, FILE_MOST);
    assert_non_null(text);
    size_t n = fread(text, 1, FILE_MOST - 1, file);
    text[n] = '\0';
    fclose(file);
    return text;
}

void acd_golden_compare(const char *name, const struct acd_grid *grid)
{
    static char drawn[FILE_MOST];
    char path[300];
    const char *mode = getenv("ACD_GOLDEN");
    assert_true(acd_grid_dump(grid, drawn, sizeof drawn) < sizeof drawn);
    path_of(path, sizeof path, name, grid);
    if (mode && strcmp(mode, "write") == 0) {
        write_file(path, drawn);
        return;
    }
    char *golden = read_file(path);
    bool same = golden && strcmp(golden, drawn) == 0;
    free(golden);
    if (!same) {
        print_message("%s differs; drawn was:\n%s", path, drawn);
        fail();
    }
}
