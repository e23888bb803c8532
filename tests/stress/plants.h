/* SPDX-License-Identifier: MIT */
/*
 * Fifty secrets, zq01Qz to zq50Qz, planted wherever one can stand: headers, bodies as JSON, as text and
 * as bytes, URLs, fields of secret names, errors, loggers.  None of them may leave the process.
 */
#ifndef ACD_TEST_PLANTS_H
#define ACD_TEST_PLANTS_H

#include <stddef.h>

#include <acdebug.h>

#define ACD_PLANTS 50

/* A failed exchange; kinds 0 to 5 differ in their bodies. */
acdebug_exchange acd_plants_exchange(unsigned kind);

/* Errors, events, lines and a failed timer; `path` is the debug file's. */
void acd_plants_emit(acdebug_logger *logger, const char *path);

/* The number of a secret that stands there; 0: none does. */
unsigned acd_plants_find(const char *bytes, size_t count);

/* In how many parts of the exchanges secret `n` stands. */
unsigned acd_plants_places(unsigned n);

#endif
