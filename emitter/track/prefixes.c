/* SPDX-License-Identifier: MIT */
/* Prefixes that end inside a block, see prefixes.h. */
#include "config.h"

#include "emitter/track/prefixes.h"

#include <string.h>

#define WAYS 4u

void acd_prefixes_init(struct acd_prefixes *ret_prefixes, void *storage, size_t bytes)
{
    uint64_t sets = 1;
    while (sets * 2 * WAYS * sizeof(struct acd_prefix) <= bytes)
        sets *= 2;
    *ret_prefixes = (struct acd_prefixes){storage, sets - 1};
}

void acd_prefixes_clear(struct acd_prefixes *prefixes)
{
    memset(prefixes->set, 0, (prefixes->mask + 1) * WAYS * sizeof *prefixes->set);
}

static struct acd_prefix *set_of(const struct acd_prefixes *p, uint64_t hash)
{
    return &p->set[(hash & p->mask) * WAYS];
}

void acd_prefixes_prefetch(const struct acd_prefixes *prefixes, uint64_t hash)
{
    __builtin_prefetch(set_of(prefixes, hash));
}

const struct acd_prefix *acd_prefixes_get(const struct acd_prefixes *prefixes, uint64_t hash)
{
    const struct acd_prefix *set = set_of(prefixes, hash);
    for (unsigned i = 0; i < WAYS; i++)
        if (set[i].hash == hash && set[i].prompt != 0)
            return &set[i];
    return NULL;
}

uint32_t acd_prefixes_find(const struct acd_prefixes *prefixes, uint64_t hash)
{
    const struct acd_prefix *found = acd_prefixes_get(prefixes, hash);
    return found ? found->prompt : 0;
}

void acd_prefixes_put(struct acd_prefixes *prefixes, uint64_t hash, uint32_t prompt, uint32_t block)
{
    struct acd_prefix *set = set_of(prefixes, hash), *place = set;
    for (unsigned i = 0; i < WAYS; i++) {
        if (set[i].hash == hash) {
            if (set[i].prompt < prompt)
                set[i] = (struct acd_prefix){hash, prompt, block};
            return;
        }
        if (set[i].prompt < place->prompt)
            place = &set[i];
    }
    *place = (struct acd_prefix){hash, prompt, block};
}
