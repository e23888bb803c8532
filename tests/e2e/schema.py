#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""tui/SCHEMA.md against what the program writes, both ways: each key of list, snapshot and tail, with
its type, as jq reads it; each family of OpenMetrics with its labels.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading

import known
import rig

SKIP = 77
SCHEMA = os.path.join(os.environ.get("top_srcdir") or os.path.join(rig.BUILD), "tui", "SCHEMA.md")
# Names of a server's own, and where they stand.
OWN = (("levels", "<category>"), ("miss_reasons", "<reason>"), ("fields", "<key>"),
       ("cut", "<key>"))
# Takes a ring that was damaged in the right place; the unit tests have one.
NOT_MADE_HERE = {"damaged"}
PATHS = ('paths as $p | [($p | map(if type == "number" then "[]" else . end)), '
         '(getpath($p) | type)] | tojson')


def documented(section):
    """The keys of a section of the text and the types of each."""
    with open(SCHEMA, encoding="utf-8") as file:
        text = file.read()
    part = text.split(f"\n## {section}\n")[1].split("\n## ")[0]
    return {key: set(types.split(", "))
            for key, types in re.findall(r"^\| `([^`]+)` \| ([a-z, ]+) \|", part, re.MULTILINE)}


def name_of(path):
    """A path of jq's as the text writes it; None for what is inside a field's own JSON."""
    name = ""
    for at, part in enumerate(path):
        own = next((own for parent, own in OWN if at > 0 and path[at - 1] == parent), None)
        if own is not None and at + 1 < len(path):
            return None
        if part == "[]":
            name += "[]"
        else:
            name += ("." if name else "") + (own or part)
    return name


def written(output):
    """The keys of what the program wrote, with the types of each, by jq's word."""
    done = subprocess.run(["jq", "-r", PATHS], input=output, text=True, capture_output=True,
                          timeout=rig.PATIENCE_S, check=True)
    keys = {}
    for line in done.stdout.splitlines():
        path, kind = json.loads(line)
        name = name_of(path)
        if name is not None and not name.endswith("[]"):
            keys.setdefault(name, set()).add(kind)
    return keys


def fits(kind, types):
    if "any" in types:
        return True
    named = {"number": {"integer", "number"}, "string": {"string", "time"}}.get(kind, {kind})
    return bool(named & types)


def compare(section, output):
    text, found = documented(section), []
    keys = written(output)
    for name, kinds in keys.items():
        if name not in text:
            found.append(f"{section} writes {name}, and the text does not have it")
            continue
        found += [f"{section}: {name} is a {kind}, the text says {text[name]}"
                  for kind in kinds if not fits(kind, text[name])]
    found += [f"{section}: the text has {name}, and nothing writes it"
              for name in text if name not in keys and name not in NOT_MADE_HERE]
    if not text:
        found.append(f"the text has no keys of {section}")
    return found


def check_control(output):
    """A key that is not there, and a wrong type, are found."""
    wrong = output.replace('"pid":', '"pit":', 1), output.replace('"schema":1', '"schema":"1"', 1)
    return [f"not found: {one[:40]}" for one in wrong if not compare("snapshot --json", one)]


def gap(test, server):
    """The lines of a tail that was held up while its ring went round."""
    tail = test.start([rig.TOP, "tail", "--json", str(server.pid)])
    lines = []

    def read():
        for line in tail.stdout:
            lines.append(line)

    threading.Thread(target=read, daemon=True).start()
    rig.wait_for("tail to begin", lambda: server.tell("requests 1") or lines)
    tail.send_signal(signal.SIGSTOP)
    server.tell("requests 20000")
    tail.send_signal(signal.SIGCONT)
    rig.wait_for("the gap", lambda: any('"kind":"lost"' in line for line in list(lines)))
    tail.terminate()
    tail.wait(timeout=rig.PATIENCE_S)
    return "".join(line for line in list(lines)[:500] + [one for one in list(lines) if "lost" in one]
                   if line.endswith("\n"))


def check_families(text):
    families, labels, found = documented_families(), {}, []
    for line in text.splitlines():
        match = re.match(r"# TYPE (\S+) (\S+)", line)
        if match:
            name = match.group(1)
            labels[name] = (match.group(2), set())
        elif not line.startswith("#"):
            labels[name][1].update(re.findall(r'[{,]([a-z]+)="', line))
    for name, (kind, seen) in labels.items():
        seen -= {"server", "pid", "ring", "le"}
        if name not in families:
            found.append(f"{name} is not in the text")
        elif families[name][0] != kind or not seen <= families[name][1]:
            found.append(f"{name}: {kind} {seen}, the text says {families[name]}")
    return found + [f"the text has {name}" for name in families if name not in labels]


def documented_families():
    with open(SCHEMA, encoding="utf-8") as file:
        rows = re.findall(r"^\| `(acdebug_[a-z_]+)` \| (\w+) \| (.*?) ?\|$", file.read(),
                          re.MULTILINE)
    return {name: (kind, set(re.findall(r"`(\w+)`", more))) for name, kind, more in rows}


def main():
    if not shutil.which("jq"):
        print("SKIP: no jq. Hint: apt install jq")
        sys.exit(SKIP)
    with rig.Rig() as test:
        server = known.Server(test)
        with tempfile.NamedTemporaryFile(dir=test.rings, suffix=".acr"):
            test.top("level", str(server.pid), "3", "--for", "600s")
            server.tell("everything")
            server.tell("tracked")
            server.tell("running")
            server.tell("requests 100")
            snapshot = test.top("snapshot", "--json")
            events = test.top("tail", "--json", "--from-start", "--count", "200")
            found = compare("list --json", test.top("list", "--json"))
        found += compare("doctor --json", test.run_top("doctor", "--json").stdout)
        found += compare("snapshot --json", snapshot)
        found += compare("tail --json", events + gap(test, server))
        found += check_control(snapshot)
        found += check_families(test.top("snapshot", "--openmetrics"))
    rig.finish(found)


if __name__ == "__main__":
    main()
