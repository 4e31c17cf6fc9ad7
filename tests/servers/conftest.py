"""Portals that are started, hurt and stopped, each in a folder of its own."""

import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests.servers.portal import Up


@pytest.fixture(scope="session")
def open_folder():
    """A folder anyone may enter, as a checkout usually is (pytest's own are closed)."""
    folder = Path(tempfile.mkdtemp(prefix="up-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def made_once(open_folder):
    """The rows of a portal that was started once and stopped, so that each test starts quickly."""
    folder = open_folder / "first"
    folder.mkdir()
    first = Up(folder)
    try:
        first.start().wait_until_it_answers()
        first.send(signal.SIGINT)
        assert first.wait() == 0, first.complained()
    finally:
        first.end()
    return first.var


@pytest.fixture
def make_up(open_folder, made_once):
    """Make portals in folders of their own; none outlives the test."""
    made = []

    def make(**settings):
        folder = Path(tempfile.mkdtemp(dir=open_folder))
        folder.chmod(0o755)
        subprocess.run(["cp", "-a", made_once, folder / "var"], check=True)
        made.append(Up(folder, **settings))
        return made[-1]

    yield make
    for up in made:
        up.end()
