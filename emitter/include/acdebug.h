/* SPDX-License-Identifier: MIT */
/**
 * @page acdebug  make a server observable, live, without a restart
 *
 *     acdebug_open("my-server", NULL);
 *     acdebug_log(1, "request received", ACDEBUG_STR("path", path), ACDEBUG_INT("bytes", n));
 *
 * Then run `acdebug-top` in a second terminal.  Link with `-lacdebug` (pkg-config: `acdebug`).
 *
 * Levels are 0 off, 1 basic, 2 verbose, 3 trace.  A server starts with the one that `ANYCLAUDE_DEBUG`
 * names; a viewer may change it, for each category apart, while the server runs.  Counters count at every
 * level.  Strings are UTF-8, NUL-terminated where no length is given; a string that is NULL counts as "",
 * other pointers may be NULL where it is said.  Names are kept to 63 bytes, labels and reasons to 47; what
 * is cut ends with a whole character, up to three bytes before.
 *
 * Functions return 0 or a negative errno value where they return a status; outputs (`ret_*`) are set on
 * success only.  Each says of which kind it is:
 *
 *  - `emit`: any thread and any signal handler may call it, at any time.  It keeps errno, takes no lock,
 *    allocates nothing and never blocks; with text output off it makes no system call but at a thread's
 *    first event, a site's or a name's first use, and in a fork child's first call.  Text output is one
 *    write to stderr, which may block; where the server has it with O_NONBLOCK, what it doesn't take is
 *    lost.  No flag of stderr is changed.  Before acdebug_open() and after acdebug_close() it does nothing
 *    and returns 0.  In a fork child the first one makes a ring of the child's own; in a child of a bare
 *    clone(), too, but one that a handler makes must not return into an emit that the handler
 *    interrupted: fork() leaves that emit its memory, clone() does not.
 *  - `cold`: any thread, but no signal handler.  It keeps errno, may allocate, and may block on the file
 *    system or on stderr.  Before acdebug_open() and after acdebug_close() it does nothing but what it
 *    says of itself; in a fork child it works on as in the parent, with the child's own ring.
 *  - `pure`: any thread and any signal handler, at any time: it knows nothing but its arguments.
 *
 * No call ends the process, writes to stdout, installs a signal handler or raises a signal.
 *
 * @section ENVIRONMENT
 *
 *  - `ANYCLAUDE_DEBUG`: the level to start with; a number is brought into 0 to 3, unset or empty is 0, any
 *    other text is 1.
 *  - `ACDEBUG_DIR`: where rings stand; else `/dev/shm/acdebug-<uid>`, else `$TMPDIR/acdebug-<uid>`.
 *  - `TMPDIR`: where debug files and the error log stand; else `/tmp`.
 *  - `ACDEBUG_BUDGET`, `ACDEBUG_LANE`, `ACDEBUG_SMALL_LANE`: sizes in bytes, with K or M, of a whole ring
 *    and of its lanes, where the options say nothing.
 *
 * @section FILES
 *
 *  - `<app>.<random>.acr`: a ring; those of ended processes are kept for a while, the newest 8 a server.
 *  - `anyclaude-debug-<ms>-<random>.json`: a debug file; the newest 100 are kept.
 *  - `anyclaude-errors.log`: a line for each debug file.
 */
#ifndef ACDEBUG_H
#define ACDEBUG_H 1

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "acdebug_priv.h"

