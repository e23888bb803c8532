/* SPDX-License-Identifier: MIT */
/*
 * The roster, see rings.h: a row for each file of the directory, then one for each server that was
 * opened by its path or whose file is gone.
 */
#include "config.h"

#include "tui/app/rings.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tui/reader/discover.h"

static void take_server(struct acd_roster_row *row, const struct acd_server *server)
{
    row->server = server->number;
    row->state = server->detached ? ACD_ROSTER_HIDDEN : ACD_ROSTER_SHOWN;
    row->liveness = server->liveness;
    snprintf(row->app, sizeof row->app, "%s", server->app);
    snprintf(row->host, sizeof row->host, "%s", server->host);
    snprintf(row->ring, sizeof row->ring, "%s", server->ring);
    row->pid = server->pid;
    row->parent_pid = server->parent_pid;
    row->major = server->format_major;
    row->minor = server->format_minor;
    row->opened_ns = server->opened_ns;
    if (server->trouble[0])
        snprintf(row->why, sizeof row->why, "%s", server->trouble);
}

static void take_entry(struct acd_roster_row *row, const struct acd_ring_entry *entry)
{
    row->id = acd_roster_id(entry->name, entry->inode);
    row->serial = entry->serial;
    row->state = ACD_ROSTER_HIDDEN;
    row->liveness = entry->liveness;
    row->file_bytes = entry->file_bytes;
    memcpy(row->app, entry->app, sizeof row->app);
    memcpy(row->host, entry->host, sizeof row->host);
    memcpy(row->ring, entry->name, sizeof row->ring);
    row->pid = entry->pid;
    row->parent_pid = entry->parent_pid;
    row->major = entry->major;
    row->minor = entry->minor;
    row->opened_ns = entry->opened_realtime_ns;
    if (entry->why) {
        row->state = ACD_ROSTER_SKIPPED;
        memcpy(row->why, entry->why->text, sizeof row->why);
    }
}

static int add_entries(struct acd_roster *roster, const struct acd_collect *collect,
                       const struct acd_fleet *fleet)
{
    const struct acd_discover *discover = acd_collect_rings(collect);
    for (size_t i = 0; i < acd_discover_count(discover); i++) {
        const struct acd_ring_entry *e = acd_discover_entry(discover, i);
        struct acd_roster_row *row = acd_roster_add(roster);
        if (!row)
            return -ENOMEM;
        take_entry(row, e);
        const struct acd_server *server = acd_fleet_at(fleet, acd_collect_server(collect, e));
        if (server)
            take_server(row, server);
    }
    return 0;
}

static bool has_row(const struct acd_roster *roster, size_t count, uint32_t server)
{
    for (size_t i = 0; i < count; i++)
        if (roster->row[i].server == server)
            return true;
    return false;
}

static int add_others(struct acd_roster *roster, const struct acd_fleet *fleet)
{
    size_t count = roster->count;
    for (size_t i = 0; i < fleet->count; i++) {
        const struct acd_server *server = fleet->server[i];
        if (has_row(roster, count, server->number))
            continue;
        struct acd_roster_row *row = acd_roster_add(roster);
        if (!row)
            return -ENOMEM;
        take_server(row, server);
        row->id = acd_roster_id(server->ring, UINT64_MAX - server->number);
    }
    return 0;
}

int acd_rings_fill(struct acd_roster *roster, const struct acd_collect *collect,
                   const struct acd_fleet *fleet)
{
    acd_roster_clear(roster);
    snprintf(roster->directory, sizeof roster->directory, "%s",
             acd_discover_directory(acd_collect_rings(collect)));
    snprintf(roster->notice, sizeof roster->notice, "%s", acd_collect_trouble(collect));
    int r = add_entries(roster, collect, fleet);
    if (r == 0)
        r = add_others(roster, fleet);
    acd_roster_sort(roster);
    return r;
}
