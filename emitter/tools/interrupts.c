/* SPDX-License-Identifier: MIT */
/* Signals of the pipe, see interrupts.h. */
#include "config.h"

#include "emitter/tools/interrupts.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const int handled[] = {SIGINT, SIGTERM, SIGHUP, SIGUSR1};
static volatile sig_atomic_t asked, interrupted, ending;

static void on_signal(int signal_number)
{
    if (signal_number == SIGUSR1)
        asked = 1;
    else if (signal_number != SIGINT)
        ending = signal_number;
    else if (interrupted < 2)
        interrupted = interrupted + 1;
}

void acd_interrupts_install(void)
{
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < COUNT(handled); i++) {
        struct sigaction action = {0}, before;
        sigaction(handled[i], NULL, &before);
        /* Ignored by whoever started us (nohup, a shell's background): it stays so. */
        if (before.sa_handler == SIG_IGN && handled[i] != SIGUSR1)
            continue;
        action.sa_handler = on_signal;
        sigemptyset(&action.sa_mask);
        sigaction(handled[i], &action, NULL);
        sigaddset(&set, handled[i]);
    }
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
}

/* A descriptor that is ready lets ppoll() return without the signals that wait. */
static void let_in(const sigset_t *none)
{
    sigset_t before;
    sigprocmask(SIG_SETMASK, none, &before);
    sigprocmask(SIG_SETMASK, &before, NULL);
}

int acd_interrupts_wait(int fd, bool write)
{
    struct pollfd poll = {.fd = fd, .events = write ? POLLOUT : POLLIN};
    sigset_t none;
    sigemptyset(&none);
    int r = ppoll(&poll, 1, NULL, &none);
    if (r < 0)
        return errno == EINTR ? 0 : -errno;
    let_in(&none);
    return poll.revents & POLLNVAL ? -EBADF : 1;
}

bool acd_interrupts_asked(void)
{
    bool was = asked != 0;
    asked = 0;
    return was;
}

int acd_interrupts_ending(bool input_is_terminal)
{
    if (ending)
        return ending;
    /* ^C reaches the producer too, which may have more to say before it ends. */
    return interrupted > (input_is_terminal ? 0 : 1) ? SIGINT : 0;
}

int acd_interrupts_last(void)
{
    return ending ? ending : interrupted ? SIGINT : 0;
}

void acd_interrupts_die(int signal_number)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, signal_number);
    signal(signal_number, SIG_DFL);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    raise(signal_number);
}
