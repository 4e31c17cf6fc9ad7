"""A photograph of somebody who works for us: put up, changed, taken away, and seen by whom."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core.models import AuditRow
from core.refusals import RuleBroken
from people import actions, tasks
from people.models import Photograph, Staff
from tests.drawn import photo, square
from tests.factories.centres import CentreFactory
from tests.factories.core import NOON
from tests.factories.people import (
    GuardianFactory,
    PhotographFactory,
    SchoolFactory,
    StaffFactory,
    UserFactory,
    administrator,
    contact_of,
    head_of,
)
from tests.factories.staff import client_of
from tests.refusals import refuses
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
MINE = reverse("people:my_photograph")
AWAY = reverse("people:take_down_photograph")
YESTERDAY = NOON.date() - dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def now(time_machine):
    cache.clear()
    time_machine.move_to(NOON)


@pytest.fixture
def ngozi():
    """A member of staff who can sign in."""
    user = UserFactory(person__given_name="Ngozi", person__family_name="Eze")
    return StaffFactory(person=user.person)


@pytest.fixture
def her_browser(client, ngozi):
    sign_in(client, ngozi.person.user)
    return client


def sent(content=None, name="me.jpg"):
    return {"photograph": SimpleUploadedFile(name, photo() if content is None else content)}


def said(response):
    return " ".join(response.content.decode().split())


def seen_at(photograph):
    return reverse("people:photograph", kwargs={"ref": photograph.ref})


# The row


@pytest.mark.parametrize(
    "picture",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(photo(kind="PNG"), id="no JPEG"),
        pytest.param(b"\xff\xd8\xff" + bytes(200_000), id="large"),
    ],
)
def test_a_photograph_is_a_small_jpeg(picture):
    with refuses("photograph_is_a_small_jpeg"):
        PhotographFactory(picture=picture)


def test_a_photograph_goes_with_the_row_of_whom_it_shows():
    staff = PhotographFactory().staff

    staff.delete()

    assert not Photograph.objects.exists()


def test_the_audit_says_that_a_photograph_changed_and_keeps_no_picture(ngozi):
    by = ngozi.person.user

    actions.put_up_photograph(staff=ngozi, picture=square(), by=by, at=NOON)
    actions.take_down_photograph(staff=ngozi, by=by, at=NOON)

    rows = AuditRow.objects.filter(table=Photograph._meta.db_table).order_by("pk")
    assert [(row.op, row.action, row.actor_name) for row in rows] == [
        ("insert", "people.put_up_photograph", "Ngozi Eze"),
        ("delete", "people.take_down_photograph", "Ngozi Eze"),
    ]
    assert not any("picture" in (row.new or {}) | (row.old or {}) for row in rows)


# Putting one up, and taking it away


def test_put_up_photograph_takes_the_place_of_the_one_before(ngozi):
    before = PhotographFactory(staff=ngozi, put_up_by=StaffFactory().person)

    after = actions.put_up_photograph(staff=ngozi, picture=square(), by=ngozi.person.user, at=NOON)

    (kept,) = Photograph.objects.all()
    assert kept.ref == after.ref != before.ref
    assert (kept.put_up_by, kept.put_up_at) == (ngozi.person, NOON)


def test_put_up_photograph_keeps_none_of_somebody_who_left(ngozi):
    Staff.objects.filter(pk=ngozi.pk).update(ends_on=YESTERDAY)

    with pytest.raises(RuleBroken, match="Ngozi Eze has left"):
        actions.put_up_photograph(staff=ngozi, picture=square(), by=administrator(), at=NOON)

    assert not Photograph.objects.exists()


def test_forget_photographs_of_leavers_keeps_those_of_whoever_stays():
    left, last_day, stays = (
        PhotographFactory(staff__ends_on=day) for day in (YESTERDAY, NOON.date(), None)
    )

    assert tasks.forget_photographs_of_leavers() == 1

    assert set(Photograph.objects.all()) == {last_day, stays}
    assert left not in Photograph.objects.all()


# Their own page


def test_my_photograph_is_put_up_seen_and_taken_away(her_browser, ngozi):
    assert "Nothing is up. Schools see your initials." in said(her_browser.get(MINE))

    put = her_browser.post(MINE, sent(), follow=True)

    up = Photograph.objects.get()
    assert "Your photograph is up." in said(put)
    assert f'src="{seen_at(up)}" alt="Ngozi Eze"' in said(put)
    assert her_browser.get(seen_at(up)).content == bytes(up.picture) == square().jpeg

    taken = her_browser.post(AWAY, follow=True)

    assert "Your photograph is gone. We keep no copy." in said(taken)
    assert not Photograph.objects.exists()
    assert her_browser.get(seen_at(up)).status_code == 404


def test_my_photograph_says_who_put_it_up_where_that_was_the_office(her_browser, ngozi):
    office = administrator(person__given_name="Morag", person__family_name="Bell")
    PhotographFactory(staff=ngozi, put_up_by=office.person)

    assert "Put up on 22 November 2026 by Morag Bell." in said(her_browser.get(MINE))


@pytest.mark.parametrize(
    ("posted", "words"),
    [
        pytest.param({}, "Choose a photograph", id="nothing was chosen"),
        pytest.param(sent(b""), "did not arrive whole", id="an empty file"),
        pytest.param(sent(b"Dear all"), "Send a JPEG, PNG or WebP", id="text named jpg"),
        pytest.param(sent(photo()[:-900]), "only a part of it arrived", id="cut short"),
        pytest.param(sent(photo() + bytes(10_000_000)), "at most 10 MB", id="heavy"),
        pytest.param({"photograph": "me.jpg"}, "Choose a photograph", id="words for a file"),
    ],
)
def test_my_photograph_refuses_and_keeps_what_was_up(her_browser, ngozi, posted, words):
    up = PhotographFactory(staff=ngozi)

    response = her_browser.post(MINE, posted)

    assert response.status_code == 422
    assert words in said(response)
    assert "<title>Error: Your photograph" in said(response)
    assert Photograph.objects.get().ref == up.ref


def test_my_photograph_is_not_tried_without_end(her_browser, settings):
    settings.PHOTOGRAPHS_AN_HOUR = 2

    statuses = [her_browser.post(MINE, sent(b"no picture")).status_code for _ in range(3)]

    assert statuses == [422, 422, 429]
    assert her_browser.get(MINE).status_code == 200


@pytest.mark.parametrize("address", [MINE, AWAY])
def test_my_photograph_is_for_those_who_work_for_us(client, ngozi, address):
    for user in (GuardianFactory(), contact_of(SchoolFactory()), ngozi.person.user):
        Staff.objects.filter(pk=user.person_id).update(ends_on=YESTERDAY)
        sign_in(client, user)

        assert client.post(address, sent()).status_code == 404

    assert not Photograph.objects.exists()


def test_my_details_leads_there_whoever_works_for_us_and_nobody_else(client, her_browser):
    details = reverse("people:my_details")
    assert MINE in said(her_browser.get(details))

    sign_in(client, GuardianFactory())

    assert MINE not in said(client.get(details))


# The picture's own door


def test_photograph_is_shown_by_its_headers_to_nobody_but_its_reader(her_browser, ngozi):
    up = PhotographFactory(staff=ngozi)

    response = her_browser.get(seen_at(up))

    assert {name: response[name] for name in (
        "Content-Type", "Cache-Control", "Content-Disposition", "Content-Security-Policy",
        "X-Content-Type-Options", "X-Robots-Tag", "ETag", "Vary",
    )} == {
        "Content-Type": "image/jpeg",
        "Cache-Control": "private, no-cache",
        "Content-Disposition": 'inline; filename="photograph.jpg"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex, nofollow",
        "ETag": f'"{up.ref}"',
        "Vary": "Cookie",
    }  # fmt: skip


def test_photograph_is_read_again_only_where_it_is_new(
    her_browser, ngozi, django_assert_max_num_queries
):
    up = PhotographFactory(staff=ngozi)
    etag = her_browser.get(seen_at(up))["ETag"]

    with django_assert_max_num_queries(5) as asked:
        again = her_browser.get(seen_at(up), headers={"If-None-Match": etag})

    assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)
    assert again["Cache-Control"] == "private, no-cache"
    assert not any('"picture"' in each["sql"] for each in asked.captured_queries)

    Photograph.objects.all().delete()

    assert her_browser.get(seen_at(up), headers={"If-None-Match": etag}).status_code == 404


def test_photograph_is_there_for_whom_it_shows_and_who_runs_their_place(client, ngozi):
    centre = CentreFactory()
    Staff.objects.filter(pk=ngozi.pk).update(base_centre=centre)
    address = seen_at(PhotographFactory(staff=ngozi))
    colleague = UserFactory()
    StaffFactory(person=colleague.person)
    readers = {
        "herself": ngozi.person.user,
        "office": administrator(),
        "head": head_of(centre),
        "other head": head_of(),
        "colleague": colleague,
        "family": GuardianFactory(),
        "school": contact_of(SchoolFactory()),
    }

    found = {who: (sign_in(client, user), client.get(address).status_code)[1]
             for who, user in readers.items()}  # fmt: skip

    client.logout()
    assert found == {
        "herself": 200, "office": 200, "head": 200, "other head": 404, "colleague": 404,
        "family": 404, "school": 404,
    }  # fmt: skip
    assert client.get(address).status_code == 302


def test_photograph_of_whoever_left_is_there_for_nobody(client, ngozi):
    address = seen_at(PhotographFactory(staff=ngozi))
    Staff.objects.filter(pk=ngozi.pk).update(ends_on=YESTERDAY)

    for user in (ngozi.person.user, administrator()):
        sign_in(client, user)

        assert client.get(address).status_code == 404


# The office


def posted_by_the_office(staff, **more):
    return {
        "base_centre": "", "employment": staff.employment, "about": "",
        "starts_on": staff.starts_on, "ends_on": "",
        "availability-TOTAL_FORMS": 0, "availability-INITIAL_FORMS": 0, **more,
    }  # fmt: skip


def at_the_desk(staff):
    return reverse("admin:people_staff_change", args=[staff.pk])


def test_the_office_puts_a_photograph_up_and_takes_it_away(ngozi):
    office = administrator()
    desk = client_of(office)

    desk.post(at_the_desk(ngozi), posted_by_the_office(ngozi, new_photograph=sent()["photograph"]))

    up = Photograph.objects.get()
    assert (up.staff, up.put_up_by) == (ngozi, office.person)
    assert seen_at(up) in said(desk.get(at_the_desk(ngozi)))

    desk.post(at_the_desk(ngozi), posted_by_the_office(ngozi, takes_photograph_down="on"))

    assert not Photograph.objects.exists()
    assert "None is up" in said(desk.get(at_the_desk(ngozi)))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        pytest.param({}, "Send a JPEG, PNG or WebP", id="no picture"),
        pytest.param({"takes_photograph_down": "on"}, "no picture we can open", id="both"),
    ],
)
def test_the_office_is_told_what_is_wrong_with_a_picture(ngozi, more, words):
    spoilt = sent(b"Dear all")["photograph"]

    answer = client_of(administrator()).post(
        at_the_desk(ngozi), posted_by_the_office(ngozi, new_photograph=spoilt, **more)
    )

    assert words in said(answer)
    assert not Photograph.objects.exists()


def test_the_office_cannot_put_up_and_take_away_in_one(ngozi):
    up = PhotographFactory(staff=ngozi)

    answer = client_of(administrator()).post(
        at_the_desk(ngozi),
        posted_by_the_office(
            ngozi, new_photograph=sent()["photograph"], takes_photograph_down="on"
        ),
    )

    assert "Put one up or take it away, not both" in said(answer)
    assert Photograph.objects.get().ref == up.ref


def test_the_office_is_told_on_the_page_that_somebody_left(ngozi):
    answer = client_of(administrator()).post(
        at_the_desk(ngozi),
        posted_by_the_office(ngozi, new_photograph=sent()["photograph"], ends_on=YESTERDAY),
    )

    assert "Ngozi Eze has left, so no photograph is kept." in said(answer)
    assert (Photograph.objects.count(), Staff.objects.get().ends_on) == (0, None)


def test_a_head_of_centre_sees_a_photograph_and_changes_none(ngozi):
    centre = CentreFactory()
    Staff.objects.filter(pk=ngozi.pk).update(base_centre=centre)
    up = PhotographFactory(staff=ngozi)
    desk = client_of(head_of(centre))

    page = said(desk.get(at_the_desk(ngozi)))
    answer = desk.post(at_the_desk(ngozi), posted_by_the_office(ngozi, takes_photograph_down="on"))

    assert seen_at(up) in page
    assert "new_photograph" not in page
    assert answer.status_code == 403
    assert Photograph.objects.get() == up


def test_the_list_of_staff_brings_no_pictures(django_assert_max_num_queries):
    for _ in range(3):
        PhotographFactory()
    desk = client_of(administrator())
    address = reverse("admin:people_staff_changelist")
    desk.get(address)

    with django_assert_max_num_queries(5) as asked:
        desk.get(address)

    assert not any('"picture"' in each["sql"] for each in asked.captured_queries)
