#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The level of a running server: raised by acdebug-top for two seconds, seen in the events, over.

The server starts at level 1. `acdebug-top level PID 3 --for 2s` makes events of levels 2 and 3
appear in `tail --json`; when the lease has run out they end, and those of level 1 go on.

On a server that nobody calls, nothing is taken over, and nobody may say so; a lease gives back the
level that stood before it, whoever ends it. `--match cache` changes the level of one category and
leaves the others as they were.
"""

import datetime
import json
import queue
import threading

import rig

QUESTION = "What does a lease on a level do, and who takes the level back when nobody is left to?"


class Tail:
    """The lines of an acdebug-top tail --json, as they come."""

    def __init__(self, process):
        self._lines = queue.Queue()
        self.events = []
        threading.Thread(target=self._read, args=(process,), daemon=True).start()

    def _read(self, process):
        for line in process.stdout:
            self._lines.put(line)

    def take(self):
        """All events so far."""
        while not self._lines.empty():
            self.events.append(json.loads(self._lines.get()))
        return self.events


def ask(address):
    """Sends a request: the number that its events carry."""
    status, answer = rig.chat(address, QUESTION)
    assert status == 200, f"status {status}: {answer}"
    return int(answer["id"].rsplit("-", 1)[1])


def events_of(tail, request):
    return [event for event in tail.take() if event.get("request") == request]


def is_begun(tail, request):
    return any(event.get("message") == "chat request" for event in events_of(tail, request))


def levels(tail, request):
    """Without level 0, which is that of the ring's own records: a new thread, a change of level."""
    return {event["level"] for event in events_of(tail, request)} - {0}


def idle(test):
    """Levels of a server that nobody calls, and that starts with level 1."""
    server, address = test.serve("--load-ms", "0", ANYCLAUDE_DEBUG="1")
    pid = str(server.pid)
    found = []
    for arguments, wanted in ((("2",), "level 1 basic -> level 2 verbose; not taken over yet"),
                              (("2", "--for", "60s"), "for 60 s, then level 2 verbose; not taken"),
                              (("3", "--for", "1s"), "for 1 s, then level 2 verbose; ")):
        said = test.top("level", pid, *arguments)
        if wanted not in said or ", taken over" in said:
            found.append(f"level {' '.join(arguments)}: {said!r} is not {wanted!r}")
    # The viewer gives it back, for the server does not come by.
    rig.wait_for("the end of the lease", lambda: test.snapshot(server.pid)["level"] == 2)
    if ": level 2 verbose, set by lease ended; not taken over yet" not in test.top("level", pid):
        found.append(f"level: {test.top('level', pid)!r}")
    # And so does the server, when it is called: again level 2, not the 1 that it began with.
    test.top("level", pid, "3", "--for", "1s")
    rig.wait_for("the end of the lease on a server that is called",
                 lambda: ask(address) and "then" not in test.top("level", pid))
    found += rig.same("level after the lease", test.top("level", pid).split(",")[0],
                      f"llm-server[{pid}]: level 2 verbose")
    rig.stop(server)
    return found


def kinds(tail, request):
    """{kind: levels seen} of a request's events."""
    seen = {}
    for event in events_of(tail, request):
        if event["kind"] == "thread":
            continue  # the ring's own
        seen.setdefault(event["kind"], set()).add(event["level"])
    return seen


