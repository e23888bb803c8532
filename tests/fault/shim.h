/* SPDX-License-Identifier: MIT */
/*
 * A library to preload that makes the N-th allocation, or the N-th of a chosen call, fail: once or
 * from then on.  Told what to do by the environment
 *
 *     ACD_SHIM=openat:3:24      the third openat fails with errno 24
 *     ACD_SHIM=malloc:5:12:+    from the fifth allocation on there is no memory
 *     ACD_SHIM_HIT=FILE         is made when the fault was given, and holds something if curses called once
 *
 * or, inside a program, by the functions below, found with dlsym().
 */
#ifndef ACD_TEST_SHIM_H
#define ACD_TEST_SHIM_H

#include <stdbool.h>

/* The calls that the emitter makes; "malloc" is every kind of allocation. */
#define ACD_SHIM_CALLS(X)                                                                          \
    X(malloc)                                                                                      \
    X(open)                                                                                        \
    X(openat)                                                                                      \
    X(read)                                                                                        \
    X(pread)                                                                                       \
    X(write)                                                                                       \
    X(pwrite)                                                                                      \
    X(ftruncate)                                                                                   \
    X(fallocate)                                                                                   \
    X(mmap)                                                                                        \
    X(madvise)                                                                                     \
    X(linkat)                                                                                      \
    X(unlinkat)                                                                                    \
    X(fcntl)                                                                                       \
    X(flock)                                                                                       \
    X(mkdir)                                                                                       \
    X(stat)                                                                                        \
    X(fstat)                                                                                       \
    X(fstatvfs)                                                                                    \
    X(access)                                                                                      \
    X(getrandom)                                                                                   \
    X(getrlimit)                                                                                   \
    X(gethostname)                                                                                 \
    X(pthread_atfork)                                                                              \
    X(pthread_create)
/* And what the viewer calls besides. */
#define ACD_SHIM_VIEWER_CALLS(X)                                                                   \
    X(pwritev)                                                                                     \
    X(lseek)                                                                                       \
    X(lstat)                                                                                       \
    X(fstatat)                                                                                     \
    X(statvfs)                                                                                     \
    X(opendir)                                                                                     \
    X(readdir)                                                                                     \
    X(mkdtemp)                                                                                     \
    X(pipe2)                                                                                       \
    X(poll)                                                                                        \
    X(ioctl)                                                                                       \
    X(tcgetattr)                                                                                   \
    X(tcsetattr)

#define ACD_SHIM_KILL (-1) /* instead of an error: the process is killed where it makes the call */

struct acd_shim_plan {
    const char *call; /* NULL: nothing fails */
    unsigned nth;     /* from 1 */
    int error;        /* errno value, or ACD_SHIM_KILL */
    bool from_then_on;
};

/* Takes the plan and counts from 0. */
typedef void acd_shim_arm_function(const struct acd_shim_plan *plan);
/* No more faults; returns how many were given. */
typedef unsigned acd_shim_disarm_function(void);
/* Makes the call take a millisecond longer each time; NULL: none.  Widens what races there are. */
typedef void acd_shim_slow_function(const char *call);
/* Allocations that have not been freed. */
typedef long acd_shim_live_function(void);

#endif
