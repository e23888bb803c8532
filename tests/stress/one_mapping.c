/* SPDX-License-Identifier: MIT */
/*
 * Writers and readers on one mapping of one ring, so that a race detector sees both sides of every
 * word (two mappings of a file hide them from it).  Under TSan this holds the write side's orderings;
 * without it, it is one more accounting.
 *
 *   one_mapping [EVENTS]     default 400,000 by ACD_TEST_SCALE
 */
#include "config.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "emitter/format/kinds.h"
#include "emitter/state.h"
#include "tests/stress/account.h"
#include "tests/support/scratch.h"

#define THREADS 4

static struct acd_ring *ring;
static acd_word writing = THREADS, names_read, changes;

/* ---- writers ---- */

struct job {
    uint32_t thread;
    uint64_t events;
};

static void *write_all(void *context)
{
    const struct job *job = context;
    for (uint64_t i = 0; i < job->events; i++) {
        char name[24];
        acdebug_timer t;
        acd_account_emit(job->thread, i);
        snprintf(name, sizeof name, "name %llu", (unsigned long long)(i / 64 % 80));
        acdebug_timer_start(&t, name); /* new names, then (other) */
        acdebug_timer_checkpoint(&t, name);
        acdebug_timer_end(&t);
        acdebug_cache_miss(name, "key", name);
        acdebug_error(name, (int)(i / 64 % 300), NULL);
        (void)acdebug_enabled(1);
    }
    acd_add_release(&writing, UINT64_MAX); /* minus one */
    return NULL;
}

/* ---- readers ---- */

static struct acd_lane *lane_at(uint32_t i)
{
    const struct acd_section *s = &ring->section[ACD_SEC_LANES_BIG];
    if (acd_see(&ring->directory[i]) != 1)
        return NULL;
    if (i >= s->count) {
        i -= s->count;
        s = &ring->section[ACD_SEC_LANES_SMALL];
    }
    return (struct acd_lane *)(void *)(ring->data + (s->offset - ring->data_offset) +
                                       (uint64_t)i * s->stride);
}

/* A reader's copy of a site, as tui/reader/sites.c makes it. */
static bool load_site(uint32_t number, struct acd_site_info *ret_info, uint64_t *words)
{
    uint64_t word = acd_see(&ring->site_index[number]);
    uint64_t bytes = word >> ACD_SITE_BYTES_SHIFT & ACD_SITE_BYTES_MASK;
    if (!(word & ACD_SITE_VALID))
        return false;
    memcpy(words, ring->arena + (word & ACD_SITE_OFFSET_MASK), bytes);
    ret_info->number = ret_info->same_as = number;
    return acd_site_parse(&ret_info->site, words, bytes) == 0;
}

struct lane_reader {
    struct acd_cursor cursor;
    bool begun;
};

static struct acd_account account;

static void read_lane(struct lane_reader *r, uint32_t lane)
{
    static uint64_t words[ACD_CURSOR_ROOM_MIN], site_words[ACD_SITE_BYTES_MAX / 8];
    struct acd_item item = {.lane = lane};
    struct acd_site_info site;
    for (unsigned i = 0; i < 1000; i++) {
        struct acd_cursor_room room = {words, 0, ACD_CURSOR_ROOM_MIN};
        switch (acd_cursor_next(&r->cursor, &room, &item.record, &item.count)) {
        case ACD_CURSOR_RECORD:
            item.kind = ACD_ITEM_RECORD;
            item.site = load_site(item.record.site, &site, site_words) ? &site : NULL;
            break;
        case ACD_CURSOR_OVERRUN: item.kind = ACD_ITEM_LOST; break;
        case ACD_CURSOR_UNREADABLE: item.kind = ACD_ITEM_UNREADABLE; break;
        case ACD_CURSOR_NO_ROOM:
        case ACD_CURSOR_END: return;
        }
        (void)acd_account_take(&account, &item);
    }
}

