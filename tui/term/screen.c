/* SPDX-License-Identifier: MIT */
/*
 * Taking the terminal and giving it back. Curses sets it up and decodes its keys; the pictures are
 * drawn by frame.c, and every byte of them goes through output.c. What gives the terminal back is
 * one string, made when it is taken, so that a signal handler can do it too.
 */
#include "config.h"

#include "tui/term/screen.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "tui/term/private.h"

#define ESC_DELAY_MS 25

#define HINT "Hint: export TERM=xterm-256color, or use 'acdebug-top snapshot'"

/* How long leaving waits for a slow terminal to take the last picture. */
#define DRAIN_MS 200

/* -------------------------------------------------------------------------- opening */

static int explain(struct acd_screen_error *ret_error, int error, const char *term)
{
    char name[64];

    acd_text_sanitise(name, sizeof(name), term, strlen(term), ACD_TEXT_ASCII);
    switch (error) {
    case -ENOTTY:
        snprintf(ret_error->text, sizeof(ret_error->text),
                 "not a terminal. Hint: use 'acdebug-top snapshot' or 'acdebug-top tail'");
        break;
    case -EINVAL:
        snprintf(ret_error->text, sizeof(ret_error->text), "TERM is not set. " HINT);
        break;
    case -ENOENT:
        snprintf(ret_error->text, sizeof(ret_error->text),
                 "terminal '%s' (from TERM) is unknown to terminfo. " HINT, name);
        break;
    case -ENODEV:
        snprintf(ret_error->text, sizeof(ret_error->text),
                 "terminal '%s' (from TERM) can't place the cursor. " HINT, name);
        break;
    default:
        snprintf(ret_error->text, sizeof(ret_error->text), "can't use the terminal: %s",
                 strerror(-error));
    }
    return error;
}

static FILE *open_copy(int fd, const char *mode)
{
    int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    FILE *file = copy >= 0 ? fdopen(copy, mode) : NULL;

    if (file == NULL && copy >= 0) {
        int error = errno;
        close(copy);
        errno = error;
    }
    return file;
}

/* newterm() takes four signals over; they are the program's, so it gets them back. */
static SCREEN *start_curses(const struct acd_screen *screen, const char *term)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGTSTP, SIGWINCH};
    enum { COUNT = sizeof(signals) / sizeof(signals[0]) };
    struct sigaction actions[COUNT];

    for (int i = 0; i < COUNT; i++)
        sigaction(signals[i], NULL, &actions[i]);
    /* It draws nothing, so windows of the size in terminfo will do, whatever the terminal says. */
    use_env(screen->caps.width == 0 || screen->caps.height == 0);
    SCREEN *curses = newterm(term, screen->out, screen->in);
    for (int i = 0; i < COUNT; i++)
        sigaction(signals[i], &actions[i], NULL);
    return curses;
}

/* How curses is to read, and the modes in which the terminal is ours. */
static int set_modes(struct acd_screen *screen, int esc_delay_ms)
{
    screen->pad = newpad(1, 1);
    if (screen->pad == NULL)
        return -ENOMEM;
    cbreak();
    noecho();
    nonl();
    set_escdelay(esc_delay_ms > 0 ? esc_delay_ms : ESC_DELAY_MS);
    keypad(screen->pad, TRUE);
    nodelay(screen->pad, TRUE);
    define_key(NULL, KEY_MOUSE); /* keys.c reads the mouse: curses would write to turn it on */
    define_key("\033[200~", ACD_PASTE_BEGIN);
    define_key("\033[201~", ACD_PASTE_END);
    curs_set(0); /* writes what curses still holds back, too */

    if (tcgetattr(screen->out_fd, &screen->ours) != 0)
        return -errno;
    screen->ours.c_lflag &= ~(tcflag_t)IEXTEN; /* ^V and ^O are keys */
    if (tcsetattr(screen->out_fd, TCSADRAIN, &screen->ours) != 0)
        return -errno;
    def_prog_mode();
    return 0;
}

