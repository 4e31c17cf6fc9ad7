"""How long finding cover takes on a furnished county: the list, one meeting, the busy look-up.

    python -m hms_portal.embedded env DEBUG=1 DEMONSTRATION=1 EMAIL_HOST= \\
        .venv/bin/python benchmarks/cover.py [demo|staff|county]

Furnishes the county if the database is empty; `staff` is the demonstration with as many teachers as
a county has, each with forty weeks of meetings: a minute instead of many. Each page is asked for in
turn, one at a time and in one process, so that what is measured is the server's own time. The goal
is a p95 of 150 ms.
"""

import datetime as dt
import os
import platform
import statistics
import sys
import time
import uuid
from collections.abc import Callable
from copy import copy
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from celery import current_app

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hms_portal.settings")
import_module("hms_portal.wsgi")  # as a server has loaded it

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.models.base import ModelState  # noqa: E402
from django.test import Client, override_settings  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from bookings.models import Activity, Session, SessionStaff  # noqa: E402
from hms_portal.county import shown  # noqa: E402
from hms_portal.county.sizes import COUNTY, DEMO  # noqa: E402
from lessons.models import Teaches  # noqa: E402
from lessons.queries import cover  # noqa: E402
from people.models import Availability, Person, RoleHeld, Staff, User  # noqa: E402
from safeguarding.models import Check  # noqa: E402

ROUNDS, WARM = 60, 5
# Five meetings on one day of each of forty weeks around today, for every new teacher.
MEETINGS_OF_NEW = """
    INSERT INTO bookings_session
           (ref, activity_id, occurs_on, ordinal, during, status, public_comment)
    SELECT gen_random_uuid(), id, day, hour, tstzrange(starts, starts + interval '45 minutes'),
           'planned', ''
      FROM bookings_activity, generate_series(-8, 31) week, generate_series(1, 5) hour
     CROSS JOIN LATERAL (SELECT current_date + week * 7 + (bookings_activity.id % 7)::int AS day) d
     CROSS JOIN LATERAL (SELECT day + interval '9 hours' + hour * interval '1 hour' AS starts) t
     WHERE title LIKE 'Teacher %'
"""
LEADERS_OF_NEW = """
    INSERT INTO bookings_sessionstaff (session_id, person_id, role, claimed)
    SELECT session.id, activity.teacher_id, 'lead', session.claimed
      FROM bookings_session session JOIN bookings_activity activity
        ON activity.id = session.activity_id
     WHERE activity.title LIKE 'Teacher %'
"""
IN_MEMORY = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
MEETINGS = 12
BACKEND = "people.access.SignedIn"


def main(size: str) -> None:
    call_command("migrate", verbosity=0)
    if not Session.objects.exists():
        with override_settings(DEMONSTRATION=True):  # it moves in only where one is meant
            call_command("load_county", size="demo" if size == "staff" else size)
        if size == "staff":
            add_teachers(COUNTY.teachers - DEMO.teachers)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"{Staff.objects.count():,} staff, {SessionStaff.objects.count():,} lines of staff")
    print(f"{'median':>8} {'p95':>8} {'Python':>8} {'SQL':>4}  what")
    sessions = list(_busy_hours())
    for who, shown_as in (("a head", shown.HEAD), ("the county", shown.ADMINISTRATOR)):
        client = Client(HTTP_HOST="127.0.0.1")
        client.force_login(User.objects.get(email=shown_as.email), BACKEND)
        _measure(f"who needs cover, {who}", partial(_list, client))
    _measure(
        "who could, for one meeting",
        lambda turn: _get(client, _address(sessions[turn % len(sessions)])),
    )
    _explain(sessions[0])


def add_teachers(number: int) -> None:
    """As many more as are missing: like those there are, with a week of meetings for each."""
    like = list(Staff.objects.filter(person__roles__role="teacher").order_by("pk"))
    teaches, hours = list(Teaches.objects.all()), list(Availability.objects.all())
    checks, activity = list(Check.objects.all()), Activity.objects.filter(room=None).first()
    assert activity is not None
    for turn in range(number):
        model = like[turn % len(like)]
        name = f"Teacher {turn}"
        person = Person.objects.create(given_name=name, sort_name=name.casefold())
        staff = _copy(model, person=person)
        RoleHeld.objects.create(person=person, role="teacher", starts_on=staff.starts_on)
        for row in (row for row in [*teaches, *hours] if row.staff_id == model.pk):
            _copy(row, pk=None, staff=staff)
        for check in (row for row in checks if row.person_id == model.pk):
            _copy(check, pk=None, person=person)
        weekly = {"pk": None, "ref": uuid.uuid4(), "teacher": person, "places_taken": 0}
        _copy(activity, **weekly, centre=model.base_centre, school=None, title=name)
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(MEETINGS_OF_NEW)
        cursor.execute(LEADERS_OF_NEW)


def _copy(row: Any, **changes: object) -> Any:
    made = copy(row)
    made._state = ModelState()
    for name, value in changes.items():
        setattr(made, name, value)
    made.save(force_insert=True)
    return made


def _busy_hours() -> list[Session]:
    """Meetings of the next weeks on Saturdays and weekday afternoons, when most are busy."""
    rows = Session.objects.filter(
        status=Session.Status.PLANNED,
        during__startswith__gt=timezone.now() + dt.timedelta(days=1),
        activity__centre__isnull=False,
    )
    return list(cover.with_everything(rows).order_by("during__startswith", "pk")[:MEETINGS])


def _address(session: Session) -> str:
    session.staff.update(is_away=True)  # so that somebody is wanted
    return reverse("lessons:find_cover", kwargs={"ref": session.ref})


def _list(client: Client, _turn: int) -> None:
    _get(client, reverse("lessons:cover"))


def _get(client: Client, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != 200:
        raise SystemExit(f"{address} answered {answer.status_code}")


def _measure(name: str, ask: Callable[[int], None]) -> None:
    for turn in range(WARM):
        ask(turn)
    with CaptureQueriesContext(connection) as captured:
        ask(0)
        statements = len(captured)
    took, worked = [], []
    for turn in range(ROUNDS):
        began, at_work = time.perf_counter(), time.process_time()
        ask(turn)
        took.append((time.perf_counter() - began) * 1000)
        worked.append((time.process_time() - at_work) * 1000)
    p95, own = statistics.quantiles(took, n=20)[-1], statistics.median(worked)
    print(
        f"{statistics.median(took):>5.0f} ms {p95:>5.0f} ms {own:>5.0f} ms {statements:>4}  {name}"
    )


def _explain(session: Session) -> None:
    """Where every teacher is on one day: an index look-up for each, and never the whole table."""
    day = timezone.localdate(session.during.lower)
    plan = cover._staff_on(day, session, name="").explain(analyze=True, timing=False, costs=False)
    print("\nthe busy look-up:")
    print("\n".join(line for line in plan.splitlines() if _tells(line)))
    print(f"a mile takes {settings.STAFF_MINUTES_PER_MILE} minutes")


def _tells(line: str) -> bool:
    return any(word in line for word in ("Index", "Seq Scan", "Time", "Cond"))


if __name__ == "__main__":
    settings.CACHES = IN_MEMORY
    current_app.conf.broker_url = "memory://localhost"  # waking the worker is not what is measured
    main(sys.argv[1] if len(sys.argv) > 1 else "demo")
