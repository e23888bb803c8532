/* SPDX-License-Identifier: MIT */
/*
 * Golden screens: a grid compared with its text file in tests/screen/golden.  `make golden` makes
 * all of them anew (ACD_GOLDEN=write in the environment of a test, its own); read the difference before
 * you commit it.
 */
#ifndef ACD_TESTS_SUPPORT_GOLDEN_H
#define ACD_TESTS_SUPPORT_GOLDEN_H

#include <stdbool.h>

#include "tui/view/grid.h"

/**
 * Fails the test when the grid is not what the file `name`-`w`x`h`[-utf8].txt has.  Where there is a
 * file `name`-`w`x`h`[-utf8].`theme`.ansi too, it must have the grid as that theme paints it with 256
 * colours: `cat` shows it.  To have one more of these, make it empty and write the files anew.
 */
void acd_golden_compare(const char *name, const struct acd_grid *grid);

/* One picture as terminals show it: in UTF-8 and in the C locale. */
struct acd_golden_pair {
    const struct acd_grid *utf8, *ascii;
};

/**
 * The same for a pair, in one file `name`-`w`x`h`.screen: the text in UTF-8, below it a letter a cell
 * for its style, of the C locale the rows that differ, and what each letter means with 256 colours and
 * with NO_COLOR.
 */
void acd_golden_compare_pair(const char *name, const struct acd_golden_pair *pair);

/** Is it what the file has?  Writes nothing. */
bool acd_golden_is_pair(const char *name, const struct acd_golden_pair *pair);

#endif
