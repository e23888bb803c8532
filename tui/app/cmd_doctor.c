/* SPDX-License-Identifier: MIT */
/*
 * `acdebug-top doctor`: why there is nothing, or not all, to see, one sentence a finding with its cure.
 * Looks at the ring directory, its file system, the rings in it and the environment; changes nothing.
 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "tui/app/cmd.h"
#include "tui/app/jsonout.h"
#include "tui/app/say.h"
#include "tui/reader/control.h"
#include "tui/reader/discover.h"
#include "tui/view/text.h"

#define FINDINGS_MAX 256
#define ROOM_BYTES (UINT64_C(8) << 20) /* a ring takes a quarter of what is free */
#define DEAD_KEPT 8                    /* an app; the emitter's rule, as the next two */
#define DEAD_BYTES (UINT64_C(64) << 20)
#define DEAD_AGE_NS (UINT64_C(7 * 24 * 3600) * UINT64_C(1000000000))

struct finding {
    const char *id; /* stable, for scripts */
    bool is_problem;
    char text[640];
};

struct doctor {
    const struct acd_args *args;
    struct acd_discover *discover;
    struct acd_now now;
    struct finding *finding;
    size_t count, problems;
    size_t live;
};

static void add(struct doctor *d, const char *id, bool is_problem, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
static void add(struct doctor *d, const char *id, bool is_problem, const char *format, ...)
{
    va_list arguments;
    d->problems += is_problem;
    if (d->count == FINDINGS_MAX)
        return;
    struct finding *f = &d->finding[d->count++];
    f->id = id;
    f->is_problem = is_problem;
    va_start(arguments, format);
    vsnprintf(f->text, sizeof f->text, format, arguments);
    va_end(arguments);
}

/* ---------------------------------------------------------------- the directory */

/* Docker and podman leave these; Kubernetes sets the variable. */
static bool in_container(void)
{
    return access("/.dockerenv", F_OK) == 0 || access("/run/.containerenv", F_OK) == 0 ||
           getenv("KUBERNETES_SERVICE_HOST") != NULL;
}

/* Rings of somebody else, which are not looked for. */
static void look_at_neighbours(struct doctor *d)
{
    DIR *dir = opendir("/dev/shm");
    const struct dirent *e;
    while (dir && (e = readdir(dir))) {
        char path[300], *end = NULL;
        if (strncmp(e->d_name, "acdebug-", 8) != 0)
            continue;
        unsigned long uid = strtoul(e->d_name + 8, &end, 10);
        snprintf(path, sizeof path, "/dev/shm/%s", e->d_name);
        if (!e->d_name[8] || *end || strcmp(path, acd_discover_directory(d->discover)) == 0)
            continue;
        add(d, "other-user", false,
            "uid %lu has a ring directory too, '%s'; you look at another one. Hint: run as that "
            "user, or set ACDEBUG_DIR",
            uid, path);
    }
    if (dir)
        closedir(dir);
}

static void look_at_room(struct doctor *d)
{
    struct statvfs fs;
    const char *path = acd_discover_directory(d->discover);
    if (statvfs(path, &fs) < 0)
        return;
    uint64_t room = (uint64_t)fs.f_bavail * fs.f_frsize;
    if (room < ROOM_BYTES)
        add(d, "no-room", true,
            "'%s' has %s left, and a ring takes a quarter of it at most: servers record little or "
            "nothing. Hint: enlarge the file system, or set ACDEBUG_DIR to another",
            path, acd_text_bytes(room).s);
    else if (fs.f_files > 0 && fs.f_favail == 0)
        add(d, "no-room", true,
            "'%s' has no inode left, so no server can make a ring. Hint: delete files there", path);
    else
        add(d, "room", false, "%s left in '%s'", acd_text_bytes(room).s, path);
}

static void look_for_container(struct doctor *d)
{
    if (in_container() && d->live == 0 && !getenv("ACDEBUG_DIR") && !d->args->directory)
        add(d, "container", true,
            "this is a container, whose /dev/shm is its own, and no server runs in it. Hint: mount "
            "the server's ring directory here and name it with ACDEBUG_DIR; see tui/CONTAINERS.md");
}

static bool look_at_directory(struct doctor *d)
{
    struct acd_problem why = {0};
    bool changed = false;
    int r = acd_discover_scan(d->discover, &changed, &why);
    if (r == 0) {
        add(d, "directory", false, "ring directory '%s'", acd_discover_directory(d->discover));
        return true;
    }
    add(d, r == -ENOENT ? "no-directory" : "bad-directory", true, "%s", why.text);
    return false;
}

/* ---------------------------------------------------------------- rings */

static const char *id_of(enum acd_problem_code code)
{
    switch (code) {
    case ACD_PROBLEM_NEWER_FORMAT:
    case ACD_PROBLEM_UNKNOWN_FLAG: return "newer-format";
    case ACD_PROBLEM_NOT_PERMITTED:
    case ACD_PROBLEM_OTHER_OWNER: return "not-permitted";
    default: return "unreadable";
    }
}

static void look_at_losses(struct doctor *d, const struct acd_ring_entry *e,
                           const struct acd_totals *t)
{
    if (t->events.dropped > 0)
        add(d, "dropped", true,
            "'%s' [%" PRIu32 "] dropped %" PRIu64
            " events, for want of a lane. Hint: start it with "
            "ACDEBUG_BUDGET=64M",
            e->app, e->pid, t->events.dropped);
    uint64_t full =
        t->misc.sites_full + t->misc.caches_full + t->misc.timers_full + t->misc.errors_full;
    if (full > 0)
        add(d, "table-full", true,
            "'%s' [%" PRIu32 "] counted %" PRIu64 " calls under (other), for its tables are full. "
            "Hint: keep ids out of the names of timers and caches",
            e->app, e->pid, full);
}

static void look_at_live(struct doctor *d, const struct acd_ring_entry *e)
{
    struct acd_ringmap *ring = NULL;
    struct acd_totals totals = {0};
    struct acd_control_state control;
    if (acd_discover_open(d->discover, e, &ring, NULL) < 0)
        return; /* it went this moment */
    acd_control_read(ring, &d->now, &control);
    unsigned level = acd_server_level(control.levels, NULL);
    d->live++;
    if (level == 0)
        add(d, "level-off", true,
            "'%s' [%" PRIu32 "] runs at level 0: it counts, and shows no events. Hint: acdebug-top "
            "level %" PRIu32 " 1, or start it with ANYCLAUDE_DEBUG=1",
            e->app, e->pid, e->pid);
    else
        add(d, "server", false, "'%s' [%" PRIu32 "] is %s at level %u %s", e->app, e->pid,
            acd_liveness_name(e->liveness), level, acd_level_name(level));
    if (acd_totals_read(&totals, ring) == 0)
        look_at_losses(d, e, &totals);
    acd_totals_fini(&totals);
    acd_ringmap_close(ring);
}

static bool is_dead(const struct acd_ring_entry *e)
{
    return !e->why && (e->liveness == ACD_LIVENESS_DEAD || e->liveness == ACD_LIVENESS_CLOSED);
}

/* More dead rings than the emitter keeps: nobody started since who would have collected them. */
static void look_at_dead(struct doctor *d)
{
    size_t dead = 0, old = 0, most = 0;
    uint64_t bytes = 0;
    for (size_t i = 0; i < acd_discover_count(d->discover); i++) {
        const struct acd_ring_entry *e = acd_discover_entry(d->discover, i);
        size_t same = 0;
        if (!is_dead(e))
            continue;
        for (size_t k = 0; k < acd_discover_count(d->discover); k++) {
            const struct acd_ring_entry *other = acd_discover_entry(d->discover, k);
            same += is_dead(other) && strcmp(other->app, e->app) == 0;
        }
        dead++;
        most = same > most ? same : most;
        old += d->now.realtime_ns > e->opened_realtime_ns + DEAD_AGE_NS;
        struct stat st;
        char path[4400];
        snprintf(path, sizeof path, "%s/%s", acd_discover_directory(d->discover), e->name);
        bytes += stat(path, &st) == 0 ? (uint64_t)st.st_blocks * 512 : 0;
    }
    if (most > DEAD_KEPT || bytes > DEAD_BYTES || old > 0)
        add(d, "stale", true,
            "%zu rings of servers that ended take %s, more than is kept. Hint: the next server that "
            "starts collects them, or delete '%s'/*.acr of those that acdebug-top list calls ended",
            dead, acd_text_bytes(bytes).s, acd_discover_directory(d->discover));
}

static void look_at_rings(struct doctor *d)
{
    size_t count = acd_discover_count(d->discover);
    for (size_t i = 0; i < count; i++) {
        const struct acd_ring_entry *e = acd_discover_entry(d->discover, i);
        if (e->why)
            add(d, id_of(e->why->code), true, "%s", e->why->text);
        else if (!is_dead(e))
            look_at_live(d, e);
    }
    look_at_dead(d);
    if (d->live == 0)
        add(d, "no-server", true,
            "no server of yours is running in '%s'. Hint: start one that links libacdebug, with the "
            "same ACDEBUG_DIR as here; acdebug-top --demo shows one",
            acd_discover_directory(d->discover));
}

/* ---------------------------------------------------------------- the environment */

static void look_at_environment(struct doctor *d)
{
    const char *level = getenv("ANYCLAUDE_DEBUG"), *directory = getenv("ACDEBUG_DIR");
    const char *term = getenv("TERM");
    if (level && level[0] && (strlen(level) != 1 || !strchr("0123", level[0])))
        add(d, "level-variable", true,
            "ANYCLAUDE_DEBUG is '%s': servers that start from here take a number as 0 to 3, and "
            "other text as 1. Hint: export ANYCLAUDE_DEBUG=1",
            level);
    if (directory && directory[0] && directory[0] != '/')
        add(d, "relative-directory", true,
            "ACDEBUG_DIR is '%s', which means another place in each working directory. Hint: an "
            "absolute path",
            directory);
    if (!term || !term[0])
        add(d, "no-terminal", false,
            "TERM is not set, so there is no live screen. Hint: export TERM=xterm-256color");
}

/* ---------------------------------------------------------------- the command */

static void print_json(const struct doctor *d)
{
    struct acd_jsonout json = {.stream = stdout};
    acd_jsonout_begin(&json, NULL, '{');
    acd_jsonout_uint(&json, "schema", 1);
    acd_jsonout_time(&json, "time", d->now.realtime_ns);
    acd_jsonout_text(&json, "directory", acd_discover_directory(d->discover));
    acd_jsonout_uint(&json, "problems", d->problems);
    acd_jsonout_begin(&json, "findings", '[');
    for (size_t i = 0; i < d->count; i++) {
        acd_jsonout_begin(&json, NULL, '{');
        acd_jsonout_text(&json, "id", d->finding[i].id);
        acd_jsonout_bool(&json, "problem", d->finding[i].is_problem);
        acd_jsonout_text(&json, "text", d->finding[i].text);
        acd_jsonout_end(&json, '}');
    }
    acd_jsonout_end(&json, ']');
    acd_jsonout_end(&json, '}');
    putc('\n', stdout);
}

static void print_text(const struct doctor *d)
{
    for (size_t i = 0; i < d->count; i++) {
        acd_say_text(stdout, "%-8s %s", d->finding[i].is_problem ? "PROBLEM" : "ok",
                     d->finding[i].text);
        putc('\n', stdout);
    }
}

int acd_cmd_doctor_run(const struct acd_args *args)
{
    struct doctor d = {.args = args, .finding = calloc(FINDINGS_MAX, sizeof *d.finding)};
    int r = d.finding ? acd_discover_new(&d.discover, args->directory, 0) : -ENOMEM;
    if (r < 0) {
        acd_say_error("%s", strerror(-r));
        free(d.finding);
        return ACD_EXIT_FAILED;
    }
    acd_control_now(&d.now);
    if (look_at_directory(&d)) {
        look_at_room(&d);
        look_at_rings(&d);
    }
    look_for_container(&d);
    look_at_neighbours(&d);
    look_at_environment(&d);
    if (args->json)
        print_json(&d);
    else
        print_text(&d);
    r = acd_say_end();
    if (r == ACD_EXIT_GOOD && d.problems > 0)
        r = ACD_EXIT_FAILED;
    acd_discover_free(d.discover);
    free(d.finding);
    return r;
}
