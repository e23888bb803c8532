/* SPDX-License-Identifier: MIT */
/*
 * Fuzz target: a ring file that is damaged, or changes as no writer would change it, read as a viewer
 * reads it.  The input is a head of 8 bytes (struct plan) and patches of 12 (struct patch) to a golden
 * ring.  Whatever they are, reading ends, texts lie in their storage, and what is given out fits the
 * file; where no patch touched the lanes, the same records are given and lost as without any.
 */
#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/fuzz/replay.h"
#include "tests/support/ringhex.h"
#include "tests/support/sanitized.h"
#include "tests/support/scratch.h"
#include "tui/reader/clockmap.h"
#include "tui/reader/control.h"
#include "tui/reader/follow.h"
#include "tui/reader/guard.h"
#include "tui/reader/totals.h"

#if ACD_ASAN
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(at, bytes) ((void)(at), (void)(bytes))
#define ASAN_UNPOISON_MEMORY_REGION(at, bytes) ((void)(at), (void)(bytes))
#endif

#define LINE 64u
#define PAGE 4096u
#define PATCHES_MOST 64
#define PATCH_BYTES 12
#define HEAD_BYTES 8

static const char *const golden_name[] = {"built-1.0", "emitter-1.0"};
#define GOLDEN_COUNT (sizeof golden_name / sizeof golden_name[0])
#define STARTS 3 /* enum acd_cursor_start */

/* What reading gave, as far as the lanes alone decide it. */
struct outcome {
    struct acd_follow_stats stats;
    uint64_t records, lost, unreadable; /* as items said it */
    uint64_t written;                   /* as the totals said it */
};

struct golden {
    char path[192];
    int fd;
    uint64_t bytes;
    struct acd_identity identity;
    size_t line_count;
    struct line {
        uint64_t at;
        unsigned char bytes[LINE];
    } * line; /* those that are not zero */
    struct outcome whole[STARTS];
};

/* Bytes 0 to 7 of an input. */
struct plan {
    enum acd_cursor_start start; /* byte 0: bits 0..1 */
    bool cut_early, cut_late;    /* bit 3: cut the file before it is opened, bit 4: after that */
    unsigned first;              /* byte 1: patches that are made before it is opened */
    uint64_t keep;             /* bytes 2..3: what is left of a file that is cut, of 65536 parts */
    size_t batch;              /* byte 4: items a drain, less one */
    uint32_t levels;           /* bytes 5..7: to be set */
    const struct golden *ring; /* byte 0: bit 2 */
};

/* Sets, adds to or flips the bytes at an offset of a part of the file. */
struct patch {
    unsigned part;  /* byte 0: 0 the identity page, then 1 + a section */
    unsigned width; /* byte 1: bits 0..1, 1 to 8 bytes */
    unsigned how;   /* byte 1: bits 2..3 */
    uint64_t at;    /* bytes 2..3, in units of `width`, wrapped at the part's end */
    uint64_t value; /* bytes 4..11 */
};

struct run {
    const struct acd_ringmap *ring;
    struct acd_clockmap clock;
    struct outcome outcome;
    uint64_t items, records_most;
};

static void must(int holds, const char *claim)
{
    if (holds)
        return;
    fprintf(stderr, "does not hold: %s\n", claim);
    abort();
}

/* ---- golden rings ---- */

static void read_lines(struct golden *g)
{
    static const unsigned char zero[LINE];
    struct stat st;
    must(fstat(g->fd, &st) == 0, "the ring has a size");
    g->bytes = (uint64_t)st.st_size;
    for (uint64_t at = 0; at < g->bytes; at += LINE) {
        struct line line = {.at = at};
        must(pread(g->fd, line.bytes, LINE, (off_t)at) > 0, "the ring can be read");
        if (memcmp(line.bytes, zero, LINE) == 0)
            continue;
        if (g->line_count % 64 == 0)
            g->line = realloc(g->line, (g->line_count + 64) * sizeof *g->line);
        must(g->line != NULL, "there is memory");
        g->line[g->line_count++] = line;
    }
    must(pread(g->fd, &g->identity, sizeof g->identity, 0) == sizeof g->identity,
         "the ring has an identity");
}

