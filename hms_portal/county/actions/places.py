"""Moves in the places and the calendar: years, terms, centres, rooms, postcodes, closures."""

import datetime as dt

from bookings.models import CancellationCause, Closure
from centres.grid import to_latitude_longitude
from centres.models import Centre, OpeningHours, Postcode, Room, Term, Year
from core.actions import action
from hms_portal.county import sources
from hms_portal.county.copying import copy_objects
from hms_portal.county.sizes import Size
from people.models import School, User

NINE = dt.time(9)


@action
def load_calendar(*, size: Size, by: User | None, at: dt.datetime) -> int:
    """Every year is there with its three terms, from the one before this size's, to the next."""
    made = 0
    for row in sources.rows("terms"):
        first = int(row["year"][:4])
        if first < int(size.years[0][:4]) - 1:
            continue
        year, is_new = Year.objects.get_or_create(
            name=row["year"],
            defaults={"starts_on": dt.date(first, 9, 1), "ends_on": dt.date(first + 1, 8, 31)},
        )
        days = ("starts_on", "half_term_starts_on", "half_term_ends_on", "ends_on")
        defaults = {name: sources.day(row[name]) for name in days}
        _, is_term_new = Term.objects.get_or_create(
            year=year,
            name=row["term"],
            defaults={
                **defaults,
                "booking_opens_at": _booking_opens(row["term"], first),
                "notice_by": _friday_before(defaults["half_term_starts_on"]),
            },
        )
        made += is_new + is_term_new
    return made


def _friday_before(day: dt.date) -> dt.date:
    """The county's rule for notice, from policies.md."""
    return day - dt.timedelta(days=(day.isoweekday() - 5) % 7 or 7)


def _booking_opens(term: str, first: int) -> dt.datetime:
    """Half a term or more ahead: autumn in June, spring in November, summer in March."""
    days = {
        "Autumn": dt.date(first, 6, 1),
        "Spring": dt.date(first, 11, 2),
        "Summer": dt.date(first + 1, 3, 1),
    }
    return sources.local_moment(days[term], NINE)


@action
def load_centres(*, by: User | None, at: dt.datetime) -> int:
    """The centres stand, with their rooms and opening hours."""
    if Centre.objects.exists():
        return 0
    centres = {row["code"]: _centre(row) for row in sources.rows("centres")}
    Centre.objects.bulk_create(centres.values())
    hours = [
        OpeningHours(
            centre=centres[row["centre_code"]],
            weekday=int(row["weekday"]),
            opens=sources.clock(row["opens"]),
            closes=sources.clock(row["closes"]),
        )
        for row in sources.rows("centre_hours")
    ]
    OpeningHours.objects.bulk_create(hours)
    rooms = [
        Room(
            centre=centres[row["centre_code"]],
            name=row["name"],
            capacity=int(row["capacity"]),
            equipment=sources.listed(row["equipment"]),
            is_step_free=sources.is_yes(row["step_free"]),
            suits_one_to_one=sources.is_yes(row["suits_one_to_one"]),
        )
        for row in sources.rows("rooms")
    ]
    Room.objects.bulk_create(rooms)
    return len(centres) + len(hours) + len(rooms)


def _centre(row: sources.Row) -> Centre:
    easting, northing = int(row["easting"]), int(row["northing"])
    latitude, longitude = to_latitude_longitude(easting, northing)
    words = [
        "code",
        "name",
        "address_line",
        "town",
        "postcode",
        "email",
        "phone",
        "description",
        "how_to_get_there",
        "parking_notes",
        "access_notes",
    ]
    return Centre(
        **{name: row[name] for name in words},
        easting=easting,
        northing=northing,
        latitude=latitude,
        longitude=longitude,
    )


@action
def load_postcodes(*, by: User | None, at: dt.datetime) -> int:
    """Every postcode of the county's file can be searched."""
    known = set(Postcode.objects.values_list("code", flat=True))
    places = []
    for row in sources.rows("postcodes"):
        easting, northing = int(row["easting"]), int(row["northing"])
        latitude, longitude = to_latitude_longitude(easting, northing)
        places.append(
            Postcode(
                code=row["postcode"],
                outward=row["postcode"].split()[0],
                easting=easting,
                northing=northing,
                latitude=latitude,
                longitude=longitude,
            )
        )
    return len(Postcode.objects.bulk_create(place for place in places if place.code not in known))


@action
def load_causes(*, by: User | None, at: dt.datetime) -> int:
    """Why a meeting may not happen, and who pays, is settled."""
    known = set(CancellationCause.objects.values_list("slug", flat=True))
    causes = [
        CancellationCause(
            slug=row["slug"],
            name=row["name"],
            caused_by=row["caused_by"],
            pupil_pays=sources.is_yes(row["pupil_pays"]),
            teacher_paid=sources.is_yes(row["teacher_paid"]),
            is_made_up=sources.is_yes(row["made_up"]),
            make_up_by=row["make_up_by"],
            notice_days=int(row["notice_days"]),
            counts_to_entitlement=sources.is_yes(row["counts_to_entitlement"]),
            words_for_family=row["words_for_family"],
            from_on=sources.day(row["from"]),
            to_on=sources.day_or_none(row["to"]),
        )
        for row in sources.rows("cancellation_causes")
        if row["slug"] not in known
    ]
    return len(CancellationCause.objects.bulk_create(causes))


@action
def load_closures(*, today: dt.date, by: User | None, at: dt.datetime) -> int:
    """Everybody's, every centre's and every invented school's closed days known by today."""
    if Closure.objects.exists():
        return 0
    causes = {cause.slug: cause for cause in CancellationCause.objects.all()}
    centres = {centre.code: centre for centre in Centre.objects.all()}
    patterns = _schools_by_pattern()
    closures = []
    for row in sources.rows("closures"):
        if sources.day(row["notice_given_on"]) > today:
            continue  # nobody knows of the snow yet
        if row["scope"] == "school_pattern":
            pattern = patterns[row["scope_code"]]
            closures += [_closure(row, causes, school=school) for school in pattern]
        else:
            closures.append(_closure(row, causes, centre=centres.get(row["scope_code"])))
    return copy_objects(closures)


def _closure(
    row: sources.Row,
    causes: dict[str, CancellationCause],
    *,
    centre: Centre | None = None,
    school: School | None = None,
) -> Closure:
    return Closure(
        slug=f"{row['slug']}-{school.urn}" if school else row["slug"],
        centre=centre,
        school=school,
        starts_on=sources.day(row["starts_on"]),
        ends_on=sources.day(row["ends_on"]),
        reason=row["reason"],
        cause=causes[row["cause"]],
        notice_given_on=sources.day(row["notice_given_on"]),
    )


def _schools_by_pattern() -> dict[str, list[School]]:
    """The file says which school keeps which pattern; the schools beyond it take turns."""
    told = {int(row["urn"]): row["inset_pattern"] for row in sources.rows("schools")}
    patterns: dict[str, list[School]] = {letter: [] for letter in "ABCD"}
    for school in School.objects.filter(is_invented=True).order_by("urn"):
        patterns[told.get(school.urn, "ABCD"[school.urn % 4])].append(school)
    return patterns
