/* SPDX-License-Identifier: MIT */
/* Files of any size and kind, mapped: what is refused and why, and what is seen when they change. */
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
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/scratch.h"
#include "tui/reader/guard.h"
#include "tui/reader/textfile.h"

#define NOBODY 65534u

struct place {
    struct acd_scratch dir;
    char path[192], other[192];
    unsigned descriptors;
};

static int make(void **state)
{
    static struct place p;
    acd_scratch_make(&p.dir);
    snprintf(p.path, sizeof p.path, "%s/file", p.dir.path);
    snprintf(p.other, sizeof p.other, "%s/other", p.dir.path);
    p.descriptors = acd_scratch_descriptors();
    *state = &p;
    return 0;
}

/* Whatever a test opened, it closed. */
static int drop(void **state)
{
    struct place *p = *state;
    unsigned descriptors = acd_scratch_descriptors();
    acd_scratch_remove(&p->dir);
    return descriptors != p->descriptors;
}

static void write_file(const char *path, const void *bytes, size_t size)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, size), (ssize_t)size);
    close(fd);
}

static struct acd_textfile *opened(const char *path, unsigned flags)
{
    struct acd_textfile *file = NULL;
    struct acd_problem why = {0};
    assert_int_equal(acd_textfile_open(&file, path, flags, &why), 0);
    assert_non_null(file);
    return file;
}

/* @return the error; the sentence names the file and nothing is handed out. */
static int refused(const char *path, unsigned flags, enum acd_problem_code code, const char *words)
{
    static char untouched;
    struct acd_textfile *file = (void *)&untouched;
    struct acd_problem why = {0};
    unsigned mappings = acd_scratch_mappings();
    int r = acd_textfile_open(&file, path, flags, &why);
    assert_true(r < 0);
    assert_ptr_equal(file, &untouched);
    assert_int_equal(why.code, code);
    assert_int_equal(why.error, -r);
    assert_non_null(strstr(why.text, path));
    assert_non_null(strstr(why.text, words));
    assert_int_equal(acd_scratch_mappings(), mappings);
    return r;
}

/* ---- what is read ---- */

static void bytes_come_as_they_are_and_nothing_is_decoded(void **state)
{
    struct place *p = *state;
    static const char bytes[] = "{\"a\":\"\xff\xfe\xc3(\0\x1b[31m\xed\xa0\x80\"}\r\n";
    uint64_t length = 0;
    write_file(p->path, bytes, sizeof bytes);
    struct acd_textfile *file = opened(p->path, ACD_TEXTFILE_OWN);
    const char *got = acd_textfile_bytes(file, &length);
    assert_int_equal(length, sizeof bytes);
    assert_memory_equal(got, bytes, sizeof bytes);
    assert_int_equal(acd_textfile_size(file), sizeof bytes);
    assert_int_equal(acd_textfile_mode(file), 0600);
    assert_int_equal(acd_textfile_now(file), ACD_TEXTFILE_SAME);
    acd_textfile_free(file);
}

static void an_empty_file_has_bytes_that_may_be_asked_for(void **state)
{
    struct place *p = *state;
    uint64_t length = 99;
    write_file(p->path, "", 0);
    struct acd_textfile *file = opened(p->path, 0);
    assert_non_null(acd_textfile_bytes(file, &length));
    assert_int_equal(length, 0);
    assert_int_equal(acd_textfile_now(file), ACD_TEXTFILE_SAME);
    write_file(p->path, "x", 1);
    assert_int_equal(acd_textfile_now(file), ACD_TEXTFILE_CHANGED);
    acd_textfile_free(file);
    acd_textfile_free(NULL);
}

/* One line, longer than any index can name; the file is a hole, so it costs nothing. */
static void a_file_that_is_too_large_is_shown_as_far_as_an_index_goes(void **state)
{
    struct place *p = *state;
    uint64_t length = 0, whole = UINT64_C(5) << 30;
    write_file(p->path, "x", 1);
    assert_int_equal(truncate(p->path, (off_t)whole), 0);
    struct acd_textfile *file = opened(p->path, 0);
    const char *bytes = acd_textfile_bytes(file, &length);
    assert_int_equal(acd_textfile_size(file), whole);
    assert_int_equal(length, ACD_TEXTFILE_MOST);
    assert_int_equal(bytes[0], 'x');
    assert_int_equal(bytes[length - 1], 0);
    acd_textfile_free(file);
}

/* ---- what is refused ---- */

