"""The outbox: a letter is a row in its cause's transaction, written once for its key."""

import csv
import datetime as dt

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from core import letters, mail
from core.models import Email, MailCopy

NOON = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
WORDS = {"first_name": "Zoë", "child": "Anya O’Neill", "activity": "Guitar club"}


def write(key="offer-1", **changes):
    said = {"to_address": "zoe@home.example", "to_person_id": None, "link": "/places/", "at": NOON}
    mail.queue(
        "offer-ending",
        **said
        | {"context": WORDS | {"answer_by": "Friday 27 November, 6pm"}, "key": key}
        | changes,
    )


@pytest.mark.django_db
def test_a_letter_says_its_words_and_carries_its_link(settings):
    settings.SITE_URL = "https://music.example"

    write()

    letter = Email.objects.get()
    assert (
        letter.subject
        == "Anya O’Neill's place in Guitar club is kept until Friday 27 November, 6pm"
    )
    assert letter.body_text.startswith(
        "Hello Zoë,\n\nA short reminder. We are still keeping a place"
    )
    assert "Take it, or let it go:\nhttps://music.example/places/" in letter.body_text
    assert 'href="https://music.example/places/"' in letter.body_html
    assert "Take it, or let it go</a>" in letter.body_html
    assert (letter.status, letter.not_before, letter.copy) == ("queued", NOON, "offer-ending")


@pytest.mark.django_db
def test_a_name_is_escaped_in_html_and_only_there():
    write(context=WORDS | {"answer_by": "six", "child": "<b>O'Neill</b>"})

    letter = Email.objects.get()
    assert "<b>" not in letter.body_html
    assert "&lt;b&gt;O&#x27;Neill" in letter.body_html
    assert "<b>O'Neill</b>" in letter.body_text


@pytest.mark.django_db
def test_a_subject_is_one_line_that_fits_whatever_a_family_typed():
    write(
        context=WORDS | {"answer_by": "six", "child": "An\r\nBcc: all@county.example " + "x" * 400}
    )

    letter = Email.objects.get()
    assert "\n" not in letter.subject
    assert len(letter.subject) == 300


@pytest.mark.django_db
def test_the_same_key_writes_one_letter():
    write()
    write(to_address="other@home.example")

    assert [letter.to_address for letter in Email.objects.all()] == ["zoe@home.example"]


@pytest.mark.django_db
def test_a_long_key_still_tells_letters_apart():
    write(key="k" * 300)
    write(key="k" * 300)
    write(key="k" * 299 + "l")

    assert Email.objects.count() == 2


@pytest.mark.django_db
def test_a_letter_costs_two_statements():
    with CaptureQueriesContext(connection) as statements:
        write()

    assert len(statements) == 2


@pytest.mark.django_db
def test_a_missing_word_is_refused_while_developing():
    with pytest.raises(letters.MissingWord, match="offer-ending needs answer_by"):
        write(context=WORDS)


@pytest.mark.django_db
def test_a_missing_word_stops_no_booking_in_use(settings):
    settings.MAIL_REFUSES_GAPS = False

    write(context=WORDS)

    assert Email.objects.get().subject == "Anya O’Neill's place in Guitar club is kept until"


@pytest.mark.django_db
def test_words_edited_badly_break_no_letter():
    MailCopy.objects.filter(slug="offer-ending").update(
        subject="50 % {", body="{0} {child.__class__} }{ {child}\n\n{link}"
    )

    write()

    letter = Email.objects.get()
    assert letter.subject == "50 % {"
    assert letter.body_text.startswith("{0} {child.__class__} }{ Anya O’Neill\n\nhttp")


@pytest.mark.django_db
def test_withdraw_cancels_what_has_not_gone():
    write(key="a", reason="offer:1")
    write(key="b", reason="offer:2")
    write(key="c", reason="offer:1")
    Email.objects.filter(dedupe_key="c").update(status="sent", sent_at=NOON)

    mail.withdraw("offer:1")

    statuses = dict(Email.objects.values_list("dedupe_key", "status"))
    assert statuses == {"a": "cancelled", "b": "queued", "c": "sent"}


@pytest.mark.django_db(transaction=True)
def test_a_letter_goes_with_its_cause():
    def cause():
        with transaction.atomic():
            write()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        cause()

    assert not Email.objects.exists()


@pytest.fixture
def wakings(monkeypatch):
    """What Celery is asked to send, in place of a broker."""
    names = []
    monkeypatch.setattr(mail.current_app, "send_task", lambda name, **_: names.append(name))
    return names


@pytest.mark.django_db
def test_the_worker_is_woken_once_for_a_transaction(wakings, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        write(key="a")
        write(key="b")

    assert wakings == ["core.tasks.deliver_mail"]


@pytest.mark.django_db
def test_a_letter_for_tomorrow_wakes_nobody(wakings, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        write(not_before=NOON + dt.timedelta(days=1))

    assert wakings == []


def test_every_letter_of_the_county_reads_well_with_its_own_words(settings):
    for copy in _county():
        said = dict.fromkeys(copy["placeholders"].split(";"), "something")

        assert letters.missing_words(copy["subject"] + copy["body"], said) == [], copy["slug"]


def _county():
    path = mail.settings.BASE_DIR / "hms_portal" / "county" / "mail_copy.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.django_db
def test_many_letters_are_written_in_few_statements_and_each_once(django_assert_num_queries):
    context = WORDS | {"answer_by": "six"}
    many = [
        mail.Letter("offer-ending", f"{n}@home.example", None, context, f"key-{n % 600}", "/")
        for n in range(700)
    ]
    mail.queue_many(many[:1], at=NOON)

    with django_assert_num_queries(2):
        mail.queue_many(many, at=NOON)

    assert Email.objects.count() == 600
