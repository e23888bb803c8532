/* SPDX-License-Identifier: MIT */
/*
 * What the example server tells acdebug adds up to what it counts for itself: all caches, timers,
 * checkpoints and errors, over four threads of real conversations, while their events overrun a
 * small ring at level 3, and at level 0 too.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emitter/examples/chat.h"
#include "emitter/examples/embed.h"
#include "emitter/examples/engine_private.h"
#include "emitter/examples/load.h"
#include "tests/support/fixture.h"

enum { THREADS = 4, REQUESTS = 150 };

struct run {
    struct acd_engine *engine;
    struct acd_texts *texts;
    struct acd_delay *delay;
};

struct client {
    struct run *run;
    unsigned number;
    pthread_t thread;
};

static void serve(struct acd_engine *engine, const struct acd_load_request *request)
{
    const struct acd_incoming asked = {.body = request->body, .bytes = request->bytes};
    struct acd_chat_lookups lookups;
    struct acd_failure failure;
    struct acd_chat *chat;
    const char *piece;
    size_t bytes;

    if (request->is_embedding) {
        free(acd_embed_answer(engine, &asked, &failure));
        return;
    }
    chat = acd_chat_begin(engine, &asked, &lookups, &failure);
    for (size_t i = 1; chat != NULL && acd_chat_next(chat, &piece, &bytes); i++) {
        if (i == request->leave_after) {
            break;
        }
    }
    acd_chat_end(chat);
}

static void *run_client(void *argument)
{
    const struct client *client = argument;
    struct acd_load *load = acd_load_new(client->run->texts, 1, client->number);

    for (int i = 0; i < REQUESTS; i++) {
        struct acd_load_request request;

        if (load == NULL || acd_load_next(load, &request) < 0) {
            break;
        }
        serve(client->run->engine, &request);
        acd_load_done(load, &request, i % 8 == 0 ? NULL : "An answer.");
    }
    acd_load_free(load);
    return NULL;
}

static void run_clients(struct run *run)
{
    struct client clients[THREADS];

    for (unsigned i = 0; i < THREADS; i++) {
        clients[i] = (struct client){.run = run, .number = i};
        assert_int_equal(pthread_create(&clients[i].thread, NULL, run_client, &clients[i]), 0);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        pthread_join(clients[i].thread, NULL);
    }
}

static void make_run(struct run *run)
{
    struct acd_engine_options options;

    run->delay = acd_delay_new();
    run->texts = acd_texts_new(NULL, 0);
    assert_non_null(run->delay);
    assert_non_null(run->texts);
    options = acd_engine_options_default(run->delay);
    options.block_count = 400;
    options.session_count = 8;
    options.model_load_ns = 0;
    options.prefill_ns = 0;
    options.decode_ns = 0;
    options.concurrency_max = THREADS - 1;
    options.fail_every = 11;
    assert_int_equal(acd_engine_new(&run->engine, &options), 0);
}

static void free_run(struct run *run)
{
    acd_engine_free(run->engine);
    acd_texts_free(run->texts);
    acd_delay_free(run->delay);
}

/* ---------------------------------------------------------------- comparing */

static void check_cache(const struct acd_peek *peek, const char *type,
                        const struct acd_cache_totals *totals)
{
    struct acd_peek_cache seen;

    acd_peek_cache(peek, type, "", &seen);
    assert_int_equal(seen.outcome[ACDEBUG_HIT], totals->hits);
    assert_int_equal(seen.outcome[ACDEBUG_PARTIAL], totals->partial);
    assert_int_equal(seen.outcome[ACDEBUG_MISS], totals->misses);
    assert_int_equal(seen.outcome[ACDEBUG_BYPASS], totals->bypass);
    assert_int_equal(seen.outcome[ACDEBUG_OUTCOME_UNKNOWN], 0);
    assert_int_equal(seen.evictions, totals->evictions);
    assert_int_equal(seen.token_lookups, totals->token_lookups);
    assert_int_equal(seen.input_tokens, totals->input_tokens);
    assert_int_equal(seen.cached_tokens, totals->cached_tokens);
    assert_int_equal(seen.created_tokens, totals->created_tokens);
}

static void check_reasons(const struct acd_peek *peek, const char *type,
                          const struct acd_cache_totals *totals)
{
    for (int i = ACD_WHY_NONE + 1; i < ACD_WHY_COUNT; i++) {
        const char *reason = acd_cache_result_reason_name((enum acd_why)i);

        assert_int_equal(acd_peek_reason(peek, type, reason), totals->miss_reasons[i]);
    }
}

/* Of the prompt cache's misses the tracker says those that the cache took for cold; the engine counted
 * what it heard. */
static void check_prompt_reasons(const struct acd_peek *peek, struct acd_engine *engine,
                                 const struct acd_cache_totals *totals)
{
    static const char *const reasons[] = {"cold",    "prefix_diverged", "below_minimum",
                                          "evicted", "expired",         "not_stored"};
    uint64_t told = 0;

    for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
        char name[ACD_TALLY_NAME_BYTES];

        snprintf(name, sizeof(name), "miss.prompt.%s", reasons[i]);
        told += acd_engine_count(engine, name);
        assert_int_equal(acd_peek_reason(peek, "prompt", reasons[i]),
                         acd_engine_count(engine, name));
    }
    for (int i = ACD_WHY_NONE + 1; i < ACD_WHY_COUNT; i++) {
        const char *reason = acd_cache_result_reason_name((enum acd_why)i);

        if (i != ACD_WHY_COLD && i != ACD_WHY_DISABLED) {
            assert_true(acd_peek_reason(peek, "prompt", reason) >= totals->miss_reasons[i]);
        }
    }
    /* A tracker that too many threads are at has no reason to say. */
    assert_in_range(told, totals->misses - totals->miss_reasons[ACD_WHY_COLD], totals->misses);
}

