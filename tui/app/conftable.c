/* SPDX-License-Identifier: MIT */
/* The table of configuration's keys and the types of their values, see conftable.h. */
#include "config.h"

#include "tui/app/conftable.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/app/actions.h"
#include "tui/model/windows.h"
#include "tui/view/look.h"
#include "tui/view/style.h"
#include "tui/view/view.h"

#define MS UINT64_C(1000000)
#define SECOND UINT64_C(1000000000)
#define HOUR (3600 * SECOND)
#define KIB UINT64_C(1024)
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* ---------------------------------------------------------------- words */

/* Those that one can begin on: not a file's tree, not help. */
static const char *screens(size_t index)
{
    return index < ACD_VIEW_JSON ? acd_view_get((enum acd_view_id)index)->name : NULL;
}

static const char *themes(size_t index)
{
    const struct acd_theme *theme = acd_style_theme_at(index);
    return theme ? acd_style_theme_name(theme) : NULL;
}

static const char *glyphs(size_t index)
{
    static const char *const names[] = {
        [ACD_CONF_GLYPHS_AUTO] = "auto",
        [ACD_CONF_GLYPHS_BRAILLE] = "braille",
        [ACD_CONF_GLYPHS_BLOCKS] = "blocks",
        [ACD_CONF_GLYPHS_ASCII] = "ascii",
    };
    return index < COUNT(names) ? names[index] : NULL;
}

static const char *windows(size_t index)
{
    return index < ACD_WINDOWS ? acd_windows_span[index].name : NULL;
}

static const char *levels(size_t index)
{
    static const char *const names[] = {"1", "2", "3", "never"};
    return index < COUNT(names) ? names[index] : NULL;
}

static const char *exits(size_t index)
{
    static const char *const names[] = {"ask", "keep", "restore"};
    return index < COUNT(names) ? names[index] : NULL;
}

/* ---------------------------------------------------------------- the table */

static const struct acd_conf_key keys[ACD_CONF_KEYS] = {
    {ACD_CONF_REFRESH, "", "refresh", ACD_CONF_TIME, 20 * MS, 10 * SECOND, NULL, "100ms",
     "how often the picture is renewed while something moves"},
    {ACD_CONF_SCREEN, "", "screen", ACD_CONF_CHOICE, 0, 0, screens, "overview",
     "the screen to begin on"},
    {ACD_CONF_VIEW_LEVEL, "", "view_level", ACD_CONF_NUMBER, 1, 3, NULL, "3",
     "events up to this level are shown"},
    {ACD_CONF_THEME, "", "theme", ACD_CONF_CHOICE, 0, 0, themes, "default",
     "what roles look like; the section colours changes single ones"},
    {ACD_CONF_NO_COLOUR, "", "no_colour", ACD_CONF_SWITCH, 0, 1, NULL, "false",
     "attributes only, as with NO_COLOR in the environment"},
    {ACD_CONF_GLYPHS, "", "glyphs", ACD_CONF_CHOICE, 0, 0, glyphs, "auto",
     "what pictures are drawn with; auto: blocks on a UTF-8 terminal, else ASCII"},
    {ACD_CONF_MOUSE, "", "mouse", ACD_CONF_SWITCH, 0, 1, NULL, "false",
     "take clicks and the wheel; selecting text then needs Shift in most terminals"},
    {ACD_CONF_HIT_RATE, "thresholds", "hit_rate", ACD_CONF_PERCENT, 0, 100, NULL, "50%",
     "a cache's hit rate below it is a warning"},
    {ACD_CONF_RUNNING, "thresholds", "running", ACD_CONF_TIME, 0, 24 * HOUR, NULL, "2min",
     "a timer that runs for longer is a warning; 0: none is"},
    {ACD_CONF_TREND, "windows", "trend", ACD_CONF_CHOICE, 0, 0, windows, "1m",
     "the time that sparklines show"},
    {ACD_CONF_ALLOW_CHANGE, "level", "allow_change", ACD_CONF_SWITCH, 0, 1, NULL, "true",
     "whether a server's level may be changed from here"},
    {ACD_CONF_CONFIRM_AT, "level", "confirm_at", ACD_CONF_CHOICE, 0, 0, levels, "3",
     "raising to this level or above asks first"},
    {ACD_CONF_ON_EXIT, "level", "on_exit", ACD_CONF_CHOICE, 0, 0, exits, "ask",
     "what becomes at the end of levels that were raised from here"},
    {ACD_CONF_JSON_VALUES, "json", "max_values", ACD_CONF_NUMBER, 1000, UINT64_C(1) << 26, NULL,
     "67108864", "values of a JSON file that are taken in, at 24 bytes of memory each"},
    {ACD_CONF_CLIPBOARD, "clipboard", "max_bytes", ACD_CONF_BYTES, KIB, 64 * KIB *KIB, NULL, "1MiB",
     "what is longer is not copied; terminals have limits of their own"},
    {ACD_CONF_EVENTS, "scrollback", "events", ACD_CONF_NUMBER, 1000, 10000000, NULL, "100000",
     "events that are kept to scroll back to"},
    {ACD_CONF_MEMORY, "scrollback", "memory", ACD_CONF_BYTES, 256 * KIB, 4 * KIB *KIB *KIB, NULL,
     "16MiB", "memory for them; the oldest go first"},
};

