/* SPDX-License-Identifier: MIT */
/*
 * Every call that acdebug-top makes fails in turn, with each error, at its N-th time, once and from then
 * on: while it lists, prints, follows a ring to its end, diagnoses, sets a level, records, reads its
 * configuration, and on the live screen, over a JSON file and over a recording, while keys are typed.
 * What must come of it: an exit status of 0 to 3, which is 0 only if all was printed or a sentence says
 * what was not; a sentence with any other; no signal, no end without end, no escape sequence where there
 * is no terminal, and a terminal that is as it was.
 *
 *     viewer_faults              some of the N, for `make check`
 *     viewer_faults all          every one
 *     viewer_faults some LIST    of the scenario of that name
 */
#include "config.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <acdebug.h>
#include "tests/fault/shim.h"
#include "tests/fault/viewer_run.h"
#include "tests/support/scratch.h"

#define WORKERS 4 /* they wait more than they work */
#define PATIENCE_MS 60000
#define TOLD_MOST 30

static const char *const calls[] = {
#define X(name) #name,
    ACD_SHIM_CALLS(X) ACD_SHIM_VIEWER_CALLS(X)
#undef X
};
#define CALLS (sizeof calls / sizeof calls[0])
static const int errors[] = {EIO, ENOSPC, EMFILE, EACCES, ENOMEM, EINTR};
#define ERRORS (sizeof errors / sizeof errors[0])

/* ---- what is looked at ---- */

static struct acd_scratch shared, folder; /* the rings and files; a worker's own */
static char top[450], shim[450], ring[300], recording[300], fresh[300], json[300], config[300],
    pid[20];

#define QUIT "q\r\033"
static const struct scenario {
    const char *name;
    const char *word[ACD_RUN_WORDS];
    const char *keys;
    bool says_same; /* the same text each time, numbers aside */
} scenarios[] = {
    {"list", {top, "list", "--all", "--json"}, NULL, true},
    {"snapshot", {top, "snapshot", "--json", ring}, NULL, true},
    {"snapshot for Prometheus", {top, "snapshot", "--openmetrics", ring}, NULL, true},
    {"tail", {top, "tail", "--json", "--from-start", ring}, NULL, true},
    {"tail of a recording", {top, "tail", recording}, NULL, true},
    {"trace", {top, "trace", ring}, NULL, true},
    {"doctor", {top, "doctor"}, NULL, false},
    {"level", {top, "level", pid, "2", "-c", config}, NULL, false},
    {"record", {top, "record", fresh, ring}, NULL, true},
    {"configuration", {top, "--check-config", "--print-config", "-c", config}, NULL, true},
    {"live",
     {top, "--mouse", "-c", config},
     "ectx\rAoFj\rl/a\rn\033?\033\\kind:cache\rfmss+r rJe" QUIT,
     false},
    {"a dead ring", {top, ring}, "\rt\r\r\033xAo/hit\rn" QUIT, false},
    {"view", {top, "view", json}, "jl*_/e\rnrrwR" QUIT, false},
    {"replay", {top, "replay", recording}, " .>ect}<o" QUIT, false},
};
#define SCENARIOS (sizeof scenarios / sizeof scenarios[0])

/* ---- the judge ---- */

static const char *what; /* is tried */
static unsigned complaints;
static bool quiet;

static void complain(const struct acd_ran *ran, const char *claim)
{
    if (complaints++ >= TOLD_MOST || quiet)
        return;
    printf("%s: %s (status %d)\n    %.300s\n", what, claim, ran->status,
           ran->err_bytes ? ran->err
                          : ran->out + (ran->out_bytes > 300 ? ran->out_bytes - 300 : 0));
    fflush(stdout);
}

#define MUST(condition, claim)                                                                     \
    do {                                                                                           \
        if (!(condition))                                                                          \
            complain(ran, claim);                                                                  \
    } while (0)

/* The last place of `sequence` in what the terminal got; -1 none. */
static long last(const struct acd_ran *ran, const char *sequence)
{
    long found = -1;
    for (const char *at = ran->out;
         (at = memmem(at, (size_t)(ran->out + ran->out_bytes - at), sequence, strlen(sequence)));
         at++)
        found = at - ran->out;
    return found;
}

/* One that refuses to be given back, or to be written to, can't be. */
static bool refuses(const struct acd_shim_plan *plan)
{
    return plan->call && plan->error != EINTR &&
           (strcmp(plan->call, "tcsetattr") == 0 || strcmp(plan->call, "write") == 0);
}

