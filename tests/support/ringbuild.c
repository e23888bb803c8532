/* SPDX-License-Identifier: MIT */
/* Rings by hand, see ringbuild.h.  Numbers are those of emitter/FORMAT.md. */
#include "config.h"

#include "tests/support/ringbuild.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGE 4096u
#define CELL 64u
#define SHARED_BYTES 10968u
#define COUNTS_BYTES 320u

static void die(const char *what)
{
    perror(what);
    exit(99);
}

/* ---- words ---- */

static uint64_t *word_at(const struct acd_ringbuild *rb, uint64_t offset)
{
    if (offset % 8 || offset > rb->bytes - 8) {
        fprintf(stderr, "ringbuild: no word at %llu\n", (unsigned long long)offset);
        exit(99);
    }
    return (uint64_t *)(void *)(rb->base + offset);
}

uint64_t acd_ringbuild_get(const struct acd_ringbuild *rb, uint64_t offset)
{
    return __atomic_load_n(word_at(rb, offset), __ATOMIC_ACQUIRE);
}

void acd_ringbuild_set(struct acd_ringbuild *rb, uint64_t offset, uint64_t value)
{
    __atomic_store_n(word_at(rb, offset), value, __ATOMIC_RELEASE);
}

void acd_ringbuild_add(struct acd_ringbuild *rb, uint64_t offset, uint64_t value)
{
    acd_ringbuild_set(rb, offset, acd_ringbuild_get(rb, offset) + value);
}

void acd_ringbuild_set32(struct acd_ringbuild *rb, uint64_t offset, uint32_t value)
{
    memcpy(rb->base + offset, &value, sizeof value);
}

static void set16(struct acd_ringbuild *rb, uint64_t offset, uint16_t value)
{
    memcpy(rb->base + offset, &value, sizeof value);
}

void acd_ringbuild_text(struct acd_ringbuild *rb, uint64_t offset, size_t room, const char *text)
{
    size_t n = strnlen(text ? text : "", room);
    memset(rb->base + offset, 0, room);
    memcpy(rb->base + offset, text ? text : "", n);
}

uint64_t acd_ringbuild_at(const struct acd_ringbuild *rb, enum acd_ringbuild_section section,
                          uint64_t index)
{
    return rb->offset[section] + index * rb->stride[section];
}

/* ---- the file ---- */

static uint64_t or_else(uint64_t value, uint64_t normal)
{
    return value ? value : normal;
}

struct plan {
    uint64_t count[RB_SECTIONS];
    uint64_t bytes[RB_SECTIONS];
};

static uint64_t lay_out(struct acd_ringbuild *rb, struct plan *plan,
                        const struct acd_ringbuild_options *o)
{
    uint64_t small = ACD_RINGBUILD_LANE_HEAD + rb->lane_cells[1] * CELL;
    const struct {
        uint64_t count, stride;
    } parts[RB_SECTIONS] = {
        [RB_CONTROL] = {1, PAGE},
        [RB_SHARED] = {1, SHARED_BYTES},
        [RB_DIRECTORY] = {rb->big_lanes + or_else(o->small_lanes, 1), 8},
        [RB_SITE_INDEX] = {or_else(o->sites, 32), 8},
        [RB_SITE_ARENA] = {or_else(o->sites, 32) * 16, 8},
        [RB_CACHES] = {or_else(o->caches, 33), 960},
        [RB_TIMERS] = {or_else(o->timers, 4), 1488},
        [RB_HISTOGRAMS] = {or_else(o->histograms, 4), 8192},
        [RB_RUNNING] = {or_else(o->running, 4), 128},
        [RB_ERRORS] = {or_else(o->errors, 4), 640},
        [RB_OVERFLOW] = {1, small},
        [RB_LANES_BIG] = {rb->big_lanes, ACD_RINGBUILD_LANE_HEAD + rb->lane_cells[0] * CELL},
        [RB_LANES_SMALL] = {or_else(o->small_lanes, 1), small},
    };
    uint64_t at = PAGE;
    for (unsigned i = 0; i < RB_SECTIONS; i++) {
        rb->offset[i] = at;
        rb->stride[i] = parts[i].stride;
        plan->count[i] = parts[i].count;
        plan->bytes[i] = parts[i].count * parts[i].stride;
        at = (at + plan->bytes[i] + CELL - 1) / CELL * CELL;
    }
    return at;
}

