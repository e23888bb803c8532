# SPDX-License-Identifier: MIT
"""What a PrefixTracker says of one lookup."""

from typing import Literal, NamedTuple, Optional


class Finding(NamedTuple):
    """Why a prompt was not in the cache. Units are the prompt's: tokens, or bytes. None: not so, or not known."""

    outcome: Literal["hit", "partial", "miss", "bypass", "unknown"]
    reason: Optional[str]
    cached_tokens: Optional[int]
    diverged_at: Optional[int]
    shared_tokens: Optional[int]
    closest_tokens: Optional[int]
    closest_request: Optional[str]
    span: Optional[str]
    span_offset: Optional[int]
    change: Optional[Literal["replaced", "inserted", "removed", "reordered", "unrelated"]]
    changed_old: Optional[int]
    changed_new: Optional[int]
    looks_like: Optional[Literal["time", "uuid", "hash", "number"]]