static void judge_given_back(const struct acd_ran *ran, const struct acd_shim_plan *plan)
{
    if (refuses(plan))
        return;
    MUST(ran->restored, "the terminal's modes come back");
    MUST(last(ran, "\033[?1049l") >= last(ran, "\033[?1049h"), "the alternate screen is left");
    MUST(last(ran, "\033[?25h") >= last(ran, "\033[?25l"), "the cursor is on");
    MUST(last(ran, "\033[?1006;1000l") >= last(ran, "\033[?1006;1000h"), "the mouse is off");
}

static void judge_terminal(const struct acd_ran *ran, const struct acd_shim_plan *plan)
{
    MUST(ran->status == 0 || last(ran, "acdebug-top: ") >= 0 || last(ran, ": error: ") >= 0,
         "a sentence says why");
    judge_given_back(ran, plan);
}

static void judge_pipe(const struct acd_ran *ran)
{
    bool problem = strstr(ran->out, "PROBLEM") != NULL; /* as the doctor says it */
    MUST(ran->status == 0 || problem || (ran->err_bytes > 1 && strchr(ran->err, '\n')),
         "a sentence says why");
    MUST(!strchr(ran->out, '\033') && !strchr(ran->err, '\033'),
         "no escape sequence comes without a terminal");
}

static void judge(const struct acd_ran *ran, const struct acd_run *run,
                  const struct acd_shim_plan *plan)
{
    /* Without memory, ncurses 6.4 ends the program by exit() or by a fault; all that can be done then
     * is to give back what was taken. */
    if (ran->in_curses && (ran->status >= ACD_RAN_SIGNAL || last(ran, "\033") < 0)) {
        judge_given_back(ran, plan);
        return;
    }
    MUST(ran->status != ACD_RAN_HANGS, "it ends");
    MUST(ran->status < ACD_RAN_SIGNAL, "no signal ends it");
    MUST(ran->status >= ACD_RAN_SIGNAL || ran->status <= 3, "the exit status is one of its own");
    if (ran->status < 0 || ran->status > 3)
        return;
    if (run->keys)
        judge_terminal(ran, plan);
    else
        judge_pipe(ran);
}

/* Each number becomes one '#'. */
static void level_numbers(char *text)
{
    char *to = text;
    for (const char *from = text; *from; from++)
        if (!isdigit((unsigned char)*from))
            *to++ = *from;
        else if (to == text || to[-1] != '#')
            *to++ = '#';
    *to = '\0';
}

/* ---- the walk ---- */

static char expected[sizeof((struct acd_ran *)NULL)->out];
static struct acd_ran ran_now;
static _Atomic unsigned *given; /* faults, of all workers */

static void remove_recordings(void)
{
    DIR *dir = opendir(folder.path);
    struct dirent *entry;
    while (dir && (entry = readdir(dir)))
        if (strstr(entry->d_name, ".acdrec"))
            (void)unlinkat(dirfd(dir), entry->d_name, 0);
    if (dir)
        closedir(dir);
}

static void run_scenario(const struct scenario *s, const struct acd_shim_plan *plan)
{
    char fault[100];
    struct acd_run run = {.keys = s->keys, .folder = folder.path, .patience_ms = PATIENCE_MS};
    memcpy(run.word, s->word, sizeof run.word);
    remove_recordings();
    if (plan->call) {
        snprintf(fault, sizeof fault, "%s:%u:%d%s", plan->call, plan->nth, plan->error,
                 plan->from_then_on ? ":+" : "");
        run.fault = fault;
    }
    acd_run(&ran_now, &run);
    judge(&ran_now, &run, plan);
    level_numbers(ran_now.out);
}

static void try_plan(const struct scenario *s, const struct acd_shim_plan *plan)
{
    char text[200];
    snprintf(text, sizeof text, "%s, %s number %u with %s%s", s->name, plan->call, plan->nth,
             strerror(plan->error), plan->from_then_on ? " from then on" : "");
    what = text;
    run_scenario(s, plan);
    *given += ran_now.given;
    const struct acd_ran *ran = &ran_now;
    if (s->says_same && ran->status == 0 && ran->given)
        MUST(strcmp(ran->out, expected) == 0 || ran->err_bytes > 1 ||
                 strstr(ran->out, "\"problem\""),
             "what is missing is said");
}

/* Somebody who is interrupted each time he tries is right to try again. */
static bool makes_sense(const struct acd_shim_plan *plan)
{
    bool memory = strcmp(plan->call, "malloc") == 0;
    return memory ? plan->error == ENOMEM : !(plan->error == EINTR && plan->from_then_on);
}

/* Each, or fewer the farther they are; a screen takes its time. */
static unsigned step(const struct scenario *s, unsigned nth, bool all)
{
    if (all)
        return 1;
    return s->keys ? nth : (nth + 1) / 2;
}

