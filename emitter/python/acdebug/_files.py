# SPDX-License-Identifier: MIT
"""write_error_debug_file: from the dicts of the guide to what the emitter writes."""

from typing import Any, Optional

from . import _core, _json


def _text(value):
    return "" if value is None else _clean(_json.string(value))


def _clean(text):
    """Without lone surrogates and NULs, which no header has."""
    return str.encode(text, "utf-8", "backslashreplace").decode().replace("\0", "\\x00")


def _get(info, name):
    try:
        return info.get(name)
    except Exception:
        return None


def _headers(headers):
    """A mapping or pairs, of text or bytes, as a list of pairs of text."""
    try:
        pairs = headers.items() if hasattr(headers, "items") else headers or ()
        return [(_text(name), _text(value)) for name, value in pairs]
    except Exception:
        return []


def _body(body):
    """JSON of objects; text and bytes as they are."""
    if body is None:
        return None
    if isinstance(body, (bytes, bytearray, memoryview)):
        try:
            return bytes(body)
        except ValueError:  # a memoryview that was released
            return None
    return str.encode(body if isinstance(body, str) else _json.text(body), "utf-8", "backslashreplace")


def _status(value, otherwise):
    try:
        return int(value)
    except Exception:
        return otherwise


def write_error_debug_file(status_code: Optional[int], request_info: Any,
                           response_info: Any = None) -> Optional[str]:
    """Writes the debug file of a failed request and returns its path.

    status_code: 400 and more, or 0 for an error that is not HTTP's. request_info: a dict of
    method, url, headers, body; response_info: one of statusCode, headers, body. Secrets are
    replaced. None at level 0, or when it could not be written.
    """
    if not _core.is_debug_enabled():
        return None
    status = _status(status_code, 0)
    response = None
    if response_info is not None:
        response = (_status(_get(response_info, "statusCode"), status),
                    _headers(_get(response_info, "headers")), _body(_get(response_info, "body")))
    return _core.write_error_file(
        status, _text(_get(request_info, "method")), _text(_get(request_info, "url")),
        _headers(_get(request_info, "headers")), _body(_get(request_info, "body")), response)
