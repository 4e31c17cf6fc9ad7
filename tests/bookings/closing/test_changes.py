"""One meeting called off, put back, moved, or made up on another date."""

import datetime as dt

import pytest

from bookings import actions
from bookings.models import Credit, Session
from bookings.queries import makeups
from bookings.rules.closures import NotChangeable, Taken, TooLate
from core import mail
from core.models import Email
from tests.bookings.closing.stage import DAWN, MINUTE, SATURDAY, Snow, join, meeting, meets
from tests.bookings.stage import family
from tests.factories.bookings import AttendanceFactory
from tests.factories.centres import RoomFactory
from tests.factories.people import StaffAbsenceFactory, UserFactory

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)
LESSON = dt.timedelta(minutes=45)


@pytest.fixture
def snow():
    snow = Snow()
    Email.objects.all().delete()
    return snow


def cancel(snow, at=DAWN, **said):
    said = {"session": meeting(snow.first), "cause": snow.cause, "comment": "Ice"} | said
    return actions.cancel_session(by=snow.head, at=at, **said)


def move(session, to, snow, room=None, at=DAWN, lasts=LESSON, comment="The hall floods"):
    return actions.move_session(
        session=session, starts_at=to, ends_at=to + lasts, room=room, comment=comment,
        by=snow.head, at=at,
    )  # fmt: skip


def make_up(session, to, snow, room=None, at=DAWN + HOUR):
    return actions.plan_makeup(
        session=session, starts_at=to, ends_at=to + LESSON, room=room, by=snow.head, at=at
    )


def copies():
    return sorted(Email.objects.values_list("copy", "to_person_id", "status"))


def test_a_meeting_already_over_can_be_called_off_with_what_is_owed(snow):
    Session.objects.filter(pk=meeting(snow.first).pk).update(status="taught")

    session = cancel(snow, at=DAWN + 9 * HOUR)

    assert (session.status, Credit.objects.owed().count()) == ("cancelled", 1)
    assert session.closed_by.get().former_status == "taught"


def test_two_children_of_one_group_are_one_letter_and_who_acts_gets_none(snow):
    sibling = family()[1]
    sibling.guardians.update(adult=snow.parent.person)
    join(snow.first, snow.parent, sibling)
    Email.objects.all().delete()

    session = actions.cancel_session(
        session=meeting(snow.first), cause=snow.cause, comment="Ice",
        by=UserFactory(person=snow.first.teacher), at=DAWN,
    )  # fmt: skip

    assert copies() == [("cancelled-by-us", snow.parent.person_id, "queued")]
    letter = Email.objects.get()
    assert letter.reason == f"session:{session.pk}:1"
    assert "for Anya and" in " ".join(letter.body_text.split())


def test_calling_off_twice_tells_once(snow):
    cancel(snow)
    cancel(snow, at=DAWN + MINUTE)

    assert len(copies()) == 2
    assert Credit.objects.count() == 1


@pytest.mark.parametrize("former", ["planned", "taught"])
def test_put_back_it_is_what_it_was(snow, former):
    Session.objects.filter(pk=meeting(snow.first).pk).update(
        status=former, public_comment="Bring a coat"
    )
    session = cancel(snow)

    actions.restore_session(session=session, by=snow.head, at=DAWN + MINUTE)

    session.refresh_from_db()
    assert (session.status, session.public_comment, session.cause) == (former, "Bring a coat", None)
    assert not session.claimed.isempty
    assert Credit.objects.owed().count() == 0
    assert {status for _, _, status in copies()} == {"cancelled"}


def test_put_back_tells_whoever_had_been_told(snow):
    session = cancel(snow)
    Email.objects.filter(to_person_id=snow.parent.person_id).update(status="sent", sent_at=DAWN)

    actions.restore_session(session=session, by=snow.head, at=DAWN + MINUTE)

    assert [row for row in copies() if row[2] == "queued"] == [
        ("on-after-all", snow.parent.person_id, "queued")
    ]


def test_what_a_closing_called_off_is_not_put_back_by_itself(snow):
    snow.close()

    with pytest.raises(NotChangeable, match="Undo the closing"):
        actions.restore_session(session=meeting(snow.first), by=snow.head, at=DAWN + MINUTE)


def test_after_the_hour_it_stays_off(snow):
    session = cancel(snow)

    with pytest.raises(TooLate, match="Plan another date"):
        actions.restore_session(session=session, by=snow.head, at=DAWN + 61 * MINUTE)


