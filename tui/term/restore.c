/* SPDX-License-Identifier: MIT */
/*
 * Giving the terminal back, also from inside a signal handler: no allocation, no stdio, no curses.
 */
#include "config.h"

#include "tui/term/restore.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/* No text is taken for pasted, and the title is the one before ours. */
#define XTERM_LEAVE "\033[?2004l\033[23;2t"

/* All rows scroll again.  It moves the cursor, which rmcup puts back where it was before us; without
 * that, it is kept where it stands. */
#define WHOLE_SCREEN "\033[r"
#define WHOLE_SCREEN_IN_PLACE "\0337\033[r\0338"

/* CAN: a terminal drops the sequence that it has begun to read. */
#define CANCEL "\030"

#define TRIES 5
#define TRY_MS 100

static void add(struct acd_restore *restore, const char *string)
{
    size_t len = strlen(string);

    if (len > sizeof(restore->leave) - restore->len)
        return; /* better without one mode than cut inside a sequence */
    memcpy(restore->leave + restore->len, string, len);
    restore->len += len;
}

int acd_restore_make(struct acd_restore *ret_restore, int fd, int write_fd,
                     const struct acd_caps *caps)
{
    struct acd_restore restore = {.fd = fd, .write_fd = write_fd};

    if (tcgetattr(fd, &restore.saved) != 0)
        return -errno;
    if (caps->mouse)
        add(&restore, ACD_RESTORE_MOUSE_OFF);
    if (caps->xterm)
        add(&restore, XTERM_LEAVE);
    if (*caps->csr != '\0')
        add(&restore, *caps->rmcup != '\0' ? WHOLE_SCREEN : WHOLE_SCREEN_IN_PLACE);
    add(&restore, caps->sgr0);
    add(&restore, caps->rmkx);
    add(&restore, caps->cnorm);
    add(&restore, caps->rmcup);
    *ret_restore = restore;
    return 0;
}

/* Gives up on a terminal that takes nothing for half a second, or is gone. */
static void write_all(int fd, const char *bytes, size_t len)
{
    struct pollfd writable = {.fd = fd, .events = POLLOUT};

    for (int tries = 0; len > 0 && tries < TRIES;) {
        ssize_t taken = write(fd, bytes, len);
        if (taken > 0) {
            bytes += taken;
            len -= (size_t)taken;
        } else if (taken < 0 && errno == EINTR) {
            tries++;
        } else if (taken < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            poll(&writable, 1, TRY_MS);
            tries++;
        } else {
            return;
        }
    }
}

void acd_restore_run(const struct acd_restore *restore, bool inside)
{
    int error = errno;
    sigset_t stop;
    sigset_t before;

    /* From the background, setting modes would stop us instead. */
    sigemptyset(&stop);
    sigaddset(&stop, SIGTTOU);
    pthread_sigmask(SIG_BLOCK, &stop, &before);
    if (inside)
        write_all(restore->write_fd, CANCEL, 1);
    write_all(restore->write_fd, restore->leave, restore->len);
    for (int tries = 0; tries < TRIES; tries++)
        if (tcsetattr(restore->fd, TCSANOW, &restore->saved) == 0 || errno != EINTR)
            break;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = error;
}
