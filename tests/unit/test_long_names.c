/* SPDX-License-Identifier: MIT */
/*
 * Names that are longer than their field, through the ring: whatever takes a name keeps what the oracle
 * says, finds it again, and says the same name in its events.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "emitter/format/kinds.h"
#include "tests/support/fixture.h"
#include "tests/support/names.h"

#define ROUNDS 60
#define A_RING 12 /* rounds, so that its tables take all */

struct name {
    char text[NAMES_ROOM], kept[NAMES_ROOM];
};

static struct name random_name(size_t field_bytes, bool spoilt)
{
    static uint64_t seed = 7;
    static unsigned more;
    struct name n;
    size_t bytes = names_random(n.text, field_bytes - 4 + more++ % 7, spoilt, &seed);
    size_t kept = names_oracle(n.text, bytes, field_bytes - 1);
    memcpy(n.kept, n.text, kept);
    n.kept[kept] = '\0';
    assert_true(spoilt || names_valid(n.kept, kept));
    return n;
}

/* What an event says of a key is the kept name. */
static void said(const struct acd_peek_event *e, const char *key, const char *kept)
{
    const struct acd_field *f = acd_event_find(&e->view, key);
    assert_non_null(f);
    assert_true(acd_peek_is(&f->text, kept));
}

static unsigned used(const acd_word *word)
{
    return (unsigned)acd_peek_word(word);
}

static void look_up(struct acd_fixture *f, bool spoilt)
{
    struct name type = random_name(64, spoilt), model = random_name(64, spoilt),
                reason = random_name(48, spoilt);
    struct acd_peek_cache c;
    unsigned before = used(&acd_peek_shared(&f->peek)->caches_used);
    acdebug_lookup l = ACDEBUG_LOOKUP_INIT;
    l.type = type.text;
    l.model = model.text;
    l.outcome = ACDEBUG_MISS;
    l.reason = reason.text;
    for (int i = 0; i < 3; i++)
        acdebug_cache_lookup(&l);
    acdebug_cache_evict(type.text, model.text, 5, reason.text);
    assert_int_equal(used(&acd_peek_shared(&f->peek)->caches_used), before + 1);
    acd_peek_cache(&f->peek, type.kept, model.kept, &c);
    assert_int_equal(c.rows, 1);
    assert_int_equal(c.outcome[ACDEBUG_MISS], 3);
    assert_int_equal(c.evictions, 5);
    assert_int_equal(c.reason[ACD_REASONS_KNOWN], 3);
    const struct acd_cache_entry *entry = acd_peek_at(&f->peek, ACD_SEC_CACHES, before);
    assert_string_equal(entry->reason[0], reason.kept);
}

/* One place, so that it finds its row again by what it remembers of it. */
static void hit(const char *type)
{
    acdebug_cache_hit(type, "key");
}

static void count_hits(struct acd_fixture *f, bool spoilt)
{
    struct name one = random_name(64, spoilt), two = random_name(64, spoilt);
    struct acd_peek_cache c;
    unsigned before = used(&acd_peek_shared(&f->peek)->caches_used);
    for (int i = 0; i < 4; i++) {
        hit(one.text);
        hit(one.text);
        hit(two.text);
    }
    assert_int_equal(used(&acd_peek_shared(&f->peek)->caches_used), before + 2);
    acd_peek_cache(&f->peek, one.kept, "", &c);
    assert_int_equal(c.outcome[ACDEBUG_HIT], 8);
    acd_peek_cache(&f->peek, two.kept, "", &c);
    assert_int_equal(c.outcome[ACDEBUG_HIT], 4);
}

static void time_it(struct acd_fixture *f, bool spoilt)
{
    struct name name = random_name(64, spoilt), label = random_name(48, spoilt),
                request = random_name(40, spoilt);
    const struct acd_peek_event *e = NULL;
    unsigned before = used(&acd_peek_shared(&f->peek)->timers_used);
    acdebug_timer t;
    acdebug_request_set_str(request.text);
    acdebug_timer_start(&t, name.text);
    for (int i = 0; i < 2; i++)
        (void)acdebug_timer_checkpoint(&t, label.text);
    char text[64];
    acd_peek_text(acd_peek_running(&f->peek, 0)->request_text, 5, text);
    assert_string_equal(text, request.kept);
    (void)acdebug_timer_end(&t);
    acdebug_timer_add(name.text, 5, NULL);
    acdebug_request_clear();
    assert_int_equal(used(&acd_peek_shared(&f->peek)->timers_used), before + 1);
    struct acd_timer_entry *entry = acd_peek_timer(&f->peek, name.kept);
    assert_non_null(entry);
    assert_int_equal(acd_peek_word(&entry->timing.count), 2);
    struct acd_timer_label *l = acd_peek_label(entry, label.kept);
    assert_non_null(l);
    assert_int_equal(acd_peek_word(&l->timing.count), 2);
    assert_int_not_equal(acd_peek_find(&f->peek, ACD_KIND_TIMER_START, NULL, &e), 0);
    said(e, ACD_KEY_TIMER, name.kept);
    assert_true(acd_peek_is(&e->view.request.text, request.kept));
}

