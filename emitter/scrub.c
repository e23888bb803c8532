/* SPDX-License-Identifier: MIT */
/* Error records without secrets, see scrub.h. */
#include "config.h"

#include "emitter/scrub.h"

#include <string.h>

#include "emitter/buffer.h"
#include "emitter/format/kinds.h"
#include "emitter/json.h"
#include "emitter/redact.h"

#define LEAST 64 /* storage that is worth beginning with */

static const char *rewrite(struct acd_scrub *s, const char *text, size_t bytes, bool json)
{
    size_t room = sizeof s->storage - s->used;
    char *copy = s->storage + s->used;
    struct acd_buffer buffer;
    if (room < LEAST)
        return json ? "\"" ACD_REDACTED "\"" : ACD_REDACTED;
    acd_buffer_init(&buffer, copy, room, room - 1);
    if (json)
        acd_json_copy(&buffer.sink, text, bytes, ACD_JSON_COMPACT, 0);
    else
        acd_redact_put(&buffer.sink, text, bytes, ACD_SECRETS_TEXT);
    if (json && buffer.cut) /* half of a JSON text is none */
        return "\"" ACD_REDACTED "\"";
    s->used += buffer.used + 1;
    return copy;
}

const char *acd_scrub_text(struct acd_scrub *scrub, const char *text)
{
    size_t bytes = text ? strlen(text) : 0;
    return acd_secrets_any(text, bytes) ? rewrite(scrub, text, bytes, false) : text;
}

void acd_scrub_field(struct acd_scrub *scrub, acdebug_field *field)
{
    const char *text = (const char *)(uintptr_t)field->value.bits;
    if (!acd_type_is_text(field->type) || !acd_secrets_any(text, field->value.bytes))
        return;
    field->value =
        acdebug_priv_str(rewrite(scrub, text, field->value.bytes, field->type == ACD_TYPE_JSON));
}
