/* SPDX-License-Identifier: MIT */
/* The configuration as YAML, for --print-config: written by hand, so that comments stand beside. */
#include "config.h"

#include "tui/app/actions.h"
#include "tui/app/conf.h"

#include <string.h>

/* In quotes whatever it is, so that no sign has a meaning of its own. */
static void print_quoted(FILE *stream, const char *text, size_t length)
{
    putc('"', stream);
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '"' || text[i] == '\\')
            putc('\\', stream);
        putc(text[i], stream);
    }
    putc('"', stream);
}

static void print_key(FILE *stream, const struct acd_conf *conf, const struct acd_conf_key *key)
{
    const char *indent = key->section[0] ? "  " : "";
    char expects[160], value[64], fallback[64];
    uint64_t standard = 0;
    acd_conftable_expects(key, expects, sizeof expects);
    acd_conftable_parse(key, key->fallback, &standard);
    acd_conftable_format(key, standard, fallback, sizeof fallback);
    acd_conftable_format(key, conf->value[key->id], value, sizeof value);
    fprintf(stream, "%s# %s\n%s# %s; by default %s\n", indent, key->help, indent, expects,
            fallback);
    fprintf(stream, "%s%s: %s\n", indent, key->name, value);
}

static void print_colours(FILE *stream, const struct acd_conf *conf)
{
    for (int i = 0; i < ACD_STYLE_COUNT; i++) {
        const char *name = acd_style_name((enum acd_style)i);
        fprintf(stream, "  %s%s: ", conf->colour[i][0] ? "" : "# ", name);
        if (conf->colour[i][0])
            print_quoted(stream, conf->colour[i], strlen(conf->colour[i]));
        putc('\n', stream);
    }
}

static void print_columns(FILE *stream, const struct acd_conf *conf)
{
    const char *column;
    for (size_t table = 0; table < ACD_LOOK_TABLES; table++) {
        const char *before = "";
        fprintf(stream, "  %s: [", acd_look_table_name(table));
        for (size_t i = 0; (column = acd_look_column_name(table, i)); i++) {
            if (conf->hidden[table] >> i & 1u)
                continue;
            fprintf(stream, "%s%s", before, column);
            before = ", ";
        }
        fputs("]\n", stream);
    }
}

static void print_bindings(FILE *stream, const struct acd_conf *conf)
{
    for (size_t i = 0; i < acd_actions_count; i++) {
        const struct acd_action *action = &conf->keymap.action[i];
        const char *before = "";
        fprintf(stream, "  %s: [", action->name);
        for (const char *key = action->keys; *key;) {
            size_t length = strcspn(key, " ");
            fputs(before, stream);
            print_quoted(stream, key, length);
            before = ", ";
            key += length + (key[length] == ' ');
        }
        fprintf(stream, "] # %s\n", action->help);
    }
}

static void print_plain(FILE *stream, const struct acd_conf *conf, const char *section)
{
    for (int id = 0; id < ACD_CONF_KEYS; id++) {
        const struct acd_conf_key *key = acd_conftable_key((enum acd_conf_id)id);
        if (strcmp(key->section, section) == 0)
            print_key(stream, conf, key);
    }
}

void acd_conf_print(FILE *stream, const struct acd_conf *conf)
{
    const struct acd_conf_section *section;
    fputs("# What acdebug-top goes by: defaults, configuration files, environment, command line.\n",
          stream);
    for (size_t i = 0; (section = acd_conftable_section(i)); i++) {
        if (section->name[0])
            fprintf(stream, "\n# %s\n%s:\n", section->help, section->name);
        switch (section->kind) {
        case ACD_CONF_COLUMNS: print_columns(stream, conf); break;
        case ACD_CONF_COLOURS: print_colours(stream, conf); break;
        case ACD_CONF_BINDINGS: print_bindings(stream, conf); break;
        case ACD_CONF_PLAIN:
        default: print_plain(stream, conf, section->name);
        }
    }
}
