"""How often something may be asked for: counted in the cache, a fixed stretch of time at once."""

import structlog
from django.core.cache import cache

log = structlog.get_logger(__name__)


def is_over(name: str, whose: str, *, most: int, seconds: int) -> bool:
    """Count one more asking, and say whether that is too many in this stretch.

    A cache that is away counts nothing: it stops nobody.
    """
    key = f"limit:{name}:{whose}"
    try:
        cache.add(key, 0, seconds)
        return bool(cache.incr(key) > most)
    except ValueError:  # it ran out between the two: the next stretch has begun
        return False
    except Exception as error:  # whatever the cache's client raises
        log.warning("limits.not_counted", limit=name, error=type(error).__name__)
        return False
