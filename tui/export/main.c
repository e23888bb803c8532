/* SPDX-License-Identifier: MIT */
/*
 * acdebug-export's entry: the numbers of running servers for Prometheus, over HTTP or as node_exporter's
 * text file.  A program of its own, so that viewer and library need no HTTP.
 */
#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <time.h>

#include "tui/app/say.h"
#include "tui/export/nodefile.h"
#include "tui/export/scrape.h"
#include "tui/export/serve.h"
#include "tui/export/settings.h"
#include "tui/reader/guard.h"

#define MS_PER_S 1000

static void complain(const char *what, const char *why)
{
    fputs("acdebug-export: ", stderr);
    acd_say_text(stderr, "%s%s%s", what, why[0] ? ": " : "", why);
    putc('\n', stderr);
}

/* ---- where it listens ---- */

/* Can only this machine reach it? */
static bool is_loopback(const struct sockaddr_storage *address)
{
    struct sockaddr_in in;
    struct sockaddr_in6 in6;
    if (address->ss_family == AF_INET) {
        memcpy(&in, address, sizeof in);
        return ntohl(in.sin_addr.s_addr) >> 24 == 127;
    }
    memcpy(&in6, address, sizeof in6);
    return IN6_IS_ADDR_LOOPBACK(&in6.sin6_addr);
}

static void say_address(const struct sockaddr_storage *address, uint16_t port)
{
    char text[INET6_ADDRSTRLEN] = "";
    struct sockaddr_in in;
    struct sockaddr_in6 in6;
    bool six = address->ss_family == AF_INET6;
    memcpy(&in, address, sizeof in);
    memcpy(&in6, address, sizeof in6);
    inet_ntop(address->ss_family, six ? (const void *)&in6.sin6_addr : &in.sin_addr, text,
              sizeof text);
    printf("http://%s%s%s:%u/metrics\n", six ? "[" : "", text, six ? "]" : "", (unsigned)port);
    fflush(stdout);
    if (!is_loopback(address))
        complain("other machines can reach this port, and read the numbers without a password", "");
}

/* ---- the file ---- */

static int write_file(struct acd_scrape *scrape, const struct acd_settings *settings)
{
    char *text;
    size_t bytes;
    int r = acd_scrape_text(scrape, ACD_OPENMETRICS_TEXT_0_0_4, &text, &bytes);
    if (r == 0) {
        r = acd_nodefile_write(settings->textfile, text, bytes);
        free(text);
    }
    if (r < 0)
        complain(settings->textfile, strerror(-r));
    return r;
}

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * MS_PER_S + t.tv_nsec / 1000000;
}

/* ---- the loop ---- */

/* Blocked, so that they are read from a descriptor; but for those that whoever started us ignores
 * (nohup, a shell's background), for blocked they would come. */
static int signals_fd(void)
{
    static const int ending[] = {SIGINT, SIGTERM, SIGHUP};
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < sizeof ending / sizeof ending[0]; i++) {
        struct sigaction now;
        if (sigaction(ending[i], NULL, &now) < 0 || now.sa_handler != SIG_IGN)
            sigaddset(&set, ending[i]);
    }
    signal(SIGPIPE, SIG_IGN);
    if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
        return -1;
    return signalfd(-1, &set, SFD_CLOEXEC);
}

static int sooner(int a, int b)
{
    return a < 0 || (b >= 0 && b < a) ? b : a;
}

/* Until a signal ends it.  `serve` may be NULL. */
static int loop(struct acd_scrape *scrape, const struct acd_settings *settings,
                struct acd_serve *serve)
{
    struct pollfd fds[2] = {{.fd = signals_fd(), .events = POLLIN},
                            {.fd = serve ? acd_serve_fd(serve) : -1, .events = POLLIN}};
    const int64_t every = (int64_t)settings->every_s * MS_PER_S;
    int64_t next = now_ms();
    if (fds[0].fd < 0) {
        complain("signalfd", strerror(errno));
        return ACD_EXIT_FAILED;
    }
    while (!(fds[0].revents & POLLIN)) {
        int wait = serve ? acd_serve_timeout_ms(serve) : -1;
        if (settings->textfile) {
            int64_t now = now_ms();
            if (now >= next) {
                /* A full disk may have room again: it goes on. */
                (void)write_file(scrape, settings);
                next = now + every;
            }
            int64_t left = next - now;
            wait = sooner(wait, left < 60 * MS_PER_S ? (int)left : 60 * MS_PER_S);
        }
        if (poll(fds, 2, wait) < 0 && errno != EINTR) {
            complain("poll", strerror(errno));
            return ACD_EXIT_FAILED;
        }
        if (serve)
            acd_serve_run(serve);
    }
    return ACD_EXIT_GOOD;
}

static int run_on(struct acd_scrape *scrape, const struct acd_settings *settings)
{
    struct acd_serve *serve = NULL;
    if (settings->textfile && settings->every_s == 0)
        return write_file(scrape, settings) < 0 ? ACD_EXIT_FAILED : ACD_EXIT_GOOD;
    if (settings->listen) {
        int r = acd_serve_open(&serve, scrape, &settings->address, settings->address_bytes);
        if (r < 0) {
            complain("cannot listen (--listen)", strerror(-r));
            return ACD_EXIT_FAILED;
        }
        say_address(&settings->address, acd_serve_port(serve));
    }
    int status = loop(scrape, settings, serve);
    acd_serve_close(serve);
    return status;
}

static int run(const struct acd_settings *settings)
{
    struct acd_scrape *scrape;
    struct acd_problem why = {0};
    struct rlimit limit;
    /* One descriptor a ring: a thousand servers need more than the usual soft limit. */
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
    acd_guard_install();
    int r = acd_scrape_new(&scrape, settings, &why);
    if (r < 0) {
        complain(why.text[0] ? why.text : strerror(-r), "");
        return r == -ENOMEM ? ACD_EXIT_FAILED : ACD_EXIT_BAD_INPUT;
    }
    int status = run_on(scrape, settings);
    acd_scrape_free(scrape);
    return status;
}

int main(int argc, char **argv)
{
    struct acd_settings settings;
    char error[512];
    if (acd_settings_parse(&settings, argc, argv, error, sizeof error) < 0) {
        complain(error, "");
        return ACD_EXIT_USAGE;
    }
    if (settings.task == ACD_SETTINGS_HELP)
        acd_settings_help(stdout);
    else if (settings.task == ACD_SETTINGS_VERSION)
        printf("acdebug-export %s\n", PACKAGE_VERSION);
    else
        return run(&settings);
    return fflush(stdout) == 0 ? ACD_EXIT_GOOD : ACD_EXIT_FAILED;
}
