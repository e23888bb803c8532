/* SPDX-License-Identifier: MIT */
/* `acdebug-top list`: every ring of the directory, what can't be read with the reason. */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tui/app/cmd.h"
#include "tui/app/jsonout.h"
#include "tui/app/say.h"
#include "tui/reader/control.h"
#include "tui/reader/discover.h"
#include "tui/reader/liveness.h"

#define SECOND UINT64_C(1000000000)

/* One row: the directory's entry and what only the ring itself tells. */
struct row {
    const struct acd_ring_entry *entry;
    bool readable;
    bool foreign_pid; /* the number means another process here, or none */
    struct acd_control_state control;
    uint16_t major, minor;
};

static struct row read_row(const struct acd_discover *discover, const struct acd_ring_entry *entry,
                           const struct acd_now *now)
{
    struct row row = {.entry = entry};
    struct acd_ringmap *ring = NULL;
    struct acd_problem why = {0};
    if (entry->why || acd_discover_open(discover, entry, &ring, &why) < 0)
        return row;
    row.readable = true;
    row.major = acd_ringmap_identity(ring)->major;
    row.minor = acd_ringmap_identity(ring)->minor;
    /* Of the dead it doesn't matter any more. */
    row.foreign_pid = entry->liveness < ACD_LIVENESS_CLOSED &&
                      !acd_liveness_pid_is_ours(acd_ringmap_identity(ring));
    acd_control_read(ring, now, &row.control);
    acd_ringmap_close(ring);
    return row;
}

static void print_text(const struct row *row, const struct acd_now *now)
{
    const struct acd_ring_entry *e = row->entry;
    if (!row->readable) {
        acd_say_text(stdout, "%-20s %7s %-8s %s", e->name, "-", "-",
                     e->why ? e->why->text : "gone");
        putc('\n', stdout);
        return;
    }
    unsigned level = acd_server_level(row->control.levels, NULL);
    uint64_t up = now->realtime_ns > e->opened_realtime_ns
                      ? (now->realtime_ns - e->opened_realtime_ns) / SECOND
                      : 0;
    char pid[16];
    snprintf(pid, sizeof pid, "%" PRIu32 "%s", e->pid, row->foreign_pid ? "*" : "");
    acd_say_text(stdout, "%-20s %7s %-8s L%u %-8s %6s  %s", e->app, pid,
                 e->liveness == ACD_LIVENESS_CLOSED ? "ended" : acd_liveness_name(e->liveness),
                 level, acd_level_name(level), acd_text_age_s(up).s, e->name);
    putc('\n', stdout);
}

static void print_levels(struct acd_jsonout *json, uint32_t levels)
{
    acd_jsonout_begin(json, "levels", '{');
    for (unsigned i = 0; i < ACD_CATEGORY_COUNT; i++)
        acd_jsonout_uint(json, acd_category_name(i), acd_levels_get(levels, i));
    acd_jsonout_end(json, '}');
}

static void print_json(struct acd_jsonout *json, const struct row *row, const char *directory)
{
    const struct acd_ring_entry *e = row->entry;
    char path[4096], format[32];
    snprintf(path, sizeof path, "%s/%s", directory, e->name);
    acd_jsonout_begin(json, NULL, '{');
    if (!row->readable) {
        acd_jsonout_text(json, "ring", path);
        acd_jsonout_text(json, "problem", e->why ? e->why->text : "gone");
        acd_jsonout_end(json, '}');
        return;
    }
    snprintf(format, sizeof format, "%u.%u", row->major, row->minor);
    acd_jsonout_text(json, "name", e->app);
    acd_jsonout_uint(json, "pid", e->pid);
    acd_jsonout_text(json, "state", acd_liveness_name(e->liveness));
    acd_jsonout_uint(json, "level", acd_server_level(row->control.levels, NULL));
    print_levels(json, row->control.levels);
    acd_jsonout_time(json, "lease_until",
                     row->control.leased ? row->control.lease_until_realtime_ns : 0);
    acd_jsonout_text(json, "ring", path);
    acd_jsonout_text(json, "format", format);
    acd_jsonout_time(json, "started", e->opened_realtime_ns);
    acd_jsonout_end(json, '}');
}

/* What the marks of some rows mean. */
static void print_notes(bool foreign_pid, bool unknown)
{
    if (foreign_pid)
        puts("* the pid in a container or on another machine: not a process of this number here");
    if (unknown)
        puts(
            "unknown: whether it runs can't be told from here, for its file lies on another machine "
            "or has no lock");
}

static void print_all(const struct acd_discover *discover, bool as_json)
{
    bool foreign_pid = false, unknown = false;
    struct acd_jsonout json = {.stream = stdout};
    struct acd_now now;
    size_t count = acd_discover_count(discover);
    acd_control_now(&now);
    if (as_json) {
        acd_jsonout_begin(&json, NULL, '{');
        acd_jsonout_uint(&json, "schema", 1);
        acd_jsonout_time(&json, "time", now.realtime_ns);
        acd_jsonout_begin(&json, "servers", '[');
    } else if (count > 0) {
        printf("%-20s %7s %-8s %-11s %6s  %s\n", "NAME", "PID", "STATE", "LEVEL", "AGE", "RING");
    }
    for (size_t i = 0; i < count; i++) {
        struct row row = read_row(discover, acd_discover_entry(discover, i), &now);
        if (as_json)
            print_json(&json, &row, acd_discover_directory(discover));
        else
            print_text(&row, &now);
        foreign_pid |= row.readable && row.foreign_pid;
        unknown |= row.readable && row.entry->liveness == ACD_LIVENESS_UNKNOWN;
    }
    if (!as_json)
        print_notes(foreign_pid, unknown);
    if (as_json) {
        acd_jsonout_end(&json, ']');
        acd_jsonout_end(&json, '}');
        putc('\n', stdout);
    }
}

int acd_cmd_list_run(const struct acd_args *args)
{
    struct acd_discover *discover = NULL;
    struct acd_problem why = {0};
    bool changed = false;
    int r = acd_discover_new(&discover, args->directory, 0);
    if (r == 0)
        r = acd_discover_scan(discover, &changed, &why);
    else
        acd_problem_set_errno(&why, -r, "find", "the ring directory");
    if (r < 0 && r != -ENOENT) {
        acd_say_error("%s", why.text);
        acd_discover_free(discover);
        return ACD_EXIT_FAILED;
    }
    print_all(discover, args->json);
    if (acd_discover_count(discover) == 0 && !args->json)
        acd_say_error("no server in %s. Hint: acdebug-top --demo shows one",
                      acd_discover_directory(discover));
    acd_discover_free(discover);
    return acd_say_end();
}
