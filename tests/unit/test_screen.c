/* SPDX-License-Identifier: MIT */
/* The terminal, taken and given back, on a pseudo-terminal. What the pictures look like on the glass
 * is tests/term/pictures.py's to say. */
#include "config.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/pty.h"
#include "tui/term/screen.h"

#define TERM "xterm-256color"

/* For LeakSanitizer: the screen of curses stays, see dispose() in tui/term/screen.c. */
__attribute__((visibility("default"))) const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libtinfo\nleak:libncurses\n";
}

struct fixture {
    struct pty pty;
    struct termios modes; /* as they were before */
    struct acd_screen *screen;
    struct acd_grid grid;
    char out[65536];
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));

    assert_non_null(f);
    pty_open(&f->pty, 80, 24);
    assert_int_equal(tcgetattr(f->pty.line, &f->modes), 0);
    assert_int_equal(acd_grid_init(&f->grid, 80, 24, ACD_GLYPHS_BLOCKS), 0);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    acd_screen_close(f->screen);
    acd_grid_fini(&f->grid);
    pty_close(&f->pty);
    free(f);
    return 0;
}

static int try_open(struct fixture *f, const char *term, struct acd_screen_error *error)
{
    struct acd_screen_options options = {.in_fd = f->pty.line, .out_fd = f->pty.line, .term = term};

    return acd_screen_open(&options, &f->screen, error);
}

static void open_screen(struct fixture *f)
{
    struct acd_screen_error error = {""};

    assert_int_equal(try_open(f, TERM, &error), 0);
    pty_take(&f->pty, f->out, sizeof(f->out));
}

static void assert_modes_restored(const struct fixture *f)
{
    struct termios now;

    assert_int_equal(tcgetattr(f->pty.line, &now), 0);
    assert_int_equal(now.c_iflag, f->modes.c_iflag);
    assert_int_equal(now.c_oflag, f->modes.c_oflag);
    assert_int_equal(now.c_cflag, f->modes.c_cflag);
    assert_int_equal(now.c_lflag, f->modes.c_lflag);
    assert_memory_equal(now.c_cc, f->modes.c_cc, sizeof(now.c_cc));
}

static void assert_given_back(const char *out)
{
    assert_non_null(strstr(out, "\033[?1006;1000l")); /* mouse */
    assert_non_null(strstr(out, "\033[?2004l"));      /* pasting */
    assert_non_null(strstr(out, "\033[?25h"));        /* cursor */
    assert_non_null(strstr(out, "\033[?1049l"));      /* alternate screen */
}

/* -------------------------------------------------------------------------- opening */

static void bad_terminals_are_named_and_get_no_byte(void **state)
{
    static const struct {
        const char *term;
        int error;
        const char *says;
    } cases[] = {
        {NULL, -EINVAL, "TERM is not set. Hint: export TERM=xterm-256color"},
        {"", -EINVAL, "TERM is not set."},
        {"no-such-terminal", -ENOENT, "'no-such-terminal'"},
        {"bad\033]0;x\a", -ENOENT, "'bad<U+001B>]0;x<U+0007>'"},
        {"dumb", -ENODEV, "'dumb' (from TERM) can't place the cursor"},
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct acd_screen_error error = {""};
        assert_int_equal(try_open(f, cases[i].term, &error), cases[i].error);
        assert_non_null(strstr(error.text, cases[i].says));
        assert_non_null(strstr(error.text, "acdebug-top snapshot"));
        assert_null(f->screen);
        assert_int_equal(pty_take(&f->pty, f->out, sizeof(f->out)), 0);
        assert_modes_restored(f);
    }
}

static void pipes_are_no_terminal(void **state)
{
    struct fixture *f = *state;
    struct acd_screen_error error = {""};
    char byte;
    int fds[2];

    assert_int_equal(pipe2(fds, O_NONBLOCK), 0);
    struct acd_screen_options options = {.in_fd = f->pty.line, .out_fd = fds[1], .term = TERM};
    assert_int_equal(acd_screen_open(&options, &f->screen, &error), -ENOTTY);
    assert_non_null(strstr(error.text, "not a terminal. Hint: "));
    options = (struct acd_screen_options){.in_fd = fds[0], .out_fd = f->pty.line, .term = NULL};
    assert_int_equal(acd_screen_open(&options, &f->screen, &error), -ENOTTY);
    assert_int_equal(read(fds[0], &byte, 1), -1);
    assert_int_equal(pty_take(&f->pty, f->out, sizeof(f->out)), 0);
    close(fds[0]);
    close(fds[1]);
}

