/* SPDX-License-Identifier: MIT */
/* Changing colours by the fewest bytes, see pen.h. */
#include "config.h"

#include "tui/term/pen.h"

#include <string.h>

#define NCURSES_NOMACROS
#include <curses.h>
#include <term.h>

#include "tui/term/frame.h"

/* Strings of the form ESC [ ... m, joined to one; any other goes through as it is. */
struct sgr {
    struct acd_frame *frame;
    char bytes[64];
    size_t len; /* 0: nothing yet */
};

static void sgr_flush(struct sgr *sgr)
{
    if (sgr->len > 0) {
        sgr->bytes[sgr->len - 1] = 'm';
        acd_frame_add(sgr->frame, sgr->bytes, sgr->len);
    }
    sgr->len = 0;
}

static void sgr_add(struct sgr *sgr, const char *string)
{
    size_t len = strlen(string);
    bool joins = len >= 3 && len <= 40 && string[0] == '\033' && string[1] == '[' &&
                 strspn(string + 2, "0123456789;") == len - 3 && string[len - 1] == 'm';

    if (sgr->len + len > sizeof(sgr->bytes) || !joins)
        sgr_flush(sgr);
    if (!joins) {
        acd_frame_string(sgr->frame, string);
        return;
    }
    /* Each part ends in the ';' that the last one's gives way to an 'm'. */
    size_t skip = sgr->len > 0 ? 2 : 0;
    memcpy(sgr->bytes + sgr->len, string + skip, len - skip);
    sgr->len += len - skip;
    sgr->bytes[sgr->len - 1] = ';';
}

static void sgr_filled(struct sgr *sgr, const char *format, int number)
{
    const char *string = tiparm(format, number, 0);

    if (string != NULL)
        sgr_add(sgr, string);
}

/* Back to the character set that nobody leaves here: said once, with the clearing. */
static const char *reset_of(const struct acd_pen *pen)
{
    static const char charset[] = "\033(B";
    const char *sgr0 = pen->caps->sgr0;
    bool has = pen->known && strncmp(sgr0, charset, sizeof(charset) - 1) == 0;

    return has ? sgr0 + sizeof(charset) - 1 : sgr0;
}

static void add_attributes(struct sgr *sgr, const struct acd_caps *caps, unsigned attrs)
{
    if (attrs & ACD_ATTR_BOLD)
        sgr_add(sgr, caps->bold);
    if (attrs & ACD_ATTR_DIM)
        sgr_add(sgr, caps->dim);
    if (attrs & ACD_ATTR_UNDERLINE)
        sgr_add(sgr, caps->underline);
    if (attrs & ACD_ATTR_REVERSE)
        sgr_add(sgr, caps->reverse);
}

/* Attributes and the terminal's own colours can only be had back all at once. */
static bool needs_reset(const struct acd_pen *pen, const struct acd_paint *to)
{
    const struct acd_paint *from = &pen->paint;

    return !pen->known || (from->attrs & ~to->attrs) != 0 ||
           (from->fg != ACD_COLOUR_NONE && to->fg == ACD_COLOUR_NONE) ||
           (from->bg != ACD_COLOUR_NONE && to->bg == ACD_COLOUR_NONE);
}

void acd_pen_change(struct acd_pen *pen, struct acd_frame *frame, struct acd_paint to)
{
    struct sgr sgr = {.frame = frame};

    if (needs_reset(pen, &to)) {
        sgr_add(&sgr, reset_of(pen));
        pen->paint = (struct acd_paint){ACD_COLOUR_NONE, ACD_COLOUR_NONE, 0};
        pen->known = true;
    }
    add_attributes(&sgr, pen->caps, to.attrs & ~pen->paint.attrs);
    if (to.fg != pen->paint.fg)
        sgr_filled(&sgr, pen->caps->setaf, to.fg);
    if (to.bg != pen->paint.bg)
        sgr_filled(&sgr, pen->caps->setab, to.bg);
    sgr_flush(&sgr);
    pen->paint = to;
}

struct acd_paint acd_pen_paint(const struct acd_pen *pen, unsigned style)
{
    return acd_style_paint(pen->theme, (enum acd_style)style, pen->colours);
}

bool acd_pen_has(const struct acd_pen *pen, struct acd_paint paint)
{
    return pen->known && pen->paint.fg == paint.fg && pen->paint.bg == paint.bg &&
           pen->paint.attrs == paint.attrs;
}

bool acd_pen_leaves_blanks(struct acd_paint paint)
{
    return paint.bg == ACD_COLOUR_NONE &&
           (paint.attrs & (ACD_ATTR_REVERSE | ACD_ATTR_UNDERLINE)) == 0;
}

bool acd_pen_blanks_plain(const struct acd_pen *pen)
{
    return pen->known && acd_pen_leaves_blanks(pen->paint);
}
