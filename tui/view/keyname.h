/* SPDX-License-Identifier: MIT */
/*
 * Keys and their names: what the terminal side reports, and what bindings, footer, help and
 * configuration call it. One table serves both directions. Knows no curses; anybody may call.
 */
#ifndef ACD_TUI_VIEW_KEYNAME_H
#define ACD_TUI_VIEW_KEYNAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/view/text.h"

/* A code below ACD_KEY_FIRST is the Unicode code point that was typed. */
enum acd_key_code {
    ACD_KEY_FIRST = 0x110000,
    ACD_KEY_ENTER = ACD_KEY_FIRST,
    ACD_KEY_ESC,
    ACD_KEY_TAB,
    ACD_KEY_BACKSPACE,
    ACD_KEY_UP,
    ACD_KEY_DOWN,
    ACD_KEY_LEFT,
    ACD_KEY_RIGHT,
    ACD_KEY_HOME,
    ACD_KEY_END,
    ACD_KEY_PAGE_UP,
    ACD_KEY_PAGE_DOWN,
    ACD_KEY_INSERT,
    ACD_KEY_DELETE,
    ACD_KEY_F1,
    ACD_KEY_F12 = ACD_KEY_F1 + 11,
    /* No keys, and without names: they can't be bound. */
    ACD_KEY_MOUSE_PRESS, /* left button, at x and y */
    ACD_KEY_MOUSE_RELEASE,
    ACD_KEY_WHEEL_UP,
    ACD_KEY_WHEEL_DOWN,
};

enum acd_key_mod {
    ACD_KEY_CTRL = 1u << 0,
    ACD_KEY_ALT = 1u << 1,
    ACD_KEY_SHIFT = 1u << 2, /* with special keys only; a character is shifted in itself */
    ACD_KEY_PASTED = 1u << 3 /* not typed: text for a field, never a command */
};

struct acd_key {
    uint32_t code;
    uint8_t mods;
    int16_t x, y; /* of the mouse, else 0 */
};

/* Whether two keys are the same to a binding: code and modifiers. */
bool acd_key_equal(struct acd_key a, struct acd_key b);

/*
 * Reads a name: a character ("g", "+", "é"), a key ("F8", "PgUp", "Space"), "^L" or "C-l" for
 * control, with "C-", "M-" (alt) and "S-" (shift) before it, in any order. Names of more than one
 * letter may be in either case. 0; -EINVAL for what is no key, and `*ret_key` is untouched.
 */
int acd_key_parse(const char *name, struct acd_key *ret_key);

/* The name, as acd_key_parse() reads it; "" for what has none (mouse). */
struct acd_label acd_key_format(struct acd_key key);

/* The named keys by number, for lists and suggestions; NULL past the last. */
const char *acd_key_name_at(size_t index);

#endif
