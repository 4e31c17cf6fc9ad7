"""Medical words: opened by the family alone, and in clear nowhere else."""

import io
import logging

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.urls import reverse

from bookings.models import Enrolment
from core.models import AccessRow
from people.care import Care, keep_care, reveal
from people.drafts import Draft
from people.models import LearnerCare
from tests.bookings.stage import JULY, open_group
from tests.factories.people import (
    ChildFactory,
    ConsentWordingFactory,
    GuardianFactory,
    GuardianshipFactory,
    LearnerFactory,
    UserFactory,
    administrator,
    head_of,
)
from tests.factories.safeguarding import cleared_teacher
from tests.factories.staff import client_of
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db

CANARY = "zqCanary"
SAID = {
    "helps": "faces",
    "own_words": f"{CANARY} breaks",
    "emergency_contacts": f"{CANARY} Ann, 07700 900123",
    "medical": f"{CANARY} insulin",
    "consent_photo": "no",
}


@pytest.fixture
def log():
    """Every line that anything logs, as talkative as in production."""
    lines, root = io.StringIO(), logging.getLogger()
    handler, level = logging.StreamHandler(lines), root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield lines
    root.removeHandler(handler)
    root.setLevel(level)


def tables_that_hold(words):
    """Each table with these words anywhere in any row, the audit and the outbox among them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables"
            " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
        tables = [name for (name,) in cursor.fetchall()]
        found = []
        for table in tables:
            cursor.execute(
                f'SELECT 1 FROM "{table}" AS one WHERE one::text ILIKE %s LIMIT 1',
                [f"%{words}%"],
            )
            found += [table] * bool(cursor.fetchone())
    assert len(tables) > 40
    return found


def test_medical_words_of_a_booking_are_in_clear_nowhere(client, log):
    ConsentWordingFactory()
    guardian = sign_in(client, GuardianFactory())
    child, group = ChildFactory(guardian=guardian, given_name="Odette"), open_group()
    client.post(reverse("bookings:book_place", args=[group.ref]), {"who": child.ref})
    held = Enrolment.objects.get()

    kept = client.post(reverse("bookings:needs", args=[held.ref]), SAID)
    client.post(reverse("bookings:confirm_place", args=[held.ref]))

    assert kept.status_code == 302
    told = reveal(learner=child.learner, by=guardian, why="test", at=JULY)
    assert CANARY in told.medical
    assert CANARY in told.what_helps
    assert tables_that_hold("Odette") != []  # the search finds what is there
    assert tables_that_hold(CANARY) == []
    assert CANARY not in log.getvalue()
    for page in ("booked", "enrolment"):
        shown = client.get(reverse(f"bookings:{page}", args=[held.ref]))
        assert CANARY not in shown.content.decode()
    for address in ("/places/", f"/people/{child.ref}/"):
        assert CANARY not in client.get(address).content.decode()


def test_an_unfinished_child_is_sealed_in_the_session(client, log):
    sign_in(client, GuardianFactory())
    steps = {
        "name": {"given_name": f"{CANARY}"},
        "born": {"born_on_0": "3", "born_on_1": "4", "born_on_2": "2016"},
        "school": {"school": "home"},
        "help": {"own_words": CANARY},
        "contact": {
            "relationship": "parent",
            "emergency_name": CANARY,
            "emergency_phone": "07700 900123",
            "medical": f"{CANARY} insulin",
        },
    }

    for step, said in steps.items():
        assert client.post(reverse("people:add_child", args=[step]), said).status_code == 302

    assert CANARY in client.get(reverse("people:add_child", args=["contact"])).content.decode()
    assert CANARY not in str([each.get_decoded() for each in Session.objects.all()])
    assert CANARY not in str(dict(client.session))
    assert tables_that_hold(CANARY) == []
    assert CANARY not in log.getvalue()


@pytest.mark.parametrize("kind", [Care, Draft])
def test_nothing_that_prints_an_object_prints_care(kind):
    """A template that looks in vain for a word writes its whole context into the log."""
    words = dict.fromkeys(("what_helps", "medical", "emergency_contacts"), CANARY)

    assert CANARY not in repr(kind(**words))


@pytest.fixture
def child():
    """A child with a medical note and a place, and no adult but those a test gives."""
    learner = LearnerFactory()
    told = {name: f"{CANARY} {name}" for name in ("what_helps", "medical", "emergency_contacts")}
    keep_care(learner=learner, **told, by=None, at=JULY)
    return learner.person


def outsiders(child):
    centre = open_group().centre
    half = {"may_book": True, "may_see": False, "may_pay": True, "may_collect": True}
    one_who_books, one_who_pays, barred = UserFactory(), UserFactory(), UserFactory()
    GuardianshipFactory(adult=one_who_books.person, child=child, **half)
    GuardianshipFactory(adult=one_who_pays.person, child=child, **(half | {"may_book": False}))
    GuardianshipFactory(adult=barred.person, child=child, barred=True)
    return {
        "a superuser": UserFactory(is_superuser=True, is_staff=True),
        "a superuser who is administrator": administrator(is_superuser=True),
        "an administrator": administrator(),
        "a head": head_of(centre),
        "a teacher": UserFactory(person=cleared_teacher()),
        "another family": GuardianFactory(),
        "a parent who only books": one_who_books,
        "a parent who only pays": one_who_pays,
        "a barred parent": barred,
    }


def test_nobody_but_who_may_see_opens_or_overwrites_care(child):
    page = reverse("people:change_needs", args=[child.ref])
    was = LearnerCare.objects.filter(learner=child.pk).values().get()
    seen = {}
    for name, user in outsiders(child).items():
        client = client_of(user)
        answers = [client.get(page), client.post(page, SAID | {"medical": "none at all"})]
        answers.append(client.get(reverse("people:child", args=[child.ref])))
        seen[name] = {(each.status_code, CANARY in each.content.decode()) for each in answers}

    assert seen == {name: {(404, False)} for name in seen}
    assert LearnerCare.objects.filter(learner=child.pk).values().get() == was
    assert not AccessRow.objects.exists()


def test_whoever_may_book_and_not_see_books_without_opening_care(child, client):
    user = sign_in(client, outsiders(child)["a parent who only books"])
    group = open_group()
    client.post(reverse("bookings:book_place", args=[group.ref]), {"who": child.ref})
    held = Enrolment.objects.get(booked_by=user.person)
    page = reverse("bookings:needs", args=[held.ref])
    was = LearnerCare.objects.filter(learner=child.pk).values().get()

    shown, kept = client.get(page), client.post(page, SAID)

    assert CANARY not in shown.content.decode()
    assert kept.status_code == 302
    assert LearnerCare.objects.filter(learner=child.pk).values().get() == was
    assert not AccessRow.objects.exists()


def test_an_administrator_at_a_familys_booking_opens_no_care(child):
    guardian = GuardianFactory()
    GuardianshipFactory(adult=guardian.person, child=child)
    family = client_of(guardian)
    group = open_group()
    family.post(reverse("bookings:book_place", args=[group.ref]), {"who": child.ref})
    page = reverse("bookings:needs", args=[Enrolment.objects.get().ref])

    for user in (administrator(), UserFactory(is_superuser=True)):
        client = client_of(user)
        assert CANARY not in client.get(page).content.decode()
        assert CANARY not in client.post(page, {"medical": ""}).content.decode()
    assert not AccessRow.objects.exists()
    assert CANARY in family.get(page).content.decode()
    assert AccessRow.objects.get().reader == str(guardian.pk)


def test_no_page_of_the_admin_shows_care(child):
    desk = client_of(administrator(is_superuser=True))

    pages = [
        desk.get(reverse("admin:people_person_change", args=[child.pk])),
        desk.get(reverse("admin:people_person_history", args=[child.pk])),
        desk.get(reverse("admin:core_auditrow_changelist"), {"table": "people_learnercare"}),
    ]

    assert {each.status_code for each in pages} == {200}
    assert not any(CANARY in each.content.decode() for each in pages)
