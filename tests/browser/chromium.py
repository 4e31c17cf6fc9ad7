"""Finds a Chromium or Chrome, or brings one where it may."""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
HOW_TO = (
    "NO BROWSER, SO NO BROWSER TESTS: install Chromium or Chrome (on Debian apt-get install "
    "chromium, on a Mac brew install --cask chromium), or name one in PORTAL_CHROMIUM."
)


def find_browser():
    """The path of an installed browser, or None."""
    named = os.environ.get("PORTAL_CHROMIUM")
    found = [named] if named else [shutil.which(name) for name in NAMES]
    found += [str(MAC)] if MAC.exists() else []
    return next((path for path in found if path), None)


def bring_browser():
    """Find one, or install one: from Debian as root, else by the test tool's own download.

    Return its path; "" means the test tool knows its own; None that there is none.
    """
    with (Path(tempfile.gettempdir()) / f"portal-browser-{os.getuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # workers of one run would install it twice
        return find_browser() or _from_debian() or _from_playwright()


def _from_debian():
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    quiet = {"stdin": subprocess.DEVNULL, "capture_output": True, "check": False}
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update"], env=environment, **quiet)
    install = ["apt-get", "install", "-y", "--no-install-recommends", "chromium"]
    subprocess.run(install, env=environment, **quiet)
    return find_browser()


def _from_playwright():
    said = subprocess.run(
        [sys.executable, "-m", "playwright", "install", "chromium"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=600,
    )
    return "" if said.returncode == 0 else None