static void identify(struct acd_ringbuild *rb, const struct plan *plan,
                     const struct acd_ringbuild_options *o)
{
    memcpy(rb->base, "ACDRING\n", 8);
    acd_ringbuild_set32(rb, 8, 0x01020304);
    set16(rb, 12, 1);
    set16(rb, 14, 0);
    acd_ringbuild_set(rb, 32, rb->bytes);
    acd_ringbuild_set32(rb, 40, PAGE);
    acd_ringbuild_set32(rb, 44, ACD_RINGBUILD_LANE_HEAD);
    acd_ringbuild_set32(rb, 48, 4121);
    acd_ringbuild_set32(rb, 52, 1000);
    acd_ringbuild_set(rb, 72, 1);
    acd_ringbuild_set32(rb, 80, (uint32_t)or_else(o->clock_kind, 1));
    acd_ringbuild_set32(rb, 84, o->start_levels);
    acd_ringbuild_set32(rb, 92, RB_SECTIONS);
    acd_ringbuild_set(rb, 96, or_else(o->opened[0], 1000));
    acd_ringbuild_set(rb, 104, or_else(o->opened[1], 1000));
    acd_ringbuild_set(rb, 112, or_else(o->opened[2], UINT64_C(1000000000000000000)));
    acd_ringbuild_text(rb, 120, 40, "00000000-1111-2222-3333-444444444444");
    acd_ringbuild_text(rb, 160, 64, o->app ? o->app : "built");
    acd_ringbuild_text(rb, 224, 64, "example");
    for (unsigned i = 0; i < RB_SECTIONS; i++) {
        uint64_t at = 288 + i * 24;
        acd_ringbuild_set(rb, at, rb->offset[i]);
        acd_ringbuild_set(rb, at + 8, plan->bytes[i]);
        acd_ringbuild_set32(rb, at + 16, (uint32_t)plan->count[i]);
        acd_ringbuild_set32(rb, at + 20, (uint32_t)rb->stride[i]);
    }
}

void acd_ringbuild_make(struct acd_ringbuild *rb, const char *path,
                        const struct acd_ringbuild_options *options)
{
    struct acd_ringbuild_options o = {0};
    struct plan plan;
    if (options)
        o = *options;
    memset(rb, 0, sizeof *rb);
    rb->big_lanes = (unsigned)or_else(o.big_lanes, 1);
    rb->lane_cells[0] = or_else(o.big_cells, 64);
    rb->lane_cells[1] = or_else(o.small_cells, 64);
    rb->sites_used = 1;
    rb->bytes = lay_out(rb, &plan, &o);
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0 || ftruncate(fd, (off_t)rb->bytes) < 0)
        die(path);
    void *base = mmap(NULL, rb->bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (base == MAP_FAILED)
        die(path);
    close(fd);
    rb->base = base;
    identify(rb, &plan, &o);
    acd_ringbuild_set(rb, rb->offset[RB_CONTROL], o.start_levels);
    acd_ringbuild_set(rb, rb->offset[RB_SHARED] + 48, 1);
    acd_ringbuild_set(rb, rb->offset[RB_OVERFLOW] + 8, rb->lane_cells[1]);
}

