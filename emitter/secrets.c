/* SPDX-License-Identifier: MIT */
/* The one list of secret names, see secrets.h.  Pure; any thread, any handler. */
#include "config.h"

#include "emitter/secrets.h"

static const struct {
    unsigned char length;
    char name[24];
} names[] = {
    {13, "authorization"}, {19, "proxy-authorization"},
    {9, "x-api-key"},      {7, "api-key"},
    {7, "api_key"},        {6, "apikey"},
    {6, "cookie"},         {10, "set-cookie"},
};

static bool same(const char *a, const char *lower, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) {
        char c = a[i];
        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        if (c != lower[i])
            return false;
    }
    return true;
}

/* The lengths in the list, so that most names cost no comparison. */
#define LENGTHS (1u << 6 | 1u << 7 | 1u << 9 | 1u << 10 | 1u << 13 | 1u << 19)

bool acd_secrets_name(const char *name, size_t bytes)
{
    if (bytes > 19 || !(LENGTHS >> bytes & 1u))
        return false;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (names[i].length == bytes && same(name, names[i].name, bytes))
            return true;
    return false;
}
