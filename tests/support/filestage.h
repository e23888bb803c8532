/* SPDX-License-Identifier: MIT */
/*
 * Debug files in a directory of their own, as old as the model's clock says, and the Files and JSON
 * screens of them, with keys played.  Calls tui/app; the program that uses it links that.
 */
#ifndef ACD_TESTS_SUPPORT_FILESTAGE_H
#define ACD_TESTS_SUPPORT_FILESTAGE_H

#include "tests/support/stage.h"
#include "tui/app/act.h"
#include "tui/app/documents.h"

struct acd_filestage {
    struct acd_test_model m;
    struct acd_documents d;
    struct acd_act act;
    struct acd_grid grid;
    char directory[64];
    char copied[4096];
};

/** Writes four debug files: a whole one, a broken one, one of another writer, one of strange bytes. */
void acd_filestage_write(const char *directory);

/** A stage with those, and a file that is none. */
void acd_filestage_begin(struct acd_filestage *s, int w, int h, enum acd_glyphs glyphs);
void acd_filestage_end(struct acd_filestage *s);

/** Writes a file of the directory, `age_s` before the model's time. */
void acd_filestage_put(struct acd_filestage *s, const char *name, const char *text, unsigned age_s);

/** Reads what is to be read, and what the loop does before it draws. */
void acd_filestage_settle(struct acd_filestage *s);
void acd_filestage_draw(struct acd_filestage *s);

/** Presses keys by their names, separated by blanks, and draws after each. */
void acd_filestage_play(struct acd_filestage *s, const char *keys);

#endif
