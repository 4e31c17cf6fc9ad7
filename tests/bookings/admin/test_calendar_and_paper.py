"""Closures, sheets to take away and registers to print."""

import csv
import datetime as dt
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.models import Closure
from tests.bookings.admin.office import LIST, act, named
from tests.factories.bookings import (
    ActivityFactory,
    CancellationCauseFactory,
    EnrolmentFactory,
    SessionFactory,
)
from tests.factories.people import (
    ChildFactory,
    LearnerCareFactory,
    LearnerFactory,
    administrator,
)
from tests.factories.staff import client_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("november")]


# Closures


def close(desk, **fields):
    cause = CancellationCauseFactory(slug="snow", name="Snow")
    said = {"starts_on": "2026-11-28", "ends_on": "2026-11-28", "reason": "Snow", "cause": cause.pk}
    return desk.post("/admin/bookings/closure/add/", {**said, **fields})


def test_a_head_closes_their_own_centre_and_its_meetings_are_off(desk, here, elsewhere):
    ours = SessionFactory(activity=ActivityFactory(centre=here), occurs_on=dt.date(2026, 11, 28))
    theirs = SessionFactory(
        activity=ActivityFactory(centre=elsewhere), occurs_on=dt.date(2026, 11, 28)
    )

    close(desk, centre=here.pk)

    ours.refresh_from_db()
    theirs.refresh_from_db()
    assert Closure.objects.get().centre == here
    assert (ours.status, theirs.status) == ("cancelled", "planned")


def test_a_head_closes_neither_another_centre_nor_everything(desk, elsewhere):
    refused = [close(desk, centre=elsewhere.pk), close(desk, centre=""), close(desk, school="1")]

    assert [response.status_code for response in refused] == [200, 200, 200]
    assert not Closure.objects.exists()


def test_a_closure_that_ends_before_it_starts_is_refused_in_words(desk, here):
    response = close(desk, centre=here.pk, ends_on="2026-11-01")

    assert "A closure starts before it ends." in response.content.decode()
    assert not Closure.objects.exists()


def test_an_administrator_closes_everything():
    response = close(client_of(administrator()), centre="", school="")

    assert response.status_code == 302
    assert (Closure.objects.get().centre, Closure.objects.get().school) == (None, None)


# Paper and sheets


def test_the_sheet_holds_the_roster_safe_to_open(desk, here):
    group = ActivityFactory(centre=here, title='=HYPERLINK("http://elsewhere.example")')
    child = ChildFactory(**named("@Zoë", "Ångström"), born_on=dt.date(2017, 3, 1))
    LearnerFactory(person=child, school=None, school_in_words="-2+3")
    EnrolmentFactory(activity=group, person=child, active=True)
    EnrolmentFactory(activity=group)

    response = desk.get(f"{LIST}{group.pk}/pupils.csv")
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))

    assert response["Content-Disposition"] == (
        'attachment; filename="hyperlink-http-elsewhere-example-2026-11-22.csv"'
    )
    assert rows[1][:10] == [
        '\'=HYPERLINK("http://elsewhere.example")', "Here", "Saturday", "9.30am", "",
        "'@Zoë Ångström", "Year 5", "'-2+3", "has a place", "",
    ]  # fmt: skip
    assert rows[2][8:10] == ["on the waiting list", "1"]


def test_sheets_of_many_activities_cost_no_more_statements(desk, here, django_assert_num_queries):
    groups = [EnrolmentFactory(activity__centre=here).activity for _ in range(4)]
    act(desk, "download", groups[:1])
    with CaptureQueriesContext(connection) as of_one:
        act(desk, "download", groups[:1])

    with django_assert_num_queries(len(of_one)):
        response = act(desk, "download", groups)

    assert len(response.content.decode().splitlines()) == 5


def test_the_register_names_who_comes_and_tells_nothing_of_care(desk, here):
    group = ActivityFactory(centre=here)
    place = EnrolmentFactory(activity=group, person=ChildFactory(**named("Zoë", "A")), active=True)
    EnrolmentFactory(activity=group, person=ChildFactory(**named("Waits", "B")))
    LearnerCareFactory(learner=LearnerFactory(person=place.person))
    SessionFactory(activity=group, occurs_on=dt.date(2026, 11, 21))
    SessionFactory(activity=group, occurs_on=dt.date(2026, 11, 28))
    SessionFactory(activity=group, occurs_on=dt.date(2026, 12, 5), cancelled=True)

    with CaptureQueriesContext(connection) as statements:
        response = desk.get(f"{LIST}{group.pk}/register/")

    (register,) = response.context["registers"]
    assert [line.enrolment for line in register.lines] == [place]
    assert [meeting.occurs_on for meeting in register.meetings] == [dt.date(2026, 11, 28)]
    assert not [each for each in statements if "learnercare" in each["sql"]]


def test_registers_of_several_are_printed_together(desk, here):
    groups = [ActivityFactory(centre=here, title=title) for title in ("Choir", "Viols")]

    response = act(desk, "print_registers", groups)

    assert [register.activity for register in response.context["registers"]] == groups
