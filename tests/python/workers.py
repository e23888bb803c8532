# SPDX-License-Identifier: MIT
"""The application that test_workers.py runs under gunicorn and uvicorn, as WSGI and as ASGI. Not a test.

/hit, /miss and /error do what they are called; the answer is the worker's pid.
"""

import os

import acdebug
from acdebug.utils_logging import (PerformanceTimer, debug, log_cache_hit, log_cache_miss,
                                   log_debug_error, setup_logger)

logger = setup_logger("workers")
debug(1, "imported")  # where the application is preloaded, this is in the parent of all workers
log_cache_hit("imported", "once a process that imports")


def answer(path):
    """What a request does; the body of its answer."""
    with PerformanceTimer("request") as timer:
        if path == "/hit":
            log_cache_hit("prompt", path, {"tokens": 5})
        elif path == "/miss":
            log_cache_miss("prompt", path, "cold")
        else:
            log_debug_error("HTTP", 500, None, {"provider": "mlx", "model": "m"})
        timer.checkpoint("looked")
        logger.info("answered")
    return b"%d" % os.getpid()


def wsgi(environ, start_response):
    """PEP 3333."""
    body = answer(environ["PATH_INFO"])
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]


async def plain(scope, receive, send):
    """ASGI 3."""
    if scope["type"] == "lifespan":
        while (message := await receive())["type"] != "lifespan.shutdown":
            await send({"type": message["type"] + ".complete"})
        await send({"type": "lifespan.shutdown.complete"})
        return
    body = answer(scope["path"])
    await send({"type": "http.response.start", "status": 200,
                "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})


asgi = acdebug.asgi.Middleware(plain)
