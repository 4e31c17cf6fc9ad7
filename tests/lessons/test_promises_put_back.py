"""What was called off, or somebody away, is not put back over an hour kept for a school unasked."""

import datetime as dt

import pytest
from django.urls import reverse

from bookings import actions as bookings
from bookings.models import Closure, Session
from bookings.rules.promises import HourPromised
from lessons.actions import keeping, notices
from lessons.rules.notices import NoticeRefused
from tests.bookings.closing.stage import weather
from tests.factories.bookings import SessionStaffFactory, spell
from tests.factories.people import UserFactory, administrator, head_of
from tests.factories.safeguarding import cleared_teacher
from tests.factories.staff import client_of
from tests.lessons.asking import JUNE, TUESDAY, school
from tests.lessons.promised import kept_teacher, meeting, planned_over, sent_order, standing

pytestmark = pytest.mark.django_db

MINUTE = dt.timedelta(minutes=1)
BOX = "Plan it all the same: the order of Larkhay Junior School is asked again"


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(JUNE, tick=False)


@pytest.fixture
def ngozi():
    return kept_teacher()


@pytest.fixture
def off(ngozi):
    """A meeting of hers that was called off; then her hour was kept."""
    session = meeting()
    SessionStaffFactory(session=session, person=ngozi)
    bookings.cancel_session(session=session, cause=weather(), comment="", by=None, at=JUNE)
    return session


@pytest.fixture
def sent(off, ngozi):
    return sent_order(ngozi)


def put_back(user, session, **said):
    return client_of(user).post(reverse("bookings:restore_session", args=[session.ref]), said)


def status_of(session):
    session.refresh_from_db()
    return session.status


# One meeting


def test_what_was_called_off_is_not_put_back_over_a_kept_hour(off, sent):
    with pytest.raises(HourPromised, match="for Larkhay Junior School until Monday 22 June"):
        bookings.restore_session(session=off, by=UserFactory(), at=JUNE + MINUTE)

    assert (status_of(off), standing().count()) == ("cancelled", 2)


def test_the_office_puts_it_back_all_the_same(off, sent):
    office = administrator()

    refused = put_back(office, off)
    assert (refused.status_code, status_of(off)) == (422, "cancelled")
    assert BOX in refused.content.decode()
    done = put_back(office, off, all_the_same="on")

    assert (done.status_code, status_of(off)) == (302, "planned")
    assert (standing().count(), planned_over().count()) == (1, 1)


def test_a_head_of_centre_reads_why_and_cannot_insist(off, sent):
    head = head_of(off.activity.centre)

    for said in ({}, {"all_the_same": "on"}):
        refused = put_back(head, off, **said)
        assert "for Larkhay Junior School" in refused.content.decode()
        assert 'name="all_the_same"' not in refused.content.decode()

    assert (status_of(off), standing().count()) == ("cancelled", 2)


def test_what_a_school_has_agreed_to_keeps_it_off(off, sent):
    keeping.confirm_kept(sent, by=None, at=JUNE)

    refused = put_back(administrator(), off, all_the_same="on")

    assert "which has agreed to it" in refused.content.decode()
    assert 'name="all_the_same"' not in refused.content.decode()
    assert (status_of(off), standing().count()) == ("cancelled", 2)


def test_whoever_is_away_from_it_is_not_asked_about(off, sent):
    off.staff.update(is_away=True)

    bookings.restore_session(session=off, by=UserFactory(), at=JUNE + MINUTE)

    assert (status_of(off), standing().count()) == ("planned", 2)


# A closing


@pytest.fixture
def closed(ngozi):
    """A day of hers and of another at a centre, which is closed on it."""
    first = meeting()
    SessionStaffFactory(session=first, person=ngozi)
    centre = first.activity.centre
    other = meeting(centre=centre, start="13:00")
    SessionStaffFactory(session=other, person=cleared_teacher())
    closure = bookings.close_place(
        starts_on=TUESDAY, ends_on=TUESDAY, reason="Snow", cause=weather(), centre=centre,
        by=None, at=JUNE,
    )  # fmt: skip
    assert closure.sessions.count() == 2
    return closure


def undo(user, closure, **said):
    return client_of(user).post(reverse("bookings:undo_closure", args=[closure.slug]), said)


