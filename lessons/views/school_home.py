"""A school's own page: who comes, what waits to be done, what it has of us; or which school."""

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from bookings import phrases
from centres.models import Year
from centres.queries import term_on
from core import words
from core.access import Permission, get_permitted_or_404
from lessons.queries import (
    orders,
    plans,
    school_home,
    school_orders,
    school_people,
    school_todos,
    school_week,
)
from lessons.queries.prices import title_of
from lessons.queries.school_home import Group, OnSite, Taught
from lessons.rules import school_week as rules
from lessons.views import school_words as said
from people.models import School
from people.requests import SignedInRequest

MOST_TODOS = 8
MOST_CHARGES = 4  # said one by one; the page says what the others come to


@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    """Straight to the one school somebody speaks for; of several, each with what waits there."""
    schools = school_home.served_by(request.user)
    if len(schools) == 1:
        return redirect("schools:school", urn=schools[0].urn)
    todos = school_todos.todos_of(request.user, schools, at=timezone.now())
    ordered = school_orders.ordered_by(request.user, schools, on=timezone.localdate())
    rows = [
        {
            "school": school,
            "todos": [said.todo_words(todo) for todo in todos[school.pk]],
            "orders": ordered[school.pk],
            "agreed": school_orders.agreed_by_year(ordered[school.pk]),
        }
        for school in schools
    ]
    context = {"rows": rows, "claim_url": reverse("people:claim_school")}
    return render(request, "schools/home.html", context)


@require_safe
def school(request: SignedInRequest, urn: int) -> HttpResponse:
    """Who of ours walks into the school this week, day by day, and everything it has of us."""
    found = get_permitted_or_404(request.user, Permission.SEE_SCHOOL, School.objects.all(), urn=urn)
    now, today = timezone.now(), timezone.localdate()
    policy, year = school_home.policy_of(today), school_home.year_of(today)
    hide_below = policy.hide_below if policy else 1
    may_order = request.user.has_perm(Permission.ORDER_PROGRAMME, found)
    monday = rules.week_shown(_day_asked(request), today=today)
    days = school_week.week_of(found, monday, hide_below=hide_below)
    todos = school_todos.todos_of(request.user, [found], at=now)[found.pk]
    context = {
        "school": found,
        "eyebrow": rules.place_in_term(monday, term_on(monday)),
        "heading": rules.heading(monday, today=today),
        "days": [said.day_words(each, today=today) for each in days],
        "before": (monday - rules.WEEK).isoformat(),
        "after": (monday + rules.WEEK).isoformat(),
        "with_us_today": school_week.is_with_us(days, today),
        "todos": [said.todo_words(todo) for todo in todos[:MOST_TODOS]],
        "people": school_people.our_people(found, at=now).coming,
        "may_order": may_order,
        "leads": _leads(request, found),
        **_of_the_year(request, found, year, hide_below=hide_below, today=today),
        **_to_have(found, today=today),
        "codes_used": school_home.codes_used(found, hide_below=hide_below),
        "orders_url": reverse("schools:orders", args=[urn]),
        "funnel_url": reverse("school_reports:funnel", args=[urn]),
    }
    return render(request, "schools/school.html", context)


def _leads(request: SignedInRequest, found: School) -> list[dict[str, str]]:
    """Where else somebody who speaks for the school goes from its week."""
    if not request.user.has_perm(Permission.SPEAK_FOR_SCHOOL, found):
        return []
    urn = [found.urn]
    pages = [
        ("calendar-x", "A day you cannot have us", reverse("schools:give_notice", args=urn)),
        ("users", "Your classes", reverse("schools:classes", args=urn)),
        ("mail", "Letters to take home", reverse("schools:take_home", args=urn)),
        ("sparkles", "Training for your staff", reverse("lessons:training")),
        ("key-round", "Who speaks for your school", reverse("people:school_contacts", args=urn)),
    ]
    return [{"icon": icon, "text": text, "url": url} for icon, text, url in pages]


def _day_asked(request: SignedInRequest) -> dt.date | None:
    try:
        return parse_date(request.GET.get("week", ""))
    except ValueError:
        return None


def _of_the_year(
    request: SignedInRequest,
    found: School,
    year: Year | None,
    *,
    hide_below: int,
    today: dt.date,
) -> dict[str, Any]:
    """Classes with their registers, lessons that families book there, orders, and the plan."""
    if year is None:
        return {"year": None}
    user = request.user
    may_order = user.has_perm(Permission.ORDER_PROGRAMME, found)
    classes = school_home.classes_of(found, year)
    groups = school_home.groups_of(found, year, hide_below=hide_below)
    return {
        "year": year,
        "plan_heading": plans.music_plan(found, year, on=today).heading,
        "classes": [_class_words(each) for each in classes],
        "groups": [_group_words(each) for each in groups],
        "pupils": school_home.pupils_in_class(classes),
        "orders": [
            {
                "number": order.number,
                "titles": [title_of(line) for line in order.lines.all()],
                "year": order.year,
                "status": orders.status_in_words(user, order),
                "url": said.order_address(order, found.urn, may_order=may_order),
            }
            for order in school_home.orders_of(found, year)
        ],
    }


def _class_words(each: Taught) -> dict[str, Any]:
    average = f"{each.average} of {each.expected} on average"
    return {
        "title": each.activity.title,
        "when": phrases.when(each.activity),
        "teacher": each.activity.teacher,
        "registers": words.count(each.lessons, "lesson") if each.lessons else "None yet",
        "came": average if each.lessons else "",
    }


def _group_words(each: Group) -> dict[str, Any]:
    return {
        "title": each.activity.title,
        "when": phrases.when(each.activity),
        "teacher": each.activity.teacher,
        "learners": words.count(each.learners, "learner") if each.learners else "",
    }


def _to_have(found: School, *, today: dt.date) -> dict[str, Any]:
    """Instruments of ours that are there, and what will be on the next bill."""
    things = school_home.on_site(found, on=today)
    charges = school_home.charges_of(found)
    return {
        "pieces": sum(each.pieces for each in things),
        "things": [_thing_words(each) for each in things],
        "charges_shown": charges[:MOST_CHARGES],
        "more_charges": charges[MOST_CHARGES:],
        "owed": sum(charge.amount for charge in charges),
        "owed_for_more": sum(charge.amount for charge in charges[MOST_CHARGES:]),
    }


def _thing_words(each: OnSite) -> str:
    sets = f", {words.count(each.sets, 'set')}" if each.sets > 1 else ""
    back = f"back on {words.weekday_and_day(each.back_on)}" if each.back_on else "to be given back"
    return f"{each.name}{sets}: {each.pieces}, {back}"
