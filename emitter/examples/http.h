/* SPDX-License-Identifier: MIT */
/*
 * The server's network side: paths, bodies, streams. All that it knows of answers it gets from the
 * engine. One thread a connection, which makes libmicrohttpd's callbacks free to wait.
 */
#ifndef ACD_EXAMPLES_HTTP_H
#define ACD_EXAMPLES_HTTP_H

#include <stdint.h>

#include "engine.h"

struct acd_http;

struct acd_http_options {
    uint16_t port;        /* on 127.0.0.1; 0: any that is free */
    unsigned connections; /* at once; more wait */
    size_t body_bytes;    /* larger ones are refused */
};

/* 0 or a negative errno value. The engine must outlive it. */
int acd_http_start(struct acd_http **ret_http, struct acd_engine *engine,
                   const struct acd_http_options *options);

/* The port that it listens on. */
uint16_t acd_http_port(const struct acd_http *http);

/* Ends all connections, waits for their threads. NULL works. */
void acd_http_stop(struct acd_http *http);

#endif
