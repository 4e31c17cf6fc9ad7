"""Watches a crew of children from one thread: prints what they say, notices who dies, stops them.

One thread, because a child is told to die with us by code that runs between fork and exec, and
that is only safe where no other thread can hold a lock.
"""

import os
import re
import selectors
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO

from hms_portal.embedded import start_child, stop_child
from hms_portal.embedded.children import sweep_group
from hms_portal.supervisor.lines import say_as

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

# `uv run` and `make` pass a terminal's Ctrl-C on, so one press can arrive twice.
ONE_PRESS = 1.0
TICK = 0.1
KEPT_LINES = 60
LAST_WORDS = 12


class Asked(Exception):
    """Somebody asked us to stop."""


class Failed(Exception):
    """A child ended that should not have, or was too slow. The message is for a person."""


@dataclass
class Member:
    """One child and the last it said."""

    name: str
    child: subprocess.Popen[bytes]
    stop_signal: signal.Signals = signal.SIGTERM
    patience: float = 10
    hurry_signal: signal.Signals = signal.SIGKILL
    is_shown: bool = True
    chatter: re.Pattern[str] | None = None
    begun: bytes = b""
    last: deque[str] = field(default_factory=lambda: deque(maxlen=KEPT_LINES))

    @property
    def mouth(self) -> IO[bytes]:
        """Where it speaks: every child is started with a pipe for what it says."""
        if self.child.stdout is None:
            raise ValueError(f"{self.name} was started without a pipe")
        return self.child.stdout

    def hear(self, said: bytes) -> None:
        *whole, self.begun = (self.begun + said).split(b"\n")
        for line in whole:
            text = line.decode(errors="replace").rstrip()
            self.last.append(text)
            if self.is_shown and text and not (self.chatter and self.chatter.search(text)):
                say_as(self.name, text)


class Crew:
    """The children, in the order they were started."""

    def __init__(self) -> None:
        self.members: list[Member] = []
        self.ears = selectors.DefaultSelector()
        self.asked_at: float | None = None
        self.is_impatient = False

    # Signals

    def listen(self) -> None:
        for number in STOP_SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:  # as under nohup
                signal.signal(number, self._note_signal)

    def _note_signal(self, number: int, frame: FrameType | None) -> None:
        now = time.monotonic()
        if self.asked_at is None:
            self.asked_at = now
        elif now - self.asked_at > ONE_PRESS:
            self.is_impatient = True

    # Children

    def join(self, member: Member) -> Member:
        os.set_blocking(member.mouth.fileno(), False)
        self.ears.register(member.mouth, selectors.EVENT_READ, member)
        self.members.append(member)
        return member

    def start(
        self,
        name: str,
        argv: Sequence[str | Path],
        *,
        env: dict[str, str],
        cwd: Path,
        patience: float = 10,
        is_shown: bool = True,
    ) -> Member:
        child = start_child(argv, env=env, cwd=cwd, output=subprocess.PIPE)
        return self.join(Member(name, child, patience=patience, is_shown=is_shown))

    def run(
        self,
        name: str,
        argv: Sequence[str | Path],
        *,
        env: dict[str, str],
        cwd: Path,
        is_shown: bool = True,
    ) -> list[str]:
        """Run a command to its end while watching the others; return the last it said."""
        member = self.start(name, argv, env=env, cwd=cwd, is_shown=is_shown)
        while member.child.poll() is None:
            self.tick(besides=member)
        self._drain(member)
        self._leave(member)
        if member.child.returncode:
            raise Failed(_obituary(member))
        return list(member.last)

    def wait_for(self, what: str, is_so: Callable[[], bool], *, patience: float) -> None:
        until = time.monotonic() + patience
        while not is_so():
            if time.monotonic() > until:
                raise Failed(f"{what} did not answer within {patience:.0f} seconds.")
            self.tick()

    def watch(self) -> None:
        """Until somebody asks us to stop, or a child dies."""
        while True:
            self.tick()

    def tick(self, *, besides: Member | None = None) -> None:
        if self.asked_at is not None:
            raise Asked
        self._hear(TICK)
        for member in self.members:
            if member is not besides and member.child.poll() is not None:
                self._drain(member)
                raise Failed(_obituary(member))

    # The end

    def stop(self) -> None:
        """Stop all, last started first: each is asked, given its time, then killed."""
        while self.members:
            member = self.members[-1]
            self._stop_member(member)
            self._leave(member)

    def _stop_member(self, member: Member) -> None:
        if member.child.poll() is None:
            member.child.send_signal(member.stop_signal)
        until = time.monotonic() + member.patience
        while member.child.poll() is None and time.monotonic() < until and not self.is_impatient:
            self._hear(TICK)
        if member.child.poll() is None:
            stop_child(member.child, first=member.hurry_signal, patience=3)

    def _leave(self, member: Member) -> None:
        sweep_group(member.child)
        self._drain(member)
        self._deafen(member)
        member.mouth.close()
        self.members.remove(member)

    # What they say

    def _hear(self, patience: float) -> None:
        if not self.ears.get_map():
            time.sleep(patience)
            return
        for key, _ in self.ears.select(patience):
            self._read(key.data)

    def _read(self, member: Member) -> bool:
        """Hear what is there; False when nothing is."""
        try:
            said = os.read(member.mouth.fileno(), 65536)
        except BlockingIOError:
            return False
        if not said:
            self._deafen(member)
            return False
        member.hear(said)
        return True

    def _drain(self, member: Member) -> None:
        while self._read(member):
            pass
        member.hear(b"\n" if member.begun else b"")

    def _deafen(self, member: Member) -> None:
        if member.mouth in {key.fileobj for key in self.ears.get_map().values()}:
            self.ears.unregister(member.mouth)


def _obituary(member: Member) -> str:
    code = member.child.returncode
    how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
    said = "".join(f"\n    {line}" for line in list(member.last)[-LAST_WORDS:])
    return f"{member.name} {how}." + (f" The last it said:{said}" if said else "")
