"""What a staff home counts: whose, what is left out, and in how many statements."""

import datetime as dt

import pytest

from bookings.models import Attendance, SessionStaff
from people.models import User
from reports import queries
from reports.queries import Place
from reports.rules import Standing, Week
from tests.factories.bookings import (
    AbsenceNoticeFactory,
    EnrolmentFactory,
    SessionStaffFactory,
    spell,
)
from tests.factories.centres import CentreFactory, TermFactory
from tests.factories.people import UserFactory, administrator, head_of
from tests.factories.safeguarding import cleared_teacher
from tests.reports.scene import (
    BUSY,
    DAY,
    GRACE,
    NINE_THIRTY,
    SATURDAY,
    TEN,
    call_off,
    group,
    marked,
    meeting,
    one_of_every_trouble,
    two_centres,
    uncovered,
)

pytestmark = pytest.mark.django_db

COUNTY = Place("The whole county", is_county=True)


def at(centre):
    return Place(centre.name, centre.code, (centre.pk,))


def titles(found):
    return [str(getattr(row, "activity", row)) for row in found.rows]


def troubles(place):
    """Everything that needs a person, counted."""
    day = dt.timedelta(hours=24)
    return {
        "registers": queries.registers_not_taken(place, at=TEN, grace=GRACE).total,
        "uncovered": queries.nobody_to_teach(place, at=TEN).total,
        "offers": queries.offers_ending(place, at=TEN, within=day).total,
        "room": queries.free_while_others_wait(place).total,
        "marks": queries.marks_that_differ(place).total,
        "credits": queries.credits_owed(place).lessons,
        "changed": queries.changed_since(place, since=queries.midnight(SATURDAY)).total,
    }


# Whose


def test_a_head_runs_their_centre_and_an_administrator_all_of_them():
    alder, birch = two_centres()

    assert [place.name for place in queries.places_run(head_of(alder))] == [alder.name]
    assert [place.name for place in queries.places_run(administrator())] == [
        "The whole county",
        alder.name,
        birch.name,
    ]
    assert queries.places_run(UserFactory()) == []


def test_a_head_of_two_centres_sees_both_together_and_each():
    alder, birch = two_centres()
    CentreFactory()
    head = head_of(alder)
    head_of(birch).person.roles.update(person=head.person)

    places = queries.places_run(User.objects.get(pk=head.pk))

    assert [place.name for place in places] == ["All your centres", alder.name, birch.name]
    assert set(places[0].centre_ids) == {alder.pk, birch.pk}


def test_another_centres_troubles_are_never_counted():
    alder, birch = two_centres()
    one_of_every_trouble(birch)

    assert troubles(at(alder)) == dict.fromkeys(BUSY, 0)
    assert troubles(at(birch)) == BUSY
    assert troubles(COUNTY) == BUSY


def test_another_centres_figures_are_never_counted():
    alder, birch = two_centres()
    one_of_every_trouble(birch)
    marked(meeting(group(birch, title="Kazoo band"), day=SATURDAY - DAY, lines=3))
    TermFactory()
    since = TEN - dt.timedelta(weeks=6)

    here = queries.figures(at(alder), waited_since=since)

    assert set(vars(here).values()) == {0}
    assert queries.standings(at(alder)) == []
    assert queries.weeks(at(alder), today=SATURDAY) == []
    assert queries.meetings_of(at(alder), day=SATURDAY) == []
    assert queries.figures(at(birch), waited_since=since).pupils > 3
    assert queries.weeks(at(birch), today=SATURDAY) != []
    assert queries.meetings_of(at(birch), day=SATURDAY) != []


# Registers


def test_a_register_is_missed_only_once_its_meeting_has_begun_a_while_ago():
    centre = CentreFactory()
    meeting(group(centre, title="Oboe pairs"))

    def missed(moment):
        return titles(queries.registers_not_taken(at(centre), at=moment, grace=GRACE))

    assert missed(NINE_THIRTY + GRACE - dt.timedelta(seconds=1)) == []
    assert missed(NINE_THIRTY + GRACE) == ["Oboe pairs"]


def test_a_register_with_one_line_unmarked_is_still_to_take_and_says_how_far_it_is():
    centre = CentreFactory()
    session = meeting(group(centre), lines=3)
    first = session.register.first()
    Attendance.objects.filter(pk=first.pk).update(mark="present", marked_at=TEN)

    [row] = queries.registers_not_taken(at(centre), at=TEN, grace=GRACE).rows

    assert (row.marked, row.lines) == (1, 3)


