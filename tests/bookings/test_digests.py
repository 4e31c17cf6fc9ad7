"""The week ahead: once a week for each who asked, as far as each may know it, and still so."""

import datetime as dt
from decimal import Decimal
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.actions import digests as actions
from bookings.models import Session
from bookings.queries import digests as queries
from bookings.rules.evenings import Week
from core import delivery
from core.models import Email
from people.models import Guardianship, User
from tests.factories.billing import AccountFactory, ChargeFactory
from tests.factories.bookings import (
    AbsenceNoticeFactory,
    ActivityFactory,
    AttendanceFactory,
    CancellationCauseFactory,
    SessionFactory,
    spell,
)
from tests.factories.people import ChildFactory, GuardianFactory, GuardianshipFactory
from tests.races import all_at_once, done, pause, unlock

pytestmark = pytest.mark.django_db
SUNDAY = dt.datetime(2026, 11, 22, 18, tzinfo=dt.UTC)
HOUR, MONDAY = dt.timedelta(hours=1), dt.timedelta(days=1)
SATURDAY = dt.date(2026, 11, 28)
WEEK = Week.named("2026-W48")


def wanting(name="Priya", **fields):
    return GuardianFactory(wants_digest=True, person__given_name=name, **fields)


def meeting(child, *, on=SATURDAY, title="Junior Voices", **session):
    session = SessionFactory(
        activity=ActivityFactory(title=title), occurs_on=on, during=spell(on), **session
    )
    AttendanceFactory(session=session, person=child)
    return session


def owing(person, amount="90.00", status="billed"):
    return ChargeFactory(
        account=AccountFactory(), person=person, amount=Decimal(amount), status=status
    )


@pytest.fixture
def guardian():
    return wanting()


@pytest.fixture
def child(guardian):
    return ChildFactory(guardian=guardian, given_name="Anya")


def letters():
    return Email.objects.filter(copy="weekly-digest").order_by("pk")


def body():
    return letters().get().body_text


def cancel(session, **said):
    cause = CancellationCauseFactory()
    Session.objects.filter(pk=session.pk).update(status="cancelled", cause=cause, **said)


def test_write_digests_tells_once_a_week_what_is_on(guardian, child):
    meeting(child)

    told = [actions.write_digests(at=SUNDAY + hours * HOUR) for hours in (-1, 0, 1, 9)]

    assert told == [0, 1, 0, 0]
    assert letters().get().to_address == guardian.email
    assert "Anya\nSaturday 28 November, 9.30am to 10.15am: Junior Voices" in body()
    assert letters().get().subject == "Your week with us, from Monday 23 November"


def test_write_digests_writes_again_the_week_after(child):
    meeting(child)
    meeting(child, on=SATURDAY + 7 * MONDAY)

    told = [actions.write_digests(at=SUNDAY + days * MONDAY) for days in (0, 7)]

    assert told == [1, 1]


def test_write_digests_says_nothing_where_there_is_nothing(child):
    meeting(child, on=SATURDAY + 7 * MONDAY)
    owing(child, status="pending")

    assert actions.write_digests(at=SUNDAY) == 0


@pytest.mark.parametrize("change", [{"wants_digest": False}, {"is_active": False}])
def test_write_digests_is_for_those_who_asked_and_still_sign_in(guardian, child, change):
    meeting(child)
    User.objects.filter(pk=guardian.pk).update(**change)

    assert actions.write_digests(at=SUNDAY) == 0


def test_a_digest_says_what_is_off_and_what_was_moved(child):
    off = meeting(child, title="Choir")
    cancel(off, public_comment="Snow on the roof")
    moved = meeting(child, title="Strings", on=SATURDAY - MONDAY)
    moved.during = spell(moved.occurs_on, "14:00")
    moved.changed_at = SUNDAY - HOUR
    moved.save()

    actions.write_digests(at=SUNDAY)

    assert "Anya: Choir is not on, Saturday 28 November: Snow on the roof" in body()
    assert "Anya: Strings has a new time or room: Friday 27 November, 2pm to" in body()
    assert "2.45pm: Strings" in body().replace("\n", " ")
    assert "10.15am: Choir" not in body()


def test_a_digest_says_that_an_absence_is_known_and_not_why(child):
    meeting(child)
    AbsenceNoticeFactory(person=child, starts_on=SATURDAY, reason="unwell")

    actions.write_digests(at=SUNDAY)

    assert "We know about the absence." in body().replace("\n", " ")
    assert "unwell" not in body().lower()


def test_a_digest_says_what_is_owed(guardian, child):
    meeting(child)
    owing(child, "90.00")
    owing(child, "12.50", status="pending")
    owing(child, "70.00", status="waived")
    owing(ChildFactory(), "33.00")

    actions.write_digests(at=SUNDAY)

    assert "To pay for Anya: £90\nNot billed yet, for Anya: £12.50" in body()
    assert "£70" not in body()
    assert "£33" not in body()


def other_adult(child, name, **may):
    no = dict.fromkeys(("may_book", "may_see", "may_pay", "may_collect"), False)
    user = wanting(name)
    GuardianshipFactory(adult=user.person, child=child, **(no | may))
    return user


