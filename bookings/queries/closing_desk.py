"""What the pages of a closing offer: places to close, days on which something meets, causes."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone

from bookings.models import Activity, CancellationCause, Session
from centres.models import Centre, Room
from core.access import Permission
from people.models import School, User

MOST = 500
AHEAD = dt.timedelta(days=14)


@dataclass(frozen=True)
class Desk:
    """Whoever may close something, and what."""

    centres: list[Centre]
    runs_county: bool

    @property
    def keys(self) -> list[int]:
        return [centre.pk for centre in self.centres]


def desk_of(user: User) -> Desk | None:
    """None for somebody who runs nothing."""
    runs_county = user.has_perm(Permission.RUN_COUNTY)
    centres = (
        Centre.objects.all() if runs_county else Centre.objects.filter(pk__in=user.centres_run())
    )
    found = list(centres.order_by("name", "pk"))
    return Desk(found, runs_county) if found or runs_county else None


def coming_days(desk: Desk, *, at: dt.datetime) -> list[dt.date]:
    """The next two local days on which something of theirs has not begun."""
    coming = _meeting(desk).filter(during__startswith__gt=at, during__startswith__lt=at + AHEAD)
    days: list[dt.date] = []
    for during in coming.order_by("during").values_list("during", flat=True).iterator(100):
        day = timezone.localdate(during.lower)
        if day not in days:
            days.append(day)
        if len(days) == 2:
            break
    return days


def _meeting(desk: Desk) -> QuerySet[Session]:
    sessions = Session.objects.filter(status=Session.Status.PLANNED)
    return sessions if desk.runs_county else sessions.filter(activity__centre__in=desk.keys)


def rooms_of(desk: Desk) -> list[Room]:
    rooms = Room.objects.filter(centre__in=desk.keys, is_active=True).select_related("centre")
    return list(rooms.order_by("centre__name", "name", "pk")[:MOST])


def groups_of(desk: Desk, *, starts_on: dt.date, ends_on: dt.date) -> list[Activity]:
    """Those that meet on these days, by name."""
    sessions = _meeting(desk).filter(occurs_on__range=(starts_on, ends_on)).order_by()
    groups = Activity.objects.filter(pk__in=sessions.values("activity")).select_related("centre")
    return list(groups.order_by("title", "local_start", "pk")[:MOST])


def schools_of(desk: Desk, *, starts_on: dt.date, ends_on: dt.date) -> list[School]:
    """Schools in which something meets on these days: for the county alone."""
    if not desk.runs_county:
        return []
    sessions = _meeting(desk).filter(occurs_on__range=(starts_on, ends_on)).order_by()
    there = sessions.filter(~Q(activity__school=None)).values("activity__school")
    return list(School.objects.filter(pk__in=there).order_by("sort_name", "pk")[:MOST])


def group_named(desk: Desk, ref: str) -> Activity | None:
    """A group of theirs, as a link of another page names it."""
    groups = Activity.objects.filter(ref=ref)
    groups = groups if desk.runs_county else groups.filter(centre__in=desk.keys)
    return groups.select_related("centre").first()


def causes_of(desk: Desk, *, on: dt.date) -> list[CancellationCause]:
    """In force on the day and not a pupil's own: what befalls everybody comes first."""
    causes = CancellationCause.objects.filter(from_on__lte=on).exclude(to_on__lt=on)
    causes = causes.exclude(caused_by="pupil").exclude(Q(caused_by="school") & Q(pupil_pays=True))
    order = {"everyone": 0, "service": 1}
    found = list(causes.order_by("notice_days", "name", "pk"))
    return sorted(found, key=lambda cause: order.get(cause.caused_by, 2))
