"""May this adult teach on this day? The query and the database's guard give one answer."""

import datetime as dt

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from people.models import Person
from safeguarding.models import Check, CheckKind, RequiredCheck
from safeguarding.queries import cleared_to_teach
from tests.factories.bookings import LONDON, SessionFactory, SessionStaffFactory
from tests.factories.people import PersonFactory
from tests.factories.safeguarding import CheckFactory, RequiredCheckFactory, cleared_teacher
from tests.refusals import refuses

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 28)
EVE, MORROW = DAY - dt.timedelta(days=1), DAY + dt.timedelta(days=1)


def is_cleared(person, on=DAY):
    return cleared_to_teach(Person.objects.filter(pk=person.pk), on=on).exists()


def test_cleared_teacher_is_cleared():
    assert is_cleared(cleared_teacher())


def test_nobody_is_cleared_while_no_rule_is_in_force():
    teacher = cleared_teacher()
    RequiredCheck.objects.update(from_on=MORROW)

    assert not is_cleared(teacher)


def test_one_check_of_two_is_not_enough():
    teacher = cleared_teacher()
    Check.objects.filter(person=teacher, kind=CheckKind.BARRED_LIST).delete()

    assert not is_cleared(teacher)


def test_somebody_elses_check_clears_nobody():
    cleared_teacher()

    assert not is_cleared(PersonFactory())


@pytest.mark.parametrize(
    ("check", "answer"),
    [
        pytest.param({"checked_on": DAY}, True, id="made that day"),
        pytest.param({"checked_on": MORROW}, False, id="made the day after"),
        pytest.param({"expires_on": DAY}, True, id="good to the end of that day"),
        pytest.param({"expires_on": EVE}, False, id="ran out the day before"),
        pytest.param({"withdrawn_on": DAY}, False, id="withdrawn that day"),
        pytest.param({"withdrawn_on": MORROW}, True, id="withdrawn the day after"),
    ],
)
def test_a_check_counts(check, answer):
    RequiredCheckFactory()
    person = CheckFactory(**check).person

    assert is_cleared(person) is answer


@pytest.mark.parametrize(
    ("rule", "answer"),
    [
        pytest.param({"from_on": MORROW}, True, id="required from the day after"),
        pytest.param({"from_on": DAY}, False, id="required from that day"),
        pytest.param({"to_on": EVE}, True, id="required to the day before"),
        pytest.param({"to_on": DAY}, False, id="required to that day"),
    ],
)
def test_a_rule_counts(rule, answer):
    teacher = cleared_teacher()
    RequiredCheckFactory(kind=CheckKind.OVERSEAS, **rule)

    assert is_cleared(teacher) is answer


@pytest.mark.parametrize(
    "check",
    [
        pytest.param({"kind": CheckKind.REFERENCE}, id="of another kind"),
        pytest.param({"expires_on": dt.date(2026, 9, 4)}, id="ran out"),
        pytest.param({"withdrawn_on": dt.date(2026, 9, 5)}, id="withdrawn"),
    ],
)
def test_the_database_refuses_whoever_is_not_cleared(check):
    RequiredCheckFactory()
    person = CheckFactory(**check).person

    with refuses("sessionstaff_only_cleared_adults"):
        SessionStaffFactory(person=person)  # on 5 September


def test_the_database_refuses_a_move_to_a_day_without_clearance():
    line = SessionStaffFactory()
    Check.objects.filter(person=line.person).update(expires_on=line.session.occurs_on)

    with refuses("sessionstaff_only_cleared_adults"):
        session = line.session
        session.during = DateTimeTZRange(
            session.during.lower + dt.timedelta(days=1), session.during.upper + dt.timedelta(days=1)
        )
        session.save(update_fields=["during"])


def test_a_cancelled_meeting_asks_for_no_clearance():
    session = SessionFactory(cancelled=True)

    line = SessionStaffFactory(session=session, person=PersonFactory())

    assert line.claimed.isempty


@pytest.mark.parametrize(
    ("first_day", "is_refused"),
    [(dt.date(2026, 6, 10), False), (dt.date(2026, 6, 11), True)],
    ids=["cleared from that day", "cleared from the next"],
)
def test_half_past_midnight_in_june_belongs_to_londons_day(first_day, is_refused):
    """In UTC it is still 9 June, when nobody here was cleared."""
    RequiredCheckFactory()
    person = CheckFactory(checked_on=first_day).person
    begins = dt.datetime(2026, 6, 10, 0, 30, tzinfo=LONDON)
    session = SessionFactory(
        occurs_on=dt.date(2026, 6, 10),
        during=DateTimeTZRange(begins, begins + dt.timedelta(minutes=30)),
    )

    if is_refused:
        with refuses("sessionstaff_only_cleared_adults"):
            SessionStaffFactory(session=session, person=person)
    else:
        assert SessionStaffFactory(session=session, person=person).pk
