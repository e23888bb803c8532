/* SPDX-License-Identifier: MIT */
/* What is typed into a pseudo-terminal comes out as keys with names. */
#include "config.h"

#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/pty.h"
#include "tui/term/keys.h"

/* Long enough that a loaded machine does not take the halves of a sequence for two keys. */
#define PATIENCE_MS 5000

/* For LeakSanitizer: the screen of curses stays, see dispose() in tui/term/screen.c. */
__attribute__((visibility("default"))) const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libtinfo\nleak:libncurses\n";
}

struct fixture {
    struct pty pty;
    struct acd_screen *screen;
};

static void start(struct fixture *f, const char *term, int esc_delay_ms)
{
    struct acd_screen_error error = {""};
    struct acd_screen_options options = {
        .in_fd = f->pty.line, .out_fd = f->pty.line, .term = term, .esc_delay_ms = esc_delay_ms};

    acd_screen_close(f->screen);
    f->screen = NULL;
    assert_int_equal(acd_screen_open(&options, &f->screen, &error), 0);
}

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));

    assert_non_null(f);
    pty_open(&f->pty, 80, 24);
    start(f, "xterm-256color", 0);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    acd_screen_close(f->screen);
    pty_close(&f->pty);
    free(f);
    return 0;
}

static void type(struct fixture *f, const char *text)
{
    pty_type(&f->pty, text, strlen(text));
}

/* Waits until all that was typed has arrived at the program's end. */
static void settle(const struct fixture *f, size_t len)
{
    int waiting = 0;

    while ((size_t)waiting < len) {
        struct pollfd readable = {.fd = f->pty.line, .events = POLLIN};
        poll(&readable, 1, 1000);
        assert_int_equal(ioctl(f->pty.line, FIONREAD, &waiting), 0);
    }
}

/* The names of all keys that are there, a blank apart. */
static const char *read_keys(struct fixture *f, char *out, size_t size)
{
    struct acd_key key;
    size_t used = 0;

    out[0] = '\0';
    while (acd_keys_next(f->screen, &key) == 1) {
        bool pasted = key.mods & ACD_KEY_PASTED;
        key.mods &= (uint8_t)~ACD_KEY_PASTED;
        used += (size_t)snprintf(out + used, size - used, "%s%s%s", used > 0 ? " " : "",
                                 pasted ? "paste:" : "", acd_key_format(key).s);
    }
    return out;
}

static void assert_keys(struct fixture *f, const char *typed, const char *names)
{
    char out[512];

    type(f, typed);
    settle(f, strlen(typed));
    assert_string_equal(read_keys(f, out, sizeof(out)), names);
}

static void nothing_typed_is_no_key(void **state)
{
    struct fixture *f = *state;
    struct acd_key key = {.code = 'k'};

    assert_int_equal(acd_keys_next(f->screen, &key), 0);
    assert_int_equal(key.code, 'k');
}

static void characters_are_themselves(void **state)
{
    assert_keys(*state, "gG+/ ~", "g G + / Space ~");
    assert_keys(*state, "é中😀", "é 中 😀");
}

static void control_characters_have_names(void **state)
{
    assert_keys(*state, "\r\n\t\177", "Enter Enter Tab Backspace");
    assert_keys(*state, "\x02\x06\x0c\x16\x0f", "^B ^F ^L ^V ^O");
    assert_keys(*state, "\x1d\x1f", "^] ^_");
    pty_type(&((struct fixture *)*state)->pty, "", 1);
    settle(*state, 1);
    assert_keys(*state, "x", "C-Space x");
}

static void special_keys_are_known(void **state)
{
    assert_keys(*state, "\033OA\033OB\033OC\033OD", "Up Down Right Left");
    assert_keys(*state, "\033OH\033OF\033[5~\033[6~\033[2~\033[3~", "Home End PgUp PgDn Ins Del");
    assert_keys(*state, "\033OP\033[18~\033[19~\033[21~\033[24~", "F1 F7 F8 F10 F12");
}

