/* SPDX-License-Identifier: MIT */
/* Sites: parsed once, kept, merged; what isn't one gives none. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include "tests/support/built.h"
#include "tui/reader/sites.h"

static const struct acd_ringbuild_key keys[] = {{5, 0, "path"}, {5, 1, "api_key"}};

static struct acd_ringbuild_site a_site(void)
{
    return (struct acd_ringbuild_site){.kind = 1,
                                       .category = 6,
                                       .level = 2,
                                       .line = 88,
                                       .message = "request received",
                                       .file = "server.c",
                                       .fields = 2,
                                       .key = keys};
}

static void assert_text(const struct acd_text *t, const char *wanted)
{
    assert_int_equal(t->length, strlen(wanted));
    assert_memory_equal(t->bytes, wanted, t->length);
}

static void a_site_is_what_was_registered(void **state)
{
    (void)state;
    struct acd_built b;
    struct acd_sites *sites;
    struct acd_ringbuild_site s = a_site();
    const struct acd_ringmap *ring = acd_built_new(&b);
    assert_int_equal(acd_sites_new(&sites, ring), 0);
    assert_null(acd_sites_get(sites, 1)); /* not yet */
    unsigned number = acd_ringbuild_register(&b.rb, &s);
    const struct acd_site_info *info = acd_sites_get(sites, number);
    assert_non_null(info);
    assert_int_equal(info->number, number);
    assert_int_equal(info->site.kind, 1);
    assert_int_equal(info->site.category, 6);
    assert_int_equal(info->site.level, 2);
    assert_int_equal(info->site.line, 88);
    assert_text(&info->site.message, "request received");
    assert_text(&info->site.file, "server.c");
    assert_text(&info->site.key[1].name, "api_key");
    assert_int_equal(info->site.key[1].flags, 1);
    assert_ptr_equal(acd_sites_get(sites, number), info);
    acd_sites_free(sites);
    acd_built_remove(&b);
}

static void numbers_of_one_place_lead_to_one(void **state)
{
    (void)state;
    struct acd_built b;
    struct acd_sites *sites;
    struct acd_ringbuild_site s = a_site(), other = a_site();
    other.line = 89;
    const struct acd_ringmap *ring = acd_built_new(&b);
    assert_int_equal(acd_sites_new(&sites, ring), 0);
    unsigned first = acd_ringbuild_register(&b.rb, &s);
    unsigned elsewhere = acd_ringbuild_register(&b.rb, &other);
    unsigned again = acd_ringbuild_register(&b.rb, &s);
    assert_int_equal(acd_sites_get(sites, first)->same_as, first);
    assert_int_equal(acd_sites_get(sites, elsewhere)->same_as, elsewhere);
    assert_int_equal(acd_sites_get(sites, again)->same_as, first);
    acd_sites_free(sites);
    acd_built_remove(&b);
}

static void what_is_no_site_gives_none(void **state)
{
    (void)state;
    static const uint64_t words[] = {
        0,
        UINT64_C(1) << 63,                             /* no bytes */
        UINT64_C(1) << 63 | UINT64_C(20) << 32,        /* not padded */
        UINT64_C(1) << 63 | UINT64_C(24) << 32 | 4,    /* not aligned */
        UINT64_C(1) << 63 | UINT64_C(8192) << 32,      /* too long */
        UINT64_C(1) << 63 | UINT64_C(24) << 32 | 4088, /* beyond the arena */
        UINT64_C(1) << 63 | UINT64_C(24) << 32 | UINT32_C(0xfffffff8),
        UINT64_MAX,
        UINT64_C(1) << 63 | UINT64_C(24) << 32 | 2048, /* level 9 stands there */
    };
    struct acd_built b;
    struct acd_sites *sites;
    const struct acd_ringmap *ring = acd_built_new(&b);
    assert_int_equal(acd_sites_new(&sites, ring), 0);
    acd_ringbuild_set(&b.rb, b.rb.offset[RB_SITE_ARENA] + 2048, 1 | 9 << 16);
    for (unsigned i = 0; i < sizeof words / sizeof words[0]; i++)
        acd_ringbuild_set(&b.rb, acd_ringbuild_at(&b.rb, RB_SITE_INDEX, i + 1), words[i]);
    for (unsigned i = 0; i < 40; i++) {
        assert_null(acd_sites_get(sites, i));
        assert_null(acd_sites_get(sites, i));
    }
    assert_null(acd_sites_get(sites, UINT32_MAX));
    acd_sites_free(sites);
    acd_built_remove(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_site_is_what_was_registered),
        cmocka_unit_test(numbers_of_one_place_lead_to_one),
        cmocka_unit_test(what_is_no_site_gives_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