static const struct acd_conf_section sections[] = {
    {"", ACD_CONF_PLAIN, ""},
    {"thresholds", ACD_CONF_PLAIN, "from where on a number is a warning"},
    {"windows", ACD_CONF_PLAIN, "how far numbers of the recent past reach back"},
    {"level", ACD_CONF_PLAIN, "what this viewer may do to a server's level"},
    {"json", ACD_CONF_PLAIN, "limits of the JSON screen"},
    {"clipboard", ACD_CONF_PLAIN, "limits of copying"},
    {"scrollback", ACD_CONF_PLAIN, "how many events are kept"},
    {"columns", ACD_CONF_COLUMNS,
     "table: list of the columns that are shown where there is room, e.g. 'timers: [count, p95]'"},
    {"colours", ACD_CONF_COLOURS,
     "role: colour, e.g. 'ok: bright-green bold' or 'selected: black on #d08770'"},
    {"keys", ACD_CONF_BINDINGS,
     "action: key or list of keys, e.g. 'pause: [p, Space]'; the first stands in the footer"},
};

const struct acd_conf_key *acd_conftable_key(enum acd_conf_id id)
{
    return &keys[id];
}

const struct acd_conf_key *acd_conftable_find(const char *section, const char *name)
{
    for (size_t i = 0; i < COUNT(keys); i++)
        if (strcmp(keys[i].section, section) == 0 && strcmp(keys[i].name, name) == 0)
            return &keys[i];
    return NULL;
}

const struct acd_conf_section *acd_conftable_section(size_t index)
{
    return index < COUNT(sections) ? &sections[index] : NULL;
}

static const char *plain_name(const struct acd_conf_section *section, size_t index)
{
    for (size_t i = 0; i < COUNT(keys); i++)
        if (strcmp(keys[i].section, section->name) == 0 && index-- == 0)
            return keys[i].name;
    /* At the top, sections are names too. */
    return !section->name[0] && index + 1 < COUNT(sections) ? sections[index + 1].name : NULL;
}

const char *acd_conftable_name(const struct acd_conf_section *section, size_t index)
{
    switch (section->kind) {
    case ACD_CONF_COLUMNS: return acd_look_table_name(index);
    case ACD_CONF_COLOURS:
        return index < ACD_STYLE_COUNT ? acd_style_name((enum acd_style)index) : NULL;
    case ACD_CONF_BINDINGS: return index < acd_actions_count ? acd_actions_table[index].name : NULL;
    case ACD_CONF_PLAIN:
    default: return plain_name(section, index);
    }
}

/* ---------------------------------------------------------------- values */

struct unit {
    const char *name;
    uint64_t size;
};

/* The largest first, and of equals the one that is written. */
static const struct unit times[] = {
    {"h", HOUR}, {"min", 60 * SECOND}, {"m", 60 * SECOND}, {"s", SECOND},
    {"ms", MS},  {"us", 1000},         {"ns", 1},          {NULL, 0}};
