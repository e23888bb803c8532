/* SPDX-License-Identifier: MIT */
/* Alive, dead or unknown: by the lock, else by the process, never dead by ignorance. */
#include "config.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/built.h"
#include "tui/reader/liveness.h"

/* The identity's words, by FORMAT.md. */
enum { FLAGS = 16, PID = 48, PID_NAMESPACE = 56, START_TIME = 64, BOOT_ID = 120 };

static enum acd_liveness liveness(struct acd_built *b)
{
    acd_ringmap_close(b->ring);
    b->ring = NULL;
    acd_built_map(b);
    enum acd_liveness mapped = acd_liveness_of(b->ring);
    assert_int_equal(acd_liveness_of_fd(acd_ringmap_fd(b->ring), acd_ringmap_identity(b->ring)),
                     mapped);
    return mapped;
}

/* As the writer does: a description of its own, kept by a mapping. */
static void *hold_lock(const struct acd_built *b)
{
    int fd = open(b->path, O_RDWR | O_CLOEXEC);
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    assert_true(fd >= 0);
    assert_int_equal(fcntl(fd, F_OFD_SETLK, &lock), 0);
    void *page = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
    assert_ptr_not_equal(page, MAP_FAILED);
    close(fd);
    return page;
}

static void the_lock_tells_while_it_is_held(void **state)
{
    (void)state;
    struct acd_built b;
    acd_built_make(&b, NULL);
    acd_ringbuild_set(&b.rb, FLAGS, 1);
    void *page = hold_lock(&b);
    assert_int_equal(liveness(&b), ACD_LIVENESS_ALIVE);
    munmap(page, 4096);
    assert_int_equal(liveness(&b), ACD_LIVENESS_DEAD);
    acd_built_remove(&b);
}

static void closed_is_dead_though_the_process_lives(void **state)
{
    (void)state;
    struct acd_built b;
    acd_built_make(&b, NULL);
    acd_ringbuild_set(&b.rb, FLAGS, 1);
    void *page = hold_lock(&b);
    acd_ringbuild_set(&b.rb, b.rb.offset[RB_CONTROL] + 72, 1);
    assert_int_equal(liveness(&b), ACD_LIVENESS_CLOSED);
    assert_string_equal(acd_liveness_name(ACD_LIVENESS_CLOSED), "dead");
    munmap(page, 4096);
    acd_built_remove(&b);
}

static void a_free_lock_that_nobody_ever_held_says_nothing(void **state)
{
    (void)state;
    struct acd_built b;
    acd_built_make(&b, NULL);
    assert_int_equal(liveness(&b), ACD_LIVENESS_UNKNOWN);
    assert_string_equal(acd_liveness_name(ACD_LIVENESS_UNKNOWN), "unknown");
    acd_built_remove(&b);
}

/* This process's start time, as /proc has it. */
static uint64_t my_start_time(void)
{
    char line[1024] = "";
    FILE *f = fopen("/proc/self/stat", "r");
    assert_non_null(f);
    assert_non_null(fgets(line, sizeof line, f));
    fclose(f);
    const char *at = strrchr(line, ')');
    for (int field = 2; field < 22; field++)
        at = strchr(at + 1, ' ');
    return strtoull(at + 1, NULL, 10);
}

/* A ring without a lock that says to be this process's. */
static void make_mine(struct acd_built *b)
{
    char boot_id[64] = "";
    struct stat st;
    FILE *f = fopen("/proc/sys/kernel/random/boot_id", "r");
    assert_non_null(f);
    assert_non_null(fgets(boot_id, sizeof boot_id, f));
    fclose(f);
    boot_id[strcspn(boot_id, "\n")] = '\0';
    assert_int_equal(stat("/proc/self/ns/pid", &st), 0);
    acd_built_make(b, NULL);
    acd_ringbuild_text(&b->rb, BOOT_ID, 40, boot_id);
    acd_ringbuild_set(&b->rb, PID_NAMESPACE, st.st_ino);
    acd_ringbuild_set32(&b->rb, PID, (uint32_t)getpid());
    acd_ringbuild_set(&b->rb, START_TIME, my_start_time());
}

static void without_a_lock_the_process_tells(void **state)
{
    (void)state;
    struct acd_built b;
    make_mine(&b);
    assert_int_equal(liveness(&b), ACD_LIVENESS_ALIVE);
    acd_ringbuild_set(&b.rb, START_TIME, my_start_time() + 1); /* the number was given again */
    assert_int_equal(liveness(&b), ACD_LIVENESS_DEAD);
    acd_ringbuild_set(&b.rb, START_TIME, 0);
    assert_int_equal(liveness(&b), ACD_LIVENESS_UNKNOWN);
    acd_built_remove(&b);
}

static void a_process_that_is_gone_is_dead(void **state)
{
    (void)state;
    struct acd_built b;
    make_mine(&b);
    pid_t child = fork();
    if (child == 0)
        _exit(0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    acd_ringbuild_set32(&b.rb, PID, (uint32_t)child);
    assert_int_equal(liveness(&b), ACD_LIVENESS_DEAD);
    acd_built_remove(&b);
}

static void another_boot_or_namespace_or_no_number_is_unknown(void **state)
{
    (void)state;
    struct acd_built b;
    make_mine(&b);
    acd_ringbuild_set(&b.rb, PID_NAMESPACE, 1);
    assert_int_equal(liveness(&b), ACD_LIVENESS_UNKNOWN);
    acd_built_remove(&b);
    make_mine(&b);
    acd_ringbuild_text(&b.rb, BOOT_ID, 40, "another");
    assert_int_equal(liveness(&b), ACD_LIVENESS_UNKNOWN);
    acd_built_remove(&b);
    make_mine(&b);
    acd_ringbuild_set32(&b.rb, PID, UINT32_MAX);
    assert_int_equal(liveness(&b), ACD_LIVENESS_UNKNOWN);
    acd_built_remove(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_lock_tells_while_it_is_held),
        cmocka_unit_test(closed_is_dead_though_the_process_lives),
        cmocka_unit_test(a_free_lock_that_nobody_ever_held_says_nothing),
        cmocka_unit_test(without_a_lock_the_process_tells),
        cmocka_unit_test(a_process_that_is_gone_is_dead),
        cmocka_unit_test(another_boot_or_namespace_or_no_number_is_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
