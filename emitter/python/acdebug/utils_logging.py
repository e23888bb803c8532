# SPDX-License-Identifier: MIT
"""The logging utility of the guide, whole: `from acdebug.utils_logging import *` replaces a project's
own scripts/utils_logging.py."""

import enum
import logging

from ._core import (PerformanceTimer, debug, display_debug_startup, get_debug_level,
                    is_debug_enabled, is_trace_debug_enabled, is_verbose_debug_enabled,
                    log_cache_hit, log_cache_miss, log_debug_error, log_performance)
from ._files import write_error_debug_file
from ._logging import OWN, setup_logger
from ._timing import timing_decorator

__all__ = [
    "DebugLevel", "PerformanceTimer", "debug", "display_debug_startup", "get_debug_level",
    "get_logger", "is_debug_enabled", "is_trace_debug_enabled", "is_verbose_debug_enabled",
    "log_cache_hit", "log_cache_miss", "log_debug_error", "log_performance", "logger",
    "setup_logger", "timing_decorator", "write_error_debug_file",
]


class DebugLevel(enum.IntEnum):
    """The levels of ANYCLAUDE_DEBUG."""

    DISABLED = 0
    BASIC = 1
    VERBOSE = 2
    TRACE = 3


logger = setup_logger(OWN)


def get_logger() -> logging.Logger:
    """The logger `anyclaude`."""
    return logger
