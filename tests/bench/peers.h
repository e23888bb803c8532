/* SPDX-License-Identifier: MIT */
/* The loggers and tracers that bench_peers sets beside ours, those that were found at configure time. */
#ifndef ACD_TESTS_BENCH_PEERS_H
#define ACD_TESTS_BENCH_PEERS_H

#include <stdbool.h>

enum peer_lttng { PEER_LTTNG_OFF, PEER_LTTNG_OVERWRITE, PEER_LTTNG_DISCARD };
/* false: no session could be made (no session daemon, no lttng command). */
bool peer_lttng_set(enum peer_lttng mode);
void peer_lttng_event(long n);

void peer_spdlog_off(long n);
void peer_spdlog_sync(long n);
void peer_spdlog_async(long n);

#endif
