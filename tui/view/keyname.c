/* SPDX-License-Identifier: MIT */
/*
 * The table of key names and its two readers. Control with a letter is written `^L`; it is kept as
 * the small letter with the modifier, never as a control code.
 */
#include "config.h"

#include "tui/view/keyname.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "tui/view/width.h"

/* The first name of a code is the one that is shown. */
static const struct {
    uint32_t code;
    const char *name;
} names[] = {
    {' ', "Space"},
    {ACD_KEY_ENTER, "Enter"},
    {ACD_KEY_ESC, "Esc"},
    {ACD_KEY_TAB, "Tab"},
    {ACD_KEY_BACKSPACE, "Backspace"},
    {ACD_KEY_UP, "Up"},
    {ACD_KEY_DOWN, "Down"},
    {ACD_KEY_LEFT, "Left"},
    {ACD_KEY_RIGHT, "Right"},
    {ACD_KEY_HOME, "Home"},
    {ACD_KEY_END, "End"},
    {ACD_KEY_PAGE_UP, "PgUp"},
    {ACD_KEY_PAGE_DOWN, "PgDn"},
    {ACD_KEY_INSERT, "Ins"},
    {ACD_KEY_DELETE, "Del"},
    {ACD_KEY_F1, "F1"},
    {ACD_KEY_F1 + 1, "F2"},
    {ACD_KEY_F1 + 2, "F3"},
    {ACD_KEY_F1 + 3, "F4"},
    {ACD_KEY_F1 + 4, "F5"},
    {ACD_KEY_F1 + 5, "F6"},
    {ACD_KEY_F1 + 6, "F7"},
    {ACD_KEY_F1 + 7, "F8"},
    {ACD_KEY_F1 + 8, "F9"},
    {ACD_KEY_F1 + 9, "F10"},
    {ACD_KEY_F1 + 10, "F11"},
    {ACD_KEY_F12, "F12"},
    {ACD_KEY_ENTER, "Return"},
    {ACD_KEY_ESC, "Escape"},
    {ACD_KEY_PAGE_UP, "PageUp"},
    {ACD_KEY_PAGE_DOWN, "PageDown"},
    {ACD_KEY_INSERT, "Insert"},
    {ACD_KEY_DELETE, "Delete"},
};

#define NAME_COUNT (sizeof(names) / sizeof(names[0]))

static const struct {
    char letter;
    uint8_t mod;
} prefixes[] = {
    {'C', ACD_KEY_CTRL},
    {'M', ACD_KEY_ALT},
    {'S', ACD_KEY_SHIFT},
};

#define PREFIX_COUNT (sizeof(prefixes) / sizeof(prefixes[0]))

bool acd_key_equal(struct acd_key a, struct acd_key b)
{
    return a.code == b.code && a.mods == b.mods;
}

/* Takes "C-", "M-" and "S-" off the front, each once, as long as something follows. */
static const char *take_prefixes(const char *name, uint8_t *ret_mods)
{
    uint8_t mods = 0;
    size_t i = 0;

    while (i < PREFIX_COUNT) {
        if (name[0] == prefixes[i].letter && name[1] == '-' && name[2] != '\0' &&
            !(mods & prefixes[i].mod)) {
            mods |= prefixes[i].mod;
            name += 2;
            i = 0;
        } else {
            i++;
        }
    }
    *ret_mods = mods;
    return name;
}

/* What the terminal can send together with control: letters, and the five signs beside them. */
static bool takes_ctrl(uint32_t cp)
{
    return (cp >= 'a' && cp <= 'z') ||
           (cp != 0 && cp < 0x80 && strchr("@[\\]^_", (char)cp) != NULL);
}

/* One visible character and nothing after it; `mods` may gain control. */
static int parse_character(const char *name, uint8_t *mods, uint32_t *ret_cp)
{
    if (name[0] == '^' && name[1] != '\0') {
        name++;
        *mods |= ACD_KEY_CTRL;
    }

    size_t len = strlen(name);
    uint32_t cp;
    if (len == 0 || acd_text_decode(name, len, &cp) != len || cp == ACD_TEXT_BAD_BYTE ||
        acd_width_of(cp) < 1 || cp == ' ')
        return -EINVAL;
    if (*mods & ACD_KEY_SHIFT)
        return -EINVAL;
    if (*mods & ACD_KEY_CTRL) {
        if (cp >= 'A' && cp <= 'Z')
            cp += 'a' - 'A';
        if (!takes_ctrl(cp))
            return -EINVAL;
    }
    *ret_cp = cp;
    return 0;
}

int acd_key_parse(const char *name, struct acd_key *ret_key)
{
    uint8_t mods;
    uint32_t code = 0;

    name = take_prefixes(name, &mods);
    for (size_t i = 0; i < NAME_COUNT && code == 0; i++) {
        if (strcasecmp(name, names[i].name) == 0)
            code = names[i].code;
    }
    if (code == 0) {
        int error = parse_character(name, &mods, &code);
        if (error != 0)
            return error;
    }
    *ret_key = (struct acd_key){.code = code, .mods = mods};
    return 0;
}

struct acd_label acd_key_format(struct acd_key key)
{
    struct acd_label label = {""};
    char base[8] = "";
    const char *name = NULL;
    unsigned mods = key.mods;

    for (size_t i = 0; i < NAME_COUNT && name == NULL; i++) {
        if (names[i].code == key.code)
            name = names[i].name;
    }
    if (name == NULL && key.code < ACD_KEY_FIRST && acd_width_of(key.code) > 0) {
        size_t at = 0;
        uint32_t cp = key.code;
        if (mods & ACD_KEY_CTRL) {
            base[at++] = '^';
            cp = cp >= 'a' && cp <= 'z' ? cp - 'a' + 'A' : cp;
            mods &= ~(unsigned)ACD_KEY_CTRL;
        }
        at += acd_text_encode(cp, base + at);
        base[at] = '\0';
        name = base;
    }
    if (name != NULL)
        snprintf(label.s, sizeof(label.s), "%s%s%s%s", mods & ACD_KEY_CTRL ? "C-" : "",
                 mods & ACD_KEY_ALT ? "M-" : "", mods & ACD_KEY_SHIFT ? "S-" : "", name);
    return label;
}

const char *acd_key_name_at(size_t index)
{
    return index < NAME_COUNT ? names[index].name : NULL;
}
