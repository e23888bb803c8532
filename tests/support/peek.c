/* SPDX-License-Identifier: MIT */
/* A reader of rings at rest, see peek.h. */
#include "config.h"

#include "tests/support/peek.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

bool acd_peek_open(struct acd_peek *ret_peek, const char *path)
{
    struct stat st;
    int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return false;
    struct acd_peek p = {0};
    if (fstat(fd, &st) == 0 && st.st_size >= (off_t)sizeof(struct acd_identity)) {
        p.bytes = (uint64_t)st.st_size;
        p.base = mmap(NULL, p.bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    }
    close(fd);
    if (!p.base || p.base == MAP_FAILED)
        return false;
    p.identity = (const struct acd_identity *)(void *)p.base;
    if (memcmp(p.identity->magic, ACD_MAGIC, sizeof p.identity->magic) != 0) {
        acd_peek_close(&p);
        return false;
    }
    *ret_peek = p;
    return true;
}

void acd_peek_close(struct acd_peek *peek)
{
    munmap(peek->base, peek->bytes);
    peek->base = NULL;
}

void *acd_peek_at(const struct acd_peek *peek, enum acd_section_id section, uint64_t index)
{
    const struct acd_section *s = &peek->identity->section[section];
    return peek->base + s->offset + index * s->stride;
}

struct acd_shared *acd_peek_shared(const struct acd_peek *peek)
{
    return acd_peek_at(peek, ACD_SEC_SHARED, 0);
}

struct acd_control *acd_peek_control(const struct acd_peek *peek)
{
    return acd_peek_at(peek, ACD_SEC_CONTROL, 0);
}

/* ---- lanes ---- */

unsigned acd_peek_lanes(const struct acd_peek *peek)
{
    return peek->identity->section[ACD_SEC_DIRECTORY].count + 1;
}

struct acd_lane *acd_peek_lane(const struct acd_peek *peek, unsigned lane)
{
    unsigned big = peek->identity->section[ACD_SEC_LANES_BIG].count;
    if (lane + 1 == acd_peek_lanes(peek))
        return acd_peek_at(peek, ACD_SEC_OVERFLOW, 0);
    if (acd_peek_word(acd_peek_at(peek, ACD_SEC_DIRECTORY, lane)) != 1)
        return NULL;
    return lane < big ? acd_peek_at(peek, ACD_SEC_LANES_BIG, lane)
                      : acd_peek_at(peek, ACD_SEC_LANES_SMALL, lane - big);
}

struct acd_cell *acd_peek_cells(struct acd_lane *lane)
{
    return (struct acd_cell *)(void *)((char *)lane + ACD_LANE_HEADER_BYTES);
}

static void load_site(const struct acd_peek *peek, struct acd_peek_event *event)
{
    event->has_site = false;
    if (event->record.site == 0)
        return;
    uint64_t word = acd_peek_word(acd_peek_at(peek, ACD_SEC_SITE_INDEX, event->record.site));
    uint64_t bytes = word >> ACD_SITE_BYTES_SHIFT & ACD_SITE_BYTES_MASK;
    if (!(word & ACD_SITE_VALID) || bytes > sizeof event->site_words)
        return;
    const char *arena = acd_peek_at(peek, ACD_SEC_SITE_ARENA, 0);
    memcpy(event->site_words, arena + (word & ACD_SITE_OFFSET_MASK), bytes);
    event->has_site = acd_site_parse(&event->site, event->site_words, bytes) == 0;
}

/* The record at `position`; the cells it takes, 0 when none begins there. */
static uint64_t load_record(struct acd_lane *lane, uint64_t position, struct acd_peek_event *event)
{
    const struct acd_cell *cells = acd_peek_cells(lane);
    uint64_t mask = acd_peek_word(&lane->cells) - 1;
    const struct acd_cell *first = &cells[position & mask];
    if (acd_peek_word(&first->word[0]) != ACD_STAMP(position, ACD_CELL_FIRST))
        return 0;
    uint64_t word2 = acd_peek_word(&first->word[2]);
    uint64_t bytes = word2 & ACD_W2_BYTES_MASK;
    if (bytes > ACD_RECORD_BYTES_MAX || bytes % 8 != 0)
        return 0;
    struct acd_record *r = &event->record;
    r->position = position;
    r->ticks = acd_peek_word(&first->word[1]);
    r->flags = word2;
    r->ordinal = (uint32_t)(word2 >> ACD_W2_ORDINAL_SHIFT);
    r->site = (uint32_t)(word2 >> ACD_W2_SITE_SHIFT & ACD_W2_SITE_MASK);
    r->payload_bytes = (uint32_t)bytes;
    r->payload = event->payload;
    uint64_t used = 1;
    const acd_word *from = &first->word[3], *end = &first->word[ACD_CELL_WORDS];
    for (uint64_t i = 0; i < bytes / 8; i++) {
        if (from == end) {
            const struct acd_cell *next = &cells[(position + used) & mask];
            if (acd_peek_word(&next->word[0]) != ACD_STAMP(position + used, ACD_CELL_CONTINUATION))
                return 0;
            used++;
            from = &next->word[1];
            end = &next->word[ACD_CELL_WORDS];
        }
        event->payload[i] = acd_peek_word(from++);
    }
    return used;
}

/* Stops at the first `each` that says so. */
static int walk(const struct acd_peek *peek, unsigned i, acd_peek_take *each, void *context)
{
    static struct acd_peek_event event;
    struct acd_lane *lane = acd_peek_lane(peek, i);
    if (!lane)
        return 0;
    uint64_t cells = acd_peek_word(&lane->cells), next = acd_peek_word(&lane->next);
    event.lane = i;
    event.overflow = i + 1 == acd_peek_lanes(peek);
    for (uint64_t at = next > cells ? next - cells : 0; at < next;) {
        uint64_t used = load_record(lane, at, &event);
        if (used == 0) {
            at++;
            continue;
        }
        load_site(peek, &event);
        event.malformed = acd_record_decode(&event.view, &event.record,
                                            event.has_site ? &event.site : NULL) != ACD_RECORD_OK;
        int r = each(context, &event);
        if (r != 0)
            return r;
        at += used;
    }
    return 0;
}

void acd_peek_each_of(const struct acd_peek *peek, unsigned lane, acd_peek_take *each,
                      void *context)
{
    (void)walk(peek, lane, each, context);
}

void acd_peek_each(const struct acd_peek *peek, acd_peek_take *each, void *context)
{
    for (unsigned i = 0; i < acd_peek_lanes(peek); i++)
        if (walk(peek, i, each, context) != 0)
            return;
}

struct search {
    enum acd_kind kind;
    const char *message;
    unsigned count;
    struct acd_peek_event newest;
};

static int match(void *context, const struct acd_peek_event *event)
{
    struct search *s = context;
    if (!event->has_site || event->site.kind != s->kind ||
        (s->message && !acd_peek_is(&event->site.message, s->message)))
        return 0;
    if (s->count++ == 0 || event->record.ticks >= s->newest.record.ticks) {
        s->newest = *event;
        s->newest.record.payload = s->newest.payload;
        /* The copy's texts must stand in the copy. */
        (void)acd_site_parse(&s->newest.site, s->newest.site_words, sizeof s->newest.site_words);
        (void)acd_record_decode(&s->newest.view, &s->newest.record, &s->newest.site);
    }
    return 0;
}

unsigned acd_peek_find(const struct acd_peek *peek, enum acd_kind kind, const char *message,
                       const struct acd_peek_event **ret_event)
{
    static struct search s;
    memset(&s, 0, sizeof s);
    s.kind = kind;
    s.message = message;
    acd_peek_each(peek, match, &s);
    if (ret_event)
        *ret_event = s.count ? &s.newest : NULL;
    return s.count;
}

uint64_t acd_peek_records(const struct acd_peek *peek)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < acd_peek_lanes(peek); i++) {
        struct acd_lane *lane = acd_peek_lane(peek, i);
        sum += lane ? acd_peek_word(&lane->records) : 0;
    }
    return sum;
}

