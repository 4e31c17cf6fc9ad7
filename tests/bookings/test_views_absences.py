"""Told ahead: what it touches, what is kept, what is refused, and how it is taken back."""

import datetime as dt

import pytest
from django.urls import reverse

from bookings import actions
from bookings.models import AbsenceNotice, Session
from bookings.queries import absences
from bookings.queries.absences import told_ahead
from bookings.rules.absences import Days
from core.models import Email
from tests.bookings.stage import open_group
from tests.core.pages import Page
from tests.factories.bookings import AbsenceNoticeFactory, CancellationCauseFactory
from tests.factories.core import NOON
from tests.factories.people import ChildFactory, GuardianFactory, GuardianshipFactory
from tests.races import all_at_once, done, pause, unlock
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
SATURDAY = dt.date(2026, 11, 28)
WEEK = dt.timedelta(days=7)
FEE = "Thank you for telling us. The lesson still counts."


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOON)
    CancellationCauseFactory(slug="pupil-absent-told", words_for_family=FEE)


@pytest.fixture
def guardian(client):
    return sign_in(client, GuardianFactory(person__given_name="Priya"))


@pytest.fixture
def child(guardian):
    return ChildFactory(guardian=guardian, given_name="Anaya")


def place_in(child, guardian, **fields):
    held = actions.hold_place(activity=open_group(**fields), person=child, by=guardian, at=NOON)
    return actions.confirm_place(enrolment=held, by=guardian, at=NOON)


@pytest.fixture
def choir(child, guardian):
    return place_in(child, guardian, title="Choir")


def page(child):
    return reverse("bookings:tell_absence", args=[child.ref])


def said(first=SATURDAY, last=None, **more):
    boxes = {f"first_day_{box}": part for box, part in enumerate(_parts(first))}
    boxes |= {f"last_day_{box}": part for box, part in enumerate(_parts(last))}
    return boxes | {"reason": "family"} | more


def _parts(day):
    return (day.day, day.month, day.year) if day else ("", "", "")


def tell(client, child, **fields):
    return client.post(page(child), said(**fields) | {"sure": "yes"})


def words_of(response):
    return " ".join(response.content.decode().split())


def test_the_family_sees_what_it_means_before_it_is_told(client, child, guardian, choir):
    place_in(child, guardian, title="Guitar club", local_start=dt.time(11))

    response = client.post(page(child), said(last=SATURDAY + WEEK, about="everything"))

    assert [(one["day"], one["title"]) for one in response.context["missed"]] == [
        (SATURDAY, "Choir"),
        (SATURDAY, "Guitar club"),
        (SATURDAY + WEEK, "Choir"),
        (SATURDAY + WEEK, "Guitar club"),
    ]
    assert FEE in words_of(response)
    assert not AbsenceNotice.objects.exists()


def test_it_is_on_the_register_at_once_and_there_is_a_receipt(
    client, child, guardian, choir, mailoutbox, django_capture_on_commit_callbacks
):
    response = tell(client, child)

    session = choir.activity.sessions.get(occurs_on=SATURDAY)
    notice = AbsenceNotice.objects.get()
    letter = Email.objects.get(copy="absence-received")
    assert response.url == f"{reverse('bookings:calendar')}?month=2026-11&who={child.ref}"
    assert told_ahead([session]) == {(session.pk, child.pk)}
    assert (notice.told_by, notice.reason) == (guardian.person, "family")
    assert letter.to_address == guardian.person.email
    assert letter.subject == "Thank you, we know Anaya is away on Saturday 28 November"
    assert "away from Choir on Saturday 28 November" in letter.body_text
    assert FEE in letter.body_text
    assert "Something in the family" not in letter.body_text


def test_the_calendar_says_that_it_was_told(client, child, choir):
    words = words_of(client.get(tell(client, child).url))

    assert "Thank you. Anaya is away on Saturday 28 November" in words
    assert "You told us: away." in words


def test_two_presses_are_one_notice_and_one_letter(client, child, choir):
    first, second = tell(client, child), tell(client, child)

    assert first.status_code == second.status_code == 302
    assert AbsenceNotice.objects.count() == Email.objects.filter(copy="absence-received").count()
    assert AbsenceNotice.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_the_same_moment_are_one_notice(client, child, guardian, choir):
    def press():
        actions.tell_absence(
            person=child,
            enrolment=None,
            days=Days(SATURDAY, SATURDAY),
            reason="family",
            by=guardian,
            at=NOON,
        )

    outcomes = all_at_once([press, press])

    assert len(done(outcomes)) == 2

    assert AbsenceNotice.objects.count() == 1


def test_days_that_overlap_become_one_notice(client, child, choir):
    tell(client, child, last=SATURDAY + WEEK)

    tell(client, child, first=SATURDAY + WEEK, last=SATURDAY + 2 * WEEK)

    notice = AbsenceNotice.objects.standing().get()
    assert (notice.starts_on, notice.ends_on) == (SATURDAY, SATURDAY + 2 * WEEK)


