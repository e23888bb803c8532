/* SPDX-License-Identifier: MIT */
/* Editing a line of text, see line.h. */
#include "config.h"

#include "tui/view/line.h"

#include <string.h>

static bool is_middle(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

static size_t before(const struct acd_line *l)
{
    size_t at = l->cursor;
    do {
        at -= at > 0;
    } while (at > 0 && is_middle(l->text[at]));
    return at;
}

static size_t after(const struct acd_line *l)
{
    size_t at = l->cursor, length = strlen(l->text);
    do {
        at += at < length;
    } while (at < length && is_middle(l->text[at]));
    return at;
}

/* Takes [from, to) out. */
static void cut(struct acd_line *l, size_t from, size_t to)
{
    memmove(l->text + from, l->text + to, strlen(l->text + to) + 1);
    l->cursor = from;
}

static void cut_word(struct acd_line *l)
{
    size_t from = l->cursor;
    while (from > 0 && l->text[from - 1] == ' ')
        from--;
    while (from > 0 && l->text[from - 1] != ' ')
        from--;
    cut(l, from, l->cursor);
}

static void insert(struct acd_line *l, uint32_t code)
{
    char bytes[4];
    size_t n = acd_text_encode(code, bytes), length = strlen(l->text);
    if (length + n >= l->size)
        return;
    memmove(l->text + l->cursor + n, l->text + l->cursor, length - l->cursor + 1);
    memcpy(l->text + l->cursor, bytes, n);
    l->cursor += n;
}

static bool control(struct acd_line *l, uint32_t code)
{
    switch (code) {
    case 'a': l->cursor = 0; return true;
    case 'e': l->cursor = strlen(l->text); return true;
    case 'h': cut(l, before(l), l->cursor); return true;
    case 'k': l->text[l->cursor] = '\0'; return true;
    case 'u': cut(l, 0, l->cursor); return true;
    case 'w': cut_word(l); return true;
    default: return false;
    }
}

bool acd_line_key(struct acd_line *line, struct acd_key key)
{
    if (key.mods & ACD_KEY_CTRL)
        return control(line, key.code);
    if (key.mods & ACD_KEY_ALT)
        return false;
    /* The words on both sides of a line's end stay two. */
    if (key.mods & ACD_KEY_PASTED && (key.code == ACD_KEY_ENTER || key.code == ACD_KEY_TAB))
        key.code = ' ';
    switch (key.code) {
    case ACD_KEY_LEFT: line->cursor = before(line); return true;
    case ACD_KEY_RIGHT: line->cursor = after(line); return true;
    case ACD_KEY_HOME: line->cursor = 0; return true;
    case ACD_KEY_END: line->cursor = strlen(line->text); return true;
    case ACD_KEY_BACKSPACE: cut(line, before(line), line->cursor); return true;
    case ACD_KEY_DELETE: {
        size_t to = after(line);
        cut(line, line->cursor, to);
        return true;
    }
    default: break;
    }
    if (key.code < 0x20 || key.code >= ACD_KEY_FIRST)
        return false;
    insert(line, key.code);
    return true;
}

int acd_line_draw(struct acd_grid *grid, struct acd_rect rect, const struct acd_line *line,
                  size_t at)
{
    const char *text = line->text;
    size_t start = 0, length = strlen(text), last = line->cursor;
    /* The part before the cursor that fits, the cursor's cell included. */
    while (start < last && acd_text_width(text + start, last - start, grid->text_flags,
                                          (size_t)rect.w + 1) >= (size_t)(rect.w > 0 ? rect.w : 1))
        do
            start++;
        while (start < last && is_middle(text[start]));
    size_t end = after(line);
    struct acd_rect rest = rect;
    int taken = acd_grid_textn(grid, rest, ACD_STYLE_NORMAL, text + start, last - start);
    rest.x += taken;
    rest.w -= taken;
    taken = last < length ? acd_grid_textn(grid, rest, ACD_STYLE_SELECTED, text + last, end - last)
                          : acd_grid_textn(grid, rest, ACD_STYLE_SELECTED, " ", 1);
    rest.x += taken;
    rest.w -= taken;
    if (end < length)
        acd_grid_textn(grid, rest, ACD_STYLE_NORMAL, text + end, length - end);
    if (at < start)
        return rect.x;
    int column = (int)acd_text_width(text + start, at - start, grid->text_flags, (size_t)rect.w);
    return rect.x + (column < rect.w ? column : rect.w - 1);
}
