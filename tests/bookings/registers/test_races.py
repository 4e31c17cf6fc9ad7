"""Two teachers on one register at the same moment, and phones that all find signal at once.

Each race is also run with the lock off, and must then go wrong.
"""

import itertools
import uuid
from functools import partial

import pytest

from bookings import actions, rules
from bookings.actions import registers
from bookings.models import Attendance, MarkReceived
from tests.bookings.registers.stage import DURING, marks_of, meeting, said, teacher
from tests.races import ROUNDS, all_at_once, done, pause, unlock

pytestmark = pytest.mark.django_db(transaction=True)


def say_at_once(monkeypatch):
    """One says Here and the other Late of the same line, each having seen it unmarked."""
    pause(monkeypatch, registers, "_take", 0.1)
    session, (amelia,) = meeting(names=["Amelia"])
    marks = [(teacher(), "present"), (teacher(), "late")]
    answers = done(
        all_at_once(
            [
                partial(
                    actions.keep_marks,
                    session=session,
                    said=[said(amelia, mark)],
                    note=None,
                    by=user,
                    at=DURING,
                )
                for user, mark in marks
            ]
        )
    )
    return sorted(answer.outcome for (answer,) in answers)


def test_of_two_teachers_at_once_neither_overwrites_the_other(monkeypatch):
    assert say_at_once(monkeypatch) == ["differs", "kept"]
    assert MarkReceived.objects.filter(outcome="differed").count() == 1


def test_of_two_teachers_at_once_one_is_overwritten_in_silence_without_the_lock(monkeypatch):
    unlock(monkeypatch)

    assert say_at_once(monkeypatch) == ["kept", "kept"]


def resend_at_once(monkeypatch):
    """A phone that heard nothing sends the same mark from two of its pages."""
    pause(monkeypatch, registers, "_take", 0.1)
    session, (amelia,) = meeting(names=["Amelia"])
    user, mark = teacher(), said(amelia)
    send = partial(actions.keep_marks, session=session, said=[mark], note=None, by=user, at=DURING)
    outcomes = all_at_once([send] * 4)
    return [one for one in outcomes if isinstance(one, Exception)], outcomes


def test_a_mark_sent_four_times_at_once_is_kept_once(monkeypatch):
    failed, outcomes = resend_at_once(monkeypatch)

    assert failed == []
    assert {answer.outcome for (answer,) in outcomes} == {"kept"}
    assert list(MarkReceived.objects.values_list("outcome", flat=True)) == ["kept"]
    assert Attendance.objects.get().version == 1


def test_a_mark_sent_four_times_at_once_breaks_without_the_lock(monkeypatch):
    unlock(monkeypatch)

    assert any(resend_at_once(monkeypatch)[0] for _ in range(ROUNDS))


def settle_at_once(monkeypatch):
    """Two people settle one difference, each the other way."""
    session, (amelia,) = meeting(names=["Amelia"])
    for mark in ("late", "present"):
        actions.keep_marks(
            session=session, said=[said(amelia, mark)], note=None, by=teacher(), at=DURING
        )
    (received,) = MarkReceived.objects.filter(attendance=amelia, outcome="differed")
    pause(monkeypatch, rules, "check_register_open", 0.05)
    done(
        all_at_once(
            [
                partial(actions.settle_mark, received=received, mark=mark, by=teacher(), at=DURING)
                for mark in ("present", "absent")
            ]
        )
    )
    return Attendance.objects.get(pk=amelia.pk).version


def test_a_difference_is_settled_once(monkeypatch):
    assert settle_at_once(monkeypatch) == 2


def test_a_difference_is_settled_both_ways_without_the_lock(monkeypatch):
    unlock(monkeypatch)

    assert any(settle_at_once(monkeypatch) == 3 for _ in range(ROUNDS))


def test_marks_after_a_dead_zone_are_neither_lost_nor_doubled():
    """Forty registers of ten, every sending sent twice, by eight phones at once."""
    registers_sent = []
    for _ in range(40):
        session, lines = meeting(names=[f"Child{one}" for one in range(10)])
        kinds = itertools.cycle(["present", "late", "absent", "absent_told"])
        registers_sent.append((session, [said(one, next(kinds)) for one in lines]))
    user = teacher()
    shares = [registers_sent[phone % 4 :: 4] for phone in range(8)]  # each register twice

    for _ in range(2):
        answers = done(
            all_at_once(
                [
                    partial(actions.keep_batches, batches=share, by=user, at=DURING)
                    for share in shares
                ]
            )
        )
        assert {one.outcome for each in answers for one in each} == {"kept"}

    assert MarkReceived.objects.count() == 400
    assert set(Attendance.objects.values_list("version", flat=True)) == {1}
    assert {len(set(marks_of(session))) for session, _ in registers_sent} == {4}
    assert {
        session.register.filter(session__status="taught").count() for session, _ in registers_sent
    } == {10}


def test_no_two_marks_share_a_key():
    session, (amelia, daniyal) = meeting(names=["Amelia", "Daniyal"])
    key, user = uuid.uuid4(), teacher()

    answers = actions.keep_marks(
        session=session,
        said=[said(amelia, key=key), said(daniyal, key=key)],
        note=None,
        by=user,
        at=DURING,
    )

    assert [one.outcome for one in answers] == ["kept", "refused"]