static void read_lanes(struct lane_reader readers[ACD_ACCOUNT_LANES])
{
    uint32_t lanes = ring->section[ACD_SEC_DIRECTORY].count;
    for (uint32_t i = 0; i < lanes && i < ACD_ACCOUNT_LANES; i++) {
        struct acd_lane *head = lane_at(i);
        if (!head)
            continue;
        struct acd_lane_map map = {
            .head = head, .cells = acd_lane_cells(head), .cell_count = acd_see(&head->cells)};
        if (!readers[i].begun)
            acd_cursor_init(&readers[i].cursor, &map, ACD_CURSOR_FIRST);
        readers[i].begun = true;
        read_lane(&readers[i], i);
    }
}

/* What is marked ready may be read without more ado. */
static void read_names(void)
{
    char copy[ACD_NAME_BYTES];
    for (unsigned i = 0; i <= ACD_TIMERS; i++)
        if (acd_see(&ring->shared->timers_ready[i / 64]) >> i % 64 & 1) {
            memcpy(copy, ring->timers[i].name, sizeof copy);
            acd_add(&names_read, copy[0] != '\0');
        }
    for (unsigned i = 0; i < ACD_CACHE_ROWS; i++)
        if (acd_see(&ring->shared->caches_ready) >> i & 1) {
            memcpy(copy, ring->caches[i].type, sizeof copy);
            acd_add(&names_read, copy[0] != '\0');
        }
    for (unsigned i = 0; i <= ACD_ERRORS; i++)
        if (acd_see(&ring->shared->errors_ready[i / 64]) >> i % 64 & 1) {
            memcpy(copy, ring->errors[i].type, 48);
            acd_add(&names_read, copy[0] != '\0');
        }
}

static void *change_levels(void *unused)
{
    static const struct timespec pause = {0, 2000000};
    for (uint64_t n = 1; acd_see(&writing) > 0; n++) {
        uint64_t word = acd_get(&ring->control->word);
        uint64_t levels = acd_levels_with(0, ACD_CATEGORY_LOG, 1 + (unsigned)n % 3);
        (void)acd_swap_if(&ring->control->word, &word,
                          levels | (n & 255) << ACD_CONTROL_CHANGE_SHIFT);
        acd_add(&changes, 1);
        read_names();
        nanosleep(&pause, NULL);
    }
    return unused;
}

int main(int argc, char **argv)
{
    static struct lane_reader readers[ACD_ACCOUNT_LANES];
    uint64_t events = argc > 1 ? strtoull(argv[1], NULL, 10) : acd_scratch_scaled(400000, 4000);
    struct acd_scratch dir;
    pthread_t thread[THREADS], viewer;
    struct job job[THREADS];
    acd_scratch_make(&dir);
    acdebug_options o = acd_scratch_options(&dir, 1);
    o.lane_bytes = o.small_lane_bytes = 16 << 10;
    if (acdebug_open("one mapping", &o) != 0)
        acd_scratch_die("open");
    ring = acd_pointer_see(&acd_state.ring);
    account.shared_lane = true; /* changes of the level are recorded in between */
    for (uint32_t i = 0; i < THREADS; i++) {
        job[i] = (struct job){i, events / THREADS};
        if (pthread_create(&thread[i], NULL, write_all, &job[i]) != 0)
            acd_scratch_die("pthread_create");
    }
    if (pthread_create(&viewer, NULL, change_levels, NULL) != 0)
        acd_scratch_die("pthread_create");
    while (acd_see(&writing) > 0)
        read_lanes(readers);
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(thread[i], NULL);
    pthread_join(viewer, NULL);
    for (unsigned i = 0; i < 100; i++)
        read_lanes(readers);
    uint64_t written = 0;
    for (uint32_t i = 0; i < ring->section[ACD_SEC_DIRECTORY].count; i++)
        written += lane_at(i) ? acd_see(&lane_at(i)->records) : 0;
    bool good = acd_account_good(&account) && written == account.seen + account.lost;
    printf("%" PRIu64 " records = %" PRIu64 " seen + %" PRIu64 " overrun, %" PRIu64
           " names read, %" PRIu64 " changes of the level: %s\n",
           written, account.seen, account.lost, acd_see(&names_read), acd_see(&changes),
           good ? "exact" : "NOT exact");
    acdebug_close();
    acd_scratch_remove(&dir);
    return good ? 0 : 1;
}
