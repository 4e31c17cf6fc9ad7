"""Who joined, holds, waits or left: found by name, moved or ended through actions."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from bookings import actions as bookings
from bookings.admin.filters import CentreOfActivityFilter
from bookings.admin.forms import EndForm, MoveForm, ReasonForm
from bookings.models import Activity, Enrolment
from bookings.queries import rosters
from core import words
from core.admin import CentreScopedAdmin, asking, member_of


@admin.register(Enrolment)
class EnrolmentAdmin(CentreScopedAdmin):
    """To read. A place begins with a family's booking, and moves or ends by the actions."""

    list_display = ["person", "activity", "place", "status", "queued_at", "starts_on", "ends_on"]
    list_filter: ClassVar = [CentreOfActivityFilter, "status"]
    list_select_related = ["person", "activity__centre", "activity__school"]
    other_lookups = ("activity",)
    search_fields = ["person__sort_name"]  # and more: see get_search_results
    search_help_text = "The name of a pupil or a parent, or an activity"
    ordering = ["person__sort_name", "pk"]
    fields = [
        "pupil", "activity", "status", "queued_at", "offer_expires_at", "price_agreed",
        "starts_on", "ends_on", "leave_reason", "adult",
    ]  # fmt: skip
    readonly_fields = ["pupil", "adult"]  # in words: a head of centre has no page of a person
    actions = ["move_pupils", "end_places", "offer_early", "take_off_list"]
    change_form_template = "admin/bookings/enrolment/change_form.html"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if not search_term.strip():
            return queryset, False
        return rosters.enrolments_found_by(queryset, search_term), False

    def pupil(self, enrolment: Enrolment) -> str:
        return str(enrolment.person)

    @admin.display(description="Booked by")
    def adult(self, enrolment: Enrolment) -> str:
        return str(enrolment.booked_by)

    @admin.display(description="Where")
    def place(self, enrolment: Enrolment) -> str:
        return str(enrolment.activity.place or "–")

    @admin.action(description="Move to another activity")
    def move_pupils(
        self, request: HttpRequest, queryset: QuerySet[Enrolment]
    ) -> HttpResponse | None:
        by, at = member_of(request), timezone.now()
        form = MoveForm(
            request.POST if asking.is_answered(request) else None,
            targets=_targets(queryset, Activity.objects.run_by(by)),
        )
        if not form.is_valid():
            return asking.ask(
                self, request, queryset, form, action="move_pupils", title="Move pupils",
                button="Move them",
                explained="Each has a place in the new activity from its next meeting. What is not"
                " yet billed for the old place is waived, and the new place is charged.",
            )  # fmt: skip
        to = form.cleaned_data["to"]
        asking.do_each(
            request,
            queryset,
            lambda enrolment: bookings.move_enrolment(enrolment=enrolment, to=to, by=by, at=at),
            done=f"Moved to {to}",
        )
        return None

    @admin.action(description="End places")
    def end_places(
        self, request: HttpRequest, queryset: QuerySet[Enrolment]
    ) -> HttpResponse | None:
        by, at = member_of(request), timezone.now()
        form = EndForm(
            request.POST if asking.is_answered(request) else None, today=timezone.localdate(at)
        )
        if not form.is_valid():
            return asking.ask(
                self, request, queryset, form, action="end_places", title="End places",
                button="End these places",
                explained="They are in no register after the last day, and the place is then"
                " offered to the next on the waiting list. What was charged stays owed.",
            )  # fmt: skip
        said = form.cleaned_data
        asking.do_each(
            request,
            queryset,
            lambda enrolment: bookings.end_enrolment(
                enrolment=enrolment, last_day=said["last_day"], reason=said["reason"], by=by, at=at
            ),
            done=f"Last day {words.day(said['last_day'])}",
        )
        return None

    @admin.action(description="Offer a place before their turn")
    def offer_early(
        self, request: HttpRequest, queryset: QuerySet[Enrolment]
    ) -> HttpResponse | None:
        by, at = member_of(request), timezone.now()
        form = ReasonForm(request.POST if asking.is_answered(request) else None)
        if not form.is_valid():
            return asking.ask(
                self, request, queryset, form, action="offer_early",
                title="Offer a place before their turn", button="Offer it to them first",
                explained=_fairness(queryset),
            )  # fmt: skip

        def offer(enrolment: Enrolment) -> bool:
            offered = bookings.offer_to(
                enrolment=enrolment, reason=form.cleaned_data["reason"], by=by, at=at
            )
            return offered.status == Enrolment.Status.OFFERED

        asking.do_each(
            request, queryset, offer, done="Offered a place",
            undone="No place is free, so the next one is offered to them first",
        )  # fmt: skip
        return None

    @admin.action(description="Take off the waiting list")
    def take_off_list(self, request: HttpRequest, queryset: QuerySet[Enrolment]) -> None:
        by, at = member_of(request), timezone.now()

        def take_off(enrolment: Enrolment) -> bool:
            if enrolment.status != Enrolment.Status.WAITING:
                return False
            bookings.cancel_enrolment(
                enrolment=enrolment, reason="Taken off the list by staff", by=by, at=at
            )
            return True

        asking.do_each(
            request, queryset, take_off, done="Off the list", undone="Not on a waiting list"
        )


def _fairness(enrolments: QuerySet[Enrolment]) -> str:
    """Who is passed over, in numbers: no name of another family."""
    passed = rosters.passed_over(enrolments)
    came_first = f"{passed} families came first" if passed > 1 else "One family came first"
    waits = f"{came_first} and would be passed over." if passed else "Nobody waits before them."
    return (
        f"{waits} The line goes by need and then by who came first. Capacity stays as it is: with"
        " no place free, the next one is offered to them. The history keeps who decided, and why."
    )


def _targets(
    enrolments: QuerySet[Enrolment], run_by_reader: QuerySet[Activity]
) -> QuerySet[Activity]:
    """What these may move to: bookable, in the same years, run by whoever asks."""
    here = enrolments.order_by()
    return (
        run_by_reader.filter(
            status__in=[Activity.Status.OPEN, Activity.Status.RUNNING],
            year__in=here.values("activity__year"),
        )
        .exclude(pk__in=here.values("activity"))
        .select_related("centre", "school")
        .order_by("title", "weekday", "local_start", "pk")
    )
