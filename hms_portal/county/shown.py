"""The sign-ins of the demonstration, and the one password, which is public on purpose."""

from dataclasses import dataclass

# Published here, in the README and on the screen: worth nothing, and refused where people are real.
PASSWORD = "plover-kettle-73-waltz"  # noqa: S105 - see above


@dataclass(frozen=True)
class Shown:
    """Somebody a visitor may sign in as."""

    email: str
    who: str


PARENT = Shown("parent@family.example", "a parent with two children")
TEACHER = Shown("teacher@music.example", "a teacher with groups and lessons")
HEAD = Shown("head@music.example", "the head of St Albans Music Centre")
ADMINISTRATOR = Shown("administrator@music.example", "an administrator of the whole county")
SCHOOL_LEAD = Shown("lead@school.example", "the music lead of a primary school")
SCHOOL_HEAD = Shown("headteacher@school.example", "the headteacher of the same school")
BURSAR = Shown("bursar@trust.example", "the finance lead of three schools")
ALL = (PARENT, TEACHER, HEAD, ADMINISTRATOR, SCHOOL_LEAD, SCHOOL_HEAD, BURSAR)
