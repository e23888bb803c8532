/* SPDX-License-Identifier: MIT */
/*
 * The recent prompts of a tracker, oldest overwritten first: who asked, how long it was, its named parts,
 * the chain of its blocks' names, and the units behind the last whole block.  What the blocks hold is
 * kept with the blocks.  Storage and lock are the caller's.
 */
#ifndef ACD_TRACK_PROMPTLOG_H
#define ACD_TRACK_PROMPTLOG_H

#include <stddef.h>
#include <stdint.h>

#define ACD_PROMPT_SPANS 32
#define ACD_PROMPT_REQUEST_BYTES 40
#define ACD_PROMPT_NUMBERS 4096 /* so many prompts at most */

struct acd_prompt_span {
    uint64_t begin;
    char name[48];
};

/* A prompt's entry; behind it its spans, its chain and its tail. */
struct acd_prompt_entry {
    uint64_t number;
    uint64_t units;
    uint64_t root;
    uint32_t blocks; /* of the chain */
    uint32_t tail_bytes;
    uint32_t spans;
    char request[ACD_PROMPT_REQUEST_BYTES + 4];
};

struct acd_promptlog {
    char *storage;
    uint64_t bytes;
    uint64_t end;    /* bytes ever taken */
    uint64_t *begin; /* of a prompt, by its number */
    uint32_t newest; /* numbers count from 1 */
};

/* The size without what is behind the entry must be more than ACD_PROMPT_NUMBERS words. */
void acd_promptlog_init(struct acd_promptlog *ret_log, void *storage, size_t bytes);
void acd_promptlog_clear(struct acd_promptlog *log);

/* Room for a prompt: its entry, with `number` set and the chain empty; NULL when it is too long for the
 * log.  The next number is given out either way. */
struct acd_prompt_entry *acd_promptlog_add(struct acd_promptlog *log,
                                           const struct acd_prompt_entry *prompt);
/* NULL when it was overwritten. */
struct acd_prompt_entry *acd_promptlog_find(const struct acd_promptlog *log, uint32_t number);

static inline struct acd_prompt_span *acd_prompt_entry_spans(struct acd_prompt_entry *entry)
{
    return (struct acd_prompt_span *)(entry + 1);
}
static inline uint64_t *acd_prompt_entry_chain(struct acd_prompt_entry *entry)
{
    return (uint64_t *)(acd_prompt_entry_spans(entry) + entry->spans);
}
static inline char *acd_prompt_entry_tail(struct acd_prompt_entry *entry)
{
    return (char *)(acd_prompt_entry_chain(entry) + entry->blocks);
}

#endif
