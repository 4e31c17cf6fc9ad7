"""A class is counted: on the page, from a phone that had no signal, and by two people at once."""

import datetime as dt
import json
import uuid

import pytest
from django.urls import reverse

from bookings import actions, rules
from bookings.actions import SaidHeads
from bookings.models import ClassReturn, CountReceived, Session
from bookings.queries import registers, reminders, teaching
from bookings.rules.headcounts import NONE_YET, Heads, NotACount, check_heads
from tests.bookings.registers.stage import DAY, DURING, STARTS, fresh, page, teacher
from tests.factories.bookings import ActivityFactory, SessionFactory, SessionStaffFactory, spell
from tests.factories.people import contact_of
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
AFTER = STARTS + dt.timedelta(hours=2)


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(DURING, tick=False)


@pytest.fixture
def ngozi(client):
    return sign_in(client, teacher(given_name="Ngozi"))


@pytest.fixture
def session(ngozi):
    activity = ActivityFactory(class_in_school=True, teacher=ngozi.person)
    met = SessionFactory(
        activity=activity, school=activity.school, occurs_on=DAY, during=spell(DAY)
    )
    met.refresh_from_db()
    SessionStaffFactory(session=met, person=ngozi.person)
    return met


def heads(present, joined_in=None, *, seen=NONE_YET, key=None, note=None):
    return SaidHeads(key or uuid.uuid4(), Heads(present, joined_in), note, seen)


def keep(session, *said, by, note=None):
    return actions.keep_count(session=session, said=said, note=note, by=by, at=DURING)


def stands(session):
    counted = ClassReturn.objects.get(session=session)
    return counted.present, counted.joined_in, counted.version


def posted(session, **told):
    ref = session.ref
    counted = registers.count_of(session)
    shown = {
        f"was_{ref}": str(actions.heads_of(counted)) if counted else "",
        f"wrote_{ref}": counted.note if counted else "",
        f"seen_{ref}": str(counted.version) if counted else str(NONE_YET),
        "note_seen": session.note,
        "key": str(uuid.uuid4()),
    }
    return shown | told


@pytest.mark.parametrize(
    ("present", "joined", "words"),
    [
        pytest.param(0, None, "say that it was not taught", id="nobody"),
        pytest.param(40, None, "Enter 39 or fewer", id="a digit too many"),
        pytest.param(27, 28, "no more than 27 can join in", id="more joined in than are here"),
    ],
)
def test_numbers_that_no_class_can_have_are_refused_in_words(present, joined, words):
    with pytest.raises(NotACount, match=words):
        check_heads(Heads(present, joined), expected=29)


@pytest.mark.parametrize("said", ["", "x", "28/", "28/x", "-1", "28/27/3", "1e9"])
def test_what_a_phone_kept_reads_as_a_count_or_as_nothing(said):
    assert Heads.read("28/27") == Heads(28, 27)
    assert Heads.read(said) in (None, Heads(28))


def test_a_count_stands_and_makes_its_meeting_taught(session, ngozi):
    [answer] = keep(session, heads(28, 27), by=ngozi)

    assert (answer.outcome, answer.heads, answer.version) == ("kept", Heads(28, 27), 0)
    assert stands(session) == (28, 27, 0)
    assert fresh(session).status == Session.Status.TAUGHT


def test_a_resend_changes_nothing(session, ngozi):
    key = uuid.uuid4()
    keep(session, heads(28, key=key), by=ngozi)
    keep(session, heads(27, seen=0), by=ngozi)

    [answer] = keep(session, heads(28, key=key), by=ngozi)

    assert (answer.outcome, answer.heads) == ("kept", Heads(27))
    assert stands(session) == (27, None, 1)


def test_two_counts_of_one_sending_follow_each_other(session, ngozi):
    answers = keep(session, heads(28), heads(27), by=ngozi)

    assert [one.outcome for one in answers] == ["kept", "kept"]
    assert stands(session) == (27, None, 1)


def test_a_count_that_differs_is_kept_beside_and_settled_by_a_person(session, ngozi):
    sam = teacher(given_name="Sam", family_name="Obi")
    SessionStaffFactory(session=session, person=sam.person, role="assistant")
    keep(session, heads(28), by=ngozi)

    [answer] = keep(session, heads(26), by=sam)

    assert answer.outcome == rules.Landing.DIFFERS
    assert answer.words.startswith(f"{ngozi.person} counted 28 at 9.40am. You counted 26.")
    assert stands(session) == (28, None, 0)
    [differing] = registers.differing_counts(session)

    actions.settle_count(received=differing, takes=True, seen_version=0, by=ngozi, at=AFTER)

    assert stands(session) == (26, None, 1)
    assert not registers.differing_counts(session).exists()


def test_settling_by_an_old_page_is_refused(session, ngozi):
    keep(session, heads(28), by=ngozi)
    keep(session, heads(26), by=ngozi)
    keep(session, heads(27, seen=0), by=ngozi)
    [differing] = registers.differing_counts(session)

    with pytest.raises(rules.MarkedMeanwhile):
        actions.settle_count(received=differing, takes=True, seen_version=0, by=ngozi, at=AFTER)