static void restore(const struct golden *g)
{
    must(ftruncate(g->fd, 0) == 0 && ftruncate(g->fd, (off_t)g->bytes) == 0, "there is room");
    for (size_t i = 0; i < g->line_count; i++) {
        uint64_t left = g->bytes - g->line[i].at, n = left < LINE ? left : LINE;
        must(pwrite(g->fd, g->line[i].bytes, n, (off_t)g->line[i].at) == (ssize_t)n,
             "the ring can be written");
    }
}

/* ---- the input ---- */

static uint64_t number(const uint8_t *data, unsigned bytes)
{
    uint64_t n = 0;
    for (unsigned i = bytes; i-- > 0;)
        n = n << 8 | data[i];
    return n;
}

static struct plan plan_of(const struct golden *golden, const uint8_t *head)
{
    return (struct plan){.start = (enum acd_cursor_start)((head[0] & 3) % STARTS),
                         .ring = &golden[(head[0] >> 2 & 1) % GOLDEN_COUNT],
                         .cut_early = head[0] & 8,
                         .cut_late = head[0] & 16,
                         .first = head[1],
                         .keep = number(head + 2, 2),
                         .batch = (size_t)head[4] + 1,
                         .levels = (uint32_t)number(head + 5, 3)};
}

static struct patch patch_of(const uint8_t *data)
{
    return (struct patch){.part = data[0] % (1 + ACD_SEC_COUNT),
                          .width = 1u << (data[1] & 3),
                          .how = data[1] >> 2 & 3,
                          .at = number(data + 2, 2),
                          .value = number(data + 4, 8)};
}

/* Do the records that a ring gives not depend on this part? */
static bool is_beside_lanes(unsigned part)
{
    return part == 1 + ACD_SEC_CONTROL ||
           (part > 1 + ACD_SEC_DIRECTORY && part < 1 + ACD_SEC_OVERFLOW) ||
           part == 1 + ACD_SEC_SHARED;
}

static void apply(const struct golden *g, const struct patch *p)
{
    const struct acd_section *s = &g->identity.section[p->part - (p->part > 0)];
    uint64_t offset = p->part > 0 ? s->offset : 0;
    uint64_t bytes = p->part > 0 ? s->bytes : sizeof g->identity, value = 0;
    if (bytes < p->width)
        return;
    off_t at = (off_t)(offset + p->at % (bytes / p->width) * p->width);
    if (pread(g->fd, &value, p->width, at) != (ssize_t)p->width)
        return; /* cut away */
    switch (p->how) {
    case 0: value = p->value; break;
    case 1: value += p->value; break;
    case 2: value ^= p->value; break;
    default: value -= p->value;
    }
    must(pwrite(g->fd, &value, p->width, at) == (ssize_t)p->width, "the ring can be written");
}

static void cut(const struct plan *plan)
{
    off_t keep = (off_t)(plan->ring->bytes * plan->keep >> 16);
    must(ftruncate(plan->ring->fd, keep) == 0, "the file can be cut");
}

/* ---- reading it ---- */

/* Looks at each byte, so that one outside is noticed. */
static void look_at(const char *bytes, size_t length)
{
    static volatile unsigned char sum;
    for (size_t i = 0; i < length; i++)
        sum = (unsigned char)(sum + (unsigned char)bytes[i]);
}

static void check_site(const struct acd_site_info *info)
{
    const struct acd_site *s = &info->site;
    uint64_t length = (uint64_t)s->message.length + s->file.length;
    must(s->fields <= ACD_SITE_FIELDS_MAX && s->level <= 3, "a site keeps its limits");
    must(info->same_as <= ACD_SITES, "a site is the same as another one");
    look_at(s->message.bytes, s->message.length);
    look_at(s->file.bytes, s->file.length);
    for (unsigned i = 0; i < s->fields; i++) {
        look_at(s->key[i].name.bytes, s->key[i].name.length);
        length += s->key[i].name.length;
    }
    must(length <= ACD_SITE_BYTES_MAX, "a site's texts fit it");
}

