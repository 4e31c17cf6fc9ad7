"""What a row of a sheet means: which group, which pupil, which room, which teacher.

Only among what its sender may see: a sheet is no way to ask whether a child exists.
"""

import datetime as dt
import uuid

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from bookings.models import Activity, Enrolment
from centres.models import Room, Weekday
from core.access import Permission
from core.refusals import RuleBroken
from people.models import Person, RoleHeld, User, sort_name_of

_MOST_LIKE = 20


class NotKnown(RuleBroken):
    """A name or a reference stands for nothing its sender may see, or for several things."""


def activity_named(
    user: User, *, reference: str, title: str, day: str = "", time: str = ""
) -> Activity:
    """By its reference; else by its title, and its day and time where that is not enough."""
    mine = Activity.objects.run_by(user).select_related("centre", "room", "teacher")
    if reference:
        found = mine.filter(ref=_key(reference)).first()
        if found is None:
            raise NotKnown("No activity of yours has this reference.")
        return found
    if not title:
        raise NotKnown("Name an activity, or give its reference.")
    like = list(_at(mine.filter(title__iexact=title), day, time).order_by("pk")[:_MOST_LIKE])
    if not like:
        raise NotKnown(f"No activity of yours is called {title} on that day and at that time.")
    if len(like) > 1:
        raise NotKnown(
            f"{len(like)} activities are called {title}. Add its day, time or reference."
        )
    return like[0]


def _at(activities: QuerySet[Activity], day: str, time: str) -> QuerySet[Activity]:
    if day:
        names = {label.casefold(): number for number, label in Weekday.choices}
        activities = activities.filter(weekday=names.get(day.casefold(), 0))
    if time:
        activities = activities.filter(local_start=_clock(time))
    return activities


def _clock(said: str) -> dt.time:
    """9.30am, 4pm, 16:30"""
    plain = said.replace(" ", "").replace(".", ":").lower()
    for form in ("%I:%M%p", "%I%p", "%H:%M", "%H:%M:%S"):
        try:
            return dt.datetime.strptime(plain, form).time()  # noqa: DTZ007 - a time of day has no zone
        except ValueError:
            continue
    raise NotKnown(f"{said} is no time of day. Write it as 9.30am or 16:30.")


def pupil_named(user: User, *, reference: str, name: str, born_on: str = "") -> Person:
    """By the reference of our own sheets; else by full name and date of birth."""
    pupils = _pupils_of(user)
    if reference:
        found = pupils.filter(ref=_key(reference)).first()
        if found is None:
            raise NotKnown("No pupil of yours has this reference.")
        return found
    if not name or not born_on:
        raise NotKnown("Name a pupil with their date of birth, or give their reference.")
    born = _day(born_on)
    wanted = set(sort_name_of("", name).split())
    like = [each for each in pupils.filter(born_on=born)[:500] if _is_called(each, wanted)]
    if not like:
        raise NotKnown(
            f"No pupil of yours is called {name} and was born then. A new family signs up itself."
        )
    if len(like) > 1:
        raise NotKnown(f"Two pupils are called {name} and were born then. Use the reference.")
    return like[0]


def _pupils_of(user: User) -> QuerySet[Person]:
    """Whoever is or was on a roster the user runs; for the county, every pupil."""
    people = Person.objects.select_related("learner").order_by("pk")
    if user.has_perm(Permission.RUN_COUNTY):
        return people.filter(learner__isnull=False)
    theirs = Enrolment.objects.filter(
        person=OuterRef("pk"), activity__centre__in=user.centres_run()
    )
    return people.filter(Exists(theirs))


def _is_called(person: Person, wanted: set[str]) -> bool:
    known = set(person.sort_name.split())
    return wanted == known or wanted == set(
        sort_name_of(person.known_as or person.given_name, person.family_name).split()
    )


def _day(said: str) -> dt.date:
    for form in ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y"):
        try:
            return dt.datetime.strptime(said, form).date()  # noqa: DTZ007 - a birthday has no zone
        except ValueError:
            continue
    raise NotKnown(f"{said} is no date. Write it as 31/12/2016 or 2016-12-31.")


def room_named(activity: Activity, name: str) -> Room:
    """A room of the centre the activity is at."""
    rooms = Room.objects.filter(centre=activity.centre_id, is_active=True)
    found = rooms.filter(name__iexact=name).order_by("pk").first()
    if found is None:
        raise NotKnown(f"{activity.place or 'Its place'} has no room called {name}.")
    return found


def teacher_named(name: str) -> Person:
    """Somebody who teaches for the service today."""
    today = timezone.localdate()
    held = RoleHeld.objects.filter(
        person=OuterRef("pk"), role=RoleHeld.Role.TEACHER, starts_on__lte=today
    ).exclude(ends_on__lt=today)
    people = Person.objects.filter(Exists(held))
    for word in sort_name_of("", name).split():
        people = people.filter(sort_name__contains=word)
    wanted = set(sort_name_of("", name).split())
    like = [each for each in people.order_by("pk")[:_MOST_LIKE] if _is_called(each, wanted)]
    if not like:
        raise NotKnown(f"Nobody called {name} teaches here.")
    if len(like) > 1:
        raise NotKnown(f"Two teachers are called {name}. Choose the one on the page of a meeting.")
    return like[0]


def _key(said: str) -> uuid.UUID:
    try:
        return uuid.UUID(said)
    except ValueError as error:
        raise NotKnown("This is no reference of ours.") from error
