/* SPDX-License-Identifier: MIT */
/*
 * A server of `snapshot --json`: an interface (schema 1), with raw numbers, and null where there is
 * none.  tui/SCHEMA.md has it key by key.
 */
#ifndef ACD_TUI_APP_SNAPJSON_H
#define ACD_TUI_APP_SNAPJSON_H

#include "tui/app/jsonout.h"
#include "tui/app/snappart.h"

/** As the next value of an array. */
void acd_snapjson_server(struct acd_jsonout *json, const struct acd_snappart *part);

#endif
