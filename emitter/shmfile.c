/* SPDX-License-Identifier: MIT */
/* The emitter's system calls, see shmfile.h. */
#include "config.h"

#include "emitter/shmfile.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define TRIES 16 /* of a call that signals interrupt: a storm of them must not hold a thread */

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23 /* Linux 5.14, include/uapi/asm-generic/mman-common.h */
#endif

/* "/proc/self/fd/" and a number. */
static void fd_path(char *path, int fd)
{
    char digits[12];
    size_t n = 0;
    memcpy(path, "/proc/self/fd/", 14);
    do {
        digits[n++] = (char)('0' + fd % 10);
        fd /= 10;
    } while (fd > 0);
    for (size_t i = 0; i < n; i++)
        path[14 + i] = digits[n - 1 - i];
    path[14 + n] = '\0';
}

static int result(int r)
{
    return r < 0 ? -errno : 0;
}

int acd_sys_directory(const char *path, int *ret_fd)
{
    if (mkdir(path, 0700) != 0 && errno != EEXIST)
        return -errno;
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    struct stat st;
    int r = 0;
    if (fstat(fd, &st) != 0)
        r = -errno;
    else if (st.st_uid != geteuid() || (st.st_mode & 0077) != 0)
        r = -EPERM;
    if (r != 0) {
        close(fd);
        return r;
    }
    *ret_fd = fd;
    return 0;
}

uint64_t acd_sys_free_bytes(int fd)
{
    struct statvfs v;
    if (fstatvfs(fd, &v) != 0 || v.f_blocks == 0)
        return UINT64_MAX; /* an unlimited tmpfs says 0 blocks */
    return (uint64_t)v.f_bavail * v.f_frsize;
}

uint64_t acd_sys_file_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_FSIZE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return UINT64_MAX;
    return limit.rlim_cur;
}

