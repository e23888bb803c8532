/* SPDX-License-Identifier: MIT */
/*
 * Many threads at one tracker: every lookup is counted once, with the outcome that its caller was told, and
 * a process that forks meanwhile goes on in both.
 */
#include "config.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/fixture.h"
#include "tests/support/sanitized.h"
#include "tests/track/promptcorpus.h"

#define THREADS 8
#define FORKING 4
#define FORKS 12
#define OUTCOMES (ACDEBUG_OUTCOME_UNKNOWN + 1)
#define CHILD_SECONDS 60 /* a child that hangs is ended */

struct worker {
    pthread_t thread;
    acdebug_tracker *tracker;
    const struct acd_corpus *corpus;
    unsigned number, prompts;
    atomic_bool *stop; /* relaxed, pairs with the store in fork_while_others_track; NULL: none */
    uint64_t told[OUTCOMES], without, failed;
};

static acdebug_tracker *new_tracker(const struct acd_corpus *corpus, uint64_t capacity_tokens)
{
    acdebug_tracker_options o = ACDEBUG_TRACKER_OPTIONS_INIT;
    acdebug_tracker *tracker = NULL;
    o.capacity_tokens = capacity_tokens;
    o.budget_bytes = 64 << 20;
    o.detokenize = acd_vocabulary_text;
    o.context = corpus->vocabulary;
    assert_int_equal(acdebug_tracker_new(&tracker, &o), 0);
    return tracker;
}

static int track(acdebug_tracker *tracker, const struct acd_made *made,
                 acdebug_finding *ret_finding)
{
    acdebug_span spans[ACD_MADE_SPANS];
    acdebug_prompt prompt = ACDEBUG_PROMPT_INIT;
    for (unsigned i = 0; i < made->spans; i++)
        spans[i] = (acdebug_span){made->span[i].name, made->span[i].begin};
    prompt.tokens = made->tokens;
    prompt.tokens_count = made->count;
    prompt.spans = spans;
    prompt.spans_count = made->spans;
    *ret_finding = (acdebug_finding){.size = sizeof *ret_finding};
    return acdebug_track(tracker, &prompt, NULL, ret_finding);
}

/*
 * The allocators of ASan and of TSan are not unlocked in a forked child: it waits for ever when another
 * thread was inside malloc (google/sanitizers#774, llvm-project#63224 and #96600). With one of them a fork
 * waits until no thread tracks; without, it comes in the middle of their lookups.
 */
#define FORKS_BETWEEN_LOOKUPS (ACD_ASAN || ACD_TSAN)

static pthread_rwlock_t lookups = PTHREAD_RWLOCK_WRITER_NONRECURSIVE_INITIALIZER_NP;

static void wait_for_lookups(void)
{
    pthread_rwlock_wrlock(&lookups);
}

static void let_lookups_go_on(void)
{
    pthread_rwlock_unlock(&lookups);
}

static int track_between_forks(const struct worker *w, const struct acd_made *made,
                               acdebug_finding *ret_finding)
{
    if (!FORKS_BETWEEN_LOOKUPS)
        return track(w->tracker, made, ret_finding);
    pthread_rwlock_rdlock(&lookups);
    int r = track(w->tracker, made, ret_finding);
    pthread_rwlock_unlock(&lookups);
    return r;
}

/* Each thread begins elsewhere in the same prompts, so that they share most of them. */
static void *work(void *context)
{
    struct worker *w = context;
    unsigned count = w->corpus->count;
    for (unsigned i = 0;
         w->stop ? !atomic_load_explicit(w->stop, memory_order_relaxed) : i < w->prompts; i++) {
        acdebug_finding f;
        int r = track_between_forks(
            w, &w->corpus->prompt[(i + w->number * count / THREADS) % count], &f);
        if (r == 0 && f.outcome < OUTCOMES)
            w->told[f.outcome]++;
        else if (r == -EAGAIN || r == -ENOMEM)
            w->without++;
        else
            w->failed++;
    }
    return NULL;
}

static void start(struct worker *w, unsigned count, const struct worker *like)
{
    for (unsigned i = 0; i < count; i++) {
        w[i] = *like;
        w[i].number = i;
        assert_int_equal(pthread_create(&w[i].thread, NULL, work, &w[i]), 0);
    }
}

static struct acd_corpus *some_prompts(void)
{
    const struct acd_corpus_options o = {.seed = 21,
                                         .prompts = 200,
                                         .causes = ACD_CAUSES_OF_TEXT,
                                         .most = 2000,
                                         .words = 100,
                                         .chats = 10,
                                         .block = 16};
    return acd_corpus_new(&o);
}

