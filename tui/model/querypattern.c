/* SPDX-License-Identifier: MIT */
/* What regular expressions cost, see querypattern.h.  The C library writes a part that is repeated as
 * often as it has to come, so that the sum of parts, copies included, is its work. */
#include "config.h"

#include "tui/model/querypattern.h"

#include <stdbool.h>
#include <string.h>

#define DEPTH_MAX 256 /* no value of a filter has more parentheses */

struct walk {
    const char *p;
    unsigned parts[DEPTH_MAX]; /* of each open parenthesis, copies included */
    unsigned last;             /* parts of what a repetition would repeat */
    size_t depth;
};

static void add_part(struct walk *w, unsigned parts)
{
    w->parts[w->depth] += parts;
    w->last = parts;
}

/* Over `[...]`, in which `]` may stand first and [:alpha:] anywhere. */
static void skip_bracket(struct walk *w)
{
    w->p++;
    w->p += *w->p == '^';
    w->p += *w->p == ']';
    while (*w->p && *w->p != ']') {
        const char *end = NULL;
        if (w->p[0] == '[' && (w->p[1] == ':' || w->p[1] == '.' || w->p[1] == '=')) {
            const char close[] = {w->p[1], ']', '\0'};
            end = strstr(w->p + 2, close);
        }
        w->p = end ? end + 2 : w->p + 1;
    }
    w->p += *w->p == ']';
}

static unsigned take_number(struct walk *w)
{
    unsigned number = 0;
    for (; *w->p >= '0' && *w->p <= '9'; w->p++)
        number = number < 100000 ? number * 10 + (unsigned)(*w->p - '0') : number;
    return number;
}

/* Behind `+` or `{`: how many times what stands before it is written. */
static unsigned take_times(struct walk *w)
{
    if (*w->p++ == '+')
        return 2;
    unsigned least = take_number(w), most = least;
    if (*w->p == ',') {
        w->p++;
        most = *w->p >= '0' && *w->p <= '9' ? take_number(w) : least + 1;
    }
    w->p += *w->p == '}';
    return most > least ? most : least;
}

/* False when that would be too many copies. */
static bool repeat(struct walk *w, unsigned *copies)
{
    unsigned times = take_times(w), more;
    if (times < 2)
        return true;
    if (times - 1 > ACD_QUERYPATTERN_COPIES_MAX)
        return false;
    more = w->last * (times - 1);
    if (more > ACD_QUERYPATTERN_COPIES_MAX - *copies)
        return false;
    *copies += more;
    w->parts[w->depth] += more;
    w->last += more;
    return true;
}

static void leave_group(struct walk *w)
{
    unsigned inside = w->parts[w->depth];
    if (w->depth > 0) {
        w->depth--;
        add_part(w, inside + 1);
    }
    w->p++;
}

static void enter_group(struct walk *w)
{
    w->depth += w->depth + 1 < DEPTH_MAX;
    w->parts[w->depth] = w->last = 0;
    w->p++;
}

const char *acd_querypattern_refuse(const char *pattern, unsigned *copies, size_t *ret_at)
{
    struct walk w = {.p = pattern};
    while (*w.p) {
        *ret_at = (size_t)(w.p - pattern);
        switch (*w.p) {
        case '\\':
            if (w.p[1] >= '1' && w.p[1] <= '9')
                return "a filter has no back-references";
            w.p += w.p[1] ? 2 : 1;
            add_part(&w, 1);
            break;
        case '[':
            skip_bracket(&w);
            add_part(&w, 1);
            break;
        case '(': enter_group(&w); break;
        case ')': leave_group(&w); break;
        case '+':
        case '{':
            if (!repeat(&w, copies))
                return "the expression repeats too much";
            break;
        case '*':
        case '?': w.p++; break; /* what can be left out is written once */
        default: add_part(&w, 1); w.p++;
        }
    }
    return NULL;
}
