"""Signing up, confirming, signing in and forgetting: as a family does it, letters included."""

import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from core.models import Email
from people.account_forms import SignUpForm
from people.models import Person, User

pytestmark = pytest.mark.django_db

PASSWORD = "violet-tuba-lantern"
ONWARD = "/accessibility/"  # any page of ours to come back to


def sign_up(client, onward="", **changes):
    said = {
        "given_name": "Zoë",
        "family_name": "O’Neill",
        "email": "zoe@home.example",
        "password1": PASSWORD,
    }
    query = f"?next={onward}" if onward else ""
    return client.post(reverse("account_signup") + query, said | changes)


def sign_in(client, email="zoe@home.example", password=PASSWORD, onward=""):
    query = f"?next={onward}" if onward else ""
    return client.post(reverse("account_login") + query, {"login": email, "password": password})


def link_in(letter):
    return re.search(r"^http://testserver(\S+)$", letter.body_text, re.MULTILINE)[1]


def is_signed_in(client):
    return "_auth_user_id" in client.session


@pytest.fixture
def zoe():
    """Somebody with a confirmed address."""
    user = User.objects.create_user("zoe@home.example", PASSWORD, given_name="Zoë")
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    return user


def test_a_visitor_becomes_a_user_and_lands_where_they_came_from(client):
    sent_on = sign_up(client, onward=ONWARD)

    assert sent_on.url == reverse("account_email_verification_sent")
    assert not is_signed_in(client)
    letter = Email.objects.get()
    assert (letter.copy, letter.to_address) == ("verify-address", "zoe@home.example")
    assert letter.body_text.startswith("Hello Zoë,")
    assert "&" not in letter.subject + letter.body_text

    link = link_in(letter)
    assert client.get(link).status_code == 200
    assert not is_signed_in(client)
    landed = client.post(link)

    assert landed.url == ONWARD
    assert is_signed_in(client)


def test_a_link_opened_on_a_telephone_still_knows_the_page(client, client_of_a_telephone):
    sign_up(client, onward=ONWARD)
    link = link_in(Email.objects.get())

    confirmed = client_of_a_telephone.post(link)
    asked_to_sign_in = client_of_a_telephone.get(confirmed.url)
    landed = sign_in(client_of_a_telephone, onward=ONWARD)

    assert confirmed.url == ONWARD
    assert asked_to_sign_in.status_code == 200
    assert landed.url == ONWARD


@pytest.fixture
def client_of_a_telephone():
    return Client()


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:1"])
def test_nobody_is_sent_elsewhere(client, zoe, elsewhere):
    landed = sign_in(client, onward=elsewhere)

    assert landed.url == reverse("bookings:my_family")


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example"])
def test_no_letter_carries_a_way_elsewhere(client, elsewhere):
    sign_up(client, onward=elsewhere)

    assert "evil" not in Email.objects.get().body_text


def test_the_link_is_ours_whatever_host_the_visitor_named(client, settings):
    settings.ALLOWED_HOSTS = ["*"]

    client.post(
        reverse("account_signup"),
        {"given_name": "A", "email": "a@home.example", "password1": PASSWORD},
        headers={"host": "evil.example"},
    )

    assert "http://testserver/account/confirm-email/" in Email.objects.get().body_text


def test_an_address_in_use_is_not_revealed(client, zoe):
    known = sign_up(client)
    unknown = sign_up(Client(), email="other@home.example")

    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    letters = dict(Email.objects.values_list("to_address", "copy"))
    assert letters == {"zoe@home.example": "account-exists", "other@home.example": "verify-address"}
    assert User.objects.filter(email="zoe@home.example").count() == 1


def test_an_address_in_other_letters_is_the_same_address(client, zoe):
    sign_up(client, email="ZOE@Home.Example")

    assert Email.objects.get().copy == "account-exists"
    assert sign_in(client, email="Zoe@HOME.example").url == reverse("bookings:my_family")


@pytest.mark.parametrize(
    ("given", "family"),
    [
        pytest.param("Zoë", "O’Neill-D'Arcy", id="accents and apostrophes"),
        pytest.param("محمد", "الأحمد", id="right to left"),
        pytest.param("Nguyễn", "", id="one name"),
        pytest.param("x" * 200, "y" * 200, id="200 characters"),
        pytest.param("王", "小明", id="one character"),
        pytest.param("<script>alert(1)</script>", "Bobby'); DROP TABLE people;--", id="code"),
    ],
)
def test_names_of_every_kind_are_kept(client, given, family):
    sign_up(client, given_name=given, family_name=family)

    person = Person.objects.get()
    assert (person.given_name, person.family_name) == (given, family)
    assert "<script>" not in Email.objects.get().body_html


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("given_name", "", "Enter your first name"),
        ("given_name", "  \t ", "Enter your first name"),
        ("given_name", "x" * 201, "Enter at most 200 characters: 201 is too many"),
        ("given_name", "Win at www.evil.example", "Enter a name, without an address or a link"),
        ("email", "", "Enter your email address"),
        ("email", "zoe@", "Enter an email address like name@example.org"),
        ("email", "z" * 250 + "@home.example", "Use at most 254 characters. There are 263"),
        ("password1", "", "Choose a password"),
        ("password1", "short", "Choose a longer password: at least 12 characters"),
        (
            "password1",
            "zoe@home.example",
            "Choose another password: this one is too like your email address",
        ),
        (
            "phone_number",
            "ring me",
            "Enter a telephone number like 07700 900123, or leave it empty",
        ),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(client, field, typed, sentence):
    page = sign_up(client, **{field: typed})

    assert page.status_code == 200
    assert page.context["form"].errors == {field: [sentence]}
    assert not User.objects.exists()


