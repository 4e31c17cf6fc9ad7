"""Moves in where the children of last year's classes went on, and how far those came who did."""

import datetime as dt
import random
from dataclasses import dataclass

from billing.models import Account
from bookings.models import Activity, Enrolment
from centres.models import Term, Year
from hms_portal.county.actions.activities import Writing, invited_teachers, season_of
from hms_portal.county.actions.enrolling import Enrolling, hour_of
from hms_portal.county.copying import copy_objects, reserve_keys
from hms_portal.county.plan import first_lessons as plan
from hms_portal.county.plan.classes import busy
from hms_portal.county.plan.families import Family
from hms_portal.county.plan.joining import Joining, Seeker
from hms_portal.county.plan.names import Names
from lessons.models import ClaimCode, Programme, ProgrammeClass, Tuition

# Of a hundred who used a code: who let the hold run out, who stopped in the first weeks, and who
# stayed for the year but not beyond it.
LET_GO, STOPPED, ONE_YEAR = 14, 18, 14
WHY_STOPPED = ("Football is at the same time", "Wants to try something else", "Chose to stop")
# At the shown school each of these is enough children for its page to say how many.
SHOWN_FATES = (0, 99, LET_GO, 99, 0, 99, LET_GO, 99, 0, 99, LET_GO, 99, 99, 99)
THE_YEAR_ENDED = "The year ended"
BOOKED_AGAIN = 21  # days from the opening of booking in which those who go on book
Status = Enrolment.Status


def begin_groups(last_year: Year, this_year: Year, *, today: dt.date, draw: random.Random) -> int:
    """For each whole class of last year a small group: that year's from the next term, and this."""
    seasons = [season_of(last_year), season_of(this_year)]
    years = [
        busy(invited_teachers(), list(Activity.objects.filter(year=each.year).order_by("pk")))
        for each in seasons
    ]
    classes = ProgrammeClass.objects.filter(
        activity__year=last_year, line__programme__kind=Programme.Kind.WHOLE_CLASS
    ).select_related("activity__school", "line__subject")
    slots = [(each, plan.group_of(each, years)) for each in classes.order_by("pk")]
    keys = iter(reserve_keys(Activity, len(slots) * len(seasons)))
    writing = Writing(keys, draw, today)
    for taught, slot in slots:
        if slot is None or taught.letters_on is None:
            continue
        next_term = plan.term_after(taught.letters_on, seasons[0])
        for season, term in zip(seasons, (next_term, seasons[1].terms[0]), strict=True):
            if term:
                writing.add_slot(season, slot, plan.days_from(term, season))
    return writing.move_in()


@dataclass
class _Group:
    """A small group this year and, where it met then, last year; and its places left in each."""

    now: Activity
    then: Activity | None
    free_now: int
    free_then: int


@dataclass(frozen=True)
class _Begun:
    """A family that used its code, and what became of it."""

    code: ClaimCode
    family: Family
    group: _Group
    fate: int


