"""A missing or wrong setting is one sentence that names it; production's settings pass Django."""

import os
import subprocess
import sys

import pytest

from tests.house_style import CHECKOUT

PRODUCTION = {
    "SECRET_KEY": "a-key-of-production-with-many-different-characters-0123456789",
    "FIELD_KEYS": "2026:b25seS1mb3ItdGVzdHMtLS0zMi1ieXRlcy0tLS0tISE=",
    "DATABASE_URL": "postgresql://portal@127.0.0.1:1/portal",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "EMAIL_HOST": "mail.example",
    "ALLOWED_HOSTS": "music.example",
    "SITE_URL": "https://music.example",
}


def manage(*words, **settings):
    wanted = {name: value for name, value in settings.items() if value is not None}
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=CHECKOUT,
        env={"PATH": os.environ["PATH"], "PORTAL_VAR": "/nonexistent", **wanted},
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_settings_pass_djangos_own_check():
    said = manage("check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)

    assert said.returncode == 0, said.stderr


@pytest.mark.parametrize("name", sorted(PRODUCTION.keys() - {"ALLOWED_HOSTS", "SITE_URL"}))
def test_a_missing_setting_is_named_in_one_sentence(name):
    said = manage("check", **{**PRODUCTION, name: None})

    assert (said.returncode, said.stderr) == (1, f"{name} is not set. See README.md, Settings.\n")


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("DATABASE_URL", "mysql://root:hush@x/y", "must begin with postgres:// or postgresql://."),
        ("DATABASE_URL", "postgresql://x:hush/y", "is not an address that can be read."),
        ("REDIS_URL", "http://x", "must begin with redis:// or rediss:// or unix://."),
        ("DEBUG", "perhaps", "must be 1 or 0, not “perhaps”."),
        ("EMAIL_PORT", "smtp", "must be a whole number, not “smtp”."),
        ("DIGEST_HOUR", "25", "must be from 0 to 23, not 25."),
        ("INVITATION_DAYS", "0", "must be at least 1, not 0."),
        ("SITE_URL", "music.example", "must begin with http:// or https://."),
        ("DEMONSTRATION", "1", "shows every email to anyone: EMAIL_HOST must be empty."),
    ],
)
def test_a_wrong_setting_is_named_in_one_sentence(name, value, problem):
    said = manage("check", **{**PRODUCTION, name: value})

    assert (said.returncode, said.stderr) == (1, f"{name} {problem}\n")


def test_a_database_that_does_not_answer_is_named_in_one_sentence():
    said = manage("showmigrations", **PRODUCTION)

    assert said.returncode == 1
    assert said.stderr.startswith("DATABASE_URL names a database that does not answer: ")
    assert len(said.stderr.splitlines()) == 1
