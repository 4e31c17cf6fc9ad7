"""Rows of words that several pages of bookings show."""

from django.urls import reverse

from bookings import phrases, rules
from bookings.models import Activity, Enrolment
from core import words
from people.rules import year_group_of, year_in_words

Row = dict[str, str]


def lesson_rows(activity: Activity, cost: rules.Cost | None, *, another: bool = False) -> list[Row]:
    """What, when, where, from when, with whom."""
    rows = [
        {"term": "Lesson" if activity.noun == "lesson" else "Group", "words": activity.title},
        {"term": "Day and time", "words": phrases.when(activity)},
        {"term": "Place", "words": phrases.where(activity)},
    ]
    if another:
        rows[0] |= {
            "change_url": reverse("lessons:find_activities"),
            "change_hint": f"{rows[0]['term'].lower()}: look for another",
        }
    if activity.teacher:
        rows.append({"term": "With", "words": str(activity.teacher)})
    if cost:
        rows.append(
            {
                "term": f"First {activity.noun}",
                "words": f"{words.weekday_and_day(cost.first_on)} {cost.first_on.year}",
            }
        )
    return rows


def summary(enrolment: Enrolment) -> list[Row]:
    """Who it is for. Of what helps, only where to read it."""
    person, learner = enrolment.person, getattr(enrolment.person, "learner", None)
    change = reverse("bookings:needs", kwargs={"ref": enrolment.ref})
    rows = [{"term": "Name", "words": str(person)}]
    if person.pk != enrolment.booked_by_id:
        rows[0] |= {
            "change_url": reverse("people:change_child", kwargs={"ref": person.ref}),
            "change_hint": "name or date of birth",
        }
    if person.born_on:
        on = enrolment.queued_at.date()
        corrected = learner.set_year_group if learner else None
        year = year_group_of(person.born_on, on=on, corrected=corrected)
        if year is not None:
            rows.append({"term": "School year", "words": year_in_words(year)})
    rows.append(
        {
            "term": "What helps, and whom to ring",
            "words": "As you told us",
            "change_url": change,
            "change_hint": "what helps and whom to ring",
        }
    )
    return rows


def cost_rows(cost: rules.Cost) -> list[Row]:
    """The price as a receipt: what a term costs, and what is left of it."""
    if not cost.amount:
        return [{"term": "Price", "detail": "Nothing to pay", "amount": "Free"}]
    rows = [
        {
            "term": f"The whole {cost.term.name.lower()} term",
            "detail": f"{words.count(cost.of_meetings, cost.noun)}, {words.money(cost.each)} each",
            "amount": words.money(cost.whole_term),
        }
    ]
    if cost.is_part_of_a_term:
        gone = cost.of_meetings - cost.meetings
        rows.append(
            {
                "term": f"{words.count(gone, cost.noun)} gone already",
                "detail": f"You pay for {cost.meetings} of {cost.of_meetings}",
                "amount": f"−{words.money(cost.whole_term - cost.amount)}",
                "is_less": "yes",
            }
        )
    return rows


def payment_note(activity: Activity, cost: rules.Cost | None) -> str:
    """When one pays, and what the terms after this one cost."""
    today = "Nothing to pay today. We send one bill for the term."
    if cost is None or not activity.price:
        return today
    price = f"{words.money(activity.price)} {activity.get_price_basis_display()}"
    return f"{today} The terms after it are {price}, at today’s prices."
