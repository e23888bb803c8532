/* SPDX-License-Identifier: MIT */
/*
 * Error groups as rows of a table, for the overview's panel and the Errors screen, and a group's
 * parts in words.  Secrets are hidden here.  Draws only; stateless.
 */
#ifndef ACD_TUI_VIEW_ERRORROW_H
#define ACD_TUI_VIEW_ERRORROW_H

#include "tui/view/view.h"

#define ACD_ERRORROW_NONE SIZE_MAX /* no row is selected */

/* Which rows are shown, and with what. */
struct acd_errorrow_table {
    size_t top;
    size_t selected; /* or ACD_ERRORROW_NONE */
    bool trends;     /* with sparklines where there is room */
};

/** The names of its columns, as configuration spells them; the last is NULL. */
extern const char *const acd_errorrow_columns[];

/** A heading on the first row of `at`, then as many groups as fit. */
void acd_errorrow_table(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene,
                        const struct acd_errorrow_table *table);

/** "HTTP 502 upstream timeout", "Streaming reset by peer". */
void acd_errorrow_name(char *out, size_t size, const struct acd_error_row *row);

/** "openai/gpt-4o", "" not known. */
void acd_errorrow_where(char *out, size_t size, const struct acd_error_row *row);

/** How long ago that was: "4s", "?" unknown. */
struct acd_label acd_errorrow_age(const struct acd_scene *scene, uint64_t then_ns);

#endif
