/* SPDX-License-Identifier: MIT */
/* The numbers of the screens, see numbers.h. */
#include "config.h"

#include "tui/app/numbers.h"

#include <errno.h>
#include <string.h>

void acd_numbers_fini(struct acd_numbers *numbers)
{
    acd_baseline_clear(&numbers->mark);
    acd_onerequest_fini(&numbers->one);
}

int acd_numbers_mark(struct acd_numbers *numbers, struct acd_ui *ui, const struct acd_fleet *fleet)
{
    int r = acd_baseline_set(&numbers->mark, fleet, ui->now_ns, &numbers->source);
    ui->mark_ns = numbers->mark.time_ns;
    ui->mark_sequence = numbers->mark.sequence;
    return r;
}

void acd_numbers_unmark(struct acd_numbers *numbers, struct acd_ui *ui)
{
    acd_baseline_clear(&numbers->mark);
    ui->mark_ns = 0;
}

static int renew_request(struct acd_numbers *n, struct acd_digest *digest, const struct acd_ui *ui,
                         const struct acd_fleet *fleet, const struct acd_sieve *request)
{
    const struct acd_onerequest_scope scope = {.selection = ui->selection,
                                               .sieve = request,
                                               .end = acd_ui_end(ui, fleet->store),
                                               .from_ns = n->mark.time_ns};
    int gathered = acd_onerequest_gather(&n->one, fleet, &scope);
    struct acd_histogram_source source = acd_onerequest_histograms(&n->one);
    int renewed = acd_digest_renew_one(digest, &n->one.server, ui->now_ns, &source);
    return gathered < 0 ? gathered : renewed;
}

int acd_numbers_renew(struct acd_numbers *numbers, struct acd_digest *digest,
                      const struct acd_ui *ui, const struct acd_fleet *fleet,
                      const struct acd_sieve *request)
{
    struct acd_histogram_source source = numbers->source;
    int renewed = -ENOMEM;
    if (!request && numbers->mark.time_ns > 0)
        fleet = acd_baseline_since(&numbers->mark, fleet, &numbers->source, &source);
    if (request)
        renewed = renew_request(numbers, digest, ui, fleet, request);
    else if (fleet)
        renewed = acd_digest_renew(digest, fleet, ui->selection, ui->now_ns, &source);
    int sorted = acd_order_apply(digest, ui->order);
    return renewed < 0 ? renewed : sorted;
}
