/* SPDX-License-Identifier: MIT */
/*
 * Clicks and the wheel, see act_mouse.h.  On the picture, the selected row is the one that is marked;
 * another one is as many steps of `up` or `down` away as there are rows between the two.
 */
#include "config.h"

#include "tui/app/act_mouse.h"

#include "tui/app/act_json.h"
#include "tui/app/actions.h"
#include "tui/app/documents.h"
#include "tui/view/attach.h"
#include "tui/view/cache.h"
#include "tui/view/errorlist.h"
#include "tui/view/footer.h"
#include "tui/view/jsonview.h"
#include "tui/view/overview.h"
#include "tui/view/prompt.h"
#include "tui/view/timer.h"
#include "tui/view/timers.h"

#define WHEEL_ROWS 3

bool acd_act_mouse_is(struct acd_key key)
{
    return key.code == ACD_KEY_MOUSE_PRESS || key.code == ACD_KEY_MOUSE_RELEASE ||
           key.code == ACD_KEY_WHEEL_UP || key.code == ACD_KEY_WHEEL_DOWN;
}

static enum acd_act_result repeat(struct acd_act *act, enum acd_action_id id, int times)
{
    enum acd_act_result result = ACD_ACT_NOTHING;
    for (; times > 0; times--)
        result = acd_act_do(act, id);
    return result;
}

/* ---------------------------------------------------------------- rows */

static bool starts_with(const struct acd_grid *grid, int x, int y, char c)
{
    const struct acd_grid_cell *cell = acd_grid_at(grid, x, y);
    return cell->len == 1 && cell->text[0] == c;
}

static bool is_marked(const struct acd_grid *grid, struct acd_rect body, int y)
{
    if (starts_with(grid, body.x, y, '>'))
        return true;
    for (int x = body.x; x < body.x + body.w; x++)
        if (acd_grid_at(grid, x, y)->style == ACD_STYLE_SELECTED)
            return true;
    return false;
}

/* Where panels stand on one screen, what can be selected has a blank or a mark before it: headings
 * have none, what belongs to the row above has more. */
static bool is_item(const struct acd_grid *grid, struct acd_rect body, int y)
{
    return (starts_with(grid, body.x, y, ' ') || starts_with(grid, body.x, y, '>')) &&
           !starts_with(grid, body.x + 1, y, ' ');
}

/* Where a list ends and what is known of its selected row begins: a blank row, a line, a heading. */
static bool is_border(const struct acd_grid *grid, struct acd_rect body, int y)
{
    int x = body.x;
    while (x < body.x + body.w && starts_with(grid, x, y, ' '))
        x++;
    return x == body.x + body.w ||
           (x == body.x && !starts_with(grid, x, y, '>') && !starts_with(grid, x, y, '['));
}

static bool has_panels(enum acd_view_id view)
{
    return view == ACD_VIEW_OVERVIEW || view == ACD_VIEW_TIMERS;
}

/* The marked row, -1 when there is none. Of several, the last one moves. */
static int marked_row(const struct acd_grid *grid, struct acd_rect body)
{
    for (int y = body.y + body.h - 1; y >= body.y; y--)
        if (is_marked(grid, body, y))
            return y;
    return -1;
}

static enum acd_act_result select_row(struct acd_act *act, const struct acd_grid *grid,
                                      struct acd_rect body, int y)
{
    int from = marked_row(grid, body), steps = 0;
    bool panels = has_panels(act->ui->view);
    if (from < 0 || (panels && !is_item(grid, body, y)))
        return ACD_ACT_NOTHING;
    if (y == from)
        return acd_act_do(act, ACD_ACTION_ENTER);
    for (int row = from; row != y;) {
        row += y > from ? 1 : -1;
        if (act->ui->view != ACD_VIEW_OVERVIEW && is_border(grid, body, row))
            return ACD_ACT_NOTHING;
        steps += !panels || is_item(grid, body, row);
    }
    return repeat(act, y > from ? ACD_ACTION_DOWN : ACD_ACTION_UP, steps);
}