#ifdef __cplusplus
#include <exception>
extern "C" {
#endif

#define ACDEBUG_VERSION_MAJOR 0
#define ACDEBUG_VERSION_MINOR 1
#define ACDEBUG_VERSION_PATCH 0

/** A token count, position, size or age that is not known.  Never the same as 0. */
#define ACDEBUG_UNKNOWN UINT64_MAX

/** What the level of a running server can be set for, apart from each other. */
enum acdebug_category {
    ACDEBUG_LOG,
    ACDEBUG_CACHE,
    ACDEBUG_TIMER,
    ACDEBUG_ERROR,
    ACDEBUG_PERFORMANCE,
    ACDEBUG_LOGGER,
    ACDEBUG_USER0, /**< 6 to 15 are yours: acdebug_log_to(ACDEBUG_USER0 + n, ...) */
    ACDEBUG_USER9 = 15
};

enum acdebug_outcome {
    ACDEBUG_HIT,
    ACDEBUG_PARTIAL, /**< some of the prefix was found */
    ACDEBUG_MISS,
    ACDEBUG_BYPASS,         /**< not looked up on purpose */
    ACDEBUG_OUTCOME_UNKNOWN /**< the provider doesn't say */
};

enum acdebug_severity {
    ACDEBUG_SEV_DEBUG,
    ACDEBUG_SEV_INFO,
    ACDEBUG_SEV_WARNING,
    ACDEBUG_SEV_ERROR
};

/* ---------------------------------------------------------------- open, close, level */
/** @page acdebug_open  begin and end emitting, ask for the level */

/** How acdebug_open() should work.  Start from ACDEBUG_OPTIONS_INIT; zero means the default. */
typedef struct acdebug_options {
    size_t size;           /**< sizeof(acdebug_options) */
    int level;             /**< start level 0..3; -1: from ANYCLAUDE_DEBUG */
    unsigned flags;        /**< ACDEBUG_NO_TEXT, ... */
    const char *directory; /**< for the ring; NULL: $ACDEBUG_DIR, else the platform's */
    uint64_t budget_bytes; /**< all of the ring; 0: $ACDEBUG_BUDGET, else 16 MiB */
    uint64_t lane_bytes;   /**< cells of each of the first lanes, a power of two, 4 KiB to 16 MiB;
                                 0: $ACDEBUG_LANE, else 1 MiB */
    uint64_t small_lane_bytes;  /**< of the later lanes and the overflow lane;
                                 0: $ACDEBUG_SMALL_LANE, else 128 KiB */
    uint32_t big_lanes;         /**< how many lanes are of the first kind, to 64; 0: 4 */
    uint32_t debug_file_limit;  /**< debug files kept; 0: 100 */
    uint64_t debug_total_bytes; /**< of all of them; 0: 256 MiB */
    uint64_t debug_file_bytes;  /**< of one; 0: 16 MiB */
    uint32_t debug_max_age_s;   /**< seconds; 0: 7 days */
    uint32_t debug_rate_limit;  /**< files in 10 s; 0: 20; UINT32_MAX: no limit */
    const char *temp_directory; /**< for debug files; NULL: $TMPDIR, else /tmp */
} acdebug_options;

#define ACDEBUG_OPTIONS_INIT                                                                       \
    {                                                                                              \
        sizeof(acdebug_options), -1, 0, NULL, 0, 0, 0, 0, 0, 0, 0, 0, 0, NULL                      \
    }

#define ACDEBUG_NO_TEXT 1u    /**< nothing to stderr, whatever the level */
#define ACDEBUG_NO_COLLECT 2u /**< leave dead rings of earlier processes alone */

/**
 * Makes the ring of this process and starts emitting at the level that ANYCLAUDE_DEBUG asks for.
 *
 * Without a ring (no room, no permission) the server runs on: one warning on stderr, the negative
 * errno returned, and every later call does nothing; loggers go on with stderr and their files.  A fork
 * child may call it to have a name of its own, before its first event.  Typically under 1 ms.
 *
 * @kind cold
 * @param app      short name of the server, shown by the viewer, cut to 63 bytes; NULL or "": the
 *                 program's name
 * @param options  NULL: all defaults
 * @return 0; -EALREADY when open (nothing changes); -EBUSY while another thread opens or closes;
 *         -EINVAL or -ENAMETOOLONG for bad options; else why there is no ring
 * @since 0.1
 */
ACDEBUG_API int acdebug_open(const char *app, const acdebug_options *options);

/**
 * Ends emitting.  Threads that are emitting meanwhile finish harmlessly; what they write is lost.
 * The ring stays for post-mortem reading until it is collected.  The process's end does the same.
 * Beside another thread's acdebug_open() or acdebug_close() it does nothing.
 *
 * @kind cold
 * @since 0.1
 */
ACDEBUG_API void acdebug_close(void);

/**
 * The live level of the log category: what the viewer set counts at once.
 *
 * @kind emit
 * @return 0 to 3
 * @since 0.1
 */
ACDEBUG_API int acdebug_level(void);

/**
 * Is a level enabled now, for the log category?
 *
 * @kind emit
 * @param level  1 to 3; others are never enabled
 * @return true or false
 * @since 0.1
 */
ACDEBUG_API bool acdebug_enabled(int level);

/**
 * The same for any category.
 *
 * @kind emit
 * @param category  enum acdebug_category, 0 to 15; others are never enabled
 * @param level     1 to 3
 * @return true or false
 * @since 0.1
 */
ACDEBUG_API bool acdebug_enabled_for(unsigned category, int level);

/**
 * Where the ring stands.
 *
 * @kind emit
 * @return the path, valid until acdebug_close() or fork; "" when there is no ring
 * @since 0.1
 */
ACDEBUG_API const char *acdebug_ring_path(void);

/**
 * Prints to stderr, when the level is 1 or more: level and name, paths, and the command to watch.
 *
 * @kind cold
 * @since 0.1
 */
ACDEBUG_API void acdebug_display_startup(void);

/* ---------------------------------------------------------------- values and fields */
/** @page acdebug_field_int  fields of events */

/**
 * Fields of acdebug_log() and the other macros: a key, which is a string literal, and its value.
 *
 *     ACDEBUG_INT(key, value)             int64
 *     ACDEBUG_UINT(key, value)            uint64
 *     ACDEBUG_DOUBLE(key, value)
 *     ACDEBUG_BOOL(key, value)
 *     ACDEBUG_STR(key, text)              NUL-terminated
 *     ACDEBUG_STRN(key, text, bytes)      needs no NUL; a length of -1, of a call that failed, is 0
 *     ACDEBUG_JSON(key, text)             one JSON value, NUL-terminated
 *     ACDEBUG_REQUEST(id)                 the request of this one event, instead of the thread's
 *     ACDEBUG_REQUEST_STR(id)             the same as text, cut to 39 bytes
 *
 * Values of secret names (authorization, proxy-authorization, x-api-key, api-key, api_key, apikey,
 * cookie, set-cookie) are never written.
 *
 * @kind pure
 * @call ACDEBUG_INT(key, value)
 * @since 0.1
 */
#define ACDEBUG_INT(key, value) (ACDEBUG_PRIV_INT, key, acdebug_priv_int((int64_t)(value)))
#define ACDEBUG_UINT(key, value) (ACDEBUG_PRIV_UINT, key, acdebug_priv_uint((uint64_t)(value)))
#define ACDEBUG_DOUBLE(key, value) (ACDEBUG_PRIV_DOUBLE, key, acdebug_priv_double((double)(value)))
#define ACDEBUG_BOOL(key, value) (ACDEBUG_PRIV_BOOL, key, acdebug_priv_uint((value) ? 1u : 0u))
#define ACDEBUG_STR(key, value) (ACDEBUG_PRIV_STR, key, acdebug_priv_str(value))
#define ACDEBUG_STRN(key, value, bytes) (ACDEBUG_PRIV_STR, key, acdebug_priv_strn(value, bytes))
#define ACDEBUG_JSON(key, text) (ACDEBUG_PRIV_JSON, key, acdebug_priv_str(text))
#define ACDEBUG_REQUEST(id) (ACDEBUG_PRIV_REQUEST, "", acdebug_priv_uint((uint64_t)(id)))
#define ACDEBUG_REQUEST_STR(id) (ACDEBUG_PRIV_REQUEST_STR, "", acdebug_priv_str(id))

/** A field with a run-time key, for bindings and the calls that take an array. */
typedef struct acdebug_field {
    const char *key;
    size_t key_bytes;
    unsigned type; /**< ACDEBUG_PRIV_...: use the acdebug_field_*() makers */
    struct acdebug_priv_value value;
} acdebug_field;

static inline acdebug_field acdebug_priv_field(const char *key, unsigned type,
                                               struct acdebug_priv_value value)
{
    acdebug_field f;
    f.key = key ? key : "";
    f.key_bytes = strlen(f.key);
    f.type = type;
    f.value = value;
    return f;
}
/**
 * A field with a run-time key.  Key and value are not copied: they must live until the call that takes
 * the field has returned.
 *
 * @kind pure
 * @param key    NULL counts as ""
 * @param value  of the type that the name says; `text` of acdebug_field_json() is one JSON value
 * @param bytes  of a text that needs no NUL; (size_t)-1, of a call that failed, is 0
 * @return the field
 * @since 0.1
 */
static inline acdebug_field acdebug_field_int(const char *key, int64_t value)
{
    return acdebug_priv_field(key, ACDEBUG_PRIV_INT, acdebug_priv_int(value));
}
static inline acdebug_field acdebug_field_uint(const char *key, uint64_t value)
{
    return acdebug_priv_field(key, ACDEBUG_PRIV_UINT, acdebug_priv_uint(value));
}
static inline acdebug_field acdebug_field_double(const char *key, double value)
{
    return acdebug_priv_field(key, ACDEBUG_PRIV_DOUBLE, acdebug_priv_double(value));
}
static inline acdebug_field acdebug_field_bool(const char *key, bool value)
{
    return acdebug_priv_field(key, ACDEBUG_PRIV_BOOL, acdebug_priv_uint(value ? 1u : 0u));
}
static inline acdebug_field acdebug_field_str(const char *key, const char *value)
{
    return acdebug_priv_field(key, ACDEBUG_PRIV_STR, acdebug_priv_str(value));
}
static inline acdebug_field acdebug_field_strn(const char *key, const char *value, size_t bytes)
{
    return acdebug_priv_field(key, ACDEBUG_PRIV_STR, acdebug_priv_strn(value, bytes));
}
static inline acdebug_field acdebug_field_json(const char *key, const char *text)
{
    return acdebug_priv_field(key, ACDEBUG_PRIV_JSON, acdebug_priv_str(text));
}

/* ---------------------------------------------------------------- events */

/** @page acdebug_log  emit events */
/**
 * One event, if its level is enabled.  When it is not, nothing is called and no argument is evaluated.
 * Up to 16 fields.  Text of 64 KiB or a quarter of the lane is kept, what is longer is cut and says so.
 *
 * @kind emit
 * @call acdebug_log(level, message, fields...)
 * @param level    1 to 3, a constant
 * @param message  a string literal
 * @param fields   ACDEBUG_INT(key, value) and so on; none is fine
 * @since 0.1
 */
#define acdebug_log(...) ACDEBUG_PRIV_CALL(ACDEBUG_PRIV_LOG, __VA_ARGS__)

/**
 * The same for a category of yours.
 *
 * @kind emit
 * @call acdebug_log_to(category, level, message, fields...)
 * @param category  ACDEBUG_USER0 to ACDEBUG_USER9, a constant
 * @since 0.1
 */
#define acdebug_log_to(category, ...) ACDEBUG_PRIV_CALL_TO(category, __VA_ARGS__)

/**
 * The function form: level and strings known at run time.
 *
 * @kind emit
 * @param category  enum acdebug_category; what is above 15 does nothing
 * @param level     1 to 3
 * @param message   NULL counts as ""
 * @param fields    NULL: none
 * @param n         how many fields, to 48
 * @since 0.1
 */
ACDEBUG_API void acdebug_log_fields(unsigned category, unsigned level, const char *message,
                                    const acdebug_field *fields, size_t n);

/* ---------------------------------------------------------------- requests */

/** @page acdebug_request_set  which request a thread works for */
/**
 * Sets the thread's current request id, which every later event of the thread carries.  It counts before
 * acdebug_open() too.
 *
 * @kind emit
 * @param id  a number of the server's own; 0 is one too
 * @since 0.1
 */
ACDEBUG_API void acdebug_request_set(uint64_t id);

/**
 * The same as text.
 *
 * @kind emit
 * @param id  copied, cut to 39 bytes; "" is none
 * @since 0.1
 */
ACDEBUG_API void acdebug_request_set_str(const char *id);

/**
 * The thread's later events carry none.
 *
 * @kind emit
 * @since 0.1
 */
ACDEBUG_API void acdebug_request_clear(void);

/* ---------------------------------------------------------------- caches */

/** @page acdebug_cache_lookup  count cache lookups, evictions and what caches hold */
/**
 * A cache lookup that found all it asked for.  Counted under `type` at every level; an event at level 1.
 * 32 types (and models) are told apart, the rest is counted under (other).
 *
 * @kind emit
 * @call acdebug_cache_hit(type, key, fields...)
 * @param type    the cache or tier: "prompt", "kv"
 * @param key     NULL counts as ""
 * @param fields  as acdebug_log() takes them
 * @since 0.1
 */
#define acdebug_cache_hit(...) ACDEBUG_PRIV_HIT(__VA_ARGS__, ACDEBUG_PRIV_END)

/**
 * A lookup that found nothing.
 *
 * @kind emit
 * @call acdebug_cache_miss(type, key, reason, fields...)
 * @param reason  "cold", "prefix_diverged", "below_minimum", "evicted", "expired", "key_mismatch",
 *                "other_replica", "not_stored", "disabled", "error", "unknown", free text (16 distinct
 *                ones a type, the rest under (other)), or NULL
 * @since 0.1
 */
#define acdebug_cache_miss(...) ACDEBUG_PRIV_MISS(__VA_ARGS__, ACDEBUG_PRIV_END)

/** A lookup with all that is known of it.  Start from ACDEBUG_LOOKUP_INIT. */
typedef struct acdebug_lookup {
    size_t size;        /**< sizeof(acdebug_lookup) */
    const char *type;   /**< the cache or tier: "prompt", "kv" */
    const char *model;  /**< NULL: none; else rows are kept by type and model */
    const char *key;    /**< NULL: none */
    const char *reason; /**< as in acdebug_cache_miss() */
    enum acdebug_outcome outcome;
    uint64_t input_tokens;       /**< ACDEBUG_UNKNOWN when not known, as all that follow */
    uint64_t cached_tokens;      /**< read from the cache */
    uint64_t created_tokens;     /**< written to the cache */
    uint64_t diverged_at;        /**< token position at which the prefix differed */
    uint64_t size_bytes;         /**< of the entry */
    uint64_t age_ns;             /**< of the entry */
    const acdebug_field *fields; /**< more */
    size_t fields_count;
} acdebug_lookup;

#define ACDEBUG_LOOKUP_INIT                                                                        \
    {                                                                                              \
        sizeof(acdebug_lookup), NULL, NULL, NULL, NULL, ACDEBUG_OUTCOME_UNKNOWN, ACDEBUG_UNKNOWN,  \
            ACDEBUG_UNKNOWN, ACDEBUG_UNKNOWN, ACDEBUG_UNKNOWN, ACDEBUG_UNKNOWN, ACDEBUG_UNKNOWN,   \
            NULL, 0                                                                                \
    }

/**
 * Counts a lookup with all that is known of it, where `input_tokens` includes the cached and created ones
 * (OpenAI's prompt_tokens).  Its fields go to 25.
 *
 * @kind emit
 * @param lookup  NULL does nothing
 * @since 0.1
 */
ACDEBUG_API void acdebug_cache_lookup(const acdebug_lookup *lookup);

/**
 * The same where `input_tokens` excludes the cached and created ones (Anthropic's input_tokens); the sum
 * is what is stored.
 *
 * @kind emit
 * @param lookup  NULL does nothing
 * @since 0.1
 */
ACDEBUG_API void acdebug_cache_lookup_exclusive(const acdebug_lookup *lookup);

/**
 * Entries of a cache were evicted; an event at level 2.
 *
 * @kind emit
 * @param type    as in acdebug_cache_hit()
 * @param model   NULL: none
 * @param count   entries
 * @param reason  NULL: none
 * @since 0.1
 */
ACDEBUG_API void acdebug_cache_evict(const char *type, const char *model, uint64_t count,
                                     const char *reason);

/**
 * What a cache holds now: gauges, of which the newest counts, without an event.
 *
 * @kind emit
 * @param type            as in acdebug_cache_hit()
 * @param model           NULL: none
 * @param entries         ACDEBUG_UNKNOWN when it is not known, as the two that follow
 * @param bytes           of all entries
 * @param capacity_bytes  of the cache
 * @since 0.1
 */
ACDEBUG_API void acdebug_cache_inventory(const char *type, const char *model, uint64_t entries,
                                         uint64_t bytes, uint64_t capacity_bytes);

/* ---------------------------------------------------------------- why a prompt missed */
/** @page acdebug_tracker_new  why did the prompt cache miss? */

/** Remembers the recent prompts of one cache, to say of the next why it missed. */
typedef struct acdebug_tracker acdebug_tracker;

/**
 * How a tracker should work.  Start from ACDEBUG_TRACKER_OPTIONS_INIT; zero means the default.
 *
 * `detokenize` writes the text of 64 tokens or fewer, without a NUL, and returns its length, `room` at most:
 * for what a change looks like, and for snippets.  acdebug_track() calls it in the caller's thread, holding
 * nothing.  NULL: tokens stay numbers.
 */
typedef struct acdebug_tracker_options {
    size_t size;              /**< sizeof(acdebug_tracker_options) */
    const char *type;         /**< the cache or tier, as in acdebug_cache_hit(); NULL: "prompt" */
    uint64_t block_tokens;    /**< what the server's cache keeps as one, to 65536; 0: 16 */
    uint64_t minimum_tokens;  /**< shorter prompts are not cached; 0: one block */
    uint64_t capacity_tokens; /**< of the server's cache; 0: not known */
    uint64_t ttl_ns;          /**< how long it keeps what is not used; 0: for ever */
    uint64_t budget_bytes;    /**< all memory, 256 KiB to 4 GiB; 0: enough for four times the
                                   capacity, between 4 and 64 MiB, or 16 MiB */
    unsigned flags;           /**< ACDEBUG_TRACK_SNIPPETS */
    size_t (*detokenize)(void *context, const uint32_t *tokens, size_t count, char *ret_text,
                         size_t room); /**< see above */
    void *context;                     /**< of detokenize */
} acdebug_tracker_options;

#define ACDEBUG_TRACKER_OPTIONS_INIT                                                               \
    {                                                                                              \
        sizeof(acdebug_tracker_options), NULL, 0, 0, 0, 0, 0, 0, NULL, NULL                        \
    }

#define ACDEBUG_TRACK_SNIPPETS 1u /**< texts around the change go into the ring, at level 3 */

#define ACDEBUG_NO_SLOT UINT32_MAX

/** A named part of a prompt: it ends where the next begins. */
typedef struct acdebug_span {
    const char *name; /**< "system", "tools", "messages[3]" */
    uint64_t begin;   /**< in units of the prompt; they ascend */
} acdebug_span;

/** A prompt: tokens, or bytes where there are none.  Start from ACDEBUG_PROMPT_INIT. */
typedef struct acdebug_prompt {
    size_t size;            /**< sizeof(acdebug_prompt) */
    const uint32_t *tokens; /**< NULL: `bytes` are the prompt's units */
    size_t tokens_count;
    const void *bytes;
    size_t bytes_count;
    const acdebug_span *spans; /**< NULL: none; the first 32 are kept */
    size_t spans_count;
    uint32_t slot;   /**< 0 to 31: which of several caches (slot, replica) is asked; else
                          ACDEBUG_NO_SLOT */
    uint64_t now_ns; /**< when, on any clock that doesn't go back; 0: the tracker's own */
} acdebug_prompt;

#define ACDEBUG_PROMPT_INIT                                                                        \
    {                                                                                              \
        sizeof(acdebug_prompt), NULL, 0, NULL, 0, NULL, 0, ACDEBUG_NO_SLOT, 0                      \
    }

/** What a tracker found.  Units are the prompt's: tokens, or bytes. */
typedef struct acdebug_finding {
    size_t size; /**< sizeof(acdebug_finding), set by the caller */
    enum acdebug_outcome outcome;
    const char *reason;       /**< NULL for a hit; static */
    uint64_t cached_tokens;   /**< the server's answer or the prediction */
    uint64_t diverged_at;     /**< where it parts; ACDEBUG_UNKNOWN when it does not */
    uint64_t shared_tokens;   /**< what it has in common with the closest */
    uint64_t closest_tokens;  /**< how long that is; ACDEBUG_UNKNOWN: there is none */
    char closest_request[40]; /**< its request id, "" none */
    char span[48];            /**< in which named part it parts, "" none */
    uint64_t span_offset; /**< where the change begins, from the part's start, or the prompt's */
    const char *change;   /**< "replaced", "inserted", "removed", "reordered", "unrelated"; NULL:
                                    it doesn't diverge; static */
    uint64_t changed_old; /**< units of the closest that are not here; ACDEBUG_UNKNOWN: unrelated */
    uint64_t changed_new; /**< units that the closest has not */
    const char *looks_like; /**< "time", "uuid", "hash", "number", NULL: none of them; static */
} acdebug_finding;

/**
 * Makes a tracker for one cache.  All its memory is taken here, and touched as prompts come.  May be
 * called before acdebug_open(), and works on without a ring.  A fork's child goes on with a tracker of its
 * own that remembers what was before, or begins anew when another thread was at it at that moment.
 *
 * @kind cold
 * @param ret_tracker  to be given to acdebug_tracker_free()
 * @param options      NULL: all defaults
 * @return 0; -EINVAL for a NULL or bad options, or a budget in which 16 blocks have no room; -ENOMEM
 * @since 0.1
 */
ACDEBUG_API int acdebug_tracker_new(acdebug_tracker **ret_tracker,
                                    const acdebug_tracker_options *options);

/**
 * Forgets all of it.  No other thread may use it any more.
 *
 * @kind cold
 * @param tracker  NULL does nothing
 * @since 0.1
 */
ACDEBUG_API void acdebug_tracker_free(acdebug_tracker *tracker);

/**
 * A prompt was looked up: finds the closest earlier one, and counts and emits the lookup with its
 * reason, as acdebug_cache_lookup() does, then remembers the prompt.  TRACKING.md has the rules.
 *
 * Time is proportional to the prompt.  Several threads may track at once: the lock is held for some
 * microseconds, whatever the prompt's length (once in millions of units, to put the memory in order, for
 * less than a millisecond).  The prompt is not kept; its units are, in the tracker's memory.
 *
 * @kind cold
 * @param tracker      NULL: nothing is found, and a lookup goes out as it is
 * @param prompt       NULL does nothing
 * @param lookup       the server's own answer: with `cached_tokens`, why it is not more; what it leaves
 *                     unknown is filled in; of its model only prompts of the same one are compared, and
 *                     where `model` is NULL a field gen_ai.request.model says it.  NULL: the tracker
 *                     predicts the answer.  A bypass is not
 *                     tracked.  `type` NULL: the tracker's
 * @param ret_finding  NULL: not wanted
 * @return 0; -EINVAL for a NULL, and for bytes where it was told tokens before or the other way, -ENOMEM,
 *         -EAGAIN when the lock could not be had for a fifth of a second: then the lookup goes out as it is
 * @since 0.1
 */
ACDEBUG_API int acdebug_track(acdebug_tracker *tracker, const acdebug_prompt *prompt,
                              const acdebug_lookup *lookup, acdebug_finding *ret_finding);

/**
 * How much of all prompts so far a cache of another size would have had, from the reuse distances
 * seen: whole blocks, least recently used out first, as far as the tracker's memory goes.  Within 2 % of
 * the size; blocks shorter than 16 tokens or 64 bytes count as such.
 *
 * @kind cold
 * @param tracker          not NULL
 * @param capacity_tokens  the other size, in units
 * @param ret_cached       units that it would have had
 * @param ret_input        units of all prompts
 * @return 0; -EINVAL for a NULL; -ERANGE when the size is beyond the tracker's memory
 * @since 0.1
 */
ACDEBUG_API int acdebug_tracker_reuse(acdebug_tracker *tracker, uint64_t capacity_tokens,
                                      uint64_t *ret_cached, uint64_t *ret_input);

/* ---------------------------------------------------------------- timers */
/** @page acdebug_timer_start  time operations and their stages */

/** The caller's storage of one running timer; any thread may go on with it, one at a time. */
typedef struct acdebug_timer {
    uint64_t priv[24];
} acdebug_timer;

/**
 * Starts a timer, which is logged from level 2 and counted at every level.  It is shown as running until
 * it ends, and belongs to the thread's current request.  64 names are told apart, the rest is counted
 * under (other); 256 at a time are shown as running.  Times are monotonic.
 *
 * @kind emit
 * @param timer  not NULL; must live until its end
 * @param name   of what is timed, not of one request
 * @since 0.1
 */
ACDEBUG_API void acdebug_timer_start(acdebug_timer *timer, const char *name);

/**
 * The same with the level from which its completion is logged.  Start and checkpoints are logged from
 * there on too, but not below level 2; a failure is logged at every level.
 *
 * @kind emit
 * @param timer  not NULL
 * @param name   as above
 * @param level  1 to 3; others are brought into that range
 * @since 0.1
 */
ACDEBUG_API void acdebug_timer_start_level(acdebug_timer *timer, const char *name, unsigned level);

/**
 * Marks the end of a stage: counts under `label` the time since the checkpoint before.
 *
 * @kind emit
 * @param timer  one that was started
 * @param label  16 distinct ones a timer, the rest under (other)
 * @return ms since the start; 0 for a timer that doesn't run
 * @since 0.1
 */
ACDEBUG_API double acdebug_timer_checkpoint(acdebug_timer *timer, const char *label);

/**
 * Ends a timer; a second end does nothing.
 *
 * @kind emit
 * @param timer  one that was started
 * @return ms since the start; 0 for a timer that doesn't run
 * @since 0.1
 */
ACDEBUG_API double acdebug_timer_end(acdebug_timer *timer);

/**
 * Ends it as failed, with what went wrong.  Printed at every level, and counted as an error group of
 * type `error_type` with the timer's name as message, apart from one that acdebug_error() counts.
 *
 * @kind emit
 * @param timer       one that was started
 * @param error_type  "TimeoutError" and the like
 * @return ms since the start; 0 for a timer that doesn't run
 * @since 0.1
 */
ACDEBUG_API double acdebug_timer_fail(acdebug_timer *timer, const char *error_type);

/**
 * Counts, among the timers of that name, an operation that was timed elsewhere; its end is an event.
 *
 * @kind emit
 * @param name        as in acdebug_timer_start()
 * @param elapsed_ns  how long it took
 * @param error_type  NULL: it went well; else what acdebug_timer_fail() is told
 * @since 0.1
 */
ACDEBUG_API void acdebug_timer_add(const char *name, uint64_t elapsed_ns, const char *error_type);

#ifndef __cplusplus
static inline acdebug_timer acdebug_priv_timer_begin(const char *name)
{
    acdebug_timer t;
    acdebug_timer_start(&t, name);
    return t;
}
/**
 * A timer from here to the end of the block, however it is left.  In C++ a block that an exception leaves
 * has failed; there acdebug::timed_scope is the same as an object, with checkpoint() and fail().
 *
 * @kind emit
 * @call ACDEBUG_TIMED_SCOPE(name)
 * @param name  as in acdebug_timer_start()
 * @since 0.1
 */
#define ACDEBUG_TIMED_SCOPE(name)                                                                  \
    __attribute__((cleanup(acdebug_priv_timer_cleanup), unused)) acdebug_timer ACDEBUG_PRIV_CAT(   \
        acdebug_priv_scope_, __LINE__) = acdebug_priv_timer_begin(name)
#endif

/**
 * An operation that was timed elsewhere, as an event at level 2 alone; acdebug_timer_add() counts.
 *
 * @kind emit
 * @param name         of what was timed
 * @param duration_ms  how long it took
 * @param details      NULL: none
 * @param n            how many details, to 48
 * @since 0.1
 */
ACDEBUG_API void acdebug_performance(const char *name, double duration_ms,
                                     const acdebug_field *details, size_t n);

/* ---------------------------------------------------------------- errors */
/** @page acdebug_error  count errors, and write debug files */

/** What is known of an error besides its type and status; start from ACDEBUG_ERROR_INIT. */
typedef struct acdebug_error_context {
    size_t size; /**< sizeof(acdebug_error_context) */
    const char *message;
    const char *provider;
    const char *model;
    const char *debug_file; /**< as acdebug_write_error_file() gave it, or NULL */
    const acdebug_field *fields;
    size_t fields_count;
} acdebug_error_context;

#define ACDEBUG_ERROR_INIT                                                                         \
    {                                                                                              \
        sizeof(acdebug_error_context), NULL, NULL, NULL, NULL, NULL, 0                             \
    }

/**
 * Counts an error in its group (type, status, provider, model, and message without its numbers) at every
 * level; an event at level 1.  256 groups are told apart, the rest is counted under (other).  Secrets in
 * its texts are replaced.
 *
 * @kind emit
 * @param type     such as "HTTP", "Streaming"
 * @param status   the HTTP status, 0 for none
 * @param context  NULL: nothing more is known; its fields go to 29
 * @since 0.1
 */
ACDEBUG_API void acdebug_error(const char *type, int status, const acdebug_error_context *context);

/** A header of an HTTP message. */
typedef struct acdebug_header {
    const char *name;
    const char *value;
} acdebug_header;

/** A request and its response as the debug file shows them; start from ACDEBUG_EXCHANGE_INIT. */
typedef struct acdebug_exchange {
    size_t size; /**< sizeof(acdebug_exchange) */
    int status;  /**< >= 400, or 0 for an error that isn't HTTP's */
    const char *method, *url;
    const acdebug_header *request_headers;
    size_t request_headers_count;
    const void *request_body; /**< JSON stays JSON; other text or bytes become a string */
    size_t request_body_bytes;
    bool has_response; /**< false: "response" is null */
    int response_status;
    const acdebug_header *response_headers;
    size_t response_headers_count;
    const void *response_body;
    size_t response_body_bytes;
} acdebug_exchange;

#define ACDEBUG_EXCHANGE_INIT                                                                      \
    {                                                                                              \
        sizeof(acdebug_exchange), 0, NULL, NULL, NULL, 0, NULL, 0, false, 0, NULL, 0, NULL, 0      \
    }

/**
 * Writes the debug file of a failed request, one JSON object without its secrets, mode 0600, and a line
 * into the error log.  Level 0 of the error category writes nothing.  What goes wrong is said once on
 * stderr, and the server goes on.
 *
 * @kind cold
 * @param exchange    not NULL
 * @param ret_path    where it stands, never cut; "" on failure
 * @param path_bytes  room of ret_path, 4096 is always enough
 * @return 0; -ECANCELED at level 0 and without a ring; -EINVAL for a status that is neither 0 nor at
 *         least 400, or a NULL; -EAGAIN over the rate limit; -ENAMETOOLONG when ret_path is too small;
 *         -ENOMEM; else the file system's answer
 * @since 0.1
 */
ACDEBUG_API int acdebug_write_error_file(const acdebug_exchange *exchange, char *ret_path,
                                         size_t path_bytes);

/* ---------------------------------------------------------------- loggers */

/** @page acdebug_logger_new  loggers, log callbacks, and text without secrets */
typedef struct acdebug_logger acdebug_logger;

/**
 * Makes a logger whose lines go to stderr, to a file when one is given, and to the ring:
 * `[YYYY-MM-DD HH:MM:SS] [name] LEVEL: message`.  May be called before acdebug_open().
 *
 * @kind cold
 * @param ret_logger  to be given to acdebug_logger_free()
 * @param name        cut to 63 bytes
 * @param threshold   what is below goes nowhere
 * @param file        appended to, made with mode 0600: a file or a device, no link and no pipe; NULL: none.
 *                    It is opened anew, and a terminal that takes no more loses lines, or the rest of
 *                    one: the server does not wait for it, while others who have it open do
 * @return 0; -EINVAL for a NULL or an unknown severity; -ENOMEM; else why the file can't be opened
 * @since 0.1
 */
ACDEBUG_API int acdebug_logger_new(acdebug_logger **ret_logger, const char *name,
                                   enum acdebug_severity threshold, const char *file);

/**
 * Closes its file.  No other thread may use it any more.
 *
 * @kind cold
 * @param logger  NULL does nothing
 * @since 0.1
 */
ACDEBUG_API void acdebug_logger_free(acdebug_logger *logger);

/**
 * Logs one line, cut at 64 KiB, whatever the level is.  From level 1 on it is an event too, a debug line
 * from level 2.  Warnings and errors count as error groups at every level.
 *
 * @kind cold
 * @param logger    NULL does nothing
 * @param severity  unknown ones do nothing
 * @param format    of printf, and its arguments
 * @since 0.1
 */
ACDEBUG_API void acdebug_logger_log(acdebug_logger *logger, enum acdebug_severity severity,
                                    const char *format, ...) ACDEBUG_PRINTF(3, 4);

/**
 * The same with a list of arguments.
 *
 * @kind cold
 * @param logger     NULL does nothing
 * @param severity   unknown ones do nothing
 * @param format     of vprintf
 * @param arguments  are used up
 * @since 0.1
 */
ACDEBUG_API void acdebug_logger_vlog(acdebug_logger *logger, enum acdebug_severity severity,
                                     const char *format, va_list arguments) ACDEBUG_PRINTF(3, 0);

/**
 * For a server that has a log callback already: to the ring alone, no text.  Formats on the stack, cut at
 * 4 KiB, without line ends behind it; neither allocates nor blocks.
 *
 * @kind cold
 * @param severity   unknown ones do nothing
 * @param component  NULL counts as ""
 * @param format     of vprintf
 * @param arguments  are used up
 * @since 0.1
 */
ACDEBUG_API void acdebug_vlog(enum acdebug_severity severity, const char *component,
                              const char *format, va_list arguments) ACDEBUG_PRINTF(3, 0);

/**
 * The same for a message that is text already, with fields: for what stands between another logging
 * library and the ring.  Allocates for messages with secrets that are long.
 *
 * @kind cold
 * @param severity   unknown ones do nothing
 * @param component  NULL counts as ""
 * @param message    cut at 64 KiB
 * @param fields     NULL: none
 * @param n          how many fields, to 48
 * @since 0.1
 */
ACDEBUG_API void acdebug_log_message(enum acdebug_severity severity, const char *component,
                                     const char *message, const acdebug_field *fields, size_t n);

/**
 * Copies a text with its secrets (Bearer x, sk-x, user info of URLs, api_key=x, ...) replaced by
 * [REDACTED], as it is done to what the library itself prints.
 *
 * @kind pure
 * @param ret_text  NUL-terminated, cut to fit
 * @param size      of ret_text, at least 1
 * @param text      NULL counts as ""; needs no NUL
 * @param bytes     of `text`
 * @return the length of what was stored, without its NUL
 * @since 0.1
 */
ACDEBUG_API size_t acdebug_redact(char *ret_text, size_t size, const char *text, size_t bytes);

#ifdef __cplusplus
} /* extern "C" */

