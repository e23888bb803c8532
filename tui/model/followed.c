/* SPDX-License-Identifier: MIT */
/* Which request is followed, see followed.h.  Pure. */
#include "config.h"

#include "tui/model/followed.h"

#include <string.h>

#include "tui/reader/utf8.h"

/* Of a longer id, the table of running timers and a thread's request keep so many bytes at most. */
#define KEPT_BYTES 39

static void copy(struct acd_followed *to, const char *bytes, size_t length)
{
    if (length > ACD_FOLLOWED_BYTES)
        length = ACD_FOLLOWED_BYTES;
    memcpy(to->text, bytes, length);
    to->text[length] = '\0';
}

struct acd_followed acd_followed_event(const struct acd_request *request)
{
    struct acd_followed f = {.kind = request->kind};
    if (f.kind == ACD_REQUEST_NUMBER)
        f.number = request->number;
    if (f.kind == ACD_REQUEST_TEXT && request->text.length == 0)
        f.kind = ACD_REQUEST_NONE;
    if (f.kind == ACD_REQUEST_TEXT)
        copy(&f, request->text.bytes, request->text.length);
    return f;
}

struct acd_followed acd_followed_running(const struct acd_running_total *running)
{
    size_t length = strnlen(running->request_text, sizeof running->request_text);
    const struct acd_request r = {running->request_kind,
                                  running->request,
                                  {running->request_text, (uint32_t)length, (uint32_t)length}};
    struct acd_followed f = acd_followed_event(&r);
    f.cut = f.kind == ACD_REQUEST_TEXT && length >= KEPT_BYTES;
    return f;
}

/* A text that may be the whole id or, when cut, its beginning. */
struct id {
    const char *bytes;
    size_t length;
    bool cut;
};

static struct id id_of(const char *bytes, size_t length, bool cut)
{
    return (struct id){bytes, length < ACD_FOLLOWED_BYTES ? length : ACD_FOLLOWED_BYTES, cut};
}

/* Is `a` what is kept of `b`?  It may end before a character that the place was too short for. */
static bool is_kept_of(struct id a, struct id b)
{
    return a.length < b.length &&
           (a.cut || acd_utf8_cut(b.bytes, b.length, KEPT_BYTES) == a.length);
}

static bool same_id(struct id a, struct id b)
{
    size_t least = a.length < b.length ? a.length : b.length;
    bool whole = a.length == b.length || is_kept_of(a, b) || is_kept_of(b, a);
    return whole && (least == 0 || memcmp(a.bytes, b.bytes, least) == 0);
}

bool acd_followed_takes(const struct acd_followed *followed, const struct acd_request *request)
{
    if (followed->kind == ACD_REQUEST_NONE)
        return true;
    if (followed->kind != request->kind)
        return false;
    if (followed->kind == ACD_REQUEST_NUMBER)
        return followed->number == request->number;
    return same_id(id_of(followed->text, strlen(followed->text), followed->cut),
                   id_of(request->text.bytes, request->text.length, false));
}

bool acd_followed_takes_running(const struct acd_followed *followed,
                                const struct acd_running_total *running)
{
    const struct acd_followed other = acd_followed_running(running);
    if (followed->kind == ACD_REQUEST_NONE)
        return true;
    if (followed->kind != other.kind)
        return false;
    if (followed->kind == ACD_REQUEST_NUMBER)
        return followed->number == other.number;
    return same_id(id_of(followed->text, strlen(followed->text), followed->cut),
                   id_of(other.text, strlen(other.text), other.cut));
}

bool acd_followed_equal(const struct acd_followed *a, const struct acd_followed *b)
{
    return a->kind == b->kind && a->number == b->number && a->cut == b->cut &&
           strcmp(a->text, b->text) == 0;
}
