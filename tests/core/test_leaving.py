"""What is asked of a letter in the moment it leaves, and what it carries for its reader."""

import datetime as dt

import pytest

from core import delivery, mail
from core.models import Email

NOON = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
WORDS = {"first_name": "Zoë", "child": "Anya", "activity": "Guitar club", "answer_by": "Friday"}
PLAIN = {"copy": "offer-ending", "to_person_id": None, "context": WORDS, "link": "/"}


def write(key, **changes):
    letter = mail.Letter(to_address=f"{key}@home.example", key=key, **PLAIN, **changes)
    mail.queue_many([letter], at=NOON)


def deliver():
    delivery.deliver(clock=lambda: NOON)


def statuses():
    return dict(Email.objects.order_by("pk").values_list("dedupe_key", "status"))


@pytest.fixture
def a_check():
    """Letters whose reason starts with `coach:` may go while this set has the reason."""
    still = {"coach:1"}
    mail.still_true("coach")(lambda reason, at: reason in still)
    yield still
    mail._CHECKS.pop("coach")


@pytest.mark.django_db
def test_a_letter_that_stopped_being_true_is_not_sent(mailoutbox, a_check):
    write("true", reason="coach:1")
    write("untrue", reason="coach:2")
    write("unasked", reason="train:2")

    deliver()

    assert statuses() == {"true": "sent", "untrue": "cancelled", "unasked": "sent"}
    assert len(mailoutbox) == 2


@pytest.mark.django_db
def test_news_says_how_to_stop_it_in_one_press(mailoutbox):
    link = "https://music.example/stop/"
    write("news", unsubscribe_link=link)
    write("change")

    deliver()

    news, change = mailoutbox
    assert news.extra_headers["List-Unsubscribe"] == f"<{link}>"
    assert news.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "List-Unsubscribe" not in change.extra_headers
