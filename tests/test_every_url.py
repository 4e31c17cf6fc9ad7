"""Every address, visited by everybody: nobody breaks it, and nobody sees what is not theirs.

The addresses are read from the URLconf. One that POLICY does not know is a failing test.
"""

import re
import uuid
from copy import deepcopy
from dataclasses import dataclass

import pytest
from django.contrib import admin
from django.db import transaction
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLResolver

from bookings.models import AbsenceNotice, Activity, Closure, Enrolment, Message, Session
from centres.models import Centre, Room
from lessons.models import CourseRun, Tuition
from people.models import Guardianship, Invitation, Person, RoleHeld, Staff, StaffAbsence
from tests.test_factories import FACTORIES
from tests.world import ACTORS, STAFF, STATES, small_county

pytestmark = pytest.mark.django_db

EVERYBODY = set(ACTORS)
SIGNED_IN = EVERYBODY - {"anonymous"}
OWNED = {"absence", "child", "enrolment", "guardianship", "invitation", "meeting"}


@dataclass(frozen=True)
class Page:
    """Who may be there; what its address names; which odd answers are answers."""

    who: frozenset | set
    names: str = ""
    also: tuple = ()  # statuses that are an answer here


FOR_ALL, ONCE_IN = Page(EVERYBODY), Page(SIGNED_IN)
FAMILY = Page({"parent", "administrator"}, "enrolment")
PLACE = Page({"parent", "administrator", "head"}, "enrolment")
CARE = Page({"parent"}, "child")  # no role but the family's own opens a child's care
TAKERS = {"teacher", "head", "administrator"}
REGISTER = Page(TAKERS, "meeting", also=(422,))
COVER = Page({"head", "administrator"}, "meeting", also=(422,))
ANY_ACTIVITY = Page(SIGNED_IN, "activity")

