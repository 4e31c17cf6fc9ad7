"""Orders that wait for somebody else's teacher or set are answered again as things come free."""

import datetime as dt

from core.actions import action
from lessons.actions.keeping import keep_for
from lessons.actions.orders import letters
from lessons.actions.orders.locks import lock_order
from lessons.actions.orders.quoting import open_quote
from lessons.models import OrderLine, SchoolOrder
from lessons.queries import feasibility
from people.models import User


def answer_waiting(*, at: dt.datetime, by: User | None = None) -> int:
    """Whoever asked first is answered first, each by itself. Return how many hear of a yes."""
    waiting = SchoolOrder.objects.filter(
        status=SchoolOrder.Status.SUBMITTED, lines__answer=OrderLine.Answer.WAITING
    )
    heard = 0
    for order in waiting.distinct().order_by("submitted_at", "pk"):
        heard += answer_again(order=order, by=by, at=at)
    return heard


@action
def answer_again(*, order: SchoolOrder, by: User | None, at: dt.datetime) -> bool:
    """What waited and is a yes by now is kept, and quoted once all of it is. The school hears."""
    order = lock_order(order)
    lines = order.lines.filter(answer=OrderLine.Answer.WAITING)
    waited = set(lines.values_list("pk", flat=True))
    if order.status != SchoolOrder.Status.SUBMITTED or not waited:
        return False
    answers = feasibility.answers_for(
        feasibility.asked_by(order), school=order.school, year=order.year, at=at
    )
    if not any(answer.is_yes and answer.asked.line_id in waited for answer in answers):
        return False
    answers = keep_for(order, by=by, at=at)
    if all(answer.is_yes for answer in answers):
        open_quote(order, quoted_by=None, note="", at=at)
        letters.to_agree(order, by=by, at=at)
    letters.came_free(order, answers, at=at)
    return True
