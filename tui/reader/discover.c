/* SPDX-License-Identifier: MIT */
/* The rings of a directory, see discover.h. */
#include "config.h"

#include "tui/reader/discover.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Two changes in one tick of the file system's clock give one mtime: a directory that changed this
 * short a time before it was read is read again. */
#define RACY_NS INT64_C(50000000)
#define SECOND_NS INT64_C(1000000000)
#define ENTRIES_MAX 100000u

struct acd_discover {
    char path[4096];
    bool by_rule; /* path is by acd_discover_path(), found anew while there is no directory */
    unsigned flags;
    int fd; /* of the directory, -1 not open */
    uint64_t device, inode;
    struct timespec modified; /* as it was when it was read */
    bool again;               /* read it again, whatever its mtime says */
    uint64_t serials;
    size_t count;
    struct acd_ring_entry **entry; /* by name */
};

/* ---- which directory ---- */

static bool exists(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0;
}

int acd_discover_path(char *ret_path, size_t path_bytes, uid_t uid)
{
    const char *named = getenv("ACDEBUG_DIR");
    const char *temp = getenv("TMPDIR");
    char path[4096];
    int n;
    if (named && named[0]) {
        n = snprintf(path, sizeof path, "%s", named);
    } else {
        /* A server that finds no usable shared memory file system goes to the other one. */
        char other[4096];
        n = snprintf(other, sizeof other, "%s/acdebug-%lu", temp && temp[0] ? temp : "/tmp",
                     (unsigned long)uid);
        snprintf(path, sizeof path, "/dev/shm/acdebug-%lu", (unsigned long)uid);
#ifdef __linux__
        bool shared = exists(path) || (exists("/dev/shm") && !exists(other));
#else
        bool shared = false;
#endif
        if (!shared)
            memcpy(path, other, sizeof path);
        else
            n = (int)strlen(path);
    }
    if (n < 0 || (size_t)n >= sizeof path || (size_t)n >= path_bytes)
        return -ENAMETOOLONG;
    memcpy(ret_path, path, (size_t)n + 1);
    return 0;
}

static int find_path(struct acd_discover *d)
{
    return d->by_rule ? acd_discover_path(d->path, sizeof d->path, geteuid()) : 0;
}

int acd_discover_new(struct acd_discover **ret, const char *directory, unsigned flags)
{
    struct acd_discover *d = calloc(1, sizeof *d);
    if (!d)
        return -ENOMEM;
    d->fd = -1;
    d->flags = flags;
    d->by_rule = !directory;
    int r = find_path(d);
    if (directory && strlen(directory) >= sizeof d->path)
        r = -ENAMETOOLONG;
    if (r < 0) {
        free(d);
        return r;
    }
    if (directory)
        memcpy(d->path, directory, strlen(directory) + 1);
    *ret = d;
    return 0;
}

static void free_entry(struct acd_ring_entry *entry)
{
    if (!entry)
        return;
    free((void *)(uintptr_t)entry->why);
    free(entry);
}

static void forget_all(struct acd_discover *d)
{
    for (size_t i = 0; i < d->count; i++)
        free_entry(d->entry[i]);
    free(d->entry);
    d->entry = NULL;
    d->count = 0;
}

void acd_discover_free(struct acd_discover *discover)
{
    if (!discover)
        return;
    forget_all(discover);
    if (discover->fd >= 0)
        close(discover->fd);
    free(discover);
}

const char *acd_discover_directory(const struct acd_discover *discover)
{
    return discover->path;
}

/* ---- the directory ---- */

static int check_directory(const struct acd_discover *d, const struct stat *st,
                           struct acd_problem *why)
{
    if (st->st_uid != geteuid() && !(d->flags & ACD_RINGMAP_ANY_OWNER))
        return acd_problem_set(why, ACD_PROBLEM_DIRECTORY, EPERM,
                               "skipped '%s': owner uid %lu, you are %lu. Hint: run as that user",
                               d->path, (unsigned long)st->st_uid, (unsigned long)geteuid());
    if (st->st_mode & 077)
        return acd_problem_set(why, ACD_PROBLEM_DIRECTORY, EPERM,
                               "ring directory '%s' has mode %04o, it must be 0700. "
                               "Hint: chmod 700 '%s'",
                               d->path, (unsigned)(st->st_mode & 07777), d->path);
    return 0;
}

static int open_failed(const struct acd_discover *d, int error, struct acd_problem *why)
{
    if (error == ENOENT)
        return acd_problem_set(why, ACD_PROBLEM_NOT_FOUND, ENOENT,
                               "no server has run yet: '%s' does not exist. "
                               "Hint: start one that links libacdebug, or acdebug-top --demo",
                               d->path);
    if (error == ENOTDIR || error == ELOOP)
        return acd_problem_set(
            why, ACD_PROBLEM_DIRECTORY, error,
            "ring directory '%s' is not a directory itself (a file or a symbolic "
            "link). Hint: remove it, or set ACDEBUG_DIR",
            d->path);
    return acd_problem_set_errno(why, error, "open the ring directory", d->path);
}

