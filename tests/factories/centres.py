"""Places, and the real calendar of 2026-27: years and terms are fetched if they exist."""

import datetime as dt

import factory
from factory.django import DjangoModelFactory

from centres.models import Centre, OpeningHours, Postcode, Room, Term, Weekday, Year

_TERMS = {
    "Autumn": ("2026-09-03", "2026-10-26", "2026-10-30", "2026-12-18"),
    "Spring": ("2027-01-04", "2027-02-15", "2027-02-19", "2027-03-25"),
    "Summer": ("2027-04-12", "2027-05-31", "2027-06-04", "2027-07-21"),
}
BOOKING_OPENS = dt.datetime(2026, 6, 1, 8, tzinfo=dt.UTC)


def _date(place):
    return factory.LazyAttribute(lambda term: dt.date.fromisoformat(_TERMS[term.name][place]))


class CentreFactory(DjangoModelFactory):
    class Meta:
        model = Centre

    code = factory.Sequence("C{}".format)
    name = factory.Sequence("Music Centre {}".format)
    address_line = "Kite Hill"
    town = "Hertford"
    postcode = "SG14 2EP"
    easting = 530789
    northing = 213204
    latitude = 51.802
    longitude = -0.104


class OpeningHoursFactory(DjangoModelFactory):
    class Meta:
        model = OpeningHours

    centre = factory.SubFactory(CentreFactory)
    weekday = Weekday.SATURDAY
    opens = dt.time(9)
    closes = dt.time(13)


class RoomFactory(DjangoModelFactory):
    class Meta:
        model = Room

    centre = factory.SubFactory(CentreFactory)
    name = factory.Sequence("Room {}".format)
    capacity = 12


class YearFactory(DjangoModelFactory):
    """2026-27 with its three terms; `terms=False` leaves them out."""

    class Meta:
        model = Year
        django_get_or_create = ("name",)
        skip_postgeneration_save = True

    name = "2026-27"
    starts_on = dt.date(2026, 9, 1)
    ends_on = dt.date(2027, 8, 31)

    @factory.post_generation
    def terms(year, create, wanted, **_):  # noqa: N805 - factory_boy hands over the object made
        wanted = create and wanted is not False and year.name == "2026-27"
        if wanted and year.terms.count() < len(_TERMS):
            for name in _TERMS:
                TermFactory(year=year, name=name)


class TermFactory(DjangoModelFactory):
    """`name` is Autumn, Spring or Summer; the dates are those of 2026-27."""

    class Meta:
        model = Term
        django_get_or_create = ("year", "name")

    year = factory.SubFactory(YearFactory, terms=False)
    name = "Autumn"
    starts_on = _date(0)
    half_term_starts_on = _date(1)
    half_term_ends_on = _date(2)
    ends_on = _date(3)
    booking_opens_at = BOOKING_OPENS
    notice_by = factory.LazyAttribute(
        lambda term: term.half_term_starts_on - dt.timedelta(days=3)  # the Friday before
    )


class PostcodeFactory(DjangoModelFactory):
    class Meta:
        model = Postcode
        django_get_or_create = ("code",)

    code = "SG14 2EP"
    outward = "SG14"
    easting = 530789
    northing = 213204
    latitude = 51.802
    longitude = -0.104
