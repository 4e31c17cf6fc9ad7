"""Everything that changes who has an instrument: one action, one transaction."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import F

from core.actions import action
from loans.models import Custody
from people.models import School, User


@dataclass(frozen=True)
class Promise:
    """An asset that a school would have between two days, both included."""

    asset_id: int
    first_on: dt.date
    last_on: dt.date


@action
def promise_sets(
    *,
    promises: Sequence[Promise],
    school: School,
    until: dt.datetime | None,
    by: User | None,
    at: dt.datetime,
) -> list[Custody]:
    """Class sets are kept for a school until a moment; without one they are promised for good."""
    status = Custody.Status.OFFERED if until else Custody.Status.ALLOCATED
    return Custody.objects.bulk_create(
        Custody(
            asset_id=each.asset_id,
            school=school,
            first_on=each.first_on,
            last_on=each.last_on,
            status=status,
            offer_expires_at=until,
        )
        for each in promises
    )


@action
def keep_on(
    *, custody: Collection[int], until: dt.datetime | None, by: User | None, at: dt.datetime
) -> int:
    """What is kept for a school is kept until another moment, or promised for good."""
    status = Custody.Status.OFFERED if until else Custody.Status.ALLOCATED
    waiting = Custody.objects.filter(
        pk__in=custody, status__in=[Custody.Status.OFFERED, Custody.Status.ALLOCATED]
    )
    kept: int = waiting.update(status=status, offer_expires_at=until)
    return kept


@action
def hand_out(*, custody: Collection[int], day: dt.date, by: User | None, at: dt.datetime) -> int:
    """What was promised to a school from a day that has come is there."""
    begun = Custody.objects.filter(
        pk__in=custody, status=Custody.Status.ALLOCATED, first_on__lte=day
    )
    there: int = begun.update(status=Custody.Status.OUT, out_on=F("first_on"))
    return there


@action
def take_back(*, custody: Collection[int], day: dt.date, by: User | None, at: dt.datetime) -> int:
    """What was at a school is back on its shelf since this day."""
    out = Custody.objects.filter(pk__in=custody, status=Custody.Status.OUT)
    back: int = out.update(status=Custody.Status.BACK, back_on=day)
    return back


@action
def let_go(*, custody: Collection[int], by: User | None, at: dt.datetime) -> int:
    """Sets that are kept or promised are free again; what is at a school stays until it is back."""
    kept = Custody.objects.filter(
        pk__in=custody, status__in=[Custody.Status.OFFERED, Custody.Status.ALLOCATED]
    )
    freed: int = kept.update(status=Custody.Status.CANCELLED, offer_expires_at=None)
    return freed
