# SPDX-License-Identifier: MIT
"""The request that what runs belongs to: a context variable, so it follows await, gather, tasks and
asyncio.to_thread, and what another request set is never seen."""

import contextvars
import os

from . import _core

_current = contextvars.ContextVar("acdebug.request_id", default=None)


def set_request_id(value):
    """Sets the request id (text of up to 39 bytes, or an int) of this context.

    Returns a token for reset_request_id(). None: no request.
    """
    token = _current.set(value)
    _core.use_request(_current.get)
    return token


def reset_request_id(token):
    """Back to what was before the set_request_id() that gave the token."""
    _current.reset(token)


def get_request_id():
    """The request id of this context, or None."""
    return _current.get()


def new_request_id():
    """A random id of 16 hexadecimal digits."""
    return os.urandom(8).hex()


class request_id:
    """with request_id(): everything in the block, and what it awaits, belongs to one request.

    Without a value a random one is made; `as` gives it.
    """

    __slots__ = ("value", "_token")

    def __init__(self, value=None):
        self.value = new_request_id() if value is None else value
        self._token = None

    def __enter__(self):
        self._token = set_request_id(self.value)
        return self.value

    def __exit__(self, *_):
        reset_request_id(self._token)
        return False
