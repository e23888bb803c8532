/* SPDX-License-Identifier: MIT */
/* The rings' numbers as one text, see scrape.h. */
#include "config.h"

#include "tui/export/scrape.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tui/app/collect.h"
#include "tui/reader/control.h"

#define SECOND UINT64_C(1000000000)

struct acd_scrape {
    const struct acd_settings *settings;
    struct acd_fleet fleet;
    struct acd_collect *collect;
    uint64_t scrapes;
};

static int open_fleet(struct acd_scrape *s, struct acd_problem *ret_why)
{
    const struct acd_collect_options options = {.directory = s->settings->directory,
                                                .targets = s->settings->target,
                                                .target_count = s->settings->target_count,
                                                .dead = ACD_COLLECT_LIVE,
                                                .no_events = true};
    /* No event is kept: the least store that there is. */
    int r = acd_fleet_init(&s->fleet, 16, ACD_STORE_BYTES_MIN);
    if (r < 0)
        return r;
    r = acd_collect_new(&s->collect, &s->fleet, &options, ret_why);
    if (r < 0)
        acd_fleet_fini(&s->fleet);
    return r;
}

int acd_scrape_new(struct acd_scrape **ret_scrape, const struct acd_settings *settings,
                   struct acd_problem *ret_why)
{
    struct acd_scrape *s = calloc(1, sizeof *s);
    int r = s ? 0 : -ENOMEM;
    if (r == 0) {
        s->settings = settings;
        r = open_fleet(s, ret_why);
    }
    if (r < 0)
        free(s);
    else
        *ret_scrape = s;
    return r;
}

void acd_scrape_free(struct acd_scrape *scrape)
{
    if (!scrape)
        return;
    /* The model points into what the collector holds. */
    acd_fleet_fini(&scrape->fleet);
    acd_collect_free(scrape->collect);
    free(scrape);
}

/* ---- the text ---- */

/* Of the directory, so that what is not served can be seen too. */
static void write_rings(const struct acd_scrape *s, const struct acd_openmetrics *m)
{
    const struct acd_discover *rings = acd_collect_rings(s->collect);
    size_t count = acd_discover_count(rings), unreadable = 0;
    for (size_t i = 0; i < count; i++)
        unreadable += acd_discover_entry(rings, i)->why != NULL;
    acd_openmetrics_head(m, "acdebug_export_rings", "gauge", "",
                         "Rings in the directory, of dead servers too.");
    fprintf(m->stream, "acdebug_export_rings{state=\"readable\"} %zu\n", count - unreadable);
    fprintf(m->stream, "acdebug_export_rings{state=\"unreadable\"} %zu\n", unreadable);
}

/* What is told of the exporter itself. */
static void write_own(const struct acd_scrape *s, const struct acd_openmetrics *m)
{
    bool newer = m->form == ACD_OPENMETRICS_1_0;
    acd_openmetrics_head(m, newer ? "acdebug_export_build" : "acdebug_export_build_info",
                         newer ? "info" : "gauge", "", "The exporter's version.");
    fprintf(m->stream, "acdebug_export_build_info{version=\"%s\"} 1\n", PACKAGE_VERSION);
    acd_openmetrics_head(m, "acdebug_export_scrapes", "counter", "",
                         "Times that the rings were read.");
    fprintf(m->stream, "acdebug_export_scrapes_total %" PRIu64 "\n", s->scrapes);
    write_rings(s, m);
    acd_openmetrics_head(m, "acdebug_export_servers", "gauge", "", "Servers that are watched.");
    fprintf(m->stream, "acdebug_export_servers %zu\n", acd_fleet_live_count(&s->fleet));
}

int acd_scrape_text(struct acd_scrape *scrape, enum acd_openmetrics_form form, char **ret_text,
                    size_t *ret_bytes)
{
    struct acd_openmetrics m = {.form = form, .fleet = &scrape->fleet};
    struct acd_now now;
    char *text = NULL;
    size_t bytes = 0;
    acd_collect_scan(scrape->collect);
    acd_collect_sample(scrape->collect);
    acd_control_now(&now);
    uint64_t keep = scrape->settings->keep_s * SECOND;
    m.died_since_ns = now.realtime_ns > keep ? now.realtime_ns - keep : 1;
    m.source = acd_collect_histograms(scrape->collect);
    m.stream = open_memstream(&text, &bytes);
    if (!m.stream)
        return -ENOMEM;
    scrape->scrapes++;
    acd_openmetrics_write(&m);
    write_own(scrape, &m);
    acd_openmetrics_end(&m);
    bool failed = ferror(m.stream) != 0;
    failed = fclose(m.stream) != 0 || failed;
    if (failed) {
        free(text);
        return -ENOMEM;
    }
    *ret_text = text;
    *ret_bytes = bytes;
    return 0;
}
