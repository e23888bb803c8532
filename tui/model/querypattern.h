/* SPDX-License-Identifier: MIT */
/*
 * What a regular expression of a filter may ask of the C library.  A back-reference can take it hours
 * a text, and `((a{99}){99}){99}` gigabytes, before any event was looked at: such ones are told from
 * the others by their text.  Pure; query.c calls it before it compiles one.
 */
#ifndef ACD_TUI_MODEL_QUERYPATTERN_H
#define ACD_TUI_MODEL_QUERYPATTERN_H

#include <stddef.h>

#define ACD_QUERYPATTERN_COPIES_MAX 256 /* of parts that + and {} repeat, in one filter */

/**
 * @param pattern  an extended regular expression; what is no such one is left to regcomp()
 * @param copies   of the filter's expressions so far; those of this one are added
 * @return NULL, or why it is refused, with *ret_at the byte of `pattern` where that stands
 */
const char *acd_querypattern_refuse(const char *pattern, unsigned *copies, size_t *ret_at);

#endif
