/* SPDX-License-Identifier: MIT */
/*
 * The HTTP side: GET /metrics.  One thread, its caller's.  A client gets so many seconds for a request
 * and its answer, however busily it trickles; when too many are there, the one that has been at it
 * longest goes.  Answers that are asked for within a moment share one text.
 */
#ifndef ACD_TUI_EXPORT_SERVE_H
#define ACD_TUI_EXPORT_SERVE_H

#include <stdint.h>
#include <sys/socket.h>

#include "tui/export/scrape.h"

struct acd_serve;

/** @return 0, -errno */
int acd_serve_open(struct acd_serve **ret_serve, struct acd_scrape *scrape,
                   const struct sockaddr_storage *address, socklen_t bytes);
void acd_serve_close(struct acd_serve *serve);

/** The port that it listens on. */
uint16_t acd_serve_port(const struct acd_serve *serve);

/** Becomes readable when acd_serve_run() has something to do. */
int acd_serve_fd(const struct acd_serve *serve);
/** Milliseconds until it has something to do in any case; -1: no such time. */
int acd_serve_timeout_ms(const struct acd_serve *serve);
void acd_serve_run(struct acd_serve *serve);

#endif
