"""A school with a music lead and a head, and something to order for a year that is to come."""

import datetime as dt
from decimal import Decimal

from django.utils import timezone

from lessons.models import Programme
from people.models import SchoolContact
from tests.factories.billing import RateFactory
from tests.factories.centres import TermFactory, YearFactory
from tests.factories.lessons import SubjectFactory
from tests.factories.people import SchoolFactory, contact_of
from tests.factories.schools import (
    OrderPolicyFactory,
    ProgrammeFactory,
    ProgrammeInstrumentFactory,
)

DAY = dt.timedelta(days=1)
LONG_AGO = dt.date(2020, 9, 1)


def year_from(first_on, name):
    """A year of three terms that begins on this day, wherever in time the test runs."""
    year = YearFactory(name=name, starts_on=first_on - DAY, ends_on=first_on + 330 * DAY)
    for place, term in enumerate(("Autumn", "Spring", "Summer")):
        starts = first_on + place * 110 * DAY
        TermFactory(
            year=year,
            name=term,
            starts_on=starts,
            half_term_starts_on=starts + 45 * DAY,
            half_term_ends_on=starts + 49 * DAY,
            ends_on=starts + 100 * DAY,
            notice_by=starts + 40 * DAY,
        )
    return year


def next_year():
    return year_from(timezone.localdate() + 60 * DAY, "next")


def last_year():
    return year_from(timezone.localdate() - 275 * DAY, "last")


def larkhay(**fields):
    """A junior school, Year 3 to Year 6, with a music lead and a head."""
    school = SchoolFactory(
        name="Larkhay Junior School", low_age=7, high_age=11, pupils=236, **fields
    )
    lead = contact_of(school, person__given_name="Hannah", person__family_name="Whitlock")
    head = contact_of(
        school,
        SchoolContact.Role.HEAD,
        person__given_name="Dele",
        person__family_name="Achebe",
    )
    return school, lead, head


def offer():
    """Ukulele for a year, djembe for a term, and going on with the ukulele."""
    OrderPolicyFactory(from_on=LONG_AGO)
    for key, amount in (
        ("programme-wcet-year", "1909.00"),
        ("programme-wcet-term", "668.20"),
        ("programme-subsidy-year", "-636.30"),
        ("programme-hour", "48.20"),
    ):
        RateFactory(
            key=key, amount=Decimal(amount), audience="school", unit="class", from_on=LONG_AGO
        )
    return programmes()


def programmes():
    """Each with the instrument it is taught on."""
    ukulele, djembe = SubjectFactory(slug="ukulele"), SubjectFactory(slug="djembe", tile="djembe")
    year = ProgrammeFactory(tile="guitar", from_on=LONG_AGO)
    term = ProgrammeFactory(
        slug="whole-class-djembe-term",
        name="Whole-class djembe, one term",
        tile="djembe",
        terms=1,
        weeks=11,
        price_key="programme-wcet-term",
        subsidy_key="",
        from_on=LONG_AGO,
    )
    goes_on = ProgrammeFactory(
        slug="continuation",
        name="Continuation in a second year",
        kind=Programme.Kind.CONTINUATION,
        tile="guitar",
        minutes=30,
        unit=Programme.Unit.HOUR,
        price_key="programme-hour",
        subsidy_key="",
        smallest_class=5,
        largest_class=15,
        min_year=4,
        max_year=7,
        from_on=LONG_AGO,
    )
    for programme, subject in ((year, ukulele), (term, djembe), (goes_on, ukulele)):
        ProgrammeInstrumentFactory(programme=programme, subject=subject, kind=None)
    return year, term, goes_on
