"""A child with two homes, one of them hidden, and everybody who stands around it.

Every word that somebody must not read is there once, and unlike any other: a canary.
"""

import datetime as dt
import re

from django.test import Client
from django.utils import timezone

from bookings import actions as bookings
from bookings.models import Activity
from bookings.queries import feeds
from core.models import Email
from hms_portal.county import actions as county
from people import actions, care
from people.models import Person
from tests.factories.bookings import AttendanceFactory, EnrolmentFactory
from tests.factories.people import (
    ChildFactory,
    GuardianshipFactory,
    InvitationFactory,
    LearnerFactory,
    UserFactory,
)
from tests.factories.safeguarding import cleared_teacher
from tests.world import BACKEND, small_county

HIDDEN = {
    "address_line": "17 Larkspur Yard",
    "town": "Bellwhistle",
    "postcode": "SG7 6ZZ",
    "phone": "01632 960777",
    "email": "hester@refuge.example",
}
KNOWN = {
    "address_line": "3 Kite Hill Rise",
    "town": "Oxlaw",
    "postcode": "SG5 9QQ",
    "phone": "01632 960111",
    "email": "alba@home.example",
}
MEDICAL, HELPS = "zebrafenamine injector", "a seat by the blue harp"
INVITED = "secret-gran@nowhere.example"
KIN = {"parent", "hidden", "sees"}
HERE = {"head", "administrator"}
TEACHING = HERE | {"teacher"}

# What must be read by nobody but these. Those who run the county are never told what is medical.
CANARIES = {
    **{HIDDEN[each]: {"hidden", "administrator"} for each in HIDDEN},
    **{KNOWN[each]: {"parent", "administrator"} for each in KNOWN},
    HIDDEN["phone"]: TEACHING | {"hidden"},  # whom to ring
    KNOWN["phone"]: TEACHING | {"parent"},
    MEDICAL: {"parent", "hidden", "teacher"},
    HELPS: {"parent", "hidden", "teacher"},
    "Odette": KIN | TEACHING | {"pays", "collects"},
    "Featherstonehaugh": KIN | TEACHING,
    "Zebedee": TEACHING | {"parent"},  # whom only this parent looks after
    "Quillfeather": TEACHING | {"other"},
    "Corvina": HERE | {"hidden", "collects"},  # whom the hidden parent let in
    INVITED: {"parent", "administrator"},
}
STANDING = {
    "hidden": {"address_hidden_from_others": True},
    "sees": {"may_book": False, "may_pay": False, "may_collect": False},
    "pays": {"may_book": False, "may_see": False, "may_collect": False},
    "collects": {"may_book": False, "may_see": False, "may_pay": False},
    "barred": {"barred": True},
}


def two_homes():
    """The small county, with a family in it of which hardly two may know the same."""
    county.load_words(by=None, at=timezone.now())
    world, now = small_county(), timezone.now()
    parent, activity = world.users["parent"], world.at_centre[Activity]
    children = [link.child for link in parent.person.wards.select_related("child")]
    people = {name: UserFactory() for name in (*STANDING, "other_teacher")}
    people["other_teacher"] = UserFactory(person=cleared_teacher())
    world.users |= people
    _call(parent, "Alba", **KNOWN)
    _call(people["hidden"], "Hester", **HIDDEN)
    _call(people["collects"], "Corvina")
    for child in children:
        Person.objects.filter(pk=child.pk).update(
            given_name="Odette", family_name="Featherstonehaugh"
        )
        for name, standing in STANDING.items():
            GuardianshipFactory(adult=people[name].person, child=child, **standing)
        _let_in(child, by=people["hidden"], whom=people["collects"], at=now)
        _tell_care(child, [parent, people["hidden"]], at=now)
    _join(activity, ChildFactory(guardian=parent, given_name="Zebedee"))
    stranger = world.users["other"].person.wards.get().child
    Person.objects.filter(pk=stranger.pk).update(given_name="Quillfeather", family_name="")
    _join(activity, stranger)
    world.keys = _keys(world, parent, world.at_centre[Person], at=now)
    for name in people:
        world.clients[name] = Client(raise_request_exception=False)
        world.clients[name].force_login(people[name], BACKEND)
    return world


def _call(user, name, **told):
    if "email" in told:
        user.emailaddress_set.update(email=told["email"])
        type(user).objects.filter(pk=user.pk).update(email=told["email"])
        user.email = told["email"]
    Person.objects.filter(pk=user.person_id).update(given_name=name, **told)
    user.person.refresh_from_db()


def _let_in(child, *, by, whom, at):
    InvitationFactory(
        child=child,
        invited_by=by.person,
        email=whom.email,
        made_at=at,
        expires_at=at + dt.timedelta(days=7),
        accepted_at=at,
        accepted_by=whom.person,
    )


def _tell_care(child, adults, *, at):
    """Each says whom to ring: themselves."""
    learner = getattr(child, "learner", None) or LearnerFactory(person=child)
    for adult in adults:
        care.keep_care(
            learner=learner,
            what_helps=HELPS,
            medical=MEDICAL,
            emergency_contacts=f"Ring me, {adult.person.phone}",
            by=adult,
            at=at,
        )


def _join(activity, child):
    """The child has a place, and a line in the first register."""
    LearnerFactory(person=child)
    place = EnrolmentFactory(activity=activity, person=child, active=True)
    session = activity.sessions.order_by("during", "pk").first()
    AttendanceFactory(session=session, person=child, enrolment=place)


def _keys(world, parent, child, *, at):
    """The secret addresses there are: a letter of invitation, and everybody's calendar."""
    actions.invite_adult(
        children=[child],
        asked=actions.Asked(INVITED, "grandparent", frozenset({"may_see"})),
        limits=actions.Limits(dt.timedelta(days=7), 99),
        by=parent,
        at=at,
    )
    letter = Email.objects.filter(copy="carer-invitation").latest("pk")
    calendars = {}
    for name, user in world.users.items():
        bookings.renew_calendar_feed(by=user, at=at)
        calendars[name] = feeds.key_of(user.person)
    return {
        "invitation": re.search(r"/people/invitation/([\w-]+)/", letter.body_text)[1],
        "calendars": calendars,
    }


def leaks(text, actor):
    """The canaries in a text that this reader may not read, a number also without its spaces."""
    return [
        word
        for word, readers in CANARIES.items()
        if actor not in readers and (word in text or word.replace(" ", "") in text)
    ]
