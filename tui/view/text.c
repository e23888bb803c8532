/* SPDX-License-Identifier: MIT */
/*
 * The sanitiser. A text is walked piece by piece; a piece is either a printable character with at
 * most three marks, or an escape. Nothing that the width table calls hidden, and no byte that is
 * not UTF-8, leaves this file as it came in. The short numbers are below.
 */
#include "config.h"

#include "tui/view/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tui/view/width.h"

/* More marks on one character than any living script needs would climb over the lines above. */
#define MARKS_MAX 3
/* `⟨+N⟩` stays a piece whatever N is. */
#define MARKS_SHOWN_MAX 9999u

size_t acd_text_decode(const char *text, size_t len, uint32_t *ret_cp)
{
    /* By lead byte: length, and the range of the second byte, which shuts out the over-long forms
     * and what is past U+10FFFF. */
    static const struct {
        unsigned char lead_last, len, second_first, second_last;
    } forms[] = {
        {0xc1, 0, 0, 0},       {0xdf, 2, 0x80, 0xbf}, {0xe0, 3, 0xa0, 0xbf}, {0xef, 3, 0x80, 0xbf},
        {0xf0, 4, 0x90, 0xbf}, {0xf3, 4, 0x80, 0xbf}, {0xf4, 4, 0x80, 0x8f}, {0xff, 0, 0, 0},
    };
    unsigned char lead = (unsigned char)text[0];
    size_t form = 0;

    if (lead < 0x80) {
        *ret_cp = lead;
        return 1;
    }
    *ret_cp = ACD_TEXT_BAD_BYTE;
    while (lead > forms[form].lead_last)
        form++;
    size_t need = forms[form].len;
    if (need == 0 || need > len)
        return 1;

    uint32_t cp = lead & (0xffu >> (need + 1));
    for (size_t i = 1; i < need; i++) {
        unsigned char byte = (unsigned char)text[i];
        unsigned char first = i == 1 ? forms[form].second_first : 0x80;
        unsigned char last = i == 1 ? forms[form].second_last : 0xbf;
        if (byte < first || byte > last)
            return 1;
        cp = cp << 6 | (byte & 0x3fu);
    }
    *ret_cp = cp;
    return need;
}

size_t acd_text_encode(uint32_t cp, char ret_bytes[4])
{
    static const unsigned char leads[] = {0, 0, 0xc0, 0xe0, 0xf0};
    size_t len = cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;

    if (len == 1) {
        ret_bytes[0] = (char)cp;
        return 1;
    }
    for (size_t i = len - 1; i > 0; i--) {
        ret_bytes[i] = (char)(0x80u | (cp & 0x3fu));
        cp >>= 6;
    }
    ret_bytes[0] = (char)(leads[len] | cp);
    return len;
}

struct acd_text_iter acd_text_start(const char *text, size_t len, unsigned flags)
{
    return (struct acd_text_iter){.at = text, .end = text + len, .flags = flags};
}

static void set_escape(struct acd_piece *piece, unsigned flags, const char *inside)
{
    bool ascii = (flags & ACD_TEXT_ASCII) != 0;
    char text[ACD_PIECE_SIZE + 1];
    int len = snprintf(text, sizeof(text), "%s%s%s", ascii ? "<" : "⟨", inside, ascii ? ">" : "⟩");

    /* The longest, ⟨U+10FFFF⟩, is 14 bytes. */
    piece->len = (uint8_t)len;
    memcpy(piece->bytes, text, piece->len);
    piece->width = (uint8_t)(strlen(inside) + 2);
    piece->escape = true;
}

static void set_code_point_escape(struct acd_piece *piece, unsigned flags, uint32_t cp)
{
    char inside[sizeof("U+10FFFF")];

    snprintf(inside, sizeof(inside), "U+%04X", (unsigned)(cp & 0x1fffff));
    set_escape(piece, flags, inside);
}

static void set_byte_escape(struct acd_piece *piece, unsigned flags, char byte)
{
    char inside[sizeof("FF")];

    snprintf(inside, sizeof(inside), "%02X", (unsigned)(unsigned char)byte);
    set_escape(piece, flags, inside);
}

/* The length of the mark at `at`, 0 if there is none. */
static size_t mark_len(const char *at, const char *end)
{
    uint32_t cp;

    if (at == end || (unsigned char)*at < 0x80)
        return 0;
    size_t len = acd_text_decode(at, (size_t)(end - at), &cp);
    return cp != ACD_TEXT_BAD_BYTE && acd_width_of(cp) == 0 ? len : 0;
}

