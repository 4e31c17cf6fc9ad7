"""Reads the national register of schools: `manage.py import_schools edubasealldata20261122.csv`."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from core.refusals import RuleBroken
from people.actions.schools import Imported, import_schools

SHOWN = 20


class Command(BaseCommand):
    """Says what was added, changed and left out, with the lines that were."""

    help = "Add and update schools from a download of Get Information About Schools (GIAS)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the register as downloaded, a CSV file")

    def handle(self, *, file: Path, **options: Any) -> None:
        try:
            imported = import_schools(path=file, by=None, at=timezone.now())
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from None
        except RuleBroken as no:
            raise CommandError(f"{file}: {no}") from None
        self._tell(imported)

    def _tell(self, imported: Imported) -> None:
        for line in imported.notes[:SHOWN]:
            self.stderr.write(f"Line {line.line} was left out: {line.why}.")
        if imported.spoilt > SHOWN:
            self.stderr.write(f"… and {imported.spoilt - SHOWN:,} more lines.")
        self.stdout.write(
            f"Schools added: {imported.added:,}. Changed: {imported.changed:,}."
            f" The same as before: {imported.unchanged:,}. Lines left out: {imported.spoilt:,}."
        )
