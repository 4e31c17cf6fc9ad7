"""Joins the icons and the tiles, one drawing a file, into the two sprites that pages use."""

import re
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

SPRITES = {"icons": "0 0 24 24", "tiles": "0 0 120 120"}
DRAWING = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


def symbol(path: Path, box: str) -> str:
    drawing = DRAWING.search(path.read_text())
    if drawing is None:
        raise CommandError(f"{path} is not an SVG drawing.")
    return f'<symbol id="{path.stem}" viewBox="{box}">{" ".join(drawing[1].split())}</symbol>'


def joined(folder: Path, box: str) -> str:
    symbols = "\n".join(symbol(path, box) for path in sorted(folder.glob("*.svg")))
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n'


class Command(BaseCommand):
    help = "Join static/icons/ and static/tiles/ into icons.svg and tiles.svg."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="Fail if they are out of date.")

    def handle(self, *_args: Any, **options: Any) -> None:
        static = Path(settings.BASE_DIR) / "static"
        for name, box in SPRITES.items():
            target = static / f"{name}.svg"
            words = joined(static / name, box)
            if not options["check"]:
                target.write_text(words)
            elif not target.exists() or target.read_text() != words:
                raise CommandError(
                    f"static/{name}.svg is out of date: run `manage.py join_sprites`."
                )
