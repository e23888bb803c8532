/* SPDX-License-Identifier: MIT */
/* The command line, see args.h. */
#include "config.h"

#include "tui/app/args.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "tui/app/suggest.h"
#include "tui/reader/control.h"
#include "tui/reader/totals.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define SCREENS (1u << ACD_COMMAND_LIVE)
#define PICTURES (SCREENS | 1u << ACD_COMMAND_VIEW | 1u << ACD_COMMAND_REPLAY)
#define CONFIGURED (PICTURES | 1u << ACD_COMMAND_LEVEL)
#define ANY (~0u)

static const struct acd_args_command commands[] = {
    {"", "[TARGET...]", "the live screen", ACD_COMMAND_LIVE},
    {"list", "", "servers, alive and dead", ACD_COMMAND_LIST},
    {"level", "TARGET [0-3]", "show or set the level of a running server", ACD_COMMAND_LEVEL},
    {"tail", "[TARGET...]", "events as they come, one a line; gaps are said", ACD_COMMAND_TAIL},
    {"snapshot", "[TARGET...]", "all numbers, once", ACD_COMMAND_SNAPSHOT},
    {"record", "FILE.acdrec [TARGET...]", "all that happens into a file, to look at later",
     ACD_COMMAND_RECORD},
    {"replay", "FILE.acdrec", "a recording on the live screen: space . < > { }",
     ACD_COMMAND_REPLAY},
    {"trace", "[TARGET...]", "timers as a trace for Perfetto or Chrome", ACD_COMMAND_TRACE},
    {"doctor", "", "what is wrong when there is nothing to see, and the cure", ACD_COMMAND_DOCTOR},
    {"view", "FILE.json", "a JSON file of any size as a tree", ACD_COMMAND_VIEW},
};

enum option_id {
    OPTION_HELP,
    OPTION_VERSION,
    OPTION_DEMO,
    OPTION_JSON,
    OPTION_OPENMETRICS,
    OPTION_LINE,
    OPTION_FAIL_IF,
    OPTION_MAX,
    OPTION_REDACT,
    OPTION_SPEED,
    OPTION_FOR,
    OPTION_MATCH,
    OPTION_LEVEL,
    OPTION_FROM_START,
    OPTION_COUNT,
    OPTION_ALL,
    OPTION_DIRECTORY,
    OPTION_ASCII,
    OPTION_NO_COLOUR,
    OPTION_CONFIG,
    OPTION_CHECK_CONFIG,
    OPTION_PRINT_CONFIG,
    OPTION_SET,
    OPTION_SETTING, /* a key of the configuration, of the same name */
};

static const struct acd_args_option options[] = {
    {OPTION_DEMO, 0, "demo", NULL, "start a demo server and watch it: nothing to set up", SCREENS},
    {OPTION_JSON, 0, "json", NULL, "JSON instead of text; tail: one object a line",
     1u << ACD_COMMAND_LIST | 1u << ACD_COMMAND_SNAPSHOT | 1u << ACD_COMMAND_TAIL |
         1u << ACD_COMMAND_DOCTOR},
    {OPTION_OPENMETRICS, 0, "openmetrics", NULL, "as Prometheus and OpenTelemetry read it",
     1u << ACD_COMMAND_SNAPSHOT},
    {OPTION_LINE, 0, "line", NULL,
     "one line for tmux or a prompt: level, busiest cache, slowest timer, errors",
     1u << ACD_COMMAND_SNAPSHOT},
    {OPTION_FAIL_IF, 0, "fail-if", "EXPR", "exit 1 if 'cache.prompt.hit_rate_tokens < 0.7', say",
     1u << ACD_COMMAND_SNAPSHOT},
    {OPTION_MAX, 0, "max", "SIZE", "the file grows to 256M, or SIZE, and no further",
     1u << ACD_COMMAND_RECORD},
    {OPTION_REDACT, 0, "redact", NULL, "leave out texts that may hold prompts or secrets",
     1u << ACD_COMMAND_RECORD},
    {OPTION_SPEED, 0, "speed", "N", "so many times as fast as it was: 10, 0.5",
     1u << ACD_COMMAND_REPLAY},
    {OPTION_FOR, 0, "for", "TIME", "go back, or end, after TIME: 60s, 10m, 2h",
     1u << ACD_COMMAND_LEVEL | 1u << ACD_COMMAND_RECORD},
    {OPTION_MATCH, 0, "match", "CATEGORY", "set the level of one category only",
     1u << ACD_COMMAND_LEVEL},
    {OPTION_LEVEL, 0, "level", "N", "show events up to level N", 1u << ACD_COMMAND_TAIL | SCREENS},
    {OPTION_FROM_START, 0, "from-start", NULL, "begin with the events that are still in the ring",
     1u << ACD_COMMAND_TAIL},
    {OPTION_COUNT, 'n', "count", "N", "end after N lines", 1u << ACD_COMMAND_TAIL},
    {OPTION_ALL, 'a', "all", NULL, "dead servers too", ANY},
    {OPTION_DIRECTORY, 0, "directory", "DIR", "look for rings there, instead of $ACDEBUG_DIR", ANY},
    {OPTION_ASCII, 0, "ascii", NULL, "draw with ASCII only", PICTURES},
    {OPTION_NO_COLOUR, 0, "no-color", NULL, "no colours, as with NO_COLOR", PICTURES},
    {OPTION_SETTING, 0, "theme", "THEME", "default, light, monochrome or high-contrast", PICTURES},
    {OPTION_SETTING, 0, "mouse", NULL, "take clicks and the wheel", PICTURES},
    {OPTION_SET, 0, "set", "KEY=VALUE", "any key of the configuration: --set level.confirm_at=2",
     CONFIGURED},
    {OPTION_CONFIG, 'c', "config", "FILE", "configuration, over that of the usual files",
     CONFIGURED},
    {OPTION_CHECK_CONFIG, 0, "check-config", NULL, "say what is wrong with it: exit 0 or 3",
     SCREENS},
    {OPTION_PRINT_CONFIG, 0, "print-config", NULL, "all of it as YAML, with comments", SCREENS},
    {OPTION_HELP, 'h', "help", NULL, "this text", ANY},
    {OPTION_VERSION, 'V', "version", NULL, "the version", ANY},
};

