/* SPDX-License-Identifier: MIT */
/*
 * What a JSON object means as an event: which keys are the event's own, and which stay fields.  One table
 * of kinds and one of keys, from which --help-keys is printed too.  Pure; texts are the object's.
 */
#ifndef ACD_EMITTER_TOOLS_MAPPING_H
#define ACD_EMITTER_TOOLS_MAPPING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <acdebug.h>
#include "emitter/tools/object.h"

#define ACD_MAPPING_FIELDS 48 /* as many run-time fields as an event holds */

enum acd_mapping_kind {
    ACD_MAPPING_LOG,
    ACD_MAPPING_CACHE,
    ACD_MAPPING_EVICT,
    ACD_MAPPING_INVENTORY,
    ACD_MAPPING_TIMER, /* timed by the producer */
    ACD_MAPPING_TIMER_START,
    ACD_MAPPING_TIMER_CHECKPOINT,
    ACD_MAPPING_TIMER_END,
    ACD_MAPPING_TIMER_FAIL,
    ACD_MAPPING_ERROR,
    ACD_MAPPING_KINDS
};

enum acd_mapping_severity {
    ACD_MAPPING_NO_SEVERITY,
    ACD_MAPPING_TRACE,
    ACD_MAPPING_DEBUG,
    ACD_MAPPING_INFO,
    ACD_MAPPING_WARNING,
    ACD_MAPPING_ERRORS
};

struct acd_mapping {
    enum acd_mapping_kind kind;
    bool incomplete; /* of a kind whose keys aren't all there: mapped as a log line */
    bool left_out;   /* members for which there was no room */
    enum acd_mapping_severity severity;
    const char *message, *logger;             /* logger: NULL none */
    const struct acd_member *request;         /* NULL none */
    const char *name, *label, *timer_id;      /* of a timer; timer_id "" none */
    uint64_t elapsed_ns;                      /* ACDEBUG_UNKNOWN: not given */
    uint64_t count, entries, bytes, capacity; /* of an eviction, an inventory */
    const char *error_type, *provider, *file; /* NULL none; `error_type` of a timer too */
    int status;                               /* 0 none */
    bool exclusive;                           /* the input excludes the cached tokens */
    acdebug_lookup lookup;                    /* all but its fields */
    acdebug_field field[ACD_MAPPING_FIELDS];
    size_t field_count;
};

/** Never fails: what has no meaning of its own stays a field of a log line. */
void acd_mapping_make(struct acd_mapping *ret_mapping, const struct acd_object *object);

/** The tables as text: for --help-keys. */
void acd_mapping_help(FILE *stream);

#endif