def test_a_digest_never_tells_what_its_reader_may_not_know(guardian, child):
    meeting(child)
    owing(child)
    sees = other_adult(child, "Sees", may_see=True)
    pays = other_adult(child, "Pays", may_pay=True)
    barred = other_adult(child, "Barred", is_barred=True)
    collects = other_adult(child, "Collects", may_collect=True)

    actions.write_digests(at=SUNDAY)

    said = {letter.to_address: letter.body_text for letter in letters()}
    assert said.keys() == {guardian.email, sees.email, pays.email}
    assert ("Junior Voices" in said[sees.email], "£90" in said[sees.email]) == (True, False)
    assert ("Junior Voices" in said[pays.email], "£90" in said[pays.email]) == (False, True)
    assert not {barred.email, collects.email} & said.keys()


def test_two_families_digests_do_not_mix(guardian, child):
    meeting(child, title="Choir")
    other = wanting("Sam")
    meeting(ChildFactory(guardian=other, given_name="Zed"), title="Strings")

    actions.write_digests(at=SUNDAY)

    said = {letter.to_address: letter.body_text for letter in letters()}
    assert ("Zed" in said[guardian.email], "Strings" in said[guardian.email]) == (False, False)
    assert ("Anya" in said[other.email], "Choir" in said[other.email]) == (False, False)


def test_a_grown_pupils_own_digest_says_you():
    pupil = wanting("Kim")
    meeting(pupil.person)

    actions.write_digests(at=SUNDAY)

    assert "You\nSaturday 28 November" in body()


def send(mailoutbox, at=SUNDAY):
    delivery.deliver(clock=lambda: at)
    return len(mailoutbox)


def test_a_digest_that_is_still_so_goes(child, mailoutbox):
    meeting(child)
    actions.write_digests(at=SUNDAY)

    assert send(mailoutbox) == 1


@pytest.mark.parametrize(
    "meanwhile",
    [
        pytest.param(lambda session: cancel(session), id="called off"),
        pytest.param(
            lambda session: Guardianship.objects.update(
                is_barred=True, may_see=False, may_book=False, may_pay=False, may_collect=False
            ),
            id="barred",
        ),
        pytest.param(lambda session: User.objects.update(wants_digest=False), id="not wanted"),
    ],
)
def test_a_digest_that_is_no_longer_so_does_not_go(child, mailoutbox, meanwhile):
    session = meeting(child)
    actions.write_digests(at=SUNDAY)
    meanwhile(session)

    assert send(mailoutbox) == 0


def test_a_digest_that_did_not_go_is_written_afresh_within_the_hour(child, mailoutbox):
    session = meeting(child)
    actions.write_digests(at=SUNDAY)
    cancel(session)
    send(mailoutbox)
    Session.objects.filter(pk=session.pk).update(status="planned", cause=None)

    again = [actions.write_digests(at=SUNDAY + hours * HOUR) for hours in (1, 2)]

    assert again == [1, 0]
    assert send(mailoutbox, at=SUNDAY + 2 * HOUR) == 1


def test_a_digest_is_written_afresh_no_more_than_a_few_times(child, mailoutbox):
    session = meeting(child)
    for minute in range(8):
        actions.write_digests(at=SUNDAY + dt.timedelta(minutes=minute))
        letters().update(status="cancelled")
        Session.objects.filter(pk=session.pk).update(public_comment=str(minute))

    assert letters().count() == queries.MOST_WRITTEN


def test_digests_take_as_many_statements_for_many():
    counts = []
    for number in (5, 45):
        for _ in range(number):
            guardian = wanting()
            anya = ChildFactory(guardian=guardian)
            meeting(anya)
            owing(anya)
        users = list(User.objects.filter(wants_digest=True))
        with CaptureQueriesContext(connection) as captured:
            digests = queries.digests_of(users, WEEK)
            assert all(each.on() for each in digests)
        counts.append(len(captured))

    assert counts[0] == counts[1] <= 6


def test_write_digests_goes_on_past_a_full_batch(monkeypatch):
    monkeypatch.setattr(actions, "BATCH", 2)
    for _ in range(5):
        meeting(ChildFactory(guardian=wanting()))

    assert actions.write_digests(at=SUNDAY) == 5


def two_clocks():
    for _ in range(3):
        meeting(ChildFactory(guardian=wanting()))
    return all_at_once([partial(actions.write_digests, at=SUNDAY)] * 3)


@pytest.mark.django_db(transaction=True)
def test_two_clocks_write_each_week_once(monkeypatch):
    pause(monkeypatch, queries, "digests_of", 0.05)

    assert sum(done(two_clocks())) == 3
    assert letters().count() == 3


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_two_clocks_both_think_they_wrote(monkeypatch):
    """The key still lets one letter through: that is the second guard."""
    unlock(monkeypatch)
    pause(monkeypatch, queries, "digests_of", 0.1)

    assert sum(done(two_clocks())) > 3
    assert letters().count() == 3