/* A value may take several rows, and the tree knows which. */
static enum acd_act_result select_value(struct acd_act *act, struct acd_rect body, int y)
{
    struct acd_jsonview *v = &act->documents->json;
    struct acd_rect rows = acd_jsonview_rows(v, body);
    int row = y - rows.y;
    if (!v->tree || v->tree->raw || row < 0 || (size_t)row >= v->tree->row_count)
        return ACD_ACT_NOTHING;
    uint32_t node = v->tree->row[row].node;
    if (node == v->tree->selected)
        return acd_act_do(act, ACD_ACTION_ENTER);
    acd_jsontree_select(v->tree, node);
    return ACD_ACT_DRAW;
}

/* ---------------------------------------------------------------- clicks */

/* Where rows are selected, on screens that show more below or above them. */
static struct acd_rect rows_of(enum acd_view_id view, struct acd_rect body,
                               const struct acd_scene *scene)
{
    switch (view) {
    case ACD_VIEW_CACHE:
        if (scene->ui->missed.inside)
            return body;
        return acd_cache_rows(body, scene);
    case ACD_VIEW_TIMERS: return acd_timers_rows(body, scene);
    case ACD_VIEW_TIMER: return acd_timer_rows(body, scene);
    case ACD_VIEW_ERRORS: return acd_errorlist_rows(body, scene->digest->errors.count);
    case ACD_VIEW_ATTACH: return acd_attach_rows(body, scene->ui);
    default: return body;
    }
}

/* As with rows: a click chooses, and on what is chosen it takes it.  Beside the answers it is none. */
static enum acd_act_result answer(struct acd_act *act, struct acd_key key,
                                  const struct acd_grid *shown)
{
    const struct acd_rect at = {key.x, key.y, 1, 1};
    size_t choice = 0;
    if (!acd_prompt_answer_at(shown, act->ui, at, &choice))
        return ACD_ACT_NOTHING;
    if (choice == act->ui->prompt_choice)
        return acd_act_do(act, ACD_ACTION_ENTER);
    act->ui->prompt_choice = choice;
    return ACD_ACT_DRAW;
}

/* Beside the words it is none. */
static enum acd_act_result click_footer(struct acd_act *act, enum acd_action_id id)
{
    return id != ACD_ACTION_NONE ? acd_act_press(act, id) : ACD_ACT_NOTHING;
}

static enum acd_act_result click(struct acd_act *act, struct acd_key key,
                                 const struct acd_grid *shown)
{
    const struct acd_scene scene = {.fleet = act->fleet,
                                    .digest = act->digest,
                                    .ui = act->ui,
                                    .actions = act->actions ? act->actions : acd_actions_table,
                                    .action_count = acd_actions_count};
    struct acd_rect body = acd_view_body(act->ui, shown->w, shown->h);
    struct acd_rect footer = acd_grid_row(0, shown->h - 1, shown->w);
    if (act->ui->prompt != ACD_PROMPT_NONE)
        return answer(act, key, shown);
    /* A picture of one line has no rows. */
    if (shown->h < ACD_VIEW_MIN_HEIGHT || shown->w < ACD_VIEW_MIN_WIDTH || key.x < 0 ||
        key.x >= shown->w)
        return ACD_ACT_NOTHING;
    if (key.y == footer.y)
        return click_footer(act, acd_footer_at(footer, &scene, key.x));
    if (act->ui->view == ACD_VIEW_OVERVIEW)
        body.h = acd_overview_events_row(body, &scene) - body.y;
    body = rows_of(act->ui->view, body, &scene);
    if (key.y < body.y || key.y >= body.y + body.h || act->ui->view == ACD_VIEW_HELP)
        return ACD_ACT_NOTHING;
    if (act->ui->view == ACD_VIEW_JSON && act->documents)
        return select_value(act, body, key.y);
    return select_row(act, shown, body, key.y);
}

enum acd_act_result acd_act_mouse(struct acd_act *act, struct acd_key key,
                                  const struct acd_grid *shown)
{
    switch (key.code) {
    case ACD_KEY_WHEEL_UP: return repeat(act, ACD_ACTION_UP, WHEEL_ROWS);
    case ACD_KEY_WHEEL_DOWN: return repeat(act, ACD_ACTION_DOWN, WHEEL_ROWS);
    case ACD_KEY_MOUSE_PRESS: return click(act, key, shown);
    default: return ACD_ACT_NOTHING;
    }
}
