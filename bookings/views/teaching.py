"""A teacher's own next seven days."""

import datetime as dt
from itertools import groupby

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from bookings import phrases, rules
from bookings.queries import teaching
from people.requests import SignedInRequest

DAYS_AHEAD = 7


@require_safe
def my_teaching(request: SignedInRequest) -> HttpResponse:
    """Where to be, when, and the names to expect."""
    today = timezone.localdate()
    starts_at = dt.datetime.combine(today, dt.time.min, rules.LONDON)
    lessons = teaching.teaching_of(
        request.user, starts_at=starts_at, ends_at=starts_at + dt.timedelta(days=DAYS_AHEAD)
    )
    rows = [
        {
            "day": timezone.localtime(one.session.during.lower).date(),
            "starts_at": one.session.during.lower,
            "ends_at": one.session.during.upper,
            "title": one.session.activity.title,
            "where": phrases.where_session(one.session, one.session.activity),
            "is_cancelled": one.session.status == one.session.Status.CANCELLED,
            "names": one.names,
        }
        for one in lessons
    ]
    days = [(day, list(some)) for day, some in groupby(rows, key=lambda row: row["day"])]
    return render(request, "bookings/my_teaching.html", {"days": days})
