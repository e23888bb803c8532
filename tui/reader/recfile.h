/* SPDX-License-Identifier: MIT */
/*
 * The file of a recording: a head, then frames, each with its time, length and checksum, so that a file
 * that was cut anywhere reads up to the cut.  RECORDING.md describes it.  Knows nothing of what frames
 * mean.  One owner.
 */
#ifndef ACD_READER_RECFILE_H
#define ACD_READER_RECFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/reader/control.h"
#include "tui/reader/problem.h"

#define ACD_RECFILE_REDACTED UINT64_C(1) /* of the head's flags: texts were left out */

enum acd_recfile_kind {
    ACD_RECFILE_RING = 1, /* a ring that is recorded from here on: its name and identity */
    ACD_RECFILE_CHANGE,   /* what changed in it */
    ACD_RECFILE_END       /* the recording was ended, not cut */
};

#define ACD_RECFILE_FRAME_MAX (UINT32_C(64) << 20)

struct acd_recfile_head {
    char magic[8];
    uint32_t byte_order;
    uint16_t major, minor;
    uint64_t flags;
    uint64_t realtime_ns; /* when it began */
    uint64_t reserved[4];
};

struct acd_recfile_frame {
    uint32_t mark;
    uint32_t kind;
    uint32_t ring;     /* a number that the recording gives it, from 0 */
    uint32_t liveness; /* enum acd_liveness */
    uint64_t bytes;    /* of the payload, a multiple of 8 */
    uint64_t realtime_ns, monotonic_ns;
    uint64_t checksum; /* of this head, with 0 here, and the payload */
};

struct acd_recfile;

/**
 * Makes a new file, mode 0600; one that is there already is left alone.
 * @param max_bytes  the file never grows beyond
 * @return 0, -errno and `why`
 */
int acd_recfile_create(struct acd_recfile **ret, const char *path, uint64_t flags,
                       uint64_t max_bytes, struct acd_problem *why);

/** Appends a frame; mark, bytes and checksum are set here.  @return 0; -EFBIG: it would grow beyond
 * its bound, and holds what it held; -errno */
int acd_recfile_append(struct acd_recfile *file, const struct acd_recfile_frame *frame,
                       const void *payload, size_t bytes);

uint64_t acd_recfile_bytes(const struct acd_recfile *file);

/** Does the file of that path begin as a recording does? */
bool acd_recfile_is(const char *path);

/** @return 0; -EBADMSG when it is no recording that we can read; -errno */
int acd_recfile_open(struct acd_recfile **ret, const char *path, struct acd_problem *why);

const struct acd_recfile_head *acd_recfile_head(const struct acd_recfile *file);

/**
 * The next frame; `ret_payload` holds until the next call.
 * @return 1; 0 at the end, which is torn when acd_recfile_torn() says so; -errno
 */
int acd_recfile_next(struct acd_recfile *file, struct acd_recfile_frame *ret_frame,
                     const uint64_t **ret_payload);

/** When the next frame is, without taking it; false at the end. */
bool acd_recfile_peek(struct acd_recfile *file, uint64_t *ret_realtime_ns);

/** The byte at which the file stops making sense; 0: it doesn't. */
uint64_t acd_recfile_torn(const struct acd_recfile *file);

void acd_recfile_rewind(struct acd_recfile *file);

/** @return 0, -errno of what could not be written */
int acd_recfile_close(struct acd_recfile *file);

#endif
