/* SPDX-License-Identifier: MIT */
/*
 * What a redacted recording leaves out: every text of an event's fields but those of a short list of
 * names and kinds, and in the tables errors' messages, their files, and who set a level.  What stays:
 * all numbers, names of caches, timers, checkpoints, loggers and models, types of errors, reasons,
 * request ids, and the constant texts of the program itself.  Pure; the recorder's.
 */
#ifndef ACD_READER_RECREDACT_H
#define ACD_READER_RECREDACT_H

#include <stddef.h>
#include <stdint.h>

#include "emitter/format/layout.h"
#include "tui/reader/sites.h"

/** @param words  the record's payload, to be changed in place; what can't be judged is left out whole */
void acd_recredact_record(struct acd_record *record, uint64_t *words,
                          const struct acd_site_info *site);

/** `bytes` of the ring at `offset`, a whole entry where entries hold texts. */
void acd_recredact_table(const struct acd_identity *identity, uint64_t offset, uint64_t *copy,
                         size_t bytes);

#endif
