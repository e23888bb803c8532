/* SPDX-License-Identifier: MIT */
/*
 * From YAML to the configuration: every name and value is held against the tables, and all that is
 * wrong is complained of in one pass.  Opens nothing.
 */
#ifndef ACD_TUI_APP_CONFREAD_H
#define ACD_TUI_APP_CONFREAD_H

#include "tui/app/complaints.h"
#include "tui/app/conf.h"

/** A whole text: what is right in it is taken over. @return 0, -ENOMEM */
int acd_confread_text(struct acd_conf *conf, const struct acd_source *source,
                      struct acd_complaints *complaints);

/**
 * The value of one key, "theme" or "level.confirm_at", after `skip` bytes of the source that are not
 * part of it.
 * @return 0, -ENOMEM
 */
int acd_confread_setting(struct acd_conf *conf, const char *key, const struct acd_source *source,
                         size_t skip, struct acd_complaints *complaints);

#endif
