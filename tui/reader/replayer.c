/* SPDX-License-Identifier: MIT */
/* From a recording to rings, see replayer.h. */
#include "config.h"

#include "tui/reader/replayer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "emitter/format/layout.h"

#define RINGS_MAX 4096
#define RING_BYTES_MAX (UINT64_C(1) << 32)

struct image {
    int fd; /* -1: not open any more */
    char name[256];
    uint64_t bytes, identity_bytes;
    struct acd_ringmap *ready; /* opened for the caller who asks first */
    enum acd_liveness liveness;
};

struct acd_replayer {
    struct acd_recfile *file;
    struct image *image;
    size_t count;
    struct acd_now now;
    char path[256]; /* of the recording, for sentences */
};

int acd_replayer_open(struct acd_replayer **ret, const char *path, struct acd_problem *why)
{
    struct acd_replayer *r = calloc(1, sizeof *r);
    if (!r)
        return acd_problem_set_errno(why, ENOMEM, "read", path);
    int result = acd_recfile_open(&r->file, path, why);
    if (result < 0) {
        free(r);
        return result;
    }
    snprintf(r->path, sizeof r->path, "%s", path);
    r->now.realtime_ns = acd_recfile_head(r->file)->realtime_ns;
    *ret = r;
    return 0;
}

void acd_replayer_close(struct acd_replayer *replayer)
{
    if (!replayer)
        return;
    for (size_t i = 0; i < replayer->count; i++) {
        acd_ringmap_close(replayer->image[i].ready);
        close(replayer->image[i].fd);
    }
    free(replayer->image);
    acd_recfile_close(replayer->file);
    free(replayer);
}

/* ---------------------------------------------------------------- images */

