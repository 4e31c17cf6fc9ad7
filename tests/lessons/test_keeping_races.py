"""Two schools after the last teacher of a Tuesday, and after the last class set.

One gets it, the other hears "yes, if". Each race is also run with its guards off, and goes wrong.
"""

from contextlib import contextmanager
from functools import partial

import pytest
from django.db import connection

from lessons.actions import keeping
from lessons.models import HourKept
from lessons.rules.feasibility import Answer
from loans.models import Asset, Custody
from tests.factories.people import UserFactory
from tests.factories.schools import OrderPolicyFactory
from tests.lessons.asking import JUNE, order, teacher, ukulele
from tests.races import all_at_once, done, pause, refused, unlock

pytestmark = pytest.mark.django_db(transaction=True)


PROMISES = [
    (HourKept, "hourkept_teacher_promised_once"),
    (Custody, "custody_one_place_at_a_time"),
]


@contextmanager
def without_promises():
    """The database without its promises; what they would have refused is emptied afterwards."""
    removed = [
        (model, constraint)
        for model, name in PROMISES
        for constraint in model._meta.constraints
        if constraint.name == name
    ]
    with connection.schema_editor() as editor:
        for model, constraint in removed:
            editor.remove_constraint(model, constraint)
    try:
        yield
    finally:
        with connection.cursor() as sql:
            sql.execute("TRUNCATE lessons_hourkept, loans_custody CASCADE")
        with connection.schema_editor() as editor:
            for model, constraint in removed:
                editor.add_constraint(model, constraint)


def after_the_last_teacher():
    """Two schools; one teacher, on Tuesday mornings and Wednesdays; sets enough for both."""
    programme = ukulele(sets=4)
    teacher(hours=[(2, "09:00", "10:30"), (3, "09:00", "12:00")])
    return [order(programme), order(programme)]


def after_the_last_set():
    """Two schools; a teacher for each; one set."""
    programme = ukulele(sets=1)
    teacher(name="Ngozi")
    teacher(name="Wren")
    return [order(programme, classes=1, pupils=30), order(programme, classes=1, pupils=30)]


def race(orders):
    OrderPolicyFactory()
    return all_at_once(
        [partial(keeping.keep_for, sent, by=UserFactory(), at=JUNE) for sent in orders]
    )


def answers(outcomes):
    return sorted(answered.answer for [answered] in done(outcomes))


@pytest.fixture
def slow(monkeypatch):
    """Between what is worked out and what is written, others have time to do the same."""
    pause(monkeypatch, keeping, "_lapse_in_the_way", 0.5)


def test_the_last_teacher_of_a_tuesday_goes_to_one_and_the_other_hears_yes_if(slow):
    assert answers(race(after_the_last_teacher())) == [Answer.IF, Answer.YES]
    assert HourKept.objects.filter(released_at=None).count() == 2


def test_the_last_class_set_goes_to_one_and_the_other_hears_yes_if(slow):
    assert answers(race(after_the_last_set())) == [Answer.IF, Answer.YES]
    assert Custody.objects.live().count() == 1


def test_without_locks_the_other_is_refused_by_the_database(slow, monkeypatch):
    """The negative control of the locks: nothing is promised twice, but nobody hears "yes, if"."""
    unlock(monkeypatch)

    outcomes = race(after_the_last_teacher())

    assert [str(each) for each in refused(outcomes)] == [
        "This teacher is promised elsewhere at that time."
    ]


def test_without_locks_and_promises_the_teacher_is_promised_twice(slow, monkeypatch):
    """The negative control of both."""
    unlock(monkeypatch)
    with without_promises():
        assert answers(race(after_the_last_teacher())) == [Answer.YES, Answer.YES]
        assert HourKept.objects.filter(released_at=None).count() == 4


def test_without_locks_and_promises_the_set_is_promised_twice(slow, monkeypatch):
    unlock(monkeypatch)
    with without_promises():
        assert answers(race(after_the_last_set())) == [Answer.YES, Answer.YES]
        assert Custody.objects.live().values("asset").distinct().count() == 1
        assert Custody.objects.live().count() == 2


def test_the_locks_alone_hold(slow):
    with without_promises():
        assert answers(race(after_the_last_teacher())) == [Answer.IF, Answer.YES]


def test_many_schools_and_few_teachers_never_deadlock():
    """Eight schools, two teachers with a morning each, three sets: whoever is first is served."""
    programme = ukulele(sets=3)
    teacher(name="Ngozi", hours=[(2, "09:00", "12:00")])
    teacher(name="Wren", hours=[(2, "09:00", "12:00")])
    orders = [order(programme, classes=1, pupils=30) for _ in range(8)]

    outcomes = race(orders)

    assert len(done(outcomes)) == 8
    assert answers(outcomes).count(Answer.YES) == 3
    assert Custody.objects.live().values("asset").distinct().count() == 3
    assert Asset.objects.count() == 3
