/* SPDX-License-Identifier: MIT */
/* Clocks, medians and the machine's description, see bench.h. */
#include "config.h"

#include "tests/bench/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

double bench_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

#if !defined(__x86_64__)
uint64_t bench_ticks(void)
{
    return (uint64_t)bench_ns();
}
#endif

double bench_ticks_a_ns(void)
{
    double ns = bench_ns();
    uint64_t ticks = bench_ticks();
    usleep(20000);
    return (double)(bench_ticks() - ticks) / (bench_ns() - ns);
}

static int by_double(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static int by_number(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

double bench_median(double *values, size_t count)
{
    qsort(values, count, sizeof *values, by_double);
    return values[count / 2];
}

void bench_sort(uint64_t *values, size_t count)
{
    qsort(values, count, sizeof *values, by_number);
}

/* The value of the first line of `path` that begins with `key` (NULL: the first line). */
static void line_of(const char *path, const char *key, char *ret_text, size_t bytes)
{
    char line[256];
    FILE *f = fopen(path, "r");
    ret_text[0] = '\0';
    while (f && fgets(line, sizeof line, f)) {
        if (key && strncmp(line, key, strlen(key)) != 0)
            continue;
        const char *value = key ? strchr(line, ':') : line;
        value = value && key ? value + 2 : line;
        snprintf(ret_text, bytes, "%.*s", (int)strcspn(value, "\n"), value);
        break;
    }
    if (f)
        fclose(f);
}

void bench_machine(const char *what)
{
    char cpu[128], source[32];
    line_of("/proc/cpuinfo", "model name", cpu, sizeof cpu);
    line_of("/sys/devices/system/clocksource/clocksource0/current_clocksource", NULL, source,
            sizeof source);
    printf("%s: %s, %ld cores, compiler %s, clock source %s\n", what, cpu,
           sysconf(_SC_NPROCESSORS_ONLN), __VERSION__, source[0] ? source : "unknown");
}
