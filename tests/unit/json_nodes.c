/* SPDX-License-Identifier: MIT */
/*
 * Prints the JSON index of documents for json_python.py: each comes on stdin as its length in four
 * bytes, lowest first, and its text; each goes out as a line a node (depth, type, key and value in
 * hexadecimal, "-" for none), and a line with the index's state.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "tui/model/jsonindex.h"

static void put_hex(const char *bytes, uint64_t length)
{
    for (uint64_t i = 0; i < length; i++)
        printf("%02x", (unsigned char)bytes[i]);
    printf("%s ", length ? "" : "00"); /* NUL stands in no JSON: an empty one */
}

static void print_node(const struct acd_json *j, uint32_t n)
{
    unsigned depth = 0;
    const char *bytes;
    for (uint32_t p = j->node[n].parent; p != ACD_JSON_NONE; p = j->node[p].parent)
        depth++;
    printf("%u %d ", depth, acd_json_type(&j->node[n]));
    uint64_t length = acd_json_key(j, n, &bytes);
    if (j->node[n].key)
        put_hex(bytes, length);
    else
        printf("- ");
    length = acd_json_value(j, n, &bytes);
    if (acd_json_type(&j->node[n]) > ACD_JSON_ARRAY)
        put_hex(bytes, length);
    else
        printf("- ");
    putchar('\n');
}

int main(void)
{
    unsigned char head[4];
    for (unsigned round = 0; fread(head, 1, 4, stdin) == 4; round++) {
        uint32_t length = (uint32_t)head[0] | (uint32_t)head[1] << 8 | (uint32_t)head[2] << 16 |
                          (uint32_t)head[3] << 24;
        char *text = malloc(length + 1u);
        struct acd_json j;
        if (!text || fread(text, 1, length, stdin) != length)
            return 1;
        acd_json_init(&j, text, length, 0);
        while (acd_json_step(&j, 1 + round % 40) == ACD_JSON_MORE) {}
        for (uint32_t n = 0; n < j.count; n++)
            print_node(&j, n);
        printf("= %d\n", j.state);
        acd_json_fini(&j);
        free(text);
    }
    return 0;
}
