/* SPDX-License-Identifier: MIT */
/*
 * The SIGBUS guard, see guard.h.  A signal handler has nothing but process-wide state to go by: the
 * list of ranges and the action before ours are this file's, and mutable.
 */
#include "config.h"

#include "tui/reader/guard.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <unistd.h>

static struct {
    struct acd_guard_range *ranges;
    struct sigaction before;
    uintptr_t page_bytes;
    bool installed;
} guard;

/* mmap is a bare system call here, so the handler may use it. */
static bool mend(uintptr_t address)
{
    for (struct acd_guard_range *r = guard.ranges; r; r = r->next) {
        if (address < r->start || address - r->start >= r->bytes)
            continue;
        uintptr_t page = address & ~(guard.page_bytes - 1);
        r->hit = 1;
        return mmap((void *)page, guard.page_bytes, r->protection,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != MAP_FAILED;
    }
    return false;
}

static void on_sigbus(int number, siginfo_t *info, void *context)
{
    int saved = errno;
    bool mended = info->si_code > 0 && mend((uintptr_t)info->si_addr);
    errno = saved;
    if (mended || (info->si_code <= 0 && guard.before.sa_handler == SIG_IGN))
        return;
    if (guard.before.sa_flags & SA_SIGINFO) {
        guard.before.sa_sigaction(number, info, context);
    } else if (guard.before.sa_handler != SIG_DFL && guard.before.sa_handler != SIG_IGN) {
        guard.before.sa_handler(number);
    } else {
        /* The faulting access runs again and ends the process as it would have without us. */
        sigaction(SIGBUS, &guard.before, NULL);
        if (info->si_code <= 0)
            raise(number);
    }
}

int acd_guard_install(void)
{
    if (guard.installed)
        return 0;
    guard.page_bytes = (uintptr_t)sysconf(_SC_PAGESIZE);
    struct sigaction action = {.sa_sigaction = on_sigbus, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigemptyset(&action.sa_mask);
    if (sigaction(SIGBUS, &action, &guard.before) < 0)
        return -errno;
    guard.installed = true;
    return 0;
}

void acd_guard_add(struct acd_guard_range *range)
{
    range->hit = 0;
    range->next = guard.ranges;
    guard.ranges = range;
}

void acd_guard_remove(struct acd_guard_range *range)
{
    for (struct acd_guard_range **at = &guard.ranges; *at; at = &(*at)->next) {
        if (*at == range) {
            *at = range->next;
            return;
        }
    }
}
