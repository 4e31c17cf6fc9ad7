"""Orders that wait for somebody else's teacher or set are answered again as things come free."""

import datetime as dt

from django.db.models import QuerySet
from django.utils import timezone

from core.actions import action
from lessons.actions.keeping import keep_for
from lessons.actions.orders import letters
from lessons.actions.orders.locks import lock_order
from lessons.actions.orders.quoting import open_quote
from lessons.models import OrderLine, SchoolOrder
from lessons.queries import feasibility
from people.models import User

S = SchoolOrder.Status


def answer_waiting(*, at: dt.datetime, by: User | None = None) -> int:
    """Whoever asked first is answered first, each by itself. Return how many hear of a yes."""
    heard = 0
    for order in _that_wait(at=at).order_by("submitted_at", "pk"):
        heard += answer_again(order=order, by=by, at=at)
    return heard


@action
def answer_again(*, order: SchoolOrder, by: User | None, at: dt.datetime) -> bool:
    """What waited and is a yes by now is kept, and quoted once all of it is. The school hears.

    A quote that stands already stays as it is, with its price and its last day.
    """
    order = lock_order(order)
    if not _that_wait(at=at).filter(pk=order.pk).exists():
        return False
    lines = order.lines.filter(answer=OrderLine.Answer.WAITING)
    waited = set(lines.values_list("pk", flat=True))
    answers = feasibility.answers_for(
        feasibility.asked_by(order), school=order.school, year=order.year, at=at
    )
    if not any(answer.is_yes and answer.asked.line_id in waited for answer in answers):
        return False
    answers = keep_for(order, by=by, at=at)
    if order.status == S.QUOTED:
        letters.came_free_for_quote(order, answers, at=at)
        return True
    if all(answer.is_yes for answer in answers):
        open_quote(order, quoted_by=None, note="", at=at)
        letters.to_agree(order, by=by, at=at)
    letters.came_free(order, answers, at=at)
    return True


def _that_wait(*, at: dt.datetime) -> QuerySet[SchoolOrder]:
    """Sent or quoted, with something in them that waits; not those whose quote has ended."""
    orders = SchoolOrder.objects.filter(
        status__in=[S.SUBMITTED, S.QUOTED], lines__answer=OrderLine.Answer.WAITING
    ).distinct()
    return orders.exclude(status=S.QUOTED, quote_ends_on__lt=timezone.localdate(at))
