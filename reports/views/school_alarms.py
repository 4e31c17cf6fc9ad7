"""What schools wait for, as cards: a yes to who speaks for them, a price, the dates of lessons."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from lessons.models import SchoolOrder
from reports import queries
from reports.queries import Found
from reports.views.cards import Alarm, Line, named, uncounted

ORDERS = "admin:lessons_schoolorder_changelist"


def school_alarms() -> list[Alarm]:
    """Four cards, for whoever runs the county."""
    return [_school_claims(), _orders_to_quote(), _orders_to_schedule(), _sets_to_fetch()]


def _school_claims() -> Alarm:
    found = queries.school_claims_waiting()
    listed = reverse("admin:people_schoolclaim_changelist")
    lines = [
        Line(
            f"{claim.person} for {claim.school}, {claim.job_title}",
            url=f"{listed}?{urlencode({'q': claim.school.name})}",
            who=str(claim.school),
            phone=claim.school.phone,
        )
        for claim in found.rows
    ]
    return Alarm(
        found.total,
        named(found.total, "person asks to speak for a school", "people ask to speak for schools"),
        "nobody waits to speak for a school",
        "",
        lines,
        url=listed,
        url_words="Say yes or no",
        uncounted=uncounted(found),
    )


def _orders_to_quote() -> Alarm:
    found = queries.orders_in(SchoolOrder.Status.SUBMITTED)
    return Alarm(
        found.total,
        named(found.total, "school order waits for our price", "school orders wait for our price"),
        "no school waits for a price",
        "",
        _lines(found),
        url=f"{reverse(ORDERS)}?todo=quote",
        url_words="Quote, or decline",
        uncounted=uncounted(found),
    )


def _orders_to_schedule() -> Alarm:
    found = queries.orders_in(SchoolOrder.Status.AGREED)
    return Alarm(
        found.total,
        named(found.total, "agreed order has no dates yet", "agreed orders have no dates yet"),
        "every agreed order has its dates",
        "",
        _lines(found),
        url=f"{reverse(ORDERS)}?todo=schedule",
        url_words="Schedule them",
        uncounted=uncounted(found),
    )


def _sets_to_fetch() -> Alarm:
    found = queries.orders_with_sets_out(on=timezone.localdate())
    return Alarm(
        found.total,
        named(
            found.total,
            "school order has a class set to fetch",
            "school orders have class sets to fetch",
        ),
        "no class set waits to be fetched",
        "",
        _lines(found),
        url=f"{reverse(ORDERS)}?todo=sets",
        url_words="Say that they are back",
        uncounted=uncounted(found),
    )


def _lines(found: Found[SchoolOrder]) -> list[Line]:
    return [
        Line(
            f"{order.number}, {order.school}, {order.year}",
            url=reverse("admin:lessons_schoolorder_change", args=[order.pk]),
            who=str(order.contact or order.school),
            phone=order.school.phone,
        )
        for order in found.rows
    ]
