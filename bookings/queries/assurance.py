"""Which of our adults teach at which school, and whether a letter about one of them holds now."""

import datetime as dt
from dataclasses import dataclass

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import (
    BigIntegerField,
    BooleanField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Cast
from django.utils import timezone

from bookings import rules
from bookings.models import SessionStaff
from centres.models import Year
from people.models import Staff
from safeguarding.models import AssuranceLetter
from safeguarding.queries import Cleared


@dataclass(frozen=True)
class Standing:
    """A letter as it is this minute: its three conditions, each asked of the database."""

    letter: AssuranceLetter
    is_cleared: bool
    works_for_us: bool
    teaches_there: bool

    @property
    def is_in_force(self) -> bool:
        kept = self.letter.withdrawn_at is None
        return kept and self.is_cleared and self.works_for_us and self.teaches_there


def standings(letters: QuerySet[AssuranceLetter], *, at: dt.datetime) -> list[Standing]:
    """Each of these letters as it stands at this moment, in their order: two statements."""
    day = timezone.localdate(at)
    in_force = Q(ends_on=None) | Q(ends_on__gte=day)
    staff = Staff.objects.filter(in_force, person_id=OuterRef("person_id"), starts_on__lte=day)
    asked = letters.select_related("person", "school").annotate(
        is_cleared=Cleared(F("person_id"), Value(day)),
        works_for_us=Exists(staff),
        teaches_there=_teaches_there(day),
    )
    return [
        Standing(each, each.is_cleared, each.works_for_us, each.teaches_there) for each in asked
    ]


def standing(letter: AssuranceLetter, *, at: dt.datetime) -> Standing:
    (found,) = standings(AssuranceLetter.objects.filter(pk=letter.pk), at=at)
    return found


def _teaches_there(day: dt.date) -> Exists | Value:
    """Expected at a meeting at that school, in this year or after it."""
    since = this_year_on(day)
    if since is None:
        return Value(False, BooleanField())
    return Exists(
        SessionStaff.objects.here().filter(
            claimed__overlap=since,
            person_id=Cast(OuterRef("person_id"), BigIntegerField()),
            session__school_id=OuterRef("school_id"),
        )
    )


def this_year_on(day: dt.date) -> DateTimeTZRange | None:
    """From the start of this day's academic year, without an end: autumn is arranged in summer."""
    year = Year.objects.filter(starts_on__lte=day, ends_on__gte=day).first()
    if year is None:
        return None
    return DateTimeTZRange(dt.datetime.combine(year.starts_on, dt.time.min, rules.LONDON), None)


def without_letter(school_id: int | None = None, *, at: dt.datetime) -> set[tuple[int, int]]:
    """(person, school) of those who teach there this year and have never had a letter to it."""
    since = this_year_on(timezone.localdate(at))
    if since is None:
        return set()
    had = AssuranceLetter.objects.filter(
        person_id=OuterRef("person_id"), school_id=OuterRef("session__school_id")
    )
    lines = SessionStaff.objects.here().filter(~Exists(had), session__school__isnull=False)
    if school_id:
        lines = lines.filter(session__school=school_id)
    lines = lines.filter(session__during__startswith__gte=since.lower, claimed__isempty=False)
    return set(lines.order_by().values_list("person_id", "session__school_id").distinct())
