"""Moves in who joined what: places, waiting lists, an offer or two, and what is owed for them."""

import datetime as dt
import random
from collections.abc import Iterator, Sequence

from django.db.models import QuerySet

from billing.models import Account
from bookings.models import Activity, Enrolment
from centres.models import Postcode, Year
from core.actions import action
from hms_portal.county import shown
from hms_portal.county.actions.enrolling import Enrolling, hour_of
from hms_portal.county.copying import copy_objects, let_it_take_its_time, reserve_keys
from hms_portal.county.plan.families import only_invented
from hms_portal.county.plan.joining import SMALL, Joining, Option, Search, Seeker
from hms_portal.county.plan.names import Names
from hms_portal.county.sizes import Size
from people.models import Guardianship, Learner, Person, User
from people.rules import age_on, year_group_of

OFFERS, HOLDS = 3, 2  # besides the offer to the family whose sign-in is shown
THE_YEAR_ENDED = "The year ended"
Status = Enrolment.Status


@action
def load_enrolments(*, size: Size, today: dt.date, by: User | None, at: dt.datetime) -> int:
    """Learners have places, some wait, a few are offered one; each place has its charge.

    Whoever came by a letter of a class has what that letter led to.
    """
    if Enrolment.objects.filter(person__claim_codes=None).exists():
        return 0
    let_it_take_its_time()
    draw = random.Random(f"{size.seed}:enrolments")  # noqa: S311 - invents, guards nothing
    year = Year.objects.get(name=size.year)
    seekers = _seekers(year.starts_on)
    joinings = _joinings(year, seekers, size, draw)
    enrolling = Enrolling(year, at, draw, offers=OFFERS, holds=HOLDS)
    enrolments = enrolling.all_of(joinings)
    charges = enrolling.charges
    if len(size.years) > 1:
        enrolments += _earlier_years(size, joinings, draw)
    return copy_objects(enrolments) + copy_objects(charges)


def _joinings(
    year: Year, seekers: Sequence[Seeker], size: Size, draw: random.Random
) -> list[Joining]:
    options = _options(year)
    is_demo = len(size.years) == 1
    search = Search(options, draw, size.second_place, fills_up=not is_demo)
    joined = list(_join_shown_family(search, seekers))
    shown_people = {joining.seeker.person_id for joining in joined}
    others = [seeker for seeker in seekers if seeker.person_id not in shown_people]
    return [*search.run(others), *joined]


def _seekers(starts_on: dt.date) -> list[Seeker]:
    """Every learner who came by no letter, with who books for them and where they live."""
    spots = dict(Postcode.objects.values_list("code", "easting"))
    norths = dict(Postcode.objects.values_list("code", "northing"))
    accounts = dict(Account.objects.values_list("person_id", "pk"))
    first = Guardianship.objects.filter(contact_order=1).values_list("child_id", "adult_id")
    payers = dict(first)
    seekers = []
    learners = Learner.objects.filter(person__claim_codes=None).order_by("person_id")
    for learner in learners.select_related("person", "school"):
        person = learner.person
        payer = payers.get(person.pk, person.pk)
        assert person.born_on is not None
        if learner.school:
            only_invented(learner.school)
        seekers.append(
            Seeker(
                person_id=person.pk,
                payer_id=payer,
                account_id=accounts[payer],
                age=age_on(person.born_on, starts_on),
                year_group=year_group_of(
                    person.born_on, on=starts_on, corrected=learner.set_year_group
                ),
                spot=(spots[person.postcode], norths[person.postcode]),
                home=person.postcode,
                school_id=learner.school_id,
            )
        )
    return seekers


def _open_to_families() -> QuerySet[Activity]:
    return Activity.objects.filter(kind__in=[Activity.Kind.COURSE, Activity.Kind.TUITION])


def _options(year: Year) -> list[Option]:
    activities = _open_to_families().filter(year=year).select_related("centre", "school", "rate")
    options = []
    for activity in activities.order_by("pk"):
        place = activity.place
        assert place is not None
        spot = (place.easting or 0, place.northing or 0)
        options.append(Option(activity, spot, taken=activity.places_taken))
    return options


def _join_shown_family(search: Search, seekers: Sequence[Seeker]) -> Iterator[Joining]:
    """The elder has a place in a group; the younger is offered the last place of a full one."""
    parent = Person.objects.get(email=shown.PARENT.email)
    younger, elder = [it for it in seekers if it.payer_id == parent.pk]
    groups = [it for it in search.options if it.activity.kind == Activity.Kind.COURSE]
    groups = [it for it in groups if it.activity.status == Activity.Status.RUNNING]
    place = search.nearest(elder, groups)
    yield search.join(place, elder, "active")
    wanted = search.nearest(
        younger, [it for it in groups if it is not place and it.capacity <= SMALL]
    )
    wanted.is_popular = True
    yield search.join(wanted, younger, "offered")


def _earlier_years(size: Size, joinings: Sequence[Joining], draw: random.Random) -> list[Enrolment]:
    """In earlier years the same people were in the same groups, unless too young for them.

    The groups of those who came by a letter were theirs alone.
    """
    names = Names(draw)
    enrolments: list[Enrolment] = []
    for name in size.years[:-1]:
        then = _open_to_families().filter(year__name=name, enrolments=None).select_related("year")
        editions = {hour_of(old): old for old in then}
        ended = [
            it for it in joinings if it.status == "active" and hour_of(it.activity) in editions
        ]
        keys = reserve_keys(Enrolment, len(ended))
        enrolments += [
            _ended(joining, editions[hour_of(joining.activity)], key, names)
            for joining, key in zip(ended, keys, strict=True)
        ]
    return enrolments


def _ended(joining: Joining, activity: Activity, key: int, names: Names) -> Enrolment:
    return Enrolment(
        pk=key,
        ref=names.ref(),
        activity=activity,
        person_id=joining.seeker.person_id,
        booked_by_id=joining.seeker.payer_id,
        account_id=joining.seeker.account_id,
        status=Status.ENDED,
        queued_at=activity.booking_opens_at,
        price_agreed=activity.price,
        starts_on=activity.first_on,
        ends_on=activity.last_on,
        leave_reason=THE_YEAR_ENDED,
    )