def test_a_closing_is_undone_over_kept_hours_by_the_office_alone(closed, ngozi):
    sent_order(ngozi)

    heads = undo(head_of(closed.centre), closed, all_the_same="on")
    refused = undo(administrator(), closed)
    assert (heads.status_code, refused.status_code) == (422, 422)
    assert 'name="all_the_same"' not in heads.content.decode()
    assert BOX in refused.content.decode()
    assert standing().count() == 2
    done = undo(administrator(), closed, all_the_same="on")

    assert done.status_code == 302
    assert set(Session.objects.values_list("status", flat=True)) == {"planned"}
    assert (standing().count(), planned_over().count()) == (1, 1)


def test_a_list_without_the_box_says_on_which_page_it_is(closed, ngozi):
    sent_order(ngozi)

    said = client_of(administrator()).post(
        reverse("admin:bookings_closure_changelist"),
        {"action": "undo", "_selected_action": [closed.pk]},
        follow=True,
    ).content.decode()  # fmt: skip

    assert "in the office, put it back on its own page and tick “Plan it all the same”." in said
    assert standing().count() == 2


def test_each_teacher_is_asked_about_at_their_own_times_alone(closed, ngozi):
    """Another teaches when she is kept, and she teaches when she is not."""
    morning, afternoon = Session.objects.order_by("pk")
    morning.staff.update(person=cleared_teacher())
    afternoon.staff.update(person=ngozi)
    sent_order(ngozi)

    bookings.undo_closure(closure=closed, by=UserFactory(), at=JUNE + MINUTE)

    assert standing().count() == 2


def test_a_school_reads_of_no_other_schools_order(closed, ngozi):
    sent_order(ngozi)
    Closure.objects.update(centre=None, school=school(name="Plover Primary"))

    with pytest.raises(NoticeRefused, match="promised elsewhere since") as refused:
        notices.undo_notice(closures=[closed], by=UserFactory(), at=JUNE + MINUTE)

    assert "Larkhay" not in str(refused.value)


# An absence


@pytest.fixture
def away(ngozi):
    """While she was away, a meeting of hers was moved into the hour that is kept."""
    sent_order(ngozi)
    session = meeting(start="13:00")
    SessionStaffFactory(session=session, person=ngozi)
    day = spell(TUESDAY, "08:00", 600)
    absence = bookings.report_absence(
        staff=ngozi.staff, starts_at=day.lower, ends_at=day.upper, kind="unwell", by=None, at=JUNE
    )
    during = spell(TUESDAY, "09:15", 30)
    bookings.move_session(
        session=session, starts_at=during.lower, ends_at=during.upper, room=None, comment="",
        by=None, at=JUNE,
    )  # fmt: skip
    return absence


def test_nobody_comes_back_from_an_absence_into_a_kept_hour(away):
    done = bookings.withdraw_absence(absence=away, by=None, at=JUNE)

    [kept] = done.kept_away
    assert kept.line.is_away
    assert "for Larkhay Junior School until Monday 22 June" in kept.why
    assert kept.why.endswith("“Assign a teacher” in the list of meetings and tick “Plan it all the"
                             " same”.")  # fmt: skip
    assert (done.back, standing().count()) == ([], 2)


def test_the_office_reads_why_and_assigns_them_all_the_same(away, ngozi):
    browser = client_of(administrator())
    said = browser.post(
        reverse("admin:people_staffabsence_changelist"),
        {"action": "withdraw_absences", "_selected_action": [away.pk]},
        follow=True,
    ).content.decode()
    assert "Ngozi Eze, Beginner Strings" in said
    assert "for Larkhay Junior School until Monday 22 June" in said

    browser.post(
        reverse("admin:bookings_session_changelist"),
        {
            "action": "assign_teacher", "_selected_action": [Session.objects.get().pk],
            "answered": "1", "teacher": ngozi.pk, "role": "lead", "all_the_same": "on",
        },
    )  # fmt: skip

    assert not Session.objects.get().staff.get().is_away
    assert (standing().count(), planned_over().count()) == (1, 1)


def test_a_teacher_taking_their_absence_back_is_sent_to_their_head(away, ngozi):
    teacher = UserFactory(person=ngozi)

    said = client_of(teacher).post(
        reverse("bookings:withdraw_my_absence", args=[away.ref]), follow=True
    ).content.decode()  # fmt: skip

    assert "You are still away from 1 meeting: talk to your head of centre." in said
    assert "Larkhay" not in said
