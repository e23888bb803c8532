/* SPDX-License-Identifier: MIT */
/* Standard output of a pipe, see outlet.h. */
#include "config.h"

#include "emitter/tools/outlet.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "emitter/tools/interrupts.h"

void acd_outlet_init(struct acd_outlet *ret_outlet, int fd)
{
    struct stat st;
    ret_outlet->fd = fd;
    ret_outlet->is_file = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
    ret_outlet->error = 0;
    ret_outlet->lost = 0;
    ret_outlet->used = 0;
}

/* What can be written without a wait: a pipe that is ready takes PIPE_BUF. */
static ssize_t write_some(const struct acd_outlet *o, const char *bytes, size_t count)
{
    if (!o->is_file) {
        int r = acd_interrupts_wait(o->fd, true);
        if (r <= 0) {
            errno = r == 0 ? EINTR : -r;
            return -1;
        }
        if (count > PIPE_BUF)
            count = PIPE_BUF;
    }
    return write(o->fd, bytes, count);
}

int acd_outlet_write(struct acd_outlet *outlet, const char *bytes, size_t count)
{
    while (count > 0 && outlet->error == 0) {
        ssize_t n = write_some(outlet, bytes, count);
        if (n >= 0) {
            bytes += n;
            count -= (size_t)n;
        } else if (errno == EINTR && acd_interrupts_ending(false)) {
            outlet->lost += count;
            return -EINTR;
        } else if (errno != EINTR && errno != EAGAIN) {
            outlet->error = errno;
        }
    }
    outlet->lost += count;
    return -outlet->error;
}

int acd_outlet_flush(struct acd_outlet *outlet)
{
    size_t used = outlet->used;
    outlet->used = 0;
    return acd_outlet_write(outlet, outlet->bytes, used);
}

int acd_outlet_put(struct acd_outlet *outlet, const char *bytes, size_t count)
{
    if (count > sizeof outlet->bytes - outlet->used) {
        int r = acd_outlet_flush(outlet);
        if (r < 0) {
            outlet->lost += count;
            return r;
        }
    }
    if (count > sizeof outlet->bytes)
        return acd_outlet_write(outlet, bytes, count);
    memcpy(outlet->bytes + outlet->used, bytes, count);
    outlet->used += count;
    return 0;
}
