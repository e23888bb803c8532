/* SPDX-License-Identifier: MIT */
/*
 * Rings on file systems that are full, become full, have no inodes left or may not be written: in mount
 * namespaces of their own, so that nothing of the machine is touched.  The server runs on, says so
 * once, never gets SIGBUS, and counts what it could not write.
 *
 * Ends 77 where neither root nor a user namespace can mount.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <acdebug.h>
#include "tests/support/peek.h"
#include "tests/support/scratch.h"

static struct acd_scratch dir;

static void write_file(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd >= 0) {
        ssize_t n = write(fd, text, strlen(text));
        (void)n;
        close(fd);
    }
}

/* A mount namespace; in a user namespace of its own when that is what it takes. */
static bool enter_namespace(void)
{
    char map[64];
    uid_t uid = geteuid();
    gid_t gid = getegid();
    if (unshare(CLONE_NEWNS) != 0) {
        if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0)
            return false;
        write_file("/proc/self/setgroups", "deny");
        snprintf(map, sizeof map, "%u %u 1", uid, uid);
        write_file("/proc/self/uid_map", map);
        snprintf(map, sizeof map, "%u %u 1", gid, gid);
        write_file("/proc/self/gid_map", map);
    }
    return mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
           mount("tmpfs", dir.path, "tmpfs", 0, "size=1m,mode=0700") == 0 && umount(dir.path) == 0;
}

static int may_mount(void *unused)
{
    (void)unused;
    return enter_namespace();
}

struct place {
    const char *name;
    const char *options;
    unsigned long flags; /* of a remount, before open */
    uint64_t fill;       /* bytes to leave free before open; 0: as it is */
    mode_t mode; /* of the directory, for one without the right to pass over it; 0: as it is */
    rlim_t file_bytes;   /* of any file from then on; 0: without limit */
    uint64_t fill_later; /* the same, after open */
    bool ring;           /* there must be one */
};

/* Fills the directory's file system until `leave` bytes are free. */
static void fill(uint64_t leave)
{
    static char zeros[4096];
    char path[200];
    snprintf(path, sizeof path, "%s/filler", dir.path);
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    off_t bytes = 0;
    for (ssize_t n; (n = write(fd, zeros, sizeof zeros)) > 0;)
        bytes += n;
    if (ftruncate(fd, bytes > (off_t)leave ? bytes - (off_t)leave : 0) != 0)
        acd_scratch_die("filler");
    close(fd);
}

static unsigned said(int fd)
{
    char text[2000];
    unsigned lines = 0;
    ssize_t n = read(fd, text, sizeof text);
    for (ssize_t i = 0; i < n; i++)
        lines += text[i] == '\n';
    return lines;
}

/* Root, too, is subject to modes then. */
static void lose_capabilities(void)
{
    struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[2] = {{0}};
    if (syscall(SYS_capset, &head, none) != 0)
        acd_scratch_die("capset");
}

static void limit_files(rlim_t bytes)
{
    struct rlimit limit = {bytes, bytes};
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
        acd_scratch_die("setrlimit");
}

#define EVENTS 20000u

static void serve(void)
{
    for (unsigned i = 0; i < EVENTS; i++) {
        acdebug_timer t;
        char name[20];
        snprintf(name, sizeof name, "timer %u", i % 100);
        acdebug_timer_start(&t, name);
        acdebug_timer_checkpoint(&t, name);
        acdebug_timer_end(&t);
        acdebug_cache_hit(name, "k");
        acdebug_error(name, (int)i % 500, NULL);
        acdebug_log(1, "served", ACDEBUG_UINT("n", i));
    }
}

static uint64_t hits_of(const struct acd_peek *peek)
{
    uint64_t sum = 0;
    for (unsigned row = 0; row < ACD_CACHE_ROWS; row++) {
        sum += acd_peek_word(&acd_peek_shared(peek)->cache[row].outcome[0]);
        for (unsigned i = 0; i < acd_peek_lanes(peek); i++) {
            const struct acd_lane *lane = acd_peek_lane(peek, i);
            sum += lane ? acd_peek_word(&lane->cache[row].outcome[0]) : 0;
        }
    }
    return sum;
}

