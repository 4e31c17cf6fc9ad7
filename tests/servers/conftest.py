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
def pressed_once(open_folder):
    """A portal that began with nothing, answered, and ended at a press of Ctrl-C."""
    folder = open_folder / "first"
    folder.mkdir()
    first = Up(folder)
    try:
        first.start().wait_until_it_answers()
        first.send(signal.SIGINT)
        assert first.wait() == 0, first.complained()
    finally:
        first.end()
    return first


def with_its_rows(pressed_once, open_folder, **settings):
    """A portal in a folder of its own, with rows already: it starts quickly."""
    folder = Path(tempfile.mkdtemp(dir=open_folder))
    folder.chmod(0o755)
    subprocess.run(["cp", "-a", pressed_once.var, folder / "var"], check=True)
    return Up(folder, **settings)


@pytest.fixture(scope="module")
def running(open_folder, pressed_once):
    """A portal that runs, for tests that ask and do it no harm."""
    up = with_its_rows(pressed_once, open_folder)
    try:
        yield up.start().wait_until_it_answers()
    finally:
        up.end()


@pytest.fixture
def make_up(open_folder, pressed_once):
    """Make portals in folders of their own; none outlives the test."""
    made = []

    def make(**settings):
        made.append(with_its_rows(pressed_once, open_folder, **settings))
        return made[-1]

    yield make
    for up in made:
        up.end()
