/* SPDX-License-Identifier: MIT */
/* The live screen, see loop.h. */
#include "config.h"

#include "tui/app/loop.h"

#include <errno.h>
#include <langinfo.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tui/app/act.h"
#include "tui/app/act_events.h"
#include "tui/app/act_level.h"
#include "tui/app/act_mouse.h"
#include "tui/app/actions.h"
#include "tui/app/calm.h"
#include "tui/app/cmd.h"
#include "tui/app/conf.h"
#include "tui/app/demo_child.h"
#include "tui/app/documents.h"
#include "tui/app/editor.h"
#include "tui/app/finder.h"
#include "tui/app/numbers.h"
#include "tui/app/pace.h"
#include "tui/app/player.h"
#include "tui/app/rings.h"
#include "tui/app/say.h"
#include "tui/app/signals.h"
#include "tui/model/closeup.h"
#include "tui/reader/guard.h"
#include "tui/term/keys.h"
#include "tui/term/screen.h"
#include "tui/view/header.h"
#include "tui/view/view.h"

#define MS UINT64_C(1000000)
#define SECOND UINT64_C(1000000000)
#define PROGRESS_NS (100 * MS)
#define SCAN_NS (500 * MS)
#define PLAY_NS (50 * MS) /* a replay goes on so often, at least */
#define DRAIN_MOST 20000  /* events between two looks at the keyboard */

struct loop {
    const struct acd_args *args;
    struct acd_cmd cmd;
    struct acd_digest digest;
    struct acd_ui ui;
    struct acd_act act;
    struct acd_policy policy;
    struct acd_documents documents;
    struct acd_roster roster;
    struct acd_finder finder;
    struct acd_closeup closeup;
    struct acd_numbers numbers;
    struct acd_screen *screen;
    struct acd_grid grid;
    char title[160]; /* of the window */
    struct acd_player player;
    struct acd_pace pace;
    struct acd_calm calm;
    struct acd_now now;
    uint64_t drain_at, refresh_at, scan_at, progress_at; /* on the monotonic clock */
    uint64_t drawn_second;
    uint64_t fingerprint; /* of the numbers that were drawn */
    bool renew, draw;
    bool jumped;                /* in a replay: what comes now is shown, also while it is halted */
    bool reading;               /* a file: there is more to do at once */
    bool finding;               /* the same among the events */
    bool nearing;               /* and for what is looked at from near */
    int ending;                 /* the signal that ends us */
    int result;                 /* an exit code once it is over, -1 before */
    const char *why;            /* of a failure; said when the screen has gone */
    struct acd_problem problem; /* with a recording that is played again */
};

static uint64_t setting(const struct loop *l, enum acd_conf_id id)
{
    return l->args->conf->value[id];
}

static void fail(struct loop *l, const char *why)
{
    l->result = ACD_EXIT_FAILED;
    if (!l->why)
        l->why = why;
}

/* ---------------------------------------------------------------- numbers and picture */

static int32_t utc_offset(uint64_t realtime_ns)
{
    time_t seconds = (time_t)(realtime_ns / SECOND);
    struct tm tm;
    return localtime_r(&seconds, &tm) ? (int32_t)tm.tm_gmtoff : 0;
}

static void renew(struct loop *l)
{
    l->renew = false;
    if (!l->cmd.collect)
        return;
    l->ui.now_ns = l->now.realtime_ns;
    acd_numbers_renew(&l->numbers, &l->digest, &l->ui, &l->cmd.fleet,
                      acd_finder_request(&l->finder));
    l->draw = true;
}

static void name_window(struct loop *l, const struct acd_scene *scene)
{
    char name[sizeof l->title], title[sizeof l->title];
    acd_header_title(name, sizeof name, scene);
    acd_text_sanitise(title, sizeof title, name, strlen(name), l->grid.text_flags);
    if (strcmp(title, l->title) == 0)
        return;
    memcpy(l->title, title, sizeof title);
    acd_screen_title(l->screen, title);
}

