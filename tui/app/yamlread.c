/* SPDX-License-Identifier: MIT */
/* YAML to a tree, see yamlread.h: libyaml's events, one at a time, onto a stack of bounded depth. */
#include "config.h"

#include "tui/app/yamlread.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <yaml.h>

#include "tui/view/text.h"

/* A frame of the stack: the open list or map, and its last child. */
struct frame {
    uint32_t node, last;
};

struct reader {
    struct acd_yaml *yaml;
    struct acd_complaints *complaints;
    const char *text;
    size_t length;
    size_t node_room, pool_used, pool_room;
    struct frame stack[ACD_YAML_DEPTH_MOST];
    size_t depth;
};

static struct acd_place place_of(const yaml_mark_t *mark)
{
    return (struct acd_place){(uint32_t)mark->line + 1, (uint32_t)mark->column + 1};
}

/* ---------------------------------------------------------------- nodes */

static int new_node(struct reader *r, enum acd_yaml_kind kind, const yaml_mark_t *mark,
                    uint32_t *ret_node)
{
    struct acd_yaml *yaml = r->yaml;
    if (yaml->count == r->node_room) {
        size_t room = r->node_room ? 2 * r->node_room : 64;
        void *grown = realloc(yaml->node, room * sizeof *yaml->node);
        if (!grown)
            return -ENOMEM;
        yaml->node = grown;
        r->node_room = room;
    }
    uint32_t number = yaml->count++;
    yaml->node[number] =
        (struct acd_yaml_node){kind, place_of(mark), false, "", ACD_YAML_NONE, ACD_YAML_NONE};
    if (r->depth > 0) {
        struct frame *top = &r->stack[r->depth - 1];
        if (top->last == ACD_YAML_NONE)
            yaml->node[top->node].first = number;
        else
            yaml->node[top->last].next = number;
        top->last = number;
    }
    *ret_node = number;
    return 0;
}

/* Keeps a scalar's text. The pool was made as large as all of them can be. */
static const char *keep(struct reader *r, const unsigned char *value, size_t length)
{
    char *kept = r->yaml->pool + r->pool_used;
    if (r->pool_room - r->pool_used < length + 1)
        return NULL;
    memcpy(kept, value, length);
    kept[length] = '\0';
    r->pool_used += length + 1;
    return kept;
}

/* ---------------------------------------------------------------- events */

static void refuse_decoration(struct reader *r, const yaml_event_t *event,
                              const yaml_char_t *anchor, const yaml_char_t *tag)
{
    if (anchor)
        acd_complaints_add(r->complaints, place_of(&event->start_mark),
                           "anchors have no use here: '&%s'", (const char *)anchor);
    if (tag)
        acd_complaints_add(r->complaints, place_of(&event->start_mark),
                           "tags have no use here: '%s'", (const char *)tag);
}

static int take_scalar(struct reader *r, const yaml_event_t *event)
{
    uint32_t node;
    int error = new_node(r, ACD_YAML_SCALAR, &event->start_mark, &node);
    if (error < 0)
        return error;
    const unsigned char *value = event->data.scalar.value;
    size_t length = event->data.scalar.length;
    refuse_decoration(r, event, event->data.scalar.anchor, event->data.scalar.tag);
    if (memchr(value, '\0', length)) {
        acd_complaints_add(r->complaints, place_of(&event->start_mark),
                           "a NUL character has no use here");
        return 0;
    }
    const char *text = keep(r, value, length);
    if (!text)
        return -ENOMEM;
    r->yaml->node[node].text = text;
    return 0;
}

/* 1: deeper than may be, and that is the end of reading. */
static int open_node(struct reader *r, const yaml_event_t *event, enum acd_yaml_kind kind)
{
    uint32_t node;
    if (r->depth == ACD_YAML_DEPTH_MOST) {
        acd_complaints_add(r->complaints, place_of(&event->start_mark),
                           "nested deeper than %d levels", ACD_YAML_DEPTH_MOST);
        return 1;
    }
    int error = new_node(r, kind, &event->start_mark, &node);
    if (error < 0)
        return error;
    if (kind == ACD_YAML_MAP)
        refuse_decoration(r, event, event->data.mapping_start.anchor,
                          event->data.mapping_start.tag);
    else
        refuse_decoration(r, event, event->data.sequence_start.anchor,
                          event->data.sequence_start.tag);
    r->stack[r->depth++] = (struct frame){node, ACD_YAML_NONE};
    return 0;
}

/* An alias leaves a scalar that is refused, so that keys and values stay in step. */
static int take_alias(struct reader *r, const yaml_event_t *event)
{
    uint32_t node;
    acd_complaints_add(r->complaints, place_of(&event->start_mark),
                       "aliases have no use here: '*%s'", (const char *)event->data.alias.anchor);
    int error = new_node(r, ACD_YAML_SCALAR, &event->start_mark, &node);
    if (error == 0)
        r->yaml->node[node].refused = true;
    return error;
}