_Static_assert(COUNT(options) <= 32, "a bit of struct line's `used` for each");

const struct acd_args_command *acd_args_command_at(size_t index)
{
    return index < COUNT(commands) ? &commands[index] : NULL;
}

const struct acd_args_option *acd_args_option_at(size_t index)
{
    return index < COUNT(options) ? &options[index] : NULL;
}

static int complain(struct acd_args_error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static int complain(struct acd_args_error *error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->text, sizeof error->text, format, arguments);
    va_end(arguments);
    return -EINVAL;
}

/* ---------------------------------------------------------------- values */

static int parse_number(const char *text, uint64_t *ret_number)
{
    if (!text[0] || text[strspn(text, "0123456789")])
        return -EINVAL;
    errno = 0;
    unsigned long long n = strtoull(text, NULL, 10);
    if (errno != 0)
        return -EINVAL;
    *ret_number = n;
    return 0;
}

int acd_args_duration(const char *text, uint32_t *ret_seconds)
{
    static const struct {
        const char *unit;
        uint64_t seconds;
    } units[] = {{"", 1}, {"s", 1}, {"m", 60}, {"min", 60}, {"h", 3600}, {"d", 86400}};
    size_t digits = strspn(text, "0123456789");
    char number[24];
    uint64_t n = 0;
    if (digits == 0 || digits >= sizeof number)
        return -EINVAL;
    memcpy(number, text, digits);
    number[digits] = '\0';
    for (size_t i = 0; i < COUNT(units); i++) {
        if (strcmp(text + digits, units[i].unit) != 0)
            continue;
        if (parse_number(number, &n) < 0 || n == 0 || n > UINT32_MAX / units[i].seconds)
            return -EINVAL;
        *ret_seconds = (uint32_t)(n * units[i].seconds);
        return 0;
    }
    return -EINVAL;
}

/* 4096, 64K, 256M, 2G */
static int parse_size(const char *text, uint64_t *ret_bytes)
{
    static const char units[] = "KMG";
    size_t digits = strspn(text, "0123456789");
    const char *unit = text[digits] ? strchr(units, text[digits]) : NULL;
    char number[24];
    uint64_t n = 0;
    if (digits == 0 || digits >= sizeof number || (text[digits] && (!unit || text[digits + 1])))
        return -EINVAL;
    memcpy(number, text, digits);
    number[digits] = '\0';
    unsigned shift = unit ? 10 * (1 + (unsigned)(unit - units)) : 0;
    if (parse_number(number, &n) < 0 || n == 0 || n > UINT64_MAX >> 1 >> shift)
        return -EINVAL;
    *ret_bytes = n << shift;
    return 0;
}

static int parse_speed(const char *text, double *ret_speed)
{
    char *end;
    double speed = strtod(text, &end);
    if (!text[0] || text[strspn(text, "0123456789.")] || *end || speed < 0.001 || speed > 1000)
        return -EINVAL;
    *ret_speed = speed;
    return 0;
}