/* Opens the directory, or finds out that the one that is open stands there no more. */
static int open_directory(struct acd_discover *d, struct stat *ret_stat, struct acd_problem *why)
{
    int r = d->fd < 0 ? find_path(d) : 0;
    if (r < 0)
        return acd_problem_set_errno(why, -r, "open the ring directory", d->path);
    if (d->fd >= 0 && lstat(d->path, ret_stat) == 0 && ret_stat->st_dev == d->device &&
        ret_stat->st_ino == d->inode)
        return check_directory(d, ret_stat, why);
    int fd = open(d->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return open_failed(d, errno, why);
    r = fstat(fd, ret_stat) < 0 ? acd_problem_set_errno(why, errno, "stat", d->path)
                                : check_directory(d, ret_stat, why);
    if (r < 0) {
        close(fd);
        return r;
    }
    if (d->fd >= 0)
        close(d->fd);
    d->fd = fd;
    d->device = ret_stat->st_dev;
    d->inode = ret_stat->st_ino;
    d->again = true;
    return 0;
}

static bool is_unchanged(const struct acd_discover *d, const struct stat *st)
{
    return !d->again && st->st_mtim.tv_sec == d->modified.tv_sec &&
           st->st_mtim.tv_nsec == d->modified.tv_nsec;
}

/* To be asked before the directory is read. */
static bool is_racy(const struct stat *st)
{
    struct timespec now = {0};
    clock_gettime(CLOCK_REALTIME, &now);
    int64_t age = (int64_t)(now.tv_sec - st->st_mtim.tv_sec) * SECOND_NS +
                  (now.tv_nsec - st->st_mtim.tv_nsec);
    return age < RACY_NS;
}

/* ---- names ---- */

struct name {
    char *text;
    uint64_t inode;
};
struct names {
    struct name *name;
    size_t count, room;
};

static void free_names(struct names *names)
{
    for (size_t i = 0; i < names->count; i++)
        free(names->name[i].text);
    free(names->name);
}

static int add_name(struct names *names, const struct dirent *e)
{
    if (names->count == names->room) {
        size_t room = names->room ? names->room * 2 : 64;
        struct name *bigger = realloc(names->name, room * sizeof *bigger);
        if (!bigger)
            return -ENOMEM;
        names->name = bigger;
        names->room = room;
    }
    char *text = strdup(e->d_name);
    if (!text)
        return -ENOMEM;
    names->name[names->count++] = (struct name){text, (uint64_t)e->d_ino};
    return 0;
}

static bool is_ring_name(const char *name)
{
    size_t n = strlen(name), suffix = strlen(ACD_FILE_SUFFIX);
    return name[0] != '.' && n > suffix && n < sizeof((struct acd_ring_entry *)0)->name &&
           strcmp(name + n - suffix, ACD_FILE_SUFFIX) == 0;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct name *)a)->text, ((const struct name *)b)->text);
}