int acd_sys_create(int dirfd, const char *temporary, struct acd_shmfile *ret_file)
{
    struct acd_shmfile f = {.fd = -1};
    char proc[32];
#ifdef O_TMPFILE
    f.fd = openat(dirfd, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
#endif
    if (f.fd >= 0) {
        fd_path(proc, f.fd);
        if (access(proc, R_OK) != 0) { /* no /proc: it could never be shown */
            close(f.fd);
            f.fd = -1;
        }
    }
    if (f.fd < 0) {
        f.named = true;
        strncpy(f.temporary, temporary, sizeof f.temporary - 1);
        f.fd = openat(dirfd, temporary, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
        if (f.fd < 0)
            return -errno;
    }
    struct stat st;
    if (fstat(f.fd, &st) != 0) {
        int r = -errno;
        acd_sys_discard(dirfd, &f);
        return r;
    }
    f.device = st.st_dev;
    f.inode = st.st_ino;
    *ret_file = f;
    return 0;
}

int acd_sys_resize(const struct acd_shmfile *file, uint64_t bytes)
{
    return result(ftruncate(file->fd, (off_t)bytes));
}

static int write_zeros(int fd, uint64_t offset, uint64_t bytes)
{
    static const char zeros[4096];
    int tries = 0;
    while (bytes > 0) {
        ssize_t n = pwrite(fd, zeros, bytes < sizeof zeros ? bytes : sizeof zeros, (off_t)offset);
        if (n < 0 && errno == EINTR && ++tries < TRIES)
            continue;
        if (n <= 0)
            return n < 0 ? -errno : -EIO;
        offset += (uint64_t)n;
        bytes -= (uint64_t)n;
    }
    return 0;
}

int acd_sys_allocate_new(int fd, uint64_t offset, uint64_t bytes)
{
    int r = acd_sys_allocate(fd, offset, bytes);
    return r == -EOPNOTSUPP || r == -ENOSYS ? write_zeros(fd, offset, bytes) : r;
}

int acd_sys_allocate(int fd, uint64_t offset, uint64_t bytes)
{
    for (int tries = 0; tries < TRIES; tries++) {
        if (fallocate(fd, 0, (off_t)offset, (off_t)bytes) == 0)
            return 0;
        if (errno != EINTR)
            break;
    }
    return -errno;
}

int acd_sys_reopen(int dirfd, const struct acd_shmfile *file, int *ret_fd)
{
    char proc[32];
    int fd;
    if (file->named) {
        fd = openat(dirfd, file->temporary, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
    } else {
        fd_path(proc, file->fd);
        fd = open(proc, O_RDWR | O_CLOEXEC);
    }
    if (fd < 0)
        return -errno;
    *ret_fd = fd;
    return 0;
}

int acd_sys_map(int fd, uint64_t offset, uint64_t bytes, void **ret_address)
{
    void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, (off_t)offset);
    if (p == MAP_FAILED)
        return -errno;
    *ret_address = p;
    return 0;
}

int acd_sys_map_zero(void *address, uint64_t bytes, void **ret_address)
{
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | (address ? MAP_FIXED : 0);
    void *p = mmap(address, bytes, PROT_READ | PROT_WRITE, flags, -1, 0);
    if (p == MAP_FAILED)
        return -errno;
    if (ret_address)
        *ret_address = p;
    return 0;
}

void acd_sys_unmap(void *address, uint64_t bytes)
{
    munmap(address, bytes);
}

void acd_sys_not_in_children(void *address, uint64_t bytes)
{
    madvise(address, bytes, MADV_DONTFORK);
}

bool acd_sys_wipe_in_children(void *address, uint64_t bytes)
{
#ifdef MADV_WIPEONFORK
    return madvise(address, bytes, MADV_WIPEONFORK) == 0;
#else
    (void)address;
    (void)bytes;
    return false;
#endif
}

int acd_sys_populate(void *address, uint64_t bytes)
{
    return result(madvise(address, bytes, MADV_POPULATE_WRITE));
}

int acd_sys_lock(int fd)
{
#ifdef F_OFD_SETLK
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    return result(fcntl(fd, F_OFD_SETLK, &lock));
#else
    (void)fd;
    return -ENOSYS;
#endif
}

int acd_sys_locked(int fd)
{
#ifdef F_OFD_GETLK
    struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET};
    if (fcntl(fd, F_OFD_GETLK, &lock) != 0)
        return -errno;
    return lock.l_type != F_UNLCK;
#else
    (void)fd;
    return -ENOSYS;
#endif
}

int acd_sys_show(int dirfd, const struct acd_shmfile *file, const char *name)
{
    char proc[32];
    if (file->named) {
        if (linkat(dirfd, file->temporary, dirfd, name, 0) != 0)
            return -errno;
        unlinkat(dirfd, file->temporary, 0);
        return 0;
    }
    fd_path(proc, file->fd);
    return result(linkat(AT_FDCWD, proc, dirfd, name, AT_SYMLINK_FOLLOW));
}

void acd_sys_discard(int dirfd, struct acd_shmfile *file)
{
    if (file->fd >= 0)
        close(file->fd);
    if (file->named)
        unlinkat(dirfd, file->temporary, 0);
    file->fd = -1;
    file->named = false;
}

void acd_sys_close(int fd)
{
    if (fd >= 0)
        close(fd);
}

int acd_sys_open_same(const char *path, uint64_t device, uint64_t inode, int *ret_fd)
{
    int fd = open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    struct stat st;
    if (fstat(fd, &st) != 0 || st.st_dev != device || st.st_ino != inode) {
        close(fd);
        return -ESTALE;
    }
    *ret_fd = fd;
    return 0;
}

ssize_t acd_sys_read_file(const char *path, char *buffer, size_t bytes)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return -errno;
    ssize_t n;
    int tries = 0;
    do
        n = read(fd, buffer, bytes);
    while (n < 0 && errno == EINTR && ++tries < TRIES);
    if (n < 0)
        n = -errno;
    close(fd);
    return n;
}

uint64_t acd_sys_pid_namespace(void)
{
    struct stat st;
    return stat("/proc/self/ns/pid", &st) == 0 ? st.st_ino : 0;
}

