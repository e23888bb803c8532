/* SPDX-License-Identifier: MIT */
/* Error groups of the process and the error event, see errors.h. */
#include "config.h"

#include "emitter/errors.h"

#include <string.h>

#include "emitter/emit.h"
#include "emitter/format/kinds.h"
#include "emitter/names.h"
#include "emitter/scrub.h"

static const struct acdebug_priv_key error_keys[] = {{ACD_KEY_ERROR_TYPE, ACD_TYPE_STR},
                                                     {ACD_KEY_STATUS, ACD_TYPE_INT},
                                                     {ACD_KEY_MESSAGE, ACD_TYPE_STR}};
static struct acdebug_priv_site error_site =
    ACD_LIBRARY_SITE_INIT(ACD_KIND_ERROR, ACD_CATEGORY_ERROR, 1, "error", error_keys);

static struct acd_table table(struct acd_ring *ring)
{
    struct acd_shared *s = ring->shared;
    return (struct acd_table){ring->error_names.hash, &s->errors_used, s->errors_ready,
                              &s->errors_full, ACD_ERRORS};
}

/* As much of the text as is looked at for a field of `bytes`. */
static uint64_t length_of(const char *text, size_t bytes)
{
    return text ? strnlen(text, bytes + ACD_UTF8_AHEAD) : 0;
}

/* What a field of `bytes` keeps of the text. */
ACD_ALWAYS_INLINE uint64_t add_kept(uint64_t hash, const char *text, size_t bytes)
{
    return acd_names_hash(hash, text ? text : "",
                          acd_names_kept(text, length_of(text, bytes), bytes));
}

/* The message as it is compared: each run of digits as one mark; its length. */
static size_t without_numbers(char *ret_text, size_t bytes, const char *message)
{
    size_t n = 0;
    bool digit = false;
    for (; message && *message && n + 1 < bytes; message++) {
        bool now = *message >= '0' && *message <= '9';
        if (!now || !digit)
            ret_text[n++] = now ? '#' : *message;
        digit = now;
    }
    return n;
}

static uint64_t hash_of(const struct acd_error *e, const char *message, size_t bytes)
{
    uint64_t hash = acd_names_hash(0, (const char *)&e->status, sizeof e->status);
    hash = add_kept(hash, e->type, sizeof((struct acd_error_entry *)0)->type);
    hash = add_kept(hash, e->provider, sizeof((struct acd_error_entry *)0)->provider);
    hash = add_kept(hash, e->model, sizeof((struct acd_error_entry *)0)->model);
    return acd_names_hash(hash, message, bytes);
}

static void store(char *field, size_t bytes, const char *text)
{
    acd_names_store(field, text, acd_names_kept(text, length_of(text, bytes), bytes));
}

static void fill(struct acd_error_entry *entry, const struct acd_error *e, uint64_t now)
{
    entry->status = e->status;
    store(entry->type, sizeof entry->type, e->type);
    store(entry->provider, sizeof entry->provider, e->provider);
    store(entry->model, sizeof entry->model, e->model);
    store(entry->message, sizeof entry->message, e->message);
    acd_set(&entry->first_ticks, now);
}

static struct acd_error_entry *other(struct acd_ring *ring, const struct acd_table *t, uint64_t now)
{
    struct acd_error_entry *entry = &ring->errors[ACD_ERRORS];
    acd_add(t->full, 1);
    if (acd_see(&t->hash[ACD_ERRORS]) != 0)
        return entry;
    if (!acd_emitter_ensure(ring, entry, sizeof *entry))
        return NULL;
    acd_names_store_other(entry->type, sizeof entry->type);
    acd_set(&entry->first_ticks, now);
    acd_names_show(t, ACD_ERRORS, 1);
    return entry;
}

