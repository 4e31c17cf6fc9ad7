"""Who joins what: near home or at school, of the right age, without a clash; some groups full."""

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bookings.models import Activity
from hms_portal.county.plan.homes import Spot, metres2
from hms_portal.county.plan.timetable import Diary, When
from people.rules import ADULT_AGE

POPULAR_EVERY = 9  # about one group in so many is full and has a waiting list
SMALL = 12  # larger groups have room for everybody
LONE_SLOTS_TAKEN = 0.45
NEAREST = 40  # groups somebody looks at before they give up
LATE = 0.14  # of those who join do so after the start


@dataclass(frozen=True)
class Seeker:
    """A learner as the search for a place sees them."""

    person_id: int
    payer_id: int
    account_id: int
    age: int  # on 1 September
    year_group: int | None
    spot: Spot
    home: str
    school_id: int | None


@dataclass
class Option:
    """An activity as the search sees it, and how many have joined."""

    activity: Activity
    spot: Spot
    taken: int = 0
    is_popular: bool = False
    may_fill: bool = True

    @property
    def when(self) -> When:
        activity = self.activity
        assert activity.weekday
        assert activity.local_start
        assert activity.minutes
        start = activity.local_start.hour * 60 + activity.local_start.minute
        return When(activity.weekday, start, start + activity.minutes)

    @property
    def capacity(self) -> int:
        return self.activity.capacity or SMALL

    @property
    def has_room(self) -> bool:
        """Room to join, and one place left over for whoever visits the portal."""
        if self.is_popular:
            return False
        return self.taken < self.capacity - (0 if self.may_fill else 1)

    def suits(self, seeker: Seeker) -> bool:
        """As bookings.rules.check_suits decides, from what is at hand here."""
        activity = self.activity
        if activity.audience == Activity.Audience.ADULT or seeker.age >= ADULT_AGE:
            return activity.audience == Activity.Audience.ADULT and seeker.age >= ADULT_AGE
        if activity.min_year is not None or activity.max_year is not None:
            return _between(activity.min_year, seeker.year_group, activity.max_year)
        return _between(activity.min_age, seeker.age, activity.max_age)


@dataclass(frozen=True)
class Joining:
    """One learner in one activity, in the state that is meant for them."""

    activity: Activity
    seeker: Seeker
    status: str
    is_late: bool = False
    queued_at: dt.datetime | None = None  # where it is known


@dataclass
class Search:
    """Fills the popular groups first, then finds everybody else a place."""

    options: Sequence[Option]
    draw: random.Random
    second_place: float
    fills_up: bool  # a county uses its places; a demonstration leaves some free
    diary: Diary = field(default_factory=Diary)
    joined: set[tuple[int, int]] = field(default_factory=set)
    _near: dict[str, list[Option]] = field(default_factory=dict)

    def run(self, seekers: Sequence[Seeker]) -> Iterator[Joining]:
        at_school: dict[int, list[Option]] = defaultdict(list)
        for number, option in enumerate(self.options):
            activity = option.activity
            if activity.school_id:
                at_school[activity.school_id].append(option)
            option.is_popular = option.is_popular or (
                number % POPULAR_EVERY == 4 and option.capacity <= SMALL
            )
            lone = option.capacity == 1 and self.draw.random() < LONE_SLOTS_TAKEN
            option.may_fill = self.fills_up or lone
        for option in self.options:
            if option.is_popular:
                yield from self._fill(option, seekers)
        for seeker in seekers:
            yield from self._place(seeker, at_school.get(seeker.school_id or 0, []))

    def join(self, option: Option, seeker: Seeker, status: str) -> Joining:
        """The learner's time is theirs from now on, unless they only wait."""
        self.joined.add((option.activity.pk, seeker.person_id))
        if status != "waiting":
            option.taken += 1
            self.diary.take(seeker.person_id, option.when)
        return Joining(option.activity, seeker, status, self.draw.random() < LATE)

    def can_join(self, option: Option, seeker: Seeker) -> bool:
        return (
            option.suits(seeker)
            and (option.activity.pk, seeker.person_id) not in self.joined
            and self.diary.is_free(seeker.person_id, option.when)
        )

    def nearest(self, seeker: Seeker, options: Sequence[Option]) -> Option:
        """The nearest of these that the learner can join."""
        able = [it for it in options if self.can_join(it, seeker)]
        return min(able, key=lambda it: (metres2(it.spot, seeker.spot), it.activity.pk))

    def _fill(self, option: Option, seekers: Sequence[Seeker]) -> Iterator[Joining]:
        """Every place taken, a few waiting; those who live near came first."""
        school = option.activity.school_id
        able = [
            it
            for it in seekers
            if (school is None or it.school_id == school) and self.can_join(option, it)
        ]
        able.sort(key=lambda it: (metres2(it.spot, option.spot), it.person_id))
        places = option.capacity - option.taken
        for seeker in able[:places]:
            yield self.join(option, seeker, "active")
        for seeker in able[places : places + self.draw.randrange(2, 6)]:
            yield self.join(option, seeker, "waiting")
        option.is_popular = option.taken >= option.capacity

    def _place(self, seeker: Seeker, at_school: Sequence[Option]) -> Iterator[Joining]:
        wanted = 1 + (self.draw.random() < self.second_place)
        places = [*self._shuffled(at_school), *self._nearest(seeker)]
        for option in places[:NEAREST]:
            if wanted and option.has_room and self.can_join(option, seeker):
                wanted -= 1
                yield self.join(option, seeker, "active")

    def _shuffled(self, options: Sequence[Option]) -> list[Option]:
        return self.draw.sample(options, len(options))

    def _nearest(self, seeker: Seeker) -> list[Option]:
        """The groups at centres, nearest first; those that do not suit are passed over."""
        if seeker.home not in self._near:
            at_centres = [it for it in self.options if it.activity.centre_id]
            at_centres.sort(key=lambda it: (metres2(it.spot, seeker.spot), it.activity.pk))
            self._near[seeker.home] = at_centres
        fitting = (it for it in self._near[seeker.home] if it.has_room and it.suits(seeker))
        near = [option for option, _ in zip(fitting, range(NEAREST // 2), strict=False)]
        return self._shuffled(near)


def _between(low: int | None, value: int | None, high: int | None) -> bool:
    return value is not None and (low is None or low <= value) and (high is None or value <= high)
