/* SPDX-License-Identifier: MIT */
/*
 * All lanes as one stream, see follow.h.  Each lane that has something to read gets a batch of private
 * copies; the batches are merged by time stamp with a heap.  Batches exist during a drain only, unless
 * it stops in the middle of them.
 */
#include "config.h"

#include "tui/reader/follow.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "emitter/format/kinds.h"
#include "tui/reader/shared.h"

#define BATCH_ITEMS 128
#define BATCH_WORDS 2048 /* to begin with; grown for a record that is longer */

/* One thing of a lane, and what is to be said before it. */
struct slot {
    struct acd_record record;
    uint64_t lost;       /* records that are missing before it */
    uint32_t unreadable; /* places that made no record before it */
    bool has_record;     /* false: only what was before; the lane ended there */
};

struct batch {
    size_t at, count; /* slots given, slots there */
    struct acd_cursor_room room;
    struct slot slot[BATCH_ITEMS];
};

struct lane {
    struct acd_cursor cursor;
    unsigned number;
    uint32_t thread; /* of the records that come next; 0 unknown */
    uint64_t unreadable;
    uint64_t newest_ticks;
    struct batch *batch; /* NULL: nothing copied */
};

struct acd_follow {
    const struct acd_ringmap *ring;
    struct acd_sites *sites;
    unsigned lane_count;
    bool lacks; /* see acd_follow_lacks() */
    size_t heap_count;
    struct lane **heap; /* lanes with a batch, the earliest time stamp first */
    struct lane *lane[];
};

/* ---- lanes ---- */

static bool is_thread_record(const struct acd_follow *f, uint32_t site_number)
{
    const struct acd_site_info *site = acd_sites_get(f->sites, site_number);
    return site && site->site.kind == ACD_KIND_THREAD;
}

/* Does the lane still hold the record of a change of owner?  Then the records before it are somebody
 * else's.  Looks at first cells only; a wrong answer mislabels a record's thread, no more. */
static bool holds_thread_record(const struct acd_follow *f, const struct acd_cursor *c)
{
    uint64_t next = acd_shared_acquire(&c->lane.head->next);
    if (next - c->position > c->lane.cell_count)
        return true;
    for (uint64_t at = c->position; at < next; at++) {
        const struct acd_cell *cell = &c->lane.cells[at & (c->lane.cell_count - 1)];
        if (acd_shared_acquire(&cell->word[0]) != ACD_STAMP(at, ACD_CELL_FIRST))
            continue;
        uint64_t word2 = acd_shared_relaxed(&cell->word[2]);
        if (is_thread_record(f, (uint32_t)(word2 >> ACD_W2_SITE_SHIFT & ACD_W2_SITE_MASK)))
            return true;
    }
    return false;
}

/* The thread of the records that the cursor comes to first. */
static uint32_t first_thread(const struct acd_follow *f, const struct lane *lane)
{
    uint64_t owner = acd_shared_acquire(&lane->cursor.lane.head->owner);
    if (lane->cursor.lane.overflow)
        return 0;
    if (owner >> 32 > 1 && holds_thread_record(f, &lane->cursor))
        return 0;
    return (uint32_t)owner;
}

static int add_lane(struct acd_follow *f, unsigned number, enum acd_cursor_start start)
{
    struct acd_lane_map map;
    if (!acd_ringmap_lane(f->ring, number, &map))
        return 0;
    struct lane *lane = calloc(1, sizeof *lane);
    if (!lane)
        return -ENOMEM;
    lane->number = number;
    acd_cursor_init(&lane->cursor, &map, start);
    lane->thread = first_thread(f, lane);
    f->lane[number] = lane;
    return 0;
}

/* Without memory for a new lane now, the next drain tries again. */
static void find_lanes(struct acd_follow *f, enum acd_cursor_start start)
{
    for (unsigned i = 0; i < f->lane_count; i++)
        if (!f->lane[i] && add_lane(f, i, start) < 0) {
            f->lacks = true;
            return;
        }
}

int acd_follow_new(struct acd_follow **ret, const struct acd_ringmap *ring,
                   enum acd_cursor_start start)
{
    unsigned lanes = acd_ringmap_lanes(ring);
    struct acd_follow *f = calloc(1, sizeof *f + lanes * sizeof f->lane[0]);
    if (!f)
        return -ENOMEM;
    f->ring = ring;
    f->lane_count = lanes;
    f->heap = calloc(lanes ? lanes : 1, sizeof f->heap[0]);
    int r = f->heap ? acd_sites_new(&f->sites, ring) : -ENOMEM;
    for (unsigned i = 0; i < lanes && r == 0; i++)
        r = add_lane(f, i, start);
    if (r < 0) {
        acd_follow_free(f);
        return r;
    }
    *ret = f;
    return 0;
}

static void drop_batch(struct lane *lane)
{
    if (lane->batch)
        free(lane->batch->room.words);
    free(lane->batch);
    lane->batch = NULL;
}

