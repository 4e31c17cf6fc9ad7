"""Who runs a server and owns its folders: root may not run PostgreSQL, so it drops to nobody."""

import os
import pwd
import subprocess
from pathlib import Path
from typing import TypedDict


class CannotEmbed(Exception):
    """An embedded server cannot run here; the message says why and what to do."""


class RunAs(TypedDict, total=False):
    """The arguments of `subprocess.Popen` that change who runs a program."""

    user: int
    group: int
    extra_groups: list[int]


def server_account() -> pwd.struct_passwd | None:
    """The unprivileged account PostgreSQL must run as, or None when we are one ourselves."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def run_as(account: pwd.struct_passwd | None) -> RunAs:
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def can_run(program: Path, account: pwd.struct_passwd | None) -> bool:
    """True when the account can reach and start the program (a checkout may lie in a 0700 home)."""
    try:
        answer = subprocess.run(
            [program, "--version"], capture_output=True, check=False, cwd="/", **run_as(account)
        )
    except (PermissionError, FileNotFoundError):
        return False
    return answer.returncode == 0


def can_enter(folder: Path, account: pwd.struct_passwd | None) -> bool:
    test = ["/bin/sh", "-c", 'test -x "$0"', str(folder)]
    return subprocess.run(test, check=False, cwd="/", **run_as(account)).returncode == 0


def make_private(folder: Path, account: pwd.struct_passwd | None = None) -> None:
    """Make the folder, for its server's account alone; refuse one that somebody else made."""
    owner = account.pw_uid if account else os.geteuid()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if folder.is_symlink() or folder.stat().st_uid not in {os.geteuid(), owner}:
        raise CannotEmbed(f"{folder} belongs to somebody else: remove it, or set PORTAL_VAR.")
    if account:
        os.chown(folder, account.pw_uid, account.pw_gid)
    folder.chmod(0o700)


def make_run_folder(folder: Path) -> None:
    """Make the folder of sockets: ours alone, but passable when PostgreSQL runs as another user."""
    make_private(folder)
    folder.chmod(0o711 if server_account() else 0o700)
