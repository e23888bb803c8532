/* SPDX-License-Identifier: MIT */
/* From rings to a recording, see recorder.h. */
#include "config.h"

#include "tui/reader/recorder.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tui/reader/recredact.h"
#include "tui/reader/shared.h"
#include "tui/reader/sites.h"

#define LINE 64u
#define FRAMES_A_POLL 4 /* of one ring: a writer that is faster than we is come back to */

/* Bytes that grow. */
struct buffer {
    unsigned char *bytes;
    size_t used, room;
    size_t piece; /* where the newest piece's head is */
    uint64_t end; /* in the ring, of the newest piece */
    bool has_piece;
    bool failed; /* no memory */
};

/* A change: where in the ring, how long, then the bytes. */
struct piece {
    uint64_t offset, bytes;
};

struct lane {
    bool begun;
    struct acd_cursor cursor;
    uint64_t position; /* in the recording's lane */
    uint64_t offset;   /* of the slot in the ring */
};

struct ring {
    uint32_t handle;
    const struct acd_ringmap *map;
    struct acd_sites *sites;
    unsigned char *shadow; /* what the recording holds, as long as the ring */
    uint64_t bytes;
    struct lane *lane;
    unsigned lane_count;
    bool announced;
    enum acd_liveness liveness;
};

struct acd_recorder {
    struct acd_recfile *file;
    uint64_t flags;
    struct ring *ring;
    size_t count, room;
    struct buffer buffer;
    struct acd_cursor_room words;
    uint64_t records;
};

/* ---------------------------------------------------------------- pieces */

static unsigned char *more(struct buffer *b, size_t bytes)
{
    if (b->used + bytes > b->room) {
        size_t room = 2 * (b->used + bytes);
        unsigned char *grown = b->failed ? NULL : realloc(b->bytes, room);
        if (!grown) {
            b->failed = true;
            return NULL;
        }
        b->bytes = grown;
        b->room = room;
    }
    unsigned char *at = b->bytes + b->used;
    b->used += bytes;
    return at;
}

/* `bytes` (of whole words) at `offset` of the ring; joins what lies side by side. */
static void put(struct buffer *b, uint64_t offset, const void *bytes, size_t length)
{
    struct piece head = {offset, 0};
    if (!b->has_piece || b->end != offset) {
        size_t at = b->used;
        unsigned char *to = more(b, sizeof head);
        if (!to)
            return;
        memcpy(to, &head, sizeof head);
        b->piece = at;
        b->has_piece = true;
        b->end = offset;
    }
    unsigned char *to = more(b, length);
    if (!to)
        return;
    memcpy(to, bytes, length);
    b->end += length;
    memcpy(&head, b->bytes + b->piece, sizeof head);
    head.bytes += length;
    memcpy(b->bytes + b->piece, &head, sizeof head);
}

/* ---------------------------------------------------------------- tables */

/* Sections with a sequence word in each entry are copied an entry at a time, or not now. */
static const struct table {
    enum acd_section_id section;
    int sequence; /* the word's index; -1 none */
} tables[] = {
    {ACD_SEC_SITE_INDEX, -1}, {ACD_SEC_SITE_ARENA, -1}, {ACD_SEC_CACHES, -1}, {ACD_SEC_TIMERS, -1},
    {ACD_SEC_HISTOGRAMS, -1}, {ACD_SEC_RUNNING, 0},     {ACD_SEC_ERRORS, 3},
};

static const unsigned char *base_of(const struct ring *r)
{
    const void *control = acd_ringmap_control(r->map);
    return (const unsigned char *)control -
           acd_ringmap_identity(r->map)->section[ACD_SEC_CONTROL].offset;
}

static const acd_word *words_at(const struct ring *r, uint64_t offset)
{
    return (const void *)(base_of(r) + offset);
}

/* A stable copy of an entry; false: it changes at this moment. */
static bool copy_entry(uint64_t *to, const acd_word *from, size_t words, int sequence)
{
    uint64_t before = sequence >= 0 ? acd_shared_acquire(&from[sequence]) : 0;
    acd_shared_copy_words(to, from, words);
    if (sequence < 0)
        return true;
    acd_shared_fence();
    return !(before & 1) && acd_shared_relaxed(&from[sequence]) == before;
}

/* A part of a ring that is compared `unit` bytes at a time. */
struct part {
    uint64_t from, to;
    size_t unit;
    int sequence; /* as in struct table */
};

