/* SPDX-License-Identifier: MIT */
/*
 * A chat as its prompt is written: a system prompt, with a header in it that differs each time or without,
 * tools as JSON, messages.  For promptcorpus.c, which decides what is done to it.
 */
#ifndef ACD_TESTS_TRACK_CHAT_H
#define ACD_TESTS_TRACK_CHAT_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/track/promptcorpus.h"

#define ACD_CHAT_MESSAGES 29
#define ACD_CHAT_TOOLS 8
#define ACD_CHAT_KEYS 5
#define ACD_CHAT_ORDERS 64

struct acd_system {
    struct acd_prose before, after; /* the header */
    enum acd_cause header;          /* ACD_CAUSE_COLD: none */
    unsigned format, hash_length;
    bool used;
    unsigned tools, keys;
    struct acd_prose key[ACD_CHAT_TOOLS][ACD_CHAT_KEYS];
};

struct acd_chat {
    struct acd_system *system;
    bool owns_system;                                       /* no other chat has it */
    unsigned order[ACD_CHAT_TOOLS], turned[ACD_CHAT_TOOLS]; /* tools, and which key is first */
    uint64_t orders[ACD_CHAT_ORDERS];                       /* those that it had */
    unsigned orders_count;
    struct acd_prose message[ACD_CHAT_MESSAGES];
    unsigned messages;
    bool was_cut;
    const char *model;
    uint32_t slot, slots_seen;
    uint64_t units;    /* of the prompt before */
    uint64_t previous; /* which prompt that was, from 0; ACDEBUG_UNKNOWN: none */
};

/* Where things stand in a prompt, in bytes. */
struct acd_chat_places {
    uint64_t header, header_end; /* its value */
    uint64_t tools, tools_end;
    uint64_t message[ACD_CHAT_MESSAGES];
    struct acd_made_span span[ACD_MADE_SPANS];
    unsigned spans;
};

void acd_system_make(struct acd_system *system, uint64_t *random, enum acd_cause header);
void acd_system_free(struct acd_system *system);

/* One more message, of so many words. */
void acd_chat_say(struct acd_chat *chat, uint64_t *random, unsigned words);
/* Tools, or the keys of one, in an order that the chat has not had; false: there is none. */
bool acd_chat_reorder(struct acd_chat *chat, uint64_t *random, bool keys);
/* Removes the first messages. */
void acd_chat_cut(struct acd_chat *chat, unsigned messages);
/* Replaces a sentence of a message, puts one in front of it, or takes it out, so many bytes from the
 * message's start; false: the message is too short, or was changed there before. */
enum acd_chat_edit { ACD_CHAT_REPLACE, ACD_CHAT_INSERT, ACD_CHAT_STRIP };
bool acd_chat_edit(struct acd_chat *chat, unsigned message, enum acd_chat_edit edit,
                   uint64_t *random, uint64_t *ret_offset);
void acd_chat_end(struct acd_chat *chat);

/* Writes the prompt as it is at a time; the header's value is another one each time. */
void acd_chat_write(const struct acd_chat *chat, uint64_t *random, uint64_t now_ns,
                    struct acd_prose *ret_text, struct acd_chat_places *ret_places);
/* What the header's value looks like. */
const char *acd_chat_looks(const struct acd_system *system);

#endif