/* All that can fail before a byte is written. */
static int prepare(struct acd_screen *screen, const char *term)
{
    if (!isatty(screen->in_fd) || !isatty(screen->out_fd))
        return -ENOTTY;
    if (*term == '\0')
        return -EINVAL;

    int error = acd_caps_load(&screen->caps, term, screen->out_fd);
    if (error == 0)
        error = acd_output_open(&screen->output, screen->out_fd);
    if (error == 0)
        error =
            acd_restore_make(&screen->restore, screen->out_fd, screen->output.fd, &screen->caps);
    if (error == 0)
        error = acd_screen_resize(screen);
    if (error != 0)
        return error;
    screen->in = open_copy(screen->in_fd, "r");
    if (screen->in == NULL)
        return -errno;
    screen->out = open_copy(screen->out_fd, "w");
    return screen->out != NULL ? 0 : -errno;
}

/* Frees what there is; the terminal is not ours, or not any more.  The screen of curses stays: to
 * give its memory back, ncurses 6.4 takes some, and ends in a fault where there is none.  It is one a
 * process, and still reachable from its list of screens. */
static void dispose(struct acd_screen *screen)
{
    if (screen->pad != NULL)
        delwin(screen->pad);
    if (screen->out != NULL)
        fclose(screen->out);
    if (screen->in != NULL)
        fclose(screen->in);
    acd_output_close(&screen->output);
    acd_grid_fini(&screen->shown);
    acd_grid_fini(&screen->unscrolled);
    free(screen);
}

/* Sends what was put into the queue behind the first `before` bytes: all of it or, without memory,
 * none. */
static int send_from(struct acd_screen *screen, size_t before)
{
    struct acd_frame *queue = &screen->output.queue;

    if (queue->failed) {
        queue->failed = false;
        queue->len = before;
        return -ENOMEM;
    }
    acd_output_flush(&screen->output); /* what is left goes with the next picture */
    return 0;
}

static int send_string(struct acd_screen *screen, const char *string)
{
    size_t before = screen->output.queue.len;

    acd_frame_string(&screen->output.queue, string);
    return send_from(screen, before);
}

/* What curses does not set up. */
static void enter(struct acd_screen *screen)
{
    struct acd_frame *queue = &screen->output.queue;

    if (screen->caps.xterm)
        acd_frame_string(queue, ACD_RESTORE_XTERM_ENTER);
    if (screen->mouse)
        acd_frame_string(queue, ACD_RESTORE_MOUSE_ON);
    send_from(screen, 0);
}

int acd_screen_open(const struct acd_screen_options *options, struct acd_screen **ret_screen,
                    struct acd_screen_error *ret_error)
{
    const char *term = options->term != NULL ? options->term : "";
    struct acd_screen *screen = calloc(1, sizeof(*screen));

    if (screen == NULL)
        return explain(ret_error, -ENOMEM, term);
    screen->in_fd = options->in_fd;
    screen->out_fd = options->out_fd;
    screen->output.fd = -1;
    screen->pen.caps = &screen->caps;

    int error = prepare(screen, term);
    if (error != 0) {
        dispose(screen);
        return explain(ret_error, error, term);
    }
    acd_screen_set_theme(screen, options->theme, options->no_colour);

    screen->curses = start_curses(screen, term);
    error = screen->curses != NULL ? set_modes(screen, options->esc_delay_ms) : -ENOMEM;
    if (error != 0) {
        acd_restore_run(&screen->restore, false);
        dispose(screen);
        return explain(ret_error, error, term);
    }
    screen->taken = true;
    screen->mouse = options->mouse && screen->caps.mouse;
    enter(screen);
    *ret_screen = screen;
    return 0;
}

void acd_screen_close(struct acd_screen *screen)
{
    if (screen == NULL)
        return;
    acd_screen_suspend(screen);
    dispose(screen);
}

