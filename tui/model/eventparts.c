/* SPDX-License-Identifier: MIT */
/* Events taken apart, see eventparts.h.  Pure. */
#include "config.h"

#include "tui/model/eventparts.h"

#include <string.h>

void acd_eventparts_open(struct acd_event_parts *ret_parts, const struct acd_fleet *fleet,
                         const struct acd_entry *entry)
{
    ret_parts->server = acd_fleet_at(fleet, entry->server);
    const struct acd_site_info *info =
        ret_parts->server ? acd_server_site(ret_parts->server, entry->site) : NULL;
    ret_parts->site = info ? &info->site : NULL;
    const struct acd_record record = {.flags = entry->flags,
                                      .payload_bytes = entry->payload_bytes,
                                      .payload = entry->payload,
                                      .site = entry->site};
    ret_parts->malformed =
        acd_record_decode(&ret_parts->view, &record, ret_parts->site) != ACD_RECORD_OK;
}

static struct acd_text message_of(const struct acd_event_parts *parts)
{
    static const struct acd_text none = {"", 0, 0};
    const struct acd_field *own = acd_event_find(&parts->view, ACD_KEY_MESSAGE);
    if (own && own->type == ACD_TYPE_STR && !own->secret)
        return own->text;
    return parts->site ? parts->site->message : none;
}

struct acd_query_subject acd_eventparts_subject(const struct acd_event_parts *parts,
                                                const struct acd_entry *entry)
{
    const char *app = parts->server ? parts->server->app : "";
    uint32_t length = (uint32_t)strlen(app);
    return (struct acd_query_subject){.level = entry->level,
                                      .kind = entry->kind,
                                      .category = entry->category,
                                      .thread = entry->thread,
                                      .server = {app, length, length},
                                      .message = message_of(parts),
                                      .event = &parts->view};
}
