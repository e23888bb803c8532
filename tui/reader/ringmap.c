/* SPDX-License-Identifier: MIT */
/* Opening, checking and mapping a ring file, see ringmap.h. */
#include "config.h"

#include "tui/reader/ringmap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tui/reader/guard.h"
#include "tui/reader/identity.h"
#include "tui/reader/shared.h"

struct acd_ringmap {
    int fd;
    const unsigned char *base;
    uint64_t device, inode;
    struct acd_guard_range range;
    struct acd_identity identity;
    char name[]; /* last component */
};

static const char *last_component(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash && slash[1] ? slash + 1 : path;
}

static int check_file(const struct stat *st, const struct acd_ringmap_where *where,
                      struct acd_problem *why)
{
    if (S_ISLNK(st->st_mode))
        return acd_problem_set_errno(why, ELOOP, "open", where->name);
    if (!S_ISREG(st->st_mode))
        return acd_problem_set(why, ACD_PROBLEM_NOT_REGULAR, 0,
                               "skipped '%s': it is %s, not a regular file. Hint: acdebug-top list",
                               where->name,
                               S_ISDIR(st->st_mode)    ? "a directory"
                               : S_ISFIFO(st->st_mode) ? "a fifo"
                               : S_ISSOCK(st->st_mode) ? "a socket"
                                                       : "a device");
    if (st->st_uid != geteuid() && !(where->flags & ACD_RINGMAP_ANY_OWNER))
        return acd_problem_set(why, ACD_PROBLEM_OTHER_OWNER, 0,
                               "skipped '%s': owner uid %lu, you are %lu. Hint: run as that user",
                               where->name, (unsigned long)st->st_uid, (unsigned long)geteuid());
    return 0;
}

/* Looked at before and after open: opening a device or a fifo can have effects of its own. */
static int open_regular(int *ret_fd, struct stat *ret_stat, const struct acd_ringmap_where *where,
                        struct acd_problem *why)
{
    if (fstatat(where->dirfd, where->name, ret_stat, AT_SYMLINK_NOFOLLOW) < 0)
        return acd_problem_set_errno(why, errno, "open", where->name);
    int r = check_file(ret_stat, where, why);
    if (r < 0)
        return r;
    int fd = openat(where->dirfd, where->name,
                    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0)
        return acd_problem_set_errno(why, errno, "open", where->name);
    r = fstat(fd, ret_stat) < 0 ? acd_problem_set_errno(why, errno, "stat", where->name)
                                : check_file(ret_stat, where, why);
    if (r < 0) {
        close(fd);
        return r;
    }
    *ret_fd = fd;
    return 0;
}

static ssize_t read_head(int fd, void *buffer, size_t bytes)
{
    size_t got = 0;
    while (got < bytes) {
        ssize_t n = pread(fd, (char *)buffer + got, bytes - got, (off_t)got);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        if (n == 0)
            break;
        got += (size_t)n;
    }
    return (ssize_t)got;
}

static int peek(struct acd_identity *ret_identity, int *ret_fd, struct stat *ret_stat,
                const struct acd_ringmap_where *where, struct acd_problem *why)
{
    int fd = -1;
    int r = open_regular(&fd, ret_stat, where, why);
    if (r < 0)
        return r;
    struct acd_identity head;
    ssize_t n = read_head(fd, &head, sizeof head);
    if (n < 0) {
        r = acd_problem_set_errno(why, (int)-n, "read", where->name);
    } else {
        struct acd_identity_source source = {&head, (size_t)n, (uint64_t)ret_stat->st_size,
                                             last_component(where->name)};
        r = acd_identity_check(ret_identity, &source, why);
    }
    if (r < 0) {
        close(fd);
        return r;
    }
    *ret_fd = fd;
    return 0;
}

int acd_ringmap_peek(struct acd_identity *ret_identity, int *ret_fd,
                     const struct acd_ringmap_where *where, struct acd_problem *why)
{
    struct stat st;
    return peek(ret_identity, ret_fd, &st, where, why);
}

/* Maps what `ring`'s identity promises. */
static int map(struct acd_ringmap *ring, struct acd_problem *why)
{
    size_t bytes = (size_t)ring->identity.file_bytes;
    void *base = mmap(NULL, bytes, PROT_READ, MAP_SHARED, ring->fd, 0);
    if (base == MAP_FAILED)
        return acd_problem_set_errno(why, errno, "map", ring->name);
    ring->base = base;
    ring->range =
        (struct acd_guard_range){.start = (uintptr_t)base, .bytes = bytes, .protection = PROT_READ};
    acd_guard_add(&ring->range);
    return 0;
}

