"""Everything that changes what the portal knows of places."""

import datetime as dt
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from django.contrib.auth.base_user import AbstractBaseUser

from centres.models import Postcode
from centres.postcodes import Spoilt, Told, lines_of
from core.actions import action

PART = 2_000  # postcodes looked up and written at a time
MOST_SPOILT = 1_000  # kept to be shown; beyond these they are only counted
FIELDS = ("outward", "easting", "northing", "latitude", "longitude")


@dataclass
class Imported:
    """What an import did."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    spoilt: int = 0
    notes: list[Spoilt] = field(default_factory=list)


@action
def import_postcodes(*, path: Path, by: AbstractBaseUser | None, at: dt.datetime) -> Imported:
    """Every readable postcode of the file can be searched; if the import fails, none is new."""
    imported = Imported()
    lines = lines_of(path)
    while part := list(islice(lines, PART)):
        spoilt = [line for line in part if isinstance(line, Spoilt)]
        imported.spoilt += len(spoilt)
        imported.notes += spoilt[: MOST_SPOILT - len(imported.notes)]
        # The last of two lines about one postcode counts.
        told = {line.postcode.code: line.postcode for line in part if isinstance(line, Told)}
        _keep(told, imported)
    return imported


def _keep(told: dict[str, Postcode], imported: Imported) -> None:
    known = Postcode.objects.in_bulk(told)
    added = [postcode for code, postcode in told.items() if code not in known]
    changed = [
        postcode
        for code, postcode in told.items()
        if code in known
        and any(getattr(known[code], name) != getattr(postcode, name) for name in FIELDS)
    ]
    Postcode.objects.bulk_create(added)
    Postcode.objects.bulk_update(changed, FIELDS, batch_size=500)
    imported.added += len(added)
    imported.changed += len(changed)
    imported.unchanged += len(told) - len(added) - len(changed)
