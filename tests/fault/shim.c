/* SPDX-License-Identifier: MIT */
/* Makes calls fail on purpose, see shim.h.  Each wrapper asks fails() and else goes on to libc's. */
#undef _FORTIFY_SOURCE /* its inline forms of these calls would stand beside ours */
#include "config.h"

#include "tests/fault/shim.h"

#include <dlfcn.h>
#include <errno.h>
#if defined(__has_include)
#if __has_include(<execinfo.h>)
#include <execinfo.h>
#endif
#endif
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>

#define EXPORT __attribute__((visibility("default")))

enum call {
#define X(name) CALL_##name,
    ACD_SHIM_CALLS(X) ACD_SHIM_VIEWER_CALLS(X)
#undef X
        CALL_COUNT
};
static const char *const names[] = {
#define X(name) #name,
    ACD_SHIM_CALLS(X) ACD_SHIM_VIEWER_CALLS(X)
#undef X
};

/* Atomic, since the program's threads come here; the plan is written while nothing is armed. */
static _Atomic unsigned armed; /* 1 + the call */
static _Atomic unsigned count, hits;
static unsigned nth;
static int error_number;
static bool from_then_on;

static void *next(const char *name)
{
    void *address = dlsym(RTLD_NEXT, name);
    if (!address)
        abort();
    return address;
}

static void tell_of_hit(void);

static _Atomic unsigned slowed; /* 1 + the call */

static _Thread_local bool telling; /* what it takes to tell does not count */

static bool fails(enum call call)
{
    static const struct timespec while_others_run = {0, 1000000};
    if (atomic_load(&slowed) == (unsigned)call + 1)
        nanosleep(&while_others_run, NULL);
    if (atomic_load(&armed) != (unsigned)call + 1 || telling)
        return false;
    unsigned n = atomic_fetch_add(&count, 1) + 1;
    if (n != nth && !(from_then_on && n > nth))
        return false;
    if (error_number == ACD_SHIM_KILL)
        raise(SIGKILL);
    atomic_fetch_add(&hits, 1);
    tell_of_hit();
    errno = error_number;
    return true;
}

EXPORT acd_shim_arm_function acd_shim_arm;
EXPORT acd_shim_disarm_function acd_shim_disarm;
EXPORT acd_shim_slow_function acd_shim_slow;
EXPORT acd_shim_live_function acd_shim_live;

static unsigned call_of(const char *name)
{
    for (unsigned i = 0; name && i < CALL_COUNT; i++)
        if (strcmp(name, names[i]) == 0)
            return i + 1;
    return 0;
}

void acd_shim_arm(const struct acd_shim_plan *plan)
{
    acd_shim_disarm();
    atomic_store(&count, 0);
    nth = plan->nth;
    error_number = plan->error;
    from_then_on = plan->from_then_on;
    atomic_store(&armed, call_of(plan->call));
}

void acd_shim_slow(const char *call)
{
    atomic_store(&slowed, call_of(call));
}

unsigned acd_shim_disarm(void)
{
    atomic_store(&armed, 0);
    return atomic_exchange(&hits, 0);
}

static _Atomic long live;

long acd_shim_live(void)
{
    return atomic_load(&live);
}

static void *counted(void *block)
{
    if (block)
        atomic_fetch_add(&live, 1);
    return block;
}

/* ---- the wrappers ---- */