/* What differs from the shadow. */
static void diff(struct acd_recorder *rec, struct ring *r, struct part part)
{
    uint64_t copy[1024];
    for (uint64_t at = part.from; at + part.unit <= part.to; at += part.unit) {
        if (!copy_entry(copy, words_at(r, at), part.unit / 8, part.sequence))
            continue;
        if (rec->flags & ACD_RECFILE_REDACTED)
            acd_recredact_table(acd_ringmap_identity(r->map), at, copy, part.unit);
        if (memcmp(r->shadow + at, copy, part.unit) == 0)
            continue;
        memcpy(r->shadow + at, copy, part.unit);
        put(&rec->buffer, at, copy, part.unit);
    }
}

/* What of it the file system has: to touch the rest would allocate it. */
static void diff_allocated(struct acd_recorder *rec, struct ring *r, struct part part)
{
    int fd = acd_ringmap_fd(r->map);
    uint64_t from = part.from, to = part.to;
    while (from < to) {
        off_t data = lseek(fd, (off_t)from, SEEK_DATA);
        if (data < 0 && errno != EINVAL)
            return; /* nothing more of it */
        off_t hole = data < 0 ? (off_t)to : lseek(fd, data, SEEK_HOLE);
        uint64_t first = data < 0 ? from : (uint64_t)data;
        uint64_t end = hole < 0 || (uint64_t)hole > to ? to : (uint64_t)hole;
        if (first >= to)
            return;
        /* Whole entries: an allocated chunk begins and ends where it likes. */
        first = part.from + (first - part.from) / part.unit * part.unit;
        end = part.from + (end - part.from + part.unit - 1) / part.unit * part.unit;
        if (first < from)
            first = from;
        diff(rec, r, (struct part){first, end < to ? end : to, part.unit, part.sequence});
        from = end > from ? end : from + part.unit;
    }
}

static void diff_section(struct acd_recorder *rec, struct ring *r, enum acd_section_id id,
                         int sequence)
{
    const struct acd_section *s = &acd_ringmap_identity(r->map)->section[id];
    uint64_t bytes = (uint64_t)s->count * s->stride;
    size_t unit = sequence >= 0 ? s->stride : LINE;
    if (bytes == 0 || unit > sizeof(uint64_t) * 1024)
        return; /* none, or entries that no version of ours writes */
    uint64_t even = s->offset + bytes / unit * unit, end = s->offset + bytes;
    diff_allocated(rec, r, (struct part){s->offset, even, unit, sequence});
    if (even < end)
        diff_allocated(rec, r, (struct part){even, end, 8, -1});
}

/* ---------------------------------------------------------------- lanes */

static uint64_t slot_of(const struct ring *r, const struct acd_lane_map *map)
{
    return (uint64_t)((const unsigned char *)map->head - base_of(r));
}

/* A lane that was there from the beginning keeps its place; a later one begins at 0, as its reader. */
static bool begin_lane(struct ring *r, unsigned number)
{
    struct lane *l = &r->lane[number];
    struct acd_lane_map map;
    if (l->begun)
        return true;
    if (!acd_ringmap_lane(r->map, number, &map))
        return false;
    acd_cursor_init(&l->cursor, &map, r->announced ? ACD_CURSOR_FIRST : ACD_CURSOR_OLDEST);
    l->position = r->announced ? 0 : l->cursor.position;
    l->offset = slot_of(r, &map);
    l->begun = true;
    return true;
}

static void put_cell(struct acd_recorder *rec, struct lane *l, const uint64_t cell[ACD_CELL_WORDS])
{
    uint64_t index = l->position & (l->cursor.lane.cell_count - 1);
    uint64_t cells = (uint64_t)((const unsigned char *)l->cursor.lane.cells -
                                (const unsigned char *)l->cursor.lane.head);
    put(&rec->buffer, l->offset + cells + index * ACD_CELL_BYTES, cell, ACD_CELL_BYTES);
    l->position++;
}

/* The record as its writer would lay it out at the recording's position. */
static void put_record(struct acd_recorder *rec, struct lane *l, const struct acd_record *record)
{
    size_t words = (record->payload_bytes + 7) / 8, at = 0;
    uint64_t cell[ACD_CELL_WORDS] = {ACD_STAMP(l->position, ACD_CELL_FIRST), record->ticks,
                                     record->flags};
    for (; at < words && at < ACD_FIRST_PAYLOAD_WORDS; at++)
        cell[3 + at] = record->payload[at];
    put_cell(rec, l, cell);
    while (at < words) {
        memset(cell, 0, sizeof cell);
        cell[0] = ACD_STAMP(l->position, ACD_CELL_CONTINUATION);
        for (unsigned i = 1; i < ACD_CELL_WORDS && at < words; i++)
            cell[i] = record->payload[at++];
        put_cell(rec, l, cell);
    }
    rec->records++;
}

