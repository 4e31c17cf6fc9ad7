"""How long a whole national register takes to import, and how much memory: 60 MB, 150 columns.

    python -m hms_portal.embedded .venv/bin/python benchmarks/import_schools.py

Writes a register of invented schools as large as the real one, imports it twice, prints seconds and
the memory added to the process. The second import finds nothing to change.
"""

import csv
import os
import platform
import resource
import sys
import tempfile
import time
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hms_portal.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from people.actions.schools import import_schools  # noqa: E402
from people.register import NEEDED  # noqa: E402

SCHOOLS = 52_000
OTHERS = [f"Other {number} (name)" for number in range(150 - len(NEEDED))]
FILLING = "Not applicable"


def main() -> None:
    call_command("migrate", verbosity=0)
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "register.csv"
        _write(path)
        print(f"{path.stat().st_size / 1e6:.0f} MB, {SCHOOLS:,} schools, 150 columns")
        before = _peak()
        for run in ("first", "again"):
            began = time.monotonic()
            done = import_schools(path=path, by=None, at=timezone.now())
            print(
                f"{run}: {time.monotonic() - began:.1f} s,"
                f" peak {_peak():.0f} MB resident ({_peak() - before:.0f} MB more than before),"
                f" added {done.added:,}, changed {done.changed:,}, left out {done.spoilt:,}"
            )


def _write(path: Path) -> None:
    with path.open("w", encoding="cp1252", newline="") as file:
        writer = csv.DictWriter(
            file, [*NEEDED, *OTHERS], quoting=csv.QUOTE_ALL, restval=FILLING[:4]
        )
        writer.writeheader()
        for urn in range(100_000, 100_000 + SCHOOLS):
            writer.writerow(_school(urn))


def _school(urn: int) -> dict[str, str]:
    is_closed = urn % 3 == 0
    return {
        **dict.fromkeys(NEEDED, ""),
        **dict.fromkeys(OTHERS[::9], FILLING),
        "URN": str(urn),
        "EstablishmentName": f"St Élodie’s School {urn}",
        "TypeOfEstablishment (name)": "Community school",
        "EstablishmentStatus (name)": "Closed" if is_closed else "Open",
        "CloseDate": "31-08-2016" if is_closed else "",
        "PhaseOfEducation (name)": "Primary",
        "StatutoryLowAge": "4",
        "StatutoryHighAge": "11",
        "Town": "Hertford",
        "Postcode": "SG14 1AA",
        "Easting": str(510_000 + urn % 30_000),
        "Northing": str(200_000 + urn % 30_000),
    }


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