/* Looked up at the first call: the result is the same whoever finds it. */
#define REAL(result, name, ...)                                                                    \
    static result (*_Atomic real_##name)(__VA_ARGS__);                                             \
    static result (*find_##name(void))(__VA_ARGS__)                                                \
    {                                                                                              \
        result (*f)(__VA_ARGS__) = atomic_load(&real_##name);                                      \
        if (!f) {                                                                                  \
            void *address = next(#name);                                                           \
            memcpy(&f, &address, sizeof f);                                                        \
            atomic_store(&real_##name, f);                                                         \
        }                                                                                          \
        return f;                                                                                  \
    }                                                                                              \
    _Static_assert(1, "") /* takes the semicolon */

/* dlsym() itself may allocate before malloc is known: from here, and never freed. */
static _Alignas(16) char early[4096];
static _Atomic size_t early_used;

static void *early_allocation(size_t bytes)
{
    size_t at = atomic_fetch_add(&early_used, (bytes + 15) & ~(size_t)15);
    if (at + bytes > sizeof early)
        abort();
    return early + at;
}

static bool is_early(const void *block)
{
    return (const char *)block >= early && (const char *)block < early + sizeof early;
}

static _Thread_local bool finding;

REAL(void *, malloc, size_t);
REAL(void *, calloc, size_t, size_t);
REAL(void *, realloc, void *, size_t);
REAL(void, free, void *);
REAL(int, posix_memalign, void **, size_t, size_t);

EXPORT void *malloc(size_t bytes)
{
    if (finding)
        return early_allocation(bytes);
    if (fails(CALL_malloc))
        return NULL;
    finding = true;
    void *(*real)(size_t) = find_malloc();
    finding = false;
    return counted(real(bytes));
}

EXPORT void *calloc(size_t number, size_t bytes)
{
    if (finding)
        return early_allocation(number * bytes);
    if (fails(CALL_malloc))
        return NULL;
    finding = true;
    void *(*real)(size_t, size_t) = find_calloc();
    finding = false;
    return counted(real(number, bytes));
}

EXPORT void *realloc(void *block, size_t bytes)
{
    if (fails(CALL_malloc))
        return NULL;
    void *moved = find_realloc()(block, bytes);
    return block ? moved : counted(moved);
}

EXPORT int posix_memalign(void **ret_block, size_t alignment, size_t bytes)
{
    int saved = errno;
    if (fails(CALL_malloc)) {
        errno = saved;
        return ENOMEM;
    }
    int r = find_posix_memalign()(ret_block, alignment, bytes);
    if (r == 0)
        (void)counted(*ret_block);
    return r;
}

EXPORT void free(void *block)
{
    if (!block || is_early(block))
        return;
    atomic_fetch_sub(&live, 1);
    find_free()(block);
}

/* A call that returns a number, below zero on failure. */
#define NUMBER(result, name, parameters, arguments, ...)                                           \
    REAL(result, name, __VA_ARGS__);                                                               \
    EXPORT result name parameters;                                                                 \
    result name parameters                                                                         \
    {                                                                                              \
        return fails(CALL_##name) ? -1 : find_##name() arguments;                                  \
    }                                                                                              \
    _Static_assert(1, "")

int close(int fd);
struct stat;
struct statvfs;
struct rlimit;
struct termios;
struct pollfd;
struct iovec;
struct __dirstream;

NUMBER(ssize_t, read, (int fd, void *to, size_t n), (fd, to, n), int, void *, size_t);
NUMBER(ssize_t, pread, (int fd, void *to, size_t n, off_t at), (fd, to, n, at), int, void *, size_t,
       off_t);
NUMBER(ssize_t, write, (int fd, const void *from, size_t n), (fd, from, n), int, const void *,
       size_t);
NUMBER(ssize_t, pwrite, (int fd, const void *from, size_t n, off_t at), (fd, from, n, at), int,
       const void *, size_t, off_t);
NUMBER(int, ftruncate, (int fd, off_t n), (fd, n), int, off_t);
NUMBER(int, fallocate, (int fd, int mode, off_t at, off_t n), (fd, mode, at, n), int, int, off_t,
       off_t);
NUMBER(int, madvise, (void *at, size_t n, int advice), (at, n, advice), void *, size_t, int);
NUMBER(int, linkat, (int a, const char *from, int b, const char *to, int flags),
       (a, from, b, to, flags), int, const char *, int, const char *, int);
NUMBER(int, unlinkat, (int fd, const char *name, int flags), (fd, name, flags), int, const char *,
       int);
NUMBER(int, flock, (int fd, int how), (fd, how), int, int);
NUMBER(int, mkdir, (const char *name, mode_t mode), (name, mode), const char *, mode_t);
NUMBER(int, stat, (const char *name, struct stat *st), (name, st), const char *, struct stat *);
NUMBER(int, fstat, (int fd, struct stat *st), (fd, st), int, struct stat *);
NUMBER(int, fstatvfs, (int fd, struct statvfs *st), (fd, st), int, struct statvfs *);
NUMBER(int, access, (const char *name, int mode), (name, mode), const char *, int);
NUMBER(ssize_t, getrandom, (void *to, size_t n, unsigned flags), (to, n, flags), void *, size_t,
       unsigned);
NUMBER(int, getrlimit, (int what, struct rlimit *to), (what, to), int, struct rlimit *);
NUMBER(int, gethostname, (char *to, size_t n), (to, n), char *, size_t);

NUMBER(ssize_t, pwritev, (int fd, const struct iovec *part, int parts, off_t at),
       (fd, part, parts, at), int, const struct iovec *, int, off_t);
NUMBER(off_t, lseek, (int fd, off_t at, int whence), (fd, at, whence), int, off_t, int);
NUMBER(int, lstat, (const char *name, struct stat *st), (name, st), const char *, struct stat *);
NUMBER(int, fstatat, (int fd, const char *name, struct stat *st, int flags), (fd, name, st, flags),
       int, const char *, struct stat *, int);
NUMBER(int, statvfs, (const char *name, struct statvfs *st), (name, st), const char *,
       struct statvfs *);
NUMBER(int, pipe2, (int fd[2], int flags), (fd, flags), int *, int);
NUMBER(int, tcgetattr, (int fd, struct termios *to), (fd, to), int, struct termios *);
NUMBER(int, tcsetattr, (int fd, int when, const struct termios *from), (fd, when, from), int, int,
       const struct termios *);
/* Either name counts as poll. */
NUMBER(int, poll, (struct pollfd * fd, unsigned long n, int ms), (fd, n, ms), struct pollfd *,
       unsigned long, int);
#define CALL_ppoll CALL_poll
NUMBER(int, ppoll,
       (struct pollfd * fd, unsigned long n, const struct timespec *time, const sigset_t *mask),
       (fd, n, time, mask), struct pollfd *, unsigned long, const struct timespec *,
       const sigset_t *);

/* A call that returns an address, NULL on failure. */
#define ADDRESS(result, name, parameter, argument)                                                 \
    REAL(result, name, parameter);                                                                 \
    EXPORT result name(parameter argument);                                                        \
    result name(parameter argument)                                                                \
    {                                                                                              \
        return fails(CALL_##name) ? NULL : find_##name()(argument);                                \
    }                                                                                              \
    _Static_assert(1, "")

ADDRESS(struct __dirstream *, opendir, const char *, name);
ADDRESS(struct dirent *, readdir, struct __dirstream *, dir);
ADDRESS(char *, mkdtemp, char *, pattern);

/* What the compiler makes of calls whose room it knows (_FORTIFY_SOURCE). */
EXPORT ssize_t __read_chk(int fd, void *to, size_t n, size_t room);
ssize_t __read_chk(int fd, void *to, size_t n, size_t room)
{
    return n > room ? -1 : read(fd, to, n);
}

EXPORT ssize_t __pread_chk(int fd, void *to, size_t n, off_t at, size_t room);
ssize_t __pread_chk(int fd, void *to, size_t n, off_t at, size_t room)
{
    return n > room ? -1 : pread(fd, to, n, at);
}

/* Those with a third or fourth parameter that may be missing: it is passed on as it came. */
REAL(int, open, const char *, int, ...);
REAL(int, openat, int, const char *, int, ...);
REAL(int, fcntl, int, int, ...);

EXPORT int open(const char *name, int flags, ...)
{
    va_list list;
    va_start(list, flags);
    unsigned mode = va_arg(list, unsigned);
    va_end(list);
    return fails(CALL_open) ? -1 : find_open()(name, flags, mode);
}

EXPORT int __open_2(const char *name, int flags);
int __open_2(const char *name, int flags)
{
    return open(name, flags);
}

EXPORT int openat(int fd, const char *name, int flags, ...)
{
    va_list list;
    va_start(list, flags);
    unsigned mode = va_arg(list, unsigned);
    va_end(list);
    return fails(CALL_openat) ? -1 : find_openat()(fd, name, flags, mode);
}

EXPORT int fcntl(int fd, int command, ...)
{
    va_list list;
    va_start(list, command);
    void *argument = va_arg(list, void *);
    va_end(list);
    return fails(CALL_fcntl) ? -1 : find_fcntl()(fd, command, argument);
}

EXPORT int ioctl(int fd, unsigned long request, ...);
REAL(int, ioctl, int, unsigned long, ...);
int ioctl(int fd, unsigned long request, ...)
{
    va_list list;
    va_start(list, request);
    void *argument = va_arg(list, void *);
    va_end(list);
    return fails(CALL_ioctl) ? -1 : find_ioctl()(fd, request, argument);
}

REAL(void *, mmap, void *, size_t, int, int, int, off_t);
EXPORT void *mmap(void *at, size_t n, int protection, int flags, int fd, off_t offset);
void *mmap(void *at, size_t n, int protection, int flags, int fd, off_t offset)
{
    if (fails(CALL_mmap))
        return (void *)-1; /* MAP_FAILED */
    return find_mmap()(at, n, protection, flags, fd, offset);
}

/* These return what went wrong. */
REAL(int, pthread_create, pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
EXPORT int pthread_create(pthread_t *to, const pthread_attr_t *how, void *(*body)(void *),
                          void *with)
{
    return fails(CALL_pthread_create) ? error_number : find_pthread_create()(to, how, body, with);
}

/* libc keeps pthread_atfork() in each program; what it calls is shared. */
extern void *__dso_handle;
int __register_atfork(void (*)(void), void (*)(void), void (*)(void), void *);
REAL(int, __register_atfork, void (*)(void), void (*)(void), void (*)(void), void *);
EXPORT int __register_atfork(void (*prepare)(void), void (*parent)(void), void (*in_child)(void),
                             void *object)
{
    return fails(CALL_pthread_atfork) ? ENOMEM
                                      : find___register_atfork()(prepare, parent, in_child, object);
}

/* ---- by environment ---- */

/* Is one of the callers in a library of ncurses? */
static bool is_in_curses(void)
{
#if defined(__has_include)
#if __has_include(<execinfo.h>)
    void *caller[32];
    Dl_info about;
    int n = backtrace(caller, 32);
    for (int i = 0; i < n; i++)
        if (dladdr(caller[i], &about) && about.dli_fname &&
            (strstr(about.dli_fname, "libtinfo") || strstr(about.dli_fname, "libncurses")))
            return true;
#endif
#endif
    return false;
}

static void tell_of_hit(void)
{
    const char *path = getenv("ACD_SHIM_HIT");
    if (!path)
        return;
    telling = true;
    int saved = errno, fd = find_open()(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    if (fd >= 0 && is_in_curses())
        (void)find_write()(fd, "curses", 6);
    if (fd >= 0)
        (void)close(fd);
    errno = saved;
    telling = false;
}

__attribute__((constructor)) static void begin(void)
{
    static char text[64];
    const char *wish = getenv("ACD_SHIM");
    if (!wish || strlen(wish) >= sizeof text)
        return;
    strcpy(text, wish);
    char *n = strchr(text, ':'), *error = n ? strchr(n + 1, ':') : NULL;
    if (!error)
        return;
    *n = '\0';
    struct acd_shim_plan plan = {text, (unsigned)strtoul(n + 1, NULL, 10),
                                 (int)strtol(error + 1, NULL, 10), strchr(error, '+') != NULL};
    acd_shim_arm(&plan);
}
