/* SPDX-License-Identifier: MIT */
/* A request as it came, with what a debug file shows of it.  Nothing in it is owned. */
#ifndef ACD_EXAMPLES_INCOMING_H
#define ACD_EXAMPLES_INCOMING_H

#include <stddef.h>

#include <acdebug.h>

struct acd_incoming {
    const char *method;
    const char *url; /* NULL: it came over no network, and leaves no file */
    const acdebug_header *headers;
    size_t header_count;
    const char *body;
    size_t bytes;
};

#endif
