/* SPDX-License-Identifier: MIT */
/* The names of kinds.h as tables.  Pure; any thread. */
#include "config.h"

#include "emitter/format/kinds.h"

#include <stddef.h>
#include <string.h>

#include "emitter/format/layout.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* clang-format off */
static const char *const kinds[] = {
    "none",
#define X(id, name) name,
    ACD_KINDS(X)
#undef X
};
/* clang-format on */
static const char *const categories[ACD_CATEGORY_COUNT] = {
    "log",   "cache", "timer", "error", "performance", "logger", "user0", "user1",
    "user2", "user3", "user4", "user5", "user6",       "user7",  "user8", "user9"};
static const char *const outcomes[] = {"hit", "partial", "miss", "bypass", "unknown"};
static const char *const reasons[ACD_REASONS_KNOWN] = {
    "cold",          "prefix_diverged", "below_minimum", "evicted", "expired", "key_mismatch",
    "other_replica", "not_stored",      "disabled",      "error",   "unknown"};
static const char *const levels[] = {"off", "basic", "verbose", "trace"};

static const char *pick(const char *const *table, size_t count, unsigned i)
{
    return i < count ? table[i] : "?";
}

static int find(const char *const *table, size_t count, const char *name, size_t bytes)
{
    for (size_t i = 0; i < count; i++)
        if (strlen(table[i]) == bytes && memcmp(table[i], name, bytes) == 0)
            return (int)i;
    return -1;
}

const char *acd_kind_name(unsigned kind)
{
    return pick(kinds, COUNT(kinds), kind);
}

const char *acd_category_name(unsigned category)
{
    return pick(categories, COUNT(categories), category);
}

const char *acd_outcome_name(unsigned outcome)
{
    return pick(outcomes, COUNT(outcomes), outcome);
}

const char *acd_reason_name(unsigned reason)
{
    return pick(reasons, COUNT(reasons), reason);
}

const char *acd_level_name(unsigned level)
{
    return pick(levels, COUNT(levels), level);
}

int acd_kind_find(const char *name)
{
    return find(kinds, COUNT(kinds), name, strlen(name));
}

int acd_category_find(const char *name)
{
    return find(categories, COUNT(categories), name, strlen(name));
}

int acd_reason_find(const char *name, uint64_t bytes)
{
    return find(reasons, COUNT(reasons), name, (size_t)bytes);
}