void acd_follow_free(struct acd_follow *follow)
{
    if (!follow)
        return;
    for (unsigned i = 0; i < follow->lane_count; i++) {
        if (follow->lane[i])
            drop_batch(follow->lane[i]);
        free(follow->lane[i]);
    }
    acd_sites_free(follow->sites);
    free(follow->heap);
    free(follow);
}

/* ---- batches ---- */

static struct batch *new_batch(void)
{
    struct batch *b = malloc(sizeof *b);
    if (!b)
        return NULL;
    b->at = b->count = 0;
    b->room = (struct acd_cursor_room){
        .words = malloc(BATCH_WORDS * sizeof(uint64_t)), .used = 0, .size = BATCH_WORDS};
    if (!b->room.words) {
        free(b);
        return NULL;
    }
    return b;
}

/* Room for the longest record there is. */
static bool grow(struct acd_follow *f, struct batch *b)
{
    if (b->room.size >= ACD_CURSOR_ROOM_MIN)
        return false;
    uint64_t *words = realloc(b->room.words, ACD_CURSOR_ROOM_MIN * sizeof *words);
    f->lacks = f->lacks || !words;
    if (!words)
        return false;
    b->room.words = words;
    b->room.size = ACD_CURSOR_ROOM_MIN;
    return true;
}

/* Copies what comes next. @return false when the lane has nothing (more) now */
static bool fill(struct acd_follow *f, struct lane *lane)
{
    struct batch *b = lane->batch;
    uint64_t lost = 0;
    uint32_t unreadable = 0;
    bool more = true;
    b->at = b->count = b->room.used = 0;
    /* A lane that yields nothing but rubbish is given up until the next drain. */
    for (int i = 0; i < 2 * BATCH_ITEMS && more && b->count < BATCH_ITEMS; i++) {
        struct slot *s = &b->slot[b->count];
        uint64_t n = 0;
        switch (acd_cursor_next(&lane->cursor, &b->room, &s->record, &n)) {
        case ACD_CURSOR_RECORD:
            s->lost = lost;
            s->unreadable = unreadable;
            s->has_record = true;
            lost = unreadable = 0;
            b->count++;
            break;
        case ACD_CURSOR_OVERRUN: lost += n; break;
        case ACD_CURSOR_UNREADABLE: unreadable++; break;
        case ACD_CURSOR_NO_ROOM: more = b->count == 0 && grow(f, b); break;
        default: more = false; break;
        }
    }
    if ((lost || unreadable) && b->count < BATCH_ITEMS) {
        struct slot *s = &b->slot[b->count++];
        *s = (struct slot){.lost = lost, .unreadable = unreadable};
        s->record.ticks = b->count > 1 ? s[-1].record.ticks : lane->newest_ticks;
    }
    return b->count > 0;
}

/* ---- the heap ---- */

static uint64_t head_ticks(const struct lane *lane)
{
    return lane->batch->slot[lane->batch->at].record.ticks;
}

static void sift_down(struct acd_follow *f, size_t i)
{
    for (;;) {
        size_t least = i, left = 2 * i + 1, right = left + 1;
        if (left < f->heap_count && head_ticks(f->heap[left]) < head_ticks(f->heap[least]))
            least = left;
        if (right < f->heap_count && head_ticks(f->heap[right]) < head_ticks(f->heap[least]))
            least = right;
        if (least == i)
            return;
        struct lane *t = f->heap[i];
        f->heap[i] = f->heap[least];
        f->heap[least] = t;
        i = least;
    }
}

/* The lanes that have something to read. */
static void build_heap(struct acd_follow *f)
{
    f->heap_count = 0;
    for (unsigned i = 0; i < f->lane_count; i++) {
        struct lane *lane = f->lane[i];
        if (!lane)
            continue;
        if (!lane->batch) {
            if (!acd_cursor_pending(&lane->cursor))
                continue;
            lane->batch = new_batch();
            f->lacks = f->lacks || !lane->batch;
            if (!lane->batch)
                continue;
            if (!fill(f, lane)) {
                drop_batch(lane);
                continue;
            }
        }
        f->heap[f->heap_count++] = lane;
    }
    for (size_t i = f->heap_count / 2; i-- > 0;)
        sift_down(f, i);
}

/* The top lane's head has been given: the next one, or the lane leaves the heap. */
static void advance(struct acd_follow *f)
{
    struct lane *lane = f->heap[0];
    struct batch *b = lane->batch;
    lane->newest_ticks = b->slot[b->at].record.ticks;
    b->at++;
    if (b->at == b->count && !fill(f, lane)) {
        drop_batch(lane);
        f->heap[0] = f->heap[--f->heap_count];
    }
    sift_down(f, 0);
}

/* ---- giving it out ---- */

/* A record of a new owner says who it is. */
static void learn_thread(struct lane *lane, const struct acd_record *record,
                         const struct acd_site_info *site)
{
    struct acd_event_view event;
    if (acd_record_decode(&event, record, &site->site) != ACD_RECORD_OK)
        return;
    const struct acd_field *id = acd_event_find(&event, ACD_KEY_THREAD);
    if (id && id->type == ACD_TYPE_UINT)
        lane->thread = (uint32_t)id->number.u;
}

