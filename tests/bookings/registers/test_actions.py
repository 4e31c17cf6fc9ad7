"""Marks as they arrive: kept, said already, or beside the one they differ from."""

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings import actions, rules
from bookings.models import Attendance, MarkReceived, Session
from core.models import AuditRow
from tests.bookings.registers.stage import (
    DURING,
    STARTS,
    fresh,
    line,
    marks_of,
    meeting,
    said,
    teacher,
)
from tests.factories.bookings import CancellationCauseFactory, MarkReceivedFactory
from tests.factories.people import head_of

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def tomasz():
    return teacher(given_name="Tomasz", family_name="Bell")


@pytest.fixture
def morag():
    return teacher(given_name="Morag", family_name="Lister")


def keep(session, *marks, by, at=DURING, note=None, note_seen=None):
    return actions.keep_marks(
        session=session, said=marks, note=note, note_seen=note_seen, by=by, at=at
    )


def outcomes(answers):
    return [answer.outcome for answer in answers]


def test_a_mark_stands_with_who_made_it_and_when_by_our_clock(tomasz):
    session, (amelia, *_) = meeting(by=tomasz)

    (answer,) = keep(session, said(amelia, "late", note="Bus"), by=tomasz)

    amelia.refresh_from_db()
    assert (answer.outcome, answer.mark, answer.version) == ("kept", "late", 1)
    assert (amelia.mark, amelia.note, amelia.version) == ("late", "Bus", 1)
    assert (amelia.marked_by, amelia.marked_at) == (tomasz.person, DURING)


def test_a_resend_changes_nothing_and_is_answered_the_same(tomasz):
    session, (amelia, *_) = meeting(by=tomasz)
    mark = said(amelia)

    first = keep(session, mark, by=tomasz)
    again = keep(session, mark, by=tomasz, at=DURING + MINUTE)

    amelia.refresh_from_db()
    assert first == again
    assert (amelia.version, amelia.marked_at) == (1, DURING)
    assert MarkReceived.objects.count() == 1


def test_an_old_mark_sent_again_does_not_undo_what_came_after_it(tomasz):
    session, (amelia, *_) = meeting(by=tomasz)
    mark = said(amelia, "present")
    keep(session, mark, by=tomasz)
    keep(session, said(amelia, "absent", seen=1), by=tomasz)

    (answer,) = keep(session, mark, by=tomasz)

    amelia.refresh_from_db()
    assert (amelia.mark, amelia.version) == ("absent", 2)
    assert (answer.outcome, answer.mark, answer.version) == ("kept", "absent", 2)


def test_marks_of_one_person_in_one_sending_follow_one_another(tomasz):
    session, (amelia, *_) = meeting(by=tomasz)
    here, late = said(amelia, "present"), said(amelia, "late")

    answers = keep(session, here, late, by=tomasz)

    amelia.refresh_from_db()
    assert outcomes(answers) == ["kept", "kept"]
    assert (amelia.mark, amelia.version) == ("late", 1)
    assert [answer.version for answer in answers] == [1, 1]


def test_a_mark_whose_answer_was_lost_is_followed_by_the_next(tomasz):
    """The phone sent Here and never heard; it sends it again, with the Late tapped since."""
    session, (amelia, *_) = meeting(by=tomasz)
    here = said(amelia, "present")
    keep(session, here, by=tomasz)

    answers = keep(session, here, said(amelia, "late"), by=tomasz)

    amelia.refresh_from_db()
    assert outcomes(answers) == ["kept", "kept"]
    assert (amelia.mark, amelia.version) == ("late", 2)


def test_the_same_mark_by_another_is_no_difference(tomasz, morag):
    session, (amelia, *_) = meeting(by=tomasz)
    keep(session, said(amelia), by=tomasz)

    (answer,) = keep(session, said(amelia), by=morag)

    amelia.refresh_from_db()
    assert (answer.outcome, answer.version) == ("same", 1)
    assert amelia.marked_by == tomasz.person


def test_what_somebody_else_said_meanwhile_is_not_overwritten(tomasz, morag):
    session, (amelia, *_) = meeting(by=tomasz)
    keep(session, said(amelia, "late"), by=tomasz)

    (answer,) = keep(session, said(amelia, "present"), by=morag, at=DURING + MINUTE)

    amelia.refresh_from_db()
    assert (amelia.mark, amelia.marked_by) == ("late", tomasz.person)
    assert (answer.outcome, answer.mark) == ("differs", "late")
    assert answer.words == (
        "Tomasz Bell said Late at 9.40am. You said Here. Both are kept until somebody settles it."
    )
    (received,) = MarkReceived.objects.filter(outcome="differed")
    assert (received.mark, received.by) == ("present", morag.person)