void acd_ringbuild_open(struct acd_ringbuild *rb, const char *path)
{
    struct stat st;
    int fd = open(path, O_RDWR | O_CLOEXEC);
    memset(rb, 0, sizeof *rb);
    if (fd < 0 || fstat(fd, &st) < 0)
        die(path);
    rb->bytes = (uint64_t)st.st_size;
    void *base = mmap(NULL, rb->bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (base == MAP_FAILED)
        die(path);
    close(fd);
    rb->base = base;
    for (unsigned i = 0; i < RB_SECTIONS; i++) {
        rb->offset[i] = acd_ringbuild_get(rb, 288 + i * 24);
        rb->stride[i] = acd_ringbuild_get(rb, 288 + i * 24 + 16) >> 32;
    }
}

void acd_ringbuild_close(struct acd_ringbuild *rb)
{
    munmap(rb->base, rb->bytes);
    rb->base = NULL;
}

/* ---- sites and payload ---- */

static uint64_t append(struct acd_ringbuild *rb, uint64_t at, const char *text)
{
    size_t n = strlen(text);
    memcpy(rb->base + at, text, n);
    return at + n;
}

unsigned acd_ringbuild_register(struct acd_ringbuild *rb, const struct acd_ringbuild_site *s)
{
    uint64_t start = rb->offset[RB_SITE_ARENA] + rb->arena_used, at = start;
    acd_ringbuild_set(rb, at,
                      s->kind | s->category << 8 | s->level << 16 | (uint64_t)s->fields << 24 |
                          (uint64_t)s->line << 32);
    acd_ringbuild_set(rb, at + 8, strlen(s->message) | strlen(s->file) << 16);
    at += 16;
    for (unsigned i = 0; i < s->fields; i++, at += 8)
        acd_ringbuild_set(rb, at,
                          s->key[i].type | s->key[i].flags << 8 | strlen(s->key[i].name) << 16);
    at = append(rb, at, s->message);
    at = append(rb, at, s->file);
    for (unsigned i = 0; i < s->fields; i++)
        at = append(rb, at, s->key[i].name);
    uint64_t bytes = (at - start + 7) / 8 * 8;
    unsigned number = rb->sites_used++;
    acd_ringbuild_set(rb, acd_ringbuild_at(rb, RB_SITE_INDEX, number),
                      UINT64_C(1) << 63 | bytes << 32 | rb->arena_used);
    rb->arena_used += bytes;
    acd_ringbuild_add(rb, rb->offset[RB_SHARED] + 48, 1);
    acd_ringbuild_set(rb, rb->offset[RB_SHARED] + 56, rb->arena_used);
    return number;
}

void acd_ringbuild_put(struct acd_ringbuild_payload *p, uint64_t word)
{
    p->word[p->count++] = word;
}

static void put_bytes(struct acd_ringbuild_payload *p, const char *text)
{
    size_t n = strlen(text), words = (n + 7) / 8;
    if (words > 0)
        p->word[p->count + words - 1] = 0;
    memcpy(&p->word[p->count], text, n);
    p->count += words;
}

void acd_ringbuild_put_text(struct acd_ringbuild_payload *p, const char *text)
{
    uint64_t n = strlen(text);
    acd_ringbuild_put(p, n | n << 32);
    put_bytes(p, text);
}

void acd_ringbuild_put_key(struct acd_ringbuild_payload *p, unsigned type, unsigned flags,
                           const char *key)
{
    acd_ringbuild_put(p, type | flags << 8 | (uint64_t)strlen(key) << 16);
    put_bytes(p, key);
}

/* ---- lanes ---- */

void acd_ringbuild_lane(struct acd_ringbuild_writer *ret_writer, struct acd_ringbuild *rb,
                        unsigned slot, uint32_t thread)
{
    struct acd_ringbuild_writer w = {.rb = rb};
    if (slot == RB_OVERFLOW_SLOT) {
        w.slot = rb->offset[RB_OVERFLOW];
        w.cells = rb->lane_cells[1];
        *ret_writer = w;
        return;
    }
    unsigned small = slot >= rb->big_lanes;
    w.slot = acd_ringbuild_at(rb, small ? RB_LANES_SMALL : RB_LANES_BIG,
                              small ? slot - rb->big_lanes : slot);
    w.cells = rb->lane_cells[small];
    acd_ringbuild_set(rb, w.slot + 8, w.cells);
    acd_ringbuild_set(rb, w.slot, UINT64_C(1) << 32 | thread);
    acd_ringbuild_set(rb, acd_ringbuild_at(rb, RB_DIRECTORY, slot), 1);
    *ret_writer = w;
}

uint64_t acd_ringbuild_cells_of(uint64_t payload_words)
{
    return payload_words <= 5 ? 1 : 1 + (payload_words - 5 + 6) / 7;
}

uint64_t acd_ringbuild_cell(const struct acd_ringbuild_writer *w, uint64_t position, unsigned word)
{
    return w->slot + ACD_RINGBUILD_LANE_HEAD + position % w->cells * CELL + 8 * word;
}

static void set_relaxed(struct acd_ringbuild *rb, uint64_t offset, uint64_t value)
{
    __atomic_store_n(word_at(rb, offset), value, __ATOMIC_RELAXED);
}

/* Pairs with acd_shared_fence(). */
static void fence_release(void)
{
#if defined(__SANITIZE_THREAD__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wtsan"
#endif
    __atomic_thread_fence(__ATOMIC_RELEASE);
#if defined(__SANITIZE_THREAD__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif
}

void acd_ringbuild_mark(struct acd_ringbuild_writer *w, uint64_t payload_words)
{
    for (uint64_t i = 0; i < acd_ringbuild_cells_of(payload_words); i++)
        set_relaxed(w->rb, acd_ringbuild_cell(w, w->position + i, 0), (w->position + i) << 2 | 1);
    fence_release();
}

void acd_ringbuild_fill(struct acd_ringbuild_writer *w, uint64_t ticks, uint64_t word2,
                        const struct acd_ringbuild_payload *p)
{
    uint64_t count = p ? p->count : 0, at = w->position;
    set_relaxed(w->rb, acd_ringbuild_cell(w, at, 1), ticks);
    set_relaxed(w->rb, acd_ringbuild_cell(w, at, 2), word2 | count * 8 | w->ordinal << 32);
    unsigned word = 3;
    for (uint64_t i = 0; i < count; i++, word++) {
        if (word == 8) {
            at++;
            word = 1;
        }
        set_relaxed(w->rb, acd_ringbuild_cell(w, at, word), p->word[i]);
    }
}

void acd_ringbuild_stamp(struct acd_ringbuild_writer *w, uint64_t payload_words)
{
    for (uint64_t i = acd_ringbuild_cells_of(payload_words); i-- > 1;)
        acd_ringbuild_set(w->rb, acd_ringbuild_cell(w, w->position + i, 0),
                          (w->position + i) << 2 | 3);
    acd_ringbuild_set(w->rb, acd_ringbuild_cell(w, w->position, 0), w->position << 2 | 2);
}

void acd_ringbuild_publish(struct acd_ringbuild_writer *w, uint64_t payload_words)
{
    w->position += acd_ringbuild_cells_of(payload_words);
    w->ordinal++;
    acd_ringbuild_set(w->rb, w->slot + 64, w->position);
    acd_ringbuild_set(w->rb, w->slot + 72, w->ordinal);
}

void acd_ringbuild_write(struct acd_ringbuild_writer *w, uint64_t ticks, uint64_t word2,
                         const struct acd_ringbuild_payload *payload)
{
    uint64_t words = payload ? payload->count : 0;
    acd_ringbuild_mark(w, words);
    acd_ringbuild_fill(w, ticks, word2, payload);
    acd_ringbuild_stamp(w, words);
    acd_ringbuild_publish(w, words);
}

/* ---- tables ---- */

static void mark_ready(struct acd_ringbuild *rb, uint64_t bitmap, unsigned row)
{
    uint64_t at = rb->offset[RB_SHARED] + bitmap + row / 64 * 8;
    acd_ringbuild_set(rb, at, acd_ringbuild_get(rb, at) | UINT64_C(1) << row % 64);
}

uint64_t acd_ringbuild_shared_counts(const struct acd_ringbuild *rb, unsigned row)
{
    return rb->offset[RB_SHARED] + 408 + row * COUNTS_BYTES;
}

uint64_t acd_ringbuild_lane_counts(uint64_t slot, unsigned row)
{
    return slot + 128 + row * COUNTS_BYTES;
}

uint64_t acd_ringbuild_cache(struct acd_ringbuild *rb, unsigned row, const char *type,
                             const char *model)
{
    uint64_t at = acd_ringbuild_at(rb, RB_CACHES, row);
    acd_ringbuild_text(rb, at, 64, type);
    acd_ringbuild_text(rb, at + 64, 64, model);
    mark_ready(rb, 104, row);
    return at;
}

uint64_t acd_ringbuild_timer(struct acd_ringbuild *rb, unsigned row, const char *name)
{
    uint64_t at = acd_ringbuild_at(rb, RB_TIMERS, row);
    acd_ringbuild_text(rb, at, 64, name);
    mark_ready(rb, 112, row);
    return at;
}

uint64_t acd_ringbuild_label(struct acd_ringbuild *rb, uint64_t timer, unsigned label,
                             const char *name)
{
    uint64_t at = timer + 128 + label * 80;
    acd_ringbuild_text(rb, at, 48, name);
    acd_ringbuild_set(rb, timer + 88, acd_ringbuild_get(rb, timer + 88) | UINT64_C(1) << label);
    return at + 48;
}

void acd_ringbuild_error(struct acd_ringbuild *rb, unsigned row,
                         const struct acd_ringbuild_error *e)
{
    uint64_t at = acd_ringbuild_at(rb, RB_ERRORS, row);
    acd_ringbuild_set(rb, at, e->count);
    acd_ringbuild_set(rb, at + 8, e->first);
    acd_ringbuild_set(rb, at + 16, e->last);
    acd_ringbuild_set(rb, at + 32, (uint64_t)e->status);
    acd_ringbuild_text(rb, at + 40, 48, e->type);
    acd_ringbuild_text(rb, at + 88, 48, e->provider);
    acd_ringbuild_text(rb, at + 136, 64, e->model);
    acd_ringbuild_text(rb, at + 200, 200, e->message);
    acd_ringbuild_text(rb, at + 400, 192, e->file);
    mark_ready(rb, 128, row);
}
