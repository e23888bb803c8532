/* SPDX-License-Identifier: MIT */
/*
 * Registration of sites: wait-free.  Two threads that come to a new site at once make two copies; the
 * reader merges them.  A site's cache word holds the ring's generation, so a fork child or a reopened
 * ring registers it again.
 */
#include "config.h"

#include "emitter/state.h"

#include <errno.h>
#include <string.h>

#include "emitter/format/record.h"
#include "emitter/format/secrets.h"
#include "emitter/format/utf8.h"
#include "emitter/text.h"

#define MESSAGE_MAX 1024
#define FILE_MAX 120
#define KEY_MAX 96

static uint64_t length_of(const char *text, uint64_t most)
{
    return text ? acd_utf8_cut(text, strnlen(text, most + 1 + ACD_UTF8_AHEAD), most) : 0;
}

/* The end of a path is what tells places apart. */
static const char *tail_of(const char *path, uint64_t most, uint64_t *ret_length)
{
    uint64_t n = path ? strlen(path) : 0;
    *ret_length = n < most ? n : most;
    return n > most ? path + (n - most) : path;
}

/* What the hot path needs to know of the fields, see ACD_SHAPE_*. */
static uint64_t shape_of(const struct acdebug_priv_site *site)
{
    uint64_t shape = UINT64_C(1) << site->fields;
    for (unsigned i = 0; i < site->fields; i++) {
        const struct acdebug_priv_key *key = &site->keys[i];
        if (acd_secrets_name(key->name, length_of(key->name, KEY_MAX))) {
            shape |= UINT64_C(1) << (ACD_SHAPE_SECRET_SHIFT + i);
            continue;
        }
        if (acd_type_is_text(key->type))
            shape |= UINT64_C(1) << i;
        shape += UINT64_C(1) << ACD_SHAPE_WORDS_SHIFT;
    }
    return shape;
}

/* The site's words, see layout.h; their number of bytes. */
static uint64_t describe(uint64_t *words, const struct acdebug_priv_site *site, uint64_t shape)
{
    uint64_t message = length_of(site->message, MESSAGE_MAX), file;
    const char *path = tail_of(site->file, FILE_MAX, &file);
    struct acd_site head = {.kind = site->kind,
                            .category = site->category,
                            .level = site->level,
                            .fields = site->fields,
                            .line = site->line};
    words[0] = acd_site_word0(&head);
    words[1] = message | file << 16;
    char *text = (char *)&words[2 + site->fields];
    memcpy(text, site->message ? site->message : "", message);
    text += message;
    memcpy(text, path ? path : "", file);
    text += file;
    for (unsigned i = 0; i < site->fields; i++) {
        uint64_t n = length_of(site->keys[i].name, KEY_MAX);
        uint64_t flags = acd_shape_secret(shape, i) ? ACD_FIELD_SECRET : 0;
        words[2 + i] = (uint64_t)site->keys[i].type | flags << 8 | n << 16;
        memcpy(text, site->keys[i].name ? site->keys[i].name : "", n);
        text += n;
    }
    return acd_padded((uint64_t)(text - (char *)words));
}

static uint32_t put(struct acd_ring *ring, const uint64_t *words, uint64_t bytes)
{
    uint64_t number = acd_add(&ring->shared->sites_used, 1);
    if (number >= ACD_SITES)
        return 0;
    ACD_PAUSE(ACD_PAUSE_SITE_TAKEN);
    uint64_t offset = acd_add(&ring->shared->arena_used, bytes);
    if (offset + bytes > ring->section[ACD_SEC_SITE_ARENA].bytes)
        return 0;
    if (!acd_emitter_ensure(ring, &ring->site_index[number], 8) ||
        !acd_emitter_ensure(ring, ring->arena + offset, bytes))
        return 0;
    memcpy(ring->arena + offset, words, bytes);
    acd_publish(&ring->site_index[number], ACD_SITE_VALID | bytes << ACD_SITE_BYTES_SHIFT | offset);
    return (uint32_t)number;
}

uint32_t acd_sites_register(struct acd_ring *ring, struct acdebug_priv_site *site)
{
    if (site->fields > ACD_SITE_FIELDS_MAX)
        return 0;
    uint64_t words[ACD_SITE_BYTES_MAX / 8] = {0};
    uint64_t shape = shape_of(site) | (acd_text_shown(ring, site) ? ACD_SHAPE_SHOWN : 0);
    uint64_t bytes = describe(words, site, shape);
    uint32_t number = put(ring, words, bytes);
    if (number == 0)
        acd_add(&ring->shared->sites_full, 1);
    if (shape & ACD_SHAPE_SECRETS)
        shape |= ACD_SHAPE_UNUSUAL;
    acd_site_shape_set(&site->shape, shape);
    acd_site_cache_set(&site->cache, ring->generation << ACD_SITE_CACHE_SHIFT |
                                         (uint64_t)number << ACD_W2_SITE_SHIFT);
    return number;
}
