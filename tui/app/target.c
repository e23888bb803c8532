/* SPDX-License-Identifier: MIT */
/* What the user calls a server, see target.h. */
#include "config.h"

#include "tui/app/target.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool ends_in(const char *text, const char *end)
{
    size_t a = strlen(text), b = strlen(end);
    return a > b && strcmp(text + a - b, end) == 0;
}

static bool all_digits(const char *text)
{
    return text[0] && text[strspn(text, "0123456789")] == '\0';
}

struct acd_target acd_target_parse(const char *text)
{
    static const char prefix[] = "name:";
    struct acd_target t = {.text = text, .kind = ACD_TARGET_NAME, .name = text};
    if (strncmp(text, prefix, sizeof prefix - 1) == 0) {
        t.name = text + sizeof prefix - 1;
    } else if (strchr(text, '/') || ends_in(text, ".acdrec")) {
        t.kind = ACD_TARGET_PATH;
    } else if (all_digits(text)) {
        errno = 0;
        t.pid = strtoul(text, NULL, 10);
        t.kind = errno == 0 && t.pid <= UINT32_MAX ? ACD_TARGET_PID : ACD_TARGET_NAME;
    } else if (ends_in(text, ACD_FILE_SUFFIX)) {
        /* A file here goes before one of the same name in the ring directory. */
        t.kind = access(text, F_OK) == 0 ? ACD_TARGET_PATH : ACD_TARGET_RING;
    }
    return t;
}

bool acd_target_matches(const struct acd_target *target, const struct acd_ring_entry *entry)
{
    switch (target->kind) {
    case ACD_TARGET_NAME: return strcmp(target->name, entry->app) == 0;
    case ACD_TARGET_PID: return entry->why == NULL && entry->pid == target->pid;
    case ACD_TARGET_RING: return strcmp(target->text, entry->name) == 0;
    case ACD_TARGET_PATH: break;
    }
    return false;
}
