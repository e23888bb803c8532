/* SPDX-License-Identifier: MIT */
/*
 * The rings' numbers as one text, read anew each time.  Servers come and go for as long as it runs;
 * how many dead ones are kept is bounded by the collector.  One owner.
 */
#ifndef ACD_TUI_EXPORT_SCRAPE_H
#define ACD_TUI_EXPORT_SCRAPE_H

#include <stddef.h>

#include "tui/app/openmetrics.h"
#include "tui/export/settings.h"
#include "tui/reader/problem.h"

struct acd_scrape;

/**
 * @param settings  outlives it
 * @return 0; a target that is a path and no readable ring: -errno and `ret_why`; -ENOMEM
 */
int acd_scrape_new(struct acd_scrape **ret_scrape, const struct acd_settings *settings,
                   struct acd_problem *ret_why);
void acd_scrape_free(struct acd_scrape *scrape);

/** @return 0 and a text for free(); -ENOMEM */
int acd_scrape_text(struct acd_scrape *scrape, enum acd_openmetrics_form form, char **ret_text,
                    size_t *ret_bytes);

#endif
