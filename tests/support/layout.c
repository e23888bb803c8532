/* SPDX-License-Identifier: MIT */
/* Watching what views draw, see layout.h: each call is compared with what stood in its cells before. */
#include "config.h"

#include "tests/support/layout.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The linker names them: the one is called instead of acd_grid_text(), the other is it. */
#define WATCHED(result, name, ...)                                                                 \
    result __real_acd_grid_##name(__VA_ARGS__);                                                    \
    result __wrap_acd_grid_##name(__VA_ARGS__);                                                    \
    result __wrap_acd_grid_##name(__VA_ARGS__)

static struct {
    bool on;
    char fault[300];
    struct acd_grid_cell before[ACD_GRID_WIDTH_MAX];
} watch;

/* ---------------------------------------------------------------- a call */

/* Blanks, and lines on which titles stand, may be drawn over. */
static bool is_ink(const struct acd_grid_cell *cell)
{
    char text[ACD_PIECE_SIZE + 1] = "";
    memcpy(text, cell->text, cell->len);
    if (cell->style == ACD_STYLE_BORDER && (strcmp(text, "-") == 0 || strcmp(text, "\u2500") == 0))
        return false;
    return cell->len > 0 && strcmp(text, " ") != 0;
}

/* The part of a rectangle's first row that is on the grid. */
static struct acd_rect on_grid(const struct acd_grid *grid, struct acd_rect at)
{
    at.h = at.h > 0;
    return acd_grid_intersect(at, acd_grid_rect(grid));
}

static void look(const struct acd_grid *grid, struct acd_rect at)
{
    struct acd_rect part = on_grid(grid, at);
    if (watch.on && part.w > 0 && part.h > 0)
        memcpy(watch.before, acd_grid_at(grid, part.x, part.y),
               (size_t)part.w * sizeof watch.before[0]);
}

static void complain(const struct acd_grid *grid, struct acd_rect at, const char *what,
                     const char *text)
{
    if (!watch.fault[0])
        snprintf(watch.fault, sizeof watch.fault, "%dx%d at %d,%d: \"%.60s\" %s", grid->w, grid->h,
                 at.x, at.y, text, what);
}

static void compare(const struct acd_grid *grid, struct acd_rect at, const char *text)
{
    struct acd_rect part = on_grid(grid, at);
    for (int i = 0; i < part.w && part.h > 0; i++) {
        const struct acd_grid_cell *now = acd_grid_at(grid, part.x + i, part.y);
        const struct acd_grid_cell *old = &watch.before[i];
        if (is_ink(old) && (now->len != old->len || memcmp(now->text, old->text, now->len) != 0))
            complain(grid, (struct acd_rect){part.x + i, part.y, 1, 1}, "lies over another", text);
    }
}

/* Digits with what numbers have in them and behind them: 1.8k/2.0k, 97%, 1,204, 220ms. */
static bool is_number(const char *text)
{
    return isdigit((unsigned char)text[0]) &&
           text[strspn(text, "0123456789.,/%kMGTiBnusmhd+")] == 0;
}

static bool is_digit(const struct acd_grid *grid, int x, int y)
{
    if (x < 0 || x >= grid->w)
        return false;
    const struct acd_grid_cell *cell = acd_grid_at(grid, x, y);
    return cell->len == 1 && isdigit((unsigned char)cell->text[0]);
}

/* Two numbers that touch are a third one. */
static void look_beside(const struct acd_grid *grid, struct acd_rect at, int taken,
                        const char *text)
{
    int end = at.x + taken;
    if (taken < 1 || at.y < 0 || at.y >= grid->h)
        return;
    if ((is_digit(grid, at.x - 1, at.y) && is_digit(grid, at.x, at.y)) ||
        (is_digit(grid, end - 1, at.y) && is_digit(grid, end, at.y)))
        complain(grid, at, "touches another number", text);
}

/* `taken` columns of `at` were drawn. */
static void judge(const struct acd_grid *grid, struct acd_rect at, int taken, const char *text)
{
    const struct acd_rect drawn = {at.x, at.y, taken, 1};
    if (!watch.on || taken < 1)
        return;
    if (acd_grid_intersect(drawn, grid->clip).w != taken)
        complain(grid, at, "leaves its part of the screen", text);
    compare(grid, at, text);
    if (is_number(text) &&
        acd_text_width(text, strlen(text), grid->text_flags, SIZE_MAX) > (size_t)taken)
        complain(grid, at, "is a number and was cut", text);
}