static int write_at(int fd, const void *from, size_t bytes, uint64_t at)
{
    for (size_t done = 0; done < bytes;) {
        ssize_t n = pwrite(fd, (const char *)from + done, bytes - done, (off_t)(at + done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n < 0 ? -errno : -EIO;
        done += (size_t)n;
    }
    return 0;
}

/* A file in a directory of its own, so that it can have the ring's name for as long as it takes. */
static int make_file(struct image *image, const struct acd_identity *identity,
                     struct acd_problem *why)
{
    const char *temp = getenv("TMPDIR");
    char directory[4096];
    snprintf(directory, sizeof directory, "%s/acdebug-replay-XXXXXX",
             temp && temp[0] == '/' ? temp : "/tmp");
    if (!mkdtemp(directory))
        return acd_problem_set_errno(why, errno, "make", directory);
    int at = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int fd = at < 0 ? -1 : openat(at, image->name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    int r = fd < 0 || ftruncate(fd, (off_t)image->bytes) < 0 ? -errno : 0;
    if (r == 0)
        r = write_at(fd, identity, sizeof *identity, 0);
    if (r < 0)
        acd_problem_set_errno(why, -r, "make", directory);
    else
        r = acd_ringmap_open(&image->ready, at, image->name, ACD_RINGMAP_ANY_OWNER, why);
    if (fd >= 0)
        unlinkat(at, image->name, 0);
    if (at >= 0)
        close(at);
    rmdir(directory);
    image->fd = fd;
    if (r < 0 && fd >= 0)
        close(fd);
    return r;
}

/* A name is one component, whatever the recording says. */
static void set_name(struct image *image, const char *name)
{
    snprintf(image->name, sizeof image->name, "%.255s", name);
    for (char *c = image->name; *c; c++)
        if (*c == '/')
            *c = '_';
    if (!image->name[0] || strcmp(image->name, ".") == 0 || strcmp(image->name, "..") == 0)
        snprintf(image->name, sizeof image->name, "ring");
}

static int broken(const struct acd_replayer *r, struct acd_problem *why, const char *what)
{
    return acd_problem_set(why, ACD_PROBLEM_BAD_HEADER, 0,
                           "recording '%s' is damaged: %s. Hint: what came before is shown",
                           r->path, what);
}

static int add_ring(struct acd_replayer *r, const struct acd_recfile_frame *frame,
                    const uint64_t *payload, struct acd_problem *why)
{
    struct acd_identity identity;
    char name[256];
    struct image image = {.liveness = ACD_LIVENESS_UNKNOWN};
    if (frame->bytes < sizeof name + sizeof identity)
        return broken(r, why, "a ring without an identity");
    if (frame->ring != r->count || r->count == RINGS_MAX)
        return broken(r, why, "rings out of order");
    memcpy(name, payload, sizeof name);
    name[sizeof name - 1] = '\0';
    memcpy(&identity, (const char *)payload + sizeof name, sizeof identity);
    set_name(&image, name);
    image.bytes = identity.file_bytes;
    image.identity_bytes = identity.identity_bytes;
    if (image.bytes < sizeof identity || image.bytes > RING_BYTES_MAX)
        return broken(r, why, "a ring of an impossible size");
    int result = make_file(&image, &identity, why);
    if (result < 0)
        return result;
    struct image *grown = realloc(r->image, (r->count + 1) * sizeof *grown);
    if (!grown) {
        acd_ringmap_close(image.ready);
        close(image.fd);
        return acd_problem_set_errno(why, ENOMEM, "read", r->path);
    }
    r->image = grown;
    r->image[r->count++] = image;
    return 0;
}

static int change_ring(struct acd_replayer *r, const struct acd_recfile_frame *frame,
                       const uint64_t *payload, struct acd_problem *why)
{
    if (frame->ring >= r->count)
        return broken(r, why, "a change of a ring that it does not have");
    struct image *image = &r->image[frame->ring];
    uint64_t left = frame->bytes / 8;
    image->liveness = frame->liveness <= ACD_LIVENESS_DEAD ? (enum acd_liveness)frame->liveness
                                                           : ACD_LIVENESS_UNKNOWN;
    while (left > 0) {
        uint64_t offset = payload[0], bytes = left > 1 ? payload[1] : UINT64_MAX;
        if (bytes % 8 || bytes / 8 > left - 2 || offset < image->identity_bytes ||
            offset > image->bytes || bytes > image->bytes - offset)
            return broken(r, why, "a change outside its ring");
        int result = write_at(image->fd, payload + 2, (size_t)bytes, offset);
        if (result < 0)
            return acd_problem_set_errno(why, -result, "play", r->path);
        payload += 2 + bytes / 8;
        left -= 2 + bytes / 8;
    }
    return 0;
}

/* ---------------------------------------------------------------- playing */

int acd_replayer_step(struct acd_replayer *replayer, size_t *ret_ring, struct acd_problem *why)
{
    struct acd_recfile_frame frame;
    const uint64_t *payload = NULL;
    int r = acd_recfile_next(replayer->file, &frame, &payload);
    if (r < 0)
        return acd_problem_set_errno(why, -r, "read", replayer->path);
    if (r == 0)
        return ACD_REPLAYER_END;
    replayer->now.realtime_ns = frame.realtime_ns;
    replayer->now.monotonic_ns = frame.monotonic_ns;
    if (frame.kind == ACD_RECFILE_END)
        return ACD_REPLAYER_END;
    *ret_ring = frame.ring;
    if (frame.kind == ACD_RECFILE_RING) {
        r = add_ring(replayer, &frame, payload, why);
        return r < 0 ? r : ACD_REPLAYER_RING;
    }
    if (frame.kind == ACD_RECFILE_CHANGE) {
        r = change_ring(replayer, &frame, payload, why);
        return r < 0 ? r : ACD_REPLAYER_CHANGE;
    }
    return broken(replayer, why, "a frame of an unknown kind");
}

bool acd_replayer_next(struct acd_replayer *replayer, uint64_t *ret_realtime_ns)
{
    return acd_recfile_peek(replayer->file, ret_realtime_ns);
}

void acd_replayer_now(const struct acd_replayer *replayer, struct acd_now *ret_now)
{
    *ret_now = replayer->now;
}

uint64_t acd_replayer_started(const struct acd_replayer *replayer)
{
    return acd_recfile_head(replayer->file)->realtime_ns;
}

bool acd_replayer_redacted(const struct acd_replayer *replayer)
{
    return (acd_recfile_head(replayer->file)->flags & ACD_RECFILE_REDACTED) != 0;
}

uint64_t acd_replayer_torn(const struct acd_replayer *replayer)
{
    return acd_recfile_torn(replayer->file);
}

int acd_replayer_ring(struct acd_replayer *replayer, size_t index, struct acd_ringmap **ret,
                      struct acd_problem *why)
{
    struct image *image = &replayer->image[index];
    if (!image->ready)
        return acd_problem_set_errno(why, EBUSY, "open", image->name);
    *ret = image->ready;
    image->ready = NULL;
    return 0;
}

enum acd_liveness acd_replayer_liveness(const struct acd_replayer *replayer, size_t index)
{
    return replayer->image[index].liveness;
}
