/* SPDX-License-Identifier: MIT */
/* One line about all servers, see statusline.h. */
#include "config.h"

#include "tui/app/statusline.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tui/view/text.h"

/* What is written so far. */
struct line {
    char *out;
    size_t size, used;
};

static void add(struct line *line, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void add(struct line *line, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(line->out + line->used, line->size - line->used, format, arguments);
    va_end(arguments);
    line->used += n > 0 ? (size_t)n : 0;
    if (line->used >= line->size)
        line->used = line->size - 1;
}

static void add_name(struct line *line, const char *name)
{
    char safe[256];
    acd_text_sanitise(safe, sizeof safe, name, strlen(name), 0);
    for (char *c = safe; *c; c++)
        if (strchr("#$%`\\", *c))
            *c = '?';
    add(line, "%s", safe);
}

static void add_who(struct line *line, const struct acd_fleet *fleet, const struct acd_digest *d)
{
    bool mixed = false;
    if (fleet->count == 0) {
        add(line, "no server");
        return;
    }
    const struct acd_server *first = fleet->server[0];
    unsigned level = acd_server_level(first->control.levels, &mixed);
    for (size_t i = 1; i < fleet->count; i++)
        mixed |= acd_server_level(fleet->server[i]->control.levels, NULL) != level;
    if (fleet->count == 1)
        add_name(line, first->app);
    else
        add(line, "%zu servers", fleet->count);
    add(line, " L%u%s", level, mixed ? "+" : "");
    if (d->live < d->servers)
        add(line, fleet->count == 1 ? " dead" : " %zu dead", d->servers - d->live);
}

static const struct acd_cache_row *busiest_cache(const struct acd_digest *d)
{
    const struct acd_cache_row *busiest = NULL;
    for (size_t i = 0; i < d->cache_count; i++)
        if (!busiest || d->cache[i].requests.whole > busiest->requests.whole)
            busiest = &d->cache[i];
    return busiest;
}

static void add_cache(struct line *line, const struct acd_cache_row *row)
{
    add(line, " | ");
    add_name(line, row->type);
    add(line, " %s req %s tok",
        acd_text_percent(row->requests.part, row->requests.whole, ACD_GLYPHS_ASCII).s,
        acd_text_percent(row->tokens.part, row->tokens.whole, ACD_GLYPHS_ASCII).s);
}

static void add_timer(struct line *line, const struct acd_timer_row *row)
{
    add(line, " | ");
    add_name(line, row->name);
    add(line, " p95 %s",
        row->quantiles.count > 0 ? acd_text_duration_ns(row->quantiles.p95_ns).s : "-");
    if (row->running > 0)
        add(line, " run %" PRIu64, row->running);
}

void acd_statusline_write(char *out, size_t size, const struct acd_fleet *fleet,
                          const struct acd_digest *digest)
{
    struct line line = {.out = out, .size = size};
    const struct acd_cache_row *cache = busiest_cache(digest);
    size_t timer = acd_digest_slowest_timer(digest);
    add_who(&line, fleet, digest);
    if (cache)
        add_cache(&line, cache);
    if (timer < digest->timer_count)
        add_timer(&line, &digest->timer[timer]);
    if (digest->errors.total > 0)
        add(&line, " | errors %s", acd_text_count(digest->errors.total).s);
    if (digest->events.dropped > 0)
        add(&line, " | dropped %s", acd_text_count(digest->events.dropped).s);
}