static void draw(struct loop *l)
{
    const struct acd_scene scene = {&l->cmd.fleet, &l->digest, &l->ui, l->args->conf->keymap.action,
                                    acd_actions_count};
    l->ui.now_ns = l->now.realtime_ns;
    l->ui.utc_offset_s = utc_offset(l->now.realtime_ns);
    acd_documents_settle(&l->documents, l->ui.view, acd_view_body(&l->ui, l->grid.w, l->grid.h));
    if (l->ui.view == ACD_VIEW_ATTACH && l->cmd.collect)
        acd_rings_fill(&l->roster, l->cmd.collect, &l->cmd.fleet);
    l->nearing = acd_act_settle(&l->act, acd_view_body(&l->ui, l->grid.w, l->grid.h));
    if (l->cmd.collect)
        l->ui.list_end =
            acd_calm_end(&l->calm, l->cmd.fleet.store, (uint64_t)l->grid.h, l->now.monotonic_ns);
    acd_view_draw(&l->grid, &scene);
    int r = acd_screen_push(l->screen, &l->grid);
    if (r == -EIO)
        fail(l, "cannot write to the terminal");
    if (r == 0)
        name_window(l, &scene);
    /* A terminal that takes no more now gets a later picture, when it is ready. */
    l->draw = r == -EAGAIN;
    l->drawn_second = l->now.monotonic_ns / SECOND;
}

static int resize(struct loop *l)
{
    int w = 0, h = 0;
    if (acd_screen_resize(l->screen) < 0)
        return -ENOMEM;
    acd_screen_size(l->screen, &w, &h);
    l->draw = true;
    l->ui.page = h > 4 ? (size_t)h - 3 : 1;
    return acd_grid_resize(&l->grid, w, h);
}

/* Changes whenever a number that is shown does. */
static uint64_t fingerprint(const struct loop *l)
{
    uint64_t sum = acd_store_next(l->cmd.fleet.store) + l->cmd.fleet.count;
    for (size_t i = 0; i < l->cmd.fleet.count; i++)
        sum = sum * UINT64_C(0x100000001b3) + l->cmd.fleet.server[i]->fingerprint;
    return sum;
}

/* Reads totals and works the picture out anew, if it changed or its ages did. */
static void refresh(struct loop *l)
{
    acd_collect_sample(l->cmd.collect);
    uint64_t print = fingerprint(l);
    bool moved = print != l->fingerprint;
    bool aged = l->now.monotonic_ns / SECOND != l->drawn_second;
    l->fingerprint = print;
    if ((moved || aged) && !l->ui.paused)
        l->renew = true;
    if (moved || aged || l->calm.end < acd_store_next(l->cmd.fleet.store))
        l->draw = true;
}

/* Ours, or that of the recording that is shown. */
static void look_at_clock(struct loop *l)
{
    struct acd_now shown;
    acd_control_now(&l->now);
    if (!l->cmd.collect || !acd_collect_replay(l->cmd.collect))
        return;
    acd_collect_now(l->cmd.collect, &shown);
    l->now.realtime_ns = shown.realtime_ns;
}

static void read_rings(struct loop *l)
{
    acd_player_record(&l->player, &l->cmd.fleet, l->cmd.collect, &l->ui);
    acd_player_advance(&l->player, l->cmd.collect, &l->ui, l->now.monotonic_ns);
    uint64_t overrun = acd_collect_overrun(l->cmd.collect);
    size_t n = acd_collect_drain(l->cmd.collect, DRAIN_MOST);
    overrun = acd_collect_overrun(l->cmd.collect) - overrun;
    uint64_t wait = acd_pace_next(&l->pace, n + overrun, l->now.monotonic_ns);
    if (l->player.on && wait > PLAY_NS)
        wait = PLAY_NS;
    bool more = acd_collect_more(l->cmd.collect);
    l->drain_at = more ? l->now.monotonic_ns : l->now.monotonic_ns + wait;
    if (l->jumped && !more) {
        l->ui.paused_at = acd_store_next(l->cmd.fleet.store);
        if (l->ui.events.selected >= l->ui.paused_at || l->ui.events.bottom >= l->ui.paused_at)
            acd_act_events_follow(&l->ui);
        l->renew = true;
        l->jumped = false;
    }
}

static void scan(struct loop *l)
{
    if (l->cmd.collect && acd_collect_scan(l->cmd.collect)) {
        l->renew = true;
        /* Who is new may be fast: an idle viewer's next look would come too late. */
        acd_pace_wake(&l->pace, l->now.monotonic_ns);
        l->drain_at = l->now.monotonic_ns;
    }
    if (l->ui.view == ACD_VIEW_ATTACH && l->cmd.collect && acd_collect_look(l->cmd.collect))
        l->draw = true;
    if (l->ui.view == ACD_VIEW_JSON && acd_documents_watch(&l->documents))
        l->draw = true;
    if (l->cmd.collect) {
        l->ui.now_ns = l->now.realtime_ns;
        acd_act_level_tick(&l->act);
    }
    l->scan_at = l->now.monotonic_ns + SCAN_NS;
}

