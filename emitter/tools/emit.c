/* SPDX-License-Identifier: MIT */
/*
 * acdebug-emit: lines of JSON on standard input become events in a ring, for servers that can only
 * print.  It stands in a pipe behind the server, so it must never be the reason that the server stops:
 * without a ring, with a full disk behind it or with garbage before it, it goes on passing lines.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <acdebug.h>
#include "emitter/tools/counts.h"
#include "emitter/tools/interrupts.h"
#include "emitter/tools/lines.h"
#include "emitter/tools/mapping.h"
#include "emitter/tools/object.h"
#include "emitter/tools/options.h"
#include "emitter/tools/outlet.h"
#include "emitter/tools/send.h"

#define EXIT_USAGE 2
#define READ_BYTES ((size_t)256 * 1024)
#define PIPE_BYTES (1024 * 1024) /* asked for, so that the producer seldom waits for us */

struct pipe {
    const struct acd_options *options;
    bool has_ring;
    int ending; /* the signal that told us to end, or -1: the reader behind us is gone */
    int input_error;
    struct acd_counts counts;
    struct acd_lines lines;
    struct acd_outlet outlet;
    struct acd_object object;
    struct acd_mapping mapping;
    struct acd_send send;
    char input[READ_BYTES];
};

/* ---- lines ---- */

static void pass(struct pipe *p, const struct acd_lines_piece *piece)
{
    if (!p->options->pass_all)
        (void)acd_outlet_put(&p->outlet, piece->text, piece->bytes);
}

static void take_too_long(struct pipe *p, const struct acd_lines_piece *piece)
{
    pass(p, piece);
    if (!piece->ends_line)
        return;
    p->counts.lines++;
    if (p->counts.too_long++ == 0)
        p->counts.first_too_long = p->counts.lines;
}

static void take_bad(struct pipe *p, const struct acd_lines_piece *piece, int error)
{
    pass(p, piece);
    p->counts.no_memory += error == -ENOMEM;
    if (p->counts.bad++ > 0)
        return;
    p->counts.first_bad = p->counts.lines;
    if (!p->options->quiet)
        fprintf(stderr,
                "acdebug-emit: line %llu begins like JSON and is none; it passes through.\n"
                "Hint: kill -USR1 %ld says how many there are\n",
                (unsigned long long)p->counts.lines, (long)getpid());
}

static void take_event(struct pipe *p)
{
    acd_mapping_make(&p->mapping, &p->object);
    p->counts.events++;
    p->counts.incomplete += p->mapping.incomplete;
    p->counts.left_out += p->mapping.left_out;
    if (acd_send_event(&p->send, &p->mapping) == -ENOENT)
        p->counts.unmatched++;
}

static void take_line(void *context, const struct acd_lines_piece *piece)
{
    struct pipe *p = context;
    if (piece->too_long) {
        take_too_long(p, piece);
        return;
    }
    p->counts.lines++;
    int r = acd_object_read(&p->object, piece->text, piece->bytes);
    if (r == 0) {
        take_event(p);
    } else if (r == -ENOENT) {
        p->counts.text++;
        pass(p, piece);
    } else {
        take_bad(p, piece, r);
    }
}

/* ---- the pipe ---- */

static void say_counts(struct pipe *p)
{
    p->counts.no_end = p->send.no_end;
    p->counts.unwritten_bytes = p->outlet.lost;
    acd_counts_say(&p->counts, stderr);
}

static void say_output_failed(struct pipe *p)
{
    fprintf(
        stderr,
        "acdebug-emit: standard output takes no more: %s. The events go on, the lines are lost\n",
        strerror(p->outlet.error));
}

/* One chunk: the viewer's part first, for what stands behind us may be slow. */
static void relay(struct pipe *p, size_t bytes)
{
    int before = p->outlet.error;
    int r;
    acd_lines_feed(&p->lines, p->input, bytes, take_line, p);
    if (p->options->pass_all)
        r = acd_outlet_write(&p->outlet, p->input, bytes);
    else
        r = acd_outlet_flush(&p->outlet);
    if (r == -EINTR)
        p->ending = acd_interrupts_ending(false);
    else if (r == -EPIPE)
        p->ending = -1; /* as any filter: the end behind us ends those before us */
    else if (r < 0 && before == 0)
        say_output_failed(p);
}

