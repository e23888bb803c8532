/* SPDX-License-Identifier: MIT */
/* The floor of a viewer at rest: wakes up four times a second, as ours does, and does nothing. */
#include "config.h"

#include <poll.h>
#include <stddef.h>

#define IDLE_MS 250

int main(void)
{
    for (;;)
        (void)poll(NULL, 0, IDLE_MS);
}
