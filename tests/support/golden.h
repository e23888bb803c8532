/* SPDX-License-Identifier: MIT */
/*
 * Golden screens: a grid compared with its text file in tests/screen/golden.  ACD_GOLDEN=write in the
 * environment makes the files anew; read the difference before you commit it.
 */
#ifndef ACD_TESTS_SUPPORT_GOLDEN_H
#define ACD_TESTS_SUPPORT_GOLDEN_H

#include "tui/view/grid.h"

/** Fails the test when the grid is not what the file `name`-`w`x`h`[-utf8].txt has. */
void acd_golden_compare(const char *name, const struct acd_grid *grid);

#endif
