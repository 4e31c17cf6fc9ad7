"""Which pages stand in the masthead, the tab bar and the menu: decided here for everybody."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from people import access
from people.models import User

MOST_TABS, MOST_IN_NAV = 5, 6
_WITH_ALL_BELOW = ("admin:", "schools:")  # whose door is shown as here on every page behind it


@dataclass(frozen=True)
class Door:
    """A page to go to: its words, a shorter one for a tab, its drawing."""

    name: str
    words: str
    tab: str
    icon: str

    @property
    def url(self) -> str:
        return reverse(self.name)


FIND = Door("lessons:find_activities", "Find lessons", "Find", "search")
# The first of each is the page on which that part of somebody's day begins.
FAMILY = (
    Door("bookings:my_family", "My family", "Home", "house"),
    FIND,
    Door("bookings:calendar", "Calendar", "Calendar", "calendar"),
    Door("bookings:my_messages", "Messages", "Messages", "mail"),
    Door("people:my_details", "My details", "Details", "user"),
)
TEACHING = (
    Door("bookings:my_teaching", "My teaching", "Today", "clipboard-list"),
    Door("bookings:my_cover", "My cover", "Cover", "repeat"),
    Door("bookings:report_my_absence", "I cannot come", "Away", "calendar-x"),
    Door("bookings:calendar", "Calendar", "Calendar", "calendar"),
)
SCHOOL = (
    Door("schools:home", "My school", "School", "school"),
    Door("bookings:calendar", "Calendar", "Calendar", "calendar"),
)
RUNNING = (
    Door("reports:staff_home", "Staff home", "Overview", "trending-up"),
    Door("bookings:close_place", "Close", "Close", "snowflake"),
    Door("lessons:cover", "Find cover", "Cover", "users"),
    Door("bookings:write_message", "Write", "Write", "send"),
    Door("admin:index", "Rosters", "Rosters", "file-text"),
)


@dataclass(frozen=True)
class Way:
    """A door as one page shows it: whether the reader is behind it already."""

    door: Door
    is_here: bool


@dataclass(frozen=True)
class Ways:
    """What a page's frame offers its reader."""

    nav: list[Way]
    tabs: list[Way]
    menu: list[Way]

    @property
    def has_more(self) -> bool:
        """The menu holds what the masthead has no room for."""
        return len(self.menu) > len(self.nav)


def navigation(request: HttpRequest) -> dict[str, object]:
    """For every template; worked out only where a frame is drawn."""
    return {"ways": SimpleLazyObject(lambda: ways_for(request))}


def ways_for(request: HttpRequest) -> Ways:
    user = getattr(request, "user", None)
    doors = doors_of(user) if user else [FIND]
    offered = [Way(door, _is_here(door, request.path)) for door in doors]
    return Ways(offered[:MOST_IN_NAV], offered[:MOST_TABS], offered)


def _is_here(door: Door, path: str) -> bool:
    is_within = door.name.startswith(_WITH_ALL_BELOW)
    return path.startswith(door.url) if is_within else path == door.url


def doors_of(user: AbstractBaseUser | AnonymousUser) -> list[Door]:
    """Where each part of their day begins comes first, then what they do most; none twice.

    A family's page is the last for whoever has none here: it is where one would be added.
    """
    if not isinstance(user, User):
        return [FIND]
    hats = list(_hats(user))
    firsts = [hat[0] for hat in hats]
    others = chain.from_iterable(hat[1:] for hat in hats)
    every: dict[str, Door] = {}
    for door in chain(firsts, others, FAMILY[1:], FAMILY[:1]):
        every.setdefault(door.name, door)
    return list(every.values())


def _hats(user: User) -> Iterator[tuple[Door, ...]]:
    """What somebody is here: one of these, or several. Everybody else is of a family."""
    runs, teaches, serves = access.runs_a_place(user), user.teaches, access.serves_a_school(user)
    if runs:
        yield RUNNING if user.is_staff else RUNNING[:-1]
    if teaches:
        yield TEACHING
    if serves:
        yield SCHOOL
    if access.cares_for_somebody(user) or not (runs or teaches or serves):
        yield FAMILY