static int parse_level(const char *text, int *ret_level)
{
    uint64_t n = 0;
    if (parse_number(text, &n) < 0 || n > 3)
        return -EINVAL;
    *ret_level = (int)n;
    return 0;
}

static int take_setting(struct acd_args *args, const struct acd_args_option *option,
                        const char *value, struct acd_args_error *error)
{
    bool any = option->id == OPTION_SET;
    if (any && (!strchr(value, '=') || value[0] == '='))
        return complain(error, "'%s' is no setting. Hint: --set theme=light", value);
    if (args->setting_count == ACD_ARGS_SETTINGS)
        return complain(error, "more than %d settings. Hint: --config FILE", ACD_ARGS_SETTINGS);
    args->setting[args->setting_count++] =
        (struct acd_args_setting){option->name, any ? NULL : option->name, value};
    return 0;
}

static int take_value(struct acd_args *args, const struct acd_args_option *option,
                      const char *value, struct acd_args_error *error)
{
    switch (option->id) {
    case OPTION_FOR:
        if (acd_args_duration(value, &args->for_s) < 0)
            return complain(error, "'%s' is no time. Hint: --for 60s, 10m or 2h", value);
        return 0;
    case OPTION_MAX:
        if (parse_size(value, &args->max_bytes) < 0)
            return complain(error, "'%s' is no size. Hint: --max 64M, 1G", value);
        return 0;
    case OPTION_SPEED:
        if (parse_speed(value, &args->speed) < 0)
            return complain(error, "'%s' is no speed from 0.001 to 1000. Hint: --speed 10", value);
        return 0;
    case OPTION_MATCH:
        args->category = acd_category_find(value);
        if (args->category < 0)
            return complain(error,
                            "there is no category '%s'. Hint: log, cache, timer, error, "
                            "performance, logger, user0 to user9",
                            value);
        return 0;
    case OPTION_LEVEL:
        if (parse_level(value, &args->level) < 0)
            return complain(error, "level '%s' is not 0, 1, 2 or 3", value);
        return 0;
    case OPTION_COUNT:
        if (parse_number(value, &args->count) < 0 || args->count == 0)
            return complain(error, "'%s' is no count of lines. Hint: --count 100", value);
        return 0;
    case OPTION_FAIL_IF: args->fail_if = value; return 0;
    case OPTION_CONFIG: args->config = value; return 0;
    case OPTION_SET:
    case OPTION_SETTING: return take_setting(args, option, value, error);
    default: args->directory = value; return 0;
    }
}

static void take_flag(struct acd_args *args, enum option_id id)
{
    switch (id) {
    case OPTION_HELP: args->command = ACD_COMMAND_HELP; break;
    case OPTION_VERSION: args->command = ACD_COMMAND_VERSION; break;
    case OPTION_DEMO: args->demo = true; break;
    case OPTION_JSON: args->json = true; break;
    case OPTION_OPENMETRICS: args->openmetrics = true; break;
    case OPTION_LINE: args->line = true; break;
    case OPTION_REDACT: args->redact = true; break;
    case OPTION_FROM_START: args->from_start = true; break;
    case OPTION_ALL: args->all = true; break;
    case OPTION_ASCII: args->ascii = true; break;
    case OPTION_NO_COLOUR: args->no_colour = true; break;
    case OPTION_CHECK_CONFIG: args->check_config = true; break;
    case OPTION_PRINT_CONFIG: args->print_config = true; break;
    default: break;
    }
}

/* ---------------------------------------------------------------- the line */

/* What is left of it, and what it was before --help was found. */
struct line {
    int argc, at;
    char *const *argv;
    bool only_targets; /* after -- */
    bool command_taken;
    unsigned used; /* options, a bit each */
};

static const struct acd_args_option *find_option(const char *name, size_t length)
{
    for (size_t i = 0; i < COUNT(options); i++)
        if (strlen(options[i].name) == length && memcmp(options[i].name, name, length) == 0)
            return &options[i];
    return NULL;
}

const char *acd_args_command_near(const char *target)
{
    const char *names[COUNT(commands)];
    for (size_t i = 0; i < COUNT(commands); i++)
        names[i] = commands[i].name;
    return acd_suggest_nearest(target, names + 1, COUNT(commands) - 1); /* the first has none */
}

