# SPDX-License-Identifier: MIT
"""acdebug: live answers about a running server, by acdebug-top in a second terminal.

    from acdebug import debug, log_cache_hit, log_cache_miss, PerformanceTimer

    debug(1, "request received", {"path": path})
    log_cache_hit("prompt", key, {"tokens": 1500})
    with PerformanceTimer("chat_completion") as timer:
        timer.checkpoint("model_loaded")

Nothing has to be set up: the ring is opened at the first call, named after the program.
"""

import sys

try:
    from ._core import PrefixTracker, log_cache_lookup, open_ring, ring_path
except ModuleNotFoundError as error:
    # A free-threaded interpreter does not even look at extensions of the stable ABI.
    raise ImportError(
        f"acdebug has no extension for this interpreter ({sys.implementation.cache_tag}, {sys.version}). "
        "Hint: it needs CPython 3.10 or newer, with the GIL; pip install ./emitter/python",
        name="acdebug") from error

from . import asgi
from ._finding import Finding
from ._logging import Handler
from ._request import (bind_request, get_request_id, new_request_id, request_id, reset_request_id,
                       set_request_id)
from .utils_logging import *

__version__ = "0.1.0"
__all__ = [
    "DebugLevel", "Finding", "Handler", "PerformanceTimer", "PrefixTracker", "asgi", "bind_request", "debug",
    "display_debug_startup", "get_debug_level", "get_logger", "get_request_id", "is_debug_enabled", "is_trace_debug_enabled",
    "is_verbose_debug_enabled", "log_cache_hit", "log_cache_lookup", "log_cache_miss", "log_debug_error",
    "log_performance", "logger", "new_request_id", "open_ring", "request_id", "reset_request_id", "ring_path",
    "set_request_id", "setup_logger", "timing_decorator", "write_error_debug_file",
]
