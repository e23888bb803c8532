/* SPDX-License-Identifier: MIT */
/*
 * Debug files in a storm: 1,000 from eight threads of two processes, each call with fifty secrets planted
 * wherever one can stand.  At most the limit stays, every file and every log line is whole, what others
 * put there is untouched, and no secret is on the disk, in the ring or on stderr.
 */
#include "config.h"

#include <dirent.h>
#include <pthread.h>
#include <regex.h>
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

#include "tests/support/capture.h"
#include "tests/stress/plants.h"
#include "tests/support/fixture.h"

#define PROCESSES 2
#define THREADS 8
#define LIMIT 100

struct storm {
    const struct acd_scratch *dir;
    acdebug_logger *logger;
    unsigned files, failed;
};

static void *write_files(void *context)
{
    struct storm *s = context;
    for (unsigned i = 0; i < s->files; i++) {
        char path[512];
        acdebug_exchange e = acd_plants_exchange(i);
        if (acdebug_write_error_file(&e, path, sizeof path) != 0)
            s->failed++;
        acd_plants_emit(s->logger, path);
    }
    return NULL;
}

static int run_process(void *context)
{
    const struct acd_scratch *dir = context;
    const unsigned files = (unsigned)acd_scratch_scaled(1000, 160) / PROCESSES;
    struct storm storms[THREADS];
    pthread_t threads[THREADS];
    char path[256];
    unsigned failed = 0;
    acdebug_options o = acd_scratch_options(dir, 3);
    o.flags = ACDEBUG_NO_COLLECT;
    o.temp_directory = dir->path;
    o.debug_rate_limit = UINT32_MAX;
    snprintf(path, sizeof path, "%s/server.log", dir->path);
    acdebug_logger *logger = NULL;
    if (acdebug_open("storm", &o) != 0 ||
        acdebug_logger_new(&logger, "s", ACDEBUG_SEV_INFO, path) != 0)
        return 2;
    for (unsigned i = 0; i < THREADS; i++) {
        storms[i] = (struct storm){dir, logger, files / THREADS + (i < files % THREADS), 0};
        if (pthread_create(&threads[i], NULL, write_files, &storms[i]) != 0)
            return 3;
    }
    for (unsigned i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        failed += storms[i].failed;
    }
    acdebug_logger_free(logger);
    return failed != 0;
}

/* ---- what is left ---- */

static void check_bytes(const char *where, const char *bytes, size_t count)
{
    unsigned secret = acd_plants_find(bytes, count);
    if (secret != 0)
        fail_msg("%s holds secret %u", where, secret);
}

static void check_files_for_secrets(const struct acd_scratch *dir)
{
    DIR *d = opendir(dir->path);
    assert_non_null(d);
    unsigned rings = 0;
    for (struct dirent *e; (e = readdir(d)) != NULL;) {
        char path[600];
        size_t bytes;
        if (e->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", dir->path, e->d_name);
        char *text = acd_scratch_read(path, &bytes);
        check_bytes(e->d_name, text, bytes);
        free(text);
        rings += strstr(e->d_name, ".acr") != NULL;
    }
    closedir(d);
    assert_int_equal(rings, PROCESSES);
}

static unsigned check_log(const struct acd_scratch *dir)
{
    char path[300], pattern[512];
    size_t bytes;
    unsigned lines = 0;
    regex_t form;
    snprintf(pattern, sizeof pattern,
             "^\\[[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\\.[0-9]{3}Z\\] HTTP 500 - Debug: "
             "%s/anyclaude-debug-[0-9]{13}-[0-9a-z]{6}\\.json$",
             dir->path);
    assert_int_equal(regcomp(&form, pattern, REG_EXTENDED | REG_NOSUB), 0);
    snprintf(path, sizeof path, "%s/anyclaude-errors.log", dir->path);
    char *text = acd_scratch_read(path, &bytes);
    for (char *line = text, *end; *line; line = end + 1, lines++) {
        end = strchr(line, '\n');
        assert_non_null(end);
        *end = '\0';
        if (regexec(&form, line, 0, NULL, 0) != 0)
            fail_msg("not a whole line: %s", line);
    }
    regfree(&form);
    free(text);
    return lines;
}

static void a_thousand_files_at_once_leave_whole_files_without_secrets(void **state)
{
    static const char name[] = "anyclaude-debug-1700000000000-others.json";
    struct acd_scratch dir;
    struct capture c;
    char path[400], command[900];
    int children[PROCESSES];
    size_t bytes;
    (void)state;
    acd_scratch_make(&dir);
    snprintf(path, sizeof path, "%s/%s", dir.path, name);
    FILE *other = fopen(path, "w");
    assert_non_null(other);
    fputs("{\"statusCode\":500}", other);
    fclose(other);
    capture_begin(&c);
    for (int i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        if (children[i] == 0)
            exit(run_process(&dir));
    }
    int results[PROCESSES];
    for (int i = 0; i < PROCESSES; i++)
        results[i] = acd_scratch_wait(children[i]);
    capture_end(&c);
    for (int i = 0; i < PROCESSES; i++)
        assert_int_equal(results[i], 0);
    assert_non_null(strstr(c.text, "[REDACTED]"));
    check_bytes("stderr", c.text, c.bytes);
    capture_free(&c);
    check_files_for_secrets(&dir);
    assert_int_equal(check_log(&dir), acd_scratch_scaled(1000, 160) / PROCESSES * PROCESSES);
    assert_int_equal(acd_scratch_count(&dir, ".json"), LIMIT + 1);
    char *text = acd_scratch_read(path, &bytes);
    assert_string_equal(text, "{\"statusCode\":500}");
    free(text);
    snprintf(
        command, sizeof command,
        "command -v jq >/dev/null || exit 0; "
        "jq -es 'map(select(.writer == \"acdebug\" and .request.method == \"POST\")) | length == %d' "
        "%s/anyclaude-debug-*.json >/dev/null",
        LIMIT, dir.path);
    assert_int_equal(system(command), 0);
    acd_scratch_remove(&dir);
}

/* The search finds a secret where there is one. */
static void a_planted_secret_would_be_found(void **state)
{
    (void)state;
    acdebug_exchange e = acd_plants_exchange(0);
    assert_int_equal(acd_plants_find(e.request_body, e.request_body_bytes), 11);
    for (unsigned n = 1; n <= ACD_PLANTS; n++) {
        unsigned places = acd_plants_places(n);
        assert_true(places == 1 || (n >= 42 && n <= 49 && places == 0));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_planted_secret_would_be_found),
        cmocka_unit_test(a_thousand_files_at_once_leave_whole_files_without_secrets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