/* Marks that a full character can't take: told, in one piece, how many. */
static void take_extra_marks(struct acd_text_iter *iter, struct acd_piece *piece)
{
    unsigned count = 0;
    char inside[16];

    for (size_t len; (len = mark_len(iter->at, iter->end)) != 0; iter->at += len) {
        if (count < MARKS_SHOWN_MAX)
            count++;
    }
    snprintf(inside, sizeof(inside), "+%u", count);
    set_escape(piece, iter->flags, inside);
    iter->marks_belong = false;
}

/* A character and as many of its marks as it may have. */
static void take_character(struct acd_text_iter *iter, struct acd_piece *piece, size_t len)
{
    const char *from = iter->at;
    const char *to = from + len;

    for (int marks = 0; marks < MARKS_MAX && !(iter->flags & ACD_TEXT_ASCII); marks++) {
        size_t more = mark_len(to, iter->end);
        if (more == 0 || to + more - from > ACD_PIECE_SIZE)
            break;
        to += more;
    }
    piece->len = (uint8_t)(to - from);
    memcpy(piece->bytes, from, piece->len);
    iter->at = to;
    iter->marks_belong = true;
}

/* What is not shown as it is: an escape, or the space that stands for a tab or a line's end. */
static void take_hidden(struct acd_text_iter *iter, struct acd_piece *piece, uint32_t cp)
{
    if (cp == ACD_TEXT_BAD_BYTE) {
        set_byte_escape(piece, iter->flags, *iter->at);
    } else if ((iter->flags & ACD_TEXT_BLANKS) && (cp == '\t' || cp == '\n' || cp == '\r')) {
        piece->bytes[0] = ' ';
        piece->len = 1;
    } else {
        set_code_point_escape(piece, iter->flags, cp);
    }
    iter->marks_belong = false;
}

bool acd_text_next(struct acd_text_iter *iter, struct acd_piece *ret_piece)
{
    if (iter->at == iter->end)
        return false;

    struct acd_piece piece = {.width = 1};
    unsigned char byte = (unsigned char)*iter->at;
    if (byte >= 0x20 && byte < 0x7f) { /* nearly all of the text there is */
        take_character(iter, &piece, 1);
        *ret_piece = piece;
        return true;
    }

    bool ascii = (iter->flags & ACD_TEXT_ASCII) != 0;
    uint32_t cp;
    size_t len = acd_text_decode(iter->at, (size_t)(iter->end - iter->at), &cp);
    int width = cp == ACD_TEXT_BAD_BYTE ? ACD_WIDTH_HIDDEN : acd_width_of(cp);
    if (width == 0 && iter->marks_belong && !ascii) {
        take_extra_marks(iter, &piece);
    } else if (width > 0 && !ascii) {
        take_character(iter, &piece, len);
        piece.width = (uint8_t)width;
    } else {
        take_hidden(iter, &piece, cp);
        iter->at += len;
    }
    *ret_piece = piece;
    return true;
}

size_t acd_text_sanitise(char *out, size_t size, const char *text, size_t len, unsigned flags)
{
    struct acd_text_iter iter = acd_text_start(text, len, flags);
    struct acd_piece piece;
    size_t used = 0;
    size_t width = 0;

    if (size == 0)
        return 0;
    while (acd_text_next(&iter, &piece) && piece.len < size - used) {
        memcpy(out + used, piece.bytes, piece.len);
        used += piece.len;
        width += piece.width;
    }
    out[used] = '\0';
    return width;
}

size_t acd_text_width(const char *text, size_t len, unsigned flags, size_t limit)
{
    struct acd_text_iter iter = acd_text_start(text, len, flags);
    struct acd_piece piece;
    size_t width = 0;

    while (width <= limit && acd_text_next(&iter, &piece))
        width += piece.width;
    return width;
}

/* -------------------------------------------------------------------------- short numbers */

const char *acd_text_none(enum acd_glyphs glyphs)
{
    return glyphs == ACD_GLYPHS_ASCII ? "-" : "—";
}

const char *acd_text_ellipsis(enum acd_glyphs glyphs)
{
    return glyphs == ACD_GLYPHS_ASCII ? "~" : "…";
}

/* `value` in units of `unit`, one decimal below ten of them, cut. */
static struct acd_label scaled(uint64_t value, uint64_t unit, const char *name)
{
    struct acd_label label;
    uint64_t whole = value / unit;

