/* SPDX-License-Identifier: MIT */
/* Error groups, see errors.h. */
#include "config.h"

#include "tui/model/errors.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tui/reader/utf8.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_hex(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool is_word(char c)
{
    return is_hex(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* A request's or commit's id: `3f9a00c1`, a part of a UUID. */
static size_t id_length(const char *s)
{
    size_t n = 0, digits = 0;
    while (is_hex(s[n]))
        digits += is_digit(s[n++]);
    return n >= 8 && digits > 0 && !is_word(s[n]) ? n : 0;
}

/* 17, 1.5, 12,345; the point that ends a sentence stays. */
static size_t number_length(const char *s)
{
    size_t n = 0;
    while (is_digit(s[n]) || (n > 0 && (s[n] == '.' || s[n] == ',') && is_digit(s[n + 1])))
        n++;
    return n;
}

void acd_errors_strip(char *out, size_t size, const char *message)
{
    size_t used = 0;
    bool in_word = false;
    if (size == 0)
        return;
    while (*message && used + 1 < size) {
        size_t n = in_word ? 0 : id_length(message);
        if (n == 0)
            n = number_length(message);
        if (n > 0) {
            out[used++] = '#';
            message += n;
            in_word = true;
        } else {
            in_word = is_word(*message);
            out[used++] = *message++;
        }
    }
    out[used] = '\0';
}

static uint64_t mix(uint64_t hash, const char *text)
{
    do
        hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
    while (*text++);
    return hash;
}

static uint64_t hash_of(const struct acd_error_row *row, const char *pattern)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325) ^ (uint64_t)row->status;
    return mix(mix(mix(mix(hash, row->type), row->provider), row->model), pattern);
}

static bool same_group(const struct acd_error_row *a, const struct acd_error_row *b,
                       const char *pattern_b)
{
    char pattern_a[sizeof a->message];
    acd_errors_strip(pattern_a, sizeof pattern_a, a->message);
    return a->status == b->status && strcmp(a->type, b->type) == 0 &&
           strcmp(a->provider, b->provider) == 0 && strcmp(a->model, b->model) == 0 &&
           strcmp(pattern_a, pattern_b) == 0;
}

static void join(struct acd_error_row *into, const struct acd_error_row *row, const char *pattern)
{
    into->count += row->count;
    if (row->first_ns && (!into->first_ns || row->first_ns < into->first_ns))
        into->first_ns = row->first_ns;
    into->several = into->several || row->several || into->server != row->server;
    if (row->last_ns > into->last_ns) {
        into->last_ns = row->last_ns;
        into->server = row->server;
    }
    for (int w = 0; w < ACD_WINDOWS; w++)
        for (size_t i = 0; i < ACD_WINDOW_SLOTS; i++)
            into->seen[w].slot[i] += row->seen[w].slot[i];
    if (row->file[0] && (!into->file[0] || row->file_ns > into->file_ns)) {
        memcpy(into->file, row->file, sizeof into->file);
        into->file_ns = row->file_ns;
    }
    if (row->varied || strcmp(into->message, row->message) != 0) {
        into->varied = true;
        memcpy(into->message, pattern, sizeof into->message);
    }
}

static int grow(struct acd_errors *errors)
{
    size_t room = errors->room ? 2 * errors->room : 16;
    struct acd_error_row *row = realloc(errors->row, room * sizeof *row);
    if (!row)
        return -ENOMEM;
    errors->row = row;
    uint64_t *hash = realloc(errors->hash, room * sizeof *hash);
    if (!hash)
        return -ENOMEM;
    errors->hash = hash;
    errors->room = room;
    return 0;
}

int acd_errors_add(struct acd_errors *errors, const struct acd_error_row *row)
{
    char pattern[sizeof row->message] = "";
    acd_errors_strip(pattern, sizeof pattern, row->message);
    uint64_t hash = hash_of(row, pattern);
    for (size_t i = 0; i < errors->count; i++) {
        if (errors->hash[i] == hash && same_group(&errors->row[i], row, pattern)) {
            join(&errors->row[i], row, pattern);
            errors->total += row->count;
            return 0;
        }
    }
    if (errors->count == errors->room) {
        int r = grow(errors);
        if (r < 0)
            return r;
    }
    errors->row[errors->count] = *row;
    errors->hash[errors->count++] = hash;
    errors->total += row->count;
    return 0;
}