static void check_event(const struct acd_record *record, const struct acd_site *site)
{
    struct acd_event_view e;
    const char *from = (const char *)record->payload, *to = from + record->payload_bytes + 7;
    acd_record_decode(&e, record, site);
    must(e.count <= ACD_FIELDS_MAX, "fields have room");
    for (unsigned i = 0; i < e.count; i++) {
        const struct acd_text *t = &e.field[i].text;
        look_at(e.field[i].key.bytes, e.field[i].key.length);
        if (!t->bytes)
            continue;
        must(t->bytes >= from && t->length <= to - t->bytes, "a text lies in its record");
        look_at(t->bytes, t->length);
    }
    look_at(e.request.text.bytes, e.request.text.length);
}

static int take(void *context, const struct acd_item *item)
{
    struct run *r = context;
    struct outcome *o = &r->outcome;
    r->items++;
    must(item->lane < acd_ringmap_lanes(r->ring), "an item is of a lane");
    must(acd_clockmap_duration_ns(&r->clock, item->ticks, item->ticks) == 0, "no time is none");
    acd_clockmap_realtime_ns(&r->clock, item->ticks);
    acd_clockmap_monotonic_ns(&r->clock, item->ticks);
    if (item->kind != ACD_ITEM_RECORD) {
        must(item->count > 0, "a gap is of something");
        *(item->kind == ACD_ITEM_LOST ? &o->lost : &o->unreadable) += item->count;
        return 0;
    }
    o->records++;
    must(item->record.payload_bytes <= ACD_RECORD_BYTES_MAX, "a record keeps its limit");
    must(item->record.site <= ACD_W2_SITE_MASK, "a site's number is one");
    look_at((const char *)item->record.payload, item->record.payload_bytes);
    if (item->site)
        check_site(item->site);
    check_event(&item->record, item->site ? &item->site->site : NULL);
    return 0;
}

/* To the end.  A position is read once and belongs to one cell, and each record or hole has at most two
 * gaps before it; more than that would be a reader that does not come on. */
static void drain(struct run *r, struct acd_follow *f, size_t batch)
{
    uint64_t records = r->outcome.records, items = r->items;
    while (acd_follow_drain(f, batch, take, r) == batch)
        must(r->items - items <= 4 * r->records_most + 64, "draining ends");
    must(r->outcome.records - records <= r->records_most, "a cell makes one record");
    acd_follow_stats(f, &r->outcome.stats);
    must(r->outcome.stats.seen == r->outcome.records, "what was given was seen");
    must(r->outcome.stats.overrun == r->outcome.lost, "what was lost was told");
    must(r->outcome.stats.unreadable == r->outcome.unreadable, "what was skipped was told");
    acd_follow_behind(f);
}

static bool ends(const char *text, size_t room)
{
    return memchr(text, 0, room) != NULL;
}

static void check_rows(const struct acd_totals *t)
{
    must(t->cache_count <= ACD_CACHE_ROWS && t->timer_count <= ACD_TIMERS + 1 &&
             t->running_count <= ACD_RUNNING && t->error_count <= ACD_ERRORS + 1,
         "tables keep their limits");
    for (size_t i = 0; i < t->cache_count; i++) {
        const struct acd_cache_total *c = &t->cache[i];
        must(ends(c->type, sizeof c->type) && ends(c->model, sizeof c->model),
             "a cache's name ends");
        for (unsigned n = 0; n < ACD_REASONS; n++)
            must(ends(c->reason_name[n], sizeof c->reason_name[n]), "a reason's name ends");
    }
    for (size_t i = 0; i < t->running_count; i++)
        must(ends(t->running[i].timer, sizeof t->running[i].timer) &&
                 ends(t->running[i].checkpoint, sizeof t->running[i].checkpoint) &&
                 ends(t->running[i].request_text, sizeof t->running[i].request_text),
             "a running timer's texts end");
    for (size_t i = 0; i < t->error_count; i++)
        must(ends(t->error[i].type, sizeof t->error[i].type) &&
                 ends(t->error[i].provider, sizeof t->error[i].provider) &&
                 ends(t->error[i].model, sizeof t->error[i].model) &&
                 ends(t->error[i].message, sizeof t->error[i].message) &&
                 ends(t->error[i].file, sizeof t->error[i].file),
             "an error's texts end");
}

