/* SPDX-License-Identifier: MIT */
/* Rings of a directory: found, kept up to date, named when unreadable; the directory is checked. */
#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/built.h"
#include "tui/reader/discover.h"

struct place {
    struct acd_scratch dir;
    struct acd_discover *d;
    struct acd_problem why;
    bool changed;
};

static int make(void **state)
{
    static struct place p;
    memset(&p, 0, sizeof p);
    acd_scratch_make(&p.dir);
    assert_int_equal(acd_discover_new(&p.d, p.dir.path, 0), 0);
    *state = &p;
    return 0;
}

static int drop(void **state)
{
    struct place *p = *state;
    acd_discover_free(p->d);
    (void)chmod(p->dir.path, 0700);
    acd_scratch_remove(&p->dir);
    return 0;
}

static void path_of(const struct place *p, const char *name, char ret_path[256])
{
    snprintf(ret_path, 256, "%s/%s", p->dir.path, name);
}

static void put_ring(const struct place *p, const char *name, const char *app)
{
    struct acd_ringbuild rb;
    struct acd_ringbuild_options o = {.app = app};
    char path[256];
    path_of(p, name, path);
    acd_ringbuild_make(&rb, path, &o);
    acd_ringbuild_close(&rb);
}

static int scan(struct place *p)
{
    p->changed = false;
    memset(&p->why, 0, sizeof p->why);
    return acd_discover_scan(p->d, &p->changed, &p->why);
}

static const struct acd_ring_entry *find(const struct place *p, const char *name)
{
    for (size_t i = 0; i < acd_discover_count(p->d); i++)
        if (strcmp(acd_discover_entry(p->d, i)->name, name) == 0)
            return acd_discover_entry(p->d, i);
    return NULL;
}

static void rings_come_and_go(void **state)
{
    struct place *p = *state;
    assert_int_equal(scan(p), 0);
    assert_int_equal(acd_discover_count(p->d), 0);
    put_ring(p, "b.1.acr", "beta");
    put_ring(p, "a.1.acr", "alpha");
    assert_int_equal(scan(p), 0);
    assert_true(p->changed);
    assert_int_equal(acd_discover_count(p->d), 2);
    const struct acd_ring_entry *a = acd_discover_entry(p->d, 0);
    assert_string_equal(a->name, "a.1.acr");
    assert_string_equal(a->app, "alpha");
    assert_string_equal(a->host, "example");
    assert_null(a->why);
    assert_int_equal(a->pid, 4121);
    uint64_t serial = a->serial;
    assert_int_equal(scan(p), 0);
    assert_false(p->changed);
    char path[256];
    path_of(p, "b.1.acr", path);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(scan(p), 0);
    assert_true(p->changed);
    assert_int_equal(acd_discover_count(p->d), 1);
    assert_int_equal(acd_discover_entry(p->d, 0)->serial, serial);
    assert_null(acd_discover_entry(p->d, 1));
}

static void a_file_put_in_anothers_place_is_a_new_entry(void **state)
{
    struct place *p = *state;
    char old[256], new[256];
    put_ring(p, "a.1.acr", "alpha");
    put_ring(p, "b.tmp", "beta");
    assert_int_equal(scan(p), 0);
    uint64_t serial = find(p, "a.1.acr")->serial;
    path_of(p, "b.tmp", new);
    path_of(p, "a.1.acr", old);
    assert_int_equal(rename(new, old), 0);
    assert_int_equal(scan(p), 0);
    assert_true(p->changed);
    assert_string_equal(find(p, "a.1.acr")->app, "beta");
    assert_int_not_equal(find(p, "a.1.acr")->serial, serial);
}

static void what_cannot_be_read_is_listed_with_its_reason(void **state)
{
    struct place *p = *state;
    char path[256], target[256];
    put_ring(p, "good.1.acr", "good");
    path_of(p, "good.1.acr", target);
    path_of(p, "link.acr", path);
    assert_int_equal(symlink(target, path), 0);
    path_of(p, "fifo.acr", path);
    assert_int_equal(mkfifo(path, 0600), 0);
    path_of(p, "dir.acr", path);
    assert_int_equal(mkdir(path, 0700), 0);
    path_of(p, "text.acr", path);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs("nothing of the kind\n", f);
    fclose(f);
    assert_int_equal(scan(p), 0);
    assert_int_equal(acd_discover_count(p->d), 5);
    assert_null(find(p, "good.1.acr")->why);
    assert_int_equal(find(p, "link.acr")->why->code, ACD_PROBLEM_SYMLINK);
    assert_int_equal(find(p, "fifo.acr")->why->code, ACD_PROBLEM_NOT_REGULAR);
    assert_int_equal(find(p, "dir.acr")->why->code, ACD_PROBLEM_NOT_REGULAR);
    assert_int_equal(find(p, "text.acr")->why->code, ACD_PROBLEM_NOT_A_RING);
    uint64_t serial = find(p, "text.acr")->serial;
    put_ring(p, "more.1.acr", "more");
    assert_int_equal(scan(p), 0);
    assert_int_equal(find(p, "text.acr")->serial, serial);
    path_of(p, "dir.acr", path);
    assert_int_equal(rmdir(path), 0);
}

