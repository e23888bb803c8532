/* SPDX-License-Identifier: MIT */
/*
 * Which parts of a JSON text are secrets: values under the names of redact.h, values of headers
 * written as pairs or as name and value, and what redact.h finds in any text.  Every view of a file
 * (tree, preview, raw text, clipboard) asks here.  Pure, over an index that may still grow or that
 * ended at a fault; behind the fault names are found by their looks.
 */
#ifndef ACD_MODEL_JSONHIDE_H
#define ACD_MODEL_JSONHIDE_H

#include "tui/model/jsonindex.h"

/** Is this value hidden as a whole, because of how it is called? */
bool acd_jsonhide_value(const struct acd_json *json, uint32_t node);

/** Is it, or does it stand inside of one that is? */
bool acd_jsonhide_inside(const struct acd_json *json, uint32_t node);

struct acd_jsonhide_span {
    uint64_t at, bytes; /* bytes 0: none */
};

/** The next secret that has a byte in [from, to). */
struct acd_jsonhide_span acd_jsonhide_next(const struct acd_json *json, uint64_t from, uint64_t to);

/**
 * The first secret by its name among `count` nodes from `node` on ("an Authorization header"), or
 * acd_jsonhide_token for one by its looks, NULL when there is none.  What its writer hid already is
 * none.
 */
extern const char acd_jsonhide_token[];
const char *acd_jsonhide_audit(const struct acd_json *json, uint32_t node, uint32_t count);

#endif
