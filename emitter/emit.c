/* SPDX-License-Identifier: MIT */
/*
 * The hot path: from a site and its values to cells.  No allocation, no lock, no system call but in
 * the slow paths that a thread, a site or a ring takes once.  errno is kept throughout.
 */
#include "config.h"

#include "emitter/emit.h"

#include <errno.h>
#include <string.h>

#include "emitter/format/kinds.h"
#include "emitter/format/record.h"
#include "emitter/format/secrets.h"
#include "emitter/format/utf8.h"
#include "emitter/text.h"

#define RETRY_LANE_EVERY 4096
#define ASK_HOLDER_EVERY 64
#define DYNAMIC_FIELDS_MAX 48
#define KEY_BYTES_MAX 127
#define UNCUT UINT64_MAX

/* ---- turns ---- */

/* A signal handler inside an emit, or a thread whose emit a longjmp left: no lane of its own. */
bool acd_turn_begin_nested(struct acd_turn *turn)
{
    turn->nested = true;
    turn->own = false;
    turn->ring = acd_emitter_ring();
    return turn->ring != NULL;
}

/* The thread's first emit into this ring. */
bool acd_turn_begin_new(struct acd_turn *turn)
{
    struct acd_thread *t = turn->thread;
    struct acd_ring *ring = acd_emitter_ring();
    if (!ring) {
        acd_set(&t->busy, 0);
        return false;
    }
    int saved = errno;
    t->ring = ring;
    acd_lanes_claim(t, ring);
    t->generation = ring->generation;
    t->site_base = ring->generation << ACD_SITE_CACHE_SHIFT;
    turn->ring = ring;
    turn->nested = false;
    turn->own = t->writer.cells != NULL;
    if (turn->own)
        acd_emit_thread(turn);
    else
        acd_add(&ring->shared->lanes_shared, 1);
    errno = saved;
    return true;
}

uint64_t acd_turn_now(const struct acd_turn *turn)
{
    struct acd_ring *ring = turn->ring;
    uint64_t now = acd_clock_now(ring->clock);
    if (ACD_UNLIKELY(acd_get(&ring->control->word) != acd_get(&ring->control_seen) ||
                     now >= acd_get(&ring->check_ticks)))
        acd_levels_check(turn, now);
    return now;
}

bool acd_turn_on(const struct acd_turn *turn, unsigned category, unsigned level)
{
    return acd_levels_get(acd_get(&turn->ring->control->word), category) >= level;
}

/* ---- encoding ---- */

/* How much of a text fits into what is left for texts. */
static inline uint64_t text_share(uint64_t bytes, uint64_t *left)
{
    uint64_t most = bytes < UINT32_MAX ? bytes : UINT32_MAX;
    if (ACD_LIKELY(*left == UNCUT))
        return most;
    uint64_t take = acd_padded(most) <= *left ? most : *left & ~UINT64_C(7);
    *left -= acd_padded(take);
    return take;
}

static inline uint64_t value_bytes(unsigned type, const struct acdebug_priv_value *v,
                                   uint64_t *left)
{
    return acd_type_is_text(type) ? 8 + acd_padded(text_share(v->bytes, left)) : 8;
}

static uint64_t key_bytes(const acdebug_field *f)
{
    return acd_utf8_cut(f->key, f->key_bytes, KEY_BYTES_MAX);
}

static inline uint64_t fields_bytes(const struct acd_emission *e, uint64_t shape, uint64_t *left)
{
    uint64_t bytes = 0;
    const struct acdebug_priv_site *site = e->site;
    for (unsigned i = 0; i < site->fields; i++)
        if (ACD_LIKELY(!acd_shape_secret(shape, i)))
            bytes += value_bytes(site->keys[i].type, &e->values[i], left);
    for (size_t i = 0; i < e->fields_count; i++) {
        const acdebug_field *f = &e->fields[i];
        bytes += 8 + acd_padded(key_bytes(f));
        if (!acd_secrets_name(f->key, f->key_bytes))
            bytes += value_bytes(f->type, &f->value, left);
    }
    return bytes;
}