/* Files on, a slice at a time: progress is drawn now and then, the end at once. */
static void read_files(struct loop *l)
{
    enum acd_documents_step step = acd_documents_work(&l->documents, l->ui.view);
    l->reading = step == ACD_DOCUMENTS_BUSY;
    if (step == ACD_DOCUMENTS_NEWS || (l->reading && l->now.monotonic_ns >= l->progress_at)) {
        l->draw = true;
        l->progress_at = l->now.monotonic_ns + PROGRESS_NS;
    }
}

/* The same for filters and searches. */
static void find(struct loop *l)
{
    enum acd_finder_step step = acd_finder_work(&l->finder);
    l->finding = step == ACD_FINDER_BUSY;
    if (step == ACD_FINDER_NEWS || (l->finding && l->now.monotonic_ns >= l->progress_at)) {
        l->draw = true;
        l->renew = l->renew || acd_finder_request(&l->finder);
        l->progress_at = l->now.monotonic_ns + PROGRESS_NS;
    }
}

/* And for what is looked at from near. */
static void look_near(struct loop *l)
{
    if (!l->nearing)
        return;
    l->nearing = acd_act_settle(&l->act, acd_view_body(&l->ui, l->grid.w, l->grid.h));
    if (!l->nearing || l->now.monotonic_ns >= l->progress_at) {
        l->draw = true;
        l->progress_at = l->now.monotonic_ns + PROGRESS_NS;
    }
}

static void read_servers(struct loop *l)
{
    /* At rest, one wake-up reads the rings and the totals. */
    uint64_t every = setting(l, ACD_CONF_REFRESH);
    bool rests = l->pace.interval_ns > every;
    bool read = l->now.monotonic_ns >= l->drain_at;
    if (read)
        read_rings(l);
    if (l->now.monotonic_ns >= l->refresh_at || (read && rests)) {
        refresh(l);
        l->refresh_at = l->now.monotonic_ns + every;
        if (rests)
            l->refresh_at = l->drain_at;
    }
}

static void work(struct loop *l)
{
    look_at_clock(l);
    if (l->now.monotonic_ns >= l->scan_at)
        scan(l);
    if (l->cmd.collect)
        read_servers(l);
    else
        l->drain_at = l->refresh_at = l->scan_at;
    read_files(l);
    if (l->cmd.collect)
        find(l);
    look_near(l);
    if (l->renew)
        renew(l);
    if (l->draw && !acd_screen_pending(l->screen))
        draw(l);
}

/* ---------------------------------------------------------------- keys and signals */

static void suspend(struct loop *l)
{
    acd_screen_suspend(l->screen);
    acd_signals_stop_here();
    acd_screen_resume(l->screen);
    if (resize(l) < 0)
        fail(l, strerror(ENOMEM));
}

static void take_key(struct loop *l, struct acd_key key)
{
    /* Clicks mean what was shown, which is the last picture. */
    switch (acd_act_mouse_is(key) ? acd_act_mouse(&l->act, key, &l->grid)
                                  : acd_act_key(&l->act, key)) {
    case ACD_ACT_NOTHING: return;
    case ACD_ACT_DRAW: break;
    case ACD_ACT_RENEW: l->renew = true; break;
    case ACD_ACT_REDRAW: acd_screen_redraw(l->screen); break;
    case ACD_ACT_SUSPEND: suspend(l); break;
    case ACD_ACT_QUIT: l->result = ACD_EXIT_GOOD; break;
    }
    l->calm = (struct acd_calm){0}; /* who asks sees the newest */
    l->draw = true;
}

static void take_keys(struct loop *l)
{
    struct acd_key key;
    int r = 0;
    while (l->result < 0 && (r = acd_keys_next(l->screen, &key)) > 0)
        take_key(l, key);
    if (r == -EPIPE)
        fail(l, "cannot read from the terminal");
}