def test_a_mark_of_ones_own_from_another_phone_is_not_overwritten_either(tomasz):
    session, (amelia, *_) = meeting(by=tomasz)
    keep(session, said(amelia, "absent"), by=tomasz)

    (answer,) = keep(session, said(amelia, "present"), by=tomasz, at=DURING + MINUTE)

    assert answer.outcome == "differs"


def test_a_mark_made_after_seeing_the_other_replaces_it(tomasz, morag):
    session, (amelia, *_) = meeting(by=tomasz)
    keep(session, said(amelia, "late"), by=tomasz)

    (answer,) = keep(session, said(amelia, "present", seen=1), by=morag)

    amelia.refresh_from_db()
    assert (answer.outcome, amelia.mark, amelia.version) == ("kept", "present", 2)


def test_a_note_that_came_first_does_not_stop_a_mark(tomasz, morag):
    session, (amelia, *_) = meeting(by=tomasz)
    keep(session, said(amelia, "", note="Has the small cello"), by=tomasz)

    (answer,) = keep(session, said(amelia, "present"), by=morag)

    amelia.refresh_from_db()
    assert (answer.outcome, amelia.mark, amelia.note) == ("kept", "present", "Has the small cello")


def test_a_line_of_another_register_and_a_mark_nobody_knows_are_refused(tomasz):
    session, (amelia, *_) = meeting(by=tomasz)
    _, (stranger, *_) = meeting(names=["Kofi"])

    answers = keep(session, said(stranger), said(amelia, "asleep"), by=tomasz)

    stranger.refresh_from_db()
    assert outcomes(answers) == ["refused", "refused"]
    assert all(answer.words for answer in answers)
    assert (stranger.mark, MarkReceived.objects.count()) == (None, 0)


def test_a_key_used_for_another_line_is_refused(tomasz):
    session, (amelia, daniyal, *_) = meeting(by=tomasz)
    key = uuid.uuid4()
    keep(session, said(amelia, key=key), by=tomasz)

    (answer,) = keep(session, said(daniyal, key=key), by=tomasz)

    assert answer.outcome == "refused"
    assert marks_of(session) == ["present", None, None, None]


def test_a_session_is_taught_once_everybody_is_marked(tomasz):
    session, lines = meeting(by=tomasz)

    keep(session, *(said(one) for one in lines[:-1]), by=tomasz)
    before = fresh(session).status
    keep(session, said(lines[-1], "absent"), by=tomasz)

    assert (before, fresh(session).status) == ("planned", "taught")
    assert fresh(session).sequence == 0  # no family's calendar hears of it


def test_who_is_let_off_for_something_else_need_not_be_marked(tomasz):
    session, lines = meeting(by=tomasz, names=["Amelia"])
    line(session, "Harvey", is_released=True)

    keep(session, said(lines[0]), by=tomasz)

    assert fresh(session).status == Session.Status.TAUGHT


def test_the_lesson_note_is_kept_and_a_changed_one_is_not_overwritten(tomasz, morag):
    session, _ = meeting(by=tomasz)

    keep(session, by=tomasz, note="Bar 9", note_seen="")
    with pytest.raises(rules.NoteDiffers, match="Bar 9"):
        keep(session, by=morag, note="Bar 12", note_seen="")
    keep(session, by=morag, note="Bar 9, then 12", note_seen="Bar 9")

    assert fresh(session).note == "Bar 9, then 12"


def takes(session, line, *, by, at):
    """Whether the register takes a mark at this moment."""
    try:
        keep(session, said(line), by=by, at=at)
    except rules.RegisterClosed:
        return False
    return True


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        pytest.param(STARTS - 61 * MINUTE, False, id="too early"),
        pytest.param(STARTS - 60 * MINUTE, True, id="an hour before"),
        pytest.param(STARTS + 14 * DAY, True, id="a fortnight later"),
        pytest.param(STARTS + 15 * DAY, False, id="a day too late"),
    ],
)
def test_a_register_is_open_to_its_teacher(tomasz, at, is_open):
    session, (amelia, *_) = meeting(by=tomasz)

    assert takes(session, amelia, by=tomasz, at=at) is is_open


@pytest.mark.parametrize(("days", "is_open"), [(15, True), (120, True), (121, False)])
def test_a_register_is_open_to_the_head_for_longer(days, is_open):
    session, (amelia, *_) = meeting()
    head = head_of(session.activity.centre)

    assert takes(session, amelia, by=head, at=STARTS + days * DAY) is is_open


def test_a_cancelled_meeting_has_no_register_to_take(tomasz):
    session, (amelia, *_) = meeting(by=tomasz)
    cause = CancellationCauseFactory()
    actions.cancel_session(session=session, cause=cause, comment="", by=tomasz, at=DURING)

    with pytest.raises(rules.RegisterClosed, match="not on"):
        keep(session, said(amelia), by=tomasz)


