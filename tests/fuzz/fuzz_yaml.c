/* SPDX-License-Identifier: MIT */
/*
 * Fuzz target: the configuration.  Any bytes are read to their end or complained of, at a place that is
 * in the text; what was taken over prints as a configuration that reads back to the same; and nothing
 * that a terminal obeys is said of it.
 */
#include "config.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/replay.h"
#include "tui/app/confread.h"

static void must(int holds, const char *claim)
{
    if (holds)
        return;
    fprintf(stderr, "does not hold: %s\n", claim);
    abort();
}

static void check_places(const struct acd_complaints *complaints, const char *text, size_t size)
{
    uint32_t lines = 2; /* the end of a text may be said to stand on the line after */
    for (size_t i = 0; i < size; i++)
        lines += text[i] == '\n' || text[i] == '\r' || (unsigned char)text[i] >= 0x80;
    for (size_t i = 0; i < complaints->kept; i++) {
        must(complaints->complaint[i].at.line <= lines, "a complaint is about a line of the text");
        must(complaints->complaint[i].at.column <= size + 1, "and about a column of it");
        must(complaints->complaint[i].text[0] != '\0', "a complaint says something");
    }
}

/* All that is said, which must be safe to show. */
static void say(struct acd_complaints *complaints, const struct acd_source *source)
{
    char *out = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&out, &size);
    if (!stream)
        abort();
    acd_complaints_print(stream, complaints, source);
    fclose(stream);
    for (size_t i = 0; i < size; i++)
        must((unsigned char)out[i] >= 0x20 || out[i] == '\n', "nothing that a terminal obeys");
    must(size < (1u << 18), "what is said has an end");
    free(out);
}

static char *print_of(const struct acd_conf *conf, size_t *ret_size)
{
    char *out = NULL;
    FILE *stream = open_memstream(&out, ret_size);
    if (!stream)
        abort();
    acd_conf_print(stream, conf);
    fclose(stream);
    return out;
}

/* Without errors, what is printed is as good as what was read. */
static void check_print(const struct acd_conf *conf)
{
    static struct acd_conf again;
    struct acd_complaints complaints = {0};
    size_t first_size, second_size;
    char *first = print_of(conf, &first_size);
    const struct acd_source source = {"printed", first, first_size};
    acd_conf_init(&again);
    must(acd_confread_text(&again, &source, &complaints) == 0, "it is read back");
    must(complaints.count == 0, "what is printed is right");
    char *second = print_of(&again, &second_size);
    must(first_size == second_size && memcmp(first, second, first_size) == 0, "it is the same");
    acd_complaints_fini(&complaints);
    free(first);
    free(second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct acd_conf conf;
    struct acd_complaints complaints = {0};
    char *text = malloc(size + 1);
    if (!text)
        abort();
    memcpy(text, data, size);
    const struct acd_source source = {"top.yaml", text, size};
    acd_conf_init(&conf);
    must(acd_confread_text(&conf, &source, &complaints) == 0, "there is memory");
    check_places(&complaints, text, size);
    acd_conf_settle(&conf);
    if (complaints.count == 0)
        check_print(&conf);
    say(&complaints, &source);
    acd_complaints_fini(&complaints);
    /* The same bytes as one value. */
    must(acd_confread_setting(&conf, "keys.pause", &source, 0, &complaints) == 0,
         "there is memory");
    say(&complaints, &source);
    acd_complaints_fini(&complaints);
    free(text);
    return 0;
}