uint64_t acd_peek_cut(const struct acd_peek *peek)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < acd_peek_lanes(peek); i++) {
        struct acd_lane *lane = acd_peek_lane(peek, i);
        sum += lane ? acd_peek_word(&lane->cut) : 0;
    }
    return sum;
}

/* ---- tables ---- */

static bool bit(const acd_word *words, unsigned i)
{
    return acd_peek_word(&words[i / 64]) >> i % 64 & 1;
}

static void add_counts(struct acd_peek_cache *to, const struct acd_cache_counts *c)
{
    for (unsigned i = 0; i < 5; i++)
        to->outcome[i] += acd_peek_word(&c->outcome[i]);
    to->evictions += acd_peek_word(&c->evictions);
    to->token_lookups += acd_peek_word(&c->token_lookups);
    to->input_tokens += acd_peek_word(&c->input_tokens);
    to->cached_tokens += acd_peek_word(&c->cached_tokens);
    to->created_lookups += acd_peek_word(&c->created_lookups);
    to->created_tokens += acd_peek_word(&c->created_tokens);
    for (unsigned i = 0; i < ACD_REASONS; i++)
        to->reason[i] += acd_peek_word(&c->reason[i]);
}

static struct acd_cache_entry *cache_row(const struct acd_peek *peek, unsigned row)
{
    return bit(&acd_peek_shared(peek)->caches_ready, row) ? acd_peek_at(peek, ACD_SEC_CACHES, row)
                                                          : NULL;
}

