"""Home, policies, the style guide, and what is said when things fail."""

import datetime as dt
from itertools import pairwise

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from hms_portal import views
from tests.core.pages import Page
from tests.factories.core import WordingFactory
from tests.factories.people import UserFactory, administrator

POLICIES = ["accessibility", "privacy", "cookies"]


def sign_in(client, user):
    client.force_login(user, backend="people.access.SignedIn")


def read(response):
    return Page(response.content.decode())


def is_whole(page):
    """Held of every page: one h1, no skipped heading, a name, a language, the skip link first."""
    headings = [int(tag[1]) for tag, _ in page.elements if tag in {"h1", "h2", "h3", "h4"}]
    links = page.all("a")
    return (
        page.complaints() == []
        and headings.count(1) == 1
        and all(deeper - one <= 1 for one, deeper in pairwise(headings))
        and page.title.endswith(" – Hertfordshire Music Service")
        and page.all("html", lang="en-GB") != []
        and links[0]["href"] == "#main"
    )


@pytest.mark.django_db
def test_home_asks_for_a_postcode_and_a_school_year_and_names_no_number_it_does_not_have(client):
    response = client.get(reverse("home"))

    page = read(response)
    assert response.status_code == 200
    assert is_whole(page)
    form = page.all("form", action=reverse("lessons:find_activities"))
    assert [one["method"] for one in form] == ["get"]
    assert page.all("input", name="near") != []
    assert page.all("select", name="year") != []
    assert b"places to book now" not in response.content
    assert b"centre" not in response.content.split(b"Lessons, choirs")[1].split(b"</p>")[0]


@pytest.mark.django_db
@pytest.mark.parametrize("name", POLICIES)
def test_policy_shows_the_text_in_force_today(client, name):
    WordingFactory(slug=name, title="Ours", body="## What we promise\n\nTo be *kind*.")
    WordingFactory(
        slug=name, version=2, body="Not yet", from_on=timezone.localdate() + dt.timedelta(days=1)
    )

    response = client.get(reverse(name))

    assert is_whole(read(response))
    assert b"<h2>What we promise</h2>" in response.content
    assert b"<em>kind</em>" in response.content
    assert b"Not yet" not in response.content


@pytest.mark.django_db
@pytest.mark.parametrize("name", POLICIES)
def test_policy_that_is_not_written_yet_says_whom_to_ask(client, name):
    response = client.get(reverse(name))

    assert is_whole(read(response))
    assert b"This text is being written" in response.content


@pytest.mark.django_db
def test_page_that_is_not_there_says_so_in_our_frame(client):
    sign_in(client, UserFactory())

    response = client.get("/no-such-page/")

    assert response.status_code == 404
    assert is_whole(read(response))
    assert b"We cannot find that page" in response.content


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("view", "status"),
    [
        (views.bad_request, 400),
        (views.permission_denied, 403),
        (views.page_not_found, 404),
        (views.too_many_requests, 429),
    ],
)
def test_failure_has_a_page_of_its_own(view, status):
    request = RequestFactory().get("/")
    request.user = AnonymousUser()

    response = view(request, None)

    assert response.status_code == status
    assert is_whole(read(response))


def test_server_error_needs_no_request_and_no_database():
    response = views.server_error(RequestFactory().get("/"))

    assert response.status_code == 500
    assert is_whole(read(response))


def test_server_error_page_stands_even_with_no_context_at_all():
    page = Page(render_to_string("500.html"))

    assert page.title == "Something broke on our side"
    assert page.complaints() == []


@pytest.mark.django_db
def test_stale_form_is_told_what_to_do():
    strict = Client(enforce_csrf_checks=True)

    response = strict.post(reverse("account_login"), {"login": "priya@family.example"})

    assert response.status_code == 403
    assert is_whole(read(response))
    assert b"This page was open too long" in response.content


@pytest.mark.django_db
def test_styleguide_is_for_staff(client):
    sign_in(client, UserFactory())
    assert client.get(reverse("styleguide")).status_code == 404

    sign_in(client, UserFactory(is_staff=True))
    assert client.get(reverse("styleguide")).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "begins"),
    [
        pytest.param(None, "Style guide", id="empty"),
        pytest.param({"save": "1"}, "Error: Style guide", id="refused"),
    ],
)
def test_styleguide_renders_every_component(client, typed, begins):
    sign_in(client, UserFactory(is_staff=True))

    url = reverse("styleguide")
    response = client.get(url) if typed is None else client.post(url, typed)

    page = read(response)
    assert page.title.startswith(begins)
    assert is_whole(page)
    assert len(page.with_class("error-summary")) == (0 if typed is None else 1)


def offered(words):
    entries = ["Sign in", "Sign out", "My family", "My details", "Staff home<", "tabbar"]
    return [entry for entry in entries if entry in words]


@pytest.mark.django_db
def test_frame_offers_only_what_the_reader_can_do(client):
    visitor = client.get(reverse("home")).content.decode()
    sign_in(client, UserFactory())
    family = client.get(reverse("home")).content.decode()
    sign_in(client, administrator())
    staff = client.get(reverse("home")).content.decode()

    assert offered(visitor) == ["Sign in"]
    assert offered(family) == ["Sign out", "My family", "My details", "tabbar"]
    assert offered(staff) == ["Sign out", "My family", "My details", "Staff home<", "tabbar"]


@pytest.mark.django_db
@pytest.mark.parametrize("on", [True, False])
def test_frame_says_when_nothing_is_real(client, settings, on):
    settings.DEMONSTRATION = on

    assert (b"nothing here is real" in client.get(reverse("home")).content) is on