/* The last, incomplete word of a text of so many bytes, padded with NUL.  Behind whole words it is the end
 * of the text's last eight bytes: no branch depends on a length, which the next text's foils. */
ACD_ALWAYS_INLINE uint64_t tail_word(const char *s, uint64_t bytes)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    if (bytes > 8)
        return acd_word_at(s - (8 - (bytes & 7))) >> (64 - 8 * (bytes & 7));
    uint64_t word = 0;
    unsigned shift = 0;
    if (bytes & 4) {
        uint32_t part;
        memcpy(&part, s, 4);
        word = part;
        shift = 32;
        s += 4;
    }
    if (bytes & 2) {
        uint16_t part;
        memcpy(&part, s, 2);
        word |= (uint64_t)part << shift;
        shift += 16;
        s += 2;
    }
    if (bytes & 1)
        word |= (uint64_t)(unsigned char)*s << shift;
    return word;
#else
    uint64_t word = 0;
    memcpy(&word, s, bytes);
    return word;
#endif
}

ACD_ALWAYS_INLINE void put_bytes(struct acd_pen *pen, const char *s, uint64_t bytes)
{
    const char *end = s + (bytes & ~UINT64_C(7));
    if (pen->count > 2) {
        for (; s != end && pen->word != pen->edge; s += 8)
            acd_lane_put_in_cell(pen, acd_word_at(s));
        for (; end - s >= 8 * (ptrdiff_t)ACD_CONT_PAYLOAD_WORDS; s += 8 * ACD_CONT_PAYLOAD_WORDS)
            acd_lane_put_cell(pen, s);
    }
    for (; s != end; s += 8)
        acd_lane_put(pen, acd_word_at(s));
    if (bytes & 7)
        acd_lane_put(pen, tail_word(s, bytes));
}

static inline void put_value(struct acd_pen *pen, unsigned type, const struct acdebug_priv_value *v,
                             uint64_t *left)
{
    if (!acd_type_is_text(type)) {
        acd_lane_put(pen, v->bits);
        return;
    }
    uint64_t take = text_share(v->bytes, left);
    uint64_t full = v->bytes < UINT32_MAX ? v->bytes : UINT32_MAX;
    acd_lane_put(pen, acd_string_word((uint32_t)take, (uint32_t)full));
    put_bytes(pen, (const char *)(uintptr_t)v->bits, take);
}

static inline void put_fields(struct acd_pen *pen, const struct acd_emission *e, uint64_t shape,
                              uint64_t left)
{
    const struct acdebug_priv_site *site = e->site;
    for (unsigned i = 0; i < site->fields; i++)
        if (ACD_LIKELY(!acd_shape_secret(shape, i)))
            put_value(pen, site->keys[i].type, &e->values[i], &left);
    for (size_t i = 0; i < e->fields_count; i++) {
        const acdebug_field *f = &e->fields[i];
        bool secret = acd_secrets_name(f->key, f->key_bytes);
        uint64_t n = key_bytes(f);
        acd_lane_put(pen, acd_dynamic_word(f->type, secret ? ACD_FIELD_SECRET : 0, (uint32_t)n));
        put_bytes(pen, f->key, n);
        if (!secret)
            put_value(pen, f->type, &f->value, &left);
    }
}

/* `head` is the request's, read once: a handler may change it meanwhile, and the record still has the
 * words that were counted, and a length that takes them all. */
ACD_ALWAYS_INLINE void put_request(struct acd_pen *pen, const struct acd_request_id *r,
                                   uint64_t head)
{
    if (head == 0)
        return;
    if (head & ACD_W2_REQUEST_STR) {
        uint64_t bytes = (head & ACD_W2_BYTES_MASK) - 8, length = r->length;
        uint32_t n = (uint32_t)(acd_padded(length) == bytes ? length : bytes);
        acd_lane_put(pen, acd_string_word(n, n));
        for (uint64_t i = 0; i < bytes / 8; i++)
            acd_lane_put(pen, r->text[i]);
    } else {
        acd_lane_put(pen, r->number);
    }
}

