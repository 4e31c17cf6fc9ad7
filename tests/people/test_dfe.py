"""DfE Sign-in, against an issuer of our own: who comes in, as whom, and what it vouches for."""

import datetime as dt
import re
from urllib.parse import urlencode

import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.test import Client
from django.urls import reverse

from core.models import Email
from hms_portal import dfe_signin, env
from people import dfe
from people.models import SchoolClaim, SchoolContact, User
from people.queries import school_accounts
from tests.factories.people import PASSWORD, SchoolFactory, UserFactory
from tests.fakes.dfe import CLIENT, OTHER_KEY, SECRET, Issuer
from tests.signing_in import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.enable_socket]

Role = SchoolContact.Role
START, BACK = "/account/dfe/", "/account/dfe/callback/"


@pytest.fixture
def school():
    return SchoolFactory(urn=117079, name="Oakfield Primary")


@pytest.fixture
def issuer(settings, school):
    with Issuer() as issuer:
        app = dfe_signin.app(issuer.url, CLIENT, SECRET)
        settings.SOCIALACCOUNT_PROVIDERS = {
            "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}
        }
        issuer.arrives(school.urn)
        yield issuer


def come_in(client, issuer, **said):
    """Press the button, be signed in there, and come back."""
    off = client.post(START, said)
    assert off.status_code == 302
    return client.get(issuer.authorise(off["Location"]))


def confirm_address(client):
    letter = Email.objects.filter(copy="verify-address").latest("pk")
    link = re.search(r"/account/confirm-email/\S+", letter.body_text)[0]
    return client.post(link)


def signed_in_as(client):
    key = client.session.get("_auth_user_id")
    return key and User.objects.get(pk=key)


def test_without_its_settings_there_is_no_button_and_no_page(client):
    login = client.get(reverse("account_login")).content.decode()

    assert "DfE" not in login
    assert not dfe.is_on()
    assert client.post(START).status_code == client.get(BACK).status_code == 404


def test_somebody_new_gets_an_account_that_no_password_opens_once_the_address_is_proven(
    client, issuer
):
    answer = come_in(client, issuer)

    assert answer["Location"] == reverse("account_email_verification_sent")
    assert signed_in_as(client) is None
    onward = confirm_address(client)["Location"]
    user = signed_in_as(client)
    assert onward == f"{reverse('people:claim_school')}?q=117079"
    assert (user.email, str(user)) == ("ida@oakfield.example", "Ida Moss")
    assert not user.has_usable_password()
    assert not Client().login(email=user.email, password=PASSWORD)


def test_little_is_kept_of_what_the_directory_tells(client, issuer, school):
    come_in(client, issuer)

    [kept] = SocialAccount.objects.all()
    assert (kept.provider, kept.uid) == ("dfe", "ABC-123")
    assert kept.extra_data == {"urn": school.urn}
    assert not SocialToken.objects.exists()


def test_the_second_time_they_are_known_by_number_whatever_their_address_is(client, issuer, school):
    come_in(client, issuer)
    confirm_address(client)
    client.post(reverse("account_logout"))
    issuer.arrives(school.urn, email="another@oakfield.example")

    come_in(client, issuer)

    assert signed_in_as(client).email == "ida@oakfield.example"
    assert User.objects.count() == 1


def test_an_address_that_has_an_account_links_nothing_by_itself(client, issuer):
    known = UserFactory(email="ida@oakfield.example")

    answer = come_in(client, issuer)

    assert "You have an account here already" in answer.content.decode()
    assert signed_in_as(client) is None
    assert not SocialAccount.objects.exists()
    assert User.objects.get() == known


def test_who_is_signed_in_links_the_two_and_comes_in_either_way(client, issuer, school):
    known = sign_in(client, UserFactory(email="ida@home.example"))

    answer = come_in(client, issuer, process="connect", next=reverse("people:my_schools"))

    assert answer["Location"] == reverse("people:my_schools")
    client.post(reverse("account_logout"))
    come_in(client, issuer)
    assert signed_in_as(client) == known


def test_a_link_is_not_taken_from_somebody_else(client, issuer):
    come_in(client, issuer)
    first = SocialAccount.objects.get().user
    sign_in(other := Client(), UserFactory())

    answer = come_in(other, issuer, process="connect", next=reverse("people:my_schools"))

    page = other.get(answer["Location"]).content.decode()
    assert "belongs to another account here" in page
    assert SocialAccount.objects.get().user == first
    assert dfe.VOUCHED not in other.session


def test_a_directory_lets_a_music_lead_in_at_once_at_its_school_alone(client, issuer, school):
    elsewhere = SchoolFactory(urn=117080, name="Oakley Primary")
    user = sign_in(client, UserFactory())
    come_in(client, issuer, process="connect")
    asked = {"roles": [Role.MUSIC_LEAD, Role.HEAD], "job_title": "Music", "q": "oak"}

    for each in (school, elsewhere):
        client.post(reverse("people:claim_school"), {**asked, "school": each.urn})

    held = {
        each.urn: set(school_accounts.parts_held(user.person_id, each))
        for each in (school, elsewhere)
    }
    assert held == {117079: {Role.MUSIC_LEAD}, 117080: set()}
    waiting = SchoolClaim.objects.filter(status="asked").order_by("school__urn")
    assert [claim.roles for claim in waiting] == [[Role.HEAD], [Role.HEAD, Role.MUSIC_LEAD]]


