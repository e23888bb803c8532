/* SPDX-License-Identifier: MIT */
/*
 * The fleet's numbers as Prometheus and OpenTelemetry collectors read them: OpenMetrics 1.0, or the
 * older text format 0.0.4, from one table of metric families.  Base units, counters end in _total,
 * durations are histograms made of the ring's own.  Every label value comes from a table of bounded
 * size in a ring; messages, keys and request ids are never labels.  Texts are made safe for a
 * terminal, secrets in them hidden.  Pure but for the stream.
 */
#ifndef ACD_TUI_APP_OPENMETRICS_H
#define ACD_TUI_APP_OPENMETRICS_H

#include <stdint.h>
#include <stdio.h>

#include "tui/model/digest.h"
#include "tui/model/fleet.h"

enum acd_openmetrics_form {
    ACD_OPENMETRICS_1_0,       /* application/openmetrics-text; version=1.0.0; charset=utf-8 */
    ACD_OPENMETRICS_TEXT_0_0_4 /* text/plain; version=0.0.4; charset=utf-8 */
};

struct acd_openmetrics {
    FILE *stream;
    enum acd_openmetrics_form form;
    const struct acd_fleet *fleet;
    struct acd_histogram_source source;
    /* Servers that were seen dead before this time (acd_server.died_ns) are left out; 0: none are. */
    uint64_t died_since_ns;
};

/** The value of the Content-Type header. */
const char *acd_openmetrics_content_type(enum acd_openmetrics_form form);

/** All families.  A caller may add families of its own before the end. */
void acd_openmetrics_write(const struct acd_openmetrics *metrics);

/** What the form ends with: `# EOF`, or nothing. */
void acd_openmetrics_end(const struct acd_openmetrics *metrics);

/**
 * The lines above a family's samples.
 * @param name  without _total
 * @param unit  "" none; else the name ends in it
 */
void acd_openmetrics_head(const struct acd_openmetrics *metrics, const char *name, const char *type,
                          const char *unit, const char *help);

#endif
