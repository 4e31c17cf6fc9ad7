"""What schools ordered: staff quote, decline and cancel, and have many scheduled at once."""

from decimal import Decimal
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import Exists, F, OuterRef, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from core import words
from core.admin import ScopedAdmin, ScopedInline, asking, member_of
from core.refusals import RuleBroken
from lessons.actions import keeping, scheduling
from lessons.actions import orders as lessons
from lessons.admin.order_facts import answer_of, order_facts
from lessons.admin.order_forms import QuoteForm, ReasonForm
from lessons.models import OrderLine, SchoolOrder
from lessons.queries import orders as queries

S = SchoolOrder.Status


class NeedsFilter(admin.SimpleListFilter):
    """What somebody has to do next: quote, schedule, or ask for a purchase order number."""

    title = "what is to do"
    parameter_name = "todo"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("quote", "To quote"),
            ("schedule", "To schedule"),
            ("po", "Without a purchase order number"),
            ("sets", "With a class set that should be back"),
            ("one_hand", "Lacking an instrument for one hand"),
        ]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[SchoolOrder]
    ) -> QuerySet[SchoolOrder]:
        today = timezone.localdate()
        wanted = {
            "quote": queryset.filter(status=S.SUBMITTED),
            "schedule": queryset.filter(status=S.AGREED),
            "po": queryset.filter(status__in=SchoolOrder.BINDING, po_number=""),
            "one_hand": queryset.filter(
                pk__in=queries.lines_without_one_hand(on=today).values("order")
            ),
            "sets": queryset.filter(pk__in=queries.orders_with_sets_out(on=today)),
        }
        return wanted.get(self.value() or "", queryset)


