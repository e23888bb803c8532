/* SPDX-License-Identifier: MIT */
/*
 * Which numbers the screens show: those of the servers, those since a mark, or those of the one
 * request that is followed.  One owner: the loop.
 */
#ifndef ACD_TUI_APP_NUMBERS_H
#define ACD_TUI_APP_NUMBERS_H

#include "tui/model/digest.h"
#include "tui/model/baseline.h"
#include "tui/model/onerequest.h"
#include "tui/view/ui.h"

/* Zeroed memory with a source is a beginning without a mark. */
struct acd_numbers {
    struct acd_histogram_source source; /* of the servers */
    struct acd_digest *digest;          /* that was renewed last; NULL: none yet */
    struct acd_baseline mark;
    struct acd_onerequest one;
};

void acd_numbers_fini(struct acd_numbers *numbers);

/** Sets the mark, or takes it away; ui->mark_ns says so. @return 0, -ENOMEM: there is none */
int acd_numbers_mark(struct acd_numbers *numbers, struct acd_ui *ui, const struct acd_fleet *fleet);
void acd_numbers_unmark(struct acd_numbers *numbers, struct acd_ui *ui);

/** Sorts what is shown anew, as it is: a picture that stands still keeps its numbers. */
void acd_numbers_sort(struct acd_numbers *numbers, const struct acd_ui *ui);

/**
 * The servers with what is counted of them: since the mark, if there is one.  Valid until the fleet
 * changes.
 * @param ret_source  where their histograms come from
 * @return NULL: no memory
 */
const struct acd_fleet *acd_numbers_counted(struct acd_numbers *numbers,
                                            const struct acd_fleet *fleet,
                                            struct acd_histogram_source *ret_source);

/**
 * Renews what is shown, as of ui->now_ns.
 * @param request  the followed request's events; NULL: none is followed
 * @return 0, -ENOMEM: rows are missing
 */
int acd_numbers_renew(struct acd_numbers *numbers, struct acd_digest *digest,
                      const struct acd_ui *ui, const struct acd_fleet *fleet,
                      const struct acd_sieve *request);

#endif
