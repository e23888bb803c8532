/* SPDX-License-Identifier: MIT */
/*
 * The one list of event kinds, categories, field types, outcomes, reasons, levels and standard field
 * names, with the text that people see.  Emitter, reader, help and documentation read it from here.
 */
#ifndef ACD_FORMAT_KINDS_H
#define ACD_FORMAT_KINDS_H

#include <stdint.h>

/* id, name in tail and filters */
#define ACD_KINDS(X)                                                                               \
    X(LOG, "log")                                                                                  \
    X(CACHE, "cache")                                                                              \
    X(EVICTION, "eviction")                                                                        \
    X(TIMER_START, "timer_start")                                                                  \
    X(TIMER_CHECKPOINT, "timer_checkpoint")                                                        \
    X(TIMER_END, "timer_end")                                                                      \
    X(TIMER_FAIL, "timer_fail")                                                                    \
    X(ERROR, "error")                                                                              \
    X(PERFORMANCE, "performance")                                                                  \
    X(LOGGER, "logger")                                                                            \
    X(LEVEL, "level")                                                                              \
    X(START, "start")                                                                              \
    X(STOP, "stop")                                                                                \
    X(THREAD, "thread")                                                                            \
    X(REUSE, "reuse")

/* clang-format off */
enum acd_kind {
    ACD_KIND_NONE = 0,
#define X(id, name) ACD_KIND_##id,
    ACD_KINDS(X)
#undef X
    ACD_KIND_COUNT
};
/* clang-format on */

/* Categories 6 to 15 are the user's. */
enum acd_category {
    ACD_CATEGORY_LOG,
    ACD_CATEGORY_CACHE,
    ACD_CATEGORY_TIMER,
    ACD_CATEGORY_ERROR,
    ACD_CATEGORY_PERFORMANCE,
    ACD_CATEGORY_LOGGER,
    ACD_CATEGORY_USER0,
    ACD_CATEGORY_COUNT = 16
};

enum acd_type {
    ACD_TYPE_NONE,
    ACD_TYPE_INT,         /* int64, one word */
    ACD_TYPE_UINT,        /* uint64, one word */
    ACD_TYPE_DOUBLE,      /* IEEE 754 binary64, one word */
    ACD_TYPE_BOOL,        /* 0 or 1, one word */
    ACD_TYPE_STR,         /* length word, bytes padded to 8 */
    ACD_TYPE_JSON,        /* as STR; the bytes are JSON text */
    ACD_TYPE_REQUEST,     /* explicit request id, one word: the record's id, not a field */
    ACD_TYPE_REQUEST_STR, /* the same as text */
    ACD_TYPE_COUNT
};

static inline int acd_type_is_text(unsigned type)
{
    return type == ACD_TYPE_STR || type == ACD_TYPE_JSON || type == ACD_TYPE_REQUEST_STR;
}

