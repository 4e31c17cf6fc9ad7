"""Migrations are safe while the previous release still runs, and say what they do."""

import re

import pytest
from django.apps import apps
from django.conf import settings
from django_migration_linter import MigrationLinter

OURS = [app.label for app in apps.get_app_configs() if app.path.startswith(str(settings.BASE_DIR))
        and ".venv" not in app.path]  # fmt: skip
NAMELESS = re.compile(r"_auto_|_and_more|_alter_\w+_and")


@pytest.mark.django_db
def test_no_migration_breaks_the_release_before_it():
    linter = MigrationLinter(
        path=str(settings.BASE_DIR), include_apps=OURS, no_cache=True, no_output=True
    )

    linter.lint_all_migrations()

    assert linter.nb_total > 0
    assert linter.nb_erroneous == 0


def test_migrations_are_named_by_hand():
    names = [
        path.name for app in OURS for path in settings.BASE_DIR.glob(f"{app}/migrations/0*.py")
    ]

    assert names != []
    assert [name for name in names if NAMELESS.search(name)] == []
