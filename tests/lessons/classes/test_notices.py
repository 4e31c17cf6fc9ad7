"""A school gives one notice: lessons move or count as taught, all are told; it can be undone."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from bookings import actions as bookings
from bookings.models import CancellationCause, Closure, Credit, Session
from bookings.queries import makeups
from bookings.rules.closures import TooLate
from core.models import Email
from lessons.actions import notices as actions
from lessons.queries import notices as queries
from lessons.rules import notices as rules
from people.models import Person
from tests.bookings.closing.stage import join
from tests.bookings.stage import family, open_group
from tests.factories.bookings import SessionFactory, SessionStaffFactory, spell
from tests.factories.people import AvailabilityFactory, SchoolFactory, administrator, contact_of
from tests.lessons.classes.stage import (
    LATER,
    MONDAY,
    NEXT_WEEK,
    TOMORROW,
    Larkhay,
    notice_rules,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(MONDAY, tick=False)


@pytest.fixture(autouse=True)
def policy():
    return notice_rules()


@pytest.fixture
def larkhay():
    return Larkhay()


def notice(larkhay, day=NEXT_WEEK, last=None, *, kept_on=(), **times):
    return actions.Notice(
        larkhay.school, day, last or day, "Year 4 trip", kept_on=tuple(kept_on), **times
    )


def give(larkhay, *args, seen=None, at=MONDAY, **said):
    return actions.give_notice(
        notice=notice(larkhay, *args, **said), seen=seen, by=larkhay.lead, at=at
    )


def moved(session):
    new = makeups.made_up_in(session)
    return new and timezone.localtime(new.during.lower).strftime("%a %d %b %H:%M")


def letters(kind):
    return [letter.to_address for letter in Email.objects.filter(copy=kind).order_by("to_address")]


# The rule


def test_a_notice_is_cut_where_it_is_long_enough_for_a_kinder_rule(policy):
    moves, counts = policy

    found = rules.parts(TOMORROW, NEXT_WEEK, today=MONDAY.date(), causes=[moves, counts])

    assert found == [
        rules.Part(TOMORROW, dt.date(2026, 11, 15), counts),
        rules.Part(dt.date(2026, 11, 16), NEXT_WEEK, moves),
    ]
    assert rules.moves_from(MONDAY.date(), [moves, counts]) == dt.date(2026, 11, 16)


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        pytest.param(NEXT_WEEK, TOMORROW, "after the first", id="backwards"),
        pytest.param(dt.date(2026, 11, 8), NEXT_WEEK, "from today on", id="yesterday"),
        pytest.param(TOMORROW, dt.date(2027, 1, 10), "six weeks at most", id="a term"),
    ],
)
def test_days_that_no_notice_is_for_are_refused_in_words(larkhay, first, last, words):
    with pytest.raises(rules.NoticeRefused, match=words):
        give(larkhay, first, last)


# What becomes of lessons


def test_with_a_weeks_notice_the_lesson_moves_to_the_first_day_that_suits(larkhay):
    outcome = give(larkhay)

    off = larkhay.on(NEXT_WEEK)
    assert off.status == Session.Status.CANCELLED
    assert [row.then for row in outcome.rows] == ["Moves to Monday 16 November, 9.30am"]
    new = makeups.made_up_in(off)
    assert new.school == larkhay.school
    assert [line.person for line in new.staff.all()] == [larkhay.teacher.person]
    assert moved(off) == "Mon 16 Nov 09:30"


def test_with_less_the_lesson_counts_as_taught(larkhay, policy):
    outcome = give(larkhay, TOMORROW)

    off = larkhay.on(TOMORROW)
    assert [row.then for row in outcome.rows] == ["Counts as taught"]
    assert (off.cause, moved(off)) == (policy[1], None)
    assert not makeups.still_owed([off])


def test_one_notice_over_both_treats_each_day_by_its_own_rule(larkhay):
    outcome = give(larkhay, TOMORROW, NEXT_WEEK)

    assert [row.then for row in outcome.rows] == [
        "Counts as taught",
        "Moves to Wednesday 18 November, 9.30am",
    ]
    assert len(outcome.closures) == 2


def test_only_the_part_of_the_day_that_was_said_is_off(larkhay):
    give(larkhay, from_time=dt.time(12), until_time=dt.time(23, 59))

    assert larkhay.on(NEXT_WEEK).status == Session.Status.PLANNED


def test_what_is_kept_on_stays(larkhay):
    give(larkhay, NEXT_WEEK, LATER, kept_on=[larkhay.on(LATER)])

    assert larkhay.on(LATER).status == Session.Status.PLANNED
    assert larkhay.on(NEXT_WEEK).status == Session.Status.CANCELLED


def test_another_schools_lessons_are_untouched(larkhay):
    other = Larkhay(name="Oak School", start="13:30", teacher=larkhay.teacher)

    give(larkhay)

    assert other.on(NEXT_WEEK).status == Session.Status.PLANNED


def test_a_lesson_moves_only_to_hours_its_teacher_can_be_asked_for(larkhay):
    for weekday in (2, 5):
        AvailabilityFactory(
            staff=larkhay.teacher.person.staff,
            weekday=weekday,
            from_time=dt.time(13),
            until_time=dt.time(16),
        )

    give(larkhay)

    assert moved(larkhay.on(NEXT_WEEK)) == "Fri 20 Nov 13:00"


def test_a_lesson_moves_to_no_time_at_which_its_teacher_is_on_the_road(larkhay):
    """On that Monday they teach elsewhere until 9.15, and half an hour is the road."""
    elsewhere = SchoolFactory()
    monday = dt.date(2026, 11, 16)
    session = SessionFactory(
        activity__class_in_school=True,
        activity__school=elsewhere,
        school=elsewhere,
        occurs_on=monday,
        during=spell(monday, "08:30"),
    )
    session.refresh_from_db()
    SessionStaffFactory(session=session, person=larkhay.teacher.person)

    give(larkhay)

    assert moved(larkhay.on(NEXT_WEEK)) == "Mon 16 Nov 09:45"


def test_two_lessons_of_one_notice_never_move_onto_each_other(larkhay):
    second = larkhay.meets(NEXT_WEEK - dt.timedelta(days=1))

    give(larkhay, NEXT_WEEK - dt.timedelta(days=1), NEXT_WEEK)

    assert sorted([moved(second), moved(larkhay.on(NEXT_WEEK))]) == [
        "Thu 19 Nov 09:30",
        "Wed 18 Nov 09:30",
    ]


def test_what_suits_nobody_stays_owed(larkhay):
    AvailabilityFactory(
        staff=larkhay.teacher.person.staff,
        weekday=6,
        from_time=dt.time(9),
        until_time=dt.time(12),
    )

    outcome = give(larkhay)

    assert [row.then for row in outcome.rows] == ["Owed: we look for a day with you"]
    assert makeups.still_owed([larkhay.on(NEXT_WEEK)]) == {larkhay.on(NEXT_WEEK).pk}


def test_a_childs_lesson_at_the_school_is_owed_by_the_same_rule(larkhay):
    """Lessons in pairs with families of their own: their credit is the kernel's."""
    group = open_group(
        centre=None,
        school=larkhay.school,
        weekday=3,
        first_on=dt.date(2026, 11, 4),
        last_on=dt.date(2026, 12, 16),
        local_start=dt.time(15, 30),
    )
    parent, child = family()
    join(group, parent, child)

    give(larkhay, dt.date(2026, 11, 11))
    give(larkhay, dt.date(2026, 11, 18))

    assert [credit.attendance.session.occurs_on for credit in Credit.objects.all()] == [
        dt.date(2026, 11, 18)
    ]
    assert letters("cancelled-by-us") == [parent.email] * 2


