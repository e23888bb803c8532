/* SPDX-License-Identifier: MIT */
/* The demo server's process, see demo_child.h. */
#include "config.h"

#include "tui/app/demo_child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
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

static void run(pid_t parent, const char *directory)
{
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent)
        _exit(0);
    leave_terminal();
    if (directory)
        setenv("ACDEBUG_DIR", directory, 1);
    /* Verbose, so that there is something to see; what the user set goes first. */
    setenv("ANYCLAUDE_DEBUG", "2", 0);
    const struct acd_demo_options options = {0};
    _exit(acd_demo_run(&options) == 0 ? 0 : 1);
}

int acd_demo_child_start(struct acd_demo_child *child, const char *directory)
{
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid < 0)
        return -errno;
    if (pid == 0)
        run(parent, directory);
    child->pid = pid;
    return 0;
}

bool acd_demo_child_ended(struct acd_demo_child *child)
{
    if (child->pid > 0 && waitpid(child->pid, NULL, WNOHANG) == child->pid)
        child->pid = 0;
    return child->pid == 0;
}

void acd_demo_child_stop(struct acd_demo_child *child)
{
    if (child->pid <= 0)
        return;
    kill(child->pid, SIGTERM);
    for (int i = 0; i < 100; i++) {
        if (acd_demo_child_ended(child))
            return;
        poll(NULL, 0, 10);
    }
    kill(child->pid, SIGKILL);
    waitpid(child->pid, NULL, 0);
    child->pid = 0;
}
