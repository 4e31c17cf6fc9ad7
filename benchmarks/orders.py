"""How long an answer to a school's order takes at county size, with 500 orders of June kept.

    python -m hms_portal.embedded env DEBUG=1 DEMONSTRATION=1 EMAIL_HOST= \\
        .venv/bin/python benchmarks/orders.py [county|demo]

Furnishes the county if the database is empty, then has up to 500 schools send an order of one or
two lines for next year, each worked out and kept as the portal does it, so that late ones meet
taken teachers and sets. Then schools ask, one at a time and in one process, so that what is
measured is the server's own time: for the answer alone, for the whole last page of an order, and
for the page with the table of half days, each as its music lead gets it. `worked` is the processor
time of Python and of the database's own process, which says more than the clock where others work
beside it. The goal is a p95 of 300 ms for the last page.
"""

import datetime as dt
import os
import platform
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path

from celery import current_app

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hms_portal.settings")
import_module("hms_portal.wsgi")  # as a server has loaded it

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client, override_settings  # noqa: E402
from django.urls import reverse  # noqa: E402
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
from lessons.rules.drafts import is_for_a_term  # noqa: E402
from lessons.rules.feasibility import Asked  # noqa: E402
from people.models import Person, School, SchoolContact, Staff, User  # noqa: E402

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
    print(f"{'median':>8} {'p95':>8} {'Python':>8} {'worked':>8} {'p95':>8} {'SQL':>4}  what")
    for years in (year, _this_year()):
        for lines in (1, 3):
            _measure(f"an answer, {_lines(lines)}, {years}", partial(_ask, schools, years, lines))
        for lines in (1, 3):
            page = partial(_page, "check_order", schools, years, lines)
            _measure(f"the last page, {_lines(lines)}, {years}", page)
        _measure(f"the half days, {years}", partial(_words, schools, years))
        _measure(f"their page, {years}", partial(_page, "order_needs", schools, years, 1))


def _lines(number: int) -> str:
    return "a line" if number == 1 else f"{number} lines"


def _next_year() -> Year:
    return Year.objects.filter(starts_on__gt=timezone.localdate()).order_by("starts_on")[0]


def _this_year() -> Year:
    today = timezone.localdate()
    return Year.objects.get(starts_on__lte=today, ends_on__gte=today)


def _send_orders(schools: list[School], year: Year) -> None:
    """Each school in turn, until there are as many as in June."""
    sent = SchoolOrder.objects.filter(year=year).exclude(status=SchoolOrder.Status.DRAFT)
    there, person = sent.count(), Person.objects.order_by("pk")[0]
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
    """Of a year that has begun, only what can be had for a term can still be asked for."""
    has_begun = year.starts_on <= timezone.localdate()
    programmes = {one.slug: one for one in Programme.objects.all()}
    wanted = [row for row in WANTED if not has_begun or is_for_a_term(programmes[row[0]])]
    slug, subject, classes, pupils = wanted[number % len(wanted)]
    programme, terms = programmes[slug], list(year.terms.order_by("starts_on"))
    return Asked(
        programme=programme,
        subject=Subject.objects.get(slug=subject),
        term=terms[number % 2 + 1] if has_begun or programme.terms == 1 else None,
        year_groups=(4,),
        classes=classes,
        half_days=HALF_DAYS[number % len(HALF_DAYS)],
        room=Programme.Room.HALL,
        pupils=pupils,
    )


def _ask(schools: list[School], year: Year, lines: int, turn: int) -> None:
    asked = [_asked(year, turn + place) for place in range(lines)]
    school = schools[-1 - turn % len(schools)]
    _clocked(lambda: feasibility.answers_for(asked, school=school, year=year, at=timezone.now()))


def _page(name: str, schools: list[School], year: Year, lines: int, turn: int) -> None:
    """A page of a draft that asks the same, as the school's music lead gets it."""
    school = schools[-1 - turn % len(schools)]
    lead = _lead_of(school)
    order = SchoolOrder.objects.create(
        school=school,
        year=year,
        status=SchoolOrder.Status.DRAFT,
        made_by=lead.person,
        made_at=timezone.now(),
        contact=lead.person,
    )
    for place in range(lines):
        _line(order, place + 1, _asked(year, turn + place))
    at: dict[str, object] = {"urn": school.urn, "ref": order.ref}
    page = reverse(
        f"schools:{name}", kwargs=at | ({"position": 1} if name == "order_needs" else {})
    )
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(lead, "people.access.SignedIn")
    _clocked(lambda: _got(client, page))


def _got(client: Client, page: str) -> None:
    answer = client.get(page)
    if answer.status_code != 200:
        raise SystemExit(f"{page} answered {answer.status_code} {answer.get('Location', '')}")


def _lead_of(school: School) -> User:
    """Who leads music there, with a sign-in: made where there is none."""
    email = f"lead-{school.urn}@orders.example"
    found = User.objects.filter(email=email).first()
    if found:
        return found
    person = Person.objects.create(
        given_name="Wren", family_name="Ashby", sort_name="ashby wren", email=email
    )
    SchoolContact.objects.create(
        school=school, person=person, role=SchoolContact.Role.MUSIC_LEAD, since=timezone.now()
    )
    return User.objects.create(email=email, person=person)


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


@dataclass(frozen=True)
class _Took:
    """What one answer took: by the clock, of Python, of both processors, and its statements."""

    clock: float
    python: float
    worked: float
    statements: int


_took: list[_Took] = []


def _clocked(work: Callable[[], object]) -> None:
    """The work alone, without what the benchmark reads to ask."""
    counted = _Counted()
    began, python, database = time.perf_counter(), time.process_time(), _database_time()
    with connection.execute_wrapper(counted):
        work()
    clock, python = time.perf_counter() - began, time.process_time() - python
    worked = python + _database_time() - database
    _took.append(_Took(clock * 1000, python * 1000, worked * 1000, counted.number))


class _Counted:
    """How many statements there were, and nothing else of them: a log of them would cost time."""

    number = 0

    def __call__(self, execute: Callable[..., object], *asked: object) -> object:
        self.number += 1
        return execute(*asked)


def _database_time() -> float:
    """Processor seconds of the database's process that works for us; Linux alone says."""
    connection.ensure_connection()
    said = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    return int(said.read_text().split()[0]) / 1e9 if said.exists() else 0.0


def _measure(name: str, ask: Callable[[int], None]) -> None:
    for turn in range(WARM):
        ask(turn)
    _took.clear()
    for turn in range(ROUNDS):
        ask(turn)
    figures: list[float] = []
    for took in ([one.clock for one in _took], [one.worked for one in _took]):
        figures += [statistics.median(took), statistics.quantiles(took, n=20)[-1]]
    clock, clock_p95, worked, worked_p95 = (f"{each:>5.0f} ms" for each in figures)
    python = f"{statistics.median(one.python for one in _took):>5.0f} ms"
    most = max(one.statements for one in _took)
    print(f"{clock} {clock_p95} {python} {worked} {worked_p95} {most:>4}  {name}", flush=True)


if __name__ == "__main__":
    settings.CACHES, settings.DEBUG = IN_MEMORY, False
    current_app.conf.broker_url = "memory://localhost"  # waking the worker is not what is measured
    main(sys.argv[1] if len(sys.argv) > 1 else "county")
