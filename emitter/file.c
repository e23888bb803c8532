/* SPDX-License-Identifier: MIT */
/*
 * The ring's file: where it goes, how it is laid out, made whole before it is visible, mapped three
 * ways, and collected when its process is long dead.  Async-signal-safe, since a fork child makes its
 * ring at its first emit, wherever that is.
 */
#include "config.h"

#include "emitter/state.h"

#include <errno.h>
#include <string.h>

#include "emitter/shmfile.h"

/* ---- small strings, without stdio ---- */

static bool append(char *buffer, size_t bytes, const char *text)
{
    size_t at = strlen(buffer), n = strlen(text);
    if (at + n >= bytes)
        return false;
    memcpy(buffer + at, text, n + 1);
    return true;
}

static bool append_number(char *buffer, size_t bytes, uint64_t number, unsigned base)
{
    char digits[24];
    size_t n = sizeof digits;
    digits[--n] = '\0';
    do {
        digits[--n] = "0123456789abcdef"[number % base];
        number /= base;
    } while (number > 0);
    return append(buffer, bytes, digits + n);
}

/* The last 12 hexadecimal digits, all of them: rings' names are equally long. */
static bool append_random(char *buffer, size_t bytes, uint64_t number)
{
    char digits[13] = "";
    for (size_t n = sizeof digits - 1; n > 0; n--, number >>= 4)
        digits[n - 1] = "0123456789abcdef"[number & 15];
    return append(buffer, bytes, digits);
}

/* ---- layout ---- */

static uint64_t round_up(uint64_t n, uint64_t to)
{
    return (n + to - 1) / to * to;
}

static uint64_t place(struct acd_section *s, uint64_t offset, uint64_t count, uint64_t stride)
{
    s->offset = offset;
    s->count = (uint32_t)count;
    s->stride = (uint32_t)stride;
    s->bytes = count * stride;
    return round_up(offset + s->bytes, ACD_CHUNK_BYTES);
}

static uint64_t lay_out(struct acd_ring *ring, const struct acd_settings *set, uint64_t page)
{
    struct acd_section *s = ring->section;
    uint64_t lanes = set->big_lanes + set->small_lanes;
    place(&s[ACD_SEC_CONTROL], page, 1, page);
    uint64_t at = ring->data_offset =
        round_up(2 * page, page > ACD_CHUNK_BYTES ? page : ACD_CHUNK_BYTES);
    at = place(&s[ACD_SEC_SHARED], at, 1, ACD_CHUNK_BYTES);
    /* Directory and site index begin together: both are small until many sites come. */
    at = place(&s[ACD_SEC_DIRECTORY], at, lanes, 8);
    at = place(&s[ACD_SEC_SITE_INDEX], at, ACD_SITES, 8);
    at = place(&s[ACD_SEC_SITE_ARENA], at, UINT64_C(1) << 17, 8);
    at = place(&s[ACD_SEC_CACHES], at, ACD_CACHE_ROWS, sizeof(struct acd_cache_entry));
    at = place(&s[ACD_SEC_TIMERS], at, ACD_TIMERS + 1, sizeof(struct acd_timer_entry));
    at = place(&s[ACD_SEC_HISTOGRAMS], at, ACD_HISTOGRAMS, sizeof(struct acd_histogram));
    at = place(&s[ACD_SEC_RUNNING], at, ACD_RUNNING, sizeof(struct acd_running_entry));
    at = place(&s[ACD_SEC_ERRORS], at, ACD_ERRORS + 1, sizeof(struct acd_error_entry));
    at = place(&s[ACD_SEC_OVERFLOW], at, 1,
               ACD_LANE_HEADER_BYTES + set->small_cells * ACD_CELL_BYTES);
    at = place(&s[ACD_SEC_LANES_BIG], at, set->big_lanes,
               ACD_LANE_HEADER_BYTES + set->big_cells * ACD_CELL_BYTES);
    at = place(&s[ACD_SEC_LANES_SMALL], at, set->small_lanes,
               ACD_LANE_HEADER_BYTES + set->small_cells * ACD_CELL_BYTES);
    ring->data_bytes = round_up(at, page) - ring->data_offset;
    return ring->data_offset + ring->data_bytes;
}

static void *section(const struct acd_ring *ring, enum acd_section_id id)
{
    return ring->data + (ring->section[id].offset - ring->data_offset);
}

