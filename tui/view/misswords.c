/* SPDX-License-Identifier: MIT */
/* Why lookups missed, in words: see misswords.h.  Pure. */
#include "config.h"

#include "tui/view/misswords.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* What holds of most of the newest that missed, and what to do. */
static const struct {
    const char *kind, *cause, *cure;
} advices[ACD_ADVICE_KINDS] = {
    [ACD_ADVICE_CHANGING] = {"changing", NULL, "move it to the prompt's end, or leave it out"},
    [ACD_ADVICE_REORDERED] = {"reordered", "the same text comes in another order",
                              "sort tools and JSON keys"},
    [ACD_ADVICE_SHORT] = {"short", "prompts are too short for this cache",
                          "lower its minimum or block, or share more text in front"},
    [ACD_ADVICE_CAPACITY] = {"capacity", "more is in use than the cache holds",
                             "give it more room, or end a conversation before the next"},
    [ACD_ADVICE_REPLICA] = {"replica", "another slot or replica has the prefix",
                            "pin each conversation to one"},
    [ACD_ADVICE_LIFETIME] = {"lifetime", "the prefix had expired", "let entries live longer"},
    [ACD_ADVICE_NOT_STORED] = {"not_stored", "the prefix was there before, and was not used",
                               "see what the server stores, and when"},
};

const char *acd_misswords_kind(enum acd_advice_kind kind)
{
    return advices[kind].kind;
}

const char *acd_misswords_cure(enum acd_advice_kind kind)
{
    return advices[kind].cure;
}

/* ---------------------------------------------------------------- one lookup */

void acd_misswords_change(char *out, size_t size, const struct acd_tracked *tracked)
{
    const struct acd_tracked *t = tracked;
    const struct acd_gauge *old = &t->changed_old, *now = &t->changed_new;
    const struct acd_gauge *count = strcmp(t->change, "inserted") == 0 ? now : old;
    char number[24] = "", by[28] = "", looks[16] = "";
    if (count->set)
        snprintf(number, sizeof number, " %" PRIu64, count->value);
    if (strcmp(t->change, "replaced") == 0 && old->set && now->set && now->value != old->value)
        snprintf(by, sizeof by, " by %" PRIu64, now->value);
    if (t->looks_like[0])
        snprintf(looks, sizeof looks, " (%s)", t->looks_like);
    if (t->change[0])
        snprintf(out, size, "%s%s%s%s", t->change, number, by, looks);
    else
        out[0] = '\0';
}

/* ---------------------------------------------------------------- patterns */

struct range {
    char s[48];
};

static struct range range_of(uint64_t min, uint64_t max)
{
    struct range r;
    if (min == max)
        snprintf(r.s, sizeof r.s, "%" PRIu64, min);
    else
        snprintf(r.s, sizeof r.s, "%" PRIu64 " to %" PRIu64, min, max);
    return r;
}

/* How much it is that changes: of what is removed, what was there; else what is there now. */
static struct range units_of(const struct acd_miss_pattern *p)
{
    if (strcmp(p->change, "removed") == 0)
        return range_of(p->old_min, p->old_max);
    return range_of(p->new_min, p->new_max);
}

void acd_misswords_pattern(char *out, size_t size, const struct acd_miss_pattern *pattern,
                           uint64_t missed)
{
    static const char *const verbs[][3] = {
        {"replaced", "units differ", "unit differs"},
        {"inserted", "units are inserted", "unit is inserted"},
        {"removed", "units are missing", "unit is missing"},
        {"reordered", "units come in another order", "unit comes in another order"}};
    const struct range units = pattern ? units_of(pattern) : (struct range){""};
    const char *verb = NULL;
    out[0] = '\0';
    if (!pattern || pattern->count < ACD_MISSWORDS_PATTERN)
        return;
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
        if (strcmp(verbs[i][0], pattern->change) == 0)
            verb = verbs[i][strcmp(units.s, "1") == 0 ? 2 : 1];
    if (verb)
        snprintf(out, size, "the same %s %s", units.s, verb);
    else
        snprintf(out, size, "all is different from one point on");
    size_t used = strlen(out);
    snprintf(out + used, size - used, " in %" PRIu64 " of %" PRIu64 " misses: offset %s of %s",
             pattern->count, missed, range_of(pattern->offset_min, pattern->offset_max).s,
             pattern->span[0] ? pattern->span : "the prompt");
}

/* ---------------------------------------------------------------- advice */

/* What changes, and where: "a time at system+38 changes". */
static void say_changing(char *out, size_t size, const struct acd_miss_pattern *p)
{
    static const char *const looks[][2] = {
        {"time", "a time"}, {"uuid", "a UUID"}, {"hash", "a hash"}, {"number", "a number"}};
    const char *what = "something";
    for (size_t i = 0; p && i < sizeof looks / sizeof looks[0]; i++)
        if (strcmp(looks[i][0], p->looks_like) == 0)
            what = looks[i][1];
    if (p)
        snprintf(out, size, "%s at %s+%" PRIu64 " changes", what, p->span[0] ? p->span : "prompt",
                 p->offset_min);
    else
        snprintf(out, size, "words early in the prompt change");
}

static void say_what(char *out, size_t size, const struct acd_advice *advice)
{
    const struct acd_miss_pattern *p = advice->pattern;
    if (advice->kind == ACD_ADVICE_CHANGING)
        say_changing(out, size, p);
    else if (advice->kind == ACD_ADVICE_REORDERED && p && p->span[0])
        snprintf(out, size, "%s in %s", advices[advice->kind].cause, p->span);
    else
        snprintf(out, size, "%s", advices[advice->kind].cause);
}

void acd_misswords_cause(char *out, size_t size, const struct acd_advice *advice,
                         enum acd_misswords_form form)
{
    char what[160], lost[80] = "";
    say_what(what, sizeof what, advice);
    if (advice->of_lost > 0 && form == ACD_MISSWORDS_WHOLE)
        snprintf(lost, sizeof lost, ", %s/%s tokens lost", acd_text_count(advice->lost).s,
                 acd_text_count(advice->of_lost).s);
    snprintf(out, size,
             form == ACD_MISSWORDS_SHORT ? "%" PRIu64 "/%" PRIu64 "%s: %s"
                                         : "%" PRIu64 " of the last %" PRIu64 " misses%s: %s",
             advice->count, advice->of, lost, what);
}

void acd_misswords_sizes(char *out, size_t size, const struct acd_advice *advice,
                         const struct acd_reuse *reuse)
{
    const struct acd_reuse_point *now = advice->now, *twice = advice->twice;
    const struct acd_label all = acd_text_count(reuse->input);
    out[0] = '\0';
    if (!now || !twice)
        return;
    snprintf(out, size, "%s of tokens hit (%s/%s) in one of %s, now %s (%s/%s) in %s",
             acd_text_percent(twice->cached, reuse->input, ACD_GLYPHS_ASCII).s,
             acd_text_count(twice->cached).s, all.s, acd_text_count(twice->size).s,
             acd_text_percent(now->cached, reuse->input, ACD_GLYPHS_ASCII).s,
             acd_text_count(now->cached).s, all.s, acd_text_count(now->size).s);
}
