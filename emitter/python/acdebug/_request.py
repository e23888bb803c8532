# SPDX-License-Identifier: MIT
"""The request that what runs belongs to: a context variable, so it follows await, gather, tasks and
asyncio.to_thread, and what another request set is never seen."""

import contextvars
import functools
import inspect
import os
from typing import Any, Callable, Literal, Optional, TypeVar, Union

from . import _core

_Id = Union[str, int]
_Result = TypeVar("_Result")
_current: contextvars.ContextVar[Optional[_Id]] = contextvars.ContextVar("acdebug.request_id", default=None)


def set_request_id(value: Optional[_Id]) -> contextvars.Token[Optional[_Id]]:
    """Sets the request id (text of up to 39 bytes, or an int) of this context.

    Returns a token for reset_request_id(). None: no request.
    """
    token = _current.set(value)
    _core.use_request(_current.get)
    return token


def reset_request_id(token: contextvars.Token[Optional[_Id]]) -> None:
    """Back to what was before the set_request_id() that gave the token."""
    _current.reset(token)


def get_request_id() -> Optional[_Id]:
    """The request id of this context, or None."""
    return _current.get()


def new_request_id() -> str:
    """A random id of 16 hexadecimal digits."""
    return os.urandom(8).hex()


def bind_request(function: Callable[..., _Result]) -> Callable[..., _Result]:
    """The function, for a thread or an executor that has no context of its own: each of its calls
    belongs to the request of the caller of bind_request().

        executor.submit(bind_request(work), prompt)
    """
    value = _current.get()
    if inspect.iscoroutinefunction(function):
        return _bind_coroutine(function, value)

    @functools.wraps(function)
    def bound(*args: Any, **kwargs: Any) -> _Result:
        token = set_request_id(value)
        try:
            return function(*args, **kwargs)
        finally:
            reset_request_id(token)
    return bound


def _bind_coroutine(function: Callable[..., Any], value: Optional[_Id]) -> Callable[..., Any]:
    """What a coroutine does comes after its call."""
    @functools.wraps(function)
    async def bound(*args: Any, **kwargs: Any) -> Any:
        token = set_request_id(value)
        try:
            return await function(*args, **kwargs)
        finally:
            reset_request_id(token)
    return bound


class request_id:
    """with request_id(): everything in the block, and what it awaits, belongs to one request.

    Without a value a random one is made; `as` gives it.
    """

    __slots__ = {"value": "The request id of the block.", "_token": "By which it goes back."}

    def __init__(self, value: Optional[_Id] = None) -> None:
        self.value: _Id = new_request_id() if value is None else value
        self._token: Optional[contextvars.Token[Optional[_Id]]] = None

    def __enter__(self) -> Any:
        self._token = set_request_id(self.value)
        return self.value

    def __exit__(self, *_: Any) -> Literal[False]:
        assert self._token is not None
        try:
            reset_request_id(self._token)
        except ValueError:
            pass  # a generator is ended in another context than it began in: that one never had the id
        return False