static int unknown_option(const char *given, struct acd_args_error *error)
{
    const char *names[COUNT(options)];
    for (size_t i = 0; i < COUNT(options); i++)
        names[i] = options[i].name;
    const char *near = acd_suggest_nearest(given + strspn(given, "-"), names, COUNT(options));
    if (near)
        return complain(error, "unknown option '%s' (did you mean '--%s'?)", given, near);
    return complain(error, "unknown option '%s'. Hint: acdebug-top --help", given);
}

static int take_option(struct acd_args *args, struct line *line,
                       const struct acd_args_option *option, const char *value,
                       struct acd_args_error *error)
{
    line->used |= 1u << (option - options);
    if (!option->value) {
        if (value)
            return complain(error, "--%s takes no value", option->name);
        if (option->id == OPTION_SETTING)
            return take_setting(args, option, "true", error);
        take_flag(args, option->id);
        return 0;
    }
    if (!value && line->at < line->argc)
        value = line->argv[line->at++];
    if (!value)
        return complain(error, "--%s needs a value: --%s %s", option->name, option->name,
                        option->value);
    return take_value(args, option, value, error);
}

static int take_dashed(struct acd_args *args, struct line *line, const char *word,
                       struct acd_args_error *error)
{
    if (word[1] == '-') {
        size_t length = strcspn(word + 2, "=");
        const struct acd_args_option *option = find_option(word + 2, length);
        if (!option)
            return unknown_option(word, error);
        return take_option(args, line, option, word[2 + length] ? word + 3 + length : NULL, error);
    }
    for (size_t i = 0; i < COUNT(options); i++)
        if (options[i].letter == word[1])
            return take_option(args, line, &options[i], word[2] ? word + 2 : NULL, error);
    return unknown_option(word, error);
}

static bool take_command(struct acd_args *args, struct line *line, const char *word)
{
    if (line->command_taken)
        return false;
    line->command_taken = true;
    for (size_t i = 1; i < COUNT(commands); i++) {
        if (strcmp(word, commands[i].name) == 0) {
            args->command = commands[i].id;
            return true;
        }
    }
    return false;
}

static int take_target(struct acd_args *args, const char *word, struct acd_args_error *error)
{
    if (!word[0])
        return complain(error, "a target is empty. Hint: a server's name or pid");
    if (args->command == ACD_COMMAND_LEVEL && args->target_count == 1 && args->level < 0) {
        if (parse_level(word, &args->level) < 0)
            return complain(error, "level '%s' is not 0, 1, 2 or 3", word);
        return 0;
    }
    if (args->command == ACD_COMMAND_RECORD && !args->file) {
        args->file = word;
        return 0;
    }
    if (args->target_count == ACD_ARGS_TARGETS)
        return complain(error, "more than %d targets", ACD_ARGS_TARGETS);
    args->target[args->target_count] = acd_target_parse(word);
    if (args->command == ACD_COMMAND_REPLAY)
        args->target[args->target_count].kind = ACD_TARGET_PATH;
    args->target_count++;
    return 0;
}

static const char *command_name(enum acd_command id)
{
    for (size_t i = 0; i < COUNT(commands); i++)
        if (commands[i].id == id)
            return commands[i].name;
    return "";
}

/* `acdebug-top FILE.json` means view. */
static void take_file(struct acd_args *args)
{
    const char *text = args->target_count == 1 ? args->target[0].text : "";
    size_t length = strlen(text);
    if (args->command == ACD_COMMAND_LIVE && length > 5 && strcmp(text + length - 5, ".json") == 0)
        args->command = ACD_COMMAND_VIEW;
}

static int check_whole(const struct acd_args *args, const struct line *line,
                       struct acd_args_error *error)
{
    if (args->command == ACD_COMMAND_HELP || args->command == ACD_COMMAND_VERSION)
        return 0;
    for (size_t i = 0; i < COUNT(options); i++)
        if (line->used >> i & 1u && !(options[i].commands >> args->command & 1u))
            return complain(error, "--%s does not go with %s. Hint: acdebug-top --help",
                            options[i].name,
                            args->command == ACD_COMMAND_LIVE ? "the live screen"
                                                              : command_name(args->command));
    if (args->command == ACD_COMMAND_LEVEL && args->target_count != 1)
        return complain(error, "level needs one server. Hint: acdebug-top level NAME 2 --for 60s");
    if (args->command == ACD_COMMAND_LEVEL && args->level < 0 &&
        (args->for_s > 0 || args->category >= 0))
        return complain(error, "level needs a level to set: 0, 1, 2 or 3");
    if (args->command == ACD_COMMAND_LEVEL && args->for_s > ACD_CONTROL_LEASE_MAX_S)
        return complain(error, "a level is set for %u days at most. Hint: without --for, it stays",
                        ACD_CONTROL_LEASE_MAX_S / 86400);
    if (args->command == ACD_COMMAND_RECORD && !args->file)
        return complain(error, "record needs a file. Hint: acdebug-top record FILE.acdrec");
    if (args->command == ACD_COMMAND_REPLAY && args->target_count != 1)
        return complain(error, "replay needs one recording. Hint: acdebug-top replay FILE.acdrec");
    if (args->command == ACD_COMMAND_VIEW && args->target_count != 1)
        return complain(error, "view needs one file. Hint: acdebug-top view FILE.json");
    if (args->command == ACD_COMMAND_DOCTOR && args->target_count > 0)
        return complain(error, "doctor takes no targets: it looks at all of a directory");
    if (args->command == ACD_COMMAND_LIST && args->target_count > 0)
        return complain(error, "list takes no targets. Hint: acdebug-top snapshot '%s'",
                        args->target[0].text);
    if (args->json + args->openmetrics + args->line > 1)
        return complain(error, "--json, --openmetrics and --line are different forms: take one");
    if (args->demo && args->target_count > 0)
        return complain(error, "--demo brings its own server; no targets with it");
    return 0;
}