def test_what_was_typed_is_kept_but_for_the_password(client):
    page = sign_up(client, password1="short")

    assert 'value="zoe@home.example"' in page.text
    assert "O’Neill" in page.text
    assert "short" not in re.sub(r"(?s)<head>.*?</head>", "", page.text).replace("short,", "")


def test_a_wrong_password_and_an_unknown_address_sound_the_same(client, zoe):
    wrong = sign_in(client, password="something-quite-else")
    unknown = sign_in(client, email="nobody@home.example")

    words = (
        "That email address and password do not go together. Check both, or choose a new password"
    )
    assert wrong.context["form"].errors == {"__all__": [words]}
    assert unknown.context["form"].errors == {"__all__": [words]}


def test_an_address_must_be_confirmed_before_signing_in(client):
    sign_up(client)
    Email.objects.all().delete()
    cache.clear()

    refused = sign_in(Client())

    assert refused.url == reverse("account_email_verification_sent")
    assert Email.objects.get().copy == "verify-address"


def test_a_link_that_is_not_one_is_refused_gently(client):
    page = client.get("/account/confirm-email/not-a-key/")

    assert page.status_code == 200
    assert page.context["can_confirm"] is None


def test_a_forgotten_password_is_chosen_anew_once(client, zoe):
    asked = client.post(reverse("account_reset_password"), {"email": "zoe@home.example"})
    letter = Email.objects.get()
    link = link_in(letter)
    form_page = client.get(link, follow=True)
    form_url = form_page.redirect_chain[-1][0]
    done = client.post(form_url, {"password1": "copper-otter-window"})
    again = Client().get(link)

    assert asked.url == reverse("account_reset_password_done")
    assert (letter.copy, letter.to_address) == ("reset-password", "zoe@home.example")
    assert done.url == reverse("account_reset_password_from_key_done")
    assert sign_in(Client(), password="copper-otter-window").status_code == 302
    assert again.context["token_fail"] is True


def test_forgetting_an_unknown_address_looks_the_same(client, zoe):
    asked = client.post(reverse("account_reset_password"), {"email": "nobody@home.example"})

    assert asked.url == reverse("account_reset_password_done")
    letter = Email.objects.get()
    assert (letter.copy, letter.to_address) == ("no-account", "nobody@home.example")


def test_a_password_is_changed_by_who_knows_it(client, zoe):
    sign_in(client)
    url = reverse("account_change_password")

    refused = client.post(url, {"oldpassword": "wrong", "password1": "copper-otter-window"})
    client.post(url, {"oldpassword": PASSWORD, "password1": "copper-otter-window"})

    assert refused.context["form"].errors == {
        "oldpassword": ["That is not the password you have now"]
    }
    zoe.refresh_from_db()
    assert zoe.check_password("copper-otter-window")
    assert is_signed_in(client)


def test_too_many_tries_at_one_account_are_stopped(client, zoe):
    for _ in range(5):
        sign_in(client, password="something-quite-else")

    refused = sign_in(client)

    assert refused.context["form"].errors == {
        "__all__": ["That is too many tries. Wait 5 minutes, or choose a new password"]
    }
    assert not is_signed_in(client)


def test_too_many_sign_ups_from_one_place_get_the_page_that_says_so(client):
    for number in range(20):
        sign_up(client, email=f"family{number}@home.example")

    refused = sign_up(client, email="family21@home.example")

    assert refused.status_code == 429
    assert next(template.name for template in refused.templates) == "429.html"
    assert not User.objects.filter(email="family21@home.example").exists()


def test_two_of_the_same_sign_up_at_once_make_one_account(client, monkeypatch):
    sign_up(Client())
    # What the second of two sees: it looked before the first had written.
    monkeypatch.setattr(SignUpForm, "validate_unique_email", lambda form, value: value)

    second = sign_up(client)

    assert second.url == reverse("account_email_verification_sent")
    assert User.objects.count() == Person.objects.count() == 1


def test_staff_sign_in_where_everybody_does(client):
    sent = client.get("/admin/login/?next=/admin/people/")

    assert sent.url == "/account/login/?next=/admin/people/"


@pytest.mark.parametrize(
    "path", ["email/", "password/set/", "reauthenticate/", "login/code/confirm/", ""]
)
def test_pages_nobody_dressed_are_not_there(client, zoe, path):
    sign_in(client)

    assert client.get(f"/account/{path}").status_code == 404


@pytest.mark.parametrize("elsewhere", ["javascript:alert(1)", "https://evil.example/", "//evil"])
def test_the_way_back_leads_to_a_page_of_ours(client, elsewhere):
    ours = client.get(reverse("account_signup"), {"next": ONWARD})
    theirs = client.get(reverse("account_signup"), {"next": elsewhere})

    assert f'href="{ONWARD}"' in ours.text
    assert f'href="{elsewhere}"' not in theirs.text
