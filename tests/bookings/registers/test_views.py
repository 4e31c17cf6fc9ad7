"""The pages of a register: for whoever takes it, and for nobody else."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bookings import actions
from bookings.models import MarkReceived
from tests.bookings.registers.stage import (
    DAY,
    DURING,
    NAMES,
    fresh,
    line,
    marks_of,
    meeting,
    page,
    said,
    taken_by,
    teacher,
)
from tests.factories.bookings import (
    CancellationCauseFactory,
)
from tests.factories.people import (
    head_of,
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


def posted(client, session, **answers):
    """What the page's own form would post, with these answers changed."""
    form = client.get(page("register", session)).context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else value for name, value in values.items()} | answers


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("guardian", 404),
        ("pupil", 404),
        ("another teacher", 404),
        ("another head", 404),
        ("away", 404),
        ("cover", 200),
        ("head", 200),
        ("administrator", 200),
    ],
)
def test_a_register_is_for_who_takes_it(client, kind, status):
    session, _ = meeting(by=teacher())
    sign_in(client, taken_by(kind, session))

    assert client.get(page("register", session)).status_code == status
    assert client.post(page("register", session), {}).status_code in {status, 302}


@pytest.mark.parametrize(
    ("kind", "words", "address"),
    [
        ("head", "Staff home", f"day={DAY}#day"),
        ("administrator", "Staff home", f"day={DAY}#day"),
        ("cover", "Your day", "/places/teaching/"),
    ],
)
def test_the_way_back_is_to_where_one_came_from(client, kind, words, address):
    session, _ = meeting(by=teacher())
    sign_in(client, taken_by(kind, session))

    said = client.get(page("register", session)).content.decode()
    back = said[said.index('<a class="back"') :].partition("</a>")[0]

    assert words in back
    assert address in back


def test_the_whole_form_posts_without_script(client, tomasz):
    session, lines = meeting(by=tomasz)
    marks = dict(zip(lines, ["present", "late", "absent", "absent_told"], strict=True))
    answers = {f"mark_{one.pk}": mark for one, mark in marks.items()}
    answers |= {f"note_{lines[1].pk}": "Bus", "note": "Bar 9"}

    answer = client.post(page("register", session), posted(client, session, **answers), follow=True)

    lines[1].refresh_from_db()
    assert "Register saved." in answer.content.decode()
    assert marks_of(session) == ["present", "late", "absent", "absent_told"]
    assert (lines[1].note, fresh(session).note) == ("Bus", "Bar 9")
    assert fresh(session).status == "taught"


def test_no_browser_brings_back_an_older_mark(client, tomasz):
    session, _ = meeting(by=tomasz)

    form = client.get(page("register", session)).context["form"]

    marks = [form[name] for name in form.fields if name.startswith("mark_")]
    tags = [radio.tag() for mark in marks for radio in mark]
    assert len(tags) == 4 * len(NAMES)
    assert all('autocomplete="off"' in tag for tag in tags)


def test_the_same_form_posted_twice_is_one_register(client, tomasz):
    session, (amelia, *_) = meeting(by=tomasz)
    form = posted(client, session, **{f"mark_{amelia.pk}": "late"})

    for _ in range(2):
        client.post(page("register", session), form)

    amelia.refresh_from_db()
    assert (amelia.mark, amelia.version) == ("late", 1)
    assert [one.outcome for one in MarkReceived.objects.all()] == ["kept"]


def test_what_is_too_long_is_refused_with_what_was_typed(client, tomasz):
    session, (amelia, *_) = meeting(by=tomasz)
    answers = {f"mark_{amelia.pk}": "late", f"note_{amelia.pk}": "x" * 201, "note": "Bar 9"}

    answer = client.post(page("register", session), posted(client, session, **answers))

    words = answer.content.decode()
    assert answer.status_code == 422
    assert words.count('class="error-summary"') == 1
    assert "<title>Error: " in words
    assert "Note about Amelia: say it in 200 characters or fewer" in words
    assert "x" * 201 in words
    assert 'value="late"' in words.partition("checked")[0].rpartition("<input")[2]
    assert "Bar 9" in words
    assert marks_of(session) == [None] * 4


def test_a_page_grown_stale_overwrites_nothing(client, tomasz):
    session, (amelia, daniyal, *_) = meeting(by=tomasz)
    morag = teacher(given_name="Morag", family_name="Lister")
    form = posted(client, session, **{f"mark_{amelia.pk}": "present"})
    actions.keep_marks(
        session=session,
        said=[said(amelia, "late"), said(daniyal, "late")],
        note=None,
        by=morag,
        at=DURING,
    )

    answer = client.post(page("register", session), form, follow=True)

    words = answer.content.decode()
    assert marks_of(session)[:2] == ["late", "late"]
    assert "1 mark differs from what somebody else said meanwhile" in words
    assert "Morag Lister said Late at 9.40am. Tomasz Bell said Here" in " ".join(words.split())


