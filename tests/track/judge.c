/* SPDX-License-Identifier: MIT */
/* Counts what was said rightly, see judge.h. */
#include "config.h"

#include "tests/track/judge.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tests/support/scratch.h"

static const char *const reason_names[ACD_REASON_NAMES] = {
    "hit",        "below_minimum",   "other_replica", "expired", "evicted",
    "not_stored", "prefix_diverged", "cold",          "?"};

static unsigned reason_number(const char *reason)
{
    unsigned i = 0;
    while (i + 1 < ACD_REASON_NAMES && strcmp(reason_names[i], reason ? reason : "hit") != 0)
        i++;
    return i;
}

static bool same(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "") == 0;
}

static void tell(struct acd_tally *tally, bool right)
{
    tally->right += right;
    tally->all++;
}

double acd_tally_percent(struct acd_tally tally)
{
    return tally.all == 0 ? 100.0 : 100.0 * (double)tally.right / (double)tally.all;
}

/* ---- one prompt ---- */

/* Widened to whole words, both sides grow by as much. */
static bool change_agrees(const struct acd_said *s, const struct acd_oracle_verdict *v)
{
    if (!same(s->change, v->change))
        return false;
    if (v->changed_old == ACDEBUG_UNKNOWN)
        return s->changed_old == ACDEBUG_UNKNOWN;
    return s->changed_old >= v->changed_old &&
           s->changed_new - s->changed_old == v->changed_new - v->changed_old;
}

static bool plant_agrees(const struct acd_said *s, const struct acd_planted *p)
{
    if (!same(s->reason, p->reason))
        return false;
    return p->from == ACDEBUG_UNKNOWN || (s->diverged_at >= p->from && s->diverged_at <= p->to);
}

/* The part in which the prompt parts; where the change begins is not after that. */
static bool span_agrees(const struct acd_said *s, const struct acd_made *made)
{
    const struct acd_made_span *in = NULL;
    for (unsigned i = 0; i < made->spans && made->span[i].begin <= s->diverged_at; i++)
        in = &made->span[i];
    return same(s->span, in ? in->name : "") &&
           s->span_offset + (in ? in->begin : 0) <= s->diverged_at;
}

static void judge_change(struct acd_judged *j, const struct acd_said *s, const struct acd_case *c)
{
    const struct acd_planted *p = &c->made->planted;
    tell(&j->change, change_agrees(s, &c->verdict));
    if (c->made->previous != ACDEBUG_UNKNOWN)
        tell(&j->chat, s->closest == c->made->previous);
    if (s->span)
        tell(&j->span, span_agrees(s, c->made) && (!p->span || same(s->span, p->span)));
    if (p->change)
        tell(&j->planted_change, same(s->change, p->change));
    if (p->change && s->span)
        tell(&j->looks, same(s->looks_like, p->looks_like) &&
                            (p->changed == 0 ||
                             (s->changed_old == p->changed && s->changed_new == p->changed)));
}

static void judge_miss(struct acd_judged *j, const struct acd_said *s, const struct acd_case *c)
{
    const struct acd_oracle_verdict *v = &c->verdict;
    const struct acd_planted *p = &c->made->planted;
    bool reason = same(s->reason, v->reason), position = s->diverged_at == v->diverged_at;
    tell(&j->reason, reason);
    tell(&j->position, position);
    tell(&j->why, reason && position);
    if (p->reason && p->reason[0] != '\0')
        tell(&j->plant, plant_agrees(s, p));
    if (reason && position && same(v->reason, "prefix_diverged"))
        judge_change(j, s, c);
}

