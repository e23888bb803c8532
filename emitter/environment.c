/* SPDX-License-Identifier: MIT */
/* Options and environment, see environment.h.  Not async-signal-safe; called by open only. */
#include "config.h"

#include "emitter/environment.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "emitter/names.h"
#include "emitter/shmfile.h"

#define LANE_CELLS_MIN 64
#define LANE_CELLS_MAX (UINT64_C(16) << 20 >> 6)
#define DEBUG_FILE_BYTES_MIN 4096 /* the envelope and some of each part */
#define BUDGET_DEFAULT (UINT64_C(16) << 20)

unsigned acd_environment_level(const char *text, bool *ret_is_number)
{
    *ret_is_number = true;
    if (!text || !text[0])
        return 0;
    const char *p = text;
    bool negative = *p == '-';
    if (*p == '-' || *p == '+')
        p++;
    unsigned value = 0;
    const char *digits = p;
    for (; *p >= '0' && *p <= '9'; p++)
        value = value > 3 ? 4 : value * 10 + (unsigned)(*p - '0');
    if (p == digits || *p != '\0') {
        *ret_is_number = false;
        return 1;
    }
    if (negative)
        return 0;
    return value > 3 ? 3 : value;
}

static unsigned level_from_environment(void)
{
    bool is_number;
    unsigned level = acd_environment_level(getenv("ANYCLAUDE_DEBUG"), &is_number);
    if (!is_number) {
        static const char line[] =
            "acdebug: ANYCLAUDE_DEBUG is not a number, level 1 (basic) is used; it takes 0 to 3\n";
        (void)acd_sys_write(2, line, sizeof line - 1);
    }
    return level;
}

/* A size as bytes, with K or M; 0 when it is none. */
static uint64_t size_of(const char *text)
{
    if (text[0] < '0' || text[0] > '9')
        return 0;
    char *end;
    errno = 0;
    unsigned long long n = strtoull(text, &end, 10);
    if (errno != 0 || n > UINT64_C(1) << 40)
        return 0;
    if (*end == 'K' || *end == 'k') {
        n <<= 10;
        end++;
    } else if (*end == 'M' || *end == 'm') {
        n <<= 20;
        end++;
    }
    return *end == '\0' ? n : 0;
}

/* The common case of emit.c asks no lane for a record of two cells. */
static_assert(LANE_CELLS_MIN / 4 >= 2, "every lane takes a record of two cells");

static bool is_lane(uint64_t bytes)
{
    uint64_t cells = bytes / ACD_CELL_BYTES;
    return cells >= LANE_CELLS_MIN && cells <= LANE_CELLS_MAX && (bytes & (bytes - 1)) == 0;
}

static bool is_budget(uint64_t bytes)
{
    return bytes > 0;
}

/* The option as it is; else the environment's if it is `good`, which may not cost anybody the ring. */
static uint64_t choose(uint64_t option, const char *name, bool (*good)(uint64_t), uint64_t normal)
{
    if (option)
        return option;
    const char *text = getenv(name);
    if (!text || !text[0])
        return normal;
    uint64_t n = size_of(text);
    if (good(n))
        return n;
    static const char rest[] = " is not a size that can be; it is as if unset. Hint: 64K, 1M\n";
    char line[128] = "acdebug: ";
    strcat(strcat(line, name), rest);
    acd_sys_write(2, line, strlen(line));
    return normal;
}

static int settle_lanes(struct acd_settings *set, const acdebug_options *o)
{
    uint64_t big = choose(o->lane_bytes, "ACDEBUG_LANE", is_lane, UINT64_C(1) << 20);
    uint64_t small = choose(o->small_lane_bytes, "ACDEBUG_SMALL_LANE", is_lane, 128 << 10);
    if (!is_lane(big) || !is_lane(small) || o->big_lanes > 64)
        return -EINVAL;
    set->big_cells = big / ACD_CELL_BYTES;
    set->small_cells = small / ACD_CELL_BYTES;
    set->big_lanes = o->big_lanes ? o->big_lanes : 4;
    set->budget_bytes = choose(o->budget_bytes, "ACDEBUG_BUDGET", is_budget, BUDGET_DEFAULT);
    return 0;
}

static void settle_app(struct acd_settings *set, const char *app)
{
    char path[64] = {0};
    if (!app || !app[0]) {
        /* /proc/self/comm is the thread group leader's name; also right for interpreters' scripts. */
        ssize_t n = acd_sys_read_file("/proc/self/comm", path, sizeof path - 1);
        path[n > 0 ? n : 0] = '\0';
        path[strcspn(path, "\n")] = '\0';
        app = path[0] ? path : "server";
    }
    memset(set->app, 0, sizeof set->app);
    acd_names_store(set->app, app, acd_names_kept(app, strlen(app), sizeof set->app));
}

/* One that can't be used is no reason to fail: a user set it for other programs. */
static void settle_temp(struct acd_settings *set)
{
    const char *temp = getenv("TMPDIR");
    bool usable = temp && temp[0] && strlen(temp) < sizeof set->temp_directory;
    strcpy(set->temp_directory, usable ? temp : "/tmp");
}

static int settle_files(struct acd_settings *set, const acdebug_options *o)
{
    struct acd_file_settings *f = &set->files;
    bool given = o->temp_directory && o->temp_directory[0];
    const char *temp = given ? o->temp_directory : set->temp_directory;
    size_t n = strlen(temp);
    if (n >= sizeof f->directory)
        return -ENAMETOOLONG;
    while (n > 1 && temp[n - 1] == '/')
        n--;
    memcpy(f->directory, temp, n);
    if (o->debug_file_bytes != 0 && o->debug_file_bytes < DEBUG_FILE_BYTES_MIN)
        return -EINVAL;
    f->count = o->debug_file_limit ? o->debug_file_limit : 100;
    f->total_bytes = o->debug_total_bytes ? o->debug_total_bytes : UINT64_C(256) << 20;
    f->file_bytes = o->debug_file_bytes ? o->debug_file_bytes : UINT64_C(16) << 20;
    f->max_age_s = o->debug_max_age_s ? o->debug_max_age_s : 7 * 24 * 3600;
    f->rate = o->debug_rate_limit ? o->debug_rate_limit : 20;
    return f->rate > ACD_RATE_LIMIT_MAX && f->rate != UINT32_MAX ? -EINVAL : 0;
}

int acd_environment_settle(struct acd_settings *ret_settings, const char *app,
                           const acdebug_options *options)
{
    acdebug_options o = ACDEBUG_OPTIONS_INIT;
    struct acd_settings set = {0};
    if (options) {
        if (options->size < offsetof(acdebug_options, flags) || options->level > 3)
            return -EINVAL;
        size_t known = options->size < sizeof o ? options->size : sizeof o;
        memcpy(&o, options, known);
    }
    int r = settle_lanes(&set, &o);
    if (r != 0)
        return r;
    settle_app(&set, app);
    settle_temp(&set);
    r = settle_files(&set, &o);
    if (r != 0)
        return r;
    const char *directory = o.directory ? o.directory : getenv("ACDEBUG_DIR");
    if (directory && strlen(directory) >= sizeof set.directory)
        return -ENAMETOOLONG;
    if (directory)
        strcpy(set.directory, directory);
    set.start_level = o.level < 0 ? level_from_environment() : (uint32_t)o.level;
    set.flags = o.flags;
    *ret_settings = set;
    return 0;
}
