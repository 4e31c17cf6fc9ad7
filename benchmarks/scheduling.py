"""A year scheduled for 300 classes as a job that is killed in the middle and begun again.

    python -m hms_portal.embedded env DEBUG=1 .venv/bin/python benchmarks/scheduling.py 150

Prints how long the orders take, in how many statements each, and what a job that was killed left:
every order must be scheduled whole or not at all. Read the ratios: the machine may be shared.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hms_portal.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.models import Count  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from bookings.models import Session  # noqa: E402
from hms_portal.county.actions import words  # noqa: E402
from lessons.actions import scheduling  # noqa: E402
from lessons.models import ProgrammeClass, SchoolOrder  # noqa: E402
from tests.lessons.bought import JUNE, agreed, stage  # noqa: E402

CLASSES, LESSONS = 2, 33  # of each order
A_LOOK = 0.05


def several(number: int) -> list[SchoolOrder]:
    """So many schools with two classes agreed for the year, each with its teacher."""
    return [agreed(stage()) for _ in range(number)]


def scheduled() -> int:
    return SchoolOrder.objects.filter(status=SchoolOrder.Status.SCHEDULED).count()


def halves() -> int:
    """Orders that are neither whole nor untouched."""
    counted = SchoolOrder.objects.annotate(classes=Count("lines__programme_classes"))
    wrong = 0
    for order in counted:
        lessons = Session.objects.filter(school=order.school_id).count()
        whole = (order.classes, lessons) == (CLASSES, CLASSES * LESSONS)
        untouched = (order.classes, lessons) == (0, 0)
        wrong += not (whole if order.status == SchoolOrder.Status.SCHEDULED else untouched)
    return wrong


def job() -> subprocess.Popen[bytes]:
    """The same as the worker calls, in a program of its own that can be killed."""
    return subprocess.Popen([sys.executable, __file__, "job"], start_new_session=True)


def killed_in_the_middle(number: int) -> None:
    """Begun, killed outright when half is done, then begun again to its end."""
    began = time.perf_counter()
    program = job()
    while scheduled() < number // 2 and program.poll() is None:
        time.sleep(A_LOOK)
    os.killpg(program.pid, signal.SIGKILL)
    program.wait()
    print(f"killed with {scheduled()} of {number} orders scheduled; half orders: {halves()}")
    job().wait()
    took = time.perf_counter() - began
    print(f"after the restart: {scheduled()} of {number}; half orders: {halves()}")
    print(f"{ProgrammeClass.objects.count()} classes in {took:.1f} s with the restart")


def main(number: int) -> None:
    call_command("migrate", verbosity=0)
    words.load_words(by=None, at=JUNE)
    orders = several(number + 2)
    office = stage().office
    with CaptureQueriesContext(connection) as asked:
        began = time.perf_counter()
        for order in orders[:2]:
            scheduling.schedule_order(order=order, by=office, at=JUNE)
        took = (time.perf_counter() - began) / 2
    print(f"one order of {CLASSES} classes: {took * 1000:.0f} ms, {len(asked) / 2:.0f} statements")
    scheduling.ask_schedule(orders=orders[2:], by=office, at=JUNE)
    killed_in_the_middle(number + 2)


if __name__ == "__main__":
    if sys.argv[1:] == ["job"]:
        scheduling.carry_on_schedules(at=JUNE)
    else:
        main(int(sys.argv[1]) if sys.argv[1:] else 150)
