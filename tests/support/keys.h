/* SPDX-License-Identifier: MIT */
/* Keys by their names, for tests that press them.  For cmocka programs that link tui/view. */
#ifndef ACD_TESTS_SUPPORT_KEYS_H
#define ACD_TESTS_SUPPORT_KEYS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tui/view/keyname.h"

/** The next key of a list of names with blanks between, which it goes on in; false at its end. */
static inline bool acd_keys_take(const char **names, struct acd_key *ret_key)
{
    char name[32];
    const char *from = *names + strspn(*names, " ");
    size_t length = strcspn(from, " ");
    *names = from + length;
    if (length == 0)
        return false;
    assert_true(length < sizeof name);
    memcpy(name, from, length);
    name[length] = '\0';
    assert_int_equal(acd_key_parse(name, ret_key), 0);
    return true;
}

#endif
