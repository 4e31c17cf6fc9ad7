"""A snow day: thousands of families are told once, by two workers, though the broker is killed.

    python -m hms_portal.embedded .venv/bin/python benchmarks/closures.py 5000
    python -m hms_portal.embedded .venv/bin/python benchmarks/closures.py 15000 act

Prints how long the act holds its request, in how many statements, how fast its letters are written
by the job, and what became of each. Read the ratios: the machine may be shared.
"""

import datetime as dt
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import django
from celery import current_app

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hms_portal.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from bookings import actions  # noqa: E402
from bookings.actions import closures  # noqa: E402
from bookings.queries import closures as queries  # noqa: E402
from bookings.rules.closures import Span  # noqa: E402
from core.models import Email  # noqa: E402
from hms_portal.county.actions import words  # noqa: E402
from hms_portal.embedded import stop_child  # noqa: E402
from hms_portal.embedded.throwaway import SETTINGS  # noqa: E402
from tests.bookings.closing.crowd import a_crowd_of  # noqa: E402
from tests.bookings.closing.stage import DAWN, SATURDAY  # noqa: E402
from tests.servers.test_valkey_outage import Broker, Postbox  # noqa: E402

WORKERS = 2
PATIENCE = 900
MINUTE = dt.timedelta(minutes=1)


def timed(work: Callable[[], object]) -> tuple[float, int, object]:
    """Seconds, statements, and what it gave."""
    began = time.perf_counter()
    with CaptureQueriesContext(connection) as asked:
        gave = work()
    return time.perf_counter() - began, len(asked), gave


def close(centre: object, head: object, cause: object) -> object:
    return actions.close_place(
        centre=centre,
        starts_on=SATURDAY,
        ends_on=SATURDAY,
        reason="The path is ice",
        cause=cause,
        by=head,
        at=DAWN,
    )


def program(broker: Broker, postbox: Postbox, folder: str, *said: str) -> subprocess.Popen[bytes]:
    """One Celery program on this database, broker and mail server."""
    environment = {
        **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        **SETTINGS,
        "DATABASE_URL": os.environ["DATABASE_URL"],
        "REDIS_URL": broker.paths.redis_url,
        "BROKER_URL": broker.paths.broker_url,
        "CACHE_URL": broker.paths.redis_url,
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(postbox.server_address[1]),
        "EMAIL_USE_TLS": "0",
    }
    with (Path(folder) / f"{said[0]}.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "celery", "--quiet", "-A", "hms_portal", *said],
            cwd=Path(__file__).resolve().parent.parent,
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def wait_until(number: int) -> float:
    """Until so many have gone; how long it took."""
    began = time.perf_counter()
    while Email.objects.filter(status="sent").count() < number:
        if time.perf_counter() - began > PATIENCE:
            raise TimeoutError(f"{Email.objects.filter(status='sent').count()} of {number} went")
        time.sleep(0.25)
    return time.perf_counter() - began


def deliver(number: int) -> tuple[float, Postbox]:
    """Two workers, and the broker killed once a third has gone."""
    broker, postbox = Broker(), Postbox()
    broker.start()
    with tempfile.TemporaryDirectory() as folder:
        beat = ("beat", "--loglevel", "WARNING", f"--pidfile={folder}/beat.pid")
        programs = [program(broker, postbox, folder, *beat)]
        for turn in range(WORKERS):
            worker = ("worker", "--loglevel", "WARNING", "--concurrency", "1", "-n", f"w{turn}@%h")
            programs.append(program(broker, postbox, folder, *worker))
        began = time.perf_counter()
        try:
            wait_until(number // 3)
            broker.kill()
            time.sleep(5)
            broker.start()
            wait_until(number)
            took = time.perf_counter() - began
        finally:
            for each in programs:
                stop_child(each, first=signal.SIGTERM, patience=15)
            broker.end()
    return took, postbox


def warm(*crowd: object) -> None:
    """The first closing of a process pays for what is remembered afterwards."""
    close(*crowd)
    actions.tell_of_closures(at=DAWN)


def main(families: int, *, is_delivered: bool) -> None:
    current_app.conf.broker_url = "memory://localhost"  # waking is not what is measured
    settings.MAIL_REFUSES_GAPS = True
    call_command("migrate", verbosity=0)
    words.load_words(by=None, at=DAWN)
    warm(*a_crowd_of(20))
    small, large = a_crowd_of(families // 10), a_crowd_of(families)
    Email.objects.all().delete()
    span = Span(SATURDAY, SATURDAY, centre=large[0])
    preview, preview_asked, _ = timed(lambda: queries.preview(span, at=DAWN))
    few_took, few_asked, _ = timed(lambda: close(*small))
    actions.tell_of_closures(at=DAWN)
    Email.objects.all().delete()
    took, asked, _ = timed(lambda: close(*large))
    again, _, _ = timed(lambda: close(*large))
    at_once = Email.objects.count()
    writing, _, _ = timed(lambda: actions.tell_of_closures(at=DAWN + MINUTE))
    letters = Email.objects.count()
    Email.objects.update(not_before=timezone.now())  # they were written on a day in December
    print(f"families                     {families:8,}")
    print(f"preview                      {preview:8.2f} s, {preview_asked} statements")
    print(f"the act                      {took:8.2f} s, {asked} statements")
    print(f"the same act again           {again:8.2f} s")
    print(f"letters written in it        {at_once:8,} (more than {closures.AT_ONCE:,}: by the job)")
    print(f"letters written by the job   {letters:8,} in {writing:.1f} s")
    print(f"act : a tenth as many, time  {took / few_took:8.1f} (goal 12)")
    print(f"act : a tenth, statements    {asked / few_asked:8.2f}")
    print(f"act : writing its letters    {took / writing:8.2f}")
    if not is_delivered:
        return
    delivering, postbox = deliver(letters)
    unique = len(set(postbox.taken))
    twice, never = len(postbox.taken) - unique, letters - unique
    print(f"delivered, broker killed     {delivering:8.1f} s, {len(postbox.taken):,} letters")
    print(f"told twice, told never       {twice:,}, {never:,} (goal 0, 0)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5000, is_delivered="act" not in sys.argv)
