/* SPDX-License-Identifier: MIT */
/* The sites of one ring, see sites.h. */
#include "config.h"

#include "tui/reader/sites.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "tui/reader/ringmap.h"
#include "tui/reader/shared.h"

/* A site and the words that its texts point into. */
struct entry {
    struct acd_site_info info;
    uint64_t words[];
};

struct acd_sites {
    const struct acd_ringmap *ring;
    uint32_t count; /* numbers in the table */
    uint64_t arena_bytes;
    bool lacks;       /* see acd_sites_lack() */
    bool *unreadable; /* published, but not a site: looked at once */
    struct entry *entry[];
};

int acd_sites_new(struct acd_sites **ret, const struct acd_ringmap *ring)
{
    uint32_t count = acd_ringmap_count(ring, ACD_SEC_SITE_INDEX);
    if (count > ACD_SITES)
        count = ACD_SITES;
    struct acd_sites *s = calloc(1, sizeof *s + count * (sizeof s->entry[0] + sizeof(bool)));
    if (!s)
        return -ENOMEM;
    const struct acd_section *arena = &acd_ringmap_identity(ring)->section[ACD_SEC_SITE_ARENA];
    s->ring = ring;
    s->count = count;
    s->arena_bytes = arena->count > 0 ? arena->bytes : 0;
    s->unreadable = (bool *)&s->entry[count];
    *ret = s;
    return 0;
}

void acd_sites_free(struct acd_sites *sites)
{
    if (!sites)
        return;
    for (uint32_t i = 0; i < sites->count; i++)
        free(sites->entry[i]);
    free(sites);
}

static bool same_text(const struct acd_text *a, const struct acd_text *b)
{
    return a->length == b->length && memcmp(a->bytes, b->bytes, a->length) == 0;
}

static bool same_place(const struct acd_site *a, const struct acd_site *b)
{
    return a->line == b->line && a->kind == b->kind && a->level == b->level &&
           a->category == b->category && same_text(&a->message, &b->message) &&
           same_text(&a->file, &b->file);
}

static uint32_t first_of_place(const struct acd_sites *s, const struct acd_site *site,
                               uint32_t number)
{
    for (uint32_t i = 0; i < s->count; i++)
        if (s->entry[i] && s->entry[i]->info.same_as == i &&
            same_place(&s->entry[i]->info.site, site))
            return i;
    return number;
}

/* Copies and parses the site that an index word tells of. -EBADMSG: it never will be one. */
static int load(struct acd_sites *s, uint32_t number, uint64_t word)
{
    uint64_t offset = word & ACD_SITE_OFFSET_MASK;
    uint64_t bytes = word >> ACD_SITE_BYTES_SHIFT & ACD_SITE_BYTES_MASK;
    if (bytes > ACD_SITE_BYTES_MAX || bytes % 8 || offset % 8 || bytes > s->arena_bytes ||
        offset > s->arena_bytes - bytes)
        return -EBADMSG;
    struct entry *e = malloc(sizeof *e + bytes);
    if (!e)
        return -ENOMEM;
    const unsigned char *arena = acd_ringmap_entry(s->ring, ACD_SEC_SITE_ARENA, 0);
    acd_shared_copy_bytes(e->words, arena + offset, bytes);
    if (acd_site_parse(&e->info.site, e->words, bytes) < 0) {
        free(e);
        return -EBADMSG;
    }
    e->info.number = number;
    e->info.same_as = first_of_place(s, &e->info.site, number);
    s->entry[number] = e;
    return 0;
}

bool acd_sites_lack(const struct acd_sites *sites)
{
    return sites->lacks;
}

const struct acd_site_info *acd_sites_get(struct acd_sites *sites, uint32_t number)
{
    if (number >= sites->count)
        return NULL;
    if (!sites->entry[number]) {
        if (sites->unreadable[number])
            return NULL;
        const acd_word *index = acd_ringmap_entry(sites->ring, ACD_SEC_SITE_INDEX, number);
        uint64_t word = acd_shared_acquire(index);
        if (!(word & ACD_SITE_VALID))
            return NULL; /* a writer registers a site before it uses its number */
        int r = load(sites, number, word);
        if (r < 0) {
            sites->unreadable[number] = r == -EBADMSG;
            sites->lacks = sites->lacks || r == -ENOMEM;
            return NULL;
        }
    }
    return &sites->entry[number]->info;
}
