/* SPDX-License-Identifier: MIT */
/*
 * From rings to the model, see collect.h.  A link is what we hold of one ring; it lives as long as
 * its server is in the fleet, because the scroll-back's sites stand in it.
 */
#include "config.h"

#include "tui/app/collect.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tui/app/args.h"
#include "tui/app/collect_private.h"

#define DEAD_KEPT 64 /* servers that died while we looked */

/* A recording has a clock of its own. */
static void renew_now(struct acd_collect *c)
{
    if (c->replay)
        acd_collect_play_now(c);
    else if (c->options.clock)
        c->now = *c->options.clock;
    else
        acd_control_now(&c->now);
}

/* ---------------------------------------------------------------- attaching */

static int note_failure(struct acd_collect *c, int r)
{
    if (r < 0 && c->failure == 0)
        c->failure = r;
    return r;
}

/* What a program can run out of, and the rings can do nothing about. */
static bool is_ours(int error)
{
    return error == ENOMEM || error == EMFILE || error == ENFILE;
}

static void close_link(struct link *link)
{
    acd_follow_free(link->follow);
    acd_ringmap_close(link->ring);
}

static struct link *add_link(struct acd_collect *c)
{
    if (c->count == c->room) {
        size_t room = c->room ? 2 * c->room : 8;
        struct link *grown = realloc(c->link, room * sizeof *grown);
        if (!grown)
            return NULL;
        c->link = grown;
        c->room = room;
    }
    struct link *link = &c->link[c->count];
    memset(link, 0, sizeof *link);
    return link;
}

int acd_collect_make_link(struct acd_collect *c, struct acd_ringmap *ring, uint64_t serial,
                          enum acd_cursor_start start)
{
    struct link *link = add_link(c);
    struct acd_follow *follow = NULL;
    if (!link)
        return -ENOMEM;
    int r = c->options.no_events ? 0 : acd_follow_new(&follow, ring, start);
    if (r < 0)
        return r;
    struct acd_server *server = acd_fleet_add(c->fleet);
    if (!server) {
        acd_follow_free(follow);
        return -ENOMEM;
    }
    acd_server_identify(server, acd_ringmap_name(ring), acd_ringmap_identity(ring));
    acd_clockmap_update(&server->clock, ring);
    acd_server_set_liveness(server, acd_liveness_of(ring), 0);
    *link =
        (struct link){.server = server->number, .serial = serial, .ring = ring, .follow = follow};
    c->count++;
    c->fleet->notice[0] = '\0';
    return 0;
}

/* A ring, or a recording of some, by its path. */
static int attach_path(struct acd_collect *c, const char *path, struct acd_problem *why)
{
    struct acd_ringmap *ring = NULL;
    if (acd_recfile_is(path))
        return acd_collect_play_open(c, path, why);
    int r = acd_ringmap_open(&ring, AT_FDCWD, path, ACD_RINGMAP_ANY_OWNER, why);
    if (r < 0)
        return r;
    r = acd_collect_make_link(c, ring, 0, c->options.start);
    if (r < 0) {
        acd_ringmap_close(ring);
        acd_problem_set_errno(why, -r, "read", path);
    }
    return r;
}

static void attach_entry(struct acd_collect *c, const struct acd_ring_entry *entry)
{
    struct acd_ringmap *ring = NULL;
    /* A server that started while we looked is followed from its first event. */
    enum acd_cursor_start start = c->scanned ? ACD_CURSOR_OLDEST : c->options.start;
    /* One that went in between is no loss, and one that can't be read is on the list. */
    int r = acd_discover_open(c->discover, entry, &ring, NULL);
    if (r == 0 && (r = acd_collect_make_link(c, ring, entry->serial, start)) < 0)
        acd_ringmap_close(ring);
    if (is_ours(-r)) {
        (void)note_failure(c, r);
        c->again = true;
    }
}

static bool is_live(const struct acd_ring_entry *entry)
{
    return entry->liveness == ACD_LIVENESS_ALIVE || entry->liveness == ACD_LIVENESS_UNKNOWN;
}

