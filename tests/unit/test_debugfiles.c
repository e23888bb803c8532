/* SPDX-License-Identifier: MIT */
/* The list of debug files in a directory that anybody may write to. */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/support/scratch.h"
#include "tui/reader/debugfiles.h"

#define NOBODY 65534u
#define NAME(of) "anyclaude-debug-" of ".json"

struct place {
    struct acd_scratch dir;
    struct acd_debugfiles files;
    unsigned descriptors;
    char path[512];
};

static int make(void **state)
{
    static struct place p;
    acd_scratch_make(&p.dir);
    p.descriptors = acd_scratch_descriptors();
    assert_int_equal(acd_debugfiles_init(&p.files, p.dir.path), 0);
    *state = &p;
    return 0;
}

static int drop(void **state)
{
    struct place *p = *state;
    acd_debugfiles_fini(&p->files);
    acd_scratch_remove(&p->dir);
    return acd_scratch_descriptors() != p->descriptors;
}

static const char *path_of(struct place *p, const char *name)
{
    snprintf(p->path, sizeof p->path, "%s/%s", p->dir.path, name);
    return p->path;
}

/* A file of these bytes, changed so many seconds after the epoch. */
static void put(struct place *p, const char *name, const char *bytes, long seconds)
{
    const struct timespec times[2] = {{seconds, 7}, {seconds, 7}};
    int fd = open(path_of(p, name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, strlen(bytes)), (ssize_t)strlen(bytes));
    assert_int_equal(futimens(fd, times), 0);
    close(fd);
}

static void scan(struct place *p, size_t count)
{
    assert_int_equal(acd_debugfiles_scan(&p->files), 0);
    assert_int_equal(p->files.count, count);
    assert_false(p->files.cut);
}

static int64_t head(struct place *p, size_t index, char *out, size_t size)
{
    return acd_debugfiles_head(&p->files, index, out, size);
}

/* ---- the directory ---- */

static void the_directory_is_the_one_given_or_that_of_temporary_files(void **state)
{
    struct place *p = *state;
    struct acd_debugfiles f;
    char before[1024] = "", far[1200];
    bool was = getenv("TMPDIR") != NULL;
    if (was)
        snprintf(before, sizeof before, "%s", getenv("TMPDIR"));
    setenv("TMPDIR", p->dir.path, 1);
    assert_int_equal(acd_debugfiles_init(&f, NULL), 0);
    assert_string_equal(f.directory, p->dir.path);
    assert_int_equal(acd_debugfiles_init(&f, "/given"), 0);
    assert_string_equal(f.directory, "/given");
    setenv("TMPDIR", "relative", 1);
    assert_int_equal(acd_debugfiles_init(&f, NULL), 0);
    assert_string_equal(f.directory, "/tmp");
    unsetenv("TMPDIR");
    assert_int_equal(acd_debugfiles_init(&f, NULL), 0);
    assert_string_equal(f.directory, "/tmp");
    memset(far, '/', sizeof far);
    far[sizeof far - 1] = '\0';
    assert_int_equal(acd_debugfiles_init(&f, far), -ENAMETOOLONG);
    if (was)
        setenv("TMPDIR", before, 1);
}

static void a_directory_that_is_gone_leaves_the_list_as_it_was(void **state)
{
    struct place *p = *state;
    put(p, NAME("a"), "a", 1);
    scan(p, 1);
    const struct acd_debugfile_entry *entry = p->files.entry;
    snprintf(p->files.directory, sizeof p->files.directory, "%s/none", p->dir.path);
    assert_int_equal(acd_debugfiles_scan(&p->files), -ENOENT);
    snprintf(p->files.directory, sizeof p->files.directory, "%s/%s", p->dir.path, NAME("a"));
    assert_int_equal(acd_debugfiles_scan(&p->files), -ENOTDIR);
    assert_int_equal(p->files.count, 1);
    assert_ptr_equal(p->files.entry, entry);
    assert_string_equal(entry->name, NAME("a"));
}

/* Root is not stopped by a mode; it becomes somebody else for the test. */
static void a_directory_that_may_not_be_read_says_so(void **state)
{
    struct place *p = *state;
    bool root = geteuid() == 0;
    assert_int_equal(chmod(p->dir.path, 0), 0);
    if (root)
        assert_int_equal(seteuid(NOBODY), 0);
    int r = acd_debugfiles_scan(&p->files);
    if (root)
        assert_int_equal(seteuid(0), 0);
    assert_int_equal(chmod(p->dir.path, 0700), 0);
    assert_int_equal(r, -EACCES);
    assert_int_equal(p->files.count, 0);
}

