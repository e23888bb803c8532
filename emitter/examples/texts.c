/* SPDX-License-Identifier: MIT */
/* Documents in memory: their files' names are sorted, so that a seed means the same everywhere. */
#define _GNU_SOURCE
#include "texts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DOCUMENT_BYTES_MAX ((size_t)256 * 1024)
#define DOCUMENTS_MAX 256

struct document {
    char *bytes;
    size_t length;
};

struct acd_texts {
    size_t count;
    struct document documents[DOCUMENTS_MAX];
};

static const char *const default_folders[] = {"/usr/share/common-licenses"};

static const char *const own_documents[] = {
    "A server that answers for a language model spends its time in two ways. First it reads the\n"
    "prompt, all of it at once, and computes for each token what later tokens will want to know\n"
    "of it. Then it writes, one token after another, and each of them looks back at all that\n"
    "came before.\n\n"
    "What was computed for a prompt can be kept. When the next prompt begins with the same\n"
    "tokens, the work for that beginning need not be done again. A long conversation repeats all\n"
    "of itself with each question, so most of each prompt is already there, if nothing pushed it\n"
    "out, and if nobody changed a word near the start.\n",
    "A cache is judged by what it saves, not by how often it answers. Ten short prompts that are\n"
    "found whole may save less than one long prompt of which half is found. So one counts both:\n"
    "requests that found something, and tokens that were found, and never takes one for the\n"
    "other.\n\n"
    "When a request is slow, the first question is where its time went; the second is why. A\n"
    "time stamp in the first line of the system prompt makes every prompt a new one. A second\n"
    "replica without the conversation does the same. So does a cache that is too small for the\n"
    "conversations it serves.\n",
    "Errors come in groups. Three hundred failures with one message are one problem, and three\n"
    "failures with three messages are three. What matters of a group is how many there were, when\n"
    "the first came and when the last, and one example with everything in it that can be told\n"
    "without telling a secret.\n",
};

/* ---------------------------------------------------------------- reading */

static size_t utf8_length(const unsigned char *bytes, size_t left)
{
    static const struct {
        unsigned char mask, lead;
    } forms[] = {{0x80, 0x00}, {0xe0, 0xc0}, {0xf0, 0xe0}, {0xf8, 0xf0}};

    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        if ((bytes[0] & forms[i].mask) != forms[i].lead) {
            continue;
        }
        for (size_t j = 1; j <= i; j++) {
            if (j == left || (bytes[j] & 0xc0U) != 0x80U) {
                return 0;
            }
        }
        return i + 1;
    }
    return 0;
}

/* Good enough to keep a binary file out; nobody parses these texts. */
static bool is_text(const char *bytes, size_t length)
{
    for (size_t at = 0; at < length;) {
        const size_t step = utf8_length((const unsigned char *)bytes + at, length - at);

        if (step == 0 || bytes[at] == '\0') {
            return false;
        }
        at += step;
    }
    return length > 0;
}

/* The last place at or before end where a character begins. */
static size_t character_start(const char *bytes, size_t end)
{
    while (end > 0 && ((unsigned char)bytes[end] & 0xc0U) == 0x80U) {
        end--;
    }
    return end;
}

static size_t read_all(int fd, char *bytes, size_t max)
{
    size_t length = 0;

    while (length < max) {
        const ssize_t got = read(fd, bytes + length, max - length);

        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            break;
        }
        length += (size_t)got;
    }
    return length;
}

/* Adds what is text; takes bytes over in any case. */
static void add_document(struct acd_texts *texts, char *bytes, size_t length)
{
    if (length == 0 || texts->count == DOCUMENTS_MAX || !is_text(bytes, length)) {
        free(bytes);
        return;
    }
    texts->documents[texts->count++] = (struct document){bytes, length};
}

static int add_file(struct acd_texts *texts, int folder_fd, const char *name)
{
    const int fd = openat(folder_fd, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat status;
    size_t length;
    char *bytes;

    if (fd < 0) {
        return 0;
    }
    if (fstat(fd, &status) < 0 || !S_ISREG(status.st_mode)) {
        close(fd);
        return 0;
    }
    bytes = malloc(DOCUMENT_BYTES_MAX);
    if (bytes == NULL) {
        close(fd);
        return -ENOMEM;
    }
    length = read_all(fd, bytes, DOCUMENT_BYTES_MAX);
    if (length == DOCUMENT_BYTES_MAX) {
        length = character_start(bytes, length - 1);
    }
    add_document(texts, bytes, length);
    close(fd);
    return 0;
}

static int add_folder(struct acd_texts *texts, const char *folder)
{
    struct dirent **entries = NULL;
    const int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const int count = fd < 0 ? -1 : scandir(folder, &entries, NULL, alphasort);
    int result = 0;

    for (int i = 0; i < count; i++) {
        if (result == 0) {
            result = add_file(texts, fd, entries[i]->d_name);
        }
        free(entries[i]);
    }
    free(entries);
    if (fd >= 0) {
        close(fd);
    }
    return result;
}

static int add_own_documents(struct acd_texts *texts)
{
    for (size_t i = 0; i < sizeof(own_documents) / sizeof(own_documents[0]); i++) {
        char *bytes = strdup(own_documents[i]);

        if (bytes == NULL) {
            return -ENOMEM;
        }
        add_document(texts, bytes, strlen(bytes));
    }
    return 0;
}

struct acd_texts *acd_texts_new(const char *const *folders, size_t folder_count)
{
    struct acd_texts *texts = calloc(1, sizeof(*texts));
    int result = 0;

    if (texts == NULL) {
        return NULL;
    }
    if (folder_count == 0) {
        folders = default_folders;
        folder_count = sizeof(default_folders) / sizeof(default_folders[0]);
    }
    for (size_t i = 0; i < folder_count && result == 0; i++) {
        result = add_folder(texts, folders[i]);
    }
    if (result == 0 && texts->count == 0) {
        result = add_own_documents(texts);
    }
    if (result < 0) {
        acd_texts_free(texts);
        return NULL;
    }
    return texts;
}

void acd_texts_free(struct acd_texts *texts)
{
    if (texts == NULL) {
        return;
    }
    for (size_t i = 0; i < texts->count; i++) {
        free(texts->documents[i].bytes);
    }
    free(texts);
}

/* ---------------------------------------------------------------- taking parts */

size_t acd_texts_count(const struct acd_texts *texts)
{
    return texts->count;
}

/* From start on, at most max bytes, without cutting a character. */
static struct acd_texts_slice slice_of(const struct document *document, size_t start, size_t max)
{
    const size_t left = document->length - start;
    const size_t length = left <= max ? left : character_start(document->bytes + start, max);

    return (struct acd_texts_slice){document->bytes + start, length};
}

struct acd_texts_slice acd_texts_beginning(const struct acd_texts *texts, size_t number, size_t max)
{
    return slice_of(&texts->documents[number % texts->count], 0, max);
}

struct acd_texts_slice acd_texts_passage(const struct acd_texts *texts, uint64_t random, size_t max)
{
    const struct document *document = &texts->documents[(size_t)(random >> 40) % texts->count];
    const size_t near = (size_t)(random & 0xffffffffU) % document->length;
    const char *line = memrchr(document->bytes, '\n', near);
    const size_t start = line != NULL ? (size_t)(line - document->bytes) + 1 : 0;
    struct acd_texts_slice slice = slice_of(document, start, max);
    const char *end = memrchr(slice.bytes, '\n', slice.length);

    if (end != NULL && end > slice.bytes) {
        slice.length = (size_t)(end - slice.bytes);
    }
    return slice;
}
