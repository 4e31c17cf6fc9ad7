"""When a lesson at a school could be on another day: hours of school, and not dinner time."""

import datetime as dt
from collections.abc import Iterator

from bookings.rules.calendar import LONDON

STEP = dt.timedelta(minutes=15)
# Schools differ by a quarter of an hour or so; these hours are lessons in every one of them.
MORNING = dt.time(9), dt.time(12)
AFTERNOON = dt.time(13), dt.time(15, 15)
FRIDAY = 5
# From one school to another in the same day, car park to classroom.
MOVING_ON = dt.timedelta(minutes=30)


def starts_at_school(day: dt.date, *, usual: dt.time, lasts: dt.timedelta) -> Iterator[dt.datetime]:
    """The usual time, then every quarter of an hour in which it would fit into the school's day.

    What is usually after school stays after school: only its usual time.
    """
    if day.isoweekday() > FRIDAY:
        return
    yield dt.datetime.combine(day, usual, LONDON)
    if usual >= AFTERNOON[1]:
        return
    for begins, ends in (MORNING, AFTERNOON):
        starts = dt.datetime.combine(day, begins, LONDON)
        while starts + lasts <= dt.datetime.combine(day, ends, LONDON):
            if starts.time() != usual:
                yield starts
            starts += STEP
