/* SPDX-License-Identifier: MIT */
/*
 * Text that is safe to show, and numbers that are short and true. Every byte that did not come from
 * our own source passes through here on its way to a screen, a pipe, a title or the clipboard's
 * notice: what a terminal would obey or hide comes out as a visible escape. Pure: no allocation, no
 * locale, no state but the caller's. Any sink may call.
 */
#ifndef ACD_TUI_VIEW_TEXT_H
#define ACD_TUI_VIEW_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What may be drawn with. ASCII keeps everything inside 0x20 to 0x7e, foreign text too. */
enum acd_glyphs {
    ACD_GLYPHS_ASCII,
    ACD_GLYPHS_BLOCKS,
    ACD_GLYPHS_BRAILLE,
};

enum acd_text_flag {
    ACD_TEXT_ASCII = 1u << 0,  /* `<U+00E9>` for all that is not ASCII, `<FF>` for bad bytes */
    ACD_TEXT_BLANKS = 1u << 1, /* each tab, line feed and carriage return becomes one space */
};

/* -------------------------------------------------------------------------- foreign text */

#define ACD_PIECE_SIZE 15

/*
 * The smallest part of a text that is shown or left out as a whole: a character with its marks
 * (at most three), or one escape such as `⟨U+202E⟩`, `⟨FF⟩`, or `⟨+12⟩` for twelve more marks on
 * the character before. An escape is made of characters of one column each.
 */
struct acd_piece {
    char bytes[ACD_PIECE_SIZE];
    uint8_t len;
    uint8_t width;
    bool escape;
};

struct acd_text_iter {
    const char *at;
    const char *end;
    unsigned flags;
    bool marks_belong; /* the piece before can carry marks, and has all that it may */
};

/* An iterator over `len` bytes of `text`, which must outlive it. `flags` of enum acd_text_flag. */
struct acd_text_iter acd_text_start(const char *text, size_t len, unsigned flags);

/* Stores the next piece; false at the end, and `*ret_piece` is untouched. */
bool acd_text_next(struct acd_text_iter *iter, struct acd_piece *ret_piece);

/*
 * Decodes one code point of 1 ≤ `len` bytes. Returns the bytes it takes. A byte that belongs to no
 * code point takes 1 and gives ACD_TEXT_BAD_BYTE; a surrogate that was encoded like a code point is
 * given as it is.
 */
#define ACD_TEXT_BAD_BYTE UINT32_MAX
size_t acd_text_decode(const char *text, size_t len, uint32_t *ret_cp);

/* Writes code point `cp` (at most 0x10ffff) as UTF-8, no NUL; returns the length, 1 to 4. */
size_t acd_text_encode(uint32_t cp, char ret_bytes[4]);

/*
 * Writes `text` made safe into `out`, NUL-terminated if `size` is not 0. What does not fit is left
 * out from a whole piece on. Returns the columns of what was written.
 */
size_t acd_text_sanitise(char *out, size_t size, const char *text, size_t len, unsigned flags);

/* Columns that `text` takes once made safe; stops counting when past `limit`. */
size_t acd_text_width(const char *text, size_t len, unsigned flags, size_t limit);

/* -------------------------------------------------------------------------- short numbers */

/* A short text handed around by value, so that a call can stand where a string is wanted:
 * acd_grid_text(grid, x, y, 5, style, acd_text_count(n).s). */
/* How many bytes `text` has, at most `most`, without a part of a character at their end. */
size_t acd_text_head(const char *text, size_t most);

struct acd_label {
    char s[28];
};

/* `—`, or `-` in ASCII: there is no number, which is not the number 0. */
const char *acd_text_none(enum acd_glyphs glyphs);

/* `…`, or `~` in ASCII: something was cut here. */
const char *acd_text_ellipsis(enum acd_glyphs glyphs);

/* Exact below 1,000, then 1.8k 12k 999k 1.0M, at most four columns. Cut, not rounded: never says
 * more than there is. */
struct acd_label acd_text_count(uint64_t count);

/* All digits: 1,204. */
struct acd_label acd_text_exact(uint64_t count);

/* 840ns 31us 12ms 1.9s 1m05s 2h13m 3d04h 213d, at most six columns below 10,000 days. Cut. */
struct acd_label acd_text_duration_ns(uint64_t ns);

/* In one unit: 4s 1m 2h 3d. Cut. */
struct acd_label acd_text_age_s(uint64_t seconds);

/* In powers of 1,024: 512B 1.8KiB 12MiB, at most seven columns. Cut. */
struct acd_label acd_text_bytes(uint64_t bytes);

/* `part` of `whole`: 91%. 100% means all and 0% none, else >99% and <1%; >100% if `part` is more
 * than `whole`; acd_text_none() of `glyphs` if `whole` is 0. */
struct acd_label acd_text_percent(uint64_t part, uint64_t whole, enum acd_glyphs glyphs);

#endif
