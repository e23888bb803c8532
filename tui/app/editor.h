/* SPDX-License-Identifier: MIT */
/*
 * A file in the user's editor: $VISUAL, else $EDITOR, else vi.  No shell: the words of the variable
 * and the path are its arguments.  The terminal must have been given back.
 */
#ifndef ACD_TUI_APP_EDITOR_H
#define ACD_TUI_APP_EDITOR_H

#include <stddef.h>

/** Waits for its end. @return 0, -errno when it could not be started, -EIO when it failed */
int acd_editor_run(const char *path, char *ret_name, size_t name_bytes);

#endif
