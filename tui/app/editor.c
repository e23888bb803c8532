/* SPDX-License-Identifier: MIT */
/* The user's editor, see editor.h. */
#include "config.h"

#include "tui/app/editor.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORDS_MOST 16

/* As system() does: what ^C means while the editor runs is the editor's business. */
static const int ignored[] = {SIGINT, SIGQUIT, SIGTSTP};
#define IGNORED (sizeof ignored / sizeof ignored[0])

static void ignore(struct sigaction *before)
{
    struct sigaction action = {0};
    action.sa_handler = SIG_IGN;
    for (size_t i = 0; i < IGNORED; i++)
        sigaction(ignored[i], &action, &before[i]);
}

static void restore(const struct sigaction *before)
{
    for (size_t i = 0; i < IGNORED; i++)
        sigaction(ignored[i], &before[i], NULL);
}

/* In the child. Its errno comes back through the pipe, which exec closes. */
static _Noreturn void become(char *const *words, int report)
{
    struct sigaction action = {0};
    action.sa_handler = SIG_DFL;
    for (size_t i = 0; i < IGNORED; i++)
        sigaction(ignored[i], &action, NULL);
    execvp(words[0], words);
    int error = errno;
    ssize_t n = write(report, &error, sizeof error);
    (void)n;
    _exit(127);
}

/* A stopped editor stops us too, so that the shell gets its turn. */
static int wait_for(pid_t child)
{
    int status = 0;
    for (;;) {
        if (waitpid(child, &status, WUNTRACED) < 0) {
            if (errno == EINTR)
                continue;
            return -errno;
        }
        if (!WIFSTOPPED(status))
            return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -EIO;
        raise(SIGSTOP);
        kill(child, SIGCONT);
    }
}

static int run(char *const *words)
{
    int fd[2], error = 0;
    if (pipe2(fd, O_CLOEXEC) < 0)
        return -errno;
    pid_t child = fork();
    if (child == 0)
        become(words, fd[1]);
    int forked = child < 0 ? -errno : 0;
    close(fd[1]);
    ssize_t n = child < 0 ? 0 : read(fd[0], &error, sizeof error);
    close(fd[0]);
    if (child < 0)
        return forked;
    int r = wait_for(child);
    return n == (ssize_t)sizeof error ? -error : r;
}

int acd_editor_run(const char *path, char *ret_name, size_t name_bytes)
{
    const char *asked = getenv("VISUAL");
    char line[512], *words[WORDS_MOST + 2], *rest = line;
    struct sigaction before[IGNORED];
    size_t count = 0;
    if (!asked || !asked[strspn(asked, " ")])
        asked = getenv("EDITOR");
    if (!asked || !asked[strspn(asked, " ")])
        asked = "vi";
    snprintf(line, sizeof line, "%s", asked);
    while (count < WORDS_MOST && (words[count] = strtok_r(rest, " ", &rest)))
        count++;
    char *file = strdup(path);
    if (!file)
        return -ENOMEM;
    words[count] = file;
    words[count + 1] = NULL;
    snprintf(ret_name, name_bytes, "%s", words[0]);
    ignore(before);
    int r = run(words);
    restore(before);
    free(file);
    return r;
}
