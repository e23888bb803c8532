/* SPDX-License-Identifier: MIT */
/* Asking a parsed query; query.h is its face. */
#ifndef ACD_TUI_MODEL_QUERYMATCH_H
#define ACD_TUI_MODEL_QUERYMATCH_H

#include "tui/model/querynode.h"

bool acd_querymatch_eval(const struct acd_query *q, unsigned i, const struct acd_query_subject *s);

size_t acd_querymatch_spans(const struct acd_query *query, const struct acd_text *text,
                            struct acd_query_span *ret_span, size_t most);

#endif