static void opening_takes_the_terminal_and_closing_gives_it_back(void **state)
{
    struct fixture *f = *state;
    struct acd_screen_error error = {""};
    struct termios now;

    assert_int_equal(try_open(f, TERM, &error), 0);
    pty_take(&f->pty, f->out, sizeof(f->out));
    assert_non_null(strstr(f->out, "\033[?1049h"));
    assert_non_null(strstr(f->out, "\033[?25l"));
    assert_non_null(strstr(f->out, "\033[?2004h"));
    assert_null(strstr(f->out, "\033[?1006;1000h"));
    assert_int_equal(tcgetattr(f->pty.line, &now), 0);
    assert_false(now.c_lflag & (ICANON | ECHO));
    assert_true(now.c_lflag & ISIG);

    acd_screen_close(f->screen);
    f->screen = NULL;
    pty_take(&f->pty, f->out, sizeof(f->out));
    assert_given_back(f->out);
    assert_modes_restored(f);
}

static void signals_stay_the_programs(void **state)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGTSTP, SIGWINCH};
    struct fixture *f = *state;
    struct sigaction before[4], now;

    /* Not the defaults: whoever started the tests may have left some ignored. */
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(sigaction(signals[i], NULL, &before[i]), 0);
    open_screen(f);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(sigaction(signals[i], NULL, &now), 0);
        assert_true(now.sa_handler == before[i].sa_handler);
    }
}

static void a_process_can_open_again_after_closing(void **state)
{
    struct fixture *f = *state;

    for (int i = 0; i < 3; i++) {
        open_screen(f);
        assert_int_equal(acd_screen_push(f->screen, &f->grid), 0);
        acd_screen_close(f->screen);
        f->screen = NULL;
        pty_take(&f->pty, f->out, sizeof(f->out));
        assert_given_back(f->out);
    }
    assert_modes_restored(f);
}

/* -------------------------------------------------------------------------- pictures */

static void a_picture_is_one_write_and_the_same_picture_none(void **state)
{
    struct fixture *f = *state;

    open_screen(f);
    acd_grid_text(&f->grid, acd_grid_row(0, 0, 80), ACD_STYLE_TITLE, "acdebug-top");
    acd_grid_text(&f->grid, acd_grid_row(5, 20, 70), ACD_STYLE_BAD, "中文 and more");
    struct acd_screen_stats before = acd_screen_stats(f->screen);
    assert_int_equal(acd_screen_push(f->screen, &f->grid), 0);
    struct acd_screen_stats after = acd_screen_stats(f->screen);
    assert_int_equal(after.writes, before.writes + 1);
    assert_int_equal(after.frames, 1);
    assert_int_equal(pty_take(&f->pty, f->out, sizeof(f->out)), after.bytes - before.bytes);
    assert_non_null(strstr(f->out, "acdebug-top"));

    assert_int_equal(acd_screen_push(f->screen, &f->grid), 0);
    assert_int_equal(acd_screen_stats(f->screen).writes, after.writes);
    assert_int_equal(pty_take(&f->pty, f->out, sizeof(f->out)), 0);
}

static void only_what_changed_is_written(void **state)
{
    struct fixture *f = *state;

    open_screen(f);
    for (int y = 0; y < 24; y++)
        acd_grid_text(&f->grid, acd_grid_row(0, y, 80), ACD_STYLE_OK, "a row that stays as it is");
    acd_screen_push(f->screen, &f->grid);
    pty_take(&f->pty, f->out, sizeof(f->out));

    acd_grid_text(&f->grid, acd_grid_row(40, 12, 10), ACD_STYLE_OK, "42");
    acd_screen_push(f->screen, &f->grid);
    pty_take(&f->pty, f->out, sizeof(f->out));
    assert_string_equal(f->out, "\033[13;41H42");
}

static void redraw_draws_all_of_it_again(void **state)
{
    struct fixture *f = *state;

    open_screen(f);
    acd_grid_text(&f->grid, acd_grid_row(0, 0, 80), ACD_STYLE_OK, "here I am");
    acd_screen_push(f->screen, &f->grid);
    pty_take(&f->pty, f->out, sizeof(f->out));
    acd_screen_redraw(f->screen);
    acd_screen_push(f->screen, &f->grid);
    pty_take(&f->pty, f->out, sizeof(f->out));
    assert_non_null(strstr(f->out, "here I am"));
    assert_non_null(strstr(f->out, "\033[H\033[2J"));
}