/* Groups of one hash are one group: 64 bits, at most 256 groups. */
static struct acd_error_entry *find(struct acd_ring *ring, const struct acd_error *e, uint64_t now)
{
    struct acd_table t = table(ring);
    char message[256];
    uint64_t hash = hash_of(e, message, without_numbers(message, sizeof message, e->message));
    unsigned count = acd_names_count(&t);
    for (unsigned i = 0; i < count; i++)
        if (acd_see(&t.hash[i]) == hash)
            return &ring->errors[i];
    unsigned i = acd_names_take(&t);
    struct acd_error_entry *entry = &ring->errors[i];
    if (i == ACD_ERRORS || !acd_emitter_ensure(ring, entry, sizeof *entry))
        return other(ring, &t, now);
    fill(entry, e, now);
    acd_names_show(&t, i, hash);
    return entry;
}

static void store_file(struct acd_error_entry *entry, const char *file)
{
    uint64_t sequence = acd_get(&entry->file_sequence);
    if (sequence & 1 || !acd_swap_if(&entry->file_sequence, &sequence, sequence + 1))
        return; /* another thread's is as new */
    acd_fence_release();
    const unsigned words = sizeof entry->file / sizeof entry->file[0];
    acd_text_store(entry->file, words, file, acd_utf8_cut(file, strlen(file), 8 * words - 1));
    acd_publish(&entry->file_sequence, sequence + 2);
}

void acd_errors_count(struct acd_ring *ring, const struct acd_error *error, uint64_t now)
{
    struct acd_error_entry *entry = find(ring, error, now);
    if (!entry)
        return;
    acd_add(&entry->count, 1);
    acd_raise(&entry->last_ticks, now);
    if (error->file && error->file[0])
        store_file(entry, error->file);
}

/* Known context as fields; the caller's own come last. */
static size_t context_fields(const acdebug_error_context *c, struct acd_scrub *scrub,
                             acdebug_field fields[], size_t room)
{
    size_t n = 0;
    if (c->provider)
        fields[n++] = acdebug_field_str(ACD_KEY_PROVIDER, c->provider);
    if (c->model)
        fields[n++] = acdebug_field_str(ACD_KEY_MODEL, c->model);
    if (c->debug_file)
        fields[n++] = acdebug_field_str(ACD_KEY_DEBUG_FILE, c->debug_file);
    for (size_t i = 0; c->fields && i < c->fields_count && n < room; i++) {
        fields[n] = c->fields[i];
        acd_scrub_field(scrub, &fields[n++]);
    }
    return n;
}

static void clean(acdebug_error_context *c, struct acd_scrub *scrub)
{
    c->provider = acd_scrub_text(scrub, c->provider);
    c->model = acd_scrub_text(scrub, c->model);
    c->message = acd_scrub_text(scrub, c->message);
    c->debug_file = acd_scrub_text(scrub, c->debug_file);
}

void acdebug_error(const char *type, int status, const acdebug_error_context *context)
{
    acdebug_error_context c = ACDEBUG_ERROR_INIT;
    struct acd_turn turn;
    if (context && context->size >= sizeof context->size)
        memcpy(&c, context, context->size < sizeof c ? context->size : sizeof c);
    if (!acd_turn_begin(&turn))
        return;
    struct acd_scrub scrub = {.used = 0};
    clean(&c, &scrub);
    type = acd_scrub_text(&scrub, type);
    struct acd_error error = {type, status, c.provider, c.model, c.message, c.debug_file};
    uint64_t now = acd_turn_now(&turn);
    acd_errors_count(turn.ring, &error, now);
    if (acd_turn_on(&turn, ACD_CATEGORY_ERROR, error_site.level)) {
        acdebug_field fields[32];
        size_t n = context_fields(&c, &scrub, fields, sizeof fields / sizeof fields[0]);
        struct acdebug_priv_value values[] = {acdebug_priv_str(type), acdebug_priv_int(status),
                                              acdebug_priv_str(c.message ? c.message : "")};
        struct acd_emission e = {
            .site = &error_site, .values = values, .fields = fields, .fields_count = n};
        acd_turn_record(&turn, &e, now);
    }
    acd_turn_end(&turn);
}
