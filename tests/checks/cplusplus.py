#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every macro of acdebug.h, and the spdlog sink where spdlog is installed, are used in C++ without a
warning: g++ and clang++, C++11 to C++20."""

import os
import shlex
import shutil
import subprocess

import tree

SAMPLE = "use.cc"
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only"]
STANDARDS = ("-std=c++11", "-std=c++14", "-std=c++17", "-std=c++20")

USE = r"""
#include <acdebug.h>

static const acdebug_options options = ACDEBUG_OPTIONS_INIT;

int use(const char *text, int n);
int use(const char *text, int n)
{
    acdebug_lookup lookup = ACDEBUG_LOOKUP_INIT;
    acdebug_error_context context = ACDEBUG_ERROR_INIT;
    acdebug_exchange exchange = ACDEBUG_EXCHANGE_INIT;
    ACDEBUG_TIMED_SCOPE("scope");
    if (acdebug_open("server", &options) != 0)
        return 1;
    acdebug_log(1, "no fields");
    acdebug_log(2, "all fields", ACDEBUG_INT("i", n), ACDEBUG_UINT("u", 7u), ACDEBUG_DOUBLE("d", 0.5),
                ACDEBUG_BOOL("b", n > 1), ACDEBUG_STR("s", text), ACDEBUG_STRN("sn", text, 1),
                ACDEBUG_JSON("j", "[1]"), ACDEBUG_REQUEST(9));
    acdebug_log_to(ACDEBUG_USER0, 3, "to a category", ACDEBUG_REQUEST_STR(text));
    acdebug_cache_hit("prompt", text);
    acdebug_cache_hit("prompt", text, ACDEBUG_INT("tokens", n));
    acdebug_cache_miss("prompt", text, "cold");
    acdebug_cache_miss("prompt", text, NULL, ACDEBUG_STR("s", text));
    if (n > 3)
        acdebug_log(1, "in a branch");
    else
        acdebug_cache_hit("kv", "in the other");
    lookup.outcome = ACDEBUG_PARTIAL;
    acdebug_cache_lookup(&lookup);
    acdebug_error("HTTP", 500, &context);
    exchange.status = 500;
    char path[200];
    acdebug::timed_scope named("named", 1);
    (void)named.checkpoint("half");
    (void)named.fail("Error");
    acdebug_field field = acdebug_field_double("x", 1);
    acdebug_log_fields(ACDEBUG_LOG, 1, text, &field, 1);
    return acdebug_write_error_file(&exchange, path, sizeof path);
}
"""


USE_SINK = r"""
#include <acdebug_spdlog.h>
#include <spdlog/logger.h>

void use(const std::string &name);
void use(const std::string &name)
{
    auto sink = std::make_shared<acdebug::spdlog_sink>();
    spdlog::logger logger(name, sink);
    logger.info("{} of {}", 1, name);
    logger.flush();
}
"""


def spdlog_flags():
    """The compiler's flags for spdlog, its headers as the system's; None where it is not installed."""
    try:
        done = subprocess.run(["pkg-config", "--cflags", "spdlog"], text=True, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return [flag.replace("-I", "-isystem") for flag in shlex.split(done.stdout)]


def compilers():
    """The build's, g++ and clang++, each once, whatever its names are."""
    wanted = [shlex.split(os.environ.get("CXX") or "c++"), ["g++"], ["clang++"]]
    return list({os.path.realpath(shutil.which(command[-1]) or ""): command
                 for command in wanted if shutil.which(command[-1])}.values())


def check(root, standards=STANDARDS):
    violations = []
    more = spdlog_flags() or []
    include = os.path.join(tree.TOP_SRC, "emitter", "include")
    for compiler in compilers():
        for standard in standards:
            done = subprocess.run(compiler + [standard] + WARNINGS + ["-I" + include, *more, SAMPLE], cwd=root,
                                  text=True, capture_output=True, check=False)
            if done.returncode != 0:
                complaint = next((line for line in done.stderr.splitlines() if "error" in line), "?")
                violations.append(f"{compiler[0]} {standard}: {complaint}")
    return violations


if __name__ == "__main__":
    tree.prove(check, [
        ({SAMPLE: USE}, None),
        ({SAMPLE: USE + "int unused_argument(int a) { return 1; }\n"}, "error"),
    ])
    if spdlog_flags() is not None:
        tree.prove(lambda root: check(root, ("-std=c++11",)), [
            ({SAMPLE: USE_SINK}, None),
            ({SAMPLE: USE_SINK.replace("logger.info", "sink->fatal")}, "error"),
        ])
    print(f"{', '.join(compiler[0] for compiler in compilers())}; "
          f"spdlog: {'no' if spdlog_flags() is None else 'yes'}")
    tree.finish([])
