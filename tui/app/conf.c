/* SPDX-License-Identifier: MIT */
/* The configuration's sources in their order, see conf.h. */
#include "config.h"

#include "tui/app/conf.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tui/app/confread.h"
#include "tui/app/suggest.h"
#include "tui/app/yamlread.h"
#include "tui/view/colour.h"

#define FILE_NAME "acdebug/top.yaml"
#define ENVIRONMENT "ACDEBUG_TOP_"

void acd_conf_init(struct acd_conf *conf)
{
    memset(conf, 0, sizeof *conf);
    for (int id = 0; id < ACD_CONF_KEYS; id++) {
        const struct acd_conf_key *key = acd_conftable_key((enum acd_conf_id)id);
        acd_conftable_parse(key, key->fallback, &conf->value[id]);
    }
    acd_keymap_init(&conf->keymap);
    acd_conf_settle(conf);
}

void acd_conf_settle(struct acd_conf *conf)
{
    const uint64_t *v = conf->value;
    const char *bad;
    conf->theme = *acd_style_theme_at(v[ACD_CONF_THEME]);
    for (int i = 0; i < ACD_STYLE_COUNT; i++)
        if (conf->colour[i][0])
            acd_colour_parse(conf->colour[i], &conf->theme.shades[i], &bad);
    conf->look.hit_rate = (unsigned)v[ACD_CONF_HIT_RATE];
    conf->look.running_ns = v[ACD_CONF_RUNNING];
    conf->look.window = (enum acd_window_id)v[ACD_CONF_TREND];
    memcpy(conf->look.hidden, conf->hidden, sizeof conf->hidden);
    conf->policy.allow_change = v[ACD_CONF_ALLOW_CHANGE] && !conf->locked;
    conf->policy.locked = v[ACD_CONF_ALLOW_CHANGE] && conf->locked;
    conf->policy.confirm_at = (unsigned)v[ACD_CONF_CONFIRM_AT] + 1;
    conf->policy.on_exit = (enum acd_policy_exit)v[ACD_CONF_ON_EXIT];
}

/* ---------------------------------------------------------------- complaints */

struct load {
    struct acd_conf *conf;
    FILE *stream;
};

/* Prints what there is to complain of, and forgets it. */
static void say(struct load *l, struct acd_complaints *complaints, const struct acd_source *source)
{
    acd_complaints_print(l->stream, complaints, source);
    if (complaints->kept > 0 && !l->conf->first_error[0]) {
        const struct acd_complaint *first = &complaints->complaint[0];
        const char *slash = strrchr(source->path, '/');
        char where[24] = "";
        if (first->at.line > 0)
            snprintf(where, sizeof where, ":%u", (unsigned)first->at.line);
        snprintf(l->conf->first_error, sizeof l->conf->first_error, "%.60s%s: %.110s",
                 slash ? slash + 1 : source->path, where, first->text);
    }
    l->conf->errors += complaints->count;
    acd_complaints_fini(complaints);
}

static void say_unread(struct load *l, const char *path, const char *why)
{
    const struct acd_source source = {path, "", 0};
    struct acd_complaints complaints = {0};
    acd_complaints_add(&complaints, (struct acd_place){0, 0}, "%s", why);
    l->conf->locked = true;
    say(l, &complaints, &source);
}

/* ---------------------------------------------------------------- files */

static int read_all(int fd, char *text, size_t size, size_t *ret_length)
{
    size_t length = 0;
    while (length < size) {
        ssize_t n = read(fd, text + length, size - length);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        if (n == 0)
            break;
        length += (size_t)n;
    }
    *ret_length = length;
    return 0;
}

static int take_open_file(struct load *l, const char *path, int fd)
{
    struct stat st;
    /* One byte too many shows that there is more. */
    struct acd_source source = {path, NULL, 0};
    struct acd_complaints complaints = {0};
    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
        say_unread(l, path, "this is no regular file");
        return 0;
    }
    char *text = malloc(ACD_YAML_BYTES_MOST + 1);
    if (!text)
        return -ENOMEM;
    int r = read_all(fd, text, ACD_YAML_BYTES_MOST + 1, &source.length);
    if (r < 0) {
        say_unread(l, path, strerror(-r));
        free(text);
        return 0;
    }
    source.text = text;
    r = acd_confread_text(l->conf, &source, &complaints);
    say(l, &complaints, &source);
    free(text);
    if (l->conf->file_count < ACD_CONF_FILES)
        snprintf(l->conf->file[l->conf->file_count++], sizeof l->conf->file[0], "%s", path);
    return r;
}

static int take_file(struct load *l, const char *path, bool asked_for)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0 && !asked_for && (errno == ENOENT || errno == ENOTDIR))
        return 0;
    if (fd < 0) {
        say_unread(l, path, strerror(errno));
        return 0;
    }
    int r = take_open_file(l, path, fd);
    close(fd);
    return r;
}

/* What XDG says: a relative path is as good as none. */
static int take_in(struct load *l, const char *directory, size_t length)
{
    char path[512];
    if (length == 0 || directory[0] != '/')
        return 0;
    int n = snprintf(path, sizeof path, "%.*s/%s", (int)length, directory, FILE_NAME);
    return n > 0 && (size_t)n < sizeof path ? take_file(l, path, false) : 0;
}

