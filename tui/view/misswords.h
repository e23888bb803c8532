/* SPDX-License-Identifier: MIT */
/*
 * Why lookups missed, in words: what changed, where again and again, the cause and its cure.  What is a
 * count stands with what it is a count of.  A miss is here what is no hit: a partial hit too.  Pure.
 */
#ifndef ACD_TUI_VIEW_MISSWORDS_H
#define ACD_TUI_VIEW_MISSWORDS_H

#include "tui/model/advice.h"
#include "tui/view/text.h"

#define ACD_MISSWORDS_CHANGE 96
#define ACD_MISSWORDS_BYTES 240
#define ACD_MISSWORDS_PATTERN 3 /* so many make a pattern */

/** "replaced 17 by 20 (time)"; "" when nothing is said of it. */
void acd_misswords_change(char *out, size_t size, const struct acd_tracked *tracked);

/** "the same 17 units differ in 212 of 215 misses: offset 38 of system"; "" if it is no pattern yet. */
void acd_misswords_pattern(char *out, size_t size, const struct acd_miss_pattern *pattern,
                           uint64_t missed);

enum acd_misswords_form {
    ACD_MISSWORDS_WHOLE, /* "14 of the last 16 misses, 742k/769k tokens lost: a time at ... changes" */
    ACD_MISSWORDS_PLAIN, /* "14 of the last 16 misses: a time at system+38 changes" */
    ACD_MISSWORDS_SHORT, /* "14/16: a time at system+38 changes" */
    ACD_MISSWORDS_FORMS
};

/** The tokens are told of where they are known. */
void acd_misswords_cause(char *out, size_t size, const struct acd_advice *advice,
                         enum acd_misswords_form form);

/** "74% (5.6M/7.6M) of tokens hit in 131k, now 61% (4.6M/7.6M) in 65k"; "" not known. */
void acd_misswords_sizes(char *out, size_t size, const struct acd_advice *advice,
                         const struct acd_reuse *reuse);

/** "move it to the prompt's end, or leave it out". */
const char *acd_misswords_cure(enum acd_advice_kind kind);

/** "changing": the kind, for programs. */
const char *acd_misswords_kind(enum acd_advice_kind kind);

#endif
