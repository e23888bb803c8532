/* SPDX-License-Identifier: MIT */
/* The screen's state, see ui.h. */
#include "config.h"

#include "tui/view/ui.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tui/view/look.h"

#define MESSAGE_NS UINT64_C(6000000000)

const struct acd_lease acd_ui_leases[ACD_LEASES] = {
    {"for 30 s", 30, false},   {"for 1 min", 60, false},
    {"for 5 min", 300, false}, {"until this viewer ends", 0, true},
    {"for good", 0, false},
};

void acd_ui_init(struct acd_ui *ui)
{
    memset(ui, 0, sizeof *ui);
    ui->filter = (struct acd_filter)ACD_FILTER_INIT;
}

const struct acd_look *acd_ui_look(const struct acd_ui *ui)
{
    return ui->look ? ui->look : &acd_look_default;
}

void acd_ui_say(struct acd_ui *ui, enum acd_style style, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(ui->message, sizeof ui->message, format, arguments);
    va_end(arguments);
    ui->message_style = style;
    ui->message_until_ns = ui->now_ns + MESSAGE_NS;
}

uint64_t acd_ui_end(const struct acd_ui *ui, const struct acd_store *store)
{
    uint64_t next = acd_store_next(store);
    return ui->paused && ui->paused_at < next ? ui->paused_at : next;
}

struct acd_filter acd_ui_filter(const struct acd_ui *ui, const struct acd_fleet *fleet)
{
    struct acd_filter filter = ui->filter;
    /* Only a server that was chosen hides the others': the last words of one that died stay when
     * another takes its place. */
    if (ui->selection.kind == ACD_SELECT_ONE && acd_fleet_at(fleet, ui->selection.number))
        filter.server = ui->selection.number;
    return filter;
}

struct acd_shown acd_ui_shown(const struct acd_ui *ui, const struct acd_fleet *fleet)
{
    return (struct acd_shown){.store = fleet->store,
                              .filter = acd_ui_filter(ui, fleet),
                              .sieve = ui->lookup.sieve,
                              .end = acd_ui_end(ui, fleet->store)};
}

/* One that is hidden or gone gives the cursor to its neighbour. */
bool acd_ui_event(const struct acd_ui *ui, const struct acd_fleet *fleet,
                  struct acd_entry *ret_entry)
{
    const struct acd_shown shown = acd_ui_shown(ui, fleet);
    uint64_t at = ui->events.scrolled ? ui->events.selected : shown.end;
    if (!ui->events.scrolled && !ui->paused)
        return false;
    return acd_shown_before(&shown, at < UINT64_MAX ? at + 1 : at, ret_entry) ||
           acd_shown_from(&shown, at, ret_entry);
}
