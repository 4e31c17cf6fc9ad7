"""Reads postcodes and their grid references: `manage.py import_postcodes postcodes.csv`."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from centres.actions import import_postcodes
from core.refusals import RuleBroken

SHOWN = 20


class Command(BaseCommand):
    """Says what was added, changed and left out, with the lines that were."""

    help = "Add and update postcodes from a CSV of postcode, easting and northing (such as ONSPD)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a CSV file")

    def handle(self, *, file: Path, **options: Any) -> None:
        try:
            imported = import_postcodes(path=file, by=None, at=timezone.now())
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from None
        except RuleBroken as no:
            raise CommandError(f"{file}: {no}") from None
        for line in imported.notes[:SHOWN]:
            self.stderr.write(f"Line {line.line} was left out: {line.why}.")
        if imported.spoilt > SHOWN:
            self.stderr.write(f"… and {imported.spoilt - SHOWN:,} more lines.")
        self.stdout.write(
            f"Postcodes added: {imported.added:,}. Changed: {imported.changed:,}."
            f" The same as before: {imported.unchanged:,}. Lines left out: {imported.spoilt:,}."
        )
