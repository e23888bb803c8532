/* SPDX-License-Identifier: MIT */
/*
 * Makes the golden rings of tests/support/rings anew: one by hand from the document, one by the
 * emitter.  Run it only when the format changes, into the source tree, and read the difference:
 *
 *     make tests/support/make_rings && tests/support/make_rings tests/support/rings
 *     ACD_REGENERATE=1 tests/unit/test_golden
 *
 * What tells the machine (host, boot, namespaces, user) is replaced.
 */
#include "config.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <acdebug.h>
#include "tests/support/ringbuild.h"
#include "tests/support/ringhex.h"
#include "tests/support/scratch.h"

static void pack(const char *ring, const char *directory, const char *name)
{
    char hex[512];
    snprintf(hex, sizeof hex, "%s/%s.hex", directory, name);
    acd_ringhex_pack(ring, hex);
    printf("%s\n", hex);
}

/* ---- by hand ---- */

static void built_events(struct acd_ringbuild *rb)
{
    static const struct acd_ringbuild_key keys[] = {
        {1, 0, "int"},  {2, 0, "uint"}, {3, 0, "double"}, {4, 0, "bool"},
        {5, 0, "text"}, {6, 0, "json"}, {5, 1, "cookie"}};
    struct acd_ringbuild_site all = {.kind = 1,
                                     .category = 7,
                                     .level = 3,
                                     .line = 42,
                                     .message = "all types",
                                     .file = "built.c",
                                     .fields = 7,
                                     .key = keys};
    struct acd_ringbuild_site none = {.kind = 9,
                                      .category = 4,
                                      .level = 2,
                                      .line = 43,
                                      .message = "no fields",
                                      .file = "built.c"};
    unsigned with = acd_ringbuild_register(rb, &all), without = acd_ringbuild_register(rb, &none);
    struct acd_ringbuild_writer w, o;
    struct acd_ringbuild_payload p = {.count = 0};
    acd_ringbuild_lane(&w, rb, 0, 61);
    acd_ringbuild_lane(&o, rb, RB_OVERFLOW_SLOT, 0);
    for (uint64_t i = 0; i < 60; i++)
        acd_ringbuild_write(&w, 2000 + i, RB_SITE(i % 2 ? without : 0), NULL);
    acd_ringbuild_put(&p, 4711); /* request */
    acd_ringbuild_put(&p, UINT64_MAX - 1);
    acd_ringbuild_put(&p, UINT64_MAX);
    acd_ringbuild_put(&p, UINT64_C(0x4059000000000000)); /* 100.0 */
    acd_ringbuild_put(&p, 1);
    acd_ringbuild_put_text(&p, "twelve bytes");
    acd_ringbuild_put_text(&p, "{\"a\":[1,2]}");
    acd_ringbuild_put_key(&p, 1, 0, "dynamic");
    acd_ringbuild_put(&p, 7);
    acd_ringbuild_put_key(&p, 5, 1, "api_key");
    acd_ringbuild_write(&w, 3000, RB_SITE(with) | RB_REQUEST_NUMBER, &p);
    p.count = 0;
    acd_ringbuild_put(&p, 77); /* thread */
    acd_ringbuild_put_text(&p, "req-1");
    acd_ringbuild_write(&o, 1500, RB_SITE(without) | RB_THREAD | RB_REQUEST_TEXT, &p);
    acd_ringbuild_mark(&w, 20); /* given up; the next owner goes on behind it */
    w.position += 4;
    acd_ringbuild_write(&w, 4000, RB_SITE(without), NULL);
    acd_ringbuild_mark(&w, 20); /* and the process died in this one */
}

static void built_tables(struct acd_ringbuild *rb)
{
    uint64_t row = acd_ringbuild_cache(rb, 0, "prompt", "gpt");
    acd_ringbuild_set(rb, row + 128, 4);
    uint64_t counts = acd_ringbuild_lane_counts(rb->offset[RB_LANES_BIG], 0);
    static const unsigned used[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 22, 24, 39};
    for (unsigned i = 0; i < sizeof used / sizeof used[0]; i++)
        acd_ringbuild_set(rb, counts + 8 * used[i], 100 + used[i]);
    acd_ringbuild_text(rb, row + 192 + 48, 48, "moonrise");
    acd_ringbuild_set(rb, row + 160, 2);
    uint64_t timer = acd_ringbuild_timer(rb, 0, "chat");
    uint64_t label = acd_ringbuild_label(rb, timer, 0, "loaded");
    acd_ringbuild_set(rb, timer + 64, 1);
    acd_ringbuild_set(rb, timer + 72, 5);
    for (unsigned i = 0; i < 3; i++) {
        acd_ringbuild_set(rb, timer + 96 + 8 * i, 3 + i);
        acd_ringbuild_set(rb, label + 8 * i, 30 + i);
    }
    acd_ringbuild_set(rb, label + 24, 2);
    acd_ringbuild_set(rb, acd_ringbuild_at(rb, RB_HISTOGRAMS, 1) + 8 * 40, 30);
    uint64_t running = acd_ringbuild_at(rb, RB_RUNNING, 2);
    acd_ringbuild_set(rb, running, 2);
    acd_ringbuild_set(rb, running + 8, 99);
    acd_ringbuild_set(rb, running + 40, 1);
    acd_ringbuild_set(rb, running + 48, 61);
    acd_ringbuild_set(rb, running + 56, 4711);
    acd_ringbuild_set(rb, rb->offset[RB_SHARED] + 168, 4);
    struct acd_ringbuild_error e = {"HTTP", "openai", "gpt", "upstream timeout", "/tmp/x.json", 502,
                                    11,     2000,     3000};
    acd_ringbuild_error(rb, 3, &e);
}

