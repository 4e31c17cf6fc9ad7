"""The pages of messages: for whoever runs the place alone, with nothing lost and nothing named."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bookings.actions import messages as actions
from bookings.models import Message, MessageReader
from bookings.rules.messages import fingerprint
from core.models import Email
from people.models import Guardianship
from tests.bookings.correspondence import draft, placed, says_yes_to_news, send
from tests.factories.bookings import ActivityFactory, MessageFactory, MessageReaderFactory
from tests.factories.centres import CentreFactory
from tests.factories.core import NOON
from tests.factories.people import (
    ChildFactory,
    GuardianFactory,
    GuardianshipFactory,
    PersonFactory,
    administrator,
    head_of,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
WRITE, MINE = "bookings:write_message", "bookings:my_messages"
NO_SIGHT = {"may_see": False, "may_book": False}


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOON)


@pytest.fixture
def group():
    return ActivityFactory(title="Junior Voices", capacity=None, centre=CentreFactory(code="STA"))


@pytest.fixture
def head(client, group):
    return sign_in(client, head_of(group.centre, person__given_name="Jo"))


def write(group=None, **asked):
    place = {"group": group.ref} if group else {}
    return reverse(WRITE, query={**place, **asked})


def words(go="check", ref=None, **said):
    plain = {"kind": "change", "subject": "Red", "body": "Send {child} in red."}
    return {**plain, "ref": str(ref or uuid.uuid4()), "go": go, **said}


def test_write_message_shows_how_many_who_cannot_and_one_familys_copy(client, group, head):
    placed(group, given_name="Anya")
    marsh = PersonFactory(given_name="Pat", family_name="Marsh", phone="01632 960 007")
    child = ChildFactory(given_name="Sam", guardian=marsh)
    placed(group)[1].enrolments.update(person=child)

    page = client.get(write(group))

    said = page.content.decode()
    assert (page.context["getting"], page.context["pupils"]) == (1, 2)
    assert "Pat Marsh" in said
    assert 'href="tel:01632960007"' in said
    assert "As Priya gets it" in said


def test_write_message_starts_with_the_heads_own_centre(client, group, head):
    placed(group)
    placed(ActivityFactory())

    assert client.get(write()).context["pupils"] == 1


def test_write_message_asks_the_county_for_whom_first(client, group):
    sign_in(client, administrator())
    placed(group)

    page = client.get(write())

    assert (page.status_code, page.context["form"]) == (200, None)
    assert client.get(write(centre="county")).context["pupils"] == 1


def test_write_message_to_another_centre_leaves_the_group_behind(client, group):
    sign_in(client, administrator())
    placed(group)
    placed(ActivityFactory(centre=CentreFactory(code="OTH")))
    placed(ActivityFactory())

    pages = [client.get(write(group, centre=place)) for place in ("STA", "OTH", "county")]

    assert [page.context["pupils"] for page in pages] == [1, 1, 3]
    assert [page.context["message"].activity for page in pages] == [group, None, None]


def elsewhere():
    return ActivityFactory(title="Elsewhere", centre=CentreFactory(code="ELS"))


@pytest.mark.parametrize(
    "asked",
    [
        lambda: {"group": elsewhere().ref},
        lambda: {"centre": elsewhere().centre.code},
        lambda: {"centre": "nowhere"},
        lambda: {"group": "not-a-ref"},
        lambda: {"group": uuid.uuid4()},
    ],
    ids=["group", "centre", "unknown centre", "no ref", "unknown group"],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_write_message_by_a_typed_address_of_another_place_is_not_there(
    client, head, asked, method
):
    address = reverse(WRITE, query=asked())

    response = client.get(address) if method == "get" else client.post(address, words())

    assert (response.status_code, Message.objects.count()) == (404, 0)


@pytest.mark.parametrize(
    "place", [lambda: {"activity": elsewhere()}, dict], ids=["centre", "county"]
)
def test_write_message_does_not_open_the_draft_of_another_place(client, head, place):
    assert client.get(write(draft=MessageFactory(**place()).ref)).status_code == 404


def test_write_message_to_the_county_is_not_for_a_head(client, head):
    page = client.get(write(centre="county"))

    assert (page.status_code, page.context["form"]) == (422, None)


def test_write_message_with_the_ref_of_anothers_draft_is_not_there(client, group, head):
    other = MessageFactory(activity=elsewhere())

    response = client.post(write(group), words(ref=other.ref))

    assert response.status_code == 404
    other.refresh_from_db()
    assert other.subject == "Bring a coat on Saturday"


def test_write_message_is_not_for_families(client):
    sign_in(client, GuardianFactory())

    assert client.get(write()).status_code == 404


@pytest.mark.parametrize("missing", ["subject", "body", "kind"])
def test_write_message_loses_nothing_where_something_is_missing(client, group, head, missing):
    placed(group)

    page = client.post(write(group), words(**{missing: ""}))

    assert page.status_code == 422
    kept = {"subject": "Red", "body": "Send {child} in red.", "kind": "change"}
    for name in kept.keys() - {missing}:
        assert page.context["form"][name].value() == kept[name]
    assert Message.objects.count() == 0


def test_write_message_keeps_a_draft_and_goes_to_the_check(client, group, head):
    placed(group)

    response = client.post(write(group, status="both", weekday="6"), words())

    message = Message.objects.get()
    assert response.url == reverse("bookings:message", args=[message.ref])
    assert message.narrowed_by == {"weekday": 6, "status": "both"}
    assert (message.activity, message.written_by) == (group, head.person)


def test_a_draft_is_written_on_where_it_was_left(client, group, head):
    placed(group)
    client.post(write(group, min_year="4"), words())
    message = Message.objects.get()

    page = client.get(write(draft=message.ref), follow=True)
    client.post(
        page.request["PATH_INFO"] + "?" + page.request["QUERY_STRING"],
        words(ref=page.context["form"]["ref"].value(), subject="Blue"),
    )

    assert page.context["form"]["subject"].value() == "Red"
    assert [(each.pk, each.subject, each.narrowed_by) for each in Message.objects.all()] == [
        (message.pk, "Blue", {"min_year": 4, "status": "active"})
    ]


def test_send_it_to_me_first_sends_one_to_me(client, group, head):
    placed(group)

    client.post(write(group), words(go="self"))

    assert list(Email.objects.values_list("to_address", flat=True)) == [head.email]


def test_html_in_what_is_written_is_words_on_every_page(client, group, head):
    guardian, _ = placed(group)
    message = draft(
        head, activity=group, body="<script>x</script> https://a.example/?a=1&b=2 javascript:x"
    )
    shown = [
        client.get(write(draft=message.ref), follow=True),
        client.get(reverse("bookings:message", args=[message.ref])),
    ]
    send(message, head)
    shown.append(client.get(reverse("bookings:message", args=[message.ref])))
    sign_in(client, guardian)
    shown.append(client.get(reverse(MINE)))

    for page in shown:
        said = page.content.decode()
        assert "<script>x" not in said
        assert "&lt;script&gt;x&lt;/script&gt;" in said
        assert 'href="javascript' not in said
        assert 'href="https://a.example/?a=1&amp;b=2" rel="nofollow"' in said


def test_send_message_twice_sends_once_and_says_so(client, group, head):
    placed(group)
    message = draft(head, activity=group)
    address = reverse("bookings:send_message", args=[message.ref])
    seen = {"seen": fingerprint(message)}

    client.post(address, seen)
    again = client.post(address, seen, follow=True)

    assert Email.objects.count() == 1
    assert "Nobody got it twice." in again.content.decode()


def test_send_message_shows_what_was_changed_meanwhile(client, group, head):
    placed(group)
    message = draft(head, activity=group)
    seen = fingerprint(message)
    draft(head, activity=group, ref=message.ref, subject="Blue")

    page = client.post(reverse("bookings:send_message", args=[message.ref]), {"seen": seen})

    assert page.status_code == 422
    assert "Somebody changed this message" in page.content.decode()
    assert Email.objects.count() == 0


def test_message_says_what_became_of_its_letters_and_whom_to_ring(client, group, head):
    guardians = [placed(group)[0] for _ in range(4)]
    guardians[2].person.phone = "01632 960 009"
    guardians[2].person.save()
    message = send(draft(head, activity=group), head)
    MessageReaderFactory(message=message, unreached="no_address", person__given_name="Rung")
    for guardian, status in zip(guardians, ["sent", "queued", "failed", "unknown"], strict=True):
        Email.objects.filter(to_person_id=guardian.person_id).update(
            status=status, sent_at=NOON if status == "sent" else None
        )

    page = client.get(reverse("bookings:message", args=[message.ref]))

    assert [fate["number"] for fate in page.context["fates"]] == [1, 1, 1, 1, 0]
    said = page.content.decode()
    assert str(guardians[2].person) in said
    assert "01632960009" in said
    assert "Rung" in said
    assert str(guardians[0].person) not in said


def test_message_says_how_many_are_still_being_written(client, group, head, monkeypatch):
    monkeypatch.setattr(actions, "AT_ONCE", 1)
    for _ in range(3):
        placed(group)
    message = send(draft(head, activity=group), head)

    page = client.get(reverse("bookings:message", args=[message.ref]))

    assert page.context["still_to_write"] == 2


def test_message_of_another_centre_is_not_there(client, head):
    other = MessageFactory(activity=elsewhere())

    for name in ("message", "send_message"):
        method = client.post if name == "send_message" else client.get
        assert method(reverse(f"bookings:{name}", args=[other.ref])).status_code == 404


def test_my_messages_are_mine_newest_first_with_whom_they_are_about(client, group):
    head = head_of(group.centre)
    guardian, _ = placed(group, given_name="Anya")
    placed(group)
    send(draft(head, activity=group, subject="First"), head)
    send(draft(head, activity=group, subject="{child}, second"), head)
    sign_in(client, guardian)

    page = client.get(reverse(MINE))

    assert [(one["spoken"].subject, one["about"]) for one in page.context["received"]] == [
        ("Anya, second", "Anya"),
        ("First", "Anya"),
    ]


def test_my_messages_name_no_child_whom_the_reader_sees_no_more(client, group):
    head = head_of(group.centre)
    guardian, _ = placed(group, given_name="Anya")
    _, lost = placed(group, guardian=guardian, given_name="Xavier")
    send(draft(head, activity=group), head)
    alone = ActivityFactory(centre=group.centre, title="Xavier alone", capacity=None)
    lost.enrolments.update(activity=alone)
    send(draft(head, activity=alone, subject="Only Xavier"), head)
    Guardianship.objects.filter(child=lost).update(**NO_SIGHT)
    sign_in(client, guardian)

    page = client.get(reverse(MINE))

    assert "Xavier" not in page.content.decode()
    assert [(one["spoken"].subject, one["about"]) for one in page.context["received"]] == [
        ("Red", "Anya")
    ]


def test_my_messages_show_no_news_that_was_not_sent(client, group):
    head = head_of(group.centre)
    quiet, _ = placed(group)
    wanting, _ = placed(group)
    says_yes_to_news(wanting.person)
    send(draft(head, activity=group, kind="news"), head)
    sign_in(client, quiet)

    assert client.get(reverse(MINE)).context["received"] == []


def received(guardian, child, number):
    for each in range(number):
        MessageReaderFactory(
            message=MessageFactory(subject=f"Message {each}", sent_at=NOON),
            person=guardian.person,
            about=[child.pk],
        )


def test_my_messages_come_a_page_at_a_time_in_as_many_statements(client):
    guardian = sign_in(client, GuardianFactory())
    child = ChildFactory(guardian=guardian)
    counts, seen = [], []
    for number in (10, 41):
        MessageReader.objects.all().delete()
        received(guardian, child, number)
        with CaptureQueriesContext(connection) as captured:
            page = client.get(reverse(MINE))
        counts.append(len(captured))
    while True:
        seen += [one["spoken"].subject for one in page.context["received"]]
        if not page.context["older_url"]:
            break
        page = client.get(page.context["older_url"])

    assert counts[0] == counts[1]
    assert seen == [f"Message {each}" for each in reversed(range(41))]


@pytest.mark.parametrize("before", ["x", "-1", "9" * 40, "\u0661", "\u00b2"])
def test_my_messages_read_what_cannot_be_read_as_the_first_page(client, before):
    guardian = sign_in(client, GuardianFactory())
    received(guardian, ChildFactory(guardian=guardian), 2)

    assert client.get(reverse(MINE, query={"before": before})).status_code == 200


def test_the_pages_of_staff_take_as_many_statements_for_many(client, group, head):
    counts = []
    for number in (10, 190):
        for _ in range(number):
            placed(group)
        GuardianshipFactory(child=placed(group)[1], adult=PersonFactory())
        message = draft(head, activity=group)
        with CaptureQueriesContext(connection) as captured:
            client.get(write(group))
            client.get(reverse("bookings:message", args=[message.ref]))
        counts.append(len(captured))

    assert counts[0] == counts[1]
