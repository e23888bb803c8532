/* SPDX-License-Identifier: MIT */
/* The file for node_exporter: always whole, for it is renamed into its place. */
#ifndef ACD_TUI_EXPORT_NODEFILE_H
#define ACD_TUI_EXPORT_NODEFILE_H

#include <stddef.h>

/** Readable for all, as node_exporter runs as somebody else. @return 0, -errno */
int acd_nodefile_write(const char *path, const char *text, size_t bytes);

#endif
