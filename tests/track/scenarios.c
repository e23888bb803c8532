/* SPDX-License-Identifier: MIT */
/* The corpora that prefix trackers are judged on, see judge.h: caches of all kinds, and mixed causes. */
#include "config.h"

#include "tests/track/judge.h"

#define SECOND UINT64_C(1000000000)
#define TEXT ACD_CAUSES_OF_TEXT
#define ROOM (EVICTED | ACD_CAUSE_BIT(EDITED) | ACD_CAUSE_BIT(CUT) | ACD_CAUSE_BIT(TOOLS))
#define EVICTED ACD_CAUSE_BIT(EVICTED)
#define EXPIRED ACD_CAUSE_BIT(EXPIRED)
#define SLOT ACD_CAUSE_BIT(OTHER_SLOT)
#define FORGOTTEN ACD_CAUSE_BIT(FORGOTTEN)

/* seed, prompts, bytes, causes, most, words, chats, models, slots, block, minimum, capacity, ttl */
const struct acd_scenario acd_scenarios[] = {
    {"tokens", {1, 700, false, TEXT, 4000, 160, 12, 0, 0, 16, 0, 0, 0}, false},
    {"blocks of 32", {2, 400, false, TEXT, 4000, 160, 12, 0, 0, 32, 0, 0, 0}, false},
    {"blocks of 64", {3, 400, false, TEXT, 4000, 160, 12, 0, 0, 64, 0, 0, 0}, false},
    {"blocks of 256", {4, 300, false, TEXT, 8000, 400, 10, 0, 0, 256, 0, 0, 0}, false},
    {"blocks of 1", {5, 300, false, TEXT, 1500, 60, 10, 0, 0, 1, 20, 0, 0}, false},
    {"bytes", {6, 500, true, TEXT, 16000, 150, 12, 0, 0, 64, 0, 0, 0}, false},
    {"bytes, blocks of 16", {7, 300, true, TEXT, 8000, 100, 12, 0, 0, 16, 0, 0, 0}, false},
    {"a minimum", {8, 400, false, TEXT, 4000, 200, 12, 0, 0, 16, 1024, 0, 0}, false},
    {"models", {9, 400, false, TEXT, 3000, 120, 16, 3, 0, 16, 0, 0, 0}, false},
    {"slots", {10, 400, false, TEXT | SLOT, 3000, 120, 16, 0, 4, 16, 0, 0, 0}, false},
    {"a lifetime",
     {11, 400, false, TEXT | EXPIRED, 3000, 120, 12, 0, 0, 16, 0, 0, 300 * SECOND},
     false},
    {"little room", {12, 500, false, ROOM, 3000, 120, 8, 0, 0, 16, 0, 8192, 0}, false},
    {"all together",
     {13, 500, false, TEXT | EVICTED | EXPIRED | SLOT, 4000, 160, 12, 2, 3, 32, 0, 16384,
      200 * SECOND},
     false},
    {"answers", {14, 500, false, TEXT | FORGOTTEN, 4000, 160, 12, 0, 0, 16, 0, 0, 0}, true},
    {"answers, all together",
     {15, 500, false, TEXT | EVICTED | EXPIRED | SLOT | FORGOTTEN, 4000, 160, 12, 2, 3, 32, 256,
      16384, 200 * SECOND},
     true},
    {"bytes, all together",
     {16, 400, true, TEXT | EVICTED | EXPIRED | SLOT | FORGOTTEN, 12000, 120, 10, 2, 3, 64, 0,
      65536, 200 * SECOND},
     true},
};
const unsigned acd_scenarios_count = sizeof acd_scenarios / sizeof acd_scenarios[0];