# Who hears of it


def test_teacher_and_school_are_told_once_each(larkhay):
    larkhay.contact("head", email="head@school.example")
    larkhay.contact("finance", email="bursar@school.example")

    give(larkhay)
    give(larkhay)

    assert letters("cancelled-teacher") == ["ngozi@music.example"]
    assert letters("made-up-teacher") == ["ngozi@music.example"]
    assert letters("school-notice") == ["head@school.example", larkhay.lead.email]
    letter = " ".join(Email.objects.filter(copy="school-notice").first().body_text.split())
    assert "9.30am: Ukulele, 4A. Moves to Monday 16 November" in letter
    assert Closure.objects.count() == 1


# The same notice, looked at first


def test_trying_a_notice_changes_nothing(larkhay):
    tried = actions.try_notice(notice=notice(larkhay), by=larkhay.lead, at=MONDAY)

    assert [row.then for row in tried.rows] == ["Moves to Monday 16 November, 9.30am"]
    assert larkhay.on(NEXT_WEEK).status == Session.Status.PLANNED
    assert (Closure.objects.count(), Email.objects.count()) == (0, 0)
    assert give(larkhay, seen=tried.fate).fate == tried.fate


def test_what_changed_since_it_was_looked_at_is_asked_again(larkhay):
    tried = actions.try_notice(notice=notice(larkhay), by=larkhay.lead, at=MONDAY)
    larkhay.meets(dt.date(2026, 11, 16), "11:00")

    with pytest.raises(rules.NoticeChanged):
        give(larkhay, seen=tried.fate)

    assert not Closure.objects.exists()


# Taking it back


def test_a_notice_is_taken_back_whole_within_the_hour(larkhay):
    outcome = give(larkhay, TOMORROW, NEXT_WEEK)
    Email.objects.update(status=Email.Status.SENT, sent_at=MONDAY)

    actions.undo_notice(closures=outcome.closures, by=larkhay.lead, at=MONDAY + HOUR / 2)

    assert [larkhay.on(day).status for day in (TOMORROW, NEXT_WEEK)] == ["planned"] * 2
    assert not Session.objects.happening().filter(makes_up__isnull=False).exists()
    assert letters("on-after-all-teacher") == ["ngozi@music.example"] * 2
    assert letters("school-notice-undone") == [larkhay.lead.email]


