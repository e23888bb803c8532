/* SPDX-License-Identifier: MIT */
/*
 * The configuration: defaults, then the files, the environment and the command line, each over those
 * before it.  What is wrong is said and left out; where it may have been about levels, they can't be
 * changed.  Never written back.  Points into itself: not to be copied.
 */
#ifndef ACD_TUI_APP_CONF_H
#define ACD_TUI_APP_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "tui/app/args.h"
#include "tui/app/conftable.h"
#include "tui/app/keymap.h"
#include "tui/app/policy.h"
#include "tui/view/look.h"
#include "tui/view/style.h"

#define ACD_CONF_COLOUR_BYTES 48
#define ACD_CONF_FILES 8

struct acd_conf {
    uint64_t value[ACD_CONF_KEYS];
    char colour[ACD_STYLE_COUNT][ACD_CONF_COLOUR_BYTES]; /* as it was written; "" the theme's */
    uint32_t hidden[ACD_LOOK_TABLES];                    /* columns, as in struct acd_look */
    struct acd_keymap keymap;

    /* Worked out of the above. */
    struct acd_theme theme;
    struct acd_policy policy;
    struct acd_look look;

    size_t errors;
    char first_error[200];          /* "" none */
    bool locked;                    /* an error may have been about levels */
    char file[ACD_CONF_FILES][512]; /* that were read */
    size_t file_count;
};

/** The defaults alone. */
void acd_conf_init(struct acd_conf *conf);

/** Everything, in its order; errors go to `stream`. @return 0, -ENOMEM */
int acd_conf_load(struct acd_conf *conf, const struct acd_args *args, FILE *stream);

/** Works out theme and policy, after the values have changed. */
void acd_conf_settle(struct acd_conf *conf);

/** As YAML with a comment to each key, which reads back to the same. */
void acd_conf_print(FILE *stream, const struct acd_conf *conf);

#endif
