"""From an order in June to March: the hub can say how many of those children still play."""

import datetime as dt
import uuid

import pytest
from django.urls import reverse

from bookings import actions as bookings
from bookings.actions.headcounts import SaidHeads, keep_count
from bookings.models import Session
from bookings.rules.headcounts import Heads
from core.models import Email
from lessons.actions import claims, take_home
from lessons.actions.orders import advance_orders
from lessons.models import ClaimCode, ProgrammeClass
from lessons.queries import claims as letters
from lessons.rules.claims import Groups
from people.models import SchoolContact
from tests.bookings.stage import family
from tests.factories.people import contact_of
from tests.lessons.bought import JUNE, scheduled, stage
from tests.lessons.claiming import made_letters, open_run
from tests.reports.reading import sheet, text
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db

CHRISTMAS = dt.date(2026, 12, 19)  # the last Saturday of the term
MARCH = dt.datetime(2027, 3, 8, 12, tzinfo=dt.UTC)
LATER = dt.timedelta(hours=3)


@pytest.fixture
def taught(time_machine):
    """Two classes of thirty, ordered in June, counted from September on, letters in November."""
    time_machine.move_to(JUNE)
    known = stage()
    order = scheduled(known)
    classes = list(ProgrammeClass.objects.filter(line__order=order).order_by("class_name"))
    group = open_run(title="Ukulele Beginners", capacity=20, at=JUNE)
    for each in classes:
        meeting = Session.objects.filter(activity=each.activity).earliest("during")
        time_machine.move_to(meeting.during.upper)
        counted = SaidHeads(uuid.uuid4(), Heads(28, 27), None, seen_version=0)
        keep_count(
            session=meeting, said=[counted], note=None, by=known.office, at=meeting.during.upper
        )
    advance_orders(at=meeting.during.upper)
    letters_at = dt.datetime.combine(classes[0].letters_on, dt.time(7), dt.UTC)
    time_machine.move_to(letters_at)
    for each in classes:  # the music lead says how many, before the letters are made
        take_home.plan_letters(
            programme_class=each,
            letters_on=each.letters_on,
            languages=[],
            groups=Groups(pp=8, send=5),
            by=known.lead,
            at=letters_at,
        )
    take_home.make_due_letters(at=letters_at)
    return known, classes, group, letters_at


def claim(code, group, at):
    """A family uses a letter, and confirms the place: its child has it from the next Saturday."""
    guardian, child = family()
    held = claims.claim_place(
        code=code, activity=group, person=child, waits=False, by=guardian, at=at
    )
    return bookings.confirm_place(enrolment=held, by=guardian, at=at)


def steps(line, column=""):
    names = ("Learned in class", "Letter went home", "Code was used", "Took a place")
    group = f", {column}" if column else ""
    return [line[f"{name}{group}"] for name in (*names, "Still play a term later")]


def lines_of(client):
    heading, *rows = sheet(client.get(reverse("reports:funnel_csv")))
    return [dict(zip(heading, row, strict=True)) for row in rows]


def test_in_march_the_hub_says_how_many_of_the_children_of_an_order_still_play(
    client, taught, time_machine
):
    known, classes, group, letters_at = taught
    assert Email.objects.filter(copy="letters-ready", to_address=known.lead.email).exists()
    assert ClaimCode.objects.count() == 60
    codes = letters.codes_of(classes[0])
    of_pp = [code for code in codes if code.has_pp and not code.has_send]
    others = [code for code in codes if not code.has_pp and not code.has_send]
    places = [claim(code, group, letters_at + LATER) for code in (*of_pp[:3], *others[:6])]
    for place in places[-3:]:
        bookings.end_enrolment(
            enrolment=place, last_day=CHRISTMAS, reason="Football", by=known.office, at=letters_at
        )
    time_machine.move_to(MARCH)
    sign_in(client, known.office)

    page = client.get(reverse("reports:funnel"))
    [line] = lines_of(client)

    assert "60 learned. 6 still play a term later." in text(page)
    assert (line["School"], line["Year"]) == ("Larkhay Junior School", "2026-27")
    assert steps(line) == ["60", "60", "9", "9", "6"]
    assert steps(line, "Pupil Premium") == ["16", "16", "3", "3", "3"]
    assert steps(line, "SEND") == ["10", "10", *["Under 3"] * 3]
    sign_in(client, known.head)
    own = client.get(reverse("school_reports:funnel", args=[known.school.urn]))
    assert "60 learned. 6 still play a term later." in text(own)


def test_one_of_three_who_stops_is_counted_by_the_rules_and_named_by_no_page(
    client, taught, time_machine
):
    """Three used their letter; one stopped at Christmas: two are too few to be said."""
    known, classes, group, letters_at = taught
    _, _, leaves = [
        claim(code, group, letters_at + LATER) for code in letters.codes_of(classes[0])[:3]
    ]
    bookings.end_enrolment(
        enrolment=leaves, last_day=CHRISTMAS, reason="Football", by=known.office, at=letters_at
    )
    beside = made_letters(29, at=letters_at)[0].activity.school
    time_machine.move_to(MARCH)

    sign_in(client, known.office)
    hub, [mine, theirs] = client.get(reverse("reports:funnel")), lines_of(client)
    looked_in = client.get(reverse("school_reports:funnel", args=[known.school.urn]))
    client.logout()
    sign_in(client, contact_of(beside, SchoolContact.Role.HEAD))
    own = client.get(reverse("school_reports:funnel", args=[beside.urn]))

    assert "89 learned. Fewer than 3 still play a term later." in text(hub)
    if mine["School"] != known.school.name:
        mine, theirs = theirs, mine
    assert steps(mine) == ["60", "60", *["Not shown"] * 3]
    assert steps(theirs)[2:4] == ["Under 3", "Under 3"]
    shown = [row.everybody.words for row in looked_in.context["table"]]
    assert shown == steps(mine)
    assert [row.everybody.words for row in own.context["table"]] == ["29", "29", *["Under 3"] * 3]