def test_after_the_hour_it_stands(larkhay):
    outcome = give(larkhay)

    with pytest.raises(TooLate):
        actions.undo_notice(closures=outcome.closures, by=larkhay.lead, at=MONDAY + 2 * HOUR)


# Its pages


def page(name, larkhay, **more):
    return reverse(f"schools:{name}", kwargs={"urn": larkhay.school.urn, **more})


def answers(day=NEXT_WEEK, **more):
    return {
        "starts_on_0": day.day,
        "starts_on_1": day.month,
        "starts_on_2": day.year,
        "part": "day",
        "reason": "Year 4 trip",
    } | more


def test_the_music_lead_looks_confirms_and_takes_it_back(client, larkhay):
    sign_in(client, larkhay.lead)
    address = page("give_notice", larkhay)

    assert "Monday 16 November" in client.get(address).content.decode()
    shown = client.post(address, answers(step="look"))
    assert "Moves to Monday 16 November, 9.30am" in shown.content.decode()
    assert not Closure.objects.exists()
    done = client.post(address, answers(step="confirm", seen=shown.context["seen"]), follow=True)
    assert "Moves to Monday 16 November, 9.30am" in done.content.decode()
    assert larkhay.on(NEXT_WEEK).status == Session.Status.CANCELLED

    slug = Closure.objects.get().slug
    back = client.post(page("undo_notice", larkhay, slug=slug), follow=True)
    assert "Your notice is taken back" in back.content.decode()
    assert larkhay.on(NEXT_WEEK).status == Session.Status.PLANNED


def test_a_page_that_is_not_true_any_more_is_shown_again(client, larkhay):
    sign_in(client, larkhay.lead)

    reply = client.post(page("give_notice", larkhay), answers(step="confirm", seen="1-2-3"))

    assert reply.status_code == 409
    assert "It is not as you saw it a moment ago" in reply.content.decode()
    assert not Closure.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"reason": ""}, "Say why, for example"),
        ({"starts_on_0": "31", "starts_on_1": "11"}, "must be a real date"),
        ({"starts_on_2": "2025"}, "from today on"),
    ],
)
def test_wrong_answers_are_refused_in_words(client, larkhay, wrong, words):
    sign_in(client, larkhay.lead)

    reply = client.post(page("give_notice", larkhay), answers(step="look") | wrong)

    assert reply.status_code == 422
    assert words in reply.content.decode()


def test_only_who_speaks_for_the_school_gives_its_notice(client, larkhay):
    give(larkhay)
    slug = Closure.objects.get().slug
    doors = [
        page("give_notice", larkhay),
        page("notice", larkhay, slug=slug),
    ]
    strangers = [contact_of(SchoolFactory()), larkhay.teacher, larkhay.contact("finance")]
    for stranger in strangers:
        sign_in(client, stranger)
        assert [client.get(door).status_code for door in doors] == [404, 404]
        assert client.post(page("undo_notice", larkhay, slug=slug)).status_code == 404
    for allowed in (larkhay.lead, larkhay.contact("head"), administrator()):
        sign_in(client, allowed)
        assert [client.get(door).status_code for door in doors] == [200, 200]


def test_another_schools_notice_by_its_slug_is_not_found(client, larkhay):
    give(larkhay)
    other = contact_of(SchoolFactory(urn=123456))
    sign_in(client, other)

    slug = Closure.objects.get().slug
    assert client.get(f"/schools/123456/notice/{slug}/").status_code == 404


def test_without_rules_nothing_is_promised(client, larkhay):
    CancellationCause.objects.filter(slug__startswith=rules.CAUSES).delete()
    sign_in(client, larkhay.lead)

    reply = client.post(page("give_notice", larkhay), answers(step="look"))

    assert reply.status_code == 422
    assert "no rule yet" in reply.content.decode()


def test_readers_at_a_school_are_those_with_an_address_and_still_there(larkhay):
    gone = larkhay.contact("head", email="gone@school.example")
    gone.person.school_contacts.update(ended_at=MONDAY)
    silent = larkhay.contact("head")
    Person.objects.filter(pk=silent.person_id).update(email="")

    assert [one.person for one in queries.readers_at(larkhay.school)] == [larkhay.lead.person]


def test_bookings_keeps_the_class_in_its_plan(larkhay):
    """Nothing is owed twice: what is made up is not proposed again."""
    give(larkhay)

    assert makeups.proposals(larkhay.on(NEXT_WEEK), at=MONDAY) == []
    assert bookings.tell_of_closures(at=MONDAY) == 0
