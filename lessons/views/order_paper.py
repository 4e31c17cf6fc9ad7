"""An order and its price on paper, for governors."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from core import words
from core.access import Permission
from core.documents import as_download, pdf
from lessons.models import OrderLine, SchoolOrder
from lessons.queries import drafts as queries
from lessons.queries import order_pages as pages
from lessons.queries.prices import period_of, quoted_cost, title_of
from lessons.rules.prices import Cost
from lessons.views.order_common import Panel, is_draft, order_or_404, panel, pupils_in_words
from people.requests import SignedInRequest


@require_safe
def order_pdf(request: SignedInRequest, urn: int, ref: uuid.UUID) -> HttpResponse:
    """The order and its price on paper, for governors: as quoted, or as it would cost now."""
    order = order_or_404(request, urn, ref, Permission.SEE_SCHOOL)
    quoted = quoted_cost(order)
    shown = Panel(quoted) if quoted.lines else panel(order)
    document = pdf("order", _values(order, queries.lines_of(order), shown))
    return as_download(document, f"order-{order.number}.pdf")


def _values(order: SchoolOrder, lines: Sequence[OrderLine], shown: Panel) -> dict[str, Any]:
    today, when = timezone.localdate(), pages.when_of(order, lines)
    state = f"This order is {order.get_status_display()}"
    if is_draft(order):
        state = "A draft: nothing is ordered yet"
    return {
        "title": f"Music for {order.school}, {order.year}",
        "description": f"Order {order.number} of {order.school} with its price, line by line",
        "reference": f"Order {order.number}, {words.day(today)}",
        "state": f"{state}. Prices as they are on {words.day(today)}.",
        "parts": [
            {
                "title": f"{title_of(line)}, {period_of(line)}",
                "pupils": pupils_in_words(line),
                "when": when[line.pk],
                "description": line.programme.description,
                "includes": [_capital(one) for one in line.programme.includes],
                "asks": [_capital(one) for one in line.programme.asks],
            }
            for line in lines
        ],
        "rows": _price_rows(shown.cost),
        "total": words.money(shown.cost.total),
        "each": words.money(shown.cost.a_pupil) if shown.cost.a_pupil is not None else "",
        "problem": shown.problem,
        "contact": f"{order.contact}, {order.school}",
    }


def _capital(words_: str) -> str:
    return words_[:1].upper() + words_[1:]


def _price_rows(cost: Cost) -> list[dict[str, str]]:
    return [
        {
            "words": row.words,
            "detail": row.detail,
            "amount": "Included"
            if row.amount is None
            else f"−{words.money(-row.amount)}"
            if row.amount < 0
            else words.money(row.amount),
        }
        for row in cost.rows
    ]
