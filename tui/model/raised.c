/* SPDX-License-Identifier: MIT */
/* What this viewer raised, see raised.h. */
#include "config.h"

#include "tui/model/raised.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void acd_raised_fini(struct acd_raised *raised)
{
    free(raised->row);
    *raised = (struct acd_raised){.row = NULL};
}

static size_t place_of(const struct acd_raised *raised, uint32_t number)
{
    size_t i = 0;
    while (i < raised->count && raised->row[i].number != number)
        i++;
    return i;
}

static void take_off(struct acd_raised *raised, size_t place)
{
    raised->count--;
    memmove(&raised->row[place], &raised->row[place + 1],
            (raised->count - place) * sizeof raised->row[0]);
}

/* Does any category get more than it had? */
static bool raises(uint32_t from, uint32_t to)
{
    for (unsigned i = 0; i < ACD_CATEGORIES; i++)
        if (acd_levels_get(to, i) > acd_levels_get(from, i))
            return true;
    return false;
}

static int grow(struct acd_raised *raised)
{
    size_t room = raised->room ? 2 * raised->room : 8;
    struct acd_raised_row *row = realloc(raised->row, room * sizeof *row);
    if (!row)
        return -ENOMEM;
    raised->row = row;
    raised->room = room;
    return 0;
}

int acd_raised_note(struct acd_raised *raised, const struct acd_server *server, uint32_t levels,
                    enum acd_raised_for how_long)
{
    size_t place = place_of(raised, server->number);
    uint32_t before = server->control.lasting;
    if (place < raised->count && raised->row[place].levels != server->control.levels) {
        take_off(raised, place); /* somebody else changed it meanwhile */
        place = raised->count;
    }
    if (place < raised->count)
        before = raised->row[place].before;
    if (!raises(before, levels)) {
        if (place < raised->count)
            take_off(raised, place);
        return 0;
    }
    if (place == raised->room && grow(raised) < 0)
        return -ENOMEM;
    uint32_t under = how_long == ACD_RAISED_FOR_GOOD ? levels : server->control.lasting;
    raised->row[place] = (struct acd_raised_row){server->number, before, levels, under, how_long};
    raised->count += place == raised->count;
    return 0;
}

bool acd_raised_outlives(const struct acd_raised_row *row)
{
    return row->how_long != ACD_RAISED_UNTIL_QUIT || raises(row->before, row->under);
}

/* Is it ours still? */
static bool check_row(struct acd_raised_row *row, const struct acd_server *server)
{
    if (!server || !acd_server_is_live(server) || server->control.closed)
        return false;
    if (server->control.levels == row->levels)
        return true;
    row->levels = row->under;
    row->how_long = ACD_RAISED_FOR_GOOD;
    return server->control.levels == row->under && raises(row->before, row->under);
}

void acd_raised_check(struct acd_raised *raised, const struct acd_fleet *fleet)
{
    for (size_t i = raised->count; i-- > 0;)
        if (!check_row(&raised->row[i], acd_fleet_at(fleet, raised->row[i].number)))
            take_off(raised, i);
}

const struct acd_raised_row *acd_raised_find(const struct acd_raised *raised, uint32_t number)
{
    size_t place = place_of(raised, number);
    return place < raised->count ? &raised->row[place] : NULL;
}
