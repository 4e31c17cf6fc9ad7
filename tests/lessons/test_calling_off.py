"""The office calls off a whole course for school staff: nobody pays, and each is told once."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from billing.models import Charge
from bookings.actions import close_place, restore_session, undo_closure
from bookings.models import Activity, Attendance, Credit, Enrolment, Session
from core.models import Email
from core.refusals import RuleBroken
from lessons.actions import training
from lessons.actions.calling_off import call_off_course
from lessons.queries import training as queries
from lessons.queries.calling_off import causes_on, ending_of
from lessons.rules.calling_off import what_follows
from tests.factories.bookings import CancellationCauseFactory
from tests.factories.centres import CentreFactory
from tests.factories.lessons import CourseRunFactory
from tests.factories.people import SchoolFactory, administrator, contact_of, head_of
from tests.factories.safeguarding import cleared_teacher
from tests.lessons.training_stage import BOOKING, DAY, PRICE, course_on, days_before, send, steps
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
LIST = reverse("admin:lessons_courserun_changelist")
WHY = "Too few could come."


@pytest.fixture
def school(db):
    steps()
    return SchoolFactory()


@pytest.fixture
def lead(school):
    return contact_of(school)


@pytest.fixture
def dele(school):
    return contact_of(school, person__given_name="Dele", person__family_name="Achebe").person


@pytest.fixture
def cause():
    return CancellationCauseFactory(
        slug="training-called-off", name="Training called off", is_made_up=False
    )


@pytest.fixture
def office():
    return administrator()


def call_off(course, cause, office, at=BOOKING):
    return call_off_course(activity=course, cause=cause, reason=WHY, by=office, at=at)


def letters():
    rows = Email.objects.filter(copy="training-called-off").order_by("to_person_id")
    return {row.to_person_id: row.body_text for row in rows}


def test_every_place_ends_nobody_pays_and_the_meetings_are_tombstones(school, lead, cause, office):
    course = course_on(weeks=2, capacity=1, teacher=cleared_teacher(email="wren@music.example"))
    send(course, school, lead)
    other = contact_of(SchoolFactory())
    send(course, other.person.school_contacts.get().school, other)
    Email.objects.all().delete()

    call_off(course, cause, office)

    course.refresh_from_db()
    assert (course.status, course.places_taken) == (Activity.Status.CANCELLED, 0)
    assert [each.status for each in Enrolment.objects.all()] == [Enrolment.Status.CANCELLED] * 2
    assert [each.status for each in Charge.objects.all()] == [Charge.Status.WAIVED]
    assert [(each.status, each.public_comment) for each in Session.objects.all()] == [
        (Session.Status.CANCELLED, WHY)
    ] * 2
    assert not Attendance.objects.exists()
    assert not Credit.objects.exists()  # nothing is given back besides
    assert sorted(Email.objects.values_list("copy", "to_person_id")) == sorted(
        [
            ("training-called-off", lead.person_id),
            ("training-called-off", other.person_id),  # who waited, and is offered nothing
            ("teaching-taken", course.teacher_id),
        ]
    )


def test_what_cancelling_late_cost_is_dropped_too(school, lead, dele, cause, office):
    course = course_on()
    place = send(course, school, lead, person=dele)
    late = Decimal("18.10")
    training.cancel_training(enrolment=place, shown=late, by=lead, at=days_before(20))

    ending = ending_of(course)
    call_off(course, cause, office, at=days_before(10))

    assert (ending.late, ending.places, ending.readers) == (late, 0, 2)
    assert not Charge.objects.exclude(status=Charge.Status.WAIVED).exists()
    assert set(letters()) == {lead.person_id, dele.pk}
    assert "What cancelling late would have cost is dropped too." in letters()[dele.pk]


def test_a_place_that_is_billed_comes_off_the_bill(school, lead, cause, office):
    course = course_on()
    place = send(course, school, lead)
    Charge.objects.update(status=Charge.Status.BILLED)

    call_off(course, cause, office)

    assert queries.credited_of(place) == PRICE
    assert Charge.objects.get().status == Charge.Status.BILLED


def test_each_has_one_letter_about_all_whom_they_sent(school, lead, dele, cause, office):
    course = course_on()
    for person in (lead.person, dele):
        send(course, school, lead, person=person)

    call_off(course, cause, office)
    call_off(course, cause, office, at=days_before(30))

    assert set(letters()) == {lead.person_id, dele.pk}
    assert "This is about you and Dele Achebe." in letters()[lead.person_id]
    assert "Tuesday 10 November at 4pm" in letters()[dele.pk]
    assert f"Why: {WHY}" in letters()[dele.pk]
    assert "Your school pays nothing for it." in letters()[dele.pk]
    assert Email.objects.filter(copy="training-called-off").count() == 2


def test_whoever_left_the_school_hears_no_more_of_whom_it_sends(school, lead, dele, cause, office):
    course = course_on(price=Decimal(0))
    send(course, school, lead, person=dele)
    lead.person.school_contacts.update(ended_at=BOOKING)

    call_off(course, cause, office)

    assert set(letters()) == {dele.pk}
    assert "There is nothing to pay." in letters()[dele.pk]


def test_once_it_has_begun_it_is_called_off_meeting_by_meeting(school, lead, cause, office):
    course = course_on(weeks=2)
    place = send(course, school, lead)

    with pytest.raises(RuleBroken, match="one meeting at a time"):
        call_off(course, cause, office, at=days_before(-1))

    place.refresh_from_db()
    assert place.status == Enrolment.Status.ACTIVE


def test_a_cause_for_which_whoever_booked_pays_is_none_of_ours(school, lead, office):
    theirs = CancellationCauseFactory(slug="concert-instead", pupil_pays=True)

    with pytest.raises(RuleBroken, match="Choose another cause"):
        call_off(course_on(), theirs, office)
    assert theirs not in causes_on(DAY)


def test_a_group_of_families_is_not_called_off_so(cause, office):
    with pytest.raises(RuleBroken, match="for families"):
        call_off(CourseRunFactory().activity, cause, office)


def test_what_follows_is_said_in_sentences(school, lead, dele):
    course = course_on()
    send(course, school, lead)
    training.cancel_training(
        enrolment=send(course, school, lead, person=dele),
        shown=Decimal("18.10"),
        by=lead,
        at=days_before(20),
    )

    assert what_follows([ending_of(course)]) == (
        "1 place ends. £36.20 is not charged. £18.10 for having cancelled late is dropped too."
        " 2 people have one letter each with your words, and whoever was to teach is told. The"
        " meetings stay on record as called off. This cannot be undone."
    )


# The office's page


def test_the_office_is_told_what_follows_and_calls_it_off(
    school, lead, cause, office, client, time_machine
):
    time_machine.move_to(BOOKING)
    course = course_on()
    place = send(course, school, lead)
    run = course.course_run
    asked = {"action": "call_off", "_selected_action": [run.pk], "index": "0"}
    sign_in(client, office)

    page = client.get(reverse("admin:lessons_courserun_change", args=[run.pk])).content.decode()
    shown = client.post(LIST, asked).content.decode()
    silent = client.post(LIST, asked | {"answered": "yes", "cause": cause.pk, "reason": ""})
    course.refresh_from_db()
    unchanged = course.status
    told = asked | {"answered": "yes", "cause": cause.pk, "reason": WHY}
    done = client.post(LIST, told, follow=True).content.decode()
    after = client.get(reverse("admin:lessons_courserun_change", args=[run.pk])).content.decode()
    sign_in(client, lead)
    theirs = client.get(reverse("lessons:training_place", kwargs={"ref": place.ref}))

    assert 'value="call_off"' in page
    assert "£36.20 is not charged." in shown
    assert f'<option value="{cause.pk}" selected>' in shown
    assert "Write why: everybody with a place reads it" in silent.content.decode()
    assert unchanged == Activity.Status.OPEN
    assert "Called off: Ukulele for teachers" in done
    assert 'value="call_off"' not in after
    assert "Ukulele for teachers is called off" in theirs.content.decode()
    assert "Nothing to pay." in theirs.content.decode()


def test_a_head_of_centre_calls_off_no_course(school, cause, client, time_machine):
    time_machine.move_to(BOOKING)
    centre = CentreFactory()
    run = course_on(centre=centre).course_run
    sign_in(client, head_of(centre))

    told = {"action": "call_off", "_selected_action": [run.pk], "index": "0", "answered": "yes"}
    client.post(LIST, told | {"cause": cause.pk, "reason": WHY})

    run.activity.refresh_from_db()
    assert run.activity.status == Activity.Status.OPEN
    assert dt.date(2026, 11, 10) in [each.occurs_on for each in Session.objects.happening()]


def test_an_offer_whose_time_just_ran_out_is_in_nobodys_way(school, lead, cause, office):
    course = course_on(capacity=1)
    place = send(course, school, lead)
    others = [contact_of(SchoolFactory()) for _ in range(2)]
    theirs = [send(course, each.person.school_contacts.get().school, each) for each in others]
    training.cancel_training(enrolment=place, shown=Decimal(0), by=lead, at=BOOKING)
    Email.objects.all().delete()

    call_off(course, cause, office, at=days_before(30))

    statuses = [Enrolment.objects.get(pk=each.pk).status for each in theirs]
    assert statuses == [Enrolment.Status.LAPSED, Enrolment.Status.CANCELLED]
    assert others[1].person_id in letters()
    assert not Email.objects.filter(copy__contains="offered").exists()


def test_no_meeting_of_it_is_put_back_by_itself(school, lead, cause, office):
    course = course_on()
    send(course, school, lead)
    call_off(course, cause, office)

    with pytest.raises(RuleBroken, match="the whole of it is called off"):
        restore_session(session=Session.objects.get(), by=office, at=BOOKING)

    assert Session.objects.get().status == Session.Status.CANCELLED


def test_undoing_a_closing_leaves_it_off(school, lead, cause, office):
    course = course_on(centre=CentreFactory())
    send(course, school, lead)
    closing = close_place(
        starts_on=DAY, ends_on=DAY, reason="Snow", cause=cause, centre=course.centre,
        by=office, at=BOOKING,
    )  # fmt: skip
    call_off(course, cause, office)

    undo_closure(closure=closing, by=office, at=BOOKING)

    assert Session.objects.get().status == Session.Status.CANCELLED
