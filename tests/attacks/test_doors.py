"""The ways in: redirects, cookies, hosts, methods, forms without their token, limits on tries."""

import re
import subprocess
import sys

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from people.models import User
from tests.factories.people import PASSWORD, UserFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db

ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "https://evil.example/places/",
    "https:evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "javascript:alert(1)",
    "http://testserver@evil.example/",
    "\0//evil.example",
    " //evil.example",
]
OURS = "http://testserver"
PAGES = ("account_login", "account_signup", "account_reset_password")


@pytest.fixture
def user():
    return UserFactory()


@pytest.fixture
def strict():
    """A browser from which a form needs its token."""
    return Client(enforce_csrf_checks=True, raise_request_exception=False)


@pytest.mark.parametrize("onward", ELSEWHERE)
def test_signing_in_and_out_leads_to_no_other_site(user, onward):
    client = Client()
    login, logout = reverse("account_login"), reverse("account_logout")
    said = {"login": user.email, "password": PASSWORD, "next": onward}

    entered = client.post(f"{login}?next={onward}", said)
    left = client.post(logout, {"next": onward})

    assert entered["Location"] == reverse("bookings:my_family")
    assert left["Location"] == "/"


@pytest.mark.parametrize("onward", ELSEWHERE)
@pytest.mark.parametrize("page", PAGES)
def test_no_link_of_an_account_page_leads_to_another_site(client, page, onward):
    shown = client.get(reverse(page), {"next": onward}).content.decode()

    links = re.findall(r'(?:href|action|src)="([^"]*)"', shown)
    assert [link for link in links if "evil" in link or link.startswith("javascript")] == []


@pytest.mark.parametrize("onward", ELSEWHERE)
def test_adding_a_child_leads_to_no_other_site(client, user, onward):
    sign_in(client, user)
    page = reverse("people:add_child", args=["name"])

    client.post(page, {"given_name": "Zed", "next": onward})
    answer = client.get(reverse("people:start_child"))

    assert "evil" not in answer["Location"]
    assert "javascript" not in answer["Location"]


def test_a_session_that_somebody_else_chose_is_not_signed_in(user):
    victim, attacker = Client(), Client()
    victim.get(reverse("account_login"))
    attacker.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32
    victim.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32

    victim.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})

    assert victim.get("/places/").status_code == 200
    assert victim.cookies[settings.SESSION_COOKIE_NAME].value != "a" * 32
    assert attacker.get("/places/").status_code == 302


def test_a_cookie_kept_from_before_signing_out_opens_nothing(client, user):
    sign_in(client, user)
    kept = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.post(reverse("account_logout"))

    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = kept

    assert thief.get("/places/").status_code == 302
    assert not Session.objects.filter(session_key=kept).exists()


@pytest.mark.parametrize("host", ["evil.example", "testserver@evil.example", "a b", "[::1", ""])
@pytest.mark.parametrize("page", ["/", "/account/login/", "/places/", "/no-such-page/"])
def test_another_host_is_refused_with_a_page_of_ours(page, host):
    client = Client(raise_request_exception=False)

    answer = client.get(page, headers={"host": host})

    assert answer.status_code == 400
    assert settings.SERVICE_NAME in answer.content.decode()
    assert "Content-Security-Policy" in answer
    assert "evil" not in answer.content.decode()


@pytest.mark.parametrize("method", ["put", "patch", "delete", "trace"])
@pytest.mark.parametrize("page", ["/", "/lessons/", "/places/", "/people/my-details/", "/healthz"])
def test_a_method_nobody_uses_is_refused(client, user, method, page):
    sign_in(client, user)

    answer = getattr(client, method)(page)

    assert answer.status_code in {403, 405}


# Forms without their token


def typed(answer):
    return re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', answer.content.decode())


def test_a_form_grown_stale_keeps_what_was_typed_and_is_sent_again(strict, user):
    sign_in(strict, user)
    page = reverse("people:my_details")
    said = {"given_name": "Siân", "family_name": "O'Brien", "town": 'two "words"', "q": ["a", "b"]}

    stale = strict.post(page, {**said, "csrfmiddlewaretoken": "x" * 64}, headers={"origin": OURS})
    again = typed(stale)

    assert stale.status_code == 403
    assert "What you typed is kept" in stale.content.decode()
    assert f'action="{page}"' in stale.content.decode()
    assert [name for name, _ in again if name == "q"] == ["q", "q"]
    assert stale["Cache-Control"] == "no-store, private"
    fields = dict(again) | {"family_name": "O'Brien", "town": 'two "words"'}
    assert strict.post(page, fields, headers={"origin": OURS}).status_code == 302
    user.person.refresh_from_db()
    assert user.person.given_name == "Siân"


