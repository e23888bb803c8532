/* SPDX-License-Identifier: MIT */
/* Checks of a ring's identity page, see identity.h.  Pure; any thread. */
#include "config.h"

#include "tui/reader/identity.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define ALIGNMENT 64u /* of every section: a cell, and a line of the cache */

/* What the reader asks of each section it knows. */
static const struct {
    const char *name;
    uint32_t stride; /* at least */
    bool required;
} known[ACD_SEC_COUNT] = {
    [ACD_SEC_CONTROL] = {"control", sizeof(struct acd_control), true},
    [ACD_SEC_SHARED] = {"shared", sizeof(struct acd_shared), true},
    [ACD_SEC_DIRECTORY] = {"directory", sizeof(acd_word), false},
    [ACD_SEC_SITE_INDEX] = {"site index", sizeof(acd_word), false},
    [ACD_SEC_SITE_ARENA] = {"site arena", sizeof(uint64_t), false},
    [ACD_SEC_CACHES] = {"caches", sizeof(struct acd_cache_entry), false},
    [ACD_SEC_TIMERS] = {"timers", sizeof(struct acd_timer_entry), false},
    [ACD_SEC_HISTOGRAMS] = {"histograms", sizeof(struct acd_histogram), false},
    [ACD_SEC_RUNNING] = {"running", sizeof(struct acd_running_entry), false},
    [ACD_SEC_ERRORS] = {"errors", sizeof(struct acd_error_entry), false},
    [ACD_SEC_OVERFLOW] = {"overflow lane", sizeof(struct acd_lane) + ACD_CELL_BYTES, false},
    [ACD_SEC_LANES_BIG] = {"big lanes", sizeof(struct acd_lane) + ACD_CELL_BYTES, false},
    [ACD_SEC_LANES_SMALL] = {"small lanes", sizeof(struct acd_lane) + ACD_CELL_BYTES, false},
};

static int check_magic(const struct acd_identity_source *source, struct acd_problem *why)
{
    const unsigned char *b = source->head;
    size_t magic = strlen(ACD_MAGIC);
    if (source->head_bytes == 0)
        return acd_problem_set(why, ACD_PROBLEM_EMPTY, 0,
                               "'%s' is empty: not an acdebug ring. Hint: acdebug-top list",
                               source->name);
    size_t given = source->head_bytes < magic ? source->head_bytes : magic;
    if (memcmp(b, ACD_MAGIC, given) == 0) {
        if (source->head_bytes >= sizeof(struct acd_identity))
            return 0;
        return acd_problem_set(why, ACD_PROBLEM_CUT_SHORT, 0,
                               "ring '%s' is cut short: %zu bytes, its header alone has %zu. "
                               "Hint: delete it, or copy it again",
                               source->name, source->head_bytes, sizeof(struct acd_identity));
    }
    unsigned char m[4] = {0};
    memcpy(m, b, given < 4 ? given : 4);
    return acd_problem_set(why, ACD_PROBLEM_NOT_A_RING, 0,
                           "'%s' is not an acdebug ring (magic %02x%02x%02x%02x). "
                           "Hint: acdebug-top list",
                           source->name, m[0], m[1], m[2], m[3]);
}

static int check_version(const struct acd_identity *id, const char *name, struct acd_problem *why)
{
    if (id->byte_order == __builtin_bswap32(ACD_BYTE_ORDER_MARK))
        return acd_problem_set(why, ACD_PROBLEM_BYTE_ORDER, 0,
                               "ring '%s' was written on a machine of the other byte order. "
                               "Hint: read it on such a machine",
                               name);
    if (id->byte_order != ACD_BYTE_ORDER_MARK)
        return acd_problem_set(why, ACD_PROBLEM_BAD_HEADER, 0,
                               "ring '%s' is damaged: byte order mark %08" PRIx32
                               ". Hint: other rings stay visible",
                               name, id->byte_order);
    if (id->major == 0 || id->major > ACD_FORMAT_MAJOR)
        return acd_problem_set(why, ACD_PROBLEM_NEWER_FORMAT, 0,
                               "ring '%s' uses format %u.%u, this viewer reads %d.x. "
                               "Hint: upgrade acdebug-top. Other rings stay visible.",
                               name, id->major, id->minor, ACD_FORMAT_MAJOR);
    if (id->incompatible_flags)
        return acd_problem_set(why, ACD_PROBLEM_UNKNOWN_FLAG, 0,
                               "ring '%s' uses format %u.%u with flags %" PRIx64
                               " that this viewer does not know. "
                               "Hint: upgrade acdebug-top. Other rings stay visible.",
                               name, id->major, id->minor, id->incompatible_flags);
    return 0;
}