/* NULL: not wanted.  With no targets, any. */
static const struct acd_target *wanted_by(const struct acd_collect *c,
                                          const struct acd_ring_entry *entry)
{
    static const struct acd_target any = {"", ACD_TARGET_NAME, "", 0};
    if (entry->why)
        return NULL;
    if (c->options.target_count == 0)
        return &any;
    for (size_t i = 0; i < c->options.target_count; i++)
        if (acd_target_matches(&c->options.targets[i], entry))
            return &c->options.targets[i];
    return NULL;
}

static bool wants_now(const struct acd_collect *c, const struct acd_ring_entry *entry)
{
    const struct acd_target *target = wanted_by(c, entry);
    if (!target)
        return false;
    return is_live(entry) || c->options.dead == ACD_COLLECT_ALL || target->kind == ACD_TARGET_RING;
}

/* The newest dead ring that is wanted by `target` (NULL: by anybody), when none was attached. */
static void attach_last_dead(struct acd_collect *c, const struct acd_target *target)
{
    const struct acd_ring_entry *last = NULL;
    for (size_t i = 0; i < acd_discover_count(c->discover); i++) {
        const struct acd_ring_entry *e = acd_discover_entry(c->discover, i);
        const struct acd_target *by = wanted_by(c, e);
        if (!by || (target && by != target))
            continue;
        if (is_live(e))
            return;
        if (!last || e->opened_realtime_ns > last->opened_realtime_ns)
            last = e;
    }
    if (last)
        attach_entry(c, last);
}

/* At the beginning, when only dead ones are there: the one that a target means, or the newest. */
static void attach_dead(struct acd_collect *c)
{
    if (c->options.dead == ACD_COLLECT_ALL)
        return;
    for (size_t i = 0; i < c->options.target_count; i++)
        if (c->options.targets[i].kind == ACD_TARGET_NAME ||
            c->options.targets[i].kind == ACD_TARGET_PID)
            attach_last_dead(c, &c->options.targets[i]);
    if (c->options.target_count == 0 && c->options.dead == ACD_COLLECT_LIVE_OR_LAST)
        attach_last_dead(c, NULL);
}

static void look_at_entries(struct acd_collect *c)
{
    uint64_t newest = c->newest_serial;
    bool again = c->again;
    c->again = false;
    for (size_t i = 0; i < acd_discover_count(c->discover); i++) {
        const struct acd_ring_entry *e = acd_discover_entry(c->discover, i);
        if (c->scanned && e->serial <= c->newest_serial &&
            (!again || acd_collect_server(c, e) != ACD_FLEET_NONE))
            continue;
        if (e->serial > newest)
            newest = e->serial;
        if (e->why && is_ours(e->why->error))
            (void)note_failure(c, -e->why->error);
        if (wants_now(c, e))
            attach_entry(c, e);
    }
    c->newest_serial = newest;
    if (!c->scanned)
        attach_dead(c);
}

/* ---------------------------------------------------------------- finding */

/* What is there and can't be read, of what is wanted. */
static const struct acd_problem *first_problem(const struct acd_collect *c)
{
    for (size_t i = 0; i < acd_discover_count(c->discover); i++) {
        const struct acd_ring_entry *e = acd_discover_entry(c->discover, i);
        bool named = c->options.target_count == 0;
        for (size_t k = 0; k < c->options.target_count; k++)
            named = named || strcmp(c->options.targets[k].text, e->name) == 0;
        if (e->why && named)
            return e->why;
    }
    return NULL;
}

/* A mistyped command is taken for a server. */
static void say_awaited(char *notice, size_t size, const char *target)
{
    const char *command = acd_args_command_near(target);
    if (command)
        snprintf(notice, size, "Waiting for '%s' to start. Did you mean 'acdebug-top %s'?", target,
                 command);
    else
        snprintf(notice, size, "Waiting for '%s' to start.", target);
}

