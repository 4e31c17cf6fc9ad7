"""From a letter in a school bag to a first lesson; and in March the hub knows who still plays."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from bookings.models import Enrolment
from lessons.models import ClaimCode, OrderPolicy
from people.models import Person, SchoolContact
from tests.factories.core import NOON
from tests.factories.people import (
    ConsentWordingFactory,
    SchoolFactory,
    administrator,
    contact_of,
)
from tests.factories.schools import TakeHomeWordingFactory
from tests.journeys.test_family_books import add_child, answer, link, sign_up, words
from tests.lessons.claiming import HERTFORD, open_run, taught_class
from tests.pdf_words import words_of
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
MARCH = dt.datetime(2027, 3, 8, 12, tzinfo=dt.UTC)
CODE = re.compile(r"\b[A-Z0-9]{3} [A-Z0-9]{3} [A-Z0-9]{3}\b")


def test_a_letter_leads_a_newcomer_to_a_first_lesson_and_the_hub_to_a_number(client, time_machine):
    time_machine.move_to(NOON)
    school = SchoolFactory(name="Larkhay Junior School", **HERTFORD)
    row = taught_class(2, school=school)
    OrderPolicy.objects.update(hide_below=1)
    TakeHomeWordingFactory(body="The class at {school} learned the {instrument}.")
    ConsentWordingFactory()
    open_run(title="Ukulele Beginners", min_year=3, max_year=6)

    [code, _] = printed_by_the_school(client, row)
    booked = claimed_by_a_newcomer(client, code, school)

    assert "Anya is in" in words(booked)
    letter = ClaimCode.objects.get(claimed_at__isnull=False)
    assert letter.child == Person.objects.get(given_name="Anya")
    assert letter.enrolment == Enrolment.objects.get()
    time_machine.move_to(MARCH)
    sign_in(client, administrator())
    county = client.get(reverse("reports:funnel"))
    assert "2 learned. 1 still plays a term later." in words(county)
    sign_in(client, contact_of(school, SchoolContact.Role.HEAD))
    own = client.get(reverse("school_reports:funnel", args=[school.urn]))
    assert "2 learned. 1 still plays a term later." in words(own)


def printed_by_the_school(client, row):
    """The codes on the letters of the class, as its music lead prints them."""
    urn, ref = row.activity.school.urn, row.activity.ref
    sign_in(client, contact_of(row.activity.school))
    client.post(reverse("schools:make_letters", args=[urn, ref]))
    paper = client.get(reverse("schools:letters_pdf", args=[urn, ref]))
    client.logout()
    said = words_of(paper.content)
    assert "The class at Larkhay Junior School learned the ukulele." in said
    return CODE.findall(said)


def claimed_by_a_newcomer(client, code, school):
    """Somebody who never saw the portal types the code, makes an account, and books."""
    offer = answer(client, client.get(reverse("lessons:claim")), {"code": code})
    assert "The whole class at Larkhay Junior School learned it" in words(offer)
    place = link(offer, "Ukulele Beginners")
    sign_up(client, client.get(place, follow=True))
    name = client.get(link(client.get(place), "Add a child"), follow=True)
    back = add_child(client, name, school)
    child = Person.objects.get(given_name="Anya")
    assert f'value="{child.ref}" id="id_who_0" checked' in words(back)
    needs = answer(client, back, {"who": str(child.ref)})
    answer(client, needs, {"helps": ["quiet"], "emergency_contacts": "Priya, 01632 960001"})
    enrolment = Enrolment.objects.get()
    return client.post(reverse("bookings:confirm_place", args=[enrolment.ref]), follow=True)
