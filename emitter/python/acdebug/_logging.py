# SPDX-License-Identifier: MIT
"""Loggers: records of the standard library's logging go to the ring too, and follow its live level.

A logger with a Handler, and those below it, answer isEnabledFor() by the level that is set now.
"""

import logging
import os
import sys
import traceback
import weakref
from typing import Optional, Union

from . import _core, _json

FORMAT = "[%(asctime)s] [%(name)s] %(levelname)s: %(message)s"
DATE_FORMAT = "%Y-%m-%d %H:%M:%S"
OWN = "anyclaude"  # the package's own logger

_DEBUG, _INFO, _WARNING, _ERROR = range(4)  # the emitter's severities
_NAMED = frozenset((logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR))
_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}


def _severity(levelno):
    if levelno >= logging.ERROR:
        return _ERROR
    if levelno >= logging.WARNING:
        return _WARNING
    return _INFO if levelno >= logging.INFO else _DEBUG


# From which level of logging on the ring asks for records, by its live level. Odd, so that they are
# not mistaken for a level that a logger's owner set.
_ALL, _INFO_UP, _NOTHING = 1, logging.INFO - 1, sys.maxsize


def _live_level():
    if _core.is_logger_enabled(2):
        return _ALL
    return _INFO_UP if _core.is_logger_enabled(1) else _NOTHING


def _fields(record):
    """What `extra` and exc_info add to the record."""
    fields = {name: value for name, value in record.__dict__.items() if name not in _STANDARD}
    if record.exc_info and record.exc_info[0] is not None:
        fields["exception.type"] = record.exc_info[0].__name__
        fields["exception.message"] = record.exc_info[1]
        fields["exception.stacktrace"] = "".join(traceback.format_exception(*record.exc_info))
    if record.levelno not in _NAMED:
        fields["level"] = record.levelname
    return fields


class Handler(logging.Handler):
    """A logging.Handler that writes into the ring: {"class": "acdebug.Handler"} in dictConfig.

    DEBUG and below are events at level 2, the others at level 1; warnings and errors count
    as error groups at every level. What `extra` holds becomes fields.
    """

    def emit(self, record: logging.LogRecord) -> None:
        """Writes the record into the ring."""
        try:
            self._emit(record)
        except Exception:
            self.handleError(record)

    def _emit(self, record):
        severity = _severity(record.levelno)
        if severity < _WARNING and not _core.is_logger_enabled(2 - severity):
            return
        try:
            message = record.getMessage()
        except Exception:
            message = _json.string(record.msg)
        plain = (len(record.__dict__) <= _PLAIN and not record.exc_info and
                 record.levelno in _NAMED)
        _core.log_record(severity, record.name, message, None if plain else _fields(record))


_PLAIN = len(logging.makeLogRecord({}).__dict__)


# ---- following the live level ----

def _own_level(logger):
    """The logger's effective level as its owners set it."""
    while logger is not None:
        follower = _followers.get(logger)
        level = follower.own if follower else logger.level
        if level:
            return level
        logger = logger.parent
    return logging.NOTSET


class _Follower:
    """Keeps one logger's level at what its owner set, or at what the ring takes if that is less."""

    def __init__(self, logger):
        self._logger = weakref.ref(logger)
        self.own = self._set = logger.level  # by its owner, by us
        self._answer = _unwatched(type(logger).isEnabledFor)

    def update(self):
        """To be called after a change of either level, or of the handlers."""
        logger = self._logger()
        if logger is None:
            return
        if logger.level != self._set:  # its owner changed it
            self.own = logger.level
        live = _live_level() if _core.is_open() else _NOTHING
        lowered = live < (_own_level(logger) or logging.WARNING) and any(
            isinstance(handler, Handler) for handler in logger.handlers)
        self._set = live if lowered else self.own
        (_lowered.add if lowered else _lowered.discard)(self)
        if logger.level != self._set:
            _set_level(logger, self._set)

    def is_enabled_for(self, level):
        """Instead of the logger's own isEnabledFor()."""
        _core.open_and_notice()
        logger = self._logger()
        if logger is None:
            return False
        if logger.level != self._set:  # not by setLevel(), or before it was watched
            _update_all()
        return self._answer(logger, level)


_followers: weakref.WeakKeyDictionary[logging.Logger, _Follower] = weakref.WeakKeyDictionary()
_lowered: weakref.WeakSet[_Follower] = weakref.WeakSet()
_set_level = logging.Logger.setLevel


def _update_all():
    for follower in list(_followers.values()):
        follower.update()