static void say_why_empty(struct acd_collect *c, const struct acd_problem *why)
{
    const struct acd_problem *problem = c->count > 0 ? NULL : first_problem(c);
    char *notice = c->fleet->notice;
    size_t size = sizeof c->fleet->notice;
    if (c->count > 0 && acd_fleet_all_detached(c->fleet))
        snprintf(notice, size, "Every server is left out.");
    else if (c->count > 0)
        notice[0] = '\0';
    else if (why->text[0])
        snprintf(notice, size, "%s", why->text);
    else if (problem)
        snprintf(notice, size, "%s", problem->text);
    else if (c->options.target_count > 0)
        say_awaited(notice, size, c->options.targets[0].text);
    else
        snprintf(notice, size, "No server yet: waiting for one to start in %s.",
                 acd_discover_directory(c->discover));
}

static void detach_shrunk(struct link *link, struct acd_server *server)
{
    uint64_t bytes[2];
    struct acd_problem why = {0};
    if (!acd_ringmap_shrank(link->ring, bytes))
        return;
    struct acd_follow_stats stats = {0};
    if (link->follow)
        acd_follow_stats(link->follow, &stats);
    acd_problem_set_shrank(&why, acd_ringmap_name(link->ring), bytes, stats.seen);
    snprintf(server->trouble, sizeof server->trouble, "%s", why.text);
    link->finished = true;
}

static bool update_liveness(struct acd_collect *c)
{
    bool changed = false;
    for (size_t i = 0; i < c->count; i++) {
        struct link *link = &c->link[i];
        struct acd_server *server = acd_fleet_find(c->fleet, link->server);
        if (!server || link->finished)
            continue;
        detach_shrunk(link, server);
        if (acd_server_is_live(server))
            changed |=
                acd_server_set_liveness(server, acd_liveness_of(link->ring), c->now.realtime_ns);
        changed |= link->finished;
    }
    return changed;
}

static void forget_link(struct acd_collect *c, size_t index)
{
    acd_fleet_remove(c->fleet, c->link[index].server);
    close_link(&c->link[index]);
    c->count--;
    memmove(&c->link[index], &c->link[index + 1], (c->count - index) * sizeof c->link[0]);
}

static void forget_old_dead(struct acd_collect *c)
{
    size_t dead = 0;
    for (size_t i = c->count; i-- > 0;) {
        const struct acd_server *server = acd_fleet_at(c->fleet, c->link[i].server);
        if (server && acd_server_is_live(server))
            continue;
        if (++dead > DEAD_KEPT && c->options.dead != ACD_COLLECT_ALL)
            forget_link(c, i);
    }
}

bool acd_collect_scan(struct acd_collect *collect)
{
    struct acd_collect *c = collect;
    struct acd_problem why = {0};
    bool changed = false;
    size_t before = c->count;
    renew_now(c);
    if (c->replay) {
        c->scanned = true;
        say_why_empty(c, &why);
        return false;
    }
    int r = acd_discover_scan(c->discover, &changed, &why);
    if (r == 0)
        why.text[0] = '\0';
    else if (r != -ENOENT)
        (void)note_failure(c, r);
    c->trouble = why;
    if (changed || !c->scanned || c->again)
        look_at_entries(c);
    c->scanned = true;
    say_why_empty(c, &why);
    changed = update_liveness(c);
    changed |= c->count != before;
    forget_old_dead(c);
    return changed;
}

/* ---------------------------------------------------------------- events */

struct taking {
    struct acd_collect *collect;
    struct acd_server *server;
    bool direct; /* one server only: nothing to merge */
};

/* Whoever looks at the scroll-back after each drain misses nothing. */
static bool is_full(const struct acd_collect *c)
{
    return c->taken_bytes >= acd_store_room(c->fleet->store) / 2;
}

