/* SPDX-License-Identifier: MIT */
/* Events that prove themselves, see account.h. */
#include "config.h"

#include "tests/stress/account.h"

#include <string.h>

#include <acdebug.h>
#include "emitter/format/kinds.h"

#define TEXT_MAX 97

static uint64_t mix(uint64_t h, uint64_t value)
{
    h = (h ^ value) * UINT64_C(0x9e3779b97f4a7c15);
    return h ^ h >> 29;
}

/* A text whose every byte depends on thread and sequence; its length changes too. */
static uint32_t make_text(char text[TEXT_MAX + 8], uint32_t thread, uint64_t sequence)
{
    uint64_t word = mix(thread, sequence);
    for (unsigned i = 0; i < TEXT_MAX; i += 8) {
        memcpy(text + i, &word, 8);
        word = mix(word, i);
    }
    return (uint32_t)(word % TEXT_MAX);
}

static uint64_t sum_of(uint32_t thread, uint64_t sequence, const char *text, uint32_t length)
{
    uint64_t h = mix(mix(length, thread), sequence);
    for (uint32_t i = 0; i < length; i++)
        h = mix(h, (unsigned char)text[i]);
    return h;
}

void acd_account_emit(uint32_t thread, uint64_t sequence)
{
    char text[TEXT_MAX + 8];
    uint32_t length = make_text(text, thread, sequence);
    acdebug_log(1, "accounted", ACDEBUG_UINT("t", thread), ACDEBUG_UINT("n", sequence),
                ACDEBUG_UINT("sum", sum_of(thread, sequence, text, length)),
                ACDEBUG_STRN("text", text, length));
}

/* The checksum of what was read, over thread, sequence and text. */
static bool checks(struct acd_account *a, const struct acd_event_view *view)
{
    const struct acd_field *f = view->field;
    if (view->count != 4 || f[0].number.u >= ACD_ACCOUNT_THREADS || f[3].type != ACD_TYPE_STR)
        return false;
    char text[TEXT_MAX];
    uint32_t length = f[3].text.length;
    if (length > TEXT_MAX)
        return false;
    memcpy(text, f[3].text.bytes, length);
    if (a->sabotage == ACD_ACCOUNT_FLIP_A_BYTE && length > 10) {
        text[length / 2] ^= 1;
        a->sabotage = ACD_ACCOUNT_HONEST;
    }
    return sum_of((uint32_t)f[0].number.u, f[1].number.u, text, length) == f[2].number.u;
}

static void place(struct acd_account *a, uint32_t lane, const struct acd_event_view *view)
{
    uint64_t thread = view->field[0].number.u, sequence = view->field[1].number.u;
    uint64_t due = a->next[lane][thread];
    a->count[thread]++;
    if (sequence < due) {
        a->bad_order++;
        return;
    }
    /* In a lane of its own a thread's gap is exactly what the ordinals said, and the first gap may
     * hold the record that tells whose lane it is. */
    uint64_t lost = a->lane_lost[lane] - (a->began[lane] || a->lane_lost[lane] == 0 ? 0 : 1);
    a->bad_gap += !a->shared_lane && sequence - due != lost;
    a->began[lane] = true;
    a->lane_lost[lane] = 0;
    a->next[lane][thread] = sequence + 1;
    if (a->tail[thread] < sequence + 1)
        a->tail[thread] = sequence + 1;
}

static void take_record(struct acd_account *a, const struct acd_item *item)
{
    struct acd_event_view view;
    a->seen++;
    if (item->site && item->site->site.kind != ACD_KIND_LOG) {
        a->own++;
        a->began[item->lane] = true;
        return;
    }
    if (!item->site ||
        acd_record_decode(&view, &item->record, &item->site->site) != ACD_RECORD_OK ||
        !checks(a, &view)) {
        a->bad_checksum++;
        return;
    }
    place(a, item->lane, &view);
}

int acd_account_take(void *context, const struct acd_item *item)
{
    struct acd_account *a = context;
    if (item->kind == ACD_ITEM_RECORD)
        take_record(a, item);
    else if (item->kind == ACD_ITEM_UNREADABLE)
        a->unreadable++;
    else if (a->sabotage == ACD_ACCOUNT_SKIP_A_GAP)
        a->sabotage = ACD_ACCOUNT_HONEST;
    else {
        a->gaps++;
        a->lost += item->count;
        a->lane_lost[item->lane] += item->count;
    }
    return 0;
}

bool acd_account_good(const struct acd_account *a)
{
    return a->bad_checksum == 0 && a->bad_gap == 0 && a->bad_order == 0 && a->unreadable == 0;
}