static void point(struct acd_ring *ring)
{
    ring->shared = section(ring, ACD_SEC_SHARED);
    ring->directory = section(ring, ACD_SEC_DIRECTORY);
    ring->site_index = section(ring, ACD_SEC_SITE_INDEX);
    ring->arena = section(ring, ACD_SEC_SITE_ARENA);
    ring->caches = section(ring, ACD_SEC_CACHES);
    ring->timers = section(ring, ACD_SEC_TIMERS);
    ring->histograms = section(ring, ACD_SEC_HISTOGRAMS);
    ring->running = section(ring, ACD_SEC_RUNNING);
    ring->errors = section(ring, ACD_SEC_ERRORS);
}

/* ---- directory and name ---- */

static int open_directory(const struct acd_settings *set, char *path, size_t bytes, int *ret_fd)
{
    path[0] = '\0';
    if (set->directory[0]) {
        if (!append(path, bytes, set->directory))
            return -ENAMETOOLONG;
        return acd_sys_directory(path, ret_fd);
    }
    char mine[32] = "/acdebug-";
    append_number(mine, sizeof mine, acd_sys_user(), 10);
#ifdef __linux__
    append(path, bytes, "/dev/shm");
    append(path, bytes, mine);
    int r = acd_sys_directory(path, ret_fd);
    if (r != -ENOENT && r != -EROFS)
        return r;
    path[0] = '\0';
#endif
    if (!append(path, bytes, set->temp_directory) || !append(path, bytes, mine))
        return -ENAMETOOLONG;
    return acd_sys_directory(path, ret_fd);
}

/* ---- identity ---- */

/* Field 22 of /proc/self/stat; the command's name before may hold spaces and parentheses. */
static uint64_t process_start_time(void)
{
    char text[1024];
    ssize_t n = acd_sys_read_file("/proc/self/stat", text, sizeof text - 1);
    if (n <= 0)
        return 0;
    text[n] = '\0';
    const char *p = strrchr(text, ')');
    for (int field = 2; p && field < 22; field++)
        p = strchr(p + 1, ' ');
    uint64_t ticks = 0;
    for (p = p ? p + 1 : ""; *p >= '0' && *p <= '9'; p++)
        ticks = ticks * 10 + (uint64_t)(*p - '0');
    return ticks;
}

static void know_itself(struct acd_ring *ring, const struct acd_settings *set)
{
    ssize_t n = acd_sys_read_file("/proc/sys/kernel/random/boot_id", ring->boot_id,
                                  sizeof ring->boot_id - 1);
    ring->boot_id[n < 0 ? 0 : n] = '\0';
    ring->boot_id[strcspn(ring->boot_id, "\n")] = '\0';
    memcpy(ring->app, set->app, sizeof ring->app);
}

static void identify(const struct acd_ring *ring, uint32_t parent, uint64_t file_bytes)
{
    struct acd_identity *id = ring->identity;
    id->byte_order = ACD_BYTE_ORDER_MARK;
    id->compatible_flags |= ACD_COMPATIBLE_RESUME;
    id->major = ACD_FORMAT_MAJOR;
    id->minor = ACD_FORMAT_MINOR;
    id->file_bytes = file_bytes;
    id->identity_bytes = (uint32_t)ring->identity_bytes;
    id->lane_header_bytes = ACD_LANE_HEADER_BYTES;
    id->pid = ring->pid;
    id->uid = acd_sys_user();
    id->pid_namespace = acd_sys_pid_namespace();
    id->start_time = process_start_time();
    id->generation = ring->generation - ACD_NO_GENERATION;
    id->clock_kind = (uint32_t)ring->clock;
    id->start_levels = (uint32_t)ring->start_levels;
    id->parent_pid = parent;
    id->section_count = ACD_SEC_COUNT;
    id->opened = ring->opened;
    memcpy(id->boot_id, ring->boot_id, sizeof id->boot_id);
    memcpy(id->app, ring->app, sizeof id->app);
    acd_sys_host_name(id->host, sizeof id->host);
    memcpy(id->section, ring->section, sizeof ring->section);
    memcpy(id->magic, ACD_MAGIC, sizeof id->magic);
}

/* ---- making it ---- */

