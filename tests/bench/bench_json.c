/* SPDX-License-Identifier: MIT */
/*
 * The index over 100 MB of JSON: of rows as servers log them, of long prompts, and of nothing but small
 * numbers, the worst there is.  The floor reads the same bytes and compares each word with a quote.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/bench.h"
#include "tests/support/scratch.h"
#include "tui/model/jsonindex.h"

#define BYTES (100u * 1000 * 1000)
#define STEP (UINT64_C(256) << 10) /* as the viewer takes it between two looks at the keyboard */
#define ROUNDS 3

static char *fill(const char *row)
{
    size_t length = strlen(row), at = 1;
    char *text = malloc(BYTES + 8);
    if (!text)
        acd_scratch_die("memory");
    text[0] = '[';
    for (; at + length + 5 < BYTES; at += length)
        memcpy(text + at, row, length);
    memcpy(text + at, "null]", 6);
    return text;
}

static double floor_ms(const char *text, size_t length)
{
    uint64_t found = 0, word;
    double before = bench_ns();
    for (size_t i = 0; i + 8 <= length; i += 8) {
        memcpy(&word, text + i, 8);
        found += (word & 0xff) == '"';
    }
    bench_keep(&found);
    return (bench_ns() - before) / 1e6;
}

static void row(const char *name, const char *content)
{
    char *text = fill(content);
    size_t length = strlen(text);
    double all[ROUNDS], first[ROUNDS], least[ROUNDS];
    uint32_t nodes = 0;
    for (int i = 0; i < ROUNDS; i++) {
        struct acd_json json;
        least[i] = floor_ms(text, length);
        double before = bench_ns();
        acd_json_init(&json, text, length, 0);
        acd_json_step(&json, STEP);
        first[i] = (bench_ns() - before) / 1e6;
        while (acd_json_step(&json, STEP) == ACD_JSON_MORE)
            continue;
        all[i] = (bench_ns() - before) / 1e6;
        if (json.state != ACD_JSON_DONE)
            acd_scratch_die(name);
        nodes = json.count;
        acd_json_fini(&json);
    }
    double median = bench_median(all, ROUNDS);
    printf("%-30s %9.1f %9.2f %9.1f %9.1f %9.2f %9.1f\n", name, bench_median(least, ROUNDS),
           bench_median(first, ROUNDS), median, (double)length / 1e6 / median, nodes / 1e6,
           median * 1e6 / nodes);
    free(text);
}

int main(void)
{
    static char prompt[8192];
    bench_machine("the index of 100 MB of JSON");
    printf("%-30s %9s %9s %9s %9s %9s %9s\n", "", "floor ms", "first ms", "all ms", "GB/s",
           "M values", "ns/value");
    row("rows of a server",
        "{\"role\":\"user\",\"tokens\":1234,\"cached\":true,\"text\":\"a prompt of some words\"},");
    memset(prompt, 'x', sizeof prompt);
    memcpy(prompt, "{\"role\":\"user\",\"content\":\"", 26);
    memcpy(prompt + sizeof prompt - 5, "\"},\n", 5);
    row("messages of 8 KB", prompt);
    row("numbers of one digit", "0,");
    return 0;
}
