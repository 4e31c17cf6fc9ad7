"""How long the staff home takes on a furnished county: for the county, a centre, and its sheets.

    python -m hms_portal.embedded env DEBUG=1 DEMONSTRATION=1 EMAIL_HOST= \\
        .venv/bin/python benchmarks/staff_home.py [demo|county]

Furnishes the county if the database is empty, then asks for each page in turn, one at a time and in
one process, so that what is measured is the server's own time. The goal is a p95 of 150 ms. The
first look of an hour counts the term's weeks afresh: it is printed apart, as `first`.
"""

import os
import platform
import statistics
import sys
import time
from importlib import import_module
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hms_portal.settings")
import_module("hms_portal.wsgi")  # as a server has loaded it

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client, override_settings  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from bookings.models import Activity, Attendance, Session  # noqa: E402
from core.recall import forget  # noqa: E402
from hms_portal.county import shown  # noqa: E402
from people.models import User  # noqa: E402

ROUNDS, WARM = 60, 3
LOCAL = {
    "CACHES": {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
    "ALLOWED_HOSTS": ["127.0.0.1"],
}
COUNTY = ["/staff/", "/staff/?day=2026-11-24", "/staff/?centre=WAT", "/staff/waiting.csv"]
CENTRE = ["/staff/", "/staff/?day=2026-11-21", "/staff/attendance.csv", "/staff/day.csv"]


def main(size: str) -> None:
    call_command("migrate", verbosity=0)
    if not Activity.objects.exists():
        call_command("load_county", size=size)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"{Session.objects.count():,} meetings, {Attendance.objects.count():,} register lines")
    print(f"{'first':>8} {'median':>8} {'p95':>8} {'SQL':>4}  page")
    for who, pages in ((shown.ADMINISTRATOR, COUNTY), (shown.HEAD, CENTRE)):
        client = Client(HTTP_HOST="127.0.0.1")
        client.force_login(User.objects.get(email=who.email), backend="people.access.SignedIn")
        for page in pages:
            _measure(client, page, who.who)


def _measure(client: Client, page: str, who: str) -> None:
    forget()
    first = _milliseconds(client, page)
    for _ in range(WARM):
        client.get(page)
    with CaptureQueriesContext(connection) as captured:
        client.get(page)
        statements = len(captured)
    times = sorted(_milliseconds(client, page) for _ in range(ROUNDS))
    p95 = times[int(len(times) * 0.95)]
    said = f"{first:>5.0f} ms {statistics.median(times):>5.0f} ms {p95:>5.0f} ms {statements:>4}"
    print(f"{said}  {page}, {who}")


def _milliseconds(client: Client, page: str) -> float:
    began = time.perf_counter()
    answer = client.get(page)
    if answer.status_code != 200:
        raise SystemExit(f"{page} answered {answer.status_code}")
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    with override_settings(**LOCAL):
        main(sys.argv[1] if len(sys.argv) > 1 else "demo")