/* A record too long for its lane: fewer run-time fields if need be, then shorter texts. */
static uint64_t shorten(struct acd_emission *e, uint64_t shape, uint64_t head, uint64_t most,
                        uint64_t *ret_left)
{
    for (;;) {
        uint64_t none = 0;
        uint64_t fixed = head + fields_bytes(e, shape, &none);
        if (fixed <= most || e->fields_count == 0) {
            *ret_left = fixed < most ? most - fixed : 0;
            break;
        }
        e->fields_count--;
    }
    uint64_t left = *ret_left;
    return head + fields_bytes(e, shape, &left);
}

static inline void write_record(struct acd_ring *ring, struct acd_lane_writer *w,
                                const struct acd_emission *emission, uint64_t now, uint32_t thread)
{
    struct acd_emission e = *emission;
    uint32_t number = acd_sites_number(ring, e.site);
    uint64_t shape = acd_site_shape_get(&e.site->shape);
    uint64_t left = UNCUT, request = e.request->head;
    uint64_t head = (thread ? 8 : 0) + (request & ACD_W2_BYTES_MASK);
    uint64_t bytes = head + fields_bytes(&e, shape, &left);
    if (ACD_UNLIKELY(bytes > w->payload_max)) {
        bytes = shorten(&e, shape, head, w->payload_max, &left);
        acd_add(&w->lane->cut, 1);
    }
    uint64_t word2 = bytes | (uint64_t)number << ACD_W2_SITE_SHIFT |
                     (request & ~ACD_W2_BYTES_MASK) | (thread ? ACD_W2_THREAD : 0);
    uint64_t cells = acd_cells_needed(bytes);
    bool row = acd_lane_row(w, cells);
    struct acd_pen pen = acd_lane_begin(w, cells, false, now, word2);
    if (thread)
        acd_lane_put(&pen, thread);
    put_request(&pen, e.request, request);
    put_fields(&pen, &e, shape, left);
    acd_lane_end(w, &pen);
    if (ACD_UNLIKELY(!row))
        acd_emitter_anchor(ring);
}

/* ---- the common case ---- */

/* The texts' bytes, padded, over the fields that the shape marks. */
ACD_ALWAYS_INLINE uint64_t texts_bytes(uint64_t shape, const struct acdebug_priv_value *values)
{
    uint64_t bytes = 0, texts = shape & ACD_SHAPE_TEXTS, rest;
    for (; (rest = texts & (texts - 1)) != 0; texts = rest)
        bytes += acd_padded(values[(unsigned)__builtin_ctzll(texts)].bytes);
    return bytes;
}

ACD_ALWAYS_INLINE void put_all(struct acd_pen *pen, uint64_t shape,
                               const struct acdebug_priv_value *values)
{
    for (shape &= ACD_SHAPE_TEXTS; shape > 1; shape >>= 1, values++) {
        uint64_t bits = values->bits;
        if (!(shape & 1)) {
            acd_lane_put(pen, bits);
            continue;
        }
        uint64_t bytes = values->bytes;
        acd_lane_put(pen, acd_string_word((uint32_t)bytes, (uint32_t)bytes));
        put_bytes(pen, (const char *)(uintptr_t)bits, bytes);
    }
}

/* A record whose site's shape tells all of it, but the texts' lengths.  Passed by value, as all here: a
 * struct whose address is taken stands in memory, which costs 3 ns. */
struct usual {
    const struct acdebug_priv_site *site;
    const struct acdebug_priv_value *values;
    const struct acd_request_id *request;
    uint64_t now;
};

struct usual_head {
    uint64_t shape, request, bytes;
    uint64_t word2; /* without its ordinal */
    bool usual;     /* else a record of another kind */
};

enum usual_result { NOT_USUAL, NOT_SHORT, WRITTEN };

ACD_ALWAYS_INLINE struct usual_head usual_head(const struct acd_thread *t, struct usual u)
{
    uint64_t number = acd_site_cache_get(&u.site->cache) - t->site_base; /* and then the shape */
    struct usual_head h = {.shape = acd_site_shape_get(&u.site->shape), .request = u.request->head};
    uint64_t own = (h.shape >> ACD_SHAPE_BYTES_SHIFT) + texts_bytes(h.shape, u.values);
    h.bytes = own + (h.request & ACD_W2_BYTES_MASK);
    h.word2 = own + h.request + number;
    h.usual = number - 1 < (UINT64_C(1) << ACD_SITE_CACHE_SHIFT) - 1;
    return h;
}