static void another_size_is_drawn_anew(void **state)
{
    struct fixture *f = *state;
    int w;
    int h;

    open_screen(f);
    acd_screen_push(f->screen, &f->grid);
    pty_take(&f->pty, f->out, sizeof(f->out));

    pty_resize(&f->pty, 40, 8);
    assert_int_equal(acd_screen_resize(f->screen), 0);
    acd_screen_size(f->screen, &w, &h);
    assert_int_equal(w, 40);
    assert_int_equal(h, 8);
    assert_int_equal(acd_screen_push(f->screen, &f->grid), -EINVAL);
    assert_int_equal(acd_grid_resize(&f->grid, w, h), 0);
    acd_grid_text(&f->grid, acd_grid_row(0, 7, 40), ACD_STYLE_OK, "small");
    assert_int_equal(acd_screen_push(f->screen, &f->grid), 0);
    pty_take(&f->pty, f->out, sizeof(f->out));
    assert_non_null(strstr(f->out, "\033[8;1H"));
    assert_non_null(strstr(f->out, "small"));
}

static void huge_terminals_are_bounded_and_sizeless_ones_have_a_size(void **state)
{
    struct fixture *f = *state;
    int w;
    int h;

    pty_resize(&f->pty, 65535, 65535);
    open_screen(f);
    acd_screen_size(f->screen, &w, &h);
    assert_int_equal(w, ACD_GRID_WIDTH_MAX);
    assert_int_equal(h, ACD_GRID_HEIGHT_MAX);
    pty_resize(&f->pty, 0, 0);
    acd_screen_resize(f->screen);
    acd_screen_size(f->screen, &w, &h);
    assert_int_equal(w, 80);
    assert_int_equal(h, 24);
}

static void slow_terminals_lose_pictures_and_never_block(void **state)
{
    struct fixture *f = *state;

    open_screen(f);
    struct acd_screen_stats stats;
    int error = 0;
    for (int i = 0; i < 2000 && error == 0; i++) {
        for (int y = 0; y < 24; y++)
            acd_grid_printf(&f->grid, acd_grid_row(0, y, 80), ACD_STYLE_OK, "%*d", 60, i * 100 + y);
        error = acd_screen_push(f->screen, &f->grid); /* nobody reads the glass */
    }
    assert_int_equal(error, -EAGAIN);
    stats = acd_screen_stats(f->screen);
    assert_int_equal(stats.skipped, 1);
    assert_int_equal(acd_screen_push(f->screen, &f->grid), -EAGAIN);

    /* Once it is read, the newest picture comes out, whole. */
    acd_grid_text(&f->grid, acd_grid_row(0, 0, 80), ACD_STYLE_OK, "the newest");
    do {
        pty_take(&f->pty, f->out, sizeof(f->out));
        error = acd_screen_push(f->screen, &f->grid);
    } while (error == -EAGAIN);
    assert_int_equal(error, 0);
    assert_false(acd_screen_pending(f->screen));
    pty_take(&f->pty, f->out, sizeof(f->out));
    assert_non_null(strstr(f->out, "the newest"));
}

static void a_terminal_that_went_away_is_an_error(void **state)
{
    struct fixture *f = *state;

    open_screen(f);
    close(f->pty.glass);
    f->pty.glass = -1;
    acd_grid_text(&f->grid, acd_grid_row(0, 0, 80), ACD_STYLE_OK, "x");
    assert_int_equal(acd_screen_push(f->screen, &f->grid), -EIO);
}

static void without_colour_no_colour_is_written(void **state)
{
    struct fixture *f = *state;

    open_screen(f);
    acd_screen_set_theme(f->screen, acd_style_theme("high-contrast"), true);
    for (int i = 0; i < 20; i++)
        acd_grid_text(&f->grid, acd_grid_row(0, i, 80), (enum acd_style)i, "text");
    acd_screen_push(f->screen, &f->grid);
    pty_take(&f->pty, f->out, sizeof(f->out));
    size_t seen = 0;
    for (const char *at = f->out; (at = strstr(at, "\033[")) != NULL; seen++) {
        at += 2;
        size_t len = strspn(at, "0123456789;");
        /* Single digits, one attribute each: colours have two and more. */
        for (size_t i = 0; at[len] == 'm' && i < len; i++)
            assert_true(at[i] == ';'
                            ? at[i + 1] != ';'
                            : strchr("1247", at[i]) != NULL && !isdigit((unsigned char)at[i + 1]));
    }
    assert_true(seen > 8);
}

