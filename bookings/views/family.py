"""The family's own page, and the page of one place."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from billing.models import Charge
from bookings import phrases
from bookings.models import Enrolment, Session
from bookings.queries import family, home
from bookings.queries.calendar import Meeting
from bookings.queries.family import Family, Member
from bookings.queries.home import News
from bookings.views.common import enrolment_or_404, is_kept, is_training, to_its_page
from bookings.views.meetings import said_of
from core import queries as core
from core import words
from core.access import Permission
from people import drafts
from people.models import Person
from people.queries.invitations import rights_in
from people.requests import SignedInRequest
from people.rules import may_in_words, year_group_of, year_in_words

TONES = ("", "gold", "plum")
OVER = {
    Enrolment.Status.ENDED,
    Enrolment.Status.DECLINED,
    Enrolment.Status.LAPSED,
    Enrolment.Status.CANCELLED,
}


@require_safe
def my_family(request: SignedInRequest) -> HttpResponse:
    """What waits for an answer, then a card for each child, then what it costs."""
    now = timezone.now()
    ours = family.my_family(request.user, at=now)
    news = home.news_of([member.person for member in ours.members], at=now)
    draft = drafts.read(request.session, request.user)
    return render(
        request,
        "bookings/my_family.html",
        {
            "first_name": request.user.person.first_name,
            "todos": _todos(ours, draft),
            "changes": _changes(news),
            "cards": [_card(member, news) for member in ours.members],
            "charges": [_charge(charge) for charge in ours.charges],
            "unseen": [
                {"link": link, "may": may_in_words(rights_in(link))} for link in ours.unseen
            ],
            "sees_bills": ours.sees_bills,
            "total": sum((charge.amount for charge in ours.charges), start=0),
        },
    )


@require_safe
def enrolment(request: SignedInRequest, ref: uuid.UUID) -> HttpResponse:
    """One place: what, when, what it costs, and how to leave."""
    place = enrolment_or_404(request, Permission.SEE_ENROLMENT, ref)
    if is_training(place) or place.status not in {Enrolment.Status.ACTIVE, *OVER}:
        return to_its_page(place)
    heading, said = phrases.what_happened(place)
    leaving = core.wording("leaving", on=timezone.localdate())
    may_pay = request.user.has_perm(Permission.SEE_BILL, place)
    return render(
        request,
        "bookings/enrolment.html",
        {
            "enrolment": place,
            "activity": place.activity,
            "child": place.person,
            "heading": heading,
            "words": said,
            "is_active": place.status == Enrolment.Status.ACTIVE,
            "rows": _place_rows(place, with_price=may_pay),
            "dates": family.dates_of(place, at=timezone.now()),
            "charges": [_charge(one) for one in family.charges_of(place)] if may_pay else [],
            "leave_by": phrases.how_to_leave(leaving.body) if leaving else "",
            "may_leave": request.user.has_perm(Permission.BOOK_FOR_PERSON, place),
            "reference": phrases.reference(place.ref),
        },
    )


def _todos(ours: Family, draft: drafts.Draft) -> list[dict[str, str]]:
    """What waits, soonest end first."""
    todos = [
        {
            "icon": "ticket",
            "text": f"Answer the offer for {one.person.first_name}: {one.activity.title}",
            "url": reverse("bookings:offer", kwargs={"ref": one.ref}),
            "detail": f"Kept for you until {_until(one)}",
        }
        for one in ours.offers
    ]
    todos += [
        {
            "icon": "hourglass",
            "text": f"Finish booking {one.activity.title} for {one.person.first_name}",
            "url": reverse("bookings:needs", kwargs={"ref": one.ref}),
            "detail": f"We are holding the place until {_until(one)}",
        }
        for one in ours.holds
        if is_kept(one)
    ]
    todos += [
        {
            "icon": "heart-handshake",
            "text": f"Say what we may do if {one.first_name} is hurt or ill",
            "url": f"{reverse('people:child', kwargs={'ref': one.ref})}#permissions",
            "detail": "One question about first aid",
        }
        for one in ours.unasked
    ]
    if draft.answered:
        todos.append(
            {
                "icon": "user",
                "text": f"Finish adding {draft.first_name}",
                "url": reverse("people:start_child"),
                "detail": "What you told us so far is kept until you sign out",
            }
        )
    return todos


def _until(one: Enrolment) -> str:
    return words.moment(one.offer_expires_at) if one.offer_expires_at else ""


def _changes(news: News) -> list[dict[str, Any]]:
    """What is off or moved, soonest first; what was put back where it was is no change."""
    said = [said_of(one) | {"name": one.person.first_name} for one in news.changes]
    return [one for one in said if one["change"]]


def _card(member: Member, news: News) -> dict[str, Any]:
    """One card, as components/child_card.html reads it."""
    person = member.person
    rows = [_place_row(place) for place in member.places]
    rows += [_waiting_row(place) for place in member.waiting]
    rows += _register_rows(person, news)
    return {
        "key": person.ref.hex[:8],
        "name": person.first_name,
        "detail": "You" if member.is_self else _year_and_school(member),
        "tile": person.tile or "asha",
        "meetings": [_meeting(one, number) for number, one in enumerate(member.meetings)],
        "rows": rows,
        "find_url": _find_url(member),
        "links": _links(member),
    }


def _links(member: Member) -> list[dict[str, str]]:
    """What may be done for this person from here."""
    person, hint = member.person, f"of {member.person.first_name}"
    pages = [("people:child", "Details and permissions")]
    if member.places:
        pages.insert(0, ("bookings:tell_absence", "Tell us about a day away"))
    if not member.is_self:
        pages.append(("people:adults", "Adults"))
    return [
        {"url": reverse(page, kwargs={"ref": person.ref}), "text": text, "hint": hint}
        for page, text in pages
    ]


def _register_rows(person: Person, news: News) -> list[dict[str, str]]:
    """How often they came this term, and what we owe them."""
    page = {
        "change_url": reverse("bookings:attendance", kwargs={"ref": person.ref}),
        "change_text": "See all",
    }
    rows = []
    came, marked = news.came.get(person.pk, (0, 0))
    if marked:
        said = f"Came to {came} of {marked}"
        hint = f"of {person.first_name}’s attendance"
        rows.append({"term": "Attendance this term", "words": said, "change_hint": hint} | page)
    owed = [credit for credit in news.owed if credit.person_id == person.pk]
    if owed:
        said = words.count(sum(credit.minutes for credit in owed), "minute")
        titles = ", ".join(dict.fromkeys(str(one.attendance.session.activity) for one in owed))
        hint = f"that we owe {person.first_name}"
        rows.append({"term": "We owe", "words": f"{said}: {titles}", "change_hint": hint} | page)
    return rows


def _find_url(member: Member) -> str:
    year = _year(member)
    query = f"?year={year}" if year is not None and not member.is_self else ""
    return reverse("lessons:find_activities") + query


def _year(member: Member) -> int | None:
    learner = getattr(member.person, "learner", None)
    if member.person.born_on is None:
        return None
    corrected = learner.set_year_group if learner else None
    return year_group_of(member.person.born_on, on=timezone.localdate(), corrected=corrected)


def _year_and_school(member: Member) -> str:
    learner = getattr(member.person, "learner", None)
    year = _year(member)
    school = (learner.school or learner.school_in_words) if learner else ""
    parts = [year_in_words(year) if year is not None else "", str(school)]
    return ", ".join(part for part in parts if part)


def _meeting(meeting: Meeting, number: int) -> dict[str, Any]:
    session, activity, said = meeting.session, meeting.session.activity, said_of(meeting)
    day = timezone.localtime(session.during.lower)
    when = f"{words.weekday_and_day(day.date())}, {phrases.times(session)}"
    if session.status == Session.Status.CANCELLED:
        why = f": {session.cause.name.lower()}" if session.cause else ""
        when = f"Not on {words.weekday_and_day(day.date())}{why}"
    else:
        when += f", with {said['teachers']}" if said["teachers"] else ""
        when += f". {said['change'].rstrip('.')}" if said["change"] else ""
    return {
        "day": day.date(),
        "title": activity.title,
        "url": None,
        "when": when,
        "where": phrases.where_session(session, activity),
        "note": said["note"],
        "tone": TONES[number % len(TONES)],
    }


def _place_row(place: Enrolment) -> dict[str, str]:
    return {
        "term": "Has a place",
        "words": f"{place.activity.title}, {phrases.when(place.activity)}",
        "change_url": reverse("bookings:enrolment", kwargs={"ref": place.ref}),
        "change_text": "See it",
        "change_hint": place.activity.title,
    }


def _waiting_row(place: Enrolment) -> dict[str, str]:
    return {
        "term": "On a waiting list",
        "words": f"{place.activity.title}: number {place.position}",  # type: ignore[attr-defined]  # annotated
        "change_url": reverse("bookings:waiting", kwargs={"ref": place.ref}),
        "change_text": "See the line",
        "change_hint": f"for {place.activity.title}",
    }


def _charge(charge: Charge) -> dict[str, Any]:
    return {
        "description": charge.description,
        "who": charge.person.first_name if charge.person else "",
        "term": f"{charge.term}",
        "amount": charge.amount,
        "status": charge.get_status_display(),
        "why": phrases.why_this_bill(charge.explanation),
    }


def _place_rows(place: Enrolment, *, with_price: bool) -> list[dict[str, str]]:
    activity = place.activity
    rows = [
        {"term": "For", "words": str(place.person)},
        {"term": "When", "words": phrases.when(activity)},
        {"term": "Where", "words": phrases.where(activity)},
    ]
    if activity.teacher:
        rows.append({"term": "With", "words": str(activity.teacher)})
    if place.starts_on:
        rows.append({"term": "From", "words": words.day(place.starts_on)})
    if place.ends_on:
        rows.append({"term": "Until", "words": words.day(place.ends_on)})
    if with_price and place.price_agreed is not None:
        price = words.money(place.price_agreed) if place.price_agreed else "Free"
        rows.append({"term": "Price agreed", "words": f"{price} {_basis(place)}".strip()})
    rows.append({"term": "Reference", "words": phrases.reference(place.ref)})
    return rows


def _basis(place: Enrolment) -> str:
    return place.activity.get_price_basis_display() if place.price_agreed else ""
