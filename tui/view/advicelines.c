/* SPDX-License-Identifier: MIT */
/* Known causes of misses, see advicelines.h. */
#include "config.h"

#include "tui/view/advicelines.h"

#include <stdio.h>

#include "tui/model/advice.h"
#include "tui/model/closeup.h"
#include "tui/view/misswords.h"

bool acd_advicelines_row(const struct acd_scene *scene, size_t index, struct acd_miss_row *ret_row)
{
    const struct acd_misses_scope scope = {scene->fleet, scene->ui->selection, scene->digest};
    return acd_misses_row(&scene->ui->closeup->misses, &scope, index, ret_row);
}

/* Each part is whole or not there: a number that is cut is another number. */
static bool append_part(struct acd_grid *grid, struct acd_rect *at, const char *before,
                        enum acd_style style, const char *text)
{
    char part[ACD_MISSWORDS_BYTES + 8];
    snprintf(part, sizeof part, "%s%s", before, text);
    return text[0] && acd_grid_append_whole(grid, at, style, part);
}

static bool append_cause(struct acd_grid *grid, struct acd_rect *at, const struct acd_advice *a)
{
    char text[ACD_MISSWORDS_BYTES];
    for (unsigned form = 0; form < ACD_MISSWORDS_FORMS; form++) {
        acd_misswords_cause(text, sizeof text, a, (enum acd_misswords_form)form);
        if (append_part(grid, at, "", ACD_STYLE_WARN, text))
            return true;
    }
    return false;
}

/* Cause, numbers and cure behind each other, in as many rows as that takes. @return the rows taken */
static int draw_advice(struct acd_grid *grid, struct acd_rect at, const struct acd_advice *a,
                       const struct acd_reuse *reuse)
{
    char sizes[ACD_MISSWORDS_BYTES];
    acd_misswords_sizes(sizes, sizeof sizes, a, reuse);
    const struct {
        const char *text;
        enum acd_style style;
    } parts[] = {{sizes, ACD_STYLE_NORMAL}, {acd_misswords_cure(a->kind), ACD_STYLE_ACCENT}};
    struct acd_rect row = acd_grid_row(at.x, at.y, at.w);
    acd_grid_append(grid, &row, ACD_STYLE_WARN, "! ");
    if (!append_cause(grid, &row, a))
        return 1;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (!parts[i].text[0] || append_part(grid, &row, "; ", parts[i].style, parts[i].text))
            continue;
        if (row.y + 1 == at.y + at.h)
            break;
        row = acd_grid_row(at.x + 2, row.y + 1, at.w - 2);
        append_part(grid, &row, "", parts[i].style, parts[i].text);
    }
    return row.y + 1 - at.y;
}

static const struct acd_miss_pattern *most_frequent(const struct acd_miss_row *row)
{
    const struct acd_miss_pattern *best = NULL;
    for (size_t i = 0; i < row->pattern_count; i++)
        if (!best || row->pattern[i].count > best->count)
            best = &row->pattern[i];
    return best;
}

int acd_advicelines_draw(struct acd_grid *grid, struct acd_rect at, const struct acd_miss_row *row)
{
    struct acd_advice advice[ACD_ADVICE_MAX];
    char text[ACD_MISSWORDS_BYTES];
    size_t count = acd_advice_find(row, advice);
    int used = 0;
    for (size_t i = 0; i < count && used < at.h; i++)
        used += draw_advice(grid, (struct acd_rect){at.x, at.y + used, at.w, at.h - used},
                            &advice[i], &row->reuse);
    acd_misswords_pattern(text, sizeof text, most_frequent(row), row->missed);
    struct acd_rect line = acd_grid_row(at.x, at.y + used, at.w);
    if (used < at.h && append_part(grid, &line, "  ", ACD_STYLE_NORMAL, text))
        used++;
    return used;
}

bool acd_advicelines_one(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene)
{
    const struct acd_digest *d = scene->digest;
    struct acd_advice advice[ACD_ADVICE_MAX], best = {.count = 0};
    struct acd_miss_row row, best_row;
    size_t index = 0;
    if (!scene->ui->closeup)
        return false;
    for (size_t i = 0; i < d->cache_count; i++) {
        if (!acd_advicelines_row(scene, i, &row) || acd_advice_find(&row, advice) == 0 ||
            !acd_advice_matters_more(&advice[0], &best))
            continue;
        best_row = row;
        acd_advice_find(&best_row, advice); /* which points into it */
        best = advice[0];
        index = i;
    }
    if (best.count == 0 || at.h < 1)
        return best.count > 0;
    char name[ACD_NAME_BYTES + 8];
    snprintf(name, sizeof name, "! %s: ", d->cache[index].type);
    at.h = 1;
    acd_grid_append(grid, &at, ACD_STYLE_WARN, name);
    if (append_cause(grid, &at, &best))
        append_part(grid, &at, "; ", ACD_STYLE_ACCENT, acd_misswords_cure(best.kind));
    return true;
}