static void report(struct acd_fixture *f, bool spoilt)
{
    struct name type = random_name(48, spoilt), provider = random_name(48, spoilt),
                model = random_name(64, spoilt), message = random_name(200, spoilt),
                file = random_name(192, spoilt);
    unsigned before = used(&acd_peek_shared(&f->peek)->errors_used);
    acdebug_error_context c = ACDEBUG_ERROR_INIT;
    c.provider = provider.text;
    c.model = model.text;
    c.message = message.text;
    c.debug_file = file.text;
    acdebug_error(type.text, 500, &c);
    acdebug_error(type.text, 500, &c);
    assert_int_equal(used(&acd_peek_shared(&f->peek)->errors_used), before + 1);
    struct acd_error_entry *e = acd_peek_error(&f->peek, type.kept);
    assert_non_null(e);
    assert_int_equal(acd_peek_word(&e->count), 2);
    assert_string_equal(e->provider, provider.kept);
    assert_string_equal(e->model, model.kept);
    assert_string_equal(e->message, message.kept);
    char text[192 + 1];
    acd_peek_text(e->file, 24, text);
    assert_string_equal(text, file.kept);
}

static void log_it(struct acd_fixture *f, bool spoilt)
{
    struct name key = random_name(128, spoilt), logger = random_name(64, spoilt);
    const struct acd_peek_event *e = NULL;
    acdebug_field field = acdebug_field_int(key.text, 1);
    acdebug_logger *l = NULL;
    acdebug_log_fields(ACDEBUG_LOG, 1, "with a key", &field, 1);
    assert_int_not_equal(acd_peek_find(&f->peek, ACD_KIND_LOG, NULL, &e), 0);
    assert_non_null(acd_event_find(&e->view, key.kept));
    assert_int_equal(acdebug_logger_new(&l, logger.text, ACDEBUG_SEV_INFO, NULL), 0);
    acdebug_logger_log(l, ACDEBUG_SEV_INFO, "line");
    acdebug_logger_free(l);
    assert_int_not_equal(acd_peek_find(&f->peek, ACD_KIND_LOGGER, NULL, &e), 0);
    said(e, ACD_KEY_LOGGER, logger.kept);
}

static void reopen(struct acd_fixture *f, bool spoilt)
{
    struct name app = random_name(64, spoilt);
    acdebug_options o = acd_scratch_options(&f->dir, 3);
    o.flags |= ACDEBUG_NO_TEXT;
    acd_fixture_close(f);
    assert_int_equal(acdebug_open(app.text, &o), 0);
    assert_true(acd_peek_open(&f->peek, acdebug_ring_path()));
    assert_string_equal(f->peek.identity->app, app.kept);
}

static void whatever_takes_a_name_keeps_whole_characters(void **state)
{
    struct acd_fixture *f = *state;
    for (unsigned i = 0; i < ROUNDS; i++) {
        bool spoilt = i % 4 == 3;
        if (i % A_RING == 0)
            reopen(f, i % 8 == 4);
        look_up(f, spoilt);
        if (i % A_RING < 9)
            count_hits(f, spoilt);
        time_it(f, spoilt);
        report(f, spoilt);
        log_it(f, spoilt);
    }
}

/* Each has its row, as names that differ in front of the cut have; the rows' names are equal, and whoever
 * reads them adds them up.  Error groups are told apart by what they keep. */
static void names_that_differ_behind_the_cut_keep_rows_of_one_name(void **state)
{
    struct acd_fixture *f = *state;
    char name[2][80], kept[64];
    struct acd_peek_cache c;
    memset(kept, 'n', 62);
    kept[62] = '\0';
    snprintf(name[0], sizeof name[0], "%s\xe2\x82\xac one", kept);
    snprintf(name[1], sizeof name[1], "%s\xe2\x82\xac two", kept);
    for (unsigned i = 0; i < 6; i++) {
        acdebug_timer t;
        hit(name[i % 2]);
        acdebug_error(name[i % 2] + 16, 500, NULL);
        acdebug_timer_start(&t, name[i % 2]);
        (void)acdebug_timer_checkpoint(&t, name[i % 2] + 16);
        (void)acdebug_timer_end(&t);
    }
    const struct acd_shared *s = acd_peek_shared(&f->peek);
    acd_peek_cache(&f->peek, kept, "", &c);
    assert_int_equal(c.rows, 2);
    assert_int_equal(c.outcome[ACDEBUG_HIT], 6);
    assert_int_equal(used(&s->timers_used), 2);
    assert_int_equal(acd_peek_timer_count(&f->peek, kept), 6);
    assert_int_equal(used(&s->errors_used), 1);
    assert_int_equal(acd_peek_word(&acd_peek_error(&f->peek, kept + 16)->count), 6);
}

/* A name that ends where the other is cut is that name, for a reader and for the place that remembers. */
static void a_name_is_found_by_what_is_left_of_a_longer_one(void **state)
{
    struct acd_fixture *f = *state;
    char longer[80], kept[64];
    struct acd_peek_cache c;
    memset(kept, 'n', 61);
    kept[61] = '\0';
    snprintf(longer, sizeof longer, "%s\xf0\x9f\x98\x80", kept);
    for (int i = 0; i < 4; i++) {
        hit(longer);
        hit(kept);
    }
    acd_peek_cache(&f->peek, kept, "", &c);
    assert_int_equal(c.outcome[ACDEBUG_HIT], 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ACD_FIXTURE_TEST(whatever_takes_a_name_keeps_whole_characters),
        ACD_FIXTURE_TEST(names_that_differ_behind_the_cut_keep_rows_of_one_name),
        ACD_FIXTURE_TEST(a_name_is_found_by_what_is_left_of_a_longer_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
