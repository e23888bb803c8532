/* SPDX-License-Identifier: MIT */
/*
 * From what curses reads to keys. Curses knows the terminal's own sequences and waits for the rest
 * of one; a sequence that it does not know arrives here byte by byte, after an ESC, and is read to
 * its end: as the mouse, or as nothing.
 */
#include "config.h"

#include "tui/term/keys.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>

#include "tui/term/private.h"

#define ESC 0x1b

/* Bytes that follow ESC [ M in the oldest form of mouse reports. */
#define X10_BYTES 3
#define VAIN_MOST 8 /* tries to read what is there */

static const struct {
    int curses;
    uint32_t code;
    uint8_t mods;
} specials[] = {
    {KEY_UP, ACD_KEY_UP, 0},
    {KEY_DOWN, ACD_KEY_DOWN, 0},
    {KEY_LEFT, ACD_KEY_LEFT, 0},
    {KEY_RIGHT, ACD_KEY_RIGHT, 0},
    {KEY_HOME, ACD_KEY_HOME, 0},
    {KEY_FIND, ACD_KEY_HOME, 0},
    {KEY_A1, ACD_KEY_HOME, 0},
    {KEY_END, ACD_KEY_END, 0},
    {KEY_SELECT, ACD_KEY_END, 0},
    {KEY_C1, ACD_KEY_END, 0},
    {KEY_PPAGE, ACD_KEY_PAGE_UP, 0},
    {KEY_A3, ACD_KEY_PAGE_UP, 0},
    {KEY_NPAGE, ACD_KEY_PAGE_DOWN, 0},
    {KEY_C3, ACD_KEY_PAGE_DOWN, 0},
    {KEY_IC, ACD_KEY_INSERT, 0},
    {KEY_DC, ACD_KEY_DELETE, 0},
    {KEY_BACKSPACE, ACD_KEY_BACKSPACE, 0},
    {KEY_ENTER, ACD_KEY_ENTER, 0},
    {KEY_BTAB, ACD_KEY_TAB, ACD_KEY_SHIFT},
    {KEY_SR, ACD_KEY_UP, ACD_KEY_SHIFT},
    {KEY_SF, ACD_KEY_DOWN, ACD_KEY_SHIFT},
    {KEY_SLEFT, ACD_KEY_LEFT, ACD_KEY_SHIFT},
    {KEY_SRIGHT, ACD_KEY_RIGHT, ACD_KEY_SHIFT},
    {KEY_SHOME, ACD_KEY_HOME, ACD_KEY_SHIFT},
    {KEY_SEND, ACD_KEY_END, ACD_KEY_SHIFT},
    {KEY_SPREVIOUS, ACD_KEY_PAGE_UP, ACD_KEY_SHIFT},
    {KEY_SNEXT, ACD_KEY_PAGE_DOWN, ACD_KEY_SHIFT},
    {KEY_SIC, ACD_KEY_INSERT, ACD_KEY_SHIFT},
    {KEY_SDC, ACD_KEY_DELETE, ACD_KEY_SHIFT},
};

/* Terminfo's extended names, such as kUP5: the digit is 1 and a bit each for shift, alt, control. */
static const struct {
    const char *name;
    uint32_t code;
} extended[] = {
    {"kUP", ACD_KEY_UP},       {"kDN", ACD_KEY_DOWN},       {"kLFT", ACD_KEY_LEFT},
    {"kRIT", ACD_KEY_RIGHT},   {"kHOM", ACD_KEY_HOME},      {"kEND", ACD_KEY_END},
    {"kPRV", ACD_KEY_PAGE_UP}, {"kNXT", ACD_KEY_PAGE_DOWN}, {"kIC", ACD_KEY_INSERT},
    {"kDC", ACD_KEY_DELETE},
};

static uint8_t mods_of(int xterm_number)
{
    unsigned bits = (unsigned)(xterm_number - 1);

    return (uint8_t)((bits & 1 ? ACD_KEY_SHIFT : 0u) | (bits & 2 ? ACD_KEY_ALT : 0u) |
                     (bits & 4 ? ACD_KEY_CTRL : 0u));
}

static bool read_extended(int curses, struct acd_key *key)
{
    const char *name = keyname(curses);
    size_t len = name != NULL ? strlen(name) : 0;

    if (len < 4 || name[len - 1] < '2' || name[len - 1] > '8')
        return false;
    for (size_t i = 0; i < sizeof(extended) / sizeof(extended[0]); i++) {
        if (strlen(extended[i].name) == len - 1 && strncmp(name, extended[i].name, len - 1) == 0) {
            key->code = extended[i].code;
            key->mods = mods_of(name[len - 1] - '0');
            return true;
        }
    }
    return false;
}

