/* SPDX-License-Identifier: MIT */
/* acdebug-top's entry: locale, arguments, the command. */
#include "config.h"

#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "tui/app/args.h"
#include "tui/app/cmd.h"
#include "tui/app/demo.h"
#include "tui/app/loop.h"
#include "tui/app/say.h"
#include "tui/reader/guard.h"

/* One descriptor a ring: a thousand servers need more than the usual soft limit. */
static void allow_many_files(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static int help(void)
{
    acd_args_help(stdout);
    return acd_say_end();
}

static int version(void)
{
    printf("acdebug-top %s\n", PACKAGE_VERSION);
    return acd_say_end();
}

static int run(const struct acd_args *args)
{
    switch (args->command) {
    case ACD_COMMAND_LIST: return acd_cmd_list_run(args);
    case ACD_COMMAND_LEVEL: return acd_cmd_level_run(args);
    case ACD_COMMAND_SNAPSHOT: return acd_cmd_snapshot_run(args);
    case ACD_COMMAND_TAIL: return acd_cmd_tail_run(args);
    case ACD_COMMAND_HELP: return help();
    case ACD_COMMAND_VERSION: return version();
    default: return args->demo ? acd_demo_command(args) : acd_loop_run(args);
    }
}

int main(int argc, char **argv)
{
    struct acd_args args;
    struct acd_args_error error;
    /* Letters only: numbers in JSON keep their point. */
    setlocale(LC_CTYPE, "");
    if (acd_args_parse(&args, argc, argv, &error) < 0) {
        acd_say_error("%s", error.text);
        return ACD_EXIT_USAGE;
    }
    allow_many_files();
    /* With a screen, the guard comes after the screen's own handlers. */
    if (args.command != ACD_COMMAND_LIVE && args.command != ACD_COMMAND_VIEW)
        acd_guard_install();
    return run(&args);
}
