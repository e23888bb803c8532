/* SPDX-License-Identifier: MIT */
/*
 * The debug files of the temp directory ($TMPDIR, else /tmp): `anyclaude-debug-*.json`, newest first.
 * Anybody may write there, so links, fifos and others' files are listed with the reason why they are
 * skipped, and never opened.
 */
#ifndef ACD_READER_DEBUGFILES_H
#define ACD_READER_DEBUGFILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct acd_debugfile_entry {
    char name[256];
    uint64_t inode, bytes, modified_ns; /* since the epoch */
    unsigned mode;                      /* permission bits */
    char why[64];                       /* "a symbolic link": why it is skipped; "" readable */
};

struct acd_debugfiles {
    char directory[1024];
    struct acd_debugfile_entry *entry;
    size_t count;
    bool cut; /* there are more than ACD_DEBUGFILES_MOST */
};

#define ACD_DEBUGFILES_MOST 4096

/** Nothing is read yet. @return 0, -ENAMETOOLONG */
int acd_debugfiles_init(struct acd_debugfiles *files, const char *directory);
void acd_debugfiles_fini(struct acd_debugfiles *files);

/** Reads the directory anew. @return 0, -errno, and the list is as it was */
int acd_debugfiles_scan(struct acd_debugfiles *files);

/** The first `size` bytes of a readable entry. @return bytes read, -errno */
int64_t acd_debugfiles_head(const struct acd_debugfiles *files, size_t index, char *out,
                            size_t size);

#endif
