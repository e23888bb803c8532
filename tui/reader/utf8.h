/* SPDX-License-Identifier: MIT */
/* Where text is cut: the emitter's rule, so that a name of an event is the same as the one in a table. */
#ifndef ACD_READER_UTF8_H
#define ACD_READER_UTF8_H

#include "emitter/format/utf8.h"

#endif
