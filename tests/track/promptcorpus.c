/* SPDX-License-Identifier: MIT */
/*
 * Prompts with planted causes, see promptcorpus.h.  Each step takes a chat, does one thing to it, and
 * writes its prompt.  A plant says what must come of it only where nothing else that was made can decide
 * otherwise; the oracle judges the rest.
 */
#include "config.h"

#include "tests/track/promptcorpus.h"

#include <stdlib.h>
#include <string.h>

#include <acdebug.h>

#include "tests/support/scratch.h"
#include "tests/track/chat.h"

#define SECOND UINT64_C(1000000000)
#define CHATS 24
#define SYSTEMS 3      /* that several chats have */
#define COMMON 16      /* letters that two texts may begin with by chance */
#define CUT_MOST 8000  /* bytes, so that what follows is found again */
#define WORDS_LEAST 12 /* of a message */

struct maker {
    struct acd_corpus_options options;
    struct acd_corpus *corpus;
    uint64_t random, now_ns;
    struct acd_chat chat[CHATS];
    struct acd_system shared[SYSTEMS];
};

/* What was done, in bytes of the prompt that is written next. */
struct deed {
    enum acd_cause cause;
    const char *change;
    unsigned message;
    uint64_t offset; /* in it */
    bool sure;       /* what must come of it is known */
};

/* A prompt, and where things stand in it. */
struct written {
    struct acd_made *made;
    uint32_t *begin; /* of each token; NULL: units are bytes */
    struct acd_chat_places places;
};

static const char *const model_names[] = {"small", "large", "larger"};

static unsigned random_of(struct maker *m, unsigned most)
{
    return (unsigned)acd_prose_random(&m->random, most);
}

static unsigned words(struct maker *m)
{
    unsigned most = m->options.words > WORDS_LEAST ? m->options.words - WORDS_LEAST : 1;
    return WORDS_LEAST + random_of(m, random_of(m, 3) == 0 ? most : most / 8 + 1);
}

/* ---- new chats ---- */

static enum acd_cause some_header(struct maker *m)
{
    static const enum acd_cause headers[] = {ACD_CAUSE_TIME, ACD_CAUSE_UUID, ACD_CAUSE_HASH,
                                             ACD_CAUSE_COUNTER};
    enum acd_cause header = headers[random_of(m, 4)];
    bool wanted = m->options.causes >> header & 1;
    return wanted && random_of(m, 100) < 45 ? header : ACD_CAUSE_COLD;
}

static struct acd_system *own_system(struct maker *m)
{
    struct acd_system *s = malloc(sizeof *s);
    if (!s)
        acd_scratch_die("no memory");
    acd_system_make(s, &m->random, some_header(m));
    return s;
}

static struct deed start_chat(struct maker *m, struct acd_chat *chat, bool sharing)
{
    acd_chat_end(chat);
    chat->owns_system = !sharing;
    chat->system = sharing ? &m->shared[random_of(m, SYSTEMS)] : own_system(m);
    for (unsigned t = 0; t < ACD_CHAT_TOOLS; t++)
        chat->order[t] = t;
    if (m->options.models > 0)
        chat->model = model_names[random_of(m, m->options.models)];
    chat->slot = m->options.slots > 0 ? random_of(m, m->options.slots) : UINT32_MAX;
    chat->previous = ACDEBUG_UNKNOWN;
    acd_chat_say(chat, &m->random, 2 * WORDS_LEAST + words(m));
    return (struct deed){.cause = sharing ? ACD_CAUSE_SHARING : ACD_CAUSE_COLD};
}

/* ---- turns ---- */

static void go_on(struct maker *m, struct acd_chat *chat)
{
    acd_chat_say(chat, &m->random, words(m));
    acd_chat_say(chat, &m->random, words(m));
}

static bool cut_history(struct maker *m, struct acd_chat *chat, struct deed *ret_deed)
{
    uint64_t bytes = 0;
    if (chat->messages < 5)
        return false;
    unsigned pairs = 1 + random_of(m, (chat->messages - 3) / 2);
    for (unsigned i = 0; i < 2 * pairs; i++)
        bytes += chat->message[i].count;
    if (bytes > CUT_MOST)
        return false;
    acd_chat_cut(chat, 2 * pairs);
    *ret_deed = (struct deed){ACD_CAUSE_CUT, "removed", 0, 0, chat->owns_system};
    chat->was_cut = true;
    return true;
}

