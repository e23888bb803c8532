/* SPDX-License-Identifier: MIT */
/*
 * The filter language: `level<=2 kind:cache key~sys ms>500 req=88f timeout`.  Words are joined by
 * "and"; `or`, `not` (also `!` before a word) and parentheses do what they say.
 *
 *     word          the text stands in the event, whatever its case (an upper-case letter: as written)
 *     "two words"   the same with spaces
 *     /regex/       POSIX extended regular expression over the event's text
 *     name=value    equal; `:` is the same.  Also != < <= > >= and ~ !~ (regular expression)
 *
 * A kind may be cut to its first letters, three at least: kind:timer is all four of timers.
 *
 * Names: level, kind, cat, server, thread, req, msg, us, ms and s (a timer's or call's duration), and
 * any field of the event by its whole name or the part behind its last dot, so that `key` means
 * acdebug.cache.key.  A comparison with a field that the event does not have is false, as is its
 * opposite.  Numbers compare as numbers, else texts as texts.
 *
 * A query is constant once parsed; matching it allocates nothing and may run in any thread.
 */
#ifndef ACD_MODEL_QUERY_H
#define ACD_MODEL_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/reader/follow.h"

struct acd_query;

/* What a query is asked about. */
struct acd_query_subject {
    unsigned level, kind, category;
    uint32_t thread;
    struct acd_text server;
    struct acd_text message; /* the site's, or the event's own */
    const struct acd_event_view *event;
};

/* What a name takes, when it does not take everything. */
enum acd_query_choice {
    ACD_QUERY_ANYTHING,
    ACD_QUERY_KINDS,
    ACD_QUERY_CATEGORIES,
    ACD_QUERY_LEVELS
};

/* Why a text is no query; `at` counts bytes from 0. */
struct acd_query_fault {
    size_t at;
    char text[80];
    enum acd_query_choice choice; /* what could stand there, for a "did you mean" */
    char value[64];               /* what stands there */
};

/** The texts of a choice by number, NULL past the last. */
const char *acd_query_choice_at(enum acd_query_choice choice, unsigned index);

/* The language in lines for people; the last one has no form. */
struct acd_query_line {
    const char *form, *meaning;
};
extern const struct acd_query_line acd_query_lines[];

#define ACD_QUERY_BYTES_MAX 1024
#define ACD_QUERY_DEPTH_MAX 32

/**
 * @param text  NUL-terminated; blank: a query that everything passes
 * @return 0; -EINVAL with *ret_fault set; -ENOMEM
 */
int acd_query_new(struct acd_query **ret_query, const char *text,
                  struct acd_query_fault *ret_fault);
void acd_query_free(struct acd_query *query);

bool acd_query_matches(const struct acd_query *query, const struct acd_query_subject *subject);

struct acd_query_span {
    size_t at, bytes;
};

/**
 * The words of `text` that the query asks for, to be made to stand out; what it does not want is
 * not among them.  In no order; they may overlap.
 * @return how many, at most `most`
 */
size_t acd_query_spans(const struct acd_query *query, const struct acd_text *text,
                       struct acd_query_span *ret_span, size_t most);

/* Blank: nothing is left out. */
bool acd_query_is_blank(const struct acd_query *query);

#endif
