/* SPDX-License-Identifier: MIT */
/*
 * Fuzz target: a recording, played and read as a viewer does.  The input: a byte, then the file.  With
 * bit 0 of the byte, frames get the mark and the checksum that they should have, worked out here from
 * RECORDING.md, so that what is wrong in them is looked at; bit 1 redacts nothing and reads in small
 * shares.  Whatever it is, playing ends, goes no further than the file, and says why it stops.
 */
#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "emitter/format/record.h"
#include "tests/fuzz/replay.h"
#include "tests/support/scratch.h"
#include "tui/reader/follow.h"
#include "tui/reader/guard.h"
#include "tui/reader/replayer.h"
#include "tui/reader/totals.h"

#define HEAD 64u
#define FRAME 48u
#define MARK UINT32_C(0x4d415246)
#define RINGS_MOST 8    /* that are read; more are played */
#define STEPS_MOST 4096 /* of an input */

static struct acd_scratch scratch;
static char path[192];

static void must(int holds, const char *claim)
{
    if (holds)
        return;
    fprintf(stderr, "does not hold: %s\n", claim);
    abort();
}

static void remove_scratch(void)
{
    acd_scratch_remove(&scratch);
}

/* ---- the file ---- */

static uint64_t word_at(const uint8_t *file, size_t at)
{
    uint64_t word;
    memcpy(&word, file + at, sizeof word);
    return word;
}

static uint64_t checksum(const uint8_t *file, size_t from, size_t to)
{
    uint64_t sum = UINT64_C(0xcbf29ce484222325);
    for (size_t at = from; at + 8 <= to; at += 8) {
        uint64_t word = at == from + FRAME - 8 ? 0 : word_at(file, at);
        sum = (sum ^ word) * UINT64_C(0x9e3779b97f4a7c15);
        sum ^= sum >> 32;
    }
    return sum;
}

/* @return how many frames it made whole */
static unsigned mend(uint8_t *file, size_t size)
{
    static const uint8_t head[] = "ACDREC\r\n\x04\x03\x02\x01\x01";
    const uint32_t mark = MARK;
    unsigned frames = 0;
    if (size < HEAD)
        return 0;
    memcpy(file, head, sizeof head); /* and the major's second byte */
    for (size_t at = HEAD; at + FRAME <= size; frames++) {
        uint64_t bytes = word_at(file, at + 16);
        if (bytes > size - at - FRAME || bytes % 8 != 0)
            break;
        memcpy(file + at, &mark, sizeof mark);
        uint64_t sum = checksum(file, at, at + FRAME + bytes);
        memcpy(file + at + FRAME - 8, &sum, sizeof sum);
        at += FRAME + bytes;
    }
    return frames;
}

static void write_file(const uint8_t *file, size_t size)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    must(fd >= 0 && write(fd, file, size) == (ssize_t)size, "there is room");
    close(fd);
}

/* ---- playing ---- */

struct played {
    struct acd_ringmap *ring[RINGS_MOST];
    struct acd_follow *follow[RINGS_MOST];
    size_t share;
    uint64_t records;
};

static int take(void *context, const struct acd_item *item)
{
    struct played *p = context;
    struct acd_event_view event;
    if (item->kind != ACD_ITEM_RECORD)
        return 0;
    p->records++;
    must(item->record.payload_bytes <= ACD_RECORD_BYTES_MAX, "a record keeps its limit");
    acd_record_decode(&event, &item->record, item->site ? &item->site->site : NULL);
    must(event.count <= ACD_FIELDS_MAX, "fields have room");
    return 0;
}

static void read_ring(struct played *p, struct acd_replayer *replayer, size_t index)
{
    struct acd_problem why = {0};
    struct acd_totals totals = {0};
    struct acd_control_state control;
    struct acd_now now;
    if (index >= RINGS_MOST)
        return;
    if (!p->ring[index]) {
        must(acd_replayer_ring(replayer, index, &p->ring[index], &why) == 0, "a ring comes once");
        must(acd_follow_new(&p->follow[index], p->ring[index], ACD_CURSOR_OLDEST) == 0,
             "there is memory");
    }
    for (int i = 0; i < 64 && acd_follow_drain(p->follow[index], p->share, take, p) > 0; i++) {}
    must(acd_totals_read(&totals, p->ring[index]) == 0, "there is memory");
    acd_totals_fini(&totals);
    acd_replayer_now(replayer, &now);
    acd_control_read(p->ring[index], &now, &control);
    must(memchr(control.who, 0, sizeof control.who) != NULL, "who it was ends");
    must(acd_replayer_liveness(replayer, index) <= ACD_LIVENESS_DEAD, "a liveness is one");
}

/* @return steps */
static unsigned play(struct acd_replayer *replayer, struct played *p, size_t size)
{
    struct acd_problem why = {0};
    unsigned steps = 0;
    size_t rings = 0;
    for (int r = 0; steps < STEPS_MOST; steps++) {
        uint64_t next_ns = 0;
        size_t ring = SIZE_MAX;
        bool more = acd_replayer_next(replayer, &next_ns);
        r = acd_replayer_step(replayer, &ring, &why);
        if (r < 0) {
            must(why.text[0] && memchr(why.text, 0, sizeof why.text), "it says why");
            break;
        }
        if (r == ACD_REPLAYER_END)
            break;
        must(more, "what comes was foretold");
        must(ring < rings + (r == ACD_REPLAYER_RING), "a ring was announced");
        if (r == ACD_REPLAYER_RING)
            must(ring == rings++, "rings come in order");
        else
            read_ring(p, replayer, ring);
    }
    must(steps <= size / FRAME, "a step is a frame");
    must(acd_replayer_torn(replayer) <= size, "it is torn inside the file");
    return steps;
}

static void play_file(size_t size, size_t share)
{
    struct acd_replayer *replayer = NULL;
    struct acd_problem why = {0};
    struct played p = {.share = share};
    bool is = acd_recfile_is(path);
    int r = acd_replayer_open(&replayer, path, &why);
    if (r < 0) {
        must(why.text[0] != 0, "it says why");
        return;
    }
    must(is, "what opens begins as one");
    unsigned steps = play(replayer, &p, size);
    if (getenv("ACD_FUZZ_SHOW"))
        fprintf(stderr, "%u steps, %ju records, torn at %ju\n", steps, (uintmax_t)p.records,
                (uintmax_t)acd_replayer_torn(replayer));
    for (size_t i = 0; i < RINGS_MOST; i++) {
        acd_follow_free(p.follow[i]);
        acd_ringmap_close(p.ring[i]);
    }
    acd_replayer_close(replayer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!scratch.path[0]) {
        must(acd_guard_install() == 0, "a file that is cut can be read");
        acd_scratch_make(&scratch);
        setenv("TMPDIR", scratch.path, 1);
        snprintf(path, sizeof path, "%s/fuzzed.acdrec", scratch.path);
        atexit(remove_scratch);
    }
    if (size < 1)
        return 0;
    uint8_t *file = malloc(size);
    must(file != NULL, "there is memory");
    memcpy(file, data + 1, --size);
    if (data[0] & 1)
        (void)mend(file, size);
    write_file(file, size);
    free(file);
    play_file(size, data[0] & 2 ? 3 : SIZE_MAX);
    return 0;
}