/* false: the input has ended, or failed. */
static bool read_some(struct pipe *p)
{
    ssize_t n = read(STDIN_FILENO, p->input, sizeof p->input);
    if (n > 0)
        relay(p, (size_t)n);
    else if (n == 0)
        return false;
    else if (errno != EINTR && errno != EAGAIN)
        p->input_error = errno;
    return p->input_error == 0;
}

static bool has_input(void)
{
    struct pollfd poll_of = {.fd = STDIN_FILENO, .events = POLLIN};
    return poll(&poll_of, 1, 0) == 1 && (poll_of.revents & POLLIN) != 0;
}

/* What stands in the pipe already when a signal ends us.  Asked for, and not by O_NONBLOCK: that would
 * be set for all who have the same terminal or socket, whose own writes would then fail. */
static void drain(struct pipe *p)
{
    for (size_t left = PIPE_BYTES; left > 0 && p->ending > 0 && has_input();) {
        ssize_t n = read(STDIN_FILENO, p->input, sizeof p->input < left ? sizeof p->input : left);
        if (n <= 0)
            break;
        left -= (size_t)n;
        relay(p, (size_t)n);
    }
}

static void run(struct pipe *p)
{
    bool is_terminal = isatty(STDIN_FILENO) == 1;
    bool open = true;
    while (open && p->ending == 0) {
        int r = acd_interrupts_wait(STDIN_FILENO, false);
        if (acd_interrupts_asked())
            say_counts(p);
        p->ending = acd_interrupts_ending(is_terminal);
        if (r < 0)
            p->input_error = -r;
        if (p->ending == 0)
            open = r == 0 || (r > 0 && read_some(p));
    }
    if (p->ending > 0)
        drain(p);
    acd_lines_end(&p->lines, take_line, p);
    (void)acd_outlet_flush(&p->outlet);
}

/* ---- the program ---- */

static void open_ring(struct pipe *p)
{
    acdebug_options o = ACDEBUG_OPTIONS_INIT;
    const char *environment = getenv("ANYCLAUDE_DEBUG");
    o.level = p->options->level;
    if (o.level < 0 && (!environment || environment[0] == '\0'))
        o.level = 3;
    o.flags = ACDEBUG_NO_TEXT;
    o.directory = p->options->directory;
    int r = acdebug_open(p->options->name, &o);
    p->has_ring = r == 0;
    if (r < 0)
        fprintf(stderr, "acdebug-emit: no ring (%s): lines pass through and are no events\n",
                strerror(-r));
}

static int end(struct pipe *p)
{
    bool failed = !p->has_ring || p->input_error != 0 || p->outlet.error != 0;
    acdebug_close();
    p->counts.no_end = p->send.no_end;
    p->counts.unwritten_bytes = p->outlet.lost;
    if (p->input_error != 0)
        fprintf(stderr, "acdebug-emit: standard input: %s\n", strerror(p->input_error));
    if (!p->options->quiet && acd_counts_trouble(&p->counts))
        say_counts(p);
    if (p->ending < 0)
        acd_interrupts_die(SIGPIPE);
    else if (acd_interrupts_last() != 0)
        acd_interrupts_die(acd_interrupts_last());
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int pipe_lines(const struct acd_options *options)
{
    struct pipe *p = calloc(1, sizeof *p);
    if (!p) {
        fputs("acdebug-emit: out of memory\n", stderr);
        return EXIT_FAILURE;
    }
    p->options = options;
    p->lines.most = options->line_most;
    acd_interrupts_install();
    acd_outlet_init(&p->outlet, STDOUT_FILENO);
    (void)fcntl(STDIN_FILENO, F_SETPIPE_SZ, PIPE_BYTES);
    open_ring(p);
    run(p);
    int status = end(p);
    acd_lines_fini(&p->lines);
    acd_object_fini(&p->object);
    free(p);
    return status;
}

static int print(enum acd_options_task task)
{
    if (task == ACD_OPTIONS_HELP)
        acd_options_help(stdout);
    else if (task == ACD_OPTIONS_KEYS)
        acd_mapping_help(stdout);
    else
        printf("acdebug-emit %s\n", PACKAGE_VERSION);
    return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    struct acd_options options;
    char error[256];
    if (acd_options_parse(&options, argc, argv, error, sizeof error) < 0) {
        fprintf(stderr, "acdebug-emit: %s\n", error);
        return EXIT_USAGE;
    }
    return options.task == ACD_OPTIONS_PIPE ? pipe_lines(&options) : print(options.task);
}
