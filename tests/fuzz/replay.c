/* SPDX-License-Identifier: MIT */
/*
 * Replays the seeds of a fuzz target: each file of $srcdir/tests/fuzz/seeds/<target>, as it is, cut
 * short at many places and with bytes changed by a generator that always begins alike.  With
 * arguments, those files alone.  ACD_FUZZ_ROUNDS: changed copies of each seed, 200; ACD_TEST_SEED:
 * other changes.  libFuzzer brings a main of its own, and ACD_LIBFUZZER leaves this file empty.
 */
#include "config.h"

#include "tests/fuzz/replay.h"

#ifndef ACD_LIBFUZZER

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SEED_MOST (1u << 20)

static uint64_t random_of(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static void die(const char *what, const char *path)
{
    fprintf(stderr, "%s: %s\n", path, what);
    exit(1);
}

static uint8_t *read_seed(const char *path, size_t *ret_size)
{
    FILE *file = fopen(path, "rb");
    uint8_t *data = malloc(SEED_MOST);
    if (!file || !data)
        die("can't be read", path);
    *ret_size = fread(data, 1, SEED_MOST, file);
    fclose(file);
    return data;
}

static void change(uint8_t *data, size_t size, uint64_t *state)
{
    static const char likely[] = "{}[]\",:\\u0 -eE.tfn\n\xff\xe2\x00";
    for (uint64_t n = 1 + random_of(state) % 8; n > 0; n--) {
        uint64_t r = random_of(state);
        data[r % size] =
            r & 1u << 20 ? (uint8_t)likely[(r >> 32) % sizeof likely] : (uint8_t)(r >> 40);
    }
}

static uint64_t first_state(void)
{
    const char *seed = getenv("ACD_TEST_SEED");
    return UINT64_C(88172645463325252) ^ (seed ? strtoull(seed, NULL, 10) : 0);
}

static void replay(const char *path, unsigned long rounds)
{
    size_t size = 0;
    uint64_t state = first_state();
    uint8_t *data = read_seed(path, &size), *copy = malloc(size + 1);
    if (!copy)
        die("no memory", path);
    LLVMFuzzerTestOneInput(data, size);
    for (unsigned long i = 0; i < rounds && size > 0; i++) {
        size_t length = i % 4 == 0 ? random_of(&state) % size + 1 : size;
        memcpy(copy, data, length);
        if (i % 4 != 0)
            change(copy, length, &state);
        LLVMFuzzerTestOneInput(copy, length);
    }
    free(copy);
    free(data);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_file(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* fuzz_json, lt-fuzz_json: the seeds of json */
static void replay_folder(const char *program, unsigned long rounds)
{
    char folder[400], path[700];
    struct dirent **entry;
    const char *srcdir = getenv("srcdir"), *name = strstr(program, "fuzz_");
    for (const char *next = name; next; next = strstr(next + 1, "fuzz_"))
        name = next;
    snprintf(folder, sizeof folder, "%s/tests/fuzz/seeds/%s", srcdir ? srcdir : ".",
             name ? name + strlen("fuzz_") : "");
    int count = scandir(folder, &entry, is_file, by_name);
    if (count <= 0)
        die("no seeds", folder);
    for (int i = 0; i < count; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, entry[i]->d_name);
        replay(path, rounds);
        free(entry[i]);
    }
    free(entry);
    printf("%d seeds, %lu changed copies of each\n", count, rounds);
}

int main(int argc, char **argv)
{
    const char *asked = getenv("ACD_FUZZ_ROUNDS");
    unsigned long rounds = asked ? strtoul(asked, NULL, 10) : 200;
    if (argc < 2)
        replay_folder(argv[0], rounds);
    for (int i = 1; i < argc; i++)
        replay(argv[i], 0);
    return 0;
}

#endif
