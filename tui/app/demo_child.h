/* SPDX-License-Identifier: MIT */
/* The demo server: a child process that ends with us. */
#ifndef ACD_TUI_APP_DEMO_CHILD_H
#define ACD_TUI_APP_DEMO_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

struct acd_demo_child {
    pid_t pid;       /* 0: none */
    char files[256]; /* where its debug files go, apart from those of real servers; "" nowhere */
};

/**
 * Starts it, and returns when it has its ring.  Before anything else is set up: the child is a copy of
 * us.  It removes its debug files when it ends, also when we are killed.
 * @param directory  for its ring; NULL: by the rule
 * @return 0, -errno: there is no room or right for the ring, say, and no server
 */
int acd_demo_child_start(struct acd_demo_child *child, const char *directory);

/** Has it ended by itself? */
bool acd_demo_child_ended(struct acd_demo_child *child);

/** Ends it and waits for it, a second at most before it is killed. */
void acd_demo_child_stop(struct acd_demo_child *child);

#endif
