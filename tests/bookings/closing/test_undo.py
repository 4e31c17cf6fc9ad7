"""Undoing within the hour: everything exactly as it was, or nothing, in words."""

import pytest
from django.utils import timezone

from bookings import actions
from bookings.actions import closures
from bookings.models import Attendance, Credit, Session
from bookings.rules.closures import Taken, TooLate
from core import mail
from core.models import Email
from tests.bookings.closing.stage import DAWN, MINUTE, SATURDAY, Snow, join, meeting, off
from tests.bookings.stage import family
from tests.factories.bookings import (
    AttendanceFactory,
    ClosureFactory,
    SessionFactory,
    SessionStaffFactory,
    spell,
)

pytestmark = pytest.mark.django_db

LATER = DAWN + 30 * MINUTE


@pytest.fixture
def snow():
    return Snow()


def as_it_is():
    """Meetings, their people and what is owed, as a family or a calendar would find them."""
    return (
        list(
            Session.objects.order_by("pk").values(
                "pk", "status", "public_comment", "cause", "closure", "during", "claimed", "room"
            )
        ),
        list(Attendance.objects.order_by("pk").values("pk", "claimed", "mark", "is_released")),
        Credit.objects.owed().count(),
    )


def undo(closure, snow, at=LATER):
    return actions.undo_closure(closure=closure, by=snow.head, at=at)


def send(**which):
    Email.objects.filter(**which).update(status="sent", sent_at=DAWN)


def test_undoing_puts_everything_back_exactly(snow):
    Session.objects.filter(pk=meeting(snow.first).pk).update(public_comment="Bring a coat")
    before = as_it_is()
    closure = snow.close()
    assert as_it_is() != before

    undone = undo(closure, snow)

    assert as_it_is() == before
    assert (undone.undone_at, undone.undone_by) == (LATER, snow.head.person)
    assert meeting(snow.first).sequence == 2
    assert {credit.voided_why for credit in Credit.objects.all()} == {
        "It was undone: the meeting is on after all"
    }


def test_letters_that_have_not_gone_are_withdrawn_and_nobody_is_told_twice(snow):
    closure = snow.close()

    undo(closure, snow)

    of_it = Email.objects.filter(reason=f"closure:{closure.pk}")
    assert set(of_it.values_list("status", flat=True)) == {"cancelled"}
    assert not Email.objects.filter(copy="on-after-all").exists()


def test_whoever_was_told_is_told_once_that_it_is_on_after_all(snow):
    closure = snow.close()
    teacher = snow.first.teacher
    send(reason=f"closure:{closure.pk}", to_person_id=snow.parent.person_id)
    send(reason=f"closure:{closure.pk}", to_person_id=teacher.pk)

    undo(closure, snow)
    undo(closure, snow, at=LATER + MINUTE)

    again = Email.objects.filter(reason=f"reopened:{closure.pk}")
    assert sorted(again.values_list("copy", "to_person_id")) == [
        ("on-after-all", snow.parent.person_id),
        ("on-after-all-teacher", teacher.pk),
    ]
    assert again.get(copy="on-after-all").subject == "On after all: 2 meetings, Saturday 5 December"


def test_undoing_while_letters_are_still_to_write_writes_none_of_them(snow, monkeypatch):
    monkeypatch.setattr(closures, "AT_ONCE", 0)
    Email.objects.all().delete()
    closure = snow.close()

    undo(closure, snow)
    actions.tell_of_closures(at=LATER)

    assert Email.objects.count() == 0
    assert not actions.tell_of_closures(at=LATER + MINUTE)


def test_the_job_stops_when_it_is_undone_under_it(snow, monkeypatch):
    monkeypatch.setattr(closures, "AT_ONCE", 0)
    Email.objects.all().delete()
    closure = snow.close()
    undo(closure, snow)

    closures.tell_of_closure(closure=closure, at=LATER)  # as the job read it before

    assert Email.objects.count() == 0


@pytest.mark.parametrize("after", [61, 60 * 24])
def test_after_the_hour_it_is_refused(snow, after):
    closure = snow.close()

    with pytest.raises(TooLate, match="could be undone until 8am on Saturday 5 December"):
        undo(closure, snow, at=DAWN + after * MINUTE)

    assert len(off()) == 2


def test_a_closure_of_the_calendar_is_not_undone_here(snow):
    with pytest.raises(TooLate, match="cannot be undone here"):
        undo(ClosureFactory(), snow)


def brass(snow, **fields):
    """Something else at a quarter past nine of the closed day, planned since."""
    return SessionFactory(
        activity__title="Brass",
        activity__centre=snow.centre,
        occurs_on=SATURDAY,
        during=spell(SATURDAY, "09:15"),
        **fields,
    )


def test_a_room_taken_meanwhile_refuses_it_and_says_by_what(snow):
    closure = snow.close()
    brass(snow, room=snow.room)
    before = as_it_is()

    with pytest.raises(Taken, match=r"Room 3 has Brass at 9.15am .* nothing was put back"):
        undo(closure, snow)

    assert as_it_is() == before


def test_a_teacher_taken_meanwhile_refuses_it_and_says_by_what(snow):
    closure = snow.close()
    teacher = snow.first.teacher
    SessionStaffFactory(session=brass(snow), person=teacher)

    with pytest.raises(Taken, match=f"{teacher} teaches Brass at 9.15am"):
        undo(closure, snow)


def test_a_child_taken_meanwhile_refuses_it_counted_and_not_named(snow):
    closure = snow.close()
    AttendanceFactory(session=brass(snow), person=snow.child)

    with pytest.raises(Taken, match=r"1 child is in Brass at 9\.15am") as refused:
        undo(closure, snow)

    assert "Anya" not in str(refused.value)
    assert len(off()) == 2


def test_whoever_left_meanwhile_is_in_no_register_and_whoever_came_is(snow):
    closure = snow.close()
    place = snow.child.enrolments.get()
    actions.cancel_enrolment(enrolment=place, reason="", by=None, at=DAWN + MINUTE)
    newcomer = join(snow.first, *family(), at=DAWN + MINUTE)
    newcomer.starts_on = SATURDAY
    newcomer.save(update_fields=["starts_on"])

    undo(closure, snow)

    comes = meeting(snow.first).register.filter(is_released=False)
    assert list(comes.values_list("person", flat=True)) == [newcomer.person_id]


def test_it_can_be_closed_again_and_is_told_again(snow):
    closure = snow.close()
    send(reason=f"closure:{closure.pk}")
    undo(closure, snow)

    second = snow.close(at=LATER + MINUTE)

    assert second != closure
    assert len(off()) == 2
    assert Email.objects.filter(reason=f"closure:{second.pk}", status="queued").count() == 3
    assert Credit.objects.owed().count() == 2


@pytest.mark.parametrize("undone", [True, False])
def test_a_letter_is_asked_about_once_more_as_it_leaves(snow, undone):
    closure = snow.close()
    if undone:
        type(closure).objects.filter(pk=closure.pk).update(
            undone_at=LATER, undone_by=snow.head.person
        )

    assert mail.is_still_true(f"closure:{closure.pk}", at=timezone.now()) is not undone


def test_that_it_is_on_after_all_is_not_said_once_it_is_closed_again(snow):
    closure = snow.close()
    undo(closure, snow)
    assert mail.is_still_true(f"reopened:{closure.pk}", at=LATER)

    snow.close(at=LATER + MINUTE)

    assert not mail.is_still_true(f"reopened:{closure.pk}", at=LATER)
