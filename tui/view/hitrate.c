/* SPDX-License-Identifier: MIT */
/* Hit rates, see hitrate.h. */
#include "config.h"

#include "tui/view/hitrate.h"

#include <math.h>
#include <stdio.h>

#include "tui/view/widgets.h"

#define METER_LEAST 5

enum acd_style acd_hitrate_style(struct acd_rate rate, const struct acd_look *look)
{
    double ratio = 0;
    if (!acd_rate_ratio(rate, &ratio))
        return ACD_STYLE_DIM;
    return ratio * 100 >= look->hit_rate ? ACD_STYLE_OK : ACD_STYLE_WARN;
}

void acd_hitrate_fraction(char *out, size_t size, struct acd_rate rate)
{
    if (rate.whole == 0)
        out[0] = '\0';
    else
        snprintf(out, size, "%s/%s", acd_text_count(rate.part).s, acd_text_count(rate.whole).s);
}

void acd_hitrate_draw(struct acd_grid *grid, struct acd_rect at, struct acd_rate rate,
                      const struct acd_look *look)
{
    char text[64];
    enum acd_style style = acd_hitrate_style(rate, look);
    struct acd_rect percent = {at.x, at.y, at.w < 4 ? at.w : 4, 1};
    acd_grid_text_right(grid, percent, style,
                        acd_text_percent(rate.part, rate.whole, grid->glyphs).s);
    if (style == ACD_STYLE_WARN && at.w > 4)
        acd_grid_text(grid, acd_grid_row(at.x + 4, at.y, 1), style, "!");
    acd_hitrate_fraction(text, sizeof text, rate);
    acd_grid_text(grid, (struct acd_rect){at.x + 5, at.y, at.w - 5, 1}, ACD_STYLE_VALUE, text);
}

void acd_hitrate_draw_meter(struct acd_grid *grid, struct acd_rect at, struct acd_rate rate,
                            const struct acd_look *look)
{
    int meter = at.w - ACD_HITRATE_WIDTH - 1;
    if (meter >= METER_LEAST) {
        struct acd_rect left = {at.x, at.y, meter, 1};
        acd_widgets_meter(grid, left, acd_hitrate_style(rate, look), rate.part, rate.whole);
        at.x += meter + 1;
        at.w -= meter + 1;
    }
    acd_hitrate_draw(grid, at, rate, look);
}

void acd_hitrate_draw_trend(struct acd_grid *grid, struct acd_rect at,
                            const struct acd_cache_row *row, enum acd_window_id window)
{
    double rate[ACD_WINDOW_SLOTS];
    int per_cell = grid->glyphs == ACD_GLYPHS_BRAILLE ? 2 : 1;
    int points = at.w * per_cell < ACD_WINDOW_SLOTS ? at.w * per_cell : ACD_WINDOW_SLOTS;
    if (points <= 0)
        return;
    /* The whole window, whatever the width: some slots to a point. */
    for (int i = 0; i < points; i++) {
        struct acd_rate sum = {0, 0};
        for (int s = i * ACD_WINDOW_SLOTS / points; s < (i + 1) * ACD_WINDOW_SLOTS / points; s++) {
            sum.part += row->found[window].slot[s];
            sum.whole += row->lookups[window].slot[s];
        }
        if (!acd_rate_ratio(sum, &rate[i]))
            rate[i] = NAN;
    }
    const struct acd_series series = {.doubles = rate, .count = (size_t)points, .max = 1};
    acd_widgets_spark(grid, at, ACD_STYLE_BAR, &series);
}