static void what_is_not_there_says_so(void **state)
{
    struct place *p = *state;
    char below[256];
    assert_int_equal(refused(p->path, 0, ACD_PROBLEM_NOT_FOUND, "there is no file"), -ENOENT);
    write_file(p->path, "x", 1);
    snprintf(below, sizeof below, "%s/below", p->path);
    assert_int_equal(refused(below, 0, ACD_PROBLEM_SYSTEM, "open"), -ENOTDIR);
    struct acd_textfile *file = NULL;
    assert_int_equal(acd_textfile_open(&file, p->other, 0, NULL), -ENOENT);
}

/* Root is not stopped by a mode; it becomes somebody else for the test. */
static void what_may_not_be_read_says_so(void **state)
{
    struct place *p = *state;
    bool root = geteuid() == 0;
    write_file(p->path, "x", 1);
    assert_int_equal(chmod(p->dir.path, 0711), 0);
    assert_int_equal(chmod(p->path, 0), 0);
    if (root)
        assert_int_equal(seteuid(NOBODY), 0);
    int file = refused(p->path, 0, ACD_PROBLEM_NOT_PERMITTED, "permission denied");
    if (root)
        assert_int_equal(seteuid(0), 0);
    assert_int_equal(chmod(p->dir.path, 0), 0);
    if (root)
        assert_int_equal(seteuid(NOBODY), 0);
    int directory = refused(p->path, 0, ACD_PROBLEM_NOT_PERMITTED, "permission denied");
    if (root)
        assert_int_equal(seteuid(0), 0);
    assert_int_equal(chmod(p->dir.path, 0700), 0);
    assert_int_equal(file, -EACCES);
    assert_int_equal(directory, -EACCES);
}

/* A fifo that nobody writes to would keep a plain open waiting for ever. */
static void what_is_no_file_is_refused_and_never_waited_for(void **state)
{
    struct place *p = *state;
    assert_int_equal(refused(p->dir.path, 0, ACD_PROBLEM_NOT_REGULAR, "is a directory"), -EISDIR);
    assert_int_equal(refused("/dev/null", 0, ACD_PROBLEM_NOT_REGULAR, "not a regular file"),
                     -EINVAL);
    assert_int_equal(mkfifo(p->path, 0600), 0);
    for (unsigned flags = 0; flags <= ACD_TEXTFILE_OWN; flags++)
        assert_int_equal(refused(p->path, flags, ACD_PROBLEM_NOT_REGULAR, "Hint: copy"), -EINVAL);
    assert_int_equal(symlink(p->path, p->other), 0);
    assert_int_equal(refused(p->other, 0, ACD_PROBLEM_NOT_REGULAR, "not a regular file"), -EINVAL);
}

static void a_link_is_followed_only_where_nobody_else_can_put_one(void **state)
{
    struct place *p = *state;
    uint64_t length = 0;
    write_file(p->path, "linked", 6);
    assert_int_equal(symlink(p->path, p->other), 0);
    assert_int_equal(refused(p->other, ACD_TEXTFILE_OWN, ACD_PROBLEM_SYMLINK, "symbolic link"),
                     -ELOOP);
    struct acd_textfile *file = opened(p->other, 0);
    assert_memory_equal(acd_textfile_bytes(file, &length), "linked", 6);
    assert_int_equal(acd_textfile_now(file), ACD_TEXTFILE_SAME);
    assert_int_equal(unlink(p->path), 0);
    assert_int_equal(acd_textfile_now(file), ACD_TEXTFILE_GONE);
    acd_textfile_free(file);
    assert_int_equal(refused(p->other, 0, ACD_PROBLEM_NOT_FOUND, "there is no file"), -ENOENT);
}

/* Root gives a file away; anybody else has root's. */
static void a_file_of_somebody_else_is_refused_where_all_must_be_own(void **state)
{
    struct place *p = *state;
    const char *path = p->path;
    write_file(p->path, "x", 1);
    acd_textfile_free(opened(p->path, ACD_TEXTFILE_OWN));
    if (geteuid() == 0)
        assert_int_equal(chown(p->path, NOBODY, NOBODY), 0);
    else
        path = "/etc/passwd";
    assert_int_equal(refused(path, ACD_TEXTFILE_OWN, ACD_PROBLEM_OTHER_OWNER, "owner uid"),
                     -EACCES);
    acd_textfile_free(opened(path, 0));
}

