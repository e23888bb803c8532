/* SPDX-License-Identifier: MIT */
/* Frames of a recording, see recfile.h. */
#include "config.h"

#include "tui/reader/recfile.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "emitter/format/layout.h"

#define MAGIC "ACDREC\r\n"
#define MAJOR 1
#define MARK UINT32_C(0x4d415246) /* "FRAM" */

static_assert(sizeof(struct acd_recfile_head) == 64, "RECORDING.md, head");
static_assert(sizeof(struct acd_recfile_frame) == 48, "RECORDING.md, frame");

struct acd_recfile {
    int fd;
    uint64_t at;        /* the next frame */
    uint64_t max_bytes; /* of a file that is written */
    uint64_t torn;
    struct acd_recfile_head head;
    uint64_t *payload;
    size_t room; /* bytes */
};

static uint64_t sum_words(uint64_t sum, const uint64_t *word, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        sum = (sum ^ word[i]) * UINT64_C(0x9e3779b97f4a7c15);
        sum ^= sum >> 32;
    }
    return sum;
}

static uint64_t checksum(const struct acd_recfile_frame *frame, const uint64_t *payload)
{
    uint64_t words[sizeof *frame / 8];
    struct acd_recfile_frame copy = *frame;
    copy.checksum = 0;
    memcpy(words, &copy, sizeof words);
    return sum_words(sum_words(UINT64_C(0xcbf29ce484222325), words, sizeof words / 8), payload,
                     (size_t)(frame->bytes / 8));
}

/* ---------------------------------------------------------------- writing */

/* All of it, or -errno with the file as it was. */
static int write_all(struct acd_recfile *file, struct iovec *part, int count)
{
    uint64_t at = file->at;
    while (count > 0) {
        ssize_t n = pwritev(file->fd, part, count, (off_t)at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            int error = n < 0 ? errno : EIO;
            /* A frame that is not whole would read as a tear; without it the file is good. */
            if (ftruncate(file->fd, (off_t)file->at) < 0)
                return -error;
            return -error;
        }
        at += (uint64_t)n;
        for (; count > 0 && (size_t)n >= part->iov_len; part++, count--)
            n -= (ssize_t)part->iov_len;
        if (count > 0) {
            part->iov_base = (char *)part->iov_base + n;
            part->iov_len -= (size_t)n;
        }
    }
    file->at = at;
    return 0;
}

int acd_recfile_create(struct acd_recfile **ret, const char *path, uint64_t flags,
                       uint64_t max_bytes, struct acd_problem *why)
{
    struct acd_recfile *f = calloc(1, sizeof *f);
    struct acd_now now;
    if (!f)
        return acd_problem_set_errno(why, ENOMEM, "write", path);
    f->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (f->fd < 0) {
        int r = errno == EEXIST
                    ? acd_problem_set(why, ACD_PROBLEM_SYSTEM, EEXIST,
                                      "'%s' exists already. Hint: take another name", path)
                    : acd_problem_set_errno(why, errno, "write", path);
        free(f);
        return r;
    }
    acd_control_now(&now);
    f->max_bytes = max_bytes;
    f->head = (struct acd_recfile_head){.byte_order = ACD_BYTE_ORDER_MARK,
                                        .major = MAJOR,
                                        .flags = flags,
                                        .realtime_ns = now.realtime_ns};
    memcpy(f->head.magic, MAGIC, sizeof f->head.magic);
    struct iovec part = {&f->head, sizeof f->head};
    int r = write_all(f, &part, 1);
    if (r < 0) {
        acd_problem_set_errno(why, -r, "write", path);
        acd_recfile_close(f);
        return r;
    }
    *ret = f;
    return 0;
}

int acd_recfile_append(struct acd_recfile *file, const struct acd_recfile_frame *frame,
                       const void *payload, size_t bytes)
{
    struct acd_recfile_frame f = *frame;
    /* The end is short, and always has room. */
    uint64_t spare = f.kind == ACD_RECFILE_END ? 0 : sizeof f;
    if (bytes > ACD_RECFILE_FRAME_MAX || file->at + sizeof f + bytes + spare > file->max_bytes)
        return -EFBIG;
    f.mark = MARK;
    f.bytes = bytes;
    f.checksum = checksum(&f, payload);
    struct iovec part[] = {{&f, sizeof f}, {(void *)(uintptr_t)payload, bytes}};
    return write_all(file, part, bytes > 0 ? 2 : 1);
}

uint64_t acd_recfile_bytes(const struct acd_recfile *file)
{
    return file->at;
}

/* ---------------------------------------------------------------- reading */

static ssize_t read_at(int fd, void *to, size_t bytes, uint64_t at)
{
    size_t got = 0;
    while (got < bytes) {
        ssize_t n = pread(fd, (char *)to + got, bytes - got, (off_t)(at + got));
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

static int open_regular(const char *path)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd >= 0 && (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))) {
        close(fd);
        errno = EINVAL;
        return -1;
    }
    return fd;
}