POLICY = {
    "home": FOR_ALL,
    "accessibility": FOR_ALL,
    "privacy": FOR_ALL,
    "cookies": FOR_ALL,
    "service_worker": FOR_ALL,
    "offline": FOR_ALL,
    "healthz": FOR_ALL,
    "readyz": Page(EVERYBODY, also=(503,)),  # no broker in tests
    "styleguide": Page(STAFF),
    "reports:staff_home": Page(STAFF),
    "reports:staff_sheet": Page(STAFF, "table"),
    "demonstration_mail": Page(set()),  # there only in a demonstration
    "account_login": FOR_ALL,
    "account_logout": FOR_ALL,
    "account_signup": FOR_ALL,
    "account_inactive": FOR_ALL,
    "account_email_verification_sent": FOR_ALL,
    "account_confirm_email": Page(EVERYBODY, "key", also=(404,)),  # an unknown key
    "account_change_password": ONCE_IN,
    "account_reset_password": FOR_ALL,
    "account_reset_password_done": FOR_ALL,
    "account_reset_password_from_key": Page(EVERYBODY, "reset"),
    "account_reset_password_from_key_done": FOR_ALL,
    "lessons:find_activities": FOR_ALL,
    "lessons:activity": Page(EVERYBODY, "activity"),
    "people:my_details": ONCE_IN,
    "people:stop_news": Page(EVERYBODY, "key", also=(404,)),  # an unknown key
    "people:start_child": ONCE_IN,
    "people:check_child": ONCE_IN,
    "people:add_child": Page(SIGNED_IN, "step"),
    "people:child": CARE,
    "people:child_added": Page({"parent", "administrator"}, "child"),
    "people:change_child": CARE,
    "people:consent_history": CARE,
    "people:adults": CARE,
    "people:invite_adult": CARE,
    "people:accept_invitation": Page(EVERYBODY, "key", also=(404,)),  # an unknown key
    "people:withdraw_invitation": Page({"parent"}, "invitation"),
    "people:step_back": Page({"parent"}, "guardianship", also=(422,)),  # the last adult
    "people:choose_digest": Page(SIGNED_IN, also=(404,)),  # no answer was said
    "people:change_needs": CARE,
    "people:answer_consent": Page({"parent"}, "child", also=(404,)),  # no such question
    "bookings:my_family": ONCE_IN,
    "bookings:my_teaching": ONCE_IN,
    "bookings:send_marks": Page(SIGNED_IN, also=(400,)),  # nothing sent
    "bookings:register": REGISTER,
    "bookings:not_taught": REGISTER,
    "bookings:register_care": Page(set(), "line", also=(404,)),  # weeks from its day: nobody
    "bookings:settle_mark": Page(TAKERS, "difference", also=(404,)),  # nothing differs there
    "bookings:calendar": ONCE_IN,
    "bookings:renew_calendar_feed": ONCE_IN,
    "bookings:revoke_calendar_feed": ONCE_IN,
    "bookings:calendar_feed": Page(EVERYBODY, "key", also=(404,)),  # an unknown key
    "bookings:tell_absence": Page({"parent", "administrator"}, "child"),
    "bookings:withdraw_absence": Page({"parent", "administrator"}, "absence"),
    "bookings:attendance": Page({"parent", "administrator"}, "child"),
    "bookings:write_message": Page(STAFF, also=(422,)),  # nothing typed
    "bookings:message": Page({"head", "administrator"}, "message"),
    "bookings:send_message": Page({"head", "administrator"}, "message", also=(422,)),
    "bookings:my_messages": ONCE_IN,
    "bookings:report_my_absence": Page({"teacher"}),
    "bookings:my_cover": Page({"teacher"}),
    "bookings:withdraw_my_absence": Page({"teacher"}, "away"),
    "lessons:cover": Page(STAFF),
    "lessons:find_cover": COVER,
    "lessons:ask_cover": COVER,
    "lessons:release_cover": COVER,
    "bookings:close_place": Page(STAFF, also=(422,)),
    "bookings:closure": Page({"head", "administrator"}, "closure"),
    "bookings:undo_closure": Page({"head", "administrator"}, "closure", also=(422,)),
    "bookings:move_session": Page({"head", "administrator"}, "meeting", also=(422,)),
    "bookings:restore_session": Page({"head", "administrator"}, "meeting"),
    "bookings:plan_makeup": Page({"head", "administrator"}, "meeting", also=(422,)),
    "bookings:book_place": ANY_ACTIVITY,
    "bookings:join_waiting_list": ANY_ACTIVITY,
    "bookings:enrolment": PLACE,
    "bookings:waiting": PLACE,
    "bookings:offer": PLACE,
    "bookings:extend_hold": FAMILY,
    "bookings:release_hold": FAMILY,
    "bookings:needs": FAMILY,
    "bookings:check_booking": FAMILY,
    "bookings:confirm_place": FAMILY,
    "bookings:booked": FAMILY,
    "bookings:leave_waiting_list": FAMILY,
    "bookings:accept_offer": FAMILY,
    "bookings:decline_offer": FAMILY,
    "bookings:give_notice": FAMILY,
}


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


def arguments(names, world, state="held"):
    return {
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


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", [name for name in SITE if POLICY[name].names == "enrolment"])
def test_address_copes_with_a_booking_in_every_state(world, name, state):
    """A page grown stale says so; it neither breaks nor denies that the booking was made."""
    page, address = POLICY[name], reverse(name, kwargs=arguments("enrolment", world, state))

    assert wrongs(world, address, page, ["parent", "other"]) == []


def answer(world, method, address):
    """What another family is told, but for the form token, which is never the same twice."""
    response = visit(world, "other", method, address)
    return response.status_code, re.sub(
        rb'(csrfmiddlewaretoken" value=)"\w+"', rb"\1", response.content
    )


@pytest.mark.parametrize("name", [name for name in SITE if POLICY[name].names in OWNED])
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
