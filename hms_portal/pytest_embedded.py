"""Gives each test run a throwaway PostgreSQL, before anything reads the settings.

An early plugin (`-p hms_portal.pytest_embedded`) and not a conftest, because pytest-django reads
the settings first. Workers of pytest-xdist inherit DATABASE_URL and make test_portal_gw0,
test_portal_gw1 … in the one cluster.
"""

import atexit
import os
from contextlib import ExitStack

import pytest

from hms_portal.embedded.throwaway import SETTINGS, throwaway_postgres

run = ExitStack()


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    os.environ.update(SETTINGS)
    atexit.register(run.close)  # settings that cannot be read end pytest before its own last hook
    os.environ["DATABASE_URL"] = run.enter_context(throwaway_postgres())


def pytest_unconfigure() -> None:
    run.close()
