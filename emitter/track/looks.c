/* SPDX-License-Identifier: MIT */
/* What a change looks like, see looks.h.  Letters and digits are those of ASCII, whatever the locale. */
#include "config.h"

#include "emitter/track/looks.h"

#include <string.h>

#define WORD_MOST 256 /* bytes that a word is followed to either side */
#define HASH_DIGITS 8
#define UUID_BYTES 36

typedef bool (*is_part)(const struct acd_change_text *t, size_t at);

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_hex(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_alphanumeric(char c)
{
    return is_digit(c) || is_letter(c);
}

static bool in(const char *set, char c)
{
    return c != '\0' && strchr(set, c) != NULL;
}

static bool between_digits(const struct acd_change_text *t, size_t at)
{
    return t->text[at] == ' ' && at > 0 && at + 1 < t->bytes && is_digit(t->text[at - 1]) &&
           is_digit(t->text[at + 1]);
}

static bool word_part(const struct acd_change_text *t, size_t at)
{
    const char c = t->text[at];
    return is_alphanumeric(c) || in("-_.:+/", c) || between_digits(t, at);
}

static bool time_part(const struct acd_change_text *t, size_t at)
{
    return is_digit(t->text[at]) || in("-:.+/TZ", t->text[at]) || between_digits(t, at);
}

static bool number_part(const struct acd_change_text *t, size_t at)
{
    return is_digit(t->text[at]) || in(".,", t->text[at]);
}

static bool hex_part(const struct acd_change_text *t, size_t at)
{
    return is_hex(t->text[at]);
}

static bool uuid_part(const struct acd_change_text *t, size_t at)
{
    return is_hex(t->text[at]) || t->text[at] == '-';
}

/* The run of such characters that the change lies in; empty when the change has others. */
static struct acd_change_text run_of(const struct acd_change_text *change, is_part part)
{
    struct acd_change_text run = *change;
    for (size_t i = run.begin; i < run.end; i++)
        if (!part(change, i)) {
            run.end = run.begin;
            return run;
        }
    while (run.begin > 0 && change->begin - run.begin < WORD_MOST && part(change, run.begin - 1))
        run.begin--;
    while (run.end < run.bytes && run.end - change->end < WORD_MOST && part(change, run.end))
        run.end++;
    return run;
}

void acd_looks_widen(struct acd_change_text *a, struct acd_change_text *b)
{
    size_t before = 0, behind = 0;
    /* The same on both sides: only what they share is widened into. */
    while (before < a->begin && before < b->begin && before < WORD_MOST &&
           word_part(a, a->begin - before - 1) && word_part(b, b->begin - before - 1))
        before++;
    while (a->end + behind < a->bytes && b->end + behind < b->bytes && behind < WORD_MOST &&
           word_part(a, a->end + behind) && word_part(b, b->end + behind) &&
           a->text[a->end + behind] == b->text[b->end + behind])
        behind++;
    /* A mark at the word's edge, a full stop, is none of it. */
    while (before > 0 && !is_alphanumeric(b->text[b->begin - before]))
        before--;
    while (behind > 0 && !is_alphanumeric(b->text[b->end + behind - 1]))
        behind--;
    a->begin -= before;
    b->begin -= before;
    a->end += behind;
    b->end += behind;
}

bool acd_looks_one_word(const struct acd_change_text *change)
{
    for (size_t i = change->begin; i < change->end; i++)
        if (!word_part(change, i))
            return false;
    return true;
}

static size_t digits_from(const struct acd_change_text *t, size_t at)
{
    size_t count = 0;
    while (at + count < t->end && is_digit(t->text[at + count]))
        count++;
    return count;
}

/* 2026-11-22, 2026/11/22 or 12:30: digits, a mark, two digits. */
static bool has_clock_or_date(const struct acd_change_text *t)
{
    for (size_t i = t->begin; i < t->end;) {
        const size_t digits = digits_from(t, i);
        if (digits > 0 && i + digits < t->end && digits_from(t, i + digits + 1) == 2) {
            const char mark = t->text[i + digits];
            if ((digits <= 2 && mark == ':') || (digits == 4 && in("-/", mark)))
                return true;
        }
        i += digits + 1;
    }
    return false;
}

/* Seconds (ten digits) or milliseconds (thirteen) since 1970, between 2001 and 2286. */
static bool is_epoch(const struct acd_change_text *t)
{
    size_t digits = digits_from(t, t->begin);
    return (digits == 10 || digits == 13) && t->text[t->begin] == '1' &&
           (t->begin + digits == t->end || t->text[t->begin + digits] == '.');
}

static bool is_time(const struct acd_change_text *change)
{
    const struct acd_change_text run = run_of(change, time_part);
    return run.end > run.begin && (has_clock_or_date(&run) || is_epoch(&run));
}

static bool is_uuid(const struct acd_change_text *change)
{
    static const char form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    const struct acd_change_text run = run_of(change, uuid_part);
    if (run.end - run.begin != UUID_BYTES)
        return false;
    for (size_t i = 0; i < UUID_BYTES; i++)
        if ((form[i] == '-') != (run.text[run.begin + i] == '-'))
            return false;
    return true;
}

static bool is_number(const struct acd_change_text *change)
{
    const struct acd_change_text run = run_of(change, number_part);
    return run.end > run.begin;
}

static bool is_hash(const struct acd_change_text *change)
{
    const struct acd_change_text run = run_of(change, hex_part);
    return run.end - run.begin >= HASH_DIGITS;
}

/* A hash may happen to have digits only on one side. */
static bool are_hashes(const struct acd_change_text *a, const struct acd_change_text *b)
{
    const struct acd_change_text x = run_of(a, number_part), y = run_of(b, number_part);
    const struct acd_change_text p = run_of(a, hex_part), q = run_of(b, hex_part);
    return is_hash(a) && is_hash(b) &&
           (p.end - p.begin > x.end - x.begin || q.end - q.begin > y.end - y.begin);
}

const char *acd_looks_like(const struct acd_change_text *a, const struct acd_change_text *b)
{
    if (is_uuid(a) && is_uuid(b))
        return "uuid";
    if (is_time(a) && is_time(b))
        return "time";
    if (are_hashes(a, b))
        return "hash";
    if (is_number(a) && is_number(b))
        return "number";
    return NULL;
}