void acd_peek_cache(const struct acd_peek *peek, const char *type, const char *model,
                    struct acd_peek_cache *ret_cache)
{
    memset(ret_cache, 0, sizeof *ret_cache);
    for (unsigned row = 0; row < ACD_CACHE_ROWS; row++) {
        const struct acd_cache_entry *e = cache_row(peek, row);
        if (!e || strcmp(e->type, type) != 0 || strcmp(e->model, model) != 0)
            continue;
        ret_cache->rows++;
        for (unsigned i = 0; i < acd_peek_lanes(peek); i++) {
            struct acd_lane *lane = acd_peek_lane(peek, i);
            if (lane)
                add_counts(ret_cache, &lane->cache[row]);
        }
        add_counts(ret_cache, &acd_peek_shared(peek)->cache[row]);
    }
}

uint64_t acd_peek_reason(const struct acd_peek *peek, const char *type, const char *reason)
{
    struct acd_peek_cache sum;
    acd_peek_cache(peek, type, "", &sum);
    int known = acd_reason_find(reason, strlen(reason));
    if (known >= 0)
        return sum.reason[known];
    for (unsigned row = 0; row < ACD_CACHE_ROWS; row++) {
        const struct acd_cache_entry *e = cache_row(peek, row);
        if (!e || strcmp(e->type, type) != 0)
            continue;
        for (unsigned i = 0; i < ACD_REASONS_TEXT; i++)
            if (bit(&e->reasons_ready, i) && strcmp(e->reason[i], reason) == 0)
                return sum.reason[ACD_REASONS_KNOWN + i];
    }
    return 0;
}

struct acd_timer_entry *acd_peek_timer(const struct acd_peek *peek, const char *name)
{
    for (unsigned i = 0; i <= ACD_TIMERS; i++) {
        struct acd_timer_entry *e = acd_peek_at(peek, ACD_SEC_TIMERS, i);
        if (bit(acd_peek_shared(peek)->timers_ready, i) && strcmp(e->name, name) == 0)
            return e;
    }
    return NULL;
}

uint64_t acd_peek_timer_count(const struct acd_peek *peek, const char *name)
{
    uint64_t count = 0;
    for (unsigned i = 0; i <= ACD_TIMERS; i++) {
        struct acd_timer_entry *e = acd_peek_at(peek, ACD_SEC_TIMERS, i);
        if (bit(acd_peek_shared(peek)->timers_ready, i) && strcmp(e->name, name) == 0)
            count += acd_peek_word(&e->timing.count);
    }
    return count;
}

struct acd_timer_label *acd_peek_label(struct acd_timer_entry *timer, const char *label)
{
    for (unsigned i = 0; i <= ACD_TIMER_LABELS; i++)
        if (bit(&timer->labels_ready, i) && strcmp(timer->label[i].name, label) == 0)
            return &timer->label[i];
    return NULL;
}

uint64_t acd_peek_histogram(const struct acd_peek *peek, const struct acd_timing *timing)
{
    uint64_t number = acd_peek_word(&timing->histogram), sum = 0;
    if (number == 0 || number > ACD_HISTOGRAMS)
        return 0;
    const struct acd_histogram *h = acd_peek_at(peek, ACD_SEC_HISTOGRAMS, number - 1);
    for (unsigned i = 0; i < ACD_HISTOGRAM_BUCKETS; i++)
        sum += acd_peek_word(&h->bucket[i]);
    return sum;
}

struct acd_error_entry *acd_peek_error(const struct acd_peek *peek, const char *type)
{
    for (unsigned i = 0; i <= ACD_ERRORS; i++) {
        struct acd_error_entry *e = acd_peek_at(peek, ACD_SEC_ERRORS, i);
        if (bit(acd_peek_shared(peek)->errors_ready, i) && strcmp(e->type, type) == 0)
            return e;
    }
    return NULL;
}

struct acd_running_entry *acd_peek_running(const struct acd_peek *peek, unsigned index)
{
    return bit(acd_peek_shared(peek)->running_taken, index)
               ? acd_peek_at(peek, ACD_SEC_RUNNING, index)
               : NULL;
}

void acd_peek_text(const acd_word *words, unsigned count, char *ret_text)
{
    for (unsigned i = 0; i < count; i++) {
        uint64_t word = acd_peek_word(&words[i]);
        memcpy(ret_text + 8 * (size_t)i, &word, 8);
    }
    ret_text[8 * (size_t)count] = '\0';
}

bool acd_peek_is(const struct acd_text *text, const char *expected)
{
    return text->length == strlen(expected) && memcmp(text->bytes, expected, text->length) == 0;
}