/* Inlined for each number of cells that its callers spell out. */
ACD_ALWAYS_INLINE void write_cells(struct acd_lane_writer *w, struct usual u, struct usual_head h,
                                   uint64_t cells, bool row)
{
    struct acd_pen pen = acd_lane_begin(w, cells, row, u.now, h.word2);
    put_request(&pen, u.request, h.request);
    put_all(&pen, h.shape, u.values);
    acd_lane_end(w, &pen);
}

#define SHORT_BYTES (8 * (ACD_FIRST_PAYLOAD_WORDS + ACD_CONT_PAYLOAD_WORDS))

/* A usual record of one or two cells in a row. */
ACD_ALWAYS_INLINE enum usual_result write_short(struct acd_thread *t, struct usual u)
{
    struct usual_head h = usual_head(t, u);
    if (ACD_UNLIKELY(!h.usual))
        return NOT_USUAL;
    if (h.bytes > SHORT_BYTES || ACD_UNLIKELY(!acd_lane_row(&t->writer, 2)))
        return NOT_SHORT;
    if (h.bytes <= 8 * ACD_FIRST_PAYLOAD_WORDS)
        write_cells(&t->writer, u, h, 1, true);
    else
        write_cells(&t->writer, u, h, 2, true);
    return WRITTEN;
}

/* Any other usual record that needs no cut.  Like its caller of its own, so that arguments come in
 * registers: a wide load of two that were stored one by one waits for both stores. */
static __attribute__((noinline)) bool write_long(struct acd_thread *t,
                                                 const struct acdebug_priv_site *site,
                                                 const struct acdebug_priv_value *values,
                                                 const struct acd_request_id *request, uint64_t now)
{
    struct usual u = {site, values, request, now};
    struct usual_head h = usual_head(t, u);
    if (!h.usual || h.bytes > t->writer.payload_max)
        return false;
    uint64_t cells = acd_cells_needed(h.bytes);
    if (ACD_LIKELY(acd_lane_row(&t->writer, cells))) {
        write_cells(&t->writer, u, h, cells, true);
    } else {
        write_cells(&t->writer, u, h, cells, false);
        acd_emitter_anchor(t->ring);
    }
    return true;
}

/* ---- the others ---- */

/* The overflow lane's holder ended inside a record (its handler ended the thread): nobody else writes
 * now, so whoever swaps its word for his own goes on behind what it left, as in any lane. */
static bool inherit_overflow(struct acd_ring *ring, uint64_t holder, uint64_t mine)
{
    int saved = errno;
    bool gone = acd_sys_thread_gone(ring->pid, (uint32_t)holder);
    errno = saved;
    if (!gone || !acd_swap_if(&ring->overflow->owner, &holder, mine))
        return false;
    acd_lane_attach(&ring->overflow_writer, ring->overflow, acd_lane_cells(ring->overflow),
                    ring->overflow_writer.mask + 1);
    return true;
}

/* One try at its lock; who finds it taken drops the record, and now and then asks who has it. */
static bool lock_overflow(struct acd_ring *ring, uint32_t thread)
{
    uint64_t holder = acd_see(&ring->overflow->owner);
    uint64_t mine = acd_owner_word(holder, thread);
    if ((uint32_t)holder == 0) {
        if (acd_swap_if(&ring->overflow->owner, &holder, mine))
            return true;
    } else if (acd_get(&ring->shared->dropped_busy) % ASK_HOLDER_EVERY == ASK_HOLDER_EVERY - 1 &&
               inherit_overflow(ring, holder, mine)) {
        return true;
    }
    acd_add(&ring->shared->dropped_busy, 1);
    return false;
}

/* Nobody's, and the count of its owners stays. */
static void unlock_overflow(struct acd_ring *ring, uint32_t thread)
{
    acd_word *owner = &ring->overflow->owner;
    acd_publish(owner, acd_get(owner) - thread);
}