class LineInline(ScopedInline):
    """What is ordered and what we answered: read here, changed by the school in its draft."""

    model = OrderLine
    fields: ClassVar = [
        "programme", "subject", "term", "year_groups", "classes", "pupils", "half_days",
        "price", "subsidy", "adjustment", "adjust_reason", "one_hand", "our_answer",
    ]  # fmt: skip
    readonly_fields: ClassVar = [
        "programme", "subject", "term", "year_groups", "classes", "pupils", "half_days",
        "price", "subsidy", "adjustment", "adjust_reason", "one_hand", "our_answer",
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[OrderLine]:
        return queries.with_one_hand(super().get_queryset(request), on=timezone.localdate())

    @admin.display(description="For one hand")
    def one_hand(self, line: Any) -> str:
        """The tag of the instrument that is kept, where somebody needs one."""
        if OrderLine.Need.ONE_HAND not in line.needs:
            return "–"
        return line.one_hand_tag or "None kept"

    @admin.display(description="Our answer")
    def our_answer(self, line: OrderLine) -> str:
        return answer_of(line) or "–"


@admin.register(SchoolOrder)
class SchoolOrderAdmin(ScopedAdmin):
    """Read here; every state follows from an action, with its letter."""

    list_display = [
        "number", "school", "year", "status", "answers", "total", "submitted_at", "po_number",
    ]  # fmt: skip
    list_filter: ClassVar = [NeedsFilter, "status", "year"]
    list_select_related = ["school", "year"]
    search_fields = ["school__sort_name", "school__urn__exact", "po_number__iexact"]
    search_help_text = "A school, its URN, a purchase order number, or the number of an order"
    ordering = ["-submitted_at", "-pk"]
    fields: ClassVar = [
        "number", "school", "year", "status", "total", "contact", "approver", "invoice_email",
        "po_number", "submitted_at", "quoted_at", "quoted_by", "quote_ends_on", "note_to_school",
        "agreed_at", "agreed_name", "agreed_role", "agreement", "scheduled_at", "ended_at",
        "end_reason", "to_fetch",
    ]  # fmt: skip
    readonly_fields: ClassVar = ["number", "total", "to_fetch"]
    inlines: ClassVar = [LineInline]
    actions = ["quote", "schedule", "decline", "cancel", "sets_back", "keep_one_hand"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[SchoolOrder]:
        not_yes = OrderLine.objects.filter(order=OuterRef("pk")).exclude(answer="yes")
        rows: QuerySet[SchoolOrder] = super().get_queryset(request)
        return rows.annotate(
            is_not_all_yes=Exists(not_yes),
            sum_of_lines=Sum(F("lines__price") + F("lines__subsidy") + F("lines__adjustment")),
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """O00042 is the order of that number."""
        number = search_term.strip().upper().removeprefix("O")
        if search_term.strip().upper().startswith("O") and number.isdecimal() and len(number) < 9:
            return queryset.filter(pk=int(number)), False
        found, has_doubles = super().get_search_results(request, queryset, search_term)
        return found, has_doubles

    # Columns

    @admin.display(ordering="pk")
    def number(self, order: SchoolOrder) -> str:
        return order.number

    @admin.display(description="Answers")
    def answers(self, order: Any) -> str:
        if order.status == S.DRAFT:
            return "–"
        return "Not all yes" if order.is_not_all_yes else "All yes"

    @admin.display(ordering="sum_of_lines")
    def total(self, order: Any) -> str:
        amount = getattr(order, "sum_of_lines", None)
        return "–" if amount is None else words.money(Decimal(amount))

    @admin.display(description="Should be back")
    def to_fetch(self, order: SchoolOrder) -> str:
        """Class set: ukulele, UKUL-003 (7 September 2026 to 18 December 2026)"""
        sets = queries.sets_to_fetch(order, on=timezone.localdate())
        said = [
            f"{one.asset} ({words.day(one.first_on)} to {words.day(one.last_on)})" for one in sets
        ]
        return "; ".join(said) or "–"

    # What staff do

    @admin.action(description="Quote: the school is asked to agree")
    def quote(self, request: HttpRequest, queryset: QuerySet[SchoolOrder]) -> HttpResponse | None:
        orders = list(queryset[: asking.MOST + 1])
        lines = queries.lines_of(orders[0]) if len(orders) == 1 else []
        form = QuoteForm(
            request.POST if asking.is_answered(request) else None,
            lines=lines,
            facts=order_facts(orders[0], lines, on=timezone.localdate()) if lines else {},
        )
        if not form.is_valid():
            return asking.ask(
                self, request, orders, form, action="quote", title="Quote",
                button="Quote, and tell the school",
                explained="Each is at our prices of today unless you say otherwise, and what is"
                " yes is kept for the school.",
            )  # fmt: skip
        by, at = member_of(request), timezone.now()
        asking.do_each(
            request,
            orders,
            lambda order: lessons.quote_order(
                order=order,
                adjustments=form.adjustments,
                note=form.cleaned_data["note"],
                by=by,
                at=at,
            ),
            done="Quoted",
        )
        return None

    @admin.action(description="Schedule: every lesson gets its date")
    def schedule(
        self, request: HttpRequest, queryset: QuerySet[SchoolOrder]
    ) -> HttpResponse | None:
        """A job does them one after another; its page says how far it is."""
        orders = list(queryset)
        try:
            run = scheduling.ask_schedule(orders=orders, by=member_of(request), at=timezone.now())
        except RuleBroken as broken:
            messages.error(request, str(broken))
            return None
        left_out = len(orders) - run.orders.count()
        if left_out:
            said = f"{words.count(left_out, 'order')} left out: not agreed, or asked for already."
            messages.warning(request, said)
        return redirect("admin:lessons_schedulerun_change", run.pk)

    @admin.action(description="Decline: we cannot do it")
    def decline(self, request: HttpRequest, queryset: QuerySet[SchoolOrder]) -> HttpResponse | None:
        form = ReasonForm(request.POST if asking.is_answered(request) else None)
        if not form.is_valid():
            return asking.ask(
                self, request, queryset, form, action="decline", title="Decline",
                button="Decline, and tell the school",
                explained="Nothing is kept for the school any more.",
            )  # fmt: skip
        by, at = member_of(request), timezone.now()
        asking.do_each(
            request,
            queryset,
            lambda order: lessons.decline_order(
                order=order, reason=form.cleaned_data["reason"], by=by, at=at
            ),
            done="Declined",
        )
        return None

    @admin.action(description="Cancel for the school, as it asked")
    def cancel(self, request: HttpRequest, queryset: QuerySet[SchoolOrder]) -> HttpResponse | None:
        """What is owed by the notice given is said before, and charged."""
        at = timezone.now()
        form = ReasonForm(request.POST if asking.is_answered(request) else None)
        owed = {
            order.pk: queries.leaving_of(order, on=timezone.localdate(at)).amount
            for order in queryset[: asking.MOST]
        }
        if not form.is_valid():
            in_all = words.money(sum(owed.values(), start=Decimal(0)))
            return asking.ask(
                self, request, queryset, form, action="cancel", title="Cancel",
                button="Cancel, and tell everybody",
                explained=f"By the notice given today, {in_all} is owed in all. Lessons to come"
                " are called off, and their teachers told. This cannot be undone.",
            )  # fmt: skip
        by = member_of(request)
        asking.do_each(
            request,
            queryset,
            lambda order: lessons.cancel_order(
                order=order,
                reason=form.cleaned_data["reason"],
                shown=owed[order.pk],
                by=by,
                at=at,
            ),
            done="Cancelled",
        )
        return None

    @admin.action(description="The class sets are back in the store")
    def sets_back(self, request: HttpRequest, queryset: QuerySet[SchoolOrder]) -> None:
        by, at = member_of(request), timezone.now()
        asking.do_each(
            request,
            queryset,
            lambda order: lessons.take_sets_back(order=order, by=by, at=at),
            done="Back in the store",
        )

    @admin.action(description="Keep an instrument for one hand, now that one is free")
    def keep_one_hand(self, request: HttpRequest, queryset: QuerySet[SchoolOrder]) -> None:
        by, at = member_of(request), timezone.now()
        asking.do_each(
            request,
            queryset,
            lambda order: keeping.keep_one_hand(order=order, by=by, at=at),
            done="Kept; the school waits to hear of it",
        )
