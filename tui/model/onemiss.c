/* SPDX-License-Identifier: MIT */
/* One lookup from near, see onemiss.h. */
#include "config.h"

#include "tui/model/onemiss.h"

#include <string.h>

#include "tui/model/decode.h"
#include "tui/model/eventparts.h"

/* A tracker keeps so many bytes of an id. */
#define CLOSEST_BYTES 39

/* A request's id comes as text; a server that numbers its requests does so for all of them. */
static struct acd_followed closest_of(const struct acd_event_view *view)
{
    const struct acd_field *f = acd_decode_text(view, ACD_KEY_CACHE_CLOSEST_REQUEST);
    struct acd_request r = {.kind = ACD_REQUEST_TEXT};
    if (!f)
        return (struct acd_followed){.kind = ACD_REQUEST_NONE};
    r.text = f->text;
    if (view->request.kind == ACD_REQUEST_NUMBER) {
        r.kind = ACD_REQUEST_NUMBER;
        for (uint32_t i = 0; i < f->text.length; i++) {
            unsigned digit = (unsigned)f->text.bytes[i] - '0';
            if (digit > 9 || r.number > (UINT64_MAX - digit) / 10) {
                r.kind = ACD_REQUEST_TEXT;
                break;
            }
            r.number = 10 * r.number + digit;
        }
    }
    struct acd_followed followed = acd_followed_event(&r);
    followed.cut = followed.kind == ACD_REQUEST_TEXT && f->text.length >= CLOSEST_BYTES;
    return followed;
}

void acd_onemiss_open(struct acd_onemiss *miss, const struct acd_cache_lookup *lookup,
                      const struct acd_fleet *fleet)
{
    struct acd_entry entry;
    struct acd_event_parts parts;
    if (miss->opened && miss->lookup.sequence == lookup->sequence &&
        miss->lookup.server == lookup->server)
        return;
    memset(miss, 0, sizeof *miss);
    miss->opened = true;
    miss->lookup = *lookup;
    if (!acd_store_get(fleet->store, lookup->sequence, &entry) || entry.type != ACD_ENTRY_EVENT)
        return;
    acd_eventparts_open(&parts, fleet, &entry);
    const struct acd_event_view *view = &parts.view;
    miss->request = acd_followed_event(&view->request);
    miss->closest = closest_of(view);
    acd_tracked_spans(&miss->spans, view, ACD_KEY_CACHE_SPANS);
    acd_tracked_spans(&miss->closest_spans, view, ACD_KEY_CACHE_CLOSEST_SPANS);
    acd_decode_copy(miss->snippet, sizeof miss->snippet, view, ACD_KEY_CACHE_SNIPPET);
    acd_decode_copy(miss->closest_snippet, sizeof miss->closest_snippet, view,
                    ACD_KEY_CACHE_CLOSEST_SNIPPET);
}
