"""Starts and stops a child that may not outlive us."""

import ctypes
import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

from hms_portal.embedded.owners import run_as

PR_SET_PDEATHSIG = 1

# What the kernel sends each child when its parent vanishes, be it by kill -9. Linux only.
LAST_WISH = signal.SIGTERM


def start_child(
    argv: Sequence[str | Path],
    *,
    account: pwd.struct_passwd | None = None,
    last_wish: signal.Signals = LAST_WISH,
    env: dict[str, str] | None = None,
    cwd: Path = Path("/"),
    output: IO[bytes] | int | None = None,
) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own, so that a terminal's Ctrl-C reaches only us."""
    return subprocess.Popen(
        argv,
        start_new_session=True,
        # Safe: this runs only in programs of one thread (the supervisor, pytest's first hook).
        preexec_fn=_die_with_parent(last_wish),
        env=env,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output is not None else None,
        **run_as(account),
    )


def _die_with_parent(last_wish: signal.Signals) -> Callable[[], None] | None:
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)  # before the fork: loading a library after it is not safe
    parent = os.getpid()

    def ask_kernel() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(last_wish))
        if os.getppid() != parent:  # it went between the fork and the line above
            os._exit(1)

    return ask_kernel


def stop_child(child: subprocess.Popen[bytes], *, first: signal.Signals, patience: float) -> int:
    """Ask the child to stop, wait, then kill it; sweep whatever is left of its group."""
    if child.poll() is None:
        child.send_signal(first)
        try:
            child.wait(patience)
        except subprocess.TimeoutExpired:
            child.kill()
    sweep_group(child)
    return child.wait()


def sweep_group(child: subprocess.Popen[bytes]) -> None:
    """Kill what a child started and did not take with it."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
