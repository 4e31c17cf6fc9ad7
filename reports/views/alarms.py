"""What needs a person now, as cards: a number, its words, and lines with somebody to ring."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from core import queries as core
from core import words
from reports import queries
from reports.queries import Found, Place
from reports.views import words as said
from reports.views.cards import Alarm, Line, named, uncounted
from reports.views.school_alarms import school_alarms

TOO_OLD = dt.timedelta(minutes=10)  # a letter waits a minute; so long, and something is stuck


def alarms(place: Place, *, at: dt.datetime) -> list[Alarm]:
    """Every card of a place, in the order a person should look at them."""
    cards = [
        _registers(place, at=at),
        _nobody_to_teach(place, at=at),
        _offers(place, at=at),
        _free_places(place),
        _marks(place, at=at),
        _credits(place, at=at),
    ]
    return [*cards, *school_alarms(), *_machine(at=at)] if place.is_county else cards


def _registers(place: Place, *, at: dt.datetime) -> Alarm:
    grace = dt.timedelta(minutes=settings.REGISTER_LATE_MINUTES)
    found = queries.registers_not_taken(place, at=at, grace=grace)
    today = timezone.localdate(at)
    return Alarm(
        found.total,
        named(found.total, "register not taken", "registers not taken"),
        "every register is taken",
        "plum",
        [_register(place, session, today) for session in found.rows],
        uncounted=uncounted(found),
    )


def _register(place: Place, session: Any, today: dt.date) -> Line:
    what = said.meeting(session, today=today, is_one_centre=place.is_one_centre)
    half = f": {session.marked} of {session.lines} marked" if session.marked else ""
    first = session.teachers[0].person if session.teachers else None
    return Line(
        f"{what}{half}",
        url=reverse("bookings:register", args=[session.ref]),
        who=str(first or ""),
        phone=first.phone if first else "",
    )


def _nobody_to_teach(place: Place, *, at: dt.datetime) -> Alarm:
    found = queries.nobody_to_teach(place, at=at)
    today = timezone.localdate(at)
    lines = [
        Line(
            f"{said.meeting(session, today=today, is_one_centre=place.is_one_centre)}:"
            f" {said.people(session.away)} cannot come",
            url=reverse("lessons:find_cover", args=[session.ref]),
        )
        for session in found.rows
    ]
    return Alarm(
        found.total,
        named(found.total, "meeting without a teacher", "meetings without a teacher"),
        "everything in the next seven days has a teacher",
        "plum",
        lines,
        uncounted=uncounted(found),
    )


def _offers(place: Place, *, at: dt.datetime) -> Alarm:
    hours = settings.OFFER_ENDING_HOURS
    found = queries.offers_ending(place, at=at, within=dt.timedelta(hours=hours))
    today = timezone.localdate(at)
    lines = [
        Line(
            f"{offer.activity}, for {offer.person.first_name}:"
            f" until {said.when(offer.offer_expires_at, today=today)}",
            url=reverse("admin:bookings_enrolment_change", args=[offer.pk]),
            who=str(offer.booked_by),
            phone=offer.booked_by.phone,
        )
        for offer in found.rows
        if offer.offer_expires_at
    ]
    return Alarm(
        found.total,
        named(found.total, "offer runs out soon", "offers run out soon"),
        f"no offer runs out in the next {words.count(hours, 'hour')}",
        "",
        lines,
        uncounted=uncounted(found),
    )


def _free_places(place: Place) -> Alarm:
    found = queries.free_while_others_wait(place)
    return Alarm(
        found.total,
        named(
            found.total, "group has room while others wait", "groups have room while others wait"
        ),
        "nobody waits for anything that has room",
        "",
        [_free(place, activity) for activity in found.rows],
        uncounted=uncounted(found),
    )


def _free(place: Place, activity: Any) -> Line:
    where = "" if place.is_one_centre else f", {activity.place or 'no place yet'}"
    return Line(
        f"{activity.title}{where}: {activity.places_left} free, {activity.in_line} waiting",
        url=reverse("admin:bookings_activity_change", args=[activity.pk]),
    )


def _marks(place: Place, *, at: dt.datetime) -> Alarm:
    found = queries.marks_that_differ(place)
    today = timezone.localdate(at)
    lines = [
        Line(
            f"{mark.attendance.session.activity},"
            f" {said.when(mark.attendance.session.during.lower, today=today)}:"
            f" {mark.attendance.person.first_name} is"
            f" “{mark.attendance.get_mark_display()}” to {mark.attendance.marked_by or 'one'}"
            f" and “{mark.get_mark_display()}” to {mark.by}",
            url=reverse("bookings:register", args=[mark.attendance.session.ref]),
        )
        for mark in found.rows
    ]
    return Alarm(
        found.total,
        named(found.total, "pair of marks differs", "pairs of marks differ"),
        "no two marks differ",
        "",
        lines,
        uncounted=uncounted(found),
    )


def _credits(place: Place, *, at: dt.datetime) -> Alarm:
    owed = queries.credits_owed(place)
    today = timezone.localdate(at)
    people = f"{named(owed.people, 'One person is', f'{owed.people:,} people are')} owed"
    return Alarm(
        owed.lessons,
        named(owed.lessons, "lesson to make up", "lessons to make up"),
        "no lesson is owed",
        "",
        [_owed(place, session, today) for session in owed.meetings.rows],
        note=f"{people} a meeting that we called off.",
        uncounted=uncounted(owed.meetings),
    )


def _owed(place: Place, session: Any, today: dt.date) -> Line:
    what = said.meeting(session, today=today, is_one_centre=place.is_one_centre)
    return Line(
        f"{what}: {session.owed} owed", url=reverse("bookings:plan_makeup", args=[session.ref])
    )


def _machine(*, at: dt.datetime) -> list[Alarm]:
    """What whoever runs the county watches: the jobs of the clock, and the letters."""
    late, age = core.late_jobs(at), core.outbox_age(at)
    minutes = int(age.total_seconds() // 60)
    return [
        Alarm(
            len(late),
            named(len(late), "job of the clock is late", "jobs of the clock are late"),
            "every job of the clock is on time",
            "plum",
            [Line(_job(name)) for name in late],
            url=reverse("admin:core_heartbeat_changelist"),
            url_words="When each ran last",
        ),
        Alarm(
            int(age > TOO_OLD),
            "outbox is stuck",
            "letters go out as they are written",
            "plum",
            note=f"The oldest letter has waited for {words.count(minutes, 'minute')}.",
        ),
    ]


def _job(name: str) -> str:
    """bookings.sweep_places, as words: sweep places"""
    return name.rpartition(".")[2].replace("_", " ").capitalize()


def good_news(cards: list[Alarm]) -> str:
    """One sentence for all of which there is none."""
    good = [card.good for card in cards if not card.number]
    if not good:
        return ""
    together = ", ".join(good[:-1]) + (" and " if len(good) > 1 else "") + good[-1]
    return f"{together[0].upper()}{together[1:]}."


def changes(found: Found[Any], *, today: dt.date, is_one_centre: bool) -> list[Line]:
    """What was called off, moved or restored."""
    return [
        _change(session, said.meeting(session, today=today, is_one_centre=is_one_centre))
        for session in found.rows
    ]


def _change(session: Any, what: str) -> Line:
    before = said.was(session)
    if session.cause:
        words_for_it = f"Called off: {what}. {session.cause}."
    else:
        words_for_it = f"Moved: {what}. It was {before}." if before else f"On again: {what}."
    return Line(words_for_it, url=reverse("bookings:move_session", args=[session.ref]))