def test_both_marks_are_shown_to_whoever_opens_the_register_and_one_settles_it(client, tomasz):
    session, (amelia, *_) = meeting(by=tomasz)
    morag = teacher(given_name="Morag")
    for user, mark in ((morag, "late"), (tomasz, "present")):
        actions.keep_marks(
            session=session, said=[said(amelia, mark)], note=None, by=user, at=DURING
        )
    (received,) = MarkReceived.objects.filter(outcome="differed")
    settle = page("settle_mark", session, key=received.pk)

    sign_in(client, head_of(session.activity.centre))
    before = client.get(page("register", session)).content.decode()
    after = client.post(settle, {"mark": "present", "seen": "1"}, follow=True).content.decode()

    assert "Two people said two things." in before
    assert "Two people said two things." not in after
    assert marks_of(session)[0] == "present"


def test_a_difference_of_another_register_is_not_there(client, tomasz):
    session, _ = meeting(by=tomasz)
    other, (kofi,) = meeting(names=["Kofi"])
    for mark in ("late", "present"):
        actions.keep_marks(
            session=other, said=[said(kofi, mark)], note=None, by=teacher(), at=DURING
        )
    (received,) = MarkReceived.objects.filter(outcome="differed")

    answer = client.post(page("settle_mark", session, key=received.pk), {"mark": "present"})

    assert answer.status_code == 404
    assert marks_of(other) == ["late"]


def test_a_closed_register_is_read_and_not_changed(client, tomasz, time_machine):
    session, (amelia, *_) = meeting(by=tomasz)
    time_machine.move_to(DURING.replace(month=12, day=25))
    sign_in(client, tomasz)
    form = posted(client, session, **{f"mark_{amelia.pk}": "present"})

    shown = client.get(page("register", session)).content.decode()
    answer = client.post(page("register", session), form)

    assert "14 days after it, and they have passed" in shown
    assert "Save register" not in shown
    assert answer.status_code == 422
    assert marks_of(session) == [None] * 4


def test_not_taught_asks_for_a_cause_and_keeps_the_words(client, tomasz):
    session, _ = meeting(by=tomasz)
    cause = CancellationCauseFactory()
    CancellationCauseFactory(slug="old", name="Old cause", to_on=DAY.replace(month=1))
    CancellationCauseFactory(slug="away", name="Pupil away", caused_by="pupil")
    address = page("not_taught", session)

    shown = client.get(address).content.decode()
    refused = client.post(address, {"comment": "Go home safely"})
    done = client.post(address, {"cause": cause.pk, "comment": "Go home safely"})

    off = fresh(session)
    assert ("Teacher ill" in shown, "Old cause" in shown, "Pupil away" in shown) == (
        True,
        False,
        False,
    )
    assert refused.status_code == 422
    assert "Choose why it was not taught" in refused.content.decode()
    assert "Go home safely" in refused.content.decode()
    assert done.url == reverse("bookings:my_teaching")
    assert (off.status, off.cause, off.public_comment) == ("cancelled", cause, "Go home safely")


def test_a_register_takes_as_many_statements_for_sixty_as_for_ten(client, tomasz):
    def statements(number):
        session, lines = meeting(
            by=tomasz,
            names=[f"Child{one}" for one in range(number)],
            start="09:30" if number == 10 else "10:20",
        )
        for user, mark in ((teacher(), "late"), (tomasz, "present")):
            actions.keep_marks(
                session=session,
                said=[said(one, mark) for one in lines],
                note=None,
                by=user,
                at=session.during.lower,
            )
        with CaptureQueriesContext(connection) as caught:
            assert client.get(page("register", session)).status_code == 200
        return len(caught)

    assert statements(60) == statements(10)


def test_the_names_of_lines_are_in_order(client, tomasz):
    session, _ = meeting(by=tomasz, names=NAMES[::-1])
    line(session, "Zoë")

    rows = client.get(page("register", session)).context["rows"]

    assert [row["line"].attendance.person.given_name for row in rows] == [*NAMES, "Zoë"]


def test_an_unknown_key_has_no_difference(client, tomasz):
    session, _ = meeting(by=tomasz)

    assert client.post(page("settle_mark", session, key=uuid.uuid4())).status_code == 404
