/* SPDX-License-Identifier: MIT */
/*
 * The judge of prefix trackers: why a prompt was not a hit, by brute force and from emitter/TRACKING.md
 * alone.  It keeps every prompt whole, compares each with all earlier ones, and runs the caches as plain
 * lists.  It shares nothing with the emitter but the names of outcomes, so that one mistake is not made in
 * both.  One thread; out of memory ends the program.
 */
#ifndef ACD_TESTS_TRACK_PREFIXORACLE_H
#define ACD_TESTS_TRACK_PREFIXORACLE_H

#include <stdbool.h>
#include <stdint.h>

#include <acdebug.h>

#define ACD_ORACLE_SIZES 6
#define ACD_ORACLE_NO_SLOT UINT32_MAX

struct acd_oracle_options {
    unsigned unit_bytes; /* 4: tokens, 1: bytes */
    uint64_t block, minimum, capacity, ttl_ns;
    uint64_t size[ACD_ORACLE_SIZES]; /* other caches to run along, in units; 0: none */
};

/* A prompt; its units stay where they are as long as the oracle lives. */
struct acd_oracle_asked {
    const void *units;
    uint64_t count;
    const char *model; /* NULL: none */
    uint32_t slot;     /* or ACD_ORACLE_NO_SLOT */
    uint64_t now_ns;
    uint64_t answer; /* the server's, or ACDEBUG_UNKNOWN */
};

struct acd_oracle_verdict {
    enum acdebug_outcome outcome;
    const char *reason; /* NULL for a hit */
    uint64_t cached, predicted;
    uint64_t diverged_at, shared;
    uint64_t longest;                  /* start that it shares with any */
    uint64_t closest, closest_tokens;  /* which earlier one, from 0, and its length */
    const char *change;                /* with prefix_diverged */
    uint64_t changed_old, changed_new; /* as they differ, before a change is widened to words */
};

struct acd_oracle;

struct acd_oracle *acd_oracle_new(const struct acd_oracle_options *options);
void acd_oracle_free(struct acd_oracle *oracle);

/* What the cache of the options would have of it. */
uint64_t acd_oracle_predict(const struct acd_oracle *oracle, const struct acd_oracle_asked *asked);
/* Judges the prompt, and remembers it. */
void acd_oracle_judge(struct acd_oracle *oracle, const struct acd_oracle_asked *asked,
                      struct acd_oracle_verdict *ret_verdict);

/* What the `index`-th of the other caches has had so far, and the units of all prompts. */
uint64_t acd_oracle_cached(const struct acd_oracle *oracle, unsigned index);
uint64_t acd_oracle_input(const struct acd_oracle *oracle);
/* The units of all blocks that were ever used: the working set. */
uint64_t acd_oracle_distinct(const struct acd_oracle *oracle);

#endif
