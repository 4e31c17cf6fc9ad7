"""What staff do with one roster or several, from the list or from a page."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin import ModelAdmin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from bookings import actions as bookings
from bookings.admin.forms import CancelDayForm, MergeForm
from bookings.models import Activity, Session
from bookings.queries import rosters
from bookings.queries.closures import undo_lasts
from core import sheets
from core.access import Permission
from core.actions import rehearse
from core.admin import asking, member_of
from core.refusals import RuleBroken

if TYPE_CHECKING:
    _ModelAdmin = ModelAdmin[Any]
else:
    _ModelAdmin = object

MOST_GROUPS = 6  # merged at once


class RosterActions(_ModelAdmin):
    """The actions of a list of activities; each calls one of ours and tells the truth after."""

    @admin.action(description="Merge groups into one")
    def merge(self, request: HttpRequest, queryset: QuerySet[Activity]) -> HttpResponse | None:
        """Which stays, then what would happen, then it happens."""
        groups = list(queryset[: MOST_GROUPS + 1])
        if not 1 < len(groups) <= MOST_GROUPS:
            messages.warning(request, f"Choose from 2 to {MOST_GROUPS} groups to merge.")
            return None
        at = timezone.now()
        form = MergeForm(
            request.POST if asking.is_answered(request) else None,
            groups=queryset,
            today=timezone.localdate(at),
        )
        if not form.is_valid():
            return asking.ask(
                self, request, groups, form, action="merge", title="Merge groups",
                button="See what would happen",
                explained="Nothing happens yet: the next page says who fits and who does not.",
            )  # fmt: skip
        said = form.cleaned_data
        others = [group for group in groups if group != said["into"]]
        told = {"into": said["into"], "others": others, "cause": said["cause"], "at": at}
        if not said["is_seen"]:
            return self._ask_to_merge(request, groups, queryset, told)
        asking.do_once(
            request, lambda: bookings.merge_groups(
                **told, whole=said["whole"], by=member_of(request)
            ), _tell_merged,
        )  # fmt: skip
        return None

    def _ask_to_merge(
        self, request: HttpRequest, groups: list[Activity], queryset: QuerySet[Activity],
        told: dict[str, Any],
    ) -> HttpResponse | None:  # fmt: skip
        try:
            would = rehearse(bookings.merge_groups, **told, by=member_of(request))
        except RuleBroken as broken:
            messages.error(request, str(broken))
            return None
        answers = {**request.POST.dict(), "is_seen": "1"}
        form = MergeForm(answers, groups=queryset, today=timezone.localdate(told["at"]))
        form.hide_what_was_chosen()
        return asking.ask(
            self, request, groups, form, action="merge", title=f"Merge into {told['into']}",
            button="Merge these groups",
            explained="Everybody who moves is told by email. What is not yet billed for the old"
            " place is dropped, and the new place is charged. This cannot be undone.",
            template="admin/bookings/merge.html", would=would, into=told["into"],
        )  # fmt: skip

    @admin.action(description="Offer a free place to the next on the list")
    def offer_next(self, request: HttpRequest, queryset: QuerySet[Activity]) -> None:
        by, at = member_of(request), timezone.now()
        asking.do_each(
            request,
            queryset,
            lambda activity: bookings.offer_next(activity=activity, by=by, at=at),
            done="The next on the waiting list has an offer",
            undone="Nobody is waiting, or no place is free",
        )

    @admin.action(description="Open for booking")
    def open_booking(self, request: HttpRequest, queryset: QuerySet[Activity]) -> None:
        by, at = member_of(request), timezone.now()
        asking.do_each(
            request,
            queryset,
            lambda activity: bookings.open_activity(activity=activity, by=by, at=at),
            done="Open for booking",
        )

    @admin.action(description="Open, over hours kept for schools", permissions=["plan_over"])
    def open_all_the_same(self, request: HttpRequest, queryset: QuerySet[Activity]) -> None:
        """What a school has agreed to still stands; what it may agree to gives way."""
        by, at = member_of(request), timezone.now()
        asking.do_each(
            request,
            queryset,
            lambda activity: bookings.open_activity(
                activity=activity, all_the_same=True, by=by, at=at
            ),
            done="Open for booking",
        )

    def has_plan_over_permission(self, request: HttpRequest) -> bool:
        return bool(member_of(request).has_perm(Permission.RUN_COUNTY))

    @admin.action(description="Close to new bookings")
    def close_booking(self, request: HttpRequest, queryset: QuerySet[Activity]) -> None:
        by, at = member_of(request), timezone.now()
        asking.do_each(
            request,
            queryset,
            lambda activity: bookings.close_activity(activity=activity, by=by, at=at),
            done="Closed to new bookings",
        )

    @admin.action(description="Cancel a day")
    def cancel_day(self, request: HttpRequest, queryset: QuerySet[Activity]) -> HttpResponse | None:
        at = timezone.now()
        days = rosters.days_to_come(queryset, at=at)
        if not days:
            messages.warning(request, "None of these meets again, so nothing was cancelled.")
            return None
        form = CancelDayForm(
            request.POST if asking.is_answered(request) else None,
            days=days,
            today=timezone.localdate(at),
        )
        if not form.is_valid():
            return asking.ask(
                self, request, queryset, form, action="cancel_day", title="Cancel a day",
                button="Cancel these meetings",
                explained="Everybody with a place is told by email. Each can be put back for"
                f" {undo_lasts()}: find its day on the staff home.",
            )  # fmt: skip
        self._cancel(request, queryset, form.cleaned_data, at=at)
        return None

    def _cancel(
        self, request: HttpRequest, activities: QuerySet[Activity], said: dict[str, Any],
        *, at: dt.datetime,
    ) -> None:  # fmt: skip
        by, day = member_of(request), said["day"]
        keys = list(activities.values_list("pk", flat=True))
        sessions = Session.objects.happening().filter(activity__in=keys, occurs_on=day)
        asking.do_each(
            request,
            sessions.select_related("activity").order_by("activity_id", "pk"),
            lambda session: bookings.cancel_session(
                session=session, cause=said["cause"], comment=said["comment"], by=by, at=at
            ),
            done="Cancelled",
        )

    @admin.action(description="Download pupils as a spreadsheet (CSV)")
    def download(self, request: HttpRequest, queryset: QuerySet[Activity]) -> HttpResponse:
        return sheet(queryset, name="rosters", suffix="csv")

    @admin.action(description="Download pupils as a spreadsheet (XLSX)")
    def download_xlsx(self, request: HttpRequest, queryset: QuerySet[Activity]) -> HttpResponse:
        return sheet(queryset, name="rosters", suffix="xlsx")

    @admin.action(description="Download rooms, teachers and capacities (CSV)")
    def download_activities(
        self, request: HttpRequest, queryset: QuerySet[Activity]
    ) -> HttpResponse:
        name = f"activities {timezone.localdate().isoformat()}"
        rows = rosters.activity_rows(queryset)
        return sheets.download(rosters.ACTIVITY_HEADING, rows, name=name, suffix="csv")

    @admin.action(description="Print registers")
    def print_registers(self, request: HttpRequest, queryset: QuerySet[Activity]) -> HttpResponse:
        return registers(request, queryset)


def sheet(activities: QuerySet[Activity], *, name: str, suffix: str) -> HttpResponse:
    """The rosters of these, to take away."""
    today = timezone.localdate()
    rows = rosters.sheet_rows(activities, on=today)
    return sheets.download(
        rosters.SHEET_HEADING, rows, name=f"{name} {today.isoformat()}", suffix=suffix
    )


def registers(request: HttpRequest, activities: QuerySet[Activity]) -> HttpResponse:
    """Their registers, to print."""
    now = timezone.now()
    rows = activities.select_related("centre", "school", "room", "teacher")
    printed = [rosters.register_of(activity, at=now) for activity in rows]
    context = {"registers": printed, "title": "Registers", "printed_at": now}
    return render(request, "admin/bookings/register.html", context)


def _tell_merged(request: HttpRequest, merged: bookings.Merged) -> None:
    done = {
        "Moved": [str(each) for each in merged.moved],
        "Waiting there now": [str(each) for each in merged.waiting],
        "Closed": [str(each) for each in merged.closed],
    }
    for sentence, names in done.items():
        if names:
            messages.success(request, f"{sentence}: {asking.named(names)}.")
    refused: dict[str, list[str]] = {}
    for enrolment, reason in merged.stayed:
        refused.setdefault(reason, []).append(str(enrolment))
    asking.tell_refused(request, refused)
