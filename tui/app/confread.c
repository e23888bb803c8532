/* SPDX-License-Identifier: MIT */
/* YAML held against the tables, see confread.h. */
#include "config.h"

#include "tui/app/confread.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "tui/app/actions.h"
#include "tui/app/suggest.h"
#include "tui/app/yamlread.h"
#include "tui/view/colour.h"

#define KEYS_MOST 16 /* of an action */
#define NAMES_MOST 160

struct walk {
    struct acd_conf *conf;
    struct acd_complaints *complaints;
    const struct acd_yaml *yaml;
    const struct acd_conf_section *section;
    struct acd_place bound[ACD_ACTIONS][KEYS_MOST]; /* where keys of this text stand; line 0: not */
};

static void complain(struct walk *w, uint32_t node, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void complain(struct walk *w, uint32_t node, const char *format, ...)
{
    char text[240];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    acd_complaints_add(w->complaints, w->yaml->node[node].at, "%s", text);
    if (strcmp(w->section->name, "level") == 0)
        w->conf->locked = true;
}

static const char *kind_name(enum acd_yaml_kind kind)
{
    return kind == ACD_YAML_LIST ? "a list" : "keys and values";
}

/* ---------------------------------------------------------------- names */

static const char *nearest(const struct acd_conf_section *section, const char *given)
{
    const char *names[NAMES_MOST];
    size_t count = 0;
    while (count < NAMES_MOST && (names[count] = acd_conftable_name(section, count)))
        count++;
    return acd_suggest_nearest(given, names, count);
}

/* The section in which a name would be right. */
static const char *section_of(const char *name)
{
    const struct acd_conf_section *section;
    for (size_t i = 1; (section = acd_conftable_section(i)); i++)
        if (section->kind == ACD_CONF_PLAIN && acd_conftable_find(section->name, name))
            return section->name;
    return NULL;
}

static void unknown(struct walk *w, uint32_t node)
{
    static const char *const whats[] = {[ACD_CONF_PLAIN] = "key",
                                        [ACD_CONF_COLUMNS] = "table",
                                        [ACD_CONF_COLOURS] = "role",
                                        [ACD_CONF_BINDINGS] = "action"};
    const char *name = w->yaml->node[node].text, *what = whats[w->section->kind];
    const char *near = nearest(w->section, name);
    const char *elsewhere = w->section->name[0] ? NULL : section_of(name);
    /* It may have been meant for levels. */
    if (!w->section->name[0])
        w->conf->locked = true;
    if (elsewhere)
        complain(w, node, "unknown key '%.60s' (it belongs under '%s')", name, elsewhere);
    else if (near)
        complain(w, node, "unknown %s '%.60s' (did you mean '%s'?)", what, name, near);
    else
        complain(w, node, "unknown %s '%.60s'. Hint: acdebug-top --print-config", what, name);
}

struct name {
    const char *text;
    uint32_t node;
};

static int by_text(const void *a, const void *b)
{
    const struct name *x = a, *y = b;
    int order = strcmp(x->text, y->text);
    return order ? order : x->node < y->node ? -1 : x->node > y->node;
}

/* The key after `key`; its value comes between, but where reading stopped. */
static uint32_t next_key(const struct acd_yaml_node *node, uint32_t key)
{
    return node[key].next == ACD_YAML_NONE ? ACD_YAML_NONE : node[node[key].next].next;
}

/* Each key of a map stands once. */
static int check_keys(struct walk *w, uint32_t map)
{
    const struct acd_yaml_node *node = w->yaml->node;
    struct name *name = calloc(w->yaml->count, sizeof *name);
    size_t count = 0;
    if (!name)
        return -ENOMEM;
    for (uint32_t k = node[map].first; k != ACD_YAML_NONE; k = next_key(node, k))
        if (node[k].kind == ACD_YAML_SCALAR)
            name[count++] = (struct name){node[k].text, k};
    qsort(name, count, sizeof *name, by_text);
    for (size_t i = 1; i < count; i++) {
        size_t first = i - 1;
        if (strcmp(name[i].text, name[first].text) != 0)
            continue;
        while (first > 0 && strcmp(name[first - 1].text, name[i].text) == 0)
            first--;
        complain(w, name[i].node, "duplicate key '%.60s', first at %" PRIu32 ":%" PRIu32,
                 name[i].text, node[name[first].node].at.line, node[name[first].node].at.column);
    }
    free(name);
    return 0;
}

/* ---------------------------------------------------------------- values */

static void take_plain(struct walk *w, const struct acd_conf_key *key, uint32_t value)
{
    const struct acd_yaml_node *node = &w->yaml->node[value];
    char expects[160];
    const char *near = NULL;
    acd_conftable_expects(key, expects, sizeof expects);
    if (node->kind != ACD_YAML_SCALAR) {
        complain(w, value, "'%s' takes %s, not %s", key->name, expects, kind_name(node->kind));
        return;
    }
    if (!node->text[0]) {
        complain(w, value, "'%s' has no value; it takes %s", key->name, expects);
        return;
    }
    if (acd_conftable_parse(key, node->text, &w->conf->value[key->id]) == 0)
        return;
    /* Of two letters, everything is near. */
    if (key->type == ACD_CONF_CHOICE && strlen(node->text) > 2) {
        const char *words[NAMES_MOST];
        size_t count = 0;
        while (count < NAMES_MOST && (words[count] = key->choice(count)))
            count++;
        near = acd_suggest_nearest(node->text, words, count);
    }
    if (near)
        complain(w, value, "'%s' can't be '%.60s' (did you mean '%s'?)", key->name, node->text,
                 near);
    else
        complain(w, value, "'%s' can't be '%.60s'; it takes %s", key->name, node->text, expects);
}

static void take_colour(struct walk *w, enum acd_style style, uint32_t value)
{
    const struct acd_yaml_node *node = &w->yaml->node[value];
    struct acd_shade shade;
    const char *bad, *words[NAMES_MOST];
    char word[64];
    size_t count = 0;
    if (node->kind != ACD_YAML_SCALAR) {
        complain(w, value, "a colour takes words such as 'black on green bold', not %s",
                 kind_name(node->kind));
        return;
    }
    if (acd_colour_parse(node->text, &shade, &bad) == 0 &&
        strlen(node->text) < ACD_CONF_COLOUR_BYTES) {
        snprintf(w->conf->colour[style], ACD_CONF_COLOUR_BYTES, "%s", node->text);
        return;
    }
    while (count < NAMES_MOST && (words[count] = acd_colour_word_at(count)))
        count++;
    snprintf(word, sizeof word, "%.*s", (int)strcspn(bad, " "), bad);
    const char *near = acd_suggest_nearest(word, words, count);
    if (near && strcmp(near, word) != 0)
        complain(w, value, "'%s' is no colour (did you mean '%s'?)", word, near);
    else
        complain(w, value,
                 "'%.60s' is no colour. Hint: 'green', '#d08770', '109', 'black on yellow bold'",
                 node->text);
}

static void take_key(struct walk *w, size_t action, uint32_t value)
{
    const struct acd_yaml_node *node = &w->yaml->node[value];
    const char *names[NAMES_MOST];
    struct acd_key key, other;
    size_t count = 0, which = 0;
    if (node->kind != ACD_YAML_SCALAR) {
        complain(w, value, "a key takes a name such as 'F8', not %s", kind_name(node->kind));
        return;
    }
    while (count < NAMES_MOST && (names[count] = acd_key_name_at(count)))
        count++;
    if (acd_key_parse(node->text, &key) < 0) {
        const char *near = acd_suggest_nearest(node->text, names, count);
        if (near)
            complain(w, value, "'%.60s' is no key (did you mean '%s'?)", node->text, near);
        else
            complain(w, value,
                     "'%.60s' is no key. Hint: a character, F1 to F12, Space, PgUp, ^L, M-x",
                     node->text);
        return;
    }
    while (acd_keymap_key(&w->conf->keymap, action, which, &other))
        which++;
    int r = which < KEYS_MOST ? acd_keymap_add(&w->conf->keymap, action, key) : -ENOSPC;
    if (r == -EEXIST)
        complain(w, value, "key '%.60s' stands there twice", node->text);
    else if (r < 0)
        complain(w, value, "more keys for one action than there is room for");
    else
        w->bound[action][which] = node->at;
}

static void take_keys(struct walk *w, size_t action, uint32_t value)
{
    const struct acd_yaml_node *node = w->yaml->node;
    if (node[value].kind == ACD_YAML_MAP) {
        complain(w, value, "'%s' takes a key or a list of keys, not keys and values",
                 acd_actions_table[action].name);
        return;
    }
    acd_keymap_clear(&w->conf->keymap, action);
    memset(w->bound[action], 0, sizeof w->bound[action]);
    if (node[value].kind == ACD_YAML_SCALAR)
        take_key(w, action, value);
    for (uint32_t k = node[value].first; k != ACD_YAML_NONE; k = node[k].next)
        if (!node[k].refused)
            take_key(w, action, k);
}

/* ---------------------------------------------------------------- columns */

/* Its bit; 0 and a complaint when there is none of that name. */
static uint32_t column_bit(struct walk *w, size_t table, uint32_t value)
{
    const struct acd_yaml_node *node = &w->yaml->node[value];
    const char *names[NAMES_MOST];
    size_t count = 0;
    if (node->kind != ACD_YAML_SCALAR) {
        complain(w, value, "a column is a word, not %s", kind_name(node->kind));
        return 0;
    }
    for (; (names[count] = acd_look_column_name(table, count)); count++)
        if (strcmp(names[count], node->text) == 0)
            return UINT32_C(1) << count;
    const char *near = acd_suggest_nearest(node->text, names, count);
    if (near)
        complain(w, value, "unknown column '%.60s' (did you mean '%s'?)", node->text, near);
    else
        complain(w, value, "unknown column '%.60s'. Hint: acdebug-top --print-config", node->text);
    return 0;
}

/* What is named is shown, and the rows' names always are. */
static void take_columns(struct walk *w, size_t table, uint32_t value)
{
    const struct acd_yaml_node *node = w->yaml->node;
    uint32_t shown = 1;
    if (node[value].kind != ACD_YAML_LIST) {
        complain(w, value, "'%s' takes a list of columns", acd_look_table_name(table));
        return;
    }
    for (uint32_t k = node[value].first; k != ACD_YAML_NONE; k = node[k].next)
        if (!node[k].refused)
            shown |= column_bit(w, table, k);
    w->conf->hidden[table] = ~shown;
}

static size_t find_table(const char *name)
{
    size_t table = 0;
    while (table < ACD_LOOK_TABLES && strcmp(acd_look_table_name(table), name) != 0)
        table++;
    return table;
}

/* ---------------------------------------------------------------- conflicts */

/* Where this text binds the key to the action; line 0: it doesn't. */
static struct acd_place place_of(const struct walk *w, size_t action, struct acd_key key)
{
    struct acd_key one;
    for (size_t i = 0; acd_keymap_key(&w->conf->keymap, action, i, &one); i++)
        if (acd_key_equal(one, key))
            return w->bound[action][i];
    return (struct acd_place){0, 0};
}

static bool is_after(struct acd_place a, struct acd_place b)
{
    return a.line > b.line || (a.line == b.line && a.column > b.column);
}

static void check_key(struct walk *w, size_t action, size_t which, struct acd_key key)
{
    struct acd_place here = w->bound[action][which];
    size_t rival = acd_keymap_rival(&w->conf->keymap, action, key);
    if (here.line == 0 || rival == acd_actions_count)
        return;
    struct acd_place there = place_of(w, rival, key);
    const char *name = acd_actions_table[rival].name;
    if (there.line == 0)
        acd_complaints_add(w->complaints, here,
                           "key '%s' is bound to '%s' already. Hint: give '%s' another key",
                           acd_key_format(key).s, name, name);
    else if (is_after(here, there))
        acd_complaints_add(w->complaints, here,
                           "key '%s' is bound to '%s' already, at %" PRIu32 ":%" PRIu32,
                           acd_key_format(key).s, name, there.line, there.column);
}

static void check_conflicts(struct walk *w)
{
    struct acd_key key;
    for (size_t i = 0; i < acd_actions_count; i++)
        for (size_t k = 0; acd_keymap_key(&w->conf->keymap, i, k, &key); k++)
            check_key(w, i, k, key);
}

/* ---------------------------------------------------------------- the tree */

/* A value of the section that `w` is in. @return false: there is no such name */
static bool take_named(struct walk *w, const char *name, uint32_t value)
{
    const struct acd_conf_key *key;
    switch (w->section->kind) {
    case ACD_CONF_COLUMNS:
        if (find_table(name) == ACD_LOOK_TABLES)
            return false;
        take_columns(w, find_table(name), value);
        return true;
    case ACD_CONF_COLOURS:
        if (acd_style_find(name) == ACD_STYLE_COUNT)
            return false;
        take_colour(w, acd_style_find(name), value);
        return true;
    case ACD_CONF_BINDINGS:
        if (acd_keymap_find(name) == acd_actions_count)
            return false;
        take_keys(w, acd_keymap_find(name), value);
        return true;
    case ACD_CONF_PLAIN:
    default: break;
    }
    key = acd_conftable_find(w->section->name, name);
    if (key)
        take_plain(w, key, value);
    return key != NULL;
}

static const struct acd_conf_section *find_section(const char *name)
{
    const struct acd_conf_section *section = NULL;
    for (size_t i = 1; (section = acd_conftable_section(i)); i++)
        if (strcmp(section->name, name) == 0)
            return section;
    return NULL;
}

static int take_map(struct walk *w, uint32_t map);

/* A section's own map, below the top. @return 0, -ENOENT: no such section, -ENOMEM */
static int take_section(struct walk *w, const char *name, uint32_t value)
{
    const struct acd_yaml_node *node = &w->yaml->node[value];
    const struct acd_conf_section *section = w->section->name[0] ? NULL : find_section(name);
    int r = 0;
    if (!section)
        return -ENOENT;
    w->section = section;
    if (node->kind == ACD_YAML_MAP)
        r = take_map(w, value);
    else if (node->kind == ACD_YAML_LIST || node->text[0])
        complain(w, value, "'%s' takes keys and values, not %s", name,
                 node->kind == ACD_YAML_LIST ? "a list" : "a single value");
    w->section = acd_conftable_section(0);
    return r;
}

static int take_map(struct walk *w, uint32_t map)
{
    const struct acd_yaml_node *node = w->yaml->node;
    int r = check_keys(w, map);
    for (uint32_t k = node[map].first; r == 0 && k != ACD_YAML_NONE; k = next_key(node, k)) {
        uint32_t value = node[k].next;
        if (value == ACD_YAML_NONE)
            break; /* the text ended between the two */
        if (node[k].kind != ACD_YAML_SCALAR) {
            complain(w, k, "a key is a word, not %s", kind_name(node[k].kind));
            continue;
        }
        if (node[value].refused || take_named(w, node[k].text, value))
            continue;
        r = take_section(w, node[k].text, value);
        if (r == -ENOENT) {
            unknown(w, k);
            r = 0;
        }
    }
    return r;
}

static int take_top(struct walk *w)
{
    const struct acd_yaml_node *top = w->yaml->node;
    if (w->yaml->count == 0)
        return 0;
    if (top->kind == ACD_YAML_MAP)
        return take_map(w, 0);
    if (top->kind == ACD_YAML_LIST || top->text[0])
        complain(w, 0, "a configuration is keys and values, such as 'refresh: 100ms'");
    return 0;
}

int acd_confread_text(struct acd_conf *conf, const struct acd_source *source,
                      struct acd_complaints *complaints)
{
    struct acd_yaml yaml;
    int r = acd_yaml_read(&yaml, source->text, source->length, complaints);
    if (r < 0)
        return r;
    struct walk w = {
        .conf = conf, .complaints = complaints, .yaml = &yaml, .section = acd_conftable_section(0)};
    /* What was not read may have been about levels. */
    if (!yaml.whole)
        conf->locked = true;
    r = take_top(&w);
    if (r == 0)
        check_conflicts(&w);
    acd_yaml_fini(&yaml);
    return r;
}

/* ---------------------------------------------------------------- one value */

/* The key stands before its value. */
static void unknown_setting(struct walk *w, const struct acd_conf_section *section, const char *key)
{
    const struct acd_place at = {1, 1};
    const char *dot = strchr(key, '.'), *name = dot ? dot + 1 : key;
    const char *near = section ? nearest(section, name) : NULL;
    const char *elsewhere = dot ? NULL : section_of(key);
    w->conf->locked = true;
    if (elsewhere)
        acd_complaints_add(w->complaints, at, "unknown key '%.60s' (did you mean '%s.%s'?)", key,
                           elsewhere, key);
    else if (near)
        acd_complaints_add(w->complaints, at, "unknown key '%.60s' (did you mean '%.*s%s'?)", key,
                           (int)(name - key), key, near);
    else
        acd_complaints_add(w->complaints, at,
                           "unknown key '%.60s'. Hint: acdebug-top --print-config", key);
}

static void take_one(struct walk *w, const char *key)
{
    const char *dot = strchr(key, '.');
    char section[32];
    snprintf(section, sizeof section, "%.*s", dot ? (int)(dot - key) : 0, key);
    if (dot)
        w->section = find_section(section);
    if (w->section && w->yaml->node[0].refused)
        return; /* that was said */
    if (!w->section || !take_named(w, dot ? dot + 1 : key, 0)) {
        unknown_setting(w, w->section, key);
        w->section = acd_conftable_section(0);
    }
}

int acd_confread_setting(struct acd_conf *conf, const char *key, const struct acd_source *source,
                         size_t skip, struct acd_complaints *complaints)
{
    struct acd_yaml yaml;
    char *text = malloc(source->length + 1);
    if (!text)
        return -ENOMEM;
    /* Blanks where the key is, so that places are right. */
    memset(text, ' ', skip);
    memcpy(text + skip, source->text + skip, source->length - skip);
    size_t before = complaints->count;
    int r = acd_yaml_read(&yaml, text, source->length, complaints);
    if (r == 0) {
        struct walk w = {.conf = conf,
                         .complaints = complaints,
                         .yaml = &yaml,
                         .section = acd_conftable_section(0)};
        if (yaml.count > 0) {
            take_one(&w, key);
            check_conflicts(&w);
        } else if (complaints->count == 0) {
            acd_complaints_add(complaints, (struct acd_place){1, (uint32_t)skip + 1},
                               "'%.60s' has no value", key);
        }
        acd_yaml_fini(&yaml);
    }
    if (complaints->count > before && strncmp(key, "level.", strlen("level.")) == 0)
        conf->locked = true;
    free(text);
    return r;
}
