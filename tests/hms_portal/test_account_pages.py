"""The account pages keep the lesson somebody came from, and lead staff to their own work."""

import uuid

import pytest
from django.urls import reverse

from people.models import RoleHeld
from tests.factories.bookings import ActivityFactory
from tests.factories.people import PASSWORD, RoleHeldFactory, UserFactory

pytestmark = pytest.mark.django_db
FORMS = ["account_signup", "account_login"]


@pytest.fixture
def group():
    return ActivityFactory(title="Ukulele club")


def form_page(client, name, onward):
    return client.get(reverse(name), {"next": onward}).content.decode()


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("led_by", ["lessons:activity", "bookings:book_place"])
def test_the_lesson_is_kept_beside_the_form(client, group, name, led_by):
    page = form_page(client, name, reverse(led_by, args=[group.ref]))

    assert "We kept your place on the page" in page
    assert "Ukulele club, Saturdays" in page
    assert f'<a class="back" href="{reverse("lessons:activity", args=[group.ref])}">' in page


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize(
    "onward",
    [
        pytest.param("", id="from nowhere"),
        pytest.param("/accessibility/", id="another page"),
        pytest.param("/no-such-page/", id="no page"),
        pytest.param(f"/lessons/{uuid.uuid4()}/", id="no such lesson"),
        pytest.param("https://elsewhere.example/lessons/", id="elsewhere"),
    ],
)
def test_no_lesson_is_kept_where_none_led_here(client, name, onward):
    page = form_page(client, name, onward)

    assert "Back to the lesson" not in page


def test_a_lesson_nobody_may_see_yet_is_not_named(client):
    draft = ActivityFactory(title="Secret choir", status="draft")

    page = form_page(client, "account_signup", reverse("lessons:activity", args=[draft.ref]))

    assert "Secret choir" not in page


@pytest.mark.parametrize(
    ("role", "is_staff", "lands_on"),
    [
        pytest.param(None, False, "bookings:my_family", id="a family"),
        pytest.param(RoleHeld.Role.TEACHER, False, "bookings:my_teaching", id="a teacher"),
        pytest.param(
            RoleHeld.Role.ADMINISTRATOR, True, "reports:staff_home", id="an administrator"
        ),
    ],
)
def test_whoever_asks_for_no_page_lands_on_their_own(client, role, is_staff, lands_on):
    user = UserFactory(is_staff=is_staff)
    if role:
        RoleHeldFactory(person=user.person, role=role)

    entered = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})

    assert entered.url == reverse(lands_on)


@pytest.mark.parametrize("teaches", [True, False])
def test_only_who_teaches_is_offered_their_teaching(client, teaches):
    user = UserFactory()
    if teaches:
        RoleHeldFactory(person=user.person, role=RoleHeld.Role.TEACHER)
    client.force_login(user, backend="people.access.SignedIn")

    page = client.get(reverse("home")).content.decode()

    assert ("My teaching" in page) is teaches
