/* SPDX-License-Identifier: MIT */
/* Running a program under a fault, see viewer_run.h. */
#include "config.h"

#include "tests/fault/viewer_run.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "tests/support/scratch.h"

#define ANSWER_MS 8 /* a key that changes nothing is followed by the next one after that */
#define ESC_MS 40   /* what follows ESC sooner belongs to it */
#define AGAIN 3     /* keys of the end that are typed again and again */
#define CELLS_WIDE 100
#define CELLS_HIGH 30

static char preload[600], ring_directory[300];
static sigset_t awake; /* the mask while we wait: SIGCHLD comes then only */

static void on_child(int unused)
{
    (void)unused;
}

void acd_run_begin(const char *shim, const char *rings)
{
    struct sigaction action = {0};
    sigset_t child;
    snprintf(preload, sizeof preload, "LD_PRELOAD=%s", shim);
    snprintf(ring_directory, sizeof ring_directory, "ACDEBUG_DIR=%s", rings);
    action.sa_handler = on_child;
    sigemptyset(&action.sa_mask);
    sigaction(SIGCHLD, &action, NULL);
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, &awake);
    sigdelset(&awake, SIGCHLD);
}

/* ---- a run at work ---- */

struct process {
    const struct acd_run *run;
    pid_t pid;
    int glass, line; /* of its terminal; -1 */
    char out[300], err[300], hit[300];
    struct termios modes;
};

static void open_terminal(struct process *p)
{
    const struct winsize size = {.ws_col = CELLS_WIDE, .ws_row = CELLS_HIGH};
    p->glass = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    if (p->glass < 0 || grantpt(p->glass) != 0 || unlockpt(p->glass) != 0 ||
        ioctl(p->glass, TIOCSWINSZ, &size) != 0)
        acd_scratch_die("a terminal");
    p->line = open(ptsname(p->glass), O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (p->line < 0 || tcgetattr(p->line, &p->modes) != 0)
        acd_scratch_die("a terminal");
}

static void add_files(const struct process *p, posix_spawn_file_actions_t *files)
{
    const int write_new = O_WRONLY | O_CREAT | O_TRUNC;
    int r = 0;
    if (p->run->keys) { /* the first terminal that the leader of a session opens is its own */
        r = posix_spawn_file_actions_addopen(files, 0, ptsname(p->glass), O_RDWR, 0);
        r = r || posix_spawn_file_actions_adddup2(files, 0, 1) ||
            posix_spawn_file_actions_adddup2(files, 0, 2);
    } else {
        r = posix_spawn_file_actions_addopen(files, 0, "/dev/null", O_RDONLY, 0);
        r = r || posix_spawn_file_actions_addopen(files, 1, p->out, write_new, 0600) ||
            posix_spawn_file_actions_addopen(files, 2, p->err, write_new, 0600);
    }
    if (r != 0)
        acd_scratch_die("spawn's files");
}

/* Programs that have a screen are started in a session of their own. */
static void start(struct process *p)
{
    char fault[100], given[320], folder[320], home[320];
    posix_spawnattr_t how;
    posix_spawn_file_actions_t files;
    snprintf(fault, sizeof fault, "ACD_SHIM=%s", p->run->fault ? p->run->fault : "");
    snprintf(given, sizeof given, "ACD_SHIM_HIT=%s", p->hit);
    snprintf(folder, sizeof folder, "TMPDIR=%s", p->run->folder);
    snprintf(home, sizeof home, "XDG_CONFIG_HOME=%s", p->run->folder);
    char *environment[] = {preload,
                           ring_directory,
                           fault,
                           given,
                           folder,
                           home,
                           (char[]){"TERM=xterm-256color"},
                           (char[]){"LC_ALL=C.UTF-8"},
                           (char[]){"XDG_CONFIG_DIRS=/nonexistent"},
                           NULL};
    char *words[ACD_RUN_WORDS + 1] = {NULL};
    for (size_t i = 0; i < ACD_RUN_WORDS && p->run->word[i]; i++)
        words[i] = strdup(p->run->word[i]);
    posix_spawnattr_init(&how);
    posix_spawnattr_setsigmask(&how, &awake);
    posix_spawnattr_setflags(
        &how, (short)(POSIX_SPAWN_SETSIGMASK | (p->run->keys ? POSIX_SPAWN_SETSID : 0)));
    posix_spawn_file_actions_init(&files);
    add_files(p, &files);
    if (posix_spawn(&p->pid, words[0], &files, &how, words, environment) != 0)
        acd_scratch_die(words[0]);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&how);
    for (size_t i = 0; words[i]; i++)
        free(words[i]);
}