def test_who_joined_in_adds_to_what_somebody_else_counted(session, ngozi):
    keep(session, heads(28), by=ngozi)

    [answer] = keep(session, heads(28, 20), by=ngozi)
    [again] = keep(session, heads(28), by=ngozi)

    assert (answer.outcome, again.outcome) == ("kept", "same")
    assert stands(session) == (28, 20, 1)


def test_a_word_for_the_school_is_not_overwritten_in_silence(session, ngozi):
    keep(session, heads(28, note="Six were swimming."), by=ngozi)

    with pytest.raises(rules.NoteDiffers, match="Six were swimming"):
        keep(session, heads(28, note="All well."), by=ngozi)

    assert registers.count_of(session).note == "Six were swimming."


def test_counts_known_are_forgotten_in_time_and_what_differs_stays(session, ngozi):
    keep(session, heads(28), by=ngozi)
    keep(session, heads(26), by=ngozi)

    actions.prune_marks(older_than=AFTER)

    assert [one.present for one in CountReceived.objects.all()] == [26]


def test_the_page_counts_the_whole_class_with_one_press_and_no_script(client, session):
    reply = client.post(page("register", session), posted(session, all="yes"))

    assert reply.status_code == 302
    assert stands(session) == (29, None, 0)


def test_the_page_keeps_number_and_notes(client, session):
    told = {"present": "27", "joined_in": "25", "school_note": "Hot hall.", "note": "C chord"}

    client.post(page("register", session), posted(session, **told))

    assert stands(session) == (27, 25, 0)
    assert registers.count_of(session).note == "Hot hall."
    assert fresh(session).note == "C chord"


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"present": "400"}, "Enter 39 or fewer"),
        ({"present": "many"}, "Enter how many are here, for example 28"),
        ({"joined_in": "3"}, "Enter how many are here, for example 28"),
        ({"present": "5", "joined_in": "7"}, "no more than 5 can join in"),
    ],
)
def test_the_page_says_what_to_do_about_a_wrong_number(client, session, told, words):
    reply = client.post(page("register", session), posted(session, **told))

    assert reply.status_code == 422
    assert words in reply.content.decode()
    assert not ClassReturn.objects.exists()


def test_the_page_shows_two_counts_and_settles_them(client, session, ngozi):
    keep(session, heads(28), by=ngozi)
    keep(session, heads(26), by=ngozi)
    [differing] = registers.differing_counts(session)

    shown = client.get(page("register", session)).content.decode()
    client.post(page("settle_count", session, key=differing.pk), {"right": "other", "seen": "0"})

    assert "Two people counted two numbers." in shown
    assert stands(session) == (26, None, 1)


def test_nobody_else_counts_a_class(client, session):
    for stranger in (teacher(), contact_of(session.school)):
        sign_in(client, stranger)
        assert client.get(page("register", session)).status_code == 404


def test_a_phone_sends_a_count_and_hears_how_it_stands(client, session, ngozi):
    def send(mark, seen, key):
        one = {"key": key, "ref": str(session.ref), "line": str(session.ref)}
        sent = {"who": str(ngozi.person.ref), "marks": [one | {"mark": mark, "seen": seen}]}
        reply = client.post(
            reverse("bookings:send_marks"), json.dumps(sent), content_type="application/json"
        )
        [answer] = reply.json()["answers"]
        return answer["outcome"], answer.get("mark"), answer.get("version")

    first, second = str(uuid.uuid4()), str(uuid.uuid4())

    assert send("28/27", -1, first) == ("kept", "28/27", 0)
    assert send("28/27", -1, first) == ("kept", "28/27", 0)
    assert send("26", -1, second) == ("differs", "28/27", 0)
    assert send("4000", 0, str(uuid.uuid4())) == ("refused", "28/27", 0)
    assert send("lots", 0, str(uuid.uuid4()))[0] == "refused"
    assert ClassReturn.objects.get().present == 28


def test_a_phone_of_somebody_who_does_not_teach_it_is_refused(client, session):
    sam = sign_in(client, teacher())
    one = {"key": str(uuid.uuid4()), "ref": str(session.ref), "line": str(session.ref)}
    sent = {"who": str(sam.person.ref), "marks": [one | {"mark": "28", "seen": -1}]}

    reply = client.post(
        reverse("bookings:send_marks"), json.dumps(sent), content_type="application/json"
    )

    assert [each["outcome"] for each in reply.json()["answers"]] == ["refused"]
    assert not ClassReturn.objects.exists()


def test_a_class_nobody_counted_is_asked_for(session, ngozi):
    evening = STARTS + dt.timedelta(hours=10)

    asked = [one.staff.person for one in reminders.registers_to_ask_for(at=evening)]
    to_finish = teaching.to_finish(ngozi, at=AFTER, days=14)
    keep(session, heads(28), by=ngozi)

    assert (asked, to_finish) == ([ngozi.person], [session])
    assert reminders.registers_to_ask_for(at=evening) == []
    assert teaching.to_finish(ngozi, at=AFTER, days=14) == []


def test_the_day_of_a_teacher_shows_the_class_and_then_how_many_came(client, session, ngozi):
    before = client.get(reverse("bookings:my_teaching")).content.decode()
    keep(session, heads(28), by=ngozi)
    after = client.get(reverse("bookings:my_teaching")).content.decode()

    assert "29 children expected" in before
    assert "29 people" in before
    assert "28 of 29 came." in after
