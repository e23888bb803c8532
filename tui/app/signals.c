/* SPDX-License-Identifier: MIT */
/*
 * Signals, see signals.h.  Handlers touch sig_atomic_t flags, one pipe and the screen's emergency
 * exit, nothing else.
 */
#include "config.h"

#include "tui/app/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#include "tui/term/screen.h"

static const int ending[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
static const int passing[] = {SIGWINCH, SIGTSTP, SIGCONT};
static const int fatal[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define HANDLED (COUNT(ending) + COUNT(passing) + COUNT(fatal))

static volatile sig_atomic_t ending_came, resized, suspended, continued;
/* Set while no handler is installed, but for the screen, which comes once it is whole; read by handlers. */
static struct {
    const struct acd_screen *screen;
    int read_fd, write_fd;
    struct sigaction before[HANDLED];
    char stack[32768]; /* a crash by stack overflow needs another one */
} state = {.read_fd = -1, .write_fd = -1};

static int number_of(size_t i)
{
    if (i < COUNT(ending))
        return ending[i];
    i -= COUNT(ending);
    return i < COUNT(passing) ? passing[i] : fatal[i - COUNT(passing)];
}

static void default_again(int signal_number)
{
    signal(signal_number, SIG_DFL);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, signal_number);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    raise(signal_number);
}

static void on_fatal(int signal_number)
{
    if (state.screen)
        acd_screen_emergency_restore(state.screen);
    default_again(signal_number);
}

static void on_signal(int signal_number)
{
    int saved = errno;
    if (signal_number == SIGWINCH)
        resized = 1;
    else if (signal_number == SIGTSTP)
        suspended = 1;
    else if (signal_number == SIGCONT)
        continued = 1;
    else if (ending_came)
        on_fatal(signal_number); /* asked twice: the loop does not come round */
    else
        ending_came = signal_number;
    /* A full pipe is readable already. */
    ssize_t n = write(state.write_fd, "", 1);
    (void)n;
    errno = saved;
}

static void install(void (*handler)(int), size_t i, int flags)
{
    struct sigaction action = {0};
    action.sa_handler = handler;
    action.sa_flags = flags;
    sigemptyset(&action.sa_mask);
    sigaction(number_of(i), &action, &state.before[i]);
}

int acd_signals_open(void)
{
    int fd[2];
    if (pipe2(fd, O_CLOEXEC | O_NONBLOCK) < 0)
        return -errno;
    state.read_fd = fd[0];
    state.write_fd = fd[1];
    state.screen = NULL;
    ending_came = resized = suspended = continued = 0;
    const stack_t stack = {.ss_sp = state.stack, .ss_size = sizeof state.stack};
    sigaltstack(&stack, NULL);
    size_t own = COUNT(ending) + COUNT(passing);
    for (size_t i = 0; i < HANDLED; i++)
        install(i < own ? on_signal : on_fatal, i,
                i < own ? SA_RESTART : (int)(SA_ONSTACK | SA_RESETHAND | SA_NODEFER));
    return 0;
}

void acd_signals_watch(const struct acd_screen *screen)
{
    state.screen = screen;
}

void acd_signals_close(void)
{
    if (state.read_fd < 0)
        return;
    for (size_t i = 0; i < HANDLED; i++)
        sigaction(number_of(i), &state.before[i], NULL);
    close(state.read_fd);
    close(state.write_fd);
    state.read_fd = state.write_fd = -1;
    state.screen = NULL;
}

int acd_signals_fd(void)
{
    return state.read_fd;
}

struct acd_signals acd_signals_take(void)
{
    char bytes[64];
    while (read(state.read_fd, bytes, sizeof bytes) > 0)
        ;
    struct acd_signals s = {
        .ending = ending_came, .resized = resized, .suspended = suspended, .continued = continued};
    resized = suspended = continued = 0;
    return s;
}

void acd_signals_stop_here(void)
{
    struct sigaction before, stop = {0};
    stop.sa_handler = SIG_DFL;
    sigaction(SIGTSTP, &stop, &before);
    raise(SIGTSTP);
    sigaction(SIGTSTP, &before, NULL);
}

void acd_signals_end_by(int signal_number)
{
    default_again(signal_number);
}
