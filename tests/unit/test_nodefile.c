/* SPDX-License-Identifier: MIT */
/* The file for node_exporter: replaced as a whole, or left as it was. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/scratch.h"
#include "tui/export/nodefile.h"

static void holds(const char *path, const char *expected)
{
    char text[64] = "";
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    size_t n = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[n] = '\0';
    assert_string_equal(text, expected);
}

static unsigned files_in(const char *path)
{
    unsigned count = 0;
    DIR *dir = opendir(path);
    assert_non_null(dir);
    for (const struct dirent *e = readdir(dir); e; e = readdir(dir))
        count += e->d_name[0] != '.';
    closedir(dir);
    return count;
}

static void a_new_text_takes_the_old_ones_place(void **state)
{
    (void)state;
    struct acd_scratch dir;
    char path[300];
    struct stat st;
    acd_scratch_make(&dir);
    snprintf(path, sizeof path, "%s/a.prom", dir.path);
    assert_int_equal(acd_nodefile_write(path, "one\n", 4), 0);
    holds(path, "one\n");
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0644);
    assert_int_equal(acd_nodefile_write(path, "two\n", 4), 0);
    holds(path, "two\n");
    assert_int_equal(files_in(dir.path), 1);
    acd_scratch_remove(&dir);
}

static void what_fails_leaves_nothing_behind(void **state)
{
    (void)state;
    struct acd_scratch dir;
    char path[300], folder[300];
    acd_scratch_make(&dir);
    snprintf(path, sizeof path, "%s/none/a.prom", dir.path);
    assert_int_equal(acd_nodefile_write(path, "x", 1), -ENOENT);
    /* A folder in the file's place: all is written but the last step. */
    snprintf(folder, sizeof folder, "%s/b.prom", dir.path);
    assert_int_equal(mkdir(folder, 0700), 0);
    assert_int_equal(acd_nodefile_write(folder, "x", 1), -EISDIR);
    assert_int_equal(files_in(dir.path), 1);
    assert_int_equal(rmdir(folder), 0);
    acd_scratch_remove(&dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_text_takes_the_old_ones_place),
        cmocka_unit_test(what_fails_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