void acd_sys_host_name(char *buffer, size_t bytes)
{
    if (gethostname(buffer, bytes) != 0)
        buffer[0] = '\0';
    buffer[bytes - 1] = '\0';
}

void acd_sys_random(uint64_t *ret_number)
{
    if (getrandom(ret_number, sizeof *ret_number, GRND_NONBLOCK) == (ssize_t)sizeof *ret_number)
        return;
    *ret_number = (acd_sys_realtime_ns() ^ (uint64_t)getpid() << 32) * UINT64_C(0x9e3779b97f4a7c15);
}

uint64_t acd_sys_page_bytes(void)
{
    long n = sysconf(_SC_PAGESIZE);
    return n > 0 ? (uint64_t)n : 4096;
}

uint32_t acd_sys_pid(void)
{
    return (uint32_t)getpid();
}

void acd_sys_yield(void)
{
    sched_yield();
}

void acd_sys_nap(void)
{
    const struct timespec while_ = {0, 100000};
    nanosleep(&while_, NULL);
}

uint32_t acd_sys_parent(void)
{
    return (uint32_t)getppid();
}

uint32_t acd_sys_user(void)
{
    return (uint32_t)geteuid();
}

uint32_t acd_sys_thread(void)
{
    return (uint32_t)syscall(SYS_gettid);
}

void acd_sys_thread_name(char buffer[16])
{
    buffer[0] = '\0';
    prctl(PR_GET_NAME, buffer);
    buffer[15] = '\0';
}

bool acd_sys_thread_gone(uint32_t pid, uint32_t thread)
{
    return syscall(SYS_tgkill, (pid_t)pid, (pid_t)thread, 0) != 0 && errno == ESRCH;
}

static uint64_t clock_ns(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (uint64_t)t.tv_sec * UINT64_C(1000000000) + (uint64_t)t.tv_nsec;
}

uint64_t acd_sys_monotonic_ns(void)
{
    return clock_ns(CLOCK_MONOTONIC);
}

uint64_t acd_sys_realtime_ns(void)
{
    return clock_ns(CLOCK_REALTIME);
}

/* A reader that went away and a limit that is reached are the server's to survive: their signals come
 * to the writing thread, which holds them back and takes them. */
static void hold_signals(sigset_t *ret_before)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    sigaddset(&set, SIGXFSZ);
    pthread_sigmask(SIG_BLOCK, &set, ret_before);
}

static void release_signals(const sigset_t *before, int error)
{
    sigset_t set, pending;
    int number = error == EPIPE ? SIGPIPE : SIGXFSZ;
    if ((error == EPIPE || error == EFBIG) && !sigismember(before, number) &&
        sigpending(&pending) == 0 && sigismember(&pending, number)) {
        sigemptyset(&set);
        sigaddset(&set, number);
        sigwait(&set, &number);
    }
    pthread_sigmask(SIG_SETMASK, before, NULL);
}

int acd_sys_write(int fd, const char *text, size_t bytes)
{
    sigset_t before;
    size_t done = 0;
    int error = 0, tries = 0;
    hold_signals(&before);
    while (done < bytes && error == 0) {
        ssize_t n = write(fd, text + done, bytes - done);
        if (n > 0)
            done += (size_t)n;
        else if (n == 0 || errno != EINTR || ++tries == TRIES)
            error = n == 0 ? EIO : errno;
    }
    release_signals(&before, error);
    return -error;
}

int acd_sys_open_folder(const char *path, int *ret_fd)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    *ret_fd = fd;
    return 0;
}

int acd_sys_open_append(const char *path, bool ours, int *ret_fd)
{
    struct stat st;
    int fd = open(
        path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0600);
    if (fd < 0)
        return -errno;
    int r = 0;
    if (fstat(fd, &st) != 0)
        r = -errno;
    else if (ours && (!S_ISREG(st.st_mode) || st.st_uid != geteuid()))
        r = -EPERM;
    else if (!S_ISREG(st.st_mode) && !S_ISCHR(st.st_mode))
        r = -EINVAL;
    if (r != 0) {
        close(fd);
        return r;
    }
    *ret_fd = fd;
    return 0;
}