static const struct unit sizes[] = {{"GiB", KIB *KIB *KIB},
                                    {"MiB", KIB *KIB},
                                    {"KiB", KIB},
                                    {"GB", UINT64_C(1000000000)},
                                    {"MB", 1000000},
                                    {"kB", 1000},
                                    {"B", 1},
                                    {"", 1},
                                    {NULL, 0}};
static const struct unit percents[] = {{"%", 1}, {"", 1}, {NULL, 0}};
static const struct unit numbers[] = {{"", 1}, {NULL, 0}};

static const struct unit *units_of(enum acd_conf_type type)
{
    switch (type) {
    case ACD_CONF_TIME: return times;
    case ACD_CONF_BYTES: return sizes;
    case ACD_CONF_PERCENT: return percents;
    default: return numbers;
    }
}

static int parse_measure(const struct acd_conf_key *key, const char *text, uint64_t *ret_value)
{
    size_t digits = strspn(text, "0123456789");
    const char *name = text + digits + strspn(text + digits, " ");
    uint64_t number = 0;
    if (digits == 0 || digits > 18)
        return -EINVAL;
    for (size_t i = 0; i < digits; i++)
        number = number * 10 + (uint64_t)(text[i] - '0');
    for (const struct unit *u = units_of(key->type); u->name; u++) {
        if (strcmp(name, u->name) != 0)
            continue;
        if (number > key->max / u->size || number * u->size < key->min)
            return -EINVAL;
        *ret_value = number * u->size;
        return 0;
    }
    /* Nothing is nothing in every unit. */
    if (number > 0 || *name || key->min > 0)
        return -EINVAL;
    *ret_value = 0;
    return 0;
}

static int parse_switch(const char *text, uint64_t *ret_value)
{
    static const char *const names[] = {"false", "true", "no", "yes", "off", "on"};
    for (size_t i = 0; i < COUNT(names); i++) {
        if (strcmp(text, names[i]) == 0) {
            *ret_value = i % 2;
            return 0;
        }
    }
    return -EINVAL;
}

int acd_conftable_parse(const struct acd_conf_key *key, const char *text, uint64_t *ret_value)
{
    if (key->type == ACD_CONF_SWITCH)
        return parse_switch(text, ret_value);
    if (key->type != ACD_CONF_CHOICE)
        return parse_measure(key, text, ret_value);
    for (size_t i = 0; key->choice(i); i++) {
        if (strcmp(key->choice(i), text) == 0) {
            *ret_value = i;
            return 0;
        }
    }
    return -EINVAL;
}

void acd_conftable_format(const struct acd_conf_key *key, uint64_t value, char *out, size_t size)
{
    const struct unit *u = units_of(key->type);
    switch (key->type) {
    case ACD_CONF_SWITCH: snprintf(out, size, "%s", value ? "true" : "false"); return;
    case ACD_CONF_CHOICE: snprintf(out, size, "%s", key->choice(value)); return;
    default: break;
    }
    while (value % u->size != 0)
        u++;
    if (value == 0 && key->type == ACD_CONF_TIME)
        snprintf(out, size, "0");
    else
        snprintf(out, size, "%" PRIu64 "%s", value / u->size, u->name);
}

static void expect_words(const struct acd_conf_key *key, char *out, size_t size)
{
    size_t used = 0;
    for (size_t i = 0; key->choice(i) && used < size; i++) {
        const char *between = i == 0 ? "" : key->choice(i + 1) ? ", " : " or ";
        int n = snprintf(out + used, size - used, "%s%s", between, key->choice(i));
        used += n > 0 ? (size_t)n : 0;
    }
}

void acd_conftable_expects(const struct acd_conf_key *key, char *out, size_t size)
{
    static const char *const whats[] = {[ACD_CONF_NUMBER] = "a number",
                                        [ACD_CONF_PERCENT] = "a percentage",
                                        [ACD_CONF_TIME] = "a time",
                                        [ACD_CONF_BYTES] = "a size"};
    char min[32], max[32];
    if (key->type == ACD_CONF_SWITCH) {
        snprintf(out, size, "true or false");
    } else if (key->type == ACD_CONF_CHOICE) {
        expect_words(key, out, size);
    } else {
        acd_conftable_format(key, key->min, min, sizeof min);
        acd_conftable_format(key, key->max, max, sizeof max);
        snprintf(out, size, "%s from %s to %s", whats[key->type], min, max);
    }
}
