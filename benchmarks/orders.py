"""How long an answer to a school's order takes at county size, with 500 orders of June kept.

    python -m hms_portal.embedded env DEBUG=1 DEMONSTRATION=1 EMAIL_HOST= \\
        .venv/bin/python benchmarks/orders.py [county|demo]

Furnishes the county if the database is empty, then has up to 500 schools send an order of one or
two lines for next year, each worked out and kept as the portal does it, so that late ones meet
taken teachers and sets. Then the answers are asked for as the page asks, one at a time and in one
process: what is measured is the server's own time. The goal is a p95 of 300 ms.
"""

import datetime as dt
import os
import platform
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import django
from celery import current_app

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hms_portal.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, reset_queries  # noqa: E402
from django.test import override_settings  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from bookings.models import SessionStaff  # noqa: E402
from centres.models import Year  # noqa: E402
from core.refusals import RuleBroken  # noqa: E402
from lessons.actions import keeping  # noqa: E402
from lessons.models import (  # noqa: E402
    HourKept,
    OrderLine,
    Programme,
    SchoolOrder,
    Subject,
)
from lessons.queries import feasibility  # noqa: E402
from lessons.rules.feasibility import Asked  # noqa: E402
from people.models import Person, School, Staff  # noqa: E402

ORDERS, ROUNDS, WARM = 500, 100, 5
# What schools order most, in about these shares: programme, instrument, classes, pupils.
WANTED = (
    ("whole-class-ukulele-year", "ukulele", 2, 60),
    ("whole-class-ukulele-term", "ukulele", 2, 58),
    ("whole-class-djembe-term", "djembe", 2, 60),
    ("whole-class-recorder-term", "recorder", 3, 84),
    ("whole-class-brass-year", "starter-brass", 1, 30),
    ("whole-class-strings-year", "violin", 1, 28),
    ("continuation-large-group", "ukulele", 1, 12),
    ("curriculum-teaching", "musicianship", 4, 116),
)
HALF_DAYS = (("1-am", "2-am"), ("2-am", "4-am"), ("3-pm",), ("4-am", "5-am", "5-pm"), ("2-pm",))
IN_MEMORY = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}


def main(size: str) -> None:
    call_command("migrate", verbosity=0)
    if not School.objects.exists():
        with override_settings(DEMONSTRATION=True):  # it moves in only where one is meant
            call_command("load_county", size=size)
    year = _next_year()
    schools = list(School.objects.filter(status="open", latitude__isnull=False).order_by("pk"))
    _send_orders(schools, year)
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("ANALYZE")
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"{Staff.objects.count():,} staff, {SessionStaff.objects.count():,} lines of staff")
    orders, hours = SchoolOrder.objects.count(), HourKept.objects.filter(released_at=None).count()
    print(f"{orders:,} orders, {hours:,} hours kept, asked for {year}")
    print(f"{'median':>8} {'p95':>8} {'Python':>8} {'SQL':>4}  what")
    for years in (year, _this_year()):
        _measure(f"a line, {years}", partial(_ask, schools, years, lines=1))
        _measure(f"three lines, {years}", partial(_ask, schools, years, lines=3))
        _measure(f"the half days, {years}", partial(_words, schools, years))


def _next_year() -> Year:
    return Year.objects.filter(starts_on__gt=timezone.localdate()).order_by("starts_on")[0]


def _this_year() -> Year:
    today = timezone.localdate()
    return Year.objects.get(starts_on__lte=today, ends_on__gte=today)


def _send_orders(schools: list[School], year: Year) -> None:
    """Each school in turn, until there are as many as in June."""
    there, person = SchoolOrder.objects.count(), Person.objects.order_by("pk")[0]
    began, answers = time.perf_counter(), Counter[str]()
    for number in range(there, ORDERS):
        at = timezone.now() - dt.timedelta(hours=1)
        order = SchoolOrder.objects.create(
            school=schools[number % len(schools)],
            year=year,
            status=SchoolOrder.Status.SUBMITTED,
            submitted_at=at,
            made_by=person,
            made_at=at,
            contact=person,
        )
        for place in range(1 + number % 2):
            _line(order, place + 1, _asked(year, number + place))
        try:
            answers.update(one.answer.label for one in keeping.keep_for(order, by=None, at=at))
        except RuleBroken as broken:
            answers[str(broken)] += 1
    if there < ORDERS:
        took = time.perf_counter() - began
        print(f"{ORDERS - there} orders sent in {took:.0f} s: {dict(answers)}")


def _line(order: SchoolOrder, position: int, asked: Asked) -> None:
    OrderLine.objects.create(
        order=order,
        position=position,
        programme=asked.programme,
        subject=asked.subject,
        term=asked.term,
        year_groups=list(asked.year_groups),
        classes=asked.classes,
        pupils=asked.pupils,
        half_days=list(asked.half_days),
        room=asked.room,
    )


def _asked(year: Year, number: int) -> Asked:
    slug, subject, classes, pupils = WANTED[number % len(WANTED)]
    programme = Programme.objects.get(slug=slug)
    terms = list(year.terms.order_by("starts_on"))
    return Asked(
        programme=programme,
        subject=Subject.objects.get(slug=subject),
        term=terms[number % 2 + 1] if programme.terms == 1 else None,
        year_groups=(4,),
        classes=classes,
        half_days=HALF_DAYS[number % len(HALF_DAYS)],
        room=Programme.Room.HALL,
        pupils=pupils,
    )


def _ask(schools: list[School], year: Year, turn: int, *, lines: int) -> None:
    asked = [_asked(year, turn + place) for place in range(lines)]
    school = schools[-1 - turn % len(schools)]
    _clocked(lambda: feasibility.answers_for(asked, school=school, year=year, at=timezone.now()))


def _words(schools: list[School], year: Year, turn: int) -> None:
    asked = _asked(year, turn)
    _clocked(
        lambda: feasibility.half_day_words(
            programme=asked.programme,
            subject=asked.subject,
            term=asked.term,
            classes=asked.classes,
            school=schools[-1 - turn % len(schools)],
            year=year,
            at=timezone.now(),
            pupils=asked.pupils,
        )
    )


_took: list[tuple[float, float, int]] = []


def _clocked(work: Callable[[], object]) -> None:
    """The work alone, without what the benchmark reads to ask."""
    reset_queries()  # or the log is full, and counts nothing
    began, at_work = time.perf_counter(), time.process_time()
    with CaptureQueriesContext(connection) as captured:
        work()
    ended, worked = time.perf_counter(), time.process_time()
    _took.append(((ended - began) * 1000, (worked - at_work) * 1000, len(captured)))


def _measure(name: str, ask: Callable[[int], None]) -> None:
    for turn in range(WARM):
        ask(turn)
    _took.clear()
    for turn in range(ROUNDS):
        ask(turn)
    took = [each[0] for each in _took]
    own, most = statistics.median(each[1] for each in _took), max(each[2] for each in _took)
    p95 = statistics.quantiles(took, n=20)[-1]
    print(f"{statistics.median(took):>5.0f} ms {p95:>5.0f} ms {own:>5.0f} ms {most:>4}  {name}")


if __name__ == "__main__":
    settings.CACHES = IN_MEMORY
    current_app.conf.broker_url = "memory://localhost"  # waking the worker is not what is measured
    main(sys.argv[1] if len(sys.argv) > 1 else "county")