/* ---- the list ---- */

static void only_debug_files_are_listed(void **state)
{
    struct place *p = *state;
    static const char *const others[] = {"anyclaude-debug-.json",   "anyclaude-debug-a.jso",
                                         "anyclaude-debug-a.json~", "xanyclaude-debug-a.json",
                                         ".anyclaude-debug-a.json", "anyclaude-debug-a.JSON",
                                         "anyclaude-debug.log"};
    char longest[256];
    scan(p, 0);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        put(p, others[i], "", 9);
    memset(longest, 'x', 255);
    memcpy(longest, "anyclaude-debug-", 16);
    memcpy(longest + 250, ".json", 6);
    put(p, longest, "", 1);
    put(p, NAME("\xff\x1b\n"), "", 2);
    scan(p, 2);
    assert_string_equal(p->files.entry[0].name, NAME("\xff\x1b\n"));
    assert_string_equal(p->files.entry[1].name, longest);
}

static void the_newest_come_first_and_ties_go_by_name(void **state)
{
    struct place *p = *state;
    put(p, NAME("b"), "two", 2000);
    put(p, NAME("c"), "", 3000);
    put(p, NAME("a"), "two!", 2000);
    put(p, NAME("d"), "", 1000);
    assert_int_equal(chmod(path_of(p, NAME("d")), 0644), 0);
    scan(p, 4);
    const struct acd_debugfile_entry *e = p->files.entry;
    assert_string_equal(e[0].name, NAME("c"));
    assert_string_equal(e[1].name, NAME("a"));
    assert_string_equal(e[2].name, NAME("b"));
    assert_string_equal(e[3].name, NAME("d"));
    assert_int_equal(e[1].bytes, 4);
    assert_int_equal(e[1].mode, 0600);
    assert_int_equal(e[3].mode, 0644);
    assert_int_equal(e[0].modified_ns, UINT64_C(3000000000007));
    assert_true(e[0].inode != 0 && e[0].inode != e[1].inode);
    /* And anew. */
    assert_int_equal(unlink(path_of(p, NAME("c"))), 0);
    put(p, NAME("d"), "", 4000);
    scan(p, 3);
    assert_string_equal(p->files.entry[0].name, NAME("d"));
}

static void bind_socket(struct place *p, const char *name)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_true(strlen(path_of(p, name)) < sizeof at.sun_path);
    memcpy(at.sun_path, p->path, strlen(p->path) + 1);
    assert_int_equal(bind(fd, (const struct sockaddr *)&at, sizeof at), 0);
    close(fd);
}

/* Below all that can be read, whatever their age, and never opened. */
static void what_is_no_file_of_ours_is_listed_with_the_reason(void **state)
{
    struct place *p = *state;
    char link[512], byte;
    static const char *const why[] = {"a directory, not followed", "a fifo, not followed",
                                      "a symbolic link, not followed", "a socket, not followed"};
    put(p, NAME("old"), "x", 1);
    assert_int_equal(mkdir(path_of(p, NAME("dir")), 0700), 0);
    assert_int_equal(mkfifo(path_of(p, NAME("fifo")), 0600), 0);
    snprintf(link, sizeof link, "%s", path_of(p, NAME("old")));
    assert_int_equal(symlink(link, path_of(p, NAME("link"))), 0);
    bind_socket(p, NAME("sock"));
    scan(p, 5);
    assert_string_equal(p->files.entry[0].name, NAME("old"));
    assert_string_equal(p->files.entry[0].why, "");
    bool told[4] = {false};
    for (size_t i = 1; i < 5; i++) {
        for (size_t k = 0; k < 4; k++)
            told[k] = told[k] || strcmp(p->files.entry[i].why, why[k]) == 0;
        assert_int_equal(head(p, i, &byte, 1), -EPERM);
    }
    assert_true(told[0] && told[1] && told[2] && told[3]);
    assert_int_equal(rmdir(path_of(p, NAME("dir"))), 0);
}

/* Only root can give a file away. */
static void a_file_of_somebody_else_is_listed_with_its_owner(void **state)
{
    struct place *p = *state;
    char byte;
    if (geteuid() != 0)
        return;
    put(p, NAME("theirs"), "x", 1);
    assert_int_equal(chown(path_of(p, NAME("theirs")), NOBODY, NOBODY), 0);
    scan(p, 1);
    assert_string_equal(p->files.entry[0].why, "owner uid 65534, you are 0");
    assert_int_equal(head(p, 0, &byte, 1), -EPERM);
}