static void mark_ready(struct acd_ring *ring, uint64_t offset, uint64_t bytes)
{
    uint64_t first = (offset - ring->data_offset) / ACD_CHUNK_BYTES;
    uint64_t end = round_up(offset - ring->data_offset + bytes, ACD_CHUNK_BYTES) / ACD_CHUNK_BYTES;
    for (uint64_t i = first; i < end; i++)
        acd_set(&ring->chunk_ready[i / 64], acd_get(&ring->chunk_ready[i / 64]) | UINT64_C(1)
                                                                                      << i % 64);
}

/* Allocates one part at open and takes it from the budget. */
static int reserve(struct acd_ring *ring, int fd, uint64_t offset, uint64_t bytes)
{
    int r = acd_sys_allocate_new(fd, offset, bytes);
    if (r != 0)
        return r;
    if (offset >= ring->data_offset)
        mark_ready(ring, offset, bytes);
    uint64_t left = acd_get(&ring->budget_left);
    acd_set(&ring->budget_left, left > bytes ? left - bytes : 0);
    ring->first_bytes += bytes;
    return 0;
}

static int allocate_first(struct acd_ring *ring, int fd)
{
    const struct acd_section *s = ring->section;
    int r = reserve(ring, fd, 0, 2 * ring->identity_bytes);
    if (r == 0)
        r = reserve(ring, fd, s[ACD_SEC_SHARED].offset, ACD_CHUNK_BYTES);
    if (r == 0)
        r = reserve(ring, fd, s[ACD_SEC_DIRECTORY].offset, ACD_CHUNK_BYTES);
    if (r == 0)
        r = reserve(ring, fd, s[ACD_SEC_SITE_INDEX].offset, ACD_CHUNK_BYTES);
    if (r == 0)
        r = reserve(ring, fd, s[ACD_SEC_SITE_ARENA].offset, ACD_CHUNK_BYTES);
    if (r == 0)
        r = reserve(ring, fd, s[ACD_SEC_OVERFLOW].offset, s[ACD_SEC_OVERFLOW].bytes);
    return r;
}

/* Three descriptions, three mappings; on failure what was mapped goes again. */
static int map_all(struct acd_ring *ring, int dirfd, const struct acd_shmfile *file)
{
    void *identity = NULL, *control = NULL, *data = NULL;
    uint64_t page = ring->identity_bytes;
    int id_fd = -1, control_fd = -1;
    int r = acd_sys_map(file->fd, ring->data_offset, ring->data_bytes, &data);
    if (r == 0)
        r = acd_sys_reopen(dirfd, file, &control_fd);
    if (r == 0)
        r = acd_sys_map(control_fd, page, page, &control);
    if (r == 0)
        r = acd_sys_reopen(dirfd, file, &id_fd);
    if (r == 0)
        r = acd_sys_map(id_fd, 0, page, &identity);
    if (r == 0) {
        acd_sys_not_in_children(identity, page);
        acd_sys_not_in_children(data, ring->data_bytes);
        /* Where locks can't be had, readers go by boot id, pid namespace, pid and start time. */
        ring->identity = identity;
        if (acd_sys_lock(id_fd) == 0)
            ring->identity->compatible_flags |= ACD_COMPATIBLE_LOCKED;
        ring->control = control;
        ring->data = data;
        data = control = NULL;
    }
    if (data)
        acd_sys_unmap(data, ring->data_bytes);
    if (control)
        acd_sys_unmap(control, page);
    acd_sys_close(control_fd);
    acd_sys_close(id_fd);
    return r;
}

static void unmap_all(struct acd_ring *ring)
{
    acd_sys_unmap(ring->identity, ring->identity_bytes);
    acd_sys_unmap(ring->control, ring->identity_bytes);
    acd_sys_unmap(ring->data, ring->data_bytes);
}

static void initialise(struct acd_ring *ring, const struct acd_settings *set, uint32_t parent,
                       uint64_t file_bytes)
{
    point(ring);
    acd_set(&ring->shared->sites_used, 1); /* number 0 stays free */
    acd_set(&ring->shared->allocated_bytes, ring->first_bytes);
    struct acd_lane *lane = section(ring, ACD_SEC_OVERFLOW);
    acd_set(&lane->cells, set->small_cells);
    ring->overflow = lane;
    acd_lane_attach(&ring->overflow_writer, lane, acd_lane_cells(lane), set->small_cells);
    acd_set(&ring->control->word, ring->start_levels);
    acd_set(&ring->control_seen, ring->start_levels);
    acd_clock_anchor(ring->clock, &ring->opened);
    acd_anchor_store(&ring->shared->anchor, &ring->opened);
    know_itself(ring, set);
    identify(ring, parent, file_bytes);
}

