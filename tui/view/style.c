/* SPDX-License-Identifier: MIT */
/*
 * The themes. One row a role, one table a theme; a role is found in all of them by the same name.
 * Backgrounds are left to the terminal but for the few roles that are a bar or a mark.
 */
#include "config.h"

#include "tui/view/style.h"

#include <string.h>

enum {
    NONE = ACD_COLOUR_NONE,
    BLACK = 0,
    RED,
    GREEN,
    YELLOW,
    BLUE,
    MAGENTA,
    CYAN,
    WHITE,
    BRIGHT = 8,
    BOLD = ACD_ATTR_BOLD,
    DIM = ACD_ATTR_DIM,
    LINE = ACD_ATTR_UNDERLINE,
    BACK = ACD_ATTR_REVERSE,
};

static const struct {
    const char *name;
    char letter;
} roles[ACD_STYLE_COUNT] = {
    [ACD_STYLE_NORMAL] = {"normal", '.'},     [ACD_STYLE_TITLE] = {"title", 'T'},
    [ACD_STYLE_HEADER] = {"header", 'H'},     [ACD_STYLE_OK] = {"ok", 'o'},
    [ACD_STYLE_WARN] = {"warn", 'w'},         [ACD_STYLE_BAD] = {"bad", 'b'},
    [ACD_STYLE_DIM] = {"dim", 'd'},           [ACD_STYLE_ACCENT] = {"accent", 'a'},
    [ACD_STYLE_SELECTED] = {"selected", 'S'}, [ACD_STYLE_KEY] = {"key", 'K'},
    [ACD_STYLE_VALUE] = {"value", 'v'},       [ACD_STYLE_LEVEL1] = {"level1", '1'},
    [ACD_STYLE_LEVEL2] = {"level2", '2'},     [ACD_STYLE_LEVEL3] = {"level3", '3'},
    [ACD_STYLE_ERROR] = {"error", 'E'},       [ACD_STYLE_GAP] = {"gap", 'g'},
    [ACD_STYLE_BORDER] = {"border", '|'},     [ACD_STYLE_MATCH] = {"match", 'M'},
    [ACD_STYLE_PAUSED] = {"paused", 'P'},     [ACD_STYLE_FOOTER] = {"footer", 'F'},
    [ACD_STYLE_BAR] = {"bar", '#'},           [ACD_STYLE_TRACK] = {"track", '-'},
    [ACD_STYLE_NAME] = {"name", 'n'},         [ACD_STYLE_STRING] = {"string", 's'},
    [ACD_STYLE_NUMBER] = {"number", '0'},     [ACD_STYLE_WORD] = {"word", 't'},
};

#define PLAIN                                                                                      \
    {                                                                                              \
        NONE, NONE, NONE, NONE, 0                                                                  \
    }

/* For dark backgrounds, and readable on light ones. */
static const struct acd_theme theme_default = {
    "default",
    {
        [ACD_STYLE_NORMAL] = PLAIN,
        [ACD_STYLE_TITLE] = {NONE, NONE, NONE, NONE, BOLD},
        [ACD_STYLE_HEADER] = {109, NONE, CYAN, NONE, BOLD},
        [ACD_STYLE_OK] = {71, NONE, GREEN, NONE, 0},
        [ACD_STYLE_WARN] = {178, NONE, YELLOW, NONE, 0},
        [ACD_STYLE_BAD] = {167, NONE, RED, NONE, BOLD},
        [ACD_STYLE_DIM] = {245, NONE, NONE, NONE, DIM},
        [ACD_STYLE_ACCENT] = {74, NONE, CYAN, NONE, 0},
        [ACD_STYLE_SELECTED] = {NONE, NONE, NONE, NONE, BACK},
        [ACD_STYLE_KEY] = {NONE, NONE, NONE, NONE, BOLD},
        [ACD_STYLE_VALUE] = {NONE, NONE, NONE, NONE, BOLD},
        [ACD_STYLE_LEVEL1] = PLAIN,
        [ACD_STYLE_LEVEL2] = {74, NONE, CYAN, NONE, 0},
        [ACD_STYLE_LEVEL3] = {139, NONE, MAGENTA, NONE, 0},
        [ACD_STYLE_ERROR] = {167, NONE, RED, NONE, BOLD},
        [ACD_STYLE_GAP] = {178, NONE, YELLOW, NONE, BOLD},
        [ACD_STYLE_BORDER] = {243, NONE, NONE, NONE, DIM},
        [ACD_STYLE_MATCH] = {BLACK, 178, BLACK, YELLOW, 0},
        [ACD_STYLE_PAUSED] = {BLACK, 178, BLACK, YELLOW, BOLD},
        [ACD_STYLE_FOOTER] = {245, NONE, NONE, NONE, 0},
        [ACD_STYLE_BAR] = {71, NONE, GREEN, NONE, 0},
        [ACD_STYLE_TRACK] = {240, NONE, NONE, NONE, DIM},
        [ACD_STYLE_NAME] = {74, NONE, CYAN, NONE, 0},
        [ACD_STYLE_STRING] = {107, NONE, GREEN, NONE, 0},
        [ACD_STYLE_NUMBER] = {178, NONE, YELLOW, NONE, 0},
        [ACD_STYLE_WORD] = {139, NONE, MAGENTA, NONE, 0},
    },
};

