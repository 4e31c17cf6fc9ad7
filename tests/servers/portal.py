"""A whole portal to start, hurt and stop: `manage.py up` in a folder of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
PATIENCE = 300  # a first start makes every table: minutes, where others want the processor too
HEARS_THE_KEYS = ["env", "--default-signal=INT,HUP"]


class Processes:
    """A process and everything below it, told apart from later ones by when each began."""

    def __init__(self, root: int):
        self.seen = {}
        self.root = root

    def look(self):
        """Remember who is there now; return their command lines, without the root's."""
        parents = {}
        for folder in Path("/proc").glob("[0-9]*"):
            stat = _stat(int(folder.name))
            if stat:
                parents[int(folder.name)] = stat
        family, grew = {self.root}, True
        while grew:
            more = {pid for pid, (parent, _, _) in parents.items() if parent in family} - family
            family |= more
            grew = bool(more)
        self.seen |= {pid: parents[pid][1] for pid in family if pid in parents}
        return {pid: _command(pid) for pid in family - {self.root} if pid in parents}

    def left(self):
        """Those ever seen that still run."""
        return [
            _command(pid)
            for pid, began in self.seen.items()
            if (stat := _stat(pid)) and stat[1] == began and stat[2] != "Z"
        ]


def _stat(pid):
    """Parent, moment of birth and state, or None."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    words = text.rpartition(")")[2].split()
    return int(words[1]), words[19], words[0]


def _command(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
    except OSError:
        return ""


class Up:
    """One `manage.py up`."""

    def __init__(self, folder: Path, **settings):
        self.folder = folder
        self.var = folder / "var"
        self.port = free_port()
        self.settings = settings
        self.program = None
        self.processes = None

    def start(self):
        kept = ("PATH", "HOME", "LANG", "PORTAL_PG_BIN", "PORTAL_VALKEY_BIN")
        environment = {name: os.environ[name] for name in kept if name in os.environ}
        environment |= {"PORTAL_VAR": str(self.var), "DEMONSTRATION": "0", **self.settings}
        with (self.folder / "out").open("wb") as out, (self.folder / "err").open("wb") as err:
            self.program = subprocess.Popen(
                # Whoever runs the tests in the background has a press of Ctrl-C ignored below it.
                [*HEARS_THE_KEYS, sys.executable, "manage.py", "up", "--port", str(self.port)],
                cwd=CHECKOUT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )
        self.processes = Processes(self.program.pid)
        return self

    def wait_until_it_answers(self):
        until = time.monotonic() + PATIENCE
        while "The portal answers at" not in self.said():
            assert self.program.poll() is None, self.said() + self.complained()
            assert time.monotonic() < until, self.said()
            self.processes.look()
            time.sleep(0.1)
        self.processes.look()
        return self

    def child(self, name):
        """The process id of the one child whose command line says so."""
        (found,) = [
            pid
            for pid, command in self.processes.look().items()
            if name in command and _stat(pid)[0] == self.program.pid
        ]
        return found

    def ask(self, path):
        line = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            line.request("GET", path)
            return line.getresponse().status
        except (OSError, HTTPException):
            return None
        finally:
            line.close()

    def send(self, number: signal.Signals):
        self.processes.look()
        self.program.send_signal(number)

    def wait(self, patience=40):
        return self.program.wait(patience)

    def wait_until_all_gone(self, patience=20):
        until = time.monotonic() + patience
        while self.processes.left() and time.monotonic() < until:
            time.sleep(0.1)
        return self.processes.left() == []

    def said(self):
        return (self.folder / "out").read_text()

    def complained(self):
        return (self.folder / "err").read_text()

    def end(self):
        """Leave nothing, whatever the test did."""
        if self.program and self.program.poll() is None:
            self.program.terminate()
            try:
                self.program.wait(40)
            except subprocess.TimeoutExpired:
                self.program.kill()
                self.program.wait()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
