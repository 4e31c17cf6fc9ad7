"""Letters leave once: whatever the mail server, a second worker or a sudden end does."""

import datetime as dt
import smtplib
import threading

import pytest
from django.core import mail as django_mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction

from core import delivery, mail
from core.models import Email

NOON = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
WORDS = {"first_name": "Zoë", "child": "Anya", "activity": "Guitar club", "answer_by": "Friday"}
MONEY = {
    "first_name": "Zoë", "amount": "£9", "received_on": "today", "reference": "A1", "balance": "£0",
}  # fmt: skip


def write(key="a", copy="offer-ending", context=WORDS, **changes):
    said = {"to_address": f"{key}@home.example", "to_person_id": None, "link": "/", "at": NOON}
    mail.queue(copy, **said | {"context": context, "key": key} | changes)
    return Email.objects.get(dedupe_key=key)


def deliver(at=NOON):
    return delivery.deliver(clock=lambda: at)


def sweep(at=NOON):
    return delivery.sweep(clock=lambda: at)


def statuses():
    return dict(Email.objects.order_by("pk").values_list("dedupe_key", "status"))


# Plainly


@pytest.mark.django_db
def test_a_letter_goes_with_both_its_bodies_under_a_name_that_stays(mailoutbox):
    letter = write()

    sent = deliver(at=NOON + MINUTE)

    letter.refresh_from_db()
    assert sent == 1
    assert (letter.status, letter.sent_at, letter.attempts) == ("sent", NOON + MINUTE, 1)
    [message] = mailoutbox
    assert (message.to, message.subject) == (["a@home.example"], letter.subject)
    assert message.body == letter.body_text
    assert [part.mimetype for part in message.alternatives] == ["text/html"]
    assert message.extra_headers["Message-ID"] == delivery.message_id(letter)
    assert delivery.message_id(letter).endswith("@music.example>")


@pytest.mark.django_db
def test_the_oldest_goes_first_and_one_whose_time_has_not_come_waits(mailoutbox):
    write("late", not_before=NOON + MINUTE)
    write("second", at=NOON - MINUTE)
    write("first", at=NOON - 2 * MINUTE)

    deliver()

    assert [message.to for message in mailoutbox] == [
        ["first@home.example"],
        ["second@home.example"],
    ]
    assert statuses() == {"late": "queued", "second": "sent", "first": "sent"}


@pytest.mark.django_db
def test_a_withdrawn_letter_does_not_go(mailoutbox):
    write(reason="offer:1")
    mail.withdraw("offer:1")

    deliver()

    assert mailoutbox == []


@pytest.mark.django_db
def test_a_task_run_twice_tells_no_one_twice(mailoutbox):
    write()

    deliver()
    deliver()

    assert len(mailoutbox) == 1


# A mail server with moods


class Moody(BaseEmailBackend):
    """A mail server that does as it is told: one mood per letter."""

    moods: list = []
    taken: list = []
    away = False
    may_have_gone = False

    def open(self):
        if Moody.away:
            raise ConnectionRefusedError("nobody is there")

    def send_messages(self, messages):
        mood = Moody.moods.pop(0) if Moody.moods else None
        if mood is not None:
            Moody.may_have_gone = getattr(mood, "may_have_gone", False)
            raise mood
        Moody.taken.extend(message.to[0] for message in messages)
        return len(messages)


@pytest.fixture
def moody(settings):
    settings.EMAIL_BACKEND = f"{__name__}.Moody"
    Moody.moods, Moody.taken, Moody.away, Moody.may_have_gone = [], [], False, False
    return Moody


def dropped(*, after_data):
    error = smtplib.SMTPServerDisconnected("Connection unexpectedly closed")
    error.may_have_gone = after_data
    return error


def busy():
    return smtplib.SMTPDataError(451, b"try later")


@pytest.mark.django_db
def test_a_server_that_is_busy_is_tried_again_later_and_others_are_not_held_up(moody):
    write("a")
    write("b", at=NOON + dt.timedelta(seconds=1))
    moody.moods = [busy()]

    deliver(at=NOON + MINUTE)

    first = Email.objects.get(dedupe_key="a")
    assert (first.status, first.error) == ("queued", "451 try later")
    assert first.not_before == NOON + MINUTE + delivery.BACK_OFF[0]
    assert moody.taken == ["b@home.example"]


@pytest.mark.django_db
def test_a_server_that_stays_busy_ends_in_a_failure_that_says_why(moody):
    letter = write()
    at = NOON
    for _ in range(len(delivery.BACK_OFF) + 1):
        moody.moods = [busy()]
        deliver(at=at)
        letter.refresh_from_db()
        at = letter.not_before

    assert (letter.status, letter.attempts) == ("failed", len(delivery.BACK_OFF) + 1)
    assert letter.error == "451 try later"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "mood",
    [
        smtplib.SMTPRecipientsRefused({"a@home.example": (550, b"no such person")}),
        smtplib.SMTPDataError(550, b"no such person"),
    ],
)
def test_an_address_that_is_not_one_fails_at_once(moody, mood):
    letter = write()
    moody.moods = [mood]

    deliver()

    letter.refresh_from_db()
    assert (letter.status, letter.error) == ("failed", "550 no such person")


@pytest.mark.django_db
def test_a_server_that_is_away_costs_no_try(moody):
    write()
    moody.away = True

    deliver()

    assert Email.objects.get().attempts == 0
    assert statuses() == {"a": "queued"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("copy", "context", "after_data", "status"),
    [
        pytest.param("offer-ending", WORDS, False, "queued", id="nothing was handed over"),
        pytest.param("offer-ending", WORDS, True, "queued", id="silence is worse: once more"),
        pytest.param("payment-received", MONEY, True, "unknown", id="money waits for a person"),
        pytest.param(
            "payment-received", MONEY, False, "queued", id="money that was not handed over"
        ),
    ],
)
def test_a_line_that_goes_dead(moody, copy, context, after_data, status):
    write(copy=copy, context=context)
    moody.moods = [dropped(after_data=after_data)]

    deliver()

    assert statuses() == {"a": status}