/* F13 and up are what terminfo calls F1 to F12 with modifiers, in xterm's order. */
static bool read_function(int curses, struct acd_key *key)
{
    static const uint8_t mods[] = {0,
                                   ACD_KEY_SHIFT,
                                   ACD_KEY_CTRL,
                                   ACD_KEY_CTRL | ACD_KEY_SHIFT,
                                   ACD_KEY_ALT,
                                   ACD_KEY_ALT | ACD_KEY_SHIFT};
    int number = curses - KEY_F(1);

    if (number < 0 || number >= 12 * (int)sizeof(mods) || curses > KEY_F(63))
        return false;
    key->code = ACD_KEY_F1 + (uint32_t)number % 12;
    key->mods = mods[number / 12];
    return true;
}

/* A key that curses knew. */
static bool read_special(int curses, struct acd_key *key)
{
    for (size_t i = 0; i < sizeof(specials) / sizeof(specials[0]); i++) {
        if (specials[i].curses == curses) {
            key->code = specials[i].code;
            key->mods = specials[i].mods;
            return true;
        }
    }
    return read_function(curses, key) || read_extended(curses, key);
}

static void read_control(const struct acd_screen *screen, unsigned byte, struct acd_key *key)
{
    switch (byte) {
    case '\r':
    case '\n': key->code = ACD_KEY_ENTER; return;
    case '\t': key->code = ACD_KEY_TAB; return;
    case ESC: key->code = ACD_KEY_ESC; return;
    case 0x7f: key->code = ACD_KEY_BACKSPACE; return;
    case 0: key->code = ' '; break;
    default: key->code = byte <= 26 ? byte + 'a' - 1 : byte + '@'; break;
    }
    if (byte == '\b' && screen->restore.saved.c_cc[VERASE] == '\b')
        key->code = ACD_KEY_BACKSPACE;
    else
        key->mods = ACD_KEY_CTRL;
}

/* One byte of a character; true when that is whole. A broken one is dropped. */
static bool read_byte(struct acd_screen *screen, unsigned byte, struct acd_key *key)
{
    struct acd_keys *keys = &screen->keys;
    uint32_t cp;

    if ((byte & 0xc0) != 0x80)
        keys->len = 0; /* it goes on with what was there, or that is broken */
    if (byte < 0x20 || byte == 0x7f) {
        read_control(screen, byte, key);
        return true;
    }
    keys->bytes[keys->len++] = (char)byte;
    acd_text_decode(keys->bytes, keys->len, &cp);
    if (cp == ACD_TEXT_BAD_BYTE) {
        unsigned lead = (unsigned char)keys->bytes[0];
        size_t need = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
        if (lead < 0xc2 || lead > 0xf4 || keys->len >= need)
            keys->len = 0;
        return false;
    }
    keys->len = 0;
    key->code = cp;
    return true;
}

/* A mouse report, ESC [ < button ; x ; y M or m, whose inside is in keys->bytes. */
static bool read_mouse(const struct acd_keys *keys, char final, struct acd_key *key)
{
    enum { MOTION = 32, WHEEL = 64 };
    long numbers[3] = {0};
    size_t field = 0;

    for (size_t i = 1; i < keys->len && field < 3; i++) {
        if (keys->bytes[i] == ';')
            field++;
        else if (keys->bytes[i] >= '0' && keys->bytes[i] <= '9' && numbers[field] < 10000)
            numbers[field] = numbers[field] * 10 + keys->bytes[i] - '0';
        else
            return false;
    }
    long button = numbers[0] & (MOTION | WHEEL | 3);
    if (field != 2 || numbers[1] < 1 || numbers[2] < 1)
        return false;
    if (button == WHEEL || button == WHEEL + 1)
        key->code = button == WHEEL ? ACD_KEY_WHEEL_UP : ACD_KEY_WHEEL_DOWN;
    else if (button == 0)
        key->code = final == 'M' ? ACD_KEY_MOUSE_PRESS : ACD_KEY_MOUSE_RELEASE;
    else
        return false;
    key->x = (int16_t)((numbers[1] < INT16_MAX ? numbers[1] : INT16_MAX) - 1);
    key->y = (int16_t)((numbers[2] < INT16_MAX ? numbers[2] : INT16_MAX) - 1);
    return true;
}

/* A mark around pasted text that came in pieces, which is when curses does not know it. */
static void read_mark(struct acd_keys *keys)
{
    if (keys->len == 3 &&
        (memcmp(keys->bytes, "200", 3) == 0 || memcmp(keys->bytes, "201", 3) == 0))
        keys->pasting = keys->bytes[2] == '0';
}

/* One byte of a sequence that curses did not know; true if it ends a mouse report. */
static bool read_sequence(struct acd_keys *keys, unsigned byte, struct acd_key *key)
{
    bool found = false;

    if (byte >= 0x20 && byte < 0x40) { /* parameters */
        if (keys->len < sizeof(keys->bytes))
            keys->bytes[keys->len++] = (char)byte;
        return false;
    }
    if (byte == 'M' && keys->len == 0) {
        keys->state = ACD_KEYS_X10;
        return false;
    }
    if (keys->len > 0 && keys->bytes[0] == '<' && (byte == 'M' || byte == 'm'))
        found = read_mouse(keys, (char)byte, key);
    else if (byte == '~')
        read_mark(keys);
    keys->state = ACD_KEYS_PLAIN;
    keys->len = 0;
    return found;
}

