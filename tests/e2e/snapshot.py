#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`snapshot` for programs: OpenMetrics as its reference parser reads it, a line, and a gate for CI.

The same numbers come out of every form, and they are what the server did.
"""

import json
import os
import sys

import known
import rig

SKIP = 77
DEBIAN_PYTHON = "/usr/bin/python3"

try:
    from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse
    from prometheus_client.parser import text_string_to_metric_families as parse_text
except ImportError:
    # The package may belong to the system's Python and not to the first one on the path.
    if os.path.exists(DEBIAN_PYTHON) and "ACD_PYTHON_TRIED" not in os.environ:
        os.environ["ACD_PYTHON_TRIED"] = "1"
        os.execv(DEBIAN_PYTHON, [DEBIAN_PYTHON] + sys.argv)
    print("SKIP: no prometheus_client. Hint: apt install python3-prometheus-client")
    sys.exit(SKIP)

REQUESTS = 400


def value(families, sample, **labels):
    """The one sample of that name with these labels."""
    found = [one.value for family in families for one in family.samples
             if one.name == sample and labels.items() <= one.labels.items()]
    assert len(found) == 1, f"{sample} {labels}: {found}"
    return found[0]


def is_refused(text):
    try:
        list(parse(text))
    except ValueError:
        return True
    return False


def check_openmetrics(text, snapshot):
    families = list(parse(text))
    prompt = next(cache for cache in snapshot["caches"] if cache["type"] == "prompt")
    found = [] if is_refused(text.replace("# EOF\n", "")) else ["the parser takes anything"]
    for outcome, key in (("hit", "hits"), ("partial", "partial"), ("miss", "misses")):
        found += rig.same(f"lookups: {outcome}",
                          value(families, "acdebug_cache_lookups_total", cache="prompt",
                                outcome=outcome), prompt[key])
    for key in ("input_tokens", "cached_tokens", "token_lookups"):
        found += rig.same(key, value(families, f"acdebug_cache_{key}_total", cache="prompt"),
                          prompt[key])
    for timer in snapshot["timers"]:
        name = timer["name"]
        if timer["name"] not in ("chat", "embed"):
            continue
        for sample in ("count", "bucket"):
            labels = {"le": "+Inf"} if sample == "bucket" else {}
            found += rig.same(f"{sample} of {name}",
                              value(families, f"acdebug_timer_duration_seconds_{sample}",
                                    timer=name, **labels), timer["count"])
        total = value(families, "acdebug_timer_duration_seconds_sum", timer=name)
        found += rig.same(f"sum of {name}", round(total * 1e9), timer["sum_ns"])
    found += rig.same("errors", value(families, "acdebug_errors_total", type="HTTP",
                                      status="502", provider="openai", model="gpt-4o"),
                      REQUESTS // 50)
    found += rig.same("running", value(families, "acdebug_timer_running", timer="stuck"), 1)
    found += rig.same("units", {family.name.endswith("_" + family.unit) for family in families
                                if family.unit}, {True})
    return found


def check_gate(test, pid):
    """Each exit code, and what is said with it."""
    cases = (
        ("cache.prompt.hit_rate_tokens < 0.7", 1, "is 0.6 ("),
        ("cache.prompt.hit_rate_tokens < 60%", 0, ""),
        ("timer.chat.count != 400 or error.HTTP.count > 8", 0, ""),
        ("timer.chat.checkpoint.inference.count = 400", 1, "is 400, and that is = 400"),
        ("cache.promt.hits > 1", 3, "did you mean 'prompt'?"),
        ("cache.prompt.entries > 1", 3, "has no value yet"),
        ("cache.prompt.hist > 1", 2, "column 14: a cache has no 'hist' (did you mean 'hits'?)"),
    )
    found = []
    for expression, status, words in cases:
        done = test.run_top("snapshot", "--fail-if", expression, str(pid))
        found += rig.same(f"exit status of {expression!r}", done.returncode, status)
        if words not in done.stderr:
            found.append(f"{expression!r} should say {words!r}: {done.stderr!r}")
        if status == 0 and done.stderr:
            found.append(f"{expression!r} should say nothing: {done.stderr!r}")
    done = test.run_top("snapshot", "--json", "--fail-if", "servers.count < 1", "no such server")
    return found + rig.same("exit status without a server", done.returncode, 1)


def check_names(test, pid, snapshot):
    """Every number of the JSON can be asked for by its name there."""
    found = []
    wanted = [f"events.{key}" for key in snapshot["events"]]
    for kind, names in (("cache", "type"), ("timer", "name"), ("error", "type")):
        for row in snapshot[kind + "s"]:
            wanted += [f"{kind}.{row[names]}.{key}" for key, one in row.items()
                       if isinstance(one, (int, float)) and key != "status"]
            for label in row.get("checkpoints", []):
                wanted += [f"{kind}.{row[names]}.checkpoint.{label['label']}.{key}"
                           for key in label if key != "label"]
    for path in (path for path in wanted if path.isprintable() and "\\" not in path):
        done = test.run_top("snapshot", "--fail-if", f"{path} < 0", str(pid))
        found += rig.same(f"exit status of {path}", (done.returncode, done.stderr), (0, ""))
    return found if len(wanted) > 30 else [*found, f"so few numbers: {wanted}"]


def main():
    with rig.Rig() as test:
        server = known.Server(test)
        server.tell(f"requests {REQUESTS}")
        server.tell("running")
        snapshot = test.snapshot(server.pid)
        text = test.top("snapshot", "--openmetrics", str(server.pid))
        found = check_openmetrics(text, snapshot)
        found += check_gate(test, server.pid)
        found += check_names(test, server.pid, snapshot)
        line = test.top("snapshot", "--line")
        if not line.startswith("known L2 | prompt 75% req 60% tok | "):
            found.append(f"the line is {line!r}")
        server.tell("hostile")
        text = test.top("snapshot", "--openmetrics", str(server.pid))
        found += rig.same("hostile names", len(list(parse(text))) > 20, True)
        found += rig.same("control characters", [c for c in text if c < " " and c != "\n"], [])
        list(parse_text(text.replace("# EOF\n", "")))
        found += rig.same("line ends", test.top("snapshot", "--line").count("\n"), 1)
        server.end()
        found += rig.same("without servers", json.loads(test.top("snapshot", "--json"))["servers"],
                          [])
        list(parse(test.top("snapshot", "--openmetrics")))
        found += rig.same("line without servers", test.run_top("snapshot", "--line").stdout,
                          "no server\n")
    rig.finish(found)


if __name__ == "__main__":
    main()
