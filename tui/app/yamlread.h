/* SPDX-License-Identifier: MIT */
/*
 * YAML to a small tree with places, for configuration: lists, maps and scalars; what configuration
 * has no use for (anchors, aliases, tags, several documents, depth, size) is complained of.  The only
 * file that knows libyaml, whose parser has no limit of depth and takes a time that is quadratic in
 * open brackets: both are bounded here.  Reads bytes; opens nothing.
 */
#ifndef ACD_TUI_APP_YAMLREAD_H
#define ACD_TUI_APP_YAMLREAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/app/complaints.h"

#define ACD_YAML_BYTES_MOST 65536u
#define ACD_YAML_DEPTH_MOST 16
#define ACD_YAML_NONE UINT32_MAX

enum acd_yaml_kind { ACD_YAML_SCALAR, ACD_YAML_LIST, ACD_YAML_MAP };

struct acd_yaml_node {
    enum acd_yaml_kind kind;
    struct acd_place at;
    bool refused;         /* an alias: nothing is known of it, and it was complained of */
    const char *text;     /* a scalar's, without NULs; else "" */
    uint32_t first, next; /* child, sibling; a map's children are key, value, key, value */
};

struct acd_yaml {
    struct acd_yaml_node *node; /* the first is the top; none when the text says nothing */
    uint32_t count;
    char *pool; /* what texts point into */
    bool whole; /* false: reading stopped at something wrong */
};

/**
 * Reads a text; what is wrong is added to `complaints`, and what could be read is there all the same.
 * @return 0, or -ENOMEM and nothing is set; acd_yaml_fini() is due after 0
 */
int acd_yaml_read(struct acd_yaml *ret_yaml, const char *text, size_t length,
                  struct acd_complaints *complaints);
void acd_yaml_fini(struct acd_yaml *yaml);

#endif
