"""Every address, visited by everybody: nobody breaks it, and nobody sees what is not theirs.

The addresses are read from the URLconf. One that tests/policy.py does not know is a failing test.
"""

import re
import uuid
from copy import deepcopy
from dataclasses import replace

import pytest
from django.contrib import admin
from django.db import transaction
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLResolver

from bookings.models import AbsenceNotice, Activity, Closure, Enrolment, Message, Session
from centres.models import Centre, Room
from lessons.models import CourseRun, Tuition
from people.models import Guardianship, Invitation, Person, RoleHeld, Staff, StaffAbsence
from tests.policy import OWNED, POLICY
from tests.test_factories import FACTORIES
from tests.world import ACTORS, STAFF, STATES, small_county
from tests.world_schools import ORDERS, SCHOOL_ACTORS

pytestmark = pytest.mark.django_db


def addresses(resolver=None, within=""):
    """The name of every pattern, with what its address names."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{within}{pattern.namespace}:" if pattern.namespace else within
            yield from addresses(pattern, inner)
        else:
            named = pattern.pattern.converters or pattern.pattern.regex.groupindex
            yield f"{within}{pattern.name}", tuple(named)


SITE = dict(each for each in addresses() if not each[0].startswith("admin:"))
# Django's own redirects of old addresses, and its catch-all, have no name.
ADMIN = {
    name: named for name, named in addresses() if name.startswith("admin:") and name != "admin:None"
}


def undeclared(names):
    return set(names) ^ POLICY.keys()


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Made once; every visit is undone."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield small_county()
        transaction.set_rollback(True)


def visit(world, actor, method, address):
    """The response, and the world as it was before."""
    client = world.clients[actor]
    cookies = deepcopy(client.cookies)  # signing out would last
    with transaction.atomic():
        response = getattr(client, method)(address)
        transaction.set_rollback(True)
    client.cookies = cookies
    return response


def went_to_sign_in(response):
    return response.status_code == 302 and response["Location"].startswith(
        (reverse("account_login"), reverse("admin:login"))
    )


def what_is_wrong(response, actor, page):
    """One thing that must not be, in a few words; or nothing."""
    status = response.status_code
    if status >= 500 and status not in page.also:
        return f"broke: {response.exc_info and response.exc_info[1]!r}"
    if actor in page.who:
        if actor != "anonymous" and went_to_sign_in(response):
            return "was asked to sign in again"
        answers = status < 400 or status in {405, *page.also}
        return "" if answers else f"was turned away with {status}"
    if actor == "anonymous" and went_to_sign_in(response):
        return ""
    return "" if status in {404, 405} else f"got in: {status}"


def wrongs(world, address, page, actors=ACTORS):
    return [
        f"{actor} {method} {wrong}"
        for actor in actors
        for method in ("get", "post")
        if (wrong := what_is_wrong(visit(world, actor, method, address), actor, page))
    ]


def named_pupil(world):
    """A child on the list of the class."""
    pupil = world.at_school["pupil"]
    return {"ref": world.at_school["class"].activity.ref, "pupil": pupil.ref}


def arguments(names, world, state="held", order="draft"):
    """What an address names; an order in the state asked for."""
    urn = world.at_school["school"].urn
    return {
        "school": {"urn": urn},
        "order": {"urn": urn, "ref": world.orders[order].ref},
        "order_part": {"urn": urn, "ref": world.orders[order].ref, "position": 1},
        "training": {"ref": world.at_school["training"].activity.ref},
        "training_place": {"ref": world.at_school["training"].ref},
        "class": {"urn": urn, "ref": world.at_school["class"].activity.ref},
        "pupil": {"urn": urn, **named_pupil(world)},
        "notice": {"urn": urn, "slug": world.at_school["notice"].slug},
        "class_meeting": {"ref": world.at_school["class_meeting"].ref},
        "letter": {"urn": urn, "code": world.at_school["letter"].code},
        "photograph": {"ref": world.at_school["photograph"].ref},
        "face": {"urn": urn, "ref": world.at_school["photograph"].ref},
        "contact": {"urn": urn, "pk": world.at_school["contact"].pk},
        "claim": {"ref": world.at_school["claim"].ref},
        "colleague": {"urn": urn, "ref": world.users["bursar"].person.ref},
        "school_invitation": {"ref": world.at_school["invitation"].ref},
        "": {},
        "absence": {"ref": world.at_centre[AbsenceNotice].ref},
        "activity": {"ref": world.at_centre[Activity].ref},
        "child": {"ref": world.at_centre[Person].ref},
        "enrolment": {"ref": world.enrolments[state].ref},
        "away": {"ref": world.at_centre[StaffAbsence].ref},
        "meeting": {"ref": world.at_centre[Session].ref},
        "line": {"ref": world.at_centre[Session].ref, "person": world.at_centre[Person].ref},
        "difference": {"ref": world.at_centre[Session].ref, "key": uuid.UUID(int=7)},
        "message": {"ref": world.at_centre[Message].ref},
        "invitation": {"ref": world.at_centre[Invitation].ref},
        "guardianship": {"ref": world.at_centre[Guardianship].ref},
        "closure": {"slug": world.at_centre[Closure].slug},
        "step": {"step": "name"},
        "table": {"table": "waiting"},
        "key": {"key": "no-such-key"},
        "reset": {"uidb36": "1", "key": "no-such-key"},
    }[names]


def test_every_address_is_declared():
    assert undeclared(SITE) == set()


def test_an_undeclared_address_is_found():
    assert undeclared([*SITE, "people:open_everything"]) == {"people:open_everything"}


@pytest.mark.parametrize("name", SITE)
def test_address_lets_in_whom_it_should(world, name):
    page = POLICY[name]

    assert wrongs(world, reverse(name, kwargs=arguments(page.names, world)), page) == []


def naming(*kinds):
    """The addresses that name one of these; what is not declared fails in a test of its own."""
    return [name for name in SITE if name in POLICY and POLICY[name].names in kinds]


OF_A_SCHOOL = naming(
    *("school", "order", "order_part", "class", "letter", "contact", "colleague"),
    *("notice", "pupil"),
)


@pytest.mark.parametrize("state", ORDERS)
@pytest.mark.parametrize("name", naming("order", "order_part"))
def test_address_copes_with_an_order_in_every_state(world, name, state):
    """Whoever sees the order is told what can be done with it, and is never denied it exists."""
    page = replace(POLICY[name], also=(*POLICY[name].also, 422))
    address = reverse(name, kwargs=arguments(POLICY[name].names, world, order=state))

    assert wrongs(world, address, page, SCHOOL_ACTORS) == []


@pytest.mark.parametrize("name", OF_A_SCHOOL)
def test_what_is_another_schools_looks_exactly_like_what_is_not_there(world, name):
    """To those who speak for the other school, a school of that number is none of theirs."""
    named = arguments(POLICY[name].names, world)
    theirs = reverse(name, kwargs=named)
    nowhere = reverse(name, kwargs={**named, "urn": 1})

    for method in ("get", "post"):
        found, missing = (answer(world, method, each, "other_lead") for each in (theirs, nowhere))
        assert found == missing


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", naming("enrolment"))
def test_address_copes_with_a_booking_in_every_state(world, name, state):
    """A page grown stale says so; it neither breaks nor denies that the booking was made."""
    page, address = POLICY[name], reverse(name, kwargs=arguments("enrolment", world, state))

    assert wrongs(world, address, page, ["parent", "other"]) == []


def answer(world, method, address, actor="other"):
    """What a stranger is told, but for the form token, which is never the same twice."""
    response = visit(world, actor, method, address)
    return response.status_code, re.sub(
        rb'(csrfmiddlewaretoken" value=)"\w+"', rb"\1", response.content
    )


@pytest.mark.parametrize("name", naming(*OWNED))
def test_what_is_anothers_looks_exactly_like_what_is_not_there(world, name):
    theirs = reverse(name, kwargs=arguments(POLICY[name].names, world))
    nowhere = reverse(name, kwargs={"ref": uuid.UUID(int=7)})

    for method in ("get", "post"):
        assert answer(world, method, theirs) == answer(world, method, nowhere)


def row_for(name, world):
    """The row an address of the admin names: the centre's, or any of its kind."""
    for model in admin.site._registry:
        if name.startswith(f"admin:{model._meta.app_label}_{model._meta.model_name}_"):
            if model in world.at_centre:
                return world.at_centre[model]
            factories = {each._meta.model: each for each in FACTORIES[::-1]}
            return factories[model]()
    return None


