"""What `manage.py up` starts, in order, and how it ends."""

import argparse
import fcntl
import importlib.util
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import redis

from hms_portal import env
from hms_portal.alive import is_alive
from hms_portal.embedded import CannotEmbed, Paths, Postgres, Valkey
from hms_portal.embedded.paths import CHECKOUT
from hms_portal.embedded.postgres import rows_outside_home
from hms_portal.supervisor.crew import Asked, Crew, Failed, Member
from hms_portal.supervisor.lines import say, say_error

PORT = 8000
CORES = str(os.cpu_count() or 1)
PYTHON_M = (sys.executable, "-m")


class Refused(Exception):
    """We did not even start; the message says why and what to do."""


def up(argv: list[str]) -> int:
    """Start everything, watch it until somebody asks us to stop, and stop it. Return exit code."""
    options = _options(argv)
    paths = Paths.usual()
    crew = Crew()
    crew.listen()
    try:
        _refuse_production()
        with _only_one(paths):
            _refuse_taken_port(options.port)
            return _run(crew, paths, options.port)
    except (Refused, CannotEmbed) as no:
        say_error(str(no))
        return 1


def reset(argv: list[str]) -> int:
    """Throw away the embedded servers' rows, so that the next `up` begins afresh."""
    argparse.ArgumentParser(prog="manage.py reset", description=reset.__doc__).parse_args(argv)
    paths = Paths.usual()
    try:
        with _only_one(paths):
            for folder in (paths.postgres_rows, paths.valkey_rows, rows_outside_home(paths)):
                if folder.exists():
                    shutil.rmtree(folder)
    except Refused as no:
        say_error(str(no))
        return 1
    say("The demonstration's rows are gone. `make run` begins afresh.")
    return 0


def _options(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="manage.py up", description="Start the whole portal for development or to show it."
    )
    parser.add_argument("--port", type=int, default=PORT, help=f"where it answers ({PORT})")
    return parser.parse_args(argv)


def _refuse_production() -> None:
    if not env.flag("DEBUG", default=True):
        raise Refused(
            "DEBUG is 0, and `up` is for development and demonstrations only. "
            "See README.md, To deploy."
        )


