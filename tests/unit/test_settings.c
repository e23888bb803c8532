/* SPDX-License-Identifier: MIT */
/* acdebug-export's command line: addresses, times, targets, and what doesn't go together. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "tui/export/settings.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define WORDS 5

/* The words of `line`, split at spaces. */
static int parse(struct acd_settings *ret, const char *line, char *error)
{
    static char copy[256];
    char *argv[WORDS + 2] = {copy};
    int argc = 1;
    strcpy(copy, line);
    for (char *word = strtok(copy, " "); word && argc <= WORDS; word = strtok(NULL, " "))
        argv[argc++] = word;
    return acd_settings_parse(ret, argc, argv, error, 512);
}

static void it_listens_on_loopback_unless_told_otherwise(void **state)
{
    (void)state;
    char error[512];
    struct acd_settings s;
    struct sockaddr_in in;
    assert_int_equal(parse(&s, "", error), 0);
    memcpy(&in, &s.address, sizeof in);
    assert_true(s.listen && in.sin_family == AF_INET);
    assert_int_equal(ntohl(in.sin_addr.s_addr), INADDR_LOOPBACK);
    assert_int_equal(ntohs(in.sin_port), 9774);
    assert_int_equal(s.keep_s, 300);
    assert_int_equal(parse(&s, "--listen 8080", error), 0);
    memcpy(&in, &s.address, sizeof in);
    assert_int_equal(ntohl(in.sin_addr.s_addr), INADDR_LOOPBACK);
    assert_int_equal(ntohs(in.sin_port), 8080);
    assert_int_equal(parse(&s, "--listen=[::]:1", error), 0);
    assert_int_equal(s.address.ss_family, AF_INET6);
}

static void a_file_alone_needs_no_port(void **state)
{
    (void)state;
    char error[512];
    struct acd_settings s;
    assert_int_equal(parse(&s, "--textfile a.prom", error), 0);
    assert_false(s.listen);
    assert_int_equal(s.every_s, 0);
    assert_int_equal(parse(&s, "--textfile a.prom --every 2m --listen=1", error), 0);
    assert_true(s.listen);
    assert_int_equal(s.every_s, 120);
}

static void other_words_are_targets(void **state)
{
    (void)state;
    char error[512];
    struct acd_settings s;
    assert_int_equal(parse(&s, "proxy --keep 1m 4121", error), 0);
    assert_int_equal(s.target_count, 2);
    assert_string_equal(s.target[0].text, "proxy");
    assert_int_equal(s.target[1].pid, 4121);
    assert_int_equal(s.keep_s, 60);
}

static void what_is_wrong_is_said(void **state)
{
    static const struct {
        const char *line, *says;
    } cases[] = {
        {"--listen", "--listen needs an address"},
        {"--listen localhost:1", "is not an address in numbers"},
        {"--listen 127.0.0.1:65536", "is not an address in numbers"},
        {"--listen ::1:80", "is not an address in numbers"},
        {"--listen []:80", "is not an address in numbers"},
        {"--listen 127.0.0.1:", "is not an address in numbers"},
        {"--textfile a.txt", "ends in .prom"},
        {"--textfile .prom", "ends in .prom"},
        {"--textfile d/.prom", "ends in .prom"},
        {"--every 5s", "--every goes with --textfile"},
        {"--textfile a.prom --every 0s", "is not a time"},
        {"--textfile a.prom --listen 1", "together need --every"},
        {"--help=x", "--help takes no value"},
        {"-x", "'-x' is no option"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char error[512] = "";
        struct acd_settings s;
        assert_int_equal(parse(&s, cases[i].line, error), -EINVAL);
        assert_non_null(strstr(error, cases[i].says));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_listens_on_loopback_unless_told_otherwise),
        cmocka_unit_test(a_file_alone_needs_no_port),
        cmocka_unit_test(other_words_are_targets),
        cmocka_unit_test(what_is_wrong_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
