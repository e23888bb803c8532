#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Why did it miss? Planted causes in chats with the example server are named by the event of the lookup
within ten misses: the reason, the part of the prompt, the place in it, and what changed there."""

import json
import os
import urllib.request

import rig

PATIENCE = 10  # misses until the cause must have been named
FRAME = 6  # tokens of "<|system|>\n", with which the part begins
BEFORE = 6  # tokens of "You help. It is ", behind which the stamp begins
STAMP = 12  # its own
TOOLS = [{"type": "function", "function": {"name": name, "description": f"Looks up the {name}.",
                                           "parameters": {"city": "string", "day": "string"}}}
         for name in ("weather", "traffic", "air quality", "sun set")]
LONG = " ".join(f"Line {n} of what the user wrote before." for n in range(40))


def ask(address, system, question=LONG, tools=(), conversation=None):
    """One chat; the number of its request."""
    messages = [{"role": "system", "content": system}] if system else []
    body = {"model": "example-8b", "max_tokens": 1, "tools": list(tools),
            "messages": [*messages, {"role": "user", "content": question}]}
    if conversation:
        body["prompt_cache_key"] = conversation
    request = urllib.request.Request(address + "/v1/chat/completions", json.dumps(body).encode(),
                                     {"Content-Type": "application/json"})
    with rig._open(request) as answer:
        return json.load(answer)["id"].removeprefix("chatcmpl-")


def lookups(test):
    """The prompt cache's lookups by their requests, from the ring that the server left."""
    ring, = (name for name in os.listdir(test.rings) if name.endswith(".acr"))
    lines = test.top("tail", "--json", "--from-start", os.path.join(test.rings, ring)).splitlines()
    found = {}
    for event in map(json.loads, lines):
        if event["kind"] == "cache" and event["fields"]["acdebug.cache.type"] == "prompt":
            found[str(event["request"])] = {name.removeprefix("acdebug.cache."): value
                                            for name, value in event["fields"].items()}
    return found


def stamped(address, conversation, who):
    """A time stamp in the system prompt that is new each time."""
    return [ask(address, f"You {who}. It is 2026-11-22 10:{31 + n}:0{n}. Be brief. {LONG}",
                conversation=conversation) for n in range(PATIENCE)]


def reordered(address):
    """The same tools in another order."""
    return [ask(address, f"You are a guide. {LONG}", tools=TOOLS[n % 4:] + TOOLS[:n % 4])
            for n in range(4)]


def check(what, found, wanted):
    """Each wanted field of a lookup's event."""
    return [violation for name, value in wanted.items()
            for violation in rig.same(f"{what}: {name}", found.get(name), value)]


def check_stamped(what, seen, requests):
    """From the second on each says it: of "2026-11-22 10:31:00" another minute is another stamp."""
    found = []
    for before, request in zip(requests, requests[1:]):
        found += check(what, seen[request], {
            "reason": "prefix_diverged", "span": "system", "span_offset": FRAME + BEFORE,
            "change": "replaced", "changed_old": STAMP, "changed_new": STAMP, "looks_like": "time",
            "closest_request": before})
    return found


def check_advised(test, pid):
    """What the screens say of ten such chats, which snapshot says too: the cause, with its place."""
    prompt, = (cache for cache in test.snapshot(pid)["caches"] if cache["type"] == "prompt")
    advice = prompt["advice"]
    found = rig.same("advice", [one["kind"] for one in advice], ["changing"])
    found += rig.same("advised of", [one["count"] for one in advice], [PATIENCE - 1])
    if not all("system" in one["text"] and "time" in one["text"] for one in advice):
        found.append(f"neither part nor kind of the change is named: {advice}")
    return found


def main():
    with rig.Rig() as test:
        server, address = test.serve("--us-per-token", "0", "--us-per-output-token", "0",
                                     "--load-ms", "0", ANYCLAUDE_DEBUG="1")
        named = stamped(address, "one", "help")
        found = check_advised(test, server.pid)
        nameless = stamped(address, None, "think")
        tools = reordered(address)
        short = ask(address, None, "Hi")
        again = [ask(address, f"Nothing changes here. {LONG}") for _ in range(2)]
        rig.stop(server)
        seen = lookups(test)
        found += check_stamped("a time stamp", seen, named)
        found += check_stamped("a time stamp without a conversation", seen, nameless)
        for request in tools[1:]:
            found += check("tools", seen[request], {
                "reason": "prefix_diverged", "span": "tools", "change": "reordered"})
        found += check("a short prompt", seen[short], {"outcome": "miss", "reason": "below_minimum"})
        # The control: what doesn't change is a hit, of which nothing is said.
        found += check("the same again", seen[again[1]], {
            "outcome": "hit", "reason": "", "change": None, "span": None})
    rig.finish(found)


if __name__ == "__main__":
    main()
