"""Turns who joins what into places and what is owed for them."""

import datetime as dt
import random
from collections.abc import Collection, Sequence

from billing.models import Charge
from bookings import rules
from bookings.models import Activity, Enrolment, Session
from centres.models import Term, Year
from hms_portal.county.copying import reserve_keys
from hms_portal.county.plan.joining import Joining
from hms_portal.county.plan.names import Names

Status = Enrolment.Status


class Enrolling:
    """Turns joinings into enrolments and charges, as bookings.actions would have on the day."""

    def __init__(
        self,
        year: Year,
        at: dt.datetime,
        draw: random.Random,
        *,
        offers: int = 0,
        holds: int = 0,
        only: Collection[Activity] = (),
    ) -> None:
        self.at, self.draw, self.names = at, draw, Names(draw)
        self.terms = list(Term.objects.filter(year=year).order_by("starts_on"))
        self.starts: dict[int, list[dt.datetime]] = {}
        sessions = Session.objects.filter(activity__year=year).order_by("during")
        sessions = sessions.filter(activity__in=only) if only else sessions
        for activity_id, during in sessions.values_list("activity_id", "during").iterator():
            self.starts.setdefault(activity_id, []).append(during.lower)
        self.charges: list[Charge] = []
        self.offers, self.holds = offers, holds

    def all_of(self, joinings: Sequence[Joining]) -> list[Enrolment]:
        full = {it.activity.pk for it in joinings if it.status == "waiting"}
        keys = iter(reserve_keys(Enrolment, len(joinings)))
        charge_keys = iter(reserve_keys(Charge, len(joinings)))
        return [
            self._enrolment(joining, next(keys), next(charge_keys), joining.activity.pk in full)
            for joining in joinings
        ]

    def _enrolment(self, joining: Joining, key: int, charge_key: int, is_full: bool) -> Enrolment:
        enrolment = Enrolment(
            pk=key,
            ref=self.names.ref(),
            activity=joining.activity,
            person_id=joining.seeker.person_id,
            booked_by_id=joining.seeker.payer_id,
            status=joining.status,
            queued_at=joining.queued_at or self._joined_at(joining),
        )
        if joining.status == "active" and is_full and self.offers:
            self.offers -= 1
            enrolment.status = Status.OFFERED
        elif joining.status == "active" and not is_full and self.holds:
            self.holds -= 1
            enrolment.status, enrolment.queued_at = Status.HELD, self.at
        if enrolment.status == Status.OFFERED:
            enrolment.offer_expires_at = self.at + dt.timedelta(hours=joining.activity.offer_hours)
        elif enrolment.status == Status.HELD:
            minutes = joining.activity.hold_minutes
            enrolment.offer_expires_at = self.at + dt.timedelta(minutes=minutes)
        elif enrolment.status == Status.ACTIVE:
            self._agree(enrolment, joining, charge_key)
        return enrolment

    def _joined_at(self, joining: Joining) -> dt.datetime:
        """Most book in the summer; some after the start; those who wait came when it was full."""
        opens = joining.activity.booking_opens_at
        days = self.draw.randrange(0, 55)
        if joining.status != "active":
            days = self.draw.randrange(60, 100)
        elif joining.is_late:
            days = self.draw.randrange(112, 140)
        moment = opens + dt.timedelta(days=days, minutes=self.draw.randrange(12 * 60))
        return min(moment, self.at - dt.timedelta(hours=self.draw.randrange(2, 90)))

    def _agree(self, enrolment: Enrolment, joining: Joining, charge_key: int) -> None:
        cost = rules.cost(
            joining.activity,
            terms=self.terms,
            starts=self.starts[joining.activity.pk],
            at=enrolment.queued_at,
        )
        if cost is None:
            raise ValueError(f"{joining.activity} does not meet after {enrolment.queued_at}")
        enrolment.account_id = joining.seeker.account_id
        enrolment.price_agreed, enrolment.starts_on = joining.activity.price, cost.first_on
        if not cost.amount:
            return
        self.charges.append(
            Charge(
                pk=charge_key,
                account_id=joining.seeker.account_id,
                person_id=joining.seeker.person_id,
                term=cost.term,
                description=joining.activity.title,
                explanation=cost.explanation,
                amount=cost.amount,
                source=f"enrolment:{enrolment.pk}:{cost.term.slug}",
                raised_at=enrolment.queued_at,
            )
        )


def hour_of(activity: Activity) -> tuple[object, ...]:
    """A teacher has one group at a time, so this names the same group in any year."""
    return activity.teacher_id, activity.weekday, activity.local_start
