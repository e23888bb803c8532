/* SPDX-License-Identifier: MIT */
/* Cutting text, see utf8.h. */
#include "config.h"

#include "emitter/format/utf8.h"

__attribute__((cold)) size_t acd_utf8_cut_long(const char *text, size_t bytes, size_t most)
{
    for (size_t back = 1; back <= ACD_UTF8_AHEAD && back <= most; back++)
        if (acd_utf8_length(text + most - back, bytes - most + back) > back)
            return most - back;
    return most;
}
