"""How fast places are booked: our actions against the same rows in raw SQL, in turns, in one run.

    python -m hms_portal.embedded .venv/bin/python benchmarks/bookings.py

Prints bookings (hold and confirm) a second through the actions, uncontended and on five hot groups,
the same rows written by hand in SQL, and the ratios. Read the ratios: the machine may be shared.
"""

import datetime as dt
import multiprocessing
import os
import statistics
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import django
from celery import current_app

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hms_portal.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, connections, transaction  # noqa: E402

from bookings import actions  # noqa: E402
from bookings.models import Activity, Enrolment  # noqa: E402
from core.models import MailCopy  # noqa: E402
from tests.bookings.stage import JULY, open_group  # noqa: E402
from tests.factories.people import ChildFactory, GuardianFactory  # noqa: E402

BOOKINGS, GROUPS, HOT, ROUNDS = 200, 48, 5, 3
PROCESSES, THREADS = os.cpu_count() or 2, 4  # as a web server on this machine would
FORK = multiprocessing.get_context("fork")


def families(number: int) -> list[tuple[object, object]]:
    guardians = [GuardianFactory() for _ in range(number)]
    return [(guardian, ChildFactory(guardian=guardian)) for guardian in guardians]


def through_the_actions(activity: Activity, guardian: object, child: object) -> None:
    held = actions.hold_place(activity=activity, person=child, by=guardian, at=JULY)
    actions.confirm_place(enrolment=held, by=guardian, at=JULY)


def by_hand(activity: Activity, guardian: object, child: object) -> None:
    """The same rows, in two transactions, with every constraint and trigger on."""
    confirm_by_hand(activity, guardian, child, key=hold_by_hand(activity, guardian, child))


def hold_by_hand(activity: Activity, guardian: object, child: object) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM bookings_activity WHERE id = %s AND places_taken < capacity"
            " FOR NO KEY UPDATE",
            [activity.pk],
        )
        cursor.execute(
            "INSERT INTO bookings_enrolment (ref, activity_id, person_id, booked_by_id, status,"
            " queued_at, priority, offer_expires_at, is_extended, leave_reason)"
            " VALUES (gen_random_uuid(), %s, %s, %s, 'held', %s, 0, %s, false, '') RETURNING id",
            [activity.pk, child.pk, guardian.person_id, JULY, JULY + dt.timedelta(minutes=15)],
        )
        return cursor.fetchone()[0]


def confirm_by_hand(activity: Activity, guardian: object, child: object, *, key: int) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO billing_account (person_id) VALUES (%s) RETURNING id", [guardian.person_id]
        )
        [account] = cursor.fetchone()
        cursor.execute(
            "UPDATE bookings_enrolment SET status = 'active', offer_expires_at = NULL,"
            " account_id = %s, price_agreed = 90, starts_on = '2026-09-05' WHERE id = %s",
            [account, key],
        )
        cursor.execute(
            "INSERT INTO bookings_attendance (session_id, person_id, enrolment_id, claimed,"
            " is_released) SELECT id, %s, %s, claimed, false FROM bookings_session"
            " WHERE activity_id = %s",
            [child.pk, key, activity.pk],
        )
        cursor.execute(
            "INSERT INTO billing_charge (account_id, person_id, term_id, description, explanation,"
            " amount, status, source, raised_at) SELECT %s, %s, min(id), 'Group', '{}', 90,"
            " 'pending', %s, %s FROM centres_term",
            [account, child.pk, f"enrolment:{key}:2026-autumn", JULY],
        )
        cursor.execute(
            "INSERT INTO core_email (dedupe_key, copy, to_address, subject, body_text, body_html,"
            " status, attempts, created_at, not_before, reason, error) VALUES"
            " (%s, 'place-booked', 'a@family.example', 's', %s, %s, 'queued', 0, %s, %s, '', '')",
            [f"place-booked:{key}", "t" * 500, "h" * 4000, JULY, JULY],
        )


def rate(work: Callable[..., None], groups: list[Activity]) -> tuple[float, float]:
    """Bookings a second by all processes together, and the 95th percentile in milliseconds."""
    homes = families(BOOKINGS)
    connections.close_all()
    began = time.perf_counter()
    with FORK.Pool(PROCESSES) as pool:
        shares = [
            pool.apply_async(share, (work, groups, homes[offset::PROCESSES]))
            for offset in range(PROCESSES)
        ]
        took = [seconds for each in shares for seconds in each.get(timeout=120)]
    return BOOKINGS / (time.perf_counter() - began), statistics.quantiles(took, n=20)[-1] * 1000


def share(
    work: Callable[..., None], groups: list[Activity], homes: list[tuple[object, object]]
) -> list[float]:
    """One process's part, by several threads; return how long each booking took."""
    took: list[float] = []

    def run(offset: int) -> None:
        for number in range(offset, len(homes), THREADS):
            started = time.perf_counter()
            work(groups[number % len(groups)], *homes[number])
            took.append(time.perf_counter() - started)
        connection.close()

    threads = [threading.Thread(target=run, args=(offset,)) for offset in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return took


def main() -> None:
    current_app.conf.broker_url = "memory://localhost"  # waking the worker is not what is measured
    call_command("migrate", verbosity=0)
    words = {"subject": "{child}", "body": "{activity}"}
    MailCopy.objects.get_or_create(slug="place-booked", defaults=words)
    groups = [open_group(capacity=10_000) for _ in range(GROUPS)]
    rounds = [
        (
            rate(through_the_actions, groups),
            rate(by_hand, groups),
            rate(through_the_actions, groups[:HOT]),
        )
        for _ in range(ROUNDS)
    ]
    (ours, ours_p95), (raw, raw_p95), (hot, hot_p95) = (
        [statistics.median(values) for values in zip(*runs, strict=True)]
        for runs in zip(*rounds, strict=True)
    )
    drift = sum(
        group.places_taken - group.enrolments.filter(status__in=Enrolment.TAKING).count()
        for group in Activity.objects.all()
    )
    print(f"through the actions   {ours:6.0f} a second, p95 {ours_p95:5.0f} ms")
    print(f"the same rows by hand {raw:6.0f} a second, p95 {raw_p95:5.0f} ms")
    print(f"five hot groups       {hot:6.0f} a second, p95 {hot_p95:5.0f} ms")
    print(f"actions : by hand     {ours / raw:.0%} (goal 20 %)")
    print(f"contended : not       {hot / ours:.2f} (goal 0.8)")
    print(f"counter drift         {drift} (goal 0)")


if __name__ == "__main__":
    main()
