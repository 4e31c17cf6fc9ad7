"""A message is kept, tried on oneself, sent once, posted some at a time, asked again as it goes."""

import datetime as dt
import uuid
from functools import partial

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.actions import messages as actions
from bookings.models import Message, MessageReader
from bookings.queries import messages as queries
from bookings.rules import messages as rules
from core import delivery
from core.models import Email
from people.models import Guardianship
from tests.bookings.correspondence import draft, placed, says_yes_to_news, send
from tests.factories.bookings import ActivityFactory
from tests.factories.core import NOON
from tests.factories.people import GuardianshipFactory, PersonFactory, head_of
from tests.races import all_at_once, done, pause, refused, unlock, without

pytestmark = pytest.mark.django_db
LATER = NOON + dt.timedelta(minutes=2)


@pytest.fixture
def group():
    return ActivityFactory(title="Junior Voices", capacity=None)


@pytest.fixture
def head(group):
    return head_of(group.centre, person__given_name="Jo", person__family_name="Harding")


def test_keep_draft_pressed_twice_keeps_one(group, head):
    ref = uuid.uuid4()

    draft(head, activity=group, ref=ref)
    again = draft(head, activity=group, ref=ref, subject="Blue")

    assert [(each.pk, each.subject) for each in Message.objects.all()] == [(again.pk, "Blue")]


def test_keep_draft_does_not_change_what_has_gone(group, head):
    placed(group)
    sent = send(draft(head, activity=group), head)

    with pytest.raises(rules.AlreadySent):
        draft(head, activity=group, ref=sent.ref, subject="Blue")

    assert Message.objects.get().subject == "Red"


def test_send_message_writes_one_letter_to_each_about_all_their_children(group, head):
    guardian, anya = placed(group, given_name="Anya", born_on=dt.date(2015, 1, 1))
    _, ben = placed(group, guardian=guardian, given_name="Ben")

    message = send(draft(head, activity=group), head)

    (reader,) = MessageReader.objects.all()
    assert (reader.person, reader.about, reader.unreached) == (
        guardian.person,
        [anya.pk, ben.pk],
        "",
    )
    (letter,) = Email.objects.all()
    assert (letter.to_address, letter.subject) == (guardian.person.email, "Red")
    assert "Send Anya and Ben in red." in letter.body_text
    assert f"Jo Harding, {group.centre}" in letter.body_text
    assert (message.sent_at, Message.objects.get().posted_at) == (NOON, NOON)


def test_two_people_who_share_an_address_get_a_letter_each(group, head):
    _, child = placed(group)
    for name in ("One", "Two"):
        person = PersonFactory(given_name=name, email="shared@family.example")
        GuardianshipFactory(adult=person, child=child)

    send(draft(head, activity=group), head)

    shared = Email.objects.filter(to_address="shared@family.example")
    assert sorted(letter.body_text.split(",")[0] for letter in shared) == ["Dear One", "Dear Two"]


def test_send_message_twice_tells_nobody_twice(group, head):
    placed(group)
    message = draft(head, activity=group)

    first = send(message, head)
    second = actions.send_message(message=message, seen="anything", by=head_of(), at=LATER)

    assert (first.sent_at, second.sent_at) == (NOON, NOON)
    assert (MessageReader.objects.count(), Email.objects.count()) == (1, 1)


def test_send_message_refuses_what_was_changed_after_it_was_read(group, head):
    placed(group)
    message = draft(head, activity=group)
    draft(head, activity=group, ref=message.ref, subject="Blue")

    with pytest.raises(rules.ChangedMeanwhile):
        send(message, head)

    assert not MessageReader.objects.exists()


def test_send_message_refuses_when_nobody_would_get_it(group, head):
    with pytest.raises(rules.NothingToSend):
        send(draft(head, activity=group), head)

    assert Message.objects.get().sent_at is None


