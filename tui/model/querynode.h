/* SPDX-License-Identifier: MIT */
/*
 * The inside of a query: the flat array of nodes that query.c parses a text into and querymatch.c
 * asks.  For these two only.
 */
#ifndef ACD_TUI_MODEL_QUERYNODE_H
#define ACD_TUI_MODEL_QUERYNODE_H

#include <regex.h>

#include "tui/model/query.h"

enum acd_query_op {
    ACD_QUERY_AND,
    ACD_QUERY_OR,
    ACD_QUERY_NOT,
    ACD_QUERY_EQ,
    ACD_QUERY_NE,
    ACD_QUERY_LT,
    ACD_QUERY_LE,
    ACD_QUERY_GT,
    ACD_QUERY_GE,
    ACD_QUERY_LIKE,
    ACD_QUERY_UNLIKE,
    ACD_QUERY_CONTAINS,
    ACD_QUERY_MATCHES
};
enum acd_query_name {
    ACD_QUERY_LEVEL,
    ACD_QUERY_KIND,
    ACD_QUERY_CATEGORY,
    ACD_QUERY_SERVER,
    ACD_QUERY_THREAD,
    ACD_QUERY_REQUEST,
    ACD_QUERY_MESSAGE,
    ACD_QUERY_NANOSECONDS,
    ACD_QUERY_FIELD
};

struct acd_query_node {
    enum acd_query_op op;
    unsigned left, right; /* ACD_QUERY_AND, ACD_QUERY_OR, ACD_QUERY_NOT */
    enum acd_query_name name;
    double scale; /* of a duration's unit, in ns */
    char field[64];
    char value[256];
    size_t value_bytes;
    double number;
    bool is_number, ignore_case, has_regex;
    bool is_prefix; /* of kinds' names */
    regex_t regex;
};

#define ACD_QUERY_NODES_MAX 128
#define ACD_QUERY_NO_NODE UINT32_MAX

struct acd_query {
    unsigned count, root;
    struct acd_query_node node[ACD_QUERY_NODES_MAX];
};

#endif