@contextmanager
def _only_one(paths: Paths) -> Iterator[None]:
    """Hold the lock of these folders; two supervisors would fight over them."""
    paths.var.mkdir(parents=True, exist_ok=True)
    with paths.lock.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise Refused(
                f"The portal already runs from this folder (process {lock.read().strip()}). "
                "Stop that one first."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _refuse_taken_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as problem:
            raise Refused(
                f"Port {port} cannot be used ({problem.strerror}). "
                f"Choose another: make run PORT={port + 1}"
            ) from None


def _run(crew: Crew, paths: Paths, port: int) -> int:
    try:
        environment = _start_servers(crew, paths)
        environment["SITE_URL"] = environment.get("SITE_URL") or f"http://127.0.0.1:{port}"
        _migrate(crew, environment)
        _start_web(crew, environment, port)  # it wakes while the county moves in
        _furnish(crew, environment)
        _start_jobs(crew, environment)
        crew.wait_for("The portal", lambda: is_alive(port), patience=90)
        _welcome(crew, environment)
        crew.watch()
    except Asked:
        say("Stopping.")
        crew.stop()
        say("Stopped: nothing is left running.")
    except (Failed, Refused, CannotEmbed) as failure:
        say_error(str(failure))
        return 1
    finally:
        crew.stop()
        shutil.rmtree(paths.run, ignore_errors=True)
    return 0


def _start_servers(crew: Crew, paths: Paths) -> dict[str, str]:
    """Start what nobody named; return the environment for everything that follows."""
    environment = {"DEBUG": "1", "DEMONSTRATION": "1", "PYTHONUNBUFFERED": "1", **os.environ}
    if environment.get("DATABASE_URL"):
        _check_database(environment["DATABASE_URL"])
    else:
        postgres = Postgres(paths)
        _start_server(crew, postgres)
        postgres.make_role()
        environment["DATABASE_URL"] = paths.database_url
    if environment.get("REDIS_URL"):
        _check_valkey(environment["REDIS_URL"])
    else:
        _start_server(crew, Valkey(paths))
        environment["REDIS_URL"] = paths.redis_url
        environment["BROKER_URL"] = environment.get("BROKER_URL") or paths.broker_url
    return environment


def _start_server(crew: Crew, server: Postgres | Valkey) -> None:
    say(f"Starting {server.name}.")
    server.prepare()
    child = server.start(subprocess.PIPE)
    crew.join(
        Member(
            server.name,
            child,
            stop_signal=server.stop_signal,
            hurry_signal=server.hurry_signal,
            patience=15,
            chatter=server.chatter,
        )
    )
    crew.wait_for(server.name, server.is_ready, patience=60)


def _check_database(url: str) -> None:
    """Say now, in a sentence and without the password, that a named database does not answer."""
    env.url("DATABASE_URL", schemes={"postgres", "postgresql"})
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.Error as problem:
        reason = str(problem).strip().splitlines()[0]
        raise Refused(f"DATABASE_URL names a database that does not answer: {reason}") from None


def _check_valkey(url: str) -> None:
    env.url("REDIS_URL", schemes={"redis", "rediss", "unix"})
    try:
        redis.Redis.from_url(url, socket_connect_timeout=5).ping()
    except (redis.RedisError, ValueError) as problem:
        raise Refused(f"REDIS_URL names a server that does not answer: {problem}") from None


def _migrate(crew: Crew, environment: dict[str, str]) -> None:
    say("Bringing the database up to date.")
    crew.run(
        "migrate", _manage("migrate", "--verbosity=0"), env=_patient(environment), cwd=CHECKOUT
    )


def _furnish(crew: Crew, environment: dict[str, str]) -> None:
    """Where there is nobody yet, move the invented county in."""
    if not env.flag("DEMONSTRATION", default=True) or _has_centres(environment["DATABASE_URL"]):
        return
    if not _has_command("load_county"):
        say("The portal is empty: this version brings no invented county.")
        return
    say("Moving the invented county in.")
    load = _manage("load_county", "--size", "demo")
    crew.run("county", load, env=_patient(environment), cwd=CHECKOUT)


def _patient(environment: dict[str, str]) -> dict[str, str]:
    return {**environment, "STATEMENT_TIMEOUT_MS": "0"}


def _has_centres(url: str) -> bool:
    with psycopg.connect(url) as connection:
        try:
            return connection.execute("SELECT FROM centres_centre LIMIT 1").fetchone() is not None
        except psycopg.errors.UndefinedTable:
            return False


def _has_command(name: str) -> bool:
    return importlib.util.find_spec(f"hms_portal.management.commands.{name}") is not None


def _manage(*words: str) -> list[str | Path]:
    return [sys.executable, CHECKOUT / "manage.py", *words]


def _start_web(crew: Crew, environment: dict[str, str], port: int) -> None:
    web = [*PYTHON_M, "gunicorn", "hms_portal.wsgi", "--bind", f"127.0.0.1:{port}"]
    web += ["--workers", CORES, "--graceful-timeout", "8"]
    web += ["--log-level", "warning", "--no-control-socket"]
    crew.start("web", web, env=environment, cwd=CHECKOUT)


def _start_jobs(crew: Crew, environment: dict[str, str]) -> None:
    celery = [*PYTHON_M, "celery", "--quiet", "-A", "hms_portal"]
    worker = [*celery, "worker", "--loglevel", "WARNING", "--concurrency", CORES]
    beat = [*celery, "beat", "--loglevel", "WARNING", "--pidfile="]
    # Celery warns root of pickled messages. Ours are JSON, and this machine is not production.
    calm = {**environment, "PYTHONWARNINGS": "ignore:You're running the worker with superuser"}
    for name, argv in {"worker": worker, "beat": beat}.items():
        crew.start(name, argv, env=calm, cwd=CHECKOUT)


def _welcome(crew: Crew, environment: dict[str, str]) -> None:
    say()
    if _has_command("demonstration_sign_ins") and env.flag("DEMONSTRATION", default=True):
        sign_ins = _manage("demonstration_sign_ins")
        for line in crew.run("sign-ins", sign_ins, env=environment, cwd=CHECKOUT, is_shown=False):
            say(line)
        say()
    say(f"The portal answers at {environment['SITE_URL']}/   (Ctrl-C stops it)")
    say()
