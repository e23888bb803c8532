#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What is installed for other programs: each metric of the Grafana dashboard is one that acdebug-export
serves, and its queries parse. No panel asks for a label that its metric never has.
"""

import json
import os
import re
import shutil
import subprocess

import rig

EXPORT = os.path.join(rig.BUILD, "acdebug-export")
DASHBOARD = os.path.join(os.environ.get("top_srcdir") or rig.BUILD, "tui", "share",
                         "acdebug.grafana.json")
METRIC = re.compile(r"\b(acdebug_\w+)(?:\{([^}]*)\})?")
EVERYWHERE = {"server", "pid", "ring"}
# What one server's output need not show, for a label is left out where there is nothing to say.
OPTIONAL = {"model", "provider", "status"}
VARIABLES = {"$__rate_interval": "5m", "$__range": "1h", "$server": ".*", "$timer": ".*"}


def queries(dashboard):
    """(where, PromQL) of every panel and variable."""
    for panel in dashboard["panels"]:
        for target in panel["targets"]:
            yield panel["title"], target["expr"]
    for variable in dashboard["templating"]["list"]:
        if variable["type"] == "query":
            match = re.fullmatch(r"label_values\((\w+), (\w+)\)", variable["query"]["query"])
            yield variable["name"], f"count by ({match[2]}) ({match[1]})"


def served(text):
    """{metric: its labels}, families without a sample too."""
    found = {}
    for line in text.splitlines():
        match = re.match(r"# TYPE (\w+) (\w+)", line)
        if match:
            for suffix in ("_bucket", "_sum", "_count") if match[2] == "histogram" else ("",):
                found[match[1] + suffix] = None
        match = re.match(r"(\w+)(?:\{(.*)\})? ", line)
        if match and match[1] in found:
            found[match[1]] = (found[match[1]] or set()) | set(re.findall(r'(\w+)="', match[2] or ""))
    return found


def check_query(where, promql, metrics):
    found, labels = [], set()
    for metric, selectors in METRIC.findall(promql):
        if metric not in metrics:
            found.append(f"{where}: no such metric: {metric}")
            continue
        wanted = set(re.findall(r"(\w+)=", selectors))
        has = metrics[metric]
        if has is not None:
            found += [f"{where}: {metric} has no label {label}"
                      for label in sorted(wanted - has - EVERYWHERE - OPTIONAL)]
            labels |= has
    grouped = set(re.findall(r"\w+", " ".join(re.findall(r"by \(([^)]*)\)", promql))))
    if labels:
        found += [f"{where}: nothing has the label {label}"
                  for label in sorted(grouped - labels - EVERYWHERE - OPTIONAL)]
    return found


def parses(rules, path):
    """promtool's word on all queries at once."""
    if not shutil.which("promtool"):
        return []
    text = "groups:\n- name: all\n  rules:\n" + "".join(
        f"  - record: 'query_{number}'\n    expr: '{promql}'\n" for number, promql in enumerate(rules))
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    done = subprocess.run(["promtool", "check", "rules", path], capture_output=True, text=True,
                          check=False)
    return [] if done.returncode == 0 else [done.stdout + done.stderr]


def plain(promql):
    for name, value in VARIABLES.items():
        promql = promql.replace(name, value)
    return promql


def main():
    with open(DASHBOARD, encoding="utf-8") as file:
        dashboard = json.load(file)
    found = []
    with rig.Rig() as test:
        server, address = test.serve("--us-per-token", "0", "--us-per-output-token", "0",
                                     "--load-ms", "0", "--fail-every", "3")
        for number in range(9):
            rig.chat(address, f"a question of its own, number {number}")
        path = os.path.join(test.path, "x.prom")
        subprocess.run([EXPORT, "--textfile", path], env=test.environment, check=True)
        with open(path, encoding="utf-8") as file:
            metrics = served(file.read())
        asked = list(queries(dashboard))
        for where, promql in asked:
            found += check_query(where, promql, metrics)
        found += parses([plain(promql) for _, promql in asked], os.path.join(test.path, "rules.yml"))
        identifiers = [panel["id"] for panel in dashboard["panels"]]
        found += rig.same("panels' ids", len(set(identifiers)), len(identifiers))
        # That the checks find what they look for.
        for bad in ("sum(acdebug_no_such_total)", 'acdebug_errors_total{nolabel="x"}',
                    "sum by (nolabel) (acdebug_errors_total)"):
            if not check_query("sample", bad, metrics):
                found.append(f"nothing wrong with {bad}")
        if shutil.which("promtool") and not parses(["sum by ((x)"], os.path.join(test.path, "bad.yml")):
            found.append("promtool takes anything")
        rig.stop(server)
        rig.say(f"{len(asked)} queries, {len(metrics)} metrics")
    rig.finish(found)


if __name__ == "__main__":
    main()
