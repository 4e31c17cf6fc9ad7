"""How long it takes to move the county in, and how much memory: rows, seconds, peak.

    python -m hms_portal.embedded .venv/bin/python benchmarks/load_county.py [demo|county]

The goals: `county` in under 5 minutes and under 1 GB, `demo` in under 8 seconds. PostgreSQL's own
processor time is printed beside ours: on a busy machine the sum says more than the clock.
"""

import os
import platform
import resource
import sys
import time
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hms_portal.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import override_settings  # noqa: E402
from django.utils import timezone  # noqa: E402

from hms_portal.county.loading import stages  # noqa: E402
from hms_portal.county.sizes import SIZES  # noqa: E402

COUNTED = ("people_learner", "bookings_activity", "bookings_session", "bookings_attendance")


def main(size: str) -> None:
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    began = time.monotonic()
    with override_settings(DEMONSTRATION=True):
        for stage in stages(SIZES[size], today=None, now=timezone.now()):
            print(stage.line)
    seconds = time.monotonic() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"{seconds:.1f} s by the clock; peak {peak:.0f} MB resident")
    print(f"processor: Python {time.process_time():.1f} s, PostgreSQL {_used_by(backend):.1f} s")
    with connection.cursor() as cursor:
        for table in COUNTED:
            cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - our own names
            print(f"{cursor.fetchone()[0]:>11,} {table}")


def _used_by(backend: int) -> float:
    """Seconds of processor time, where Linux tells."""
    told = Path(f"/proc/{backend}/stat")
    if not told.exists():
        return float("nan")
    fields = told.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "county")