/* The first directory counts most, and so is the last to be read. */
static int take_system_files(struct load *l)
{
    const char *all = getenv("XDG_CONFIG_DIRS");
    if (!all || !all[0])
        all = "/etc/xdg";
    int r = 0;
    for (const char *end = all + strlen(all); r == 0; end--) {
        const char *from = end;
        while (from > all && from[-1] != ':')
            from--;
        r = take_in(l, from, (size_t)(end - from));
        if (from == all)
            break;
        end = from;
    }
    return r;
}

static int take_users_file(struct load *l)
{
    char directory[400];
    const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    if (config && config[0] == '/')
        return take_in(l, config, strlen(config));
    if (!home || !home[0])
        return 0;
    snprintf(directory, sizeof directory, "%s/.config", home);
    return take_in(l, directory, strlen(directory));
}

/* ---------------------------------------------------------------- environment, command line */

struct variable {
    char name[80];
};

static int take_setting(struct load *l, const char *key, const struct acd_source *source,
                        size_t skip)
{
    struct acd_complaints complaints = {0};
    int r = acd_confread_setting(l->conf, key, source, skip, &complaints);
    say(l, &complaints, source);
    return r;
}

/* ACDEBUG_TOP_LEVEL_CONFIRM_AT */
static struct variable variable_of(const struct acd_conf_key *key)
{
    struct variable variable;
    int n = snprintf(variable.name, sizeof variable.name, ENVIRONMENT "%s%s%s", key->section,
                     key->section[0] ? "_" : "", key->name);
    for (int i = 0; i < n; i++)
        variable.name[i] = (char)toupper((unsigned char)variable.name[i]);
    return variable;
}

/* A variable with our beginning that is none of them; it may have been about levels. */
static void check_variable(struct load *l, const char *variable)
{
    struct variable known[ACD_CONF_KEYS];
    const char *names[ACD_CONF_KEYS];
    char given[80];
    struct acd_complaints complaints = {0};
    const struct acd_source source = {given, "", 0};
    snprintf(given, sizeof given, "%.*s", (int)strcspn(variable, "="), variable);
    for (int id = 0; id < ACD_CONF_KEYS; id++) {
        known[id] = variable_of(acd_conftable_key((enum acd_conf_id)id));
        names[id] = known[id].name + strlen(ENVIRONMENT);
        if (strcmp(given, known[id].name) == 0)
            return;
    }
    const char *near = acd_suggest_nearest(given + strlen(ENVIRONMENT), names, ACD_CONF_KEYS);
    if (near)
        acd_complaints_add(&complaints, (struct acd_place){0, 0},
                           "no such variable (did you mean '" ENVIRONMENT "%s'?)", near);
    else
        acd_complaints_add(&complaints, (struct acd_place){0, 0}, "no such variable");
    l->conf->locked = true;
    say(l, &complaints, &source);
}

static int take_variable(struct load *l, const struct acd_conf_key *key)
{
    const struct variable variable = variable_of(key);
    const char *name = variable.name;
    char full[80];
    snprintf(full, sizeof full, "%s%s%s", key->section, key->section[0] ? "." : "", key->name);
    const char *value = getenv(name);
    if (!value)
        return 0;
    const struct acd_source source = {name, value, strlen(value)};
    return take_setting(l, full, &source, 0);
}

static int take_environment(struct load *l)
{
    const char *no_colour = getenv("NO_COLOR");
    int r = 0;
    if (no_colour && no_colour[0])
        l->conf->value[ACD_CONF_NO_COLOUR] = 1;
    for (char **variable = environ; variable && *variable; variable++)
        if (strncmp(*variable, ENVIRONMENT, strlen(ENVIRONMENT)) == 0)
            check_variable(l, *variable);
    for (int id = 0; r == 0 && id < ACD_CONF_KEYS; id++)
        r = take_variable(l, acd_conftable_key((enum acd_conf_id)id));
    return r;
}

static int take_flag(struct load *l, const struct acd_args_setting *setting)
{
    char flag[40], key[80];
    const struct acd_source source = {flag, setting->value, strlen(setting->value)};
    snprintf(flag, sizeof flag, "--%s", setting->flag);
    size_t length = strcspn(setting->value, "=");
    if (setting->key)
        return take_setting(l, setting->key, &source, 0);
    snprintf(key, sizeof key, "%.*s", length < sizeof key ? (int)length : 0, setting->value);
    return take_setting(l, key, &source, length + (setting->value[length] == '='));
}

static int take_flags(struct load *l, const struct acd_args *args)
{
    int r = 0;
    if (args->ascii)
        l->conf->value[ACD_CONF_GLYPHS] = ACD_CONF_GLYPHS_ASCII;
    if (args->no_colour)
        l->conf->value[ACD_CONF_NO_COLOUR] = 1;
    for (size_t i = 0; r == 0 && i < args->setting_count; i++)
        r = take_flag(l, &args->setting[i]);
    return r;
}

int acd_conf_load(struct acd_conf *conf, const struct acd_args *args, FILE *stream)
{
    struct load l = {conf, stream};
    acd_conf_init(conf);
    int r = take_system_files(&l);
    if (r == 0)
        r = take_users_file(&l);
    if (r == 0 && args->config)
        r = take_file(&l, args->config, true);
    if (r == 0)
        r = take_environment(&l);
    if (r == 0)
        r = take_flags(&l, args);
    acd_conf_settle(conf);
    return r;
}