def test_a_move_takes_its_people_along_and_tells_them(snow):
    session, other = meeting(snow.first), RoomFactory(centre=snow.centre, name="Hall")
    to = session.during.lower + 5 * HOUR

    moved = move(session, to, snow, room=other)

    assert (moved.during.lower, moved.room, moved.sequence) == (to, other, 1)
    assert moved.register.get().claimed == moved.staff.get().claimed == moved.during
    assert [row[0] for row in copies()] == ["moved", "moved-teacher"]
    body = " ".join(Email.objects.get(copy="moved").body_text.split())
    assert "Before: Saturday 5 December, 9am to 9.45am, St Albans Music Centre, Room 3" in body
    assert "Now: Saturday 5 December, 2pm to 2.45pm, St Albans Music Centre, Hall" in body
    assert "Why: The hall floods" in body


def test_the_same_move_again_changes_nothing(snow):
    to = meeting(snow.first).during.lower + 5 * HOUR

    move(meeting(snow.first), to, snow)
    move(meeting(snow.first), to, snow, at=DAWN + MINUTE)

    assert meeting(snow.first).sequence == 1
    assert len(copies()) == 2


def test_a_letter_about_an_earlier_move_is_not_sent(snow):
    first = meeting(snow.first).during.lower
    move(meeting(snow.first), first + 5 * HOUR, snow)
    [reason] = set(Email.objects.values_list("reason", flat=True))
    assert mail.is_still_true(reason, at=DAWN)

    move(meeting(snow.first), first + 6 * HOUR, snow, at=DAWN + MINUTE)

    assert not mail.is_still_true(reason, at=DAWN)
    assert {status for _, _, status in copies()} == {"queued", "cancelled"}


def clash(snow, what):
    """What takes the room, the teacher or the child at two on that Saturday."""
    if what == "room":
        meets(snow.centre, 14, title="Brass", room=snow.room, last_on=SATURDAY)
    elif what == "teacher":
        meets(snow.centre, 14, title="Brass", teacher=snow.first.teacher, last_on=SATURDAY)
    elif what == "child":
        elsewhere = meets(snow.centre, 14, title="Brass", last_on=SATURDAY)
        AttendanceFactory(session=meeting(elsewhere), person=snow.child)
    elif what == "away":
        StaffAbsenceFactory(
            staff__person=snow.first.teacher,
            staff=snow.first.teacher.staff,
            during=(DAWN, DAWN + 12 * HOUR),
        )
    elif what == "closed":
        snow.close(from_time=dt.time(14), until_time=dt.time(15))


CLASHES = [
    ("room", "Room 3 has Brass at 2pm on Saturday 5 December"),
    ("teacher", "teaches Brass at 2pm"),
    ("child", "1 child is in Brass at 2pm"),
    ("away", "has told us they are away then"),
    ("closed", "Saturday 5 December is closed: The path is ice"),
]


@pytest.mark.parametrize(("what", "said"), CLASHES, ids=[what for what, _ in CLASHES])
def test_a_move_onto_something_else_is_refused_and_says_what_it_is(snow, what, said):
    clash(snow, what)
    two = meeting(snow.first).during.lower + 5 * HOUR

    with pytest.raises(Taken, match=said) as refused:
        move(meeting(snow.first), two, snow, room=snow.room)

    assert "Anya" not in str(refused.value)
    assert meeting(snow.first).sequence == 0


def test_refused_moves(snow):
    first = meeting(snow.first)
    nine = first.during.lower
    with pytest.raises(NotChangeable, match="still to come"):
        move(first, DAWN - HOUR, snow)
    with pytest.raises(TooLate, match="begun already"):
        move(first, nine + 5 * HOUR, snow, at=nine)
    with pytest.raises(NotChangeable, match="ends after it starts"):
        move(first, nine + 5 * HOUR, snow, lasts=-LESSON)
    with pytest.raises(NotChangeable, match="half a day"):
        move(first, nine + 5 * HOUR, snow, lasts=13 * HOUR)
    with pytest.raises(NotChangeable, match="within a year"):
        move(first, nine + dt.timedelta(days=400), snow)
    with pytest.raises(NotChangeable, match="is not at St Albans"):
        move(first, nine + 5 * HOUR, snow, room=RoomFactory())
    cancel(snow)
    with pytest.raises(NotChangeable, match="called off"):
        move(first, nine + 5 * HOUR, snow)


def test_a_make_up_is_a_meeting_with_its_register_and_uses_what_is_owed(snow):
    session = cancel(snow)
    to = session.during.lower + 5 * HOUR

    made = make_up(session, to, snow, room=snow.room)

    assert (made.makes_up, made.room, made.ordinal) == (session, snow.room, 2)
    assert [line.person for line in made.register.all()] == [snow.child]
    assert [line.person_id for line in made.staff.all()] == [snow.first.teacher_id]
    assert Credit.objects.get().made_up_in == made
    assert sorted(Email.objects.filter(reason=f"session:{made.pk}:0").values_list("copy")) == [
        ("made-up",),
        ("made-up-teacher",),
    ]


