/* SPDX-License-Identifier: MIT */
/* Alive, dead or unknown, see liveness.h.  Reads the lock, the control page and /proc. */
#include "config.h"

#include "tui/reader/liveness.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tui/reader/ringmap.h"
#include "tui/reader/shared.h"

enum lock_answer { LOCK_HELD, LOCK_FREE, LOCK_CANNOT_TELL };

static enum lock_answer ask_lock(int fd)
{
#ifdef F_OFD_GETLK
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 1};
    if (fcntl(fd, F_OFD_GETLK, &lock) == 0)
        return lock.l_type == F_UNLCK ? LOCK_FREE : LOCK_HELD;
#else
    (void)fd;
#endif
    return LOCK_CANNOT_TELL;
}

/* The first line of a small file, without its end; false when it can't be read. */
static bool read_line(const char *path, char *ret_line, size_t bytes)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    ssize_t n = read(fd, ret_line, bytes - 1);
    close(fd);
    if (n <= 0)
        return false;
    ret_line[n] = '\0';
    ret_line[strcspn(ret_line, "\n")] = '\0';
    return true;
}

/* Field 22 of /proc/<pid>/stat, counted from the last ')': a name may hold anything. 0: unknown. */
static uint64_t start_time(uint32_t pid)
{
    char path[40], line[1024];
    snprintf(path, sizeof path, "/proc/%" PRIu32 "/stat", pid);
    if (!read_line(path, line, sizeof line))
        return 0;
    const char *at = strrchr(line, ')');
    for (int field = 2; at && field < 22; field++)
        at = strchr(at + 1, ' ');
    return at ? strtoull(at + 1, NULL, 10) : 0;
}

/* A process in another time namespace counts its start from another boot time than we are told.  Kernels
 * without such namespaces have no such file. */
static bool has_our_clocks(uint32_t pid)
{
    char path[40];
    struct stat own, other;
    snprintf(path, sizeof path, "/proc/%" PRIu32 "/ns/time", pid);
    if (stat("/proc/self/ns/time", &own) != 0)
        return true;
    return stat(path, &other) == 0 && own.st_ino == other.st_ino;
}

/* Only a process of this boot and this pid namespace can be looked for. */
bool acd_liveness_pid_is_ours(const struct acd_identity *identity)
{
    char boot_id[64];
    struct stat st;
    return identity->boot_id[0] && identity->pid_namespace &&
           read_line("/proc/sys/kernel/random/boot_id", boot_id, sizeof boot_id) &&
           strcmp(boot_id, identity->boot_id) == 0 && stat("/proc/self/ns/pid", &st) == 0 &&
           (uint64_t)st.st_ino == identity->pid_namespace;
}

static enum acd_liveness ask_process(const struct acd_identity *identity)
{
    if (!acd_liveness_pid_is_ours(identity) || identity->pid == 0 || identity->pid > INT32_MAX)
        return ACD_LIVENESS_UNKNOWN;
    if (kill((pid_t)identity->pid, 0) < 0 && errno == ESRCH)
        return ACD_LIVENESS_DEAD;
    uint64_t started = start_time(identity->pid);
    if (started == 0 || identity->start_time == 0)
        return ACD_LIVENESS_UNKNOWN;
    if (started == identity->start_time)
        return ACD_LIVENESS_ALIVE;
    return has_our_clocks(identity->pid) ? ACD_LIVENESS_DEAD : ACD_LIVENESS_UNKNOWN;
}

static enum acd_liveness decide(int fd, const struct acd_identity *identity, bool closed)
{
    if (closed)
        return ACD_LIVENESS_CLOSED;
    enum lock_answer lock = ask_lock(fd);
    if (lock == LOCK_HELD)
        return ACD_LIVENESS_ALIVE;
    /* A free lock says "gone" only if the writer had one to begin with. */
    if (lock == LOCK_FREE && (identity->compatible_flags & ACD_COMPATIBLE_LOCKED))
        return ACD_LIVENESS_DEAD;
    return ask_process(identity);
}

enum acd_liveness acd_liveness_of(const struct acd_ringmap *ring)
{
    return decide(acd_ringmap_fd(ring), acd_ringmap_identity(ring),
                  acd_shared_acquire(&acd_ringmap_control(ring)->closed) == 1);
}

enum acd_liveness acd_liveness_of_fd(int fd, const struct acd_identity *identity)
{
    uint64_t closed = 0;
    off_t at =
        (off_t)(identity->section[ACD_SEC_CONTROL].offset + offsetof(struct acd_control, closed));
    ssize_t n = pread(fd, &closed, sizeof closed, at);
    return decide(fd, identity, n == (ssize_t)sizeof closed && closed == 1);
}

const char *acd_liveness_name(enum acd_liveness liveness)
{
    switch (liveness) {
    case ACD_LIVENESS_ALIVE: return "alive";
    case ACD_LIVENESS_CLOSED:
    case ACD_LIVENESS_DEAD: return "dead";
    default: return "unknown";
    }
}