def test_registers_that_are_taken_called_off_empty_or_old_are_not_missed():
    centre = CentreFactory()
    marked(meeting(group(centre)))
    call_off(meeting(group(centre)), at=TEN)
    meeting(group(centre), lines=0)
    meeting(group(centre), day=SATURDAY - 9 * DAY)
    meeting(group(centre), day=SATURDAY - 2 * DAY, lines=0)  # its last day before

    assert queries.registers_not_taken(at(centre), at=TEN, grace=GRACE).total == 0


def test_a_centre_that_opens_once_a_week_is_still_asked_for_last_weeks_registers():
    centre = CentreFactory()
    meeting(group(centre, title="Oboe pairs"), day=SATURDAY - 7 * DAY)

    found = queries.registers_not_taken(at(centre), at=TEN, grace=GRACE)

    assert titles(found) == ["Oboe pairs"]


def test_whom_to_ring_about_a_register_is_whoever_was_to_teach():
    centre = CentreFactory()
    away, here = cleared_teacher(), cleared_teacher()
    session = meeting(group(centre), taught_by=away)
    SessionStaff.objects.filter(person=away).update(is_away=True)
    SessionStaffFactory(session=session, person=here, role="cover", replaces=away)

    [row] = queries.registers_not_taken(at(centre), at=TEN, grace=GRACE).rows

    assert [line.person for line in row.teachers] == [here]


# Teachers


def test_a_meeting_is_uncovered_until_somebody_leads_or_covers_it():
    centre = CentreFactory()
    session = uncovered(group(centre, title="Oboe pairs"))
    place = at(centre)
    assert titles(queries.nobody_to_teach(place, at=TEN)) == ["Oboe pairs"]

    helper = SessionStaffFactory(session=session, role="assistant")
    assert queries.nobody_to_teach(place, at=TEN).total == 1

    helper.role = "cover"
    helper.save()
    assert queries.nobody_to_teach(place, at=TEN).total == 0


def test_what_is_over_called_off_or_far_ahead_needs_no_cover():
    centre = CentreFactory()
    uncovered(group(centre), day=SATURDAY - DAY)
    uncovered(group(centre), day=SATURDAY + 30 * DAY)
    call_off(uncovered(group(centre)), at=TEN)

    assert queries.nobody_to_teach(at(centre), at=TEN).total == 0


# Offers, places


def test_offers_that_end_soon_are_counted_and_others_are_not():
    centre = CentreFactory()
    activity = group(centre)
    for hours in (-1, 3, 30):
        EnrolmentFactory(
            activity=activity, offered=True, offer_expires_at=TEN + dt.timedelta(hours=hours)
        )

    found = queries.offers_ending(at(centre), at=TEN, within=dt.timedelta(hours=24))

    assert [offer.offer_expires_at for offer in found.rows] == [TEN + dt.timedelta(hours=3)]


def test_room_while_others_wait_means_both_at_once():
    centre = CentreFactory()
    EnrolmentFactory(activity=group(centre, title="Roomy", capacity=2), waiting=True)
    full = group(centre, title="Full", capacity=1)
    EnrolmentFactory(activity=full, active=True)
    EnrolmentFactory(activity=full, waiting=True)
    group(centre, title="Empty")
    EnrolmentFactory(activity=group(centre, title="Closed", status="closed"), waiting=True)

    [row] = queries.free_while_others_wait(at(centre)).rows

    assert (row.title, row.places_left, row.in_line) == ("Roomy", 2, 1)


# The day


def test_the_day_shown_is_today_or_the_next_that_is_on_or_the_last():
    centre = CentreFactory()
    activity = group(centre)
    for weeks in (-1, 1):
        meeting(activity, day=SATURDAY + weeks * 7 * DAY)
    place = at(centre)

    assert queries.days_of(place, wanted=None, today=SATURDAY).shown == SATURDAY + 7 * DAY
    assert queries.days_of(place, wanted=None, today=SATURDAY + 8 * DAY).shown == SATURDAY + 7 * DAY
    days = queries.days_of(place, wanted=SATURDAY, today=SATURDAY)
    assert (days.before, days.shown, days.after) == (
        SATURDAY - 7 * DAY,
        SATURDAY,
        SATURDAY + 7 * DAY,
    )