def admin_address(name, named, world):
    if not named:
        return reverse(name)
    if named == ("app_label",):
        return reverse(name, args=["bookings"])
    if named == ("content_type_id", "object_id"):
        return reverse(name, args=[1, "1"])
    return reverse(name, args=[row_for(name, world).pk])


@pytest.mark.parametrize("name", ADMIN)
def test_admin_address_breaks_for_nobody_and_shows_outsiders_nothing(world, name):
    with transaction.atomic():
        address = admin_address(name, ADMIN[name], world)
        found = {
            (actor, method): visit(world, actor, method, address)
            for actor in ("anonymous", "parent", "teacher", *sorted(STAFF))
            for method in ("get", "post")
        }
        transaction.set_rollback(True)

    broken = {who: repr(each.exc_info) for who, each in found.items() if each.status_code >= 500}
    let_in = {who for who, each in found.items() if each.status_code == 200}
    assert broken == {}
    assert {actor for actor, _ in let_in} <= STAFF


def of_a_centre():
    """Addresses of rows that belong to one centre; people are of no centre."""
    models = {
        Activity,
        Centre,
        Closure,
        CourseRun,
        Enrolment,
        Room,
        RoleHeld,
        Session,
        Staff,
        Tuition,
    }
    kinds = tuple(f"admin:{each._meta.app_label}_{each._meta.model_name}_" for each in models)
    return [name for name in ADMIN if ADMIN[name] and name.startswith(kinds)]


@pytest.mark.parametrize("name", of_a_centre())
def test_admin_shows_a_head_nothing_of_another_centre(world, name):
    address = admin_address(name, ADMIN[name], world)

    found = {visit(world, "other_head", method, address).status_code for method in ("get", "post")}

    assert found <= {302, 403, 404, 405}


@pytest.mark.parametrize("name", [each for each in of_a_centre() if "_activity_" in each])
def test_admin_shows_a_head_what_is_of_their_centre(world, name):
    address = admin_address(name, ADMIN[name], world)

    found = visit(world, "head", "get", address).status_code

    assert found == (403 if name.endswith("_delete") else 200)


@pytest.mark.parametrize("name", [name for name in ADMIN if name.endswith("_changelist")])
def test_admin_lists_everything_for_an_administrator(world, name):
    assert visit(world, "administrator", "get", reverse(name)).status_code == 200