static bool edit_message(struct maker *m, struct acd_chat *chat, enum acd_cause cause,
                         struct deed *ret_deed)
{
    enum acd_chat_edit edit = cause == ACD_CAUSE_EDITED     ? ACD_CHAT_REPLACE
                              : cause == ACD_CAUSE_INSERTED ? ACD_CHAT_INSERT
                                                            : ACD_CHAT_STRIP;
    struct deed deed = {cause, "removed", 0, 0, true};
    if (chat->messages < 3)
        return false;
    deed.message = 1 + random_of(m, chat->messages - 2);
    deed.change = edit == ACD_CHAT_REPLACE  ? "replaced"
                  : edit == ACD_CHAT_INSERT ? "inserted"
                                            : "removed";
    if (!acd_chat_edit(chat, deed.message, edit, &m->random, &deed.offset))
        return false;
    if (deed.offset == 0 && edit != ACD_CHAT_REPLACE && !m->options.bytes)
        deed.change = NULL; /* a word's token is another one behind a space */
    *ret_deed = deed;
    return true;
}

static bool reorder(struct maker *m, struct acd_chat *chat, enum acd_cause cause,
                    struct deed *ret_deed)
{
    if (!chat->owns_system || !acd_chat_reorder(chat, &m->random, cause == ACD_CAUSE_KEYS))
        return false;
    /* the closest may be of a time when other messages followed */
    *ret_deed =
        (struct deed){.cause = cause, .change = chat->was_cut ? NULL : "reordered", .sure = true};
    return true;
}

static bool move_slot(struct maker *m, struct acd_chat *chat, struct deed *ret_deed)
{
    for (unsigned i = 0; i < m->options.slots; i++) {
        unsigned slot = random_of(m, m->options.slots);
        if (chat->slots_seen >> slot & 1)
            continue;
        chat->slot = slot;
        *ret_deed = (struct deed){.cause = ACD_CAUSE_OTHER_SLOT, .sure = chat->owns_system};
        return true;
    }
    return false;
}

/* Does what the cause says; false: not to this chat, as it is. */
static bool apply(struct maker *m, struct acd_chat *chat, enum acd_cause cause,
                  struct deed *ret_deed)
{
    bool settled = chat->system->header == ACD_CAUSE_COLD;
    *ret_deed = (struct deed){.cause = cause};
    switch (cause) {
    case ACD_CAUSE_TOOLS:
    case ACD_CAUSE_KEYS: return settled && reorder(m, chat, cause, ret_deed);
    case ACD_CAUSE_CUT: return cut_history(m, chat, ret_deed);
    case ACD_CAUSE_EDITED:
    case ACD_CAUSE_INSERTED:
    case ACD_CAUSE_STRIPPED: return settled && edit_message(m, chat, cause, ret_deed);
    case ACD_CAUSE_OTHER_SLOT: return settled && move_slot(m, chat, ret_deed);
    case ACD_CAUSE_EXPIRED:
        m->now_ns += m->options.ttl_ns + SECOND;
        ret_deed->sure = chat->owns_system;
        return settled;
    case ACD_CAUSE_FORGOTTEN: return ret_deed->sure = settled;
    default: return false;
    }
}

/* ---- writing ---- */

