/* SPDX-License-Identifier: MIT */
/*
 * What stands behind acdebug.h's macros and inline functions, which includes it: attributes, the values
 * of fields, the test of the level, and the sites that the macros put beside their calls.  Servers include
 * <acdebug.h> and name nothing of this; a binding may.  Shared with the library: what is called priv may
 * change with its major version.
 */
#ifndef ACDEBUG_PRIV_H
#define ACDEBUG_PRIV_H 1

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__) || defined(__clang__)
#define ACDEBUG_API __attribute__((visibility("default")))
#define ACDEBUG_PRINTF(f, a) __attribute__((format(printf, f, a)))
#else
#error "libacdebug's header needs gcc or clang"
#endif

/* ---------------------------------------------------------------- values */

enum acdebug_priv_type {
    ACDEBUG_PRIV_INT = 1,
    ACDEBUG_PRIV_UINT,
    ACDEBUG_PRIV_DOUBLE,
    ACDEBUG_PRIV_BOOL,
    ACDEBUG_PRIV_STR,
    ACDEBUG_PRIV_JSON,
    ACDEBUG_PRIV_REQUEST,
    ACDEBUG_PRIV_REQUEST_STR
};
struct acdebug_priv_key {
    const char *name;
    unsigned type;
};
struct acdebug_priv_value {
    uint64_t bits; /* a number's bits, or the address of the bytes */
    uint64_t bytes;
};
/* One place in the source that emits.  `cache`, `hint` and `shape` are the library's. */
struct acdebug_priv_site {
    uint64_t cache;
    uint64_t hint;
    uint64_t shape;
    uint32_t line;
    uint8_t kind, category, level, fields;
    const char *message;
    const char *file;
    const struct acdebug_priv_key *keys;
};

static inline struct acdebug_priv_value acdebug_priv_uint(uint64_t x)
{
    struct acdebug_priv_value v;
    v.bits = x;
    v.bytes = 8;
    return v;
}
static inline struct acdebug_priv_value acdebug_priv_int(int64_t x)
{
    return acdebug_priv_uint((uint64_t)x);
}
static inline struct acdebug_priv_value acdebug_priv_double(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return acdebug_priv_uint(bits);
}
/* NULL is an empty text, and so is what no object is as long as: the -1 of a call that failed. */
static inline struct acdebug_priv_value acdebug_priv_strn(const char *s, size_t bytes)
{
    const bool is_text = s && bytes <= SIZE_MAX / 2;
    struct acdebug_priv_value v;
    v.bits = (uint64_t)(uintptr_t)(is_text ? s : "");
    v.bytes = is_text ? (uint64_t)bytes : 0;
    return v;
}
static inline struct acdebug_priv_value acdebug_priv_str(const char *s)
{
    return acdebug_priv_strn(s, s ? strlen(s) : 0);
}

/* ---------------------------------------------------------------- the level test */

/* The control word that every call tests.  Before acdebug_open() it is a constant 0. */
extern ACDEBUG_API const uint64_t *acdebug_priv_control;
ACDEBUG_API bool acdebug_priv_admit(unsigned category, unsigned level);

static inline uint64_t acdebug_priv_word(void)
{
    /* Both loads relaxed: the word stands alone, nothing is read through it. */
    return __atomic_load_n(__atomic_load_n(&acdebug_priv_control, __ATOMIC_RELAXED),
                           __ATOMIC_RELAXED);
}
static inline bool acdebug_priv_on(unsigned category, unsigned level)
{
    uint64_t word = acdebug_priv_word();
    if (__builtin_expect(((word >> (2 * category)) & 3u) < level, 1))
        return false;
    return __builtin_expect(!(word >> 63), 1) || acdebug_priv_admit(category, level);
}

/* ---------------------------------------------------------------- calls of the macros */

ACDEBUG_API void acdebug_priv_emit(struct acdebug_priv_site *site,
                                   const struct acdebug_priv_value *values);
/* values: type, key, outcome, reason, then the caller's fields. */
ACDEBUG_API void acdebug_priv_cache(struct acdebug_priv_site *site,
                                    const struct acdebug_priv_value *values);
ACDEBUG_API void acdebug_priv_cache_count(struct acdebug_priv_site *site, const char *type,
                                          size_t type_bytes, unsigned outcome, const char *reason);