/* For light backgrounds: nothing pale. */
static const struct acd_theme theme_light = {
    "light",
    {
        [ACD_STYLE_NORMAL] = PLAIN,
        [ACD_STYLE_TITLE] = {NONE, NONE, NONE, NONE, BOLD},
        [ACD_STYLE_HEADER] = {24, NONE, BLUE, NONE, BOLD},
        [ACD_STYLE_OK] = {22, NONE, GREEN, NONE, 0},
        [ACD_STYLE_WARN] = {94, NONE, MAGENTA, NONE, 0},
        [ACD_STYLE_BAD] = {124, NONE, RED, NONE, BOLD},
        [ACD_STYLE_DIM] = {241, NONE, NONE, NONE, DIM},
        [ACD_STYLE_ACCENT] = {25, NONE, BLUE, NONE, 0},
        [ACD_STYLE_SELECTED] = {NONE, NONE, NONE, NONE, BACK},
        [ACD_STYLE_KEY] = {NONE, NONE, NONE, NONE, BOLD},
        [ACD_STYLE_VALUE] = {NONE, NONE, NONE, NONE, BOLD},
        [ACD_STYLE_LEVEL1] = PLAIN,
        [ACD_STYLE_LEVEL2] = {25, NONE, BLUE, NONE, 0},
        [ACD_STYLE_LEVEL3] = {90, NONE, MAGENTA, NONE, 0},
        [ACD_STYLE_ERROR] = {124, NONE, RED, NONE, BOLD},
        [ACD_STYLE_GAP] = {94, NONE, MAGENTA, NONE, BOLD},
        [ACD_STYLE_BORDER] = {246, NONE, NONE, NONE, DIM},
        [ACD_STYLE_MATCH] = {BLACK, 221, BLACK, YELLOW, 0},
        [ACD_STYLE_PAUSED] = {BLACK, 221, BLACK, YELLOW, BOLD},
        [ACD_STYLE_FOOTER] = {241, NONE, NONE, NONE, 0},
        [ACD_STYLE_BAR] = {28, NONE, GREEN, NONE, 0},
        [ACD_STYLE_TRACK] = {250, NONE, NONE, NONE, DIM},
        [ACD_STYLE_NAME] = {25, NONE, BLUE, NONE, 0},
        [ACD_STYLE_STRING] = {22, NONE, GREEN, NONE, 0},
        [ACD_STYLE_NUMBER] = {94, NONE, RED, NONE, 0},
        [ACD_STYLE_WORD] = {90, NONE, MAGENTA, NONE, 0},
    },
};

/* Attributes only: for NO_COLOR, for terminals without colour, and by choice. */
static const struct acd_theme theme_monochrome = {
    "monochrome",
    {
        [ACD_STYLE_NORMAL] = PLAIN,
        [ACD_STYLE_TITLE] = {NONE, NONE, NONE, NONE, BOLD},
        [ACD_STYLE_HEADER] = {NONE, NONE, NONE, NONE, LINE},
        [ACD_STYLE_OK] = PLAIN,
        [ACD_STYLE_WARN] = {NONE, NONE, NONE, NONE, BOLD},
        [ACD_STYLE_BAD] = {NONE, NONE, NONE, NONE, BOLD | LINE},
        [ACD_STYLE_DIM] = {NONE, NONE, NONE, NONE, DIM},
        [ACD_STYLE_ACCENT] = {NONE, NONE, NONE, NONE, BOLD},
        [ACD_STYLE_SELECTED] = {NONE, NONE, NONE, NONE, BACK},
        [ACD_STYLE_KEY] = {NONE, NONE, NONE, NONE, BOLD},
        [ACD_STYLE_VALUE] = {NONE, NONE, NONE, NONE, BOLD},
        [ACD_STYLE_LEVEL1] = PLAIN,
        [ACD_STYLE_LEVEL2] = PLAIN,
        [ACD_STYLE_LEVEL3] = {NONE, NONE, NONE, NONE, DIM},
        [ACD_STYLE_ERROR] = {NONE, NONE, NONE, NONE, BOLD},
        [ACD_STYLE_GAP] = {NONE, NONE, NONE, NONE, BOLD},
        [ACD_STYLE_BORDER] = {NONE, NONE, NONE, NONE, DIM},
        [ACD_STYLE_MATCH] = {NONE, NONE, NONE, NONE, BOLD | BACK},
        [ACD_STYLE_PAUSED] = {NONE, NONE, NONE, NONE, BOLD | BACK},
        [ACD_STYLE_FOOTER] = PLAIN,
        [ACD_STYLE_BAR] = PLAIN,
        [ACD_STYLE_TRACK] = {NONE, NONE, NONE, NONE, DIM},
        [ACD_STYLE_NAME] = {NONE, NONE, NONE, NONE, BOLD},
        [ACD_STYLE_STRING] = PLAIN,
        [ACD_STYLE_NUMBER] = PLAIN,
        [ACD_STYLE_WORD] = {NONE, NONE, NONE, NONE, LINE},
    },
};

