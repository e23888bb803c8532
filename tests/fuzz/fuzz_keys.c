/* SPDX-License-Identifier: MIT */
/*
 * Fuzz target: what is typed, clicked and resized.  Bytes go to a pseudo-terminal as a terminal's would,
 * come out as keys, act on a model with everything in it, and are drawn; FF and two bytes resize.
 * Whatever comes, the picture fits its terminal and a fresh drawing is the same.
 */
#include "config.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "tests/fuzz/replay.h"
#include "tests/support/model.h"
#include "tests/support/pty.h"
#include "tui/app/act.h"
#include "tui/app/act_level.h"
#include "tui/app/act_mouse.h"
#include "tui/app/actions.h"
#include "tui/app/documents.h"
#include "tui/app/finder.h"
#include "tui/app/numbers.h"
#include "tui/model/closeup.h"
#include "tui/model/roster.h"
#include "tui/term/keys.h"

#define CHUNK 256 /* bytes typed at once */

struct stage {
    struct acd_test_model m;
    struct acd_documents documents;
    struct acd_finder finder;
    struct acd_closeup closeup;
    struct acd_numbers numbers;
    struct acd_roster roster;
    struct acd_act act;
    struct acd_grid grid, fresh;
};

/* One terminal for all inputs: curses keeps state of its own. */
struct glass {
    struct pty pty;
    struct acd_screen *screen;
};

static void must(int holds, const char *claim)
{
    if (holds)
        return;
    fprintf(stderr, "does not hold: %s\n", claim);
    abort();
}

static int refuse(void *context, uint32_t number, uint32_t levels, uint32_t lease_s,
                  struct acd_problem *why)
{
    (void)context, (void)number, (void)levels, (void)lease_s;
    return acd_problem_set(why, ACD_PROBLEM_NOT_PERMITTED, EACCES, "not yours");
}

static int attach(void *context, const struct acd_roster_row *row, bool on, struct acd_problem *why)
{
    (void)context, (void)row, (void)on;
    return acd_problem_set(why, ACD_PROBLEM_NOT_FOUND, ENOENT, "gone");
}

static int copy(void *context, const char *bytes, size_t length)
{
    struct glass *glass = context;
    return acd_screen_copy(glass->screen, bytes, length, 1u << 16);
}

static void edit(void *context, const char *path)
{
    (void)context, (void)path;
}

static void set_stage(struct stage *s, struct glass *glass)
{
    memset(s, 0, sizeof *s);
    acd_test_model_init(&s->m);
    struct acd_server *server = acd_test_model_proxy(&s->m);
    acd_test_model_requests(&s->m, server);
    acd_test_model_logs(&s->m, server, 60, 10);
    acd_test_model_renew(&s->m);
    acd_documents_init(&s->documents, "/nonexistent", 0);
    must(acd_finder_init(&s->finder, &s->m.ui, &s->m.fleet) == 0, "there is memory");
    s->m.ui.files = &s->documents.files;
    s->m.ui.json = &s->documents.json;
    s->m.ui.closeup = &s->closeup;
    s->m.ui.roster = &s->roster;
    s->numbers.source = s->m.source;
    s->act = (struct acd_act){.ui = &s->m.ui,
                              .fleet = &s->m.fleet,
                              .digest = &s->m.digest,
                              .set_levels = refuse,
                              .attach = attach,
                              .context = glass,
                              .documents = &s->documents,
                              .finder = &s->finder,
                              .closeup = &s->closeup,
                              .numbers = &s->numbers,
                              .copy = copy,
                              .edit = edit};
}

static void clear_stage(struct stage *s)
{
    acd_grid_fini(&s->grid);
    acd_grid_fini(&s->fresh);
    acd_numbers_fini(&s->numbers);
    acd_finder_fini(&s->finder);
    acd_misses_fini(&s->closeup.misses);
    acd_act_level_end(&s->act);
    acd_documents_fini(&s->documents);
    acd_test_model_fini(&s->m);
}

static void drain(const struct glass *glass)
{
    char bytes[4096];
    struct pollfd readable = {.fd = glass->pty.glass, .events = POLLIN};
    while (poll(&readable, 1, 0) > 0 && readable.revents & POLLIN)
        if (read(glass->pty.glass, bytes, sizeof bytes) <= 0)
            return;
}