static int take_item(void *context, const struct acd_item *item)
{
    struct taking *t = context;
    struct acd_entry e = {.server = t->server->number, .thread = item->thread};
    e.time_ns = item->ticks ? acd_clockmap_realtime_ns(&t->server->clock, item->ticks)
                            : t->collect->now.realtime_ns;
    if (item->kind == ACD_ITEM_RECORD) {
        e.type = ACD_ENTRY_EVENT;
        e.site = item->record.site;
        e.flags = item->record.flags;
        e.payload_bytes = item->record.payload_bytes;
        e.payload = item->record.payload;
        if (item->site) {
            e.kind = item->site->site.kind;
            e.level = item->site->site.level;
            e.category = item->site->site.category;
            if (acd_server_site(t->server, e.site) == NULL)
                (void)note_failure(t->collect, acd_server_learn_site(t->server, item->site));
        }
        if (e.time_ns > t->server->event_ns)
            t->server->event_ns = e.time_ns;
    } else {
        e.type = ACD_ENTRY_GAP;
        e.cause = item->kind == ACD_ITEM_LOST ? ACD_LOSS_OVERRUN : ACD_LOSS_UNREADABLE;
        e.lost = item->kind == ACD_ITEM_LOST ? item->count : 1;
        t->collect->overrun += item->kind == ACD_ITEM_LOST ? item->count : 0;
    }
    t->collect->taken_bytes += acd_store_entry_bytes(&e);
    int r = note_failure(t->collect, t->direct ? acd_store_append(t->collect->fleet->store, &e)
                                               : acd_batch_add(&t->collect->batch, &e));
    return r < 0 || is_full(t->collect);
}

static bool is_followed(const struct acd_collect *c, const struct link *link)
{
    const struct acd_server *server = acd_fleet_at(c->fleet, link->server);
    return server && link->follow && !link->finished && !server->detached;
}

static size_t drain_link(struct acd_collect *c, struct link *link, size_t max, bool direct)
{
    struct taking t = {c, acd_fleet_find(c->fleet, link->server), direct};
    if (!is_followed(c, link) || is_full(c))
        return 0;
    size_t n = acd_follow_drain(link->follow, max, take_item, &t);
    acd_follow_stats(link->follow, &t.server->seen);
    if (acd_follow_lacks(link->follow))
        (void)note_failure(c, -ENOMEM);
    if (n == 0 && !acd_server_is_live(t.server) && link->sampled_dead)
        link->finished = true;
    return n;
}

static size_t drain_links(struct acd_collect *c, size_t max)
{
    size_t active = 0, n = 0;
    renew_now(c);
    for (size_t i = 0; i < c->count; i++)
        active += is_followed(c, &c->link[i]);
    /* In shares, so that none waits for a busy one; what idle ones leave is shared out again, so that
     * a busy one does not wait for the next call either. */
    for (bool more = active > 0; more && n < max;) {
        size_t share = (max - n) / active + 1;
        more = false;
        for (size_t i = 0; i < c->count; i++) {
            size_t taken = drain_link(c, &c->link[i], share, active == 1);
            more |= taken == share;
            n += taken;
        }
    }
    (void)note_failure(c, acd_batch_flush(&c->batch, c->fleet->store));
    return n;
}

uint64_t acd_collect_overrun(const struct acd_collect *collect)
{
    return collect->overrun;
}

size_t acd_collect_drain(struct acd_collect *collect, size_t max)
{
    struct acd_collect *c = collect;
    uint64_t next = 0;
    c->taken_bytes = 0;
    size_t n = drain_links(c, max);
    /* A step may overwrite what the one before brought: only when all of that is taken. */
    while (c->replay && n < max && !is_full(c) && acd_replayer_next(c->replay, &next) &&
           next <= c->play_until_ns && acd_collect_play_step(c))
        n += drain_links(c, max - n);
    c->more = n >= max || is_full(c);
    c->played = c->replay && !c->more && next <= c->play_until_ns;
    return n;
}

bool acd_collect_more(const struct acd_collect *collect)
{
    return collect->more;
}

/* ---------------------------------------------------------------- totals and levels */

/* What the emitter dropped has no place in a lane; it becomes a gap where it was noticed. */
static void note_dropped(struct acd_collect *c, struct link *link, const struct acd_server *server)
{
    uint64_t dropped = server->totals.events.dropped;
    if (dropped > link->dropped && server->sampled && is_followed(c, link)) {
        const struct acd_entry gap = {.type = ACD_ENTRY_GAP,
                                      .server = server->number,
                                      .time_ns = c->now.realtime_ns,
                                      .cause = ACD_LOSS_DROPPED,
                                      .lost = dropped - link->dropped};
        acd_store_append(c->fleet->store, &gap);
    }
    link->dropped = dropped;
}

