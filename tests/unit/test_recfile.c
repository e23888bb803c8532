/* SPDX-License-Identifier: MIT */
/* Recordings as files: what was appended is read, what is torn ends there, nothing grows too large. */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/scratch.h"
#include "tui/reader/recfile.h"

#define HEAD 64
#define FRAME 48
#define WORDS 4

struct place {
    struct acd_scratch dir;
    char path[192];
};

static int make(void **state)
{
    struct place *p = calloc(1, sizeof *p);
    if (!p)
        return -1;
    acd_scratch_make(&p->dir);
    snprintf(p->path, sizeof p->path, "%s/a.acdrec", p->dir.path);
    *state = p;
    return 0;
}

static int drop(void **state)
{
    struct place *p = *state;
    acd_scratch_remove(&p->dir);
    free(p);
    return 0;
}

static void append(struct acd_recfile *file, uint64_t n)
{
    const struct acd_recfile_frame frame = {.kind = ACD_RECFILE_CHANGE, .realtime_ns = 100 + n};
    const uint64_t words[WORDS] = {n, n + 1, n + 2, n + 3};
    assert_int_equal(acd_recfile_append(file, &frame, words, sizeof words), 0);
}

/* A recording of three frames. */
static void record(const struct place *p)
{
    struct acd_recfile *file = NULL;
    struct acd_problem why = {0};
    assert_int_equal(acd_recfile_create(&file, p->path, ACD_RECFILE_REDACTED, 4096, &why), 0);
    for (uint64_t n = 0; n < 3; n++)
        append(file, n);
    assert_int_equal(acd_recfile_bytes(file), HEAD + 3 * (FRAME + 8 * WORDS));
    assert_int_equal(acd_recfile_close(file), 0);
}

/* @return frames until the end */
static uint64_t read_all(const struct place *p, uint64_t *ret_torn)
{
    struct acd_recfile *file = NULL;
    struct acd_problem why = {0};
    struct acd_recfile_frame frame;
    const uint64_t *payload = NULL;
    uint64_t n = 0, at = 0;
    assert_int_equal(acd_recfile_open(&file, p->path, &why), 0);
    assert_int_equal(acd_recfile_head(file)->flags, ACD_RECFILE_REDACTED);
    for (;; n++) {
        bool more = acd_recfile_peek(file, &at);
        int r = acd_recfile_next(file, &frame, &payload);
        assert_true(r >= 0);
        if (r == 0)
            break;
        assert_true(more && at == 100 + n && frame.realtime_ns == at);
        assert_int_equal(frame.bytes, 8 * WORDS);
        assert_int_equal(payload[3], n + 3);
    }
    *ret_torn = acd_recfile_torn(file);
    acd_recfile_rewind(file);
    assert_int_equal(acd_recfile_next(file, &frame, &payload), n > 0);
    acd_recfile_close(file);
    return n;
}

static void what_was_appended_is_read(void **state)
{
    const struct place *p = *state;
    uint64_t torn = 1;
    struct stat st;
    record(p);
    assert_int_equal(stat(p->path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_true(acd_recfile_is(p->path));
    assert_int_equal(read_all(p, &torn), 3);
    assert_int_equal(torn, 0);
}

static void a_torn_one_is_read_as_far_as_it_is_whole(void **state)
{
    const struct place *p = *state;
    const off_t second = HEAD + FRAME + 8 * WORDS;
    uint64_t torn = 0;
    record(p);
    assert_int_equal(truncate(p->path, second + FRAME + 8), 0);
    assert_int_equal(read_all(p, &torn), 1);
    assert_int_equal(torn, second);
    assert_int_equal(truncate(p->path, second), 0);
    assert_int_equal(read_all(p, &torn), 1);
    assert_int_equal(torn, 0);
}

static void a_turned_bit_is_a_tear(void **state)
{
    const struct place *p = *state;
    uint64_t torn = 0;
    record(p);
    FILE *file = fopen(p->path, "r+");
    assert_non_null(file);
    fseek(file, HEAD + FRAME + 3, SEEK_SET);
    fputc(0x40, file);
    fclose(file);
    assert_int_equal(read_all(p, &torn), 0);
    assert_int_equal(torn, HEAD);
}

static void a_full_one_stays_as_it_is_and_takes_its_end(void **state)
{
    const struct place *p = *state;
    struct acd_recfile *file = NULL;
    struct acd_problem why = {0};
    const struct acd_recfile_frame change = {.kind = ACD_RECFILE_CHANGE};
    const struct acd_recfile_frame end = {.kind = ACD_RECFILE_END};
    const uint64_t word = 7;
    assert_int_equal(acd_recfile_create(&file, p->path, 0, HEAD + 2 * FRAME, &why), 0);
    assert_int_equal(acd_recfile_append(file, &change, &word, sizeof word), -EFBIG);
    assert_int_equal(acd_recfile_bytes(file), HEAD);
    assert_int_equal(acd_recfile_append(file, &change, NULL, 0), 0);
    assert_int_equal(acd_recfile_append(file, &change, NULL, 0), -EFBIG);
    assert_int_equal(acd_recfile_append(file, &end, NULL, 0), 0);
    assert_int_equal(acd_recfile_close(file), 0);
}

static void what_is_there_is_left_alone(void **state)
{
    const struct place *p = *state;
    struct acd_recfile *file = NULL;
    struct acd_problem why = {0};
    uint64_t torn;
    record(p);
    assert_int_equal(acd_recfile_create(&file, p->path, 0, 4096, &why), -EEXIST);
    assert_non_null(strstr(why.text, "exists already. Hint: take another name"));
    assert_null(file);
    assert_int_equal(read_all(p, &torn), 3);
}

static void what_is_none_is_refused_with_a_sentence(void **state)
{
    const struct place *p = *state;
    static const struct {
        long at;
        int byte;
        const char *says;
    } wrong[] = {{0, 'x', "is no recording"}, {8, 1, "other byte order"}, {12, 9, "of version 9"}};
    struct acd_recfile *file = NULL;
    struct acd_problem why = {0};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        unlink(p->path);
        record(p);
        FILE *f = fopen(p->path, "r+");
        assert_non_null(f);
        fseek(f, wrong[i].at, SEEK_SET);
        fputc(wrong[i].byte, f);
        fclose(f);
        assert_true(acd_recfile_open(&file, p->path, &why) < 0);
        assert_non_null(strstr(why.text, wrong[i].says));
    }
    assert_true(acd_recfile_open(&file, p->dir.path, &why) < 0);
    assert_false(acd_recfile_is(p->dir.path));
    assert_null(file);
}

int main(void)
{
#define PLACED(test) cmocka_unit_test_setup_teardown(test, make, drop)
    const struct CMUnitTest tests[] = {
        PLACED(what_was_appended_is_read),   PLACED(a_torn_one_is_read_as_far_as_it_is_whole),
        PLACED(a_turned_bit_is_a_tear),      PLACED(a_full_one_stays_as_it_is_and_takes_its_end),
        PLACED(what_is_there_is_left_alone), PLACED(what_is_none_is_refused_with_a_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
