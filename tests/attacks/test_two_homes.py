"""A family with two homes: every address, feed and list, read by everybody for what is not theirs.

The addresses are those of the URLconf: a page that is new tomorrow is read too.
"""

import re
import sys
from urllib.parse import urlencode

import pytest
from django.contrib import admin
from django.db import transaction
from django.test import RequestFactory
from django.urls import reverse

from people import care
from people.models import Person
from people.queries import families
from tests.attacks.homes import CANARIES, HERE, KIN, STANDING, leaks, two_homes
from tests.policy import POLICY
from tests.test_every_url import ADMIN, SITE, admin_address, arguments, visit
from tests.world import ACTORS

pytestmark = pytest.mark.django_db

EVERYBODY = (*ACTORS, *STANDING, "other_teacher")
# A form that is sent answers with a page of its kind: those who are nearest, and yet not meant.
NEAREST = ("hidden", "pays", "barred", "other", "other_head")
IN_THE_OFFICE = ("head", "other_head", "administrator")


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Made once; every visit is undone."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield two_homes()
        transaction.set_rollback(True)


def text_of(response):
    headers = " ".join(f"{name}: {value}" for name, value in response.items())
    return f"{headers}\n{getattr(response, 'content', b'').decode(errors='replace')}"


def read(world, actor, method, address):
    """What an actor reads at an address that they may not read anywhere."""
    return leaks(text_of(visit(world, actor, method, address)), actor)


def sweep(world, addresses, actors, methods):
    return [
        f"{actor} read {word} by {method} at {address}"
        for address in addresses
        for actor in actors
        for method in methods
        for word in read(world, actor, method, address)
    ]


def addresses_of(name, world):
    """An address with what it names; a booking in each of its states."""
    names = POLICY[name].names
    states = ("held", "waiting", "offered", "active") if names == "enrolment" else ("held",)
    return [reverse(name, kwargs=arguments(names, world, state)) for state in states]


@pytest.mark.parametrize("name", [name for name in SITE if name in POLICY])
def test_a_page_says_nothing_to_whom_it_is_not_for(world, name):
    addresses = addresses_of(name, world)

    assert sweep(world, addresses, EVERYBODY, ["get"]) == []
    assert sweep(world, addresses[:1], NEAREST, ["post"]) == []


@pytest.mark.parametrize("name", ADMIN)
def test_a_page_of_the_office_says_nothing_to_whom_it_is_not_for(world, name):
    with transaction.atomic():
        address = admin_address(name, ADMIN[name], world)
        found = sweep(world, [address], IN_THE_OFFICE, ["get"])
        transaction.set_rollback(True)

    assert found == []


def looked_up():
    """Every list that the office's forms look names up in, searched for each canary."""
    return [
        (f"{model._meta.app_label}.{model._meta.model_name}.{field}", model, field)
        for model, of_model in admin.site._registry.items()
        for field in of_model.autocomplete_fields
    ]


@pytest.mark.parametrize(
    ("model", "field"), [each[1:] for each in looked_up()], ids=[each[0] for each in looked_up()]
)
def test_a_list_to_choose_from_says_nothing_to_whom_it_is_not_for(world, model, field):
    asked = {
        "app_label": model._meta.app_label,
        "model_name": model._meta.model_name,
        "field_name": field,
    }
    addresses = [
        f"{reverse('admin:autocomplete')}?{urlencode({**asked, 'term': word})}"
        for word in ("", "odette", "hester", "quillfeather")
    ]

    assert sweep(world, addresses, IN_THE_OFFICE, ["get"]) == []


def listed(world, actor):
    """Every button over every list of the office, that the actor is offered."""
    request = RequestFactory().get("/")
    request.user = world.users[actor]
    request._dont_enforce_csrf_checks = True
    for model, of_model in admin.site._registry.items():
        for action in (
            of_model.get_actions(request) if of_model.has_view_permission(request) else ()
        ):
            yield model, action


@pytest.mark.parametrize("actor", ["head", "other_head", "administrator"])
def test_what_the_office_prints_and_exports_says_nothing_to_whom_it_is_not_for(world, actor):
    found = []
    for model, action in listed(world, actor):
        meta = model._meta
        address = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
        rows = [str(key) for key in model._default_manager.values_list("pk", flat=True)[:200]]
        with transaction.atomic():
            answer = world.clients[actor].post(
                address, {"action": action, "_selected_action": rows, "select_across": "1"}
            )
            transaction.set_rollback(True)
        found += [f"{word} from {action} of {meta.label}" for word in leaks(text_of(answer), actor)]

    assert found == []


@pytest.mark.parametrize("owner", [name for name in EVERYBODY if name != "anonymous"])
def test_a_calendar_says_only_what_its_owner_may_know(world, owner):
    address = reverse("bookings:calendar_feed", kwargs={"key": world.keys["calendars"][owner]})

    answer = visit(world, "anonymous", "get", address)

    assert answer.status_code == 200
    assert leaks(text_of(answer), owner) == []
    assert ("Odette" in text_of(answer)) == (owner in KIN)


def test_a_letter_of_invitation_names_nobody_to_whoever_finds_it(world):
    address = reverse("people:accept_invitation", kwargs={"key": world.keys["invitation"]})

    for actor in EVERYBODY:
        for method in ("get", "post"):
            said = text_of(visit(world, actor, method, address))
            main = re.search(r"<main.*?</main>", said, re.DOTALL)[0]
            assert leaks(main, actor) == []
            assert "Odette" not in main
            assert "Alba" not in main


# The sweep itself: does it see?


def test_everybody_who_may_know_a_canary_reads_it_somewhere(world):
    """A word that no page says would prove nothing by its absence."""
    seen = {
        word
        for name in ("people:my_details", "people:child", "people:adults", "bookings:my_family")
        for actor in ("parent", "hidden", "other", "collects")
        for address in addresses_of(name, world)
        for word in CANARIES
        if word in text_of(visit(world, actor, "get", address))
    }
    needs = text_of(visit(world, "hidden", "get", addresses_of("people:change_needs", world)[0]))

    assert seen >= {*CANARIES} - {word for word in CANARIES if word in needs}


def test_a_leak_in_a_query_is_found(world, monkeypatch):
    monkeypatch.setattr(
        families, "_met", lambda child, reader: {link.adult_id for link in child.guardians.all()}
    )

    found = sweep(world, addresses_of("people:adults", world), ["parent"], ["get"])

    assert [each.split(" by ")[0] for each in found] == ["parent read Corvina"]


def test_a_leak_in_what_is_sealed_is_found(world, monkeypatch):
    monkeypatch.setattr(care, "_unseen", lambda contacts, learner, by: set())

    found = sweep(world, addresses_of("people:change_needs", world), ["parent", "hidden"], ["get"])

    assert [each.split(" by ")[0] for each in found] == [
        "parent read 01632 960777",
        "hidden read 01632 960111",
    ]


def test_a_leak_of_a_whole_page_is_found(world, monkeypatch):
    def seen(request, ref):
        return Person.objects.get(ref=ref)

    monkeypatch.setattr(sys.modules["people.views.adults"], "seen", seen)

    found = sweep(world, addresses_of("people:adults", world), ["barred", "other", "pays"], ["get"])

    assert {each.split(" by ")[0] for each in found} == {
        "barred read Odette",
        "other read Odette",
    }


def test_the_head_and_the_administrator_do_read_of_the_family(world):
    """Else their columns of the sweep would be empty by a broken sign-in."""
    for actor in HERE:
        assert "Odette" in text_of(
            visit(world, actor, "get", reverse("admin:bookings_enrolment_changelist"))
        )
