"""Moves in what schools can order: programmes, class sets, and the dated rules of ordering."""

import datetime as dt
from decimal import Decimal

from billing.models import LateCancellation
from centres.models import Centre
from core.actions import action
from hms_portal.county import sources
from hms_portal.county.sizes import Size
from lessons.models import OrderPolicy, Programme, ProgrammeInstrument, Subject
from loans.models import Asset, Kind
from people.models import User

OFFERED_FROM = dt.date(2024, 9, 1)
PIECES = 32  # thirty and two spares
# How many class sets a county to show has of each; a real one has several times as many.
SETS = {
    "ukulele": 12,
    "djembe": 5,
    "recorder": 6,
    "violin": 4,
    "starter-brass": 4,
    "keyboard": 2,
    "percussion": 4,
    "steel-pans": 1,
}
# Single instruments for one hand, by what they stand beside.
FOR_ONE_HAND = {"ukulele": 2, "recorder": 2, "starter-brass": 1, "keyboard": 1}
TIMES_IN_A_COUNTY = 12
SCHOOLS_OF_A_COUNTY = 300


@action
def load_programmes(*, size: Size, by: User | None, at: dt.datetime) -> int:
    """Every programme with its instruments, the class sets it needs, and the rules of ordering."""
    if Programme.objects.exists():
        return 0
    subjects = {subject.slug: subject for subject in Subject.objects.all()}
    kinds = _load_sets(size, subjects)
    programmes = [_programme(row) for row in sources.rows("programmes")]
    Programme.objects.bulk_create(programmes)
    instruments = [
        ProgrammeInstrument(
            programme=programme,
            subject=subjects[slug],
            kind=kinds.get(slug) if programme.brings_class_set else None,
            position=position,
        )
        for programme, row in zip(programmes, sources.rows("programmes"), strict=True)
        for position, slug in enumerate(_instruments(row), start=1)
    ]
    ProgrammeInstrument.objects.bulk_create(instruments)
    return len(programmes) + len(instruments) + Asset.objects.count() + _load_rules()


def _instruments(row: sources.Row) -> list[str]:
    """What the school chooses among; a mixed band is one choice, named by its first."""
    slugs = sources.listed(row["subjects"])
    return slugs if sources.is_yes(row["chosen"]) else slugs[:1]


def _load_sets(size: Size, subjects: dict[str, Subject]) -> dict[str, Kind]:
    values = {row["slug"]: Decimal(row["replacement_value"]) for row in sources.rows("subjects")}
    kinds = {
        slug: Kind(
            slug=f"{slug}-class-set",
            name=f"Class set: {subjects[slug].name.lower()}",
            pieces=PIECES,
            replacement_value=PIECES * values[slug],
        )
        for slug in SETS
    }
    Kind.objects.bulk_create(kinds.values())
    homes = list(Centre.objects.order_by("pk"))
    times = TIMES_IN_A_COUNTY if size.schools > SCHOOLS_OF_A_COUNTY else 1
    Asset.objects.bulk_create(
        Asset(
            kind=kinds[slug],
            tag=f"{slug[:4].upper()}-{number:03}",
            home=homes[number % len(homes)],
        )
        for slug, count in SETS.items()
        for number in range(1, count * times + 1)
    )
    Asset.objects.bulk_create(
        Asset(
            kind=kinds[slug],
            tag=f"{slug[:4].upper()}-H{number:02}",
            home=homes[number % len(homes)],
            is_adaptive=True,
        )
        for slug, count in FOR_ONE_HAND.items()
        for number in range(1, count * times + 1)
    )
    return kinds


def _programme(row: sources.Row) -> Programme:
    return Programme(
        slug=row["slug"],
        name=row["name"],
        kind=row["kind"],
        description=row["description"],
        includes=[words.strip() for words in sources.listed(row["includes"])],
        asks=[words.strip() for words in sources.listed(row["needs"])],
        tile=row["tile"],
        min_year=int(row["min_year"]),
        max_year=int(row["max_year"]),
        minutes=0 if row["tutors"] == "0" else int(row["minutes"]),
        weeks=int(row["weeks"]),
        terms=int(row["terms"]),
        unit=row["unit"],
        price_key=row["price_key"],
        subsidy_key=row["subsidy_key"],
        brings_class_set=sources.is_yes(row["class_set"]),
        smallest_class=int(row["min_pupils"]),
        largest_class=int(row["max_pupils"]),
        tutors=int(row["tutors"]),
        rooms=sources.listed(row["rooms"]),
        from_on=OFFERED_FROM,
    )


def _load_rules() -> int:
    numbers = (
        "subsidised_year_groups",
        "most_classes",
        "hold_days",
        "quote_days",
        "claim_days",
        "hide_below",
        "needs_days",
        "lessons_short",
        "late_days",
        "letters_week",
    )
    policies = [
        OrderPolicy(
            from_on=sources.day(row["from"]),
            to_on=sources.day_or_none(row["to"]),
            source=row["source"],
            **{name: int(row[name]) for name in numbers},
        )
        for row in sources.rows("order_policies")
    ]
    OrderPolicy.objects.bulk_create(policies)
    late = [
        LateCancellation(
            applies_to=row["applies_to"],
            days_before=int(row["days_before"]),
            percent=int(row["percent"]),
            from_on=sources.day(row["from"]),
            to_on=sources.day_or_none(row["to"]),
            source=row["source"],
        )
        for row in sources.rows("late_cancellations")
    ]
    return len(policies) + len(LateCancellation.objects.bulk_create(late))
