"""The pages of speaking for a school: what each visitor reads, and what each button does."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse

from core.models import Email
from people.models import School, SchoolClaim, SchoolContact, SchoolInvitation
from people.queries import school_accounts
from tests.factories.core import NOON
from tests.factories.people import (
    PASSWORD,
    ChildFactory,
    SchoolFactory,
    SchoolInvitationFactory,
    UserFactory,
    administrator,
    contact_of,
    head_of,
)
from tests.factories.staff import client_of
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db

Role = SchoolContact.Role


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOON)


@pytest.fixture
def school():
    return SchoolFactory(name="Oakfield Primary", urn=900117, phone="01632 960321")


@pytest.fixture
def lead(client, school):
    return sign_in(client, contact_of(school, person__given_name="Lena"))


def page(name, school, *more):
    return reverse(f"people:{name}", args=[school.urn, *more])


def words_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def said_on(client):
    return words_of(client.get(reverse("people:my_schools")))


# Claiming


CLAIM = {"roles": [Role.MUSIC_LEAD], "job_title": "Music teacher"}


def test_claim_school_finds_by_name_and_asks_us(client, school):
    user = sign_in(client, UserFactory())
    found = client.get(reverse("people:claim_school"), {"q": "oakfield"})
    assert "1 school to choose from" in words_of(found)

    sent = client.post(
        reverse("people:claim_school"), {**CLAIM, "q": "oakfield", "school": school.urn}
    )

    assert sent["Location"] == reverse("people:my_schools")
    assert SchoolClaim.objects.get().person == user.person
    assert "We check it with the school" in said_on(client)


def test_claim_school_says_that_a_school_closed(client):
    sign_in(client, UserFactory())
    gone = SchoolFactory(
        name="Nightingale JM", status=School.Status.CLOSED, closed_on=dt.date(2025, 8, 31)
    )
    found = client.get(reverse("people:claim_school"), {"q": "nightingale"})
    assert "Closed on 31 August 2025" in words_of(found)

    sent = client.post(reverse("people:claim_school"), {**CLAIM, "q": "night", "school": gone.urn})

    assert sent.status_code == 422
    assert "Nightingale JM closed on 31 August 2025, so nobody can speak for it" in words_of(sent)
    assert not SchoolClaim.objects.exists()


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"roles": []}, "Choose at least one thing that you are there"),
        ({"roles": ["governor"]}, "One of these can no longer be chosen"),
        ({"job_title": " "}, "Enter your job title"),
        ({"school": "1"}, "That can no longer be chosen"),
        ({"school": ""}, "Choose a school"),
    ],
)
def test_claim_school_says_what_is_missing(client, school, said, why):
    sign_in(client, UserFactory())
    asked = {**CLAIM, "q": "oakfield", "school": school.urn, **said}

    sent = client.post(reverse("people:claim_school"), asked)

    assert sent.status_code == 422
    assert why in words_of(sent)
    assert not SchoolClaim.objects.exists()


def test_a_demonstration_lets_nobody_speak_for_a_real_school(client, settings):
    settings.DEMONSTRATION = True
    sign_in(client, UserFactory())
    real = SchoolFactory(name="Real Primary", is_invented=False)

    sent = client.post(reverse("people:claim_school"), {**CLAIM, "q": "real", "school": real.urn})

    assert sent.status_code == 422
    assert not SchoolClaim.objects.exists()


def test_withdraw_claim_is_for_who_asked(client, school):
    sign_in(client, UserFactory())
    client.post(reverse("people:claim_school"), {**CLAIM, "q": "oak", "school": school.urn})
    address = reverse("people:withdraw_claim", args=[SchoolClaim.objects.get().ref])
    sign_in(stranger := Client(), UserFactory())

    assert stranger.post(address).status_code == 404
    client.post(address)

    assert SchoolClaim.objects.get().status == SchoolClaim.Status.WITHDRAWN


# People


def test_school_contacts_names_colleagues_and_nobodys_address(client, school, lead):
    head = contact_of(school, Role.HEAD, person__given_name="Dele", person__phone="01632 960999")

    read = words_of(client.get(page("school_contacts", school)))

    assert f"{head.person} Headteacher" in read
    assert "You Music lead" in read
    assert head.email not in read
    assert "01632 960999" not in read


@pytest.mark.parametrize(
    ("role", "offered"),
    [(Role.MUSIC_LEAD, True), (Role.HEAD, True), (Role.FINANCE, False), (Role.DSL, False)],
)
def test_only_who_speaks_for_the_school_invites(client, school, role, offered):
    sign_in(client, contact_of(school, role))

    read = words_of(client.get(page("school_contacts", school)))

    assert ("Invite a colleague" in read) is offered
    assert client.get(page("invite_colleague", school)).status_code == (200 if offered else 404)


def test_a_colleague_is_invited_accepts_and_sees_the_school(client, school, lead):
    client.post(page("invite_colleague", school), {"email": "Ida@Oak.example", "roles": [Role.DSL]})
    letter = Email.objects.get(copy="school-invitation")
    link = re.search(r"/people/schools/invitation/[\w-]+/", letter.body_text)[0]
    visitor = Client()
    before = words_of(visitor.get(link))
    assert "i••••@o••••.example" in before
    assert "Oakfield" not in before

    ida = sign_in(visitor, UserFactory(email="ida@oak.example"))
    assert "Speak for Oakfield Primary" in words_of(visitor.get(link))
    accepted = visitor.post(link)

    assert accepted["Location"] == reverse("people:my_schools")
    assert school_accounts.parts_held(ida.person_id, school) == {Role.DSL}
    assert visitor.get(page("school_contacts", school)).status_code == 200
    assert "You accepted this invitation" in words_of(visitor.get(link))


def test_the_wrong_account_learns_neither_the_school_nor_who_invites(client, school, lead):
    client.post(page("invite_colleague", school), {"email": "ida@oak.example", "roles": ["dsl"]})
    letter = Email.objects.get(copy="school-invitation")
    link = re.search(r"/people/schools/invitation/[\w-]+/", letter.body_text)[0]
    sign_in(stranger := Client(), UserFactory())

    for method in (stranger.get, stranger.post):
        read = words_of(method(link))
        assert "You are signed in with" in read
        assert "Oakfield" not in read
        assert "Lena" not in read


def test_an_invitation_to_agree_orders_says_that_we_look_first(client, school, lead):
    client.post(page("invite_colleague", school), {"email": "h@oak.example", "roles": ["head"]})
    letter = Email.objects.get(copy="school-invitation")
    link = re.search(r"/people/schools/invitation/[\w-]+/", letter.body_text)[0]
    sign_in(visitor := Client(), UserFactory(email="h@oak.example"))

    read = words_of(visitor.post(link, follow=True))

    assert "As headteacher you would agree orders, so we check that with the school first" in read
    assert visitor.get(page("school_contacts", school)).status_code == 404


def test_withdraw_school_invitation_is_for_the_school_alone(client, school, lead):
    row = SchoolInvitationFactory(school=school, invited_by=lead.person)
    address = reverse("people:withdraw_school_invitation", args=[row.ref])
    sign_in(other := Client(), contact_of(SchoolFactory()))

    assert other.post(address).status_code == 404
    client.post(address)

    assert SchoolInvitation.objects.get().withdrawn_at is not None


def test_choose_approval_is_for_who_agrees_orders(client, school, lead):
    head = contact_of(school, Role.HEAD)

    assert client.post(page("choose_approval", school), {"answer": "no"}).status_code == 404
    sign_in(client, head)
    client.post(page("choose_approval", school), {"answer": "no"})

    school.refresh_from_db()
    assert not school.wants_approval


# Leaving


def test_leaving_ends_access_at_once_in_a_session_that_is_open(client, school, lead):
    assert client.get(page("school_contacts", school)).status_code == 200

    left = client.post(page("leave_school", school))

    assert left["Location"] == reverse("people:my_schools")
    assert client.get(page("school_contacts", school)).status_code == 404
    assert client.get(page("leave_school", school)).status_code == 404
    assert client.get(page("invite_colleague", school)).status_code == 404


def test_being_taken_out_ends_access_at_once_in_a_session_that_is_open(client, school, lead):
    office = client_of(administrator())
    [contact] = SchoolContact.objects.all()

    office.post(
        reverse("admin:people_schoolcontact_changelist"),
        {"action": "end", "_selected_action": [contact.pk]},
    )

    assert client.get(page("school_contacts", school)).status_code == 404


def test_end_contact_is_for_a_head_and_refused_to_a_lead_in_words(client, school, lead):
    head = contact_of(school, Role.HEAD)
    refused = client.post(page("end_contact", school, head.person.ref))
    assert refused.status_code == 422
    assert "Only a headteacher, or we, can end this" in words_of(refused)

    sign_in(client, head)
    client.post(page("end_contact", school, lead.person.ref))

    assert school_accounts.parts_held(lead.person_id, school) == set()


@pytest.mark.parametrize("name", ["school_contacts", "invite_colleague", "leave_school"])
def test_another_school_by_typed_address_is_not_there(client, lead, name):
    assert client.get(page(name, SchoolFactory())).status_code == 404


# Where their day begins


def test_who_serves_only_a_school_lands_at_school_and_a_parent_at_home(client, school):
    serves, parent = contact_of(school), contact_of(school)
    ChildFactory(guardian=parent)
    runs = head_of()
    SchoolContact.objects.create(school=school, person=runs.person, role=Role.DSL)

    landed = []
    for user in (serves, parent, runs):
        visitor = Client()
        said = {"login": user.email, "password": PASSWORD}
        landed.append(visitor.post(reverse("account_login"), said)["Location"])

    assert landed[0].startswith(("/people/schools/", "/schools/"))
    assert landed[1:] == [reverse("bookings:my_family"), reverse("reports:staff_home")]


def test_a_page_of_a_school_leads_to_an_account_that_speaks_of_no_family(client):
    onward = {"next": reverse("people:claim_school")}

    read = words_of(client.get(reverse("account_signup"), onward))

    assert "For the people of a school" in read
    assert "family account" not in read


# The office


def test_the_office_sees_who_waits_approves_and_refuses_with_a_reason(school):
    office = client_of(administrator())
    yes, no = UserFactory(), UserFactory()
    for user in (yes, no):
        sign_in(visitor := Client(), user)
        visitor.post(reverse("people:claim_school"), {**CLAIM, "q": "oak", "school": school.urn})
    home = words_of(office.get(reverse("reports:staff_home")))
    assert "2 people ask to speak for schools" in home
    listed = reverse("admin:people_schoolclaim_changelist")
    assert "01632 960321" in words_of(office.get(listed))
    first, second = SchoolClaim.objects.order_by("pk")

    office.post(listed, {"action": "approve", "_selected_action": [first.pk]})
    refuse = {"action": "refuse", "_selected_action": [second.pk]}
    asked = office.post(listed, refuse)
    office.post(listed, {**refuse, "answered": "1", "reason": "The school does not know you."})

    assert "Each of them reads this reason" in words_of(asked)
    assert school_accounts.parts_held(yes.person_id, school) == {Role.MUSIC_LEAD}
    second.refresh_from_db()
    assert (second.status, second.reason) == ("refused", "The school does not know you.")
    assert "0 rows" not in words_of(office.get(listed))


def test_a_head_of_centre_decides_about_no_school(school):
    claim = SchoolClaim.objects.create(
        school=school, person=UserFactory().person, roles=["head"], job_title="Head", asked_at=NOON
    )
    head = client_of(head_of())
    listed = reverse("admin:people_schoolclaim_changelist")

    head.post(listed, {"action": "approve", "_selected_action": [claim.pk]})

    claim.refresh_from_db()
    assert claim.status == SchoolClaim.Status.ASKED
    assert "speak for schools" not in words_of(head.get(reverse("reports:staff_home")))
