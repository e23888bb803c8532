/* SPDX-License-Identifier: MIT */
/*
 * `snapshot --fail-if EXPRESSION`, a small language for CI and scripts:
 *
 *     PATH OP NUMBER, joined by `and` and `or` (and first), with parentheses
 *
 * OP is < <= > >= = == or !=.  NUMBER may carry a unit: % (a hundredth), ns us ms s m h (made ns, for
 * the fields that end in _ns), k M G.  PATH is what `snapshot --json` calls the number: servers.FIELD,
 * events.FIELD, cache.NAME.FIELD, cache.NAME.miss_reasons.REASON, timer.NAME.FIELD,
 * timer.NAME.checkpoint.LABEL.FIELD, error.TYPE.count.  A name with dots or blanks stands in double
 * quotes; `*` is any name: the comparison is true when it is for one of them.
 *
 * It is asked of all targets' numbers together, as the live screen adds them.  What has no value (no
 * lookup yet, no such timer) makes the answer unknown, never quietly false; errors and reasons that
 * never occurred are 0.  Pure; a gate is constant once parsed.
 */
#ifndef ACD_TUI_APP_GATE_H
#define ACD_TUI_APP_GATE_H

#include <stddef.h>

#include "tui/model/digest.h"

struct acd_gate;

enum acd_gate_verdict { ACD_GATE_FALSE, ACD_GATE_TRUE, ACD_GATE_UNKNOWN };

/* A sentence and where in the expression, counted from 1. */
struct acd_gate_why {
    size_t column;
    char text[320];
};

/** @return 0; -EINVAL: no expression, and `ret_why`; -ENOMEM */
int acd_gate_new(struct acd_gate **ret, const char *text, struct acd_gate_why *ret_why);
void acd_gate_free(struct acd_gate *gate);

/** @param[out] ret_why  set unless the verdict is false: the first comparison that decided it */
enum acd_gate_verdict acd_gate_ask(const struct acd_gate *gate, const struct acd_digest *digest,
                                   struct acd_gate_why *ret_why);

#endif
