# SPDX-License-Identifier: MIT
"""Any object as JSON text: what JSON does not know as its str(), what fails as a placeholder.

Exceptions of the caller's objects end here; KeyboardInterrupt and its like do not.
"""

import json
import math
import operator
import re

REDACTED = "[REDACTED]"
# The emitter's list, emitter/format/secrets.c; a test compares the two.
SECRET_NAMES = frozenset(("authorization", "proxy-authorization", "x-api-key", "api-key",
                          "api_key", "apikey", "cookie", "set-cookie"))
_SECRET = re.compile('"(?:%s)":' % "|".join(map(re.escape, sorted(SECRET_NAMES))), re.IGNORECASE)
_DEPTH = 64


def _placeholder(value):
    return f"<unprintable {type(value).__name__}>"


def string(value):
    """str() of anything; bytes as the text that they hold."""
    try:
        if isinstance(value, (bytes, bytearray)):
            return bytes(value).decode("utf-8", "backslashreplace")
        return str(value)
    except Exception:
        return _placeholder(value)


def _other(value):
    """What json asks for an object that it does not know."""
    if isinstance(value, (set, frozenset)):
        return list(value)
    try:
        return operator.index(value)  # numpy's integers
    except Exception:
        return string(value)


_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"),
                           default=_other).encode


def _number(value):
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    try:
        int.__repr__(value)
    except ValueError:  # more digits than Python prints
        return f"<int of {int.bit_length(value)} bits>"
    return int(value)


def _plain(value, above):
    """A copy of nothing but dict, list, str, numbers and None; secrets replaced."""
    if value is None or value is True or value is False:
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, (int, float)):
        return _number(value)
    if not isinstance(value, (dict, list, tuple, set, frozenset)):
        other = _other(value)
        return _number(other) if isinstance(other, int) else other
    if id(value) in above:
        return "<circular>"
    if len(above) >= _DEPTH:
        return "<too deep>"
    above = above | {id(value)}
    if isinstance(value, dict):
        return {name: REDACTED if name.lower() in SECRET_NAMES else _plain(item, above)
                for name, item in ((string(key), item) for key, item in list(value.items()))}
    return [_plain(item, above) for item in list(value)]


def text(value):
    """JSON text of value, without a line break, without the values of secret names."""
    try:
        whole = _encode(value)
        if not _SECRET.search(whole):
            return whole
    except Exception:
        pass
    try:
        return _encode(_plain(value, frozenset()))
    except Exception:
        return json.dumps(_placeholder(value))
