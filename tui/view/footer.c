/* SPDX-License-Identifier: MIT */
/* The line of keys, see footer.h. */
#include "config.h"

#include "tui/view/footer.h"

#include <string.h>

/* The first of an action's keys, as the footer shows it. */
static size_t first_key(const struct acd_action *action)
{
    return strcspn(action->keys, " ");
}

static int width_of(const struct acd_action *action)
{
    return (int)(first_key(action) + 1 + strlen(action->footer));
}

static void draw_key(struct acd_grid *grid, struct acd_rect *at, const struct acd_action *action)
{
    size_t length = first_key(action);
    int taken = acd_grid_textn(grid, *at, ACD_STYLE_KEY, action->keys, length);
    at->x += taken;
    at->w -= taken;
    acd_grid_append(grid, at, ACD_STYLE_FOOTER, " ");
    acd_grid_append(grid, at, ACD_STYLE_FOOTER, action->footer);
}

/* On its own screen a scope's actions come first, elsewhere they are not there.  Without servers,
 * there are no actions of servers. */
static bool is_shown(const struct acd_scene *scene, const struct acd_action *action, bool own)
{
    const struct acd_ui *ui = scene->ui;
    if (!action->footer)
        return false;
    if (action->id == ACD_ACTION_ENTER)
        return own && (ui->view == ACD_VIEW_TIMERS || ui->view == ACD_VIEW_TIMER);
    if (action->id == ACD_ACTION_BACK)
        return own && (ui->view == ACD_VIEW_TIMER || ui->view == ACD_VIEW_RUN);
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
        if (scene->actions[i].footer)
            last = &scene->actions[i];
    return last;
}

static void draw_keys(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene)
{
    const struct acd_action *last = last_in_footer(scene);
    if (!last)
        return;
    for (size_t i = 0; i < scene->action_count * 2; i++) {
        const struct acd_action *action = &scene->actions[i % scene->action_count];
        if (!is_shown(scene, action, i < scene->action_count) || action == last)
            continue;
        if (width_of(action) + 1 + width_of(last) > at.w)
            break;
        draw_key(grid, &at, action);
        acd_grid_append(grid, &at, ACD_STYLE_FOOTER, " ");
    }
    draw_key(grid, &at, last);
}

void acd_footer_draw(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene)
{
    const struct acd_ui *ui = scene->ui;
    acd_grid_fill(grid, at, ACD_STYLE_FOOTER);
    if (ui->message[0] && ui->now_ns < ui->message_until_ns)
        acd_grid_text(grid, at, ui->message_style, ui->message);
    else
        draw_keys(grid, at, scene);
}
