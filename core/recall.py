"""Words that change once a year, remembered by each process for a minute."""

import time
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")

A_MINUTE = 60.0
_kept: dict[Hashable, tuple[float, Any]] = {}


def recall(key: Hashable, read: Callable[[], T]) -> T:
    """What `read` said at most a minute ago. What is edited shows within the minute."""
    now = time.monotonic()
    read_at, value = _kept.get(key, (now - 2 * A_MINUTE, None))
    if now - read_at > A_MINUTE:
        value = read()
        _kept[key] = (now, value)
    return value  # type: ignore[no-any-return]  # kept under its own key


def forget() -> None:
    """Ask afresh: for a test, whose words are its own."""
    _kept.clear()
