"""The demonstration county's places: who joined, who waits, what is owed, who may sign in."""

import datetime as dt
from collections import Counter

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.db.models import F, Q
from django.utils import timezone

from billing.models import Charge
from bookings import queries, rules
from bookings.models import Activity, Attendance, Credit, Enrolment, Session
from centres.models import Centre
from hms_portal.county import shown
from lessons.models import Tuition
from people.models import Learner, Person, User
from people.rules import ADULT_AGE, age_on

TODAY = dt.date(2026, 11, 22)
NOON = timezone.make_aware(dt.datetime(2026, 11, 22, 12))  # noqa: DTZ001 - made aware

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.usefixtures("county")]


def test_past_meetings_are_taught_and_marked_and_coming_ones_are_not():
    past = Session.objects.filter(occurs_on__lt=TODAY)
    assert set(past.values_list("status", flat=True)) == {"taught", "cancelled", "planned"}
    assert past.filter(status="planned").count() == 3  # whose registers nobody took
    assert set(Session.objects.filter(occurs_on__gte=TODAY).values_list("status", flat=True)) == {
        "planned"
    }
    marks = Attendance.objects.filter(session__status="taught").values_list("mark", flat=True)
    counted = Counter(marks)
    assert set(counted) == {"present", "late", "absent", "absent_told"}
    assert 0.85 < counted["present"] / sum(counted.values()) < 0.95
    assert not Attendance.objects.filter(session__status="planned").exclude(mark=None).exists()
    called_off = Attendance.objects.filter(session__status="cancelled")
    assert called_off.count() == Credit.objects.count() > 0


def test_every_place_has_its_line_in_each_register_from_its_first_day():
    for enrolment in Enrolment.objects.filter(status="active").order_by("pk")[::50]:
        meetings = enrolment.activity.sessions.happening().filter(
            occurs_on__gte=enrolment.starts_on
        )
        assert list(meetings.order_by("pk").values_list("pk", flat=True)) == list(
            enrolment.attendance.exclude(session__status="cancelled")
            .order_by("session_id")
            .values_list("session_id", flat=True)
        )


def of_families():
    """The places families have; those of school staff on training are another story."""
    return Enrolment.objects.exclude(activity__kind="training")


def test_everybody_who_joined_may_join():
    learners = {it.pk: it for it in Learner.objects.select_related("person")}

    for enrolment in of_families().select_related("activity", "person"):
        rules.check_suits(
            enrolment.activity, enrolment.person, learners[enrolment.person_id], on=TODAY
        )


def test_some_are_full_with_others_waiting_and_most_have_room():
    waited_for = Activity.objects.filter(enrolments__status="waiting").distinct()
    assert waited_for.count() >= 20
    assert not waited_for.exclude(places_taken=F("capacity")).exists()
    assert Activity.objects.with_free_places().count() > Activity.objects.count() * 0.6
    assert not Activity.objects.filter(kind="course", places_taken=0).count() > 120


def test_offers_and_holds_are_there_and_none_has_run_out():
    moment = Enrolment.objects.filter(status="held").values_list("queued_at", flat=True)[0]
    held = Enrolment.objects.filter(status__in=["offered", "held"])

    assert Counter(held.values_list("status", flat=True)) == {"offered": 4, "held": 2}
    assert not held.filter(offer_expires_at__lte=moment).exists()
    assert moment.date() == TODAY


def test_every_place_that_costs_has_its_charge_with_its_explanation():
    places = of_families().filter(status="active")
    free = places.filter(activity__price_basis="free").count()
    charges = Charge.objects.filter(account__school=None).select_related("term")

    assert charges.count() == places.count() - free
    for charge in charges:
        said = charge.explanation
        assert said["amount"] == str(charge.amount)
        assert said["meetings"] <= said["of_meetings"]
        assert said["rule"] == (
            "part of a term" if said["meetings"] < said["of_meetings"] else "whole term"
        )
        assert charge.source.endswith(f":{charge.term.slug}")
    assert charges.filter(explanation__rule="part of a term").exists()


def test_every_activity_can_be_booked_today():
    of_schools = ["programme", "training"]
    this_year = Activity.objects.filter(year__name="2026-27")
    for activity in this_year.exclude(kind__in=of_schools).order_by("pk"):
        to_come = queries.meetings_to_come(activity, at=NOON).exists()
        rules.check_open(activity, meets_again=to_come, at=NOON)


def test_a_price_is_this_years_rate_and_its_basis_the_courses():
    for activity in Activity.objects.exclude(rate=None).select_related("rate", "year"):
        assert activity.price == activity.rate.amount
        assert activity.rate.from_on <= activity.year.starts_on
        assert activity.year.name != "2026-27" or activity.rate.from_on == dt.date(2026, 9, 1)
    assert not Tuition.objects.exclude(activity__price_basis="lesson").exists()
    assert not Activity.objects.filter(rate=None).exclude(price_basis="free").exists()


def test_the_shown_parent_has_a_child_in_a_group_and_one_with_an_offer():
    children = Enrolment.objects.filter(person__guardians__adult__email=shown.PARENT.email)

    states = {str(it.person): it for it in children.select_related("person", "activity")}
    assert {name: it.status for name, it in states.items()} == {
        "Asha Sharma": "offered",
        "Dev Sharma": "active",
    }
    assert states["Asha Sharma"].activity.enrolments.filter(status="waiting").exists()
    assert states["Asha Sharma"].offer_expires_at > states["Asha Sharma"].queued_at


@pytest.mark.parametrize("someone", shown.ALL, ids=lambda it: it.email)
def test_whoever_is_shown_can_sign_in(someone, rf):
    user = authenticate(rf.get("/"), username=someone.email, password=shown.PASSWORD)

    assert user == User.objects.get(email=someone.email)
    assert EmailAddress.objects.get(user=user).verified
    assert user.is_staff == (someone in (shown.HEAD, shown.ADMINISTRATOR))
    assert not user.is_superuser


def test_the_shown_teacher_teaches_and_the_head_runs_st_albans():
    teacher = Person.objects.get(email=shown.TEACHER.email)
    head = User.objects.get(email=shown.HEAD.email)

    assert teacher.teaches.count() >= 5
    assert head.centres_run() == {Centre.objects.get(code="STA").pk}


def test_demonstration_sign_ins_prints_them_all(capsys):
    call_command("demonstration_sign_ins")

    said = capsys.readouterr().out
    assert [email in said for email in (it.email for it in shown.ALL)] == [True] * len(shown.ALL)
    assert shown.PASSWORD in said


def test_adults_join_what_is_for_adults_and_children_do_not():
    places = of_families().select_related("activity", "person")
    ages = {
        (
            it.activity.audience == "adult",
            age_on(it.person.born_on, dt.date(2026, 9, 1)) >= ADULT_AGE,
        )
        for it in places.filter(~Q(activity__audience="family"))
    }

    assert ages == {(True, True), (False, False)}
