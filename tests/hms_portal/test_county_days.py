"""The demonstration county's last and next days: what each of the shown sign-ins meets."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.db.models import F
from django.utils import timezone

from bookings.models import AbsenceNotice, Attendance, Credit, MarkReceived, Message, Session
from core.models import Email
from hms_portal.county import shown
from people.models import Consent, Person, User
from reports import queries
from reports.queries import places_run

TODAY = dt.date(2026, 11, 22)
NOON = timezone.make_aware(dt.datetime(2026, 11, 22, 12))  # noqa: DTZ001 - made aware

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.usefixtures("county")]


def own_meetings():
    """Those of the shown parent's elder child."""
    return Session.objects.filter(
        register__person__given_name="Dev", register__person__family_name="Sharma"
    )


def test_the_head_finds_registers_not_taken_a_mark_to_settle_and_lessons_owed():
    [centre] = places_run(User.objects.get(email=shown.HEAD.email))

    untaken = queries.registers_not_taken(centre, at=NOON, grace=dt.timedelta(minutes=20))

    assert untaken.total == 2
    assert all(session.teachers[0].person.phone for session in untaken.rows)
    assert queries.marks_that_differ(centre).total == 1
    assert queries.credits_owed(centre).lessons > 2


def test_the_teacher_has_a_register_still_to_take():
    own = Session.objects.filter(
        staff__person__email=shown.TEACHER.email, occurs_on__lt=TODAY, status="planned"
    )

    assert own.count() == 1
    assert set(own.get().register.values_list("mark", flat=True)) == {None}


def test_the_family_has_a_lesson_called_off_another_date_a_message_and_an_absence_told():
    parent = Person.objects.get(email=shown.PARENT.email)

    off = own_meetings().get(status="cancelled")

    assert off.cause.slug == "teacher-ill"
    assert off.occurs_on < TODAY
    assert own_meetings().get(makes_up=off).occurs_on > TODAY
    assert parent.messages.get().message.subject == "A music stand, if you have one"
    assert AbsenceNotice.objects.filter(told_by=parent, starts_on__gt=TODAY).exists()
    letters = Email.objects.filter(to_address=parent.email).order_by("pk")
    assert [letter.copy for letter in letters] == ["cancelled-by-us", "made-up", "message-change"]


def test_a_meeting_of_next_week_is_in_another_room_and_its_people_still_have_time_for_it():
    moved = Session.objects.get(
        sequence__gt=0, status="planned", makes_up=None, occurs_on__gt=TODAY
    )

    assert moved.occurs_on <= TODAY + dt.timedelta(days=7)
    assert moved.room_id != moved.activity.room_id
    assert moved.public_comment
    assert moved.register.count() > 0


def test_every_meeting_called_off_with_people_in_it_is_credited_once():
    lines = Attendance.objects.filter(session__status="cancelled")

    assert set(Credit.objects.values_list("attendance_id", flat=True)) == set(
        lines.values_list("pk", flat=True)
    )


def test_one_pair_of_marks_differs_and_nobody_has_settled_it():
    mark = MarkReceived.objects.get()

    assert (mark.mark, mark.attendance.mark, mark.settled_at) == ("absent", "present", None)
    assert mark.by.email == shown.HEAD.email


def test_most_parents_were_asked_about_photographs():
    photographs = Consent.objects.filter(kind="photo")

    assert 0.5 < photographs.filter(is_given=True).count() / photographs.count() < 0.9
    assert not photographs.filter(by_person=F("person")).exists()


def test_most_adults_said_whether_they_want_news():
    payers = Person.objects.filter(account__isnull=False)
    news = Consent.objects.filter(kind="marketing")

    assert 0.7 < news.count() / payers.count() < 0.9
    assert 0.5 < news.filter(is_given=True).count() / payers.count() < 0.7


def test_a_second_load_does_not_call_anything_off_again():
    before = Session.objects.filter(status="cancelled").count(), Message.objects.count()

    call_command("load_county", size="demo", today=TODAY, verbosity=0)

    assert (Session.objects.filter(status="cancelled").count(), Message.objects.count()) == before
