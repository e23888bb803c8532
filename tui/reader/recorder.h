/* SPDX-License-Identifier: MIT */
/*
 * Writes rings into a recording (recfile.h): at each poll, what changed in each ring since the last.
 * Records come through a cursor, so that what is recorded was read whole; they are laid out again as a
 * writer would, without the holes of those that were lost.  Tables are compared with a private copy, in
 * the order in which the writer publishes them backwards.  With ACD_RECFILE_REDACTED, texts that may
 * hold prompts or secrets are starred out.  One owner; rings must outlive it.
 */
#ifndef ACD_READER_RECORDER_H
#define ACD_READER_RECORDER_H

#include <stdint.h>

#include "tui/reader/cursor.h"
#include "tui/reader/liveness.h"
#include "tui/reader/recfile.h"

struct acd_recorder;

/** @param max_bytes  the file stops growing there @return 0, -errno and `why` */
int acd_recorder_new(struct acd_recorder **ret, const char *path, uint64_t flags,
                     uint64_t max_bytes, struct acd_problem *why);

/**
 * Records what is new of one ring; the first time, all that is there.
 * @param handle    the caller's name for the ring, never given twice
 * @return records taken; -EFBIG: the file is full, and stays as it is; -errno
 */
int acd_recorder_poll(struct acd_recorder *recorder, uint32_t handle,
                      const struct acd_ringmap *ring, enum acd_liveness liveness);

uint64_t acd_recorder_bytes(const struct acd_recorder *recorder);
uint64_t acd_recorder_records(const struct acd_recorder *recorder);

/** Writes the end. @return 0, -errno of what could not be written */
int acd_recorder_close(struct acd_recorder *recorder);

#endif