/* What the glass has; the newest bytes are kept. */
static void take(const struct process *p, struct acd_ran *ret)
{
    for (;;) {
        if (ret->out_bytes > sizeof ret->out / 2) {
            ret->out_bytes -= sizeof ret->out / 4;
            memmove(ret->out, ret->out + sizeof ret->out / 4, ret->out_bytes);
        }
        ssize_t n = read(p->glass, ret->out + ret->out_bytes, sizeof ret->out / 2 - 1);
        if (n <= 0)
            return;
        ret->out_bytes += (size_t)n;
    }
}

static long long now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (long long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* @return has it ended, with ret->status? */
static bool has_ended(const struct process *p, struct acd_ran *ret)
{
    int status = 0;
    if (waitpid(p->pid, &status, WNOHANG) != p->pid)
        return false;
    ret->status = WIFSIGNALED(status) ? ACD_RAN_SIGNAL + WTERMSIG(status) : WEXITSTATUS(status);
    return true;
}

/* The next key; at their end the last ones again. */
static const char *type(const struct process *p, const char *keys, long long *ret_not_before)
{
    if (!*keys)
        keys -= AGAIN;
    if (write(p->glass, keys, 1) == 1 && *keys++ == '\033')
        *ret_not_before = now_ms() + ESC_MS;
    return keys;
}

static void wait_for_end(const struct process *p, struct acd_ran *ret)
{
    long long end = now_ms() + p->run->patience_ms, not_before = 0;
    const char *keys = p->run->keys;
    while (!has_ended(p, ret)) {
        struct pollfd fd = {.fd = p->glass, .events = POLLIN};
        const struct timespec left = {keys ? 0 : 1, keys ? ANSWER_MS * 1000000L : 0};
        (void)ppoll(&fd, 1, &left, &awake);
        if (keys)
            take(p, ret);
        if (keys && ret->out_bytes > 0 && now_ms() >= not_before)
            keys = type(p, keys, &not_before);
        if (now_ms() < end)
            continue;
        kill(p->pid, SIGKILL);
        (void)waitpid(p->pid, NULL, 0);
        ret->status = ACD_RAN_HANGS;
        return;
    }
}

static size_t read_file(const char *path, char *to, size_t room)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? 0 : read(fd, to, room - 1);
    if (fd >= 0)
        close(fd);
    to[n > 0 ? n : 0] = '\0';
    return n > 0 ? (size_t)n : 0;
}

static bool same_modes(const struct termios *a, const struct termios *b)
{
    return a->c_iflag == b->c_iflag && a->c_oflag == b->c_oflag && a->c_cflag == b->c_cflag &&
           a->c_lflag == b->c_lflag && memcmp(a->c_cc, b->c_cc, sizeof a->c_cc) == 0;
}

static void finish_terminal(struct process *p, struct acd_ran *ret)
{
    struct termios modes;
    take(p, ret);
    ret->out[ret->out_bytes] = '\0';
    ret->err[0] = '\0';
    ret->restored = tcgetattr(p->line, &modes) == 0 && same_modes(&modes, &p->modes);
    close(p->line);
    close(p->glass);
}

void acd_run(struct acd_ran *ret, const struct acd_run *run)
{
    struct process p = {.run = run, .glass = -1, .line = -1};
    snprintf(p.out, sizeof p.out, "%s/out", run->folder);
    snprintf(p.err, sizeof p.err, "%s/err", run->folder);
    snprintf(p.hit, sizeof p.hit, "%s/given", run->folder);
    (void)unlink(p.hit);
    ret->out_bytes = ret->err_bytes = 0;
    ret->restored = true;
    if (run->keys)
        open_terminal(&p);
    start(&p);
    wait_for_end(&p, ret);
    char where[16];
    ret->given = access(p.hit, F_OK) == 0;
    ret->in_curses = read_file(p.hit, where, sizeof where) > 0;
    if (run->keys) {
        finish_terminal(&p, ret);
        return;
    }
    ret->out_bytes = read_file(p.out, ret->out, sizeof ret->out);
    ret->err_bytes = read_file(p.err, ret->err, sizeof ret->err);
}