static void describe(const struct acd_follow *f, struct lane *lane, const struct slot *s,
                     struct acd_item *ret_item)
{
    ret_item->kind = ACD_ITEM_RECORD;
    ret_item->lane = lane->number;
    ret_item->count = 0;
    ret_item->ticks = s->record.ticks;
    ret_item->record = s->record;
    ret_item->site = acd_sites_get(f->sites, s->record.site);
    if (ret_item->site && ret_item->site->site.kind == ACD_KIND_THREAD)
        learn_thread(lane, &s->record, ret_item->site);
    ret_item->thread = lane->thread;
    if (s->record.flags & ACD_W2_THREAD)
        ret_item->thread = s->record.payload_bytes >= 8 ? (uint32_t)s->record.payload[0] : 0;
}

/* The next item of the head of the heap, which is taken off it. */
static void take_item(struct acd_follow *f, struct acd_item *ret_item)
{
    struct lane *lane = f->heap[0];
    struct slot *s = &lane->batch->slot[lane->batch->at];
    if (s->lost == 0 && s->unreadable == 0) {
        describe(f, lane, s, ret_item);
        return;
    }
    *ret_item = (struct acd_item){.kind = s->lost ? ACD_ITEM_LOST : ACD_ITEM_UNREADABLE,
                                  .lane = lane->number,
                                  .thread = lane->thread,
                                  .count = s->lost ? s->lost : s->unreadable,
                                  .ticks = s->record.ticks};
    if (s->lost) {
        s->lost = 0;
    } else {
        lane->unreadable += s->unreadable;
        s->unreadable = 0;
    }
}

/* Has everything of the head been given? */
static bool is_spent(const struct slot *s, const struct acd_item *given)
{
    return given->kind == ACD_ITEM_RECORD || (!s->has_record && !s->lost && !s->unreadable);
}

size_t acd_follow_drain(struct acd_follow *follow, size_t max, acd_follow_take *take, void *context)
{
    size_t given = 0;
    bool stop = false;
    find_lanes(follow, ACD_CURSOR_FIRST);
    build_heap(follow);
    while (follow->heap_count > 0 && given < max && !stop) {
        const struct batch *b = follow->heap[0]->batch;
        struct acd_item item;
        take_item(follow, &item);
        given++;
        stop = take(context, &item) != 0;
        if (is_spent(&b->slot[b->at], &item))
            advance(follow);
    }
    return given;
}

/* What was copied and not given yet. */
static void count_waiting(const struct batch *b, struct acd_follow_stats *stats)
{
    for (size_t i = b ? b->at : 0; b && i < b->count; i++) {
        stats->seen -= b->slot[i].has_record;
        stats->overrun -= b->slot[i].lost;
    }
}

/* What was copied and is not wanted any more was never seen. */
static void forget_waiting(struct lane *lane)
{
    const struct batch *b = lane->batch;
    for (size_t i = b ? b->at : 0; b && i < b->count; i++) {
        lane->cursor.seen -= b->slot[i].has_record;
        lane->cursor.overrun -= b->slot[i].lost;
        lane->cursor.base += b->slot[i].has_record + b->slot[i].lost;
    }
    drop_batch(lane);
}

void acd_follow_skip(struct acd_follow *follow)
{
    find_lanes(follow, ACD_CURSOR_NOW);
    for (unsigned i = 0; i < follow->lane_count; i++) {
        struct lane *lane = follow->lane[i];
        if (!lane)
            continue;
        forget_waiting(lane);
        acd_cursor_skip(&lane->cursor);
        lane->thread = first_thread(follow, lane);
    }
}

uint64_t acd_follow_behind(const struct acd_follow *follow)
{
    uint64_t behind = 0;
    for (unsigned i = 0; i < follow->lane_count; i++) {
        const struct lane *lane = follow->lane[i];
        if (!lane)
            continue;
        behind += acd_cursor_behind(&lane->cursor);
        if (lane->batch)
            behind += lane->batch->count - lane->batch->at;
    }
    return behind;
}

void acd_follow_stats(const struct acd_follow *follow, struct acd_follow_stats *ret_stats)
{
    struct acd_follow_stats s = {0};
    for (unsigned i = 0; i < follow->lane_count; i++) {
        const struct lane *lane = follow->lane[i];
        if (!lane)
            continue;
        s.seen += lane->cursor.seen;
        count_waiting(lane->batch, &s);
        s.overrun += lane->cursor.overrun;
        s.before += lane->cursor.base;
        s.abandoned += lane->cursor.abandoned;
        s.unreadable += lane->unreadable;
        s.unfinished += lane->cursor.unfinished;
    }
    *ret_stats = s;
}

struct acd_sites *acd_follow_sites(struct acd_follow *follow)
{
    return follow->sites;
}

bool acd_follow_lacks(const struct acd_follow *follow)
{
    return follow->lacks || acd_sites_lack(follow->sites);
}
