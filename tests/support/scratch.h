/* SPDX-License-Identifier: MIT */
/*
 * What tests of files and processes share: a directory of their own for rings, children, counts of
 * what a process holds, and the scale of long tests.  Failures end the test program with a sentence.
 */
#ifndef ACD_TEST_SCRATCH_H
#define ACD_TEST_SCRATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <acdebug.h>

struct acd_scratch {
    char path[128];
};

/* A new directory, mode 0700, in $ACD_TEST_SCRATCH, else in shared memory where there is one. */
void acd_scratch_make(struct acd_scratch *scratch);
/* Removes it and the files in it. */
void acd_scratch_remove(const struct acd_scratch *scratch);
/* Files in it whose names end in `suffix` ("" : all). */
unsigned acd_scratch_count(const struct acd_scratch *scratch, const char *suffix);
/* The path of the `index`-th ring in order of name; false when there are not so many. */
bool acd_scratch_ring(const struct acd_scratch *scratch, unsigned index, char *ret_path,
                      size_t bytes);

/* The file's bytes with a NUL behind them, to be freed; `ret_bytes` NULL: they are text. */
char *acd_scratch_read(const char *path, size_t *ret_bytes);

/* Options for a ring in the directory at `level`, without text and without collecting. */
acdebug_options acd_scratch_options(const struct acd_scratch *scratch, int level);

/* `count` scaled by ACD_TEST_SCALE (default 1), at least `least`. */
uint64_t acd_scratch_scaled(uint64_t count, uint64_t least);

/* `own`, or another one for each ACD_TEST_SEED: a storm that is run again is another storm. */
uint64_t acd_scratch_seed(uint64_t own);

/* Descriptors and mappings of this process. */
unsigned acd_scratch_descriptors(void);
unsigned acd_scratch_mappings(void);

/* Runs `run` in a child of fork; what it returned (0 to 255), or 1000 + the signal that ended it. */
int acd_scratch_child(int (*run)(void *context), void *context);
/* The same for a child that was started otherwise. */
int acd_scratch_wait(int pid);

/* A small generator for tests; the seed is the test's own. */
uint64_t acd_scratch_random(uint64_t *state);

/* Ends the program: the test can't even begin. */
_Noreturn void acd_scratch_die(const char *what);

#endif
