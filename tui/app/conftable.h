/* SPDX-License-Identifier: MIT */
/*
 * What can be configured: one table of keys, with type, bounds, default and a line of help, from which
 * reading, --print-config, the manual and completions come.  Const; anybody in tui/app may call.
 */
#ifndef ACD_TUI_APP_CONFTABLE_H
#define ACD_TUI_APP_CONFTABLE_H

#include <stddef.h>
#include <stdint.h>

enum acd_conf_id {
    ACD_CONF_REFRESH, /* ns */
    ACD_CONF_SCREEN,  /* enum acd_view_id */
    ACD_CONF_VIEW_LEVEL,
    ACD_CONF_THEME,
    ACD_CONF_NO_COLOUR,
    ACD_CONF_GLYPHS, /* enum acd_conf_glyphs */
    ACD_CONF_MOUSE,
    ACD_CONF_HIT_RATE, /* percent */
    ACD_CONF_RUNNING,  /* ns */
    ACD_CONF_TREND,    /* enum acd_window_id */
    ACD_CONF_ALLOW_CHANGE,
    ACD_CONF_CONFIRM_AT, /* one less than the level */
    ACD_CONF_ON_EXIT,    /* enum acd_policy_exit */
    ACD_CONF_JSON_VALUES,
    ACD_CONF_CLIPBOARD, /* bytes */
    ACD_CONF_EVENTS,
    ACD_CONF_MEMORY, /* bytes */
    ACD_CONF_KEYS
};

enum acd_conf_glyphs {
    ACD_CONF_GLYPHS_AUTO,
    ACD_CONF_GLYPHS_BRAILLE,
    ACD_CONF_GLYPHS_BLOCKS,
    ACD_CONF_GLYPHS_ASCII
};

enum acd_conf_type {
    ACD_CONF_SWITCH, /* 0 or 1 */
    ACD_CONF_NUMBER,
    ACD_CONF_PERCENT,
    ACD_CONF_TIME, /* in ns */
    ACD_CONF_BYTES,
    ACD_CONF_CHOICE /* the index of a word */
};

struct acd_conf_key {
    enum acd_conf_id id;
    const char *section; /* "" none */
    const char *name;
    enum acd_conf_type type;
    uint64_t min, max;
    const char *(*choice)(size_t index); /* NULL past the last */
    const char *fallback;                /* the default, as it is written */
    const char *help;
};

/** By id. */
const struct acd_conf_key *acd_conftable_key(enum acd_conf_id id);
/** NULL when there is none. */
const struct acd_conf_key *acd_conftable_find(const char *section, const char *name);

/* A section's own names come from another table: roles of styles, tables of columns, actions. */
enum acd_conf_kind { ACD_CONF_PLAIN, ACD_CONF_COLUMNS, ACD_CONF_COLOURS, ACD_CONF_BINDINGS };

struct acd_conf_section {
    const char *name;
    enum acd_conf_kind kind;
    const char *help;
};

/** NULL past the last; the first has no name. */
const struct acd_conf_section *acd_conftable_section(size_t index);
/** A section's names; NULL past the last. */
const char *acd_conftable_name(const struct acd_conf_section *section, size_t index);

/** "a time from 50ms to 10s": what a key takes. */
void acd_conftable_expects(const struct acd_conf_key *key, char *out, size_t size);

/** Reads a value. @return 0, -EINVAL: it is no such thing, or out of bounds */
int acd_conftable_parse(const struct acd_conf_key *key, const char *text, uint64_t *ret_value);
/** Writes a value as parse reads it. */
void acd_conftable_format(const struct acd_conf_key *key, uint64_t value, char *out, size_t size);

#endif