/* The lane that all share. */
static void write_overflow(const struct acd_turn *turn, const struct acd_emission *e, uint64_t now)
{
    struct acd_ring *ring = turn->ring;
    uint32_t thread = turn->thread->id ? turn->thread->id : acd_sys_thread();
    if (!lock_overflow(ring, thread))
        return;
    ACD_PAUSE(ACD_PAUSE_OVERFLOW_LOCKED);
    write_record(ring, &ring->overflow_writer, e, now, thread);
    unlock_overflow(ring, thread);
}

static void retry_lane(const struct acd_turn *turn)
{
    struct acd_thread *t = turn->thread;
    if (turn->nested || ++t->retry % RETRY_LANE_EVERY != 0)
        return;
    int saved = errno;
    acd_lanes_claim(t, turn->ring);
    errno = saved;
    if (!t->writer.cells)
        return;
    struct acd_turn own = *turn;
    own.own = true;
    acd_emit_thread(&own);
}

/* ---- sites that found no room ---- */

static const struct acdebug_priv_key message_key[] = {{ACD_KEY_MESSAGE, ACD_TYPE_STR}};
#define LEVELS(c)                                                                                  \
    {                                                                                              \
        ACD_LIBRARY_SITE_INIT(ACD_KIND_LOG, c, 1, "", message_key),                                \
            ACD_LIBRARY_SITE_INIT(ACD_KIND_LOG, c, 2, "", message_key),                            \
            ACD_LIBRARY_SITE_INIT(ACD_KIND_LOG, c, 3, "", message_key)                             \
    }
/* Their message is payload: for run-time messages and for sites beyond the table. */
static struct acdebug_priv_site message_sites[ACD_CATEGORIES][3] = {
    LEVELS(0), LEVELS(1), LEVELS(2),  LEVELS(3),  LEVELS(4),  LEVELS(5),  LEVELS(6),  LEVELS(7),
    LEVELS(8), LEVELS(9), LEVELS(10), LEVELS(11), LEVELS(12), LEVELS(13), LEVELS(14), LEVELS(15)};

static const struct acdebug_priv_key thread_keys[] = {{ACD_KEY_THREAD, ACD_TYPE_UINT},
                                                      {ACD_KEY_THREAD_NAME, ACD_TYPE_STR}};
static const struct acdebug_priv_key level_keys[] = {{ACD_KEY_LEVEL_FROM, ACD_TYPE_UINT},
                                                     {ACD_KEY_LEVEL_TO, ACD_TYPE_UINT},
                                                     {ACD_KEY_WHO, ACD_TYPE_STR}};
static struct acdebug_priv_site start_site =
    ACD_LIBRARY_SITE_INIT(ACD_KIND_START, ACD_CATEGORY_LOG, 0, "start", message_key);
static struct acdebug_priv_site stop_site =
    ACD_LIBRARY_SITE_INIT(ACD_KIND_STOP, ACD_CATEGORY_LOG, 0, "stop", message_key);
static struct acdebug_priv_site thread_site =
    ACD_LIBRARY_SITE_INIT(ACD_KIND_THREAD, ACD_CATEGORY_LOG, 0, "thread", thread_keys);
static struct acdebug_priv_site level_site =
    ACD_LIBRARY_SITE_INIT(ACD_KIND_LEVEL, ACD_CATEGORY_LOG, 0, "level", level_keys);

static void record_silently(const struct acd_turn *turn, const struct acd_emission *emission,
                            uint64_t now);

/* The same event under the site whose message is payload; its own fields become run-time ones. */
static void record_without_site(const struct acd_turn *turn, const struct acd_emission *e,
                                uint64_t now)
{
    const struct acdebug_priv_site *site = e->site;
    acdebug_field fields[ACD_SITE_FIELDS_MAX + DYNAMIC_FIELDS_MAX];
    struct acdebug_priv_value message = acdebug_priv_str(site->message);
    size_t n = site->fields < ACD_SITE_FIELDS_MAX ? site->fields : ACD_SITE_FIELDS_MAX;
    for (size_t i = 0; i < n; i++)
        fields[i] = acdebug_priv_field(site->keys[i].name, site->keys[i].type, e->values[i]);
    for (size_t i = 0; i < e->fields_count && i < DYNAMIC_FIELDS_MAX; i++)
        fields[n++] = e->fields[i];
    unsigned level = site->level ? site->level : 1u;
    struct acd_emission plain = {.site = &message_sites[site->category & 15u][level - 1],
                                 .values = &message,
                                 .fields = fields,
                                 .fields_count = n,
                                 .request = e->request};
    if (acd_sites_number(turn->ring, plain.site) != 0)
        record_silently(turn, &plain, now);
    else
        acd_add(&turn->ring->shared->dropped_no_room, 1);
}