def follow(logger):
    """Lets the logger's level follow the ring's. A Handler that is added does it by itself."""
    if logger not in _followers:
        follower = _followers[logger] = _Follower(logger)
        logger.isEnabledFor = follower.is_enabled_for
        _core.on_change(_update_all)
    _followers[logger].update()
    if logger.name != OWN:
        _watch_others()


def _for_ring(logger, record):
    """What callHandlers() does, for Handlers alone."""
    while logger is not None:
        for handler in logger.handlers:
            if isinstance(handler, Handler) and record.levelno >= handler.level:
                handler.handle(record)
        logger = logger.parent if logger.propagate else None


def _watch_records():
    """While the ring lowers a logger's level, the handlers of others get what they got, wherever they
    hang: at the logger, below it or above."""
    call_handlers = logging.Logger.callHandlers

    def callHandlers(self, record):
        if _lowered and record.levelno < _own_level(self):
            _for_ring(self, record)
        else:
            call_handlers(self, record)

    callHandlers.__doc__ = call_handlers.__doc__
    callHandlers.__wrapped__ = call_handlers
    logging.Logger.callHandlers = callHandlers


_watch_records()
_watched: dict[object, object] = {}  # what was replaced, by what stands there


def _unwatched(is_enabled_for):
    return _watched.get(is_enabled_for, is_enabled_for)


def _watch_others():
    """Loggers below one that follows have its level, in a cache of theirs: they look for a change first.
    Not for the package's own logger alone, so that a program without Handlers pays nothing."""
    if _watched:
        return
    is_enabled_for, notice = logging.Logger.isEnabledFor, _core.notice

    def isEnabledFor(self, level):
        notice()
        return is_enabled_for(self, level)

    def setLevel(self, level):
        _set_level(self, level)
        if self in _followers:
            _followers[self].update()

    for new, old in ((isEnabledFor, is_enabled_for), (setLevel, _set_level)):
        new.__doc__, new.__wrapped__ = old.__doc__, old
        _watched[new] = old
    logging.Logger.isEnabledFor, logging.Logger.setLevel = isEnabledFor, setLevel


def _watch_handlers():
    """A Handler cannot see where it is added, so Logger.addHandler tells."""
    add = logging.Logger.addHandler

    def addHandler(self, hdlr):
        add(self, hdlr)
        if isinstance(hdlr, Handler) or self in _followers:
            follow(self)

    addHandler.__doc__ = add.__doc__
    addHandler.__wrapped__ = add
    logging.Logger.addHandler = addHandler


_watch_handlers()


# ---- the guide's loggers ----

class _Formatter(logging.Formatter):
    """As logging's, without secrets."""

    def format(self, record):
        return _core.redact(super().format(record))


class _Stderr(logging.StreamHandler):
    """To what sys.stderr is at the time."""

    def __init__(self):
        logging.Handler.__init__(self)

    @property
    def stream(self):
        """sys.stderr."""
        return sys.stderr


def _file_handler(path):
    """Appends; made with mode 0600, for logs hold what users say."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600))
    return logging.FileHandler(path, encoding="utf-8", errors="backslashreplace")


def setup_logger(name: str, level: Union[int, str] = logging.INFO,
                 log_file: Optional[Union[str, os.PathLike[str]]] = None,
                 format_string: Optional[str] = None) -> logging.Logger:
    """A logger that prints `[YYYY-MM-DD HH:MM:SS] [name] LEVEL: message` to stderr.

    Its records go to log_file too, if one is given, and to the ring. A second call for the same
    name changes what the first one set up; handlers of others stay.
    """
    logger = logging.getLogger(name)
    formatter = _Formatter(format_string or FORMAT, DATE_FORMAT)
    logger.setLevel(level)  # what these two refuse changes nothing
    for handler in list(logger.handlers):
        if getattr(handler, "acdebug_owned", False):
            logger.removeHandler(handler)
            handler.close()
    handlers: list[logging.Handler] = [_Stderr()]
    try:
        if log_file:
            handlers.append(_file_handler(os.fspath(log_file)))
    except OSError as error:
        _core.log_record(_WARNING, name, f"no log file: {error}", None)
        print(f"acdebug: {log_file}: {error.strerror}; the logger '{name}' goes without its file",
              file=sys.stderr)
    for handler in handlers + [Handler()]:
        setattr(handler, "acdebug_owned", True)
        handler.setFormatter(formatter)
        logger.addHandler(handler)
    logger.propagate = False  # its lines are printed here
    return logger