static int damaged(struct acd_problem *why, const char *name, const char *what, uint64_t value)
{
    return acd_problem_set(why, ACD_PROBLEM_BAD_HEADER, 0,
                           "ring '%s' is damaged: its header says %s %" PRIu64
                           ". Hint: other rings stay visible",
                           name, what, value);
}

static int check_header(const struct acd_identity *id, const struct acd_identity_source *source,
                        struct acd_problem *why)
{
    if (id->file_bytes > source->file_bytes)
        return acd_problem_set(why, ACD_PROBLEM_CUT_SHORT, 0,
                               "ring '%s' is cut short: %" PRIu64 " of %" PRIu64
                               " bytes. Hint: delete it, or copy it again",
                               source->name, source->file_bytes, id->file_bytes);
    if (id->file_bytes > INT64_MAX)
        return damaged(why, source->name, "file bytes", id->file_bytes);
    if (id->identity_bytes < sizeof *id || id->identity_bytes > id->file_bytes)
        return damaged(why, source->name, "identity bytes", id->identity_bytes);
    if (id->lane_header_bytes < sizeof(struct acd_lane) || id->lane_header_bytes % ALIGNMENT)
        return damaged(why, source->name, "lane header bytes", id->lane_header_bytes);
    if (id->section_count > ACD_SEC_ROOM)
        return damaged(why, source->name, "sections", id->section_count);
    return 0;
}

/* 0, or what is wrong with one section. */
static const char *section_fault(const struct acd_identity *id, unsigned i)
{
    const struct acd_section *s = &id->section[i];
    if (s->count == 0)
        return known[i].required ? "missing" : NULL;
    if (s->offset < id->identity_bytes || s->offset > id->file_bytes ||
        s->bytes > id->file_bytes - s->offset)
        return "outside the file";
    if (s->offset % ALIGNMENT || s->stride % sizeof(acd_word))
        return "not aligned";
    if (s->stride < known[i].stride)
        return "of too small entries";
    if (s->bytes / s->stride < s->count)
        return "of more entries than fit";
    if (i >= ACD_SEC_OVERFLOW &&
        (s->stride < (uint64_t)id->lane_header_bytes + ACD_CELL_BYTES || s->stride % ALIGNMENT))
        return "of too small lanes";
    return NULL;
}

static int compare_offsets(const void *a, const void *b)
{
    const struct acd_section *x = *(const struct acd_section *const *)a;
    const struct acd_section *y = *(const struct acd_section *const *)b;
    return x->offset < y->offset ? -1 : x->offset > y->offset;
}

static int check_sections(const struct acd_identity *id, const char *name, struct acd_problem *why)
{
    const struct acd_section *order[ACD_SEC_COUNT];
    size_t used = 0;
    for (unsigned i = 0; i < ACD_SEC_COUNT; i++) {
        const char *fault = section_fault(id, i);
        if (fault)
            return acd_problem_set(why, ACD_PROBLEM_BAD_SECTION, 0,
                                   "ring '%s' is damaged: section '%s' is %s. "
                                   "Hint: other rings stay visible",
                                   name, known[i].name, fault);
        if (id->section[i].count > 0)
            order[used++] = &id->section[i];
    }
    qsort(order, used, sizeof order[0], compare_offsets);
    for (size_t i = 1; i < used; i++)
        if (order[i - 1]->bytes > order[i]->offset - order[i - 1]->offset)
            return acd_problem_set(why, ACD_PROBLEM_BAD_SECTION, 0,
                                   "ring '%s' is damaged: sections '%s' and '%s' overlap. "
                                   "Hint: other rings stay visible",
                                   name, known[order[i - 1] - id->section].name,
                                   known[order[i] - id->section].name);
    uint64_t lanes =
        (uint64_t)id->section[ACD_SEC_LANES_BIG].count + id->section[ACD_SEC_LANES_SMALL].count;
    if (lanes > id->section[ACD_SEC_DIRECTORY].count)
        return damaged(why, name, "lanes without a directory word", lanes);
    return 0;
}

int acd_identity_check(struct acd_identity *ret_identity, const struct acd_identity_source *source,
                       struct acd_problem *why)
{
    int r = check_magic(source, why);
    if (r < 0)
        return r;
    struct acd_identity id;
    memcpy(&id, source->head, sizeof id);
    r = check_version(&id, source->name, why);
    if (r < 0)
        return r;
    r = check_header(&id, source, why);
    if (r < 0)
        return r;
    /* An older minor had fewer sections: the others are absent, whatever stands there. */
    for (unsigned i = id.section_count; i < ACD_SEC_ROOM; i++)
        memset(&id.section[i], 0, sizeof id.section[i]);
    r = check_sections(&id, source->name, why);
    if (r < 0)
        return r;
    id.boot_id[sizeof id.boot_id - 1] = '\0';
    id.app[sizeof id.app - 1] = '\0';
    id.host[sizeof id.host - 1] = '\0';
    *ret_identity = id;
    return 0;
}
