/* SPDX-License-Identifier: MIT */
/*
 * Faults planted for the tools that look for them: the silence of a sanitizer that is not there is worth
 * nothing.  Built with the flags of all tests; reported.py runs it and looks at what is said.
 *
 *   planted FAULT     one of `faults` below
 */
#include "config.h"

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BYTES 8u

/* Volatile: known to nobody when compiling. */
static volatile unsigned bytes = BYTES, word_bits = 32;
static int plain;
static void *volatile lost;

static void behind_a_block(void)
{
    volatile unsigned char *block = malloc(bytes); /* whose size only the run knows */
    if (block)
        block[bytes] = 1;
    free((void *)(uintptr_t)block);
}

static void lose_a_block(void)
{
    lost = malloc(BYTES);
    lost = NULL;
}

static void shift_too_far(void)
{
    printf("%u\n", 1u << word_bits);
}

static void *add_to_plain(void *number)
{
    for (int i = 0; i < 1000; i++)
        *(int *)number += 1;
    return NULL;
}

static void race_for_a_word(void)
{
    pthread_t thread[2];
    for (unsigned i = 0; i < 2; i++)
        if (pthread_create(&thread[i], NULL, add_to_plain, &plain) != 0)
            exit(3);
    for (unsigned i = 0; i < 2; i++)
        pthread_join(thread[i], NULL);
}

static void branch_on_what_nobody_wrote(void)
{
    lost = malloc(BYTES);
    const volatile unsigned char *block = lost;
    if (block && block[bytes - 1] == 'x')
        puts("x");
    free(lost);
}

static void do_nothing_wrong(void)
{
    volatile unsigned char *block = calloc(1, BYTES);
    if (block)
        block[bytes - 1] = (unsigned char)(1u << (word_bits - 31));
    free((void *)(uintptr_t)block);
}

static const struct {
    const char *name;
    void (*plant)(void);
} faults[] = {
    {"overflow", behind_a_block},
    {"leak", lose_a_block},
    {"shift", shift_too_far},
    {"race", race_for_a_word},
    {"unset", branch_on_what_nobody_wrote},
    {"nothing", do_nothing_wrong},
};

int main(int argc, char **argv)
{
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++)
        if (argc == 2 && strcmp(argv[1], faults[i].name) == 0) {
            faults[i].plant();
            return 0;
        }
    fprintf(stderr, "planted: no such fault\n");
    return 2;
}