/* Up to half a lane, so that who reads the recording frame by frame is never lapped. */
static bool take_records(struct acd_recorder *rec, struct ring *r, struct lane *l)
{
    uint64_t limit = l->position + l->cursor.lane.cell_count / (r->announced ? 2 : 1);
    while (l->position < limit) {
        struct acd_record record;
        uint64_t lost = 0;
        rec->words.used = 0;
        switch (acd_cursor_next(&l->cursor, &rec->words, &record, &lost)) {
        case ACD_CURSOR_RECORD:
            if (rec->flags & ACD_RECFILE_REDACTED)
                acd_recredact_record(&record, rec->words.words,
                                     acd_sites_get(r->sites, record.site));
            put_record(rec, l, &record);
            break;
        case ACD_CURSOR_OVERRUN:
        case ACD_CURSOR_UNREADABLE: break;
        default: return false;
        }
    }
    return true;
}

/* The words that publish the records, which count what was taken, not what is there. */
static void put_lane_head(struct acd_recorder *rec, struct ring *r, const struct lane *l)
{
    uint64_t at = l->offset + offsetof(struct acd_lane, next);
    uint64_t line[LINE / 8] = {l->position, l->cursor.ordinal};
    if (memcmp(r->shadow + at, line, sizeof line) == 0)
        return;
    memcpy(r->shadow + at, line, sizeof line);
    put(&rec->buffer, at, line, sizeof line);
}

/* @return is there more? */
static bool take_lane(struct acd_recorder *rec, struct ring *r, unsigned number)
{
    struct lane *l = &r->lane[number];
    if (!begin_lane(r, number))
        return false;
    uint64_t head = l->offset + offsetof(struct acd_lane, next);
    uint64_t end = l->offset + sizeof(struct acd_lane) / LINE * LINE;
    bool is_more = take_records(rec, r, l);
    diff(rec, r, (struct part){l->offset, head, LINE, -1});
    put_lane_head(rec, r, l);
    diff(rec, r, (struct part){head + LINE, end, LINE, -1});
    diff(rec, r, (struct part){end, l->offset + sizeof(struct acd_lane), 8, -1});
    return is_more;
}

/* ---------------------------------------------------------------- rings */

static void close_ring(struct ring *r)
{
    acd_sites_free(r->sites);
    if (r->shadow)
        munmap(r->shadow, (size_t)r->bytes);
    free(r->lane);
}

