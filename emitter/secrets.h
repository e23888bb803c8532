/* SPDX-License-Identifier: MIT */
/* Names whose values never leave the process: exact, whatever their case, so max_tokens survives. */
#ifndef ACD_SECRETS_H
#define ACD_SECRETS_H

#include <stdbool.h>
#include <stddef.h>

bool acd_secrets_name(const char *name, size_t bytes);

#endif