@pytest.mark.django_db
def test_a_letter_in_doubt_twice_says_so(moody):
    letter = write()
    moody.moods = [dropped(after_data=True)]
    deliver()
    moody.moods = [dropped(after_data=True)]
    letter.refresh_from_db()

    deliver(at=letter.not_before)

    assert statuses() == {"a": "unknown"}
    assert moody.taken == []


# Sudden ends


class Killed(BaseException):
    """What no handler catches, as a power cut."""


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("copy", "context", "became"),
    [("payment-received", MONEY, "unknown"), ("offer-ending", WORDS, "queued")],
)
def test_a_worker_that_ends_between_claim_and_mark_leaves_a_letter_that_says_so(
    mailoutbox, monkeypatch, copy, context, became
):
    write(copy=copy, context=context)
    monkeypatch.setattr(delivery, "mark", die)
    with pytest.raises(Killed):
        deliver()
    monkeypatch.undo()

    deliver(at=NOON + 4 * MINUTE)
    sweep_at_four = statuses()
    delivery.settle_abandoned(at=NOON + 6 * MINUTE)

    assert sweep_at_four == {"a": "sending"}
    assert statuses() == {"a": became}
    assert Email.objects.get().error != ""


def die(*_, **__):
    raise Killed


@pytest.mark.django_db
def test_the_repeat_of_a_letter_in_doubt_has_the_same_name(mailoutbox, monkeypatch):
    write()
    monkeypatch.setattr(delivery, "mark", die)
    with pytest.raises(Killed):
        deliver()
    monkeypatch.undo()

    sweep(at=NOON + 6 * MINUTE)

    first, second = (message.extra_headers["Message-ID"] for message in mailoutbox)
    assert first == second
    assert statuses() == {"a": "sent"}


@pytest.mark.django_db
def test_a_second_death_is_not_followed_by_a_third_try(mailoutbox, monkeypatch):
    write()
    for at in (NOON, NOON + 6 * MINUTE):
        monkeypatch.setattr(delivery, "mark", die)
        with pytest.raises(Killed):
            sweep(at=at)
        monkeypatch.undo()

    sweep(at=NOON + 12 * MINUTE)

    assert statuses() == {"a": "unknown"}
    assert len(mailoutbox) == 2


@pytest.mark.django_db
def test_a_slow_worker_that_was_given_up_still_says_that_it_sent(mailoutbox):
    letter = write(copy="payment-received", context=MONEY)
    claimed = delivery.claim(at=NOON)
    delivery.settle_abandoned(at=NOON + 6 * MINUTE)

    delivery.mark(claimed, delivery.Fate(Email.Status.SENT), at=NOON + 7 * MINUTE)

    letter.refresh_from_db()
    assert (letter.status, letter.sent_at) == ("sent", NOON + 7 * MINUTE)


@pytest.mark.django_db
def test_a_slow_worker_does_not_overrule_the_next(mailoutbox):
    write()
    claimed = delivery.claim(at=NOON)
    delivery.settle_abandoned(at=NOON + 6 * MINUTE)
    deliver(at=NOON + 6 * MINUTE)

    delivery.mark(claimed, delivery.Fate(Email.Status.FAILED, "550"), at=NOON + 7 * MINUTE)

    assert statuses() == {"a": "sent"}


# Many at once


def both_deliver(count=4):
    """Workers that begin at the same moment, each with a connection of its own."""
    start = threading.Barrier(count)

    def work():
        start.wait()
        try:
            deliver()
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(count)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_send_each_letter_once(moody):
    for number in range(100):
        write(f"letter{number}")

    both_deliver()

    assert sorted(moody.taken) == sorted(f"letter{number}@home.example" for number in range(100))
    assert set(statuses().values()) == {"sent"}


@pytest.mark.django_db(transaction=True)
def test_without_the_claim_the_same_workers_send_twice(moody, monkeypatch):
    """The control: the race is real, and it is the claim that settles it."""

    def look_and_take(*, at):
        letter = Email.objects.filter(status="queued", not_before__lte=at).order_by("pk").first()
        if letter:
            Email.objects.filter(pk=letter.pk).update(status="sending", claimed_at=at, sent_at=None)
            letter.claimed_at = at
        return letter

    for number in range(100):
        write(f"letter{number}")
    monkeypatch.setattr(delivery, "claim", look_and_take)

    both_deliver()

    assert len(moody.taken) > 100


@pytest.mark.django_db(transaction=True)
def test_a_letter_being_withdrawn_is_passed_over(moody):
    """Its withdrawal is not yet committed, and may yet be; the letter waits to see."""
    write("stays")
    write("going", reason="offer:1")
    with transaction.atomic():
        mail.withdraw("offer:1")

        both_deliver(count=1)

    assert statuses() == {"stays": "sent", "going": "cancelled"}
    assert moody.taken == ["stays@home.example"]


# The broker


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_down_fails_no_request_and_loses_no_letter(monkeypatch, mailoutbox):
    def refuse(*_, **__):
        raise ConnectionError("broker is away")

    monkeypatch.setattr(mail.current_app, "send_task", refuse)
    with transaction.atomic():
        write()

    sent = sweep()

    assert sent == 1
    assert [message.to for message in django_mail.outbox] == [["a@home.example"]]