static void a_full_list_says_that_it_is_cut(void **state)
{
    struct place *p = *state;
    char name[64];
    for (unsigned i = 0; i < ACD_DEBUGFILES_MOST; i++) {
        snprintf(name, sizeof name, NAME("%u"), i);
        put(p, name, "", i);
    }
    scan(p, ACD_DEBUGFILES_MOST);
    put(p, NAME("one-more"), "", 5);
    assert_int_equal(acd_debugfiles_scan(&p->files), 0);
    assert_int_equal(p->files.count, ACD_DEBUGFILES_MOST);
    assert_true(p->files.cut);
    assert_int_equal(unlink(path_of(p, NAME("one-more"))), 0);
    scan(p, ACD_DEBUGFILES_MOST);
}

/* ---- the head of a file ---- */

static void a_head_is_the_first_bytes_as_they_are(void **state)
{
    struct place *p = *state;
    char out[8];
    put(p, NAME("a"), "\xff\xfe{\"a\"", 2);
    put(p, NAME("b"), "", 1);
    scan(p, 2);
    memset(out, '-', sizeof out);
    assert_int_equal(head(p, 0, out, 3), 3);
    assert_memory_equal(out, "\xff\xfe{-----", 8);
    assert_int_equal(head(p, 0, out, sizeof out), 6);
    assert_memory_equal(out, "\xff\xfe{\"a\"--", 8);
    assert_int_equal(head(p, 0, out, 0), 0);
    assert_int_equal(head(p, 1, out, sizeof out), 0);
    /* It shrank, and grew, since the list was made. */
    assert_int_equal(truncate(path_of(p, NAME("a")), 1), 0);
    assert_int_equal(head(p, 0, out, sizeof out), 1);
    put(p, NAME("b"), "now there is", 3);
    assert_int_equal(head(p, 1, out, sizeof out), 8);
    assert_memory_equal(out, "now ther", 8);
}

/* The list is of the past: what stands there now may be anything. */
static void what_took_the_files_place_is_not_read(void **state)
{
    struct place *p = *state;
    char out[8], name[512];
    put(p, NAME("a"), "text", 1);
    put(p, "target", "secret", 1);
    scan(p, 1);
    snprintf(name, sizeof name, "%s", path_of(p, NAME("a")));
    assert_int_equal(unlink(name), 0);
    assert_int_equal(head(p, 0, out, sizeof out), -ENOENT);
    assert_int_equal(symlink(path_of(p, "target"), name), 0);
    assert_int_equal(head(p, 0, out, sizeof out), -ELOOP);
    assert_int_equal(unlink(name), 0);
    assert_int_equal(mkfifo(name, 0600), 0);
    assert_int_equal(head(p, 0, out, sizeof out), -EPERM);
    assert_int_equal(unlink(name), 0);
    assert_int_equal(mkdir(name, 0700), 0);
    assert_int_equal(head(p, 0, out, sizeof out), -EPERM);
    assert_int_equal(rmdir(name), 0);
}

static void a_file_that_may_not_be_read_says_so(void **state)
{
    struct place *p = *state;
    char out[8];
    bool root = geteuid() == 0;
    put(p, NAME("a"), "text", 1);
    scan(p, 1);
    assert_int_equal(chmod(p->dir.path, 0711), 0);
    assert_int_equal(chmod(path_of(p, NAME("a")), 0), 0);
    if (root)
        assert_int_equal(seteuid(NOBODY), 0);
    int64_t r = head(p, 0, out, sizeof out);
    if (root)
        assert_int_equal(seteuid(0), 0);
    assert_int_equal(r, -EACCES);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make, drop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_directory_is_the_one_given_or_that_of_temporary_files),
        TEST(a_directory_that_is_gone_leaves_the_list_as_it_was),
        TEST(a_directory_that_may_not_be_read_says_so),
        TEST(only_debug_files_are_listed),
        TEST(the_newest_come_first_and_ties_go_by_name),
        TEST(what_is_no_file_of_ours_is_listed_with_the_reason),
        TEST(a_file_of_somebody_else_is_listed_with_its_owner),
        TEST(a_full_list_says_that_it_is_cut),
        TEST(a_head_is_the_first_bytes_as_they_are),
        TEST(what_took_the_files_place_is_not_read),
        TEST(a_file_that_may_not_be_read_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
