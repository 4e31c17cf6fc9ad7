"""An embedded Valkey: the broker of jobs and the cache, on a private socket."""

import re
import signal
import socket
import subprocess
from typing import IO

from hms_portal.embedded.binaries import valkey_program
from hms_portal.embedded.children import start_child
from hms_portal.embedded.owners import make_private, make_run_folder
from hms_portal.embedded.paths import Paths


class Valkey:
    name = "valkey"
    stop_signal = signal.SIGTERM
    hurry_signal = signal.SIGKILL
    # What it says at every start and stop, and would have a laptop's owner do to the kernel.
    chatter = re.compile(r"overcommit|signal-handler|ready to exit")

    def __init__(self, paths: Paths) -> None:
        self.paths = paths
        self.program = valkey_program()

    def prepare(self) -> None:
        make_run_folder(self.paths.run)
        make_private(self.paths.valkey_socket.parent)
        make_private(self.paths.valkey_rows)

    def start(self, output: IO[bytes] | int | None = None) -> subprocess.Popen[bytes]:
        options = {
            "port": "0",
            "unixsocket": str(self.paths.valkey_socket),
            "unixsocketperm": "700",
            "dir": str(self.paths.valkey_rows),
            "appendonly": "yes",
            "daemonize": "no",
            "loglevel": "warning",
        }
        flags = [word for key, value in options.items() for word in (f"--{key}", value)]
        return start_child([self.program, *flags], output=output)

    def is_ready(self) -> bool:
        return self.answers()

    def answers(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(0.5)
                line.connect(str(self.paths.valkey_socket))
                line.sendall(b"PING\r\n")
                return line.recv(7) == b"+PONG\r\n"
        except OSError:
            return False