namespace acdebug {
/** A timer from its construction to its destruction; failed when an exception unwinds it. */
class timed_scope {
  public:
    explicit timed_scope(const char *name, unsigned level = 2) : exceptions_(exceptions())
    {
        acdebug_timer_start_level(&timer_, name, level);
    }
    ~timed_scope()
    {
        if (exceptions() > exceptions_)
            (void)acdebug_timer_fail(&timer_, "exception");
        else
            acdebug_priv_timer_cleanup(&timer_);
    }
    timed_scope(const timed_scope &) = delete;
    timed_scope &operator=(const timed_scope &) = delete;
    double checkpoint(const char *label) { return acdebug_timer_checkpoint(&timer_, label); }
    double fail(const char *error_type) { return acdebug_timer_fail(&timer_, error_type); }

  private:
    /* Exceptions that are unwinding this thread: more of them at the end than at the start end it. */
    static int exceptions() noexcept
    {
#if defined(__cpp_lib_uncaught_exceptions)
        return std::uncaught_exceptions();
#else
        return std::uncaught_exception() ? 1 : 0;
#endif
    }
    acdebug_timer timer_;
    int exceptions_;
};
} // namespace acdebug
#define ACDEBUG_TIMED_SCOPE(name)                                                                  \
    ::acdebug::timed_scope ACDEBUG_PRIV_CAT(acdebug_priv_scope_, __LINE__)                         \
    {                                                                                              \
        name                                                                                       \
    }
#endif

#endif
