/* SPDX-License-Identifier: MIT */
/* The line of keys, see footer.h. */
#include "config.h"

#include "tui/view/footer.h"

#include <stdint.h>
#include <string.h>

#include "tui/view/widgets.h"

/* The first of an action's keys, as the footer shows it. */
static size_t first_key(const struct acd_action *action)
{
    return strcspn(action->keys, " ");
}

static int width_of(const struct acd_action *action)
{
    size_t key = acd_text_width(action->keys, first_key(action), 0, SIZE_MAX);
    return (int)(key + 1 + strlen(action->footer));
}

static void draw_key(struct acd_grid *grid, struct acd_rect at, const struct acd_action *action)
{
    int taken = acd_grid_textn(grid, at, ACD_STYLE_KEY, action->keys, first_key(action));
    at.x += taken;
    at.w -= taken;
    acd_grid_append(grid, &at, ACD_STYLE_FOOTER, " ");
    acd_grid_append(grid, &at, ACD_STYLE_FOOTER, action->footer);
}

/* On its own screen a scope's actions come first, elsewhere they are not there.  Without servers,
 * there are no actions of servers. */
static bool is_shown(const struct acd_scene *scene, const struct acd_action *action, bool own)
{
    const struct acd_ui *ui = scene->ui;
    if (!action->footer || !action->keys[0])
        return false;
    if (action->id == ACD_ACTION_ENTER)
        return own && (ui->view == ACD_VIEW_TIMERS || ui->view == ACD_VIEW_TIMER ||
                       ui->view == ACD_VIEW_CACHE || ui->view == ACD_VIEW_FILES ||
                       ui->view == ACD_VIEW_ERRORS ||
                       (ui->view == ACD_VIEW_EVENTS && ui->events.scrolled));
    if (action->id == ACD_ACTION_BACK)
        return own &&
               (ui->view == ACD_VIEW_TIMER || ui->view == ACD_VIEW_RUN ||
                ui->view == ACD_VIEW_MISS || (ui->view == ACD_VIEW_CACHE && ui->missed.inside));
    if (action->scope == ACD_SCOPE_JSON)
        return own && ui->view == ACD_VIEW_JSON;
    if (action->scope == ACD_SCOPE_SERVERS)
        return own && ui->view == ACD_VIEW_ATTACH;
    if (action->id == ACD_ACTION_PAUSE && ui->view == ACD_VIEW_ATTACH)
        return false; /* its key attaches there */
    if (action->scope == ACD_SCOPE_LOOKUP && ui->view == ACD_VIEW_JSON)
        return false; /* a file has its own search */
    return !own &&
           (!ui->alone || action->scope == ACD_SCOPE_PROGRAM || action->id == ACD_ACTION_HELP);
}

static const struct acd_action *last_in_footer(const struct acd_scene *scene)
{
    const struct acd_action *last = NULL;
    for (size_t i = 0; i < scene->action_count; i++)
        if (scene->actions[i].footer && scene->actions[i].keys[0])
            last = &scene->actions[i];
    return last;
}

/* What stands in the footer, one after the other; NULL at its end.  Begins with `*step` 0. */
static const struct acd_action *next_shown(const struct acd_scene *scene, size_t *step,
                                           struct acd_rect *rest, struct acd_rect *ret_at)
{
    const struct acd_action *last = last_in_footer(scene), *found = NULL;
    size_t all = scene->action_count * 2;
    while (last && !found && *step < all) {
        const struct acd_action *action = &scene->actions[*step % scene->action_count];
        bool own = (*step)++ < scene->action_count;
        if (!is_shown(scene, action, own) || action == last)
            continue;
        if (width_of(action) + 1 + width_of(last) > rest->w)
            *step = all;
        else
            found = action;
    }
    if (last && !found && (*step)++ == all)
        found = last;
    if (found) {
        int width = width_of(found);
        *ret_at = (struct acd_rect){rest->x, rest->y, width < rest->w ? width : rest->w, 1};
        rest->x += width + 1;
        rest->w -= width + 1;
    }
    return found;
}

static void draw_keys(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene)
{
    const struct acd_action *action;
    struct acd_rect here;
    size_t step = 0;
    while ((action = next_shown(scene, &step, &at, &here)))
        draw_key(grid, here, action);
}

static bool has_message(const struct acd_ui *ui)
{
    return ui->message[0] && ui->now_ns < ui->message_until_ns;
}

enum acd_action_id acd_footer_at(struct acd_rect at, const struct acd_scene *scene, int x)
{
    const struct acd_action *action;
    struct acd_rect here;
    size_t step = 0;
    while (!has_message(scene->ui) && (action = next_shown(scene, &step, &at, &here)))
        if (x >= here.x && x < here.x + here.w)
            return action->id;
    return ACD_ACTION_NONE;
}

/* A sentence that is longer than the line stands in as many rows as it needs, up from the last one: its
 * end says why, and what to do. */
static void draw_message(struct acd_grid *grid, struct acd_rect at, const struct acd_ui *ui)
{
    int rows = acd_widgets_paragraph_rows(grid, at.w, ui->message);
    if (rows > at.y)
        rows = at.y > 0 ? at.y : 1;
    struct acd_rect box = {at.x, at.y + 1 - rows, at.w, rows};
    acd_grid_fill(grid, box, ACD_STYLE_FOOTER);
    acd_widgets_paragraph(grid, box, ui->message_style, ui->message);
}

void acd_footer_draw(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene)
{
    const struct acd_ui *ui = scene->ui;
    acd_grid_fill(grid, at, ACD_STYLE_FOOTER);
    if (has_message(ui))
        draw_message(grid, at, ui);
    else
        draw_keys(grid, at, scene);
}
