/* SPDX-License-Identifier: MIT */
/*
 * A file of any size, mapped for reading.  It may be cut short or written to meanwhile: the guard
 * puts zeros where bytes went away, and acd_textfile_state() says that it is another file now.
 */
#ifndef ACD_READER_TEXTFILE_H
#define ACD_READER_TEXTFILE_H

#include <stdint.h>

#include "tui/reader/problem.h"

/* An index of 32 bits ends here; what is behind is not shown. */
#define ACD_TEXTFILE_MOST (UINT64_C(4) * 1024 * 1024 * 1024 - 4096)

enum acd_textfile_flag {
    /* It was found in a directory that anybody may write to: no link, and nobody else's. */
    ACD_TEXTFILE_OWN = 1u << 0,
};

enum acd_textfile_state { ACD_TEXTFILE_SAME, ACD_TEXTFILE_CHANGED, ACD_TEXTFILE_GONE };

struct acd_textfile;

/** @return 0, -errno and `why`; never waits for a fifo or a device. acd_guard_install() is due before it is read. */
int acd_textfile_open(struct acd_textfile **ret, const char *path, unsigned flags,
                      struct acd_problem *why);
void acd_textfile_free(struct acd_textfile *file);

/** Its bytes, at most ACD_TEXTFILE_MOST of them. */
const char *acd_textfile_bytes(const struct acd_textfile *file, uint64_t *ret_length);
uint64_t acd_textfile_size(const struct acd_textfile *file);
/** Permission bits. */
unsigned acd_textfile_mode(const struct acd_textfile *file);

/** What the path names now. */
enum acd_textfile_state acd_textfile_now(const struct acd_textfile *file);

#endif