def test_one_group_alone_can_be_told(client, child, guardian, choir):
    club = place_in(child, guardian, title="Guitar club", local_start=dt.time(11))

    tell(client, child, about=str(club.ref))

    sessions = Session.objects.filter(occurs_on=SATURDAY)
    expected = club.activity.sessions.get(occurs_on=SATURDAY)
    assert told_ahead(sessions) == {(expected.pk, child.pk)}


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        pytest.param({"first": dt.date(2026, 11, 21)}, "Saturday 21 November has gone", id="gone"),
        pytest.param({"first": dt.date(2026, 11, 24)}, "nothing to come on those days", id="free"),
        pytest.param({"last": dt.date(2026, 11, 27)}, "comes after the first", id="backwards"),
        pytest.param({"last": dt.date(2028, 11, 27)}, "more than a year ahead", id="too far"),
        pytest.param({"first_day_1": "19"}, "There is no month 19", id="no such month"),
        pytest.param({"reason": "measles"}, "That can no longer be chosen", id="not a choice"),
        pytest.param({"reason": ""}, "Choose the reason that is nearest", id="no reason"),
    ],
)
def test_what_cannot_be_told_is_refused_in_words_and_kept_as_typed(
    client, child, choir, fields, sentence
):
    response = tell(client, child, **fields)

    words = response.content.decode()
    page_read = Page(words)
    assert response.status_code == 422
    assert page_read.title.startswith("Error: ")
    assert sentence in words
    assert len(page_read.with_class("error-summary")) == 1
    assert page_read.complaints() == []
    typed = said() | fields
    assert page_read.all("input", name="first_day_0")[0]["value"] == str(
        fields["first"].day if "first" in fields else typed["first_day_0"]
    )
    assert not AbsenceNotice.objects.exists()


def test_change_goes_back_with_everything_still_there(client, child, choir):
    response = client.post(page(child), said() | {"change": "yes"})

    assert response.status_code == 200
    assert Page(response.content.decode()).all("input", name="first_day_0")[0]["value"] == "28"


def test_it_is_taken_back_and_the_letter_that_waits_does_not_go(client, child, choir):
    tell(client, child)
    notice = AbsenceNotice.objects.get()
    back = reverse("bookings:withdraw_absence", args=[notice.ref])

    asked = client.get(back)
    answer = client.post(back, follow=True)
    again = client.post(back)

    session = choir.activity.sessions.get(occurs_on=SATURDAY)
    assert "Take it back" in asked.content.decode()
    assert "Taken back. The register expects Anaya." in answer.content.decode()
    assert again.status_code == 302
    assert told_ahead([session]) == set()
    assert Email.objects.get(copy="absence-received").status == Email.Status.CANCELLED


def test_the_days_that_have_gone_stay_told(client, child, choir):
    notice = AbsenceNoticeFactory(
        person=child, starts_on=dt.date(2026, 11, 20), ends_on=dt.date(2026, 12, 1)
    )

    client.post(reverse("bookings:withdraw_absence", args=[notice.ref]))

    notice.refresh_from_db()
    assert (notice.ends_on, notice.withdrawn_at) == (dt.date(2026, 11, 21), None)


def test_an_old_letter_leads_to_the_longer_absence_that_took_its_place(client, child, choir):
    tell(client, child)
    first = AbsenceNotice.objects.get()
    tell(client, child, last=SATURDAY + WEEK)
    longer = AbsenceNotice.objects.standing().get()

    answer = client.post(reverse("bookings:withdraw_absence", args=[first.ref]), follow=True)

    assert answer.redirect_chain == [(reverse("bookings:withdraw_absence", args=[longer.ref]), 302)]
    words = words_of(answer)
    assert "away from Saturday 28 November to Saturday 5 December. Take it back" in words
    assert "Taken back" not in words


def test_what_is_over_is_not_taken_back(client, child, choir):
    notice = AbsenceNoticeFactory(person=child, starts_on=dt.date(2026, 11, 20))

    words = words_of(
        client.post(reverse("bookings:withdraw_absence", args=[notice.ref]), follow=True)
    )

    assert "Those days have gone" in words
    assert AbsenceNotice.objects.standing().count() == 1


def test_nothing_to_be_away_from_is_said(client, child):
    assert "has no place in anything now" in words_of(client.get(page(child)))


@pytest.mark.parametrize("rights", ["stranger", "barred", "may only pay"])
def test_nobody_else_tells_or_takes_back(client, rights, django_capture_on_commit_callbacks):
    parent = GuardianFactory()
    child = ChildFactory(guardian=parent)
    place_in(child, parent, title="Choir")
    notice = AbsenceNoticeFactory(person=child, starts_on=SATURDAY)
    other = sign_in(client, GuardianFactory())
    if rights == "barred":
        GuardianshipFactory(adult=other.person, child=child, barred=True)
    if rights == "may only pay":
        GuardianshipFactory(adult=other.person, child=child, may_see=False, may_book=False)

    answers = [tell(client, child), client.get(page(child))]
    answers.append(client.post(reverse("bookings:withdraw_absence", args=[notice.ref])))

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert AbsenceNotice.objects.standing().count() == 1


def test_who_may_only_see_may_tell(client):
    parent = GuardianFactory()
    child = ChildFactory(guardian=parent)
    place_in(child, parent, title="Choir")
    other = sign_in(client, GuardianFactory())
    GuardianshipFactory(adult=other.person, child=child, may_book=False, may_pay=False)

    tell(client, child)

    assert AbsenceNotice.objects.get().told_by == other.person


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_two_presses_are_two_notices(child, guardian, choir, monkeypatch):
    """The control: the notice is one because the person is locked, and not by luck."""
    unlock(monkeypatch)
    pause(monkeypatch, absences, "fee_of_told", 0.5)

    def press():
        actions.tell_absence(
            person=child,
            enrolment=None,
            days=Days(SATURDAY, SATURDAY),
            reason="family",
            by=guardian,
            at=NOON,
        )

    all_at_once([press, press])

    assert AbsenceNotice.objects.count() == 2
