"""The door at which phones knock."""

import json
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bookings import actions
from bookings.models import MarkReceived, SessionStaff
from bookings.queries import registers
from core.refusals import TryAgain
from tests.bookings.registers.stage import DAY, DURING, marks_of, meeting, teacher
from tests.factories.bookings import CancellationCauseFactory
from tests.factories.people import GuardianFactory, administrator, head_of
from tests.factories.staff import client_of
from tests.signing_in import BACKEND, sign_in

pytestmark = pytest.mark.django_db
DOOR = reverse("bookings:send_marks")


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(DURING, tick=False)


@pytest.fixture
def tomasz(client):
    return sign_in(client, teacher())


def mark(session, line, what="present", *, seen=0, key=None):
    return {
        "key": str(key or uuid.uuid4()),
        "ref": str(session.ref),
        "line": line.pk,
        "mark": what,
        "seen": seen,
    }


def send(client, user, *marks, **options):
    sent = {"who": str(user.person.ref), "marks": marks}
    return client.post(DOOR, json.dumps(sent), content_type="application/json", **options)


def outcomes(answer):
    return [(one["outcome"], one.get("mark")) for one in answer.json()["answers"]]


def test_a_phone_sends_what_waits_of_several_registers_at_once(client, tomasz):
    session, (amelia, daniyal, *_) = meeting(by=tomasz)
    other, (kofi,) = meeting(by=tomasz, names=["Kofi"], start="10:30")

    answer = send(
        client,
        tomasz,
        mark(session, amelia),
        mark(other, kofi, "late"),
        mark(session, daniyal, "absent"),
    )

    assert answer.status_code == 200
    assert outcomes(answer) == [("kept", "present"), ("kept", "absent"), ("kept", "late")]
    assert marks_of(session)[:2] == ["present", "absent"]
    assert marks_of(other) == ["late"]


def test_the_same_sending_twice_is_answered_alike_and_kept_once(client, tomasz):
    session, (amelia, *_) = meeting(by=tomasz)
    one = mark(session, amelia)

    first, again = (send(client, tomasz, one).json() for _ in range(2))

    assert first == again
    assert MarkReceived.objects.count() == 1


def test_marks_of_somebody_else_on_the_same_phone_are_not_sent_as_mine(client, tomasz):
    session, (amelia, *_) = meeting(by=tomasz)

    answer = send(client, teacher(), mark(session, amelia))

    assert answer.status_code == 409
    assert answer.json() == {"who": str(tomasz.person.ref)}
    assert marks_of(session) == [None] * 4


@pytest.mark.parametrize("stranger", [teacher, GuardianFactory, head_of])
def test_a_register_of_another_and_one_that_is_not_there_are_answered_alike(client, stranger):
    session, (amelia, *_) = meeting(by=teacher())
    user = sign_in(client, stranger())
    nowhere = mark(session, amelia) | {"ref": str(uuid.uuid4())}

    answers = send(client, user, mark(session, amelia), nowhere).json()["answers"]

    assert [one["outcome"] for one in answers] == ["refused", "refused"]
    assert len({one["words"] for one in answers}) == 1
    assert marks_of(session) == [None] * 4


def test_a_note_that_a_phone_cut_within_a_sign_does_not_hold_up_the_rest(client, tomasz):
    session, (amelia, daniyal, *_) = meeting(by=tomasz)
    cut = mark(session, amelia) | {"note": "Well played \ud83d\0"}

    answer = send(client, tomasz, cut, mark(session, daniyal, "late"))

    assert outcomes(answer) == [("kept", "present"), ("kept", "late")]
    amelia.refresh_from_db()
    assert amelia.note == "Well played "


def test_who_told_us_they_are_away_sends_nothing_any_more(client, tomasz):
    session, (amelia, *_) = meeting(by=tomasz)
    SessionStaff.objects.update(is_away=True)

    answer = send(client, tomasz, mark(session, amelia))

    assert outcomes(answer) == [("refused", "")]


@pytest.mark.parametrize(
    "sent", [b"", b"{", b"[]", b"7", b'{"marks": 3}', b'{"who": 1}', b"[" * 100_000]
)
def test_what_is_no_sending_is_not_read(client, tomasz, sent):
    answer = client.post(DOOR, sent, content_type="application/json")

    assert answer.status_code == 400


@pytest.mark.parametrize(
    "spoilt",
    [
        {"key": "7"},
        {"ref": None},
        {"line": -1},
        {"line": "1e400"},
        {"line": 10**40},
        {"mark": "\0"},
        {"mark": {"a": 1}},
        {"mark": "asleep"},
    ],
)
def test_a_spoilt_mark_is_refused_by_its_key_and_the_others_stand(client, tomasz, spoilt):
    session, (amelia, daniyal, *_) = meeting(by=tomasz)
    bad = mark(session, amelia) | spoilt

    answers = send(client, tomasz, bad, mark(session, daniyal)).json()["answers"]

    assert {one["key"]: one["outcome"] for one in answers}[bad["key"]] == "refused"
    assert marks_of(session)[:2] == [None, "present"]