    if (whole < 10 && unit > 1) {
        uint64_t tenth = value % unit * 10 / unit; /* units end at 2^60 */
        snprintf(label.s, sizeof(label.s), "%" PRIu64 ".%" PRIu64 "%s", whole, tenth, name);
    } else {
        snprintf(label.s, sizeof(label.s), "%" PRIu64 "%s", whole, name);
    }
    return label;
}

size_t acd_text_head(const char *text, size_t most)
{
    size_t length = strnlen(text, most + 1);

    if (length <= most)
        return length;
    while (most > 0 && ((unsigned char)text[most] & 0xc0) == 0x80)
        most--;
    return most;
}

struct acd_label acd_text_count(uint64_t count)
{
    static const char *const names[] = {"", "k", "M", "G", "T", "P", "E"};
    uint64_t unit = 1;
    size_t i = 0;

    while (count / unit >= 1000) {
        unit *= 1000;
        i++;
    }
    return scaled(count, unit, names[i]);
}

struct acd_label acd_text_bytes(uint64_t bytes)
{
    static const char *const names[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    uint64_t unit = 1;
    size_t i = 0;

    while (bytes / unit >= 1024) {
        unit *= 1024;
        i++;
    }
    return scaled(bytes, unit, names[i]);
}

struct acd_label acd_text_exact(uint64_t count)
{
    struct acd_label label;
    char digits[21];
    size_t len = (size_t)snprintf(digits, sizeof(digits), "%" PRIu64, count);
    size_t used = 0;

    for (size_t i = 0; i < len; i++) { /* at most 20 digits and 6 commas */
        if (i > 0 && (len - i) % 3 == 0)
            label.s[used++] = ',';
        label.s[used++] = digits[i];
    }
    label.s[used] = '\0';
    return label;
}

#define NS_PER_S 1000000000ull

struct acd_label acd_text_duration_ns(uint64_t ns)
{
    struct acd_label label;
    uint64_t s = ns / NS_PER_S;

    if (ns < 1000)
        return scaled(ns, 1, "ns");
    if (ns < 1000000)
        return scaled(ns, 1000, "us");
    if (ns < NS_PER_S)
        return scaled(ns, 1000000, "ms");
    if (s < 60)
        return scaled(ns, NS_PER_S, "s");
    if (s < 3600)
        snprintf(label.s, sizeof(label.s), "%" PRIu64 "m%02" PRIu64 "s", s / 60, s % 60);
    else if (s < 86400)
        snprintf(label.s, sizeof(label.s), "%" PRIu64 "h%02" PRIu64 "m", s / 3600, s / 60 % 60);
    else if (s < 100 * 86400ull)
        snprintf(label.s, sizeof(label.s), "%" PRIu64 "d%02" PRIu64 "h", s / 86400, s / 3600 % 24);
    else
        snprintf(label.s, sizeof(label.s), "%" PRIu64 "d", s / 86400);
    return label;
}

struct acd_label acd_text_age_s(uint64_t seconds)
{
    static const struct {
        uint64_t below, unit;
        const char *name;
    } units[] = {{60, 1, "s"}, {3600, 60, "m"}, {86400, 3600, "h"}, {UINT64_MAX, 86400, "d"}};
    struct acd_label label;
    size_t i = 0;

    while (seconds >= units[i].below && i < 3)
        i++;
    snprintf(label.s, sizeof(label.s), "%" PRIu64 "%s", seconds / units[i].unit, units[i].name);
    return label;
}

struct acd_label acd_text_percent(uint64_t part, uint64_t whole, enum acd_glyphs glyphs)
{
    struct acd_label label;
    const char *special = NULL;
    unsigned percent = 0;

    if (whole == 0) {
        special = acd_text_none(glyphs);
    } else if (part > whole) {
        special = ">100%";
    } else if (part == whole) {
        special = "100%";
    } else if (part > 0) {
        uint64_t n = part;
        uint64_t d = whole;
        while (d > UINT64_MAX / 256) { /* room for 200 times the part */
            n >>= 1;
            d >>= 1;
        }
        percent = (unsigned)((200 * n + d) / (2 * d));
        special = percent == 0 ? "<1%" : percent >= 100 ? ">99%" : NULL;
    }
    if (special != NULL)
        snprintf(label.s, sizeof(label.s), "%s", special);
    else
        snprintf(label.s, sizeof(label.s), "%u%%", percent);
    return label;
}
