#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The guide's three servers as they are printed, on FastAPI and uvicorn, each driven by concurrent clients
whose counts are what acdebug-top says. What the guide leaves open stands before each."""

import collections
import concurrent.futures
import http.client
import json
import os
import signal
import socket
import subprocess
import sys

import support

CLIENTS, REQUESTS = 6, 20

BASIC = '''
from scripts.utils_logging import setup_logger, display_debug_startup

logger = setup_logger("my_server")
display_debug_startup()

@app.post("/v1/chat/completions")
async def chat_completions(request: Request):
    logger.info("Chat request received")
    # ... handle request ...
    logger.info("Chat response sent")
'''

CACHE = '''
from scripts.utils_logging import (
    setup_logger,
    log_cache_hit,
    log_cache_miss,
    PerformanceTimer
)

logger = setup_logger("cache_server")

@app.post("/v1/chat/completions")
async def chat_completions(request: Request):
    with PerformanceTimer("completion", log_level=2):
        prompt_key = hash_prompt(request.prompt)

        if prompt_key in cache:
            log_cache_hit("prompt", prompt_key, {
                "tokens": len(cache[prompt_key]),
                "age_ms": time.time() - cache_age[prompt_key]
            })
        else:
            log_cache_miss("prompt", prompt_key, "cache_miss")

        # ... process request ...
'''

ERRORS = '''
from scripts.utils_logging import (
    setup_logger,
    write_error_debug_file,
    log_debug_error
)

logger = setup_logger("api_server")

@app.post("/v1/chat/completions")
async def chat_completions(request: Request):
    try:
        result = await process_request(request)
        return result
    except Exception as e:
        # Write detailed debug info
        debug_file = write_error_debug_file(
            status_code=500,
            request_info={
                "method": "POST",
                "url": "/v1/chat/completions",
                "headers": dict(request.headers),
                "body": await request.body()
            },
            response_info={
                "statusCode": 500,
                "body": str(e)
            }
        )

        # Log with context
        log_debug_error(
            "HTTP",
            500,
            debug_file,
            {"provider": "mlx", "model": "current"}
        )

        return JSONResponse(
            {"error": str(e)},
            status_code=500
        )
'''

BEFORE = {
    BASIC: '''
from fastapi import FastAPI, Request
app = FastAPI()
''',
    CACHE: '''
import time
import pydantic
from fastapi import FastAPI
class Request(pydantic.BaseModel):
    prompt: str
app = FastAPI()
cache = {"warm": [1, 2, 3]}
cache_age = {"warm": time.time()}
def hash_prompt(prompt): return prompt
''',
    ERRORS: '''
import asyncio
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
app = FastAPI()
async def process_request(request):
    if (await request.json())["prompt"] == "cold": raise ValueError("no model")
    await asyncio.sleep(0)
    return {"answer": 42}
'''}
AFTER = '''
import sys
import uvicorn
uvicorn.run(app, fd=int(sys.argv[1]), log_config=None)
'''


class Examples(support.Case):
    """One server a test, in a project whose scripts/utils_logging.py is the one line."""

    def drive(self, example, level):
        """Serves the example until all clients have their answers: (its snapshot, what they counted)."""
        self.write("scripts/utils_logging.py", "from acdebug.utils_logging import *\n")
        listening = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.addCleanup(listening.close)
        errors = open(os.path.join(self.rig.path, "stderr"), "w+", encoding="utf-8")
        self.addCleanup(errors.close)
        server = subprocess.Popen(
            [sys.executable, self.write("example.py", BEFORE[example] + example + AFTER), str(listening.fileno())],
            env=dict(self.rig.environment, ANYCLAUDE_DEBUG=str(level)), cwd=self.rig.path, stderr=errors,
            stdout=errors, pass_fds=(listening.fileno(),))
        self.addCleanup(server.wait)
        self.addCleanup(server.kill)
        port = listening.getsockname()[1]

        def client(who):
            counts = collections.Counter()
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=support.rig.PATIENCE_S)
            for n in range(REQUESTS):
                prompt = "cold" if (who + n) % 3 == 0 else "warm"
                connection.request("POST", "/v1/chat/completions", json.dumps({"prompt": prompt}),
                                   {"Content-Type": "application/json", "Authorization": "Bearer s3cret"})
                answer = connection.getresponse()
                counts[prompt, answer.status, answer.read()] += 1
            connection.close()
            return counts

        with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
            counts = sum(pool.map(client, range(CLIENTS)), collections.Counter())
        seen = self.rig.snapshot(server.pid)
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=support.rig.PATIENCE_S)
        errors.seek(0)
        self.stderr = errors.read()
        self.assertEqual(seen["name"], "example")
        self.assertEqual(sum(counts.values()), CLIENTS * REQUESTS)
        return seen, counts

    def kinds(self, *kinds):
        """How many events of what message stand in the ring."""
        ran = support.Ran(self.rig, subprocess.CompletedProcess([], 0, "", ""))
        return collections.Counter(event["message"] for event in ran.events(kinds=kinds))

    def test_basic_server_logging(self):
        _, counts = self.drive(BASIC, 1)
        self.assertEqual({status for _, status, _ in counts}, {200})
        self.assertEqual(self.kinds("logger"), {"Chat request received": CLIENTS * REQUESTS,
                                                "Chat response sent": CLIENTS * REQUESTS})
        self.assertEqual(self.stderr.count("[my_server] INFO: Chat response sent"), CLIENTS * REQUESTS)
        self.assertIn("Debug level: 1 (basic)", self.stderr)

    def test_cache_aware_logging(self):
        seen, counts = self.drive(CACHE, 2)
        hits, misses = counts["warm", 200, b"null"], counts["cold", 200, b"null"]
        self.assertEqual(hits + misses, CLIENTS * REQUESTS)
        cache, = seen["caches"]
        self.assertEqual((cache["type"], cache["hits"], cache["misses"], cache["miss_reasons"]),
                         ("prompt", hits, misses, {"cache_miss": misses}))
        timer, = seen["timers"]
        self.assertEqual((timer["name"], timer["count"], timer["failed"], timer["running"]),
                         ("completion", hits + misses, 0, 0))
        self.assertEqual(self.stderr.count("[Cache] HIT - prompt: warm {\"tokens\":3,\"age_ms\":"), hits)
        self.assertEqual(self.stderr.count("[Cache] MISS - prompt: cold (cache_miss)"), misses)

    def test_error_handling_with_debug_info(self):
        seen, counts = self.drive(ERRORS, 1)
        failed = counts["cold", 500, b'{"error":"no model"}']
        self.assertEqual(failed + counts["warm", 200, b'{"answer":42}'], CLIENTS * REQUESTS)
        error, = seen["errors"]
        self.assertEqual((error["type"], error["status"], error["provider"], error["model"], error["count"]),
                         ("HTTP", 500, "mlx", "current", failed))
        files = [name for name in os.listdir(self.rig.path) if name.startswith("anyclaude-debug-")]
        self.assertIn(os.path.basename(error["file"]), files)
        for name in files:
            with open(os.path.join(self.rig.path, name), encoding="utf-8") as file:
                whole = json.load(file)
            self.assertEqual((whole["statusCode"], whole["request"]["body"], whole["response"]["body"],
                              whole["request"]["headers"]["authorization"]),
                             (500, {"prompt": "cold"}, "no model", "[REDACTED]"))


if __name__ == "__main__":
    support.main()
