"""How long every list of the admin takes on a furnished county: whole, searched and filtered.

    python -m hms_portal.embedded env DEBUG=1 DEMONSTRATION=1 EMAIL_HOST= \\
        .venv/bin/python benchmarks/admin_lists.py [demo|county]

Furnishes the county if the database is empty. Each page is asked for in turn, in one process, by an
administrator and by a head of centre. `busy` is the processor's time, Python's and PostgreSQL's,
which a busy machine does not change; the goal is 150 ms. The ratio is to the emptiest list.
"""

import os
import platform
import statistics
import sys
import time
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hms_portal.settings")
django.setup()

from django.contrib import admin  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client, override_settings  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import reverse  # noqa: E402

from bookings.models import Activity  # noqa: E402
from people.models import User  # noqa: E402

ROUNDS, WARM, GOAL = 9, 2, 150
HEAVY = {
    "bookings_activity": [
        {"q": "violin"}, {"q": "smith"}, {"waiting": "yes"}, {"waiting": "no"}, {"weekday": 6},
        {"status": "open"}, {"o": "7"}, {"p": "20"},
    ],
    "bookings_enrolment": [{"q": "smith"}, {"q": "zzzz"}, {"status": "waiting"}, {"p": "100"}],
    "bookings_session": [{"q": "violin"}, {"when": "today"}, {"when": "month"}, {"p": "100"}],
    "people_person": [{"q": "smith"}, {"q": "zzzz"}, {"p": "100"}],
    "people_user": [{"q": "smith"}],
    "core_auditrow": [{"table": "bookings_enrolment"}, {"q": "1"}],
    "core_email": [{"status": "sent"}, {"q": "parent"}],
    "billing_charge": [{"q": "smith"}],
}  # fmt: skip


def main(size: str) -> None:
    if "--as-it-is" not in sys.argv:
        call_command("migrate", verbosity=0)
    if not Activity.objects.exists():
        with override_settings(DEMONSTRATION=True):  # it moves in only where one is meant
            call_command("load_county", size=size)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    readers = {
        "administrator": User.objects.filter(person__roles__role="administrator"),
        "head": User.objects.filter(person__roles__role="head_of_centre"),
    }
    for name, users in readers.items():
        client = Client(HTTP_HOST="127.0.0.1")
        user = users.filter(is_active=True, is_staff=True).order_by("pk").first()
        if user is None:
            raise SystemExit(f"There is no {name} who may come in.")
        client.force_login(user, backend="people.access.SignedIn")
        _measure(name, client)


def _measure(reader: str, client: Client) -> None:
    asked = [
        (reverse(f"admin:{label}_changelist"), said)
        for model in admin.site._registry
        for label in [f"{model._meta.app_label}_{model._meta.model_name}"]
        for said in [{}, *HEAVY.get(label, [{"q": "smith"}])]
    ]
    found = []
    for address, said in asked:
        if client.get(address, said).status_code == 200:  # a head has no list of people
            found.append((*_times(client, address, said), address, said))
    least = min(busy for busy, *_ in found)
    print(f"\n{reader}\n{'busy':>9} {'median':>8} {'worst':>8} {'ratio':>6} {'SQL':>4}  list")
    for busy, median, worst, statements, address, said in sorted(found, key=lambda each: -each[0]):
        late = "  over the goal" if busy > GOAL else ""
        ratio = busy / least
        page = f"{address}{said or ''}{late}"
        figures = (
            f"{busy:>6.0f} ms {median:>5.0f} ms {worst:>5.0f} ms {ratio:>6.1f} {statements:>4}"
        )
        print(f"{figures}  {page}")


def _times(
    client: Client, address: str, said: dict[str, object]
) -> tuple[float, float, float, int]:
    for _ in range(WARM):
        client.get(address, said)
    with CaptureQueriesContext(connection) as captured:
        client.get(address, said)
        statements = len(captured)
    times, before = [], _processor()
    for _ in range(ROUNDS):
        began = time.perf_counter()
        client.get(address, said)
        times.append((time.perf_counter() - began) * 1000)
    busy = (_processor() - before) / ROUNDS
    return busy, statistics.median(times), max(times), statements


def _processor() -> float:
    """Milliseconds of processor time, ours and our backend's: the clock of a busy machine lies."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        told = Path(f"/proc/{cursor.fetchone()[0]}/stat")
    fields = told.read_text().rpartition(")")[2].split() if told.exists() else []
    backend = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") if fields else 0
    return (time.process_time() + backend) * 1000


HERE = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

if __name__ == "__main__":
    with override_settings(CACHES=HERE):  # sessions: what is measured is the lists
        main(sys.argv[1] if len(sys.argv) > 1 else "demo")
