/* SPDX-License-Identifier: MIT */
/*
 * A ring of this process in a directory of its own, opened before each test and looked at through
 * peek.h.  Header only: it calls the emitter, which the support library does not link.
 */
#ifndef ACD_TEST_FIXTURE_H
#define ACD_TEST_FIXTURE_H

#include <stdlib.h>

#include <acdebug.h>
#include "tests/support/peek.h"
#include "tests/support/scratch.h"

struct acd_fixture {
    struct acd_scratch dir;
    struct acd_peek peek; /* base NULL: no ring */
};

static inline int acd_fixture_open(struct acd_fixture *f, const acdebug_options *options)
{
    int r = acdebug_open("fixture", options);
    if (r == 0 && !acd_peek_open(&f->peek, acdebug_ring_path()))
        acd_scratch_die("the new ring");
    return r;
}

static inline void acd_fixture_close(struct acd_fixture *f)
{
    acdebug_close();
    if (f->peek.base)
        acd_peek_close(&f->peek);
}

/* Another ring in the same directory. */
static inline int acd_fixture_reopen(struct acd_fixture *f, const acdebug_options *options)
{
    acd_fixture_close(f);
    return acd_fixture_open(f, options);
}

static inline int acd_fixture_at_level(struct acd_fixture *f, int level)
{
    acdebug_options o = acd_scratch_options(&f->dir, level);
    return acd_fixture_reopen(f, &o);
}

/* cmocka's set-up: a ring at level 3 in *state; and its end. */
static inline int acd_fixture_setup(void **state)
{
    struct acd_fixture *f = calloc(1, sizeof *f);
    if (!f)
        return -1;
    acd_scratch_make(&f->dir);
    *state = f;
    acdebug_options o = acd_scratch_options(&f->dir, 3);
    return acd_fixture_open(f, &o);
}

static inline int acd_fixture_teardown(void **state)
{
    struct acd_fixture *f = *state;
    acdebug_request_clear();
    acd_fixture_close(f);
    acd_scratch_remove(&f->dir);
    free(f);
    return 0;
}

#define ACD_FIXTURE_TEST(name)                                                                     \
    cmocka_unit_test_setup_teardown(name, acd_fixture_setup, acd_fixture_teardown)

#endif