static void draw(struct stage *s, const struct glass *glass)
{
    const struct acd_scene scene = {&s->m.fleet, &s->m.digest, &s->m.ui, acd_actions_table,
                                    acd_actions_count};
    struct acd_rect body = acd_view_body(&s->m.ui, s->grid.w, s->grid.h);
    acd_documents_settle(&s->documents, s->m.ui.view, body);
    acd_act_settle(&s->act, body);
    acd_view_draw(&s->grid, &scene);
    acd_view_draw(&s->fresh, &scene);
    struct acd_run run = {0};
    must(!acd_grid_diff(&s->grid, &s->fresh, &run), "a fresh drawing is the same");
    int r = acd_screen_push(glass->screen, &s->grid);
    must(r == 0 || r == -EAGAIN, "the picture fits its terminal");
    drain(glass);
    acd_screen_flush(glass->screen);
}

static void resize(struct stage *s, const struct glass *glass, int w, int h)
{
    pty_resize(&glass->pty, w, h);
    must(acd_screen_resize(glass->screen) == 0, "there is memory");
    acd_screen_size(glass->screen, &w, &h);
    must(acd_grid_resize(&s->grid, w, h) == 0 && acd_grid_resize(&s->fresh, w, h) == 0,
         "there is memory");
    s->m.ui.page = h > 4 ? (size_t)h - 3 : 1;
}

static void take_key(struct stage *s, const struct glass *glass, struct acd_key key)
{
    enum acd_act_result result =
        acd_act_mouse_is(key) ? acd_act_mouse(&s->act, key, &s->grid) : acd_act_key(&s->act, key);
    for (int i = 0; i < 100 && acd_finder_work(&s->finder) == ACD_FINDER_BUSY; i++) {}
    if (result == ACD_ACT_RENEW)
        acd_numbers_renew(&s->numbers, &s->m.digest, &s->m.ui, &s->m.fleet,
                          acd_finder_request(&s->finder));
    if (result == ACD_ACT_REDRAW)
        acd_screen_redraw(glass->screen);
    if (result != ACD_ACT_NOTHING)
        draw(s, glass);
}

static void type(struct stage *s, const struct glass *glass, const uint8_t *bytes, size_t length)
{
    struct acd_key key;
    int waiting = 0;
    if (length == 0)
        return;
    pty_type(&glass->pty, (const char *)bytes, length);
    /* All of it arrives before it is read, so that a run is like another; but for what the line
     * itself takes away, such as ^Z. */
    for (int tries = 0; (size_t)waiting < length && tries < 5; tries++) {
        ioctl(glass->pty.line, FIONREAD, &waiting);
        if ((size_t)waiting < length)
            poll(NULL, 0, 1);
    }
    while (acd_keys_next(glass->screen, &key) > 0)
        take_key(s, glass, key);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct glass glass;
    static struct stage s;
    if (!glass.screen) {
        struct acd_screen_error error;
        pty_open(&glass.pty, 80, 24);
        const struct acd_screen_options options = {.in_fd = glass.pty.line,
                                                   .out_fd = glass.pty.line,
                                                   .term = "xterm-256color",
                                                   .mouse = true,
                                                   .esc_delay_ms = 1};
        must(acd_screen_open(&options, &glass.screen, &error) == 0, "there is a terminal");
    }
    set_stage(&s, &glass);
    must(acd_grid_init(&s.grid, 80, 24, size & 1 ? ACD_GLYPHS_ASCII : ACD_GLYPHS_BRAILLE) == 0 &&
             acd_grid_init(&s.fresh, 80, 24, s.grid.glyphs) == 0,
         "there is memory");
    resize(&s, &glass, 80, 24);
    draw(&s, &glass);
    for (size_t at = 0, from = 0; at < size || from < size; at++) {
        bool ends = at == size, resizes = !ends && data[at] == 0xff && at + 2 < size;
        if (!ends && !resizes && at - from < CHUNK)
            continue;
        type(&s, &glass, data + from, at - from);
        from = at;
        if (resizes) {
            resize(&s, &glass, data[at + 1] + 1, data[at + 2] % 80 + 1);
            draw(&s, &glass);
            at += 2;
            from = at + 1;
        }
        if (ends)
            break;
    }
    if (getenv("ACD_FUZZ_SHOW"))
        fprintf(stderr, "%s %dx%d\n", acd_view_get(s.m.ui.view)->name, s.grid.w, s.grid.h);
    clear_stage(&s);
    return 0;
}
