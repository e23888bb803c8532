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
#include "tui/app/conf.h"
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

/* Only these go by the configuration: what a pipe reads is the same everywhere. */
static bool is_configured(const struct acd_args *args)
{
    return args->command == ACD_COMMAND_LIVE || args->command == ACD_COMMAND_VIEW ||
           args->command == ACD_COMMAND_LEVEL || args->command == ACD_COMMAND_REPLAY;
}

/* @return an exit code, or -1: go on */
static int configure(struct acd_args *args, struct acd_conf *conf)
{
    if (acd_conf_load(conf, args, stderr) < 0) {
        acd_say_error("%s", strerror(ENOMEM));
        return ACD_EXIT_FAILED;
    }
    args->conf = conf;
    if (args->print_config)
        acd_conf_print(stdout, conf);
    for (size_t i = 0; args->check_config && i < conf->file_count; i++) {
        acd_say_text(stdout, "%s", conf->file[i]);
        puts(": read");
    }
    if (args->check_config && conf->file_count == 0)
        puts("no configuration file was read");
    /* A screen comes up in spite of errors in the usual files, not with a file that was asked for. */
    bool asked = args->check_config || args->print_config;
    if (conf->errors > 0 && (asked || args->config || args->setting_count > 0))
        return ACD_EXIT_BAD_INPUT;
    return asked ? acd_say_end() : -1;
}

static int run(const struct acd_args *args)
{
    switch (args->command) {
    case ACD_COMMAND_LIST: return acd_cmd_list_run(args);
    case ACD_COMMAND_LEVEL: return acd_cmd_level_run(args);
    case ACD_COMMAND_SNAPSHOT: return acd_cmd_snapshot_run(args);
    case ACD_COMMAND_TAIL: return acd_cmd_tail_run(args);
    case ACD_COMMAND_DOCTOR: return acd_cmd_doctor_run(args);
    case ACD_COMMAND_RECORD: return acd_cmd_record_run(args);
    case ACD_COMMAND_TRACE: return acd_cmd_trace_run(args);
    case ACD_COMMAND_HELP: return help();
    case ACD_COMMAND_VERSION: return version();
    default: return args->demo ? acd_demo_command(args) : acd_loop_run(args);
    }
}

int main(int argc, char **argv)
{
    struct acd_args args;
    struct acd_args_error error;
    struct acd_conf conf;
    /* Letters only: numbers in JSON keep their point. */
    setlocale(LC_CTYPE, "");
    if (acd_args_parse(&args, argc, argv, &error) < 0) {
        acd_say_error("%s", error.text);
        return ACD_EXIT_USAGE;
    }
    allow_many_files();
    if (is_configured(&args)) {
        int code = configure(&args, &conf);
        if (code >= 0)
            return code;
    }
    /* With a screen, the guard comes after the screen's own handlers. */
    if (args.command != ACD_COMMAND_LIVE && args.command != ACD_COMMAND_VIEW &&
        args.command != ACD_COMMAND_REPLAY)
        acd_guard_install();
    return run(&args);
}
