"""How long the finder, an activity's page and the home page take on a furnished county.

    python -m hms_portal.embedded env DEBUG=1 DEMONSTRATION=1 EMAIL_HOST= \\
        .venv/bin/python benchmarks/finder.py [demo|county]

Furnishes the county if the database is empty, then asks for each page in turn, one at a time and in
one process, so that what is measured is the server's own time. The goal is a p95 of 150 ms.
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

from bookings.models import Activity, Session  # noqa: E402

ROUNDS, WARM = 100, 5
SEARCHES = [
    "/lessons/",
    "/lessons/?near=AL1+3JQ&year=4",
    "/lessons/?near=AL1+3JQ&year=4&miles=5&day=wed&day=sat",
    "/lessons/?near=St+Albans&subject=all-strings&bookable=1",
    "/lessons/?near=Royston&miles=3&year=13&subject=taiko",
    "/lessons/?near=EH1+1AA",
    "/lessons/?page=9",
]


def main(size: str) -> None:
    call_command("migrate", verbosity=0)
    if not Activity.objects.exists():
        with override_settings(DEMONSTRATION=True):  # it moves in only where one is meant
            call_command("load_county", size=size)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    some = Activity.objects.joinable().order_by("pk").first()
    pages = ["/", *SEARCHES, *([f"/lessons/{some.ref}/"] if some else [])]
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"{Activity.objects.count():,} activities, {Session.objects.count():,} meetings")
    print(f"{'median':>8} {'p95':>8} {'SQL':>4}  page")
    client = Client(HTTP_HOST="127.0.0.1")
    for page in pages:
        for _ in range(WARM):
            client.get(page)
        with CaptureQueriesContext(connection) as captured:
            client.get(page)
            statements = len(captured)
        times = sorted(_milliseconds(client, page) for _ in range(ROUNDS))
        p95 = times[int(len(times) * 0.95)]
        named = page if "?" in page or page in {"/", "/lessons/"} else "an activity’s page"
        print(f"{statistics.median(times):>5.0f} ms {p95:>5.0f} ms {statements:>4}  {named}")


def _milliseconds(client: Client, page: str) -> float:
    began = time.perf_counter()
    answer = client.get(page)
    if answer.status_code != 200:
        raise SystemExit(f"{page} answered {answer.status_code}")
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "demo")
