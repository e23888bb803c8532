/* SPDX-License-Identifier: MIT */
/* Choice and calibration of the ring's clock, see clock.h. */
#include "config.h"

#include "emitter/clock.h"

#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>

/* CPUID 8000_0007h, EDX bit 8: the TSC runs at one rate in all power states (AMD APM 3, Intel SDM 3). */
static int counter_is_invariant(void)
{
    unsigned a, b, c, d;
    return __get_cpuid(0x80000007u, &a, &b, &c, &d) && (d & 1u << 8) != 0;
}
#endif

enum acd_clock_kind acd_clock_choose(void)
{
#if defined(__x86_64__)
    char source[16] = {0};
    ssize_t n =
        acd_sys_read_file("/sys/devices/system/clocksource/clocksource0/current_clocksource",
                          source, sizeof source - 1);
    if (n >= 3 && strncmp(source, "tsc", 3) == 0 && (n == 3 || source[3] == '\n') &&
        counter_is_invariant())
        return ACD_CLOCK_TSC;
#elif defined(__aarch64__)
    return ACD_CLOCK_ARM_VIRTUAL;
#endif
    return ACD_CLOCK_MONOTONIC_NS;
}

uint64_t acd_clock_millisecond(enum acd_clock_kind kind)
{
#if defined(__aarch64__)
    if (kind == ACD_CLOCK_ARM_VIRTUAL) {
        uint64_t hertz;
        __asm__ volatile("mrs %0, cntfrq_el0" : "=r"(hertz));
        return hertz / 1000 + 1;
    }
#endif
    return kind == ACD_CLOCK_TSC ? 6000000 : 1000000; /* no TSC runs above 6 GHz */
}

void acd_clock_anchor(enum acd_clock_kind kind, struct acd_anchor *ret_anchor)
{
    uint64_t narrowest = UINT64_MAX;
    for (int i = 0; i < 4; i++) {
        uint64_t before = acd_clock_now(kind);
        uint64_t monotonic = acd_sys_monotonic_ns();
        uint64_t after = acd_clock_now(kind);
        uint64_t real = acd_sys_realtime_ns();
        if (after - before >= narrowest)
            continue;
        narrowest = after - before;
        ret_anchor->ticks = before + (after - before) / 2;
        ret_anchor->monotonic_ns = monotonic;
        ret_anchor->realtime_ns = real;
    }
    if (kind == ACD_CLOCK_MONOTONIC_NS)
        ret_anchor->ticks = ret_anchor->monotonic_ns;
}

uint64_t acd_clock_rate(enum acd_clock_kind kind, const struct acd_anchor *from,
                        const struct acd_anchor *to)
{
    __extension__ typedef unsigned __int128 wide;
    uint64_t ticks = to->ticks - from->ticks, ns = to->monotonic_ns - from->monotonic_ns;
    if (kind == ACD_CLOCK_MONOTONIC_NS || ticks == 0 || ticks >> 63 || ns >> 63)
        return UINT64_C(1) << 32;
    return (uint64_t)(((wide)ns << 32) / ticks);
}
