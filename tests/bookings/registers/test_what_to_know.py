"""What one must know of a child: said beside the name, and opened for the few who need it."""

import pytest

from core.models import AccessRow
from people.care import keep_care
from tests.bookings.registers.stage import (
    DAY,
    DURING,
    STARTS,
    meeting,
    page,
    taken_by,
    teacher,
)
from tests.factories.bookings import (
    AbsenceNoticeFactory,
)
from tests.factories.people import (
    ConsentFactory,
    UserFactory,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
NOTE = "zqCanary insulin"


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(DURING, tick=False)


@pytest.fixture
def tomasz(client):
    return sign_in(client, teacher(given_name="Tomasz", family_name="Bell"))


def much_to_know(user):
    """Somebody with a care note, somebody away, somebody new and in no photograph, and Grace."""
    session, lines = meeting(by=user)
    earlier, _ = meeting(by=user, activity=session.activity, names=[], day=DAY.replace(day=21))
    care, told, photo, plain = lines
    for one in (care, told, plain):
        one.pk, one.session, one.claimed = None, earlier, earlier.claimed
        one.save(force_insert=True)
    keep_care(
        learner=care.person.learner,
        what_helps="zqCanary front",
        medical=NOTE,
        emergency_contacts="",
        by=None,
        at=STARTS,
    )
    AbsenceNoticeFactory(person=told.person, starts_on=DAY, reason="unwell")
    for one in (care, told, plain):
        ConsentFactory(person=one.person)
    ConsentFactory(person=photo.person)
    ConsentFactory(person=photo.person, is_given=False)
    return session


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("guardian", 404),
        ("pupil", 404),
        ("another teacher", 404),
        ("away", 404),
        ("administrator", 404),
        ("cover", 200),
        ("head", 200),
    ],
)
def test_what_helps_a_child_is_open_to_who_teaches_it_and_the_head(client, kind, status):
    session, (amelia, *_) = meeting(by=teacher())
    keep_care(
        learner=amelia.person.learner,
        what_helps="",
        medical=NOTE,
        emergency_contacts="Ann, 01632 960 001",
        by=None,
        at=STARTS,
    )
    sign_in(client, taken_by(kind, session))

    answer = client.get(page("register_care", session, person=amelia.person.ref))

    assert answer.status_code == status
    assert AccessRow.objects.count() == (status == 200)
    assert (NOTE in answer.content.decode()) == (status == 200)


def test_a_superuser_opens_no_childs_care(client):
    session, (amelia, *_) = meeting(by=teacher())
    sign_in(client, UserFactory(is_superuser=True, is_staff=True))

    answer = client.get(page("register_care", session, person=amelia.person.ref))

    assert answer.status_code == 404


@pytest.mark.parametrize(("days", "status"), [(-2, 404), (-1, 200), (1, 200), (2, 404)])
def test_what_helps_a_child_is_open_about_the_day(client, tomasz, time_machine, days, status):
    session, (amelia, *_) = meeting(by=tomasz)
    time_machine.move_to(DURING.replace(day=DURING.day + days))

    answer = client.get(page("register_care", session, person=amelia.person.ref))

    assert answer.status_code == status
    assert [row.why for row in AccessRow.objects.all()] == (
        [f"Opened from the register of {session}"] if status == 200 else []
    )


def test_what_helps_somebody_of_another_register_is_not_there(client, tomasz):
    session, _ = meeting(by=tomasz)
    _, (stranger,) = meeting(names=["Kofi"])

    answer = client.get(page("register_care", session, person=stranger.person.ref))

    assert answer.status_code == 404


def test_a_register_shows_what_one_must_know_and_no_medical_word(client, tomasz):
    session = much_to_know(tomasz)

    answer = client.get(page("register", session))

    words = answer.content.decode()
    known = {
        row["line"].attendance.person.given_name: (
            row["line"].has_care_note,
            row["line"].has_access_need,
            row["line"].told_ahead,
            row["line"].may_be_photographed,
            row["line"].is_new,
        )
        for row in answer.context["rows"]
    }
    assert known == {
        "Amelia": (True, True, False, True, False),
        "Daniyal": (False, False, True, True, False),
        "Ella": (False, False, False, False, True),
        "Grace": (False, False, False, True, False),
    }
    assert words.count('<span class="tag tag--plum">Care note</span>') == 1
    assert words.count("Told us: away") == 1
    assert words.count("No photos") == words.count("New today") == 1
    assert "zqCanary" not in words
    assert "Not well" not in words
    assert "checked" not in words  # no default


@pytest.mark.parametrize("day", [26, 28])
def test_an_absence_of_other_days_or_taken_back_is_not_shown(client, tomasz, day):
    session, (amelia, *_) = meeting(by=tomasz)
    AbsenceNoticeFactory(
        person=amelia.person,
        starts_on=DAY.replace(day=day),
        withdrawn_at=DURING if day == 28 else None,
    )

    assert "Told us: away" not in client.get(page("register", session)).content.decode()
