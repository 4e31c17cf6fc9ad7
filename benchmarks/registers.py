"""How fast marks are kept that all arrive at once after a dead zone: none lost, none doubled.

    python -m hms_portal.embedded env DEBUG=1 .venv/bin/python benchmarks/registers.py

A hundred teachers, each with five registers of twenty, marked without signal. Then every phone
sends its hundred marks, and half of them send again, having heard no answer. Through the whole
stack but the socket: sign-in, token, middleware, view, action, database. After that, the same
marks tap by tap, one request each, for as long as a quarter of a minute.
"""

import datetime as dt
import json
import multiprocessing
import os
import statistics
import sys
import threading
import time
import uuid
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hms_portal.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, connections  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from billing.models import Account  # noqa: E402
from bookings.models import Attendance, Enrolment, MarkReceived, SessionStaff  # noqa: E402
from people.models import Person, User  # noqa: E402
from tests.factories.billing import AccountFactory  # noqa: E402
from tests.factories.bookings import ActivityFactory, SessionFactory, spell  # noqa: E402
from tests.factories.people import UserFactory  # noqa: E402
from tests.factories.safeguarding import cleared_teacher  # noqa: E402

TEACHERS, REGISTERS, PUPILS = 100, 5, 20
MARKS = TEACHERS * REGISTERS * PUPILS
PROCESSES, THREADS = os.cpu_count() or 2, 4
TAPPING_FOR = 15  # seconds
KINDS = ("present", "late", "absent", "absent_told")
FORK = multiprocessing.get_context("fork")
Mark = dict[str, object]


def furnish() -> list[tuple[int, list[Mark]]]:
    """Each teacher's user and what waits on their phone."""
    today, account = timezone.localdate(), AccountFactory()
    phones = []
    for _ in range(TEACHERS):
        user = UserFactory(person=cleared_teacher())
        places = a_group(account)
        days = [today - dt.timedelta(days=ago) for ago in range(1, REGISTERS + 1)]
        phones.append((user.pk, [mark for day in days for mark in unsent(user, places, day)]))
    return phones


def a_group(account: Account) -> list[Enrolment]:
    activity = ActivityFactory(capacity=None)
    children = Person.objects.bulk_create(
        Person(given_name=f"Child{number}", sort_name=f"child{number}") for number in range(PUPILS)
    )
    return Enrolment.objects.bulk_create(
        Enrolment(
            activity=activity,
            person=child,
            account=account,
            booked_by=account.person,
            status=Enrolment.Status.ACTIVE,
            queued_at=timezone.now(),
            price_agreed=90,
            starts_on=activity.first_on,
        )
        for child in children
    )


def unsent(user: User, places: list[Enrolment], day: dt.date) -> list[Mark]:
    """A meeting of this day, and what its teacher tapped without signal."""
    session = SessionFactory(activity=places[0].activity, occurs_on=day, during=spell(day))
    session.refresh_from_db()
    SessionStaff.objects.create(session=session, person=user.person, claimed=session.claimed)
    lines = Attendance.objects.bulk_create(
        Attendance(
            session=session, person_id=place.person_id, enrolment=place, claimed=session.claimed
        )
        for place in places
    )
    return [
        {
            "key": str(uuid.uuid4()),
            "ref": str(session.ref),
            "line": line.pk,
            "mark": KINDS[number % len(KINDS)],
            "seen": 0,
        }
        for number, line in enumerate(lines)
    ]


class Phone:
    """Signed in, with a token, as a browser is."""

    def __init__(self, user_id: int) -> None:
        user = User.objects.get(pk=user_id)
        self.who = str(user.person.ref)
        self.door = reverse("bookings:send_marks")
        self.client = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
        self.client.force_login(user, "people.access.SignedIn")
        self.token = self.client.get(self.door).json()["token"]

    def send(self, marks: list[Mark]) -> list[str]:
        answer = self.client.post(
            self.door,
            json.dumps({"who": self.who, "marks": marks}),
            content_type="application/json",
            headers={"X-CSRFToken": self.token},
        )
        assert answer.status_code == 200, answer.content
        return [one["outcome"] for one in answer.json()["answers"]]


