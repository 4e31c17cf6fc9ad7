"""Gives each test run a throwaway PostgreSQL, before anything reads the settings.

An early plugin (`-p hms_portal.pytest_embedded`) and not a conftest, because pytest-django reads
the settings first. Workers of pytest-xdist inherit DATABASE_URL and make test_portal_gw0,
test_portal_gw1 … in the one cluster.
"""

import os
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from hms_portal.embedded import Paths, Postgres, stop_child
from hms_portal.embedded.postgres import HASTY

# What a test needs said; whatever the caller's shell says, tests are the same.
TEST_SETTINGS = {
    "DEBUG": "0",
    "HTTPS": "0",
    "DEMONSTRATION": "0",
    "SECRET_KEY": "only-for-tests-" * 4,
    "FIELD_KEYS": "test:b25seS1mb3ItdGVzdHMtLS0zMi1ieXRlcy0tLS0tISE=",
    "EMAIL_HOST": "mail.example",
    "SITE_URL": "http://testserver",
    "STATEMENT_TIMEOUT_MS": "60000",  # a busy machine is not a failing test
    "REDIS_URL": "redis://127.0.0.1:1/0",  # nobody is there: tests/conftest.py says what is used
    "BROKER_URL": "",
    "CACHE_URL": "",
}


@dataclass
class Cluster:
    """The run's PostgreSQL, and the folder to remove when it has stopped."""

    child: subprocess.Popen[bytes]
    root: Path


running: list[Cluster] = []


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    os.environ.update(TEST_SETTINGS)
    if os.environ.get("DATABASE_URL"):
        return
    paths = Paths.throwaway()
    server = Postgres(paths, [*HASTY, "shared_buffers=128MB"])
    server.prepare()
    log = paths.run / "postgres.log"
    with log.open("wb") as output:
        child = server.start(output)
    running.append(Cluster(child=child, root=paths.run))
    while not server.answers():
        if child.poll() is not None:
            pytest.exit(f"PostgreSQL did not start: {log.read_text()}", returncode=1)
        time.sleep(0.02)
    server.make_role()
    os.environ["DATABASE_URL"] = paths.database_url


def pytest_unconfigure() -> None:
    while running:
        cluster = running.pop()
        stop_child(cluster.child, first=Postgres.stop_signal, patience=10)
        shutil.rmtree(cluster.root, ignore_errors=True)
