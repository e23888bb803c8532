/* SPDX-License-Identifier: MIT */
/* The list of debug files, see debugfiles.h. */
#include "config.h"

#include "tui/reader/debugfiles.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PREFIX "anyclaude-debug-"
#define SUFFIX ".json"

int acd_debugfiles_init(struct acd_debugfiles *files, const char *directory)
{
    memset(files, 0, sizeof *files);
    if (!directory)
        directory = getenv("TMPDIR");
    if (!directory || directory[0] != '/')
        directory = "/tmp";
    if (strlen(directory) >= sizeof files->directory - sizeof files->entry->name)
        return -ENAMETOOLONG;
    snprintf(files->directory, sizeof files->directory, "%s", directory);
    return 0;
}

void acd_debugfiles_fini(struct acd_debugfiles *files)
{
    free(files->entry);
    files->entry = NULL;
    files->count = 0;
}

static bool is_debug_name(const char *name)
{
    size_t n = strlen(name), prefix = strlen(PREFIX), suffix = strlen(SUFFIX);
    return n > prefix + suffix && n < 256 && memcmp(name, PREFIX, prefix) == 0 &&
           strcmp(name + n - suffix, SUFFIX) == 0;
}

static void take(struct acd_debugfile_entry *e, const char *name, const struct stat *st)
{
    memset(e, 0, sizeof *e);
    snprintf(e->name, sizeof e->name, "%s", name);
    e->inode = st->st_ino;
    e->bytes = (uint64_t)st->st_size;
    e->mode = (unsigned)st->st_mode & 07777u;
    e->modified_ns =
        (uint64_t)st->st_mtim.tv_sec * UINT64_C(1000000000) + (uint64_t)st->st_mtim.tv_nsec;
    if (S_ISREG(st->st_mode) && st->st_uid != geteuid())
        snprintf(e->why, sizeof e->why, "owner uid %lu, you are %lu", (unsigned long)st->st_uid,
                 (unsigned long)geteuid());
    else if (!S_ISREG(st->st_mode))
        snprintf(e->why, sizeof e->why, "%s, not followed",
                 S_ISLNK(st->st_mode)    ? "a symbolic link"
                 : S_ISDIR(st->st_mode)  ? "a directory"
                 : S_ISFIFO(st->st_mode) ? "a fifo"
                 : S_ISSOCK(st->st_mode) ? "a socket"
                                         : "a device");
}

/* Newest first; what can't be read stands below. */
static int by_age(const void *left, const void *right)
{
    const struct acd_debugfile_entry *a = left, *b = right;
    if (!a->why[0] != !b->why[0])
        return a->why[0] ? 1 : -1;
    if (a->modified_ns != b->modified_ns)
        return a->modified_ns < b->modified_ns ? 1 : -1;
    return strcmp(a->name, b->name);
}

static int read_all(DIR *dir, struct acd_debugfiles *now)
{
    size_t room = 0;
    for (struct dirent *d; (d = readdir(dir));) {
        struct stat st;
        if (!is_debug_name(d->d_name) ||
            fstatat(dirfd(dir), d->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
            continue;
        if (now->count == ACD_DEBUGFILES_MOST) {
            now->cut = true;
            return 0;
        }
        if (now->count == room) {
            room = room ? room * 2 : 64;
            struct acd_debugfile_entry *more = realloc(now->entry, room * sizeof *more);
            if (!more)
                return -ENOMEM;
            now->entry = more;
        }
        take(&now->entry[now->count++], d->d_name, &st);
    }
    return 0;
}

int acd_debugfiles_scan(struct acd_debugfiles *files)
{
    struct acd_debugfiles now = {0};
    DIR *dir = opendir(files->directory);
    if (!dir)
        return -errno;
    int r = read_all(dir, &now);
    closedir(dir);
    if (r < 0) {
        free(now.entry);
        return r;
    }
    if (now.count > 1)
        qsort(now.entry, now.count, sizeof *now.entry, by_age);
    free(files->entry);
    files->entry = now.entry;
    files->count = now.count;
    files->cut = now.cut;
    return 0;
}

int64_t acd_debugfiles_head(const struct acd_debugfiles *files, size_t index, char *out,
                            size_t size)
{
    const struct acd_debugfile_entry *e = &files->entry[index];
    char path[sizeof files->directory + sizeof e->name + 1];
    struct stat st;
    if (e->why[0])
        return -EPERM;
    snprintf(path, sizeof path, "%s/%s", files->directory, e->name);
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    int64_t n = -EPERM;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid()) {
        n = pread(fd, out, size, 0);
        n = n < 0 ? -errno : n;
    }
    close(fd);
    return n;
}
