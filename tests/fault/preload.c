/* SPDX-License-Identifier: MIT */
/* Runs a program again with the shim, see preload.h. */
#include "config.h"

#include "tests/fault/preload.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/scratch.h"

static void *find(const char *name)
{
    return dlsym(RTLD_DEFAULT, name);
}

void acd_preload(struct acd_shim *ret_shim, char **argv)
{
    char path[600];
    void *address[] = {find("acd_shim_arm"), find("acd_shim_disarm"), find("acd_shim_slow"),
                       find("acd_shim_live")};
    memcpy(&ret_shim->arm, &address[0], sizeof ret_shim->arm);
    memcpy(&ret_shim->disarm, &address[1], sizeof ret_shim->disarm);
    memcpy(&ret_shim->slow, &address[2], sizeof ret_shim->slow);
    memcpy(&ret_shim->live, &address[3], sizeof ret_shim->live);
    if (ret_shim->arm)
        return;
    const char *build = getenv("top_builddir");
    if (getenv("LD_PRELOAD"))
        acd_scratch_die("the shim was not preloaded");
    snprintf(path, sizeof path, "%s/.libs/libacd-shim.so", build ? build : ".");
    setenv("LD_PRELOAD", path, 1);
    execv("/proc/self/exe", argv);
    acd_scratch_die("exec");
}
