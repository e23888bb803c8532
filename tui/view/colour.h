/* SPDX-License-Identifier: MIT */
/*
 * What the user calls a colour: "green", "bright-red on black bold", "#d08770 underline", "109".
 * Pure; anybody may call.
 */
#ifndef ACD_TUI_VIEW_COLOUR_H
#define ACD_TUI_VIEW_COLOUR_H

#include <stddef.h>

#include "tui/view/style.h"

/** A foreground, `on` a background, and attributes, in this order, each of them optional but one.
 * @return 0, -EINVAL and `ret_bad`: the word that is none, in `text` */
int acd_colour_parse(const char *text, struct acd_shade *ret_shade, const char **ret_bad);

/** The words that stand for colours and attributes; NULL past the last. */
const char *acd_colour_word_at(size_t index);

#endif