/* -------------------------------------------------------------------------- leaving, returning */

static void suspending_gives_back_and_resuming_draws_all(void **state)
{
    struct fixture *f = *state;

    open_screen(f);
    acd_screen_mouse(f->screen, true);
    acd_screen_title(f->screen, "my title");
    acd_grid_text(&f->grid, acd_grid_row(0, 0, 80), ACD_STYLE_OK, "still here");
    acd_screen_push(f->screen, &f->grid);
    pty_take(&f->pty, f->out, sizeof(f->out));

    acd_screen_suspend(f->screen);
    pty_take(&f->pty, f->out, sizeof(f->out));
    assert_given_back(f->out);
    assert_modes_restored(f);
    assert_int_equal(acd_screen_push(f->screen, &f->grid), 0);
    acd_screen_emergency_restore(f->screen);
    assert_int_equal(pty_take(&f->pty, f->out, sizeof(f->out)), 0);

    acd_screen_resume(f->screen);
    assert_int_equal(acd_screen_push(f->screen, &f->grid), 0);
    pty_take(&f->pty, f->out, sizeof(f->out));
    assert_non_null(strstr(f->out, "\033[?1049h"));
    assert_non_null(strstr(f->out, "\033[?25l"));
    assert_non_null(strstr(f->out, "\033[?1006;1000h"));
    assert_non_null(strstr(f->out, "\033]2;my title\007"));
    assert_non_null(strstr(f->out, "still here"));
}

/* SIGSTOP gives nothing back, and a shell sets the modes that it likes meanwhile. */
static void resuming_sets_the_modes_of_a_terminal_that_is_ours(void **state)
{
    struct fixture *f = *state;
    struct termios ours, now;

    open_screen(f);
    acd_screen_mouse(f->screen, true);
    acd_screen_push(f->screen, &f->grid);
    pty_take(&f->pty, f->out, sizeof(f->out));
    assert_int_equal(tcgetattr(f->pty.line, &ours), 0);
    assert_int_equal(tcsetattr(f->pty.line, TCSANOW, &f->modes), 0);

    acd_screen_resume(f->screen);
    assert_int_equal(tcgetattr(f->pty.line, &now), 0);
    assert_int_equal(now.c_lflag, ours.c_lflag);
    assert_int_not_equal(now.c_lflag, f->modes.c_lflag);
    pty_take(&f->pty, f->out, sizeof(f->out));
    assert_null(strstr(f->out, "\033[?1049h"));
    assert_non_null(strstr(f->out, "\033[?25l"));
    assert_non_null(strstr(f->out, "\033[?2004h"));
    assert_non_null(strstr(f->out, "\033[?1006;1000h"));
    acd_screen_close(f->screen);
    f->screen = NULL;
    assert_modes_restored(f);
}

static void fatal_signals_leave_the_terminal_as_it_was(void **state)
{
    static const int signals[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE};
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            struct acd_screen_error error;
            if (try_open(f, TERM, &error) != 0)
                _exit(1);
            errno = 77;
            acd_screen_emergency_restore(f->screen); /* what the program's handler does */
            if (errno != 77)
                _exit(2);
            signal(signals[i], SIG_DFL);
            raise(signals[i]);
            _exit(3);
        }
        int status;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status));
        assert_int_equal(WTERMSIG(status), signals[i]);
        pty_take(&f->pty, f->out, sizeof(f->out));
        assert_given_back(f->out);
        assert_modes_restored(f);
    }
}

static void emergency_ends_a_sequence_that_was_cut(void **state)
{
    struct fixture *f = *state;

    open_screen(f);
    int error = 0;
    for (int i = 0; i < 2000 && error == 0 && !acd_screen_pending(f->screen); i++) {
        acd_grid_printf(&f->grid, acd_grid_row(0, i % 24, 80), ACD_STYLE_OK, "%*d", 60, i);
        acd_screen_redraw(f->screen);
        error = acd_screen_push(f->screen, &f->grid);
    }
    bool cut = acd_screen_pending(f->screen);
    size_t len = pty_take(&f->pty, f->out, sizeof(f->out));
    while (len == sizeof(f->out) - 1)
        len = pty_take(&f->pty, f->out, sizeof(f->out));
    acd_screen_emergency_restore(f->screen);
    pty_take(&f->pty, f->out, sizeof(f->out));
    assert_int_equal(f->out[0] == '\030', cut);
    assert_given_back(f->out);
    assert_modes_restored(f);
}