static int list_names(const struct acd_discover *d, struct names *ret_names)
{
    int fd = openat(d->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    DIR *dir = fdopendir(fd);
    if (!dir) {
        int error = errno;
        close(fd);
        return -error;
    }
    int r = 0;
    const struct dirent *e;
    while (r == 0 && ret_names->count < ENTRIES_MAX) {
        errno = 0;
        e = readdir(dir); /* one thread reads this stream */
        if (!e) {
            r = -errno;
            break;
        }
        if (is_ring_name(e->d_name))
            r = add_name(ret_names, e);
    }
    closedir(dir);
    if (r == 0 && ret_names->count > 0)
        qsort(ret_names->name, ret_names->count, sizeof ret_names->name[0], by_name);
    return r;
}

/* ---- entries ---- */

static void describe(struct acd_ring_entry *e, const struct acd_identity *id)
{
    memcpy(e->app, id->app, sizeof e->app);
    memcpy(e->host, id->host, sizeof e->host);
    e->pid = id->pid;
    e->parent_pid = id->parent_pid;
    e->uid = id->uid;
    e->major = id->major;
    e->minor = id->minor;
    e->generation = id->generation;
    e->opened_realtime_ns = id->opened.realtime_ns;
    e->file_bytes = id->file_bytes;
}

static struct acd_ring_entry *new_entry(struct acd_discover *d, const struct name *name)
{
    struct acd_ring_entry *e = calloc(1, sizeof *e);
    struct acd_problem *why = calloc(1, sizeof *why);
    if (!e || !why) {
        free(e);
        free(why);
        return NULL;
    }
    memcpy(e->name, name->text, strlen(name->text) + 1);
    e->inode = name->inode;
    e->serial = ++d->serials;
    struct acd_ringmap_where where = {d->fd, e->name, d->flags};
    struct acd_identity id;
    int fd;
    if (acd_ringmap_peek(&id, &fd, &where, why) < 0) {
        e->why = why;
        return e;
    }
    free(why);
    describe(e, &id);
    e->liveness = acd_liveness_of_fd(fd, &id);
    close(fd);
    return e;
}

/* May it be readable the next time?  Then the directory's mtime says nothing. */
static bool is_passing(const struct acd_ring_entry *e)
{
    return e->why && e->why->code == ACD_PROBLEM_SYSTEM;
}

/* A new look at a name; the same unreadable file keeps its number. */
static struct acd_ring_entry *renew(struct acd_discover *d, const struct name *name,
                                    struct acd_ring_entry *old)
{
    struct acd_ring_entry *e = new_entry(d, name);
    if (e && old && old->inode == e->inode && e->why)
        e->serial = old->serial;
    free_entry(old);
    return e;
}

/* Goes through old entries and new names together, both sorted; what is left of the old ones is freed. */
static int merge(struct acd_discover *d, const struct names *names, bool *ret_changed)
{
    struct acd_ring_entry **list = calloc(names->count + 1, sizeof *list);
    if (!list)
        return -ENOMEM;
    size_t old = 0, count = 0;
    int result = 0;
    d->again = false;
    for (size_t i = 0; i < names->count; i++) {
        const struct name *name = &names->name[i];
        while (old < d->count && strcmp(d->entry[old]->name, name->text) < 0) {
            free_entry(d->entry[old++]);
            *ret_changed = true;
        }
        struct acd_ring_entry *same = NULL;
        if (old < d->count && strcmp(d->entry[old]->name, name->text) == 0)
            same = d->entry[old++];
        uint64_t same_serial = same ? same->serial : 0;
        list[count] =
            same && same->inode == name->inode && !same->why ? same : renew(d, name, same);
        *ret_changed |= !same || !list[count] || list[count]->serial != same_serial;
        if (list[count])
            d->again |= is_passing(list[count++]);
        else
            result = -ENOMEM; /* the next scan tries again */
    }
    for (; old < d->count; old++) {
        free_entry(d->entry[old]);
        *ret_changed = true;
    }
    free(d->entry);
    d->entry = list;
    d->count = count;
    return result;
}

int acd_discover_scan(struct acd_discover *discover, bool *ret_changed, struct acd_problem *why)
{
    struct stat st;
    bool changed = false;
    int r = open_directory(discover, &st, why);
    if (r == -ENOENT) {
        *ret_changed = discover->count > 0;
        forget_all(discover);
        if (discover->fd >= 0)
            close(discover->fd);
        discover->fd = -1;
    }
    if (r < 0)
        return r;
    if (is_unchanged(discover, &st)) {
        *ret_changed = false;
        return 0;
    }
    bool racy = is_racy(&st);
    struct names names = {0};
    r = list_names(discover, &names);
    if (r == 0)
        r = merge(discover, &names, &changed);
    free_names(&names);
    *ret_changed = changed;
    if (r < 0)
        return acd_problem_set_errno(why, -r, "read the ring directory", discover->path);
    discover->modified = st.st_mtim;
    discover->again |= racy;
    return 0;
}

size_t acd_discover_count(const struct acd_discover *discover)
{
    return discover->count;
}

const struct acd_ring_entry *acd_discover_entry(const struct acd_discover *discover, size_t index)
{
    return index < discover->count ? discover->entry[index] : NULL;
}

/* A file that is gone or another one by now: the next scan says so. */
static enum acd_liveness test(const struct acd_discover *d, const struct acd_ring_entry *e)
{
    struct acd_ringmap_where where = {d->fd, e->name, d->flags};
    struct acd_identity id;
    int fd;
    if (acd_ringmap_peek(&id, &fd, &where, NULL) < 0)
        return e->liveness;
    enum acd_liveness liveness = acd_liveness_of_fd(fd, &id);
    close(fd);
    return liveness;
}

bool acd_discover_liveness(struct acd_discover *discover)
{
    bool changed = false;
    for (size_t i = 0; i < discover->count; i++) {
        struct acd_ring_entry *e = discover->entry[i];
        if (e->why || e->liveness == ACD_LIVENESS_CLOSED || e->liveness == ACD_LIVENESS_DEAD)
            continue;
        enum acd_liveness now = test(discover, e);
        changed |= now != e->liveness;
        e->liveness = now;
    }
    return changed;
}

int acd_discover_open(const struct acd_discover *discover, const struct acd_ring_entry *entry,
                      struct acd_ringmap **ret, struct acd_problem *why)
{
    return acd_ringmap_open(ret, discover->fd, entry->name, discover->flags, why);
}