def test_a_version_of_no_sense_overwrites_nothing(client, tomasz):
    session, (amelia, *_) = meeting(by=tomasz)
    send(client, tomasz, mark(session, amelia, "late"))

    answer = send(client, tomasz, mark(session, amelia, "present", seen="x"))

    assert outcomes(answer) == [("differs", "late")]


def test_a_busy_register_is_not_answered_so_its_marks_stay_on_the_phone(
    client, tomasz, monkeypatch
):
    session, (amelia, *_) = meeting(by=tomasz)

    def busy(*_args, **_options):
        raise TryAgain("Others are there.")

    monkeypatch.setattr(actions.registers, "_locked", busy)

    assert send(client, tomasz, mark(session, amelia)).json()["answers"] == []


def test_a_cancelled_meeting_refuses_in_words(client, tomasz):
    session, (amelia, *_) = meeting(by=tomasz)
    cause = CancellationCauseFactory()
    actions.cancel_session(session=session, cause=cause, comment="", by=None, at=DURING)

    (answer,) = send(client, tomasz, mark(session, amelia)).json()["answers"]

    assert answer["words"] == "This meeting is not on, so nobody is marked in it."


def test_without_a_sign_in_a_phone_is_sent_to_the_door(client):
    answer = client.get(DOOR)

    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_login"))


def test_a_token_that_is_too_old_is_refused_and_a_new_one_is_given():
    user = teacher()
    session, (amelia, *_) = meeting(by=user)
    client = Client(enforce_csrf_checks=True)
    client.force_login(user, BACKEND)

    refused = send(client, user, mark(session, amelia), headers={"X-CSRFToken": "x" * 64})
    token = client.get(DOOR).json()["token"]
    kept = send(client, user, mark(session, amelia), headers={"X-CSRFToken": token})

    assert refused.status_code == 403
    assert outcomes(kept) == [("kept", "present")]


def test_a_phone_keeps_today_and_tomorrow_and_forgets_each_by_our_clock(client, tomasz):
    today, _ = meeting(by=tomasz, names=[])
    tomorrow, _ = meeting(by=tomasz, names=[], day=DAY.replace(day=29))
    meeting(by=tomasz, names=[], day=DAY.replace(day=30))
    meeting(by=tomasz, names=[], day=DAY.replace(day=27))
    meeting(by=teacher(), names=[], start="11:30")

    state = client.get(DOOR)

    midnight = DURING.replace(hour=0, minute=0).timestamp() * 1000
    a_day = 24 * 60 * 60 * 1000
    assert "no-store" in state["Cache-Control"]
    assert state.json()["who"] == str(tomasz.person.ref)
    assert state.json()["now"] == DURING.timestamp() * 1000
    assert state.json()["keep"] == [
        {"url": reverse("bookings:my_teaching"), "until": midnight + a_day},
        {"url": reverse("bookings:register", args=[today.ref]), "until": midnight + a_day},
        {"url": reverse("bookings:register", args=[tomorrow.ref]), "until": midnight + 2 * a_day},
    ]


def test_a_phone_keeps_no_register_of_a_meeting_that_is_off(client, tomasz):
    session, _ = meeting(by=tomasz, names=[])
    cause = CancellationCauseFactory()
    actions.cancel_session(session=session, cause=cause, comment="", by=None, at=DURING)

    assert registers.kept_on_phone(tomasz, at=DURING) == []


def test_the_worker_is_a_program_that_names_nobody(client, tomasz):
    answer = client.get(reverse("service_worker"))

    words = answer.content.decode()
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert "no-store" in answer["Cache-Control"]
    assert json.loads(words.partition("= ")[2].partition(";\n")[0])["shell"]
    assert str(tomasz.person.ref) not in words


def test_signing_out_makes_the_browser_forget(client, tomasz):
    answer = client.post(reverse("account_logout"))

    assert answer["Clear-Site-Data"] == '"cache", "storage"'


def test_signing_out_of_the_admin_makes_the_browser_forget():
    answer = client_of(head_of()).post(reverse("admin:logout"))

    assert answer["Clear-Site-Data"] == '"cache", "storage"'


def test_the_script_is_on_the_pages_of_those_who_take_registers_only(client):
    def has_script(user):
        sign_in(client, user)
        return "js/register.js" in client.get(reverse("home")).content.decode()

    assert [has_script(user) for user in (teacher(), head_of(), GuardianFactory())] == [
        True,
        True,
        False,
    ]


def test_each_further_register_costs_the_same(client, tomasz):
    def statements(number):
        sessions = [meeting(names=["Amelia"]) for _ in range(number)]
        with CaptureQueriesContext(connection) as caught:
            send(client, boss, *(mark(session, amelia) for session, (amelia,) in sessions))
        return len(caught)

    boss = sign_in(client, administrator())
    one, three, nine = (statements(number) for number in (1, 3, 9))

    assert nine - three == 3 * (three - one)
    assert (three - one) / 2 <= 9