/* Appenders hold this for the moment of a write, so that one that came short can be taken back.  Who
 * doesn't get it soon goes on without. */
static bool lock_briefly(int fd)
{
    const struct timespec pause = {.tv_nsec = 1000000};
    for (int tries = 0; tries < 20; tries++) {
        if (flock(fd, LOCK_EX | LOCK_NB) == 0)
            return true;
        if (errno != EWOULDBLOCK && errno != EINTR)
            return false;
        nanosleep(&pause, NULL);
    }
    return false;
}

int acd_sys_append(int fd, const char *text, size_t bytes)
{
    struct stat st;
    bool locked = lock_briefly(fd);
    int r = fstat(fd, &st) == 0 ? 0 : -errno;
    if (r == 0 && S_ISREG(st.st_mode) && (uint64_t)st.st_size + bytes > acd_sys_file_limit())
        r = -EFBIG;
    if (r == 0) {
        r = acd_sys_write(fd, text, bytes);
        if (r != 0 && locked && S_ISREG(st.st_mode) && ftruncate(fd, st.st_size) != 0)
            r = -errno;
    }
    if (locked)
        flock(fd, LOCK_UN); /* also for a child that forked meanwhile */
    return r;
}

static bool has_form(const char *name, const char *prefix, const char *suffix)
{
    size_t n = strlen(name), p = strlen(prefix), s = strlen(suffix);
    return n > p + s && strncmp(name, prefix, p) == 0 && strcmp(name + n - s, suffix) == 0;
}

/* Looks before it opens: opening somebody's pipe or device may do something. */
static void show_file(int dirfd, const char *name,
                      void (*each)(void *context, const struct acd_found_file *file), void *context)
{
    struct stat st;
    if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(st.st_mode) ||
        st.st_uid != geteuid())
        return;
    int fd = openat(dirfd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid()) {
        struct acd_found_file file = {.name = name,
                                      .bytes = (uint64_t)st.st_blocks * 512,
                                      .length = (uint64_t)st.st_size,
                                      .modified_ns =
                                          (uint64_t)st.st_mtim.tv_sec * UINT64_C(1000000000) +
                                          (uint64_t)st.st_mtim.tv_nsec,
                                      .fd = fd};
        each(context, &file);
    }
    close(fd);
}

#ifdef __linux__
/* By the system call itself: opendir() allocates, and a child of fork may be in a signal handler. */
int acd_sys_each_file(int dirfd, const char *prefix, const char *suffix,
                      void (*each)(void *context, const struct acd_found_file *file), void *context)
{
    _Alignas(struct dirent64) char buffer[2048];
    int fd = openat(dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    long n;
    while ((n = syscall(SYS_getdents64, fd, buffer, sizeof buffer)) > 0) {
        for (long at = 0; at < n;) {
            const struct dirent64 *d = (const void *)(buffer + at);
            at += d->d_reclen;
            if (has_form(d->d_name, prefix, suffix))
                show_file(dirfd, d->d_name, each, context);
        }
    }
    int r = n < 0 ? -errno : 0;
    close(fd);
    return r;
}
#else
int acd_sys_each_file(int dirfd, const char *prefix, const char *suffix,
                      void (*each)(void *context, const struct acd_found_file *file), void *context)
{
    int fd = openat(dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    DIR *dir = fdopendir(fd);
    if (!dir) {
        int r = -errno;
        close(fd);
        return r;
    }
    for (struct dirent *d; (d = readdir(dir)) != NULL;)
        if (has_form(d->d_name, prefix, suffix))
            show_file(dirfd, d->d_name, each, context);
    closedir(dir);
    return 0;
}
#endif

int acd_sys_read_at(int fd, void *buffer, size_t bytes, uint64_t offset)
{
    ssize_t n = pread(fd, buffer, bytes, (off_t)offset);
    if (n < 0)
        return -errno;
    return (size_t)n == bytes ? 0 : -ENODATA;
}

int acd_sys_unlink(int dirfd, const char *name)
{
    return result(unlinkat(dirfd, name, 0));
}
