/* SPDX-License-Identifier: MIT */
/* The recent prompts, see promptlog.h. */
#include "config.h"

#include "emitter/track/promptlog.h"

#include <string.h>

void acd_promptlog_init(struct acd_promptlog *ret_log, void *storage, size_t bytes)
{
    const size_t index_bytes = ACD_PROMPT_NUMBERS * sizeof(uint64_t);
    *ret_log = (struct acd_promptlog){.begin = storage,
                                      .storage = (char *)storage + index_bytes,
                                      .bytes = (bytes - index_bytes) & ~UINT64_C(7)};
}

void acd_promptlog_clear(struct acd_promptlog *log)
{
    log->end += log->bytes; /* all of them overwritten; numbers go on */
}

static size_t entry_bytes(const struct acd_prompt_entry *p)
{
    const size_t bytes = sizeof *p + p->spans * sizeof(struct acd_prompt_span) +
                         p->blocks * sizeof(uint64_t) + p->tail_bytes;
    return (bytes + 7) & ~(size_t)7;
}

struct acd_prompt_entry *acd_promptlog_add(struct acd_promptlog *log,
                                           const struct acd_prompt_entry *prompt)
{
    const size_t bytes = entry_bytes(prompt);
    const uint32_t number = ++log->newest;
    uint64_t *begin = &log->begin[number % ACD_PROMPT_NUMBERS];
    const uint64_t at = log->end % log->bytes;
    struct acd_prompt_entry *entry;
    *begin = UINT64_MAX;
    if (bytes > log->bytes / 2)
        return NULL;
    if (at + bytes > log->bytes)
        log->end += log->bytes - at;
    *begin = log->end;
    entry = (struct acd_prompt_entry *)(void *)(log->storage + log->end % log->bytes);
    log->end += bytes;
    *entry = *prompt;
    entry->number = number;
    memset(acd_prompt_entry_chain(entry), 0, entry->blocks * sizeof(uint64_t));
    return entry;
}

struct acd_prompt_entry *acd_promptlog_find(const struct acd_promptlog *log, uint32_t number)
{
    const uint64_t begin = log->begin[number % ACD_PROMPT_NUMBERS];
    struct acd_prompt_entry *entry;
    if (number == 0 || number > log->newest || begin == UINT64_MAX || log->end - begin > log->bytes)
        return NULL;
    entry = (struct acd_prompt_entry *)(void *)(log->storage + begin % log->bytes);
    return entry->number == number ? entry : NULL;
}
