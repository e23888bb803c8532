/* SPDX-License-Identifier: MIT */
/*
 * The title line, see header.h: parts, each with a long and three shorter forms, which are shortened
 * in a fixed order until the line fits.
 */
#include "config.h"

#include "tui/view/header.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tui/view/jsonview.h"

#include "tui/model/raised.h"
#include "tui/view/eventtext.h"

#define SECOND UINT64_C(1000000000)
#define FORMS 4

enum part_id {
    PART_PROGRAM,
    PART_SERVER,
    PART_STATE,
    PART_LEVEL,
    PART_WHO,
    PART_VIEW,
    PART_FOLLOW,
    PART_MARK,
    PART_FILTER,
    PART_LIVE,
    PART_LOST,
    PARTS
};

/* form[0] is the longest; "" leaves the part out. */
struct part {
    char form[FORMS][96];
    unsigned chosen;
    enum acd_style style;
};

/* Which part gives way first.  With all of it the line fits into 40 columns: at the most
 * "[4194304] DETACH L1>L3 V<=3 R M F PAUSED". */
static const struct {
    enum part_id part;
    unsigned form;
} shrinking[] = {
    {PART_PROGRAM, 1}, {PART_STATE, 1},  {PART_WHO, 1},  {PART_LOST, 1},   {PART_LEVEL, 1},
    {PART_WHO, 2},     {PART_STATE, 2},  {PART_LOST, 2}, {PART_VIEW, 1},   {PART_LEVEL, 2},
    {PART_MARK, 1},    {PART_FOLLOW, 1}, {PART_VIEW, 2}, {PART_SERVER, 1}, {PART_LIVE, 1},
    {PART_FILTER, 1},  {PART_SERVER, 2}, {PART_MARK, 2}, {PART_FOLLOW, 2}, {PART_LIVE, 2},
    {PART_FILTER, 2},  {PART_LEVEL, 3},  {PART_MARK, 3}, {PART_FOLLOW, 3}, {PART_SERVER, 3},
    {PART_LOST, 3},
};

/* The form that a line of few parts has. */
#define FORM_FEW 2

