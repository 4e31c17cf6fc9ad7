"""Many orders scheduled as a job: each by itself, restartable, nothing by half."""

import datetime as dt

import pytest
from django.db import OperationalError

from bookings.models import Session
from lessons.actions import scheduling
from lessons.actions.scheduling import runs
from lessons.models import HourKept, ProgrammeClass, ScheduleRun
from lessons.rules.orders import WrongState
from tests.lessons.bought import JUNE, agreed, draft, stage
from tests.races import all_at_once

pytestmark = pytest.mark.django_db


def several(number=3):
    """So many schools with an agreed order each, and the office that asks."""
    stages = [stage() for _ in range(number)]
    return stages[0].office, [agreed(each) for each in stages]


def ask(office, orders):
    return scheduling.ask_schedule(orders=orders, by=office, at=JUNE)


def outcomes(run):
    return list(run.orders.order_by("pk").values_list("outcome", flat=True))


def statuses(orders):
    for order in orders:
        order.refresh_from_db()
    return [order.status for order in orders]


def test_a_run_schedules_every_order_by_whoever_asked():
    office, orders = several()
    run = ask(office, orders)

    assert scheduling.carry_on_schedules(at=JUNE) == 3

    run.refresh_from_db()
    assert (outcomes(run), run.finished_at) == (["done"] * 3, JUNE)
    assert statuses(orders) == ["scheduled"] * 3


def test_a_run_is_named_by_its_moment_here():
    office, orders = several(1)

    assert str(ask(office, orders)) == "Scheduling asked for at 11am on Wednesday 10 June"


def test_a_run_goes_on_past_an_order_that_cannot_be_and_says_why():
    office, orders = several()
    HourKept.objects.filter(line__order=orders[1], ordinal=2).update(released_at=JUNE)
    run = ask(office, orders)

    scheduling.carry_on_schedules(at=JUNE)

    assert outcomes(run) == ["done", "failed", "done"]
    assert "Ukulele, 4B: no teacher is kept" in run.orders.get(order=orders[1]).why
    assert statuses(orders) == ["scheduled", "agreed", "scheduled"]
    assert not ProgrammeClass.objects.filter(line__order=orders[1]).exists()


def test_a_run_goes_on_past_what_nobody_expected(monkeypatch):
    office, orders = several(2)
    real = runs.schedule_order

    def surprising(*, order, **said):
        if order.pk == orders[0].pk:
            raise ZeroDivisionError
        return real(order=order, **said)

    monkeypatch.setattr(runs, "schedule_order", surprising)
    run = ask(office, orders)

    scheduling.carry_on_schedules(at=JUNE)

    assert outcomes(run) == ["failed", "done"]
    assert run.orders.get(order=orders[0]).why == runs.UNEXPECTED


def test_a_run_takes_only_what_is_agreed_and_waits_nowhere_else():
    known = stage()
    order = agreed(known)
    ask(known.office, [order, draft(known)])

    with pytest.raises(WrongState, match="None of these"):
        ask(known.office, [order])

    assert ScheduleRun.objects.get().orders.count() == 1


def test_try_again_does_what_failed_once_more():
    office, orders = several(1)
    hours = HourKept.objects.filter(ordinal=2)
    hours.update(released_at=JUNE)
    run = ask(office, orders)
    scheduling.carry_on_schedules(at=JUNE)
    hours.update(released_at=None)

    assert scheduling.try_again(run=run, by=office, at=JUNE) == 1
    scheduling.carry_on_schedules(at=JUNE + dt.timedelta(minutes=5))

    assert (outcomes(run), statuses(orders)) == (["done"], ["scheduled"])


@pytest.mark.django_db(transaction=True)
def test_a_job_that_dies_in_the_middle_leaves_no_half_order_and_the_next_one_ends_it(monkeypatch):
    office, orders = several()
    run = ask(office, orders)
    real = runs.schedule_order

    def dying(*, order, **said):
        made = real(order=order, **said)
        if order.pk == orders[1].pk:
            raise OperationalError("the server went away")  # after everything was written
        return made

    with monkeypatch.context() as patched:
        patched.setattr(runs, "schedule_order", dying)
        with pytest.raises(OperationalError):
            scheduling.carry_on_schedules(at=JUNE)

    assert outcomes(run) == ["done", "waiting", "waiting"]
    assert statuses(orders) == ["scheduled", "agreed", "agreed"]
    assert Session.objects.filter(school=orders[1].school).count() == 0

    scheduling.carry_on_schedules(at=JUNE)

    assert statuses(orders) == ["scheduled"] * 3
    assert Session.objects.count() == 3 * 2 * 33


@pytest.mark.django_db(transaction=True)
def test_two_jobs_at_once_schedule_each_order_once():
    office, orders = several()
    run = ask(office, orders)

    looked_at = all_at_once([lambda: scheduling.carry_on_schedules(at=JUNE)] * 2)

    assert sum(looked_at) == 3
    assert outcomes(run) == ["done"] * 3
    assert ProgrammeClass.objects.count() == 6
