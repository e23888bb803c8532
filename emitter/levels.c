/* SPDX-License-Identifier: MIT */
/*
 * The control word: taking over what a viewer set, ending leases, answering for the level.  What is
 * read from the page is masked, never used as an index.
 */
#include "config.h"

#include "emitter/emit.h"

#include <errno.h>
#include <string.h>

#include "emitter/format/kinds.h"
#include "emitter/shmfile.h"

#define NEVER UINT64_MAX
#define SECOND_NS UINT64_C(1000000000)

static uint64_t change_of(uint64_t word)
{
    return word >> ACD_CONTROL_CHANGE_SHIFT & ACD_CONTROL_CHANGE_MASK;
}

static uint64_t deadline_of(uint64_t word)
{
    return word >> ACD_CONTROL_DEADLINE_SHIFT & ACD_CONTROL_DEADLINE_MASK;
}

/* Seconds until the deadline, modulo its range; 0 when it has passed. */
static uint64_t seconds_left(const struct acd_ring *ring, uint64_t deadline)
{
    uint64_t since = (acd_sys_monotonic_ns() - ring->opened.monotonic_ns) / SECOND_NS;
    uint64_t left = (deadline - since) & ACD_CONTROL_DEADLINE_MASK;
    return left > ACD_CONTROL_DEADLINE_MASK / 2 ? 0 : left;
}

static void who_changed(const struct acd_ring *ring, char text[65])
{
    for (unsigned i = 0; i < 8; i++) {
        uint64_t word = acd_get(&ring->control->who[i]);
        memcpy(text + 8 * i, &word, 8);
    }
    text[64] = '\0';
}

/* One thread takes the change over: the others find control_seen moved on. */
static void take_over(const struct acd_turn *turn, uint64_t word, const char *who)
{
    struct acd_ring *ring = turn->ring;
    uint64_t seen = acd_get(&ring->control_seen);
    if (seen == word || !acd_swap_if(&ring->control_seen, &seen, word))
        return;
    acd_publish(&ring->control->ack, 1 + change_of(word));
    uint64_t from = seen & ACD_CONTROL_LEVELS, to = word & ACD_CONTROL_LEVELS;
    acd_emitter_anchor(ring);
    /* A lease that is made longer changes no level. */
    if (from != to)
        acd_emit_level(turn, from, to, who);
}

/* `resume` was written before the word that it belongs to, which acd_see() saw. */
static void end_lease(const struct acd_turn *turn, uint64_t word)
{
    uint64_t resume = acd_get(&turn->ring->control->resume);
    uint64_t next = acd_control_after(word, resume, turn->ring->start_levels) |
                    ((change_of(word) + 1) & ACD_CONTROL_CHANGE_MASK) << ACD_CONTROL_CHANGE_SHIFT;
    if (acd_swap_if(&turn->ring->control->word, &word, next))
        take_over(turn, next, "lease ended");
}

/* When the next anchor is due.  The distances double, so that what was misread of an anchor never grows
 * beyond itself in what is reckoned from it; and a wall clock that is set is noticed. */
static uint64_t anchor_due(const struct acd_ring *ring)
{
    uint64_t at = acd_get(&ring->rate_anchor_ticks), age = at - ring->opened.ticks;
    uint64_t least = acd_clock_millisecond(ring->clock), most = 1000 * least;
    if (age < least || age >> 63)
        return at + least;
    return at + (age < most ? age : most);
}

/* When an emit has to look for the end of a lease. */
static uint64_t deadline_check(const struct acd_ring *ring, uint64_t word, uint64_t now)
{
    uint64_t deadline = deadline_of(word);
    if (deadline == 0)
        return NEVER;
    uint64_t rate = acd_get(&ring->rate);
    uint64_t ns = seconds_left(ring, deadline) * SECOND_NS;
    if (rate == 0)
        return now;
    /* At most a second ahead: the rate is an estimate and the clock may be set. */
    uint64_t ahead = ns < SECOND_NS ? ns : SECOND_NS;
    return now + (ahead << 20) / ((rate >> 12) + 1);
}

static uint64_t next_check(const struct acd_ring *ring, uint64_t word, uint64_t now)
{
    uint64_t anchor = anchor_due(ring), deadline = deadline_check(ring, word, now);
    return anchor < deadline ? anchor : deadline;
}

void acd_levels_check(const struct acd_turn *turn, uint64_t now)
{
    struct acd_ring *ring = turn->ring;
    int saved = errno;
    uint64_t word = acd_see(&ring->control->word);
    if (word != acd_get(&ring->control_seen)) {
        char who[65];
        who_changed(ring, who);
        take_over(turn, word, who);
    }
    if (deadline_of(word) != 0 && seconds_left(ring, deadline_of(word)) == 0) {
        end_lease(turn, word);
        word = acd_see(&ring->control->word);
    }
    if (now >= anchor_due(ring))
        acd_emitter_anchor(ring);
    acd_set(&ring->check_ticks, next_check(ring, word, now));
    errno = saved;
}

/* The live levels, after whatever is due. */
static uint64_t live_levels(void)
{
    struct acd_turn turn;
    if (!acd_turn_begin(&turn))
        return 0;
    uint64_t word = acd_get(&turn.ring->control->word);
    if (word != acd_get(&turn.ring->control_seen) || deadline_of(word) != 0)
        (void)acd_turn_now(&turn);
    word = acd_get(&turn.ring->control->word);
    acd_turn_end(&turn);
    return word & ACD_CONTROL_LEVELS;
}

int acdebug_level(void)
{
    return (int)acd_levels_get(live_levels(), ACD_CATEGORY_LOG);
}

bool acdebug_enabled(int level)
{
    return acdebug_enabled_for(ACD_CATEGORY_LOG, level);
}

bool acdebug_enabled_for(unsigned category, int level)
{
    return category < ACD_CATEGORIES && level >= 1 && level <= 3 &&
           acd_levels_get(live_levels(), category) >= (unsigned)level;
}

bool acdebug_priv_admit(unsigned category, unsigned level)
{
    return acd_levels_get(live_levels(), category) >= level;
}
