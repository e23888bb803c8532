# SPDX-License-Identifier: MIT
"""A pure ASGI middleware: each HTTP request gets an id, a timer and, if it fails, an error.

    app.add_middleware(acdebug.asgi.Middleware)        FastAPI, Starlette
    app = acdebug.asgi.Middleware(app)                 any other

The timer is named after method and path; its checkpoints are the head of the response and the
first piece of its body, which of a streamed answer is the first token. A request that its client left
before there was an answer counts as 499; an answer that broke off after a good status as a
`Streaming` error.
"""

import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Optional

from ._core import PerformanceTimer, debug, log_debug_error
from ._request import new_request_id, request_id

_Message = MutableMapping[str, Any]
_Scope = MutableMapping[str, Any]
_Receive = Callable[[], Awaitable[_Message]]
_Send = Callable[[_Message], Awaitable[None]]

CLIENT_GONE = 499  # as nginx has it
_NAMES_MAX = 32
_OPAQUE = re.compile(r"/(?:\d+|(?=[^/]*\d)[^/]{16,})(?=/|$)")  # what names one thing, not a kind


class Middleware:
    """ASGI middleware.

    header: the request's header whose value is its id, if it has one; None: always a new id.
    errors_from: the status from which on a response counts as an error.
    log_level: of the timers.
    """

    def __init__(self, app: Callable[[_Scope, _Receive, _Send], Awaitable[None]],
                 header: Optional[str] = "x-request-id", errors_from: int = 400,
                 log_level: int = 2) -> None:
        self.app = app
        self._header = header.lower().encode("latin-1") if header else None
        self._errors_from = errors_from
        self._log_level = log_level
        self._names: set[str] = set()

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

    async def __call__(self, scope: _Scope, receive: _Receive, send: _Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        name = self._name(scope)
        with request_id(self._id(scope)), PerformanceTimer(name, self._log_level) as timer:
            exchange = _Exchange(receive, send, timer)
            try:
                await self.app(scope, exchange.receive, exchange.send)
            except Exception as error:
                self._raised(name, exchange, error)
                raise
            status = exchange.status or exchange.otherwise()
            if status >= self._errors_from:
                self._failed("HTTP", status, name, None)
            debug(1, name, {"http.response.status_code": status,
                            "acdebug.duration_ms": timer.elapsed_ms})

    def _raised(self, name, exchange, error):
        """An answer that was good until then is no status that anybody saw."""
        if exchange.status and exchange.status < self._errors_from:
            self._failed("Streaming", 0, name, error)
        else:
            self._failed("HTTP", exchange.status or exchange.otherwise(), name, error)

    @staticmethod
    def _failed(kind, status, name, error):
        context = {"message": name}
        if error is not None:
            context["exception.type"] = type(error).__name__
            context["exception.message"] = error
        log_debug_error(kind, status, None, context)


class _Exchange:
    """The server's receive and send, watched."""

    __slots__ = ("_receive", "_send", "_timer", "_body", "_gone", "status")

    def __init__(self, receive, send, timer):
        self._receive, self._send, self._timer = receive, send, timer
        self._body = self._gone = False
        self.status = 0

    def otherwise(self):
        """The status where none was sent: what the server answers then, or that nobody listened."""
        return CLIENT_GONE if self._gone else 500

    async def receive(self):
        message = await self._receive()
        if message["type"] == "http.disconnect":
            self._gone = True
        return message

    async def send(self, message):
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self._timer.checkpoint("response_start")
        elif message["type"] == "http.response.body" and not self._body and message.get("body"):
            self._body = True
            self._timer.checkpoint("first_body")
        await self._send(message)
