/* SPDX-License-Identifier: MIT */
/*
 * Golden screens: a grid compared with its text file in tests/screen/golden.  ACD_GOLDEN=write in the
 * environment makes the files anew; read the difference before you commit it.
 */
#ifndef ACD_TESTS_SUPPORT_GOLDEN_H
#define ACD_TESTS_SUPPORT_GOLDEN_H

#include "tui/view/grid.h"

/**
 * Fails the test when the grid is not what the file `name`-`w`x`h`[-utf8].txt has.  Where there is a
 * file `name`-`w`x`h`[-utf8].`theme`.ansi too, it must have the grid as that theme paints it with 256
 * colours: `cat` shows it.  To have one more of these, make it empty and write the files anew.
 */
void acd_golden_compare(const char *name, const struct acd_grid *grid);

#endif