/* ---- records ---- */

static void record(const struct acd_turn *turn, const struct acd_emission *e, uint64_t now)
{
    if (ACD_UNLIKELY(acd_sites_number(turn->ring, e->site) == 0))
        record_without_site(turn, e, now);
    else if (ACD_LIKELY(turn->own))
        write_record(turn->ring, &turn->thread->writer, e, now, 0);
    else {
        write_overflow(turn, e, now);
        retry_lane(turn);
    }
}

static void record_silently(const struct acd_turn *turn, const struct acd_emission *emission,
                            uint64_t now)
{
    struct acd_emission e = *emission;
    if (!e.request)
        e.request = &turn->thread->request;
    if (e.fields_count > DYNAMIC_FIELDS_MAX) {
        struct acd_lane *lane = turn->own ? turn->thread->writer.lane : turn->ring->overflow;
        acd_add(&lane->cut, 1);
        e.fields_count = DYNAMIC_FIELDS_MAX;
    }
    record(turn, &e, now);
}

static __attribute__((noinline)) bool record_usual(struct acd_thread *t,
                                                   const struct acdebug_priv_site *site,
                                                   const struct acdebug_priv_value *values,
                                                   const struct acd_request_id *request,
                                                   uint64_t now)
{
    enum usual_result result = write_short(t, (struct usual){site, values, request, now});
    if (result == NOT_SHORT)
        return write_long(t, site, values, request, now);
    return result == WRITTEN;
}

void acd_turn_record(const struct acd_turn *turn, const struct acd_emission *e, uint64_t now)
{
    const struct acd_request_id *request = e->request ? e->request : &turn->thread->request;
    if (turn->own && e->fields_count == 0 &&
        record_usual(turn->thread, e->site, e->values, request, now))
        return;
    record_silently(turn, e, now);
    if (ACD_UNLIKELY(acd_text_shown(turn->ring, e->site)))
        acd_text_record(turn->ring, e);
}

void acd_emit(const struct acd_emission *e)
{
    struct acd_turn turn;
    if (!acd_turn_begin(&turn))
        return;
    uint64_t now = acd_turn_now(&turn);
    if (acd_turn_on(&turn, e->site->category, e->site->level))
        acd_turn_record(&turn, e, now);
    acd_turn_end(&turn);
}

static __attribute__((noinline)) void emit_slowly(struct acdebug_priv_site *site,
                                                  const struct acdebug_priv_value *values)
{
    struct acd_emission e = {.site = site, .values = values};
    acd_emit(&e);
}

static inline void leave(struct acd_thread *t)
{
    acd_signal_fence();
    acd_set(&t->busy, 0);
}

static __attribute__((noinline)) void emit_long(struct acdebug_priv_site *site,
                                                const struct acdebug_priv_value *values,
                                                uint64_t now)
{
    struct acd_thread *t = &acd_thread;
    bool done = t->writer.cells && write_long(t, site, values, &t->request, now);
    leave(t);
    if (!done)
        emit_slowly(site, values);
}

/* On a thread with its lane, nothing due: the rest goes emit_slowly(), from the start.  What needs a call
 * is left to that call, so that nothing has to be kept over one.  A thread without a lane has no row of
 * cells, which emit_long() finds out. */
