"""Invented teachers: what each can teach, and the checks that let them."""

import datetime as dt
import random
from dataclasses import dataclass

from hms_portal.county import sources
from safeguarding.models import CheckKind

# The families of subjects a teacher has; the order is how often the county needs them.
SPECIALISMS = (
    ("strings", "musicianship"),
    ("singing", "musicianship"),
    ("musicianship", "singing"),
    ("woodwind", "musicianship"),
    ("guitar", "technology"),
    ("keys", "musicianship"),
    ("brass", "musicianship"),
    ("percussion", "world"),
    ("world", "percussion"),
    ("technology", "keys"),
    ("musicianship", "strings"),
    ("strings", "world"),
    ("guitar", "musicianship"),
    ("woodwind", "singing"),
    ("singing", "technology"),
)
REQUIRED = (
    CheckKind.IDENTITY,
    CheckKind.RIGHT_TO_WORK,
    CheckKind.ENHANCED_DBS,
    CheckKind.BARRED_LIST,
    CheckKind.PROHIBITION,
)
RENEWED_EVERY = dt.timedelta(days=3 * 365)
A_YEAR = dt.timedelta(days=365)
WHO_CHECKED = ("A. Whitlock, people team", "J. Oduya, people team", "M. Farrant, people team")
NOT_ALONE = {"early-years-music", "musicianship", "rock-band", "samba", "taiko", "steel-pans"}


@dataclass(frozen=True)
class MadeCheck:
    """That one check was made, and until when it counts."""

    kind: CheckKind
    checked_on: dt.date
    expires_on: dt.date | None
    checked_by: str


def specialisms(number: int) -> tuple[str, str]:
    """What the teacher of this number in the county's order teaches."""
    return SPECIALISMS[number % len(SPECIALISMS)]


def taught_alone(number: int) -> list[sources.Row]:
    """The subjects this teacher can give lessons in, rather than only groups."""
    families = specialisms(number)
    subjects = [
        row
        for family in families
        for row in sources.rows("subjects")
        if row["family"] == family and row["slug"] not in NOT_ALONE
    ]
    return subjects or [row for row in sources.rows("subjects") if row["slug"] == "theory"]


def checks(
    *, first_needed: dt.date, until: dt.date, today: dt.date, draw: random.Random
) -> list[MadeCheck]:
    """Every required check, made before the first lesson, and renewed in time but never ahead."""
    first = first_needed - dt.timedelta(days=draw.randrange(10, 40))
    made = []
    for kind in REQUIRED:
        day = first
        renews = kind is CheckKind.ENHANCED_DBS
        while renews and day + RENEWED_EVERY < until:
            made.append(MadeCheck(kind, day, day + RENEWED_EVERY, draw.choice(WHO_CHECKED)))
            day = min(day + RENEWED_EVERY, today) - dt.timedelta(days=draw.randrange(20, 60))
        expires = day + RENEWED_EVERY if renews else None
        made.append(MadeCheck(kind, day, expires, draw.choice(WHO_CHECKED)))
    return [*made, *_each_year(first, today=today)]


def _each_year(first: dt.date, *, today: dt.date) -> list[MadeCheck]:
    """Trained before the first lesson and every year; from a year on the service is asked too."""
    years = range(max((today - first) // A_YEAR, 0) + 1)
    days = [first + year * A_YEAR for year in years]
    by = WHO_CHECKED[0]
    trained = [MadeCheck(CheckKind.TRAINING, day, day + A_YEAR, by) for day in days]
    return trained + [MadeCheck(CheckKind.DBS_ASKED, day, None, by) for day in days[1:]]
