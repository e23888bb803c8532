/* SPDX-License-Identifier: MIT */
/* Which form a client wants, see accept.h. */
#include "config.h"

#include "tui/export/accept.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

struct words {
    const char *text;
    size_t bytes;
};

static struct words trim(const char *from, const char *end)
{
    while (from < end && (*from == ' ' || *from == '\t'))
        from++;
    while (end > from && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    return (struct words){from, (size_t)(end - from)};
}

static bool is(struct words w, const char *word)
{
    return w.bytes == strlen(word) && strncasecmp(w.text, word, w.bytes) == 0;
}

/* Thousandths, as HTTP has them: 0, 1, 0.x to 0.xxx; anything else counts as 1. */
static unsigned quality(struct words w)
{
    unsigned q = 0, unit = 100;
    if (w.bytes == 0 || w.text[0] != '0')
        return 1000;
    for (size_t i = 2; i < w.bytes && unit > 0; i++, unit /= 10) {
        if (w.text[i] < '0' || w.text[i] > '9')
            return 1000;
        q += (unsigned)(w.text[i] - '0') * unit;
    }
    return q;
}

/* One range with its parameters: how much each form is wanted, when it says so. */
static void weigh(const char *from, const char *end, unsigned wanted[2])
{
    unsigned q = 1000;
    bool known_version = true;
    const char *semicolon = memchr(from, ';', (size_t)(end - from));
    struct words type = trim(from, semicolon ? semicolon : end);
    while (semicolon) {
        from = semicolon + 1;
        semicolon = memchr(from, ';', (size_t)(end - from));
        struct words w = trim(from, semicolon ? semicolon : end);
        if (w.bytes >= 2 && strncasecmp(w.text, "q=", 2) == 0)
            q = quality((struct words){w.text + 2, w.bytes - 2});
        else if (w.bytes >= 8 && strncasecmp(w.text, "version=", 8) == 0)
            known_version = is(w, "version=1.0.0") || is(w, "version=0.0.4");
    }
    if (is(type, "application/openmetrics-text") && known_version && q > wanted[0])
        wanted[0] = q;
    if ((is(type, "text/plain") || is(type, "text/*") || is(type, "*/*")) && q > wanted[1])
        wanted[1] = q;
}

enum acd_openmetrics_form acd_accept_form(const char *header)
{
    unsigned wanted[2] = {0, 0};
    for (const char *at = header; at;) {
        const char *comma = strchr(at, ',');
        weigh(at, comma ? comma : at + strlen(at), wanted);
        at = comma ? comma + 1 : NULL;
    }
    return wanted[0] > 0 && wanted[0] >= wanted[1] ? ACD_OPENMETRICS_1_0
                                                   : ACD_OPENMETRICS_TEXT_0_0_4;
}
