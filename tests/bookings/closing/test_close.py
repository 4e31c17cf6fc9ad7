"""A closing, whole: what is off, what is owed, who is told, and that nothing happens twice."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from bookings import actions
from bookings.actions import closures
from bookings.models import Attendance, ClosedSession, Closure, Credit, Session
from bookings.rules.closures import NotChangeable, TooLate
from core.models import Email
from tests.bookings.closing.stage import (
    DAWN,
    MINUTE,
    NEXT,
    SATURDAY,
    Snow,
    join,
    meeting,
    meets,
    off,
    weather,
)
from tests.bookings.stage import family
from tests.factories.bookings import AttendanceFactory
from tests.factories.centres import CentreFactory
from tests.factories.people import GuardianshipFactory, PersonFactory, administrator

pytestmark = pytest.mark.django_db


@pytest.fixture
def snow():
    return Snow()


def letters(copy="cancelled-by-us"):
    return list(Email.objects.filter(copy=copy).order_by("to_address"))


def test_a_closing_calls_off_what_is_planned_and_frees_rooms_and_people(snow):
    closure = snow.close()

    first, second = meeting(snow.first), meeting(snow.second)
    assert off() == [first, second]
    assert {(one.closure, one.cause, one.public_comment) for one in off()} == {
        (closure, snow.cause, "The path is ice")
    }
    assert first.claimed.isempty
    assert first.staff.get().claimed.isempty
    assert first.register.get().claimed.isempty
    assert (first.sequence, first.changed_at) == (1, DAWN)
    assert list(closure.closed_sessions.values_list("session", "former_status")) == [
        (first.pk, "planned"),
        (second.pk, "planned"),
    ]
    assert (closure.closed_at, closure.closed_by, closure.told_at) == (
        DAWN,
        snow.head.person,
        DAWN,
    )
    assert meeting(snow.first, NEXT).status == "planned"


def test_a_closing_tells_each_adult_once_of_all_their_children_and_each_teacher_once(snow):
    Email.objects.all().delete()
    other = GuardianshipFactory(child=snow.child, may_see=True, adult__email="dad@family.example")
    barred = GuardianshipFactory(child=snow.child, barred=True, adult__email="no@family.example")
    payer = GuardianshipFactory(
        child=snow.child, may_see=False, may_book=False, adult__email="pay@family.example"
    )

    closure = snow.close()

    told = {letter.to_person_id: letter for letter in letters()}
    assert told.keys() == {snow.parent.person_id, other.adult_id}
    assert not {barred.adult_id, payer.adult_id} & told.keys()
    mine = told[snow.parent.person_id]
    assert mine.subject == "Not on: 2 meetings, Saturday 5 December"
    assert (
        "Saturday 5 December, 9am: Junior Voices at St Albans Music Centre, for Anya"
        " Saturday 5 December, 11am: Djembe at St Albans Music Centre, for Tom"
        in " ".join(mine.body_text.split())
    )
    assert "Why: The path is ice" in mine.body_text
    assert "The building is closed for safety. What is not" in mine.body_text
    assert "£" not in mine.body_text
    assert "Tom" not in told[other.adult_id].body_text
    assert {letter.to_person_id for letter in letters("cancelled-teacher")} == {
        snow.first.teacher_id,
        snow.second.teacher_id,
    }
    assert "You are paid as if you had taught" in letters("cancelled-teacher")[0].body_text
    assert set(Email.objects.values_list("reason", flat=True)) == {f"closure:{closure.pk}"}


def test_a_second_identical_closing_changes_nothing(snow):
    closure = snow.close()
    before = list(Email.objects.values_list("pk")), list(Credit.objects.values_list("pk"))

    again = snow.close(at=DAWN + MINUTE, reason="Other words")

    assert again == closure
    assert Closure.objects.count() == 1
    assert before == (list(Email.objects.values_list("pk")), list(Credit.objects.values_list("pk")))


def test_a_second_closing_of_what_was_kept_on_tells_only_of_that(snow):
    snow.close(kept_on=[meeting(snow.second)])
    assert off() == [meeting(snow.first)]
    Email.objects.all().delete()

    snow.close(at=DAWN + MINUTE)

    [letter] = letters()
    assert "Djembe" in letter.body_text
    assert "Junior Voices" not in letter.body_text
    assert Credit.objects.count() == 2


def test_a_meeting_called_off_before_is_not_told_or_owed_again(snow):
    actions.cancel_session(
        session=meeting(snow.first), cause=snow.cause, comment="", by=snow.head, at=DAWN
    )
    Email.objects.all().delete()

    snow.close(at=DAWN + MINUTE)

    [letter] = letters()
    assert "Junior Voices" not in letter.body_text
    assert Credit.objects.count() == 2


def test_whoever_left_is_not_told_and_owed_nothing(snow):
    gone = join(snow.first, *family())
    actions.cancel_enrolment(enrolment=gone, reason="", by=None, at=DAWN)
    AttendanceFactory(session=meeting(snow.first), person=gone.person, enrolment=gone)
    Email.objects.all().delete()

    snow.close()

    assert [letter.to_person_id for letter in letters()] == [snow.parent.person_id]
    assert not Credit.objects.filter(person=gone.person).exists()


def test_a_meeting_that_has_begun_is_left_and_so_is_one_of_the_past(snow):
    nine = meeting(snow.first).during.lower

    snow.close(at=nine)

    assert off() == [meeting(snow.second)]


@pytest.mark.parametrize(
    ("part", "hours"),
    [
        ((dt.time(8), dt.time(9)), []),
        ((dt.time(9, 30), dt.time(10)), [9]),
        ((dt.time(9), dt.time(12)), [9, 11]),
        ((dt.time(9, 45), dt.time(11)), []),
        ((dt.time(10), dt.time(23)), [11]),
    ],
)
def test_a_part_of_a_day_calls_off_what_touches_it(snow, part, hours):
    snow.close(from_time=part[0], until_time=part[1])

    assert [timezone.localtime(one.during.lower).hour for one in off()] == hours


def test_a_part_of_a_day_is_local_after_the_clocks_went_back():
    snow = Snow()
    october = meets(
        snow.centre, 9, first_on=dt.date(2026, 10, 10), last_on=dt.date(2026, 10, 10), weekday=6
    )

    snow.close(
        starts_on=dt.date(2026, 10, 10),
        ends_on=dt.date(2026, 10, 10),
        from_time=dt.time(9),
        until_time=dt.time(9, 15),
        at=dt.datetime(2026, 10, 9, tzinfo=dt.UTC),
    )

    assert off() == [october.sessions.get()]


def test_another_centre_stays_open_and_everything_means_everything(snow):
    elsewhere = meets(CentreFactory(), 9)

    snow.close()
    assert meeting(elsewhere).status == "planned"

    snow.close(centre=None, by=administrator())
    assert meeting(elsewhere).status == "cancelled"


@pytest.mark.parametrize("what", ["room", "activity"])
def test_one_room_or_one_group_alone(snow, what):
    place = {"room": snow.room, "activity": snow.first}[what]

    snow.close(centre=None, **{what: place})

    assert off() == [meeting(snow.first)]


def test_a_meeting_is_closed_where_it_was_moved_to(snow):
    start = dt.datetime(2026, 12, 6, 10, tzinfo=dt.UTC)
    actions.move_session(
        session=meeting(snow.first),
        starts_at=start,
        ends_at=start + dt.timedelta(minutes=45),
        room=None,
        comment="",
        by=None,
        at=DAWN - dt.timedelta(days=3),
    )
    sunday = dt.date(2026, 12, 6)

    snow.close()
    assert off() == [meeting(snow.second)]

    snow.close(starts_on=sunday, ends_on=sunday)
    assert off() == [meeting(snow.second), meeting(snow.first)]


def test_a_closed_day_is_not_planned_later(snow):
    snow.close(starts_on=NEXT + dt.timedelta(days=7), ends_on=NEXT + dt.timedelta(days=7))
    snow.first.last_on = NEXT + dt.timedelta(days=7)
    snow.first.save(update_fields=["last_on"])

    assert actions.plan_sessions(activity=snow.first, by=None, at=DAWN) == 0


@pytest.mark.parametrize(
    ("policy", "owed"),
    [
        ({"pupil_pays": False}, [("Anya", 45), ("Tom", 45)]),
        ({"pupil_pays": True, "slug": "their-own", "is_made_up": False}, []),
    ],
    ids=["the service's", "the pupil pays"],
)
def test_what_is_owed_follows_the_policy(policy, owed):
    snow = Snow(**policy)

    snow.close()

    assert [
        (credit.person.given_name, credit.minutes)
        for credit in Credit.objects.select_related("person").order_by("person__given_name")
    ] == owed


def test_a_meeting_is_worth_what_was_charged_for_it(snow):
    charge = snow.child.charges.get()

    snow.close()

    credit = Credit.objects.get(person=snow.child)
    assert credit.value == Decimal(charge.explanation["each"]) > 0
    assert credit.attendance == Attendance.objects.get(
        session=meeting(snow.first), person=snow.child
    )


def test_a_meeting_of_a_waived_charge_is_worth_nothing(snow):
    snow.child.charges.update(status="waived")

    snow.close()

    assert Credit.objects.get(person=snow.child).value == 0


def test_a_meeting_nobody_charged_for_is_its_part_of_the_price_agreed(snow):
    snow.child.charges.all().delete()

    snow.close()

    assert Credit.objects.get(person=snow.child).value == Decimal("45.00")  # £90 for two


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"ends_on": SATURDAY - dt.timedelta(days=1)}, NotChangeable),
        ({"starts_on": dt.date(2026, 12, 1), "ends_on": dt.date(2026, 12, 4)}, TooLate),
        ({"ends_on": SATURDAY + dt.timedelta(days=400)}, NotChangeable),
        ({"from_time": dt.time(10), "until_time": dt.time(10)}, NotChangeable),
    ],
    ids=["ends first", "is over", "too far off", "no time at all"],
)
def test_refusals(snow, said, refusal):
    with pytest.raises(refusal):
        snow.close(**said)

    assert off() == []
    assert not Closure.objects.exists()


def test_a_large_closing_leaves_its_letters_to_the_job_which_writes_each_once(snow, monkeypatch):
    monkeypatch.setattr(closures, "AT_ONCE", 1)
    monkeypatch.setattr(closures, "EACH_TIME", 1)
    Email.objects.all().delete()

    closure = snow.close()
    assert (closure.told_at, Email.objects.count(), len(off())) == (None, 0, 2)

    assert actions.tell_of_closures(at=DAWN + MINUTE) == 1
    assert actions.tell_of_closures(at=DAWN + 2 * MINUTE) == 0

    closure.refresh_from_db()
    assert (closure.told_at, len(letters()), Email.objects.count()) == (DAWN + MINUTE, 1, 3)


def test_a_job_that_broke_off_goes_on_and_writes_nothing_twice(snow, monkeypatch):
    monkeypatch.setattr(closures, "AT_ONCE", 0)
    monkeypatch.setattr(closures, "EACH_TIME", 1)
    Email.objects.all().delete()
    closure = snow.close()
    real, calls = closures.tell_some, []

    def breaks(**said):
        calls.append(said)
        if len(calls) == 2:
            raise RuntimeError("the worker died")
        return real(**said)

    monkeypatch.setattr(closures, "tell_some", breaks)
    with pytest.raises(RuntimeError):
        actions.tell_of_closures(at=DAWN)
    assert Email.objects.count() == 1

    actions.tell_of_closures(at=DAWN + MINUTE)

    closure.refresh_from_db()
    assert (Email.objects.count(), closure.told_at) == (3, DAWN + MINUTE)


def test_an_adult_without_an_address_is_told_nothing_and_a_learner_of_age_themself(snow):
    grown = PersonFactory(email="grown@home.example", born_on=None)
    AttendanceFactory(session=meeting(snow.first), person=grown)
    snow.parent.person.email = ""
    snow.parent.person.save(update_fields=["email"])
    Email.objects.all().delete()

    snow.close()

    assert [letter.to_address for letter in letters()] == ["grown@home.example"]
    assert "for you" in " ".join(letters()[0].body_text.split())


def test_policy_of_a_teacher_who_is_not_paid(snow):
    snow.close(cause=weather(slug="no-teacher", teacher_paid=False))

    assert "this time is not paid" in " ".join(letters("cancelled-teacher")[0].body_text.split())


def test_closed_sessions_of_a_taught_meeting_are_none():
    snow = Snow()
    Session.objects.filter(pk=meeting(snow.first).pk).update(status="taught")

    snow.close()

    assert ClosedSession.objects.count() == 1
