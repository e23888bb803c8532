/* SPDX-License-Identifier: MIT */
/* Every ring that was found, see roster.h. */
#include "config.h"

#include "tui/model/roster.h"

#include <stdlib.h>
#include <string.h>

void acd_roster_clear(struct acd_roster *roster)
{
    roster->count = 0;
    roster->notice[0] = '\0';
}

void acd_roster_fini(struct acd_roster *roster)
{
    free(roster->row);
    *roster = (struct acd_roster){.row = NULL};
}

struct acd_roster_row *acd_roster_add(struct acd_roster *roster)
{
    if (roster->count == roster->room) {
        size_t room = roster->room ? 2 * roster->room : 16;
        struct acd_roster_row *row = realloc(roster->row, room * sizeof *row);
        if (!row)
            return NULL;
        roster->row = row;
        roster->room = room;
    }
    struct acd_roster_row *row = &roster->row[roster->count++];
    memset(row, 0, sizeof *row);
    row->server = ACD_ROSTER_NOBODY;
    return row;
}

uint64_t acd_roster_id(const char *name, uint64_t inode)
{
    uint64_t id = UINT64_C(0xcbf29ce484222325) ^ inode;
    for (; *name; name++)
        id = (id ^ (unsigned char)*name) * UINT64_C(0x100000001b3);
    return id ? id : 1;
}

static int rank(const struct acd_roster_row *row)
{
    static const int of_liveness[] = {
        [ACD_LIVENESS_ALIVE] = 0,
        [ACD_LIVENESS_UNKNOWN] = 1,
        [ACD_LIVENESS_DEAD] = 2,
        [ACD_LIVENESS_CLOSED] = 2,
    };
    return row->state == ACD_ROSTER_SKIPPED ? 3 : of_liveness[row->liveness];
}

static int compare(const void *left, const void *right)
{
    const struct acd_roster_row *a = left, *b = right;
    int r = rank(a) - rank(b);
    if (r == 0)
        r = strcmp(a->app, b->app);
    /* Of the dead the newest first: it is the one that is looked for. */
    if (r == 0 && rank(a) == 2 && a->opened_ns != b->opened_ns)
        r = a->opened_ns > b->opened_ns ? -1 : 1;
    if (r == 0 && a->pid != b->pid)
        r = a->pid < b->pid ? -1 : 1;
    return r ? r : strcmp(a->ring, b->ring);
}

void acd_roster_sort(struct acd_roster *roster)
{
    if (roster->count > 0)
        qsort(roster->row, roster->count, sizeof roster->row[0], compare);
}

size_t acd_roster_find(const struct acd_roster *roster, uint64_t id)
{
    size_t i = 0;
    while (i < roster->count && roster->row[i].id != id)
        i++;
    return i;
}
