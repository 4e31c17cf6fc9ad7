"""What became of whole classes: letters, codes, places, and who still plays a term later."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.expressions import Combinable
from django.db.models.functions import Greatest

from bookings.models import Activity, ClassReturn, Enrolment
from centres.models import Year
from lessons.models import ClaimCode, OrderPolicy, Programme, ProgrammeClass
from people.models import School
from reports.rules.funnel import Counted, Place, Steps, counted_once, followed

# What children learn on an instrument that they may go on with.
LEADS_ON = (Programme.Kind.WHOLE_CLASS, Programme.Kind.CONTINUATION, Programme.Kind.LARGE_GROUP)
KEY = ("programme_class__activity__school_id", "programme_class__line__subject_id")
FEWEST_SCHOOLS, FEWEST_LETTERS = 3, 30
Key = tuple[int, int]


@dataclass(frozen=True)
class Funnel:
    """The children of a school who learned an instrument in a year, step by step."""

    school: School
    subject: str
    slug: str
    year_groups: tuple[int, ...]
    counted: Counted


@dataclass(frozen=True)
class Compared:
    """Of ten codes, how many were used where something was done, and elsewhere."""

    what: str
    there: int
    elsewhere: int


def funnels(
    year: Year, *, today: dt.date, weeks: int, school: School | None = None
) -> list[Funnel]:
    """Each school and instrument of a year, by name. Five statements, however many there are."""
    classes = _classes(year, school)
    taught = list(
        classes.annotate(learned=_learned())
        .values(
            "activity__school_id",
            "line__subject_id",
            "line__subject__name",
            "line__subject__slug",
            "year_group",
        )
        .annotate(heads=Sum("learned"), pp=Sum("pp_pupils"), send=Sum("send_pupils"))
        .order_by("line__subject__name", "year_group")
    )
    schools = School.objects.in_bulk({row["activity__school_id"] for row in taught})
    counted = _counted(classes, today=today, weeks=weeks)
    found: dict[Key, Funnel] = {}
    for row in taught:
        key = (row["activity__school_id"], row["line__subject_id"])
        known = found.get(key)
        heads = Counted(
            Steps(taught=row["heads"] or 0), Steps(taught=row["pp"]), Steps(taught=row["send"])
        )
        found[key] = Funnel(
            school=schools[key[0]],
            subject=row["line__subject__name"],
            slug=row["line__subject__slug"],
            year_groups=(*(known.year_groups if known else ()), row["year_group"]),
            counted=(known.counted if known else counted.get(key, Counted())) + heads,
        )
    return sorted(found.values(), key=lambda one: (one.school.sort_name, one.subject))


def _learned() -> Combinable:
    """How many learned in a class: as many as it has, or the most it ever had at a lesson.

    A child who left has learned all the same; one who joined learns too. Registers remember how
    many were expected, so a class that shrank before its first lesson taught no more than came.
    """
    counted = ClassReturn.objects.filter(session__activity=OuterRef("pk")).order_by("-expected")
    return Greatest(F("activity__headcount"), Subquery(counted.values("expected")[:1]))


def years_taught(school: School | None = None) -> list[Year]:
    """The years with a class, newest first."""
    classes = _classes(None, school).values("activity__year_id")
    return list(Year.objects.filter(pk__in=classes).order_by("-starts_on"))


def year_to_show(school: School | None = None, *, today: dt.date, weeks: int) -> Year | None:
    """The newest year of which something can be said: letters went home so many weeks ago.

    Else the newest with letters, else the newest with a class.
    """
    classes = _classes(None, school)
    lettered = classes.exclude(letters_made_at=None)
    ripe = lettered.filter(letters_made_at__date__lte=today - dt.timedelta(weeks=weeks))
    for rows in (ripe, lettered, classes):
        found = Year.objects.filter(pk__in=rows.values("activity__year_id"))
        if year := found.order_by("-starts_on").first():
            return year
    return None


def hide_below(on: dt.date) -> int:
    """From how few on a number is not shown; without a rule for the day, the strictest there is."""
    in_force = Q(to_on=None) | Q(to_on__gte=on)
    policy = OrderPolicy.objects.filter(in_force, from_on__lte=on).first()
    policy = policy or OrderPolicy.objects.order_by("-hide_below").first()
    return policy.hide_below if policy else 5


def compared(year: Year) -> list[Compared]:
    """What other schools did, where it can be said from enough of them."""
    did = {
        "twice": Q(second_letters_at__isnull=False),
        "concert": Q(line__wants_performance=True),
        "home": Q(line__goes_home=True),
    }
    lettered = _classes(year, None).exclude(letters_made_at=None)
    found = []
    for what, condition in did.items():
        there, elsewhere = _used(lettered.filter(condition)), _used(lettered.exclude(condition))
        if there is not None and elsewhere is not None and there > elsewhere:
            found.append(Compared(what, there, elsewhere))
    return found


def _classes(year: Year | None, school: School | None) -> QuerySet[ProgrammeClass]:
    rows = ProgrammeClass.objects.filter(line__programme__kind__in=LEADS_ON).exclude(
        activity__status__in=[Activity.Status.DRAFT, Activity.Status.CANCELLED]
    )
    rows = rows.filter(activity__year=year) if year else rows
    return rows.filter(activity__school=school) if school else rows


def _counted(
    classes: QuerySet[ProgrammeClass], *, today: dt.date, weeks: int
) -> dict[Key, Counted]:
    """The steps of the codes, by school and instrument."""
    codes = ClaimCode.objects.filter(withdrawn_at=None, programme_class__in=classes)
    found: dict[Key, Counted] = {}
    letters = codes.order_by().values_list(*KEY, "has_pp", "has_send").annotate(Count("pk"))
    for school_id, subject_id, has_pp, has_send, number in letters:
        made = counted_once(Steps(letters=number), has_pp=has_pp, has_send=has_send)
        key = (school_id, subject_id)
        found[key] = found.get(key, Counted()) + made
    used = codes.filter(claimed_at__isnull=False).values_list(
        *KEY, "has_pp", "has_send", "child_id", "enrolment_id", "claimed_at"
    )
    places = _places(codes)
    for school_id, subject_id, has_pp, has_send, child_id, place_id, claimed_at in used:
        way = followed(
            places.get(child_id, []),
            first_id=place_id,
            since=claimed_at,
            weeks=weeks,
            today=today,
        )
        one = counted_once(way.steps, has_pp=has_pp, has_send=has_send, early=way.is_early)
        key = (school_id, subject_id)
        found[key] = found[key] + one
    return found


def _places(codes: QuerySet[ClaimCode]) -> dict[int, list[Place]]:
    """All places that the children who claimed ever had in a group or a lesson, by child."""
    places: dict[int, list[Place]] = {}
    rows = Enrolment.objects.filter(
        person_id__in=codes.filter(child_id__isnull=False).values("child_id"),
        starts_on__isnull=False,
        activity__kind__in=[Activity.Kind.COURSE, Activity.Kind.TUITION],
    ).values_list("person_id", "pk", "queued_at", "starts_on", "ends_on", "status")
    for person_id, key, queued_at, starts_on, ends_on, status in rows:
        if starts_on is None:
            continue
        is_active = status == Enrolment.Status.ACTIVE
        place = Place(key, queued_at, starts_on, ends_on, is_active)
        places.setdefault(person_id, []).append(place)
    return places


def _used(classes: QuerySet[ProgrammeClass]) -> int | None:
    """Of ten codes, how many were used; None where too few schools or letters would say so."""
    numbers = ClaimCode.objects.filter(programme_class__in=classes, withdrawn_at=None).aggregate(
        letters=Count("pk"),
        used=Count("pk", filter=Q(claimed_at__isnull=False)),
        schools=Count("programme_class__activity__school", distinct=True),
    )
    if numbers["schools"] < FEWEST_SCHOOLS or numbers["letters"] < FEWEST_LETTERS:
        return None
    used, letters = int(numbers["used"]), int(numbers["letters"])
    return round(10 * used / letters)