/* Bright on black or the reverse, never dim, never colour alone. */
static const struct acd_theme theme_high_contrast = {
    "high-contrast",
    {
        [ACD_STYLE_NORMAL] = {231, 16, WHITE | BRIGHT, BLACK, 0},
        [ACD_STYLE_TITLE] = {16, 231, BLACK, WHITE, BOLD},
        [ACD_STYLE_HEADER] = {231, 16, WHITE | BRIGHT, BLACK, BOLD | LINE},
        [ACD_STYLE_OK] = {46, 16, GREEN | BRIGHT, BLACK, BOLD},
        [ACD_STYLE_WARN] = {226, 16, YELLOW | BRIGHT, BLACK, BOLD},
        [ACD_STYLE_BAD] = {231, 160, WHITE | BRIGHT, RED, BOLD},
        [ACD_STYLE_DIM] = {231, 16, WHITE | BRIGHT, BLACK, 0},
        [ACD_STYLE_ACCENT] = {51, 16, CYAN | BRIGHT, BLACK, BOLD},
        [ACD_STYLE_SELECTED] = {16, 226, BLACK, YELLOW, BOLD},
        [ACD_STYLE_KEY] = {16, 231, BLACK, WHITE, BOLD},
        [ACD_STYLE_VALUE] = {231, 16, WHITE | BRIGHT, BLACK, BOLD},
        [ACD_STYLE_LEVEL1] = {231, 16, WHITE | BRIGHT, BLACK, 0},
        [ACD_STYLE_LEVEL2] = {51, 16, CYAN | BRIGHT, BLACK, 0},
        [ACD_STYLE_LEVEL3] = {213, 16, MAGENTA | BRIGHT, BLACK, 0},
        [ACD_STYLE_ERROR] = {231, 160, WHITE | BRIGHT, RED, BOLD},
        [ACD_STYLE_GAP] = {16, 226, BLACK, YELLOW, BOLD},
        [ACD_STYLE_BORDER] = {231, 16, WHITE | BRIGHT, BLACK, 0},
        [ACD_STYLE_MATCH] = {16, 51, BLACK, CYAN, BOLD},
        [ACD_STYLE_PAUSED] = {16, 226, BLACK, YELLOW, BOLD | LINE},
        [ACD_STYLE_FOOTER] = {231, 16, WHITE | BRIGHT, BLACK, 0},
        [ACD_STYLE_BAR] = {46, 16, GREEN | BRIGHT, BLACK, BOLD},
        [ACD_STYLE_TRACK] = {231, 16, WHITE | BRIGHT, BLACK, 0},
        [ACD_STYLE_NAME] = {51, 16, CYAN | BRIGHT, BLACK, BOLD},
        [ACD_STYLE_STRING] = {46, 16, GREEN | BRIGHT, BLACK, 0},
        [ACD_STYLE_NUMBER] = {226, 16, YELLOW | BRIGHT, BLACK, 0},
        [ACD_STYLE_WORD] = {213, 16, MAGENTA | BRIGHT, BLACK, BOLD},
    },
};

static const struct acd_theme *const themes[] = {
    &theme_default,
    &theme_light,
    &theme_monochrome,
    &theme_high_contrast,
};

const struct acd_theme *acd_style_theme_at(size_t index)
{
    return index < sizeof(themes) / sizeof(themes[0]) ? themes[index] : NULL;
}

const struct acd_theme *acd_style_theme(const char *name)
{
    for (size_t i = 0; i < sizeof(themes) / sizeof(themes[0]); i++) {
        if (strcmp(themes[i]->name, name) == 0)
            return themes[i];
    }
    return NULL;
}

const char *acd_style_theme_name(const struct acd_theme *theme)
{
    return theme->name;
}

struct acd_paint acd_style_paint(const struct acd_theme *theme, enum acd_style style, int colours)
{
    if (colours < 8)
        theme = &theme_monochrome;

    const struct acd_shade *shade = &theme->shades[style];
    struct acd_paint paint = {.fg = shade->fg256, .bg = shade->bg256, .attrs = shade->attrs};
    if (colours >= 256)
        return paint;

    paint.fg = shade->fg16;
    paint.bg = shade->bg16;
    if (colours < 16 && paint.fg >= BRIGHT) {
        paint.fg = (int16_t)(paint.fg - BRIGHT);
        paint.attrs |= ACD_ATTR_BOLD;
    }
    return paint;
}

const char *acd_style_name(enum acd_style style)
{
    return roles[style].name;
}

char acd_style_letter(enum acd_style style)
{
    return roles[style].letter;
}

enum acd_style acd_style_find(const char *name)
{
    int style = 0;
    while (style < ACD_STYLE_COUNT && strcmp(roles[style].name, name) != 0)
        style++;
    return (enum acd_style)style;
}
