/* SPDX-License-Identifier: MIT */
/*
 * Made prompts of chats, several turns each, with causes of misses planted in them: what a judge of prefix
 * trackers is tried on.  The same options make the same prompts.  Out of memory ends the program.
 */
#ifndef ACD_TESTS_TRACK_PROMPTCORPUS_H
#define ACD_TESTS_TRACK_PROMPTCORPUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/track/prompttext.h"

/* What is done to a chat at a turn. */
#define ACD_CAUSES(X)                                                                              \
    X(COLD, "a new chat")                                                                          \
    X(SHARING, "a new chat, known system prompt")                                                  \
    X(CONTINUED, "one more turn")                                                                  \
    X(REPEATED, "the same again")                                                                  \
    X(TIME, "a time in the system prompt")                                                         \
    X(UUID, "a UUID in the system prompt")                                                         \
    X(HASH, "a hash in the system prompt")                                                         \
    X(COUNTER, "a counter in the system prompt")                                                   \
    X(TOOLS, "tools in another order")                                                             \
    X(KEYS, "JSON keys in another order")                                                          \
    X(CUT, "history cut from the front")                                                           \
    X(EDITED, "a message edited")                                                                  \
    X(INSERTED, "a sentence put in")                                                               \
    X(STRIPPED, "a sentence taken out")                                                            \
    X(SHORT, "shorter than the minimum")                                                           \
    X(EVICTED, "much else since the last turn")                                                    \
    X(EXPIRED, "a pause before the turn")                                                          \
    X(OTHER_SLOT, "asked of another slot")                                                         \
    X(FORGOTTEN, "the server forgets some")

enum acd_cause {
#define X(name, text) ACD_CAUSE_##name,
    ACD_CAUSES(X)
#undef X
        ACD_CAUSE_COUNT
};

#define ACD_CAUSE_BIT(name) (1u << ACD_CAUSE_##name)
#define ACD_CAUSES_OF_TEXT                                                                         \
    (ACD_CAUSE_BIT(TIME) | ACD_CAUSE_BIT(UUID) | ACD_CAUSE_BIT(HASH) | ACD_CAUSE_BIT(COUNTER) |    \
     ACD_CAUSE_BIT(TOOLS) | ACD_CAUSE_BIT(KEYS) | ACD_CAUSE_BIT(CUT) | ACD_CAUSE_BIT(EDITED) |     \
     ACD_CAUSE_BIT(INSERTED) | ACD_CAUSE_BIT(STRIPPED) | ACD_CAUSE_BIT(SHORT))

struct acd_corpus_options {
    uint64_t seed;
    unsigned prompts;
    bool bytes;             /* units are bytes, else tokens */
    uint32_t causes;        /* bits; new chats, turns and repetitions are always there */
    unsigned most;          /* units: a chat that is longer ends */
    unsigned words;         /* of a message, at most */
    unsigned chats;         /* at a time */
    unsigned models, slots; /* 0: none is said */
    uint64_t block, minimum, capacity, ttl_ns; /* as the cache has them */
};

/* What must come of it.  NULL, ACDEBUG_UNKNOWN: not determined by what was planted. */
struct acd_planted {
    enum acd_cause cause;
    const char *reason; /* "": a hit */
    uint64_t from, to;  /* it parts in these units, both included */
    const char *change, *looks_like;
    uint64_t changed; /* units of the word that was replaced by one as long */
    const char *span;
};

struct acd_made_span {
    char name[24];
    uint64_t begin;
};
#define ACD_MADE_SPANS 32

struct acd_made {
    uint32_t *tokens; /* one of both */
    char *bytes;
    size_t count;
    struct acd_made_span span[ACD_MADE_SPANS];
    unsigned spans;
    const char *model;
    uint32_t slot; /* UINT32_MAX: none */
    uint64_t now_ns;
    uint64_t previous; /* the prompt of this chat before, from 0; ACDEBUG_UNKNOWN: none */
    unsigned forgets;  /* the server's answer is less by so many of 1000 parts */
    struct acd_planted planted;
};

struct acd_corpus {
    struct acd_made *prompt;
    unsigned count;
    struct acd_vocabulary *vocabulary;
};

struct acd_corpus *acd_corpus_new(const struct acd_corpus_options *options);
void acd_corpus_free(struct acd_corpus *corpus);
const char *acd_cause_text(enum acd_cause cause);

#endif
