"""Everything that changes which schools there are."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from core.actions import action
from people.models import School, User
from people.register import Spoilt, Told, lines_of

PART = 1_000  # schools looked up and written at a time, so that memory does not grow with the file
MOST_SPOILT = 1_000  # kept to be shown; beyond these they are only counted
FIELDS = (
    "name",
    "sort_name",
    "phase",
    "kind",
    "low_age",
    "high_age",
    "address_line",
    "town",
    "postcode",
    "easting",
    "northing",
    "latitude",
    "longitude",
    "pupils",
    "percentage_fsm",
    "website",
    "phone",
    "status",
    "closed_on",
)


@dataclass
class Imported:
    """What an import did."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    spoilt: int = 0
    notes: list[Spoilt] = field(default_factory=list)

    def leave_out(self, line: Spoilt) -> None:
        self.spoilt += 1
        if len(self.notes) < MOST_SPOILT:
            self.notes.append(line)


@action
def import_schools(*, path: Path, by: User | None, at: dt.datetime) -> Imported:
    """The schools are as the register says: all of its readable lines, or, if it fails, none.

    A closed school is kept and marked; a school that the file does not name stays as it is.
    """
    imported = Imported()
    seen: dict[int, int] = {}
    lines = lines_of(path)
    while part := list(islice(lines, PART)):
        _keep(list(_fresh(part, seen, imported)), imported)
    return imported


def _fresh(part: list[Told | Spoilt], seen: dict[int, int], imported: Imported) -> Iterator[Told]:
    """The schools of this part that no earlier line told of."""
    for line in part:
        if isinstance(line, Spoilt):
            imported.leave_out(line)
        elif line.school.urn in seen:
            first = seen[line.school.urn]
            why = f"URN {line.school.urn} is on line {first} already"
            imported.leave_out(Spoilt(line.line, why))
        else:
            seen[line.school.urn] = line.line
            yield line


def _keep(lines: list[Told], imported: Imported) -> None:
    schools = [line.school for line in lines]
    known = School.objects.select_for_update(no_key=True).in_bulk(
        [school.urn for school in schools], field_name="urn"
    )
    added, changed, invented = [], [], 0
    for line in lines:
        school, old = line.school, known.get(line.school.urn)
        if old is None:
            added.append(school)
        elif old.is_invented:
            why = f"URN {school.urn} is an invented school of the demonstration"
            imported.leave_out(Spoilt(line.line, why))
            invented += 1
        elif _copy(school, old):
            changed.append(old)
    School.objects.bulk_create(added)
    School.objects.bulk_update(changed, FIELDS, batch_size=200)
    imported.added += len(added)
    imported.changed += len(changed)
    imported.unchanged += len(lines) - len(added) - len(changed) - invented


def _copy(school: School, old: School) -> bool:
    """Make the row say what the register says; False when it did already.

    What an extract leaves out, as some do with pupil numbers, is not forgotten.
    """
    is_changed = False
    for name in FIELDS:
        value = getattr(school, name)
        is_silent = name in ("pupils", "percentage_fsm") and value is None
        if not is_silent and getattr(old, name) != value:
            setattr(old, name, value)
            is_changed = True
    return is_changed
