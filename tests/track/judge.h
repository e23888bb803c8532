/* SPDX-License-Identifier: MIT */
/*
 * What a tracker said of each prompt of a corpus, beside what the oracle says and what was planted: counted
 * for each cause apart.  For tests.
 */
#ifndef ACD_TESTS_TRACK_JUDGE_H
#define ACD_TESTS_TRACK_JUDGE_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/track/prefixoracle.h"
#include "tests/track/promptcorpus.h"

struct acd_scenario {
    const char *name;
    struct acd_corpus_options corpus;
    bool answers; /* the server says what it had */
};

extern const struct acd_scenario acd_scenarios[];
extern const unsigned acd_scenarios_count;

/* What is said of one prompt. */
struct acd_said {
    enum acdebug_outcome outcome;
    const char *reason; /* NULL for a hit */
    uint64_t cached, diverged_at, shared;
    uint64_t closest, closest_tokens; /* which, from 0 */
    const char *change;
    uint64_t changed_old, changed_new;
    const char *looks_like, *span; /* NULL: not said */
    uint64_t span_offset;
};

/* Right and of how many. */
struct acd_tally {
    uint64_t right, all;
};

struct acd_judged {
    uint64_t lookups;
    struct acd_tally why; /* reason and position, of what is not a hit */
    struct acd_tally reason, position;
    struct acd_tally plant;  /* both beside what was planted */
    struct acd_tally change; /* kind and how much longer or shorter */
    struct acd_tally planted_change, looks, span;
    struct acd_tally chat; /* the closest is the prompt before of the same chat */
};

#define ACD_REASON_NAMES 9

struct acd_judge {
    struct acd_judged cause[ACD_CAUSE_COUNT], sum;
    struct acd_tally outcome, cached, closest, closest_tokens;
    uint64_t confused[ACD_REASON_NAMES][ACD_REASON_NAMES]; /* by what is right, and what was said */
    unsigned complaints;                                   /* to be printed yet */
};

/* One prompt of a corpus as it is asked of the oracle. */
struct acd_case {
    const struct acd_scenario *scenario;
    const struct acd_corpus *corpus;
    const struct acd_made *made;
    struct acd_oracle_asked asked;
    struct acd_oracle_verdict verdict;
    unsigned number;
};

typedef void acd_saying(void *context, const struct acd_case *of, struct acd_said *ret_said);

/* Walks a scenario's prompts: the oracle judges each, `say` is asked, and both are compared. */
void acd_judge_walk(struct acd_judge *judge, const struct acd_scenario *scenario, acd_saying *say,
                    void *context);
void acd_judge_print(const struct acd_judge *judge, const char *title);
double acd_tally_percent(struct acd_tally tally);
/* What the oracle itself would say. */
void acd_judge_repeat(void *context, const struct acd_case *of, struct acd_said *ret_said);

#endif