static void read_totals(struct run *r)
{
    uint64_t bucket[ACD_HISTOGRAM_BUCKETS] = {0};
    struct acd_totals t = {0};
    must(acd_totals_read(&t, r->ring) == 0, "there is memory");
    check_rows(&t);
    for (size_t i = 0; i < t.timer_count; i++) {
        const struct acd_timer_total *timer = &t.timer[i];
        must(ends(timer->name, sizeof timer->name), "a timer's name ends");
        must(timer->label_count <= ACD_TIMER_LABELS + 1, "labels keep their limit");
        acd_totals_histogram(r->ring, timer->name, NULL, bucket);
        for (unsigned n = 0; n < timer->label_count; n++) {
            must(ends(timer->label[n].name, sizeof timer->label[n].name), "a label ends");
            acd_totals_histogram(r->ring, timer->name, timer->label[n].name, bucket);
        }
    }
    r->outcome.written = t.events.written;
    acd_totals_fini(&t);
}

static void read_control(const struct acd_ringmap *ring, uint32_t levels)
{
    const struct acd_identity *id = acd_ringmap_identity(ring);
    struct acd_now now = {id->opened.monotonic_ns, id->opened.realtime_ns};
    struct acd_control_state s;
    struct acd_control_request request = {.levels = levels, .who = "somebody"};
    unsigned change = 0;
    acd_control_read(ring, &now, &s);
    must(ends(s.who, sizeof s.who), "who ends");
    must(!s.leased || !s.expired, "a lease runs or has ended");
    if (acd_control_restore(ring, &now) < 0 ||
        acd_control_set(ring, &request, &now, &change, NULL) < 0)
        return;
    acd_control_read(ring, &now, &s);
    uint64_t shrunk[2];
    must(acd_ringmap_shrank(ring, shrunk) || (s.levels == levels && s.change == change),
         "the levels that were set are read");
}

/* The rest of the last page is not the file's: there, reading is a fault as well.  Empty when the
 * mapping ends with a page. */
static void *behind(const struct acd_ringmap *ring, size_t *ret_bytes)
{
    const struct acd_identity *id = acd_ringmap_identity(ring);
    const char *control = (const char *)acd_ringmap_control(ring);
    uint64_t bytes = id->file_bytes;
    *ret_bytes = (size_t)((PAGE - bytes % PAGE) % PAGE);
    return (void *)(uintptr_t)(control - id->section[ACD_SEC_CONTROL].offset + bytes);
}

/* Patches from `from` to `to`. */
static void patch(const struct plan *plan, const uint8_t *data, unsigned from, unsigned to)
{
    for (unsigned i = from; i < to; i++) {
        struct patch p = patch_of(data + i * PATCH_BYTES);
        apply(plan->ring, &p);
    }
}

static void read_ring(struct run *r, const struct plan *plan, const uint8_t *data, unsigned patches)
{
    struct acd_follow *f;
    unsigned first = plan->first < patches ? plan->first : patches;
    acd_clockmap_init(&r->clock, acd_ringmap_identity(r->ring));
    acd_clockmap_update(&r->clock, r->ring);
    must(acd_follow_new(&f, r->ring, plan->start) == 0, "there is memory");
    if (first < patches) {
        acd_follow_drain(f, plan->batch, take, r);
        patch(plan, data, first, patches);
    }
    if (plan->cut_late)
        cut(plan);
    drain(r, f, plan->batch);
    for (uint32_t i = 0; i <= ACD_SITES; i++) {
        const struct acd_site_info *site = acd_sites_get(acd_follow_sites(f), i);
        if (site)
            check_site(site);
    }
    read_totals(r);
    read_control(r->ring, plan->levels);
    acd_clockmap_update(&r->clock, r->ring);
    acd_follow_skip(f);
    acd_follow_free(f);
}

