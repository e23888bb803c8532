#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The guide's three examples, as programs: what each prints at each level, and what is counted.

Times, durations and paths are replaced; all else is compared as it is.
"""

import glob
import json
import os
import re
import subprocess

import rig

FOLDER = os.path.join(rig.BUILD, "emitter", "examples")

STARTUP = """\
[time] [anyclaude] INFO: Debug level: {level}
[time] [anyclaude] INFO: Debug files: DIR/anyclaude-debug-*.json
[time] [anyclaude] INFO: Error log: DIR/anyclaude-errors.log
[time] [anyclaude] INFO: Ring: RING
[time] [anyclaude] INFO: Watch: acdebug-top PID
"""
RECEIVED = "[time] [my_server] INFO: Chat request received\n"
SENT = """\
[time] [my_server] INFO: Chat response sent
[time] [my_server] WARNING: This might be an issue
"""
BASIC_1 = '[time] [anyclaude] DEBUG: Basic debug info {"key":"value"}\n'
BASIC_2 = '[time] [anyclaude] DEBUG: Detailed info {"prompt_bytes":30}\n'
BASIC_3 = """\
[time] [anyclaude] DEBUG: Basic debug info {
  "key": "value"
}
[time] [anyclaude] DEBUG: Detailed info {
  "prompt_bytes": 30
}
[time] [anyclaude] DEBUG: Full trace {
  "prompt": "What is the capital of France?"
}
"""

PROMPTS = (("You are a helpful assistant.", "cold", 0), ("Translate to French.", "key_mismatch", 0),
           ("You are a helpful assistant.", None, 0), ("Write a poem.", "key_mismatch", 0),
           ("Sum up this text.", "key_mismatch", 0), ("Count to ten.", "key_mismatch", 1),
           ("You are a helpful assistant.", "key_mismatch", 1))


def lookups(level):
    """What the cache example prints: its timers and evictions from level 2."""
    text = "[Timer] Starting: all prompts\n" if level >= 2 else ""
    for prompt, reason, evicted in PROMPTS:
        text += "[Timer] Starting: completion\n" if level >= 2 else ""
        if reason:
            text += f"[Cache] MISS - prompt: {prompt} ({reason})\n"
        else:
            text += f"[Cache] HIT - prompt: {prompt} " + ('{"tokens":8}' if level < 3 else
                                                           '{\n  "tokens": 8\n}') + "\n"
        if level >= 2:
            text += "[Cache] EVICTED - prompt: 1 (full)\n" * evicted
            text += "[Timer] completion completed in Nms\n"
    text += "[Timer] all prompts @ answered: Nms\n" if level >= 2 else ""
    text += "[Timer] all prompts completed in Nms\n"
    return re.sub(r"(?m)^\[", "[time] [anyclaude] DEBUG: [", text)


FAILED = "[time] [anyclaude] ERROR: [Timer] chat_completion failed after Nms: TimeoutError\n"
WRITTEN = "[time] [anyclaude] ERROR: HTTP error (mlx/current) - Debug info written to: FILE\n"
STARTING = "[time] [anyclaude] DEBUG: [Timer] Starting: chat_completion\n"

EXPECTED = {
    "guide_basic": (
        RECEIVED + SENT,
        STARTUP.format(level="1 (basic)") + RECEIVED + BASIC_1 + SENT,
        STARTUP.format(level="2 (verbose)") + RECEIVED + BASIC_1 + BASIC_2 + SENT,
        STARTUP.format(level="3 (trace)") + RECEIVED + BASIC_3 + SENT),
    "guide_cache": ("", lookups(1), lookups(2), lookups(3)),
    "guide_error": (FAILED, FAILED + WRITTEN, STARTING + FAILED + WRITTEN,
                    STARTING + FAILED + WRITTEN),
}


def settled(test, text, pid):
    """The text with all that differs from run to run replaced."""
    text = re.sub(r"\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\]", "[time]", text)
    text = re.sub(r"\b\d+\.\d\dms", "Nms", text)
    text = re.sub(re.escape(test.path) + r"/anyclaude-debug-\d+-\w{6}\.json", "FILE", text)
    text = re.sub(re.escape(test.rings) + r"/\w+\.[0-9a-f]+\.acr", "RING", text)
    return text.replace(test.path, "DIR").replace(f"acdebug-top {pid}", "acdebug-top PID")


def run(test, name, level):
    """(the process's number, its stderr) of one example at one level, which must end well."""
    environment = {**test.environment, "ANYCLAUDE_DEBUG": str(level)}
    process = subprocess.Popen([os.path.join(FOLDER, name)], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True, env=environment)
    _, text = process.communicate(timeout=rig.PATIENCE_S)
    assert process.returncode == 0, f"{name} exits {process.returncode}: {text}"
    return process.pid, text


def counted(name, level, server):
    """At every level the same is counted."""
    if name == "guide_basic":
        errors = [(e["type"], e["message"], e["count"]) for e in server["errors"]]
        return rig.same(f"{name} at {level}: errors", errors,
                        [("WARNING", "This might be an issue", 1)])
    if name == "guide_cache":
        cache = server["caches"][0]
        timers = {t["name"]: (t["count"], [(c["label"], c["count"]) for c in t["checkpoints"]])
                  for t in server["timers"]}
        return (rig.same(f"{name} at {level}: cache",
                         [cache[k] for k in ("type", "hits", "misses", "evictions", "entries")],
                         ["prompt", 1, 6, 2, 4])
                + rig.same(f"{name} at {level}: reasons", cache["miss_reasons"],
                           {"cold": 1, "key_mismatch": 5})
                + rig.same(f"{name} at {level}: timers", timers,
                           {"completion": (7, []), "all prompts": (1, [("answered", 1)])}))
    errors = sorted((e["type"], e["status"], e["message"], e["count"], bool(e["file"]))
                    for e in server["errors"])
    return rig.same(f"{name} at {level}: errors", errors, [
        ("HTTP", 500, "upstream timeout after 30 s", 1, level > 0),
        ("TimeoutError", 0, "chat_completion", 1, False)])


def file_of(test, level):
    """The error example's debug file: one, from level 1 on, without the key."""
    paths = glob.glob(os.path.join(test.path, "anyclaude-debug-*.json"))
    if len(paths) != (1 if level > 0 else 0):
        return [f"guide_error at {level} left {len(paths)} files"]
    for path in paths:
        with open(path, encoding="utf-8") as file:
            whole = json.load(file)
        os.unlink(path)
        return rig.same("the debug file", (whole["statusCode"], whole["request"], whole["response"]), (
            500,
            {"method": "POST", "url": "/v1/chat/completions",
             "headers": {"content-type": "application/json", "authorization": "[REDACTED]"},
             "body": {"model": "current", "max_tokens": 100,
                      "messages": [{"role": "user", "content": "Hi"}]}},
            {"statusCode": 500, "headers": {}, "body": "upstream timeout after 30 s"}))
    return []


def main():
    found = []
    for name, texts in EXPECTED.items():
        for level, expected in enumerate(texts):
            with rig.Rig() as test:
                pid, text = run(test, name, level)
                found += rig.same(f"{name} at {level} prints", settled(test, text, pid), expected)
                found += counted(name, level, test.snapshot(pid))
                found += file_of(test, level) if name == "guide_error" else []
    # The comparison sees a word that is missing.
    if not rig.same("control", EXPECTED["guide_basic"][1], EXPECTED["guide_basic"][0]):
        found.append("a missing line is not noticed")
    rig.finish(found)


if __name__ == "__main__":
    main()
