/* SPDX-License-Identifier: MIT */
/*
 * What the list of debug files says of one, from its first bytes: status, method, URL, from either
 * form (with `statusCode`, or the older one without).  Pure.
 */
#ifndef ACD_MODEL_DEBUGFILE_H
#define ACD_MODEL_DEBUGFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct acd_debugfile {
    bool is_debug;  /* it has a request, or a status: one of ours */
    int64_t status; /* 0 for an error that isn't HTTP's, -1 unknown */
    char method[16];
    char url[160];  /* secrets hidden */
    char model[64]; /* of the request's body */
};

void acd_debugfile_read(struct acd_debugfile *ret, const char *text, size_t length);

#endif