static uint64_t unit_at(const struct acd_made *made, const uint32_t *begin, uint64_t byte)
{
    if (!begin)
        return byte;
    size_t low = 0, high = made->count;
    while (low < high) { /* the last token that begins there or before */
        size_t middle = (low + high + 1) / 2;
        if (begin[middle] <= byte)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

/* A token may be cut otherwise from its first byte on, when a byte in it is another one. */
static void place(const struct written *w, const uint64_t bytes[2])
{
    struct acd_planted *p = &w->made->planted;
    p->from = unit_at(w->made, w->begin, w->begin && bytes[0] > 0 ? bytes[0] - 1 : bytes[0]);
    p->to = unit_at(w->made, w->begin, bytes[1]);
}

static bool only_text(const struct acd_corpus_options *o)
{
    return o->slots == 0 && o->ttl_ns == 0 && o->capacity == 0 &&
           !(o->causes & ACD_CAUSE_BIT(FORGOTTEN));
}

static void plant_header(const struct written *w, const struct acd_system *system)
{
    struct acd_planted *p = &w->made->planted;
    uint64_t bytes[2] = {w->places.header, w->places.header_end};
    p->cause = system->header;
    p->reason = "prefix_diverged";
    p->change = "replaced";
    p->span = "system";
    p->looks_like = acd_chat_looks(system);
    if (!w->begin)
        p->changed = bytes[1] - bytes[0];
    else if (system->header == ACD_CAUSE_TIME) /* as many tokens each time */
        p->changed =
            unit_at(w->made, w->begin, bytes[1] - 1) - unit_at(w->made, w->begin, bytes[0]) + 1;
    place(w, bytes);
}

/* Causes in the text, where nothing but the text decides. */
static void plant_text(const struct written *w, const struct deed *deed)
{
    struct acd_planted *p = &w->made->planted;
    uint64_t message = w->places.message[deed->message], bytes[2] = {0, 0};
    switch (deed->cause) {
    case ACD_CAUSE_TOOLS:
    case ACD_CAUSE_KEYS:
        bytes[0] = w->places.tools;
        bytes[1] = w->places.tools_end;
        p->span = "tools";
        break;
    case ACD_CAUSE_CUT:
        bytes[0] = message;
        bytes[1] = message + strlen("<|user|>\n") + COMMON;
        p->span = "messages[0]";
        break;
    case ACD_CAUSE_EDITED:
    case ACD_CAUSE_INSERTED:
    case ACD_CAUSE_STRIPPED:
        bytes[0] = message + strlen(deed->message % 2 == 0 ? "<|user|>\n" : "<|assistant|>\n") +
                   deed->offset;
        bytes[1] = bytes[0] + (deed->cause == ACD_CAUSE_STRIPPED ? COMMON : 0);
        break;
    default: return;
    }
    if (!deed->sure) { /* another chat's messages may begin alike by chance */
        p->span = NULL;
        return;
    }
    p->reason = "prefix_diverged";
    p->change = deed->change;
    place(w, bytes);
}

/* Causes that are not the text's: only with a chat of its own are its blocks not another's, too. */
static void plant_others(struct acd_planted *p, const struct maker *m, const struct deed *deed,
                         const struct acd_chat *chat)
{
    const struct acd_corpus_options *o = &m->options;
    bool ttl = o->ttl_ns > 0, slots = o->slots > 0, room = o->capacity > 0;
    if (!deed->sure || chat->units < o->block || chat->units < o->minimum)
        return;
    if (deed->cause == ACD_CAUSE_OTHER_SLOT)
        p->reason = "other_replica";
    if (deed->cause == ACD_CAUSE_EXPIRED && !slots)
        p->reason = "expired";
    if (deed->cause == ACD_CAUSE_EVICTED && !slots && !ttl && room)
        p->reason = "evicted";
    if (deed->cause == ACD_CAUSE_FORGOTTEN && !slots && !ttl && !room)
        p->reason = "not_stored";
    else if (p->reason && o->block >= (o->bytes ? 64 : 16)) /* which is more than all begin with */
        p->from = p->to = 0;
}

static void plant(const struct maker *m, const struct deed *deed, const struct acd_chat *chat,
                  const struct written *w)
{
    struct acd_planted *p = &w->made->planted;
    const struct acd_corpus_options *o = &m->options;
    uint64_t least = o->minimum > o->block ? o->minimum : o->block;
    *p = (struct acd_planted){.cause = deed->cause, .from = ACDEBUG_UNKNOWN, .to = ACDEBUG_UNKNOWN};
    if (w->made->count < least)
        p->reason = "below_minimum";
    else if (!only_text(o))
        plant_others(p, m, deed, chat);
    else if (chat->units < least && deed->cause != ACD_CAUSE_COLD &&
             deed->cause != ACD_CAUSE_SHARING)
        return; /* what was before it was too short to be remembered */
    else if (chat->system->header != ACD_CAUSE_COLD && chat->system->used &&
             (chat->owns_system || o->models == 0))
        plant_header(w, chat->system);
    else if (chat->system->header == ACD_CAUSE_COLD && deed->cause == ACD_CAUSE_REPEATED)
        p->reason = "";
    else if (chat->system->header == ACD_CAUSE_COLD && deed->cause == ACD_CAUSE_CONTINUED)
        p->reason = "cold";
    else
        plant_text(w, deed);
}

static void make_units(struct maker *m, struct written *w, struct acd_prose *text)
{
    struct acd_made *made = w->made;
    made->count = text->count;
    if (m->options.bytes) {
        made->bytes = text->at;
    } else {
        made->tokens = acd_vocabulary_tokens(m->corpus->vocabulary, text->at, text->count,
                                             &w->begin, &made->count);
        acd_prose_free(text);
    }
    made->spans = w->places.spans;
    for (unsigned i = 0; i < made->spans; i++) {
        made->span[i] = w->places.span[i];
        made->span[i].begin = unit_at(made, w->begin, w->places.span[i].begin);
    }
}

static void write_prompt(struct maker *m, struct acd_chat *chat, const struct deed *deed)
{
    struct written w = {.made = &m->corpus->prompt[m->corpus->count++]};
    struct acd_prose text = {0};
    m->now_ns += SECOND + acd_prose_random(&m->random, 4 * SECOND);
    acd_chat_write(chat, &m->random, m->now_ns, &text, &w.places);
    *w.made = (struct acd_made){
        .model = chat->model, .slot = chat->slot, .now_ns = m->now_ns, .previous = chat->previous};
    make_units(m, &w, &text);
    if (deed->cause == ACD_CAUSE_FORGOTTEN)
        w.made->forgets = 100 + random_of(m, 900);
    plant(m, deed, chat, &w);
    chat->system->used = true;
    chat->units = w.made->count;
    chat->previous = m->corpus->count - 1;
    if (chat->slot != UINT32_MAX)
        chat->slots_seen |= 1u << chat->slot;
    free(w.begin);
}

/* ---- the walk ---- */

static bool is_full(const struct maker *m)
{
    return m->corpus->count == m->options.prompts;
}

static void ask_shortly(struct maker *m)
{
    struct acd_system none = {.header = ACD_CAUSE_COLD};
    struct acd_chat chat = {.system = &none, .slot = UINT32_MAX, .previous = ACDEBUG_UNKNOWN};
    struct deed deed = {.cause = ACD_CAUSE_SHORT};
    acd_prose_word(&chat.message[chat.messages++], &m->random);
    if (m->options.slots > 0)
        chat.slot = random_of(m, m->options.slots);
    if (m->options.models > 0)
        chat.model = model_names[0];
    write_prompt(m, &chat, &deed);
    acd_chat_end(&chat);
}

/* New chats, until they have used more than the cache holds. */
static void fill_cache(struct maker *m)
{
    for (uint64_t used = 0; used <= m->options.capacity && !is_full(m);) {
        struct acd_chat chat = {0};
        struct deed deed = start_chat(m, &chat, false);
        for (unsigned i = 0; i < 4; i++)
            go_on(m, &chat);
        write_prompt(m, &chat, &deed);
        if (chat.units >= m->options.minimum)
            used += chat.units - chat.units % m->options.block;
        acd_chat_end(&chat);
    }
}

static struct deed turn(struct maker *m, struct acd_chat *chat)
{
    struct deed deed;
    if (random_of(m, 25) == 0)
        return (struct deed){.cause = ACD_CAUSE_REPEATED};
    for (unsigned i = 0; i < 6; i++) {
        enum acd_cause cause = (enum acd_cause)random_of(m, ACD_CAUSE_COUNT);
        if (!(m->options.causes >> cause & 1) || !apply(m, chat, cause, &deed))
            continue;
        if (random_of(m, 4) > 0)
            go_on(m, chat);
        return deed;
    }
    go_on(m, chat);
    return (struct deed){.cause = ACD_CAUSE_CONTINUED};
}

static void step(struct maker *m)
{
    struct acd_chat *chat = &m->chat[random_of(m, m->options.chats)];
    struct deed deed;
    if (m->options.causes & ACD_CAUSE_BIT(SHORT) && random_of(m, 25) == 0) {
        ask_shortly(m);
        return;
    }
    if (!chat->system || chat->units > m->options.most || chat->messages + 2 > ACD_CHAT_MESSAGES) {
        deed = start_chat(m, chat, random_of(m, 4) == 0);
    } else if (m->options.causes & ACD_CAUSE_BIT(EVICTED) && random_of(m, 12) == 0) {
        fill_cache(m);
        deed = (struct deed){.cause = ACD_CAUSE_EVICTED,
                             .sure = chat->owns_system && chat->system->header == ACD_CAUSE_COLD};
        go_on(m, chat);
    } else {
        deed = turn(m, chat);
    }
    if (!is_full(m))
        write_prompt(m, chat, &deed);
}

struct acd_corpus *acd_corpus_new(const struct acd_corpus_options *options)
{
    struct maker *m = calloc(1, sizeof *m);
    struct acd_corpus *c = calloc(1, sizeof *c);
    if (!m || !c || !(c->prompt = calloc(options->prompts + 1, sizeof *c->prompt)))
        acd_scratch_die("no memory");
    c->vocabulary = acd_vocabulary_new();
    *m =
        (struct maker){.options = *options, .corpus = c, .random = options->seed, .now_ns = SECOND};
    if (m->options.chats > CHATS)
        m->options.chats = CHATS;
    for (unsigned i = 0; i < SYSTEMS; i++)
        acd_system_make(&m->shared[i], &m->random, i == 0 ? ACD_CAUSE_COLD : some_header(m));
    while (!is_full(m))
        step(m);
    for (unsigned i = 0; i < CHATS; i++)
        acd_chat_end(&m->chat[i]);
    for (unsigned i = 0; i < SYSTEMS; i++)
        acd_system_free(&m->shared[i]);
    free(m);
    return c;
}

void acd_corpus_free(struct acd_corpus *corpus)
{
    if (!corpus)
        return;
    for (unsigned i = 0; i < corpus->count; i++) {
        free(corpus->prompt[i].tokens);
        free(corpus->prompt[i].bytes);
    }
    acd_vocabulary_free(corpus->vocabulary);
    free(corpus->prompt);
    free(corpus);
}

const char *acd_cause_text(enum acd_cause cause)
{
    static const char *const texts[] = {
#define X(name, text) text,
        ACD_CAUSES(X)
#undef X
    };
    return texts[cause];
}
