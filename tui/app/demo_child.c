/* SPDX-License-Identifier: MIT */
/* The demo server's process, see demo_child.h. */
#include "config.h"

#include "tui/app/demo_child.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "emitter/examples/demo.h"

/* Nothing that the server prints may reach the screen, and no key reaches the server. */
static void leave_terminal(void)
{
    int fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return;
    for (int i = 0; i <= 2; i++)
        dup2(fd, i);
    if (fd > 2)
        close(fd);
    setsid();
}

/* Real servers keep so many debug files and no more: the demo's must not push theirs out.  Without a
 * directory the demo leaves none. */
static void make_files(struct acd_demo_child *child)
{
    const char *temp = getenv("TMPDIR");
    int n = snprintf(child->files, sizeof child->files, "%s/acdebug-demo-XXXXXX",
                     temp && temp[0] == '/' ? temp : "/tmp");
    if (n >= (int)sizeof child->files || !mkdtemp(child->files))
        child->files[0] = '\0';
}

static void remove_files(const struct acd_demo_child *child)
{
    DIR *directory = child->files[0] ? opendir(child->files) : NULL;
    if (!directory)
        return;
    for (const struct dirent *entry; (entry = readdir(directory));)
        unlinkat(dirfd(directory), entry->d_name, 0); /* "." and ".." refuse */
    closedir(directory);
    rmdir(child->files);
}

/* Through `started_fd` go a 0, or the errno for which there is no server. */
static void run(const struct acd_demo_child *child, pid_t parent, const char *directory,
                int started_fd)
{
    const struct acd_demo_options options = {.files = child->files[0] ? child->files : NULL,
                                             .started_fd = started_fd};
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent) {
        remove_files(child);
        _exit(0);
    }
    leave_terminal();
    if (directory)
        setenv("ACDEBUG_DIR", directory, 1);
    /* Verbose, so that there is something to see; what the user set goes first. */
    setenv("ANYCLAUDE_DEBUG", "2", 0);
    int r = acd_demo_run(&options);
    remove_files(child);
    const unsigned char error = (unsigned char)-r;
    if (r < 0 && write(started_fd, &error, 1) < 0)
        _exit(2);
    _exit(r == 0 ? 0 : 1);
}

/* Waits for the server's word. @return 0, -errno of what it lacks */
static int hear(int fd)
{
    unsigned char error = 0;
    ssize_t n;
    do
        n = read(fd, &error, 1);
    while (n < 0 && errno == EINTR);
    return n == 1 ? -error : -ECHILD;
}

static int start(struct acd_demo_child *child, const char *directory, const int pipe[2])
{
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid < 0)
        return -errno;
    if (pid == 0)
        run(child, parent, directory, pipe[1]);
    child->pid = pid;
    return 0;
}

int acd_demo_child_start(struct acd_demo_child *child, const char *directory)
{
    int fd[2];
    if (pipe2(fd, O_CLOEXEC) < 0)
        return -errno;
    make_files(child);
    int r = start(child, directory, fd);
    close(fd[1]);
    if (r == 0)
        r = hear(fd[0]);
    close(fd[0]);
    if (r < 0)
        acd_demo_child_stop(child);
    return r;
}

bool acd_demo_child_ended(struct acd_demo_child *child)
{
    if (child->pid > 0 && waitpid(child->pid, NULL, WNOHANG) == child->pid)
        child->pid = 0;
    return child->pid == 0;
}

void acd_demo_child_stop(struct acd_demo_child *child)
{
    if (child->pid > 0)
        kill(child->pid, SIGTERM);
    for (int i = 0; i < 100 && !acd_demo_child_ended(child); i++)
        poll(NULL, 0, 10);
    if (child->pid > 0) {
        kill(child->pid, SIGKILL);
        waitpid(child->pid, NULL, 0);
        child->pid = 0;
    }
    remove_files(child); /* it did so itself, if it came to its end */
}