class FirstLessons:
    """Gathers what codes led to, before it is written."""

    def __init__(self, year: Year, *, today: dt.date, at: dt.datetime, draw: random.Random) -> None:
        self.year, self.today, self.at = year, today, at
        self.draw, self.names = draw, Names(draw)
        self.begun: list[_Begun] = []
        self.at_shown = 0
        self.groups: dict[tuple[int, int], list[_Group]] = {}
        rows = Tuition.objects.filter(
            lesson_format=Tuition.Format.GROUP, activity__school__isnull=False
        ).select_related("activity__rate", "activity__year")
        earlier = {
            hour_of(row.activity): row.activity
            for row in rows.filter(activity__year__ends_on__lt=year.starts_on).order_by(
                "activity__year__starts_on"
            )
        }
        for row in rows.filter(activity__year=year).order_by("pk"):
            now, then = row.activity, earlier.get(hour_of(row.activity))
            group = _Group(now, then, now.capacity or 0, then.capacity or 0 if then else 0)
            self.groups.setdefault((now.school_id or 0, row.subject_id), []).append(group)

    def may_follow(self, taught: ProgrammeClass) -> bool:
        return self._group(taught) is not None

    def follow(
        self, code: ClaimCode, taught: ProgrammeClass, family: Family, *, is_shown: bool
    ) -> None:
        """The code is used: a place is taken, and kept for a while or for good."""
        group = self._group(taught)
        assert group is not None
        fate = self.draw.randrange(100)
        if is_shown:
            fate = SHOWN_FATES[self.at_shown % len(SHOWN_FATES)]
            self.at_shown += 1
        is_then = self._begins_then(taught, group)
        if fate >= LET_GO:
            group.free_then -= is_then
            group.free_now -= not is_then or fate >= LET_GO + STOPPED + ONE_YEAR
        self.begun.append(_Begun(code, family, group if is_then else _this_year_only(group), fate))

    def move_in(self) -> int:
        """Write the places; each code leads to its own."""
        accounts = dict(
            Account.objects.filter(
                person__in=[each.family.adults[0].pk for each in self.begun]
            ).values_list("person_id", "pk")
        )
        keys = iter(reserve_keys(Enrolment, len(self.begun)))
        old, joinings, joined = [], [], []
        for each in self.begun:
            account_id = accounts[each.family.adults[0].pk]
            if each.fate < LET_GO or each.group.then:
                each.code.enrolment = self._place(each, next(keys), account_id)
                old.append(each.code.enrolment)
            if each.fate >= LET_GO + STOPPED + ONE_YEAR or (
                each.fate >= LET_GO and each.group.then is None
            ):
                joinings.append(self._joining(each, account_id))
                joined.append(each)
        if not joinings:
            return copy_objects(old)
        enrolling = Enrolling(
            self.year, self.at, self.draw, only=[one.activity for one in joinings]
        )
        places = enrolling.all_of(joinings)
        for each, place in zip(joined, places, strict=True):
            each.code.enrolment = each.code.enrolment or place
        return copy_objects([*old, *places]) + copy_objects(enrolling.charges)

    def _group(self, taught: ProgrammeClass) -> _Group | None:
        """One of the school's groups on this instrument that has a place in both years."""
        activity = taught.activity
        groups = self.groups.get((activity.school_id or 0, taught.line.subject_id), [])
        for group in groups:
            if group.free_now > 0 and (not self._begins_then(taught, group) or group.free_then > 0):
                return group
        return None

    def _begins_then(self, taught: ProgrammeClass, group: _Group) -> bool:
        """Whether its children began in last year's group: it was still to begin with letters."""
        first_on = group.then.first_on if group.then else None
        return bool(first_on and taught.letters_on and first_on > taught.letters_on)

    def _place(self, begun: _Begun, key: int, account_id: int) -> Enrolment:
        """Held and let go; or a place of last year, which is over."""
        activity, code = begun.group.then or begun.group.now, begun.code
        assert code.claimed_at is not None
        place = Enrolment(
            pk=key,
            ref=self.names.ref(),
            activity=activity,
            person=begun.family.children[0],
            booked_by=begun.family.adults[0],
            account_id=account_id,
            status=Status.LAPSED,
            queued_at=code.claimed_at,
        )
        if begun.fate < LET_GO:
            return place
        place.status, place.price_agreed = Status.ENDED, activity.price
        place.starts_on, place.ends_on = activity.first_on, activity.last_on
        place.leave_reason = THE_YEAR_ENDED
        if begun.fate < LET_GO + STOPPED:
            place.ends_on = _half_term(activity) - dt.timedelta(days=3)
            place.leave_reason = self.draw.choice(WHY_STOPPED)
        return place

    def _joining(self, begun: _Begun, account_id: int) -> Joining:
        """A place of this year: booked with the code, or again when booking opened."""
        child, adult, now = begun.family.children[0], begun.family.adults[0], begun.group.now
        again = now.booking_opens_at + dt.timedelta(days=self.draw.randrange(BOOKED_AGAIN))
        assert begun.code.claimed_at is not None
        queued_at = again if begun.group.then else begun.code.claimed_at
        seeker = Seeker(
            person_id=child.pk,
            payer_id=adult.pk,
            account_id=account_id,
            age=0,
            year_group=None,
            spot=(0, 0),
            home=child.postcode,
            school_id=now.school_id,
        )
        queued_at = min(queued_at, self.at - dt.timedelta(hours=1))
        return Joining(now, seeker, Status.ACTIVE, queued_at=queued_at)


def _this_year_only(group: _Group) -> _Group:
    return _Group(group.now, None, 0, 0)


def _half_term(activity: Activity) -> dt.date:
    """The half term that comes first."""
    assert activity.first_on is not None
    terms = Term.objects.filter(year_id=activity.year_id, half_term_starts_on__gt=activity.first_on)
    return terms.earliest("starts_on").half_term_starts_on