bool acd_collect_sample_link(struct acd_collect *c, struct link *link, struct acd_server *server)
{
    struct acd_control_state control;
    uint64_t before = server->totals.events.emitted;
    /* What a file says that was cut replaces no number. */
    detach_shrunk(link, server);
    if (link->finished)
        return true;
    acd_clockmap_update(&server->clock, link->ring);
    (void)note_failure(c, acd_totals_read(&server->totals, link->ring));
    note_dropped(c, link, server);
    (void)note_failure(c, acd_server_sample(server, c->now.realtime_ns));
    server->behind = is_followed(c, link) ? acd_follow_behind(link->follow) : 0;
    acd_control_read(link->ring, &c->now, &control);
    if (control.expired && !c->replay && acd_control_restore(link->ring, &c->now) > 0)
        acd_control_read(link->ring, &c->now, &control);
    bool changed = acd_server_set_control(server, &control);
    if (!acd_server_is_live(server))
        link->sampled_dead = true;
    return changed || before != server->totals.events.emitted;
}

bool acd_collect_sample(struct acd_collect *collect)
{
    struct acd_collect *c = collect;
    bool changed = false;
    if (c->replay && c->options.no_events)
        acd_collect_drain(c, SIZE_MAX);
    renew_now(c);
    for (size_t i = 0; i < c->count; i++) {
        struct acd_server *server = acd_fleet_find(c->fleet, c->link[i].server);
        if (server && !c->link[i].finished && !c->link[i].sampled_dead)
            changed |= acd_collect_sample_link(c, &c->link[i], server);
    }
    return changed;
}

