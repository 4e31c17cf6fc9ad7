"""Joins the stylesheet's sources, in layer order, into static/css/portal.css."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

NOTE = "/* Joined by `manage.py join_css` from the files beside it: edit those. */\n\n"


def sources(css: Path) -> list[Path]:
    """Every source file, in the order of the layers; within a layer, by name."""
    first = [css / "tokens.css", css / "base.css", css / "layout.css"]
    return [*first, *sorted(css.glob("components/*.css")), *sorted(css.glob("pages/*.css"))]


def joined(css: Path) -> str:
    return NOTE + "\n".join(path.read_text().strip() + "\n" for path in sources(css))


class Command(BaseCommand):
    help = "Join static/css/ into the one stylesheet that pages load."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="Fail if it is out of date.")

    def handle(self, *_args: Any, **options: Any) -> None:
        css = Path(settings.BASE_DIR) / "static" / "css"
        target = css / "portal.css"
        words = joined(css)
        if options["check"]:
            if not target.exists() or target.read_text() != words:
                raise CommandError("static/css/portal.css is out of date: run `make css`.")
            return
        target.write_text(words)
        self.stdout.write(f"static/css/portal.css joined from {len(sources(css))} files.")
