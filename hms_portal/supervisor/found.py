"""Lets every other command use the servers of a running `manage.py up`."""

import os

from hms_portal.embedded import CannotEmbed, Paths, Postgres, Valkey

DEMONSTRATION = {"DEBUG": "1", "DEMONSTRATION": "1"}


def use_running_servers() -> None:
    """Point the settings at the embedded servers, if they answer and nothing else is named."""
    if os.environ.get("DATABASE_URL"):
        return
    paths = Paths.usual()
    try:
        is_up = paths.postgres_socket.is_dir() and Postgres(paths).answers()
    except CannotEmbed:
        return
    if not is_up:
        return
    for name, value in {**DEMONSTRATION, "DATABASE_URL": paths.database_url}.items():
        os.environ.setdefault(name, value)
    if not os.environ.get("REDIS_URL") and Valkey(paths).answers():
        os.environ["REDIS_URL"] = paths.redis_url
        os.environ.setdefault("BROKER_URL", paths.broker_url)
