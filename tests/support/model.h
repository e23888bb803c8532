/* SPDX-License-Identifier: MIT */
/*
 * A model made by hand, on a virtual clock: servers with totals, histograms and events, for tests of
 * the model, the views and the keys.  No ring, no terminal; the same calls make the same model.
 */
#ifndef ACD_TESTS_SUPPORT_MODEL_H
#define ACD_TESTS_SUPPORT_MODEL_H

#include <stdint.h>

#include "tui/model/closeup.h"
#include "tui/model/digest.h"
#include "tui/model/fleet.h"
#include "tui/view/view.h"

#define ACD_TEST_SECOND UINT64_C(1000000000)
/* 2026-03-14 12:00:02 UTC */
#define ACD_TEST_NOW (UINT64_C(1773489602) * ACD_TEST_SECOND)

/* Whoever uses the fixture frees it with acd_test_model_fini(). */
struct acd_test_model {
    struct acd_fleet fleet;
    struct acd_digest digest;
    struct acd_ui ui;
    struct acd_closeup closeup; /* the screen's, empty until it is settled */
    struct acd_histogram_source source;
};

/** An empty fleet, the screen's state at its beginning, the time ACD_TEST_NOW. */
void acd_test_model_init(struct acd_test_model *model);
void acd_test_model_fini(struct acd_test_model *model);

/** A live server `app[pid]` without any totals. */
struct acd_server *acd_test_model_server(struct acd_test_model *model, const char *app,
                                         uint32_t pid);

/** What DESIGN.md's drawing shows: two caches, two timers, two kinds of errors, events, a gap. */
struct acd_server *acd_test_model_proxy(struct acd_test_model *model);

/** The proxy's events alone, for a server that is there. */
void acd_test_model_events(struct acd_test_model *model, const struct acd_server *server);

/**
 * What the proxy's requests left: lookups of both caches, and the events of timers.  Of
 * chat_completion, ACD_TEST_RUN_SLOW ended, ACD_TEST_RUN_FAILED failed, ACD_TEST_RUN_RUNNING runs.
 */
void acd_test_model_requests(struct acd_test_model *model, const struct acd_server *server);

/* One run of chat_completion: when it started before ACD_TEST_NOW, its checkpoints, its end. */
struct acd_test_run {
    uint64_t id;
    const char *request, *error;     /* error: it failed */
    uint64_t started_ms, elapsed_ms; /* 0: it runs */
    struct {
        const char *label;
        uint64_t at_ms;
    } checkpoint[3];
    unsigned unseen; /* events that are missing: bit 0 the start, 1 to 3 checkpoints, 4 the end */
};
void acd_test_model_run(struct acd_test_model *model, const struct acd_server *server,
                        const struct acd_test_run *run);

/* One lookup; UINT64_MAX: not known. */
struct acd_test_lookup {
    const char *type, *model, *key, *request, *reason;
    unsigned outcome, ms; /* before ACD_TEST_NOW */
    uint64_t input, cached, created, diverged;
};
void acd_test_model_lookup(struct acd_test_model *model, const struct acd_server *server,
                           const struct acd_test_lookup *lookup);

/* One field more of an event, a number, or text of type STR or JSON. */
struct acd_test_field {
    const char *key;
    uint64_t number;
    const char *text; /* NULL: the number */
    uint8_t type;     /* of text */
};
/** A lookup with what a tracker says of it; and a tracker's event of reuse. */
void acd_test_model_tracked(struct acd_test_model *model, const struct acd_server *server,
                            const struct acd_test_lookup *lookup,
                            const struct acd_test_field *fields, size_t count);
void acd_test_model_reuse(struct acd_test_model *model, const struct acd_server *server,
                          const struct acd_test_field *fields, size_t count);

#define ACD_TEST_RUN_SLOW UINT64_C(0xa10000000001)
#define ACD_TEST_RUN_FAILED UINT64_C(0xa10000000002)
#define ACD_TEST_RUN_QUICK UINT64_C(0xa10000000003)
#define ACD_TEST_RUN_RUNNING UINT64_C(0xb10000000001) /* and the two after it */

/** Renews the digest at ui.now_ns. */
void acd_test_model_renew(struct acd_test_model *model);

/** Log events of one word each, `ms` apart, up to ui.now_ns. */
void acd_test_model_logs(struct acd_test_model *model, const struct acd_server *server,
                         unsigned count, unsigned ms);

/** Instead of the errors that it has: `count` groups, at most 26, over an hour, and their events. */
void acd_test_model_failures(struct acd_test_model *model, struct acd_server *server,
                             unsigned count);

#endif