static void take_signals(struct loop *l)
{
    struct acd_signals s = acd_signals_take();
    if (s.ending) {
        l->ending = s.ending;
        l->result = ACD_EXIT_GOOD;
    }
    if (s.suspended)
        suspend(l);
    if (s.continued) {
        /* Whoever stopped us may have changed the terminal's modes. */
        acd_screen_resume(l->screen);
        acd_screen_redraw(l->screen);
        l->draw = true;
    }
    if ((s.resized || s.continued) && resize(l) < 0)
        fail(l, strerror(ENOMEM));
}

static struct timespec time_to(const struct loop *l, uint64_t at)
{
    uint64_t now = l->now.monotonic_ns, left = at > now ? at - now : 0;
    if (l->reading || l->finding || l->nearing)
        left = 0;
    return (struct timespec){(time_t)(left / SECOND), (long)(left % SECOND)};
}

static void wait_and_take(struct loop *l)
{
    struct pollfd fd[] = {{STDIN_FILENO, POLLIN, 0}, {acd_signals_fd(), POLLIN, 0}, {-1, 0, 0}};
    if (acd_screen_pending(l->screen))
        fd[2] = (struct pollfd){acd_screen_fd(l->screen), POLLOUT, 0};
    uint64_t next = l->drain_at < l->refresh_at ? l->drain_at : l->refresh_at;
    acd_control_now(&l->now);
    struct timespec left = time_to(l, next);
    int r = ppoll(fd, 3, &left, NULL);
    if (r < 0 && errno != EINTR)
        fail(l, strerror(errno));
    if (r <= 0)
        return;
    look_at_clock(l);
    l->ui.now_ns = l->now.realtime_ns;
    if (fd[1].revents)
        take_signals(l);
    if (fd[0].revents)
        take_keys(l);
    if (fd[2].revents && acd_screen_flush(l->screen) == -EIO)
        fail(l, "cannot write to the terminal");
}

/* ---------------------------------------------------------------- coming and going */

static int ask_levels(void *context, uint32_t number, uint32_t levels, uint32_t lease_s,
                      struct acd_problem *why)
{
    struct loop *l = context;
    return acd_collect_set_levels(l->cmd.collect, number, levels, lease_s, why);
}

static int attach(void *context, const struct acd_roster_row *row, bool on, struct acd_problem *why)
{
    struct loop *l = context;
    if (row->server == ACD_ROSTER_NOBODY)
        return acd_collect_attach(l->cmd.collect, row->serial, why);
    acd_collect_detach(l->cmd.collect, row->server, !on);
    return 0;
}

static bool play(void *context, enum acd_play_command command)
{
    struct loop *l = context;
    if (!acd_player_do(&l->player, command, l->cmd.collect, &l->ui))
        return false;
    if (l->player.on) {
        l->jumped = true;
        l->drain_at = l->refresh_at = 0;
    }
    return true;
}

static int copy(void *context, const char *bytes, size_t length)
{
    struct loop *l = context;
    return acd_screen_copy(l->screen, bytes, length, setting(l, ACD_CONF_CLIPBOARD));
}

static void edit(void *context, const char *path)
{
    struct loop *l = context;
    char name[64];
    acd_screen_suspend(l->screen);
    int r = acd_editor_run(path, name, sizeof name);
    acd_screen_resume(l->screen);
    if (resize(l) < 0)
        fail(l, strerror(ENOMEM));
    if (r == -EIO)
        acd_ui_say(&l->ui, ACD_STYLE_WARN, "%s said that it failed", name);
    else if (r < 0)
        acd_ui_say(&l->ui, ACD_STYLE_ERROR, "can't start '%s': %s. Hint: export EDITOR=vi", name,
                   strerror(-r));
}

static enum acd_glyphs glyphs_for(const struct loop *l)
{
    if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
        return ACD_GLYPHS_ASCII;
    switch (setting(l, ACD_CONF_GLYPHS)) {
    case ACD_CONF_GLYPHS_ASCII: return ACD_GLYPHS_ASCII;
    case ACD_CONF_GLYPHS_BRAILLE: return ACD_GLYPHS_BRAILLE;
    default: return ACD_GLYPHS_BLOCKS;
    }
}

