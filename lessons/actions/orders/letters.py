"""Letters about orders: one for each state, to whoever ordered, agrees or has to look at it."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from core import mail, words
from lessons.models import SchoolOrder
from lessons.queries import orders as queries
from lessons.queries.prices import cost_of, quoted_cost
from lessons.rules.feasibility import Answered
from lessons.rules.orders import Leaving
from loans.models import Custody
from people.models import Person, User

S = SchoolOrder.Status
_ANSWERS = {"yes": "yes", "if": "yes, if something changes", "waiting": "not as it stands"}
_MOVED = {S.RUNNING: "order-begun", S.COMPLETED: "order-completed"}


def reason_of(order: SchoolOrder) -> str:
    """What a letter that asks for something hangs on: it does not go once that is over."""
    return f"order:{order.pk}:asked"


def sent(order: SchoolOrder, answers: Sequence[Answered], *, at: dt.datetime) -> None:
    """To whoever ordered: that we have it, and what we can do."""
    cost = cost_of(order, on=timezone.localdate(at))
    if order.status == S.QUOTED:
        who = words_for(queries.who_agrees(order))
        next_step = f"It now waits for {who} to agree. We have written to them."
    else:
        next_step = "We look at what is not a plain yes, and write to you with a price."
    said = {
        "total": words.money(cost.total),
        "answers": _listed(_answer_line(each) for each in answers),
        "next_step": next_step,
    }
    _write("order-sent", order, queries.who_ordered(order), said, at=at)


def came_free(order: SchoolOrder, answers: Sequence[Answered], *, at: dt.datetime) -> None:
    """To whoever ordered: what they waited for is kept for them now."""
    next_step = "We write to you with a price for all of it."
    if order.status == S.QUOTED:
        who = words_for(queries.who_agrees(order))
        next_step = f"It now waits for {who} to agree. We have written to them."
    said = {
        "answers": _listed(_answer_line(each) for each in answers),
        "next_step": next_step,
    }
    _write("order-came-free", order, queries.who_ordered(order), said, at=at)


def came_free_for_quote(
    order: SchoolOrder, answers: Sequence[Answered], *, at: dt.datetime
) -> None:
    """To whoever ordered and whoever agrees, of a quote that stands: what is kept for it now."""
    assert order.quote_ends_on is not None
    next_step = "The rest still waits. We look again each hour, and write to you once it is free."
    if all(each.is_yes for each in answers):
        who, until = (
            words_for(queries.who_agrees(order)),
            words.weekday_and_day(order.quote_ends_on),
        )
        next_step = f"Now {who} can agree to it until {until}, at the price of our quote."
    said = {
        "answers": _listed(_answer_line(each) for each in answers),
        "next_step": next_step,
    }
    _write("order-came-free", order, _concerned(order), said, at=at)


def answered_anew(order: SchoolOrder, answers: Sequence[Answered], *, at: dt.datetime) -> None:
    """To the school, and to the office: an hour kept for it had to be given up; what we can do."""
    said = {"answers": _listed(_answer_line(each) for each in answers)}
    whole = all(each.is_yes for each in answers)
    next_step = "You need not do anything, and the price is the same."
    if not whole:
        next_step = (
            "You cannot agree to it as it stands. We look for another way and write to you, or"
            " take the order back and choose another time yourself."
        )
    _write("order-answered-anew", order, _concerned(order), {**said, "next_step": next_step}, at=at)
    mail.queue(
        "order-planned-over",
        to_address=settings.SERVICE_EMAIL,
        to_person_id=None,
        context={**_about(order), **said},
        key=f"order-planned-over:{order.pk}:{at.isoformat()}",
        link=reverse("admin:lessons_schoolorder_change", args=[order.pk]),
        at=at,
    )


def to_agree(order: SchoolOrder, *, by: User | None, at: dt.datetime) -> None:
    """To whoever may say yes for the school; not to whoever just pressed."""
    cost = quoted_cost(order)
    presser = by.person_id if by else None
    theirs = presser in {order.made_by_id, order.contact_id} and not order.quoted_by_id
    assert order.quote_ends_on is not None
    said = {
        "asker": f"{by.person} ordered this" if by and theirs else "This was ordered",
        "what": _listed(f"{line.title}, {line.period}" for line in cost.lines),
        "total": words.money(cost.total),
        "note": order.note_to_school,
        "until": words.weekday_and_day(order.quote_ends_on),
    }
    readers = [person for person in queries.who_agrees(order) if person.pk != presser]
    _write("order-to-agree", order, readers, said, at=at, lapses=True)


def quoted(order: SchoolOrder, *, at: dt.datetime) -> None:
    """To whoever ordered, and is not the one to agree: we have a price, and who is asked."""
    agreeing = queries.who_agrees(order)
    others = [person for person in queries.who_ordered(order) if person not in agreeing]
    said = {
        "total": words.money(quoted_cost(order).total),
        "note": order.note_to_school,
        "who": words_for(agreeing),
    }
    _write("order-quoted", order, others, said, at=at, lapses=True)


def to_office(order: SchoolOrder, answers: Sequence[Answered], *, at: dt.datetime) -> None:
    """To the office: somebody has to quote, or to say why not."""
    mail.queue(
        "order-to-quote",
        to_address=settings.SERVICE_EMAIL,
        to_person_id=None,
        context={**_about(order), "answers": _listed(_answer_line(each) for each in answers)},
        key=f"order-to-quote:{order.pk}:{at.isoformat()}",
        link=reverse("admin:lessons_schoolorder_change", args=[order.pk]),
        reason=reason_of(order),
        at=at,
    )


def taken_back(order: SchoolOrder, readers: Sequence[Person], *, by: User, at: dt.datetime) -> None:
    """To whoever was asked to agree, and is not any more."""
    others = [person for person in readers if person.pk != by.person_id]
    _write("order-taken-back", order, others, {"taker": str(by.person)}, at=at)


def quote_ended(order: SchoolOrder, ended_on: dt.date | None, *, at: dt.datetime) -> None:
    said = {"until": words.weekday_and_day(ended_on) if ended_on else ""}
    _write("order-quote-ended", order, queries.who_ordered(order), said, at=at)


def declined(order: SchoolOrder, *, at: dt.datetime) -> None:
    _write("order-declined", order, _concerned(order), {"reason": order.end_reason}, at=at)


def agreed(order: SchoolOrder, *, at: dt.datetime) -> None:
    """To whoever ordered and whoever agreed: the receipt."""
    assert order.agreement is not None
    said = {
        "agreed_name": order.agreed_name,
        "agreed_role": order.agreed_role,
        "moment": words.moment(at),
        "total": words.money(quoted_cost(order).total),
        "version": str(order.agreement.version),
        "po": "" if order.po_number else "Your purchase order number can still be added.",
    }
    _write("order-agreed", order, _concerned(order), said, at=at)


def scheduled(order: SchoolOrder, classes: Iterable[str], *, at: dt.datetime) -> None:
    _write("order-scheduled", order, _concerned(order), {"classes": _listed(classes)}, at=at)


def moved_on(order: SchoolOrder, *, at: dt.datetime) -> None:
    """To whoever ordered: it has begun, or it is over."""
    _write(_MOVED[S(order.status)], order, queries.who_ordered(order), {}, at=at)


def cancelled(
    order: SchoolOrder, left: Leaving, sets: Sequence[Custody], *, at: dt.datetime
) -> None:
    """`sets`: what is still at the school, and to be given back."""
    owed = "Nothing is owed."
    if left.amount:
        owed = (
            f"With {words.count(left.notice_days, 'day')} of notice, {left.percent} % of"
            f" {words.money(left.total)} is owed: {words.money(left.amount)}."
        )
    if sets:
        tags = ", ".join(str(one.asset) for one in sets)
        owed = (
            f"{owed}\n\nStill with you, and to be given back: {tags}. Call us to have it fetched."
        )
    said = {"reason": order.end_reason, "owed": owed}
    _write("order-cancelled", order, _concerned(order), said, at=at)


def words_for(people: Sequence[Person]) -> str:
    """Dele Achebe; Dele Achebe or Ruth Okafor; somebody who may."""
    names = [str(person) for person in people]
    return " or ".join(names) if names else "somebody at your school who may"


def _concerned(order: SchoolOrder) -> list[Person]:
    """Whoever ordered, and whoever agreed or is to agree; nobody twice."""
    people = {person.pk: person for person in queries.who_ordered(order)}
    agreeing = queries.who_agrees(order)
    if order.agreed_by_id:
        agreeing = [person for person in agreeing if person.pk == order.agreed_by_id]
    return list({**people, **{person.pk: person for person in agreeing}}.values())


def _answer_line(answered: Answered) -> str:
    return f"{answered.title}: {_ANSWERS[answered.answer]}"


def _listed(lines: Iterable[str]) -> str:
    return "\n".join(lines)


def _about(order: SchoolOrder) -> dict[str, str]:
    return {"order": order.number, "school": str(order.school), "year": str(order.year)}


def _write(
    copy: str,
    order: SchoolOrder,
    readers: Iterable[Person],
    said: Mapping[str, str],
    *,
    at: dt.datetime,
    lapses: bool = False,
) -> None:
    letters = [
        mail.Letter(
            copy=copy,
            to_address=reader.email,
            to_person_id=reader.pk,
            context={"first_name": reader.first_name, **_about(order), **said},
            key=f"{copy}:{order.pk}:{reader.pk}:{at.isoformat()}",
            link=reverse("schools:order", kwargs={"urn": order.school.urn, "ref": order.ref}),
            reason=reason_of(order) if lapses else "",
        )
        for reader in readers
        if reader.email
    ]
    mail.queue_many(letters, at=at)
