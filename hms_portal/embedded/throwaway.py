"""A PostgreSQL for one test run or one command, thrown away at the end."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

from hms_portal.embedded.children import stop_child
from hms_portal.embedded.owners import CannotEmbed
from hms_portal.embedded.paths import Paths
from hms_portal.embedded.postgres import HASTY, Postgres

# What a test or a check needs said. Whatever the caller's shell says, they mean the same.
SETTINGS: Mapping[str, str] = MappingProxyType(
    {
        "DEBUG": "0",
        "HTTPS": "0",
        "DEMONSTRATION": "0",
        "SECRET_KEY": "only-for-tests-" * 4,
        "FIELD_KEYS": "test:b25seS1mb3ItdGVzdHMtLS0zMi1ieXRlcy0tLS0tISE=",
        "EMAIL_HOST": "mail.example",
        "SITE_URL": "http://testserver",
        "STATEMENT_TIMEOUT_MS": "60000",  # a busy machine is not a failing test
        "REDIS_URL": "redis://127.0.0.1:1/0",  # nobody is there: tests/conftest.py says what is
        "BROKER_URL": "",
        "CACHE_URL": "",
    }
)


@contextmanager
def throwaway_postgres() -> Iterator[str]:
    """Give the address of a PostgreSQL; DATABASE_URL, if set, is taken as it is."""
    named = os.environ.get("DATABASE_URL")
    if named:
        yield named
        return
    paths = Paths.throwaway()
    server = Postgres(paths, HASTY)
    child = None
    try:
        server.prepare()
        child = _start(server, paths)
        yield paths.database_url
    finally:
        if child:
            stop_child(child, first=Postgres.hurry_signal, patience=10)
        shutil.rmtree(paths.run, ignore_errors=True)


def _start(server: Postgres, paths: Paths) -> subprocess.Popen[bytes]:
    with tempfile.TemporaryFile() as log:
        child = server.start(log)
        while not server.is_ready():
            if child.poll() is not None:
                log.seek(0)
                raise CannotEmbed(f"PostgreSQL did not start: {log.read().decode()}")
            time.sleep(0.02)
    server.make_role()
    return child