static int open_screen(struct loop *l)
{
    const struct acd_screen_options options = {
        .in_fd = STDIN_FILENO,
        .out_fd = STDOUT_FILENO,
        .term = getenv("TERM"),
        .theme = &l->args->conf->theme,
        .no_colour = setting(l, ACD_CONF_NO_COLOUR) != 0,
        .mouse = setting(l, ACD_CONF_MOUSE) != 0,
    };
    struct acd_screen_error error;
    /* Before the terminal is taken: who is ended while it is must give it back. */
    int r = acd_signals_open();
    if (r < 0) {
        acd_say_error("%s", strerror(-r));
        return ACD_EXIT_FAILED;
    }
    if (acd_screen_open(&options, &l->screen, &error) < 0) {
        acd_say_error("%s", error.text);
        return ACD_EXIT_USAGE;
    }
    acd_signals_watch(l->screen);
    int w = 0, h = 0;
    acd_screen_size(l->screen, &w, &h);
    if (acd_grid_init(&l->grid, w, h, glyphs_for(l)) < 0 || resize(l) < 0)
        fail(l, strerror(ENOMEM));
    return l->result < 0 ? ACD_EXIT_GOOD : l->result;
}

/* The file alone: no server is looked for. */
static int open_file(struct loop *l, struct acd_problem *why)
{
    int r = acd_fleet_init(&l->cmd.fleet, ACD_STORE_ENTRIES_DEFAULT, ACD_STORE_BYTES_DEFAULT);
    if (r == 0)
        r = acd_documents_open(&l->documents, l->args->target[0].text, 0, why);
    if (r < 0) {
        if (!why->text[0])
            acd_problem_set(why, ACD_PROBLEM_SYSTEM, -r, "%s", strerror(-r));
        return r == -ENOMEM ? ACD_EXIT_FAILED : ACD_EXIT_BAD_INPUT;
    }
    l->ui.alone = true;
    l->ui.view = ACD_VIEW_JSON;
    return ACD_EXIT_GOOD;
}

/* On the screen that is configured, by the action of its name; errors of the configuration are
 * said, once more than on stderr, which the screen hides. */
static void begin(struct loop *l)
{
    const struct acd_conf *conf = l->args->conf;
    const struct acd_view *view = acd_view_get((enum acd_view_id)setting(l, ACD_CONF_SCREEN));
    size_t action = acd_keymap_find(view->name);
    if (view->id != ACD_VIEW_OVERVIEW && action < acd_actions_count)
        acd_act_do(&l->act, acd_actions_table[action].id);
    l->ui.now_ns = l->now.realtime_ns;
    if (conf->errors > 0)
        acd_ui_say(&l->ui, ACD_STYLE_ERROR, "%s", conf->first_error);
}

/* The servers, or the recording of some. @return an exit code, and `why` where it is not good */
static int open_rings(struct loop *l, struct acd_problem *why)
{
    const struct acd_collect_options options = {.dead = l->args->all ? ACD_COLLECT_ALL
                                                                     : ACD_COLLECT_LIVE_OR_LAST,
                                                .start = ACD_CURSOR_OLDEST};
    bool replays = l->args->command == ACD_COMMAND_REPLAY;
    int r = acd_cmd_try(&l->cmd, l->args, options, why);
    if (r != ACD_EXIT_GOOD)
        return r;
    if (replays && !acd_collect_replay(l->cmd.collect)) {
        acd_problem_set(why, ACD_PROBLEM_NOT_A_RING, 0,
                        "'%s' is no recording. Hint: acdebug-top record FILE.acdrec makes one",
                        l->args->target[0].text);
        return ACD_EXIT_BAD_INPUT;
    }
    l->numbers.source = acd_collect_histograms(l->cmd.collect);
    l->digest.window = l->args->conf->look.window;
    look_at_clock(l);
    if (replays)
        acd_player_begin(&l->player, l->cmd.collect, l->args->speed, l->now.monotonic_ns);
    return ACD_EXIT_GOOD;
}