static void each_lookup_of_eight_threads_is_counted_once(void **state)
{
    const struct acd_fixture *f = *state;
    struct acd_corpus *corpus = some_prompts();
    struct worker w[THREADS], sum = {0};
    struct acd_peek_cache cache;
    struct worker like = {.tracker = new_tracker(corpus, 65536),
                          .corpus = corpus,
                          .prompts = (unsigned)acd_scratch_scaled(1500, 150)};
    start(w, THREADS, &like);
    for (unsigned i = 0; i < THREADS; i++) {
        pthread_join(w[i].thread, NULL);
        for (unsigned k = 0; k < OUTCOMES; k++)
            sum.told[k] += w[i].told[k];
        sum.without += w[i].without;
        sum.failed += w[i].failed;
    }
    assert_int_equal(sum.failed, 0);
    acd_peek_cache(&f->peek, "prompt", "", &cache);
    uint64_t counted = 0;
    for (unsigned k = 0; k < OUTCOMES; k++)
        counted += cache.outcome[k];
    assert_int_equal(counted, (uint64_t)THREADS * like.prompts);
    assert_int_equal(cache.outcome[ACDEBUG_HIT], sum.told[ACDEBUG_HIT]);
    assert_int_equal(cache.outcome[ACDEBUG_PARTIAL], sum.told[ACDEBUG_PARTIAL]);
    assert_int_equal(cache.outcome[ACDEBUG_MISS], sum.told[ACDEBUG_MISS]);
    assert_int_equal(cache.outcome[ACDEBUG_OUTCOME_UNKNOWN], sum.without);
    assert_true(sum.told[ACDEBUG_HIT] > 0 && sum.told[ACDEBUG_PARTIAL] > 0);
    acdebug_tracker_free(like.tracker);
    acd_corpus_free(corpus);
}

/* ---- fork ---- */

enum { REMEMBERS, EMPTY, HALF, FAILED };

/* It knows what its parent did, or nothing when a thread was at it just then; and goes on alone. */
static int go_on_alone(void *context)
{
    const struct worker *w = context;
    acdebug_finding f;
    alarm(CHILD_SECONDS);
    if (track(w->tracker, &w->corpus->prompt[w->corpus->count - 1], &f) != 0)
        return FAILED;
    int memory = f.outcome == ACDEBUG_HIT              ? REMEMBERS
                 : f.closest_tokens == ACDEBUG_UNKNOWN ? EMPTY
                                                       : HALF;
    for (unsigned i = 0; i < 20; i++)
        if (track(w->tracker, &w->corpus->prompt[i], &f) != 0)
            return FAILED;
    if (track(w->tracker, &w->corpus->prompt[0], &f) != 0 || f.outcome != ACDEBUG_HIT)
        return FAILED;
    return memory;
}

static void a_fork_while_others_track_goes_on_in_both(void **state)
{
    struct acd_corpus *corpus = some_prompts();
    atomic_bool stop = false;
    struct worker w[FORKING];
    unsigned children[FAILED + 1] = {0};
    acdebug_finding f;
    (void)state;
    struct worker like = {.tracker = new_tracker(corpus, 0), .corpus = corpus, .stop = &stop};
    struct worker own = {.tracker = like.tracker, .corpus = corpus};
    start(w, FORKING, &like);
    for (unsigned i = 0; i < FORKS; i++) {
        while (track(own.tracker, &corpus->prompt[corpus->count - 1], &f) == -EAGAIN)
            continue;
        int status = acd_scratch_child(go_on_alone, &own);
        children[status < FAILED ? status : FAILED]++;
    }
    atomic_store_explicit(&stop, true, memory_order_relaxed); /* pairs with work's load */
    for (unsigned i = 0; i < FORKING; i++)
        pthread_join(w[i].thread, NULL);
    print_message("of %d children %u remember, %u begin anew\n", FORKS, children[REMEMBERS],
                  children[EMPTY]);
    assert_int_equal(children[FAILED] + children[HALF], 0);
    for (unsigned i = 0; i < FORKING; i++) {
        assert_int_equal(w[i].failed, 0);
        assert_true(w[i].told[ACDEBUG_HIT] + w[i].told[ACDEBUG_PARTIAL] > 0);
    }
    assert_int_equal(track(own.tracker, &corpus->prompt[corpus->count - 1], &f), 0);
    assert_int_equal(acd_scratch_child(go_on_alone, &own), REMEMBERS); /* nobody else is at it */
    acdebug_tracker_free(like.tracker);
    acd_corpus_free(corpus);
}

static void a_child_remembers_what_was_before_when_nobody_was_at_it(void **state)
{
    struct acd_corpus *corpus = some_prompts();
    struct worker own = {.tracker = new_tracker(corpus, 0), .corpus = corpus};
    acdebug_finding f;
    (void)state;
    assert_int_equal(track(own.tracker, &corpus->prompt[corpus->count - 1], &f), 0);
    assert_int_equal(acd_scratch_child(go_on_alone, &own), REMEMBERS);
    acdebug_tracker_free(own.tracker);
    acd_corpus_free(corpus);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ACD_FIXTURE_TEST(each_lookup_of_eight_threads_is_counted_once),
        ACD_FIXTURE_TEST(a_fork_while_others_track_goes_on_in_both),
        ACD_FIXTURE_TEST(a_child_remembers_what_was_before_when_nobody_was_at_it),
    };
    if (FORKS_BETWEEN_LOOKUPS && pthread_atfork(wait_for_lookups, let_lookups_go_on, NULL) != 0)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
