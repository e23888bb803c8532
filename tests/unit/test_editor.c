/* SPDX-License-Identifier: MIT */
/* The user's editor: its words, how it ends, and what the viewer is left with. */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/scratch.h"
#include "tui/app/editor.h"

struct place {
    struct acd_scratch dir;
    char script[192], out[192], command[512];
    unsigned descriptors;
};

static int make(void **state)
{
    static struct place p;
    acd_scratch_make(&p.dir);
    snprintf(p.script, sizeof p.script, "%s/editor", p.dir.path);
    snprintf(p.out, sizeof p.out, "%s/out", p.dir.path);
    setenv("OUT", p.out, 1);
    unsetenv("VISUAL");
    unsetenv("EDITOR");
    p.descriptors = acd_scratch_descriptors();
    *state = &p;
    return 0;
}

static int drop(void **state)
{
    struct place *p = *state;
    acd_scratch_remove(&p->dir);
    return acd_scratch_descriptors() != p->descriptors;
}

/* The editor is a script; sh reads it, since the directory may forbid to execute. */
static void set_editor(struct place *p, const char *script, const char *words)
{
    FILE *file = fopen(p->script, "w");
    assert_non_null(file);
    assert_true(fputs(script, file) >= 0);
    assert_int_equal(fclose(file), 0);
    snprintf(p->command, sizeof p->command, "sh %s%s", p->script, words);
    setenv("VISUAL", p->command, 1);
}

static int run(const char *path)
{
    char name[64];
    return acd_editor_run(path, name, sizeof name);
}

static void assert_out(struct place *p, const char *expected)
{
    char text[1024] = "";
    FILE *file = fopen(p->out, "r");
    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    assert_string_equal(text, expected);
}

#define SAY_ARGUMENTS "for a; do printf '<%s>' \"$a\"; done >$OUT"

/* ---- what is started ---- */

static void words_and_path_are_arguments_and_no_shell_reads_them(void **state)
{
    struct place *p = *state;
    set_editor(p, SAY_ARGUMENTS, "  -x   $HOME ; 'a b'  ");
    assert_int_equal(run("/tmp/it's a \"file\"; exit 9 $(x)\n"), 0);
    assert_out(p, "<-x><$HOME><;><'a><b'></tmp/it's a \"file\"; exit 9 $(x)\n>");
    set_editor(p, SAY_ARGUMENTS, "");
    assert_int_equal(run("-"), 0);
    assert_out(p, "<./->");
    assert_int_equal(run("-c:!x.json"), 0);
    assert_out(p, "<./-c:!x.json>");
}

static void the_variables_are_asked_in_order(void **state)
{
    (void)state;
    char name[64];
    setenv("VISUAL", "/nonexistent/visual -x", 1);
    setenv("EDITOR", "/nonexistent/editor", 1);
    assert_int_equal(acd_editor_run("f", name, sizeof name), -ENOENT);
    assert_string_equal(name, "/nonexistent/visual");
    setenv("VISUAL", "   ", 1);
    assert_int_equal(acd_editor_run("f", name, sizeof name), -ENOENT);
    assert_string_equal(name, "/nonexistent/editor");
    unsetenv("VISUAL");
    setenv("EDITOR", "", 1);
    char path[4096];
    snprintf(path, sizeof path, "%s", getenv("PATH"));
    setenv("PATH", "/nonexistent", 1);
    int r = acd_editor_run("f", name, sizeof name);
    setenv("PATH", path, 1);
    assert_int_equal(r, -ENOENT);
    assert_string_equal(name, "vi");
}

static void a_name_is_cut_to_its_room(void **state)
{
    (void)state;
    char name[8];
    setenv("VISUAL", "/nonexistent/ed", 1);
    assert_int_equal(acd_editor_run("f", name, sizeof name), -ENOENT);
    assert_string_equal(name, "/nonexi");
}

/* A command that was cut would be another command. */
static void a_command_that_is_too_long_is_not_run_in_part(void **state)
{
    struct place *p = *state;
    char words[1024];
    memset(words, 'x', sizeof words);
    words[0] = ' ';
    words[sizeof words - 1] = '\0';
    set_editor(p, SAY_ARGUMENTS, "");
    char command[2048];
    snprintf(command, sizeof command, "%s%s", p->command, words);
    setenv("VISUAL", command, 1);
    assert_int_equal(run("f"), -E2BIG);
    set_editor(p, SAY_ARGUMENTS, " 1 2 3 4 5 6 7 8 9 10 11 12 13 14 ");
    assert_int_equal(run("f"), 0);
    assert_out(p, "<1><2><3><4><5><6><7><8><9><10><11><12><13><14><f>");
    set_editor(p, SAY_ARGUMENTS, " 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15");
    assert_int_equal(unlink(p->out), 0);
    assert_int_equal(run("f"), -E2BIG);
    assert_int_equal(access(p->out, F_OK), -1);
}

/* ---- how it ends ---- */

