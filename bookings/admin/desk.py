"""Pages for the front desk: who is expected at a centre on a day, and whom to ring."""

from typing import TYPE_CHECKING, Any

from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone

from bookings import actions as bookings
from bookings.admin.forms import ContactsForm, DayForm
from bookings.queries import desk
from centres.models import Centre
from core.access import Permission
from core.admin import member_of
from core.refusals import RuleBroken

if TYPE_CHECKING:
    _ModelAdmin = ModelAdmin[Any]
else:
    _ModelAdmin = object


class DeskPages(_ModelAdmin):
    """Door lists for those who run a centre; whom to ring for its head alone."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("doors/", view(self.doors_view), name="bookings_session_doors"),
            path("contacts/", view(self.contacts_view), name="bookings_session_contacts"),
            *super().get_urls(),
        ]

    def doors_view(self, request: HttpRequest) -> HttpResponse:
        """Who is expected: by room and time, with who may collect each."""
        centres = self.admin_site._registry[Centre].get_queryset(request)
        today = timezone.localdate()
        asked = request.GET if request.GET else {**_only(centres), "day": today.isoformat()}
        form = DayForm(asked, centres=centres)
        if not form.is_valid():
            return self._ask(
                request, form, method="get", title="Door list", button="Show the door list",
                explained="Names, times, rooms and who may collect: for the front desk, on paper.",
            )  # fmt: skip
        centre, day = form.cleaned_data["centre"], form.cleaned_data["day"]
        context = {"centre": centre, "day": day, "meetings": desk.door_list(centre, day)}
        return self._paper(request, "admin/bookings/doors.html", "Door list", context)

    def contacts_view(self, request: HttpRequest) -> HttpResponse:
        """Whom to ring, for a reason that is written down with each child's name."""
        member = member_of(request)
        centres = Centre.objects.filter(pk__in=member.centres_run()).order_by("name", "pk")
        if not any(member.has_perm(Permission.RING_HOME, centre) for centre in centres):
            raise PermissionDenied
        form = ContactsForm(
            request.POST or None,
            centres=centres,
            initial={**_only(centres), "day": timezone.localdate()},
        )
        if form.is_valid():
            said = form.cleaned_data
            try:
                contacts = bookings.open_contacts(
                    centre=said["centre"], day=said["day"], why=said["reason"], by=member,
                    at=timezone.now(),
                )  # fmt: skip
            except RuleBroken as broken:
                form.add_error("day", str(broken))
            else:
                context = {**said, "contacts": contacts}
                title = "Whom to ring"
                return self._paper(request, "admin/bookings/contacts.html", title, context)
        return self._ask(
            request, form, method="post", title="Whom to ring", button="Open the list",
            explained="For the children in a register of that day. Nothing medical is on it. That"
            " you opened it, and why, is written down for each child.",
        )  # fmt: skip

    def _ask(
        self, request: HttpRequest, form: DayForm, *, method: str, title: str, button: str,
        explained: str,
    ) -> HttpResponse:  # fmt: skip
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "form": form,
            "title": title, "button": button, "explained": explained, "method": method,
            "media": self.media + form.media,
        }  # fmt: skip
        status = 422 if form.errors and method == "post" else 200
        return render(request, "admin/bookings/desk_form.html", context, status=status)

    def _paper(
        self, request: HttpRequest, template: str, title: str, context: dict[str, Any]
    ) -> HttpResponse:
        told = {"title": title, "printed_at": timezone.now(), **context}
        return render(request, template, told)


def _only(centres: Any) -> dict[str, int]:
    """Who runs one centre need not choose it."""
    found = list(centres[:2])
    return {"centre": found[0].pk} if len(found) == 1 else {}