def after_the_dead_zone(
    phones: list[tuple[int, list[Mark]]], ready: object
) -> tuple[list[float], int]:
    """One process's phones, by several threads; every second one sends twice."""
    took: list[float] = []
    not_kept = [0]
    signed_in = [(Phone(user_id), marks) for user_id, marks in phones]
    ready.wait()  # type: ignore[attr-defined]  # a barrier of multiprocessing

    def run(offset: int) -> None:
        for number in range(offset, len(signed_in), THREADS):
            phone, marks = signed_in[number]
            for _ in range(1 + number % 2):
                began = time.perf_counter()
                outcomes = phone.send(marks)
                took.append(time.perf_counter() - began)
                not_kept[0] += len(marks) - outcomes.count("kept")
        connection.close()

    run_all(run)
    return took, not_kept[0]


def tap_by_tap(phones: list[tuple[int, list[Mark]]], ready: object) -> tuple[list[float], int]:
    """Each mark again, changed, in a request of its own, until the time is over."""
    took: list[float] = []
    signed_in = [(Phone(user_id), marks) for user_id, marks in phones]
    ready.wait()  # type: ignore[attr-defined]  # a barrier of multiprocessing
    until = time.perf_counter() + TAPPING_FOR

    def run(offset: int) -> None:
        for number in range(offset, len(signed_in), THREADS):
            phone, marks = signed_in[number]
            for mark in marks:
                began = time.perf_counter()
                if began > until:
                    break
                phone.send([mark | {"key": str(uuid.uuid4()), "mark": "left_early", "seen": 1}])
                took.append(time.perf_counter() - began)
        connection.close()

    run_all(run)
    return took, 0


def run_all(run: object) -> None:
    threads = [threading.Thread(target=run, args=(offset,)) for offset in range(THREADS)]  # type: ignore[arg-type]  # callable
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def at_once(work: object, phones: list[tuple[int, list[Mark]]]) -> tuple[float, list[float], int]:
    """Seconds from the moment the signal is back, how long each sending took, and what failed."""
    connections.close_all()
    results: multiprocessing.Queue[tuple[list[float], int]] = FORK.Queue()
    ready = FORK.Barrier(PROCESSES + 1, timeout=120)

    def share(offset: int) -> None:
        results.put(work(phones[offset::PROCESSES], ready))  # type: ignore[operator]  # callable

    processes = [FORK.Process(target=share, args=(offset,)) for offset in range(PROCESSES)]
    for one in processes:
        one.start()
    ready.wait()
    began = time.perf_counter()
    gathered = [results.get(timeout=300) for _ in processes]
    seconds = time.perf_counter() - began
    for one in processes:
        one.join()
    return seconds, [one for took, _ in gathered for one in took], sum(bad for _, bad in gathered)


def main() -> None:
    # Sign-ins come from the database: there is no cache beside it here, which is the slower way.
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.db"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    call_command("migrate", verbosity=0)
    phones = furnish()
    seconds, took, not_kept = at_once(after_the_dead_zone, phones)
    said = {int(str(mark["line"])): mark["mark"] for _, marks in phones for mark in marks}
    lines = list(Attendance.objects.filter(pk__in=said).values_list("pk", "mark", "version"))
    lost = sum(1 for key, mark, _ in lines if mark != said[key])
    doubled = sum(1 for *_, version in lines if version != 1)
    doubled += MarkReceived.objects.count() - MARKS
    sent = len(took) * REGISTERS * PUPILS
    p95 = statistics.quantiles(took, n=20)[-1] * 1000
    print(f"marks                 {MARKS:,}, sent as {sent:,} by {len(phones)} phones at once")
    print(
        f"in                    {seconds:.1f} s: {MARKS / seconds * 60:,.0f} a minute (goal 10,000)"
    )
    print(f"one sending of 100    p95 {p95:.0f} ms")
    print(f"lost, doubled         {lost}, {doubled} (goal 0, 0); answered otherwise {not_kept}")
    seconds, took, _ = at_once(tap_by_tap, phones)
    p95 = statistics.quantiles(took, n=20)[-1] * 1000
    print(f"tap by tap            {len(took) / seconds * 60:,.0f} a minute, p95 {p95:.0f} ms")


if __name__ == "__main__":
    main()
