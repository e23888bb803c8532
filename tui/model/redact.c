/* SPDX-License-Identifier: MIT */
/* Secrets in text, see redact.h.  Pure. */
#include "config.h"

#include "tui/model/redact.h"

#include <string.h>

#define MARK_LENGTH (sizeof ACD_REDACTED - 1)

/* As if the text had been walked up to there. */
static struct acd_secrets_scan begin_at(const char *text, size_t length, size_t from)
{
    struct acd_secrets_scan scan = acd_secrets_begin(text, length, ACD_SECRETS_TEXT);
    for (size_t i = from < 8 ? 0 : from - 8; i < from; i++)
        scan.before = scan.before << 8 | (unsigned char)text[i];
    scan.at = from;
    return scan;
}

struct acd_redact_span acd_redact_find(const char *text, size_t length, size_t from)
{
    size_t begin, end;
    if (from >= length)
        return (struct acd_redact_span){length, 0};
    struct acd_secrets_scan scan = begin_at(text, length, from);
    while (acd_secrets_next(&scan, &begin, &end))
        if (end - begin != MARK_LENGTH || memcmp(text + begin, ACD_REDACTED, MARK_LENGTH) != 0)
            return (struct acd_redact_span){begin, end - begin};
    return (struct acd_redact_span){length, 0};
}

size_t acd_redact_text(char *out, size_t size, const char *text, size_t length)
{
    return acd_secrets_copy(out, size, text, length);
}
