/* SPDX-License-Identifier: MIT */
/*
 * A JSON object as a flat list of members, for as long as the next one isn't read.  Numbers keep all of
 * their digits: what neither 64 bits nor a double holds stays JSON text, as what is nested does.  Secrets
 * are replaced, in strings and below nested names, before anything else sees them.  One owner.
 */
#ifndef ACD_EMITTER_TOOLS_OBJECT_H
#define ACD_EMITTER_TOOLS_OBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ACD_OBJECT_MEMBERS 128

enum acd_object_type {
    ACD_OBJECT_TEXT,
    ACD_OBJECT_INT,  /* fits int64_t */
    ACD_OBJECT_UINT, /* only fits uint64_t */
    ACD_OBJECT_DOUBLE,
    ACD_OBJECT_BOOL,
    ACD_OBJECT_JSON /* null, what is nested, numbers too big */
};

struct acd_member {
    const char *key, *text; /* NUL-terminated; text: "" unless it is TEXT or JSON */
    size_t key_bytes, text_bytes;
    enum acd_object_type type;
    union {
        int64_t i;
        uint64_t u;
        double d;
        bool b;
    } number;
};

/* Zeroed memory is an empty one. */
struct acd_object {
    struct acd_member member[ACD_OBJECT_MEMBERS];
    size_t count;
    bool more; /* there were more members than that */
    char *bytes;
    size_t used, room;
    size_t reserve; /* of the room, for the members that haven't been read */
};

/**
 * Reads one line.
 * @return 0; -ENOENT: it doesn't begin like an object; -EINVAL: it does and isn't one, in valid UTF-8,
 *         nested at most ACD_JSON_DEPTH deep; -ENOMEM
 */
int acd_object_read(struct acd_object *object, const char *text, size_t bytes);
void acd_object_fini(struct acd_object *object);

#endif