/* -------------------------------------------------------------------------- leaving, returning */

void acd_screen_suspend(struct acd_screen *screen)
{
    if (!screen->taken)
        return;
    bool whole = acd_output_drain(&screen->output, DRAIN_MS);
    acd_restore_run(&screen->restore, !whole);
    screen->taken = false;
}

/* Whoever stopped us without a word (SIGSTOP) left the terminal to others, which set modes of theirs. */
static void take_again(struct acd_screen *screen)
{
    struct acd_frame *queue = &screen->output.queue;
    size_t before = queue->len;

    acd_frame_string(queue, screen->caps.smkx);
    acd_frame_string(queue, screen->caps.civis);
    if (screen->caps.xterm)
        acd_frame_string(queue, ACD_RESTORE_PASTE_ON);
    if (screen->mouse)
        acd_frame_string(queue, ACD_RESTORE_MOUSE_ON);
    send_from(screen, before);
}

void acd_screen_resume(struct acd_screen *screen)
{
    bool was_taken = screen->taken;

    tcsetattr(screen->out_fd, TCSADRAIN, &screen->ours);
    screen->taken = true;
    screen->stale = true;
    screen->pen.known = false;
    if (was_taken) {
        take_again(screen);
        return;
    }

    struct acd_frame *queue = &screen->output.queue;
    acd_frame_string(queue, screen->caps.smcup);
    acd_frame_string(queue, screen->caps.smkx);
    acd_frame_string(queue, screen->caps.civis);
    enter(screen);
    if (screen->title[0] != '\0')
        acd_screen_title(screen, screen->title);
}

void acd_screen_emergency_restore(const struct acd_screen *screen)
{
    if (screen->taken)
        acd_restore_run(&screen->restore, acd_output_pending(&screen->output));
}

/* -------------------------------------------------------------------------- pictures */

void acd_screen_size(const struct acd_screen *screen, int *ret_w, int *ret_h)
{
    *ret_w = screen->w;
    *ret_h = screen->h;
}

static int size_grid(struct acd_grid *grid, int w, int h)
{
    return grid->cells == NULL ? acd_grid_init(grid, w, h, ACD_GLYPHS_BLOCKS)
                               : acd_grid_resize(grid, w, h);
}

