"""What the frame of every page offers: by who somebody is, the page their day begins on first."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hms_portal.navigation import MOST_TABS, doors_of, ways_for
from people.models import RoleHeld, User
from tests.factories.centres import CentreFactory
from tests.factories.people import (
    ChildFactory,
    RoleHeldFactory,
    SchoolContactFactory,
    SchoolFactory,
    StaffFactory,
    UserFactory,
    administrator,
    contact_of,
    head_of,
)

pytestmark = pytest.mark.django_db


def teaching(user):
    RoleHeldFactory(person=user.person, role=RoleHeld.Role.TEACHER)
    StaffFactory(person=user.person)
    return fresh(user)


def fresh(user):
    """What a user holds is read once an object."""
    return User.objects.get(pk=user.pk)


def tabs(user, rf):
    request = rf.get("/")
    request.user = user
    return [way.door.tab for way in ways_for(request).tabs]


def test_a_visitor_is_offered_the_finder_alone():
    assert [door.name for door in doors_of(AnonymousUser())] == ["lessons:find_activities"]


def test_a_family_begins_at_home(rf):
    assert tabs(UserFactory(), rf) == ["Home", "Find", "Calendar", "Messages", "Details"]


def test_a_teacher_begins_with_today(rf):
    assert tabs(teaching(UserFactory()), rf)[:3] == ["Today", "Cover", "Away"]


@pytest.mark.parametrize("make", [head_of, administrator])
def test_whoever_runs_a_place_begins_with_its_overview(rf, make):
    assert tabs(make(), rf)[0] == "Overview"


def test_whoever_speaks_for_a_school_begins_there_and_meets_a_family_last(rf):
    contact = contact_of(SchoolFactory())

    assert tabs(contact, rf) == ["School", "Calendar", "Find", "Messages", "Details"]
    assert doors_of(contact)[-1].name == "bookings:my_family"


def test_a_schools_door_is_shown_as_here_on_every_page_behind_it(rf):
    school = SchoolFactory()
    request = rf.get(f"/schools/{school.urn}/people/")
    request.user = contact_of(school)

    assert [way.door.tab for way in ways_for(request).menu if way.is_here] == ["School"]


def test_somebody_who_is_all_of_these_has_the_start_of_each_and_no_more_tabs_than_fit(rf):
    user = contact_of(SchoolFactory(), is_staff=True)
    RoleHeldFactory(person=user.person, role=RoleHeld.Role.HEAD_OF_CENTRE, centre=CentreFactory())
    ChildFactory(guardian=user)

    offered = tabs(teaching(user), rf)

    assert offered[:4] == ["Overview", "Today", "School", "Home"]
    assert len(offered) == MOST_TABS


def test_nobody_is_offered_a_page_twice_and_everybody_reaches_their_details():
    user = head_of()
    ChildFactory(guardian=user)
    for each in (teaching(user), UserFactory(), administrator()):
        names = [door.name for door in doors_of(each)]

        assert len(names) == len(set(names))
        assert {"bookings:my_family", "people:my_details", "lessons:find_activities"} <= set(names)


@pytest.mark.parametrize("who", ["family", "teacher", "school", "head", "administrator"])
def test_every_door_offered_opens(client, who):
    make = {
        "family": UserFactory,
        "teacher": lambda: teaching(UserFactory()),
        "school": lambda: contact_of(SchoolFactory()),
        "head": head_of,
        "administrator": administrator,
    }
    user = make[who]()
    client.force_login(user, backend="people.access.SignedIn")

    answers = {door.name: client.get(door.url, follow=True).status_code for door in doors_of(user)}

    assert set(answers.values()) == {200}


def statements(client, user, captured):
    client.force_login(user, backend="people.access.SignedIn")
    client.get(reverse("accessibility"))
    with captured() as asked:
        client.get(reverse("accessibility"))
    return len(asked)


def test_the_frame_asks_the_database_no_more_for_who_is_everything(client):
    def captured():
        return CaptureQueriesContext(connection)

    user = head_of()
    ChildFactory(guardian=user)
    SchoolContactFactory(person=user.person)

    everything = statements(client, teaching(user), captured)

    assert everything == statements(client, UserFactory(), captured)
