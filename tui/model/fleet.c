/* SPDX-License-Identifier: MIT */
/* All servers, see fleet.h. */
#include "config.h"

#include "tui/model/fleet.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int acd_fleet_init(struct acd_fleet *fleet, uint32_t store_entries, size_t store_bytes)
{
    memset(fleet, 0, sizeof *fleet);
    return acd_store_new(&fleet->store, store_entries, store_bytes);
}

static void free_server(struct acd_server *server)
{
    acd_server_fini(server);
    free(server);
}

void acd_fleet_fini(struct acd_fleet *fleet)
{
    for (size_t i = 0; i < fleet->count; i++)
        free_server(fleet->server[i]);
    free(fleet->server);
    acd_store_free(fleet->store);
    memset(fleet, 0, sizeof *fleet);
}

struct acd_server *acd_fleet_add(struct acd_fleet *fleet)
{
    if (fleet->count == fleet->room) {
        size_t room = fleet->room ? 2 * fleet->room : 8;
        struct acd_server **server = realloc(fleet->server, room * sizeof(void *));
        if (!server)
            return NULL;
        fleet->server = server;
        fleet->room = room;
    }
    struct acd_server *s = malloc(sizeof *s);
    if (!s)
        return NULL;
    acd_server_init(s, fleet->next_number++);
    fleet->server[fleet->count++] = s;
    return s;
}

/* Its place, or where it would stand. */
static size_t place_of(const struct acd_fleet *fleet, uint32_t number)
{
    size_t low = 0, high = fleet->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (fleet->server[middle]->number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct acd_server *acd_fleet_find(struct acd_fleet *fleet, uint32_t number)
{
    size_t i = place_of(fleet, number);
    return i < fleet->count && fleet->server[i]->number == number ? fleet->server[i] : NULL;
}

const struct acd_server *acd_fleet_at(const struct acd_fleet *fleet, uint32_t number)
{
    size_t i = place_of(fleet, number);
    return i < fleet->count && fleet->server[i]->number == number ? fleet->server[i] : NULL;
}

void acd_fleet_remove(struct acd_fleet *fleet, uint32_t number)
{
    size_t i = place_of(fleet, number);
    if (i >= fleet->count || fleet->server[i]->number != number)
        return;
    free_server(fleet->server[i]);
    fleet->count--;
    memmove(&fleet->server[i], &fleet->server[i + 1], (fleet->count - i) * sizeof(void *));
}

size_t acd_fleet_live_count(const struct acd_fleet *fleet)
{
    size_t live = 0;
    for (size_t i = 0; i < fleet->count; i++)
        live += acd_server_is_live(fleet->server[i]) && !fleet->server[i]->detached;
    return live;
}

static bool died_later(const struct acd_server *a, const struct acd_server *b)
{
    if (a->died_ns != b->died_ns)
        return a->died_ns > b->died_ns;
    if (a->opened_ns != b->opened_ns)
        return a->opened_ns > b->opened_ns;
    return a->number > b->number;
}

static const struct acd_server *last_dead(const struct acd_fleet *fleet)
{
    const struct acd_server *last = NULL;
    for (size_t i = 0; i < fleet->count; i++)
        if (!fleet->server[i]->detached && (!last || died_later(fleet->server[i], last)))
            last = fleet->server[i];
    return last;
}

struct acd_selection acd_fleet_resolve(const struct acd_fleet *fleet,
                                       struct acd_selection selection)
{
    if (selection.kind == ACD_SELECT_LIVE || selection.kind == ACD_SELECT_ALL)
        return selection;
    const struct acd_server *one =
        selection.kind == ACD_SELECT_ONE ? acd_fleet_at(fleet, selection.number) : NULL;
    if (one && !one->detached)
        return selection;
    const struct acd_server *dead = acd_fleet_live_count(fleet) > 0 ? NULL : last_dead(fleet);
    if (!dead)
        return (struct acd_selection){ACD_SELECT_LIVE, 0};
    return (struct acd_selection){ACD_SELECT_ONE, dead->number};
}

bool acd_fleet_selects(struct acd_selection resolved, const struct acd_server *server)
{
    if (server->detached)
        return false;
    if (resolved.kind == ACD_SELECT_ONE)
        return server->number == resolved.number;
    return resolved.kind == ACD_SELECT_ALL || acd_server_is_live(server);
}

const struct acd_server *acd_fleet_single(const struct acd_fleet *fleet,
                                          struct acd_selection selection, size_t *ret_count)
{
    struct acd_selection resolved = acd_fleet_resolve(fleet, selection);
    const struct acd_server *one = NULL;
    size_t count = 0;
    for (size_t i = 0; i < fleet->count; i++) {
        if (acd_fleet_selects(resolved, fleet->server[i])) {
            one = fleet->server[i];
            count++;
        }
    }
    if (ret_count)
        *ret_count = count;
    return count == 1 ? one : NULL;
}

/* The servers that are shown are counted from 1: which one is this, and which server is that? */
static size_t count_to(const struct acd_fleet *fleet, const struct acd_server *server)
{
    size_t place = 0;
    for (size_t i = 0; i < fleet->count; i++) {
        place += !fleet->server[i]->detached;
        if (fleet->server[i] == server)
            break;
    }
    return place;
}

static const struct acd_server *at_place(const struct acd_fleet *fleet, size_t place)
{
    for (size_t i = 0; i < fleet->count; i++)
        if (!fleet->server[i]->detached && --place == 0)
            return fleet->server[i];
    return NULL;
}

struct acd_selection acd_fleet_turn(const struct acd_fleet *fleet, struct acd_selection selection,
                                    int step)
{
    const struct acd_server *one = acd_fleet_single(fleet, selection, NULL);
    size_t count = count_to(fleet, NULL), at = one ? count_to(fleet, one) : 0;
    bool some_dead = acd_fleet_live_count(fleet) < count;
    size_t stations = count + 1 + some_dead;
    if (count < 2)
        return (struct acd_selection){ACD_SELECT_AUTO, 0};
    if (selection.kind == ACD_SELECT_ALL)
        at = count + 1;
    at = (at + (step > 0 ? 1 : stations - 1)) % stations;
    one = at > 0 ? at_place(fleet, at) : NULL;
    if (one)
        return (struct acd_selection){ACD_SELECT_ONE, one->number};
    return (struct acd_selection){at == 0 ? ACD_SELECT_AUTO : ACD_SELECT_ALL, 0};
}

bool acd_fleet_all_detached(const struct acd_fleet *fleet)
{
    for (size_t i = 0; i < fleet->count; i++)
        if (!fleet->server[i]->detached)
            return false;
    return fleet->count > 0;
}