bool acd_recfile_is(const char *path)
{
    char magic[8] = "";
    int fd = open_regular(path);
    if (fd < 0)
        return false;
    bool is = read_at(fd, magic, sizeof magic, 0) == sizeof magic &&
              memcmp(magic, MAGIC, sizeof magic) == 0;
    close(fd);
    return is;
}

static int check_head(const struct acd_recfile_head *h, ssize_t got, const char *path,
                      struct acd_problem *why)
{
    if (got < (ssize_t)sizeof *h || memcmp(h->magic, MAGIC, sizeof h->magic) != 0)
        return acd_problem_set(why, ACD_PROBLEM_NOT_A_RING, 0,
                               "'%s' is no recording. Hint: acdebug-top record FILE makes one",
                               path);
    if (h->byte_order != ACD_BYTE_ORDER_MARK)
        return acd_problem_set(why, ACD_PROBLEM_BYTE_ORDER, 0,
                               "recording '%s' is of a machine of the other byte order. Hint: read "
                               "it on such a machine",
                               path);
    if (h->major != MAJOR)
        return acd_problem_set(
            why, ACD_PROBLEM_NEWER_FORMAT, 0,
            "recording '%s' is of version %u, this viewer reads %d. Hint: upgrade "
            "acdebug-top",
            path, h->major, MAJOR);
    return 0;
}

int acd_recfile_open(struct acd_recfile **ret, const char *path, struct acd_problem *why)
{
    struct acd_recfile *f = calloc(1, sizeof *f);
    if (!f)
        return acd_problem_set_errno(why, ENOMEM, "read", path);
    f->fd = open_regular(path);
    if (f->fd < 0) {
        int r = acd_problem_set_errno(why, errno, "read", path);
        free(f);
        return r;
    }
    ssize_t n = read_at(f->fd, &f->head, sizeof f->head, 0);
    int r = n < 0 ? acd_problem_set_errno(why, (int)-n, "read", path)
                  : check_head(&f->head, n, path, why);
    if (r < 0) {
        acd_recfile_close(f);
        return r;
    }
    f->at = sizeof f->head;
    *ret = f;
    return 0;
}

const struct acd_recfile_head *acd_recfile_head(const struct acd_recfile *file)
{
    return &file->head;
}

/* The head of the frame that comes: 1, 0 at the end. */
static int read_frame(struct acd_recfile *f, struct acd_recfile_frame *ret_frame)
{
    ssize_t n = read_at(f->fd, ret_frame, sizeof *ret_frame, f->at);
    if (n < 0)
        return (int)n;
    if (n == 0)
        return 0;
    if (n < (ssize_t)sizeof *ret_frame || ret_frame->mark != MARK || ret_frame->bytes % 8 ||
        ret_frame->bytes > ACD_RECFILE_FRAME_MAX) {
        f->torn = f->at;
        return 0;
    }
    return 1;
}

static int make_room(struct acd_recfile *f, size_t bytes)
{
    if (bytes <= f->room)
        return 0;
    uint64_t *grown = realloc(f->payload, bytes);
    if (!grown)
        return -ENOMEM;
    f->payload = grown;
    f->room = bytes;
    return 0;
}

int acd_recfile_next(struct acd_recfile *file, struct acd_recfile_frame *ret_frame,
                     const uint64_t **ret_payload)
{
    struct acd_recfile_frame frame;
    struct stat st;
    int r = file->torn ? 0 : read_frame(file, &frame);
    if (r <= 0)
        return r;
    size_t bytes = (size_t)frame.bytes;
    /* What the file can't hold takes no memory. */
    bool whole =
        fstat(file->fd, &st) == 0 && (uint64_t)st.st_size >= file->at + sizeof frame + frame.bytes;
    if (whole && (r = make_room(file, bytes)) < 0)
        return r;
    ssize_t n = whole ? read_at(file->fd, file->payload, bytes, file->at + sizeof frame) : 0;
    if (n < 0)
        return (int)n;
    if (!whole || (size_t)n < bytes || checksum(&frame, file->payload) != frame.checksum) {
        file->torn = file->at;
        return 0;
    }
    file->at += sizeof frame + bytes;
    *ret_frame = frame;
    *ret_payload = file->payload;
    return 1;
}

bool acd_recfile_peek(struct acd_recfile *file, uint64_t *ret_realtime_ns)
{
    struct acd_recfile_frame frame;
    if (file->torn || read_frame(file, &frame) <= 0)
        return false;
    *ret_realtime_ns = frame.realtime_ns;
    return true;
}

uint64_t acd_recfile_torn(const struct acd_recfile *file)
{
    return file->torn;
}

void acd_recfile_rewind(struct acd_recfile *file)
{
    file->at = sizeof file->head;
    file->torn = 0;
}

int acd_recfile_close(struct acd_recfile *file)
{
    int r = 0;
    if (!file)
        return 0;
    if (close(file->fd) < 0)
        r = -errno;
    free(file->payload);
    free(file);
    return r;
}