/* Standard field names: OpenTelemetry GenAI where it has one. */
#define ACD_KEY_MESSAGE "message"
#define ACD_KEY_LOGGER "acdebug.logger"
#define ACD_KEY_SEVERITY "acdebug.severity"
#define ACD_KEY_CACHE_TYPE "acdebug.cache.type"
#define ACD_KEY_CACHE_KEY "acdebug.cache.key"
#define ACD_KEY_CACHE_OUTCOME "acdebug.cache.outcome" /* uint: enum acd_outcome */
#define ACD_KEY_CACHE_REASON "acdebug.cache.reason"
#define ACD_KEY_CACHE_DIVERGED "acdebug.cache.diverged_at"
#define ACD_KEY_CACHE_SIZE "acdebug.cache.size_bytes"
#define ACD_KEY_CACHE_AGE "acdebug.cache.age_ns"
#define ACD_KEY_CACHE_COUNT "acdebug.cache.count"
/* Of a tracked prompt, see TRACKING.md. */
#define ACD_KEY_CACHE_PREDICTED "acdebug.cache.predicted"
#define ACD_KEY_CACHE_SHARED "acdebug.cache.shared_tokens"
#define ACD_KEY_CACHE_CLOSEST "acdebug.cache.closest_tokens"
#define ACD_KEY_CACHE_CLOSEST_REQUEST "acdebug.cache.closest_request"
#define ACD_KEY_CACHE_SPAN "acdebug.cache.span"
#define ACD_KEY_CACHE_SPAN_OFFSET "acdebug.cache.span_offset"
#define ACD_KEY_CACHE_CHANGE "acdebug.cache.change"
#define ACD_KEY_CACHE_CHANGED_OLD "acdebug.cache.changed_old"
#define ACD_KEY_CACHE_CHANGED_NEW "acdebug.cache.changed_new"
#define ACD_KEY_CACHE_LOOKS_LIKE "acdebug.cache.looks_like"
#define ACD_KEY_CACHE_SPANS "acdebug.cache.spans"
#define ACD_KEY_CACHE_CLOSEST_SPANS "acdebug.cache.closest_spans"
#define ACD_KEY_CACHE_SNIPPET "acdebug.cache.snippet"
#define ACD_KEY_CACHE_CLOSEST_SNIPPET "acdebug.cache.closest_snippet"
#define ACD_KEY_CACHE_CAPACITY "acdebug.cache.capacity_tokens"
#define ACD_KEY_CACHE_REACH "acdebug.cache.reach_tokens"
#define ACD_KEY_CACHE_REUSE "acdebug.cache.reuse"
#define ACD_KEY_INPUT_TOKENS "gen_ai.usage.input_tokens"
#define ACD_KEY_CACHED_TOKENS "gen_ai.usage.cache_read.input_tokens"
#define ACD_KEY_CREATED_TOKENS "gen_ai.usage.cache_creation.input_tokens"
#define ACD_KEY_MODEL "gen_ai.request.model"
#define ACD_KEY_PROVIDER "gen_ai.provider.name"
#define ACD_KEY_TIMER "acdebug.timer.name"
#define ACD_KEY_TIMER_ID "acdebug.timer.id"
#define ACD_KEY_TIMER_LABEL "acdebug.timer.label"
#define ACD_KEY_TIMER_ELAPSED "acdebug.timer.elapsed_ns"
#define ACD_KEY_TIMER_SINCE "acdebug.timer.since_ns"
#define ACD_KEY_ERROR_TYPE "error.type"
#define ACD_KEY_STATUS "http.response.status_code"
#define ACD_KEY_DEBUG_FILE "acdebug.debug_file"
#define ACD_KEY_DURATION_MS "acdebug.duration_ms"
#define ACD_KEY_LEVEL_FROM "acdebug.level.from" /* uint: the 16 levels, 2 bits each */
#define ACD_KEY_LEVEL_TO "acdebug.level.to"
#define ACD_KEY_WHO "acdebug.level.who"
#define ACD_KEY_THREAD "acdebug.thread.id"
#define ACD_KEY_THREAD_NAME "acdebug.thread.name"

/* Names for what a file holds; out of range gives "?" so that a bad file is shown, not followed. */
const char *acd_kind_name(unsigned kind);
const char *acd_category_name(unsigned category);
const char *acd_outcome_name(unsigned outcome);
const char *acd_reason_name(unsigned reason); /* the known ones */
const char *acd_level_name(unsigned level);

/* The other way; -1 when there is no such name. */
int acd_kind_find(const char *name);
int acd_category_find(const char *name);
int acd_reason_find(const char *name, uint64_t bytes);

/* The level 0..3 of one category in a control word or a levels value. */
static inline unsigned acd_levels_get(uint64_t levels, unsigned category)
{
    return (unsigned)(levels >> (2 * (category & 15u))) & 3u;
}

/* All 16 categories at `level`. */
static inline uint32_t acd_levels_all(unsigned level)
{
    return UINT32_C(0x55555555) * (level & 3u);
}

static inline uint64_t acd_levels_with(uint64_t levels, unsigned category, unsigned level)
{
    unsigned shift = 2 * (category & 15u);
    return (levels & ~(UINT64_C(3) << shift)) | (uint64_t)(level & 3u) << shift;
}

#endif
