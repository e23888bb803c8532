/* SPDX-License-Identifier: MIT */
/*
 * What a ring at rest says, as text to compare: its events a line each, oldest first, and what it has
 * counted.  Through peek.h, so that it shares nothing with the viewer.
 */
#ifndef ACD_TEST_FACTS_H
#define ACD_TEST_FACTS_H

#include "tests/support/peek.h"

/*
 * `kind level message key=value ... request=id`, without those that the ring makes of itself (start,
 * thread, stop).  Strings are quoted, what differs from run to run (durations, timers' ids) is `*`, a
 * value that was withheld is `(secret)`.  To be freed.
 */
char *acd_facts_events(const struct acd_peek *peek);

/*
 * Caches, timers and errors, in the order of their tables: `cache type hit=1 miss=2 cold=2`,
 * `timer name count=1 failed=0 running=0 label=1`, `error type status provider/model "message" count=1
 * file=path`.  To be freed.
 */
char *acd_facts_counts(const struct acd_peek *peek);

#endif