static bool is_ready(const acd_word *ready, unsigned index)
{
    return (acd_peek_word(&ready[index / 64]) >> index % 64 & 1U) != 0;
}

struct sums {
    uint64_t started, count, failed, checkpoints;
};

/* Two threads that meet a name for the first time may make an entry each, and readers add them up:
 * so does this, for a timer and for one label of it. */
static struct sums sum_timer(const struct acd_peek *peek, const char *name, const char *label)
{
    struct sums sums = {0};

    for (unsigned i = 0; i < ACD_TIMERS; i++) {
        const struct acd_timer_entry *timer = acd_peek_at(peek, ACD_SEC_TIMERS, i);

        if (!is_ready(acd_peek_shared(peek)->timers_ready, i) || strcmp(timer->name, name) != 0) {
            continue;
        }
        sums.started += acd_peek_word(&timer->started);
        sums.count += acd_peek_word(&timer->timing.count);
        sums.failed += acd_peek_word(&timer->failed);
        for (unsigned j = 0; j < ACD_TIMER_LABELS; j++) {
            if (is_ready(&timer->labels_ready, j) && strcmp(timer->label[j].name, label) == 0) {
                sums.checkpoints += acd_peek_word(&timer->label[j].timing.count);
            }
        }
    }
    return sums;
}

static uint64_t tally_of(struct acd_engine *engine, const char *timer, const char *what)
{
    char name[ACD_TALLY_NAME_BYTES];

    snprintf(name, sizeof(name), "timer.%s.%s", timer, what);
    return acd_engine_count(engine, name);
}

static void check_timer(const struct acd_peek *peek, struct acd_engine *engine, const char *name)
{
    const struct sums sums = sum_timer(peek, name, "");

    assert_int_equal(sums.started, tally_of(engine, name, "count"));
    assert_int_equal(sums.count, tally_of(engine, name, "count"));
    assert_int_equal(sums.failed, tally_of(engine, name, "failed"));
}

static void check_checkpoints(const struct acd_peek *peek, struct acd_engine *engine)
{
    static const char *const labels[] = {"cache_check", "model_loaded", "prefill", "first_token",
                                         "inference_complete"};

    for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
        const struct sums sums = sum_timer(peek, "chat_completion", labels[i]);
        char what[64];

        snprintf(what, sizeof(what), "checkpoint.%s", labels[i]);
        assert_int_equal(sums.checkpoints, tally_of(engine, "chat_completion", what));
    }
}

/* All error groups of the ring against all errors of the tally: models are summed by both. */
static void check_errors(const struct acd_peek *peek, struct acd_engine *engine)
{
    struct acd_tally_entry entries[ACD_TALLY_NAMES_MAX];
    const size_t count = acd_tally_copy(engine->tally, entries, ACD_TALLY_NAMES_MAX);
    const uint64_t groups = acd_peek_word(&acd_peek_shared(peek)->errors_used);
    uint64_t seen = 0;
    uint64_t counted = 0;

    for (uint64_t i = 0; i < groups; i++) {
        const struct acd_error_entry *group = acd_peek_at(peek, ACD_SEC_ERRORS, i);

        seen += acd_peek_word(&group->count);
    }
    for (size_t i = 0; i < count; i++) {
        counted += strncmp(entries[i].name, "error.", 6) == 0 ? entries[i].count : 0;
    }
    assert_int_equal(seen, counted);
    assert_in_range(seen, 1, THREADS * REQUESTS);
}

static void check_all(struct acd_fixture *f, struct acd_engine *engine)
{
    struct acd_cache_totals totals = acd_prompt_cache_totals(engine->prompts);

    check_cache(&f->peek, "prompt", &totals);
    check_prompt_reasons(&f->peek, engine, &totals);
    totals = acd_session_cache_totals(engine->sessions);
    check_cache(&f->peek, "kv", &totals);
    check_reasons(&f->peek, "kv", &totals);
    totals = acd_model_cache_totals(engine->models);
    check_cache(&f->peek, "model", &totals);
    check_reasons(&f->peek, "model", &totals);
    check_timer(&f->peek, engine, "chat_completion");
    check_timer(&f->peek, engine, "embed");
    check_timer(&f->peek, engine, "load_model");
    check_checkpoints(&f->peek, engine);
    check_errors(&f->peek, engine);
}

/* ---------------------------------------------------------------- tests */

static void all_counts_are_equal_while_events_overrun_the_ring(void **state)
{
    struct acd_fixture *f = *state;
    acdebug_options options = acd_scratch_options(&f->dir, 3);
    struct run run = {0};

    options.lane_bytes = 4096;
    options.small_lane_bytes = 4096;
    assert_int_equal(acd_fixture_reopen(f, &options), 0);
    make_run(&run);
    run_clients(&run);
    check_all(f, run.engine);
    /* Far more records than the few lanes of 64 cells each can hold. */
    assert_true(acd_peek_records(&f->peek) > 64 * 16);
    free_run(&run);
}

static void all_counts_are_equal_at_level_0(void **state)
{
    struct acd_fixture *f = *state;
    struct run run = {0};

    assert_int_equal(acd_fixture_at_level(f, 0), 0);
    make_run(&run);
    run_clients(&run);
    check_all(f, run.engine);
    free_run(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ACD_FIXTURE_TEST(all_counts_are_equal_while_events_overrun_the_ring),
        ACD_FIXTURE_TEST(all_counts_are_equal_at_level_0),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