def test_after_signing_in_they_land_on_the_question_about_their_school(client, issuer, school):
    user = UserFactory()
    SocialAccount.objects.create(user=user, provider="dfe", uid="ABC-123")

    answer = come_in(client, issuer)

    onward = f"{reverse('people:claim_school')}?{urlencode({'q': school.urn})}"
    assert answer["Location"] == onward
    assert "Oakfield Primary" in client.get(onward).content.decode()
    SchoolContact.objects.create(school=school, person=user.person, role=Role.DSL)
    assert come_in(client, issuer)["Location"] == reverse("schools:home")


def test_what_a_directory_vouched_for_ends_with_the_signing_in(client, issuer, school):
    user = UserFactory()
    SocialAccount.objects.create(user=user, provider="dfe", uid="ABC-123")
    come_in(client, issuer)
    assert client.session[dfe.VOUCHED] == school.urn
    client.post(reverse("account_logout"))

    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})

    assert signed_in_as(client) == user
    assert dfe.VOUCHED not in client.session


@pytest.mark.parametrize(
    "organisation",
    [None, {"urn": None, "uid": "2044"}, {"urn": "x1"}, {"urn": "9" * 30}, "117079", {"urn": "²"}],
)
def test_a_trust_or_nonsense_vouches_for_no_school(client, issuer, organisation):
    user = sign_in(client, UserFactory())
    issuer.arrives(117079, organisation=organisation)

    answer = come_in(client, issuer, process="connect")

    assert (answer.status_code, signed_in_as(client)) == (302, user)
    assert dfe.VOUCHED not in client.session


FORGED = {
    "another key": {"signing_key": OTHER_KEY},
    "a shared secret": {"signing_key": SECRET * 4, "algorithm": "HS256"},
    "no signature": {"signing_key": None, "algorithm": "none"},
    "another client": {"changes": {"aud": "somebody-else"}},
    "another issuer": {"changes": {"iss": "https://evil.example"}},
    "yesterday": {"changes": {"exp": 1}},
    "somebody else": {"told_sub": "XYZ-999"},
}


@pytest.mark.parametrize("how", FORGED)
def test_what_cannot_be_trusted_signs_nobody_in(client, issuer, how):
    for name, value in FORGED[how].items():
        setattr(issuer, name, value)

    answer = come_in(client, issuer)

    assert answer.status_code == 502
    assert "DfE Sign-in did not work" in answer.content.decode()
    assert signed_in_as(client) is None
    assert not SocialAccount.objects.exists()


def test_a_code_of_another_browser_or_a_second_use_signs_nobody_in(client, issuer):
    off = client.post(START)
    back = issuer.authorise(off["Location"])
    stranger = Client()

    assert stranger.get(back).status_code == 502
    assert signed_in_as(stranger) is None

    client.get(back)
    assert client.get(back).status_code == 502


def test_who_turns_round_there_is_told_so_and_comes_back_to_the_sign_in_page(client, issuer):
    off = client.post(START)
    state = re.search(r"state=([^&]+)", off["Location"])[1]

    answer = client.get(BACK, {"error": "access_denied", "state": state})

    assert answer["Location"] == reverse("account_login")
    assert "You came back without signing in" in client.get(answer["Location"]).content.decode()


def test_an_issuer_that_is_away_costs_a_sentence(client, issuer):
    off = client.post(START)
    back = issuer.authorise(off["Location"])
    issuer.server.shutdown()
    issuer.server.server_close()

    assert client.get(back).status_code == 502
    assert client.post(START).status_code == 502


def test_the_button_is_a_form_that_the_policy_lets_go(client, issuer, monkeypatch):
    page = client.get(reverse("account_login")).content.decode()
    assert f'action="{START}"' in page
    assert client.get(START).status_code == 405

    monkeypatch.setenv("DFE_SIGNIN_CLIENT_ID", CLIENT)
    assert dfe_signin.forms_may_lead_to() == ["https://*.signin.education.gov.uk"]
    with pytest.raises(env.BadSetting, match="DFE_SIGNIN_SECRET"):
        dfe_signin.apps()


def test_a_closed_account_stays_closed(client, issuer):
    user = UserFactory(is_active=False)
    SocialAccount.objects.create(user=user, provider="dfe", uid="ABC-123")

    come_in(client, issuer)

    assert signed_in_as(client) is None


def test_the_issuer_was_asked_for_its_keys(client, issuer):
    before = dt.datetime.now(tz=dt.UTC)
    come_in(client, issuer)

    assert {"/token", "/me", "/jwks"} <= set(issuer.asked)
    assert SocialAccount.objects.get().date_joined >= before


@pytest.mark.parametrize("sub", ["s" * 500, "ABC\x00", "ABC\n1"], ids=["long", "null", "two lines"])
def test_a_number_for_its_visitor_that_is_none_lets_nobody_in(client, issuer, school, sub):
    issuer.arrives(school.urn, sub=sub)

    answer = come_in(client, issuer)

    assert answer.status_code == 502
    assert signed_in_as(client) is None
    assert not User.objects.exists()
