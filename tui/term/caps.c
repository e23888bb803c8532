/* SPDX-License-Identifier: MIT */
/*
 * Terminfo, read by setupterm() with an error return: newterm() and initscr() would print or exit
 * on a terminal that they do not know.
 */
#include "config.h"

#include "tui/term/caps.h"

#include <errno.h>
#include <string.h>

#define NCURSES_NOMACROS
#include <curses.h>
#include <term.h>

#define ANSI_CSR "\033[%i%p1%d;%p2%dr"

/* Copies a string without its `$<5>` delays: no terminal of today needs them. */
static const char *keep(struct acd_caps *caps, const char *from)
{
    if (from == NULL || from == (const char *)-1)
        return "";

    char *start = caps->text + caps->text_used;
    size_t room = sizeof(caps->text) - caps->text_used;
    size_t len = 0;
    while (*from != '\0') {
        const char *end = from[0] == '$' && from[1] == '<' ? strchr(from, '>') : NULL;
        if (end != NULL) {
            from = end + 1;
            continue;
        }
        if (len + 1 >= room)
            return ""; /* a whole string or none */
        start[len++] = *from++;
    }
    start[len] = '\0';
    caps->text_used += len + 1;
    return start;
}

static const char *text_of(struct acd_caps *caps, const char *name)
{
    return keep(caps, tigetstr(name));
}

static int number_of(const char *name)
{
    int number = tigetnum(name);

    return number > 0 ? number : 0;
}

static void load_drawing(struct acd_caps *caps)
{
    caps->cup = text_of(caps, "cup");
    caps->hpa = text_of(caps, "hpa");
    caps->cuf = text_of(caps, "cuf");
    caps->cub = text_of(caps, "cub");
    caps->clear = text_of(caps, "clear");
    caps->el = text_of(caps, "el");
    caps->sgr0 = text_of(caps, "sgr0");
    caps->plain_moves = strcmp(text_of(caps, "cr"), "\r") == 0 &&
                        strcmp(text_of(caps, "cud1"), "\n") == 0 &&
                        strcmp(text_of(caps, "cub1"), "\b") == 0;
    caps->csr = text_of(caps, "csr");
    caps->ind = text_of(caps, "ind");
    /* The one whose opposite is known without the screen's size, for a handler of signals. */
    if (strcmp(caps->csr, ANSI_CSR) != 0 || *caps->ind == '\0') {
        /* A region that curses set and we don't know of would stop line feeds. */
        caps->plain_moves = caps->plain_moves && *caps->csr == '\0';
        caps->csr = caps->ind = "";
    }
    caps->bold = text_of(caps, "bold");
    caps->dim = text_of(caps, "dim");
    caps->underline = text_of(caps, "smul");
    caps->reverse = text_of(caps, "rev");
    caps->setaf = text_of(caps, "setaf");
    caps->setab = text_of(caps, "setab");
    caps->colours = number_of("colors");
    if (*caps->setaf == '\0' || *caps->setab == '\0')
        caps->colours = 0;
}

static void load_modes(struct acd_caps *caps)
{
    caps->civis = text_of(caps, "civis");
    caps->cnorm = text_of(caps, "cnorm");
    caps->smcup = text_of(caps, "smcup");
    caps->rmcup = text_of(caps, "rmcup");
    caps->smkx = text_of(caps, "smkx");
    caps->rmkx = text_of(caps, "rmkx");
    caps->last_cell = tigetflag("am") <= 0 || tigetflag("xenl") > 0;
    caps->height = number_of("lines");
    caps->width = number_of("cols");
    caps->xterm = tigetflag("XT") > 0;
    caps->mouse = *text_of(caps, "kmous") != '\0';
    caps->clipboard = caps->xterm || *text_of(caps, "Ms") != '\0';
    caps->title_start = text_of(caps, "tsl");
    caps->title_end = text_of(caps, "fsl");
    if (caps->xterm) {
        caps->title_start = "\033]2;";
        caps->title_end = "\007";
    } else if (*caps->title_end == '\0') {
        caps->title_start = "";
    }
}

int acd_caps_load(struct acd_caps *ret_caps, const char *term, int fd)
{
    int found;

    use_env(FALSE); /* the size as terminfo has it, not as the terminal or LINES say */
    /* `found` is 1 too for a terminal that setupterm() knows but will not have: hard copies. */
    if (setupterm(term, fd, &found) != OK)
        return found == 1 ? -ENODEV : -ENOENT;
    memset(ret_caps, 0, sizeof(*ret_caps));
    load_drawing(ret_caps);
    load_modes(ret_caps);
    del_curterm(cur_term);
    return *ret_caps->cup != '\0' && *ret_caps->clear != '\0' ? 0 : -ENODEV;
}
