/* SPDX-License-Identifier: MIT */
/* Rings as text, see ringhex.h. */
#include "config.h"

#include "tests/support/ringhex.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINE 64

static _Noreturn void die(const char *path)
{
    perror(path);
    exit(99);
}

static FILE *open_file(const char *path, const char *mode)
{
    FILE *f = fopen(path, mode);
    if (!f)
        die(path);
    return f;
}

static void close_file(FILE *f, const char *path)
{
    if (ferror(f) || fclose(f) != 0)
        die(path);
}

void acd_ringhex_pack(const char *ring, const char *hex)
{
    static const unsigned char zero[LINE];
    unsigned char line[LINE] = {0};
    FILE *in = open_file(ring, "rb"), *out = open_file(hex, "w");
    struct stat st;
    if (fstat(fileno(in), &st) < 0)
        die(ring);
    fprintf(out, "bytes %llu\n", (unsigned long long)st.st_size);
    for (uint64_t at = 0; fread(line, 1, LINE, in) > 0; at += LINE) {
        if (memcmp(line, zero, LINE) != 0) {
            fprintf(out, "%08llx ", (unsigned long long)at);
            for (int i = 0; i < LINE; i++)
                fprintf(out, "%02x", line[i]);
            fputc('\n', out);
        }
        memset(line, 0, LINE);
    }
    close_file(in, ring);
    close_file(out, hex);
}

static unsigned digit(char c)
{
    return c >= 'a' ? (unsigned)(c - 'a') + 10 : (unsigned)(c - '0');
}

void acd_ringhex_unpack(const char *hex, const char *ring)
{
    char text[3 * LINE];
    unsigned long long bytes = 0, at;
    FILE *in = open_file(hex, "r"), *out = open_file(ring, "wb");
    if (fscanf(in, "bytes %llu", &bytes) != 1 || fchmod(fileno(out), 0600) < 0 ||
        ftruncate(fileno(out), (off_t)bytes) < 0)
        die(hex);
    while (fscanf(in, "%llx %191s", &at, text) == 2 && strlen(text) == 2 * LINE) {
        unsigned char line[LINE];
        size_t n = bytes - at < LINE ? (size_t)(bytes - at) : LINE;
        for (size_t i = 0; i < LINE; i++)
            line[i] = (unsigned char)(digit(text[2 * i]) << 4 | digit(text[2 * i + 1]));
        if (fseek(out, (long)at, SEEK_SET) < 0 || fwrite(line, 1, n, out) != n)
            die(ring);
    }
    close_file(in, hex);
    close_file(out, ring);
}