static int open_model(struct loop *l)
{
    acd_ui_init(&l->ui);
    acd_documents_init(&l->documents, l->args->files,
                       glyphs_for(l) == ACD_GLYPHS_ASCII ? ACD_TEXT_ASCII : 0);
    l->documents.values_most = (uint32_t)setting(l, ACD_CONF_JSON_VALUES);
    l->documents.actions = l->args->conf->keymap.action;
    int r = l->args->command == ACD_COMMAND_VIEW ? open_file(l, &l->problem)
                                                 : open_rings(l, &l->problem);
    if (r != ACD_EXIT_GOOD) {
        acd_say_error("%s", l->problem.text);
        return r;
    }
    l->ui.roster = &l->roster;
    l->ui.closeup = &l->closeup;
    l->ui.raised = &l->act.raised;
    l->ui.files = &l->documents.files;
    l->ui.json = &l->documents.json;
    l->ui.filter.level =
        l->args->level >= 0 ? (unsigned)l->args->level : (unsigned)setting(l, ACD_CONF_VIEW_LEVEL);
    l->ui.look = &l->args->conf->look;
    l->policy = l->args->conf->policy;
    if (l->args->demo) /* its server ends with us: there is nothing to put back */
        l->policy.on_exit = ACD_POLICY_KEEP;
    l->act = (struct acd_act){.ui = &l->ui,
                              .fleet = &l->cmd.fleet,
                              .digest = &l->digest,
                              .actions = l->args->conf->keymap.action,
                              .set_levels = ask_levels,
                              .attach = attach,
                              .policy = &l->policy,
                              .context = l,
                              .documents = &l->documents,
                              .finder = &l->finder,
                              .closeup = &l->closeup,
                              .numbers = &l->numbers,
                              .copy = copy,
                              .copy_most = setting(l, ACD_CONF_CLIPBOARD),
                              .edit = edit,
                              .play = l->cmd.collect ? play : NULL};
    if (acd_finder_init(&l->finder, &l->ui, &l->cmd.fleet) < 0) {
        acd_say_error("%s", strerror(ENOMEM));
        return ACD_EXIT_FAILED;
    }
    look_at_clock(l);
    if (!l->ui.alone)
        begin(l);
    acd_pace_init(&l->pace, l->now.monotonic_ns);
    l->scan_at = l->now.monotonic_ns + SCAN_NS;
    return ACD_EXIT_GOOD;
}

static void close_rings(struct loop *l)
{
    acd_player_fini(&l->player);
    acd_misses_fini(&l->closeup.misses);
    acd_digest_fini(&l->digest);
    acd_roster_fini(&l->roster);
    acd_finder_fini(&l->finder);
    acd_numbers_fini(&l->numbers);
}

static void close_all(struct loop *l)
{
    acd_act_level_end(&l->act);
    acd_screen_close(l->screen);
    acd_signals_close();
    acd_grid_fini(&l->grid);
    close_rings(l);
    acd_cmd_close(&l->cmd);
    acd_documents_fini(&l->documents);
}

/* Back in a recording: from its beginning again, as far as was asked for.  What the user did to the
 * screen stays; what was seen since then is not there any more, a mark neither. */
static int play_back(struct loop *l)
{
    const struct acd_player before = l->player;
    close_rings(l);
    acd_cmd_drop(&l->cmd);
    memset(&l->closeup, 0, sizeof l->closeup);
    memset(&l->player, 0, sizeof l->player);
    l->ui.mark_ns = l->ui.mark_sequence = 0;
    int r = open_rings(l, &l->problem);
    if (r != ACD_EXIT_GOOD)
        fail(l, l->problem.text);
    else if (acd_finder_init(&l->finder, &l->ui, &l->cmd.fleet) < 0)
        fail(l, strerror(ENOMEM));
    if (l->result >= 0)
        return r == ACD_EXIT_GOOD ? ACD_EXIT_FAILED : r;
    acd_finder_resume(&l->finder);
    l->player.speed = before.speed;
    l->player.at_ns = before.back_to_ns;
    l->drain_at = l->refresh_at = l->fingerprint = 0;
    l->jumped = l->renew = true;
    return resize(l) < 0 ? ACD_EXIT_FAILED : ACD_EXIT_GOOD;
}

int acd_loop_run(const struct acd_args *args)
{
    struct loop l = {.args = args, .result = -1};
    int r = open_model(&l);
    if (r != ACD_EXIT_GOOD)
        return r;
    r = open_screen(&l);
    if (r == ACD_EXIT_GOOD)
        acd_guard_install();
    while (r == ACD_EXIT_GOOD && l.result < 0) {
        work(&l);
        if (l.result < 0)
            wait_and_take(&l);
        if (l.result < 0 && l.player.back_to_ns > 0)
            r = play_back(&l);
    }
    close_all(&l);
    if (l.why)
        acd_say_error("%s", l.why);
    if (l.ending)
        acd_signals_end_by(l.ending);
    return r == ACD_EXIT_GOOD ? l.result : r;
}