static bool ring_is_right(void)
{
    struct acd_peek peek;
    if (!acd_peek_open(&peek, acdebug_ring_path()))
        return false;
    const struct acd_shared *s = acd_peek_shared(&peek);
    uint64_t written = acd_peek_records(&peek);
    uint64_t dropped = acd_peek_word(&s->dropped_busy) + acd_peek_word(&s->dropped_no_room);
    uint64_t caches = acd_peek_find(&peek, ACD_KIND_LOG, "served", NULL);
    /* At level 1: a hit, an error and a log each time; start; and a record for a lane's owner. */
    uint64_t expected = 3 * EVENTS + 1;
    bool good = written + dropped >= expected && written + dropped <= expected + 1 && caches > 10 &&
                hits_of(&peek) == EVENTS;
    printf("  %llu written, %llu dropped, %llu KiB allocated\n", (unsigned long long)written,
           (unsigned long long)dropped,
           (unsigned long long)acd_peek_word(&s->allocated_bytes) >> 10);
    acd_peek_close(&peek);
    return good;
}

static int try(void *context)
{
    const struct place *p = context;
    int fd[2], saved = dup(2);
    if (mount("tmpfs", dir.path, "tmpfs", 0, p->options) != 0)
        acd_scratch_die("mount");
    if (p->fill)
        fill(p->fill);
    if (p->flags && mount("tmpfs", dir.path, "tmpfs", MS_REMOUNT | p->flags, p->options) != 0)
        acd_scratch_die("remount");
    if (pipe2(fd, O_NONBLOCK) != 0)
        acd_scratch_die("pipe");
    acdebug_options o = acd_scratch_options(&dir, 1);
    if (p->file_bytes)
        limit_files(p->file_bytes);
    if (p->mode) {
        chmod(dir.path, p->mode);
        lose_capabilities();
    }
    dup2(fd[1], 2);
    int r = acdebug_open("crowded", &o);
    unsigned lines = said(fd[0]);
    if (p->fill_later)
        fill(p->fill_later);
    serve();
    dup2(saved, 2);
    lines += said(fd[0]);
    printf("%s: %s\n", p->name, r == 0 ? "a ring" : strerror(-r));
    bool good = (r == 0) == p->ring && lines == (r == 0 ? 0 : 1) && (r != 0 || ring_is_right());
    acdebug_close();
    return good ? 0 : 1;
}

int main(void)
{
    struct place places[] = {
        {.name = "1 MiB", .options = "size=1m,mode=0700", .ring = true},
        {.name = "64 KiB", .options = "size=64k,mode=0700"},
        {.name = "4 KiB left", .options = "size=1m,mode=0700", .fill = 4096},
        {.name = "nothing left", .options = "size=1m,mode=0700", .fill = 1},
        {.name = "200 KiB left", .options = "size=1m,mode=0700", .fill = 200 << 10, .ring = true},
        {.name = "filled up after open",
         .options = "size=1m,mode=0700",
         .fill_later = 1,
         .ring = true},
        {.name = "almost filled up after open",
         .options = "size=8m,mode=0700",
         .fill_later = 100 << 10,
         .ring = true},
        {.name = "no inodes", .options = "size=8m,nr_inodes=1,mode=0700"},
        {.name = "read-only", .options = "size=8m,mode=0700", .flags = MS_RDONLY},
        {.name = "no right to write", .options = "size=8m,mode=0700", .mode = 0500},
        {.name = "no right to enter", .options = "size=8m,mode=0700", .mode = 0600},
        {.name = "files of 64 KiB", .options = "size=8m,mode=0700", .file_bytes = 64 << 10},
    };
    unsigned failed = 0;
    acd_scratch_make(&dir);
    if (acd_scratch_child(may_mount, NULL) != 1) {
        printf("SKIP: neither root nor a user namespace can mount here\n");
        acd_scratch_remove(&dir);
        return 77;
    }
    if (!enter_namespace())
        acd_scratch_die("namespace");
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        int status = acd_scratch_child(try, &places[i]);
        umount2(dir.path, MNT_DETACH);
        if (status != 0)
            printf("FAILED: %s: %d\n", places[i].name, status);
        failed += status != 0;
    }
    acd_scratch_remove(&dir);
    printf("%zu places, %u failed\n", sizeof places / sizeof places[0], failed);
    return failed != 0;
}
