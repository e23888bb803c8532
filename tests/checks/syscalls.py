#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The emitter's system calls stand in emitter/shmfile.c; format makes none.

Read off the objects: what a member takes from libc and would enter the kernel. A file
that may make one more stands in EXTRA with what for.
"""

import os
import re
import shlex
import subprocess

import objects
import tree

CC = shlex.split(os.environ.get("CC") or "cc")
HOME = "shmfile"
EXTRA = {
    "clock": {"clock_gettime"},  # answered without the kernel's help where there is a vDSO
    "emitter": {"pthread_atfork"},
}

CALLS = set("""
    syscall open openat creat close close_range dup dup2 dup3 fcntl ioctl flock lockf
    read pread readv write pwrite writev sendfile lseek fsync fdatasync msync
    mmap mmap64 mremap munmap mprotect madvise posix_madvise mlock mlock2 munlock memfd_create
    shm_open shm_unlink ftruncate truncate fallocate posix_fallocate
    stat fstat lstat fstatat statx statfs fstatfs statvfs fstatvfs access faccessat
    link linkat unlink unlinkat rename renameat renameat2 symlink symlinkat readlink readlinkat
    mkdir mkdirat rmdir chmod fchmod fchmodat chown fchown umask utimensat futimens
    opendir fdopendir readdir closedir scandir nftw ftw realpath getcwd chdir fchdir
    fopen fdopen freopen fclose fread fwrite fputs fputc fprintf vfprintf dprintf vdprintf printf
    puts putchar perror tmpfile mkstemp mkostemp mkdtemp popen system
    getpid getppid gettid getuid geteuid getgid getegid getsid getpgrp uname gethostname sysinfo
    sysconf getrandom getentropy getrlimit setrlimit prctl personality
    fork vfork clone execve execv execvp posix_spawn wait waitpid kill raise tgkill abort _exit exit
    sigaction signal sigprocmask pthread_sigmask sigaltstack sigqueue
    nanosleep clock_nanosleep usleep sleep sched_yield pause poll ppoll select epoll_wait eventfd
    time gettimeofday clock_gettime clock_getres timer_create setitimer alarm
    socket connect bind listen accept send recv pipe pipe2 socketpair
    pthread_create pthread_atfork pthread_mutex_lock pthread_cond_wait sem_wait
    syslog openlog
""".split())


def plain_name(name):
    """__read_chk, __open_2, fstat64, __isoc99_x -> the call that the source names."""
    name = re.sub(r"^__(?:GI_|libc_|isoc99_)?", "", name)
    return re.sub(r"(?:_chk|_2|64_2|64)$", "", name)


def check_with_build(root, build):
    violations = []
    for layer in ("format", "emitter"):
        archive = os.path.join(build, ".libs", f"libacd-{layer}.a")
        if not os.path.exists(archive):
            continue
        for member, name in objects.undefined(archive):
            source, call = objects.source_of(member), plain_name(name)
            if call not in CALLS or layer == "emitter" and source == HOME:
                continue
            if call not in EXTRA.get(source, ()):
                violations.append(f"libacd-{layer}: {source}.c calls {call}; that is for {HOME}.c")
    return violations


def check_sample(root):
    os.makedirs(os.path.join(root, ".libs"))
    for path in tree.files(root, (".c",)):
        name = "libacd_emitter_la-" + os.path.basename(path)[:-2] + ".o"
        subprocess.run(CC + ["-c", "-O2", "-fPIC", "-U_FORTIFY_SOURCE", "-D_FORTIFY_SOURCE=2", path,
                             "-o", ".libs/" + name], cwd=root, check=True)
        subprocess.run(["ar", "cr", ".libs/libacd-emitter.a", ".libs/" + name], cwd=root, check=True)
    return check_with_build(root, root)


if __name__ == "__main__":
    head = "#include <fcntl.h>\n#include <unistd.h>\n#include <string.h>\n#include <time.h>\n"
    call = "int f(const char *p, int flags) { return open(p, flags); }\n"
    clock = "int g(struct timespec *t) { return clock_gettime(CLOCK_MONOTONIC, t); }\n"
    tree.prove(check_sample, [
        ({"emitter/shmfile.c": head + call, "emitter/clock.c": head + clock,
          "emitter/emit.c": head + "int h(const char *p) { return (int)strlen(p); }\n"}, None),
        ({"emitter/emit.c": head + call}, "emit.c calls open"),
        ({"emitter/emit.c": head + clock}, "emit.c calls clock_gettime"),
        ({"emitter/emit.c": head + "long r(int f, char *b, unsigned long n) "
                                   "{ char c[4]; (void)b; long k = read(f, c, n); return k + c[0]; }\n"},
         "emit.c calls read"),
    ])
    tree.finish(check_with_build(tree.TOP_SRC, tree.TOP_BUILD))
