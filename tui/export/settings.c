/* SPDX-License-Identifier: MIT */
/* acdebug-export's command line, see settings.h. */
#include "config.h"

#include "tui/export/settings.h"

#include <errno.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>

#include "tui/app/args.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define LISTEN_DEFAULT "127.0.0.1:9774"

/* getaddrinfo() would take 65536 for 0. */
static bool is_port(const char *text)
{
    size_t n = strlen(text);
    return n > 0 && n <= 5 && strspn(text, "0123456789") == n && strtoul(text, NULL, 10) <= 65535;
}

/* HOST:PORT, [HOST]:PORT or PORT; numbers only, so that nothing has to be asked for. */
static bool set_listen(struct acd_settings *s, const char *value)
{
    char host[128] = "127.0.0.1";
    const char *port = strrchr(value, ':');
    size_t bytes = port ? (size_t)(port - value) : 0;
    const struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
                                   .ai_socktype = SOCK_STREAM};
    struct addrinfo *found;
    if (port) {
        bool brackets = bytes >= 2 && value[0] == '[' && port[-1] == ']';
        if (brackets)
            bytes -= 2;
        if (bytes == 0 || bytes >= sizeof host)
            return false;
        memcpy(host, value + brackets, bytes);
        host[bytes] = '\0';
        if (!brackets && strchr(host, ':'))
            return false;
    }
    port = port ? port + 1 : value;
    if (!is_port(port) || getaddrinfo(host, port, &hints, &found) != 0)
        return false;
    memcpy(&s->address, found->ai_addr, found->ai_addrlen);
    s->address_bytes = found->ai_addrlen;
    freeaddrinfo(found);
    return s->listen = true;
}

static bool set_textfile(struct acd_settings *s, const char *value)
{
    size_t n = strlen(value);
    s->textfile = value;
    return n > 5 && strcmp(value + n - 5, ".prom") == 0 && value[n - 6] != '/';
}

static bool set_every(struct acd_settings *s, const char *value)
{
    return acd_args_duration(value, &s->every_s) == 0 && s->every_s > 0;
}

static bool set_keep(struct acd_settings *s, const char *value)
{
    return acd_args_duration(value, &s->keep_s) == 0;
}

static bool set_directory(struct acd_settings *s, const char *value)
{
    s->directory = value;
    return value[0] != '\0';
}

static bool ask_help(struct acd_settings *s, const char *value)
{
    (void)value;
    s->task = ACD_SETTINGS_HELP;
    return true;
}

static bool ask_version(struct acd_settings *s, const char *value)
{
    (void)value;
    s->task = ACD_SETTINGS_VERSION;
    return true;
}

static const struct option {
    const char *name, *value, *wants, *help;
    bool (*set)(struct acd_settings *settings, const char *value);
} options[] = {
    {"listen", "ADDRESS:PORT",
     "an address in numbers and a port, such as 127.0.0.1:9774 or [::]:9774",
     "serve /metrics here (" LISTEN_DEFAULT ", unless there is --textfile); port 0: any free",
     set_listen},
    {"textfile", "PATH", "a path that ends in .prom, the only files that node_exporter reads",
     "write them to this file, for node_exporter", set_textfile},
    {"every", "TIME", "a time such as 15s", "write the file again and again; without it once",
     set_every},
    {"keep", "TIME", "a time such as 5m", "go on showing servers that died meanwhile (5m)",
     set_keep},
    {"directory", "DIR", "a directory",
     "where the rings are, instead of $ACDEBUG_DIR or the default", set_directory},
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

/* An option and its value, which may be the next word. */
static int take_option(struct acd_settings *s, char *const **at, char *ret_error, size_t size)
{
    const char *value = NULL, *word = **at;
    const struct option *option = strncmp(word, "--", 2) == 0 ? find(word + 2, &value) : NULL;
    if (strcmp(word, "-h") == 0)
        option = find("help", &value);
    if (!option) {
        snprintf(ret_error, size, "'%s' is no option. Hint: acdebug-export --help", word);
        return -EINVAL;
    }
    if (option->value && !value && (*at)[1])
        value = *++*at;
    if (!option->value != !value) {
        snprintf(ret_error, size, "--%s %s%s", option->name,
                 option->value ? "needs " : "takes no value", option->value ? option->wants : "");
        return -EINVAL;
    }
    if (!option->set(s, value)) {
        snprintf(ret_error, size, "--%s '%s' is not %s", option->name, value, option->wants);
        return -EINVAL;
    }
    return 0;
}

static int take_target(struct acd_settings *s, const char *word, char *ret_error, size_t size)
{
    if (s->target_count == ACD_SETTINGS_TARGETS) {
        snprintf(ret_error, size, "more than %d targets", ACD_SETTINGS_TARGETS);
        return -EINVAL;
    }
    s->target[s->target_count++] = acd_target_parse(word);
    return 0;
}

int acd_settings_parse(struct acd_settings *ret_settings, int argc, char *const *argv,
                       char *ret_error, size_t size)
{
    struct acd_settings s = {.keep_s = 300};
    char *const *end = argv + argc;
    int r = 0;
    for (char *const *at = argv + 1; r == 0 && at < end; at++)
        r = (*at)[0] == '-' ? take_option(&s, &at, ret_error, size)
                            : take_target(&s, *at, ret_error, size);
    if (r == 0 && s.every_s > 0 && !s.textfile) {
        snprintf(ret_error, size, "--every goes with --textfile only");
        r = -EINVAL;
    }
    if (r == 0 && s.listen && s.textfile && s.every_s == 0) {
        snprintf(ret_error, size, "--listen and --textfile together need --every");
        r = -EINVAL;
    }
    if (r < 0)
        return r;
    if (!s.listen && !s.textfile)
        (void)set_listen(&s, LISTEN_DEFAULT);
    *ret_settings = s;
    return 0;
}

void acd_settings_help(FILE *stream)
{
    fputs("Usage: acdebug-export [OPTION...] [TARGET...]\n\n"
          "Serves the numbers of running servers to Prometheus, and to what scrapes as it does.\n"
          "A TARGET is a server's name, its pid, or a ring file. Without one: all that live.\n"
          "name:123 is the server named 123, not that of the pid.\n\n",
          stream);
    for (size_t i = 0; i < COUNT(options); i++) {
        char flag[48];
        snprintf(flag, sizeof flag, "--%s%s%s", options[i].name, options[i].value ? " " : "",
                 options[i].value ? options[i].value : "");
        fprintf(stream, "  %-22s %s\n", flag, options[i].help);
    }
    fputs("\nThere is no password and no encryption: who reaches the port can read the numbers.\n"
          "Exit: 0 good, 1 failed, 2 usage, 3 a target that is no ring.\n",
          stream);
}
