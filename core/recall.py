"""What changes seldom or is dear to count, remembered by each process for a while."""

import time
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")

A_MINUTE = 60.0
_kept: dict[Hashable, tuple[float, Any]] = {}


def recall(key: Hashable, read: Callable[[], T], *, seconds: float = A_MINUTE) -> T:
    """What `read` said at most so long ago: a minute, for words that somebody may edit."""
    now = time.monotonic()
    read_at, value = _kept.get(key, (now - 2 * seconds, None))
    if now - read_at > seconds:
        value = read()
        _kept[key] = (now, value)
    return value  # type: ignore[no-any-return]  # kept under its own key


def forget() -> None:
    """Ask afresh: for a test, whose words are its own."""
    _kept.clear()
