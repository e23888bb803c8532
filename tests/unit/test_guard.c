/* SPDX-License-Identifier: MIT */
/* The SIGBUS guard: a file cut short reads as zeros, anybody else's SIGBUS goes where it went before. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/support/scratch.h"
#include "tui/reader/guard.h"

static sigjmp_buf back;
static volatile sig_atomic_t came;

static void earlier_handler(int number)
{
    (void)number;
    came++;
    siglongjmp(back, 1);
}

/* A mapping of `pages` pages whose file has none left. */
static unsigned char *cut_mapping(const struct acd_scratch *dir, size_t pages, int protection)
{
    char path[192];
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    snprintf(path, sizeof path, "%s/cut", dir->path);
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(ftruncate(fd, (off_t)(pages * page)), 0);
    void *base = mmap(NULL, pages * page, protection, MAP_SHARED, fd, 0);
    assert_ptr_not_equal(base, MAP_FAILED);
    assert_int_equal(ftruncate(fd, 0), 0);
    close(fd);
    return base;
}

static unsigned char peek(const unsigned char *p)
{
    return *(const volatile unsigned char *)p;
}

static void a_range_that_was_cut_reads_as_zeros_and_is_marked(void **state)
{
    (void)state;
    struct acd_scratch dir;
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    acd_scratch_make(&dir);
    unsigned char *a = cut_mapping(&dir, 3, PROT_READ);
    unsigned char *b = cut_mapping(&dir, 1, PROT_READ | PROT_WRITE);
    struct acd_guard_range ra = {(uintptr_t)a, 3 * page, PROT_READ, 0, NULL};
    struct acd_guard_range rb = {(uintptr_t)b, page, PROT_READ | PROT_WRITE, 0, NULL};
    assert_int_equal(acd_guard_install(), 0);
    assert_int_equal(acd_guard_install(), 0);
    acd_guard_add(&ra);
    acd_guard_add(&rb);
    assert_int_equal(peek(a + 2 * page + 77), 0);
    assert_int_equal(ra.hit, 1);
    assert_int_equal(rb.hit, 0);
    *b = 5; /* a page that may be written stays so */
    assert_int_equal(peek(b), 5);
    assert_int_equal(rb.hit, 1);
    assert_int_equal(peek(a), 0);
    acd_guard_remove(&ra);
    acd_guard_remove(&rb);
    acd_guard_remove(&rb);
    munmap(a, 3 * page);
    munmap(b, page);
    acd_scratch_remove(&dir);
}

/* In a child, since cmocka puts a handler of its own around each test. */
static int fault_with_a_handler(void *context)
{
    const struct acd_scratch *dir = context;
    signal(SIGBUS, earlier_handler);
    if (acd_guard_install() < 0)
        return 1;
    const unsigned char *a = cut_mapping(dir, 1, PROT_READ);
    if (sigsetjmp(back, 1) == 0)
        return 3 + peek(a);
    if (sigsetjmp(back, 1) == 0)
        raise(SIGBUS); /* sent, not a fault */
    return came == 2 ? 0 : 2;
}

static void an_address_that_is_not_ours_goes_to_the_handler_before(void **state)
{
    (void)state;
    struct acd_scratch dir;
    acd_scratch_make(&dir);
    assert_int_equal(acd_scratch_child(fault_with_a_handler, &dir), 0);
    acd_scratch_remove(&dir);
}

/* In a child that has no handler yet when the guard comes. */
static int fault_without_a_handler(void *context)
{
    const struct acd_scratch *dir = context;
    signal(SIGBUS, SIG_DFL);
    if (acd_guard_install() < 0)
        return 1;
    return 2 + peek(cut_mapping(dir, 1, PROT_READ)); /* used, or valgrind leaves the load out */
}

static void the_default_action_stays_the_default(void **state)
{
    (void)state;
    struct acd_scratch dir;
    acd_scratch_make(&dir);
    assert_int_equal(acd_scratch_child(fault_without_a_handler, &dir), 1000 + SIGBUS);
    acd_scratch_remove(&dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        /* The children's first: there is no guard in the parent yet. */
        cmocka_unit_test(the_default_action_stays_the_default),
        cmocka_unit_test(an_address_that_is_not_ours_goes_to_the_handler_before),
        cmocka_unit_test(a_range_that_was_cut_reads_as_zeros_and_is_marked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