def test_news_goes_to_those_who_said_yes_with_the_way_out_in_it(group, head):
    wanting, _ = placed(group)
    says_yes_to_news(wanting.person)
    placed(group)

    send(draft(head, activity=group, kind="news"), head)

    (letter,) = Email.objects.all()
    assert letter.to_address == wanting.person.email
    assert letter.unsubscribe_link.startswith(f"{settings.SITE_URL}/people/stop-news/")
    assert letter.unsubscribe_link in letter.body_text
    assert sorted(MessageReader.objects.values_list("unreached", flat=True)) == ["", "no_news"]


def test_a_change_ignores_who_stopped_news_and_offers_no_way_out(group, head):
    stopped, _ = placed(group)
    says_yes_to_news(stopped.person, is_given=False)

    send(draft(head, activity=group), head)

    (letter,) = Email.objects.all()
    assert (letter.unsubscribe_link, "stop-news" in letter.body_text) == ("", False)


def test_who_has_no_address_is_written_down_and_gets_no_letter(group, head):
    placed(group)
    _, child = placed(group)
    without_address = PersonFactory(email="")
    GuardianshipFactory(adult=without_address, child=child)

    send(draft(head, activity=group), head)

    unreached = MessageReader.objects.get(person=without_address)
    assert (unreached.unreached, Email.objects.count()) == ("no_address", 2)


def test_send_test_reaches_only_whoever_writes_once_for_the_same_words(group, head):
    placed(group, given_name="Anya")
    message = draft(head, activity=group, kind="news")

    for _ in range(2):
        actions.send_test(message=message, by=head, at=NOON)

    (letter,) = Email.objects.all()
    assert (letter.to_address, letter.subject) == (head.email, "Only you got this: Red")
    assert "Dear Jo" in letter.body_text
    assert "Send Anya in red." in letter.body_text
    assert letter.unsubscribe_link == ""


def test_a_subject_with_a_line_break_makes_no_header(group, head, mailoutbox):
    placed(group, given_name="Eve\r\nBcc: all@family.example")
    send(draft(head, activity=group, subject="Red {child}\r\nBcc: more@family.example"), head)

    delivery.deliver(clock=lambda: LATER)

    (sent,) = mailoutbox
    assert sent.message()["Bcc"] is None
    assert sent.subject == "Red Eve Bcc: all@family.example Bcc: more@family.example"


def test_html_in_a_message_is_words_in_the_letter(group, head):
    placed(group, given_name="<b>Anya</b>")
    send(draft(head, activity=group, body='<script>x</script> {child} & "red"'), head)

    (letter,) = Email.objects.all()
    assert "<script>" not in letter.body_html
    assert "&lt;script&gt;x&lt;/script&gt; &lt;b&gt;Anya&lt;/b&gt; &amp;" in letter.body_html
    assert '<script>x</script> <b>Anya</b> & "red"' in letter.body_text


def test_many_letters_are_written_some_at_a_time(group, head, monkeypatch):
    monkeypatch.setattr(actions, "AT_ONCE", 3)
    for _ in range(7):
        placed(group)

    message = send(draft(head, activity=group), head)
    at_once = Email.objects.count()
    posted = actions.post_messages(at=LATER)
    again = actions.post_messages(at=LATER)

    assert (at_once, posted, again, Email.objects.count()) == (3, 4, 0, 7)
    assert len(set(Email.objects.values_list("to_address", flat=True))) == 7
    message.refresh_from_db()
    assert message.posted_at == LATER


def test_a_full_last_batch_is_posted_too(group, head, monkeypatch):
    monkeypatch.setattr(actions, "AT_ONCE", 2)
    for _ in range(4):
        placed(group)
    message = send(draft(head, activity=group), head)

    actions.post_messages(at=LATER)

    message.refresh_from_db()
    assert (Email.objects.count(), message.posted_at) == (4, LATER)


def test_an_address_taken_out_before_its_letter_is_said(group, head, monkeypatch):
    monkeypatch.setattr(actions, "AT_ONCE", 1)
    for _ in range(3):
        placed(group)
    message = send(draft(head, activity=group), head)
    for reader in queries.still_to_post(message, limit=9):
        reader.person.email = ""
        reader.person.save()

    actions.post_messages(at=LATER)

    message.refresh_from_db()
    assert message.posted_at == LATER
    assert MessageReader.objects.filter(unreached="no_address").count() == 2


