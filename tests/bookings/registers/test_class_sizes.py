"""A class that shrinks or grows: each meeting, and each register, is of as many as it had then."""

import datetime as dt
import json
import uuid

import pytest
from django.urls import reverse

from bookings import actions
from bookings.actions import SaidHeads
from bookings.models import ClassReturn, Session
from bookings.queries import teaching
from bookings.rules.headcounts import NONE_YET, Heads
from tests.bookings.registers.stage import DAY, DURING, STARTS, page, teacher
from tests.factories.bookings import ActivityFactory, SessionFactory, SessionStaffFactory, spell
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
WEEK = dt.timedelta(days=7)
DAYS = [DAY - WEEK, DAY, DAY + WEEK, DAY + 2 * WEEK]


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(DURING, tick=False)


@pytest.fixture
def ngozi(client):
    return sign_in(client, teacher(given_name="Ngozi"))


@pytest.fixture
def activity(ngozi):
    """29 children, in four weeks; it is the second of them, and the lesson has begun."""
    made = ActivityFactory(class_in_school=True, teacher=ngozi.person)
    for day in DAYS:
        met = SessionFactory(activity=made, school=made.school, occurs_on=day, during=spell(day))
        met.refresh_from_db()
        SessionStaffFactory(session=met, person=ngozi.person)
    return made


def on(activity, day):
    return Session.objects.select_related("activity").get(activity=activity, occurs_on=day)


def expected(activity):
    return [on(activity, day).heads_expected for day in DAYS]


def change(activity, number, from_on=DAY, at=DURING):
    return actions.expect_heads(
        activity=activity, number=number, from_on=from_on, by=teacher(), at=at
    )


def count(session, present, *, by, seen=NONE_YET, key=None):
    said = [SaidHeads(key or uuid.uuid4(), Heads(present), None, seen)]
    [answer] = actions.keep_count(session=session, said=said, note=None, by=by, at=DURING)
    return answer


def test_lessons_begun_or_before_the_day_keep_their_number(activity):
    change(activity, 18)

    assert expected(activity) == [29, 29, 18, 18]


def test_a_number_for_later_stands_from_its_day(activity):
    change(activity, 18, DAY + 2 * WEEK)

    assert expected(activity) == [29, 29, 29, 18]


def test_what_is_said_last_stands_from_its_day_on(activity):
    change(activity, 18, DAY + 2 * WEEK)
    change(activity, 25)

    assert expected(activity) == [29, 29, 25, 25]


def test_a_register_keeps_how_many_were_expected_when_it_was_taken(activity, ngozi):
    count(on(activity, DAY), 28, by=ngozi)
    change(activity, 18)
    count(on(activity, DAY), 27, by=ngozi, seen=0)
    count(on(activity, DAY - WEEK), 26, by=ngozi)

    counted = ClassReturn.objects.order_by("session__occurs_on")
    assert [(one.present, one.expected) for one in counted] == [(26, 29), (27, 29)]


def test_the_next_register_is_of_the_new_number(client, activity, time_machine):
    change(activity, 18)
    time_machine.move_to(DURING + WEEK, tick=False)

    ask = page("register", on(activity, DAY + WEEK))
    shown = client.get(ask).content.decode()
    client.post(ask, {"all": "yes", "key": str(uuid.uuid4())})

    assert "18 children expected" in shown
    assert "All 18 are here" in shown
    counted = ClassReturn.objects.get()
    assert (counted.present, counted.expected) == (18, 18)


def test_the_page_of_a_lesson_before_still_asks_for_as_many_as_then(client, activity):
    change(activity, 18)

    assert (
        "29 children expected" in client.get(page("register", on(activity, DAY))).content.decode()
    )


def test_a_teachers_days_say_how_many_are_expected_on_each(activity, ngozi):
    change(activity, 18)

    days = teaching.teaching_of(ngozi, first=DAYS[0], last=DAYS[-1])

    assert [one.number for one in days] == [29, 29, 18, 18]


def test_a_phone_that_sends_its_count_again_changes_nothing(client, activity, ngozi):
    """Counted without signal, sent before and after the school said that twelve had left."""
    session, key = on(activity, DAY), str(uuid.uuid4())

    def send():
        one = {"key": key, "ref": str(session.ref), "line": str(session.ref)}
        sent = {"who": str(ngozi.person.ref), "marks": [one | {"mark": "29", "seen": -1}]}
        reply = client.post(
            reverse("bookings:send_marks"), json.dumps(sent), content_type="application/json"
        )
        [answer] = reply.json()["answers"]
        return answer["outcome"], answer["mark"], answer["version"]

    before = send()
    change(activity, 12)

    assert (before, send()) == (("kept", "29", 0), ("kept", "29", 0))
    assert [(one.present, one.expected) for one in ClassReturn.objects.all()] == [(29, 29)]


def test_a_phone_that_sends_late_counts_the_class_as_it_was(activity, ngozi):
    change(activity, 12)

    answer = count(on(activity, DAY), 29, by=ngozi)

    assert (answer.outcome, ClassReturn.objects.get().expected) == ("kept", 29)


def test_more_than_a_visiting_class_is_refused_by_the_new_number(activity, ngozi):
    change(activity, 12, at=STARTS - dt.timedelta(hours=1))

    answer = count(on(activity, DAY), 23, by=ngozi)

    assert answer.outcome == actions.REFUSED
    assert "We expect 12 in this class. Enter 22 or fewer" in answer.words