int acd_args_parse(struct acd_args *ret_args, int argc, char *const *argv,
                   struct acd_args_error *ret_error)
{
    struct acd_args args = {
        .level = -1, .category = -1, .max_bytes = UINT64_C(256) << 20, .speed = 1};
    struct line line = {.argc = argc, .at = 1, .argv = argv};
    int r = 0;
    while (r == 0 && line.at < argc) {
        const char *word = argv[line.at++];
        if (line.only_targets)
            r = take_target(&args, word, ret_error);
        else if (strcmp(word, "--") == 0)
            line.only_targets = line.command_taken = true;
        else if (word[0] == '-' && word[1])
            r = take_dashed(&args, &line, word, ret_error);
        else if (!take_command(&args, &line, word))
            r = take_target(&args, word, ret_error);
        if (args.command == ACD_COMMAND_HELP || args.command == ACD_COMMAND_VERSION)
            break;
    }
    take_file(&args);
    if (r == 0)
        r = check_whole(&args, &line, ret_error);
    if (r == 0)
        *ret_args = args;
    return r;
}

/* ---------------------------------------------------------------- help */

static void help_option(FILE *stream, const struct acd_args_option *option)
{
    char flag[48];
    snprintf(flag, sizeof flag, "%c%c%s--%s%s%s", option->letter ? '-' : ' ',
             option->letter ? option->letter : ' ', option->letter ? ", " : "  ", option->name,
             option->value ? " " : "", option->value ? option->value : "");
    fprintf(stream, "  %-24s %s", flag, option->help);
    const char *before = " (";
    for (size_t i = 0; option->commands != ANY && i < COUNT(commands); i++) {
        if (option->commands >> commands[i].id & 1u && commands[i].name[0]) {
            fprintf(stream, "%s%s", before, commands[i].name);
            before = ", ";
        }
    }
    fputs(before[0] == ',' ? ")\n" : "\n", stream);
}

void acd_args_help(FILE *stream)
{
    fputs("acdebug-top: live answers about running LLM servers\n\n", stream);
    for (size_t i = 0; i < COUNT(commands); i++) {
        char line[64];
        snprintf(line, sizeof line, "acdebug-top %s%s%s", commands[i].name,
                 commands[i].name[0] ? " " : "", commands[i].arguments);
        fprintf(stream, "  %-36s %s\n", line, commands[i].help);
    }
    fputs(
        "\nA TARGET is a server's name, its pid, a ring file, or a recording. Without one: all that "
        "live.\n"
        "name:123 is the server named 123, not that of the pid.\n\n",
        stream);
    for (size_t i = 0; i < COUNT(options); i++)
        help_option(stream, &options[i]);
    fputs("\n--fail-if EXPR: PATH OP NUMBER, joined by and, or, (). PATH is the number's name in "
          "--json:\n"
          "  cache.NAME.hits, .miss_reasons.REASON; timer.NAME.p95_ns, .checkpoint.LABEL.p95_ns;\n"
          "  error.TYPE.count; events.dropped; servers.count. * is any NAME. NUMBER may end in\n"
          "  % ns us ms s m h k M G. Exit: 0 not so, 1 so, 3 not known (no lookup yet).\n",
          stream);
    fputs("\nLevels: 0 off, 1 basic, 2 verbose, 3 trace. Keys of the live screen: F1.\n"
          "Exit: 0 good, 1 failed, 2 usage or terminal, 3 bad input.\n",
          stream);
}
