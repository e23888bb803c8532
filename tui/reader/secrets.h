/* SPDX-License-Identifier: MIT */
/* What is a secret: the emitter's list and search, so that what it never writes is never shown. */
#ifndef ACD_READER_SECRETS_H
#define ACD_READER_SECRETS_H

#include "emitter/format/secrets.h"

#endif
