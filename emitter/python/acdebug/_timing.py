# SPDX-License-Identifier: MIT
"""timing_decorator: functions, coroutines, generators and async generators, timed to their real end."""

import functools
import inspect
from typing import Any, Callable, TypeVar, overload

from ._core import PerformanceTimer

FIRST = "first_yield"
_Function = TypeVar("_Function", bound=Callable[..., Any])


def _name(function):
    """Its qualified name, without the functions around it."""
    name = getattr(function, "__qualname__", None) or getattr(function, "__name__", None)
    return (name or type(function).__qualname__).rpartition("<locals>.")[2]


def _function(function, name, log_level):
    @functools.wraps(function)
    def timed(*args, **kwargs):
        with PerformanceTimer(name, log_level):
            return function(*args, **kwargs)
    return timed


def _coroutine(function, name, log_level):
    @functools.wraps(function)
    async def timed(*args, **kwargs):
        with PerformanceTimer(name, log_level):
            return await function(*args, **kwargs)
    return timed


def _generator(function, name, log_level):
    @functools.wraps(function)
    def timed(*args, **kwargs):
        with _Closing(PerformanceTimer(name, log_level)) as timer:
            inner = function(*args, **kwargs)
            try:
                item = next(inner)
            except StopIteration as end:
                return end.value
            timer.checkpoint(FIRST)
            return (yield from _begun(inner, item))
    return timed


def _begun(inner, item):
    """`yield from` for a generator whose first item has been taken."""
    while True:
        try:
            sent = yield item
        except GeneratorExit:
            inner.close()
            raise
        except BaseException as error:
            step = functools.partial(inner.throw, error)
        else:
            step = functools.partial(inner.send, sent)
        try:
            item = step()
        except StopIteration as end:
            return end.value


def _async_generator(function, name, log_level):
    @functools.wraps(function)
    async def timed(*args, **kwargs):
        with _Closing(PerformanceTimer(name, log_level)) as timer:
            inner = function(*args, **kwargs)
            step, first = inner.__anext__, True
            try:
                while True:
                    try:
                        item = await step()
                    except StopAsyncIteration:
                        return
                    if first:
                        timer.checkpoint(FIRST)
                        first = False
                    try:
                        step = functools.partial(inner.asend, (yield item))
                    except GeneratorExit:
                        raise
                    except BaseException as error:
                        step = functools.partial(inner.athrow, error)
            finally:
                await inner.aclose()
    return timed


class _Closing:
    """A timer for which a generator that its reader left early is no failure."""

    __slots__ = ("_timer",)

    def __init__(self, timer):
        self._timer = timer

    def __enter__(self):
        return self._timer.__enter__()

    def __exit__(self, kind, value, traceback):
        if kind is GeneratorExit:
            kind = None
        return self._timer.__exit__(kind, value, traceback)


@overload
def timing_decorator(log_level: int = 2) -> Callable[[_Function], _Function]: ...
@overload
def timing_decorator(log_level: _Function) -> _Function: ...


def timing_decorator(log_level: Any = 2) -> Any:
    """@timing_decorator(): each call is a PerformanceTimer under the function's name.

    Generators and async generators are timed to their last item, with a checkpoint
    'first_yield' at their first: the time to the first token.
    """
    if callable(log_level) or isinstance(log_level, classmethod):  # @timing_decorator without parentheses
        return timing_decorator()(log_level)

    def decorate(function):
        if isinstance(function, (staticmethod, classmethod)):
            return type(function)(decorate(function.__func__))
        name = _name(function)
        if inspect.isasyncgenfunction(function):
            kind = _async_generator
        elif inspect.iscoroutinefunction(function):
            kind = _coroutine
        elif inspect.isgeneratorfunction(function):
            kind = _generator
        else:
            kind = _function
        return kind(function, name, log_level)
    return decorate
