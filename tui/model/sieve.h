/* SPDX-License-Identifier: MIT */
/*
 * Which entries of the scroll-back a filter, a query and the followed request let pass, judged once
 * each and remembered in a bit, so that a screen is drawn and a list is scrolled without asking a
 * query again.  What was judged is one stretch of sequence numbers; it starts where the user looks
 * and grows both ways, in steps, so that no step takes long and any of them may be the last.
 *
 * A gap is shown wherever its server is: what is missing might have passed.  It never counts as a
 * match.  One owner; lookups see it const.
 */
#ifndef ACD_TUI_MODEL_SIEVE_H
#define ACD_TUI_MODEL_SIEVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/model/filter.h"
#include "tui/model/fleet.h"
#include "tui/model/followed.h"
#include "tui/model/query.h"

#define ACD_SIEVE_CONTEXT_MAX 9

struct acd_sieve_rules {
    struct acd_filter filter;
    struct acd_followed followed;
    const struct acd_query *query; /* NULL: everything passes it; outlives its use here */
    bool invert;                   /* the query's answer */
    unsigned context;              /* entries kept on either side of a match */
};

struct acd_sieve;

/** For a scroll-back of up to `entries`. @return 0, -ENOMEM */
int acd_sieve_new(struct acd_sieve **ret_sieve, uint32_t entries);
void acd_sieve_free(struct acd_sieve *sieve);

/** Forgets all and starts at the entries around `sequence`, those before it first. */
void acd_sieve_begin(struct acd_sieve *sieve, const struct acd_sieve_rules *rules,
                     uint64_t sequence);

const struct acd_sieve_rules *acd_sieve_rules(const struct acd_sieve *sieve);

/** Other context for the same rules: nothing is judged again. */
void acd_sieve_set_context(struct acd_sieve *sieve, unsigned context);

/** Judges up to about `most` entries more. @return how many; 0: all that is kept is judged */
size_t acd_sieve_step(struct acd_sieve *sieve, const struct acd_fleet *fleet, size_t most);

/** Older entries than those judged so far are left out; new ones are judged as they come. */
void acd_sieve_stop(struct acd_sieve *sieve);

enum acd_sieve_state { ACD_SIEVE_DONE, ACD_SIEVE_MORE, ACD_SIEVE_STOPPED };
enum acd_sieve_state acd_sieve_state(const struct acd_sieve *sieve, const struct acd_store *store);

/** The first sequence of the stretch that was judged, and the one behind it. */
uint64_t acd_sieve_low(const struct acd_sieve *sieve, const struct acd_store *store);
uint64_t acd_sieve_high(const struct acd_sieve *sieve);

/** Matches in [from, to), and entries that are shown without their context: matches and gaps. */
uint64_t acd_sieve_matches(const struct acd_sieve *sieve, const struct acd_store *store,
                           uint64_t from, uint64_t to);
uint64_t acd_sieve_count(const struct acd_sieve *sieve, const struct acd_store *store,
                         uint64_t from, uint64_t to);

/** Is an entry that is shown a match, or but the context of one? */
bool acd_sieve_is_match(const struct acd_sieve *sieve, uint64_t sequence);

/**
 * The nearest entry that is shown, context included, before `sequence`, or from it on; only what
 * was judged is looked at.
 * @return false when there is none; outputs untouched
 */
bool acd_sieve_before(const struct acd_sieve *sieve, const struct acd_store *store,
                      uint64_t sequence, uint64_t *ret_sequence);
bool acd_sieve_from(const struct acd_sieve *sieve, const struct acd_store *store, uint64_t sequence,
                    uint64_t *ret_sequence);

#endif