static void a_sentence_holds_no_control_character_of_a_path(void **state)
{
    struct place *p = *state;
    struct acd_textfile *file = NULL;
    struct acd_problem why = {0};
    char path[256];
    snprintf(path, sizeof path, "%s/\x1b[31m\n", p->dir.path);
    assert_int_equal(acd_textfile_open(&file, path, 0, &why), -ENOENT);
    assert_non_null(strstr(why.text, "/?[31m?"));
}

/* ---- what changes ---- */

static void every_change_of_the_file_is_noticed(void **state)
{
    struct place *p = *state;
    const struct timespec then[2] = {{1000, 0}, {1000, 1}}, next[2] = {{1000, 0}, {1000, 2}};
    write_file(p->path, "abc", 3);
    assert_int_equal(utimensat(AT_FDCWD, p->path, then, 0), 0);
    struct acd_textfile *file = opened(p->path, ACD_TEXTFILE_OWN);
    assert_int_equal(acd_textfile_now(file), ACD_TEXTFILE_SAME);
    /* A nanosecond later. */
    assert_int_equal(utimensat(AT_FDCWD, p->path, next, 0), 0);
    assert_int_equal(acd_textfile_now(file), ACD_TEXTFILE_CHANGED);
    assert_int_equal(utimensat(AT_FDCWD, p->path, then, 0), 0);
    assert_int_equal(acd_textfile_now(file), ACD_TEXTFILE_SAME);
    /* Longer, and as old. */
    assert_int_equal(truncate(p->path, 4), 0);
    assert_int_equal(utimensat(AT_FDCWD, p->path, then, 0), 0);
    assert_int_equal(acd_textfile_now(file), ACD_TEXTFILE_CHANGED);
    assert_int_equal(truncate(p->path, 3), 0);
    /* Another file of its name, as long and as old. */
    write_file(p->other, "abc", 3);
    assert_int_equal(utimensat(AT_FDCWD, p->other, then, 0), 0);
    assert_int_equal(rename(p->other, p->path), 0);
    assert_int_equal(acd_textfile_now(file), ACD_TEXTFILE_CHANGED);
    assert_int_equal(unlink(p->path), 0);
    assert_int_equal(acd_textfile_now(file), ACD_TEXTFILE_GONE);
    acd_textfile_free(file);
}

static unsigned char peek(const char *bytes)
{
    return *(const volatile unsigned char *)bytes;
}

static void a_file_that_shrinks_while_it_is_read_reads_on_as_zeros(void **state)
{
    struct place *p = *state;
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    uint64_t length = 0;
    char *text = malloc(3 * page);
    assert_non_null(text);
    assert_int_equal(acd_guard_install(), 0);
    memset(text, 'a', 3 * page);
    write_file(p->path, text, 3 * page);
    write_file(p->other, text, 3 * page);
    free(text);
    struct acd_textfile *file = opened(p->path, 0), *whole = opened(p->other, 0);
    const char *bytes = acd_textfile_bytes(file, &length);
    assert_int_equal(peek(bytes + 2 * page), 'a');
    assert_int_equal(truncate(p->path, 10), 0);
    assert_int_equal(acd_textfile_now(file), ACD_TEXTFILE_CHANGED);
    for (size_t at = 0; at < length; at++)
        assert_int_equal(peek(bytes + at), at < 10 ? 'a' : 0);
    /* As long again, and yet not what it was: the zeros stay. */
    assert_int_equal(truncate(p->path, (off_t)(3 * page)), 0);
    assert_int_equal(acd_textfile_now(file), ACD_TEXTFILE_CHANGED);
    bytes = acd_textfile_bytes(whole, &length);
    for (size_t at = 0; at < length; at++)
        assert_int_equal(peek(bytes + at), 'a');
    assert_int_equal(acd_textfile_now(whole), ACD_TEXTFILE_SAME);
    acd_textfile_free(file);
    acd_textfile_free(whole);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make, drop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(bytes_come_as_they_are_and_nothing_is_decoded),
        TEST(an_empty_file_has_bytes_that_may_be_asked_for),
        TEST(a_file_that_is_too_large_is_shown_as_far_as_an_index_goes),
        TEST(what_is_not_there_says_so),
        TEST(what_may_not_be_read_says_so),
        TEST(what_is_no_file_is_refused_and_never_waited_for),
        TEST(a_link_is_followed_only_where_nobody_else_can_put_one),
        TEST(a_file_of_somebody_else_is_refused_where_all_must_be_own),
        TEST(a_sentence_holds_no_control_character_of_a_path),
        TEST(every_change_of_the_file_is_noticed),
        TEST(a_file_that_shrinks_while_it_is_read_reads_on_as_zeros),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