def test_a_letter_is_asked_about_again_as_it_goes(group, head, mailoutbox):
    stays, _ = placed(group)
    lost, child = placed(group)
    send(draft(head, activity=group), head)
    Guardianship.objects.filter(child=child).update(
        is_barred=True, may_see=False, may_book=False, may_pay=False, may_collect=False
    )

    delivery.deliver(clock=lambda: LATER)

    assert [sent.to for sent in mailoutbox] == [[stays.person.email]]
    assert Email.objects.get(to_address=lost.person.email).status == Email.Status.CANCELLED


def test_news_stopped_before_it_goes_does_not_go(group, head, mailoutbox):
    guardian, _ = placed(group)
    says_yes_to_news(guardian.person)
    send(draft(head, activity=group, kind="news"), head)
    says_yes_to_news(guardian.person, is_given=False)

    delivery.deliver(clock=lambda: LATER)

    assert mailoutbox == []


def test_news_carries_the_headers_of_one_press(group, head, mailoutbox):
    guardian, _ = placed(group)
    says_yes_to_news(guardian.person)
    send(draft(head, activity=group, kind="news"), head)

    delivery.deliver(clock=lambda: LATER)

    headers = mailoutbox[0].message()
    link = Email.objects.get().unsubscribe_link
    assert headers["List-Unsubscribe"] == f"<{link}>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_sending_takes_as_many_statements_for_many(group, head):
    placed(group)
    send(draft(head, activity=group), head)  # the words of letters are read once a minute
    counts = []
    for number in (10, 150):
        for _ in range(number):
            placed(group)
        message = draft(head, activity=group)
        with CaptureQueriesContext(connection) as captured:
            send(message, head)
        counts.append(len(captured))

    assert counts[0] == counts[1] <= 20


def send_four_times(group, head):
    message = draft(head, activity=group)
    colleague = head_of(group.centre)
    presses = [
        partial(
            actions.send_message,
            message=message,
            seen=rules.fingerprint(message),
            by=by,
            at=NOON,
        )
        for by in (head, colleague, head, colleague)
    ]
    return all_at_once(presses)


@pytest.mark.django_db(transaction=True)
def test_two_staff_who_send_at_once_send_one(group, head, monkeypatch):
    families = [placed(group) for _ in range(3)]
    pause(monkeypatch, queries, "readers_of", 0.05)

    outcomes = send_four_times(group, head)

    assert (len(done(outcomes)), refused(outcomes)) == (4, [])
    assert (MessageReader.objects.count(), Email.objects.count()) == (len(families),) * 2


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_constraint_lets_one_through(group, head, monkeypatch):
    placed(group)
    unlock(monkeypatch)
    pause(monkeypatch, queries, "readers_of", 0.1)

    outcomes = send_four_times(group, head)

    assert refused(outcomes)
    assert MessageReader.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_lock_and_constraint_readers_are_written_twice(group, head, monkeypatch):
    placed(group)
    unlock(monkeypatch)
    pause(monkeypatch, queries, "readers_of", 0.1)

    with without(MessageReader, "messagereader_once_each"):
        send_four_times(group, head)
        written = MessageReader.objects.count()

    assert written > 1


@pytest.mark.django_db(transaction=True)
def test_two_clocks_that_post_at_once_write_each_letter_once(group, head, monkeypatch):
    monkeypatch.setattr(actions, "AT_ONCE", 2)
    for _ in range(9):
        placed(group)
    message = send(draft(head, activity=group), head)

    outcomes = all_at_once([partial(actions.post_messages, at=LATER)] * 3)
    actions.post_messages(at=LATER)  # whoever found it locked left it to the next minute

    assert len(done(outcomes)) == 3
    assert Email.objects.count() == 9
    message.refresh_from_db()
    assert message.posted_at