/* ---------------------------------------------------------------- the calls */

WATCHED(int, textn, struct acd_grid *grid, struct acd_rect at, enum acd_style style,
        const char *text, size_t len)
{
    char whole[64];
    look(grid, at);
    int taken = __real_acd_grid_textn(grid, at, style, text, len);
    /* Of a text that is drawn in pieces, a piece is no number. */
    snprintf(whole, sizeof whole, " %.*s", (int)(len < 60 ? len : 60), text);
    judge(grid, at, taken, whole);
    return taken;
}

WATCHED(int, text, struct acd_grid *grid, struct acd_rect at, enum acd_style style,
        const char *text)
{
    look(grid, at);
    int taken = __real_acd_grid_text(grid, at, style, text);
    judge(grid, at, taken, text);
    look_beside(grid, at, taken, text);
    return taken;
}

WATCHED(int, text_right, struct acd_grid *grid, struct acd_rect at, enum acd_style style,
        const char *text)
{
    look(grid, at);
    int taken = __real_acd_grid_text_right(grid, at, style, text);
    judge(grid, at, taken, text);
    at.x += at.w - taken;
    look_beside(grid, at, taken, text);
    return taken;
}

int __wrap_acd_grid_printf(struct acd_grid *grid, struct acd_rect at, enum acd_style style,
                           const char *format, ...) __attribute__((format(printf, 4, 5)));
int __wrap_acd_grid_printf(struct acd_grid *grid, struct acd_rect at, enum acd_style style,
                           const char *format, ...)
{
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    int len = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return len < 0 ? 0 : __wrap_acd_grid_text(grid, at, style, text);
}

WATCHED(void, append, struct acd_grid *grid, struct acd_rect *at, enum acd_style style,
        const char *text)
{
    struct acd_rect before = *at;
    look(grid, before);
    __real_acd_grid_append(grid, at, style, text);
    judge(grid, before, at->x - before.x, text);
}

WATCHED(bool, append_whole, struct acd_grid *grid, struct acd_rect *at, enum acd_style style,
        const char *text)
{
    struct acd_rect before = *at;
    look(grid, before);
    bool fits = __real_acd_grid_append_whole(grid, at, style, text);
    judge(grid, before, at->x - before.x, text);
    return fits;
}

WATCHED(void, glyph, struct acd_grid *grid, int x, int y, enum acd_style style, uint32_t cp)
{
    const struct acd_rect at = {x, y, 1, 1};
    look(grid, at);
    __real_acd_grid_glyph(grid, x, y, style, cp);
    judge(grid, at, 1, "a glyph");
}

WATCHED(void, hline, struct acd_grid *grid, struct acd_rect at, enum acd_style style)
{
    look(grid, at);
    __real_acd_grid_hline(grid, at, style);
    judge(grid, at, at.h > 0 ? at.w : 0, "a line");
}

/* ---------------------------------------------------------------- the picture */

const char *acd_layout_watch(struct acd_grid *grid, void (*draw)(struct acd_grid *, const void *),
                             const void *context)
{
    watch.fault[0] = '\0';
    watch.on = true;
    draw(grid, context);
    watch.on = false;
    return watch.fault[0] ? watch.fault : NULL;
}

static void draw_scene(struct acd_grid *grid, const void *scene)
{
    acd_view_draw(grid, scene);
}

const char *acd_layout_draw(struct acd_grid *grid, const struct acd_scene *scene)
{
    return acd_layout_watch(grid, draw_scene, scene);
}

bool acd_layout_next_size(struct acd_test_size *size)
{
    const bool all = getenv("ACD_TEST_ALL") != NULL;
    const bool small = all || (size->w < 100 && size->h <= 60);
    if (size->h == 0)
        *size = (struct acd_test_size){1, 1};
    else if (size->w < 300)
        size->w += small ? 1 : size->w + 25 < 300 ? 25 : 300 - size->w;
    else if (size->h < 120)
        *size = (struct acd_test_size){1, size->h + (all || size->h < 60 ? 1 : 5)};
    else
        return false;
    return true;
}

bool acd_layout_has_focus(const struct acd_grid *grid)
{
    for (int y = 1; y < grid->h; y++) {
        const struct acd_grid_cell *first = acd_grid_at(grid, 0, y);
        if (first->len == 1 && first->text[0] == '>')
            return true;
        for (int x = 0; x < grid->w; x++)
            if (acd_grid_at(grid, x, y)->style == ACD_STYLE_SELECTED)
                return true;
    }
    return false;
}