int acd_ringmap_open(struct acd_ringmap **ret, int dirfd, const char *name, unsigned flags,
                     struct acd_problem *why)
{
    const char *last = last_component(name);
    size_t length = strlen(last);
    struct acd_ringmap *ring = calloc(1, sizeof *ring + length + 1);
    if (!ring)
        return acd_problem_set_errno(why, ENOMEM, "open", name);
    memcpy(ring->name, last, length);
    struct acd_ringmap_where where = {dirfd, name, flags};
    struct stat st;
    int r = peek(&ring->identity, &ring->fd, &st, &where, why);
    if (r < 0)
        goto free_ring;
    ring->device = (uint64_t)st.st_dev;
    ring->inode = (uint64_t)st.st_ino;
    r = map(ring, why);
    if (r < 0)
        goto close_fd;
    *ret = ring;
    return 0;
close_fd:
    close(ring->fd);
free_ring:
    free(ring);
    return r;
}

void acd_ringmap_close(struct acd_ringmap *ring)
{
    if (!ring)
        return;
    acd_guard_remove(&ring->range);
    munmap((void *)ring->range.start, ring->range.bytes);
    close(ring->fd);
    free(ring);
}

const char *acd_ringmap_name(const struct acd_ringmap *ring)
{
    return ring->name;
}

const struct acd_identity *acd_ringmap_identity(const struct acd_ringmap *ring)
{
    return &ring->identity;
}

int acd_ringmap_fd(const struct acd_ringmap *ring)
{
    return ring->fd;
}

void acd_ringmap_inode(const struct acd_ringmap *ring, uint64_t *ret_device, uint64_t *ret_inode)
{
    *ret_device = ring->device;
    *ret_inode = ring->inode;
}

bool acd_ringmap_shrank(const struct acd_ringmap *ring, uint64_t ret_bytes[2])
{
    struct stat st;
    uint64_t now = ring->range.hit ? 0 : ring->identity.file_bytes; /* if it can't be asked */
    if (fstat(ring->fd, &st) == 0)
        now = (uint64_t)st.st_size;
    if (now >= ring->identity.file_bytes && !ring->range.hit)
        return false;
    ret_bytes[0] = ring->identity.file_bytes;
    ret_bytes[1] = now;
    return true;
}

const void *acd_ringmap_entry(const struct acd_ringmap *ring, enum acd_section_id section,
                              uint64_t index)
{
    const struct acd_section *s = &ring->identity.section[section];
    return index < s->count ? ring->base + s->offset + index * s->stride : NULL;
}

uint32_t acd_ringmap_count(const struct acd_ringmap *ring, enum acd_section_id section)
{
    return ring->identity.section[section].count;
}

const struct acd_control *acd_ringmap_control(const struct acd_ringmap *ring)
{
    return acd_ringmap_entry(ring, ACD_SEC_CONTROL, 0);
}

const struct acd_shared *acd_ringmap_shared(const struct acd_ringmap *ring)
{
    return acd_ringmap_entry(ring, ACD_SEC_SHARED, 0);
}

static unsigned own_lanes(const struct acd_ringmap *ring)
{
    uint64_t lanes = (uint64_t)acd_ringmap_count(ring, ACD_SEC_LANES_BIG) +
                     acd_ringmap_count(ring, ACD_SEC_LANES_SMALL);
    return lanes < ACD_RINGMAP_LANES_MAX ? (unsigned)lanes : ACD_RINGMAP_LANES_MAX;
}

unsigned acd_ringmap_lanes(const struct acd_ringmap *ring)
{
    return own_lanes(ring) + (acd_ringmap_count(ring, ACD_SEC_OVERFLOW) > 0);
}

/* The section that holds the lane's slot, once the directory says that the slot is allocated. */
static const struct acd_section *lane_section(const struct acd_ringmap *ring, unsigned lane,
                                              unsigned *ret_index)
{
    const struct acd_section *all = ring->identity.section;
    if (lane >= own_lanes(ring)) {
        *ret_index = lane - own_lanes(ring);
        return *ret_index < all[ACD_SEC_OVERFLOW].count ? &all[ACD_SEC_OVERFLOW] : NULL;
    }
    const acd_word *published = acd_ringmap_entry(ring, ACD_SEC_DIRECTORY, lane);
    if (acd_shared_acquire(published) != 1)
        return NULL;
    uint32_t big = all[ACD_SEC_LANES_BIG].count;
    *ret_index = lane < big ? lane : lane - big;
    return &all[lane < big ? ACD_SEC_LANES_BIG : ACD_SEC_LANES_SMALL];
}

bool acd_ringmap_lane(const struct acd_ringmap *ring, unsigned lane, struct acd_lane_map *ret_lane)
{
    unsigned index;
    const struct acd_section *s = lane_section(ring, lane, &index);
    if (!s)
        return false;
    const unsigned char *slot = ring->base + s->offset + (uint64_t)index * s->stride;
    uint32_t head_bytes = ring->identity.lane_header_bytes;
    struct acd_lane_map l = {
        .head = (const void *)slot,
        .cells = (const void *)(slot + head_bytes),
        .overflow = lane >= own_lanes(ring),
    };
    l.cell_count = acd_shared_relaxed(&l.head->cells);
    if (l.cell_count == 0 || l.cell_count > ACD_RINGMAP_CELLS_MAX ||
        (l.cell_count & (l.cell_count - 1)) ||
        l.cell_count > (s->stride - head_bytes) / ACD_CELL_BYTES)
        return false;
    *ret_lane = l;
    return true;
}
