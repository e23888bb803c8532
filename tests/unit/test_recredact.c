/* SPDX-License-Identifier: MIT */
/* tui/reader/recredact.c: texts leave a recording, lengths and numbers stay, JSON stays JSON. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "emitter/format/kinds.h"
#include "tui/reader/recredact.h"

static struct acd_text text_of(const char *s)
{
    return (struct acd_text){s, (uint32_t)strlen(s), (uint32_t)strlen(s)};
}

/* A record with one text field. */
struct one {
    uint64_t words[40];
    struct acd_site_info site;
    struct acd_record record;
};

static struct one *one_text(struct one *o, const char *key, uint8_t type, const char *text)
{
    uint32_t length = (uint32_t)strlen(text);
    memset(o, 0, sizeof *o);
    o->site.site.kind = ACD_KIND_LOG;
    o->site.site.fields = 1;
    o->site.site.key[0] = (struct acd_site_key){.name = text_of(key), .type = type};
    o->words[0] = acd_string_word(length, length);
    memcpy(&o->words[1], text, length);
    o->record.payload = o->words;
    o->record.payload_bytes = 8 + (uint32_t)acd_padded(length);
    o->record.flags = o->record.payload_bytes;
    return o;
}

static void assert_becomes(struct one *o, const char *text)
{
    acd_recredact_record(&o->record, o->words, &o->site);
    assert_int_equal((uint32_t)o->words[0], strlen(text));
    assert_memory_equal(&o->words[1], text, strlen(text));
}

static void texts_become_stars_and_json_stays_json(void **state)
{
    (void)state;
    struct one o;
    assert_becomes(one_text(&o, "prompt", ACD_TYPE_STR, "why is it so"), "************");
    assert_becomes(one_text(&o, "prompt", ACD_TYPE_STR, ""), "");
    assert_becomes(one_text(&o, "body", ACD_TYPE_JSON, "{\"a\":1}"), "\"*****\"");
    assert_becomes(one_text(&o, "body", ACD_TYPE_JSON, "[]"), "\"\"");
    assert_becomes(one_text(&o, "body", ACD_TYPE_JSON, "7"), "0");
    assert_becomes(one_text(&o, "body", ACD_TYPE_JSON, ""), "");
    assert_becomes(one_text(&o, ACD_KEY_MODEL, ACD_TYPE_STR, "example-8b"), "example-8b");
}

static void assert_left_out(struct one *o, const struct acd_site_info *site)
{
    o->record.flags |= ACD_W2_REQUEST_U64;
    acd_recredact_record(&o->record, o->words, site);
    assert_int_equal(o->record.payload_bytes, 0);
    assert_int_equal(o->record.flags & (ACD_W2_BYTES_MASK | ACD_W2_REQUEST_U64), 0);
}

static void what_cannot_be_judged_is_left_out_whole(void **state)
{
    (void)state;
    struct one o;
    one_text(&o, "prompt", ACD_TYPE_STR, "secret");
    assert_left_out(&o, NULL);
    one_text(&o, "prompt", ACD_TYPE_STR, "secret");
    o.words[0] = acd_string_word(4000, 4000); /* longer than the record */
    assert_left_out(&o, &o.site);
}

/* A record of more fields than are decoded: the rest could be texts. */
static void more_fields_than_are_looked_at_are_left_out_whole(void **state)
{
    (void)state;
    static uint64_t words[1 + 3 * (ACD_FIELDS_MAX + 1)] = {4711}; /* the request */
    struct acd_event_view view;
    struct one o;
    one_text(&o, "prompt", ACD_TYPE_STR, "secret");
    o.site.site.fields = 0;
    for (unsigned i = 0; i <= ACD_FIELDS_MAX; i++) {
        words[1 + 3 * i] = acd_dynamic_word(ACD_TYPE_UINT, 0, 1);
        memcpy(&words[2 + 3 * i], "k", 1);
    }
    o.record.payload = words;
    o.record.payload_bytes = sizeof words;
    o.record.flags |= ACD_W2_REQUEST_U64;
    assert_int_equal(acd_record_decode(&view, &o.record, &o.site.site), ACD_RECORD_OK);
    assert_int_equal(view.left_out, 1);
    assert_left_out(&o, &o.site);
}

static void tables_lose_the_texts_of_errors_and_who_set_a_level(void **state)
{
    (void)state;
    struct acd_identity id = {0};
    uint64_t words[sizeof(struct acd_error_entry) / 8];
    struct acd_error_entry *entry = (struct acd_error_entry *)words;
    id.section[ACD_SEC_CONTROL] = (struct acd_section){.offset = 4096, .bytes = 4096};
    id.section[ACD_SEC_ERRORS] = (struct acd_section){.offset = 8192, .bytes = 4 * sizeof words};
    memset(words, 'x', sizeof words);
    acd_recredact_table(&id, 8192, words, sizeof words);
    assert_string_equal(entry->message, "[REDACTED]");
    assert_int_equal(entry->file[0], 0);
    assert_int_equal(entry->type[0], 'x');
    memset(words, 0, sizeof words);
    acd_recredact_table(&id, 8192, words, sizeof words);
    assert_int_equal(entry->message[0], 0); /* it had none */
    uint64_t who[] = {1, 2};
    acd_recredact_table(&id, 4096, who, sizeof who); /* the control word itself */
    assert_int_equal(who[0], 1);
    acd_recredact_table(&id, 8192, who, sizeof who); /* not a whole entry */
    assert_int_equal(who[1], 2);
    acd_recredact_table(&id, 100, who, sizeof who);
    assert_int_equal(who[1], 2);
    acd_recredact_table(&id, 4096 + offsetof(struct acd_control, who), who, sizeof who);
    assert_int_equal(who[0] | who[1], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_become_stars_and_json_stays_json),
        cmocka_unit_test(what_cannot_be_judged_is_left_out_whole),
        cmocka_unit_test(more_fields_than_are_looked_at_are_left_out_whole),
        cmocka_unit_test(tables_lose_the_texts_of_errors_and_who_set_a_level),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
