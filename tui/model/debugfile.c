/* SPDX-License-Identifier: MIT */
/* Fields of a debug file, see debugfile.h. */
#include "config.h"

#include "tui/model/debugfile.h"

#include <string.h>

#include "tui/model/jsonindex.h"
#include "tui/model/redact.h"

#define NODES_MOST 20000
#define NONE ACD_JSON_NONE

/* The first child of an object with this name. */
static uint32_t child(const struct acd_json *j, uint32_t object, const char *name)
{
    if (object == NONE || acd_json_type(&j->node[object]) != ACD_JSON_OBJECT)
        return NONE;
    for (uint32_t n = acd_json_child(j, object); n != NONE; n = acd_json_sibling(j, n)) {
        const char *key;
        uint64_t length = acd_json_key(j, n, &key);
        if (length == strlen(name) && memcmp(key, name, length) == 0)
            return n;
    }
    return NONE;
}

static void take_text(char *out, size_t size, const struct acd_json *j, uint32_t node)
{
    char raw[512];
    const char *bytes;
    if (node == NONE || acd_json_type(&j->node[node]) != ACD_JSON_STRING)
        return;
    uint64_t length = acd_json_value(j, node, &bytes);
    length -= length > 1 && bytes[length - 1] == '"' ? 2 : 1;
    uint64_t n = acd_json_unescape(raw, sizeof raw, bytes + 1, length);
    acd_redact_text(out, size, raw, n < sizeof raw ? n : sizeof raw);
}

static int64_t take_status(const struct acd_json *j, uint32_t node)
{
    const char *bytes;
    int64_t status = 0;
    if (node == NONE || acd_json_type(&j->node[node]) != ACD_JSON_NUMBER)
        return -1;
    uint64_t length = acd_json_value(j, node, &bytes);
    if (length > 6)
        return -1;
    for (uint64_t i = 0; i < length; i++) {
        if (bytes[i] < '0' || bytes[i] > '9')
            return -1;
        status = status * 10 + (bytes[i] - '0');
    }
    return status;
}

void acd_debugfile_read(struct acd_debugfile *ret, const char *text, size_t length)
{
    struct acd_json j;
    memset(ret, 0, sizeof *ret);
    acd_json_init(&j, text, length, NODES_MOST);
    while (acd_json_step(&j, UINT64_MAX) == ACD_JSON_MORE) {}
    uint32_t root = j.count > 0 ? 0 : NONE;
    uint32_t request = child(&j, root, "request"), response = child(&j, root, "response");
    uint32_t status = child(&j, root, "statusCode");
    ret->status = take_status(&j, status == NONE ? child(&j, response, "statusCode") : status);
    ret->is_debug = request != NONE || status != NONE;
    take_text(ret->method, sizeof ret->method, &j, child(&j, request, "method"));
    take_text(ret->url, sizeof ret->url, &j, child(&j, request, "url"));
    take_text(ret->model, sizeof ret->model, &j, child(&j, child(&j, request, "body"), "model"));
    acd_json_fini(&j);
}