static int show(struct acd_ring *ring, int dirfd, const struct acd_shmfile *file, const char *app)
{
    size_t base = strlen(ring->path);
    int r = -EEXIST;
    for (int tries = 0; tries < 8 && r == -EEXIST; tries++) {
        uint64_t number;
        acd_sys_random(&number);
        ring->path[base] = '\0';
        if (!append(ring->path, sizeof ring->path, "/") ||
            !append(ring->path, sizeof ring->path, app) ||
            !append(ring->path, sizeof ring->path, ".") ||
            !append_random(ring->path, sizeof ring->path, number) ||
            !append(ring->path, sizeof ring->path, ACD_FILE_SUFFIX))
            return -ENAMETOOLONG;
        r = acd_sys_show(dirfd, file, ring->path + base + 1);
    }
    return r;
}

/* What a name in the file system may hold of the application's. */
static void file_name(char *ret_name, size_t bytes, const char *app)
{
    static const char good[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    size_t n = 0;
    for (; app[n] && n + 1 < bytes; n++)
        ret_name[n] = strchr(good, app[n]) ? app[n] : '_';
    ret_name[n] = '\0';
    if (ret_name[0] == '.' || ret_name[0] == '-')
        ret_name[0] = '_';
}

static int make(struct acd_ring *ring, const struct acd_settings *set, uint32_t parent, int dirfd)
{
    char app[48], temporary[64] = ".making-";
    uint64_t number;
    file_name(app, sizeof app, set->app);
    acd_sys_random(&number);
    append_random(temporary, sizeof temporary, number);
    uint64_t bytes = lay_out(ring, set, ring->identity_bytes);
    if (bytes > acd_sys_file_limit())
        return -EFBIG;
    if (ring->data_bytes / ACD_CHUNK_BYTES > ACD_DATA_CHUNKS_MAX)
        return -EINVAL;
    struct acd_shmfile file;
    int r = acd_sys_create(dirfd, temporary, &file);
    if (r != 0)
        return r;
    ring->device = file.device;
    ring->inode = file.inode;
    r = acd_sys_resize(&file, bytes);
    if (r == 0)
        r = allocate_first(ring, file.fd);
    if (r == 0)
        r = map_all(ring, dirfd, &file);
    if (r == 0) {
        initialise(ring, set, parent, bytes);
        ACD_PAUSE(ACD_PAUSE_OPEN_HIDDEN);
        r = show(ring, dirfd, &file, app);
        if (r != 0)
            unmap_all(ring);
        else
            file.named = false; /* has its own name now */
    }
    acd_sys_discard(dirfd, &file);
    return r;
}

/* The lanes that a budget pays for. */
static void fit(struct acd_settings *set, uint64_t budget)
{
    uint64_t big = ACD_LANE_HEADER_BYTES + set->big_cells * ACD_CELL_BYTES;
    uint64_t small = ACD_LANE_HEADER_BYTES + set->small_cells * ACD_CELL_BYTES;
    while (set->big_lanes > 0 && set->big_lanes * big > budget)
        set->big_lanes--;
    uint64_t left = budget - set->big_lanes * big;
    uint64_t lanes = left / small;
    uint64_t room = ACD_LANES_MAX - set->big_lanes;
    set->small_lanes = (uint32_t)(lanes < room ? lanes : room);
}

int acd_file_open(struct acd_ring *ring, const struct acd_settings *settings, uint32_t parent)
{
    int dirfd = -1;
    ring->identity_bytes = acd_sys_page_bytes();
    int r = open_directory(settings, ring->path, sizeof ring->path, &dirfd);
    if (r != 0)
        return r;
    char directory[sizeof ring->path];
    memcpy(directory, ring->path, sizeof directory);
    uint64_t quarter = acd_sys_free_bytes(dirfd) / 4;
    uint64_t budget = settings->budget_bytes < quarter ? settings->budget_bytes : quarter;
    struct acd_settings set = *settings;
    fit(&set, budget);
    acd_set(&ring->budget_left, budget);
    r = make(ring, &set, parent, dirfd);
    if (r == -ENOSPC || r == -EFBIG || r == -ENOMEM || r == -EDQUOT) { /* a smaller one */
        memcpy(ring->path, directory, sizeof directory);
        memset(ring->chunk_ready, 0, sizeof ring->chunk_ready);
        ring->first_bytes = 0;
        set.big_lanes = 0;
        set.small_cells = set.small_cells < 256 ? set.small_cells : 256;
        set.small_lanes = 4;
        acd_set(&ring->budget_left, budget);
        r = make(ring, &set, parent, dirfd);
    }
    acd_sys_close(dirfd);
    if (r != 0) /* for the warning */
        memcpy(ring->path, directory, sizeof directory);
    return r;
}

/* From here on every address that was handed out reads and writes zero pages of this process. */
void acd_file_close(struct acd_ring *ring)
{
    acd_sys_map_zero(ring->control, ring->identity_bytes, NULL);
    acd_sys_map_zero(ring->data, ring->data_bytes, NULL);
    acd_sys_unmap(ring->identity, ring->identity_bytes); /* and with it the lock */
}

/* ---- collection ---- */

#define KEEP_NEWEST 8
#define KEEP_BYTES (UINT64_C(64) << 20)
#define KEEP_NS (UINT64_C(7) * 24 * 3600 * 1000000000)

/* A dead ring of this application. */
struct found {
    char name[96];
    uint64_t bytes, opened_ns;
};
/* The newest ones so far, newest first; what falls off the end goes. */
struct findings {
    const struct acd_ring *ring;
    int dirfd;
    unsigned count;
    struct found found[KEEP_NEWEST];
};

static bool is_dead(const struct acd_ring *ring, int fd, const struct acd_identity *id)
{
    int locked = acd_sys_locked(fd);
    if (locked == 1)
        return false;
    if (strncmp(id->boot_id, ring->boot_id, sizeof id->boot_id) != 0)
        return id->boot_id[0] != '\0' && ring->boot_id[0] != '\0';
    return locked == 0 && (id->compatible_flags & ACD_COMPATIBLE_LOCKED) != 0;
}

static void keep_newest(struct findings *f, const struct found *one)
{
    unsigned at = f->count;
    while (at > 0 && f->found[at - 1].opened_ns < one->opened_ns)
        at--;
    if (at == KEEP_NEWEST) {
        (void)acd_sys_unlink(f->dirfd, one->name);
        return;
    }
    if (f->count < KEEP_NEWEST)
        f->count++;
    else
        (void)acd_sys_unlink(f->dirfd, f->found[KEEP_NEWEST - 1].name);
    memmove(&f->found[at + 1], &f->found[at], (f->count - 1 - at) * sizeof *f->found);
    f->found[at] = *one;
}

static void consider(void *context, const struct acd_found_file *file)
{
    struct findings *f = context;
    struct acd_identity id;
    struct found one;
    if (strlen(file->name) >= sizeof one.name ||
        acd_sys_read_at(file->fd, &id, sizeof id, 0) != 0 ||
        memcmp(id.magic, ACD_MAGIC, sizeof id.magic) != 0 || id.byte_order != ACD_BYTE_ORDER_MARK ||
        strncmp(id.app, f->ring->app, sizeof id.app) != 0 || !is_dead(f->ring, file->fd, &id))
        return;
    strcpy(one.name, file->name);
    one.bytes = file->bytes;
    one.opened_ns =
        id.opened.realtime_ns > file->modified_ns ? id.opened.realtime_ns : file->modified_ns;
    keep_newest(f, &one);
}

/* Removes this application's dead rings beyond the newest 8, 64 MiB and 7 days. */
void acd_file_collect(const struct acd_ring *ring)
{
    char directory[sizeof ring->path];
    struct findings f = {.ring = ring};
    strcpy(directory, ring->path);
    char *slash = strrchr(directory, '/');
    if (!slash)
        return;
    *slash = '\0';
    if (acd_sys_directory(directory, &f.dirfd) != 0)
        return;
    (void)acd_sys_each_file(f.dirfd, "", ACD_FILE_SUFFIX, consider, &f);
    uint64_t now = acd_sys_realtime_ns(), bytes = 0;
    for (unsigned i = 0; i < f.count; i++) {
        const struct found *one = &f.found[i];
        uint64_t age = now > one->opened_ns ? now - one->opened_ns : 0;
        bytes += one->bytes;
        if (bytes > KEEP_BYTES || age > KEEP_NS)
            (void)acd_sys_unlink(f.dirfd, one->name);
    }
    acd_sys_close(f.dirfd);
}