def test_a_meeting_that_was_moved_is_shown_on_the_day_it_is_held():
    centre = CentreFactory()
    session = meeting(group(centre, title="Oboe pairs"))
    monday = SATURDAY + 2 * DAY
    session.during, session.changed_at = spell(monday), TEN
    session.save()

    assert queries.meetings_of(at(centre), day=SATURDAY) == []
    assert [row.activity.title for row in queries.meetings_of(at(centre), day=monday)] == [
        "Oboe pairs"
    ]


def test_a_meeting_counts_its_lines_those_who_told_us_and_those_who_came():
    centre = CentreFactory()
    session = meeting(group(centre), lines=4)
    first, second, third, _ = session.register.order_by("pk")
    AbsenceNoticeFactory(person=first.person, starts_on=SATURDAY)
    AbsenceNoticeFactory(person=second.person, starts_on=SATURDAY, withdrawn_at=TEN)
    AbsenceNoticeFactory(
        person=third.person, starts_on=SATURDAY, enrolment=EnrolmentFactory(person=third.person)
    )
    Attendance.objects.filter(pk=second.pk).update(mark="late", marked_at=TEN)

    [row] = queries.meetings_of(at(centre), day=SATURDAY)

    assert (row.lines, row.told, row.came, row.marked) == (4, 1, 1, 1)


def test_the_county_sees_the_day_centre_by_centre_with_the_schools_last():
    alder, birch = two_centres()
    meeting(group(birch), lines=2)
    call_off(meeting(group(birch), lines=5), at=TEN)
    meeting(group(alder), lines=1)

    found = queries.centres_on(COUNTY, day=SATURDAY)

    assert [(one.name, one.meetings, one.called_off, one.expected) for one in found] == [
        (alder.name, 1, 0, 1),
        (birch.name, 2, 1, 2),
    ]


# Figures


def test_standings_are_by_centre_and_for_one_centre_by_group():
    alder, birch = two_centres()
    choir = group(alder, title="Choir", capacity=2)
    EnrolmentFactory(activity=choir, active=True)
    EnrolmentFactory.create_batch(2, activity=choir, waiting=True)
    EnrolmentFactory(activity=group(birch), active=True)

    assert queries.standings(COUNTY) == [Standing("Alder", 1, 2), Standing("Birch", 1, 0)]
    assert queries.standings(at(alder)) == [Standing("Choir", 1, 2)]


def test_weeks_count_marks_of_the_term_up_to_yesterday():
    TermFactory()
    centre = CentreFactory()
    activity = group(centre, capacity=20)
    marked(meeting(activity, day=SATURDAY - 7 * DAY, lines=3))
    late = meeting(activity, day=SATURDAY - DAY, lines=2)
    marked(late, "absent")
    Attendance.objects.filter(pk=late.register.first().pk).update(mark="late")
    marked(meeting(activity, day=SATURDAY))
    meeting(activity, day=SATURDAY - 2 * DAY)

    found = queries.weeks(at(centre), today=SATURDAY)

    assert found == [
        Week(dt.date(2026, 11, 16), came=3, marked=3),
        Week(dt.date(2026, 11, 23), came=1, marked=2),
    ]


def test_figures_count_people_once_and_long_waits_apart():
    centre = CentreFactory()
    choir, band = group(centre, capacity=3), group(centre, capacity=5)
    child = EnrolmentFactory(activity=choir, active=True).person
    EnrolmentFactory(activity=band, active=True, person=child)
    for weeks in (1, 9):
        EnrolmentFactory(activity=choir, waiting=True, queued_at=TEN - dt.timedelta(weeks=weeks))

    found = queries.figures(at(centre), waited_since=TEN - dt.timedelta(weeks=6))

    assert (found.pupils, found.activities) == (1, 2)
    assert (found.waiting, found.waited_long) == (2, 1)
    assert (found.free, found.with_room) == (6, 2)


def read_everything(place):
    """All that a page asks, from names to numbers."""
    troubles(place)
    rows = queries.meetings_of(place, day=SATURDAY)
    [line.person.phone for row in rows for line in row.teachers]
    [str(row.room) for row in rows]
    queries.centres_on(place, day=SATURDAY)
    queries.figures(place, waited_since=TEN)
    queries.standings(place)


@pytest.mark.parametrize("number", [1, 12])
def test_the_statements_are_the_same_however_many_there_are(django_assert_num_queries, number):
    centre = CentreFactory()
    for _ in range(number):
        one_of_every_trouble(centre)

    with django_assert_num_queries(20):
        read_everything(at(centre))