def test_several_registers_each_stand_alone(tomasz):
    session, (amelia, *_) = meeting(by=tomasz)
    other, (kofi,) = meeting(names=["Kofi"], day=STARTS.date() + 30 * DAY)

    answers = actions.keep_batches(
        batches=[(other, [said(kofi)]), (session, [said(amelia)])], by=tomasz, at=DURING
    )

    assert outcomes(answers) == ["refused", "kept"]
    assert "opens at" in answers[0].words
    assert marks_of(session)[0] == "present"


def test_settling_makes_one_of_the_two_stand(tomasz, morag):
    session, (amelia, *_) = meeting(by=tomasz)
    keep(session, said(amelia, "late"), by=tomasz)
    mark = said(amelia, "present")
    keep(session, mark, by=morag)
    (received,) = MarkReceived.objects.filter(outcome="differed")

    actions.settle_mark(received=received, mark="present", by=tomasz, at=DURING + MINUTE)
    again = actions.settle_mark(received=received, mark="late", by=morag, at=DURING + DAY)

    received.refresh_from_db()
    assert (received.settled_at, received.settled_by) == (DURING + MINUTE, tomasz.person)
    assert (again.mark, again.version) == ("present", 2)
    assert outcomes(keep(session, mark, by=morag)) == ["same"]


def test_settling_the_mark_that_stands_already_changes_no_mark(tomasz, morag):
    session, (amelia, *_) = meeting(by=tomasz)
    keep(session, said(amelia, "late"), by=tomasz)
    keep(session, said(amelia, "present"), by=morag)
    (received,) = MarkReceived.objects.filter(outcome="differed")

    settled = actions.settle_mark(received=received, mark="late", by=morag, at=DURING + MINUTE)

    assert (settled.mark, settled.version, settled.marked_by) == ("late", 1, tomasz.person)


def test_settling_what_somebody_changed_meanwhile_is_refused(tomasz, morag):
    session, (amelia, *_) = meeting(by=tomasz)
    keep(session, said(amelia, "late"), by=tomasz)
    keep(session, said(amelia, "present"), by=morag)
    (received,) = MarkReceived.objects.filter(outcome="differed")
    keep(session, said(amelia, "absent", seen=1), by=tomasz)

    with pytest.raises(rules.MarkedMeanwhile):
        actions.settle_mark(received=received, mark="present", by=morag, at=DURING, seen_version=1)

    assert marks_of(session)[0] == "absent"


def test_a_meeting_is_not_taught_for_a_cause(tomasz):
    session, _ = meeting(by=tomasz)
    cause = CancellationCauseFactory()

    actions.mark_not_taught(session=session, cause=cause, comment="Ill", by=tomasz, at=DURING)

    off = fresh(session)
    assert (off.status, off.cause, off.public_comment) == ("cancelled", cause, "Ill")


def test_a_register_that_is_taken_was_taught(tomasz):
    session, (amelia,) = meeting(by=tomasz, names=["Amelia"])
    keep(session, said(amelia), by=tomasz)

    with pytest.raises(rules.RegisterClosed, match="Correct"):
        actions.mark_not_taught(
            session=session, cause=CancellationCauseFactory(), comment="", by=tomasz, at=DURING
        )


def test_marks_received_are_forgotten_but_for_what_still_differs():
    old = {"at": DURING - 200 * DAY}
    MarkReceivedFactory(**old)
    differs = MarkReceivedFactory(**old, outcome="differed")
    new = MarkReceivedFactory(at=DURING)

    pruned = actions.prune_marks(older_than=DURING - 180 * DAY)

    assert pruned == 1
    assert set(MarkReceived.objects.all()) == {differs, new}


def test_a_changed_mark_is_in_the_audit_by_name(tomasz):
    session, (amelia, *_) = meeting(by=tomasz)
    keep(session, said(amelia, "present"), by=tomasz)
    keep(session, said(amelia, "absent", seen=1), by=tomasz)

    row = AuditRow.objects.filter(table=Attendance._meta.db_table, op="update").get()
    assert (row.actor_name, row.action) == ("Tomasz Bell", "bookings.keep_marks")


def test_many_marks_take_as_many_statements_as_one(tomasz):
    def statements(number):
        session, lines = meeting(by=teacher(), names=[f"Child{one}" for one in range(number)])
        with CaptureQueriesContext(connection) as caught:
            keep(session, *(said(one) for one in lines), by=tomasz)
        return len(caught)

    statements(1)  # reads who they are, once for a request
    few = statements(10)

    assert statements(60) == few
    assert few <= 10
