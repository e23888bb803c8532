/* SPDX-License-Identifier: MIT */
/* A fuzz target, and the main() that replays its seeds when no fuzzer gives one. */
#ifndef ACD_TESTS_FUZZ_REPLAY_H
#define ACD_TESTS_FUZZ_REPLAY_H

#include <stddef.h>
#include <stdint.h>

/** What every target defines; the name is the fuzzers'. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
