/* SPDX-License-Identifier: MIT */
/* Named totals in a plain array: there are a few dozen names, and a request adds to about ten. */
#include "tally.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct acd_tally {
    pthread_mutex_t lock;
    size_t count;
    struct acd_tally_entry entries[ACD_TALLY_NAMES_MAX];
};

struct acd_tally *acd_tally_new(void)
{
    struct acd_tally *tally = calloc(1, sizeof(*tally));

    if (tally != NULL && pthread_mutex_init(&tally->lock, NULL) != 0) {
        free(tally);
        return NULL;
    }
    return tally;
}

void acd_tally_free(struct acd_tally *tally)
{
    if (tally != NULL) {
        pthread_mutex_destroy(&tally->lock);
        free(tally);
    }
}

static struct acd_tally_entry *find(struct acd_tally *tally, const char *name)
{
    for (size_t i = 0; i < tally->count; i++) {
        if (strcmp(tally->entries[i].name, name) == 0) {
            return &tally->entries[i];
        }
    }
    return NULL;
}

/* The entry of the name, a new one if need be; the last place is kept for "(other)". */
static struct acd_tally_entry *find_or_add(struct acd_tally *tally, const char *name)
{
    struct acd_tally_entry *entry = find(tally, name);

    if (entry != NULL) {
        return entry;
    }
    if (tally->count >= ACD_TALLY_NAMES_MAX - 1) {
        name = "(other)";
        entry = find(tally, name);
        if (entry != NULL) {
            return entry;
        }
    }
    entry = &tally->entries[tally->count++];
    snprintf(entry->name, sizeof(entry->name), "%s", name);
    return entry;
}

void acd_tally_add(struct acd_tally *tally, const char *format, ...)
{
    char name[ACD_TALLY_NAME_BYTES];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(name, sizeof(name), format, arguments);
    va_end(arguments);
    pthread_mutex_lock(&tally->lock);
    find_or_add(tally, name)->count++;
    pthread_mutex_unlock(&tally->lock);
}

uint64_t acd_tally_get(struct acd_tally *tally, const char *name)
{
    const struct acd_tally_entry *entry;
    uint64_t count;

    pthread_mutex_lock(&tally->lock);
    entry = find(tally, name);
    count = entry != NULL ? entry->count : 0;
    pthread_mutex_unlock(&tally->lock);
    return count;
}

size_t acd_tally_copy(struct acd_tally *tally, struct acd_tally_entry *entries, size_t max)
{
    size_t count;

    pthread_mutex_lock(&tally->lock);
    count = tally->count < max ? tally->count : max;
    memcpy(entries, tally->entries, count * sizeof(*entries));
    pthread_mutex_unlock(&tally->lock);
    return count;
}
