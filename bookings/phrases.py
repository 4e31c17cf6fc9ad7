"""How a place is said in words: when, where, how long is left, and why it costs what it costs."""

import datetime as dt
import math
import uuid
from collections.abc import Mapping
from decimal import Decimal

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from bookings.models import Activity, Enrolment, Session
from core import words

HOUR = 60  # in minutes
DAY = 24 * HOUR


def when(activity: Activity) -> str:
    """Saturdays, 9.30am to 10.15am"""
    if activity.weekday is None or activity.local_start is None or activity.local_end is None:
        return "Times to be arranged"
    times = f"{words.clock(activity.local_start)} to {words.clock(activity.local_end)}"
    return f"{activity.get_weekday_display()}s, {times}"


def where(activity: Activity) -> str:
    """St Albans Music Centre, room 3"""
    return (
        ", ".join(str(part) for part in (activity.place, activity.room) if part) or "To be arranged"
    )


def at_a_glance(activity: Activity) -> str:
    """Guitar club, Saturdays, 11am to 11.45am, Hazelmoor Academy"""
    return ", ".join([activity.title, when(activity), str(activity.place or "")]).rstrip(", ")


def where_session(session: Session, activity: Activity) -> str:
    place = session.school or activity.place
    return ", ".join(str(part) for part in (place, session.room) if part)


def times(session: Session) -> str:
    """11am to 11.45am, as clocks on the wall say it that day."""
    starts, ends = (timezone.localtime(end) for end in (session.during.lower, session.during.upper))
    return f"{words.clock(starts.time())} to {words.clock(ends.time())}"


def what_moved(session: Session, activity: Activity) -> str:
    """Moved from Wednesday 18 November at 4pm; In room 5, not room 3. Empty where nothing did."""
    if not session.sequence or session.status == Session.Status.CANCELLED:
        return ""
    starts = timezone.localtime(session.during.lower)
    pattern = None if session.makes_up_id else activity.local_start
    day = words.weekday_and_day(session.occurs_on) if starts.date() != session.occurs_on else ""
    time = words.clock(pattern) if pattern and starts.time() != pattern else ""
    said = [f"Moved from {' at '.join(part for part in (day, time) if part)}"] * bool(day or time)
    if session.room and activity.room and session.room_id != activity.room_id:
        said.append(f"In {session.room}, not {activity.room}")
    if session.school and activity.place and session.school_id != activity.school_id:
        said.append(f"At {session.school}, not {activity.place}")
    return ". ".join(said)


def makes_up(missed: Session) -> str:
    """Makes up for Saturday 14 November"""
    return f"Makes up for {words.weekday_and_day(missed.occurs_on)}"


def why_off(session: Session) -> str:
    """Why a meeting is off, in a sentence: what staff wrote, or the cause."""
    said = session.public_comment or (session.cause.name if session.cause else "")
    return sentence(said)


def fee_effect(session: Session) -> str:
    """What happens to the fee of a meeting that is off, by the policy it was called off under."""
    return session.cause.words_for_family if session.cause else ""


def new_date(made_up: DateTimeTZRange | None) -> str:
    """The new date is Saturday 5 December, 1.15pm. Empty where there is none, or not for them."""
    if made_up is None:
        return ""
    starts = timezone.localtime(made_up.lower)
    return f"The new date is {words.weekday_and_day(starts.date())}, {words.clock(starts.time())}."


def sentence(said: str) -> str:
    """Snow → Snow. What ends by itself stays as it is."""
    return said if not said or said[-1] in ".!?" else f"{said}."


def reference(ref: uuid.UUID) -> str:
    """A booking's name on paper and on the telephone: the first of its address."""
    letters = ref.hex[:8].upper()
    return f"{letters[:4]}-{letters[4:]}"


def time_left(until: dt.datetime, *, at: dt.datetime) -> str:
    """3 days; 2 days and 4 hours; 12 minutes. A minute that has begun counts."""
    minutes = max(math.ceil((until - at).total_seconds() / 60), 0)
    days, hours, minutes = minutes // DAY, minutes % DAY // HOUR, minutes % HOUR
    if days:
        parts = [words.count(days, "day"), words.count(hours, "hour") if hours else ""]
    else:
        parts = [
            words.count(hours, "hour") if hours else "",
            words.count(minutes, "minute") if minutes else "",
        ]
    return " and ".join(part for part in parts if part)


def why_this_bill(explanation: Mapping[str, object]) -> list[str]:
    """The sum a charge was made by, as sentences. `explanation` is the charge's own."""
    if not {"amount", "meetings", "of_meetings", "whole_term"} <= explanation.keys():
        return []
    meetings, of_meetings = int(str(explanation["meetings"])), int(str(explanation["of_meetings"]))
    first, last = (
        dt.date.fromisoformat(str(explanation[name])) for name in ("first_on", "last_on")
    )
    whole, amount = (Decimal(str(explanation[name])) for name in ("whole_term", "amount"))
    noun = str(explanation.get("noun", "session"))
    said = [
        f"{words.count(meetings, noun)}, from {words.day(first)} to {words.day(last)}.",
    ]
    if meetings < of_meetings:
        said.append(
            f"The whole term has {of_meetings} and costs {words.money(whole)}."
            f" You pay for {meetings} of them:"
            f" {words.money(whole)} ÷ {of_meetings} × {meetings} = {words.money(amount)}."
        )
    else:
        said.append(f"That is the whole term: {words.money(amount)}.")
    if explanation.get("rate_description"):
        since = explanation.get("rate_from")
        start = f", the price since {words.day(dt.date.fromisoformat(str(since)))}" if since else ""
        said.append(f"{explanation['rate_description']}{start}.")
    return said


def how_to_leave(policy: str) -> str:
    """The paragraph of the leaving rule that says by when to tell us, without its bold."""
    blocks = [block.strip() for block in policy.replace("**", "").split("\n\n")]
    plain = [block for block in blocks if block and block[0] not in "#*|-"]
    return next((block for block in plain if "tell us" in block.lower()), "")


def what_happened(enrolment: Enrolment) -> tuple[str, str]:
    """A heading and a sentence for a booking that is over, or answered."""
    name, title = enrolment.person.first_name, enrolment.activity.title
    status = Enrolment.Status
    return {
        status.ACTIVE: (f"{name} has this place", f"The place in {title} is taken and yours."),
        status.WAITING: (
            f"{name} is on the waiting list",
            f"We write to you when there is a place in {title}.",
        ),
        status.OFFERED: (
            f"There is an offer for {name}",
            f"A place in {title} is kept until somebody who books for {name} answers.",
        ),
        status.HELD: (
            f"{name} is holding a place",
            f"A place in {title} is kept for a few minutes while the booking is finished.",
        ),
        status.ENDED: (
            f"{name} has left",
            f"The place in {title} ended on {words.day(enrolment.ends_on)}."
            if enrolment.ends_on
            else f"The place in {title} has ended.",
        ),
        status.DECLINED: (
            "You said no to this place",
            f"The place in {title} went to the next family. {name} can join the list again.",
        ),
        status.LAPSED: (
            "The time ran out",
            f"A place in {title} was kept for {name}, and the time to answer has passed."
            " Nothing was booked and nothing is owed.",
        ),
        status.CANCELLED: (
            "Nothing is booked",
            f"{name} has no place in {title} and is not on its waiting list. Nothing is owed.",
        ),
    }[Enrolment.Status(enrolment.status)]