/* -------------------------------------------------------------------------- the extras */

static void titles_are_made_safe(void **state)
{
    struct fixture *f = *state;

    open_screen(f);
    assert_int_equal(acd_screen_title(f->screen, "a\007\033]52;c;x\007b"), 0);
    pty_take(&f->pty, f->out, sizeof(f->out));
    assert_string_equal(f->out, "\033]2;a⟨U+0007⟩⟨U+001B⟩]52;c;x⟨U+0007⟩b\007");
}

static void the_clipboard_takes_base64_up_to_a_limit(void **state)
{
    static const struct {
        const char *text, *sent;
    } cases[] = {
        {"", "\033]52;c;\007"},
        {"f", "\033]52;c;Zg==\007"},
        {"fo", "\033]52;c;Zm8=\007"},
        {"foo", "\033]52;c;Zm9v\007"},
        {"foob", "\033]52;c;Zm9vYg==\007"},
        {"\xff\xfe\xfd", "\033]52;c;//79\007"},
    };
    struct fixture *f = *state;

    open_screen(f);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(acd_screen_copy(f->screen, cases[i].text, strlen(cases[i].text), 4), 0);
        pty_take(&f->pty, f->out, sizeof(f->out));
        assert_string_equal(f->out, cases[i].sent);
    }
    assert_int_equal(acd_screen_copy(f->screen, "12345", 5, 4), -E2BIG);
    assert_int_equal(pty_take(&f->pty, f->out, sizeof(f->out)), 0);
}

static void terminals_without_the_extras_get_none(void **state)
{
    struct fixture *f = *state;
    struct acd_screen_error error;

    assert_int_equal(try_open(f, "vt100", &error), 0);
    assert_int_equal(acd_screen_mouse(f->screen, true), -ENOTSUP);
    assert_int_equal(acd_screen_title(f->screen, "x"), -ENOTSUP);
    assert_int_equal(acd_screen_copy(f->screen, "x", 1, 10), -ENOTSUP);
    acd_grid_text(&f->grid, acd_grid_row(0, 0, 80), ACD_STYLE_BAD, "x");
    acd_screen_push(f->screen, &f->grid);
    acd_screen_close(f->screen);
    f->screen = NULL;
    pty_take(&f->pty, f->out, sizeof(f->out));
    assert_null(strstr(f->out, "\033]"));
    assert_null(strstr(f->out, "\033[?1006"));
    assert_null(strstr(f->out, "\033[?2004"));
    assert_null(strstr(f->out, "$<"));
    assert_modes_restored(f);
}

int main(void)
{
#define SCREEN_TEST(claim) cmocka_unit_test_setup_teardown(claim, setup, teardown)
    const struct CMUnitTest tests[] = {
        SCREEN_TEST(bad_terminals_are_named_and_get_no_byte),
        SCREEN_TEST(pipes_are_no_terminal),
        SCREEN_TEST(opening_takes_the_terminal_and_closing_gives_it_back),
        SCREEN_TEST(signals_stay_the_programs),
        SCREEN_TEST(a_process_can_open_again_after_closing),
        SCREEN_TEST(a_picture_is_one_write_and_the_same_picture_none),
        SCREEN_TEST(only_what_changed_is_written),
        SCREEN_TEST(redraw_draws_all_of_it_again),
        SCREEN_TEST(another_size_is_drawn_anew),
        SCREEN_TEST(huge_terminals_are_bounded_and_sizeless_ones_have_a_size),
        SCREEN_TEST(slow_terminals_lose_pictures_and_never_block),
        SCREEN_TEST(a_terminal_that_went_away_is_an_error),
        SCREEN_TEST(without_colour_no_colour_is_written),
        SCREEN_TEST(suspending_gives_back_and_resuming_draws_all),
        SCREEN_TEST(resuming_sets_the_modes_of_a_terminal_that_is_ours),
        SCREEN_TEST(fatal_signals_leave_the_terminal_as_it_was),
        SCREEN_TEST(emergency_ends_a_sequence_that_was_cut),
        SCREEN_TEST(titles_are_made_safe),
        SCREEN_TEST(the_clipboard_takes_base64_up_to_a_limit),
        SCREEN_TEST(terminals_without_the_extras_get_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
