/* SPDX-License-Identifier: MIT */
/*
 * Numbers as text without stdio, so that a signal handler may write them and no locale changes them.
 * Pure; any thread.
 */
#ifndef ACD_NUMBER_H
#define ACD_NUMBER_H

#include <stddef.h>
#include <stdint.h>

#define ACD_NUMBER_BYTES 40 /* room for any of these and a NUL */

/* Each returns the length of what it wrote, NUL-terminated. */
size_t acd_number_uint(char *ret_text, uint64_t number);
size_t acd_number_int(char *ret_text, int64_t number);
/* The fewest digits that read back as the same number, as Python writes them: 45.0, 1e-07, 1e+22. */
size_t acd_number_double(char *ret_text, double number);
/* Milliseconds with two decimals. */
size_t acd_number_ms(char *ret_text, uint64_t ns);
/* Two decimals, half away from zero; beyond 9e13 as acd_number_double(). */
size_t acd_number_fixed2(char *ret_text, double number);
/* At least `digits` digits, with leading zeros. */
size_t acd_number_padded(char *ret_text, uint64_t number, unsigned digits);

#endif
