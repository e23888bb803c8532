/* SPDX-License-Identifier: MIT */
/*
 * What a lane's stamps order, in a form that a race detector can see: beside each payload word the writer
 * stores a plain one, and the reader loads it when the cursor has given it the record.  Nothing but the
 * release of the final stamps and the acquire of the cursor stands between the two.  Writer and reader are
 * threads with one mapping, and the lane has room for all: a cursor that is lapped looks at `next`, whose
 * release would do as well.  tests/mutants/run.py takes these orders away, and TSan must say so.
 *
 *   orders [RECORDS]     default 100,000 by ACD_TEST_SCALE
 */
#include "config.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emitter/ring.h"
#include "tests/support/scratch.h"
#include "tui/reader/cursor.h"

#define WORDS_MOST 16u /* three cells */

struct stage {
    struct acd_lane *lane;
    uint64_t records, cells;
    uint64_t *plain; /* one word for each record, written once */
    uint64_t seen, wrong;
};

static unsigned words_of(uint64_t record)
{
    return 1 + (unsigned)(record * 7 % WORDS_MOST);
}

static void *write_all(void *context)
{
    struct stage *s = context;
    struct acd_lane_writer w;
    acd_lane_attach(&w, s->lane, acd_lane_cells(s->lane), s->cells);
    for (uint64_t i = 0; i < s->records; i++) {
        unsigned words = words_of(i);
        struct acd_pen pen =
            acd_lane_begin(&w, acd_cells_needed(words * 8), false, i, words * UINT64_C(8));
        for (unsigned k = 0; k < words; k++)
            acd_lane_put(&pen, i);
        s->plain[i] = i + 1;
        acd_lane_end(&w, &pen);
    }
    return NULL;
}

static void judge(struct stage *s, const struct acd_record *record)
{
    uint64_t n = record->payload[0];
    bool good = n < s->records && s->plain[n] == n + 1 && record->ticks == n;
    for (unsigned k = 0; good && k < words_of(n); k++)
        good = record->payload[k] == n;
    s->seen += good;
    s->wrong += !good;
}

static void read_all(struct stage *s)
{
    static uint64_t words[ACD_CURSOR_ROOM_MIN];
    struct acd_cursor cursor;
    struct acd_lane_map map = {
        .head = s->lane, .cells = acd_lane_cells(s->lane), .cell_count = s->cells};
    acd_cursor_init(&cursor, &map, ACD_CURSOR_FIRST);
    while (s->seen + s->wrong < s->records) {
        struct acd_cursor_room room = {words, 0, ACD_CURSOR_ROOM_MIN};
        struct acd_record record;
        uint64_t lost = 0;
        switch (acd_cursor_next(&cursor, &room, &record, &lost)) {
        case ACD_CURSOR_RECORD: judge(s, &record); break;
        case ACD_CURSOR_OVERRUN: s->wrong += lost; break;
        case ACD_CURSOR_UNREADABLE: s->wrong++; break;
        case ACD_CURSOR_NO_ROOM:
        case ACD_CURSOR_END: break;
        }
    }
}

int main(int argc, char **argv)
{
    struct stage s = {.cells = 1};
    pthread_t writer;
    s.records = argc > 1 ? strtoull(argv[1], NULL, 10) : acd_scratch_scaled(100000, 10000);
    while (s.cells < s.records * 3)
        s.cells *= 2;
    size_t bytes = ACD_LANE_HEADER_BYTES + s.cells * ACD_CELL_BYTES;
    s.lane = aligned_alloc(4096, bytes);
    s.plain = calloc(s.records, sizeof *s.plain);
    if (!s.lane || !s.plain)
        acd_scratch_die("memory");
    memset(s.lane, 0, bytes);
    if (pthread_create(&writer, NULL, write_all, &s) != 0)
        acd_scratch_die("pthread_create");
    read_all(&s);
    pthread_join(writer, NULL);
    bool good = s.seen == s.records && s.wrong == 0;
    printf("%" PRIu64 " records, %" PRIu64 " read in order, %" PRIu64 " wrong\n", s.records, s.seen,
           s.wrong);
    free(s.plain);
    free(s.lane);
    return good ? 0 : 1;
}
