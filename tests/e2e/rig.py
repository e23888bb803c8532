# SPDX-License-Identifier: MIT
"""What the end-to-end tests share: a folder of their own, the example server, its clients, and
acdebug-top. Not a test itself.

Nothing here sleeps for a fixed time to let something happen: wait_for() asks until it is so, and a
test that waits in vain fails with what it was waiting for.
"""

import gzip
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

BUILD = os.environ.get("top_builddir") or os.path.join(os.path.dirname(__file__), "..", "..")
SERVER = os.path.join(BUILD, "emitter", "examples", "llm_server")
CLIENTS = os.path.join(BUILD, "tests", "e2e", "http_load")
TOP = os.path.join(BUILD, "acdebug-top")
PATIENCE_S = 60
LICENCES = "/usr/share/common-licenses"
MANUALS = "/usr/share/man/man1"
MANUALS_MAX = 40

# Tests that a shell runs in the background have SIGINT ignored, and what they start would inherit it.
signal.signal(signal.SIGINT, signal.default_int_handler)


def say(*words):
    print(*words, flush=True)


def wait_for(what, condition):
    """The first value of condition() that is true; fails after PATIENCE_S without one."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {PATIENCE_S} s in vain for {what}")
        time.sleep(0.01)


def same(what, left, right):
    """A list with a sentence when the two differ."""
    return [] if left == right else [f"{what}: {left} is not {right}"]


class Rig:
    """One test's folder, with a ring directory in it, and the processes that it starts."""

    def __init__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="acdebug-e2e-")
        self.path = self._folder.name
        self.rings = os.path.join(self.path, "rings")
        os.mkdir(self.rings, 0o700)
        self.environment = dict(os.environ, ACDEBUG_DIR=self.rings, TMPDIR=self.path)
        self._processes = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in self._processes:
            if process.poll() is None:
                process.kill()
            process.wait()
            if process.stdout is not None:
                process.stdout.close()
        self._folder.cleanup()

    def start(self, command, stdin=None, **environment):
        """A process whose stdout can be read, and whose stderr is a file in the folder."""
        with open(os.path.join(self.path, f"stderr-{len(self._processes)}"), "wb") as errors:
            process = subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE,
                                       stderr=errors, text=True,
                                       env={**self.environment, **environment})
        self._processes.append(process)
        return process

    def serve(self, *options, **environment):
        """The example server on a free port: (process, its address)."""
        process = self.start([SERVER, "--port", "0", *options], **environment)
        address = process.stdout.readline().strip()
        assert address.startswith("http://"), f"the server said {address!r}"
        return process, address

    def run_top(self, *arguments):
        """An acdebug-top that ended: returncode, stdout, stderr."""
        return subprocess.run([TOP, *arguments], env=self.environment, text=True,
                              capture_output=True, timeout=PATIENCE_S, check=False)

    def top(self, *arguments):
        """What an acdebug-top that succeeds prints."""
        done = self.run_top(*arguments)
        assert done.returncode == 0, (f"acdebug-top {' '.join(arguments)} exits "
                                      f"{done.returncode}: {done.stderr}")
        return done.stdout

    def snapshot(self, pid):
        """What acdebug-top says of one server."""
        servers = json.loads(self.top("snapshot", "--json", str(pid)))["servers"]
        assert len(servers) == 1 and servers[0]["pid"] == pid, f"not one server: {servers}"
        return servers[0]

    def drive(self, address, *options):
        """Runs the clients to their end: their counts."""
        done = subprocess.run([CLIENTS, address, *options, LICENCES, self.manuals()],
                              env=self.environment, text=True, capture_output=True,
                              timeout=5 * PATIENCE_S, check=False)
        assert done.returncode == 0, f"http_load exits {done.returncode}: {done.stderr}"
        return json.loads(done.stdout)

    def manuals(self):
        """A folder with manual pages as plain text; empty where none are installed."""
        folder = os.path.join(self.path, "manuals")
        if os.path.isdir(folder):
            return folder
        os.mkdir(folder)
        names = sorted(os.listdir(MANUALS)) if os.path.isdir(MANUALS) else []
        for name in [name for name in names if name.endswith(".gz")][:MANUALS_MAX]:
            with gzip.open(os.path.join(MANUALS, name)) as page:
                with open(os.path.join(folder, name[:-3]), "wb") as copy:
                    copy.write(page.read())
        return folder


def stop(process):
    """Ends a server as its user would; it must end well."""
    process.send_signal(signal.SIGTERM)
    status = process.wait(timeout=PATIENCE_S)
    assert status == 0, f"exit status {status} after SIGTERM"


def _open(request):
    # Not through a proxy that the environment may name.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    return opener.open(request, timeout=PATIENCE_S)


def get(address, path):
    with _open(address + path) as answer:
        return json.load(answer)


def chat(address, text, conversation="test"):
    """Asks one question: (status, the answer's object)."""
    body = json.dumps({"model": "example-8b", "prompt_cache_key": conversation, "max_tokens": 4,
                       "messages": [{"role": "user", "content": text}]}).encode()
    request = urllib.request.Request(address + "/v1/chat/completions", body,
                                     {"Content-Type": "application/json"})
    try:
        with _open(request) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def finish(violations):
    """Prints what is wrong and ends the test."""
    for violation in violations:
        say(violation)
    say(f"{len(violations)} violations")
    sys.exit(1 if violations else 0)
