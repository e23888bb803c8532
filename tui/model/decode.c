/* SPDX-License-Identifier: MIT */
/* Fields of an event, see decode.h. */
#include "config.h"

#include "tui/model/decode.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tui/model/redact.h"
#include "tui/reader/utf8.h"

const struct acd_field *acd_decode_field(const struct acd_event_view *view, const char *key)
{
    const struct acd_field *f = acd_event_find(view, key);
    return f && !f->secret ? f : NULL;
}

const struct acd_field *acd_decode_text(const struct acd_event_view *view, const char *key)
{
    const struct acd_field *f = acd_decode_field(view, key);
    return f && (f->type == ACD_TYPE_STR || f->type == ACD_TYPE_JSON) ? f : NULL;
}

bool acd_decode_number(const struct acd_event_view *view, const char *key, uint64_t *ret_number)
{
    const struct acd_field *f = acd_decode_field(view, key);
    if (!f || (f->type != ACD_TYPE_UINT && f->type != ACD_TYPE_INT && f->type != ACD_TYPE_BOOL))
        return false;
    *ret_number = f->number.u;
    return true;
}

void acd_decode_copy(char *out, size_t size, const struct acd_event_view *view, const char *key)
{
    const struct acd_field *f = acd_decode_text(view, key);
    acd_redact_text(out, size, f ? f->text.bytes : "", f ? f->text.length : 0);
}

bool acd_decode_equals(const struct acd_event_view *view, const char *key, const char *text)
{
    const struct acd_field *f = acd_decode_text(view, key);
    return f && f->text.length == strlen(text) && memcmp(f->text.bytes, text, f->text.length) == 0;
}

void acd_decode_request(char *out, size_t size, const struct acd_request *request)
{
    if (request->kind == ACD_REQUEST_NUMBER)
        snprintf(out, size, "%" PRIu64, request->number);
    else if (request->kind == ACD_REQUEST_TEXT)
        acd_redact_text(out, size, request->text.bytes,
                        acd_utf8_cut(request->text.bytes, request->text.length, 64));
    else
        out[0] = '\0';
}