@pytest.mark.parametrize("origin", ["https://evil.example", "null", ""])
def test_a_form_that_another_site_sent_is_not_made_ready_to_send_again(strict, user, origin):
    sign_in(strict, user)
    headers = {"origin": origin} if origin else {}

    answer = strict.post(reverse("people:my_details"), {"given_name": "Mallory"}, headers=headers)

    assert answer.status_code == 403
    assert "Mallory" not in answer.content.decode()
    assert "Nothing was sent" in answer.content.decode()


def test_a_stale_form_repeats_no_password(strict):
    said = {"login": "ann@home.example", "password": PASSWORD, "password1": PASSWORD}

    answer = strict.post(reverse("account_login"), said, headers={"origin": OURS})

    assert answer.status_code == 403
    assert "ann@home.example" in answer.content.decode()
    assert PASSWORD not in answer.content.decode()


@pytest.mark.parametrize(
    ("kind", "sent"),
    [
        ("application/x-www-form-urlencoded; charset=utf-16", b"given_name=%ff%fe"),
        ("multipart/form-data", b"junk"),
        ("multipart/form-data; boundary=x", b"junk"),
        ("application/json", b"{"),
        ("application/x-www-form-urlencoded", b"given_name=" + b"x" * 3_000_000),
        ("application/x-www-form-urlencoded", b"&".join(b"f%d=x" % n for n in range(1100))),
    ],
)
def test_a_form_that_cannot_be_read_is_refused_with_a_page_of_ours(strict, user, kind, sent):
    sign_in(strict, user)

    answer = strict.post(reverse("people:my_details"), sent, content_type=kind)

    assert answer.status_code in {400, 403}
    assert settings.SERVICE_NAME in answer.content.decode()
    assert "Content-Security-Policy" in answer


# Accounts


def without_what_differs(answer, *addresses):
    said = re.sub(r'csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
    for address in addresses:
        said = said.replace(address, "")
    return answer.status_code, answer.get("Location"), said


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("account_signup", {"given_name": "Ann", "password1": "three words apart 99"}),
        ("account_reset_password", {}),
        ("account_login", {"password": "not the password"}),
    ],
)
def test_nobody_learns_whether_an_address_has_an_account(user, page, said):
    field = "login" if page == "account_login" else "email"
    here, nobody = user.email, "nobody@family.example"
    answers = []
    for address in (here, nobody):
        client = Client()
        first = client.post(reverse(page), {field: address, **said})
        then = client.get(first["Location"]) if first.status_code == 302 else first
        answers.append([without_what_differs(each, here, nobody) for each in (first, then)])
        answers[-1].append(sorted(client.cookies))

    assert answers[0] == answers[1]


@pytest.mark.parametrize(
    ("page", "said", "most"),
    [
        ("account_login", {"login": "ann@home.example", "password": "wrong"}, 40),
        ("account_reset_password", {"email": "ann@home.example"}, 25),
        ("account_signup", {"given_name": "A", "email": "a@b.example", "password1": "x"}, 25),
    ],
)
def test_too_many_tries_end_in_a_page_of_ours(page, said, most):
    answers = [
        Client().post(reverse(page), said, headers={"x-forwarded-for": f"9.9.9.{turn}"})
        for turn in range(most)
    ]

    assert answers[-1].status_code == 429
    assert "too many tries" in answers[-1].content.decode()
    assert "Content-Security-Policy" in answers[-1]


def test_a_form_of_an_account_gives_nobody_a_right(client):
    forged = {"is_staff": "on", "is_superuser": "on", "is_active": "on", "role": "administrator"}
    said = {"given_name": "Ann", "email": "ann@home.example", "password1": "three words apart 99"}

    client.post(reverse("account_signup"), {**said, **forged, "person": "1"})

    ann = User.objects.get(email="ann@home.example")
    assert (ann.is_staff, ann.is_superuser, ann.roles_held()) == (False, False, [])


def test_cookies_of_production_are_for_this_host_over_https_alone():
    code = (
        "import django; django.setup(); from django.conf import settings as s;"
        "print(*[getattr(s, f'{kind}_COOKIE_{what}') for kind in ('SESSION', 'CSRF')"
        " for what in ('NAME', 'SECURE', 'HTTPONLY', 'SAMESITE', 'DOMAIN', 'PATH')])"
    )
    environment = {
        "DJANGO_SETTINGS_MODULE": "hms_portal.settings",
        "SECRET_KEY": "only-a-test-" * 5,
        "FIELD_KEYS": "t:b25seS1mb3ItZGV2ZWxvcG1lbnQtYW5kLXRlc3RzISE=",
        "DATABASE_URL": "postgresql://portal@127.0.0.1/portal",
        "REDIS_URL": "redis://127.0.0.1/0",
        "EMAIL_HOST": "mail.example",
    }

    told = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True, text=True, check=True, env=environment, cwd=settings.BASE_DIR,
    )  # fmt: skip

    flags = "True True Lax None /"
    assert told.stdout.split("\n")[0] == f"__Host-session {flags} __Host-csrf {flags}"
