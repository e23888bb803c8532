/* SPDX-License-Identifier: MIT */
/*
 * An event in words, in the short form of its kind: what screens and `tail` show.  Secrets in values
 * are hidden here; making the text safe for a terminal is the sink's part, as for all text.  Pure.
 */
#ifndef ACD_TUI_VIEW_EVENTTEXT_H
#define ACD_TUI_VIEW_EVENTTEXT_H

#include <stddef.h>
#include <stdint.h>

#include "tui/model/eventparts.h"
#include "tui/view/style.h"
#include "tui/view/text.h"

#define ACD_EVENTTEXT_BYTES 1024

/** Takes an ACD_ENTRY_EVENT apart. */
void acd_eventtext_open(struct acd_event_parts *ret_parts, const struct acd_fleet *fleet,
                        const struct acd_entry *entry);

/** "cache", "timer": at most seven letters. */
const char *acd_eventtext_kind(unsigned kind);

/** What happened, with all fields; ends in "…" if `size` is too small.  @return its length */
size_t acd_eventtext_body(char *out, size_t size, const struct acd_entry *entry,
                          const struct acd_event_parts *parts);

/** The whole row in one line, for other programs: "12:00:01.377 2 timer ...  req 88f". */
void acd_eventtext_line(char *out, size_t size, const struct acd_fleet *fleet,
                        const struct acd_entry *entry, int32_t utc_offset_s);

/** "312 events lost here (overrun)". */
void acd_eventtext_gap(char *out, size_t size, const struct acd_entry *entry);

/** How good or bad the event is. */
enum acd_style acd_eventtext_style(const struct acd_entry *entry,
                                   const struct acd_event_parts *parts);

/** "12:00:01.204", or the day when it is not that of `now_ns`: "Nov22 12:00". */
struct acd_label acd_eventtext_time(uint64_t time_ns, uint64_t now_ns, int32_t utc_offset_s);

#endif