struct acdebug_timer;
ACDEBUG_API void acdebug_priv_timer_cleanup(struct acdebug_timer *timer);

/* ---------------------------------------------------------------- macros */

#define ACDEBUG_PRIV_CAT2(a, b) a##b
#define ACDEBUG_PRIV_CAT(a, b) ACDEBUG_PRIV_CAT2(a, b)

#define ACDEBUG_PRIV_KIND_LOG 1
#define ACDEBUG_PRIV_KIND_CACHE 2

/* Counting and mapping: up to 16 fields and the end mark. */
#define ACDEBUG_PRIV_NTH(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16,    \
                         a17, n, ...)                                                              \
    n
#define ACDEBUG_PRIV_COUNT(...)                                                                    \
    ACDEBUG_PRIV_NTH(__VA_ARGS__, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0)
#define ACDEBUG_PRIV_KEY(field) ACDEBUG_PRIV_KEY_ field,
#define ACDEBUG_PRIV_KEY_(type, key, value)                                                        \
    {                                                                                              \
        "" key, type                                                                               \
    }
#define ACDEBUG_PRIV_VALUE(field) ACDEBUG_PRIV_VALUE_ field,
#define ACDEBUG_PRIV_VALUE_(type, key, value) value
#define ACDEBUG_PRIV_MAP_1(m, a, ...) m(a)
#define ACDEBUG_PRIV_MAP_2(m, a, ...) m(a) ACDEBUG_PRIV_MAP_1(m, __VA_ARGS__)
#define ACDEBUG_PRIV_MAP_3(m, a, ...) m(a) ACDEBUG_PRIV_MAP_2(m, __VA_ARGS__)
#define ACDEBUG_PRIV_MAP_4(m, a, ...) m(a) ACDEBUG_PRIV_MAP_3(m, __VA_ARGS__)
#define ACDEBUG_PRIV_MAP_5(m, a, ...) m(a) ACDEBUG_PRIV_MAP_4(m, __VA_ARGS__)
#define ACDEBUG_PRIV_MAP_6(m, a, ...) m(a) ACDEBUG_PRIV_MAP_5(m, __VA_ARGS__)
#define ACDEBUG_PRIV_MAP_7(m, a, ...) m(a) ACDEBUG_PRIV_MAP_6(m, __VA_ARGS__)
#define ACDEBUG_PRIV_MAP_8(m, a, ...) m(a) ACDEBUG_PRIV_MAP_7(m, __VA_ARGS__)
#define ACDEBUG_PRIV_MAP_9(m, a, ...) m(a) ACDEBUG_PRIV_MAP_8(m, __VA_ARGS__)
#define ACDEBUG_PRIV_MAP_10(m, a, ...) m(a) ACDEBUG_PRIV_MAP_9(m, __VA_ARGS__)
#define ACDEBUG_PRIV_MAP_11(m, a, ...) m(a) ACDEBUG_PRIV_MAP_10(m, __VA_ARGS__)
#define ACDEBUG_PRIV_MAP_12(m, a, ...) m(a) ACDEBUG_PRIV_MAP_11(m, __VA_ARGS__)
#define ACDEBUG_PRIV_MAP_13(m, a, ...) m(a) ACDEBUG_PRIV_MAP_12(m, __VA_ARGS__)
#define ACDEBUG_PRIV_MAP_14(m, a, ...) m(a) ACDEBUG_PRIV_MAP_13(m, __VA_ARGS__)
#define ACDEBUG_PRIV_MAP_15(m, a, ...) m(a) ACDEBUG_PRIV_MAP_14(m, __VA_ARGS__)
#define ACDEBUG_PRIV_MAP_16(m, a, ...) m(a) ACDEBUG_PRIV_MAP_15(m, __VA_ARGS__)
#define ACDEBUG_PRIV_MAP_17(m, a, ...) m(a) ACDEBUG_PRIV_MAP_16(m, __VA_ARGS__)
#define ACDEBUG_PRIV_MAP(m, ...)                                                                   \
    ACDEBUG_PRIV_CAT(ACDEBUG_PRIV_MAP_, ACDEBUG_PRIV_COUNT(__VA_ARGS__))(m, __VA_ARGS__, )

