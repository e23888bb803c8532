/* SPDX-License-Identifier: MIT */
/*
 * The causes of misses (tui/model/misses.h) when memory is refused at the N-th try, once and from then on:
 * what is left out is said, what is there is what it is without a fault, and once begun anew all is there.
 *
 * Runs itself again with libacd-shim.so preloaded.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tests/fault/preload.h"
#include "tests/support/model.h"
#include "tests/support/scratch.h"
#include "tui/model/misses.h"

#define ROWS 6u /* more than are allocated at once */
#define NTH_MAX 20u

static struct acd_shim shim;
static struct acd_test_model model;
static unsigned complaints;

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            complaints++;                                                                          \
            printf("line %d: %s\n", __LINE__, #condition);                                         \
        }                                                                                          \
    } while (0)

static void fill(void)
{
    static const char *const types[ROWS] = {"prompt", "kv", "prefix", "embedding", "image", "tool"};
    acd_test_model_init(&model);
    const struct acd_server *s = acd_test_model_server(&model, "proxy", 4121);
    for (unsigned i = 0; i < 4 * ROWS; i++) {
        const struct acd_test_lookup l = {
            types[i % ROWS], "",  "key", "r1",       "evicted", ACD_OUTCOME_MISS,
            4000 - 10 * i,   400, 0,     UINT64_MAX, UINT64_MAX};
        acd_test_model_lookup(&model, s, &l);
    }
}

static void renew(struct acd_misses *misses, uint64_t from)
{
    const struct acd_misses_of of = {.from = from};
    while (acd_misses_renew(misses, &of, &model.fleet, acd_store_next(model.fleet.store)))
        continue;
}

static uint64_t missed(const struct acd_misses *misses)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < misses->count; i++)
        sum += misses->row[i].missed;
    return sum;
}

/* False: the fault was not reached. */
static bool refuse(unsigned nth, bool from_then_on)
{
    const struct acd_shim_plan plan = {"malloc", nth, ENOMEM, from_then_on};
    struct acd_misses misses = {.next = 0};
    shim.arm(&plan);
    renew(&misses, 0);
    const unsigned given = shim.disarm();
    CHECK(misses.lacks == (given > 0));
    CHECK(misses.count <= ROWS && missed(&misses) <= 4 * ROWS);
    CHECK(given > 0 || (misses.count == ROWS && missed(&misses) == 4 * ROWS));
    for (size_t i = 0; i < misses.count; i++)
        CHECK(misses.row[i].cost_count == 1 &&
              misses.row[i].missed == misses.row[i].cost[0].misses);
    renew(&misses, 1); /* a mark: begun anew */
    CHECK(!misses.lacks);
    CHECK(misses.count == ROWS && missed(&misses) == 4 * ROWS - 1);
    acd_misses_fini(&misses);
    return given > 0;
}

int main(int argc, char **argv)
{
    unsigned faults = 0;
    (void)argc;
    acd_preload(&shim, argv);
    fill();
    for (unsigned from = 0; from <= 1; from++)
        for (unsigned nth = 1; nth <= NTH_MAX && refuse(nth, from != 0); nth++)
            faults++;
    acd_test_model_fini(&model);
    printf("%u faults given, %u complaints\n", faults, complaints);
    return complaints == 0 && faults > 2 ? 0 : 1;
}