/* 0 to go on, 1 at the end, or -ENOMEM. */
static int take_event(struct reader *r, const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_SCALAR_EVENT: return take_scalar(r, event);
    case YAML_ALIAS_EVENT: return take_alias(r, event);
    case YAML_SEQUENCE_START_EVENT: return open_node(r, event, ACD_YAML_LIST);
    case YAML_MAPPING_START_EVENT: return open_node(r, event, ACD_YAML_MAP);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT: r->depth--; return 0;
    case YAML_DOCUMENT_START_EVENT:
        if (r->yaml->count == 0)
            return 0;
        acd_complaints_add(r->complaints, place_of(&event->start_mark),
                           "a second document begins here; one is read");
        return 1;
    case YAML_STREAM_END_EVENT: r->yaml->whole = true; return 1;
    default: return 0;
    }
}

/* ---------------------------------------------------------------- what libyaml says */

/* The place of byte `offset`. */
static struct acd_place place_at(const struct reader *r, size_t offset)
{
    struct acd_place at = {1, 1};
    uint32_t cp;
    for (size_t i = 0; i < offset && i < r->length;) {
        at.column++;
        if (r->text[i] == '\n')
            at = (struct acd_place){at.line + 1, 1};
        i += acd_text_decode(r->text + i, r->length - i, &cp);
    }
    return at;
}

static void complain_of_bytes(struct reader *r, const yaml_parser_t *parser)
{
    struct acd_place at = place_at(r, parser->problem_offset);
    if (parser->problem_value < 0)
        acd_complaints_add(r->complaints, at, "invalid UTF-8: %s", parser->problem);
    else if (strcmp(parser->problem, "control characters are not allowed") == 0)
        acd_complaints_add(r->complaints, at, "the control character U+%04X has no use here",
                           (unsigned)parser->problem_value);
    else
        acd_complaints_add(r->complaints, at, "invalid UTF-8: byte %02X",
                           (unsigned)parser->problem_value);
}

static bool is_tab(const struct reader *r, const yaml_mark_t *mark)
{
    size_t at = 0;
    uint32_t cp;
    /* The mark counts characters. */
    for (size_t n = 0; n < mark->index && at < r->length; n++)
        at += acd_text_decode(r->text + at, r->length - at, &cp);
    return at < r->length && r->text[at] == '\t';
}

static int complain(struct reader *r, const yaml_parser_t *parser)
{
    struct acd_place at = place_of(&parser->problem_mark);
    const yaml_mark_t *context = &parser->context_mark;
    if (parser->error == YAML_MEMORY_ERROR)
        return -ENOMEM;
    if (parser->error == YAML_READER_ERROR)
        complain_of_bytes(r, parser);
    else if (is_tab(r, &parser->problem_mark))
        acd_complaints_add(r->complaints, at, "found a tab where spaces are required");
    else if (parser->context && (context->line || context->column))
        acd_complaints_add(r->complaints, at, "%s, %s from %zu:%zu on", parser->problem,
                           parser->context, context->line + 1, context->column + 1);
    else if (parser->context)
        acd_complaints_add(r->complaints, at, "%s, %s", parser->problem, parser->context);
    else
        acd_complaints_add(r->complaints, at, "%s", parser->problem);
    return 0;
}

/* ---------------------------------------------------------------- the whole */

static int read_events(struct reader *r, yaml_parser_t *parser)
{
    int result = 0;
    while (result == 0) {
        yaml_event_t event;
        if (!yaml_parser_parse(parser, &event))
            return complain(r, parser);
        result = take_event(r, &event);
        yaml_event_delete(&event);
    }
    return result < 0 ? result : 0;
}

static int read_text(struct reader *r)
{
    yaml_parser_t parser;
    /* An escape of two bytes makes three at most; one byte more ends each scalar. */
    r->pool_room = 3 * r->length + 64;
    r->yaml->pool = malloc(r->pool_room);
    if (!r->yaml->pool || !yaml_parser_initialize(&parser))
        return -ENOMEM;
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)r->text, r->length);
    int error = read_events(r, &parser);
    yaml_parser_delete(&parser);
    return error;
}

int acd_yaml_read(struct acd_yaml *ret_yaml, const char *text, size_t length,
                  struct acd_complaints *complaints)
{
    struct acd_yaml yaml = {0};
    struct reader r = {.yaml = &yaml, .complaints = complaints, .text = text, .length = length};
    if (length > ACD_YAML_BYTES_MOST) {
        acd_complaints_add(complaints, (struct acd_place){0, 0},
                           "larger than %u bytes: this is no configuration", ACD_YAML_BYTES_MOST);
        *ret_yaml = yaml;
        return 0;
    }
    int error = read_text(&r);
    if (error < 0)
        acd_yaml_fini(&yaml);
    else
        *ret_yaml = yaml;
    return error;
}

void acd_yaml_fini(struct acd_yaml *yaml)
{
    free(yaml->node);
    free(yaml->pool);
    memset(yaml, 0, sizeof *yaml);
}
