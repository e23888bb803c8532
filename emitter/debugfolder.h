/* SPDX-License-Identifier: MIT */
/*
 * The folder with the debug files and the error log: files appear whole and under new names, and the
 * oldest of ours go when there are too many.  What others put there is never touched.  Blocks on files;
 * not async-signal-safe.
 */
#ifndef ACD_DEBUGFOLDER_H
#define ACD_DEBUGFOLDER_H

#include <stddef.h>
#include <stdint.h>

#include "emitter/state.h"

#define ACD_DEBUGFOLDER_PREFIX "anyclaude-debug-"
#define ACD_DEBUGFOLDER_LOG "anyclaude-errors.log"
#define ACD_DEBUGFOLDER_PATH_BYTES 320 /* room for the path of any file in the folder */

/* Writes a file named after the time, then keeps to the limits.  0 or -errno. */
int acd_debugfolder_write(const struct acd_file_settings *set, uint64_t realtime_ns,
                          const char *text, size_t bytes, char *ret_path);
/* Appends the error log's line. */
int acd_debugfolder_log(const struct acd_file_settings *set, const char *line, size_t bytes);
/* How long a path acd_debugfolder_write() would give now. */
size_t acd_debugfolder_path_length(const struct acd_file_settings *set, uint64_t realtime_ns);

#endif
