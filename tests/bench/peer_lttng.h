/* SPDX-License-Identifier: MIT */
/* The tracepoint of the LTTng-UST peer: an id, a double and a text, as its manual has it. */
#ifdef HAVE_LTTNG

#undef LTTNG_UST_TRACEPOINT_PROVIDER
#define LTTNG_UST_TRACEPOINT_PROVIDER acdebug_bench
#undef LTTNG_UST_TRACEPOINT_INCLUDE
#define LTTNG_UST_TRACEPOINT_INCLUDE "tests/bench/peer_lttng.h"

#if !defined(ACD_TESTS_BENCH_PEER_LTTNG_H) || defined(LTTNG_UST_TRACEPOINT_HEADER_MULTI_READ)
#define ACD_TESTS_BENCH_PEER_LTTNG_H

#include <lttng/tracepoint.h>

/* clang-format off */
LTTNG_UST_TRACEPOINT_EVENT(acdebug_bench, event,
    LTTNG_UST_TP_ARGS(long, id, double, value, const char *, text, size_t, bytes),
    LTTNG_UST_TP_FIELDS(
        lttng_ust_field_integer(long, id, id)
        lttng_ust_field_float(double, value, value)
        lttng_ust_field_sequence_text(char, text, text, size_t, bytes)))
/* clang-format on */

#endif

#include <lttng/tracepoint-event.h>

#endif
