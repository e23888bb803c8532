/* SPDX-License-Identifier: MIT */
/*
 * Fuzz target: the control page, on which any process of the user may write anything: read by a viewer
 * and obeyed by the emitter.  The input is rows of 112 bytes: the page's word, resume, ack and closed,
 * 64 bytes of who, then levels to set (4), a lease (4) and the seconds since the ring began (8) of the
 * viewer's clock.  Texts end, levels are levels, what the viewer sets is what it reads, and the emitter
 * and the viewer make the same of the same page.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <acdebug.h>
#include "emitter/format/kinds.h"
#include "emitter/format/layout.h"
#include "tests/fuzz/replay.h"
#include "tests/support/built.h"
#include "tui/reader/control.h"
#include "tui/reader/guard.h"

#define ROW 112u
#define SECOND UINT64_C(1000000000)

static struct acd_built emitted; /* the emitter's ring, mapped by a viewer */
static uint64_t *page;           /* the same page, for the fuzzer to write on */

static void must(int holds, const char *claim)
{
    if (holds)
        return;
    fprintf(stderr, "does not hold: %s\n", claim);
    abort();
}

static uint64_t number(const uint8_t *data, unsigned bytes)
{
    uint64_t n = 0;
    for (unsigned i = bytes; i-- > 0;)
        n = n << 8 | data[i];
    return n;
}

static void put(size_t offset, uint64_t value)
{
    __atomic_store_n(&page[offset / 8], value, __ATOMIC_RELEASE);
}

static void put_row(const uint8_t *row)
{
    put(offsetof(struct acd_control, resume), number(row + 8, 8));
    put(offsetof(struct acd_control, ack), number(row + 16, 8));
    /* Once closed, a ring stays so for its server: a viewer's matter. */
    put(offsetof(struct acd_control, closed), number(row + 24, 8));
    for (unsigned i = 0; i < 8; i++)
        put(offsetof(struct acd_control, who) + 8 * (size_t)i, number(row + 32 + 8 * (size_t)i, 8));
    put(offsetof(struct acd_control, word), number(row, 8));
}

/* ---- the viewer ---- */

static struct acd_control_state read_at(const struct acd_now *now)
{
    struct acd_control_state s;
    acd_control_read(emitted.ring, now, &s);
    must(memchr(s.who, 0, sizeof s.who) != NULL, "who it was ends");
    must(s.change <= ACD_CONTROL_CHANGE_MASK, "a change has a number");
    must(!(s.leased && s.expired), "a lease runs or it has ended");
    must(s.leased || s.levels == s.lasting, "without a lease the levels last");
    return s;
}

static void be_a_viewer(const uint8_t *row)
{
    const struct acd_identity *id = acd_ringmap_identity(emitted.ring);
    uint64_t since = number(row + 104, 8) % (UINT64_C(1) << 24) * SECOND;
    const struct acd_now now = {id->opened.monotonic_ns + since, id->opened.realtime_ns + since};
    const struct acd_control_request request = {(uint32_t)number(row + 96, 4),
                                                (uint32_t)number(row + 100, 4), "fuzzer"};
    struct acd_problem why = {0};
    unsigned change = 0;
    struct acd_control_state before = read_at(&now);
    acd_control_acked(emitted.ring, before.change);
    int restored = acd_control_restore(emitted.ring, &now);
    must(restored == before.expired, "what has ended is restored, and nothing else");
    struct acd_control_state after = read_at(&now);
    must(!after.expired && after.levels == before.levels, "to the levels that are shown");
    int r = acd_control_set(emitted.ring, &request, &now, &change, &why);
    must((r == 0) != before.closed, "levels can be set until the ring is closed");
    if (r < 0)
        return;
    struct acd_control_state set = read_at(&now);
    must(set.levels == request.levels, "the levels that were set are read");
    must(set.leased == (request.lease_s > 0), "with their lease");
    must(set.change == change && change == ((after.change + 1) & ACD_CONTROL_CHANGE_MASK),
         "as the next change");
    must(strcmp(set.who, "fuzzer") == 0, "by whom");
}

/* ---- the emitter ---- */

static void emit(void)
{
    acdebug_log(1, "fuzzed", ACDEBUG_INT("n", 1));
    acdebug_cache_hit("kv", "k");
    acdebug_error("Type", 500, NULL);
}

static uint32_t levels_of_emitter(void)
{
    uint32_t levels = 0;
    for (unsigned category = 0; category < 16; category++)
        for (int level = 1; level <= 3; level++)
            levels += (uint32_t)acdebug_enabled_for(category, level) << 2 * category;
    return levels;
}

static void be_the_emitter(const uint8_t *row)
{
    static uint64_t seen; /* by the emitter, at last */
    struct acd_now now;
    put_row(row);
    emit();
    int level = acdebug_level();
    must(level >= 0 && level <= 3, "a level is one");
    /* A lease may end between two looks: once more then. */
    for (int tries = 0; tries < 3; tries++) {
        uint32_t levels = levels_of_emitter();
        acd_control_now(&now);
        struct acd_control_state s = read_at(&now);
        if (levels != s.levels)
            continue;
        /* The fuzzer writes over the answer; to the same word there is no other. */
        must(s.acked || number(row, 8) == seen, "what the emitter obeys it acknowledges");
        seen = __atomic_load_n(&page[0], __ATOMIC_ACQUIRE);
        return;
    }
    must(0, "the emitter and the viewer make the same of it");
}

/* ---- all together ---- */

static void remove_all(void)
{
    acdebug_close();
    acd_built_remove(&emitted);
}

static void open_ring(void)
{
    must(acd_guard_install() == 0, "a file that is cut can be read");
    acd_scratch_make(&emitted.dir);
    acdebug_options o = acd_scratch_options(&emitted.dir, 1);
    o.flags |= ACDEBUG_NO_TEXT;
    must(acdebug_open("fuzzed", &o) == 0, "a ring can be opened");
    snprintf(emitted.path, sizeof emitted.path, "%s", acdebug_ring_path());
    const struct acd_identity *id = acd_ringmap_identity(acd_built_map(&emitted));
    int fd = open(emitted.path, O_RDWR | O_CLOEXEC);
    void *at = mmap(NULL, sizeof(struct acd_control), PROT_READ | PROT_WRITE, MAP_SHARED, fd,
                    (off_t)id->section[ACD_SEC_CONTROL].offset);
    must(fd >= 0 && at != MAP_FAILED, "the control page can be written");
    close(fd);
    page = at;
    atexit(remove_all);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!page)
        open_ring();
    for (; size >= ROW; data += ROW, size -= ROW) {
        put_row(data);
        be_a_viewer(data);
        be_the_emitter(data);
    }
    return 0;
}