void acdebug_priv_emit(struct acdebug_priv_site *site, const struct acdebug_priv_value *values)
{
    struct acd_thread *t = &acd_thread;
    if (ACD_UNLIKELY(acd_get(&t->busy))) {
        emit_slowly(site, values);
        return;
    }
    acd_set(&t->busy, 1);
    acd_signal_fence();
    ACD_PAUSE(ACD_PAUSE_BUSY);
    struct acd_ring *ring = t->ring;
    enum usual_result result = NOT_USUAL;
    if (ACD_LIKELY(t->generation == acd_get(acd_generation()))) {
        struct usual u = {site, values, &t->request, acd_clock_now(ring->clock)};
        if (ACD_LIKELY(acd_get(&ring->control->word) == acd_get(&ring->control_seen) &&
                       u.now < acd_get(&ring->check_ticks)))
            result = write_short(t, u);
        if (result == NOT_SHORT) {
            emit_long(site, values, u.now);
            return;
        }
    }
    leave(t);
    if (ACD_UNLIKELY(result == NOT_USUAL))
        emit_slowly(site, values);
}

void acdebug_log_fields(unsigned category, unsigned level, const char *message,
                        const acdebug_field *fields, size_t n)
{
    if (category >= ACD_CATEGORIES || level < 1 || level > 3 || !acdebug_priv_on(category, level))
        return;
    struct acdebug_priv_value text = acdebug_priv_str(message);
    struct acd_emission e = {.site = &message_sites[category][level - 1],
                             .values = &text,
                             .fields = fields,
                             .fields_count = fields ? n : 0};
    acd_emit(&e);
}

/* ---- the ring's own records ---- */

void acd_emit_register(struct acd_ring *ring)
{
    for (unsigned c = 0; c < ACD_CATEGORIES; c++)
        for (unsigned l = 0; l < 3; l++)
            (void)acd_sites_number(ring, &message_sites[c][l]);
    (void)acd_sites_number(ring, &start_site);
    (void)acd_sites_number(ring, &stop_site);
    (void)acd_sites_number(ring, &thread_site);
    (void)acd_sites_number(ring, &level_site);
}

static void emit_text(struct acdebug_priv_site *site, const char *text)
{
    struct acdebug_priv_value value = acdebug_priv_str(text);
    struct acd_emission e = {.site = site, .values = &value};
    acd_emit(&e);
}

void acd_emit_start(void)
{
    emit_text(&start_site, acd_state.settings.app);
}

void acd_emit_stop(void)
{
    emit_text(&stop_site, acd_state.settings.app);
}

void acd_emit_thread(const struct acd_turn *turn)
{
    char name[16];
    acd_sys_thread_name(name);
    struct acdebug_priv_value values[] = {acdebug_priv_uint(turn->thread->id),
                                          acdebug_priv_str(name)};
    struct acd_emission e = {.site = &thread_site, .values = values};
    acd_turn_record(turn, &e, acd_clock_now(turn->ring->clock));
}

void acd_emit_level(const struct acd_turn *turn, uint64_t from, uint64_t to, const char *who)
{
    struct acdebug_priv_value values[] = {acdebug_priv_uint(from), acdebug_priv_uint(to),
                                          acdebug_priv_str(who)};
    struct acd_emission e = {.site = &level_site, .values = values};
    acd_turn_record(turn, &e, acd_clock_now(turn->ring->clock));
}

/* ---- requests ---- */

void acdebug_request_set(uint64_t id)
{
    struct acd_request_id *r = &acd_thread.request;
    r->head = 0; /* a handler in between sees none, not half of one */
    acd_signal_fence();
    r->number = id;
    acd_signal_fence();
    r->head = ACD_W2_REQUEST_U64 | 8;
}

void acdebug_request_set_str(const char *id)
{
    struct acd_request_id *r = &acd_thread.request;
    char text[8 * ACD_REQUEST_TEXT_WORDS] = {0};
    size_t most = sizeof text - 1;
    uint32_t n = (uint32_t)acd_utf8_cut(id, id ? strnlen(id, most + ACD_UTF8_AHEAD) : 0, most);
    if (n > 0)
        memcpy(text, id, n);
    r->head = 0;
    acd_signal_fence();
    r->length = n;
    memcpy(r->text, text, sizeof text);
    acd_signal_fence();
    if (n > 0)
        r->head = ACD_W2_REQUEST_STR | (8 + acd_padded(n));
}

void acdebug_request_clear(void)
{
    acd_thread.request.head = 0;
}
