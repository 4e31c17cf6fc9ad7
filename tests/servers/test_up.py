"""One command starts five processes, and however it ends nothing is left behind."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hms_portal.embedded.binaries import postgres_folder
from tests.servers.portal import CHECKOUT, Up

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc, and leans on the kernel"),
]

PROGRAMS = {
    "postgres": "/postgres",
    "valkey": "valkey-server",
    "web": "gunicorn",
    "worker": "celery --quiet -A hms_portal worker",
    "beat": "celery --quiet -A hms_portal beat",
}


def test_up_runs_five_processes_and_answers(running):
    children = {name: running.child(program) for name, program in PROGRAMS.items()}

    assert len(set(children.values())) == 5
    assert running.ask("/healthz") == 200


def test_up_pressed_once_leaves_nothing(pressed_once):
    assert pressed_once.program.returncode == 0
    assert pressed_once.complained() == ""
    assert pressed_once.processes.left() == []
    assert was_closed_cleanly(pressed_once)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_up_asked_to_stop_leaves_nothing(make_up, number):
    up = make_up().start().wait_until_it_answers()

    up.send(number)

    assert up.wait() == 0
    assert up.complained() == ""
    assert up.processes.left() == []
    assert was_closed_cleanly(up)


def test_one_press_that_arrives_twice_is_one(make_up):
    up = make_up().start().wait_until_it_answers()

    up.send(signal.SIGINT)
    time.sleep(0.2)
    up.send(signal.SIGINT)

    assert up.wait() == 0
    assert was_closed_cleanly(up)


def test_the_next_start_recovers_from_a_second_press_and_from_a_kill(make_up):
    """The second press does not wait for a child that hangs; the kill leaves nothing."""
    up = make_up().start().wait_until_it_answers()
    hung = up.child(PROGRAMS["worker"])
    os.kill(hung, signal.SIGSTOP)

    up.send(signal.SIGINT)
    time.sleep(2)
    assert up.program.poll() is None
    asked_again = time.monotonic()
    up.send(signal.SIGINT)

    assert up.wait() == 0
    assert time.monotonic() - asked_again < 6
    assert up.processes.left() == []

    up.start().wait_until_it_answers()
    up.send(signal.SIGKILL)
    up.wait()

    assert up.wait_until_all_gone()

    up.start().wait_until_it_answers()


@pytest.mark.parametrize("name", PROGRAMS)
def test_when_one_child_dies_the_rest_stop(make_up, name):
    up = make_up().start().wait_until_it_answers()

    os.kill(up.child(PROGRAMS[name]), signal.SIGKILL)

    assert up.wait() == 1
    assert up.complained().startswith(f"{name} was ended by SIGKILL.")
    assert up.wait_until_all_gone(5)


def test_a_child_that_cannot_start_is_quoted(make_up):
    up = make_up(SECRET_KEY="x", DEBUG="1", FIELD_KEYS="x", LANG="C", STATEMENT_TIMEOUT_MS="soon")
    up.start()

    assert up.wait() == 1
    assert "The last it said:\n    STATEMENT_TIMEOUT_MS must be a whole number" in up.complained()
    assert up.processes.left() == []


def test_a_taken_port_is_said_before_anything_starts(tmp_path):
    up = Up(tmp_path)
    with socket.socket() as other:
        other.bind(("127.0.0.1", up.port))
        other.listen()

        up.start()

        assert up.wait() == 1
    assert up.complained() == (
        f"Port {up.port} cannot be used (Address already in use). "
        f"Choose another: make run PORT={up.port + 1}\n"
    )
    assert [path.name for path in up.var.iterdir()] == ["up.lock"]


def test_two_supervisors_do_not_fight(running, tmp_path):
    second = Up(tmp_path)
    second.var = running.var

    second.start()

    assert second.wait() == 1
    assert second.complained() == (
        f"The portal already runs from this folder (process {running.program.pid}). "
        "Stop that one first.\n"
    )
    assert running.ask("/healthz") == 200


def test_up_refuses_production(tmp_path):
    up = Up(tmp_path, DEBUG="0").start()

    assert up.wait() == 1
    assert up.complained() == (
        "DEBUG is 0, and `up` is for development and demonstrations only. "
        "See README.md, To deploy.\n"
    )


def test_other_commands_find_the_running_servers(running):
    said = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--check"],
        cwd=CHECKOUT,
        env={"PATH": "/usr/bin:/bin", "PORTAL_VAR": str(running.var)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (said.returncode, said.stderr) == (0, "")


def test_with_both_addresses_named_nothing_embedded_starts(running, tmp_path):
    sockets = servers_folder(running)
    up = Up(
        tmp_path,
        DATABASE_URL=f"postgresql://portal@{str(sockets / 'pg').replace('/', '%2F')}/portal",
        REDIS_URL=f"unix://{sockets}/valkey/valkey.sock?db=3",
        BROKER_URL=f"redis+socket://{sockets}/valkey/valkey.sock?virtual_host=2",
    )
    try:
        up.start().wait_until_it_answers()

        commands = " ".join(up.processes.look().values())

        assert "gunicorn" in commands
        assert "postgres" not in commands
        assert "valkey-server" not in commands
        assert not (up.var / "postgres").exists()
        assert not (up.var / "valkey").exists()
    finally:
        up.end()


def test_a_database_that_does_not_answer_is_named_without_its_password(tmp_path):
    up = Up(tmp_path, DATABASE_URL="postgresql://portal:hush@127.0.0.1:1/portal").start()

    assert up.wait() == 1
    assert up.complained().startswith("DATABASE_URL names a database that does not answer: ")
    assert "hush" not in up.complained()
    assert len(up.complained().splitlines()) == 1


def test_up_starts_and_stops_in_a_home_that_is_closed_to_others(tmp_path):
    tmp_path.chmod(0o700)
    up = Up(tmp_path)
    try:
        up.start().wait_until_it_answers()
        assert up.ask("/healthz") == 200

        up.send(signal.SIGINT)

        assert up.wait() == 0
        assert up.complained() == ""
        assert up.processes.left() == []
    finally:
        up.end()
        reset(up)


def test_reset_throws_the_rows_away_but_not_from_under_a_running_portal(running, make_up):
    stopped = make_up()

    assert (reset(running), reset(stopped)) == (1, 0)

    assert running.ask("/healthz") == 200
    assert (running.var / "postgres").exists()
    assert not (stopped.var / "postgres").exists()


def reset(up):
    said = subprocess.run(
        [sys.executable, "manage.py", "reset"],
        cwd=CHECKOUT,
        env={"PATH": "/usr/bin:/bin", "PORTAL_VAR": str(up.var)},
        capture_output=True,
        check=False,
    )
    return said.returncode


def servers_folder(up):
    """The folder of sockets, as the running PostgreSQL's command line tells it."""
    command = up.processes.look()[up.child(PROGRAMS["postgres"])]
    words = command.split("unix_socket_directories=")[1]
    return Path(words.split()[0]).parent


def was_closed_cleanly(up):
    """True when PostgreSQL's rows need no recovery."""
    said = subprocess.check_output(
        [postgres_folder() / "pg_controldata", up.var / "postgres"], text=True
    )
    return "shut down\n" in said