static int newest_first(const void *left, const void *right)
{
    const struct acd_error_row *a = left, *b = right;
    if (a->last_ns != b->last_ns)
        return a->last_ns > b->last_ns ? -1 : 1;
    if (a->count != b->count)
        return a->count > b->count ? -1 : 1;
    int r = strcmp(a->type, b->type);
    return r ? r : strcmp(a->message, b->message);
}

void acd_errors_sort(struct acd_errors *errors)
{
    if (errors->count == 0)
        return;
    qsort(errors->row, errors->count, sizeof errors->row[0], newest_first);
    for (size_t i = 0; i < errors->count; i++) {
        char pattern[sizeof errors->row[i].message];
        acd_errors_strip(pattern, sizeof pattern, errors->row[i].message);
        errors->hash[i] = hash_of(&errors->row[i], pattern);
    }
}

size_t acd_errors_find(const struct acd_errors *errors, uint64_t hash)
{
    size_t i = 0;
    while (i < errors->count && errors->hash[i] != hash)
        i++;
    return i;
}

/* ---------------------------------------------------------------- events of a group */

/* A row keeps as much of a text as it has room for, which may end up to three bytes before a letter
 * that does not fit. */
static bool same_text(const char *kept, size_t size, const char *text)
{
    size_t length = strlen(kept);
    if (length + 4 < size)
        return strcmp(kept, text) == 0;
    return strncmp(kept, text, size - 4) == 0;
}

static void take_text(char *out, size_t size, const struct acd_event_view *event, const char *key)
{
    const struct acd_field *f = acd_event_find(event, key);
    size_t length = 0;
    if (f && f->type == ACD_TYPE_STR)
        length = acd_utf8_cut(f->text.bytes, f->text.length, size - 1);
    if (length > 0)
        memcpy(out, f->text.bytes, length);
    out[length] = '\0';
}

static int64_t status_of(const struct acd_event_view *event)
{
    const struct acd_field *f = acd_event_find(event, ACD_KEY_STATUS);
    return f && (f->type == ACD_TYPE_INT || f->type == ACD_TYPE_UINT) ? f->number.i : 0;
}

bool acd_errors_covers(const struct acd_error_row *row, const struct acd_event_view *event)
{
    struct acd_error_row e;
    char kept[sizeof row->message], text[sizeof row->message];
    if (status_of(event) != row->status)
        return false;
    take_text(e.type, sizeof e.type, event, ACD_KEY_ERROR_TYPE);
    take_text(e.provider, sizeof e.provider, event, ACD_KEY_PROVIDER);
    take_text(e.model, sizeof e.model, event, ACD_KEY_MODEL);
    /* A timer that failed is counted under its name. */
    bool timer = !acd_event_find(event, ACD_KEY_MESSAGE);
    take_text(e.message, sizeof e.message, event, timer ? ACD_KEY_TIMER : ACD_KEY_MESSAGE);
    acd_errors_strip(kept, sizeof kept, row->message);
    acd_errors_strip(text, sizeof text, e.message);
    /* Numbers make a text shorter once stripped: how long it was says whether it was cut. */
    size_t length = strlen(kept) < strlen(text) ? strlen(kept) : strlen(text);
    bool cut = strlen(e.message) + 4 >= sizeof e.message;
    return same_text(row->type, sizeof row->type, e.type) &&
           same_text(row->provider, sizeof row->provider, e.provider) &&
           same_text(row->model, sizeof row->model, e.model) &&
           (cut ? strncmp(kept, text, length > 4 ? length - 4 : 0) == 0 : strcmp(kept, text) == 0);
}

void acd_errors_clear(struct acd_errors *errors)
{
    errors->count = 0;
    errors->total = 0;
}

void acd_errors_fini(struct acd_errors *errors)
{
    free(errors->row);
    free(errors->hash);
    *errors = (struct acd_errors){0};
}
