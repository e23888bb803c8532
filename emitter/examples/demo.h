/* SPDX-License-Identifier: MIT */
/*
 * The demo: the example server's logic and its clients in one process, without a network, at a pace
 * that is pleasant to watch. One at a time in a process, because acdebug is open once in a process.
 */
#ifndef ACD_EXAMPLES_DEMO_H
#define ACD_EXAMPLES_DEMO_H

#include <stdint.h>

struct acd_demo;

struct acd_demo_options {
    const char *name;  /* of the server, as the viewer shows it; NULL: demo-server */
    unsigned clients;  /* one thread each, at most 64; 0: 16 */
    uint64_t seed;     /* decides who asks what */
    unsigned think_ms; /* clients wait up to so long between requests; 0: 900 */
    const char
        *files; /* directory for debug files, which must outlive the demo; NULL: there are none */
    int started_fd; /* of acd_demo_run(): gets a byte 0 when it began; 0: none */
};

/* Opens acdebug and begins. 0 or a negative errno value; a ring that cannot be made is one. */
int acd_demo_start(struct acd_demo **ret_demo, const struct acd_demo_options *options);

/* Ends all requests that are under way, waits for the clients, closes acdebug. NULL works. */
void acd_demo_stop(struct acd_demo *demo);

/*
 * The same as a process's whole work: begins, says so to options->started_fd, waits for SIGINT, SIGTERM or SIGHUP, ends. The signals
 * are blocked in the calling thread afterwards. 0 or a negative errno value.
 */
int acd_demo_run(const struct acd_demo_options *options);

#endif