/* What follows an ESC; true if that makes a key. */
static bool read_after_esc(struct acd_screen *screen, unsigned byte, struct acd_key *key)
{
    struct acd_keys *keys = &screen->keys;

    if (byte == ESC) { /* the first was the key, the second may begin something */
        key->code = ACD_KEY_ESC;
        return true;
    }
    keys->state = byte == '[' ? ACD_KEYS_CSI : byte == 'O' ? ACD_KEYS_SS3 : ACD_KEYS_PLAIN;
    if (keys->state != ACD_KEYS_PLAIN)
        return false;
    keys->alt = true;
    return read_byte(screen, byte, key);
}

static bool read_next(struct acd_screen *screen, unsigned byte, struct acd_key *key)
{
    struct acd_keys *keys = &screen->keys;

    switch (keys->state) {
    case ACD_KEYS_ESC: return read_after_esc(screen, byte, key);
    case ACD_KEYS_CSI: return read_sequence(keys, byte, key);
    case ACD_KEYS_SS3: keys->state = ACD_KEYS_PLAIN; return false;
    case ACD_KEYS_X10:
        if (++keys->len == X10_BYTES) {
            keys->len = 0;
            keys->state = ACD_KEYS_PLAIN;
        }
        return false;
    case ACD_KEYS_PLAIN:
    default:
        if (byte == ESC) {
            keys->len = 0;
            keys->state = ACD_KEYS_ESC;
            return false;
        }
        return read_byte(screen, byte, key);
    }
}

/* Nothing came after an ESC, or after the next byte: they were keys of their own.  Nobody types
 * before the mark that ends a paste: that is what comes, if slowly. */
static bool end_waiting(struct acd_keys *keys, struct acd_key *key)
{
    if (keys->pasting)
        return false;
    switch (keys->state) {
    case ACD_KEYS_ESC: key->code = ACD_KEY_ESC; break;
    case ACD_KEYS_CSI:
        if (keys->len > 0)
            return false; /* the rest is on its way */
        key->code = '[';
        key->mods = ACD_KEY_ALT;
        break;
    case ACD_KEYS_SS3:
        key->code = 'O';
        key->mods = ACD_KEY_ALT;
        break;
    case ACD_KEYS_X10:
    case ACD_KEYS_PLAIN:
    default: return false;
    }
    keys->state = ACD_KEYS_PLAIN;
    return true;
}

/* Nobody will ever type here again. */
static bool is_gone(struct acd_keys *keys, int fd)
{
    struct pollfd readable = {.fd = fd, .events = POLLIN};
    int waiting = 0;

    if (poll(&readable, 1, 0) <= 0)
        return false;
    if (readable.revents & (POLLHUP | POLLERR | POLLNVAL))
        return true;
    if ((readable.revents & POLLIN) == 0)
        return false;
    /* It may have come just now; not each time. */
    if (ioctl(fd, FIONREAD, &waiting) < 0 || waiting > 0)
        return ++keys->vain >= VAIN_MOST;
    return true;
}

/* A code of curses: marks around pasted text, or a key. */
static bool read_code(struct acd_keys *keys, int code, struct acd_key *key)
{
    bool after_esc = keys->state == ACD_KEYS_ESC;

    keys->state = ACD_KEYS_PLAIN;
    keys->len = 0;
    if (code == ACD_PASTE_BEGIN || code == ACD_PASTE_END) {
        keys->pasting = code == ACD_PASTE_BEGIN;
        return false;
    }
    keys->alt = after_esc;
    return read_special(code, key);
}

int acd_keys_next(struct acd_screen *screen, struct acd_key *ret_key)
{
    struct acd_keys *keys = &screen->keys;

    for (;;) {
        struct acd_key key = {0};
        int got = wgetch(screen->pad);
        bool found;
        if (got != ERR)
            keys->vain = 0;
        if (got == ERR) {
            if (!end_waiting(keys, &key))
                return is_gone(keys, screen->in_fd) ? -EPIPE : 0;
            found = true;
        } else if (got >= KEY_MIN) {
            found = read_code(keys, got, &key);
        } else {
            found = read_next(screen, (unsigned)got & 0xffu, &key);
        }
        if (!found) {
            keys->alt = keys->alt && keys->len > 0;
            continue;
        }
        key.mods = (uint8_t)(key.mods | (keys->alt ? ACD_KEY_ALT : 0u) |
                             (keys->pasting ? ACD_KEY_PASTED : 0u));
        keys->alt = false;
        *ret_key = key;
        return 1;
    }
}
