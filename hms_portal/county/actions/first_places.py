"""Gathers the small groups of a year that is over, begun for those who used a letter then.

They have no meetings: a year that is over is asked for no register.
"""

import datetime as dt
import random

from django.db.models import Model

from billing.models import Account
from bookings.models import Activity, Enrolment
from centres.models import Term, Year
from hms_portal.county.actions.activities import LESSONS_A_YEAR, season_of
from hms_portal.county.copying import copy_each, reserve_keys
from hms_portal.county.plan.names import Names
from hms_portal.county.plan.seasons import LESSONS_END, Season
from lessons.models import ClaimCode, ProgrammeClass, Tuition

RATE = ("lesson-group-30", "pupil")  # three to six of them, for half an hour
MOST = 6
AFTER_SCHOOL, MINUTES = dt.time(15, 30), 30
LEAVES = 30  # of a hundred who began, at half term
STOPPED, THE_YEAR_ENDED = "Chose to stop", "The year ended"


class FirstPlaces:
    """The children of a class go on together, in groups with the teacher they know."""

    def __init__(self, draw: random.Random, today: dt.date) -> None:
        self.draw, self.today, self.names = draw, today, Names(draw)
        self.seasons: dict[int, Season] = {}
        self.accounts = dict(Account.objects.exclude(person=None).values_list("person_id", "pk"))
        self.groups: dict[int, tuple[Activity, int]] = {}
        self.activities: list[Activity] = []
        self.tuition: list[Tuition] = []
        self.begun: list[tuple[ClaimCode, Enrolment]] = []

    def add(self, code: ClaimCode) -> None:
        """A place from the term after the letter, where that year is over and had such a term."""
        taught = code.programme_class
        if code.claimed_at is None or code.child_id is None or code.claimed_by_id is None:
            return
        term = self._term_after(code.claimed_at.date(), taught.activity.year)
        if term is None:
            return
        group = self._group(taught, term)
        leaves = self.draw.randrange(100) < LEAVES
        half_term = term.half_term_starts_on or term.ends_on
        place = Enrolment(
            ref=self.names.ref(),
            activity=group,
            person_id=code.child_id,
            booked_by_id=code.claimed_by_id,
            account_id=self.accounts.get(code.claimed_by_id),
            status=Enrolment.Status.ENDED,
            queued_at=code.claimed_at,
            price_agreed=group.price,
            starts_on=group.first_on,
            ends_on=half_term - dt.timedelta(days=3) if leaves else group.last_on,
            leave_reason=STOPPED if leaves else THE_YEAR_ENDED,
        )
        self.begun.append((code, place))

    def move_in(self) -> int:
        """Write the groups and the places; each code leads to its own."""
        for (code, place), key in zip(
            self.begun, reserve_keys(Enrolment, len(self.begun)), strict=True
        ):
            place.pk = key
            code.enrolment = place
        places: list[Model] = [place for _, place in self.begun]
        return copy_each(self.activities, self.tuition, places)

    def _term_after(self, day: dt.date, year: Year) -> Term | None:
        if year.ends_on >= self.today:
            return None
        if year.pk not in self.seasons:
            self.seasons[year.pk] = season_of(year)
        terms = self.seasons[year.pk].terms
        return next((term for term in terms if term.starts_on > day), None)

    def _group(self, taught: ProgrammeClass, term: Term) -> Activity:
        """The group of this class that has room yet, or another."""
        group, taken = self.groups.get(taught.pk, (None, MOST))
        if group is None or taken == MOST:
            group, taken = self._begin(taught, term), 0
        self.groups[taught.pk] = group, taken + 1
        return group

    def _begin(self, taught: ProgrammeClass, term: Term) -> Activity:
        subject, activity = taught.line.subject, taught.activity
        season = self.seasons[activity.year_id]
        rate = season.rates[RATE]
        [key] = reserve_keys(Activity, 1)
        weekday = activity.weekday or 1
        group = Activity(
            pk=key,
            ref=self.names.ref(),
            kind=Activity.Kind.TUITION,
            title=f"{subject.name} lesson in a small group",
            tile=subject.tile,
            year=activity.year,
            school=activity.school,
            teacher=activity.teacher,
            weekday=weekday,
            local_start=AFTER_SCHOOL,
            minutes=MINUTES,
            first_on=term.starts_on
            + dt.timedelta(days=(weekday - term.starts_on.isoweekday()) % 7),
            last_on=season.terms[-1].ends_on - LESSONS_END,
            capacity=MOST,
            status=Activity.Status.FINISHED,
            booking_opens_at=season.booking_opens_at,
            rate=rate,
            price=rate.amount,
            price_basis=Activity.PriceBasis.LESSON,
        )
        self.activities.append(group)
        self.tuition.append(
            Tuition(
                activity=group,
                subject=subject,
                lesson_format=Tuition.Format.GROUP,
                lessons_per_year=LESSONS_A_YEAR,
                rate=rate,
            )
        )
        return group
