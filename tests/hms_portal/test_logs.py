"""What is written down, and what never is."""

import logging

import pytest
import structlog

from hms_portal import logs

SECRET = "ZbD8yKHoGMx_LTQ8LMOuJ1R08KlhAvBL"
PATH = f"/places/feed/{SECRET}.ics"


@pytest.fixture
def written():
    """Write a line as the portal's own handler would."""
    kept = logging.getLogger().handlers[:], logging.getLogger().level
    logs.configure(readable=False)
    (handler,) = [
        each
        for each in logging.getLogger().handlers
        if isinstance(each.formatter, structlog.stdlib.ProcessorFormatter)
    ]
    yield handler.format
    logging.getLogger().handlers, logging.getLogger().level = kept


def record(words, *args):
    return logging.LogRecord("django.request", logging.WARNING, "", 1, words, args, None)


@pytest.mark.parametrize(
    "path", [PATH, f"https://music.example{PATH}?x=1", PATH.replace(".ics", ".ics/")]
)
def test_the_key_of_a_calendar_is_in_no_line(written, path):
    line = written(record("Not Found: %s", path))

    assert SECRET not in line
    assert "/feed/(secret).ics" in line


@pytest.mark.parametrize("name", ["invitation", "stop-news"])
def test_no_other_key_is_in_a_line_either(written, name):
    line = written(record("Method Not Allowed (%s): %s", "PUT", f"/people/{name}/{SECRET}/"))

    assert f"/people/{name}/(secret)/" in line


def test_the_key_of_a_calendar_is_in_no_traceback(written):
    failed = record("Internal Server Error")
    try:
        raise ValueError(f"GET {PATH}")
    except ValueError as error:
        failed.exc_info = (type(error), error, error.__traceback__)

    assert SECRET not in written(failed)


def test_other_lines_are_as_they_were(written):
    assert "Not Found: /places/calendar/" in written(record("Not Found: %s", "/places/calendar/"))