static void walk_call(const struct scenario *s, const char *call, bool all)
{
    bool reached = true;
    for (unsigned nth = 1; reached; nth += step(s, nth, all)) {
        reached = false;
        for (unsigned i = 0; i < 2 * ERRORS; i++) {
            struct acd_shim_plan plan = {call, nth, errors[i % ERRORS], i >= ERRORS};
            if (!makes_sense(&plan))
                continue;
            /* Without `all` another error each time, in turns once and from then on. */
            if (!all && plan.error != ENOMEM && i != (2 * nth + nth / ERRORS) % (2 * ERRORS))
                continue;
            if (!all && nth > 2 && plan.error == ENOMEM && (nth % 2 == 1) != plan.from_then_on)
                continue;
            try_plan(s, &plan);
            reached = reached || ran_now.given;
            if (!ran_now.given)
                break;
        }
    }
}

static int walk(unsigned worker, bool all, const char *only)
{
    static const struct acd_shim_plan none = {NULL, 0, 0, false};
    acd_scratch_make(&folder);
    snprintf(fresh, sizeof fresh, "%s/fresh.acdrec", folder.path);
    if (chdir(folder.path) != 0)
        acd_scratch_die("chdir");
    for (size_t i = 0; i < SCENARIOS; i++) {
        const struct acd_ran *ran = &ran_now;
        if (only && strcmp(only, scenarios[i].name) != 0)
            continue;
        what = scenarios[i].name;
        run_scenario(&scenarios[i], &none);
        MUST(ran->status == 0 && !ran->given, "without a fault it works");
        memcpy(expected, ran->out, sizeof expected);
        for (size_t c = 0; c < CALLS; c++)
            if ((i + c) % WORKERS == worker)
                walk_call(&scenarios[i], calls[c], all);
    }
    remove_recordings();
    return complaints > 0;
}

/* ---- that the judge can complain ---- */

static const struct {
    const char *name, *script, *keys;
    bool good;
} controls[] = {
    {"a sentence", "echo acdebug-top: no >&2; exit 1", NULL, true},
    {"silence", "exit 1", NULL, false},
    {"another status", "echo no >&2; exit 4", NULL, false},
    {"a crash", "kill -SEGV $$", NULL, false},
    {"no end", "while :; do sleep 1; done", NULL, false},
    {"an escape sequence", "printf '\\033['", NULL, false},
    {"a good screen", "printf '\\033[?1049h\\033[?1049l'", "q", true},
    {"raw modes", "stty raw -echo", "q", false},
    {"another screen", "printf '\\033[?1049h'", "q", false},
    {"silence on a terminal", "exit 1", "q", false},
};

static unsigned check_controls(void)
{
    static const struct acd_shim_plan none = {NULL, 0, 0, false};
    unsigned wrong = 0;
    acd_scratch_make(&folder);
    quiet = true;
    for (size_t i = 0; i < sizeof controls / sizeof controls[0]; i++) {
        const struct acd_run run = {.word = {"/bin/sh", "-c", controls[i].script},
                                    .keys = controls[i].keys,
                                    .folder = folder.path,
                                    .patience_ms = controls[i].good ? PATIENCE_MS : 500};
        complaints = 0;
        acd_run(&ran_now, &run);
        judge(&ran_now, &run, &none);
        if ((complaints == 0) == controls[i].good)
            continue;
        printf("the judge has %u complaints about %s\n", complaints, controls[i].name);
        wrong++;
    }
    quiet = false;
    complaints = 0;
    return wrong;
}

/* ---- two servers, and what they leave ---- */

/* What a tracker says of a lookup. */
static void emit_cause(void)
{
    const acdebug_field fields[] = {acdebug_field_str("acdebug.cache.change", "replaced"),
                                    acdebug_field_str("acdebug.cache.span", "system"),
                                    acdebug_field_uint("acdebug.cache.span_offset", 16)};
    acdebug_lookup l = ACDEBUG_LOOKUP_INIT;
    l.type = "prompt";
    l.outcome = ACDEBUG_MISS;
    l.reason = "prefix_diverged";
    l.diverged_at = 16;
    l.input_tokens = 400;
    l.cached_tokens = 0;
    l.fields = fields;
    l.fields_count = sizeof fields / sizeof fields[0];
    acdebug_cache_lookup(&l);
}

static void emit_some(unsigned i)
{
    acdebug_timer timer;
    acdebug_request_set(i + 1);
    acdebug_timer_start(&timer, "chat");
    acdebug_cache_hit("prompt", "sys_42");
    acdebug_cache_miss("kv", "k", "evicted");
    emit_cause();
    acdebug_timer_checkpoint(&timer, "loaded");
    acdebug_log(1, "a message", ACDEBUG_INT("number", (int)i), ACDEBUG_STR("text", "some"));
    acdebug_timer_end(&timer);
    acdebug_request_clear();
}