static void complain(struct acd_judge *judge, const struct acd_said *s, const struct acd_case *c)
{
    const struct acd_oracle_verdict *v = &c->verdict;
    if (judge->complaints == 0)
        return;
    judge->complaints--;
    printf("  %s, prompt %u of %zu units (%s):\n", c->scenario->name, c->number, c->made->count,
           acd_cause_text(c->made->planted.cause));
    printf("    should be %s at %" PRId64 ", cached %" PRIu64 ", shared %" PRIu64 " with %" PRId64
           " of %" PRId64 ", %s %" PRId64 " %" PRId64 "; planted %s %" PRId64 "..%" PRId64
           " %s %s\n",
           v->reason ? v->reason : "hit", (int64_t)v->diverged_at, v->cached, v->shared,
           (int64_t)v->closest, (int64_t)v->closest_tokens, v->change ? v->change : "-",
           (int64_t)v->changed_old, (int64_t)v->changed_new,
           c->made->planted.reason ? c->made->planted.reason : "-", (int64_t)c->made->planted.from,
           (int64_t)c->made->planted.to, c->made->planted.change ? c->made->planted.change : "-",
           c->made->planted.looks_like ? c->made->planted.looks_like : "-");
    printf("    is said   %s at %" PRId64 ", cached %" PRIu64 ", shared %" PRIu64 " with %" PRId64
           " of %" PRId64 ", %s %" PRId64 " %" PRId64 ", looks like %s, span %s + %" PRIu64 "\n",
           s->reason ? s->reason : "hit", (int64_t)s->diverged_at, s->cached, s->shared,
           (int64_t)s->closest, (int64_t)s->closest_tokens, s->change ? s->change : "-",
           (int64_t)s->changed_old, (int64_t)s->changed_new, s->looks_like ? s->looks_like : "-",
           s->span ? s->span : "-", s->span_offset);
}

static uint64_t faults(const struct acd_judge *judge)
{
    const struct acd_tally *tallies[] = {
        &judge->sum.why,   &judge->sum.plant,     &judge->sum.change, &judge->sum.planted_change,
        &judge->sum.looks, &judge->sum.span,      &judge->outcome,    &judge->cached,
        &judge->closest,   &judge->closest_tokens};
    uint64_t sum = 0;
    for (size_t i = 0; i < sizeof tallies / sizeof tallies[0]; i++)
        sum += tallies[i]->all - tallies[i]->right;
    return sum;
}

static void compare(struct acd_judge *judge, const struct acd_said *s, const struct acd_case *c)
{
    const struct acd_oracle_verdict *v = &c->verdict;
    struct acd_judged *each[] = {&judge->cause[c->made->planted.cause], &judge->sum};
    uint64_t before = faults(judge);
    tell(&judge->outcome, s->outcome == v->outcome);
    tell(&judge->cached, s->cached == v->cached);
    if (!same(v->reason, "below_minimum")) { /* which is not compared */
        tell(&judge->closest_tokens,
             s->closest_tokens == v->closest_tokens && s->shared == v->shared);
        tell(&judge->closest, s->closest == v->closest);
    }
    for (unsigned i = 0; i < 2; i++) {
        each[i]->lookups++;
        if (v->outcome != ACDEBUG_HIT)
            judge_miss(each[i], s, c);
    }
    judge->confused[reason_number(v->reason)][reason_number(s->reason)]++;
    if (faults(judge) > before)
        complain(judge, s, c);
}

/* ---- a scenario ---- */

static struct acd_oracle_options options_of(const struct acd_corpus_options *o)
{
    return (struct acd_oracle_options){.unit_bytes = o->bytes ? 1 : 4,
                                       .block = o->block,
                                       .minimum = o->minimum,
                                       .capacity = o->capacity,
                                       .ttl_ns = o->ttl_ns};
}

/* The oracle plays the server, which always computes the last token, and forgets what is planted. */
static uint64_t answer_of(const struct acd_case *c, const struct acd_oracle *oracle,
                          struct acd_planted *planted)
{
    uint64_t block = c->scenario->corpus.block, had = acd_oracle_predict(oracle, &c->asked);
    uint64_t most = c->asked.count > 0 ? c->asked.count - 1 : 0;
    if (had > most - most % block)
        had = most - most % block;
    uint64_t left = had * (1000 - c->made->forgets) / 1000;
    left -= left % block;
    if (c->made->forgets > 0 && left == had)
        planted->reason = NULL; /* nothing to forget */
    return left;
}

