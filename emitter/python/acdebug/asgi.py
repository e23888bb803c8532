# SPDX-License-Identifier: MIT
"""A pure ASGI middleware: each HTTP request gets an id, a timer and, if it fails, an error.

    app.add_middleware(acdebug.asgi.Middleware)        FastAPI, Starlette
    app = acdebug.asgi.Middleware(app)                 any other

The timer is named after method and path; its checkpoints are the head of the response and the
first piece of its body, which of a streamed answer is the first token.
"""

import re

from ._core import PerformanceTimer, debug, log_debug_error
from ._request import new_request_id, request_id

_NAMES_MAX = 32
_OPAQUE = re.compile(r"/(?:\d+|(?=[^/]*\d)[^/]{16,})(?=/|$)")  # what names one thing, not a kind


class Middleware:
    """ASGI middleware.

    header: the request's header whose value is its id, if it has one; None: always a new id.
    errors_from: the status from which on a response counts as an error.
    log_level: of the timers.
    """

    def __init__(self, app, header="x-request-id", errors_from=400, log_level=2):
        self.app = app
        self._header = header.lower().encode("latin-1") if header else None
        self._errors_from = errors_from
        self._log_level = log_level
        self._names = set()

    def _id(self, scope):
        for name, value in scope["headers"] if self._header else ():
            if name.lower() == self._header and value:
                return value.decode("latin-1")
        return new_request_id()

    def _name(self, scope):
        """Few names: a table of timers has to hold them all."""
        name = f"{scope['method']} {_OPAQUE.sub('/*', scope['path'])}"
        if name not in self._names:
            if len(self._names) >= _NAMES_MAX:
                return f"{scope['method']} (other)"
            self._names.add(name)
        return name

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        name = self._name(scope)
        with request_id(self._id(scope)), PerformanceTimer(name, self._log_level) as timer:
            response = _Response(send, timer)
            try:
                await self.app(scope, receive, response)
            except Exception as error:
                self._failed(name, 500, error)
                raise
            if response.status >= self._errors_from:
                self._failed(name, response.status, None)
            debug(1, name, {"http.response.status_code": response.status,
                            "acdebug.duration_ms": timer.elapsed_ms})

    @staticmethod
    def _failed(name, status, error):
        context = {"message": name}
        if error is not None:
            context["exception.type"] = type(error).__name__
            context["exception.message"] = error
        log_debug_error("HTTP", status, None, context)


class _Response:
    """The server's send, watched."""

    __slots__ = ("_send", "_timer", "_body", "status")

    def __init__(self, send, timer):
        self._send, self._timer, self._body = send, timer, False
        self.status = 0

    async def __call__(self, message):
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self._timer.checkpoint("response_start")
        elif message["type"] == "http.response.body" and not self._body and message.get("body"):
            self._body = True
            self._timer.checkpoint("first_body")
        await self._send(message)