/* @return was it a ring? */
static bool play(struct outcome *ret, const struct plan *plan, const uint8_t *data,
                 unsigned patches)
{
    struct acd_ringmap *ring = NULL;
    struct acd_problem why = {0};
    patch(plan, data, 0, plan->first < patches ? plan->first : patches);
    if (plan->cut_early)
        cut(plan);
    if (acd_ringmap_open(&ring, AT_FDCWD, plan->ring->path, 0, &why) < 0) {
        must(why.text[0] != 0 && ends(why.text, sizeof why.text), "it says why");
        return false;
    }
    struct run r = {.ring = ring, .records_most = plan->ring->bytes / ACD_CELL_BYTES};
    size_t rest;
    void *end = behind(ring, &rest);
    ASAN_POISON_MEMORY_REGION(end, rest);
    read_ring(&r, plan, data, patches);
    ASAN_UNPOISON_MEMORY_REGION(end, rest);
    acd_ringmap_close(ring);
    *ret = r.outcome;
    return true;
}

/* ---- all together ---- */

static struct acd_scratch scratch;

static void remove_scratch(void)
{
    acd_scratch_remove(&scratch);
}

/* That the comparison with the whole ring can fail: five records more, which nobody wrote. */
static void check_control(const struct golden *g)
{
    static const uint8_t more[PATCH_BYTES] = {1 + ACD_SEC_LANES_BIG, 3 | 1 << 2,
                                              offsetof(struct acd_lane, records) / 8, 0, 5};
    struct plan plan = {.ring = g, .start = ACD_CURSOR_FIRST, .first = 1, .batch = 1};
    struct outcome outcome;
    restore(g);
    must(!is_beside_lanes(more[0]), "a lane is not beside the lanes");
    must(play(&outcome, &plan, more, 1) && outcome.lost == g->whole[ACD_CURSOR_FIRST].lost + 5 &&
             outcome.records == g->whole[ACD_CURSOR_FIRST].records,
         "records that were counted and never written are lost");
}

static void open_golden(struct golden *g, const char *name)
{
    char hex[512];
    const char *srcdir = getenv("srcdir");
    snprintf(hex, sizeof hex, "%s/tests/support/rings/%s.hex", srcdir ? srcdir : ".", name);
    snprintf(g->path, sizeof g->path, "%s/%s.1.acr", scratch.path, name);
    acd_ringhex_unpack(hex, g->path);
    g->fd = open(g->path, O_RDWR | O_CLOEXEC);
    must(g->fd >= 0, "the ring can be opened");
    read_lines(g);
    for (unsigned i = 0; i < STARTS; i++) {
        struct plan plan = {.ring = g, .start = (enum acd_cursor_start)i, .batch = SIZE_MAX};
        restore(g);
        must(play(&g->whole[i], &plan, NULL, 0), "a golden ring is one");
        must(i == ACD_CURSOR_NOW || g->whole[i].records > 0, "a golden ring has records");
    }
    check_control(g);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct golden golden[GOLDEN_COUNT];
    if (!scratch.path[0]) {
        must(acd_guard_install() == 0, "a file that is cut can be read");
        acd_scratch_make(&scratch);
        atexit(remove_scratch);
        for (size_t i = 0; i < GOLDEN_COUNT; i++)
            open_golden(&golden[i], golden_name[i]);
    }
    if (size < HEAD_BYTES)
        return 0;
    struct plan plan = plan_of(golden, data);
    size_t patches = (size - HEAD_BYTES) / PATCH_BYTES;
    if (patches > PATCHES_MOST)
        patches = PATCHES_MOST;
    bool beside = !plan.cut_early && !plan.cut_late;
    for (size_t i = 0; i < patches; i++)
        beside = beside && is_beside_lanes(patch_of(data + HEAD_BYTES + i * PATCH_BYTES).part);
    struct outcome outcome;
    restore(plan.ring);
    bool opened = play(&outcome, &plan, data + HEAD_BYTES, (unsigned)patches);
    if (getenv("ACD_FUZZ_SHOW") && opened)
        fprintf(stderr, "%s: records %ju lost %ju unreadable %ju%s\n", plan.ring->path,
                (uintmax_t)outcome.records, (uintmax_t)outcome.lost, (uintmax_t)outcome.unreadable,
                beside ? ", as without patches" : "");
    must(!beside || opened, "what lies beside the lanes leaves it a ring");
    must(!beside || memcmp(&outcome, &plan.ring->whole[plan.start], sizeof outcome) == 0,
         "what lies beside the lanes leaves the records as they were");
    return 0;
}
