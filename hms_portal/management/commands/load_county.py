"""Moves the demonstration county in: `manage.py load_county --size demo`."""

import datetime as dt
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from hms_portal.county import loading
from hms_portal.county.sizes import DEMO, SIZES


class Command(BaseCommand):
    """Prints a line a stage; a second run finds everything there and says so."""

    help = "Furnish the portal with an invented county: centres, courses, teachers, families."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--size", choices=sorted(SIZES), default=DEMO.name)
        parser.add_argument(
            "--today",
            type=dt.date.fromisoformat,
            help="the day to imagine it on, such as 2026-11-22 (today)",
        )

    def handle(self, **options: Any) -> None:
        began = time.monotonic()
        total = 0
        try:
            stages = loading.stages(
                SIZES[options["size"]], today=options["today"], now=timezone.now()
            )
            for stage in stages:
                self.stdout.write(stage.line)
                for note in stage.notes:
                    self.stdout.write(f"    left out: {note}")
                total += stage.rows
        except loading.CannotMoveIn as no:
            raise CommandError(str(no)) from None
        if total:
            seconds = time.monotonic() - began
            self.stdout.write(f"The county is furnished: {total:,} rows in {seconds:.1f} seconds.")
        else:
            self.stdout.write("Everything is there already: nothing was changed.")