static void other_names_are_passed_over(void **state)
{
    struct place *p = *state;
    static const char *const names[] = {".making-1f.acr", "x.acr.tmp", "acr", ".acr", "notes.txt"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        put_ring(p, names[i], "x");
    assert_int_equal(scan(p), 0);
    assert_int_equal(acd_discover_count(p->d), 0);
}

static void a_directory_open_to_others_is_refused_with_the_cure(void **state)
{
    struct place *p = *state;
    char wanted[512];
    put_ring(p, "a.1.acr", "alpha");
    assert_int_equal(chmod(p->dir.path, 0755), 0);
    assert_int_equal(scan(p), -EPERM);
    assert_int_equal(p->why.code, ACD_PROBLEM_DIRECTORY);
    snprintf(wanted, sizeof wanted,
             "ring directory '%s' has mode 0755, it must be 0700. Hint: chmod 700 '%s'",
             p->dir.path, p->dir.path);
    assert_string_equal(p->why.text, wanted);
    assert_int_equal(chmod(p->dir.path, 0700), 0);
    assert_int_equal(scan(p), 0);
    assert_int_equal(acd_discover_count(p->d), 1);
    assert_int_equal(chmod(p->dir.path, 0701), 0); /* what was found stays on the screen */
    assert_int_equal(scan(p), -EPERM);
    assert_int_equal(acd_discover_count(p->d), 1);
}

static void a_directory_that_is_none_is_named(void **state)
{
    struct place *p = *state;
    char path[256];
    struct acd_discover *d;
    bool changed;
    path_of(p, "link", path);
    assert_int_equal(symlink(p->dir.path, path), 0);
    assert_int_equal(acd_discover_new(&d, path, 0), 0);
    assert_true(acd_discover_scan(d, &changed, &p->why) < 0);
    assert_int_equal(p->why.code, ACD_PROBLEM_DIRECTORY);
    acd_discover_free(d);
    put_ring(p, "file", "x");
    path_of(p, "file", path);
    assert_int_equal(acd_discover_new(&d, path, 0), 0);
    assert_true(acd_discover_scan(d, &changed, &p->why) < 0);
    assert_int_equal(p->why.code, ACD_PROBLEM_DIRECTORY);
    acd_discover_free(d);
}

/* Root makes one; others find root's. */
static void another_users_directory_is_skipped_unless_allowed(void **state)
{
    struct place *p = *state;
    struct acd_discover *d;
    bool changed, root = geteuid() == 0;
    const char *path = root ? p->dir.path : "/proc/1";
    if (root)
        assert_int_equal(chown(path, 65534, 65534), 0);
    assert_int_equal(acd_discover_new(&d, path, 0), 0);
    assert_true(acd_discover_scan(d, &changed, &p->why) < 0);
    assert_non_null(strstr(p->why.text, "owner uid"));
    acd_discover_free(d);
    assert_int_equal(acd_discover_new(&d, p->dir.path, ACD_RINGMAP_ANY_OWNER), 0);
    assert_int_equal(acd_discover_scan(d, &changed, &p->why), 0);
    acd_discover_free(d);
}

static void a_directory_may_come_go_and_come_again(void **state)
{
    struct place *p = *state;
    char path[256], ring[300];
    struct acd_discover *d;
    struct acd_ringbuild rb;
    path_of(p, "later", path);
    assert_int_equal(acd_discover_new(&d, path, 0), 0);
    for (int round = 0; round < 2; round++) {
        assert_int_equal(acd_discover_scan(d, &p->changed, &p->why), -ENOENT);
        assert_int_equal(p->why.code, ACD_PROBLEM_NOT_FOUND);
        assert_non_null(strstr(p->why.text, "no server has run yet"));
        assert_int_equal(acd_discover_count(d), 0);
        assert_int_equal(mkdir(path, 0700), 0);
        snprintf(ring, sizeof ring, "%s/a.1.acr", path);
        acd_ringbuild_make(&rb, ring, NULL);
        acd_ringbuild_close(&rb);
        assert_int_equal(acd_discover_scan(d, &p->changed, &p->why), 0);
        assert_true(p->changed);
        assert_int_equal(acd_discover_count(d), 1);
        assert_int_equal(unlink(ring), 0);
        assert_int_equal(rmdir(path), 0);
    }
    acd_discover_free(d);
}

static void an_entry_can_be_opened(void **state)
{
    struct place *p = *state;
    struct acd_ringmap *ring;
    put_ring(p, "a.1.acr", "alpha");
    assert_int_equal(scan(p), 0);
    assert_int_equal(acd_discover_open(p->d, acd_discover_entry(p->d, 0), &ring, &p->why), 0);
    assert_string_equal(acd_ringmap_name(ring), "a.1.acr");
    acd_ringmap_close(ring);
}

static void liveness_is_kept_up_to_date(void **state)
{
    struct place *p = *state;
    struct acd_ringbuild rb;
    char path[256];
    path_of(p, "a.1.acr", path);
    acd_ringbuild_make(&rb, path, NULL);
    assert_int_equal(scan(p), 0);
    assert_int_equal(acd_discover_entry(p->d, 0)->liveness, ACD_LIVENESS_UNKNOWN);
    assert_false(acd_discover_liveness(p->d));
    acd_ringbuild_set(&rb, rb.offset[RB_CONTROL] + 72, 1);
    assert_true(acd_discover_liveness(p->d));
    assert_int_equal(acd_discover_entry(p->d, 0)->liveness, ACD_LIVENESS_CLOSED);
    assert_false(acd_discover_liveness(p->d));
    acd_ringbuild_close(&rb);
}

static void too_many_open_files_is_passing(void **state)
{
    struct place *p = *state;
    struct rlimit limit, none;
    put_ring(p, "a.1.acr", "alpha");
    assert_int_equal(scan(p), 0);
    put_ring(p, "b.1.acr", "beta");
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    none = limit;
    none.rlim_cur = 3;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    int r = scan(p);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    assert_int_equal(r, -EMFILE);
    assert_non_null(strstr(p->why.text, "too many open files. Hint: ulimit -n"));
    assert_int_equal(acd_discover_count(p->d), 1);
    assert_int_equal(scan(p), 0);
    assert_int_equal(acd_discover_count(p->d), 2);
}

static void a_thousand_rings_are_no_trouble(void **state)
{
    struct place *p = *state;
    char name[64], first[256], path[256];
    put_ring(p, "s0000.1.acr", "many");
    path_of(p, "s0000.1.acr", first);
    for (int i = 1; i < 1000; i++) {
        snprintf(name, sizeof name, "s%04d.1.acr", i);
        path_of(p, name, path);
        assert_int_equal(link(first, path), 0);
    }
    unsigned descriptors = acd_scratch_descriptors();
    assert_int_equal(scan(p), 0);
    assert_int_equal(acd_discover_count(p->d), 1000);
    for (size_t i = 1; i < 1000; i++)
        assert_true(
            strcmp(acd_discover_entry(p->d, i - 1)->name, acd_discover_entry(p->d, i)->name) < 0);
    acd_discover_liveness(p->d);
    assert_true(acd_scratch_descriptors() <= descriptors + 1);
}

static void the_directory_is_found_by_the_rule(void **state)
{
    struct place *p = *state;
    char path[256], mine[64], wanted[300];
    assert_int_equal(setenv("ACDEBUG_DIR", "/named", 1), 0);
    assert_int_equal(acd_discover_path(path, sizeof path, 1000), 0);
    assert_string_equal(path, "/named");
    assert_int_equal(acd_discover_path(path, 6, 1000), -ENAMETOOLONG);
    assert_int_equal(setenv("ACDEBUG_DIR", "", 1), 0);
    assert_int_equal(setenv("TMPDIR", p->dir.path, 1), 0);
    /* A user that nobody is: neither directory exists. */
    assert_int_equal(acd_discover_path(path, sizeof path, 3999999999u), 0);
    bool shared = access("/dev/shm", F_OK) == 0;
    snprintf(mine, sizeof mine, "/acdebug-3999999999");
    snprintf(wanted, sizeof wanted, "%s%s", shared ? "/dev/shm" : p->dir.path, mine);
    assert_string_equal(path, wanted);
    /* A server could not use shared memory and went to the other place. */
    snprintf(wanted, sizeof wanted, "%s%s", p->dir.path, mine);
    assert_int_equal(mkdir(wanted, 0700), 0);
    assert_int_equal(acd_discover_path(path, sizeof path, 3999999999u), 0);
    assert_string_equal(path, wanted);
    assert_int_equal(rmdir(wanted), 0);
    unsetenv("TMPDIR");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make, drop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(rings_come_and_go),
        TEST(a_file_put_in_anothers_place_is_a_new_entry),
        TEST(what_cannot_be_read_is_listed_with_its_reason),
        TEST(other_names_are_passed_over),
        TEST(a_directory_open_to_others_is_refused_with_the_cure),
        TEST(a_directory_that_is_none_is_named),
        TEST(another_users_directory_is_skipped_unless_allowed),
        TEST(a_directory_may_come_go_and_come_again),
        TEST(an_entry_can_be_opened),
        TEST(liveness_is_kept_up_to_date),
        TEST(too_many_open_files_is_passing),
        TEST(a_thousand_rings_are_no_trouble),
        TEST(the_directory_is_found_by_the_rule),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