static void one_that_can_not_be_started_says_why(void **state)
{
    struct place *p = *state;
    setenv("VISUAL", "/nonexistent/ed", 1);
    assert_int_equal(run("f"), -ENOENT);
    setenv("VISUAL", p->dir.path, 1);
    assert_int_equal(run("f"), -EACCES);
    set_editor(p, "", "");
    setenv("VISUAL", p->script, 1);
    assert_int_equal(chmod(p->script, 0600), 0);
    assert_int_equal(run("f"), -EACCES);
}

static void one_that_fails_or_is_killed_is_told_from_one_that_does_well(void **state)
{
    struct place *p = *state;
    set_editor(p, "exit 0", "");
    assert_int_equal(run("f"), 0);
    set_editor(p, "exit 1", "");
    assert_int_equal(run("f"), -EIO);
    set_editor(p, "exit 127", "");
    assert_int_equal(run("f"), -EIO);
    set_editor(p, "kill -KILL $$", "");
    assert_int_equal(run("f"), -EIO);
    set_editor(p, "kill -SEGV $$", "");
    assert_int_equal(run("f"), -EIO);
}

/* ---- signals ---- */

static volatile sig_atomic_t came;

static void count(int number)
{
    (void)number;
    came++;
}

static void handle(int number)
{
    struct sigaction action = {0};
    action.sa_handler = count;
    assert_int_equal(sigaction(number, &action, NULL), 0);
}

/* ^C is the editor's while it runs, and the viewer's before and after. */
static void keys_that_signal_are_the_editors_while_it_runs(void **state)
{
    struct place *p = *state;
    static const int numbers[] = {SIGINT, SIGQUIT, SIGTSTP};
    static const char *const names[] = {"INT", "QUIT", "TSTP"};
    char script[64];
    for (size_t i = 0; i < 3; i++) {
        came = 0;
        handle(numbers[i]);
        snprintf(script, sizeof script, "kill -%s $PPID", names[i]);
        set_editor(p, script, "");
        assert_int_equal(run("f"), 0);
        assert_int_equal(came, 0);
        raise(numbers[i]);
        assert_int_equal(came, 1);
        signal(numbers[i], SIG_DFL);
    }
    /* The editor gets them as any program does. */
    set_editor(p, "kill -INT $$; exit 0", "");
    assert_int_equal(run("f"), -EIO);
}

/* The reason is read from a pipe: a signal meanwhile must not lose it. */
static void a_signal_meanwhile_changes_nothing(void **state)
{
    struct place *p = *state;
    const struct itimerval often = {{0, 200}, {0, 200}}, never = {{0, 0}, {0, 0}};
    int missing = -ENOENT, good = 0;
    came = 0;
    handle(SIGALRM);
    set_editor(p, "exit 0", "");
    assert_int_equal(setitimer(ITIMER_REAL, &often, NULL), 0);
    while (came < 50 && missing == -ENOENT && good == 0) {
        setenv("VISUAL", "/nonexistent/ed", 1);
        missing = run("f");
        setenv("VISUAL", p->command, 1);
        good = run("f");
    }
    setitimer(ITIMER_REAL, &never, NULL); /* the handler stays for one that is under way */
    assert_int_equal(missing, -ENOENT);
    assert_int_equal(good, 0);
}

/* As a viewer has it that was started by somebody who ignores the ends of children. */
static void an_end_that_nobody_waits_for_is_an_end(void **state)
{
    struct place *p = *state;
    signal(SIGCHLD, SIG_IGN);
    set_editor(p, "exit 0", "");
    int good = run("f");
    set_editor(p, "exit 1", "");
    int bad = run("f");
    struct sigaction now;
    sigaction(SIGCHLD, NULL, &now);
    signal(SIGCHLD, SIG_DFL);
    assert_int_equal(good, 0);
    assert_int_equal(bad, -EIO);
    assert_true(now.sa_handler == SIG_IGN);
}

/* With job control it is the shell's turn then; fg makes both go on. */
static void an_editor_that_stops_stops_the_viewer(void **state)
{
    struct place *p = *state;
    int status = 0;
    set_editor(p, "kill -STOP $$; echo on >$OUT", "");
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(run("f") == 0 ? 7 : 8);
    assert_int_equal(waitpid(child, &status, WUNTRACED), child);
    assert_true(WIFSTOPPED(status));
    assert_int_equal(WSTOPSIG(status), SIGSTOP);
    assert_int_equal(access(p->out, F_OK), -1);
    assert_int_equal(kill(child, SIGCONT), 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 7);
    assert_out(p, "on\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make, drop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(words_and_path_are_arguments_and_no_shell_reads_them),
        TEST(the_variables_are_asked_in_order),
        TEST(a_name_is_cut_to_its_room),
        TEST(a_command_that_is_too_long_is_not_run_in_part),
        TEST(one_that_can_not_be_started_says_why),
        TEST(one_that_fails_or_is_killed_is_told_from_one_that_does_well),
        TEST(keys_that_signal_are_the_editors_while_it_runs),
        TEST(a_signal_meanwhile_changes_nothing),
        TEST(an_end_that_nobody_waits_for_is_an_end),
        TEST(an_editor_that_stops_stops_the_viewer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
