/* SPDX-License-Identifier: MIT */
/*
 * A server that is killed at its N-th call of each kind, from its first to its last: while it makes its
 * ring, at its threads' first events, while it writes debug files, while it closes.  What others find
 * then is whole: each ring that has a name can be read, its records are well-formed, each debug file
 * is one JSON object; and the next server starts as if nothing had been.
 *
 * Runs itself again with libacd-shim.so preloaded.
 */
#include "config.h"

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <acdebug.h>
#include "tests/fault/preload.h"
#include "tests/support/peek.h"
#include "tests/support/scratch.h"

#define NTH_MAX 200u
#define KILLS_LEAST 60u

static struct acd_shim shim;
static struct acd_scratch dir;

static const char *const calls[] = {
#define X(name) #name,
    ACD_SHIM_CALLS(X)
#undef X
};

/* ---- the server ---- */

static void *emit_some(void *unused)
{
    acdebug_timer t;
    (void)unused;
    acdebug_log(1, "a log", ACDEBUG_STR("s", "text"));
    acdebug_cache_miss("prompt", "k", "a reason");
    acdebug_timer_start(&t, "timer");
    acdebug_timer_end(&t);
    acdebug_error("HTTP", 500, NULL);
    return NULL;
}

static void write_file(void)
{
    char path[512];
    acdebug_exchange e = ACDEBUG_EXCHANGE_INIT;
    e.status = 500;
    e.method = "POST";
    e.url = "/v1/chat";
    e.request_body = "{\"model\":\"x\"}";
    e.request_body_bytes = strlen(e.request_body);
    (void)acdebug_write_error_file(&e, path, sizeof path);
}

static int open_ring(void)
{
    acdebug_options o = acd_scratch_options(&dir, 3);
    o.flags = ACDEBUG_NO_TEXT;
    o.lane_bytes = o.small_lane_bytes = 16 << 10;
    o.temp_directory = dir.path;
    o.debug_file_limit = 1;
    return acdebug_open("killed", &o);
}

static void serve(void)
{
    pthread_t thread;
    (void)open_ring();
    emit_some(NULL);
    if (pthread_create(&thread, NULL, emit_some, NULL) == 0)
        pthread_join(thread, NULL);
    write_file();
    write_file(); /* one is kept: the other goes */
    acdebug_close();
}

/* ---- what it left ---- */

struct judge {
    unsigned rings, files, wrong;
};

static int look_at_record(void *context, const struct acd_peek_event *event)
{
    struct judge *judge = context;
    judge->wrong += event->malformed;
    return 0;
}

static void judge_ring(struct judge *judge, const char *path)
{
    struct acd_peek peek;
    judge->rings++;
    if (!acd_peek_open(&peek, path)) {
        judge->wrong++;
        return;
    }
    acd_peek_each(&peek, look_at_record, judge);
    acd_peek_close(&peek);
}

static void judge_file(struct judge *judge, const char *path)
{
    char first = 0, last = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    judge->files++;
    if (fd < 0 || read(fd, &first, 1) != 1 || lseek(fd, -1, SEEK_END) <= 0 ||
        read(fd, &last, 1) != 1 || first != '{' || last != '}')
        judge->wrong++;
    close(fd);
}

static bool ends_with(const char *name, const char *end)
{
    const size_t length = strlen(name), wanted = strlen(end);
    return length >= wanted && strcmp(name + length - wanted, end) == 0;
}

static void judge_all(struct judge *judge)
{
    char path[600];
    DIR *folder = opendir(dir.path);
    const struct dirent *entry;
    if (!folder)
        acd_scratch_die("opendir");
    while ((entry = readdir(folder)) != NULL) {
        snprintf(path, sizeof path, "%s/%s", dir.path, entry->d_name);
        if (ends_with(entry->d_name, ".acr"))
            judge_ring(judge, path);
        else if (ends_with(entry->d_name, ".json"))
            judge_file(judge, path);
    }
    closedir(folder);
}

/* The next one, which nothing is done to. */
static int serve_after(void *unused)
{
    (void)unused;
    if (open_ring() != 0)
        return 1;
    emit_some(NULL);
    write_file();
    acdebug_close();
    return acd_scratch_count(&dir, ".json") == 1 ? 0 : 2;
}

/* ---- one kill ---- */

/* False: it came to its end, there are no more such calls. */
static bool is_killed(const char *call, unsigned nth)
{
    const struct acd_shim_plan plan = {call, nth, ACD_SHIM_KILL, false};
    int status = 0;
    const pid_t pid = fork();
    if (pid == 0) {
        shim.arm(&plan);
        serve();
        _exit(0);
    }
    if (pid < 0 || waitpid(pid, &status, 0) != pid)
        acd_scratch_die("fork");
    if (!WIFSIGNALED(status) && WEXITSTATUS(status) == 0)
        return false;
    if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL)
        acd_scratch_die("a server that is killed");
    return true;
}

static unsigned kill_at(const char *call, unsigned *ret_wrong)
{
    unsigned kills = 0;
    while (kills < NTH_MAX && is_killed(call, kills + 1)) {
        struct judge judge = {0};
        kills++;
        judge_all(&judge);
        const int after = acd_scratch_child(serve_after, NULL);
        judge_all(&judge);
        if (judge.wrong != 0 || after != 0) {
            printf("%s, call %u: %u wrong of %u rings and %u files; the next server: %d\n", call,
                   kills, judge.wrong, judge.rings, judge.files, after);
            ++*ret_wrong;
        }
        acd_scratch_remove(&dir);
        acd_scratch_make(&dir);
    }
    if (kills == NTH_MAX) {
        printf("%s: there are more than %u of them\n", call, NTH_MAX);
        ++*ret_wrong;
    }
    return kills;
}

/* A ring and a file that are cut must be noticed. */
static bool is_wrong_noticed(void)
{
    char path[600];
    struct judge judge = {0};
    const char *const names[] = {"killed.1.acr", "anyclaude-debug-1-abcdef.json"};
    for (unsigned i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/%s", dir.path, names[i]);
        int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        if (fd < 0 || write(fd, "{\"a\":", 5) != 5)
            acd_scratch_die(path);
        close(fd);
    }
    judge_all(&judge);
    acd_scratch_remove(&dir);
    acd_scratch_make(&dir);
    return judge.rings == 1 && judge.files == 1 && judge.wrong == 2;
}

int main(int argc, char **argv)
{
    unsigned kills = 0, wrong = 0;
    (void)argc;
    acd_preload(&shim, argv);
    acd_scratch_make(&dir);
    if (!is_wrong_noticed()) {
        puts("FAILED: what is cut was not noticed");
        wrong++;
    }
    for (unsigned i = 0; i < sizeof calls / sizeof calls[0]; i++)
        kills += kill_at(calls[i], &wrong);
    acd_scratch_remove(&dir);
    printf("%u kills, %u wrong\n", kills, wrong);
    return wrong == 0 && kills >= KILLS_LEAST ? 0 : 1;
}