static void make_built(const struct acd_scratch *dir, const char *to)
{
    struct acd_ringbuild rb;
    struct acd_ringbuild_options o = {.start_levels = 0x55555555};
    char path[256];
    snprintf(path, sizeof path, "%s/built.acr", dir->path);
    acd_ringbuild_make(&rb, path, &o);
    built_events(&rb);
    built_tables(&rb);
    uint64_t control = rb.offset[RB_CONTROL];
    acd_ringbuild_set(&rb, control, UINT64_C(0xaaaaaaaa) | UINT64_C(7) << 32 | UINT64_C(60) << 40);
    acd_ringbuild_set(&rb, control + 64, 8);
    acd_ringbuild_text(&rb, control + 128, 64, "joe on tty1");
    acd_ringbuild_set(&rb, rb.offset[RB_SHARED] + 32, 3);
    acd_ringbuild_close(&rb);
    pack(path, to, "built-1.0");
}

/* ---- by the emitter ---- */

static void *second_thread(void *context)
{
    (void)context;
    acdebug_request_set_str("req-2");
    acdebug_log(2, "from another thread", ACDEBUG_BOOL("yes", true));
    return NULL;
}

static void emit_events(void)
{
    static char longest[3000];
    pthread_t thread;
    acdebug_field fields[] = {acdebug_field_str("run_time", "key"), acdebug_field_uint("n", 7),
                              acdebug_field_str("authorization", "never")};
    memset(longest, 'x', sizeof longest - 1);
    for (uint64_t i = 0; i < 30; i++)
        acdebug_log(1, "overwritten", ACDEBUG_UINT("i", i));
    acdebug_request_set(88);
    acdebug_log(1, "all types", ACDEBUG_INT("int", -2), ACDEBUG_UINT("uint", UINT64_MAX),
                ACDEBUG_DOUBLE("double", 0.1), ACDEBUG_BOOL("bool", true),
                ACDEBUG_STR("text", "twelve bytes"), ACDEBUG_JSON("json", "{\"a\":[1,2]}"),
                ACDEBUG_STR("cookie", "never"));
    acdebug_log_fields(ACDEBUG_USER0, 3, "run-time message", fields, 3);
    acdebug_log(3, "cut", ACDEBUG_STR("text", longest));
    if (pthread_create(&thread, NULL, second_thread, NULL) != 0)
        acd_scratch_die("thread");
    pthread_join(thread, NULL);
}

static void emit_counts(void)
{
    acdebug_timer ended, running;
    acdebug_lookup l = ACDEBUG_LOOKUP_INIT;
    acdebug_error_context c = ACDEBUG_ERROR_INIT;
    acdebug_cache_hit("kv", "key");
    acdebug_cache_miss("kv", "key", "moonrise");
    l.type = "prompt";
    l.model = "gpt";
    l.outcome = ACDEBUG_PARTIAL;
    l.input_tokens = 100;
    l.cached_tokens = 64;
    acdebug_cache_lookup(&l);
    acdebug_cache_evict("prompt", "gpt", 3, "full");
    acdebug_cache_inventory("prompt", "gpt", 10, 4096, 8192);
    acdebug_timer_start(&ended, "chat");
    acdebug_timer_checkpoint(&ended, "loaded");
    acdebug_timer_end(&ended);
    acdebug_timer_start(&running, "embed");
    acdebug_timer_checkpoint(&running, "tokenized");
    c.message = "upstream timeout";
    c.provider = "openai";
    c.debug_file = "/tmp/x.json";
    acdebug_error("HTTP", 502, &c);
    acdebug_performance("index", 12.5, NULL, 0);
}

/* In a child: threads and their numbers begin anew. */
static int emit_all(void *context)
{
    acdebug_options o = acd_scratch_options(context, 3);
    o.lane_bytes = 4096;
    o.small_lane_bytes = 4096;
    o.big_lanes = 2;
    o.budget_bytes = 1 << 20;
    if (acdebug_open("golden", &o) != 0)
        return 1;
    emit_events();
    emit_counts();
    acdebug_close();
    return 0;
}

static void put_at(int fd, off_t at, const void *bytes, size_t count)
{
    if (pwrite(fd, bytes, count, at) != (ssize_t)count)
        acd_scratch_die("pwrite");
}

/* By FORMAT.md, "Identity". */
static void anonymise(const char *path)
{
    static const char boot[40] = "00000000-1111-2222-3333-444444444444", host[64] = "example";
    static const uint32_t uid = 1000;
    static const uint64_t zero;
    int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0)
        acd_scratch_die(path);
    put_at(fd, 52, &uid, sizeof uid);
    put_at(fd, 56, &zero, sizeof zero);
    put_at(fd, 120, boot, sizeof boot);
    put_at(fd, 224, host, sizeof host);
    close(fd);
}

int main(int argc, char **argv)
{
    struct acd_scratch dir;
    char path[256];
    if (argc != 2) {
        fprintf(stderr, "usage: make_rings DIRECTORY\n");
        return 2;
    }
    acd_scratch_make(&dir);
    if (acd_scratch_child(emit_all, &dir) != 0 || !acd_scratch_ring(&dir, 0, path, sizeof path))
        acd_scratch_die("emitter");
    anonymise(path);
    pack(path, argv[1], "emitter-1.0");
    make_built(&dir, argv[1]);
    acd_scratch_remove(&dir);
    return 0;
}
