/* SPDX-License-Identifier: MIT */
/*
 * The ring's clock: the processor's counter where it is sound, else CLOCK_MONOTONIC.  Reading it makes
 * no system call (the kernel's own clock goes through the vDSO where the clock source allows).
 */
#ifndef ACD_CLOCK_H
#define ACD_CLOCK_H

#include <stdint.h>

#include "emitter/format/layout.h"
#include "emitter/shmfile.h"

#if defined(__x86_64__)
#include <x86intrin.h>
#endif

/* The counter is used only if it is invariant and the kernel itself trusts it as clock source. */
enum acd_clock_kind acd_clock_choose(void);

/* Ticks that are at least a millisecond, whatever the counter's rate. */
uint64_t acd_clock_millisecond(enum acd_clock_kind kind);

static inline uint64_t acd_clock_now(enum acd_clock_kind kind)
{
#if defined(__x86_64__)
    if (__builtin_expect(kind == ACD_CLOCK_TSC, 1))
        return __rdtsc();
#elif defined(__aarch64__)
    if (__builtin_expect(kind == ACD_CLOCK_ARM_VIRTUAL, 1)) {
        uint64_t ticks;
        __asm__ volatile("mrs %0, cntvct_el0" : "=r"(ticks));
        return ticks;
    }
#endif
    (void)kind;
    return acd_sys_monotonic_ns();
}

/* All three clocks at one moment: of a few tries the one with the narrowest bracket. */
void acd_clock_anchor(enum acd_clock_kind kind, struct acd_anchor *ret_anchor);

/* Nanoseconds a tick between two anchors, times 2^32; 2^32 for a clock in ns. */
uint64_t acd_clock_rate(enum acd_clock_kind kind, const struct acd_anchor *from,
                        const struct acd_anchor *to);

static inline uint64_t acd_clock_ns(uint64_t ticks, uint64_t rate)
{
    __extension__ typedef unsigned __int128 wide;
    return (uint64_t)((wide)ticks * rate >> 32);
}

#endif
