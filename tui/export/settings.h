/* SPDX-License-Identifier: MIT */
/* acdebug-export's command line: one table, from which parsing and --help come.  The manual has each, too. */
#ifndef ACD_TUI_EXPORT_SETTINGS_H
#define ACD_TUI_EXPORT_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>

#include "tui/app/target.h"

#define ACD_SETTINGS_TARGETS 64

enum acd_settings_task { ACD_SETTINGS_RUN, ACD_SETTINGS_HELP, ACD_SETTINGS_VERSION };

struct acd_settings {
    enum acd_settings_task task;
    bool listen; /* on `address` */
    struct sockaddr_storage address;
    socklen_t address_bytes;
    const char *textfile;  /* NULL: none */
    uint32_t every_s;      /* 0: once */
    uint32_t keep_s;       /* dead servers, from when they were seen to die */
    const char *directory; /* NULL: by the rule */
    struct acd_target target[ACD_SETTINGS_TARGETS];
    size_t target_count;
};

/** @return 0; -EINVAL with a sentence in `ret_error` */
int acd_settings_parse(struct acd_settings *ret_settings, int argc, char *const *argv,
                       char *ret_error, size_t size);
void acd_settings_help(FILE *stream);

#endif