static void set(struct part *part, unsigned form, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void set(struct part *part, unsigned form, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(part->form[form], sizeof part->form[form], format, arguments);
    va_end(arguments);
    for (unsigned i = form + 1; i < FORMS; i++)
        memcpy(part->form[i], part->form[form], sizeof part->form[i]);
}

static uint64_t since(const struct acd_scene *scene, uint64_t then_ns)
{
    return scene->ui->now_ns > then_ns ? scene->ui->now_ns - then_ns : 0;
}

/* ---------------------------------------------------------------- the parts */

static void server_part(struct part *part, const struct acd_fleet *fleet,
                        const struct acd_server *one, size_t count)
{
    part->style = ACD_STYLE_TITLE;
    if (one) {
        set(part, 0, "%s[%" PRIu32 "]", one->app, one->pid);
        set(part, 1, "%.*s[%" PRIu32 "]", (int)acd_text_head(one->app, 12), one->app, one->pid);
        set(part, 2, "%.*s[%" PRIu32 "]", (int)acd_text_head(one->app, 6), one->app, one->pid);
        set(part, 3, "[%" PRIu32 "]", one->pid);
    } else if (count == 0) {
        set(part, 0, "no server %s", acd_fleet_all_detached(fleet) ? "shown" : "yet");
    } else {
        set(part, 0, "all %zu servers", count);
        set(part, 1, "%zu servers", count);
    }
}

static void state_part(struct part *part, const struct acd_scene *scene,
                       const struct acd_server *one)
{
    if (!one)
        return;
    uint64_t last = one->died_ns ? one->died_ns : acd_server_last_sign_ns(one);
    struct acd_label ago = acd_text_age_s(since(scene, last) / SECOND);
    part->style = ACD_STYLE_BAD;
    if (one->trouble[0]) {
        set(part, 0, "DETACHED");
        set(part, 2, "DETACH");
    } else if (one->liveness == ACD_LIVENESS_CLOSED) {
        part->style = ACD_STYLE_WARN;
        set(part, 0, "ENDED %s ago", last ? ago.s : "long");
        set(part, 1, "ENDED");
    } else if (one->liveness == ACD_LIVENESS_DEAD) {
        set(part, 0, "DEAD %s ago (killed or crashed)", last ? ago.s : "long");
        set(part, 1, "DEAD %s ago (killed)", last ? ago.s : "long");
        set(part, 2, "DEAD");
    } else {
        part->style = ACD_STYLE_DIM;
        set(part, 0, "%s %s", one->liveness == ACD_LIVENESS_ALIVE ? "up" : "alive?",
            acd_text_duration_ns(since(scene, one->opened_ns)).s);
        set(part, 1, "%s", "");
    }
}

static enum acd_style style_of_level(unsigned level)
{
    static const enum acd_style styles[4] = {ACD_STYLE_DIM, ACD_STYLE_LEVEL1, ACD_STYLE_LEVEL2,
                                             ACD_STYLE_LEVEL3};
    return styles[level & 3u];
}

/* "L2 verbose", "L2* verbose" when categories differ; while the server has not answered yet,
 * "L1 basic, L3 trace asked". */
static void level_text(char *out, size_t size, const struct acd_server *s)
{
    bool mixed = false;
    unsigned acked = acd_server_level(s->acked_levels, &mixed);
    unsigned asked = acd_server_level(s->control.levels, NULL);
    int n = snprintf(out, size, "L%u%s %s", acked, mixed ? "*" : "", acd_level_name(acked));
    if (acd_server_is_live(s) && !acd_server_acked(s) && n > 0 && (size_t)n < size)
        snprintf(out + n, size - (size_t)n, ", L%u %s asked", asked, acd_level_name(asked));
}

/* Is its lease one that we make longer until we end? */
static bool is_held(const struct acd_scene *scene, const struct acd_server *s)
{
    const struct acd_raised *raised = scene->ui->raised;
    const struct acd_raised_row *row = raised ? acd_raised_find(raised, s->number) : NULL;
    return row && row->how_long == ACD_RAISED_UNTIL_QUIT;
}

/* " for 58s", " until you quit". */
static void lease_text(char *out, size_t size, const struct acd_scene *scene,
                       const struct acd_server *s)
{
    uint64_t until = s->control.lease_until_realtime_ns, now = scene->ui->now_ns;
    out[0] = '\0';
    if (!s->control.leased || until <= now)
        return;
    if (is_held(scene, s))
        snprintf(out, size, " until you quit");
    else
        snprintf(out, size, " for %s",
                 acd_text_duration_ns((until - now + SECOND - 1) / SECOND * SECOND).s);
}

/* Who set a level that is not the one that the server started with, and until when. */
static void who_part(struct part *part, const struct acd_scene *scene, const struct acd_server *s)
{
    char until[48] = "";
    part->style = ACD_STYLE_DIM;
    if (!s->control.who[0] || s->control.levels == s->control.start_levels)
        return;
    if (s->control.leased && !is_held(scene, s)) {
        struct acd_label time = acd_eventtext_time(s->control.lease_until_realtime_ns,
                                                   scene->ui->now_ns, scene->ui->utc_offset_s);
        time.s[strcspn(time.s, ".")] = '\0';
        snprintf(until, sizeof until, " until %s", time.s);
    }
    /* "ada@host (acdebug-top)": with what, everybody knows. */
    const char *with = strstr(s->control.who, " (");
    int word = (int)(with ? (size_t)(with - s->control.who) : strlen(s->control.who)),
        most = (int)acd_text_head(s->control.who, 40);
    int name = word < most ? word : most;
    set(part, 0, "by %.*s%s", name, s->control.who, until);
    set(part, 1, "by %.*s", name, s->control.who);
    set(part, 2, "%s", "");
}

static void level_of_one(struct part *part, const struct acd_scene *scene,
                         const struct acd_server *s)
{
    char named[64], lease[40];
    level_text(named, sizeof named, s);
    lease_text(lease, sizeof lease, scene, s);
    part->style = style_of_level(acd_server_level(s->acked_levels, NULL));
    set(part, 0, "SERVER %s%s", named, lease);
    set(part, 1, "%s%s", named, lease);
    set(part, 2, "%s", named);
    set(part, 3, "%.*s", (int)strcspn(named, " "), named);
    if (acd_server_is_live(s) && !acd_server_acked(s)) {
        unsigned acked = acd_server_level(s->acked_levels, NULL);
        unsigned asked = acd_server_level(s->control.levels, NULL);
        set(part, 2, "L%u>L%u asked", acked, asked);
        set(part, 3, "L%u>L%u", acked, asked);
    }
}

/* Several servers: their level if it is one, else from the lowest to the highest. */
static void level_of_many(struct part *part, const struct acd_scene *scene)
{
    struct acd_selection resolved = acd_fleet_resolve(scene->fleet, scene->ui->selection);
    unsigned low = 3, high = 0, count = 0;
    for (size_t i = 0; i < scene->fleet->count; i++) {
        const struct acd_server *s = scene->fleet->server[i];
        if (!acd_fleet_selects(resolved, s))
            continue;
        unsigned level = acd_server_level(s->acked_levels, NULL);
        low = level < low ? level : low;
        high = level > high ? level : high;
        count++;
    }
    part->style = style_of_level(high);
    if (count == 0)
        set(part, 0, "%s", "");
    else if (low == high)
        set(part, 0, "SERVER L%u %s", low, acd_level_name(low));
    else
        set(part, 0, "SERVER L%u %s to L%u %s", low, acd_level_name(low), high,
            acd_level_name(high));
    if (count > 0)
        set(part, 1, "%s", part->form[0] + strlen("SERVER "));
    if (low != high) {
        set(part, 2, "L%u to L%u", low, high);
        set(part, 3, "L%u-%u", low, high);
    }
}

static void view_part(struct part *part, const struct acd_ui *ui)
{
    part->style = ACD_STYLE_TITLE;
    set(part, 0, "VIEW <=%u %s", ui->filter.level, acd_level_name(ui->filter.level));
    set(part, 1, "VIEW <=%u", ui->filter.level);
    set(part, 2, "V<=%u", ui->filter.level);
}

/* What is cut of an id is said: without, it is another one. */
static void set_id(struct part *part, unsigned form, const char *before, const char *id,
                   size_t most)
{
    bool whole = strlen(id) <= most;
    int shown = (int)acd_text_head(id, whole ? most : most - 3);
    set(part, form, "%s%.*s%s", before, shown, id, whole ? "" : "...");
}

static void follow_part(struct part *part, const struct acd_followed *followed)
{
    char id[ACD_FOLLOWED_BYTES + 4];
    part->style = ACD_STYLE_MATCH;
    if (followed->kind == ACD_REQUEST_NONE)
        return;
    if (followed->kind == ACD_REQUEST_NUMBER)
        snprintf(id, sizeof id, "%" PRIu64, followed->number);
    else
        snprintf(id, sizeof id, "%s%s", followed->text, followed->cut ? "..." : "");
    set_id(part, 0, "ONLY req ", id, 40);
    set_id(part, 1, "ONLY ", id, 16);
    set_id(part, 2, "", id, 8);
    set(part, 3, "R");
}

static void mark_part(struct part *part, const struct acd_scene *scene)
{
    if (scene->ui->mark_ns == 0)
        return;
    uint64_t seconds = since(scene, scene->ui->mark_ns) / SECOND;
    struct acd_label ago =
        seconds < 60 ? acd_text_age_s(seconds) : acd_text_duration_ns(seconds * SECOND);
    part->style = ACD_STYLE_MATCH;
    set(part, 0, "since mark %s", ago.s);
    set(part, 1, "mark %s", ago.s);
    set(part, 2, "M %s", acd_text_age_s(seconds).s);
    set(part, 3, "M");
}

static void filter_part(struct part *part, const struct acd_lookup *lookup)
{
    part->style = ACD_STYLE_MATCH;
    if (!lookup->filter[0])
        return;
    set(part, 0, "FILTER");
    set(part, 1, "FILT");
    set(part, 2, "F");
}

static void live_part(struct part *part, const struct acd_scene *scene,
                      const struct acd_server *one)
{
    const struct acd_ui *ui = scene->ui;
    if (ui->paused) {
        uint64_t news = acd_store_next(scene->fleet->store) - acd_ui_end(ui, scene->fleet->store);
        part->style = ACD_STYLE_PAUSED;
        set(part, 0, "PAUSED +%s", acd_text_exact(news).s);
        set(part, 1, "PAUSED +%s", acd_text_count(news).s);
        set(part, 2, "PAUSED");
    } else if (ui->replay[0]) {
        part->style = ACD_STYLE_ACCENT;
        set(part, 0, "%s", ui->replay);
    } else if (scene->fleet->count == 0) {
        part->style = ACD_STYLE_DIM;
        set(part, 0, "WAITING");
    } else if (!one || (acd_server_is_live(one) && !one->trouble[0])) {
        part->style = ACD_STYLE_OK;
        set(part, 0, "LIVE");
    }
}

static void lost_part(struct part *part, const struct acd_digest *digest)
{
    part->style = digest->lost ? ACD_STYLE_GAP : ACD_STYLE_DIM;
    set(part, 0, "lost %s", acd_text_count(digest->lost).s);
    if (digest->lost == 0)
        set(part, 1, "%s", "");
    else
        set(part, 2, "-%s", acd_text_count(digest->lost).s);
    set(part, 3, "%s", "");
}

/* ---------------------------------------------------------------- the line */

/* One blank between parts where there is no room for two. */
static int gap_for(int room)
{
    return room < 60 ? 1 : 2;
}

static int width_of(const struct part *parts, const struct acd_grid *grid, int gap)
{
    int width = 0;
    for (int i = 0; i < PARTS; i++) {
        const char *text = parts[i].form[parts[i].chosen];
        if (text[0])
            width += (int)acd_text_width(text, strlen(text), grid->text_flags, 1000) +
                     (width > 0 ? gap : 0);
    }
    return width;
}

static void shrink(struct part *parts, const struct acd_grid *grid, int room)
{
    for (size_t i = 0; i < sizeof shrinking / sizeof shrinking[0]; i++) {
        struct part *part = &parts[shrinking[i].part];
        if (width_of(parts, grid, gap_for(room)) <= room)
            return;
        if (part->chosen < shrinking[i].form)
            part->chosen = shrinking[i].form;
    }
}

static void fill_parts(struct part *parts, const struct acd_scene *scene)
{
    size_t count = 0;
    const struct acd_server *one = acd_fleet_single(scene->fleet, scene->ui->selection, &count);
    parts[PART_PROGRAM].style = ACD_STYLE_DIM;
    set(&parts[PART_PROGRAM], 0, "acdebug-top");
    set(&parts[PART_PROGRAM], 1, "%s", "");
    server_part(&parts[PART_SERVER], scene->fleet, one, count);
    state_part(&parts[PART_STATE], scene, one);
    if (one)
        who_part(&parts[PART_WHO], scene, one);
    if (one)
        level_of_one(&parts[PART_LEVEL], scene, one);
    else
        level_of_many(&parts[PART_LEVEL], scene);
    view_part(&parts[PART_VIEW], scene->ui);
    follow_part(&parts[PART_FOLLOW], &scene->ui->followed);
    mark_part(&parts[PART_MARK], scene);
    filter_part(&parts[PART_FILTER], &scene->ui->lookup);
    live_part(&parts[PART_LIVE], scene, one);
    lost_part(&parts[PART_LOST], scene->digest);
}

void acd_header_draw(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene)
{
    struct part parts[PARTS] = {0};
    fill_parts(parts, scene);
    shrink(parts, grid, at.w);
    const char *gap = gap_for(at.w) == 1 ? " " : "  ";
    bool first = true;
    for (int i = 0; i < PARTS; i++) {
        const char *text = parts[i].form[parts[i].chosen];
        if (!text[0])
            continue;
        if (!first)
            acd_grid_append(grid, &at, ACD_STYLE_NORMAL, gap);
        acd_grid_append(grid, &at, parts[i].style, text);
        first = false;
    }
}

void acd_header_draw_tiny(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene)
{
    static const enum part_id order[] = {PART_SERVER, PART_STATE, PART_LIVE, PART_LEVEL, PART_VIEW};
    const size_t count = sizeof order / sizeof order[0];
    struct part all[PARTS] = {0}, parts[PARTS] = {0};
    fill_parts(all, scene);
    for (size_t i = 0; i < count; i++) {
        parts[order[i]] = all[order[i]];
        parts[order[i]].chosen = FORM_FEW;
    }
    shrink(parts, grid, at.w);
    for (size_t i = 0; i < count; i++) {
        const struct part *part = &parts[order[i]];
        if (!part->form[part->chosen][0])
            continue;
        acd_grid_append(grid, &at, part->style, part->form[part->chosen]);
        acd_grid_append(grid, &at, ACD_STYLE_NORMAL, " ");
    }
    char text[48];
    const struct acd_errors *errors = &scene->digest->errors;
    snprintf(text, sizeof text, "errors %s", acd_text_count(errors->total).s);
    acd_grid_append_whole(grid, &at, errors->total ? ACD_STYLE_ERROR : ACD_STYLE_DIM, text);
}

void acd_header_title(char *out, size_t size, const struct acd_scene *scene)
{
    const struct acd_ui *ui = scene->ui;
    size_t count = 0;
    const struct acd_server *one = acd_fleet_single(scene->fleet, ui->selection, &count);
    const char *state = ui->paused ? " PAUSED" : "";
    if (ui->alone)
        snprintf(out, size, "acdebug-top: %s", ui->json ? ui->json->name : "");
    else if (one && !acd_server_is_live(one))
        snprintf(out, size, "acdebug-top: %s[%" PRIu32 "] %s%s", one->app, one->pid,
                 one->liveness == ACD_LIVENESS_CLOSED ? "ENDED" : "DEAD", state);
    else if (one)
        snprintf(out, size, "acdebug-top: %s[%" PRIu32 "]%s", one->app, one->pid, state);
    else
        snprintf(out, size, "acdebug-top: %zu servers%s", count, state);
}