static int open_ring(struct ring *r, uint32_t handle, const struct acd_ringmap *map)
{
    memset(r, 0, sizeof *r);
    r->handle = handle;
    r->map = map;
    r->bytes = acd_ringmap_identity(map)->file_bytes;
    r->lane_count = acd_ringmap_lanes(map);
    r->lane = calloc(r->lane_count ? r->lane_count : 1, sizeof r->lane[0]);
    /* As long as the ring, and as empty: only what is written takes memory. */
    void *shadow = mmap(NULL, (size_t)r->bytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    r->shadow = shadow == MAP_FAILED ? NULL : shadow;
    int result = r->lane && r->shadow ? acd_sites_new(&r->sites, map) : -ENOMEM;
    if (result < 0)
        close_ring(r);
    return result;
}

static struct ring *find_ring(struct acd_recorder *rec, uint32_t handle,
                              const struct acd_ringmap *map)
{
    for (size_t i = 0; i < rec->count; i++)
        if (rec->ring[i].handle == handle)
            return &rec->ring[i];
    if (rec->count == rec->room) {
        size_t room = rec->room ? 2 * rec->room : 8;
        struct ring *grown = realloc(rec->ring, room * sizeof *grown);
        if (!grown)
            return NULL;
        rec->ring = grown;
        rec->room = room;
    }
    if (open_ring(&rec->ring[rec->count], handle, map) < 0)
        return NULL;
    return &rec->ring[rec->count++];
}

static int append(struct acd_recorder *rec, const struct ring *r, enum acd_recfile_kind kind,
                  const void *payload, size_t bytes)
{
    struct acd_now now;
    acd_control_now(&now);
    const struct acd_recfile_frame frame = {.kind = kind,
                                            .ring = r ? (uint32_t)(r - rec->ring) : 0,
                                            .liveness = r ? r->liveness : ACD_LIVENESS_UNKNOWN,
                                            .realtime_ns = now.realtime_ns,
                                            .monotonic_ns = now.monotonic_ns};
    return acd_recfile_append(rec->file, &frame, payload, bytes);
}

/* Its file's name, then its identity. */
static int announce(struct acd_recorder *rec, const struct ring *r)
{
    struct {
        char name[256];
        struct acd_identity identity;
    } payload;
    const char *name = acd_ringmap_name(r->map);
    memset(&payload, 0, sizeof payload);
    memcpy(payload.name, name, strnlen(name, sizeof payload.name - 1));
    payload.identity = *acd_ringmap_identity(r->map);
    if (rec->flags & ACD_RECFILE_REDACTED)
        memset(payload.identity.host, 0, sizeof payload.identity.host);
    return append(rec, r, ACD_RECFILE_RING, &payload, sizeof payload);
}

/* One frame. @return 1: there is more, 0, -errno */
static int record_changes(struct acd_recorder *rec, struct ring *r)
{
    struct buffer *b = &rec->buffer;
    bool is_more = false;
    b->used = 0;
    b->has_piece = b->failed = false;
    /* Bits and words that publish rows before the rows; sites after the records that name them. */
    diff_section(rec, r, ACD_SEC_CONTROL, -1);
    diff_section(rec, r, ACD_SEC_SHARED, -1);
    diff_section(rec, r, ACD_SEC_DIRECTORY, -1);
    for (unsigned i = 0; i < r->lane_count; i++)
        is_more |= take_lane(rec, r, i);
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
        diff_section(rec, r, tables[i].section, tables[i].sequence);
    if (b->failed)
        return -ENOMEM;
    int result = b->used > 0 ? append(rec, r, ACD_RECFILE_CHANGE, b->bytes, b->used) : 0;
    return result < 0 ? result : is_more;
}

int acd_recorder_poll(struct acd_recorder *recorder, uint32_t handle,
                      const struct acd_ringmap *ring, enum acd_liveness liveness)
{
    uint64_t before = recorder->records;
    struct ring *r = find_ring(recorder, handle, ring);
    if (!r)
        return -ENOMEM;
    bool turned = r->liveness != liveness;
    r->liveness = liveness;
    int result = r->announced ? 0 : announce(recorder, r);
    int more_frames = result < 0 ? result : 1;
    for (int i = 0; i < FRAMES_A_POLL && more_frames > 0; i++) {
        uint64_t bytes = acd_recfile_bytes(recorder->file);
        more_frames = record_changes(recorder, r);
        r->announced = true;
        /* That a server died is news, with nothing else new. */
        if (more_frames == 0 && turned && acd_recfile_bytes(recorder->file) == bytes)
            more_frames = append(recorder, r, ACD_RECFILE_CHANGE, NULL, 0);
    }
    return more_frames < 0 ? more_frames : (int)(recorder->records - before);
}

/* ---------------------------------------------------------------- the whole */

int acd_recorder_new(struct acd_recorder **ret, const char *path, uint64_t flags,
                     uint64_t max_bytes, struct acd_problem *why)
{
    struct acd_recorder *rec = calloc(1, sizeof *rec);
    uint64_t *words = malloc(ACD_CURSOR_ROOM_MIN * sizeof *words);
    int r = rec && words ? acd_recfile_create(&rec->file, path, flags, max_bytes, why)
                         : acd_problem_set_errno(why, ENOMEM, "write", path);
    if (r < 0) {
        free(rec);
        free(words);
        return r;
    }
    rec->flags = flags;
    rec->words = (struct acd_cursor_room){.words = words, .size = ACD_CURSOR_ROOM_MIN};
    *ret = rec;
    return 0;
}

uint64_t acd_recorder_bytes(const struct acd_recorder *recorder)
{
    return acd_recfile_bytes(recorder->file);
}

uint64_t acd_recorder_records(const struct acd_recorder *recorder)
{
    return recorder->records;
}

int acd_recorder_close(struct acd_recorder *recorder)
{
    if (!recorder)
        return 0;
    int end = append(recorder, NULL, ACD_RECFILE_END, NULL, 0);
    int r = acd_recfile_close(recorder->file);
    for (size_t i = 0; i < recorder->count; i++)
        close_ring(&recorder->ring[i]);
    free(recorder->ring);
    free(recorder->buffer.bytes);
    free(recorder->words.words);
    free(recorder);
    return end < 0 ? end : r;
}