void acd_judge_walk(struct acd_judge *judge, const struct acd_scenario *scenario, acd_saying *say,
                    void *context)
{
    const struct acd_oracle_options options = options_of(&scenario->corpus);
    struct acd_oracle *oracle = acd_oracle_new(&options);
    struct acd_corpus *corpus = acd_corpus_new(&scenario->corpus);
    for (unsigned i = 0; i < corpus->count; i++) {
        struct acd_made made = corpus->prompt[i];
        struct acd_said said = {.closest = ACDEBUG_UNKNOWN};
        struct acd_case c = {.scenario = scenario, .corpus = corpus, .made = &made, .number = i};
        c.asked = (struct acd_oracle_asked){made.tokens ? (void *)made.tokens : made.bytes,
                                            made.count,
                                            made.model,
                                            made.slot,
                                            made.now_ns,
                                            ACDEBUG_UNKNOWN};
        if (scenario->answers)
            c.asked.answer = answer_of(&c, oracle, &made.planted);
        acd_oracle_judge(oracle, &c.asked, &c.verdict);
        say(context, &c, &said);
        compare(judge, &said, &c);
    }
    acd_corpus_free(corpus);
    acd_oracle_free(oracle);
}

void acd_judge_repeat(void *context, const struct acd_case *of, struct acd_said *ret_said)
{
    const struct acd_oracle_verdict *v = &of->verdict;
    (void)context;
    *ret_said = (struct acd_said){.outcome = v->outcome,
                                  .reason = v->reason,
                                  .cached = v->cached,
                                  .diverged_at = v->diverged_at,
                                  .shared = v->shared,
                                  .closest = v->closest,
                                  .closest_tokens = v->closest_tokens,
                                  .change = v->change,
                                  .changed_old = v->changed_old,
                                  .changed_new = v->changed_new};
}

/* ---- the table ---- */

static void print_share(struct acd_tally tally)
{
    if (tally.all == 0)
        printf("%15s", "-");
    else
        printf("%8" PRIu64 " %6.2f", tally.all, acd_tally_percent(tally));
}

static void print_row(const char *name, const struct acd_judged *j)
{
    printf("%-31s%7" PRIu64, name, j->lookups);
    print_share(j->why);
    print_share(j->plant);
    print_share(j->change);
    print_share(j->planted_change);
    print_share(j->looks);
    print_share(j->span);
    print_share(j->chat);
    putchar('\n');
}

void acd_judge_print(const struct acd_judge *judge, const char *title)
{
    printf("%s\n%-31s%7s%15s%15s%15s%15s%15s%15s%15s\n", title, "planted, and % right of how many",
           "asked", "why, where", "as planted", "change", "as planted", "looks like", "span",
           "same chat");
    for (unsigned i = 0; i < ACD_CAUSE_COUNT; i++)
        if (judge->cause[i].lookups > 0)
            print_row(acd_cause_text((enum acd_cause)i), &judge->cause[i]);
    print_row("all", &judge->sum);
    printf(
        "outcome %.3f %%, cached %.3f %%, closest %.3f %%, its length and what is shared %.3f %%\n",
        acd_tally_percent(judge->outcome), acd_tally_percent(judge->cached),
        acd_tally_percent(judge->closest), acd_tally_percent(judge->closest_tokens));
    for (unsigned i = 0; i < ACD_REASON_NAMES; i++)
        for (unsigned k = 0; k < ACD_REASON_NAMES; k++)
            if (i != k && judge->confused[i][k] > 0)
                printf("%s taken for %s: %" PRIu64 "\n", reason_names[i], reason_names[k],
                       judge->confused[i][k]);
}