def one_category(test):
    """A level set for one category is that category's alone; one that is off still counts."""
    server, address = test.serve("--us-per-token", "0", "--us-per-output-token", "0", "--load-ms",
                                 "0", ANYCLAUDE_DEBUG="1")
    pid = str(server.pid)
    tail = Tail(test.start([rig.TOP, "tail", "--json", pid]))
    rig.wait_for("a first event", lambda: is_begun(tail, ask(address)))

    def with_levels(**levels_of):
        """The kinds of a request that came when the server had taken the level over."""
        rig.wait_for("the level to be taken over",
                     lambda: ask(address) and "not taken over" not in test.top("level", pid))
        seen = test.snapshot(server.pid)["levels"]
        wanted = {name: levels_of.get(name, 1) for name in seen}
        wrong.extend(rig.same(f"levels with {levels_of}", seen, wanted))
        request = ask(address)
        # A lane is read after another: what comes when a later request was seen is behind all of it.
        for _ in range(2):
            last = ask(address)
            rig.wait_for("the events of a later request", lambda last=last: is_begun(tail, last))
        return kinds(tail, request)

    wrong = []
    seen = with_levels()
    wrong += rig.same("kinds at level 1", seen, {"log": {1}, "cache": {1}})
    test.top("level", pid, "3", "--match", "timer")
    seen = with_levels(timer=3)
    wrong += rig.same("logs and lookups beside timers at level 3",
                      (seen.get("log"), seen.get("cache")), ({1}, {1}))
    if not {"timer_start", "timer_checkpoint", "timer_end"} <= set(seen):
        wrong.append(f"no events of timers with timer=3: {seen}")
    hits = sum(cache["hits"] + cache["partial"] for cache in test.snapshot(server.pid)["caches"])
    test.top("level", pid, "0", "--match", "cache")
    seen = with_levels(timer=3, cache=0)
    wrong += rig.same("lookups with cache=0", seen.get("cache"), None)
    wrong += rig.same("logs with cache=0", seen.get("log"), {1})
    more = sum(cache["hits"] + cache["partial"] for cache in test.snapshot(server.pid)["caches"])
    if more <= hits:
        wrong.append(f"lookups are not counted with cache=0: {more} after {hits}")
    wrong += beside_a_lease(test, pid)
    rig.stop(server)
    return wrong


def beside_a_lease(test, pid):
    """One category that is set for good makes no other last that is raised for a time."""
    def now():
        server = test.snapshot(int(pid))
        return server["levels"]["log"], server["levels"]["user9"], server["lease_until"]

    test.top("level", pid, "1")
    test.top("level", pid, "3", "--for", "1h")
    log, _, until = now()
    said = test.top("level", pid, "2", "--match", "user9")
    wrong = rig.same("what is said", said.split("then ")[1][:26], "level 1 basic, user9 2 ver")
    wrong += rig.same("levels under the lease", (log, *now()[:2]), (3, 3, 2))
    if now()[2] is None or abs(seconds(now()[2]) - seconds(until)) > 2:
        wrong.append(f"the lease to {until} ends at {now()[2]}")
    return wrong


def seconds(time):
    return datetime.datetime.fromisoformat(time.replace("Z", "+00:00")).timestamp()


def main():
    with rig.Rig() as test:
        found = idle(test)
        found += one_category(test)
        server, address = test.serve("--us-per-token", "0", "--us-per-output-token", "0",
                                     "--load-ms", "0", ANYCLAUDE_DEBUG="1")
        pid = str(server.pid)
        tail = Tail(test.start([rig.TOP, "tail", "--json", pid]))

        rig.wait_for("a first event", lambda: is_begun(tail, ask(address)))
        before = ask(address)
        rig.wait_for("the events of level 1", lambda: is_begun(tail, before))

        # Requests go on meanwhile, for the server takes a level over when it is called.
        raised = []
        setter = test.start([rig.TOP, "level", pid, "3", "--for", "2s"])
        rig.wait_for("the level to be set",
                     lambda: raised.append(ask(address)) or setter.poll() is not None)
        found += rig.same("acdebug-top level: exit status", setter.returncode, 0)
        rig.wait_for("events of levels 2 and 3",
                     lambda: raised.append(ask(address)) or
                     {1, 2, 3} <= set().union(*(levels(tail, one) for one in raised)))
        found += rig.same("levels seen before", levels(tail, before), {1})

        # Requests must come for the server to notice: each asks, and the snapshot tells.
        rig.wait_for("the end of the lease",
                     lambda: ask(address) and test.snapshot(server.pid)["level"] == 1)
        after = [ask(address) for _ in range(3)]
        last = ask(address)
        rig.wait_for("events of level 1 after the lease",
                     lambda: all(is_begun(tail, request) for request in (*after, last)))
        for request in after:
            found += rig.same(f"levels seen of request {request}", levels(tail, request), {1})
        changes = [event for event in tail.take() if event["kind"] == "level"]
        if len(changes) < 2:
            found.append(f"both changes of the level should be events: {changes}")
        rig.stop(server)
    rig.finish(found)


if __name__ == "__main__":
    main()
