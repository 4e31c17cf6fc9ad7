"""Which meetings of the shown centre have something to tell: forgotten, called off, moved."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from bookings.models import Activity, Enrolment, Session
from centres.models import Centre, Room
from hms_portal.county import shown
from people.models import RoleHeld

FORGOTTEN = 2
A_WEEK, A_FORTNIGHT = dt.timedelta(days=7), dt.timedelta(days=14)


@dataclass(frozen=True)
class Scene:
    """Where the demonstration's day is set: the shown head's centre, the shown child's group."""

    centre: Centre
    group: Activity
    today: dt.date

    @property
    def meetings(self) -> QuerySet[Session]:
        """The weekly groups of the centre, soonest first."""
        groups = Session.objects.filter(
            activity__centre=self.centre, activity__kind=Activity.Kind.COURSE
        )
        return groups.select_related("activity", "room").order_by("during", "pk")

    def missed(self) -> Session | None:
        """The latest meeting of the shown child's group: its teacher was not well."""
        past = self.group.sessions.filter(
            occurs_on__lt=self.today, occurs_on__gte=self.today - A_FORTNIGHT
        )
        return past.select_related("activity").order_by("-occurs_on").first()

    def owed(self) -> Session | None:
        """Another group's, called off some days ago and not made up yet."""
        last = self._taught().order_by("-occurs_on").values_list("occurs_on", flat=True)[:1]
        earlier = self._taught().filter(occurs_on__gte=self.today - A_FORTNIGHT)
        others = earlier.exclude(activity__teacher__email=shown.TEACHER.email)
        return others.exclude(occurs_on__in=list(last)).order_by("-occurs_on", "pk").first()

    def still_owed(self) -> Session | None:
        """The one that `owed` chose, once it is as it was before its day."""
        past = self.meetings.filter(occurs_on__lt=self.today)
        last = past.order_by("-occurs_on").values_list("occurs_on", flat=True)[:1]
        open_yet = past.filter(status=Session.Status.PLANNED).exclude(occurs_on__in=list(last))
        own = {"activity__teacher__email": shown.TEACHER.email}
        return open_yet.exclude(activity=self.group).exclude(**own).first()

    def forgotten(self) -> list[Session]:
        """Two of the last day whose registers nobody took, and the shown teacher's own last one."""
        last = self._taught().order_by("-occurs_on").values_list("occurs_on", flat=True)[:1]
        here = self._taught().filter(occurs_on__in=list(last)).order_by("pk")[:FORGOTTEN]
        own = (
            Session.objects.filter(
                occurs_on__lt=self.today,
                status=Session.Status.TAUGHT,
                activity__teacher__email=shown.TEACHER.email,
                activity__places_taken__gt=0,
            )
            .order_by("-occurs_on", "-during", "pk")
            .first()
        )
        return [*here, *([own] if own else [])]

    def _taught(self) -> QuerySet[Session]:
        taught = self.meetings.filter(
            occurs_on__lt=self.today, status=Session.Status.TAUGHT, activity__places_taken__gt=2
        )
        return taught.exclude(activity=self.group)

    def to_come(self) -> QuerySet[Session]:
        """Those of the next seven days with some children in them."""
        return self.meetings.filter(
            status=Session.Status.PLANNED,
            occurs_on__gt=self.today,
            occurs_on__lte=self.today + A_WEEK,
            activity__places_taken__gt=2,
        )

    def own_to_come(self) -> QuerySet[Session]:
        """The shown child's, however few they are."""
        return self.group.sessions.filter(
            status=Session.Status.PLANNED,
            occurs_on__gt=self.today,
            occurs_on__lte=self.today + A_WEEK,
        )

    def room_free_for(self, session: Session) -> Room | None:
        """Another room of the centre, large enough and empty at that time."""
        used = Session.objects.filter(
            occurs_on=session.occurs_on, claimed__overlap=session.during, room__isnull=False
        )
        rooms = Room.objects.filter(
            centre=self.centre, is_active=True, capacity__gte=session.activity.capacity or 1
        )
        return rooms.exclude(pk__in=used.values("room")).order_by("-capacity", "pk").first()


def scene(today: dt.date) -> Scene | None:
    """None where a size has no shown head, or the shown child joined nothing."""
    role = RoleHeld.objects.filter(
        person__email=shown.HEAD.email, role=RoleHeld.Role.HEAD_OF_CENTRE
    ).first()
    place = Enrolment.objects.filter(
        status=Enrolment.Status.ACTIVE,
        person__guardians__adult__email=shown.PARENT.email,
    ).first()
    if role is None or role.centre is None or place is None:
        return None
    return Scene(role.centre, place.activity, today)


def every(rows: Iterable[int], number: int) -> list[int]:
    """One row in so many."""
    return list(rows)[::number]
