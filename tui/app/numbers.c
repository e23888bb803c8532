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

const struct acd_fleet *acd_numbers_counted(struct acd_numbers *numbers,
                                            const struct acd_fleet *fleet,
                                            struct acd_histogram_source *ret_source)
{
    *ret_source = numbers->source;
    if (numbers->mark.time_ns == 0)
        return fleet;
    return acd_baseline_since(&numbers->mark, fleet, &numbers->source, ret_source);
}

int acd_numbers_renew(struct acd_numbers *numbers, struct acd_digest *digest,
                      const struct acd_ui *ui, const struct acd_fleet *fleet,
                      const struct acd_sieve *request)
{
    struct acd_histogram_source source;
    int renewed = -ENOMEM;
    if (request)
        renewed = renew_request(numbers, digest, ui, fleet, request);
    else if ((fleet = acd_numbers_counted(numbers, fleet, &source)) != NULL)
        renewed = acd_digest_renew(digest, fleet, ui->selection, ui->now_ns, &source);
    numbers->digest = digest;
    int sorted = acd_order_apply(digest, ui->order);
    return renewed < 0 ? renewed : sorted;
}

void acd_numbers_sort(struct acd_numbers *numbers, const struct acd_ui *ui)
{
    if (numbers->digest)
        acd_order_apply(numbers->digest, ui->order);
}
