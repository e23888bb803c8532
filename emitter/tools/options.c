/* SPDX-License-Identifier: MIT */
/* acdebug-emit's command line, see options.h. */
#include "config.h"

#include "emitter/tools/options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define LINE_DEFAULT ((size_t)1 << 20)
#define LINE_LEAST 1024
#define LINE_MOST ((size_t)256 << 20)

static bool set_name(struct acd_options *o, const char *value)
{
    o->name = value;
    return value[0] != '\0';
}

static bool set_level(struct acd_options *o, const char *value)
{
    o->level = value[0] - '0';
    return value[0] >= '0' && value[0] <= '3' && value[1] == '\0';
}

static bool set_pass(struct acd_options *o, const char *value)
{
    o->pass_all = strcmp(value, "all") == 0;
    return o->pass_all || strcmp(value, "other") == 0;
}

static bool set_line(struct acd_options *o, const char *value)
{
    char *end;
    errno = 0;
    unsigned long long bytes = strtoull(value, &end, 10);
    o->line_most = (size_t)bytes;
    return value[0] >= '0' && value[0] <= '9' && *end == '\0' && errno == 0 &&
           bytes >= LINE_LEAST && bytes <= LINE_MOST;
}

static bool set_directory(struct acd_options *o, const char *value)
{
    o->directory = value;
    return value[0] != '\0';
}

static bool set_quiet(struct acd_options *o, const char *value)
{
    (void)value;
    return o->quiet = true;
}

static bool ask_keys(struct acd_options *o, const char *value)
{
    (void)value;
    o->task = ACD_OPTIONS_KEYS;
    return true;
}

static bool ask_help(struct acd_options *o, const char *value)
{
    (void)value;
    o->task = ACD_OPTIONS_HELP;
    return true;
}

static bool ask_version(struct acd_options *o, const char *value)
{
    (void)value;
    o->task = ACD_OPTIONS_VERSION;
    return true;
}

static const struct option {
    const char *name, *value, *wants, *help;
    bool (*set)(struct acd_options *options, const char *value);
} options[] = {
    {"name", "NAME", "a name", "the server's name for acdebug-top (acdebug-emit)", set_name},
    {"level", "0-3", "0, 1, 2 or 3",
     "start level; without it ANYCLAUDE_DEBUG, else 3: what the server prints, it wants seen",
     set_level},
    {"pass", "all|other", "all or other",
     "what goes on to standard output: every line as it came (all), or only those that are no event",
     set_pass},
    {"max-line", "BYTES", "a number from 1024 to 268435456",
     "longer lines pass through and are no event (1048576)", set_line},
    {"directory", "DIR", "a directory", "the ring goes here instead of $ACDEBUG_DIR or the default",
     set_directory},
    {"quiet", NULL, NULL, "say nothing of lines that are no JSON, but for SIGUSR1", set_quiet},
    {"help-keys", NULL, NULL, "which keys of a line mean what", ask_keys},
    {"help", NULL, NULL, "this text", ask_help},
    {"version", NULL, NULL, "the version", ask_version},
};

static const struct option *find(const char *word, const char **ret_value)
{
    const char *equals = strchr(word, '=');
    size_t bytes = equals ? (size_t)(equals - word) : strlen(word);
    *ret_value = equals ? equals + 1 : NULL;
    for (size_t i = 0; i < COUNT(options); i++)
        if (strlen(options[i].name) == bytes && memcmp(options[i].name, word, bytes) == 0)
            return &options[i];
    return NULL;
}

int acd_options_parse(struct acd_options *ret_options, int argc, char *const *argv, char *ret_error,
                      size_t size)
{
    struct acd_options o = {.level = -1, .pass_all = true, .line_most = LINE_DEFAULT};
    for (int i = 1; i < argc; i++) {
        const char *value = NULL, *word = argv[i];
        const struct option *option = strncmp(word, "--", 2) == 0 ? find(word + 2, &value) : NULL;
        if (strcmp(word, "-h") == 0)
            option = find("help", &value);
        if (!option) {
            snprintf(ret_error, size,
                     "'%s' is no option. Hint: my-server | acdebug-emit --name NAME", word);
            return -EINVAL;
        }
        if (option->value && !value && i + 1 < argc)
            value = argv[++i];
        if (!option->value != !value) {
            snprintf(ret_error, size, "--%s %s%s", option->name,
                     option->value ? "needs " : "takes no value",
                     option->value ? option->wants : "");
            return -EINVAL;
        }
        if (!option->set(&o, value)) {
            snprintf(ret_error, size, "--%s '%s' is not %s", option->name, value, option->wants);
            return -EINVAL;
        }
    }
    *ret_options = o;
    return 0;
}

void acd_options_help(FILE *stream)
{
    fputs("Usage: my-server 2>&1 | acdebug-emit --name my-server [OPTION...]\n\n"
          "Makes each line of standard input that is a JSON object an event for acdebug-top.\n"
          "All other lines pass through as they are.\n\n",
          stream);
    for (size_t i = 0; i < COUNT(options); i++) {
        char flag[48];
        snprintf(flag, sizeof flag, "--%s%s%s", options[i].name, options[i].value ? " " : "",
                 options[i].value ? options[i].value : "");
        fprintf(stream, "  %-18s %s\n", flag, options[i].help);
    }
    fputs("\nSIGUSR1 makes it say its counts on standard error.\n"
          "Exit: 0 good, 1 failed (no ring, or an input or output that failed), 2 usage.\n",
          stream);
}
