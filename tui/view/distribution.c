/* SPDX-License-Identifier: MIT */
/* The chart of a histogram, see distribution.h. */
#include "config.h"

#include "tui/view/distribution.h"

#include <stdio.h>
#include <string.h>

#include "tui/view/widgets.h"

#define GUTTER 6     /* "  406 " */
#define TICK_LEAST 8 /* columns from one tick to the next */
#define COLUMNS_MAX ACD_GRID_WIDTH_MAX

/* ---------------------------------------------------------------- columns */

bool acd_distribution_fit(struct acd_distribution *ret, const uint64_t *bucket, unsigned width)
{
    unsigned low = 0, high = ACD_HISTOGRAM_BUCKETS;
    while (low < high && bucket[low] == 0)
        low++;
    while (high > low && bucket[high - 1] == 0)
        high--;
    if (low == high || width == 0)
        return false;
    unsigned used = high - low, each = (used + width - 1) / width, room = each * width;
    unsigned before = (room - used) / 2;
    ret->first = low > before ? low - before : 0;
    if (ret->first + room > ACD_HISTOGRAM_BUCKETS)
        ret->first = room < ACD_HISTOGRAM_BUCKETS ? ACD_HISTOGRAM_BUCKETS - room : 0;
    ret->buckets = each;
    ret->columns = width;
    return true;
}

static unsigned column_of(const struct acd_distribution *d, unsigned index)
{
    unsigned column = index > d->first ? (index - d->first) / d->buckets : 0;
    return column < d->columns ? column : d->columns - 1;
}

unsigned acd_distribution_column(const struct acd_distribution *d, uint64_t ns)
{
    return column_of(d, acd_histogram_index(ns));
}

uint64_t acd_distribution_count(const struct acd_distribution *d, const uint64_t *bucket,
                                unsigned column)
{
    uint64_t sum = 0;
    unsigned from = d->first + column * d->buckets;
    for (unsigned i = from; i < from + d->buckets && i < ACD_HISTOGRAM_BUCKETS; i++)
        sum += bucket[i];
    return sum;
}

/* ---------------------------------------------------------------- drawing */

static enum acd_style style_at(const struct acd_distribution *d, const struct acd_quantiles *q,
                               unsigned column)
{
    if (column > acd_distribution_column(d, q->p99_ns))
        return ACD_STYLE_BAD;
    return column > acd_distribution_column(d, q->p95_ns) ? ACD_STYLE_WARN : ACD_STYLE_BAR;
}

static void draw_columns(struct acd_grid *grid, struct acd_rect at,
                         const struct acd_distribution *d, const uint64_t *bucket,
                         const struct acd_quantiles *q)
{
    uint64_t counts[COLUMNS_MAX];
    unsigned char styles[COLUMNS_MAX];
    struct acd_bars bars = {counts, styles, d->columns, 0};
    for (unsigned i = 0; i < d->columns; i++) {
        counts[i] = acd_distribution_count(d, bucket, i);
        styles[i] = (unsigned char)style_at(d, q, i);
        bars.max = counts[i] > bars.max ? counts[i] : bars.max;
    }
    struct acd_rect label = {at.x - GUTTER, at.y, GUTTER - 1, 1};
    acd_grid_text_right(grid, label, ACD_STYLE_DIM, acd_text_count(bars.max).s);
    label.y = at.y + at.h - 1;
    if (at.h > 1)
        acd_grid_text_right(grid, label, ACD_STYLE_DIM, "0");
    acd_widgets_bars(grid, at, &bars);
}

/* 1, 2 and 5 of each decade, where there is room. */
static void draw_axis(struct acd_grid *grid, struct acd_rect at, const struct acd_distribution *d)
{
    const uint64_t low = acd_histogram_lower(d->first);
    unsigned end = d->first + d->columns * d->buckets, next = 0;
    const uint64_t high =
        acd_histogram_lower(end < ACD_HISTOGRAM_BUCKETS ? end : ACD_HISTOGRAM_BUCKETS);
    static const unsigned steps[] = {1, 2, 5};
    for (uint64_t decade = 1; decade < high; decade *= 10) {
        for (unsigned i = 0; i < 3; i++) {
            uint64_t ns = decade * steps[i];
            unsigned column = acd_distribution_column(d, ns);
            struct acd_label text = acd_text_duration_ns(ns);
            unsigned length = (unsigned)strlen(text.s);
            if (ns < low || ns >= high || column < next || column + length > d->columns)
                continue;
            acd_grid_text(grid, acd_grid_row(at.x + (int)column, at.y, (int)length), ACD_STYLE_DIM,
                          text.s);
            next = column + TICK_LEAST;
        }
    }
}

/* "^p95 4.1s", to the left of the arrow where there is no room to its right; one row down when it
 * would stand in another's place. */
static void draw_marks(struct acd_grid *grid, struct acd_rect at, const struct acd_distribution *d,
                       const struct acd_quantiles *q)
{
    const struct {
        const char *name;
        uint64_t ns;
        enum acd_style style;
    } marks[] = {{"p50", q->p50_ns, ACD_STYLE_OK},
                 {"p95", q->p95_ns, ACD_STYLE_WARN},
                 {"p99", q->p99_ns, ACD_STYLE_BAD}};
    int taken[2] = {0, 0};
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        char text[48];
        int column = (int)acd_distribution_column(d, marks[i].ns);
        snprintf(text, sizeof text, "%s %s", marks[i].name, acd_text_duration_ns(marks[i].ns).s);
        int length = (int)strlen(text), from = column + 1;
        if (from + length > at.w)
            from = column - length;
        int left = from < column ? from : column;
        int row = left < taken[0] ? 1 : 0;
        if (left < taken[row])
            continue;
        uint32_t arrow = grid->glyphs == ACD_GLYPHS_ASCII ? '^' : 0x25b2;
        acd_grid_glyph(grid, at.x + column, at.y + row, marks[i].style, arrow);
        acd_grid_text(grid, acd_grid_row(at.x + from, at.y + row, length), marks[i].style, text);
        taken[row] = (from > column ? from + length : column + 1) + 1;
    }
}

void acd_distribution_draw(struct acd_grid *grid, struct acd_rect at, const uint64_t *bucket,
                           const struct acd_quantiles *quantiles)
{
    struct acd_distribution d;
    struct acd_rect inside = {at.x + GUTTER, at.y, at.w - GUTTER, at.h - ACD_DISTRIBUTION_FOOT};
    if (inside.w < TICK_LEAST || inside.h < 1)
        return;
    if (!acd_distribution_fit(&d, bucket, (unsigned)inside.w)) {
        acd_grid_text(grid, at, ACD_STYLE_DIM, " No histogram.");
        return;
    }
    draw_columns(grid, inside, &d, bucket, quantiles);
    inside.y += inside.h;
    inside.h = 1;
    draw_axis(grid, inside, &d);
    inside.y++;
    inside.h = 2;
    draw_marks(grid, inside, &d, quantiles);
}
