/* SPDX-License-Identifier: MIT */
/* Which form a client wants, by its Accept header.  Pure. */
#ifndef ACD_TUI_EXPORT_ACCEPT_H
#define ACD_TUI_EXPORT_ACCEPT_H

#include "tui/app/openmetrics.h"

/** @param header  NULL: none; what names neither form gets the older one, as other exporters do */
enum acd_openmetrics_form acd_accept_form(const char *header);

#endif
