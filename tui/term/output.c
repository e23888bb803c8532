/* SPDX-License-Identifier: MIT */
/*
 * Writing without waiting: the viewer has rings to drain while a slow terminal takes its time.
 */
#include "config.h"

#include "tui/term/output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

/* A description of our own, so that O_NONBLOCK does not reach the shell, which shares the other.
 * Where the terminal can't be opened again (after su, say), writes may wait. */
static int open_again(int fd)
{
    char path[PATH_MAX];
    struct stat theirs;
    struct stat ours;

    if (ttyname_r(fd, path, sizeof(path)) == 0 && fstat(fd, &theirs) == 0) {
        int own = open(path, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
        if (own >= 0 && fstat(own, &ours) == 0 && ours.st_rdev == theirs.st_rdev)
            return own;
        if (own >= 0)
            close(own);
    }
    return fcntl(fd, F_DUPFD_CLOEXEC, 0);
}

int acd_output_open(struct acd_output *ret_output, int fd)
{
    int own = open_again(fd);

    if (own < 0)
        return -errno;
    *ret_output = (struct acd_output){.fd = own};
    return 0;
}

void acd_output_close(struct acd_output *output)
{
    if (output->fd >= 0)
        close(output->fd);
    acd_frame_fini(&output->queue);
    *output = (struct acd_output){.fd = -1};
}

bool acd_output_pending(const struct acd_output *output)
{
    return output->queue.sent < output->queue.len;
}

int acd_output_flush(struct acd_output *output)
{
    struct acd_frame *queue = &output->queue;

    if (queue->failed) {
        acd_frame_reset(queue);
        return -ENOMEM;
    }
    if (!acd_output_pending(output))
        return 0;

    ssize_t taken;
    do {
        taken = write(output->fd, queue->bytes + queue->sent, queue->len - queue->sent);
    } while (taken < 0 && errno == EINTR);
    if (taken < 0)
        return errno == EAGAIN || errno == EWOULDBLOCK ? -EAGAIN : -EIO;
    output->writes++;
    output->bytes += (uint64_t)taken;
    queue->sent += (size_t)taken;
    if (acd_output_pending(output))
        return -EAGAIN;
    acd_frame_reset(queue);
    return 0;
}

bool acd_output_drain(struct acd_output *output, int timeout_ms)
{
    struct pollfd writable = {.fd = output->fd, .events = POLLOUT};
    int error = acd_output_flush(output);

    while (error == -EAGAIN && poll(&writable, 1, timeout_ms) == 1)
        error = acd_output_flush(output);
    acd_frame_reset(&output->queue);
    return error == 0;
}