def test_the_same_make_up_again_changes_nothing_and_another_is_refused(snow):
    session = cancel(snow)
    to = session.during.lower + 5 * HOUR
    made = make_up(session, to, snow)

    assert make_up(session, to, snow) == made
    with pytest.raises(NotChangeable, match="made up at 2pm on Saturday 5 December already"):
        make_up(session, to + HOUR, snow)


def test_a_make_up_called_off_owes_the_first_meeting_again(snow):
    session = cancel(snow)
    made = make_up(session, session.during.lower + 5 * HOUR, snow)

    actions.cancel_session(
        session=made, cause=snow.cause, comment="", by=snow.head, at=DAWN + 2 * HOUR
    )

    assert [(credit.attendance.session, credit.made_up_in) for credit in Credit.objects.all()] == [
        (session, None)
    ]


def test_a_make_up_put_back_is_made_up_again(snow):
    session = cancel(snow)
    made = make_up(session, session.during.lower + 5 * HOUR, snow)
    off = actions.cancel_session(session=made, cause=snow.cause, comment="", by=snow.head, at=DAWN)

    actions.restore_session(session=off, by=snow.head, at=DAWN + MINUTE)

    assert Credit.objects.get().made_up_in == made


def test_a_closing_undone_takes_its_make_ups_with_it(snow):
    closure = snow.close()
    session = meeting(snow.first)
    week = dt.timedelta(days=7, hours=5)
    made = make_up(session, session.during.lower + week, snow, at=DAWN + MINUTE)
    Email.objects.filter(reason=f"session:{made.pk}:0").update(status="sent", sent_at=DAWN)

    actions.undo_closure(closure=closure, by=snow.head, at=DAWN + 2 * MINUTE)

    made.refresh_from_db()
    assert made.status == "cancelled"
    assert Credit.objects.owed().count() == Credit.objects.exclude(made_up_in=None).count() == 0
    about_it = Email.objects.filter(reason=f"session:{made.pk}:1")
    assert sorted(about_it.values_list("copy", flat=True)) == [
        "cancelled-by-us",
        "cancelled-teacher",
    ]


@pytest.mark.parametrize("what", ["room", "teacher", "away", "closed"])
def test_a_make_up_onto_something_else_is_refused(snow, what):
    session = cancel(snow)
    clash(snow, what)

    with pytest.raises(Taken):
        make_up(session, session.during.lower + 5 * HOUR, snow, room=snow.room)


def test_a_make_up_for_nobody_is_refused(snow):
    session = cancel(snow)
    clash(snow, "child")

    with pytest.raises(Taken, match="Nobody whom it is owed to is free then"):
        make_up(session, session.during.lower + 5 * HOUR, snow)

    assert Credit.objects.get().made_up_in is None


def test_what_needs_no_make_up_has_none(snow):
    session = meeting(snow.first)
    with pytest.raises(NotChangeable, match="nothing to make up"):
        make_up(session, session.during.lower + 5 * HOUR, snow)
    with pytest.raises(NotChangeable, match="not made up"):
        make_up(cancel(snow, cause=Snow(pupil_pays=True, slug="own").cause),
                session.during.lower + 5 * HOUR, snow)  # fmt: skip


def test_a_make_up_is_no_meeting_of_the_pattern(snow):
    session, january = cancel(snow), dt.date(2027, 1, 16)
    later = dt.timedelta(days=(january - SATURDAY).days, hours=5)
    make_up(session, session.during.lower + later, snow)
    snow.first.last_on = january
    snow.first.save(update_fields=["last_on"])

    actions.plan_sessions(activity=snow.first, by=None, at=DAWN + HOUR)

    of_that_day = snow.first.sessions.filter(occurs_on=january).order_by("ordinal")
    assert [one.makes_up for one in of_that_day] == [None, session]


def test_proposals_are_when_teacher_and_room_are_free_most_children_first(snow):
    session = cancel(snow)

    found = makeups.proposals(session, at=DAWN + HOUR)

    assert [(each.free, each.of) for each in found] == [(1, 1)] * len(found)
    assert found
    for each in found:
        assert make_up_is_possible(session, each, snow)


def make_up_is_possible(session, proposal, snow):
    made = make_up(session, proposal.starts_at, snow, room=proposal.room)
    actions.cancel_session(session=made, cause=snow.cause, comment="", by=snow.head, at=DAWN)
    return True