static struct link *find_link(struct acd_collect *c, uint32_t number)
{
    size_t low = 0, high = c->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (c->link[middle].server < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low < c->count && c->link[low].server == number ? &c->link[low] : NULL;
}

static void add_histogram(void *context, const struct acd_server *server, const char *timer,
                          const char *label, uint64_t ret_bucket[ACD_HISTOGRAM_BUCKETS])
{
    struct link *link = find_link(context, server->number);
    if (link)
        acd_totals_histogram(link->ring, timer, label, ret_bucket);
}

struct acd_histogram_source acd_collect_histograms(struct acd_collect *collect)
{
    return (struct acd_histogram_source){add_histogram, collect};
}

void acd_collect_who(char *out, size_t size)
{
    char host[64] = "", uid[24];
    /* Not from the user database: it may be a network away, and glibc's faults without memory. */
    const char *user = getenv("LOGNAME");
    if (!user || !*user)
        user = getenv("USER");
    snprintf(uid, sizeof uid, "uid %lu", (unsigned long)getuid());
    if (gethostname(host, sizeof host - 1) < 0)
        host[0] = '\0';
    snprintf(out, size, "%.24s@%s (acdebug-top)", user && *user ? user : uid, host);
}

int acd_collect_set_levels(struct acd_collect *collect, uint32_t number, uint32_t levels,
                           uint32_t lease_s, struct acd_problem *why)
{
    struct link *link = find_link(collect, number);
    struct acd_server *server = acd_fleet_find(collect->fleet, number);
    char who[64];
    unsigned change = 0;
    if (collect->replay)
        return acd_problem_set(why, ACD_PROBLEM_CLOSED, EROFS,
                               "this is a recording: there is no server to set a level for");
    if (!link || !server)
        return acd_problem_set(why, ACD_PROBLEM_CLOSED, ESRCH, "the server is gone");
    acd_collect_who(who, sizeof who);
    renew_now(collect);
    const struct acd_control_request request = {levels, lease_s, who};
    int r = acd_control_set(link->ring, &request, &collect->now, &change, why);
    if (r == 0)
        acd_collect_sample_link(collect, link, server);
    return r;
}

bool acd_collect_acked(struct acd_collect *collect, uint32_t number, unsigned change)
{
    const struct link *link = find_link(collect, number);
    return link && acd_control_acked(link->ring, change);
}

bool acd_collect_finished(const struct acd_collect *collect)
{
    if (collect->replay)
        return collect->played;
    for (size_t i = 0; i < collect->count; i++)
        if (!collect->link[i].finished)
            return false;
    return true;
}

/* ---------------------------------------------------------------- what the user attaches */

bool acd_collect_look(struct acd_collect *collect)
{
    return !collect->replay && acd_discover_liveness(collect->discover);
}

const struct acd_discover *acd_collect_rings(const struct acd_collect *collect)
{
    return collect->discover;
}

const char *acd_collect_trouble(const struct acd_collect *collect)
{
    return collect->trouble.text;
}

int acd_collect_failure(const struct acd_collect *collect)
{
    return collect->failure;
}

uint32_t acd_collect_server(const struct acd_collect *collect, const struct acd_ring_entry *entry)
{
    for (size_t i = 0; i < collect->count; i++) {
        const struct link *link = &collect->link[i];
        uint64_t device = 0, inode = 0;
        if (link->serial == entry->serial)
            return link->server;
        if (link->serial != 0)
            continue;
        acd_ringmap_inode(link->ring, &device, &inode);
        if (inode == entry->inode && strcmp(acd_ringmap_name(link->ring), entry->name) == 0)
            return link->server;
    }
    return ACD_FLEET_NONE;
}

int acd_collect_attach(struct acd_collect *collect, uint64_t serial, struct acd_problem *why)
{
    struct acd_ringmap *ring = NULL;
    const struct acd_ring_entry *e = NULL;
    for (size_t i = 0; i < acd_discover_count(collect->discover) && !e; i++)
        if (acd_discover_entry(collect->discover, i)->serial == serial)
            e = acd_discover_entry(collect->discover, i);
    if (!e)
        return acd_problem_set(why, ACD_PROBLEM_NOT_FOUND, ENOENT, "the ring is gone");
    int r = acd_discover_open(collect->discover, e, &ring, why);
    if (r < 0)
        return r;
    r = acd_collect_make_link(collect, ring, serial, ACD_CURSOR_OLDEST);
    if (r < 0) {
        acd_ringmap_close(ring);
        return acd_problem_set_errno(why, -r, "attach to", e->name);
    }
    struct link *link = &collect->link[collect->count - 1];
    acd_collect_sample_link(collect, link, acd_fleet_find(collect->fleet, link->server));
    return 0;
}

void acd_collect_detach(struct acd_collect *collect, uint32_t number, bool detached)
{
    struct link *link = find_link(collect, number);
    struct acd_server *server = acd_fleet_find(collect->fleet, number);
    if (!link || !server || server->detached == detached)
        return;
    server->detached = detached;
    if (!detached && link->follow && !link->finished)
        acd_follow_skip(link->follow);
}

const struct acd_ringmap *acd_collect_ring(const struct acd_collect *collect, uint32_t number)
{
    for (size_t i = 0; i < collect->count; i++)
        if (collect->link[i].server == number)
            return collect->link[i].ring;
    return NULL;
}

void acd_collect_now(struct acd_collect *collect, struct acd_now *ret_now)
{
    renew_now(collect);
    *ret_now = collect->now;
}

/* ---------------------------------------------------------------- coming and going */

int acd_collect_new(struct acd_collect **ret, struct acd_fleet *fleet,
                    const struct acd_collect_options *options, struct acd_problem *why)
{
    struct acd_collect *c = calloc(1, sizeof *c);
    if (!c)
        return acd_problem_set_errno(why, ENOMEM, "begin", "");
    c->fleet = fleet;
    c->options = *options;
    c->play_until_ns = UINT64_MAX;
    renew_now(c);
    int r = acd_discover_new(&c->discover, options->directory, options->open_flags);
    if (r < 0)
        acd_problem_set_errno(why, -r, "find", "the ring directory");
    for (size_t i = 0; r == 0 && i < options->target_count; i++)
        if (options->targets[i].kind == ACD_TARGET_PATH)
            r = attach_path(c, options->targets[i].text, why);
    if (r < 0) {
        acd_collect_free(c);
        return r;
    }
    *ret = c;
    return 0;
}

void acd_collect_free(struct acd_collect *collect)
{
    if (!collect)
        return;
    for (size_t i = 0; i < collect->count; i++)
        close_link(&collect->link[i]);
    free(collect->link);
    acd_batch_fini(&collect->batch);
    acd_replayer_close(collect->replay);
    acd_discover_free(collect->discover);
    free(collect);
}
