#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Configuration as a user has it: files in their order, the environment over them, the command line
over that; --check-config and --print-config, their exit codes and what they say."""

import os
import subprocess
import sys
import tempfile

PROGRAM = os.path.join(os.environ.get("top_builddir", "."), "acdebug-top")


NONE = "no configuration file was read\n"


class Place:
    """A folder with configuration files, and acdebug-top with it as its home."""

    def __init__(self, folder):
        self.folder = folder
        self.more = {}

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def put(self, name, text):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(text if isinstance(text, bytes) else text.encode())
        return path

    def run(self, *arguments):
        environment = {name: value for name, value in os.environ.items()
                       if not name.startswith(("XDG_", "ACDEBUG_")) and name != "NO_COLOR"}
        environment.update(HOME=self.path("home"), ACDEBUG_DIR=self.folder, LC_ALL="C.UTF-8",
                           XDG_CONFIG_DIRS=self.path("first") + ":" + self.path("second"))
        environment.update(self.more)
        done = subprocess.run([PROGRAM, *arguments], env=environment, stdin=subprocess.DEVNULL,
                              capture_output=True, timeout=60, check=False)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def value(self, key, *arguments):
        code, out, err = self.run("--print-config", *arguments)
        assert (code, err) == (0, ""), (code, err)
        for line in out.splitlines():
            if line.strip().startswith(key + ":"):
                return line.split(":", 1)[1].strip()
        raise AssertionError(f"no {key} in:\n{out}")


def later_sources_count_more(place):
    assert place.value("theme") == "default"
    place.put("second/acdebug/top.yaml", "theme: light\nrefresh: 1s\n")
    assert place.value("theme") == "light"
    place.put("first/acdebug/top.yaml", "theme: monochrome\n")
    assert place.value("theme") == "monochrome", "the first of XDG_CONFIG_DIRS counts most"
    place.put("home/.config/acdebug/top.yaml", "theme: high-contrast\n")
    assert place.value("theme") == "high-contrast"
    place.more["XDG_CONFIG_HOME"] = place.path("mine")
    place.put("mine/acdebug/top.yaml", "theme: light\n")
    assert place.value("theme") == "light"
    given = place.put("given.yaml", "theme: monochrome\n")
    assert place.value("theme", "-c", given) == "monochrome"
    assert place.value("refresh", "--config", given) == "1s", "what it says nothing of stays"
    place.more["ACDEBUG_TOP_THEME"] = "default"
    assert place.value("theme", "-c", given) == "default"
    assert place.value("theme", "-c", given, "--theme", "light") == "light"
    assert place.value("theme", "--theme=light", "--set", "theme=monochrome") == "monochrome"


def the_environment_has_a_name_for_every_key(place):
    place.more.update(ACDEBUG_TOP_LEVEL_CONFIRM_AT="2", ACDEBUG_TOP_SCROLLBACK_EVENTS="5000",
                      NO_COLOR="1")
    assert place.value("confirm_at") == "2"
    assert place.value("events") == "5000"
    assert place.value("no_colour") == "true"
    place.more["NO_COLOR"] = ""
    assert place.value("no_colour") == "false", "empty is as good as unset"


def check_config_names_the_files_it_read_and_what_is_wrong(place):
    assert place.run("--check-config") == (0, NONE, "")
    mine = place.put("home/.config/acdebug/top.yaml", "mouse: true\n")
    assert place.run("--check-config") == (0, f"{mine}: read\n", "")
    given = place.put("given.yaml", "theme: light\n\n\nrefesh: 1s\nlevel:\n  confirm_at: 9\n")
    code, out, err = place.run("--check-config", "-c", given)
    assert (code, out) == (3, f"{mine}: read\n{given}: read\n"), (code, out)
    assert err == (f"{given}:4:1: error: unknown key 'refesh' (did you mean 'refresh'?)\n"
                   "  refesh: 1s\n  ^\n"
                   f"{given}:6:15: error: 'confirm_at' can't be '9'; it takes 1, 2, 3 or never\n"
                   "    confirm_at: 9\n                ^\n"), err


def what_is_wrong_elsewhere_is_said_with_its_name(place):
    place.more["ACDEBUG_TOP_THEME"] = "ligth"
    code, _, err = place.run("--check-config", "--set", "refresh=1x")
    assert code == 3
    assert err == ("ACDEBUG_TOP_THEME:1:1: error: 'theme' can't be 'ligth' (did you mean 'light'?)\n"
                   "  ligth\n  ^\n"
                   "--set:1:9: error: 'refresh' can't be '1x'; it takes a time from 20ms to 10s\n"
                   "  refresh=1x\n          ^\n"), err


def variables_that_are_none_are_said(place):
    place.more.update(ACDEBUG_TOP_THEEM="light", ACDEBUG_TOP_ZZZ="1", ACDEBUG_TOPS="1")
    code, _, err = place.run("--check-config")
    assert code == 3
    assert sorted(err.splitlines()) == [
        "ACDEBUG_TOP_THEEM: error: no such variable (did you mean 'ACDEBUG_TOP_THEME'?)",
        "ACDEBUG_TOP_ZZZ: error: no such variable"], err


def files_that_cannot_be_read_are_errors(place):
    missing = place.path("missing.yaml")
    assert place.run("--check-config", "-c", missing) == \
        (3, NONE, f"{missing}: error: No such file or directory\n")
    folder = place.path("folder")
    os.mkdir(folder)
    assert place.run("-c", folder, "--check-config") == \
        (3, NONE, f"{folder}: error: this is no regular file\n")
    large = place.put("large.yaml", "#" * 65537)
    code, _, err = place.run("-c", large, "--check-config")
    assert (code, err) == (3, f"{large}: error: larger than 65536 bytes: this is no configuration\n")
    deep = place.put("deep.yaml", "[" * 65536)
    code, _, err = place.run("-c", deep, "--check-config")
    assert code == 3 and "nested deeper than 16 levels" in err, err


def a_file_with_errors_that_was_asked_for_ends_the_program(place):
    bad = place.put("bad.yaml", "theme: x\n")
    code, out, err = place.run("-c", bad)
    assert (code, out) == (3, "") and "'theme' can't be 'x'" in err, (code, out, err)


def nothing_that_a_terminal_obeys_comes_out(place):
    bad = place.put("bad.yaml", b"'\\e[31mx\\u202e': 1\n'\xe2\x80\xae': 2\n")
    code, _, err = place.run("-c", bad, "--check-config")
    assert code == 3
    assert "\033" not in err and "\u202e" not in err, err


def what_is_printed_reads_back_to_the_same(place):
    place.put("home/.config/acdebug/top.yaml",
              "refresh: 2s\nkeys: {filter: F4, pause: [p, '\"'], quit: [q, '\\']}\ncolours: {ok: 'red on 230'}\n")
    code, first, _ = place.run("--print-config")
    assert code == 0
    again = Place(place.path("again"))
    printed = place.put("again/printed.yaml", first)
    code, second, err = again.run("--print-config", "-c", printed)
    assert (code, err) == (0, "")
    assert second == first
    assert "pause: [\"p\", \"\\\"\"]" in first


def levels_stay_where_the_configuration_says_so(place):
    code, _, err = place.run("level", "nobody", "2", "--set", "level.allow_change=false")
    assert (code, err) == (1, "acdebug-top: levels can't be changed from here: "
                              "level.allow_change is false\n"), err
    place.put("home/.config/acdebug/top.yaml", "levle: {allow_change: false}\n")
    code, _, err = place.run("level", "nobody", "2")
    assert code == 1 and "errors in the configuration" in err and "unknown key 'levle'" in err, err
    code, _, err = place.run("level", "nobody")
    assert code == 1 and "no server" in err, "reading one is no change"


def the_file_is_never_written(place):
    path = place.put("home/.config/acdebug/top.yaml", "theme: light\n")
    os.chmod(path, 0o400)
    before = os.stat(path)
    place.run("--print-config", "--theme", "default")
    after = os.stat(path)
    assert (before.st_mtime_ns, before.st_ino) == (after.st_mtime_ns, after.st_ino)


TESTS = [later_sources_count_more, the_environment_has_a_name_for_every_key,
         check_config_names_the_files_it_read_and_what_is_wrong,
         what_is_wrong_elsewhere_is_said_with_its_name, variables_that_are_none_are_said, files_that_cannot_be_read_are_errors,
         a_file_with_errors_that_was_asked_for_ends_the_program,
         nothing_that_a_terminal_obeys_comes_out, what_is_printed_reads_back_to_the_same,
         levels_stay_where_the_configuration_says_so, the_file_is_never_written]


def main():
    for test in TESTS:
        with tempfile.TemporaryDirectory(prefix="acdebug-config-") as folder:
            test(Place(folder))
        print("ok", test.__name__)
    return 0


if __name__ == "__main__":
    sys.exit(main())
