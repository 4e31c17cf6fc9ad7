"""A family that never saw the portal: from the finder to the place on its own page, no script."""

import html
import re
from urllib.parse import urlsplit

import pytest
from django.urls import reverse

from bookings.models import Enrolment
from core.models import Email
from people.models import Person
from tests.bookings.stage import open_group
from tests.factories.core import NOON
from tests.factories.lessons import CourseRunFactory
from tests.factories.people import ConsentWordingFactory, SchoolFactory

pytestmark = pytest.mark.django_db
ADDRESS = "priya@family.example"


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOON)


def words(response):
    assert response.status_code == 200, response
    return html.unescape(response.content.decode())


def link(page, text):
    """Where the page's link with these words leads."""
    pattern = rf'<a[^>]*href="([^"]+)"[^>]*>(?:(?!</a>).)*{re.escape(text)}'
    return re.search(pattern, words(page), re.DOTALL).group(1)


def answer(client, page, told):
    """Fill in the page's form, with what it hides, and follow it to the next page."""
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', words(page))
    following = client.post(page.request["PATH_INFO"], dict(hidden) | told, follow=True)
    assert following.redirect_chain, re.findall(r'id="[^"]+_error"[^>]*>.*?</p>', words(following))
    return following


def sign_up(client, page):
    """Make an account from the sign-in page, and open the letter's link."""
    page = client.get(link(page, "Make"))
    told = {
        "given_name": "Priya",
        "family_name": "Sharma",
        "email": ADDRESS,
        "password1": "three words unrelated",
        "next": page.context["form"].initial.get("next") or page.wsgi_request.GET.get("next", ""),
    }
    client.post(page.request["PATH_INFO"] + "?" + page.request["QUERY_STRING"], told, follow=True)
    letter = Email.objects.get(copy="verify-address", to_address=ADDRESS)
    opened = client.get(urlsplit(re.search(r"https?://\S+", letter.body_text).group()).path)
    return client.post(opened.request["PATH_INFO"], follow=True)


def add_child(client, page, school):
    page = answer(client, page, {"given_name": "Anya", "family_name": "Sharma"})
    page = answer(client, page, {"born_on_0": "4", "born_on_1": "5", "born_on_2": "2018"})
    page = client.get(page.request["PATH_INFO"], {"q": "larkhay"})
    page = answer(client, page, {"school": str(school.pk), "q": "larkhay"})
    page = answer(client, page, {"helps": ["quiet"]})
    told = {"relationship": "parent", "emergency_name": "Priya", "emergency_phone": "01632 960001"}
    page = answer(client, page, told)
    page = answer(client, page, {"photo": "no"})
    assert "Year 4" in words(page)
    return answer(client, page, {})


def test_a_newcomer_finds_and_books_a_place(client):
    group = open_group(title="Ukulele Beginners", min_year=3, max_year=6)
    CourseRunFactory(activity=group)
    school = SchoolFactory(name="Larkhay Junior School")
    ConsentWordingFactory()

    found = client.get(reverse("lessons:find_activities"))
    activity = client.get(link(found, "Ukulele Beginners"))
    assert "£90" in words(activity)
    turned_away = client.get(reverse("bookings:book_place", args=[group.ref]), follow=True)
    home = sign_up(client, turned_away)
    assert home.status_code == 200
    who = client.get(reverse("bookings:book_place", args=[group.ref]))
    name = client.get(link(who, "Add a child"), follow=True)
    back = add_child(client, name, school)

    child = Person.objects.get(given_name="Anya")
    assert f"{reverse('bookings:book_place', args=[group.ref])}?who=" in "".join(
        url for url, _ in back.redirect_chain
    )
    assert f'value="{child.ref}" id="id_who_0" checked' in words(back)
    needs = answer(client, back, {"who": str(child.ref)})
    assert "until 12.15pm" in words(needs)
    assert "Priya, 01632 960001" in words(needs)
    check = answer(client, needs, {"helps": ["quiet"], "emergency_contacts": "Priya, 01632 960001"})
    assert "Check your answers before you book" in words(check)
    enrolment = Enrolment.objects.get()
    confirm = reverse("bookings:confirm_place", args=[enrolment.ref])
    booked = client.post(confirm, follow=True)
    assert "Anya is in" in words(booked)

    family = client.get(link(booked, "Go to your family page"))
    assert "Ukulele Beginners" in words(family)
    assert "Saturday 28 November" in words(family)
    letter = Email.objects.get(copy="place-booked")
    assert (letter.to_address, "Anya" in letter.subject) == (ADDRESS, True)


def test_a_second_family_racing_for_the_last_place_gets_the_line(client, django_user_model):
    group = open_group(title="Ukulele Beginners", capacity=1)
    families = []
    for number in (1, 2):
        user = django_user_model.objects.create_user(f"f{number}@family.example", "x" * 12)
        client.force_login(user, backend="people.access.SignedIn")
        page = client.get(reverse("people:start_child"), follow=True)
        add_child_at_home(client, page)
        families.append((user, Person.objects.get(guardians__adult=user.person)))

    answers = []
    for user, child in families:
        client.force_login(user, backend="people.access.SignedIn")
        told = {"who": str(child.ref)}
        answers.append(client.post(reverse("bookings:book_place", args=[group.ref]), told))

    assert answers[0].status_code == 302
    assert "You can join the waiting list" in words(answers[1])
    line = client.post(reverse("bookings:join_waiting_list", args=[group.ref]), told, follow=True)
    assert "Anya is number 1 in the line" in words(line)


def add_child_at_home(client, page):
    page = answer(client, page, {"given_name": "Anya", "family_name": "Sharma"})
    page = answer(client, page, {"born_on_0": "4", "born_on_1": "5", "born_on_2": "2016"})
    page = answer(client, page, {"school": "home"})
    page = answer(client, page, {})
    told = {"relationship": "parent", "emergency_name": "Priya", "emergency_phone": "01632 960001"}
    page = answer(client, page, told)
    page = answer(client, page, {"photo": "no"})
    return answer(client, page, {})
