"""Valkey dies with a thousand letters waiting: none is lost, none goes twice, all go soon after."""

import os
import shutil
import signal
import socketserver
import subprocess
import sys
import threading
import time

import pytest
from celery import Celery
from django.db import connection, models, transaction
from django.utils import timezone

from bookings.actions import closures
from core import mail
from core.models import Email
from hms_portal.embedded import Paths, Valkey, stop_child
from hms_portal.embedded.throwaway import SETTINGS
from tests.bookings.closing.crowd import a_crowd_of
from tests.bookings.closing.stage import DAWN, SATURDAY
from tests.house_style import CHECKOUT

LETTERS = 1000
FAMILIES, TEACHERS = 400, 20
WITHIN = 120  # seconds after Valkey is back


class Postbox(socketserver.ThreadingTCPServer):
    """A mail server that takes everything and remembers for whom."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.taken = []
        threading.Thread(target=self.serve_forever, daemon=True).start()


class _Conversation(socketserver.StreamRequestHandler):
    def handle(self):
        self.say("220 ready")
        in_text, to = False, ""
        for raw in self.rfile:
            line = raw.decode(errors="replace").strip()
            if in_text and line != ".":
                continue
            if in_text:
                self.server.taken.append(to)
            elif line.upper().startswith("RCPT"):
                to = line.partition("<")[2].rstrip(">")
            in_text = not in_text and line.upper() == "DATA"
            self.say("354 go on" if in_text else "250 ok")

    def say(self, words):
        self.wfile.write(f"{words}\r\n".encode())


@pytest.fixture
def postbox():
    box = Postbox()
    yield box
    box.shutdown()
    box.server_close()


class Broker:
    """A Valkey that can be killed and started again on the same rows."""

    def __init__(self):
        self.paths = Paths.throwaway()
        self.server = Valkey(self.paths)
        self.server.prepare()
        self.child = None

    def start(self):
        self.child = self.server.start(subprocess.DEVNULL)
        until = time.monotonic() + 20
        while not self.server.is_ready():
            assert time.monotonic() < until
            time.sleep(0.05)

    def kill(self):
        self.child.send_signal(signal.SIGKILL)
        self.child.wait()

    def end(self):
        if self.child.poll() is None:
            stop_child(self.child, first=signal.SIGKILL, patience=5)
        shutil.rmtree(self.paths.run, ignore_errors=True)


@pytest.fixture
def broker():
    broker = Broker()
    broker.start()
    yield broker
    broker.end()


@pytest.fixture
def start(broker, postbox, tmp_path):
    """Start a Celery program on this test's database, broker and mail server."""
    children = []

    def start(*words):
        database, _, _ = os.environ["DATABASE_URL"].rpartition("/")
        environment = {
            **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
            **SETTINGS,
            "DATABASE_URL": f"{database}/{connection.settings_dict['NAME']}",
            "REDIS_URL": broker.paths.redis_url,
            "BROKER_URL": broker.paths.broker_url,
            "CACHE_URL": broker.paths.redis_url,
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(postbox.server_address[1]),
            "EMAIL_USE_TLS": "0",
        }
        with (tmp_path / f"{words[0]}.log").open("wb") as log:
            children.append(
                subprocess.Popen(
                    [sys.executable, "-m", "celery", "--quiet", "-A", "hms_portal", *words],
                    cwd=CHECKOUT,
                    env=environment,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            )

    yield start
    for child in children:
        stop_child(child, first=signal.SIGTERM, patience=15)


def write(number):
    mail.queue(
        "offer-ending",
        to_address=f"family{number}@home.example",
        to_person_id=None,
        context={"first_name": "A", "child": "B", "activity": "C", "answer_by": "D"},
        link="/",
        key=f"outage-{number}",
        at=timezone.now(),
    )


def wait_until(number, status, patience):
    began = time.monotonic()
    while Email.objects.filter(status=status).count() < number:
        assert time.monotonic() - began < patience, dict(
            Email.objects.values_list("status").annotate(number=models.Count("pk"))
        )
        time.sleep(0.25)
    return time.monotonic() - began


@pytest.fixture
def asks_this_broker(broker, monkeypatch):
    """The portal's own wakings go to this test's Valkey."""
    app = Celery("outage", set_as_current=False)
    app.config_from_object("django.conf:settings", namespace="CELERY")
    app.conf.broker_url = broker.paths.broker_url
    monkeypatch.setattr(mail, "current_app", app)
    yield
    app.close()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_thousand_letters_outlive_valkey(broker, start, postbox, asks_this_broker):
    start("worker", "--loglevel", "WARNING", "--concurrency", "2")
    start("beat", "--loglevel", "WARNING", "--pidfile=")
    with transaction.atomic():
        write("first")
    wait_until(1, "sent", patience=90)

    broker.kill()
    slowest = 0.0
    for number in range(LETTERS):
        began = time.monotonic()
        with transaction.atomic():
            write(number)
        slowest = max(slowest, time.monotonic() - began)
    assert Email.objects.filter(status="queued").count() == LETTERS

    broker.start()
    took = wait_until(LETTERS + 1, "sent", patience=WITHIN)

    assert took <= WITHIN
    assert len(postbox.taken) == len(set(postbox.taken)) == LETTERS + 1
    assert slowest < 2, "a family waited for a broker that was away"


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_everybody_hears_of_a_closing_once_although_valkey_dies(
    broker, start, postbox, monkeypatch
):
    """Two workers; the letters are left to the job; the broker is killed while they go."""
    monkeypatch.setattr(closures, "AT_ONCE", 0)
    centre, head, cause = a_crowd_of(FAMILIES)
    start("worker", "--loglevel", "WARNING", "--concurrency", "1", "-n", "first@%h")
    start("worker", "--loglevel", "WARNING", "--concurrency", "1", "-n", "second@%h")
    start("beat", "--loglevel", "WARNING", "--pidfile=")
    closed_at = min(DAWN, timezone.now())

    closures.close_place(
        centre=centre, starts_on=SATURDAY, ends_on=SATURDAY, reason="Ice", cause=cause,
        by=head, at=closed_at,
    )  # fmt: skip
    wait_until(1, "sent", patience=WITHIN)
    broker.kill()
    time.sleep(2)
    broker.start()
    letters = FAMILIES + TEACHERS
    wait_until(letters, "sent", patience=WITHIN)

    assert len(postbox.taken) == len(set(postbox.taken)) == letters
    assert Email.objects.count() == letters


@pytest.mark.django_db(transaction=True)
def test_a_valkey_that_hangs_holds_up_no_family(broker, asks_this_broker):
    broker.child.send_signal(signal.SIGSTOP)
    began = time.monotonic()

    with transaction.atomic():
        write("hung")

    took = time.monotonic() - began
    broker.child.send_signal(signal.SIGCONT)
    assert took < 8  # two tries of two seconds each, on a machine that is busy
    assert Email.objects.filter(status="queued").count() == 1
