/* SPDX-License-Identifier: MIT */
/* Directories, children and counts for tests, see scratch.h. */
#include "config.h"

#include "tests/support/scratch.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

_Noreturn void acd_scratch_die(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    exit(99);
}

void acd_scratch_make(struct acd_scratch *scratch)
{
    const char *temp = getenv("TMPDIR"), *given = getenv("ACD_TEST_SCRATCH");
    const char *base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : temp && temp[0] ? temp : "/tmp";
    if (given && given[0])
        base = given;
    if ((size_t)snprintf(scratch->path, sizeof scratch->path, "%s/acd-test-XXXXXX", base) >=
            sizeof scratch->path ||
        !mkdtemp(scratch->path))
        acd_scratch_die("mkdtemp");
}

char *acd_scratch_read(const char *path, size_t *ret_bytes)
{
    struct stat st;
    FILE *file = fopen(path, "r");
    if (!file || fstat(fileno(file), &st) != 0)
        acd_scratch_die(path);
    size_t bytes = (size_t)st.st_size;
    char *text = calloc(1, bytes + 1);
    if (!text || fread(text, 1, bytes, file) != bytes)
        acd_scratch_die(path);
    fclose(file);
    if (ret_bytes)
        *ret_bytes = bytes;
    return text;
}

static bool ends_in(const char *name, const char *suffix)
{
    size_t n = strlen(name), s = strlen(suffix);
    return n >= s && strcmp(name + n - s, suffix) == 0;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

/* The names in order; the caller frees them. */
static int names(const struct acd_scratch *scratch, struct dirent ***ret_list)
{
    int n = scandir(scratch->path, ret_list, NULL, by_name);
    if (n < 0)
        acd_scratch_die("scandir");
    return n;
}

static void free_names(struct dirent **list, int n)
{
    for (int i = 0; i < n; i++)
        free(list[i]);
    free(list);
}

static bool is_dots(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

void acd_scratch_remove(const struct acd_scratch *scratch)
{
    struct dirent **list;
    chmod(scratch->path, 0700);
    int n = names(scratch, &list);
    for (int i = 0; i < n; i++) {
        char path[400];
        if (is_dots(list[i]->d_name))
            continue;
        snprintf(path, sizeof path, "%s/%s", scratch->path, list[i]->d_name);
        if (unlink(path) != 0 && rmdir(path) != 0)
            acd_scratch_die(path);
    }
    free_names(list, n);
    if (rmdir(scratch->path) != 0)
        acd_scratch_die(scratch->path);
}

unsigned acd_scratch_count(const struct acd_scratch *scratch, const char *suffix)
{
    struct dirent **list;
    unsigned count = 0;
    int n = names(scratch, &list);
    for (int i = 0; i < n; i++)
        count += !is_dots(list[i]->d_name) && ends_in(list[i]->d_name, suffix);
    free_names(list, n);
    return count;
}

bool acd_scratch_ring(const struct acd_scratch *scratch, unsigned index, char *ret_path,
                      size_t bytes)
{
    struct dirent **list;
    bool found = false;
    int n = names(scratch, &list);
    for (int i = 0; i < n; i++) {
        if (!ends_in(list[i]->d_name, ".acr") || index-- > 0)
            continue;
        found = (size_t)snprintf(ret_path, bytes, "%s/%s", scratch->path, list[i]->d_name) < bytes;
        break;
    }
    free_names(list, n);
    return found;
}

acdebug_options acd_scratch_options(const struct acd_scratch *scratch, int level)
{
    acdebug_options o = ACDEBUG_OPTIONS_INIT;
    o.directory = scratch->path;
    o.level = level;
    o.flags = ACDEBUG_NO_TEXT | ACDEBUG_NO_COLLECT;
    return o;
}

uint64_t acd_scratch_scaled(uint64_t count, uint64_t least)
{
    const char *text = getenv("ACD_TEST_SCALE");
    double scale = text ? strtod(text, NULL) : 1;
    double scaled = scale > 0 ? (double)count * scale : (double)count;
    return scaled > (double)least ? (uint64_t)scaled : least;
}

uint64_t acd_scratch_seed(uint64_t own)
{
    const char *text = getenv("ACD_TEST_SEED");
    return own + (text ? strtoull(text, NULL, 10) * UINT64_C(0x9e3779b97f4a7c15) : 0);
}

unsigned acd_scratch_descriptors(void)
{
    unsigned count = 0;
    DIR *dir = opendir("/proc/self/fd");
    if (!dir)
        acd_scratch_die("/proc/self/fd");
    for (struct dirent *d; (d = readdir(dir)) != NULL;)
        count += !is_dots(d->d_name);
    closedir(dir);
    return count - 1; /* without the one that counts */
}

unsigned acd_scratch_mappings(void)
{
    unsigned count = 0;
    FILE *file = fopen("/proc/self/maps", "re");
    if (!file)
        acd_scratch_die("/proc/self/maps");
    for (int c; (c = getc(file)) != EOF;)
        count += c == '\n';
    fclose(file);
    return count;
}

int acd_scratch_wait(int pid)
{
    int status;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            acd_scratch_die("waitpid");
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

int acd_scratch_child(int (*run)(void *context), void *context)
{
    fflush(NULL);
    pid_t pid = fork();
    if (pid < 0)
        acd_scratch_die("fork");
    if (pid == 0) {
        int r = run(context);
        fflush(stdout);
        _exit(r);
    }
    return acd_scratch_wait(pid);
}

/* splitmix64: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014. */
uint64_t acd_scratch_random(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}