int acd_screen_resize(struct acd_screen *screen)
{
    struct winsize size;
    int w = screen->caps.width > 0 ? screen->caps.width : 80;
    int h = screen->caps.height > 0 ? screen->caps.height : 24;

    if (ioctl(screen->out_fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0) {
        w = size.ws_col;
        h = size.ws_row;
    }
    if (w == screen->w && h == screen->h)
        return 0;

    int error = size_grid(&screen->unscrolled, w, h);
    if (error == 0)
        error = size_grid(&screen->shown, w, h);
    if (error != 0)
        return error;
    screen->w = screen->shown.w;
    screen->h = screen->shown.h;
    screen->stale = true;
    return 0;
}

int acd_screen_push(struct acd_screen *screen, const struct acd_grid *grid)
{
    struct acd_output *output = &screen->output;

    if (grid->w != screen->w || grid->h != screen->h)
        return -EINVAL;
    if (!screen->taken)
        return 0;
    int error = acd_output_flush(output);
    if (error != 0) {
        screen->skipped += error == -EAGAIN;
        return error;
    }
    if (!screen->stale && acd_grid_equal(&screen->shown, grid))
        return 0;

    struct acd_pen before = screen->pen;
    bool scrolled = false;
    if (screen->stale) {
        acd_frame_clear(&output->queue, &screen->pen, &screen->shown);
    } else {
        scrolled = acd_frame_scroll(&output->queue, &screen->pen, &screen->shown, grid,
                                    &screen->unscrolled);
    }
    acd_frame_changes(&output->queue, &screen->pen, &screen->shown, grid);
    if (!acd_output_pending(output) && !output->queue.failed)
        return 0;

    error = acd_output_flush(output);
    if (error != 0 && output->queue.sent == 0) {
        /* Nothing of it was taken: leave this picture out, the next one will be newer. */
        acd_frame_reset(&output->queue);
        screen->pen = before;
        if (scrolled)
            acd_grid_copy(&screen->shown, &screen->unscrolled);
        screen->skipped++;
        return error;
    }
    acd_grid_copy(&screen->shown, grid);
    screen->stale = false;
    screen->frames++;
    return error == -EAGAIN ? 0 : error;
}

bool acd_screen_pending(const struct acd_screen *screen)
{
    return acd_output_pending(&screen->output);
}

int acd_screen_fd(const struct acd_screen *screen)
{
    return screen->output.fd;
}

int acd_screen_flush(struct acd_screen *screen)
{
    return acd_output_flush(&screen->output);
}

void acd_screen_redraw(struct acd_screen *screen)
{
    screen->stale = true;
}

struct acd_screen_stats acd_screen_stats(const struct acd_screen *screen)
{
    return (struct acd_screen_stats){
        .frames = screen->frames,
        .skipped = screen->skipped,
        .writes = screen->output.writes,
        .bytes = screen->output.bytes,
    };
}

/* -------------------------------------------------------------------------- the terminal's extras */

void acd_screen_set_theme(struct acd_screen *screen, const struct acd_theme *theme, bool no_colour)
{
    screen->pen.theme = theme != NULL ? theme : acd_style_theme_at(0);
    screen->pen.colours = no_colour ? 0 : screen->caps.colours;
    screen->stale = true;
}

int acd_screen_mouse(struct acd_screen *screen, bool on)
{
    if (!screen->caps.mouse)
        return -ENOTSUP;
    screen->mouse = on;
    if (!screen->taken)
        return 0;
    return send_string(screen, on ? ACD_RESTORE_MOUSE_ON : ACD_RESTORE_MOUSE_OFF);
}

int acd_screen_title(struct acd_screen *screen, const char *title)
{
    if (*screen->caps.title_start == '\0')
        return -ENOTSUP;
    if (title != screen->title)
        acd_text_sanitise(screen->title, sizeof(screen->title), title, strlen(title), 0);
    if (!screen->taken)
        return 0;
    struct acd_frame *queue = &screen->output.queue;
    size_t before = queue->len;
    acd_frame_string(queue, screen->caps.title_start);
    acd_frame_string(queue, screen->title);
    acd_frame_string(queue, screen->caps.title_end);
    return send_from(screen, before);
}

static void add_base64(struct acd_frame *queue, const unsigned char *bytes, size_t len)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t i = 0; i < len; i += 3) {
        unsigned second = i + 1 < len ? bytes[i + 1] : 0u;
        unsigned third = i + 2 < len ? bytes[i + 2] : 0u;
        unsigned three = (unsigned)bytes[i] << 16 | second << 8 | third;
        char four[4] = {digits[three >> 18], digits[three >> 12 & 63], digits[three >> 6 & 63],
                        digits[three & 63]};
        if (i + 1 >= len)
            four[2] = '=';
        if (i + 2 >= len)
            four[3] = '=';
        acd_frame_add(queue, four, sizeof(four));
    }
}

int acd_screen_copy(struct acd_screen *screen, const char *bytes, size_t len, size_t limit)
{
    struct acd_frame *queue = &screen->output.queue;
    size_t before = queue->len;

    if (!screen->caps.clipboard)
        return -ENOTSUP;
    if (len > limit)
        return -E2BIG;
    if (!screen->taken)
        return 0;
    acd_frame_string(queue, "\033]52;c;");
    add_base64(queue, (const unsigned char *)bytes, len);
    acd_frame_string(queue, "\007");
    return send_from(screen, before);
}
