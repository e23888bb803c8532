/* SPDX-License-Identifier: MIT */
/*
 * Styles are roles ("this is a warning"), themes say what a role looks like. A view draws with
 * roles and always puts a symbol or a word beside the colour; the terminal side asks the theme.
 * Const tables; anybody may call.
 */
#ifndef ACD_TUI_VIEW_STYLE_H
#define ACD_TUI_VIEW_STYLE_H

#include <stddef.h>
#include <stdint.h>

enum acd_style {
    ACD_STYLE_NORMAL,
    ACD_STYLE_TITLE,    /* the program's line at the top, a popup's title */
    ACD_STYLE_HEADER,   /* column headings */
    ACD_STYLE_OK,       /* good, alive, a hit */
    ACD_STYLE_WARN,     /* look at it, a partial hit, over a threshold */
    ACD_STYLE_BAD,      /* wrong, dead, a miss */
    ACD_STYLE_DIM,      /* of less interest now */
    ACD_STYLE_ACCENT,   /* stands out without being good or bad */
    ACD_STYLE_SELECTED, /* the row under the cursor */
    ACD_STYLE_KEY,      /* the name of a key in the footer and help */
    ACD_STYLE_VALUE,    /* a number that the eye looks for */
    ACD_STYLE_LEVEL1,   /* events and levels: basic */
    ACD_STYLE_LEVEL2,   /* verbose */
    ACD_STYLE_LEVEL3,   /* trace */
    ACD_STYLE_ERROR,    /* error events, messages about failure */
    ACD_STYLE_GAP,      /* "events lost here" */
    ACD_STYLE_BORDER,   /* lines and boxes */
    ACD_STYLE_MATCH,    /* what a search or a filter found */
    ACD_STYLE_PAUSED,   /* the picture stands still */
    ACD_STYLE_FOOTER,   /* the line of keys, between the keys */
    ACD_STYLE_BAR,      /* the filled part of a meter, bars of a chart */
    ACD_STYLE_TRACK,    /* the rest of a meter */
    ACD_STYLE_NAME,     /* a name of a field, a key in JSON */
    ACD_STYLE_STRING,   /* a string in JSON */
    ACD_STYLE_NUMBER,   /* a number in JSON */
    ACD_STYLE_WORD,     /* true, false, null */
    ACD_STYLE_COUNT
};

enum acd_attr {
    ACD_ATTR_BOLD = 1u << 0,
    ACD_ATTR_DIM = 1u << 1,
    ACD_ATTR_UNDERLINE = 1u << 2,
    ACD_ATTR_REVERSE = 1u << 3,
};

/* Palette numbers, or ACD_COLOUR_NONE for the terminal's own colour. */
#define ACD_COLOUR_NONE (-1)

struct acd_paint {
    int16_t fg;
    int16_t bg;
    unsigned attrs; /* enum acd_attr */
};

/* Two choices of each colour: among 256, and among 16. */
struct acd_shade {
    int16_t fg256, bg256;
    int16_t fg16, bg16;
    uint8_t attrs; /* enum acd_attr */
};

/* A copy may be changed; only the ones below have a name that is found. */
struct acd_theme {
    const char *name;
    struct acd_shade shades[ACD_STYLE_COUNT];
};

/* The themes by number, for help and completion; NULL past the last. The first is the default. */
const struct acd_theme *acd_style_theme_at(size_t index);

/* The theme called `name`, NULL if there is none. */
const struct acd_theme *acd_style_theme(const char *name);

const char *acd_style_theme_name(const struct acd_theme *theme);

/*
 * What `style` looks like on a terminal of `colours` colours. Below 8 (NO_COLOR asks for 0) there
 * are attributes only; with 8, the bright colours become bold; below 256, those that the theme
 * chose for 16.
 */
struct acd_paint acd_style_paint(const struct acd_theme *theme, enum acd_style style, int colours);

/* A role's name, as configuration spells it, and its letter in dumps of a grid. */
const char *acd_style_name(enum acd_style style);
char acd_style_letter(enum acd_style style);

/* The role called `name`, ACD_STYLE_COUNT if there is none. */
enum acd_style acd_style_find(const char *name);

#endif