static void modifiers_are_told(void **state)
{
    assert_keys(*state, "\033[Z\033[1;2A\033[1;5D\033[1;3C", "S-Tab S-Up C-Left M-Right");
    assert_keys(*state, "\033[1;6H\033[6;5~", "C-S-Home C-PgDn");
    assert_keys(*state, "\033[1;2P\033[15;5~", "S-F1 C-F5");
    assert_keys(*state, "\033x\033\033OA", "M-x M-Up");
    assert_keys(*state, "\033é\033\x01z", "M-é M-^A z");
}

static void a_lone_esc_is_the_key(void **state)
{
    assert_keys(*state, "\033", "Esc");
    assert_keys(*state, "\033[", "M-[");
    assert_keys(*state, "q", "q");
}

static void unknown_sequences_are_no_commands(void **state)
{
    assert_keys(*state, "\033[38;5;1qa", "a");
    assert_keys(*state, "\033[?1;2cb", "b");
    assert_keys(*state, "\033Oxc", "c");
    assert_keys(*state, "\033[M !!d", "d"); /* the oldest form of a mouse report */
    assert_keys(*state, "\033[99~e", "e");
}

static void broken_characters_are_dropped(void **state)
{
    assert_keys(*state,
                "\xff"
                "a\x80"
                "b\xe4\xb8"
                "c\xc3\033OA",
                "a b c Up");
    assert_keys(*state,
                "\xf5\x80\x80\x80"
                "d",
                "d");
}

static void characters_may_come_in_parts(void **state)
{
    assert_keys(*state, "\xe4", "");
    assert_keys(*state, "\xb8", "");
    assert_keys(*state, "\xad", "中");
}

static void pasted_text_is_told_from_typed(void **state)
{
    assert_keys(*state, "a\033[200~q+\r\033[201~b", "a paste:q paste:+ paste:Enter b");
}

/* As a slow line brings it: curses waits 25 ms, and takes what was cut for bytes of their own. */
static void a_mark_that_comes_in_pieces_ends_a_paste(void **state)
{
    static const char mark[] = "\033[201~";
    char piece[sizeof mark];

    for (size_t cut = 1; cut < sizeof mark - 1; cut++) {
        assert_keys(*state, "\033[200~q", "paste:q");
        snprintf(piece, sizeof piece, "%.*s", (int)cut, mark);
        assert_keys(*state, piece, "");
        assert_keys(*state, mark + cut, "");
        assert_keys(*state, "q", "q");
    }
}

static void sequences_may_come_in_parts(void **state)
{
    struct fixture *f = *state;
    char out[64];

    start(f, "xterm-256color", PATIENCE_MS);
    type(f, "\033");
    settle(f, 1);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        int waiting = 1;
        while (waiting > 0) { /* until the ESC has been taken */
            if (ioctl(f->pty.line, FIONREAD, &waiting) != 0)
                _exit(1);
            poll(NULL, 0, 1);
        }
        _exit(write(f->pty.glass, "OA", 2) == 2 ? 0 : 1);
    }
    assert_string_equal(read_keys(f, out, sizeof(out)), "Up");
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static struct acd_key one_key(struct fixture *f, const char *typed)
{
    struct acd_key key = {0};

    type(f, typed);
    settle(f, strlen(typed));
    assert_int_equal(acd_keys_next(f->screen, &key), 1);
    return key;
}

static void the_mouse_says_where(void **state)
{
    struct fixture *f = *state;
    struct acd_key key = one_key(f, "\033[<0;12;7M");

    assert_int_equal(key.code, ACD_KEY_MOUSE_PRESS);
    assert_int_equal(key.x, 11);
    assert_int_equal(key.y, 6);
    key = one_key(f, "\033[<0;300;200m");
    assert_int_equal(key.code, ACD_KEY_MOUSE_RELEASE);
    assert_int_equal(key.x, 299);
    assert_int_equal(key.y, 199);
    assert_int_equal(one_key(f, "\033[<64;1;1M").code, ACD_KEY_WHEEL_UP);
    assert_int_equal(one_key(f, "\033[<65;1;1M").code, ACD_KEY_WHEEL_DOWN);
}

