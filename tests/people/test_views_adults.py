"""The pages of sharing a child's care: what each visitor reads, and what each button does."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from core.models import Email
from people.models import Guardianship, Invitation
from tests.factories.core import NOON
from tests.factories.people import (
    PASSWORD,
    ChildFactory,
    GuardianFactory,
    GuardianshipFactory,
    UserFactory,
    administrator,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db

SAID = {"email": "Ben@Home.example", "relationship": "parent", "may": ["may_see", "may_collect"]}


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOON)


@pytest.fixture
def ann(client):
    return sign_in(client, GuardianFactory(person__given_name="Ann", person__family_name="Able"))


@pytest.fixture
def child(ann):
    return ChildFactory(guardian=ann, given_name="Odette", family_name="Swann")


def page(name, row):
    return reverse(f"people:{name}", args=[row.ref])


def invited(client, child, **said):
    """The link in the letter that the two pages send."""
    client.post(page("invite_adult", child), SAID | said | {"send": "1"})
    letter = Email.objects.filter(copy="carer-invitation").latest("pk")
    return re.search(r"/people/invitation/[\w-]+/", letter.body_text)[0]


def words_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_invite_adult_is_checked_before_it_is_sent(client, child):
    checked = client.post(page("invite_adult", child), SAID)
    nothing_yet = Email.objects.count()
    again = dict(
        re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', checked.content.decode())
    )
    sent = client.post(page("invite_adult", child), SAID | {"send": "1"}, follow=True)

    assert "To ben@home.example For Odette They are Parent They may see, collect" in words_of(
        checked
    )
    assert (again["email"], again["may"]) == ("ben@home.example", "may_collect")
    assert (nothing_yet, Email.objects.count()) == (0, 1)
    assert "Not accepted yet. It can be used until" in words_of(sent)


def test_change_it_keeps_what_was_said(client, child):
    shown = client.post(page("invite_adult", child), SAID | {"change": "1"}).content.decode()

    assert 'value="Ben@Home.example"' in shown
    assert shown.count(" checked") == 3


def test_nothing_is_chosen_beforehand(client, child):
    assert " checked" not in client.get(page("invite_adult", child)).content.decode()


def test_only_what_the_inviter_may_do_is_offered(client, ann):
    child = ChildFactory()
    GuardianshipFactory(adult=ann.person, child=child, may_pay=False)

    shown = client.get(page("invite_adult", child)).content.decode()
    forged = client.post(page("invite_adult", child), SAID | {"may": ["may_pay"], "send": "1"})

    assert re.findall(r'name="may" value="(\w+)"', shown) == ["may_see", "may_book", "may_collect"]
    assert "That can no longer be chosen" in words_of(forged) or "Choose again" in words_of(forged)
    assert not Invitation.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"email": ""}, "Enter their email address, like name@example.org"),
        ({"email": "ben"}, "Enter an email address like name@example.org"),
        ({"relationship": ""}, "Choose what they are to the children"),
        ({"may": []}, "Choose at least one thing they may do"),
    ],
)
def test_invite_adult_says_what_is_wrong(client, child, wrong, sentence):
    response = client.post(page("invite_adult", child), SAID | wrong)

    assert response.status_code == 422
    assert sentence in words_of(response)
    assert "<title>Error: " in response.content.decode()


def test_ones_own_address_is_not_invited(client, ann, child):
    response = client.post(page("invite_adult", child), SAID | {"email": ann.email.upper()})

    assert "This is your own address" in words_of(response)


def test_several_children_are_asked_for_with_one_letter(client, ann, child):
    sister = ChildFactory(guardian=ann, given_name="Zora")
    stranger = ChildFactory()

    said = {"children": [str(child.ref), str(sister.ref)], "send": "1"}
    client.post(page("invite_adult", child), SAID | said)
    forged = client.post(
        page("invite_adult", child), SAID | {"children": [str(stranger.ref)], "send": "1"}
    )

    assert {row.child_id for row in Invitation.objects.all()} == {child.pk, sister.pk}
    assert "Choose again" in words_of(forged)


def test_too_many_in_a_day_is_said_on_the_page(client, child, settings):
    settings.INVITATIONS_A_DAY = 1
    invited(client, child)

    refused = client.post(page("invite_adult", child), SAID | {"email": "c@d.example", "send": "1"})

    assert "You may send 1 invitations in a day" in words_of(refused)


def test_withdraw_invitation_ends_it(client, child):
    link = invited(client, child)

    client.post(page("withdraw_invitation", Invitation.objects.get()))
    client.logout()

    assert "This invitation cannot be used" in words_of(client.get(link))


# Who reads what behind the link


def test_a_visitor_reads_only_that_there_is_an_invitation(client, child):
    link = invited(client, child)
    client.logout()

    shown = client.get(link)

    words = shown.content.decode()
    assert "There is an invitation for you" in words
    assert "b••••@h••••.example" in words
    assert f"/account/login/?next={link.replace('/', '%2F')}" in words
    assert [word for word in ("Ann", "Able", "Odette", "Swann", "ben@home") if word in words] == []
    assert "no-store" in shown["Cache-Control"]


def test_another_account_is_told_which_address_is_needed(client, child):
    link = invited(client, child)
    other = sign_in(client, UserFactory())

    shown, tried = client.get(link), client.post(link)

    for response in (shown, tried):
        words = response.content.decode()
        assert "b••••@h••••.example" in words
        assert other.email in words
        assert [word for word in ("Ann", "Able", "Odette") if word in words] == []
    assert not Guardianship.objects.filter(adult=other.person).exists()


def test_the_right_account_reads_who_invites_for_which_first_name_and_accepts(client, child):
    link = invited(client, child)
    ben = sign_in(client, UserFactory(email="ben@home.example"))

    shown = words_of(client.get(link))
    accepted = client.post(link, follow=True)
    again = client.get(link)

    assert "Share the care of Odette" in shown
    assert "Ann Able invites you" in shown
    assert "Swann" not in shown
    assert "You now share the care of Odette here." in words_of(accepted)
    assert child.guardians.get(adult=ben.person).may_see
    assert "You accepted this invitation" in words_of(again)


@pytest.mark.parametrize(
    ("happens", "sentence"),
    [
        ({"accepted_at": NOON}, "This invitation was used already"),
        ({"withdrawn_at": NOON}, "This invitation cannot be used"),
        ({"made_at": NOON - dt.timedelta(9), "expires_at": NOON}, "This invitation is too old"),
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_letter_that_is_over_says_what_to_do(client, ann, child, happens, sentence, method):
    link = invited(client, child)
    somebody = {"accepted_by": UserFactory().person} if "accepted_at" in happens else {}
    Invitation.objects.update(**happens, **somebody)

    sign_in(client, UserFactory(email="ben@home.example"))
    words = words_of(getattr(client, method)(link))
    client.logout()

    assert sentence in words
    assert sentence in words_of(client.get(link))
    assert [word for word in ("Ann", "Odette") if word in words] == []


def test_a_barred_adult_reads_no_more_than_that_it_cannot_be_used(client, child):
    link = invited(client, child)
    ben = sign_in(client, UserFactory(email="ben@home.example"))
    GuardianshipFactory(adult=ben.person, child=child, barred=True)

    shown, tried = client.get(link), client.post(link)

    for response in (shown, tried):
        assert "This invitation cannot be used" in words_of(response)
        assert "Odette" not in response.content.decode()
        assert "Ann" not in response.content.decode()
    assert not ben.person.wards.get().may_anything


@pytest.mark.parametrize("key", ["x", "%00", "a" * 500, "..", "é"])
def test_a_link_that_was_never_written_is_answered_kindly(client, key):
    response = client.get(f"/people/invitation/{key}/")

    assert response.status_code == 404


@pytest.mark.parametrize("is_elsewhere", [False, True], ids=["here", "on a telephone"])
def test_somebody_new_comes_back_after_confirming_their_address(client, child, is_elsewhere):
    link = invited(client, child)
    client.logout()
    sign_up = reverse("account_signup")
    said = {"given_name": "Ben", "email": "ben@home.example", "password1": PASSWORD, "next": link}

    client.post(f"{sign_up}?next={link}", said)
    [letter] = Email.objects.filter(copy="verify-address")
    confirm = re.search(r"/account/confirm-email/\S+", letter.body_text)[0]
    opened_with = client.__class__() if is_elsewhere else client
    asked = opened_with.get(confirm)
    onward = re.search(r'name="next" value="([^"]+)"', asked.content.decode())[1]
    landed = opened_with.post(confirm.partition("?")[0], {"next": onward}, follow=True)
    if is_elsewhere:  # where nobody is signed in, the page asks for that first
        signed_in = {"login": "ben@home.example", "password": PASSWORD, "next": onward}
        landed = opened_with.post(reverse("account_login"), signed_in, follow=True)

    assert landed.request["PATH_INFO"] == onward == link
    assert "Ann Able invites you" in words_of(landed)


# The adults of a child


def test_adults_says_who_may_do_what_as_far_as_the_reader_may_know(client, ann, child):
    ben = GuardianFactory(person__given_name="Ben", person__family_name="Brook")
    cat = GuardianFactory(person__given_name="Cat", person__family_name="Quill")
    GuardianshipFactory(adult=ben.person, child=child, relationship="step-parent")
    GuardianshipFactory(
        adult=cat.person,
        child=child,
        relationship="carer",
        may_see=False,
        may_book=False,
        may_pay=False,
    )
    GuardianshipFactory(
        adult=GuardianFactory(person__given_name="Zed").person, child=child, barred=True
    )

    words = words_of(client.get(page("adults", child)))

    assert "You Parent May: see book pay collect" in words
    assert "Ben Brook Step-parent May: see book pay collect" in words
    assert "Another adult May: collect" in words
    assert [word for word in ("Cat", "Quill", "Carer", "Zed") if word in words] == []
    assert "only the office can change what another adult may do" in words


def test_one_parent_does_not_see_whom_the_other_invites(client, child):
    invited(client, child)
    ben = GuardianFactory()
    GuardianshipFactory(adult=ben.person, child=child)
    sign_in(client, ben)

    shown = client.get(page("adults", child))
    tried = client.post(page("withdraw_invitation", Invitation.objects.get()))

    assert "ben@home.example" not in shown.content.decode()
    assert "Invitations you sent" not in shown.content.decode()
    assert tried.status_code == 404


@pytest.mark.parametrize(
    "link",
    [{"may_see": False}, {"barred": True}, None],
    ids=["may not see", "barred", "another family"],
)
def test_adults_are_for_those_who_see_the_child(client, link):
    child, reader = ChildFactory(), sign_in(client, GuardianFactory())
    if link is not None:
        GuardianshipFactory(adult=reader.person, child=child, **link)

    answers = [client.get(page(name, child)) for name in ("adults", "invite_adult")]

    assert {answer.status_code for answer in answers} == {404}


def test_who_only_sees_reads_the_list_and_invites_nobody(client):
    child, reader = ChildFactory(), sign_in(client, GuardianFactory())
    GuardianshipFactory(adult=reader.person, child=child, may_book=False)

    shown = client.get(page("adults", child))

    assert shown.status_code == 200
    assert "Invite another adult" not in shown.content.decode()
    assert client.get(page("invite_adult", child)).status_code == 404


def test_an_administrator_invites_nobody_into_a_family(client, child):
    sign_in(client, administrator())

    assert client.post(page("invite_adult", child), SAID | {"send": "1"}).status_code == 404


# Stepping back


def test_step_back_asks_once_and_then_nothing_is_seen(client, ann, child):
    GuardianshipFactory(adult=GuardianFactory().person, child=child)
    link = child.guardians.get(adult=ann.person)

    asked = client.get(page("step_back", link))
    done = client.post(page("step_back", link), follow=True)

    assert "Until now you may: see, book, pay, collect" in words_of(asked)
    assert "You have stepped back from Odette" in words_of(done)
    assert client.get(page("child", child)).status_code == 404
    assert client.get(page("step_back", link)).status_code == 404


def test_somebody_who_may_only_pay_steps_back_from_their_own_page(client):
    payer = sign_in(client, GuardianFactory())
    link = GuardianshipFactory(adult=payer.person, may_see=False, may_book=False)

    shown = client.get(reverse("people:my_details")).content.decode()

    assert page("step_back", link) in shown
    assert client.post(page("step_back", link)).status_code == 302


def test_the_last_adult_is_told_to_call(client, ann, child):
    answer = client.post(page("step_back", child.guardians.get()))

    assert answer.status_code == 422
    assert "Nobody else books for Odette" in words_of(answer)


def test_nobody_steps_another_adult_back(client, ann, child):
    other = GuardianshipFactory(adult=GuardianFactory().person, child=child)

    assert client.post(page("step_back", other)).status_code == 404
    other.refresh_from_db()
    assert other.may_see
