"""How staff narrow a roster. A choice that was not offered finds nothing."""

import datetime as dt
from typing import Any, ClassVar

from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from bookings.queries import rosters
from centres.models import Centre, Term


class ChoiceFilter(SimpleListFilter):
    """Narrows by one of the choices it offers."""

    def narrowed(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        raise NotImplementedError

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        if value is None:
            return queryset
        offered = value in {str(choice) for choice, _ in self.lookup_choices}
        return self.narrowed(queryset, value) if offered else queryset.none()


class CentreFilter(ChoiceFilter):
    """By the centres whose rosters the reader runs."""

    title = parameter_name = "centre"
    path: ClassVar[str] = "centre"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        centres = model_admin.admin_site._registry[Centre].get_queryset(request)
        return [(str(centre.pk), centre.name) for centre in centres]

    def narrowed(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        return rows.filter(**{self.path: value})


class CentreOfActivityFilter(CentreFilter):
    path = "activity__centre"


class TermFilter(ChoiceFilter):
    """By a term in which it runs."""

    title = parameter_name = "term"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        terms = Term.objects.select_related("year").order_by("-starts_on")
        return [(str(term.pk), f"{term.name} {term.year}") for term in terms]

    def narrowed(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        term = Term.objects.get(pk=value)
        return rows.filter(first_on__lte=term.ends_on, last_on__gte=term.starts_on)


class WaitingFilter(ChoiceFilter):
    """By whether somebody waits."""

    title = "waiting list"
    parameter_name = "waiting"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Somebody is waiting"), ("no", "Nobody is waiting")]

    def narrowed(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        return rosters.with_somebody_waiting(rows, is_so=value == "yes")


class WhenFilter(ChoiceFilter):
    """By how soon it happens."""

    title = parameter_name = "when"
    _days: ClassVar[dict[str, tuple[int, int]]] = {
        "today": (0, 0), "week": (0, 6), "month": (0, 29), "past": (-29, -1),
    }  # fmt: skip

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("today", "Today"),
            ("week", "The next 7 days"),
            ("month", "The next 30 days"),
            ("past", "The last 29 days"),
        ]

    def narrowed(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        today = timezone.localdate()
        first, last = (today + dt.timedelta(days=days) for days in self._days[value])
        return rows.filter(occurs_on__range=(first, last))