/* A trailing end mark lets a call have no field at all without an empty argument list. */
#define ACDEBUG_PRIV_END (0, "", acdebug_priv_uint(0))

#define ACDEBUG_PRIV_CALL(how, ...) how(__VA_ARGS__, ACDEBUG_PRIV_END)
#define ACDEBUG_PRIV_CALL_TO(category, ...)                                                        \
    ACDEBUG_PRIV_EVENT(category, __VA_ARGS__, ACDEBUG_PRIV_END)
#define ACDEBUG_PRIV_LOG(...) ACDEBUG_PRIV_EVENT(ACDEBUG_LOG, __VA_ARGS__)

#define ACDEBUG_PRIV_SITE(kind, category, level, message, count)                                   \
    static struct acdebug_priv_site acdebug_priv_site_ = {                                         \
        0, 0, 0, __LINE__, kind, category, level, count, "" message, __FILE__, acdebug_priv_keys_}

#define ACDEBUG_PRIV_EVENT(category, level, message, ...)                                          \
    do {                                                                                           \
        if (acdebug_priv_on(category, level)) {                                                    \
            static const struct acdebug_priv_key acdebug_priv_keys_[] = {                          \
                ACDEBUG_PRIV_MAP(ACDEBUG_PRIV_KEY, __VA_ARGS__)};                                  \
            ACDEBUG_PRIV_SITE(ACDEBUG_PRIV_KIND_LOG, category, level, message,                     \
                              ACDEBUG_PRIV_COUNT(__VA_ARGS__) - 1);                                \
            const struct acdebug_priv_value acdebug_priv_values_[] = {                             \
                ACDEBUG_PRIV_MAP(ACDEBUG_PRIV_VALUE, __VA_ARGS__)};                                \
            acdebug_priv_emit(&acdebug_priv_site_, acdebug_priv_values_);                          \
        }                                                                                          \
    } while (0)

#define ACDEBUG_PRIV_HIT(type, key, ...)                                                           \
    ACDEBUG_PRIV_CACHE(ACDEBUG_HIT, "hit", type, key, "", __VA_ARGS__)
#define ACDEBUG_PRIV_MISS(type, key, reason, ...)                                                  \
    ACDEBUG_PRIV_CACHE(ACDEBUG_MISS, "miss", type, key, reason, __VA_ARGS__)

#define ACDEBUG_PRIV_CACHE(outcome, message, type, key, reason, ...)                               \
    do {                                                                                           \
        static const struct acdebug_priv_key acdebug_priv_keys_[] = {                              \
            {"acdebug.cache.type", ACDEBUG_PRIV_STR},                                              \
            {"acdebug.cache.key", ACDEBUG_PRIV_STR},                                               \
            {"acdebug.cache.outcome", ACDEBUG_PRIV_UINT},                                          \
            {"acdebug.cache.reason", ACDEBUG_PRIV_STR},                                            \
            ACDEBUG_PRIV_MAP(ACDEBUG_PRIV_KEY, __VA_ARGS__)};                                      \
        ACDEBUG_PRIV_SITE(ACDEBUG_PRIV_KIND_CACHE, ACDEBUG_CACHE, 1, message,                      \
                          ACDEBUG_PRIV_COUNT(__VA_ARGS__) + 3);                                    \
        if (acdebug_priv_on(ACDEBUG_CACHE, 1)) {                                                   \
            const struct acdebug_priv_value acdebug_priv_values_[] = {                             \
                acdebug_priv_str(type), acdebug_priv_str(key), acdebug_priv_uint(outcome),         \
                acdebug_priv_str(reason), ACDEBUG_PRIV_MAP(ACDEBUG_PRIV_VALUE, __VA_ARGS__)};      \
            acdebug_priv_cache(&acdebug_priv_site_, acdebug_priv_values_);                         \
        } else {                                                                                   \
            const char *const acdebug_priv_type_ = (type);                                         \
            acdebug_priv_cache_count(&acdebug_priv_site_, acdebug_priv_type_,                      \
                                     acdebug_priv_type_ ? strlen(acdebug_priv_type_) : 0,          \
                                     (unsigned)(outcome), reason);                                 \
        }                                                                                          \
    } while (0)

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif
