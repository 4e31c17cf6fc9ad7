"""Every check is seen red: a breach is planted in a copy, and the tool must name it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django_migration_linter.sql_analyser import analyse_sql_statements, get_sql_analyser_class

from tests import house_style
from tests.house_style import APPS, CHECKOUT

BIN = Path(sys.executable).parent


def run(*words, cwd, **settings):
    """Run a tool; return its exit code and all it said."""
    said = subprocess.run(
        words,
        cwd=cwd,
        env={**os.environ, "XDG_RUNTIME_DIR": str(cwd), **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return said.returncode, said.stdout


def plant(folder, path, text):
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text)
    return target


@pytest.fixture(scope="session")
def copied(tmp_path_factory):
    """Our modules and settings of tools, without their history."""
    folder = tmp_path_factory.mktemp("copy")
    for app in APPS:
        shutil.copytree(CHECKOUT / app, folder / app, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "manage.py"):
        shutil.copy(CHECKOUT / name, folder)
    return folder


@pytest.fixture
def add(copied):
    """Add words to the end of a module of the copy; put it back afterwards."""
    before = {}

    def to(path, words):
        target = copied / path
        before[target] = target.read_text() if target.exists() else None
        plant(copied, path, (before[target] or "") + words)

    yield to
    for target, text in before.items():
        target.unlink() if text is None else target.write_text(text)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("F401", "import os\n"),
        ("PLC0415", "def late():\n    import os\n\n    return os\n"),
        ("TID252", "from . import models\n\n__all__ = ['models']\n"),
        ("DTZ005", "from datetime import datetime\n\nNOW = datetime.now()\n"),
        ("S105", "password = 'hush-hush'\n"),
        ("B006", "def gather(found=[]):\n    return found\n"),
        ("DJ001", "from django.db import models\n\n\nclass A(models.Model):\n"
                  "    b = models.CharField(null=True)\n"),
        ("N802", "def Loud():\n    pass\n"),
        ("E501", f"LONG = '{'x' * 100}'\n"),
        ("I001", "import sys\nimport os\n\nBOTH = (sys, os)\n"),
        ("RUF100", "ONE = 1  # noqa: F401\n"),
    ],
)  # fmt: skip
def test_ruff_names(tmp_path, code, words):
    target = plant(tmp_path, "planted.py", words)

    ended, said = run(
        BIN / "ruff", "check", "--no-cache", "--config", CHECKOUT / "pyproject.toml", target,
        cwd=tmp_path,
    )  # fmt: skip

    assert ended == 1
    assert code in said


def test_ruff_names_a_layout_that_is_not_ours(tmp_path):
    target = plant(tmp_path, "planted.py", "x = {'a':1}\n")
    config = CHECKOUT / "pyproject.toml"

    ended, said = run(
        BIN / "ruff", "format", "--check", "--no-cache", "--config", config, target, cwd=tmp_path
    )

    assert ended == 1
    assert "planted.py" in said


def test_djade_names_a_template_that_is_not_laid_out(tmp_path):
    target = plant(tmp_path, "planted.html", "{%block title%}A{%endblock%}\n")

    ended, said = run(BIN / "djade", "--check", "--target-version", "5.2", target, cwd=tmp_path)

    assert ended == 1
    assert "planted.html" in said


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("no-untyped-def", "def price(fee):\n    return fee\n"),
        ("attr-defined", "from centres.models import Centre\n\nCentre.objects.first_open()\n"),
        ("misc", "from centres.models import Centre\n\nCentre.objects.filter(nmae='x')\n"),
    ],
)
def test_mypy_names(tmp_path, code, words):
    target = plant(tmp_path, "planted.py", words)

    ended, said = run(
        BIN / "mypy", "--config-file", CHECKOUT / "pyproject.toml", target, cwd=CHECKOUT
    )

    assert ended == 1
    assert f"[{code}]" in said


@pytest.mark.parametrize(
    ("path", "words", "expected"),
    [
        ("centres/rules.py", "\nfrom bookings import models\n", "centres.rules -> bookings.models"),
        ("billing/models.py", "\nimport safeguarding\n", "billing.models -> safeguarding"),
        ("bookings/rules.py", "\nfrom bookings import actions\n", "bookings.rules"),
        ("lessons/queries.py", "\nimport lessons.views\n", "lessons.queries -> lessons.views"),
    ],
)
def test_import_linter_names(copied, add, path, words, expected):
    if path == "lessons/queries.py" and not list((copied / "lessons").glob("views*")):
        add("lessons/views.py", '"""A door."""\n')
    if (copied / path.removesuffix(".py")).is_dir():
        path = path.removesuffix(".py") + "/__init__.py"
    add(path, words)

    ended, said = run(BIN / "lint-imports", "--no-cache", "--no-logo", cwd=copied)

    assert ended == 1
    assert expected in said.replace("\n", " ")


def test_makemigrations_names_a_field_nobody_migrated(copied, add):
    add("billing/models.py", "\nAccount.add_to_class('planted', models.BooleanField(null=True))\n")

    ended, said = run(
        sys.executable, "manage.py", "makemigrations", "--check", "--dry-run", cwd=copied
    )

    assert ended == 1
    assert "Add field planted to account" in said


def test_the_migration_linter_names_a_column_old_code_cannot_fill():
    analyser = get_sql_analyser_class("django.db.backends.postgresql")

    errors, _, _ = analyse_sql_statements(
        analyser, ['ALTER TABLE "billing_account" ADD COLUMN "planted" integer NOT NULL;']
    )

    assert [error.code for error in errors] == ["NOT_NULL"]


@pytest.mark.parametrize(
    ("check", "path", "words"),
    [
        (house_style.long_files, "core/planted.py", '"""Long."""\n' + "ONE = 1\n" * 400),
        (house_style.long_functions, "core/planted.py", "def long():\n" + "    print()\n" * 40),
        (house_style.missing_purposes, "core/planted.py", "ONE = 1\n"),
        (house_style.writes_outside_actions, "lessons/views.py", "def book(p): p.save()\n"),
        (house_style.writes_outside_actions, "lessons/forms/a.py", "P.objects.create()\n"),
        (house_style.writes_outside_actions, "loans/tasks.py", "L.objects.update(a=1)\n"),
        (house_style.writes_outside_actions, "loans/queries.py", "L.objects.bulk_create([])\n"),
        (house_style.writes_outside_actions, "loans/management/commands/x.py", "L().delete()\n"),
        (
            house_style.addresses_not_named_after_views,
            "loans/urls.py",
            'urlpatterns = [path("a/", views.lend, name="loan")]\n',
        ),
        (house_style.banned_names, "core/utils.py", ""),
        (house_style.banned_names, "core/planted.py", "class PlaceManager: ...\n"),
        (house_style.banned_names, "core/planted.py", "def load(user_data): ...\n"),
        (house_style.inline_in_templates, "templates/a.html", '<p style="color: red">\n'),
        (house_style.inline_in_templates, "templates/a.html", "<script>alert(1)</script>\n"),
        (house_style.inline_in_templates, "templates/a.html", '<a onclick="x()">\n'),
        (house_style.traces_of_a_machine, "README.md", "See /" + "home/somebody/notes.\n"),
        (house_style.traces_of_a_machine, "docs/a.md", "Ask 10." + "0.0.7.\n"),
        (house_style.guards_ignored_outside_tests, "core/a.py", "pgtrigger.ignore('a')\n"),
    ],
)
def test_the_house_style_names(tmp_path, check, path, words):
    plant(tmp_path, path, words)

    found = check(tmp_path)

    assert [breach for breach in found if breach.startswith(path)] == found != []


def test_the_house_style_lets_actions_write(tmp_path):
    plant(tmp_path, "lessons/actions.py", "def book(p): p.save()\n")

    assert house_style.writes_outside_actions(tmp_path) == []