static void odd_mouse_reports_are_dropped(void **state)
{
    assert_keys(*state, "\033[<2;1;1M\033[<35;1;1Ma", "a");
    assert_keys(*state, "\033[<0;0;1M\033[<0;1M\033[<;;M\033[<0;1;1;1Mb", "b");
    assert_keys(*state, "\033[<0;99999999999999999999;1Mc\033[<0;-1;1Md", "c d");
}

static void mouse_reports_may_come_in_parts(void **state)
{
    struct fixture *f = *state;

    assert_keys(f, "\033[<0;1", "");
    assert_int_equal(one_key(f, "2;7M").x, 11);
}

static void other_terminals_keys_are_known(void **state)
{
    struct fixture *f = *state;

    start(f, "linux", 0);
    assert_keys(f, "\033[A\033[[A\033[1~\033[4~", "Up F1 Home End");
    start(f, "vt100", 0);
    assert_keys(f, "\033OA\033OP\b", "Up F1 Backspace");
}

static void a_terminal_that_went_away_ends_reading(void **state)
{
    struct fixture *f = *state;
    struct acd_key key;

    close(f->pty.glass);
    f->pty.glass = -1;
    assert_int_equal(acd_keys_next(f->screen, &key), -EPIPE);
    assert_int_equal(acd_keys_next(f->screen, &key), -EPIPE);
}

static void random_bytes_do_no_harm(void **state)
{
    struct fixture *f = *state;
    uint32_t seed = 11;

    for (int round = 0; round < 300; round++) {
        static const char often[] = "\033[O<;0123456789MmA~\xe4\xb8\xad";
        char bytes[32];
        struct acd_key key;
        for (size_t i = 0; i < sizeof(bytes); i++) {
            seed = seed * 1664525u + 1013904223u;
            uint32_t r = seed >> 8;
            bytes[i] = r % 3 ? often[r / 3 % (sizeof(often) - 1)] : (char)(r / 3);
            /* not the characters with which a terminal sends signals or stops */
            if (strchr("\x03\x1c\x1a\x11\x13", bytes[i]) != NULL)
                bytes[i] = 'x';
        }
        pty_type(&f->pty, bytes, sizeof(bytes));
        settle(f, sizeof(bytes));
        while (acd_keys_next(f->screen, &key) == 1)
            assert_true(key.code <= ACD_KEY_WHEEL_DOWN && key.x >= 0 && key.y >= 0);
    }
}

int main(void)
{
#define KEYS_TEST(claim) cmocka_unit_test_setup_teardown(claim, setup, teardown)
    const struct CMUnitTest tests[] = {
        KEYS_TEST(nothing_typed_is_no_key),
        KEYS_TEST(characters_are_themselves),
        KEYS_TEST(control_characters_have_names),
        KEYS_TEST(special_keys_are_known),
        KEYS_TEST(modifiers_are_told),
        KEYS_TEST(a_lone_esc_is_the_key),
        KEYS_TEST(unknown_sequences_are_no_commands),
        KEYS_TEST(broken_characters_are_dropped),
        KEYS_TEST(characters_may_come_in_parts),
        KEYS_TEST(pasted_text_is_told_from_typed),
        KEYS_TEST(a_mark_that_comes_in_pieces_ends_a_paste),
        KEYS_TEST(sequences_may_come_in_parts),
        KEYS_TEST(the_mouse_says_where),
        KEYS_TEST(odd_mouse_reports_are_dropped),
        KEYS_TEST(mouse_reports_may_come_in_parts),
        KEYS_TEST(other_terminals_keys_are_known),
        KEYS_TEST(a_terminal_that_went_away_ends_reading),
        KEYS_TEST(random_bytes_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
