/* SPDX-License-Identifier: MIT */
/*
 * Recordings in the collector's hands: a frame changes a ring of the replayer's, and from there on all
 * goes as with a ring that lives, on the recording's clock.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>

#include "tui/app/collect_private.h"

#define SAMPLE_NS UINT64_C(250000000) /* of the recording's time, for the windows */

void acd_collect_play_now(struct acd_collect *c)
{
    uint64_t next = 0, until = c->play_until_ns;
    acd_replayer_now(c->replay, &c->now);
    if (until == UINT64_MAX || until <= c->now.realtime_ns || !acd_replayer_next(c->replay, &next))
        return;
    until = until < next ? until : next;
    if (until > c->now.realtime_ns) {
        c->now.monotonic_ns += until - c->now.realtime_ns;
        c->now.realtime_ns = until;
    }
}

static int attach_image(struct acd_collect *c, size_t image, struct acd_problem *why)
{
    struct acd_ringmap *ring = NULL;
    int r = acd_replayer_ring(c->replay, image, &ring, why);
    if (r < 0)
        return r;
    r = acd_collect_make_link(c, ring, 0, ACD_CURSOR_OLDEST);
    if (r < 0) {
        acd_ringmap_close(ring);
        return acd_problem_set_errno(why, -r, "attach to", "a recorded ring");
    }
    c->link[c->count - 1].image = image;
    return 0;
}

static int take_change(struct acd_collect *c, size_t image, struct acd_problem *why)
{
    size_t i = 0;
    while (i < c->count && c->link[i].image != image)
        i++;
    int r = i == c->count ? attach_image(c, image, why) : 0;
    if (r < 0)
        return r;
    struct acd_server *server = acd_fleet_find(c->fleet, c->link[i].server);
    bool due = c->now.realtime_ns - c->link[i].play_sampled_ns >= SAMPLE_NS;
    /* A recording has no frame of a ring that rests. */
    if (due && server)
        acd_server_stood_still(server, c->now.realtime_ns - SAMPLE_NS);
    if (server && acd_server_set_liveness(server, acd_replayer_liveness(c->replay, image),
                                          c->now.realtime_ns))
        due = true;
    /* The last sample of one that died must be the last. */
    c->link[i].finished = false;
    due = due || (server && !acd_server_is_live(server));
    if (due && server)
        acd_collect_sample_link(c, &c->link[i], server);
    if (due)
        c->link[i].play_sampled_ns = c->now.realtime_ns;
    return 0;
}

/* One frame; false at the end of the recording, also one that is no whole end. */
bool acd_collect_play_step(struct acd_collect *c)
{
    struct acd_problem *why = &c->trouble;
    size_t image = 0;
    int r = acd_replayer_step(c->replay, &image, why);
    acd_replayer_now(c->replay, &c->now);
    if (r == ACD_REPLAYER_CHANGE)
        return take_change(c, image, why) == 0;
    if (r == ACD_REPLAYER_END && acd_replayer_torn(c->replay) > 0)
        acd_problem_set(why, ACD_PROBLEM_CUT_SHORT, 0,
                        "the recording is cut at byte %" PRIu64 ": its recorder was killed, or its "
                        "disk was full. What came before is shown",
                        acd_replayer_torn(c->replay));
    return r == ACD_REPLAYER_RING;
}

/* As far as the first ring, so that there is something to show. */
int acd_collect_play_open(struct acd_collect *c, const char *path, struct acd_problem *why)
{
    if (c->replay || c->count > 0)
        return acd_problem_set(why, ACD_PROBLEM_SYSTEM, EINVAL,
                               "'%s': a recording stands alone. Hint: name it and nothing else",
                               path);
    int r = acd_replayer_open(&c->replay, path, why);
    while (r == 0 && c->count == 0 && acd_collect_play_step(c)) {}
    if (r == 0 && c->count == 0)
        r = acd_problem_set(why, ACD_PROBLEM_EMPTY, 0, "recording '%s' holds no ring: %s", path,
                            c->trouble.text[0] ? c->trouble.text : "nothing was recorded");
    return r;
}

const struct acd_replayer *acd_collect_replay(const struct acd_collect *collect)
{
    return collect->replay;
}

void acd_collect_play_until(struct acd_collect *collect, uint64_t realtime_ns)
{
    collect->play_until_ns = realtime_ns;
}

bool acd_collect_play_next(const struct acd_collect *collect, uint64_t *ret_realtime_ns)
{
    return !collect->played && acd_replayer_next(collect->replay, ret_realtime_ns);
}
