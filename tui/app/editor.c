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

/* As system() does: what ^C means while the editor runs is the editor's business.  Who ignores SIGCHLD
 * is not told how a child ended: while it runs that is the default, the last one here. */
static const int changed[] = {SIGINT, SIGQUIT, SIGTSTP, SIGCHLD};
#define CHANGED (sizeof changed / sizeof changed[0])

static void change(struct sigaction *before)
{
    struct sigaction action = {0};
    for (size_t i = 0; i < CHANGED; i++) {
        action.sa_handler = changed[i] == SIGCHLD ? SIG_DFL : SIG_IGN;
        sigaction(changed[i], &action, &before[i]);
    }
}

static void restore(const struct sigaction *before)
{
    for (size_t i = 0; i < CHANGED; i++)
        sigaction(changed[i], &before[i], NULL);
}

/* In the child. Its errno comes back through the pipe, which exec closes. */
static _Noreturn void become(char *const *words, int report)
{
    struct sigaction action = {0};
    action.sa_handler = SIG_DFL;
    for (size_t i = 0; i < CHANGED; i++)
        sigaction(changed[i], &action, NULL);
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

/* The child's errno; 0: exec closed the pipe.  A resize meanwhile is no end. */
static int reported(int fd)
{
    int error = 0;
    ssize_t n;
    do
        n = read(fd, &error, sizeof error);
    while (n < 0 && errno == EINTR);
    return n == (ssize_t)sizeof error ? error : 0;
}

static int run(char *const *words)
{
    int fd[2];
    if (pipe2(fd, O_CLOEXEC) < 0)
        return -errno;
    pid_t child = fork();
    if (child == 0)
        become(words, fd[1]);
    int forked = child < 0 ? -errno : 0;
    close(fd[1]);
    int error = child < 0 ? 0 : reported(fd[0]);
    close(fd[0]);
    if (child < 0)
        return forked;
    int r = wait_for(child);
    return error ? -error : r;
}

/* Words between spaces. @return 0, -E2BIG: a command that is cut would be another one */
static int split(char *line, char **words, size_t *ret_count)
{
    size_t count = 0;
    for (char *word; (word = strtok_r(line, " ", &line)); count++) {
        if (count == WORDS_MOST)
            return -E2BIG;
        words[count] = word;
    }
    *ret_count = count;
    return 0;
}

static const char *editor(void)
{
    const char *asked = getenv("VISUAL");
    if (!asked || !asked[strspn(asked, " ")])
        asked = getenv("EDITOR");
    return asked && asked[strspn(asked, " ")] ? asked : "vi";
}

/* A file's name that begins with a dash is no option, and no standard input either. */
static char *name_file(const char *path)
{
    size_t room = strlen(path) + sizeof "./";
    char *file = malloc(room);
    if (file)
        snprintf(file, room, "%s%s", path[0] == '-' ? "./" : "", path);
    return file;
}

int acd_editor_run(const char *path, char *ret_name, size_t name_bytes)
{
    char line[512], *words[WORDS_MOST + 2] = {line};
    struct sigaction before[CHANGED];
    size_t count = 0;
    int length = snprintf(line, sizeof line, "%s", editor());
    int r = split(line, words, &count);
    snprintf(ret_name, name_bytes, "%s", words[0]);
    if (r < 0 || (size_t)length >= sizeof line)
        return -E2BIG;
    char *file = name_file(path);
    if (!file)
        return -ENOMEM;
    words[count] = file;
    words[count + 1] = NULL;
    change(before);
    r = run(words);
    restore(before);
    free(file);
    return r;
}