static void open_server(const char *name)
{
    acdebug_options o = acd_scratch_options(&shared, 2);
    o.flags = ACDEBUG_NO_COLLECT | ACDEBUG_NO_TEXT;
    o.temp_directory = shared.path;
    if (acdebug_open(name, &o) != 0)
        acd_scratch_die("open");
}

/* Its ring's path and its debug file's go through the pipe. */
static int leave_a_ring(void *context)
{
    acdebug_error_context error = ACDEBUG_ERROR_INIT;
    acdebug_exchange e = ACDEBUG_EXCHANGE_INIT;
    char paths[2][300] = {"", ""};
    open_server("dead");
    for (unsigned i = 0; i < 40; i++)
        emit_some(i);
    e.status = 502;
    e.request_body = "{\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}],\"api_key\":\"x\"}";
    e.request_body_bytes = strlen(e.request_body);
    if (acdebug_write_error_file(&e, paths[1], sizeof paths[1]) != 0)
        acd_scratch_die("a debug file");
    error.message = "upstream timeout";
    error.debug_file = paths[1];
    acdebug_error("HTTP", 502, &error);
    snprintf(paths[0], sizeof paths[0], "%s", acdebug_ring_path());
    return write(*(int *)context, paths, sizeof paths) != (ssize_t)sizeof paths;
}

/* Until nobody holds the other end of its stdin any more. */
static _Noreturn void serve(int until)
{
    struct timespec often = {0, 2000000};
    char byte;
    open_server("live");
    for (unsigned i = 0; read(until, &byte, 1) != 0; i++) {
        emit_some(i);
        nanosleep(&often, NULL);
    }
    _exit(0);
}

static void make_recording(void)
{
    const struct acd_run run = {.word = {top, "record", recording, ring},
                                .folder = shared.path,
                                .patience_ms = PATIENCE_MS};
    snprintf(recording, sizeof recording, "%s/recording.acdrec", shared.path);
    acd_run(&ran_now, &run);
    if (ran_now.status != 0)
        acd_scratch_die(ran_now.err);
}

static void put_config(void)
{
    FILE *file = NULL;
    snprintf(config, sizeof config, "%s/top.yaml", shared.path);
    if (!(file = fopen(config, "w")))
        acd_scratch_die(config);
    fputs("refresh: 50ms\ntheme: light\nkeys: {pause: [p, Space]}\nlevel: {on_exit: keep}\n", file);
    fclose(file);
}

/* @return what ends the server when it is closed */
static int make_all(void)
{
    char paths[2][300];
    int fd[2], end[2];
    acd_scratch_make(&shared);
    if (pipe(fd) != 0 || acd_scratch_child(leave_a_ring, &fd[1]) != 0 ||
        read(fd[0], paths, sizeof paths) != (ssize_t)sizeof paths)
        acd_scratch_die("a dead ring");
    memcpy(ring, paths[0], sizeof ring);
    memcpy(json, paths[1], sizeof json);
    if (pipe2(end, O_CLOEXEC | O_NONBLOCK) != 0)
        acd_scratch_die("pipe");
    pid_t server = fork();
    if (server == 0) {
        close(end[1]);
        serve(end[0]);
    }
    snprintf(pid, sizeof pid, "%d", (int)server);
    close(end[0]);
    put_config();
    acd_run_begin(shim, shared.path);
    make_recording();
    return end[1];
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *where)
{
    (void)st, (void)type, (void)where;
    return remove(path);
}

static void find_programs(void)
{
    const char *given_build = getenv("top_builddir");
    char *build = realpath(given_build ? given_build : ".", NULL);
    if (!build)
        acd_scratch_die("the build directory");
    snprintf(top, sizeof top, "%s/acdebug-top", build);
    snprintf(shim, sizeof shim, "%s/.libs/libacd-shim.so", build);
    free(build);
}

int main(int argc, char **argv)
{
    pid_t worker[WORKERS];
    bool all = argc > 1 && strcmp(argv[1], "all") == 0;
    find_programs();
    given = mmap(NULL, sizeof *given, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (given == MAP_FAILED)
        acd_scratch_die("mmap");
    int end = make_all();
    unsigned failed = check_controls();
    nftw(folder.path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    for (unsigned i = 0; i < WORKERS; i++)
        if ((worker[i] = fork()) == 0) {
            int r = walk(i, all, argc > 2 ? argv[2] : NULL);
            nftw(folder.path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
            _exit(r);
        }
    for (unsigned i = 0; i < WORKERS; i++)
        failed += acd_scratch_wait(worker[i]) != 0;
    close(end);
    nftw(shared.path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    printf("%u faults given, %u failed\n", *given, failed);
    return failed != 0 || (argc < 3 && *given < 500);
}
