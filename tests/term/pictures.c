/* SPDX-License-Identifier: MIT */
/*
 * Draws pictures at random on the terminal that is its standard input and output, one for each line
 * of orders that it gets: "draw", "redraw", "resize", "suspend", "theme NAME". After each it says on
 * the other descriptor what the glass must show: sizes, paints of the styles, text, styles. Behind
 * the picture's bytes goes a title, so that the reader knows when it has them all.
 *
 *   pictures SEED ORDERS_FD ANSWERS_FD COLOURS
 */
#include "config.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tui/term/screen.h"
#include "tui/term/scroll.h"

struct state {
    struct acd_screen *screen;
    struct acd_grid grid;
    const struct acd_theme *theme;
    uint32_t seed;
    int pictures;
};

static uint32_t next_random(struct state *s, uint32_t below)
{
    s->seed = s->seed * 1664525u + 1013904223u;
    return (s->seed >> 8) % below;
}

static struct acd_rect random_rect(struct state *s)
{
    return (struct acd_rect){
        .x = (int)next_random(s, (uint32_t)s->grid.w + 4) - 3,
        .y = (int)next_random(s, (uint32_t)s->grid.h),
        .w = (int)next_random(s, (uint32_t)s->grid.w) + 1,
        .h = (int)next_random(s, 3) + 1,
    };
}

/* Lines move up, as those of a list do, and others come in. */
static void scroll(struct state *s)
{
    struct acd_scroll scroll = {.top = (int)next_random(s, (uint32_t)s->grid.h)};
    int rows = s->grid.h - scroll.top;

    scroll.bottom = scroll.top + (int)next_random(s, (uint32_t)rows);
    scroll.rows = 1 + (int)next_random(s, (uint32_t)(scroll.bottom - scroll.top + 1));
    acd_scroll_apply(&s->grid, scroll, ACD_STYLE_NORMAL);
    for (int i = 0; i < scroll.rows; i++)
        acd_grid_printf(&s->grid, acd_grid_row(0, scroll.bottom - i, s->grid.w),
                        (enum acd_style)next_random(s, ACD_STYLE_COUNT),
                        "12:00:01.%03d a line that came in \u4e2d %d", i, s->pictures);
}

/* From a single cell to half the screen, with all kinds of text. */
static void draw(struct state *s)
{
    static const char *const texts[] = {
        "plain text",
        "x",
        "中文字符",
        "a中b文c",
        "e\u0301a\u0308o",
        "한글",
        "█▌▏⣿⡇─│┌┐",
        "▁▂▃▅▇",
        "\033[31m",
        "\u202eevil",
        "1,204 / 2.0k",
        "é…—ü",
        "                ",
        "[####....]",
        "😀 smile",
        "…",
        "a row that is long enough to be cut",
    };
    uint32_t count = next_random(s, 4) == 0 ? 60 : next_random(s, 6);

    for (uint32_t i = 0; i < count; i++) {
        struct acd_rect at = random_rect(s);
        enum acd_style style = (enum acd_style)next_random(s, ACD_STYLE_COUNT);
        switch (next_random(s, 8)) {
        case 0: acd_grid_fill(&s->grid, at, style); break;
        case 1: acd_grid_restyle(&s->grid, at, style); break;
        case 2: acd_grid_fill(&s->grid, at, ACD_STYLE_NORMAL); break;
        case 3: acd_grid_hline(&s->grid, at, style); break;
        default:
            acd_grid_text(&s->grid, at, style,
                          texts[next_random(s, sizeof(texts) / sizeof(texts[0]))]);
            break;
        }
    }
}

static int resize(struct state *s)
{
    int w;
    int h;
    int error = acd_screen_resize(s->screen);

    acd_screen_size(s->screen, &w, &h);
    return error == 0 ? acd_grid_resize(&s->grid, w, h) : error;
}

static int obey(struct state *s, char *order)
{
    order[strcspn(order, "\n")] = '\0';
    if (strcmp(order, "redraw") == 0) {
        acd_screen_redraw(s->screen);
    } else if (strcmp(order, "resize") == 0) {
        return resize(s);
    } else if (strcmp(order, "suspend") == 0) {
        acd_screen_suspend(s->screen);
        acd_screen_resume(s->screen);
    } else if (strncmp(order, "theme ", 6) == 0) {
        s->theme = acd_style_theme(order + 6);
        acd_screen_set_theme(s->screen, s->theme, false);
    }
    if (next_random(s, 3) == 0)
        scroll(s);
    else
        draw(s);
    return 0;
}

static int show(struct state *s)
{
    struct pollfd writable = {.fd = acd_screen_fd(s->screen), .events = POLLOUT};
    int error = acd_screen_push(s->screen, &s->grid);

    while (error == -EAGAIN || (error == 0 && acd_screen_pending(s->screen))) {
        poll(&writable, 1, -1);
        error = error == 0 ? acd_screen_flush(s->screen) : acd_screen_push(s->screen, &s->grid);
    }
    if (error == 0 && dprintf(STDOUT_FILENO, "\033]2;picture %d\007", ++s->pictures) < 0)
        error = -errno;
    return error;
}

static int answer(struct state *s, int fd, int colours)
{
    size_t text = acd_grid_dump(&s->grid, NULL, 0);
    size_t styles = acd_grid_dump_styles(&s->grid, NULL, 0);
    char *out = malloc(text + styles + 2);

    if (out == NULL)
        return -ENOMEM;
    acd_grid_dump(&s->grid, out, text + 1);
    acd_grid_dump_styles(&s->grid, out + text, styles + 1);
    dprintf(fd, "picture %d %d %d\n", s->pictures, s->grid.w, s->grid.h);
    for (int i = 0; i < ACD_STYLE_COUNT; i++) {
        struct acd_paint paint = acd_style_paint(s->theme, (enum acd_style)i, colours);
        dprintf(fd, "%c %d %d %u\n", acd_style_letter((enum acd_style)i), paint.fg, paint.bg,
                paint.attrs);
    }
    dprintf(fd, "\n%s", out);
    free(out);
    return 0;
}

int main(int argc, char **argv)
{
    struct state s = {.theme = acd_style_theme_at(0)};
    struct acd_screen_options options = {
        STDIN_FILENO, STDOUT_FILENO, getenv("TERM"), NULL, 0, 0, 0};
    struct acd_screen_error error;
    char order[64];

    if (argc != 5 || acd_screen_open(&options, &s.screen, &error) != 0)
        return 2;
    s.seed = (uint32_t)atoi(argv[1]);
    FILE *orders = fdopen(atoi(argv[2]), "r");
    int answers = atoi(argv[3]);
    int failed =
        orders == NULL || acd_grid_init(&s.grid, 1, 1, ACD_GLYPHS_BLOCKS) != 0 || resize(&s) != 0;
    while (!failed && fgets(order, sizeof(order), orders) != NULL)
        failed = obey(&s, order) != 0 || show(&s) != 0 || answer(&s, answers, atoi(argv[4])) != 0;
    acd_screen_close(s.screen);
    acd_grid_fini(&s.grid);
    if (orders != NULL)
        fclose(orders);
    return failed;
}
