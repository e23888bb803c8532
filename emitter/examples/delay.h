/* SPDX-License-Identifier: MIT */
/* The server's clock, and waits that all end at once when the server is to stop. Any thread. */
#ifndef ACD_EXAMPLES_DELAY_H
#define ACD_EXAMPLES_DELAY_H

#include <stdbool.h>
#include <stdint.h>

struct acd_delay;

/* NULL when there is no memory. */
struct acd_delay *acd_delay_new(void);
void acd_delay_free(struct acd_delay *delay);

/* Monotonic nanoseconds. */
uint64_t acd_delay_now_ns(void);

/* Waits for ns, or until acd_delay_stop(). 0 does nothing at all. */
void acd_delay_for(struct acd_delay *delay, uint64_t ns);

/* Ends all waits, those to come too. */
void acd_delay_stop(struct acd_delay *delay);
bool acd_delay_is_stopped(struct acd_delay *delay);

#endif
