"""What counts besides when a lesson at a school is to be on another day: hours and roads."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from bookings.models import Activity, Closure, Session, SessionStaff
from bookings.rules.school_days import MOVING_ON
from people.models import Availability


@dataclass(frozen=True)
class AtSchools:
    """What counts besides for lessons at schools; empty where there are none."""

    # Where each teacher is meanwhile: they need time to drive from one school to the next.
    whereabouts: dict[int, list[tuple[DateTimeTZRange, int | None]]] = field(default_factory=dict)
    # The hours that teachers said they can be asked for; whoever said none can be asked always.
    hours: dict[int, list[Availability]] = field(default_factory=dict)
    # No group meets twice on one day.
    days: dict[int, set[dt.date]] = field(default_factory=dict)


def at_schools(sessions: list[Session], adults: set[int], window: DateTimeTZRange) -> AtSchools:
    activities = {one.activity_id for one in sessions if one.activity.school_id}
    found = AtSchools(defaultdict(list), defaultdict(list), defaultdict(set))
    if not activities:
        return found
    taught = SessionStaff.objects.here().filter(person__in=adults, claimed__overlap=window)
    for key, during, school in taught.values_list("person_id", "claimed", "session__school_id"):
        found.whereabouts[key].append((during, school))
    for one in Availability.objects.filter(staff__in=adults).order_by("pk"):
        found.hours[one.staff_id].append(one)
    met = Session.objects.happening().filter(activity__in=activities, claimed__overlap=window)
    for key, during in met.values_list("activity_id", "during"):
        found.days[key].add(timezone.localdate(during.lower))
    return found


def suits_school(
    known: AtSchools,
    activity: Activity,
    *,
    staff: Collection[int],
    closures: Iterable[Closure],
    during: DateTimeTZRange,
) -> bool:
    """The school is open then, and every teacher can be asked, and get there and away again."""
    day = timezone.localdate(during.lower)
    starts, ends = (timezone.localtime(each).time() for each in (during.lower, during.upper))
    if any(each.covers_time(day, starts, ends, of=activity) for each in closures):
        return False
    return all(
        _can_be_asked(known.hours[person], day, starts, ends)
        and not _is_on_the_road(known.whereabouts[person], activity, during)
        for person in staff
    )


def _can_be_asked(hours: list[Availability], day: dt.date, starts: dt.time, ends: dt.time) -> bool:
    in_force = [
        one for one in hours if one.from_on <= day and (one.to_on is None or day <= one.to_on)
    ]
    return not in_force or any(
        one.weekday == day.isoweekday() and one.from_time <= starts and ends <= one.until_time
        for one in in_force
    )


def _is_on_the_road(
    whereabouts: list[tuple[DateTimeTZRange, int | None]],
    activity: Activity,
    during: DateTimeTZRange,
) -> bool:
    return any(
        other.lower < during.upper + MOVING_ON and during.lower < other.upper + MOVING_ON
        for other, school_id in whereabouts
        if school_id != activity.school_id
    )
