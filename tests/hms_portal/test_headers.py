"""Every kind of answer carries the headers that keep a page to itself."""

import pytest
from csp.constants import NONE, SELF
from django.core.exceptions import BadRequest, PermissionDenied
from django.test import Client
from django.urls import include, path, reverse

from people.models import User

pytestmark = pytest.mark.django_db

POLICY = {
    "default-src": [NONE],
    "script-src": [SELF],
    "style-src": [SELF],
    "img-src": [SELF],
    "font-src": [SELF],
    "connect-src": [SELF],
    "worker-src": [SELF],
    "form-action": [SELF],
    "base-uri": [NONE],
    "frame-ancestors": [NONE],
}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload",
}


def fail(error):
    def view(request):
        raise error

    view.login_required = False
    return view


urlpatterns = [
    path("400/", fail(BadRequest())),
    path("403/", fail(PermissionDenied())),
    path("500/", fail(ZeroDivisionError())),
    path("", include("hms_portal.urls")),
]


@pytest.fixture(autouse=True)
def as_in_production(settings):
    settings.ROOT_URLCONF = __name__
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = True
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True


def ask(address):
    client = Client(raise_request_exception=False)
    return client.get(address, secure=True)


def a_page():
    return ask("/accessibility/")


def a_page_that_is_private():
    client = Client()
    user = User.objects.create_user("zoe@home.example")
    client.force_login(user, backend="people.access.SignedIn")
    return client.get(reverse("account_logout"), secure=True)


def a_redirect():
    return ask("/places/")


def a_bad_request():
    return ask("/400/")


def a_refusal():
    return ask("/403/")


def a_stale_form():
    client = Client(enforce_csrf_checks=True)
    return client.post(reverse("account_login"), {"login": "x"}, secure=True)


def a_missing_page():
    return ask("/nowhere/")


def too_many_requests():
    client = Client()
    for number in range(21):
        said = {"given_name": "A", "email": f"f{number}@home.example", "password1": "x" * 3}
        answer = client.post(reverse("account_signup"), said, secure=True)
    return answer


def an_error():
    return ask("/500/")


def a_static_file():
    return ask("/static/favicon.svg")


def a_sign_of_life():
    return ask("/healthz")


ANSWERS = {
    a_page: 200,
    a_page_that_is_private: 200,
    a_redirect: 302,
    a_bad_request: 400,
    a_refusal: 403,
    a_stale_form: 403,
    a_missing_page: 404,
    too_many_requests: 429,
    an_error: 500,
    a_static_file: 200,
    a_sign_of_life: 200,
}


@pytest.mark.parametrize("make", ANSWERS, ids=lambda make: make.__name__)
def test_the_headers_are_on(make):
    answer = make()
    b"".join(answer)  # a file is closed once it is read

    assert answer.status_code == ANSWERS[make]
    assert parsed(answer["Content-Security-Policy"]) == POLICY
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert "camera=()" in answer["Permissions-Policy"]
    assert len(answer["X-Request-ID"]) == 32
    assert "Server" not in answer
    assert "X-Powered-By" not in answer


def parsed(policy):
    parts = [part.split() for part in policy.split(";")]
    return {name: sources for name, *sources in parts}


@pytest.mark.parametrize("make", ANSWERS, ids=lambda make: make.__name__)
def test_no_page_of_ours_brings_a_script_or_style_of_its_own(make):
    page = b"".join(make()).decode()

    assert "style=" not in page
    assert "<style" not in page
    assert "<script>" not in page
    assert "onclick=" not in page


def test_a_private_page_is_kept_by_no_cache():
    assert "no-store" in a_page_that_is_private()["Cache-Control"]


def test_cookies_are_for_the_server_alone(settings):
    client = Client()
    client.get(reverse("account_login"), secure=True)

    cookie = client.cookies[settings.CSRF_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_a_request_keeps_the_id_it_came_with_unless_it_is_odd():
    kept = Client().get("/healthz", headers={"x-request-id": "abcd-1234-efgh"})
    odd = Client().get("/healthz", headers={"x-request-id": "a b<script>"})

    assert kept["X-Request-ID"] == "abcd-1234-efgh"
    assert odd["X-Request-ID"] != "a b<script>"


def test_this_test_sees_a_missing_header(settings):
    """The control: without the middleware the headers are gone."""
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.startswith("csp.")]

    assert "Content-Security-Policy" not in a_page()
