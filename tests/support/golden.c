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
#define PATH_MOST 400

static void path_of(char *out, const char *name, const struct acd_grid *grid, const char *ending)
{
    const char *srcdir = getenv("srcdir");
    snprintf(out, PATH_MOST, "%s/tests/screen/golden/%s-%dx%d%s.%s", srcdir ? srcdir : ".", name,
             grid->w, grid->h, grid->glyphs == ACD_GLYPHS_ASCII ? "" : "-utf8", ending);
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

static void compare(const char *path, const char *drawn)
{
    const char *mode = getenv("ACD_GOLDEN");
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

/* ---------------------------------------------------------------- painted */

static void put(char *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void put(char *out, const char *format, ...)
{
    size_t used = strlen(out);
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(out + used, FILE_MOST - used, format, arguments);
    va_end(arguments);
    assert_true(n >= 0 && (size_t)n < FILE_MOST - used);
}

static void put_paint(char *out, struct acd_paint paint)
{
    static const struct {
        unsigned attribute;
        const char *code;
    } codes[] = {{ACD_ATTR_BOLD, ";1"},
                 {ACD_ATTR_DIM, ";2"},
                 {ACD_ATTR_UNDERLINE, ";4"},
                 {ACD_ATTR_REVERSE, ";7"}};
    put(out, "\033[0");
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (paint.attrs & codes[i].attribute)
            put(out, "%s", codes[i].code);
    if (paint.fg >= 0)
        put(out, ";38;5;%d", paint.fg);
    if (paint.bg >= 0)
        put(out, ";48;5;%d", paint.bg);
    put(out, "m");
}

static void paint(char *out, const struct acd_grid *grid, const struct acd_theme *theme)
{
    out[0] = '\0';
    for (int y = 0; y < grid->h; y++) {
        int style = -1;
        for (int x = 0; x < grid->w; x++) {
            const struct acd_grid_cell *cell = acd_grid_at(grid, x, y);
            if (cell->len > 0 && cell->style != style)
                put_paint(out, acd_style_paint(theme, cell->style, 256));
            style = cell->len > 0 ? cell->style : style;
            put(out, "%.*s", cell->len, cell->text);
        }
        put(out, "\033[0m\n");
    }
}

static void compare_painted(const char *name, const struct acd_grid *grid)
{
    static char painted[FILE_MOST];
    const struct acd_theme *theme;
    for (size_t i = 0; (theme = acd_style_theme_at(i)); i++) {
        char path[PATH_MOST], ending[40];
        snprintf(ending, sizeof ending, "%s.ansi", acd_style_theme_name(theme));
        path_of(path, name, grid, ending);
        FILE *file = fopen(path, "r");
        if (!file)
            continue;
        fclose(file);
        paint(painted, grid, theme);
        compare(path, painted);
    }
}

void acd_golden_compare(const char *name, const struct acd_grid *grid)
{
    static char drawn[FILE_MOST];
    char path[PATH_MOST];
    assert_true(acd_grid_dump(grid, drawn, sizeof drawn) < sizeof drawn);
    path_of(path, name, grid, "txt");
    compare(path, drawn);
    compare_painted(name, grid);
}

/* ---------------------------------------------------------------- pairs */

typedef size_t dumper(const struct acd_grid *grid, char *out, size_t size);

static char *dump_of(const struct acd_grid *grid, dumper *of)
{
    char *text = calloc(1, FILE_MOST);
    assert_non_null(text);
    assert_true(of(grid, text, FILE_MOST) < FILE_MOST);
    return text;
}

/* The rows of `now` that differ from those of `before`, with their numbers. */
static void put_differences(char *out, const char *before, const char *now)
{
    for (int row = 1; *now; row++) {
        size_t b = strcspn(before, "\n"), n = strcspn(now, "\n");
        if (b != n || memcmp(before, now, n) != 0)
            put(out, "%3d %.*s\n", row, (int)n, now);
        before += b + (before[b] == '\n');
        now += n + (now[n] == '\n');
    }
}

static void put_layers(char *out, const struct acd_golden_pair *pair, dumper *of, const char *what)
{
    char *utf8 = dump_of(pair->utf8, of), *ascii = dump_of(pair->ascii, of);
    put(out, "== %s\n%s== %s in the C locale, where it differs\n", what, utf8, what);
    put_differences(out, utf8, ascii);
    free(utf8);
    free(ascii);
}

static void put_look(char *out, struct acd_paint paint)
{
    char text[80] = "";
    static const char *const names[] = {"bold ", "dim ", "underline ", "reverse "};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (paint.attrs & 1u << i)
            strcat(text, names[i]);
    if (paint.fg >= 0)
        snprintf(text + strlen(text), 20, "%d ", paint.fg);
    if (paint.bg >= 0)
        snprintf(text + strlen(text), 20, "on %d ", paint.bg);
    put(out, "  %-16s", text[0] ? text : "plain");
}

static bool uses(const struct acd_grid *grid, enum acd_style style)
{
    for (int y = 0; y < grid->h; y++)
        for (int x = 0; x < grid->w; x++)
            if (acd_grid_at(grid, x, y)->style == style)
                return true;
    return false;
}

static void put_legend(char *out, const struct acd_golden_pair *pair)
{
    const struct acd_theme *theme = acd_style_theme_at(0);
    put(out, "== styles             256 colours       NO_COLOR\n");
    for (unsigned i = 0; i < ACD_STYLE_COUNT; i++) {
        const enum acd_style style = (enum acd_style)i;
        if (!uses(pair->utf8, style) && !uses(pair->ascii, style))
            continue;
        put(out, "%c %-18s", acd_style_letter(style), acd_style_name(style));
        put_look(out, acd_style_paint(theme, style, 256));
        put_look(out, acd_style_paint(theme, style, 0));
        while (out[strlen(out) - 1] == ' ')
            out[strlen(out) - 1] = '\0';
        put(out, "\n");
    }
}

/* To be freed. */
static char *text_of(const struct acd_golden_pair *pair)
{
    char *text = calloc(1, FILE_MOST);
    assert_non_null(text);
    put_layers(text, pair, acd_grid_dump, "text");
    put_layers(text, pair, acd_grid_dump_styles, "style");
    put_legend(text, pair);
    return text;
}

static void path_of_pair(char *out, const char *name, const struct acd_golden_pair *pair)
{
    path_of(out, name, pair->ascii, "screen");
}

void acd_golden_compare_pair(const char *name, const struct acd_golden_pair *pair)
{
    char path[PATH_MOST], *drawn = text_of(pair);
    path_of_pair(path, name, pair);
    compare(path, drawn);
    free(drawn);
}

bool acd_golden_is_pair(const char *name, const struct acd_golden_pair *pair)
{
    char path[PATH_MOST], *drawn = text_of(pair);
    path_of_pair(path, name, pair);
    char *golden = read_file(path);
    bool same = golden && strcmp(golden, drawn) == 0;
    free(golden);
    free(drawn);
    return same;
}
