/* SPDX-License-Identifier: MIT */
/* The time of day, see walltime.h. */
#include "config.h"

#include "emitter/walltime.h"

#include <stdbool.h>
#include <string.h>
#include <time.h>

#include "emitter/number.h"
#include "emitter/ring.h"

#define DAY INT64_C(86400)
#define LOOK_AHEAD (5 * 366 * DAY)
#define STEP (7 * DAY) /* no zone changes twice in a week */

static int64_t offset_at(int64_t seconds)
{
    time_t t = (time_t)seconds;
    struct tm local;
    if (!localtime_r(&t, &local))
        return 0;
    return local.tm_gmtoff;
}

/* The second in (from, to] at which the offset stops being that of `from`. */
static int64_t change_between(int64_t from, int64_t to)
{
    int64_t before = offset_at(from);
    while (to - from > 1) {
        int64_t middle = from + (to - from) / 2;
        if (offset_at(middle) == before)
            from = middle;
        else
            to = middle;
    }
    return to;
}

static void add(struct acd_walltime *zone, uint64_t *count, int64_t from, int64_t offset)
{
    acd_set(&zone->from[*count], (uint64_t)from);
    acd_set(&zone->offset[*count], (uint64_t)offset);
    ++*count;
}

void acd_walltime_settle(struct acd_walltime *ret_zone, uint64_t realtime_ns)
{
    int64_t now = (int64_t)(realtime_ns / UINT64_C(1000000000));
    uint64_t count = 0;
    tzset(); /* localtime_r() alone need not look at TZ */
    int64_t offset = offset_at(now);
    add(ret_zone, &count, 0, offset);
    for (int64_t t = now; t < now + LOOK_AHEAD && count < ACD_WALLTIME_CHANGES; t += STEP) {
        int64_t next = offset_at(t + STEP);
        if (next != offset)
            add(ret_zone, &count, change_between(t, t + STEP), next);
        offset = next;
    }
    acd_publish(&ret_zone->count, count);
}

/* ---- the calendar ---- */

struct moment {
    uint64_t year;
    unsigned month, day, hour, minute, second;
};

static bool is_leap(uint64_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* Proleptic Gregorian, from 1970 on. */
static struct moment moment_of(int64_t seconds)
{
    static const unsigned char month_days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    struct moment m = {.year = 1970, .month = 0};
    uint64_t s = seconds < 0 ? 0 : (uint64_t)seconds, days = s / 86400;
    m.hour = (unsigned)(s % 86400 / 3600);
    m.minute = (unsigned)(s % 3600 / 60);
    m.second = (unsigned)(s % 60);
    m.year += days / 146097 * 400;
    days %= 146097; /* days of 400 years */
    for (uint64_t length; days >= (length = is_leap(m.year) ? 366 : 365); m.year++)
        days -= length;
    for (;; m.month++) {
        unsigned length = month_days[m.month] + (m.month == 1 && is_leap(m.year) ? 1u : 0u);
        if (days < length)
            break;
        days -= length;
    }
    m.month++;
    m.day = (unsigned)days + 1;
    return m;
}

static size_t put(char *text, const struct moment *m, char between)
{
    size_t n = acd_number_padded(text, m->year, 4);
    text[n++] = '-';
    n += acd_number_padded(text + n, m->month, 2);
    text[n++] = '-';
    n += acd_number_padded(text + n, m->day, 2);
    text[n++] = between;
    n += acd_number_padded(text + n, m->hour, 2);
    text[n++] = ':';
    n += acd_number_padded(text + n, m->minute, 2);
    text[n++] = ':';
    return n + acd_number_padded(text + n, m->second, 2);
}

void acd_walltime_local(const struct acd_walltime *zone, uint64_t realtime_ns, char *ret_text)
{
    int64_t seconds = (int64_t)(realtime_ns / UINT64_C(1000000000)), offset = 0;
    uint64_t count = acd_see(&zone->count);
    for (uint64_t i = 0; i < count && i < ACD_WALLTIME_CHANGES; i++)
        if (i == 0 || (int64_t)acd_get(&zone->from[i]) <= seconds)
            offset = (int64_t)acd_get(&zone->offset[i]);
    struct moment m = moment_of(seconds + offset);
    (void)put(ret_text, &m, ' ');
}

void acd_walltime_utc(uint64_t realtime_ns, char *ret_text)
{
    struct moment m = moment_of((int64_t)(realtime_ns / UINT64_C(1000000000)));
    size_t n = put(ret_text, &m, 'T');
    ret_text[n++] = '.';
    n += acd_number_padded(ret_text + n, realtime_ns % UINT64_C(1000000000) / 1000000, 3);
    ret_text[n++] = 'Z';
    ret_text[n] = '\0';
}
