/* SPDX-License-Identifier: MIT */
/* The folder with the debug files, see debugfolder.h. */
#include "config.h"

#include "emitter/debugfolder.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "emitter/json.h"
#include "emitter/number.h"
#include "emitter/shmfile.h"

#define SUFFIX ".json"
#define RANDOM_CHARACTERS 6
#define NAME_BYTES 64
#define WRITER "\"acdebug\""
#define HEAD_BYTES 4096 /* in which a file of ours names its writer */

/* ---- names ---- */

/* anyclaude-debug-<ms>-<6 random>.json */
static size_t make_name(char *ret_name, uint64_t realtime_ns)
{
    static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz";
    uint64_t number;
    size_t n = strlen(ACD_DEBUGFOLDER_PREFIX);
    acd_sys_random(&number);
    memcpy(ret_name, ACD_DEBUGFOLDER_PREFIX, n);
    n += acd_number_uint(ret_name + n, realtime_ns / 1000000);
    ret_name[n++] = '-';
    for (int i = 0; i < RANDOM_CHARACTERS; i++, number /= 36)
        ret_name[n++] = digits[number % 36];
    memcpy(ret_name + n, SUFFIX, sizeof SUFFIX);
    return n + sizeof SUFFIX - 1;
}

/* Has it exactly that form? */
static bool is_name(const char *name)
{
    size_t n = strlen(ACD_DEBUGFOLDER_PREFIX);
    if (strncmp(name, ACD_DEBUGFOLDER_PREFIX, n) != 0)
        return false;
    size_t digits = strspn(name + n, "0123456789");
    if (digits == 0 || digits > 20 || name[n + digits] != '-')
        return false;
    n += digits + 1;
    if (strspn(name + n, "0123456789abcdefghijklmnopqrstuvwxyz") != RANDOM_CHARACTERS)
        return false;
    return strcmp(name + n + RANDOM_CHARACTERS, SUFFIX) == 0;
}

static size_t make_path(char *ret_path, const struct acd_file_settings *set, const char *name)
{
    size_t n = strlen(set->directory);
    memcpy(ret_path, set->directory, n);
    if (n > 0 && ret_path[n - 1] != '/')
        ret_path[n++] = '/';
    strcpy(ret_path + n, name);
    return n + strlen(name);
}

size_t acd_debugfolder_path_length(const struct acd_file_settings *set, uint64_t realtime_ns)
{
    char name[NAME_BYTES], path[ACD_DEBUGFOLDER_PATH_BYTES];
    (void)make_name(name, realtime_ns);
    return make_path(path, set, name);
}

/* ---- writing ---- */

/* Complete before it has its name; the name is nobody else's. */
static int put(int dirfd, uint64_t realtime_ns, const char *text, size_t bytes, char *ret_name)
{
    struct acd_shmfile file;
    char temporary[NAME_BYTES] = ".";
    (void)make_name(temporary + 1, realtime_ns);
    strcpy(strrchr(temporary, '.'), ".part");
    int r = acd_sys_create(dirfd, temporary, &file);
    if (r != 0)
        return r;
    r = bytes > acd_sys_file_limit() ? -EFBIG : acd_sys_write(file.fd, text, bytes);
    for (int tries = 0; r == 0 || (r == -EEXIST && tries < 8); tries++) {
        (void)make_name(ret_name, realtime_ns);
        r = acd_sys_show(dirfd, &file, ret_name);
        if (r == 0) {
            file.named = false; /* has its own name now */
            break;
        }
    }
    acd_sys_discard(dirfd, &file);
    return r;
}

/* ---- keeping to the limits ---- */

struct found {
    char name[NAME_BYTES];
    uint64_t bytes, modified_ns;
};
struct findings {
    struct found *found;
    size_t count, room;
};

static bool is_ours(const struct acd_found_file *file)
{
    char head[HEAD_BYTES];
    const char *value;
    size_t bytes = file->length < sizeof head ? (size_t)file->length : sizeof head, length;
    return is_name(file->name) && acd_sys_read_at(file->fd, head, bytes, 0) == 0 &&
           acd_json_member(head, bytes, "writer", &value, &length) && length == strlen(WRITER) &&
           memcmp(value, WRITER, length) == 0;
}

static void consider(void *context, const struct acd_found_file *file)
{
    struct findings *f = context;
    if (!is_ours(file))
        return;
    if (f->count == f->room) {
        size_t room = f->room ? 2 * f->room : 128;
        struct found *more = realloc(f->found, room * sizeof *more);
        if (!more)
            return; /* one that is not counted now is counted next time */
        f->found = more;
        f->room = room;
    }
    struct found *one = &f->found[f->count++];
    strcpy(one->name, file->name);
    one->bytes = file->length;
    one->modified_ns = file->modified_ns;
}

static int newest_first(const void *a, const void *b)
{
    const struct found *x = a, *y = b;
    if (x->modified_ns != y->modified_ns)
        return x->modified_ns < y->modified_ns ? 1 : -1;
    return strcmp(y->name, x->name);
}

/* Each writer does this behind its own file, so whoever writes last sees them all. */
static void prune(int dirfd, const struct acd_file_settings *set, const char *mine, uint64_t now)
{
    struct findings f = {NULL, 0, 0};
    uint64_t bytes = 0, max_age_ns = (uint64_t)set->max_age_s * UINT64_C(1000000000);
    size_t kept = 0;
    bool full = false;
    (void)acd_sys_each_file(dirfd, ACD_DEBUGFOLDER_PREFIX, SUFFIX, consider, &f);
    if (f.count > 0)
        qsort(f.found, f.count, sizeof *f.found, newest_first);
    for (size_t i = 0; i < f.count; i++) {
        const struct found *one = &f.found[i];
        uint64_t age_ns = now > one->modified_ns ? now - one->modified_ns : 0;
        bytes += one->bytes;
        full = full || kept == set->count || bytes > set->total_bytes || age_ns > max_age_ns;
        if (!full || strcmp(one->name, mine) == 0)
            kept++;
        else
            (void)acd_sys_unlink(dirfd, one->name);
    }
    free(f.found);
}

int acd_debugfolder_write(const struct acd_file_settings *set, uint64_t realtime_ns,
                          const char *text, size_t bytes, char *ret_path)
{
    char name[NAME_BYTES];
    int dirfd = -1;
    int r = acd_sys_open_folder(set->directory, &dirfd);
    if (r != 0)
        return r;
    r = put(dirfd, realtime_ns, text, bytes, name);
    if (r == 0) {
        prune(dirfd, set, name, realtime_ns);
        (void)make_path(ret_path, set, name);
    }
    acd_sys_close(dirfd);
    return r;
}

int acd_debugfolder_log(const struct acd_file_settings *set, const char *line, size_t bytes)
{
    char path[ACD_DEBUGFOLDER_PATH_BYTES];
    int fd = -1;
    (void)make_path(path, set, ACD_DEBUGFOLDER_LOG);
    int r = acd_sys_open_append(path, true, &fd);
    if (r == 0)
        r = acd_sys_append(fd, line, bytes);
    acd_sys_close(fd);
    return r;
}
